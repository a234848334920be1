"""Deciding: rows whose time has come become notices, each told, held or left unsaid for a reason that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from plans.recipients import Parts, Told
from plans.stages import Stage
from scheduler.ladder import ALONE, decide
from scheduler.matters import Desk
from scheduler.news import notices_of, supersede
from scheduler.unheard import decide_unheard
from store.database import insert_all, rows, run_all
from store.states import ENDED

CHUNK = 500  # rows decided in one transaction
DUE = (
    "SELECT * FROM occurrence WHERE next_at <= :now AND (:plan = '' OR plan = :plan)"
    f" ORDER BY next_at, id LIMIT {CHUNK}"
)


def decide_all(desk: Desk, now: int, plan: str = "") -> None:
    """Decide all rows whose time has come, of one plan or of all, in the caller's transaction."""
    decide_unheard(desk, now, plan)
    while decide_due(desk, now, plan) == CHUNK:
        pass


def decide_due(desk: Desk, now: int, plan: str = "") -> int:
    """Decide what should have been said by now of up to CHUNK rows; return how many were looked at.

    What is known of the rows is fetched for all of them at once, and what is decided is written at once.
    """
    due = rows(desk.connection, DUE, now=now, plan=plan)
    before, parts = desk.decided_of([one["id"] for one in due]), desk.parts_by_row(due)
    slate = Slate()
    for one in due:
        today = desk.today(one["plan"], now)
        decided = before.get(one["id"], frozenset())
        paused = one["paused_until"] is not None and today <= one["paused_until"]
        if not paused and one["state"] not in ENDED:
            decided |= _decide_row(desk, one, parts[one["id"]], decided, today, now, slate)
        slate.looked.append({"id": one["id"], "next_at": desk.next_at(one, decided)})
    supersede(desk.connection, slate.said)
    insert_all(desk.connection, "notice", slate.notices)
    run_all(desk.connection, "UPDATE occurrence SET next_at = :next_at WHERE id = :id", slate.looked)
    return len(due)


@dataclass
class Slate:
    """What was decided of many rows, to be written at once."""

    said: list[tuple[Mapping[str, Any], Stage]] = field(default_factory=list)  # stages that earlier ones give way to
    notices: list[dict[str, Any]] = field(default_factory=list)
    looked: list[dict[str, Any]] = field(default_factory=list)  # when each row must be looked at next


def _decide_row(
    desk: Desk, one: dict[str, Any], parts: Parts, decided: frozenset[str], today: date, now: int, slate: Slate
) -> frozenset[str]:
    @cache
    def addressed(stage: Stage) -> list[Told]:
        return desk.addressed(stage, parts, today)

    decisions = decide(desk.matter(one), decided, today, desk.workdays(one["plan"]), addressed)
    for decision in decisions:
        stage = decision.rung.stage
        if decided and not decision.skip and stage.kind not in ALONE:
            slate.said.append((one, stage))
        slate.notices += notices_of(desk, one, decision, [] if decision.skip else addressed(stage), now)
    return frozenset(decision.rung.stage.id for decision in decisions)
