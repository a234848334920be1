"""What waits to be let go is for whoever has the part by then: a new contact, a stand-in, the units that took over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from plans.presets import ladder
from plans.recipients import Told
from scheduler.matters import Desk
from store.database import insert_all, rows, rows_about, run_all

WAITING = "n.reason IN ('desk', 'sign', 'hold')"  # for a human; what a plan holds since its first apply is many
_HELD = "SELECT n.* FROM notice n JOIN occurrence o ON o.id = n.occurrence WHERE n.state = 'held' AND "
_OF_ROWS = "SELECT * FROM notice WHERE occurrence IN :numbers"
_KEY = ("occurrence", "version", "stage", "channel")


def readdress(desk: Desk, on: date, which: str = WAITING, **values: Any) -> None:
    """Address the notices that are held, or *which* of them, to those whom their stages tell on a day.

    A stage that would find nobody, and news that no ladder knows, stay with whom they were for.
    """
    waiting: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for notice in rows(desk.connection, f"{_HELD}{which} ORDER BY n.id", **values):
        waiting.setdefault(tuple(notice[name] for name in _KEY), []).append(notice)
    if not waiting:
        return
    numbers = list(dict.fromkeys(key[0] for key in waiting))
    found = rows_about(desk.connection, "SELECT * FROM occurrence WHERE id IN :numbers", numbers)
    known = {one["id"]: one for one in found}
    parts = desk.parts_by_row(list(known.values()))
    changed: list[tuple[list[dict[str, Any]], dict[str, Told]]] = []
    for key, notices in waiting.items():
        stage = ladder(known[key[0]]["ladder"]).stage(key[2])
        told = desk.addressed(stage, parts[key[0]], on) if stage else []
        if told and {(one.person, one.role, one.why, one.unit) for one in told} != set(map(_addressed, notices)):
            changed.append((notices, {one.person: one for one in told}))
    if changed:
        _write(desk, changed)


def _addressed(notice: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return notice["person"], notice["role"], notice["why"], notice["unit"]


def _write(desk: Desk, changed: Sequence[tuple[list[dict[str, Any]], dict[str, Told]]]) -> None:
    """Write whom stages are for: one notice a person, which may be there from an earlier day."""
    numbers = list(dict.fromkeys(notices[0]["occurrence"] for notices, _ in changed))
    there = {
        (*(one[name] for name in _KEY), one["person"]): one for one in rows_about(desk.connection, _OF_ROWS, numbers)
    }
    fresh, over, again = [], [], []
    for notices, told in changed:
        like = notices[0]
        over += [{"id": one["id"]} for one in notices if one["person"] not in told]
        for one in told.values():
            values = {"role": one.role, "why": one.why, "unit": one.unit}
            before = there.get((*(like[name] for name in _KEY), one.person))
            if before is None:
                fresh.append({**{name: like[name] for name in like if name != "id"}, "person": one.person, **values,
                              "late": bool(like["late"])})  # fmt: skip
            elif before["state"] in ("held", "suppressed"):
                again.append({"id": before["id"], "reason": like["reason"], **values})
    run_all(desk.connection, "UPDATE notice SET state = 'suppressed', reason = 'readdressed' WHERE id = :id", over)
    run_all(
        desk.connection,
        "UPDATE notice SET state = 'held', reason = :reason, role = :role, why = :why, unit = :unit WHERE id = :id",
        again,
    )
    insert_all(desk.connection, "notice", fresh)
