"""Letters that were refused for good, until somebody deals with them: tried again, or left at that."""

from __future__ import annotations

from sqlalchemy import Connection

from plans.model import say
from plans.trouble import DeskError
from store import outbox
from store.database import run


def try_again(connection: Connection, letter: int) -> None:
    """Put a refused letter back into the outbox; an address corrected meanwhile is used when it is looked at again.

    Raises:
        DeskError: there is no such letter, or it wasn't refused.
    """
    sql = "UPDATE letter SET state = 'ready', attempts = 0, next_at = :now, written_at = :now WHERE {which}"
    done = run(connection, sql.format(which=_WHICH), letter=letter, now=outbox.clock(connection))
    _insist(done.rowcount, letter)


def leave(connection: Connection, letter: int) -> None:
    """Leave a refused letter at that: what it said counts as not told, by decision.

    Raises:
        DeskError: there is no such letter, or it wasn't refused.
    """
    sql = "UPDATE letter SET state = 'void', part = -id, message_id = message_id || ' void ' || id, body = NULL"
    done = run(connection, f"{sql} WHERE {_WHICH}", letter=letter)
    _insist(done.rowcount, letter)
    run(
        connection,
        "UPDATE notice SET state = 'suppressed', reason = 'dropped', letter = NULL WHERE letter = :letter",
        letter=letter,
    )


_WHICH = "id = :letter AND state = 'dead'"


def _insist(count: int, letter: int) -> None:
    if not count:
        raise DeskError(say("letter {number} was not refused; `duban outbox --failed` lists those", number=letter))
