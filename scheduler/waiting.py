"""What waits to be released: plans since their first apply, and rows of which a letter waits for the desk or a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from plans.presets import ladder
from store.database import rows
from store.states import ENDED_LIST

PLANS = f"""SELECT id, title, applied_on FROM plan WHERE released_on IS NULL AND (closed IS NULL OR closed >= :day)
    AND EXISTS (SELECT 1 FROM occurrence o WHERE o.plan = plan.id
        AND o.state NOT IN ({ENDED_LIST})) ORDER BY position, id"""
ROWS = """SELECT o.id, o.plan, o.task, o.name, o.title, o.ladder, p.language, n.stage, n.kind, n.reason,
    min(n.day) AS since FROM notice n JOIN occurrence o ON o.id = n.occurrence JOIN plan p ON p.id = o.plan
    WHERE n.state = 'held' AND n.reason IN ('desk', 'sign') AND n.version = o.version
    GROUP BY o.id, n.stage, n.kind, n.reason, p.language, p.position ORDER BY p.position, o.plan, o.position, o.name,
    min(n.day)"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: a plan (*row* 0), or one stage of a row, for the desk or, where *signed*, for a name."""

    key: str  # what commands call it
    title: str
    since: date | None
    row: int = 0
    stage: str = ""  # what the ladder calls it
    kind: str = ""
    signed: bool = False


def waiting_plans(connection: Connection, day: date) -> list[dict[str, Any]]:
    """Return the plans whose letters wait for a release on a day; of one that is over or done nothing is to be told."""
    return rows(connection, PLANS, day=day)


def waiting(connection: Connection, day: date) -> list[Waiting]:
    """Return what waits to be released on a day, plans first."""
    plans = [Waiting(one["id"], one["title"], one["applied_on"]) for one in waiting_plans(connection, day)]
    found = list(plans)
    for one in rows(connection, ROWS):
        stage = ladder(one["ladder"]).stage(one["stage"])
        key = "/".join(filter(None, (one["plan"], one["task"], one["name"])))
        called = stage.called(one["language"]) if stage else ""
        found.append(Waiting(key, one["title"], one["since"], one["id"], called, one["kind"], one["reason"] == "sign"))
    return found
