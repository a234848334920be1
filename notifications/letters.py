"""Letters: one person's notices become a subject, a text, an HTML page and perhaps a calendar entry.

Pure: the same model gives the same letter. Text and HTML are set from one page, so that they never differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from notifications import morning, sheet, wording
from notifications.notices import Break, Composed, Counting, LetterModel
from notifications.page import Page, Section
from notifications.rendering import BUILT_IN, Templates
from notifications.speech import Speech
from notifications.typesetting import plain

TEMPLATE = "letter"


@cache
def _speech(language: str) -> Speech:
    return Speech(language)


def compose(
    model: LetterModel,
    templates: Templates = BUILT_IN,
    *,
    calendar: bytes | None = None,
    calendar_name: str = "duban.ics",
) -> Composed:
    """Return the letter that *model* asks for, in the recipient's language.

    Args:
        model: who is told what, of which day.
        templates: the built-in layout, or an office's own over it.
        calendar: iCalendar bytes of the one occurrence the letter is about.
        calendar_name: the attachment's file name, in ASCII.

    Raises:
        ValueError: there is nothing to say; nobody gets an empty letter.
    """
    page = lay_out(model)
    text, html, fallback = templates.render(TEMPLATE, page)
    return Composed(page.subject, text, html, calendar, calendar_name, TEMPLATE, fallback)


def lay_out(model: LetterModel) -> Page:
    """Return the words of a letter, paragraph by paragraph."""
    if not (model.desk if model.kind == "desk" else model.lines):
        raise ValueError("a letter needs something to say: no line was handed in")
    speech = _speech(model.recipient.language)
    lines = (line.told_by_number() if line.internal else line for line in wording.in_order(model.lines))
    model = replace(model, lines=tuple(lines))
    words = _WORDS.get(model.kind, wording)
    sections = words.sections(speech, model)
    subject = words.subject(speech, model)
    page = Page(
        language="zh-CN" if speech.language == "zh" else "en",
        subject=speech("[Rehearsal] {subject}", subject=subject) if model.rehearsal else subject,
        greeting=_greeting(speech, model),
        sections=sections,
        banner=_banner(speech, model),
        asks=tuple(_asks(speech, model, sections)),
        report=speech("report here (this link is yours alone):"),
        signature=_signature(speech, model),
        fine=tuple(_fine_print(speech, model)),
    )
    return _as_sheet(speech, model, page) if model.kind == "sheet" else page


_WORDS: Mapping[str, Any] = {"desk": morning, "sheet": sheet}  # modules with a subject and sections of their own


def _as_sheet(speech: Speech, model: LetterModel, page: Page) -> Page:
    """Return the page of a signed sheet: its name and number above, the signer above the office, the form below."""
    line = model.lines[0]
    signed = speech("signed by: {name}", name=plain(line.signer))
    return replace(
        page,
        heading=sheet.heading(speech, line),
        number=plain(line.number),
        signature=(signed, *page.signature) if line.signer else page.signature,
        form=sheet.form(speech, model),
    )


def _banner(speech: Speech, model: LetterModel) -> str:
    meant = plain(model.redirected_from)
    if meant:
        return speech("Rehearsal: this letter was meant for {person} and went to you instead.", person=meant)
    return speech("Rehearsal: this letter was not sent to anybody.") if model.rehearsal else ""


def _greeting(speech: Speech, model: LetterModel) -> str:
    to = model.recipient
    name, unit = plain(to.name), plain(to.unit)
    if not name:
        return speech("To {unit}:", unit=unit or speech("whom it concerns"))
    if to.rank == "up" and to.title:
        return speech("{name}, {title}:", name=name, title=plain(to.title))
    return speech("Dear {name} ({unit}),", name=name, unit=unit) if unit else speech("Dear {name},", name=name)


def _asks(speech: Speech, model: LetterModel, sections: Sequence[Section]) -> Iterable[str]:
    """Yield what the letter asks for, most urgent first, and how to answer."""
    kinds = {line.kind for line in model.lines}
    if any(one.breaks for one in model.counting) and kinds & {"notice", "today", "assign"}:
        yield _days_off(speech, model)
    how = wording.manner(model.recipient)
    if model.kind == "desk":
        if any(line.section in ("release", "sign") for line in model.desk):
            yield speech(
                "What waits here for release or signature has not been sent. It leaves when you let it go: "
                "on the desk's page, or by `duban release` and the number in the ledger."
            )
    elif how == "up":
        yield speech("Submitted for your attention; no reply is needed.")
    elif how == "cc":
        yield speech("This copy is for your information; no reply is needed.")
    else:
        yield from _demands(speech, model)
        if model.kind == "sheet":
            yield speech("Please answer on the lines below: reply to this mail, or send them back signed and sealed.")
            return
        yield _answer(speech, model, linked=any(entry.link for section in sections for entry in section.entries))


def _demands(speech: Speech, model: LetterModel) -> Iterable[str]:
    kinds = {line.kind for line in model.lines}
    if model.kind == "sheet":
        return
    if kinds & {"urge", "press"}:
        days = [line.answer_by for line in model.lines if line.answer_by]
        by = speech("by {day}", day=speech.date(min(days), model.today)) if days else speech("without delay")
        yield speech(
            "Please answer in writing {by}: 1. progress; 2. the reason for the delay; 3. next steps and date.", by=by
        )
    ahead = [line for line in model.lines if line.kind in ("notice", "today", "behind")]
    movable = any(not line.fixed for line in ahead)
    if "late" in kinds and movable and kinds & {"notice", "today"}:
        yield speech(
            "If it is done, please send the result with evidence; if it is late, progress, the reason and a new date. "
            "If you need more time for what is not due yet, ask before its deadline, with the reason and the date."
        )
    elif "late" in kinds:
        yield speech(
            "If it is done, please send the result with evidence; if not, progress, the reason and a new date."
        )
    elif ahead and not movable:
        yield speech(
            "If it is done, please send the result with evidence. If something is in the way, tell us at once."
        )
    elif ahead:
        yield speech(
            "If it is done, please send the result with evidence. If you need more time, ask before the deadline, "
            "with the reason and the date you expect."
        )
    if "report" in kinds:
        yield speech("A few sentences will do: progress, difficulties, next steps.")
    if "returned" in kinds:
        yield speech("The deadline stays as it is. Please complete what is missing and send the report again.")
    if "assign" in kinds:
        yield speech("Please confirm receipt and name who is in charge. If a task is not yours, tell us soon.")


def _answer(speech: Speech, model: LetterModel, *, linked: bool) -> str:
    if linked:
        return speech("The link is for you alone; you may also reply to this mail or call us.")
    if not _expected(model):
        return speech("If you have questions, please reply to this mail or call us.")
    return speech("Please reply to this mail or call us.")


def _expected(model: LetterModel) -> bool:
    """Return whether anything is still to be done."""
    return any(line.kind not in {"accepted", "cancelled", "received"} for line in model.lines)


def _days_off(speech: Speech, model: LetterModel) -> str:
    def said(off: Break) -> str:
        return speech("{span} for {name}", span=speech.span(off.first, off.last), name=plain(off.name))

    ahead = sorted({off for one in model.counting for off in one.breaks}, key=lambda off: (off.first, off.last))
    items = {off: _items(model, [one for one in model.counting if off in one.breaks]) for off in ahead}
    days = [
        speech.count(
            "{what} (item {numbers})",
            "{what} (items {numbers})",
            len(items[off]),
            what=said(off),
            numbers=speech.names(items[off]),
        )
        if items[off]
        else said(off)
        for off in ahead
    ]
    return speech("Days off ahead: {days}. Please plan for them.", days=speech.names(days))


def _signature(speech: Speech, model: LetterModel) -> tuple[str, ...]:
    """Return who writes and how to reach them, and the day; an address has a line of its own and isn't broken."""
    parts = [
        plain(model.office_name),
        *([speech("contact: {name}", name=plain(model.office_contact))] if model.office_contact else []),
        *([speech("phone: {phone}", phone=plain(model.office_phone))] if model.office_phone else []),
    ]
    mail = [speech("mail: {mail}", mail=plain(model.office_mail))] if model.office_mail else []
    return (speech.beside(parts), *mail, speech.day(model.today))


