"""A new version of a document updates the plan an earlier one became: tasks that are still there keep their ids."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace

from plans.compare import Change, Known, KnownTask, compare, digest
from plans.directory import Directory
from plans.identity import normalised
from plans.intake.planning import Drafted
from plans.model import Occurrence, Plan, Task, say
from plans.occurrences import Outlook, expand, issue_day, named
from plans.workdays import Workdays

# What an office adds to a plan by hand and no document says; the rest is the new version's to say.
_OF_THE_OFFICE = ("ladder", "tags", "after", "review", "cadence", "contact", "fixed", "inform")
_OF_THE_HOUSE = (
    "supersedes", "timezone", "workdays", "ladder", "calendars", "on_closed_day", "acceptance", "date_order",
    "fiscal_year", "ends", "closed", "inline",
)  # fmt: skip
_ALIKE = 0.72


def renewed(drafted: Drafted, old: Plan) -> Drafted:
    """Return the draft as a new version of *old*: equal titles keep their ids, likely ones are proposed in a comment.

    Nothing moves a history by likeness; what the office added by hand stays.
    """
    plan = drafted.plan
    before = named(old)
    by_title = _once(before)
    taken: set[str] = set()
    tasks = []
    for task in plan.tasks:
        same = by_title.get(normalised(task.title))
        if same is not None and same.id not in taken:
            taken.add(same.id)
            task = _kept(task, same)
        tasks.append(task)
    left = [task for task in before if task.id not in taken]
    fresh = {at: task for at, task in enumerate(tasks) if task.id not in taken}
    for at, task in fresh.items():
        near = _nearest(task, left)
        if near is not None:
            drafted.comments.setdefault(("tasks", at), []).append(
                say("new, or {id} reworded ({title})? then write its id here", id=near.id, title=near.title[:40])
            )
    used = {task.id for task in before}
    tasks = [replace(task, id=f"{task.id}-new") if at in fresh and task.id in used else task
             for at, task in enumerate(tasks)]  # fmt: skip
    drafted.plan = _house_kept(replace(plan, tasks=tuple(tasks)), old)
    return drafted


def _once(tasks: Sequence[Task]) -> dict[str, Task]:
    """Return normalised title -> task, for titles that only one bears."""
    titles = [normalised(task.title) for task in tasks]
    return {title: task for title, task in zip(titles, tasks, strict=True) if titles.count(title) == 1}


def _kept(task: Task, old: Task) -> Task:
    added = {name: getattr(old, name) for name in _OF_THE_OFFICE if not getattr(task, name)}
    return replace(task, id=old.id, was=old.was, **added)


def _house_kept(plan: Plan, old: Plan) -> Plan:
    """Return the plan with what only the old file says of it as a whole; phases keep their ids by their titles."""
    ids = {normalised(phase.title): phase for phase in old.phases}
    phases = []
    renamed = {}
    for phase in plan.phases:
        same = ids.get(normalised(phase.title))
        renamed[phase.id] = same.id if same else phase.id
        phases.append(
            replace(phase, id=same.id, ladder=same.ladder, starts=phase.starts or same.starts) if same else phase
        )
    defaults = replace(
        plan.defaults,
        lead=plan.defaults.lead or old.defaults.lead,
        support=plan.defaults.support or old.defaults.support,
        due=plan.defaults.due or old.defaults.due,
        cadence=plan.defaults.cadence or old.defaults.cadence,
    )
    house = {name: getattr(old, name) for name in _OF_THE_HOUSE} | {"ends": old.ends or plan.ends}
    return replace(
        plan,
        id=old.id,
        phases=tuple(phases),
        tasks=tuple(replace(task, phase=renamed.get(task.phase, task.phase)) for task in plan.tasks),
        defaults=defaults,
        directory=old.directory or plan.directory,
        office=old.office or plan.office,
        handling=plan.handling or old.handling,
        **house,
    )


def _nearest(task: Task, left: Sequence[Task]) -> Task | None:
    wanted = normalised(task.title)[:120]
    likeness = [(difflib.SequenceMatcher(None, wanted, normalised(old.title)[:120]).ratio(), at) for at, old in
                enumerate(left)] if len(left) < 400 else []  # fmt: skip
    best, at = max(likeness, default=(0.0, -1))
    return left[at] if best >= _ALIKE else None


def changes(old: Plan, new: Plan, directory: Directory | None) -> list[Change]:
    """Return what an apply of *new* would change where *old* was applied on its day of issue, row by row."""
    house = directory or Directory()
    calendar = Workdays(old.workdays, house.closed, house.worked)
    horizon = max(issue_day(old), issue_day(new))
    horizon = horizon.replace(year=min(horizon.year + 2, 9998), day=1)
    before = expand(Outlook(old, house, calendar, horizon))
    after = expand(Outlook(new, house, calendar, horizon))
    known = [_known(row, at) for at, row in enumerate(before)]
    tasks = {task.id: KnownTask(task.id, task.title) for task in named(old)}
    return compare(known, tasks, after, issue_day(new))


def _known(row: Occurrence, at: int) -> Known:
    return Known(at, row.task, row.name, row.title, row.due, row.due, digest(row))
