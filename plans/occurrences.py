"""The rows of a plan that can be on time or late: each task's dates, periods, milestones and units."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from plans.deadlines import Context, context_of, read, recurrence
from plans.directory import Directory
from plans.expressions.clauses import is_aim
from plans.identity import task_id
from plans.language.keys import state_code
from plans.model import PERSON_ROLES, Measure, Milestone, Occurrence, Phase, Plan, Reading, Target, Task
from plans.workdays import Workdays

CADENCES = {
    "weekly": "每周", "monthly": "每月", "quarterly": "每季度", "half-yearly": "每半年", "yearly": "每年",
    "每周": "每周", "每月": "每月", "每季度": "每季度", "每半年": "每半年", "每年": "每年",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a plan's rows are computed with; *through* is the day to which recurring rows are laid out."""

    plan: Plan
    directory: Directory
    workdays: Workdays
    through: date

    @property
    def context(self) -> Context:
        """Return what deadlines of this plan are read with."""
        return context_of(self.plan, self.workdays)

    @property
    def first(self) -> date:
        """Return the first day a recurring row may end on: the day of issue, else 1 January of the plan year."""
        return issue_day(self.plan)

    @property
    def last(self) -> date:
        """Return the day after which no recurring row is laid out."""
        return min(end_day(self.plan), self.through)


def issue_day(plan: Plan) -> date:
    """Return when a plan begins to hold: `issued`, else 1 January of its year (design: readings)."""
    if plan.issued:
        return plan.issued
    return date(plan.year or 1, 1, 1)


def end_day(plan: Plan) -> date:
    """Return when a plan ends: `closed` or `ends`, else the last day of its year."""
    ends = plan.ends or date(plan.plan_year or 1, 12, 31)
    return min(ends, plan.closed) if plan.closed else ends


def named(plan: Plan) -> tuple[Task, ...]:
    """Return the plan's tasks, each with an id."""
    return tuple(task if task.id else replace(task, id=task_id(plan.id, task.title)) for task in plan.tasks)


def phases_of(plan: Plan) -> dict[str, Phase]:
    """Return the plan's phases by what tasks may call them: the id, or the title."""
    return {phase.title: phase for phase in plan.phases} | {phase.id: phase for phase in plan.phases}


def task_reading(outlook: Outlook, task: Task, phase: Phase | None) -> Reading:
    """Return what a task's deadline says: its own, else its phase's, else the plan's default."""
    for text, source in ((task.due, ""), (phase.due if phase else "", "phase"), (outlook.plan.defaults.due, "default")):
        if text:
            reading = read(text, outlook.context)
            return replace(reading, rule=f"{source}: {reading.rule}") if source else reading
    return Reading(kind="none", text="")


def expand(outlook: Outlook) -> list[Occurrence]:
    """Return every row a plan declares, in the plan's order."""
    phases = phases_of(outlook.plan)
    rows: list[Occurrence] = []
    seen: set[tuple[str, str]] = set()
    for task in named(outlook.plan):
        for row in task_rows(outlook, task, phases.get(task.phase)):
            name = _own_name(row, seen)
            seen.add((row.task, name))
            rows.append(replace(row, name=name, position=len(rows)))
    return rows


def _own_name(row: Occurrence, seen: set[tuple[str, str]]) -> str:
    """Return a row's name; of two that one task calls alike, such as a step named like a unit, the later is counted."""
    name, number = row.name, 2
    while (row.task, name) in seen:
        name, number = f"{row.name or 'row'}-{number}", number + 1
    return name


def task_rows(outlook: Outlook, task: Task, phase: Phase | None) -> Iterator[Occurrence]:
    """Yield the rows of one task: its dates, one by one for each unit where the plan asks for that."""
    reading = task_reading(outlook, task, phase)
    basis = _basis(outlook, task, phase, reading)
    dated = [
        *_dates(outlook, task, basis, reading),
        *_steps(outlook, task, basis, reading),
        *_asked(outlook, task, basis),
    ]
    for answering in _answering(outlook, task):
        for row in dated:
            yield _of_units(row, answering)
    yield from _review(outlook, task, basis)


