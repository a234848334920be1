"""The ledger's own book-keeping: rows, how they stand on any day, and the events that changed them.

A row changes only through `change`, which writes the row, closes its standing, opens the next one and adds the event,
so that the state of any day can be replayed and nothing happens without a trace.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from plans.compare import Known, KnownTask
from plans.directory import Directory
from plans.model import Occurrence, say
from plans.trouble import DeskError, LedgerError
from plans.workdays import Workdays
from store.database import TOUCHED, insert, insert_all, row, rows, run, update
from store.states import ENDED, N_
from store.tables import Event, OccurrenceUnit, Standing

STRIDE = timedelta(days=7)  # what a rehearsal goes forward by itself
RAISED = 1_000_000  # a SEQUENCE no row comes to by its own changes
EPOCH = date(1999, 12, 31)  # ordinals of working days count from 1 January 2000


def house(connection: Connection) -> dict[str, Any]:
    """Return the one row that says which ledger this is."""
    found = row(connection, "SELECT * FROM house")
    if found is None:
        raise LedgerError(say("this ledger is empty; run `duban init`"))
    return found


def guard(connection: Connection, on: date, machine_day: date, *, named: bool = True) -> None:
    """Refuse to write at a day that would make the ledger's past unsure (design: the ledger).

    A rehearsal of other days wants its day *named*: one forgotten, and nothing could be written of its own days again.
    """
    here = house(connection)
    latest = here["latest_on"]
    if latest and on < latest and here["rehearsal"]:
        words = N_(
            "the ledger already holds something of {latest}; {on} is before that. A rehearsal goes on with --today"
            " {latest} or later, or begins anew: `duban init --rehearsal FOLDER`"
        )
        raise DeskError(say(words, latest=latest, on=on))
    if latest and on < latest:
        words = N_("the ledger already holds something of {latest}; {on} is before that. Take {latest} or later")
        raise DeskError(say(words, latest=latest, on=on))
    if latest and here["rehearsal"] and not named and on - latest > STRIDE:
        words = N_(
            "this rehearsal stands at {latest}, and no day was named. Name it with --today; with --today {on}, which is"
            " today, nothing before it could be written any more"
        )
        raise DeskError(say(words, latest=latest, on=on))
    if on > machine_day and not here["rehearsal"]:
        raise DeskError(say("{on} has not come yet; only a rehearsal (`duban init --rehearsal`) may run ahead", on=on))


def touch(connection: Connection, on: date) -> None:
    """Say that this transaction changed what feeds and pages show, with effect on a day."""
    connection.info[TOUCHED] = True
    run(
        connection,
        "UPDATE house SET revision = revision + 1,"
        " latest_on = CASE WHEN latest_on IS NULL OR latest_on < :on THEN :on ELSE latest_on END",
        on=on,
    )


def outrun(connection: Connection, now: int) -> None:
    """Raise every row's SEQUENCE above whatever calendars can have seen of it since a backup that was put back.

    Clients ignore what falls. Nobody changes a row once a minute, so the minutes since 1970 are above all that was
    lost; rows that are written anew later on begin no lower (`first_sequence`).
    """
    run(
        connection,
        "UPDATE occurrence SET changed_at = :now,"
        " sequence = CASE WHEN sequence < :least THEN :least ELSE sequence + 1 END",
        now=now,
        least=now // 60,
    )
    run(connection, "UPDATE house SET revision = revision + 1")


def first_sequence(connection: Connection) -> int:
    """Return the SEQUENCE a new row begins with: 0, unless all others were raised when a backup was put back."""
    found = row(connection, "SELECT min(sequence) AS least FROM occurrence")
    least = int(found["least"] or 0) if found else 0
    return least if least >= RAISED else 0


def known_tasks(connection: Connection, plan: str) -> dict[str, KnownTask]:
    """Return the tasks the ledger has of a plan, by id."""
    found = rows(connection, "SELECT id, title, gone_on, kept_on FROM task WHERE plan = :plan", plan=plan)
    return {one["id"]: KnownTask(one["id"], one["title"], bool(one["gone_on"]), bool(one["kept_on"])) for one in found}


def known_rows(connection: Connection, plan: str) -> list[Known]:
    """Return the rows the ledger has of a plan."""
    sql = """SELECT id, task, name, title, declared, due, digest, gone_on, declared_state, kind, declared_leads,
        leads, state
        FROM occurrence WHERE plan = :plan ORDER BY position, id"""
    return [
        Known(
            one["id"], one["task"], one["name"], one["title"], one["declared"], one["due"], one["digest"],
            bool(one["gone_on"]), one["declared_state"], one["kind"], one["declared_leads"], one["state"] in ENDED,
            one["leads"], one["state"],
        )
        for one in rows(connection, sql, plan=plan)
    ]  # fmt: skip


def occurrences(connection: Connection, plan: str, task: str = "") -> list[dict[str, Any]]:
    """Return the full rows of a plan, or of one of its tasks, in the plan's order."""
    sql = "SELECT * FROM occurrence WHERE plan = :plan AND (:task = '' OR task = :task) ORDER BY position, name"
    return rows(connection, sql, plan=plan, task=task)


