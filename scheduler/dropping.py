"""Deciding not to send: what waits for the desk or for a signature is taken back, and the reason is kept."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from plans.model import say
from plans.trouble import DeskError
from scheduler.desk import Act
from scheduler.signing import void_numbers
from store import ledger
from store.database import rows, run

HELD = """SELECT id, stage FROM notice WHERE occurrence = :number AND state = 'held'
    AND reason IN ('desk', 'sign', 'propose')"""


def waits(connection: Connection, number: int) -> bool:
    """Return whether something on a row waits for the desk, a signature, or a decision on what comes next."""
    return bool(rows(connection, HELD, number=number))


def drop_row(act: Act, number: int, text: str, stages: Sequence[str] = ()) -> int:
    """Decide not to send what waits on one row for the desk or a signature, all of it or some stages; say why.

    Returns how many notices that were.
    """
    one = ledger.occurrence(act.connection, number)
    held_back = rows(act.connection, HELD, number=number)
    waiting = [notice for notice in held_back if not stages or notice["stage"] in stages]
    if not waiting:
        raise DeskError(say("nothing of {title} waits to be sent", title=one["title"]))
    for notice in waiting:
        sql = "UPDATE notice SET state = 'suppressed', reason = 'dropped' WHERE id = :id"
        run(act.connection, sql, id=notice["id"])
    void_numbers(act.connection, number)
    act.change(one, "drop", text, {"stages": sorted({notice["stage"] for notice in waiting})})
    return len(waiting)
