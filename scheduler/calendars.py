"""Calendars people subscribe to: from a token's filter and a day to the bytes of a feed, or why there are none.

The bytes depend on the ledger's rows, the filter and the day, on nothing else. They are kept with the day and the
revision they are good for; a rebuilt feed with the same bytes keeps its ETag and the time of its last change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection

from notifications.feeds import Entry, Feed, Status, calendar_bytes
from notifications.speech import Speech
from plans.identity import uid
from plans.trouble import LedgerError
from scheduler.settings import Settings
from store import ledger, queries
from store.database import Database, row, rows, run_all
from store.feed_cache import Kept, Opened, keep, kept, key_of, opened, size
from store.reader import reading
from store.reorganised import changes, unit_names
from store.states import ENDED, is_late
from store.tokens import Grant, Held, find, note_use

HISTORY = timedelta(days=30)  # how long what is over stays in a calendar, and a retired unit's calendar says so
BRIEFLY = timedelta(days=7)  # how long it stays in a calendar that would be too large otherwise
LARGE = 500_000  # octets; some calendar services give up at twice that
LARGEST = 950_000  # octets, beyond which what is over leaves sooner
PATIENCE = 200  # milliseconds a request waits to keep the bytes it has built; they are served all the same
FILTERS = ("plan", "unit", "person", "role", "overdue")


def open_feed(database: Database, settings: Settings, secret: str, day: date, now: int) -> Opened:
    """Return what the feed of *secret* holds on *day*; *now* is the instant noted as its last change, if it changed."""
    with database.read() as connection:
        held = find(connection, secret)
        if held is None or held.grant.kind != "feed":
            return Opened(404)
        if not held.is_open(day):
            return Opened(410)
        key, revision = key_of(form_of(settings), held), int(ledger.house(connection)["revision"])
        before = kept(connection, key)
        if before and (before.day, before.revision) == (day, revision):
            fresh: Kept | None = before
        else:
            fresh = _rebuilt(connection, settings, held.grant, Kept(day, revision, "", now, b""), before)
    if fresh is None:
        return Opened(410)
    if fresh != before or held.used_on != day:
        _remember(database, key, fresh, held, day)
    return opened(fresh.body, fresh.etag, fresh.modified, held.grant.name)


def form_of(settings: Settings) -> str:
    """Return what shapes a feed's bytes beside the ledger and its token."""
    return f"1 {settings.timezone} {settings.language}"


def _rebuilt(connection: Connection, settings: Settings, grant: Grant, asked: Kept, before: Kept | None) -> Kept | None:
    """Return the feed's bytes as of the day and revision asked for; None once a retired unit's calendar is over."""
    body = feed_bytes(connection, settings, grant, asked.day)
    if body is None:
        return None
    etag = hashlib.sha256(body).hexdigest()[:32]
    if before and before.etag == etag:
        return Kept(asked.day, asked.revision, etag, before.modified, body)
    # a change within the second of the last one must still be younger, for clients that ask by time
    modified = max(asked.modified, before.modified + 1) if before else asked.modified
    return Kept(asked.day, asked.revision, etag, modified, body)


def _remember(database: Database, key: str, fresh: Kept, held: Held, day: date) -> None:
    """Keep the bytes and the day of use, if that can be done at once; when not, nobody misses it."""
    try:
        with database.write(patience=PATIENCE) as connection:
            keep(connection, key, fresh)
            note_use(connection, held, day)
    except LedgerError:
        return


def feed_bytes(connection: Connection, settings: Settings, grant: Grant, day: date) -> bytes | None:
    """Return the calendar of a filter on a day; None once the unit it was for has been gone for 30 days."""
    chosen = grant.properties
    language = chosen.get("language") or settings.language
    feed = Feed(
        name=grant.name,
        description=Speech(language)("Deadlines to look at; what counts is what the office writes."),
        language=language,
        kind=chosen.get("kind", "events"),
        alarms=bool(chosen.get("alarms")),
        titles=chosen.get("titles", "full"),
        timezone=settings.timezone,
    )
    if gone := _retired(connection, grant.filter.get("unit"), day):
        return None if gone["until"] + HISTORY < day else _tombstone(connection, feed, gone)
    shown = entries(connection, grant.filter, day, feed.language)
    body = calendar_bytes(feed, shown)
    over = (entry.status not in ("open", "report") for entry in shown)
    if len(body) > LARGEST and any(over):  # what is open never leaves
        return calendar_bytes(feed, entries(connection, grant.filter, day, feed.language, BRIEFLY))
    return body