def occurrence(connection: Connection, number: int) -> dict[str, Any]:
    """Return one full row."""
    found = row(connection, "SELECT * FROM occurrence WHERE id = :number", number=number)
    if found is None:
        raise LedgerError(say("the ledger has no row {number}", number=number))
    return found


def add_rows(connection: Connection, values: Sequence[Mapping[str, Any]], declared: Sequence[Occurrence]) -> list[int]:
    """Insert new occurrences with their units and people; return their numbers in the same order."""
    if not values:
        return []
    insert_all(connection, "occurrence", values)
    plan = values[0]["plan"]
    numbered = rows(connection, "SELECT id, task, name FROM occurrence WHERE plan = :plan", plan=plan)
    numbers = {(one["task"], one["name"]): one["id"] for one in numbered}
    ids = [numbers[value["task"], value["name"]] for value in values]
    write_parts(connection, zip(ids, declared, strict=True))
    return ids


def write_parts(connection: Connection, many: Iterable[tuple[int, Occurrence]]) -> None:
    """Write who has a part in each row; parts written before must be gone."""
    units, people = [], []
    for number, declared in many:
        for place, (role, unit) in enumerate(dict.fromkeys(declared.units)):
            units.append({"occurrence": number, "role": role, "unit": unit, "position": place})
        for place, (role, person) in enumerate(dict.fromkeys(declared.people)):
            people.append({"occurrence": number, "role": role, "person": person, "position": place})
    insert_all(connection, "occurrence_unit", units)
    insert_all(connection, "occurrence_person", people)


def forget_parts(connection: Connection, number: int) -> None:
    """Remove who had a part in a row, to be written anew."""
    run(connection, "DELETE FROM occurrence_unit WHERE occurrence = :number", number=number)
    run(connection, "DELETE FROM occurrence_person WHERE occurrence = :number", number=number)


def replace_lead(connection: Connection, number: int, old: str, new: str) -> None:
    """Put one unit in the place of another among those who lead a row; a part it had already is given up for that."""
    run(connection, "DELETE FROM occurrence_unit WHERE occurrence = :number AND unit = :new", number=number, new=new)
    sql = (
        "UPDATE occurrence_unit SET unit = :new WHERE occurrence = :number AND unit = :old AND role IN ('lead', 'each')"
    )
    if not run(connection, sql, number=number, old=old, new=new).rowcount:
        insert(connection, OccurrenceUnit(occurrence=number, role="lead", unit=new, position=0))


def change(
    connection: Connection,
    before: Mapping[str, Any],
    event: Event,
    yellow_on: date | None,
    **columns: Any,
) -> dict[str, Any]:
    """Change a row with effect on the event's day and return it as it is now.

    *event* is completed with the row's plan, task and number, and with old and new values of what changed.
    What calendars show (title, date, state) raises `sequence`.
    """
    changed = {name: value for name, value in columns.items() if before[name] != value}
    if changed.keys() & {"due", "state", "title", "starts"}:
        changed |= {"sequence": before["sequence"] + 1, "changed_at": event.at}
    if changed:
        update(connection, "occurrence", before["id"], changed)
    after = {**before, **changed}
    stand(connection, after, event.on, yellow_on)
    event.plan, event.task, event.occurrence = before["plan"], before["task"], before["id"]
    told = {name: [before[name], value] for name, value in changed.items() if name not in ("sequence", "changed_at")}
    event.data = json.dumps({**json.loads(event.data), **told}, ensure_ascii=False, default=str)
    insert(connection, event)
    return after


