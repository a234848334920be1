"""From plan files to the ledger: what an apply would do, and doing it, all or nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import Connection

from plans import compare
from plans.compare import Change
from plans.model import Plan, say
from plans.occurrences import Outlook, expand, issue_day
from plans.presets import PRESETS
from plans.trouble import DeskError
from plans.workdays import Workdays
from scheduler import calendars
from scheduler.copies import says_the_same, source_of
from scheduler.entry import Entry, Prepared, Source
from scheduler.matters import Desk
from scheduler.readdressing import readdress
from scheduler.reorganising import directories
from scheduler.settings import Settings
from scheduler.succession import takeover
from store import ledger
from store.database import GREW, insert, row, rows, run, run_all
from store.tables import Event

_PLACED = "UPDATE occurrence SET position = :position WHERE plan = :plan AND task = :task AND name = :name"
AHEAD = 396  # days, 13 months: how far recurring rows are laid out
MANY = 1000  # changed rows after which a server looks anew at how large its tables are
Gone = Literal["", "cancel", "keep"]


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply did: one line a plan, and how many letters wait for its release."""

    plan: str
    fresh: bool
    changes: tuple[Change, ...] = ()
    rows: int = 0
    past: tuple[str, ...] = field(default_factory=tuple)  # tasks that were due before they were assigned


def prepare(connection: Connection, source: Source, on: date, settings: Settings, gone: Gone = "") -> Prepared:
    """Return what applying one plan on a day would do; nothing is written."""
    plan, directory = source.plan, source.directory
    if not plan.issued and not plan.year:
        raise DeskError(say("{file}: plan {plan} has neither `issued` nor `year`; write one of them",
                            file=plan.file, plan=plan.id))  # fmt: skip
    workdays = Workdays(plan.workdays, directory.closed, directory.worked)
    mark = _digest(source, workdays, settings)
    before = row(connection, "SELECT digest, source FROM plan WHERE id = :plan", plan=plan.id)
    tasks = ledger.known_tasks(connection, plan.id)
    if before and before["digest"] == mark:
        return Prepared(source, (), mark, {}, workdays, on, fresh=False, unchanged=True)
    taken = takeover(connection, plan, gone)
    renamed, given = compare.settled(plan, tasks)
    plan = _with_ids(plan, given)
    known = [replace(one, task=renamed.get(one.task, one.task)) for one in ledger.known_rows(connection, plan.id)]
    tasks = {renamed.get(name, name): task for name, task in tasks.items()}
    declared = expand(Outlook(plan, directory, workdays, on + timedelta(days=AHEAD)))
    changes = tuple(compare.compare(known, tasks, declared, on, gone, on + timedelta(days=AHEAD)))
    reworded = False
    if before and not renamed and all(change.kind == "same" for change in changes):
        copy = source_of(connection, before["source"], plan.file)
        only_text = before["digest"] == _digest(replace(source, text=before["source"]), workdays, settings)
        reworded = copy is not None and only_text and says_the_same(copy, plan, tasks)
    return Prepared(
        source=replace(source, plan=plan),
        changes=changes,
        digest=mark,
        renamed=renamed,
        workdays=workdays,
        on=on,
        fresh=before is None,
        unchanged=False,
        reworded=reworded,
        proposals=tuple(compare.was_proposals(plan, tasks)),
        taken=taken,
    )


def _with_ids(plan: Plan, given: dict[int, str]) -> Plan:
    tasks = enumerate(plan.tasks)
    return replace(
        plan, tasks=tuple(replace(task, id=given[place]) if place in given else task for place, task in tasks)
    )


