"""Notices as rows: writing who is to be told, taking back what is no longer true, and telling news at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from plans.recipients import Parts, Told, recipients
from plans.stages import Stage, When
from scheduler.ladder import Decision, Rung
from scheduler.matters import Desk
from scheduler.signing import void_numbers
from store.database import insert_all, rows, run, run_all

NEWS = ("changed", "returned", "accepted", "received")
STAYS = "stays-"  # the stage of "it stays yours", before the number of the event that decided it
RECEIVED = "received-"  # what the stage of a receipt is called, before the number of the event it tells of
_ASSIGNMENT = "kind = 'assign' AND state IN ('planned', 'held')"


def tell_news(desk: Desk, one: Mapping[str, Any], kind: str, on: date, at: int) -> None:
    """Write notices that something happened to a row; a plan not yet released has told nobody of it anyway."""
    if not desk.plans[one["plan"]]["released_on"]:
        return
    if kind in ("assign", "changed") and desk.awaits_assignment(one):
        return  # its assignment is still to come, and says it
    sql = f"SELECT id FROM notice WHERE occurrence = :number AND {_ASSIGNMENT}"
    if kind == "changed" and rows(desk.connection, sql, number=one["id"]):
        return  # the assignment that is about to leave says it already
    stage = Stage(kind, kind, When("apply"), ("contact",), ("support",))
    told = recipients(stage, desk.parts(one), desk.posts, on)
    write_notices(desk, one, Decision(Rung(stage, on)), told, at)


def tell_receipt(desk: Desk, one: Mapping[str, Any], unit: str, event: int, on: date, at: int) -> None:
    """Write the notice that tells a unit's contact what was reported in the unit's name."""
    stage = Stage(f"{RECEIVED}{event}", "received", When("apply"), ("contact",))
    told = recipients(stage, Parts((unit,), (), (), ""), desk.posts, on)
    write_notices(desk, one, Decision(Rung(stage, on)), told, at)


def tell_stays(desk: Desk, one: Mapping[str, Any], on: date, at: int) -> None:
    """Write the notice that a row stays with its unit, once for each time that this was decided."""
    found = rows(desk.connection, "SELECT max(id) AS id FROM event WHERE occurrence = :number", number=one["id"])
    stage = Stage(f"{STAYS}{found[0]['id']}", "changed", When("apply"), ("contact",))
    if desk.plans[one["plan"]]["released_on"]:
        write_notices(desk, one, Decision(Rung(stage, on)), recipients(stage, desk.parts(one), desk.posts, on), at)


def write_notices(desk: Desk, one: Mapping[str, Any], decision: Decision, told: Iterable[Told], at: int) -> None:
    """Write what was decided of a stage."""
    insert_all(desk.connection, "notice", notices_of(desk, one, decision, told, at))


def notices_of(
    desk: Desk, one: Mapping[str, Any], decision: Decision, told: Iterable[Told], at: int
) -> list[dict[str, Any]]:
    """Return what was decided of a stage as rows to be written: one a person, or one for nobody with the reason."""
    stage = decision.rung.stage
    skip = decision.skip
    known = [] if skip else list(told)
    if not known:
        known, skip = [Told("", "to", "", "")], skip or ("" if stage.kind == "propose" else "nobody")
    state, reason = ("suppressed", skip) if skip else held(desk, one["plan"], stage.kind, _release(desk, one, decision))
    return [
        {
            "occurrence": one["id"], "version": one["version"], "stage": stage.id, "person": person.person,
            "channel": "mail", "role": person.role, "why": person.why, "unit": person.unit, "kind": stage.kind,
            "day": decision.rung.day, "release": stage.release, "state": state, "reason": reason,
            "late": decision.late, "signer": "", "number": "", "at": at, "letter": None,
        }
        for person in known
    ]  # fmt: skip


def _release(desk: Desk, one: Mapping[str, Any], decision: Decision) -> str:
    """Return who must let a stage out; a plan released before its day of issue has its assignments let out as well."""
    stage, plan = decision.rung.stage, desk.plans[one["plan"]]
    ahead = plan["released_on"] and plan["released_on"] < plan["issued"] == decision.rung.day
    return "auto" if stage.kind == "assign" and stage.release == "desk" and ahead else stage.release


def held(desk: Desk, plan: str, kind: str, release: str) -> tuple[str, str]:
    """Return the state and reason of a notice that nothing speaks against: planned, or held for a human."""
    here = desk.plans[plan]
    if kind == "propose":
        return "held", "propose"
    if not here["released_on"]:
        return "held", "unreleased"
    if release != "auto":
        return "held", release
    if (desk.house["held"] or here["held"]) and kind:
        return "held", "hold"
    return "planned", ""


def supersede(connection: Connection, said: Iterable[tuple[Mapping[str, Any], Stage]]) -> None:
    """Take back earlier rungs of rows that a stage is said of, where they still wait.

    What goes by itself takes the place of what goes by itself, what waits for a human of what waits for a human.
    """
    said = list(said)
    run_all(
        connection,
        "UPDATE notice SET state = 'suppressed', reason = 'superseded' WHERE occurrence = :number"
        " AND version = :version AND (state = 'held' OR (state = 'planned' AND release = 'auto')) AND stage <> :stage"
        " AND kind NOT IN"
        " ('assign', 'propose', 'changed', 'returned', 'accepted', 'received')"
        " AND (release = 'auto') = (:release = 'auto')",
        [
            {"number": one["id"], "version": one["version"], "stage": stage.id, "release": stage.release}
            for one, stage in said
        ],
    )
    void_numbers(connection, *dict.fromkeys(one["id"] for one, _ in said))


def withdraw(connection: Connection, number: int, reason: str) -> None:
    """Take back what was to be said of a row: letters no attempt was made with yet are voided and made anew."""
    void_letters(connection, "SELECT letter FROM notice WHERE occurrence = :number", number=number)
    if reason == "changed":  # an assignment that hasn't left tells of the task as it is now
        run(
            connection,
            "UPDATE notice SET version = (SELECT version FROM occurrence WHERE id = :number)"
            f" WHERE occurrence = :number AND {_ASSIGNMENT}",
            number=number,
        )
    run(
        connection,
        "UPDATE notice SET state = 'suppressed', reason = :reason WHERE occurrence = :number"
        f" AND state IN ('planned', 'held') AND NOT (:reason = 'changed' AND {_ASSIGNMENT})",
        number=number,
        reason=reason,
    )
    void_numbers(connection, number)


def void_letters(connection: Connection, which: str, **values: Any) -> None:
    """Void letters that nothing was sent of; their notices are planned again, for a letter that is still true."""
    sql = f"SELECT id FROM letter WHERE state IN ('ready', 'claimed') AND NOT began AND id IN ({which})"
    for letter in rows(connection, sql, **values):
        voided = run(
            connection,
            "UPDATE letter SET state = 'void', part = -id, message_id = message_id || ' void ' || id, body = NULL"
            " WHERE id = :letter AND state IN ('ready', 'claimed') AND NOT began",
            letter=letter["id"],
        )
        if not voided.rowcount:  # a sender began with it between the two statements
            continue
        run(
            connection,
            "UPDATE notice SET state = 'planned', letter = NULL WHERE letter = :letter",
            letter=letter["id"],
        )
