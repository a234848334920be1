"""From the words of a deadline to its reading, over a whole draft: years, phases, rows running into the next one."""

from __future__ import annotations

import re
from dataclasses import replace

from plans.deadlines import Context, read
from plans.intake.draft import Draft, DraftTask, Mark, Step
from plans.model import Reading, Sentence, say

_DATED = ("date", "span")
_SCHOOL_YEAR = re.compile(r"学年|(?:school|academic) year", re.IGNORECASE)
_YEARS = re.compile(
    r"(?<!\d)(?:19|20)(?P<first>\d{2})年?(?:\s*[-–—/~～至]+\s*|\s+to\s+(?:[A-Z][a-z]+\s+)?)(?:19"
    r"|20)?(?P<last>\d{2})(?![\d月])"
)
_FISCAL = re.compile(r"\bFY ?\d{2,4}|\b(?:fiscal|financial) year|财年|财政年度", re.IGNORECASE)
_SCHOOL = re.compile(r"\b(?:school|academy|pupils?)\b", re.IGNORECASE)
_NAMES_MONTH = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|\d月|[一二三四五六七八九十]月|\d[./]\d",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\bwithin\b|\b(?:days?|weeks?|months?)\b|内|立|asap|immediate", re.IGNORECASE)
_SPRING = 3  # the last month that is in the second year of every kind of year over two: April's, July's, September's
_AUTUMN = 9  # the first month that is in the first year of each
_SUMMER = 7  # the month in which a school year ends
_FALL = 6  # months a table's dates must fall back by to mean the next year


def resolve(draft: Draft) -> Draft:
    """Return the draft with each task's deadline read, and a mark wherever the reading is unsure."""
    context = Context(issued=draft.issued, plan_year=draft.options.year or draft.year, language=draft.language)
    marks: list[Mark] = []
    tasks = [_read(task, at, context, marks) for at, task in enumerate(draft.tasks)]
    years = _years(draft.title)
    if _SCHOOL_YEAR.search(draft.title) or (years == 2 and _SCHOOL.search(draft.title)):
        _school_year(tasks, context, marks)
    elif years > 1 or _FISCAL.search(draft.title):
        _over_years(tasks, years, context, marks)
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
    elif (count := max(len(steps), len(reading.milestones))) > 1 and reading.due:
        marks.append(
            Mark(
                "guess",
                task.spot,
                say("{count} dates stand in the text; the last one is the deadline", count=count),
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
        if due is None or due.year != context.year or _has_year(task.deadline):
            continue
        if due.month > _SUMMER:
            if not _NAMES_MONTH.search(task.deadline) and not _COUNTED.search(task.deadline):
                marks.append(Mark("date", task.spot, _unsure_year(task), at, "due"))
            continue
        _next_year(tasks, at, context, marks, say("in a school year, “{text}” is in the next year", text=task.deadline))


def _years(title: str) -> int:
    """Return how many years a title spans: two for 2025/26, 2025-26 and April 2025 to March 2026."""
    match = _YEARS.search(title)
    return max(1, int(match["last"]) - int(match["first"]) + 1) if match else 1


def _over_years(tasks: list[DraftTask], years: int, context: Context, marks: list[Mark]) -> None:
    """Read dates without a year in a plan that runs over several, or whose quarters aren't the calendar's.

    January to March of a plan for 2025/26 are in 2026 whether its year begins in April, July, September or October;
    autumn is in 2025. All else is left in the first year and marked.
    """
    for at, task in enumerate(tasks):
        due = task.due
        if due is None or due.year != context.year or _has_year(task.deadline) or _COUNTED.search(task.deadline):
            continue
        named = _NAMES_MONTH.search(task.deadline) is not None
        early = context.issued is not None and due < context.issued
        if years == 2 and named and (due.month <= _SPRING or (early and due.month < _AUTUMN)):
            why = say("the plan runs into a second year, in which “{text}” was read", text=task.deadline)
            _next_year(tasks, at, context, marks, why)
        elif years > 2 or not named or (years == 2 and due.month < _AUTUMN):
            marks.append(Mark("date", task.spot, _unsure_year(task), at, "due"))


def _unsure_year(task: DraftTask) -> Sentence:
    return say("“{text}” names no year, and the plan's year isn't the calendar's: check it", text=task.deadline)


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
    return bool(
        re.search(
            r"(?:19|20)\d{2}|[今明次来]年|\d{2}年|\d[/.-]\d{1,2}[/.-]\d{2}\b|[A-Za-z]{3}[-' ]+\d{2}$|'\d{2}\b", text
        )
    )
