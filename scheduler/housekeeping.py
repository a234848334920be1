"""What is done once a day without anybody asking: rows are laid out further, and what nobody answered lapses."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from scheduler import applying
from scheduler.closing import lapse, leave_unanswered, resume_rested, silence_closed
from scheduler.copies import source_of
from scheduler.desk import Act
from scheduler.readdressing import readdress
from scheduler.settings import Settings
from store import ledger
from store.database import rows, run

ACTOR = "duban"
ROLLING = """SELECT id, source, file FROM plan WHERE (closed IS NULL OR closed >= :day) AND ends >= :day AND EXISTS (
    SELECT 1 FROM occurrence o WHERE o.plan = plan.id AND o.kind IN ('recurring', 'report')) ORDER BY position"""


def keep_house(connection: Connection, settings: Settings, day: date, at: int) -> bool:
    """Do the day's housekeeping, if the day has turned; return whether anything was to be done."""
    if ledger.house(connection)["kept_on"] and day <= ledger.house(connection)["kept_on"]:
        return False
    act = Act(connection, settings.send_at, day, at, ACTOR, settings.mark, settings.extensions)
    for daily in (resume_rested, lapse, leave_unanswered, silence_closed):
        daily(act)
    readdress(act.desk, day)
    _count_on(act, day)
    for plan in rows(connection, ROLLING, day=day):
        source = source_of(connection, plan["source"], plan["file"])
        if source:
            applying.roll_on(connection, source, on=day, at=at, settings=settings)
    run(connection, "UPDATE house SET kept_on = :day", day=day)
    return True


def _count_on(act: Act, day: date) -> None:
    """Keep the working days up to the end of the next year, so that listings of any day can count in them."""
    last = date(day.year + 1, 12, 31)
    sql = """SELECT min(id) AS id FROM plan WHERE calendar NOT IN (SELECT calendar FROM workday WHERE day = :last)
        GROUP BY calendar ORDER BY calendar"""
    for one in rows(act.connection, sql, last=last):
        calendar = act.desk.plans[one["id"]]["calendar"]
        ledger.copy_workdays(act.connection, calendar, act.desk.workdays(one["id"]), date(day.year, 1, 1), last)
