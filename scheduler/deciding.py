"""Deciding: rows whose time has come become notices, each told, held or left unsaid for a reason that is kept."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from plans.recipients import Told, recipients
from plans.stages import Stage
from scheduler.ladder import ALONE, decide
from scheduler.matters import Desk
from scheduler.news import supersede, write_notices
from store.database import rows, update
from store.states import ENDED

CHUNK = 500  # rows decided in one transaction


def decide_all(desk: Desk, now: int, plan: str = "") -> None:
    """Decide all rows whose time has come, of one plan or of all, in the caller's transaction."""
    while decide_due(desk, now, plan) == CHUNK:
        pass


def decide_due(desk: Desk, now: int, plan: str = "") -> int:
    """Decide what should have been said by now of up to CHUNK rows; return how many were looked at."""
    due = rows(
        desk.connection,
        "SELECT * FROM occurrence WHERE next_at <= :now AND (:plan = '' OR plan = :plan)"
        f" ORDER BY next_at, id LIMIT {CHUNK}",
        now=now,
        plan=plan,
    )
    for one in due:
        today = desk.today(one["plan"], now)
        decided = desk.decided(one["id"], one["version"])
        paused = one["paused_until"] is not None and today <= one["paused_until"]
        if not paused and one["state"] not in ENDED:
            decided |= _decide_row(desk, one, decided, today, now)
        update(desk.connection, "occurrence", one["id"], {"next_at": desk.next_at(one, decided)})
    return len(due)


def _decide_row(desk: Desk, one: dict[str, Any], decided: frozenset[str], today: date, now: int) -> frozenset[str]:
    @cache
    def addressed(stage: Stage) -> list[Told]:
        """Return whom a stage tells; nobody where there are only copies of a letter that has no addressee."""
        found = recipients(stage, desk.parts(one), desk.posts, today)
        return found if any(person.role == "to" for person in found) else []

    decisions = decide(desk.matter(one), decided, today, desk.workdays(one["plan"]), addressed)
    for decision in decisions:
        stage = decision.rung.stage
        if not decision.skip and stage.kind not in ALONE:
            supersede(desk.connection, one, stage)
        write_notices(desk, one, decision, [] if decision.skip else addressed(stage), now)
    return frozenset(decision.rung.stage.id for decision in decisions)
