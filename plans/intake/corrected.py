"""What a human corrects in a draft, task by task: who leads it, and by when."""

from __future__ import annotations

from dataclasses import replace

from plans.deadlines import Context, read
from plans.intake.draft import Draft, DraftTask


def with_leads(draft: Draft, at: int, names: tuple[str, ...]) -> Draft:
    """Return the draft with other units for the task at a position; who supports it stays.

    A unit that was responsible beside the leads still is; others lead, unless the document names no lead here.
    """
    task = draft.tasks[at]
    if names == leads_of(task):
        return draft
    beside = (
        tuple(name for name in names if name in task.responsible) if task.lead else names if task.responsible else ()
    )
    lead = tuple(name for name in names if name not in beside)
    return _with(draft, at, replace(task, lead=lead, responsible=beside), "unit")


def leads_of(task: DraftTask) -> tuple[str, ...]:
    """Return who answers for a task, as a human would correct it: its leads, and who is responsible beside them."""
    return tuple(dict.fromkeys((*task.lead, *task.responsible)))


def with_deadline(draft: Draft, at: int, text: str) -> Draft:
    """Return the draft with other words for the deadline of the task at a position, read anew."""
    task = draft.tasks[at]
    if text == task.deadline:
        return draft
    context = Context(issued=draft.issued, plan_year=draft.options.year or draft.year, language=draft.language)
    reading = read(text, context) if text else None
    fresh = replace(task, deadline=text, reading=reading, inherited=False, whole="", milestones=())
    return _with(draft, at, fresh, "date", "guess")


def _with(draft: Draft, at: int, task: DraftTask, *settled: str) -> Draft:
    """Return the draft with one task replaced, and without the marks that the correction has settled."""
    tasks = (*draft.tasks[:at], task, *draft.tasks[at + 1 :])
    marks = tuple(mark for mark in draft.marks if mark.task != at or mark.code not in settled)
    return replace(draft, tasks=tasks, marks=marks)
