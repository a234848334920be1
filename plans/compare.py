"""What changed between a plan as the ledger has it and as its file says now, row by row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from plans.identity import normalised
from plans.model import Occurrence, Plan, Task

ChangeKind = Literal["added", "past", "moved", "changed", "vanished", "gone", "kept", "dropped", "revived", "same"]


@dataclass(frozen=True, slots=True)
class Known:
    """A row as the ledger has it."""

    id: int
    task: str
    name: str
    title: str
    declared: date | None
    due: date | None
    digest: str
    gone: bool = False
    state: str = ""  # as the file carried it in
    kind: str = "dated"
    leads: str = ""  # as the file declared them, a JSON list
    ended: bool = False  # done or closed: nobody has to say what becomes of it
    leading: str = ""  # who leads by now, a JSON list
    standing: str = ""  # how it stands by now


@dataclass(frozen=True, slots=True)
class KnownTask:
    """A task as the ledger has it."""

    id: str
    title: str
    gone: bool = False
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one row: *declared* is what the file says now (None: nothing), *known* what the ledger has.

    `past`: added, but its date was past already. `vanished`: its task is no longer in the file and nobody said what
    becomes of it; `gone`: it is cancelled; `kept`: it goes on. `dropped`: only this row is no longer declared.
    `overrides` is the date in force (an extension) that a changed declaration takes back.
    """

    kind: ChangeKind
    task: str
    name: str
    title: str
    declared: Occurrence | None = None
    known: Known | None = None
    overrides: date | None = None


def digest(row: Occurrence) -> str:
    """Return a hash of everything a row declares beside its date, its state and its place in the list."""
    target = row.target
    said = (
        row.title, row.kind, row.text, row.rule, row.precision, str(row.starts), row.leads, row.units, row.people,
        row.soft, row.fixed, row.ladder, row.part, row.steps, row.follows,
        target and (target.op, target.value, target.unit, target.kind, target.baseline, target.profile),
    )  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:32]


def declared_state(row: Occurrence) -> str:
    """Return the state a row's file carries in, with its day; empty where it says nothing."""
    return f"{row.state} {row.done or ''}".strip() if row.state else ""


def settled(plan: Plan, known: Mapping[str, KnownTask]) -> tuple[dict[str, str], dict[int, str]]:
    """Return how tasks keep their history: old id -> new id of renamed ones, and position -> id of those without.

    A task without an id is the one whose normalised title is equal; one with `was` is the one it names. Nothing
    else moves a history: likeness is for proposals.
    """
    titles = {normalised(task.title): task.id for task in known.values()}
    renamed = {task.was: task.id for task in plan.tasks if task.was in known and task.id and task.id != task.was}
    written = {task.id for task in plan.tasks if task.id}
    given = {}
    for position, task in enumerate(plan.tasks):
        same = None if task.id else titles.get(normalised(task.title))
        if same and same not in written:
            given[position] = same
    return renamed, given


def was_proposals(plan: Plan, known: Mapping[str, KnownTask]) -> list[tuple[Task, str]]:
    """Return new tasks whose title a vanished one bears, with that one's id: did you mean `was: ID`?"""
    written = {task.id for task in plan.tasks} | {task.was for task in plan.tasks if task.was}
    vanished = {normalised(old.title): old.id for old in known.values() if old.id not in written and not old.gone}
    fresh = (task for task in plan.tasks if vanished and task.id and task.id not in known and not task.was)
    return [(task, vanished[title]) for task in fresh if (title := normalised(task.title)) in vanished]


def compare(
    known: Sequence[Known],
    tasks: Mapping[str, KnownTask],
    declared: Iterable[Occurrence],
    today: date,
    gone: Literal["", "cancel", "keep"] = "",
    through: date = date.max,
) -> list[Change]:
    """Return what an apply would do with every row, in the file's order, vanished rows last.

    Args:
        known: the ledger's rows of the plan, renamed tasks under their new ids.
        tasks: the ledger's tasks of the plan.
        declared: the rows the file declares.
        today: the day of the apply; a new row whose date lies before it is `past`.
        gone: what is to become of vanished tasks; empty asks.
        through: the day to which recurring rows were laid out; those the ledger has beyond it stay.
    """
    have = {(row.task, row.name): row for row in known}
    changes = [_change(row, have.pop((row.task, row.name), None), today) for row in declared]
    present = {change.task for change in changes}
    for row in have.values():
        if row.gone or (row.task not in present and row.task in tasks and tasks[row.task].kept):
            continue
        if row.task not in present and row.ended:
            continue
        if row.task in present and row.kind in ("recurring", "report") and row.declared and row.declared > through:
            continue
        kind: ChangeKind = "dropped" if row.task in present else _FATES[gone]
        changes.append(Change(kind, row.task, row.name, row.title, known=row))
    return changes


_FATES: Mapping[str, ChangeKind] = {"": "vanished", "cancel": "gone", "keep": "kept"}


def _change(row: Occurrence, known: Known | None, today: date) -> Change:
    def change(kind: ChangeKind, overrides: date | None = None) -> Change:
        return Change(kind, row.task, row.name, row.title, row, known, overrides)

    if known is None:
        return change("past" if row.due and row.due < today and not row.state else "added")
    if known.gone:
        return change("revived")
    if known.declared != row.due and known.due == row.due:
        return change("changed")  # the file says now what the office has granted before
    if known.declared != row.due:
        return change("moved", known.due if known.due != known.declared else None)
    same = known.digest == digest(row) and known.state == declared_state(row)
    return change("same" if same else "changed")
