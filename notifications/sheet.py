"""A supervision sheet: one matter on one page, numbered and signed, with the lines a unit answers on below it.

All sheets have the same six fields: matter, ground, demand, limit, handler, feedback.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from notifications import wording
from notifications.notices import LetterModel, Line
from notifications.page import Section
from notifications.phrases import TAGS, TONES, Manner
from notifications.speech import N_, Speech
from notifications.typesetting import cut, plain


def subject(speech: Speech, model: LetterModel) -> str:
    """Return 【督办单】某督〔2018〕3号：title（请于6月15日（周五）前答复）; upwards it is submitted."""
    line = model.lines[0]
    tag = heading(speech, line)
    title = plain(line.title) or wording.task_name(speech, line)
    values = {"number": plain(line.number), "title": cut(title, 48)}
    if wording.manner(model.recipient) == "up":
        text = speech("{sheet} {number}: {title}", sheet=tag, **values)
        return speech("[{tag}] {headline}", tag=speech("For your attention"), headline=text)
    if model.recipient.role == "cc":
        tag = speech("{tag}, copy", tag=tag)
    return speech("[{tag}] {headline}", tag=tag, headline=speech("{number}: {title}", **values))


def heading(speech: Speech, line: Line) -> str:
    """Return what a sheet calls itself: 督办单."""
    return plain(line.sheet) or speech(TAGS[line.kind])


def sections(speech: Speech, model: LetterModel) -> tuple[Section, ...]:
    """Return the one section of a sheet: how it stands in a sentence, then its fields."""
    line = model.lines[0]
    tone, badge = TONES[line.kind]
    fields = tuple(_fields(speech, model, line))
    return (Section(_lead(speech, model, line), tone, speech(badge), fields=fields),)


def _lead(speech: Speech, model: LetterModel, line: Line) -> str:
    """Return how the matter stands, and in a copy whom the sheet went to."""
    plan, manner = wording.plan_name(speech, line), wording.manner(model.recipient)
    if line.kind == "assign":
        said = speech("The following of {plan} is assigned to be carried out:", plan=plan)
    elif line.due and line.due < model.today:
        over = wording.over(speech, line)
        said = speech(
            _RETURNED if line.returned else _OPEN,
            plan=plan,
            day=speech.day(model.today),
            over=over,
        )
    else:
        said = speech("The following of {plan} needs to be moved forward:", plan=plan)
    if manner not in _WENT:
        return said
    went = speech(_WENT[manner], addressee=plain(line.addressee) or speech("the unit"))
    return speech.sentences((said.rstrip(":："), went))


_OPEN = N_("The following of {plan} is past its deadline. As of {day} we know of no completion; it is {over} overdue.")
_RETURNED = N_(
    "The following of {plan} is past its deadline. What was reported was returned, and as of {day} nothing has come"
    " since; it is {over} overdue."
)
_WENT: Mapping[Manner, str] = {
    "up": N_("This sheet went to {addressee}."),
    "cc": N_("This sheet went to {addressee}; a copy for you."),
}


def _fields(speech: Speech, model: LetterModel, line: Line) -> Iterable[tuple[str, str]]:
    yield speech("Matter:"), wording.task_name(speech, line)
    yield speech("Ground:"), wording.plan_name(speech, line)
    yield speech("Demand:"), plain(speech.clauses(line.measures)) if line.measures else _demand(speech, line)
    yield speech("Limit:"), _limit(speech, model, line)
    if line.told:
        days = speech.names(dict.fromkeys(speech.date(day, model.today) for day, _ in line.told))
        yield speech("Before:"), speech("written to on {days}", days=days)
    if line.note:
        yield speech("Returned:") if line.returned else speech("Progress:"), plain(line.note)
    handlers = [
        *(speech("{unit} (lead)", unit=plain(unit)) for unit in line.leads),
        *(speech("{unit} (support)", unit=plain(unit)) for unit in line.support),
    ]
    if handlers:
        yield speech("Handler:"), speech.names(handlers)
    yield speech("Feedback:"), _feedback(speech, model, line)


def _limit(speech: Speech, model: LetterModel, line: Line) -> str:
    due = speech.date(line.due, model.today) if line.due else speech("no fixed date")
    asides = wording.asides(speech, line)
    return due + (speech(" ({asides})", asides=speech.clauses(asides)) if asides else "")


def _demand(speech: Speech, line: Line) -> str:
    if line.kind == "assign":
        return speech("see it through within the time set")
    return speech("take it up at once, complete it, and send the result with evidence")


def _feedback(speech: Speech, model: LetterModel, line: Line) -> str:
    by = speech("by {day}", day=speech.date(line.answer_by, model.today)) if line.answer_by else speech("without delay")
    if line.kind == "assign":
        return speech("please confirm receipt {by} and name who is in charge", by=by)
    return speech(
        "please answer in writing {by}: 1. progress; 2. the reason for the delay; 3. next steps and date", by=by
    )


def form(speech: Speech, model: LetterModel) -> tuple[str, ...]:
    """Return the lines a unit answers on, and the office's verdict below; a copy has none."""
    line = model.lines[0]
    if wording.manner(model.recipient) in ("up", "cc"):
        return ()
    if line.kind == "assign":
        return (
            speech("Reply to {number}", number=plain(line.number)),
            speech("Received on: ____________   Person in charge: ____________   Phone: ____________"),
        )
    return (
        speech("Reply to {number}", number=plain(line.number)),
        speech("1. Progress:"),
        speech("2. Reason for the delay:"),
        speech("3. Next steps, and the date of completion:"),
        speech("Unit (seal): ____________   Signed by: ____________   Date: ____________"),
        speech("The office's verdict: □ accepted  □ returned for completion  □ extension granted until ____________"),
    )