def stand(connection: Connection, after: Mapping[str, Any], on: date, yellow_on: date | None) -> None:
    """Close how a row stood until yesterday and open how it stands from a day on."""
    values = {
        "due": after["due"], "state": after["state"], "finished_on": after["finished_on"],
        "version": after["version"], "yellow_on": yellow_on, "leads": after["leads"], "value": after["value"],
    }  # fmt: skip
    number = after["id"]
    # the last one is found by its first day: an index of `until` alone would lead through all that stand to this day
    last = row(connection, "SELECT max(since) AS since FROM standing WHERE occurrence = :number", number=number)
    since = last["since"] if last else None
    if since and since >= on:
        settings = ", ".join(f"{name} = :{name}" for name in values)
        sql = f"UPDATE standing SET {settings} WHERE occurrence = :number AND since = :since"
        run(connection, sql, number=number, since=since, **values)
        return
    sql = "UPDATE standing SET until = :on WHERE occurrence = :number AND since = :since"
    run(connection, sql, on=on, number=number, since=since)
    insert(connection, Standing(occurrence=number, since=on, **values))


def copy_directory(connection: Connection, directory: Directory, source: str) -> None:
    """Make the ledger's units, groups and people those of the directory; what it no longer names stays for history.

    *source* is the text of the directory's file, empty for one written inside a plan.
    """
    if not directory.units and not directory.people:
        return
    for place, unit in enumerate(directory.units.values()):
        _put(
            connection, "unit", id=unit.id, name=unit.name, position=place, mail=unit.mail, phone=unit.phone,
            head=_person(directory, unit.head), deputy=_person(directory, unit.deputy),
            contact=_person(directory, unit.contact), leader=_person(directory, unit.leader), parent=unit.parent,
            aliases=_json(unit.aliases), since=unit.since, until=unit.until,
            became=_json([found.id for name in unit.became if (found := directory.unit(name))]),
            posts=_json([(post, _person(directory, person), *days) for post, person, *days in unit.posts]),
        )  # fmt: skip
    for person in directory.people.values():
        home = directory.unit(person.unit) if person.unit else None
        away = [[first, last, _person(directory, deputy)] for first, last, deputy in person.away]
        _put(
            connection, "person", id=person.id, name=person.name, title=person.title, mail=person.mail,
            phone=person.phone, unit=home.id if home else person.unit, language=person.language, away=_json(away),
        )  # fmt: skip
    for group in directory.groups.values():
        _put(connection, "unit_group", id=group.id, name=group.name, members=_json(directory.members(group.id)))
    office = directory.unit(directory.office) if directory.office else None
    run(
        connection,
        "UPDATE house SET directory = CASE WHEN :source = '' THEN directory ELSE :source END, office = :office,"
        " closures = :closures",
        source=source,
        office=office.id if office else "",
        closures=_json({"closed": directory.closed, "worked": directory.worked}),
    )


def renamed_units(connection: Connection, directory: Directory) -> list[tuple[str, str, str]]:
    """Return the units whose name a directory changes: (id, name until now, name from now on)."""
    known = {one["id"]: one["name"] for one in rows(connection, "SELECT id, name FROM unit")}
    return [
        (unit.id, known[unit.id], unit.name)
        for unit in directory.units.values()
        if known.get(unit.id, unit.name) != unit.name
    ]


def _person(directory: Directory, text: str) -> str:
    found = directory.person(text) if text else None
    return found.id if found else ""


def _put(connection: Connection, table: str, /, **values: Any) -> None:
    names = ", ".join(f'"{name}"' for name in values)
    binds = ", ".join(f":{name}" for name in values)
    settings = ", ".join(f'"{name}" = excluded."{name}"' for name in values if name != "id")
    sql = f'INSERT INTO "{table}" ({names}) VALUES ({binds}) ON CONFLICT (id) DO UPDATE SET {settings}'
    run(connection, sql, **values)


def copy_workdays(connection: Connection, calendar: str, workdays: Workdays, first: date, last: date) -> None:
    """Keep an office calendar's days, so that working days count in SQL; those that are kept rightly stay untouched."""
    ordinal = workdays.count(EPOCH, first - timedelta(days=1))
    many, mark = [], 0
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        working = day in workdays
        ordinal += working
        mark += number * ordinal
        many.append({"calendar": calendar, "day": day, "working": working, "ordinal": ordinal})
    between = {"calendar": calendar, "first": first, "last": last}
    sql = "SELECT ordinal FROM workday WHERE calendar = :calendar AND day BETWEEN :first AND :last ORDER BY day"
    kept = rows(connection, sql, **between)
    if len(kept) == len(many) and mark == sum(number * one["ordinal"] for number, one in enumerate(kept)):
        return
    run(connection, "DELETE FROM workday WHERE calendar = :calendar AND day BETWEEN :first AND :last", **between)
    insert_all(connection, "workday", many)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
