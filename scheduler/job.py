"""The one job that a clock wakes: housekeeping when the day has turned, a round, and when there is more to do.

It is idempotent: woken too often it finds nothing to do, woken too late it does what was missed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from notifications.postman import Postman
from scheduler.housekeeping import keep_house
from scheduler.rounds import Round, make_round
from scheduler.settings import Settings
from store import ledger
from store.database import Database, row


def do_job(
    database: Database,
    settings: Settings,
    postman: Postman,
    now: int,
    is_stopping: Callable[[], bool] = lambda: False,
) -> Round:
    """Do all that is due at an instant and return what was done; *is_stopping* ends it after the letter in hand.

    Raises:
        DeskError: the machine's clock stands before something the ledger already holds.
    """
    day = datetime.fromtimestamp(now, settings.zone).date()
    with database.read() as connection:
        kept = ledger.house(connection)["kept_on"]
    if kept is None or kept < day:
        with database.write() as connection:
            ledger.guard(connection, day, day)
            keep_house(connection, settings, day, now)
    return make_round(database, settings, postman, now, is_stopping)


def next_due(database: Database) -> int | None:
    """Return the instant of the next thing to do: a stage of some row, or a letter's next attempt; None if nothing."""
    sql = (
        "SELECT min(at) AS at FROM (SELECT min(next_at) AS at FROM occurrence WHERE next_at IS NOT NULL"
        " UNION ALL SELECT min(next_at) FROM letter WHERE state IN ('ready', 'claimed')) AS due"
    )
    with database.read() as connection:
        found = row(connection, sql)
    return int(found["at"]) if found and found["at"] is not None else None