def _fine_print(speech: Speech, model: LetterModel) -> Iterable[str]:
    """Yield why this person got the letter and how it was counted, in one paragraph; then what is not certain."""
    said = list(_accounts(speech, model))
    yield f"（{''.join(said)}）" if speech.language == "zh" else " ".join(said)
    yield from _said_of_items(speech, model, lambda one: map(speech.sentence, one.footers))


def _accounts(speech: Speech, model: LetterModel) -> Iterable[str]:
    if model.kind != "desk":
        yield from _reasons(speech, model)
        if wording.manner(model.recipient) in {"down", "level"} and _expected(model):
            yield speech(
                "An extension counts once it is granted. If somebody else is now in charge, please tell us who."
            )
    yield from _said_of_items(speech, model, lambda one: [_workdays(speech, one)])
    yield from _said_of_items(speech, model, lambda one: [_zone(speech, one)])


def _workdays(speech: Speech, one: Counting) -> str:
    """Return by whose working days is counted."""
    if one.workdays == "CN":
        return speech("Working days follow the holiday notice of the State Council's General Office.")
    if one.workdays == "own":
        return speech("Working days are Monday to Friday but for those the office itself is closed or works.")
    if one.workdays:
        return speech("Working days follow the official holidays of {country}.", country=one.workdays)
    return speech("Working days are Monday to Friday.")