def _basis(outlook: Outlook, task: Task, phase: Phase | None, reading: Reading) -> Occurrence:
    starts = task.starts or (phase.starts if phase else "")
    begun = read(starts, outlook.context) if starts else None
    written = task.ladder or (phase.ladder if phase else "") or outlook.plan.ladder
    state = task.state or state_code(reading.state)
    done = read(task.done, outlook.context).due if task.done else None
    return Occurrence(
        plan=outlook.plan.id,
        task=task.id,
        name="",
        title=task.title,
        due=None,
        kind="dated",
        position=0,
        text=reading.text,
        rule=reading.rule,
        reading=reading.kind,
        precision=reading.precision,
        starts=reading.start or (begun and (begun.start or begun.due)) or None,
        people=_people(outlook.directory, task),
        soft=task.soft or reading.soft,
        fixed=task.fixed,
        ladder=_ladder(written),
        state=state,
        done=done,
        steps=bool(task.milestones or task.measures or reading.milestones),
        follows=bool(task.after),
        target=_target(outlook, task),
    )


def _ladder(written: str | Mapping[str, object]) -> str:
    """Return a ladder as a row carries it: the name of a preset, or canonical JSON."""
    return written if isinstance(written, str) else json.dumps(written, ensure_ascii=False, sort_keys=True)


def _people(directory: Directory, task: Task) -> tuple[tuple[str, str], ...]:
    return tuple((role, person) for role in PERSON_ROLES for person in _persons(directory, getattr(task, role)))


def _persons(directory: Directory, names: tuple[str, ...]) -> list[str]:
    """Return the ids of those whom the directory knows."""
    return [named.person.id for named in directory.people_in(names) if named.person]


def _target(outlook: Outlook, task: Task) -> Target | None:
    """Return what a task is measured by, its first target, with units by id; the others are text."""
    if not task.targets:
        return None
    first, on = task.targets[0], outlook.first
    shares = {unit: share for name, share in first.by_unit.items() for unit in units_of(outlook.directory, (name,), on)}
    return replace(first, by_unit=shares)


def profile_days(outlook: Outlook, target: Target) -> tuple[tuple[date, float], ...]:
    """Return by which day what percentage should be reached; a point whose day can't be read is left out."""
    points = ((read(when, outlook.context).due, percent) for when, percent in target.profile)
    return tuple(sorted((day, percent) for day, percent in points if day))


def _dates(outlook: Outlook, task: Task, basis: Occurrence, reading: Reading) -> Iterator[Occurrence]:
    """Yield what the task's own deadline makes: one day, periods, or a row without a date and its reports."""
    if reading.kind in ("date", "span") and reading.due:
        yield replace(basis, due=open_day(outlook, reading.due))
        if task.cadence or outlook.plan.defaults.cadence:  # a year-end date with a monthly report until then
            yield from _reports(outlook, task, basis, outlook.first, before=reading.due)
        if reading.then_open:
            yield from _reports(outlook, task, basis, max(reading.due, outlook.first))
    elif reading.kind == "recurring":
        for name, start, due in recurrence(reading, outlook.first, outlook.last):
            row = replace(_bare(basis), steps=basis.steps, starts=start, due=open_day(outlook, due))
            yield replace(row, name=name, kind="recurring")
    elif reading.kind == "immediate":
        yield replace(basis, kind="immediate")
        if reading.then_open:
            yield from _reports(outlook, task, basis, outlook.first)
    else:
        yield replace(basis, kind="undated")
        yield from _reports(outlook, task, basis, outlook.first)


