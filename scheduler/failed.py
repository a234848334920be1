"""Letters that were refused for good or came back, until somebody deals with them: tried again, or left at that."""

from __future__ import annotations

from sqlalchemy import Connection

from plans.model import say
from plans.trouble import DeskError
from scheduler.desk import Act
from store import ledger, outbox
from store.database import row, rows, run


def refused(connection: Connection) -> dict[int, bool]:
    """Return the letters that were refused for good or came back, each with whether it can be tried again."""
    found = rows(
        connection,
        "SELECT l.id, l.state = 'dead' OR EXISTS (SELECT 1 FROM notice n WHERE n.letter = l.id) AS again"
        " FROM letter l WHERE l.state IN ('dead', 'bounced') ORDER BY l.id",
    )
    return {one["id"]: bool(one["again"]) for one in found}


def try_again(act: Act, letter: int) -> None:
    """Put a refused letter back into the outbox; an address corrected meanwhile is used when it is looked at again.

    One that came back is written anew, to whoever is to have it now: the server took its bytes, and they are gone.

    Raises:
        DeskError: there is no such letter, it wasn't refused, or it was one of a day that is written but once.
    """
    connection = act.connection
    _note(act, letter, "again")
    if row(connection, "SELECT id FROM letter WHERE id = :letter AND state = 'bounced'", letter=letter):
        _write_anew(act, letter)
        return
    sql = "UPDATE letter SET state = 'ready', attempts = 0, next_at = :now, written_at = :now WHERE {which}"
    done = run(connection, sql.format(which=_WHICH), letter=letter, now=outbox.clock(connection))
    _insist(done.rowcount, letter)


def _write_anew(act: Act, letter: int) -> None:
    sql = "UPDATE notice SET state = 'planned', letter = NULL WHERE letter = :letter"
    if not run(act.connection, sql, letter=letter).rowcount:
        raise DeskError(
            say("letter {number} was of its day and isn't written again; --drop leaves it at that", number=letter)
        )
    run(act.connection, _SETTLED, letter=letter)


def leave(act: Act, letter: int) -> None:
    """Leave a refused letter at that: what it said counts as not told, by decision.

    Raises:
        DeskError: there is no such letter, or it wasn't refused.
    """
    _note(act, letter, "left")
    done = sum(run(act.connection, sql, letter=letter).rowcount for sql in (_VOID, _SETTLED))
    _insist(done, letter)
    sql = "UPDATE notice SET state = 'suppressed', reason = 'dropped', letter = NULL WHERE letter = :letter"
    run(act.connection, sql, letter=letter)


def _note(act: Act, letter: int, kind: str) -> None:
    """Write into the history of what the letter told of who decided so, while it is still known what that was."""
    for told in rows(act.connection, _TOLD, letter=letter):
        act.change(ledger.occurrence(act.connection, told["occurrence"]), kind, data={"letter": letter})


_TOLD = """SELECT DISTINCT n.occurrence FROM notice n JOIN letter l ON l.id = n.letter
    WHERE l.id = :letter AND l.state IN ('dead', 'bounced') ORDER BY n.occurrence"""
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
