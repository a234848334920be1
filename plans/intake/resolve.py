"""From the words of a deadline to its reading, over a whole draft: years, phases, rows running into the next one."""

from __future__ import annotations

import re
from dataclasses import replace

from plans.deadlines import Context, read
from plans.intake.draft import Draft, DraftTask, Mark, Step
from plans.model import Reading, Sentence, say

_DATED = ("date", "span")
_SCHOOL_YEAR = re.compile(r"学年|(?:school|academic) year", re.IGNORECASE)
_SUMMER = 7  # the month in which a school year ends
_FALL = 6  # months a table's dates must fall back by to mean the next year


def resolve(draft: Draft) -> Draft:
    """Return the draft with each task's deadline read, and a mark wherever the reading is unsure."""
    context = Context(issued=draft.issued, plan_year=draft.options.year or draft.year, language=draft.language)
    marks: list[Mark] = []
    tasks = [_read(task, at, context, marks) for at, task in enumerate(draft.tasks)]
    if _SCHOOL_YEAR.search(draft.title):
        _school_year(tasks, context, marks)
    else:
        for group in _tables(tasks):
            _roll(tasks, group, context, marks)
    return replace(draft, tasks=tuple(tasks), marks=(*draft.marks, *marks))


def _read(task: DraftTask, at: int, context: Context, marks: list[Mark]) -> DraftTask:
    if not task.deadline:
        return task
    steps = _steps(task, context)
    reading = _reading(task, steps, context)
    if reading.state and not task.state:
        task = replace(task, state=reading.state)
    for warning in reading.warnings:
        marks.append(Mark("date", task.spot, warning, at, "due"))
    if reading.kind == "unresolved":
        marks.append(
            Mark(
                "date",
                task.spot,
                say("the deadline “{text}” can't be read as a date", text=task.deadline[:60]),
                at,
                "due",
            )
        )
    if task.inherited:
        marks.append(
            Mark("guess", task.spot, say("the deadline is that of its phase: {text}", text=task.deadline), at, "due")
        )
    elif len(steps) > 1 and reading.due:
        marks.append(
            Mark(
                "guess",
                task.spot,
                say("{count} dates stand in the text; the last one is the deadline", count=len(steps)),
                at,
                "due",
            )
        )
    return replace(
        task, reading=reading, milestones=steps, measures=tuple(_dated(step, context) for step in task.measures)
    )


def _reading(task: DraftTask, steps: tuple[Step, ...], context: Context) -> Reading:
    """Return the reading of a task; several dates in one sentence hand their year on."""
    if task.whole and steps and steps[-1].day is not None:
        last = read(task.deadline, replace(context, plan_year=steps[-1].day.year))
        if last.kind in _DATED:
            return last
    return read(task.deadline, context)


def _steps(task: DraftTask, context: Context) -> tuple[Step, ...]:
    """Return the milestones with their days; one without a year has that of the one before it."""
    steps: list[Step] = []
    here = context
    for step in task.milestones:
        dated = _dated(step, here)
        if dated.day is not None and re.search(r"(?:19|20)\d{2}", step.due):
            here = replace(context, plan_year=dated.day.year)
        steps.append(dated)
    return tuple(steps)


def _dated(step: Step, context: Context) -> Step:
    reading = read(step.due, context) if step.due else None
    return replace(step, day=reading.due) if reading is not None and reading.kind in _DATED else step


def _tables(tasks: list[DraftTask]) -> list[list[int]]:
    """Return the positions of tasks, a list a table."""
    groups: dict[tuple[str, int], list[int]] = {}
    for at, task in enumerate(tasks):
        if task.spot.row:
            groups.setdefault((task.spot.sheet, task.spot.table), []).append(at)
    return [group for group in groups.values() if len(group) >= 3]


def _school_year(tasks: list[DraftTask], context: Context, marks: list[Mark]) -> None:
    """Move the months of spring and summer into the second year of a school year, where the words name no year."""
    for at, task in enumerate(tasks):
        due = task.due
        if due is None or due.year != context.year or due.month > _SUMMER or _has_year(task.deadline):
            continue
        _next_year(tasks, at, context, marks, say("in a school year, “{text}” is in the next year", text=task.deadline))


def _next_year(tasks: list[DraftTask], at: int, context: Context, marks: list[Mark], why: Sentence) -> None:
    task = tasks[at]
    assert task.due is not None
    later = read(task.deadline, replace(context, plan_year=(context.year or task.due.year) + 1))
    if later.kind in _DATED:
        tasks[at] = replace(task, reading=later)
        marks.append(Mark("date", task.spot, why, at, "due"))


def _roll(tasks: list[DraftTask], group: list[int], context: Context, marks: list[Mark]) -> None:
    """Move dates without a year into the next one where a table's rows run in time past its end.

    Only when the months fall back exactly once, by half a year or more, never rise above where they fell from, and
    would lie before the day of issue: a list that is merely out of order stays in its year.
    """
    dated = [(at, due) for at in group if (due := tasks[at].due) is not None and not _has_year(tasks[at].deadline)]
    months = [due.month for _, due in dated]
    falls = [i for i in range(1, len(months)) if months[i] < months[i - 1]]
    if (
        len(falls) != 1
        or falls[0] < 2
        or months[falls[0] - 1] - months[falls[0]] < _FALL
        or max(months[falls[0] :]) >= min(months[: falls[0]])
    ):
        return
    if context.issued is not None and any(due >= context.issued for _, due in dated[falls[0] :]):
        return
    for at, _ in dated[falls[0] :]:
        text = tasks[at].deadline
        _next_year(tasks, at, context, marks, say("the rows run in time, so “{text}” is in the next year", text=text))


def _has_year(text: str) -> bool:
    return bool(re.search(r"(?:19|20)\d{2}|[今明次来]年", text))