def _reports(
    outlook: Outlook, task: Task, basis: Occurrence, first: date, before: date | None = None
) -> Iterator[Occurrence]:
    """Yield the rows that only ask for a report: what goes on without a date isn't forgotten."""
    cadence = task.cadence or outlook.plan.defaults.cadence or "quarterly"
    beat = read(CADENCES.get(cadence, cadence), outlook.context)
    if beat.kind != "recurring":
        beat = read(CADENCES["quarterly"], outlook.context)
    for name, start, due in recurrence(beat, first, outlook.last):
        if before and due >= before:
            return
        yield replace(_bare(basis), name=name, kind="report", starts=start, due=due, precision=beat.precision)


def _asked(outlook: Outlook, task: Task, basis: Occurrence) -> Iterator[Occurrence]:
    """Yield the row that asks for a report by a day of its own (反馈时限); it is closed by any report."""
    said = read(task.report_due, outlook.context) if task.report_due else None
    if said and said.kind == "recurring":
        for name, start, due in recurrence(said, outlook.first, outlook.last):
            row = replace(_bare(basis), name=f"report/{name}", kind="report", starts=start)
            yield replace(row, due=open_day(outlook, due), text=said.text, reading=said.kind)
    elif said and said.due:
        due = open_day(outlook, said.due)
        row = replace(_bare(basis), name="report", kind="report", due=due, starts=None)
        yield replace(row, text=said.text, reading=said.kind)


def _review(outlook: Outlook, task: Task, basis: Occurrence) -> Iterator[Occurrence]:
    """Yield the row that asks the office whether a long-running task goes on, becomes routine or is closed."""
    said = read(task.review, outlook.context) if task.review else None
    if said and said.due:
        leads = _office(outlook, default=False)
        row = replace(_bare(basis), name="review", kind="report", due=open_day(outlook, said.due), starts=None)
        row = replace(row, text=said.text, reading=said.kind)
        yield replace(row, leads=leads, units=tuple(("lead", unit) for unit in leads), people=())


def _bare(basis: Occurrence) -> Occurrence:
    """Return a task's row without what belongs to the task itself: its state, its quantity, its steps."""
    return replace(basis, state="", done=None, target=None, steps=False)


def _steps(outlook: Outlook, task: Task, basis: Occurrence, reading: Reading) -> Iterator[Occurrence]:
    """Yield milestones, written out or said within the deadline, and measures that stand for themselves."""
    own = tuple(measure for measure in task.measures if measure.due or measure.lead or measure.state)
    steps: tuple[Milestone | Measure, ...] = (*task.milestones, *own)
    for step in steps:
        yield from _step(outlook, task, basis, reading, step)
    for number, (day, words) in enumerate(reading.milestones[:-1], start=1):
        row = replace(_bare(basis), name=f"m{number}", title=f"{task.title}：{words}", part="milestone")
        yield replace(row, due=open_day(outlook, day), starts=None, soft=basis.soft or is_aim(words))


def _step(
    outlook: Outlook, task: Task, basis: Occurrence, reading: Reading, step: Milestone | Measure
) -> Iterator[Occurrence]:
    """Yield the row of one step, or its periods; a step without a date has its task's."""
    said = read(step.due, outlook.context) if step.due else reading
    owners = _persons(outlook.directory, step.owner) if isinstance(step, Measure) else []
    others = tuple(part for part in basis.people if not owners or part[0] != "owner")
    basis = replace(
        _bare(basis),
        name=step.id,
        part="measure" if isinstance(step, Measure) else "milestone",
        people=(*(("owner", person) for person in owners), *others),
        title=f"{task.title}：{step.title}",
        ladder=(_ladder(step.ladder) if isinstance(step, Milestone) else "") or basis.ladder,
        text=said.text,
        rule=said.rule,
        reading=said.kind,
        precision=said.precision,
        leads=units_of(outlook.directory, step.lead, outlook.first) if isinstance(step, Measure) else (),
        state=step.state,
        done=read(step.done, outlook.context).due if isinstance(step, Milestone) and step.done else None,
    )
    if said.kind == "recurring":
        for name, start, last in recurrence(said, outlook.first, outlook.last):
            row = f"{step.id}/{name}"
            yield replace(basis, name=row, kind="recurring", starts=start, due=open_day(outlook, last), state="")
        return
    due = open_day(outlook, said.due) if said.due else None
    yield replace(basis, kind="dated" if due else "undated", due=due, starts=said.start)


