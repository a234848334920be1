"""What a changed directory changes in who is who: units that are renamed, merged, split or ended, and for whom."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from plans.directory import Directory
from plans.model import Sentence, Unit, say
from scheduler.entry import Prepared
from store import ledger
from store.database import rows
from store.states import ENDED_LIST

_OPEN = f"SELECT leads FROM occurrence WHERE state NOT IN ({ENDED_LIST})"


def directories(prepared: Sequence[Prepared]) -> list[Prepared]:
    """Return a plan with each directory that is applied, the shared files after those written inside plans."""
    found = {id(one.source.directory): one for one in prepared if not one.unchanged}
    return sorted(found.values(), key=lambda one: bool(one.source.directory_text))


def reorganised(connection: Connection, prepared: Sequence[Prepared]) -> list[Sentence]:
    """Return what applying plans with their directories changes for the units that the ledger knows."""
    return [said for one in directories(prepared) for said in _said(connection, one.source.directory)]


def _said(connection: Connection, directory: Directory) -> Iterator[Sentence]:
    for _, old, new in ledger.renamed_units(connection, directory):
        yield say("{old} is called {new} from now on", old=old, new=new)
    known = {one["id"]: one for one in rows(connection, "SELECT id, until, became FROM unit")}
    moved = []
    for unit in directory.units.values():
        after = [found.id for name in unit.became if (found := directory.unit(name))]
        before = known.get(unit.id)
        if before and (before["until"], json.loads(before["became"])) != (unit.until, after):
            moved.append((unit, [directory.units[name] for name in after]))
    asked = Counter(lead for one in rows(connection, _OPEN) for lead in json.loads(one["leads"])) if moved else {}
    for unit, successors in moved:
        yield _moved(directory, unit, successors, asked.get(unit.id, 0))


def _moved(directory: Directory, unit: Unit, successors: Sequence[Unit], count: int) -> Sentence:
    """Return what becomes of a unit that leads *count* open rows."""
    if unit.until is None:
        return say("{unit} goes on as it was, and nobody takes over from it", unit=unit.name)
    if not successors:
        return say("{unit} ends on {day} and nobody takes over; open rows that it leads: {count}",
                   unit=unit.name, day=unit.until, count=count)  # fmt: skip
    told = tuple(dict.fromkeys(filter(None, (_reader(directory, one) for one in successors))))
    return say(
        "from {day} on {unit} is {successors}; letters then go to {people}, open rows that it leads: {count}",
        day=unit.until, unit=unit.name, successors=tuple(one.name for one in successors), count=count,
        people=told or say("nobody, for no address is known"),
    )  # fmt: skip


def _reader(directory: Directory, unit: Unit) -> str:
    """Return who gets the letters of a unit: its contact, else itself, else who stands for it; "" for nobody."""
    contact = directory.person(unit.contact) if unit.contact else None
    if contact and contact.mail:
        return contact.name
    return unit.name if directory.reach(unit) else ""
