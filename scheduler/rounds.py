"""A round: rows whose time has come become notices, notices become letters, and letters are handed to the post.

Each of the three steps may be interrupted anywhere and begun again: what was decided, written or sent is a row.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from notifications.postman import PostError, Postman
from scheduler.composing import Scribe, write_letters
from scheduler.deciding import CHUNK, decide_due
from scheduler.matters import Desk
from scheduler.news import void_letters
from scheduler.settings import Settings
from store import outbox
from store.database import Database, rows, run
from store.states import ENDED


@dataclass(slots=True)
class Round:
    """What one round did."""

    decided: int = 0
    letters: int = 0
    sent: int = 0
    failed: int = 0
    refused: int = 0
    held_back: str = ""  # why the drain stopped before the outbox was empty
    troubles: list[str] = field(default_factory=list)  # people whose letter could not be written, and why


def make_round(
    database: Database,
    settings: Settings,
    postman: Postman,
    now: int,
    is_stopping: Callable[[], bool] = lambda: False,
) -> Round:
    """Make one round at an instant: decide, write, send. Safe to repeat, and to run in several processes at once.

    Once *is_stopping* says so, the letter in hand is the last one; the others stay in the outbox.
    """
    done = Round()
    while True:
        with database.write() as connection:
            count = decide_due(Desk(connection, settings.send_at), now)
        done.decided += count
        if count < CHUNK:
            break
    with database.read() as connection:
        people = waiting_people(connection)
    for person in people:
        try:
            with database.write() as connection:
                scribe = Scribe(Desk(connection, settings.send_at), settings)
                done.letters += len(write_letters(scribe, person, now))
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:  # one letter must not stop the others
            done.troubles.append(f"{person}: {type(error).__name__}: {error}")
    with database.write() as connection:
        run(connection, "UPDATE house SET rounded_at = :now", now=now)
    drain(database, postman, settings.mail.sender, done, is_stopping)
    return done


def waiting_people(connection: Connection) -> list[str]:
    """Return whoever has something planned to be told."""
    sql = "SELECT DISTINCT person FROM notice WHERE state = 'planned' ORDER BY person"
    return [one["person"] for one in rows(connection, sql)]


def drain(
    database: Database,
    postman: Postman,
    sender: str,
    done: Round,
    is_stopping: Callable[[], bool] = lambda: False,
) -> None:
    """Hand letters that wait to the post, one after the other, until none is ready or the post itself is in trouble."""
    owner = secrets.token_hex(8)  # of this call alone: a late thread must not mark another one's claim
    while not done.held_back and not is_stopping():
        claimed = outbox.claim(database, owner)
        if not claimed:
            return
        for letter in claimed:
            if done.held_back or is_stopping():
                with database.write() as connection:
                    outbox.give_back(connection, letter.id, owner)
            else:
                _send(database, postman, sender, letter, owner, done)


def _send(database: Database, postman: Postman, sender: str, letter: outbox.Claimed, owner: str, done: Round) -> None:
    with database.write() as connection:
        _void_untrue(connection, letter.id)
        if not outbox.begin(connection, letter.id, owner):
            return
    try:
        receipt = postman.post(letter.body, sender, letter.address)
    except PostError as error:
        final = error.kind == "permanent"
        with database.write() as connection:
            outbox.mark_failed(connection, letter, owner, str(error), final=final, began=error.began_data)
        done.failed += not final
        done.refused += final
        done.held_back = str(error) if error.kind == "ours" else ""
        return
    with database.write() as connection:
        outbox.mark_sent(connection, letter.id, owner, f"{receipt.code} {receipt.text}")
    done.sent += 1


def _void_untrue(connection: Connection, letter: int) -> None:
    """Void a letter no attempt was made with yet, if something it says is no longer so."""
    ended = ", ".join(f"'{state}'" for state in ENDED)
    sql = (
        "SELECT n.letter FROM notice n JOIN occurrence o ON o.id = n.occurrence WHERE n.letter = :letter"
        f" AND n.kind NOT IN ('accepted', 'changed') AND (o.version <> n.version OR o.state IN ({ended}))"
    )
    stale = rows(connection, sql, letter=letter)
    if stale:
        void_letters(connection, sql, letter=letter)
        run(
            connection,
            "UPDATE notice SET state = 'suppressed', reason = 'changed' WHERE state = 'planned' AND id IN"
            " (SELECT n.id FROM notice n JOIN occurrence o ON o.id = n.occurrence"
            f" WHERE n.state = 'planned' AND (o.version <> n.version OR o.state IN ({ended})))",
        )
