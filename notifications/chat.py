"""A reminder in a line or two, to copy into a group chat or a text message: numbers and dates, no titles."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from notifications import wording
from notifications.notices import LetterModel, Line
from notifications.phrases import OVERDUE
from notifications.speech import Speech
from notifications.typesetting import cut, plain


def chat(model: LetterModel, *, among_others: bool = False) -> str:
    """Return what a letter says in one line, such as 【督查室提醒】综合处：第6、9项6月15日（周五）到期 ….

    Where the day is known by whose end the desk wants to hear, it says so. *among_others*: its office follows up other
    plans as well, so that a number alone wouldn't say which task is meant.
    """
    speech = Speech(model.recipient.language)
    said = []
    for (kind, due), group in groupby(wording.in_order(model.lines), key=lambda line: (line.kind, line.due)):
        lines = list(group)
        items = _items(speech, lines)
        if among_others:
            first = lines[0]
            plan = plain(first.plan_number) or (
                speech("“{title}”", title=plain(first.plan_title)) if first.plan_title else first.plan_id
            )
            items = speech("{items} of {plan}", items=items, plan=plan)
        if kind in OVERDUE:
            said.append(
                speech.count(
                    "{items} overdue by {n} working day",
                    "{items} overdue by {n} working days",
                    max(line.workdays for line in lines),
                    items=items,
                )
            )
        elif kind == "report" and due and due >= model.today:
            said.append(speech("please report on {items} by {due}", items=items, due=speech.date(due, model.today)))
        elif due and kind != "report":
            said.append(speech("{items} due {due}", items=items, due=speech.date(due, model.today)))
        else:
            said.append(speech("{items}: please report", items=items))
    values = {
        "office": plain(model.office_name),
        "unit": plain(model.recipient.unit or model.recipient.name),
        "said": speech.clauses(said),
    }
    by = min((line.answer_by for line in model.lines if line.answer_by), default=None)
    if by is None or by < model.today:
        return speech("[{office}] {unit}: {said}. Please let us know how it stands.", **values)
    day = speech("today") if by == model.today else speech.date(by, model.today)
    return speech("[{office}] {unit}: {said}. Please let us know by the end of {day} how it stands.", day=day, **values)


def _items(speech: Speech, lines: Sequence[Line]) -> str:
    """Return tasks by their numbers; by their titles where a plan has no numbers."""
    numbers = [plain(line.task_no) for line in lines if line.task_no]
    titles = [
        speech("“{title}”", title=cut(plain(line.title), 40)) for line in lines if not line.task_no and line.title
    ]
    counted = speech.count("item {number}", "items {number}", len(numbers), number=speech.names(numbers))
    said = [*([counted] if numbers else []), *titles]
    return speech.names(said or [line.task_id for line in lines])
