"""The report form as it comes back: what was written becomes a report, or sentences that say what is missing."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from starlette.datastructures import FormData

from plans.model import EARLIEST, LATEST, Sentence, say
from plans.trouble import UsageError
from scheduler.reporting import KINDS, Given

TEXT_LIMIT = 4000
NAME_LIMIT = 40
_NONCE = re.compile(r"[a-z2-7]{32}")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def read_form(form: FormData) -> Given:
    """Return what was written into the form, files left out.

    Raises:
        UsageError: something is missing or can't be read; the sentence says what to do.
    """
    kind, nonce = _text(form, "kind"), _text(form, "nonce")
    if kind not in KINDS or not _NONCE.fullmatch(nonce):
        raise UsageError(say("The form is not whole. Open the link again."))
    text, by = _text(form, "text"), " ".join(_text(form, "by").split())
    if not by:
        raise UsageError(say("Please write your name: who reports."))
    value = number_written(_text(form, "value"))
    if missing := _missing(kind, text, value):
        raise UsageError(missing)
    if len(text) > TEXT_LIMIT or len(by) > NAME_LIMIT:
        raise UsageError(say("That is too long: {text} characters, a name {name}.", text=TEXT_LIMIT, name=NAME_LIMIT))
    finished, until = (day_written(_text(form, name)) for name in ("finished", "until"))
    return Given(nonce, kind, by, text, value, finished, until)


def _missing(kind: str, text: str, value: float | None) -> Sentence | None:
    """Return what a form of this kind lacks."""
    if text or kind == "done" or (kind == "progress" and value is not None):
        return None
    return {
        "progress": say("Please write how it stands."),
        "ask": say("Please write why more time is needed."),
        "disclaim": say("Please write whose task it is, or why it is not yours."),
    }[kind]


def plain_text(given: object) -> str:
    """Return a field without the control characters that no keyboard writes."""
    text = given.replace("\r\n", "\n") if isinstance(given, str) else ""
    return "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs")).strip()


def _text(form: FormData, name: str) -> str:
    return plain_text(form.get(name, ""))


def number_written(text: str) -> float | None:
    """Return the number that *text* is, however it is typed: 60, ６０％, 1,200; None for nothing.

    Raises:
        UsageError: it is no number, or none that can be kept.
    """
    written = unicodedata.normalize("NFKC", text).replace(",", "").strip().rstrip("% ")
    if not written:
        return None
    try:
        value = float(written)
    except ValueError:
        value = float("nan")
    if not abs(value) < 1e12:
        raise UsageError(say("{text} is no number", text=written))
    return value


def day_written(text: str) -> date | None:
    """Return the day that *text* is: 2018-06-08, 2018/6/8, 2018年6月8日; None for nothing.

    Raises:
        UsageError: it is no day, or lies in a year that can't be meant.
    """
    written = unicodedata.normalize("NFKC", text).replace(" ", "")
    if not written:
        return None
    found = _DAY.fullmatch(written)
    try:
        day = date(*map(int, found.groups())) if found else date.fromisoformat(written)
    except ValueError:
        day = date.min
    if not EARLIEST <= day.year <= LATEST:
        raise UsageError(say("{text} is no day; write one such as 2018-06-08", text=written))
    return day
