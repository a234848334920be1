"""What would be sent: the rounds of days to come, made in a transaction that is always taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from scheduler import applying
from scheduler.applying import Gone
from scheduler.composing import LETTER_OF, waiting_readers, write_letters
from scheduler.deciding import decide_all
from scheduler.desk import Act
from scheduler.entry import Source
from scheduler.matters import Desk, day_out, instant
from scheduler.regular import Due, due_letters, early
from scheduler.releasing import release_plan, release_row
from scheduler.scribe import Scribe
from scheduler.settings import Settings
from scheduler.waiting import waiting_plans
from store.database import Database, rows, run

LATER = 15  # days ahead that a letter is looked for: longer than any holiday


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A letter as it would be sent on a day."""

    day: date
    person: str
    address: str
    subject: str
    text: str
    body: bytes


class _TakenBack(Exception):  # noqa: N818 - not an error: how a trial transaction ends
    """Ends a trial."""


@contextmanager
def trial(database: Database) -> Iterator[Connection]:
    """Give a connection whose transaction is rolled back at the end, whatever was done in it."""
    try:
        with database.write() as connection:
            yield connection
            raise _TakenBack
    except _TakenBack:
        return


def foresee(database: Database, settings: Settings, first: date, days: int, *, release: bool = False) -> list[Foreseen]:
    """Return the letters of *days* days from *first* on, as they would be sent if nothing else happened.

    With *release* as they would be if every plan that waits for it were released on the first day.
    """
    found: list[Foreseen] = []
    with trial(database) as connection:
        for plan in waiting_plans(connection, first) if release else ():
            release_plan(Act(connection, settings.send_at, first, _now(settings, first), ""), plan["id"])
        for day in (first + timedelta(days=number) for number in range(days)):
            for now in (instant(day, early(settings.send_at), settings.timezone), _out(connection, settings, day)):
                found += [Foreseen(day, **letter) for letter in _round(connection, settings, now)]
    return found


def letter_of(
    database: Database, settings: Settings, number: int, person: str, on: date, signer: str = ""
) -> Foreseen | None:
    """Return the letter one person would get if what waits on a row were released now, None if there would be none.

    It may leave on a later day only: today is no working day, or the person has had today's letter already.
    """
    with trial(database) as connection:
        act = Act(connection, settings.send_at, on, _now(settings, on), "", settings.mark)
        release_row(act, number, signer)
        scribe = Scribe(Desk(connection, settings.send_at), settings)
        told = "SELECT DISTINCT letter FROM notice WHERE occurrence = :number AND person = :person"
        before = {one["letter"] for one in rows(connection, told, number=number, person=person)}
        for day in (on + timedelta(days=later) for later in range(LATER)):
            made = write_letters(scribe, person, Due(), _out(connection, settings, day))
            now = {one["letter"] for one in rows(connection, told, number=number, person=person)}
            if letter := next((letter for letter in made if letter in now - before), None):
                sql = "SELECT address, subject, text, body FROM letter WHERE id = :letter"
                found = rows(connection, sql, letter=letter)[0]
                return Foreseen(day, person, **{**found, "body": bytes(found["body"])})
    return None


@dataclass(frozen=True, slots=True)
class Foretold:
    """How many letters to how many people wait for the next round."""

    letters: int
    people: int


def foretell(database: Database, settings: Settings, sources: Sequence[Source], on: date, gone: Gone) -> Foretold:
    """Return what the next round would send if plans were applied and released now; nothing is written."""
    with trial(database) as connection:
        now = _now(settings, on)
        prepared = [applying.prepare(connection, one, on, settings, gone or "keep") for one in sources]
        applying.apply(connection, prepared, on=on, at=now, actor="", settings=settings)
        return released(connection, settings, [one.plan.id for one in sources], on)


def released(connection: Connection, settings: Settings, plans: Sequence[str], on: date) -> Foretold:
    """Return what the next round would send if plans were released; whatever that writes is taken back."""
    connection.exec_driver_sql("SAVEPOINT foretold")
    act = Act(connection, settings.send_at, on, _now(settings, on), "")
    for plan in plans:
        release_plan(act, plan)
    told = waiting_letters(connection, plans)
    connection.exec_driver_sql("ROLLBACK TO SAVEPOINT foretold")
    return told


def waiting_letters(connection: Connection, plans: Sequence[str]) -> Foretold:
    """Return what the next round sends of plans as they stand."""
    sql = """SELECT DISTINCT n.person, n.kind FROM notice n JOIN occurrence o ON o.id = n.occurrence
        WHERE n.state = 'planned' AND o.plan = :plan"""
    told = {
        (one["person"], LETTER_OF.get(one["kind"], "ladder"))
        for plan in plans
        for one in rows(connection, sql, plan=plan)
    }
    return Foretold(len(told), len({person for person, _ in told}))


def _out(connection: Connection, settings: Settings, day: date) -> int:
    return day_out(connection, day, settings.send_at, settings.timezone)


def _now(settings: Settings, day: date) -> int:
    return instant(day, settings.send_at, settings.timezone)


def _round(connection: Connection, settings: Settings, now: int) -> list[dict[str, Any]]:
    decide_all(Desk(connection, settings.send_at), now)
    letters = _letters(connection, settings, now)
    run(connection, "UPDATE house SET rounded_at = :now", now=now)
    return letters


def _letters(connection: Connection, settings: Settings, now: int) -> list[dict[str, Any]]:
    scribe = Scribe(Desk(connection, settings.send_at), settings)
    due = due_letters(scribe.desk, now, settings.zone)
    people = waiting_readers(connection, due)
    numbers = [number for person in people for number in write_letters(scribe, person, due, now)]
    found = rows(connection, "SELECT id, person, address, subject, text, body FROM letter ORDER BY next_at, id")
    return [{**one, "body": bytes(one["body"])} for one in found if one.pop("id") in numbers]
