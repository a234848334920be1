"""Deciding: rows whose time has come become notices, each told, held or left unsaid for a reason that is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from plans.recipients import recipients
from scheduler.ladder import ALONE, Decision, decide
from scheduler.matters import Desk
from scheduler.news import notices_of, supersede
from store.database import insert_all, rows, run_all
from store.states import ENDED

CHUNK = 500  # rows decided in one transaction
DUE = (
    "SELECT * FROM occurrence WHERE next_at <= :now AND (:plan = '' OR plan = :plan)"
    f" ORDER BY next_at, id LIMIT {CHUNK}"
)


def decide_all(desk: Desk, now: int, plan: str = "") -> None:
    """Decide all rows whose time has come, of one plan or of all, in the caller's transaction."""
    while decide_due(desk, now, plan) == CHUNK:
        pass


def decide_due(desk: Desk, now: int, plan: str = "") -> int:
    """Decide what should have been said by now of up to CHUNK rows; return how many were looked at.

    What is known of the rows is fetched for all of them at once, and what is decided is written at once.
    """
    due = rows(desk.connection, DUE, now=now, plan=plan)
    before, parts = desk.decided_of([one["id"] for one in due]), desk.parts_of(due)
    notices, said, looked = [], [], []
    for one in due:
        today = desk.today(one["plan"], now)
        decided = before.get(one["id"], frozenset())
        for decision in _decisions(desk, one, decided, today):
            stage = decision.rung.stage
            told = [] if decision.skip else recipients(stage, parts[one["id"]], desk.posts, today)
            notices += notices_of(desk, one, decision, told, now)
            if one["id"] in before and not decision.skip and stage.kind not in ALONE:
                said.append((one, stage))
            decided |= {stage.id}
        looked.append({"id": one["id"], "next_at": desk.next_at(one, decided)})
    supersede(desk.connection, said)
    insert_all(desk.connection, "notice", notices)
    run_all(desk.connection, "UPDATE occurrence SET next_at = :next_at WHERE id = :id", looked)
    return len(due)


def _decisions(desk: Desk, one: dict[str, Any], decided: frozenset[str], today: date) -> list[Decision]:
    """Return what is to be decided of a row; nothing while a report or a request holds its ladder."""
    if one["state"] in ENDED or (one["paused_until"] and today <= one["paused_until"]):
        return []
    return decide(desk.matter(one), decided, today, desk.workdays(one["plan"]))
