"""The ledger's own copy of a plan file: what was applied last, read again as it was written."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from plans import compare
from plans.compare import KnownTask
from plans.directory import Directory
from plans.mending import meaning
from plans.model import Plan
from plans.read import directory_of, read_directory, read_plan
from scheduler.entry import Source
from store import ledger


def source_of(connection: Connection, text: str, file: str) -> Source | None:
    """Return a plan as it was last applied, read again from the ledger's own copy."""
    plan, _ = read_plan(text, file)
    if plan is None:
        return None
    written = ledger.house(connection)["directory"]
    directory = directory_of(plan) or (read_directory(written, "")[0] if written else None)
    return Source(plan, text, directory or Directory(), written)


def says_the_same(source: Source, plan: Plan, tasks: dict[str, KnownTask]) -> bool:
    """Return whether a *plan*, its tasks under the ledger's ids, says what the ledger's copy (*source*) says.

    Comments, order of keys and names of the ledger's ids don't count, nor does `was` where nothing is left to rename.
    """
    given = compare.settled(source.plan, tasks)[1]
    return bool(meaning(_bare(source.plan, given)) == meaning(_bare(plan, {})))


def _bare(plan: Plan, given: dict[int, str]) -> Plan:
    tasks = [replace(task, id=given.get(place, task.id), was="") for place, task in enumerate(plan.tasks)]
    return replace(plan, tasks=tuple(tasks))
