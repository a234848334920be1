"""What the ledger remembers: all that is known of one task, every notice with its reason, and what was handed over."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

from store import look, queries
from store.references import is_row, person, task_key
from store.reorganised import stood_in_for, unit_names
from store.states import ENDED

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    Row = dict[str, Any]
    Read = Callable[..., list[Row]]

_NOT_ASKED = ("cancelled", "merged", "carried_over")
_DATED = ("reported_on", "accepted_on", "asked_on")  # days that a look at an earlier day must not know


def task(read: Read, day: date, reference: str) -> Row:
    """Return all that is known on *day* of a task: the task and its plan, occurrences, events and notices.

    *reference* is what `task_key` reads; with a row, only what happened to that row or to the whole task is told.
    Each occurrence has the keys of a listing's row, and roles and people: lists of (role, name).

    Raises:
        UsageError: there is no such task or row, or several plans have one.
    """
    plan, task_id, wanted = task_key(read, reference)
    key = {"plan": plan, "task": task_id}
    found = read(queries.TASK, **key)[0]
    people = {one["id"]: one["name"] for one in read(queries.ALL_PEOPLE)}
    units = {one["id"]: one["name"] for one in read(queries.ALL_UNITS)}
    rows = look.of_task(read, day, plan, task_id)
    roles = _parts(read(queries.UNITS_OF_TASK, **key), "unit", unit_names(read(queries.ALL_UNITS), day))
    named = read(queries.PEOPLE_OF_TASK, **key)
    absent = stood_in_for(read, (one["person"] for one in named))
    persons = _parts(named, "person", {key: (name,) for key, name in people.items()})
    occurrences = [
        rows[one["id"]] | _known(one, day) | {"roles": roles.get(one["id"], []), "people": persons.get(one["id"], [])}
        for one in read(queries.OCCURRENCES, **key)
        if one["id"] in rows and is_row(one["name"], wanted)
    ]
    return found | {
        "spec": json.loads(found["spec"]),
        "occurrences": occurrences,
        "sums": each_sums(occurrences, units),
        "events": [
            _event(one, units)
            for one in read(queries.EVENTS, day=day, **key)
            if one["occurrence"] is None or is_row(one["occurrence"], wanted)
        ],
        "notices": [
            _notice(one, people | {f"unit:{k}": v for k, v in units.items()}) | {"instead_of": absent(one)}
            for one in read(queries.NOTICES, day=day, **key)
            if is_row(one["occurrence"], wanted)
        ],
        "house_held": "".join(house["held"] for house in read(queries.HOUSE)),
    }


def each_sums(occurrences: Iterable[Row], units: Mapping[str, str]) -> list[Row]:
    """Return for each period of what every unit does on its own: how many were asked, how many are in, who is missing.

    *name* is the period or step, empty for the task as a whole; *missing* are names in the order of the plan. Of rows
    that one unit has after a merger each is called by the unit it was asked of, by *units*.
    """
    periods: dict[str, list[Row]] = {}
    for one in occurrences:
        if any(role == "each" for role, _ in one["roles"]) and one["state"] not in _NOT_ASKED:
            periods.setdefault(one["occurrence"].rpartition("/")[0], []).append(one)
    return [_sum(name, rows, units) for name, rows in periods.items()]


def _sum(name: str, rows: list[Row], units: Mapping[str, str]) -> Row:
    called = [lead for row in rows for lead in row["lead"]]
    missing: list[str] = []
    for row in rows:
        if row["state"] in ENDED or row["state"] == "reported":
            continue
        merged = any(called.count(lead) > 1 for lead in row["lead"])
        missing += [units.get(unit, unit) for unit in row["lead_ids"]] if merged else row["lead"]
    came = sum(row["state"] in ENDED or row["state"] == "reported" for row in rows)
    return {"name": name, "asked": len(rows), "in": came, "missing": missing}


def sent(read: Read, day: date, since: date = date.min, to: str = "") -> list[Row]:
    """Return the letters of the days from *since* to *day* that were handed over or wait for it, oldest first.

    *to* is a person's id, name or address, or a unit's; each letter also has name, its reader's. Only what waits has a
    next_at.

    Raises:
        UsageError: the ledger knows nobody called *to*.
    """
    names = {one["id"]: one["name"] for one in read(queries.ALL_PEOPLE)}
    names |= {f"unit:{one['id']}": one["name"] for one in read(queries.ALL_UNITS)}
    wanted = person(read, to) if to else ""
    letters = read(queries.LETTERS, day=day, since=since)
    return [
        letter
        | {"name": names.get(letter["person"], letter["person"])}
        | {name: moment(letter[name]) for name in ("made_at", "sent_at")}
        | {"next_at": moment(letter["next_at"]) if letter["state"] in ("ready", "claimed") else None}
        for letter in letters
        if wanted in ("", letter["person"])
    ]


def moment(instant: int | None) -> str | None:
    """Return an instant of the ledger as ISO text in UTC, 2018-06-08T00:30:00Z."""
    return None if instant is None else datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _parts(found: list[Row], column: str, names: Mapping[str, tuple[str, ...]]) -> dict[int, list[tuple[str, str]]]:
    """Return the (role, name) pairs of each row, a unit by the names of those that have taken over by then."""
    parts: dict[int, list[tuple[str, str]]] = {}
    for row in found:
        own = parts.setdefault(row["occurrence"], [])
        called = ((row["role"], name) for name in names.get(row[column], (row[column],)))
        own += [one for one in called if one not in own]
    return parts


def _known(occurrence: Row, day: date) -> Row:
    """Return the columns of an occurrence, without what happened after *day*."""
    known = {name: value for name, value in occurrence.items() if name not in {"id", "name"}}
    later = [name for name in _DATED if known[name] and known[name] > day.isoformat()]
    flags = {name: bool(known[name]) for name in ("soft", "fixed")}
    return known | dict.fromkeys(later) | flags | {"next_at": moment(known["next_at"])}


def _event(event: Row, units: Mapping[str, str]) -> Row:
    """Return an event with what it changed; who led before and who leads since by name as well, as `lead`."""
    data = json.loads(event["data"])
    if "leads" in data:
        data["lead"] = [[units.get(unit, unit) for unit in json.loads(leads or "[]")] for leads in data["leads"]]
    return event | {"at": moment(event["at"]), "data": data}


def _notice(notice: Row, names: Mapping[str, str]) -> Row:
    """Return a notice with its reader's name and instants as text."""
    told = {name: moment(notice[name]) for name in ("sent_at", "try_at")}
    return notice | told | {"name": names.get(notice["person"], notice["person"]), "late": bool(notice["late"])}
