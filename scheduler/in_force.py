"""A plan as it is in force: the file's text with the dates, states and leads that the office has decided since."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from plans import compare
from plans.language.keys import STATES
from plans.model import Measure, Milestone, Place, Plan, Task, say
from plans.remarks import comments_of
from plans.trouble import DeskError
from plans.write import Comments
from scheduler.copies import source_of
from scheduler.entry import Source
from store import ledger
from store.database import row, rows

_STATE_WORDS = frozenset(words[at] for words in STATES.values() for at in (0, 1))
UNSAID = ("", "open", "lapsed")  # states that a plan file needs no word for
Row = Mapping[str, Any]


def plan_in_force(connection: Connection, plan: str) -> tuple[Plan, Comments]:
    """Return a plan as it is in force, and what a reader of the file should know beside it, its own comments first.

    Raises:
        DeskError: the ledger has no such plan.
    """
    known = row(connection, "SELECT id, source, file FROM plan WHERE id = :plan", plan=plan)
    source = source_of(connection, known["source"], known["file"]) if known else None
    if source is None:
        raise DeskError(say("the ledger has no plan {plan}", plan=plan))
    given = compare.settled(source.plan, ledger.known_tasks(connection, plan))[1]
    by_task: dict[str, dict[str, Row]] = {}
    for one in ledger.occurrences(connection, plan):
        by_task.setdefault(one["task"], {})[one["name"]] = one
    written = [replace(task, id=given.get(place, task.id)) for place, task in enumerate(source.plan.tasks)]
    spelling = _Spelling(source)
    tasks = [_task(task, by_task.get(task.id, {}), spelling) for task in written]
    tasks += _kept(connection, plan, by_task, spelling)
    names = {*by_task, *(name for standing in by_task.values() for name in standing)}
    comments: dict[tuple[str | int, ...], Sequence[str]] = {
        path: [line for line in lines if not _is_note(line, names)]
        for path, lines in comments_of(source.text, source.plan).items()
    }
    for place, task in enumerate(tasks):
        notes = _notes(by_task.get(task.id, {}), written[place] if place < len(written) else task, source.plan.language)
        if notes:
            comments["tasks", place] = [*comments.get(("tasks", place), ()), *notes]
    return replace(source.plan, tasks=tuple(tasks)), comments


class _Spelling:
    """How the plan spells its units: as it has them already, else as it does most: by id, or by name."""

    def __init__(self, source: Source) -> None:
        self.directory = source.directory
        written = {name for task in source.plan.tasks for name in (*task.lead, *task.responsible, *task.each)}
        self.by_id = bool(written) and written <= self.directory.units.keys()

    def __call__(self, units: Sequence[str], before: Sequence[str]) -> tuple[str, ...]:
        """Return *units*, by id, as they are written; *before* are the names that stood there."""
        known = {named.unit.id: named.text for named in self.directory.units_in(before) if named.unit}
        return tuple(known.get(unit) or self._one(unit) for unit in units)

    def _one(self, unit: str) -> str:
        found = self.directory.units.get(unit)
        if self.by_id or found is None or self.directory.unit(found.name) != found:
            return unit
        return found.name


def _task(task: Task, standing: Mapping[str, Row], spelling: _Spelling) -> Task:
    task = replace(
        task,
        was="",
        milestones=tuple(_milestone(step, standing.get(step.id)) for step in task.milestones),
        measures=tuple(_measure(step, standing.get(step.id)) for step in task.measures),
    )
    main = standing.get("")
    if main is None:
        return task
    if main["leads"] != main["declared_leads"]:
        task = replace(task, lead=spelling(json.loads(main["leads"]), task.lead))
    due, state, done = _said(task.due, task.done, main)
    return replace(task, due=due, state=state, done=done)


def _milestone(step: Milestone, one: Row | None) -> Milestone:
    if one is None:
        return step
    due, state, done = _said(step.due, step.done, one)
    return replace(step, due=due, state=state, done=done)


def _measure(step: Measure, one: Row | None) -> Measure:
    if one is None:
        return step
    due, state, _ = _said(step.due, "", one)
    return replace(step, due=due, state=state)


def _said(due: str, done: str, one: Row) -> tuple[str, str, str]:
    """Return date, state and day of completion of a row: the file's own words wherever they still hold."""
    if one["due"] and one["due"] != one["declared"]:
        due = str(one["due"])
    if one["state"] in UNSAID:
        return due, "", ""
    if one["state"] == "done" and one["finished_on"]:
        done = str(one["finished_on"])
    return due, one["state"], done if one["state"] == "done" else ""


def _kept(
    connection: Connection, plan: str, standing: Mapping[str, Mapping[str, Row]], spelling: _Spelling
) -> list[Task]:
    """Return the tasks that go on though the file no longer has them."""
    found = rows(
        connection, "SELECT * FROM task WHERE plan = :plan AND kept_on IS NOT NULL ORDER BY position", plan=plan
    )
    return [
        _task(
            Task(
                id=one["id"], title=one["title"], place=Place("", 1, 1), no=one["no"], phase=one["phase"],
                due=one["text"], lead=spelling(_leads(standing.get(one["id"], {})), ()),
            ),
            standing.get(one["id"], {}),
            spelling,
        )
        for one in found
    ]  # fmt: skip


def _leads(standing: Mapping[str, Row]) -> tuple[str, ...]:
    return tuple(json.loads(standing[""]["leads"])) if "" in standing else ()


def _is_note(line: str, names: Container[str]) -> bool:
    """Return whether a comment is one that `_notes` wrote into an earlier text: what is true by now is written anew."""
    name, _, said = line.partition(": ")
    return name in names and (" → " in said or said.rstrip("0123456789- ") in _STATE_WORDS)


def _notes(standing: Mapping[str, Row], written: Task, language: str) -> Sequence[str]:
    """Return what a plan file can't say: the first date in the words it had, and how single rows stand.

    A row of one unit or one period has no place in the file; its date, state and last day are kept by the ledger.
    """
    steps: tuple[Milestone | Measure, ...] = (*written.milestones, *written.measures)
    said = {"": written.due, **{step.id: step.due for step in steps}}
    notes = []
    for name, one in standing.items():
        if name not in said and one["state"] not in UNSAID:
            notes.append(f"{name}: {STATES[one['state']][language == 'zh']} {one['finished_on'] or ''}".strip())
        if not one["due"] or not one["original_due"] or one["due"] == one["original_due"]:
            continue
        first = str(one["original_due"])
        words = said.get(name, "") if one["declared"] == one["original_due"] else ""
        before = f"{words} ({first})" if words and words != first else first
        notes.append(f"{name or written.id}: {before} → {one['due']}")
    return notes
