"""Stages that found nobody to tell: decided again at each round while their day still matters.

A post is filled, an address comes, a task goes to another unit: whoever is found then is told, late. What has said
more since takes the place of an earlier stage, as it does everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from plans.recipients import Parts
from plans.stages import Stage
from scheduler.ladder import ALONE, Decision, decide, rungs
from scheduler.matters import QUIET, Desk
from scheduler.news import notices_of, supersede
from store.database import insert_all, rows, rows_about, run_all

PATIENCE = 5  # working days after its day for which a stage is looked at again; the desk hears of it as long
WHICH = f"""SELECT n.id, n.occurrence, n.stage, n.kind, n.day, o.plan FROM notice n JOIN occurrence o
    ON o.id = n.occurrence AND o.version = n.version WHERE n.state = 'suppressed' AND n.reason = 'nobody'
    AND (:plan = '' OR o.plan = :plan) AND o.silent = '' AND o.state NOT IN
    ({", ".join(f"'{state}'" for state in QUIET)})"""
SPOKEN = """SELECT n.occurrence, n.stage FROM notice n JOIN occurrence o
    ON o.id = n.occurrence AND o.version = n.version
    WHERE n.occurrence IN :numbers AND (n.state <> 'suppressed' OR n.reason = 'dropped')"""


def decide_unheard(desk: Desk, now: int, plan: str = "") -> None:
    """Decide again what found nobody, of one plan or of all, in the caller's transaction."""
    since = cache(lambda named: desk.workdays(named).before(desk.today(named, now), PATIENCE))
    last = desk.house["rounded_at"]
    turned = cache(lambda named: last is None or desk.today(named, last) < desk.today(named, now))
    found: dict[int, dict[str, int]] = {}
    for one in rows(desk.connection, WHICH, plan=plan):
        # an assignment matters until the task ends, and is looked at once a day by then
        if one["day"] >= since(one["plan"]) or (one["kind"] == "assign" and turned(one["plan"])):
            found.setdefault(one["occurrence"], {})[one["stage"]] = one["id"]
    if not found:
        return
    numbers = list(found)
    known = rows_about(desk.connection, "SELECT * FROM occurrence WHERE id IN :numbers ORDER BY id", numbers)
    parts, spoken = desk.parts_by_row(known), _by_row(rows_about(desk.connection, SPOKEN, numbers))
    told: list[dict[str, Any]] = []
    over: list[dict[str, Any]] = []
    said: list[tuple[Mapping[str, Any], Stage]] = []
    for one in known:
        today, again = desk.today(one["plan"], now), found[one["id"]]
        for decision in _decisions(desk, one, parts[one["id"]], list(again), spoken.get(one["id"], ()), today):
            stage = decision.rung.stage
            over.append({"id": again[stage.id], "reason": decision.skip or "found"})
            if not decision.skip:
                told += notices_of(desk, one, decision, desk.addressed(stage, parts[one["id"]], today), now)
            if not decision.skip and stage.kind not in ALONE:
                said.append((one, stage))
    supersede(desk.connection, said)
    run_all(desk.connection, "UPDATE notice SET reason = :reason WHERE id = :id", over)
    insert_all(desk.connection, "notice", told)


def _by_row(found: Sequence[Mapping[str, Any]]) -> dict[int, list[str]]:
    by_row: dict[int, list[str]] = {}
    for one in found:
        by_row.setdefault(one["occurrence"], []).append(one["stage"])
    return by_row


def _decisions(
    desk: Desk, one: Mapping[str, Any], parts: Parts, again: Sequence[str], spoken: Sequence[str], today: date
) -> list[Decision]:
    """Return what is new to be said of stages that found nobody; those that still find nobody are left out."""
    closed = desk.plans[one["plan"]]["closed"]
    if (one["paused_until"] and today <= one["paused_until"]) or (closed and today > closed):
        return []
    matter, workdays = desk.matter(one), desk.workdays(one["plan"])
    order = [rung.stage for rung in rungs(matter, workdays)]
    last = {stage.release == "auto": place for place, stage in enumerate(order) if stage.id in spoken}
    stale = {
        stage.id
        for place, stage in enumerate(order)
        if stage.kind not in ALONE and place < last.get(stage.release == "auto", -1)
    }
    others = {stage.id for stage in order if stage.id not in again or stage.id in stale}
    decisions = decide(matter, others, today, workdays, lambda stage: desk.addressed(stage, parts, today))
    return [decision for decision in decisions if decision.skip != "nobody"]
