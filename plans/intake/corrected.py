"""What a human corrects in a draft, task by task: who leads it, and by when."""

from __future__ import annotations

from dataclasses import replace

from plans.deadlines import Context, read
from plans.intake.draft import Draft, DraftTask


def with_leads(draft: Draft, at: int, leads: tuple[str, ...]) -> Draft:
    """Return the draft with other leads for the task at a position; who supports it stays."""
    if leads == leads_of(draft.tasks[at]):
        return draft
    return _with(draft, at, replace(draft.tasks[at], lead=leads, responsible=()), "unit")


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
