"""Letters that were refused for good or came back, until somebody deals with them: tried again, or left at that."""

from __future__ import annotations

from sqlalchemy import Connection

from plans.model import say
from plans.trouble import DeskError
from store import outbox
from store.database import row, run


def try_again(connection: Connection, letter: int) -> None:
    """Put a refused letter back into the outbox; an address corrected meanwhile is used when it is looked at again.

    One that came back is written anew, to whoever is to have it now: the server took its bytes, and they are gone.

    Raises:
        DeskError: there is no such letter, it wasn't refused, or it was one of a day that is written but once.
    """
    if row(connection, "SELECT id FROM letter WHERE id = :letter AND state = 'bounced'", letter=letter):
        _write_anew(connection, letter)
        return
    sql = "UPDATE letter SET state = 'ready', attempts = 0, next_at = :now, written_at = :now WHERE {which}"
    done = run(connection, sql.format(which=_WHICH), letter=letter, now=outbox.clock(connection))
    _insist(done.rowcount, letter)


def _write_anew(connection: Connection, letter: int) -> None:
    told = run(connection, "UPDATE notice SET state = 'planned', letter = NULL WHERE letter = :letter", letter=letter)
    if not told.rowcount:
        raise DeskError(
            say("letter {number} was of its day and isn't written again; --drop leaves it at that", number=letter)
        )
    run(connection, _SETTLED, letter=letter)


def leave(connection: Connection, letter: int) -> None:
    """Leave a refused letter at that: what it said counts as not told, by decision.

    Raises:
        DeskError: there is no such letter, or it wasn't refused.
    """
    done = sum(run(connection, sql, letter=letter).rowcount for sql in (_VOID, _SETTLED))
    _insist(done, letter)
    run(
        connection,
        "UPDATE notice SET state = 'suppressed', reason = 'dropped', letter = NULL WHERE letter = :letter",
        letter=letter,
    )


_WHICH = "id = :letter AND state = 'dead'"
_VOID = (
    "UPDATE letter SET state = 'void', part = -id, message_id = message_id || ' void ' || id, body = NULL"
    f" WHERE {_WHICH}"
)
# it was out in the world under its Message-ID and in its place, so the next one gets others
_SETTLED = "UPDATE letter SET state = 'void' WHERE id = :letter AND state = 'bounced'"


def _insist(count: int, letter: int) -> None:
    if not count:
        raise DeskError(say("letter {number} was not refused; `duban outbox --failed` lists those", number=letter))