def large_ones(connection: Connection, settings: Settings, feeds: Iterable[Held]) -> list[tuple[Held, int]]:
    """Return the calendars that were last handed out so large that some clients give up, each with its octets."""
    sized = ((held, size(connection, key_of(form_of(settings), held))) for held in feeds)
    return [(held, octets) for held, octets in sized if octets and octets > LARGE]


def _retired(connection: Connection, unit: str | None, day: date) -> dict[str, Any] | None:
    """Return a unit that is no more on *day*, with the day its successors took over and who they are."""
    sql = "SELECT id, name, until, became FROM unit WHERE id = :unit AND until <= :day"
    return row(connection, sql, unit=unit, day=day) if unit else None


def _tombstone(connection: Connection, feed: Feed, unit: Mapping[str, Any]) -> bytes:
    """Return the calendar of a unit that is no more: one entry that says who goes on with its tasks."""
    speech = Speech(feed.language)
    units = {one["id"]: one["name"] for one in rows(connection, queries.ALL_UNITS)}
    became = speech.names(units.get(name, name) for name in json.loads(unit["became"]))
    advice = (
        speech("{units} goes on with its tasks; ask the office for the address of that calendar.", units=became)
        if became
        else speech("Ask the office for the calendar of the unit that goes on with its tasks.")
    )
    entry = Entry(
        uid=uid(ledger.house(connection)["word"], "", "retired", unit["id"]),
        sequence=0,
        changed=datetime(unit["until"].year, unit["until"].month, unit["until"].day, tzinfo=UTC),
        due=unit["until"],
        title=speech("This calendar is closed: {unit} is no more", unit=unit["name"]),
        lines=(advice,),
        status="note",
    )
    named = Feed(feed.name, language=feed.language, kind=feed.kind, timezone=feed.timezone, refresh="P1W")
    return calendar_bytes(named, [entry])


def entries(
    connection: Connection, filters: Mapping[str, Any], day: date, language: str, history: timedelta = HISTORY
) -> list[Entry]:
    """Return what a calendar shows on a day of the rows that a filter leaves, in the plans' order.

    What is over stays for *history* after the day it ended.
    """
    clauses, values = clauses_of(filters, day, history)
    found = rows(connection, queries.calendar(*clauses), day=day, **values)
    units = Units(reading(connection)(queries.ALL_UNITS), day)
    support = _by_row(rows(connection, queries.calendar_support(*clauses), day=day, **values))
    speech = Speech(language)
    return [_entry(one, units, support.get(one["id"], []), day, speech) for one in found]


class Units:
    """What units are called on a day, and since when: what is open names those that took over, what is over doesn't."""

    def __init__(self, units: list[dict[str, Any]], day: date) -> None:
        self.names = {unit["id"]: unit["name"] for unit in units}
        self.now, self.changes = unit_names(units, day), changes(units, day)

    def called(self, units: Iterable[str], *, is_over: bool) -> tuple[str, ...]:
        """Return the names of units, each once; an unknown one is named by its id."""
        if is_over or not self.changes:
            return tuple(self.names.get(unit, unit) for unit in units)
        return tuple(dict.fromkeys(name for unit in units for name in self.now.get(unit, (unit,))))


