"""How plans end, and what ends by itself: files that went away, reports nobody gave, asks nobody answered."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from scheduler.desk import Act
from scheduler.news import withdraw
from store import ledger
from store.database import insert, rows, run
from store.states import ENDED_LIST
from store.tables import Event


def close_plan(act: Act, plan: str) -> None:
    """Close a plan with effect from the act's day: nothing of it is seen or said after that day."""
    run(act.connection, "UPDATE plan SET closed = :on WHERE id = :plan", on=act.on, plan=plan)
    run(act.connection, "UPDATE occurrence SET next_at = NULL WHERE plan = :plan", plan=plan)
    _silence(act, "o.plan = :plan", plan=plan)
    insert(act.connection, Event(at=act.at, on=act.on, plan=plan, kind="closed", actor=act.actor))
    ledger.touch(act.connection, act.on)


def _silence(act: Act, which: str, **values: object) -> None:
    """Take back what was to be said of rows that nobody follows any more."""
    sql = f"""SELECT DISTINCT o.id FROM notice n JOIN occurrence o ON o.id = n.occurrence
        WHERE n.state IN ('planned', 'held') AND {which}"""
    for one in rows(act.connection, sql, **values):
        withdraw(act.connection, one["id"], "closed")


def silence_closed(act: Act) -> None:
    """Take back what waits of plans whose last day is over."""
    _silence(act, "o.plan IN (SELECT id FROM plan WHERE closed < :on)", on=act.on)


def missing(connection: Connection, folders: Iterable[str], present: Iterable[str]) -> list[str]:
    """Return the plans that were applied from these folders and whose files are no longer there."""
    inside, known = set(folders), set(present)
    found = rows(connection, "SELECT id, file FROM plan WHERE closed IS NULL ORDER BY position, id")
    return [one["id"] for one in found if one["id"] not in known and one["file"].rpartition("/")[0] in inside]


def lapse(act: Act) -> int:
    """Let reports nobody gave lapse when the next one is asked for; return how many did (design: readings)."""
    stale = rows(
        act.connection,
        f"SELECT o.* FROM occurrence o WHERE o.kind = 'report' AND o.state NOT IN ({ENDED_LIST})"
        " AND o.due < :on AND EXISTS (SELECT 1 FROM occurrence p JOIN standing s ON s.occurrence = p.id"
        "  AND s.since <= :on AND s.until > :on"
        "  WHERE p.plan = o.plan AND p.task = o.task AND p.leads = o.leads AND p.kind = 'report' AND p.due > o.due"
        "  AND p.part = o.part AND coalesce(s.yellow_on, p.due) <= :on) ORDER BY o.id",
        on=act.on,
    )
    for one in stale:
        act.change(one, "lapse", state="lapsed")
        withdraw(act.connection, one["id"], "done")
    return len(stale)


def leave_unanswered(act: Act) -> int:
    """Count extensions nobody decided in time as not granted; return how many there were (practice 1.11)."""
    asked = rows(act.connection, "SELECT * FROM occurrence WHERE asked_on IS NOT NULL ORDER BY id")
    late = [one for one in asked if act.on > act.desk.workdays(one["plan"]).after(one["asked_on"], act.rules.answer)]
    for one in late:
        act.change(one, "unanswered", asked_on=None, asked_due=None)
    return len(late)


def resume_rested(act: Act) -> int:
    """Take up again what was on hold until a day that has come; return how many rows."""
    rested = rows(
        act.connection,
        "SELECT * FROM occurrence WHERE state = 'on_hold' AND resumes_on <= :on ORDER BY id",
        on=act.on,
    )
    for one in rested:
        act.anew(one, "take_up", state="in_progress", resumes_on=None)
    return len(rested)
