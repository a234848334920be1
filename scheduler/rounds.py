"""A round: rows whose time has come become notices, notices become letters, and letters are handed to the post.

Each of the three steps may be interrupted anywhere and begun again: what was decided, written or sent is a row.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import Connection

from notifications.postman import Postman
from scheduler.composing import waiting_readers, write_letters
from scheduler.deciding import CHUNK, decide_due
from scheduler.matters import Desk, local_day
from scheduler.news import void_letters
from scheduler.regular import Due, due_letters
from scheduler.scribe import Scribe
from scheduler.sending import Round as Round
from scheduler.sending import Sender
from scheduler.sending import never as never
from scheduler.settings import Settings
from scheduler.unheard import decide_unheard
from store.database import Database, rows, run
from store.journal import Journal

SOME = 50  # people whose letters are written in one transaction: what they have in common is read once
TROUBLE = 500  # characters kept of what a round couldn't do


def make_round(
    database: Database,
    settings: Settings,
    postman: Postman,
    now: int,
    is_stopping: Callable[[], bool] = never,
    journal: Journal | None = None,
    *,
    sending: bool = True,
) -> Round:
    """Make one round at an instant: decide, write, send. Safe to repeat, and to run in several processes at once.

    *is_stopping* ends it after the letter in hand; without a *journal* a restored backup can't know what was sent.
    With *sending* False the letters are left to others.
    """
    sender, done = Sender(database, settings, postman, journal, is_stopping), Round()
    with database.write() as connection:
        take_back_stale(connection, local_day(now, settings.send_at, settings.zone))
        decide_unheard(Desk(connection, settings.send_at), now)
    while not is_stopping():
        with database.write() as connection:
            count = decide_due(Desk(connection, settings.send_at), now)
        done.decided += count
        if count < CHUNK:
            break
    _write_all(sender, now, done)
    with database.write() as connection:
        trouble = "; ".join(done.troubles)[:TROUBLE]
        run(connection, "UPDATE house SET rounded_at = :now, round_trouble = :trouble", now=now, trouble=trouble)
    if not sending:
        return done
    sender.drain(done)
    if done.voided and not (done.more or is_stopping()):
        _write_all(sender, now, done)
        sender.drain(done)
    return done


def take_back_stale(connection: Connection, today: date) -> None:
    """Void reminders of an earlier day that no attempt was made with: what they say is told in today's letter, late.

    Lists and summaries of an earlier day are void as well.
    """
    which = (
        "SELECT id FROM letter WHERE kind IN ('ladder', 'desk', 'rollup') AND day < :today AND state = 'ready'"
        " AND NOT began"
    )
    stale = rows(connection, which, today=today)
    for letter in stale:
        sql = "UPDATE notice SET late = :yes WHERE letter = :letter"
        run(connection, sql, yes=True, letter=letter["id"])
        void_letters(connection, "SELECT :letter", letter=letter["id"])


def _write_all(sender: Sender, now: int, done: Round) -> None:
    with sender.database.read() as connection:
        due = due_letters(Desk(connection, sender.settings.send_at), now, sender.settings.zone)
        people = waiting_readers(connection, due)
    for first in range(0, len(people), SOME):
        if sender.is_stopping():
            return
        with sender.database.write() as connection:
            scribe = Scribe(Desk(connection, sender.settings.send_at), sender.settings)
            for person in people[first : first + SOME]:
                _write(scribe, person, due, now, done)


def _write(scribe: Scribe, person: str, due: Due, now: int, done: Round) -> None:
    """Write one person's letters; what goes wrong with them must not stop the others."""
    try:
        with scribe.connection.begin_nested():
            done.letters += len(write_letters(scribe, person, due, now))
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        done.troubles.append(f"{person}: {type(error).__name__}: {error}")
