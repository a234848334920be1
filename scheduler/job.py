"""The one job that a clock wakes: housekeeping when the day has turned, a round, and when there is more to do.

It is idempotent: woken too often it finds nothing to do, woken too late it does what was missed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from notifications.postman import Postman
from plans.model import Sentence, say
from scheduler.housekeeping import keep_house
from scheduler.returned import take_in
from scheduler.rounds import Round, make_round, never
from scheduler.settings import Settings
from store import ledger
from store.database import Database, row
from store.journal import Journal

NEXT = """
SELECT min(at) AS at FROM (SELECT min(next_at) AS at FROM occurrence WHERE next_at IS NOT NULL
    UNION ALL SELECT min(next_at) FROM letter WHERE state IN ('ready', 'claimed')) AS due"""
JUMP = 7  # days since the last round after which the clock may be wrong, and a year of reminders isn't sent unasked


def do_job(
    database: Database,
    settings: Settings,
    postman: Postman,
    now: int,
    is_stopping: Callable[[], bool] = never,
    journal: Journal | None = None,
    *,
    sending: bool = True,
) -> Round:
    """Do all that is due at an instant and return what was done; *is_stopping* ends it after the letter in hand.

    With *sending* False letters are written and left to other senders.

    Raises:
        DeskError: the machine's clock stands before something the ledger already holds.
        LedgerError: the ledger can't be read or written; nothing is half done.
    """
    day = datetime.fromtimestamp(now, settings.zone).date()
    with database.read() as connection:
        house = ledger.house(connection)
    if jump := jumped(house, now, settings.zone):
        return Round(held_back=jump)
    if house["kept_on"] is None or house["kept_on"] < day:
        with database.write() as connection:
            ledger.guard(connection, day, day)
            keep_house(connection, settings, day, now)
    if settings.mail.bounces and not house["rehearsal"]:
        take_in(database, settings.mail.bounces)
    return make_round(database, settings, postman, now, is_stopping, journal, sending=sending)


def jumped(house: Mapping[str, Any], now: int, zone: ZoneInfo) -> Sentence | None:
    """Return what is to be said when nobody made a round for so long that the clock itself is in doubt.

    With the clock put right rounds go on by themselves; where it is right, `duban resume` says so.
    """
    if house["rehearsal"] or house["rounded_at"] is None:
        return None
    last, today = (datetime.fromtimestamp(at, zone).date() for at in (house["rounded_at"], now))
    if (today - last).days <= JUMP:
        return None
    return say(
        "The last round was on {last}, and the clock says {today}. If the clock is right, `duban resume` goes on.",
        last=last,
        today=today,
    )


def next_due(database: Database, done: Round) -> int | None:
    """Return the instant of the next thing to do after a round: a stage of some row, or a letter's next attempt.

    None when nothing is in sight, or when what is waits for more than its time.
    """
    if done.held_back or done.full:
        return None
    with database.read() as connection:
        found = row(connection, NEXT)
    return int(found["at"]) if found and found["at"] is not None else None
