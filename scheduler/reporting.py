"""What a unit reports over its link, without an account: progress, completion, a wish for more time, or "not ours".

Nothing is final before the office accepts it. A form that is sent twice counts once, and the unit's contact gets a
letter that says what came in, by whom and in whose name, since a forwarded letter is a right passed on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import Connection

from plans.model import say
from plans.recipients import MAILBOX
from plans.trouble import DeskError
from scheduler import desk
from scheduler.desk import Act
from scheduler.news import tell_receipt
from scheduler.settings import Settings
from store import evidence, ledger
from store.database import insert, row
from store.evidence import File
from store.states import ENDED
from store.tables import Submission
from store.tokens import Grant, Held, issue

Kind = Literal["progress", "done", "ask", "disclaim"]
KINDS: tuple[Kind, ...] = ("progress", "done", "ask", "disclaim")
WORDS: Mapping[Kind, str] = {"progress": "progress", "done": "report", "ask": "ask", "disclaim": "disclaim"}  # events
GRACE = timedelta(days=30)  # how long after the date in force a link still opens
UNDATED = timedelta(days=120)  # how long it does where there is no date
ASKING = ("assign", "notice", "today", "late", "behind", "urge", "press", "report", "returned", "changed")
SILENT = ("leader", "reviewer", "inform")  # posts that are told, and are asked for nothing
LARGEST_ROW = 100_000_000  # octets of evidence that one row may hold


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody wrote into the form."""

    nonce: str
    kind: Kind
    by: str
    text: str
    value: float | None = None
    finished: date | None = None
    until: date | None = None
    files: tuple[File, ...] = ()


def last_day(held: Held, due: date | None) -> date | None:
    """Return the last day on which a report link opens its task; None means for ever.

    It lives until 30 days after the date in force, so that an extension lengthens it, unless it was to end before.
    """
    days = [held.last_day, due + GRACE if due else None]
    return min((day for day in days if day), default=None)


def link_in_letter(
    connection: Connection, settings: Settings, notice: Mapping[str, Any], unit: str, person: str, today: date
) -> str:
    """Return the address of the report form that a letter carries for a notice, "" where it carries none.

    Each letter gets a link of its own, since a secret can't be read again; all of one unit's are closed together.
    """
    if not settings.base_url or not settings.mail.links or notice["role"] != "to" or not unit:
        return ""
    if notice["kind"] not in ASKING or notice["why"] in SILENT:
        return ""
    narrowed = {"row": notice["occurrence"], "unit": unit}
    narrowed |= {} if person.startswith(MAILBOX) else {"person": person}
    expires = None if notice["due"] else today + UNDATED
    secret = issue(connection, Grant("report", narrowed, expires_on=expires), today)
    return f"{settings.base_url.rstrip('/')}/r/{secret}"


def take(act: Act, held: Held, one: Mapping[str, Any], given: Given) -> bool:
    """Enter what was sent over a link; False when it was entered before, and then nothing is done.

    Raises:
        DeskError: the rules of the ledger don't allow it: a day to come, a fixed date, a task that is closed.
    """
    if row(act.connection, "SELECT nonce FROM submission WHERE nonce = :nonce", nonce=given.nonce):
        return False
    handed_in = evidence.size_of_row(act.connection, one["id"]) + sum(file.size for file in given.files)
    if handed_in > LARGEST_ROW:
        raise DeskError(say("there are {size} MB of files on this task already", size=LARGEST_ROW // 1_000_000))
    unit = _unit_name(act.connection, held.grant.filter.get("unit", ""))
    act = replace(act, actor=f"{given.by} ({unit})" if unit else given.by)
    if not given.files and _is_said(act, one, given):
        return False
    before = _last_event(act.connection, one["id"])
    _enter(act, one, given)
    event = _last_event(act.connection, one["id"])
    for file in given.files:
        evidence.add(act.connection, one["id"], event, file)
    insert(
        act.connection,
        Submission(nonce=given.nonce, token=held.hash, at=act.at, by=given.by, kind=given.kind, event=event),
    )
    if event != before:  # else the same was said before, and only files came with it now
        after = ledger.occurrence(act.connection, one["id"])
        tell_receipt(act.desk, after, held.grant.filter.get("unit", ""), event, act.on, act.at)
    return True


def _enter(act: Act, one: Mapping[str, Any], given: Given) -> None:
    if one["state"] in ENDED:
        raise DeskError(say("this task is closed; ask the office if something is to be added"))
    if given.kind == "done":
        desk.report_done(act, one, given.text, given.finished)
    elif given.kind == "ask":
        if given.until is None:
            raise DeskError(say("say until when more time is asked for"))
        desk.ask_extension(act, one, given.until, given.text)
    elif given.kind == "disclaim":
        act.change(one, "disclaim", given.text)
    else:
        is_percent = one["target_value"] is None and not one["target_unit"]  # as the form asks for it
        if is_percent and not 0 <= (given.value or 0) <= 100:
            raise DeskError(say("{value} is no share of the whole; write 0 to 100", value=f"{given.value:g}"))
        desk.progress(act, one, given.text, value=given.value)


def _is_said(act: Act, one: Mapping[str, Any], given: Given) -> bool:
    """Return whether the last thing said of a row today is this already: the back button gives a form anew."""
    if not desk.is_said(act, one, WORDS[given.kind], given.text):
        return False
    asked = {"done": (one["finished_on"], given.finished), "ask": (one["asked_due"], given.until)}
    stands, said = asked.get(given.kind, (one["value"], given.value))
    return said in (None, stands)


def _unit_name(connection: Connection, unit: str) -> str:
    found = row(connection, "SELECT name FROM unit WHERE id = :unit", unit=unit)
    return str(found["name"]) if found else unit


def _last_event(connection: Connection, number: int) -> int:
    found = row(connection, "SELECT max(id) AS id FROM event WHERE occurrence = :number", number=number)
    return int(found["id"] or 0) if found else 0


def reported(read: Callable[..., list[dict[str, Any]]], number: int) -> list[dict[str, Any]]:
    """Return what was reported on a row and what the office said to it, the latest first."""
    sql = (
        'SELECT id, plan, "on", kind, actor, text FROM event WHERE occurrence = :number AND kind IN'
        " ('progress', 'report', 'ask', 'refuse', 'disclaim', 'stays', 'transfer', 'return', 'accept', 'extend',"
        " 'reopen') ORDER BY id DESC"
    )
    return read(sql, number=number)