def clauses_of(filters: Mapping[str, Any], day: date, history: timedelta = HISTORY) -> tuple[list[str], dict[str, Any]]:
    """Return the names of the ledger's clauses that a filter stands for, and their values."""
    role = filters.get("role")
    clauses = ["recent", *(["late"] if filters.get("overdue") else [])]
    values: dict[str, Any] = {"since": day - history, **({"role": role} if role else {})}
    for name in ("plan", "unit", "person"):
        if filters.get(name):
            clauses.append(f"{name}_role" if role and name != "plan" else name)
            values[name] = filters[name]
    return clauses, values


def _entry(one: Mapping[str, Any], units: Units, support: list[str], day: date, speech: Speech) -> Entry:
    """Return one row as a calendar shows it; another name of its units is a change of it, on the day it begins."""
    leads, is_over = json.loads(one["leads"]), one["state"] in ENDED
    renamed = [] if is_over else [day for unit in (*leads, *support) for day in units.changes.get(unit, ())]
    changed = [
        datetime.fromtimestamp(one["changed_at"], UTC),
        *(datetime.fromisoformat(f"{on}T00:00Z") for on in renamed),
    ]
    compared = {**one, "due": one["due"].isoformat()}
    return Entry(
        uid=one["uid"],
        sequence=one["sequence"] + len(renamed),
        changed=max(changed),
        due=one["due"],
        title=one["title"],
        plan_title=one["plan_title"],
        plan_number=one["number"],
        no=one["no"],
        units=units.called(leads, is_over=is_over),
        support=units.called(support, is_over=is_over),
        status=status_of(one["kind"], one["state"]),
        overdue=is_late(compared, day.isoformat()),
        lines=tuple(_lines(one, speech)),
        categories=(one["phase_title"],) if one["phase_title"] else (),
        internal=one["handling"] == "internal",
    )


def status_of(kind: str, state: str) -> Status:
    """Return how a calendar shows a row of a kind in a state."""
    if state in ENDED:
        return cast("Status", state)
    return "report" if kind == "report" else "open"


def _lines(one: Mapping[str, Any], speech: Speech) -> list[str]:
    """Return what the description adds: the deadline as written, the first date if it moved, the day of finishing."""
    lines = []
    if one["text"] and one["precision"] != "day":
        lines.append(speech("As written: {text}", text=one["text"]))
    if one["original_due"] and one["original_due"] != one["due"]:
        lines.append(speech("First due: {day}", day=speech.day(one["original_due"])))
    if one["state"] == "done" and one["finished_on"]:
        lines.append(speech("Finished: {day}", day=speech.day(one["finished_on"])))
    return lines


def shown(connection: Connection, plans: Iterable[str]) -> dict[int, tuple[Any, ...]]:
    """Return what calendars show of each row of some plans beside its date and state, by the rows' numbers."""
    # when a unit ends is shown later, but noticed at once: a change taken back must not let SEQUENCE fall
    units = {one["id"]: (one["name"], one["until"], one["became"]) for one in rows(connection, queries.ALL_UNITS)}
    found = {}
    for plan in plans:
        support = _by_row(rows(connection, queries.SUPPORT, plan=plan))
        for one in rows(connection, queries.SHOWN, plan=plan):
            parts = (*json.loads(one["leads"]), *support.get(one["id"], ()))
            found[one["id"]] = (*one.values(), *(units.get(unit) for unit in parts))
    return found


def note_changes(connection: Connection, plans: Iterable[str], before: Mapping[int, tuple[Any, ...]], at: int) -> None:
    """Let calendars notice rows that show something else than *before* (`shown`): their SEQUENCE and stamp rise.

    Dates and states raise them by themselves; names of units, plans and phases don't.
    """
    after = shown(connection, plans)
    changed = [{"id": number, "at": at} for number, what in before.items() if after.get(number) != what]
    sql = "UPDATE occurrence SET sequence = sequence + 1, changed_at = :at WHERE id = :id"
    run_all(connection, sql, changed)


def _by_row(found: Iterable[Mapping[str, Any]]) -> dict[int, list[str]]:
    """Return the ids of units by the number of the row they have a part in."""
    units: dict[int, list[str]] = {}
    for one in found:
        units.setdefault(one["occurrence"], []).append(one["unit"])
    return units