def open_day(outlook: Outlook, due: date) -> date:
    """Return a deadline moved off a closed day where the plan says so, and as written where it doesn't."""
    rule = outlook.plan.on_closed_day
    if rule == "before":
        return outlook.workdays.on_or_before(due)
    return outlook.workdays.on_or_after(due) if rule == "after" else due


def units_of(directory: Directory, texts: tuple[str, ...], on: date) -> tuple[str, ...]:
    """Return the ids of units and of a group's members, each once; an unknown unit stays as it is written."""
    found: dict[str, None] = {}
    for text in texts:
        for unit in directory.members(text, on) or (text,):
            found[unit] = None
    return tuple(found)


class _Answering(NamedTuple):
    """Who answers in one row of a task: what the row is called for that, who leads, who has which part."""

    name: str
    leads: tuple[str, ...]
    units: tuple[tuple[str, str], ...]


def _answering(outlook: Outlook, task: Task) -> Iterator[_Answering]:
    """Yield who answers for the task: all leads in one row, or a row each where each answers for itself."""
    on, directory = outlook.first, outlook.directory
    roles: Mapping[str, tuple[str, ...]] = {
        "lead": units_of(directory, task.lead, on),
        "responsible": units_of(directory, task.responsible, on),
        "support": units_of(directory, _support(outlook, task), on),
    }
    each = units_of(directory, task.each, on)
    alone = bool(each) and not roles["lead"] and not roles["responsible"]
    leads = roles["lead"] or roles["responsible"][:1] or _office(outlook)
    if not task.first_leads:
        each, alone = roles["lead"] or roles["responsible"], True
    parts = [("lead", unit) for unit in leads]
    parts += [(role, unit) for role in ("responsible", "support") for unit in roles[role] if unit not in leads]
    if not alone:
        yield _Answering("", leads, tuple(parts))
    for unit in each:
        own = [("each", unit), *((role, other) for role, other in parts if other not in each and role == "support")]
        yield _Answering(unit, (unit,), tuple(own))


def _share(row: Occurrence) -> Occurrence:
    """Return a row of one unit, measured by that unit's own part of the quantity where the plan names one."""
    target = row.target
    if target is None or len(row.leads) != 1 or row.leads[0] not in target.by_unit:
        return row
    return replace(row, target=replace(target, value=target.by_unit[row.leads[0]], baseline=None))


def _support(outlook: Outlook, task: Task) -> tuple[str, ...]:
    """Return who supports a task: what it says itself, be it nobody, else the plan's default."""
    return task.support if task.support or "support" in task.places else outlook.plan.defaults.support


def _office(outlook: Outlook, *, default: bool = True) -> tuple[str, ...]:
    """Return who leads what names nobody: the plan's default, its office, its issuer, the directory's office."""
    plan, directory = outlook.plan, outlook.directory
    for texts in (plan.defaults.lead if default else (), (plan.office,), (plan.issuer,), (directory.office,)):
        known = tuple(text for text in texts if text and directory.members(text, outlook.first))
        if known:
            return units_of(directory, known, outlook.first)
    return plan.defaults.lead or ((plan.office or plan.issuer,) if plan.office or plan.issuer else ())


def _of_units(row: Occurrence, answering: _Answering) -> Occurrence:
    """Return one dated row for one set of units; the parts of its name are joined."""
    name = "/".join(part for part in (row.name, answering.name) if part)
    if not row.leads:
        return _share(replace(row, name=name, leads=answering.leads, units=answering.units))
    others = tuple(part for part in answering.units if part[0] != "lead" and part[1] not in row.leads)
    return replace(row, name=name, units=(*(("lead", unit) for unit in row.leads), *others))