def _digest(source: Source, workdays: Workdays, settings: Settings) -> str:
    """Return one hash of all that an apply depends on, so that the same again costs one comparison."""
    year = source.plan.plan_year or 0
    parts = [
        source.text,
        source.directory_text,
        *(path.read_text("utf-8") for path in sorted(PRESETS.glob("*.yaml"))),
        *(workdays.status(known) for known in range(year, year + 3)),
        str(settings.send_at),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def apply(
    connection: Connection, prepared: Sequence[Prepared], *, on: date, at: int, actor: str, settings: Settings
) -> list[Applied]:
    """Write prepared plans into the ledger, in the caller's transaction: all of them or none.

    Args:
        connection: a writing transaction.
        prepared: what `prepare` made of each plan, in this transaction.
        on: the day it takes effect.
        at: the machine's instant, seconds since 1970.
        actor: who applied.
        settings: the house's.

    Raises:
        DeskError: tasks vanished from a file and nobody said whether they are cancelled or go on.
    """
    for one in prepared:  # a file that was moved is the plan's file where it lies now, though nothing else is new
        sql = "UPDATE plan SET file = :file WHERE id = :plan AND file <> :file"
        run(connection, sql, file=one.plan.file, plan=one.plan.id)
    todo = sorted((one for one in prepared if not one.unchanged), key=lambda one: (issue_day(one.plan), one.plan.id))
    for one in todo:
        if one.taken.unanswered:
            raise DeskError(
                say("plan {plan}: supersedes doesn't say what becomes of {tasks}; write it in {file}, or say"
                    " --gone cancel or --gone keep", plan=one.plan.id, file=one.plan.file,
                    tasks=", ".join(f"{one.taken.plan}/{task}" for task in one.taken.unanswered))
            )  # fmt: skip
        if one.vanished:
            raise DeskError(
                say("plan {plan}: {tasks} vanished from {file}; say --gone cancel or --gone keep",
                    plan=one.plan.id, tasks=", ".join(one.vanished), file=one.plan.file)
            )  # fmt: skip
    if not todo:
        return []
    plans = _touched(connection, todo)
    shown = calendars.shown(connection, plans)
    for one in directories(todo):
        for unit, old, new in ledger.renamed_units(connection, one.source.directory):
            told = json.dumps({"unit": unit, "name": [old, new]}, ensure_ascii=False)
            insert(connection, Event(at=at, on=on, kind="unit_renamed", actor=actor, text=f"{old} → {new}", data=told))
        ledger.copy_directory(connection, one.source.directory, one.source.directory_text)
    ledger.touch(connection, on)
    done = [_apply_one(Entry(connection, one, on, at, actor, settings), one) for one in todo]
    readdress(Desk(connection, settings.send_at), on)
    calendars.note_changes(connection, plans, shown, at)
    if sum(change.kind != "same" for one in todo for change in one.changes) >= MANY:
        connection.info[GREW] = True
    return done


def _touched(connection: Connection, todo: Sequence[Prepared]) -> list[str]:
    """Return the plans whose rows may look otherwise in calendars: those applied, all where a unit's name is new."""
    known = {one["id"]: one["name"] for one in rows(connection, "SELECT id, name FROM unit")}
    if any(known.get(unit.id) != unit.name for one in todo for unit in one.source.directory.units.values()):
        return [one["id"] for one in rows(connection, "SELECT id FROM plan ORDER BY id")]
    return [one.plan.id for one in todo]


def _apply_one(entry: Entry, prepared: Prepared) -> Applied:
    entry.write()
    return Applied(
        plan=prepared.plan.id,
        fresh=prepared.fresh,
        changes=prepared.changes,
        rows=sum(change.declared is not None for change in prepared.changes),
        past=tuple(dict.fromkeys(change.task for change in prepared.changes if change.kind == "past")),
    )


def roll_on(connection: Connection, source: Source, *, on: date, at: int, settings: Settings) -> int:
    """Lay out the recurring rows of a plan as far ahead as on the first day; return how many were added.

    *source* is the ledger's own copy of what was last applied; nothing else of the plan is touched.
    """
    plan, directory = source.plan, source.directory
    workdays = Workdays(plan.workdays, directory.closed, directory.worked)
    plan = _with_ids(plan, compare.settled(plan, ledger.known_tasks(connection, plan.id))[1])
    known = {(one.task, one.name) for one in ledger.known_rows(connection, plan.id)}
    declared = expand(Outlook(plan, directory, workdays, on + timedelta(days=AHEAD)))
    fresh = [one for one in declared if one.kind in ("recurring", "report") and (one.task, one.name) not in known]
    changes = tuple(compare.Change("added", one.task, one.name, one.title, one) for one in fresh)
    if not fresh:
        return 0
    prepared = Prepared(replace(source, plan=plan), changes, "", {}, workdays, on, fresh=False, unchanged=False)
    Entry(connection, prepared, on, at, "duban", settings).roll_on()
    places = [{"plan": plan.id, "task": one.task, "name": one.name, "position": one.position} for one in declared]
    run_all(connection, _PLACED, places)  # what stands behind the new rows moves on
    ledger.touch(connection, on)
    return len(fresh)