def _zone(speech: Speech, one: Counting) -> str:
    zone = speech("Beijing time") if one.timezone == "Asia/Shanghai" else one.timezone
    return speech("Dates are in {zone}.", zone=zone)


def _said_of_items(speech: Speech, model: LetterModel, say: Callable[[Counting], Iterable[str]]) -> Iterable[str]:
    """Yield what is said of each way of counting, once; where it doesn't hold for the whole letter, of which items."""
    sentences = dict.fromkeys(said for one in model.counting for said in say(one))
    found = [(_items(model, [one for one in model.counting if said in say(one)]), said) for said in sentences]
    for items, said in sorted(found, key=lambda one: [int(item) for item in one[0]]):
        yield speech.count("Item {numbers}: {sentence}", "Items {numbers}: {sentence}", len(items),
                           numbers=speech.names(items), sentence=said) if items else said  # fmt: skip


def _items(model: LetterModel, counting: Sequence[Counting]) -> list[str]:
    """Return the numbers of the lines whose plans are counted so; none where that is the whole letter."""
    plans = {plan for one in counting for plan in one.plans}
    all_of = morning.plans(model) if model.kind == "desk" else [line.plan_id for line in model.lines]
    found = [str(number) for number, plan in enumerate(all_of, start=1) if plan in plans]
    return found if len(found) < sum(map(bool, all_of)) else []


def _reasons(speech: Speech, model: LetterModel) -> Iterable[str]:
    """Yield in which post the person is written to; by item where the posts differ."""
    lines = list(enumerate(model.lines, start=1))
    by_reason: dict[str, list[str]] = {}
    for number, line in lines:
        if reason := wording.reason(speech, line):
            by_reason.setdefault(reason, []).append(str(number))
    for reason, numbers in by_reason.items():
        if len(numbers) == len(lines):
            yield speech("{reason}.", reason=reason)
        else:
            yield speech.count("{reason} (item {numbers}).", "{reason} (items {numbers}).", len(numbers),
                               reason=reason, numbers=speech.names(numbers))  # fmt: skip
