"""Somebody takes over what another one had: from a day on letters go to them, and the old addresses are closed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from plans.model import say
from plans.presets import ladder
from plans.recipients import recipients
from plans.stages import Stage, When
from plans.trouble import DeskError
from scheduler.desk import Act
from scheduler.matters import Desk
from scheduler.news import void_letters
from store import ledger
from store.database import insert, row, rows, run, update
from store.states import ENDED_LIST
from store.tables import FOREVER, Event, Handover, Notice

AWAY = "handed-over"
_OPEN = f"o.state NOT IN ({ENDED_LIST}) AND o.gone_on IS NULL"
HELD = f"""SELECT DISTINCT o.* FROM occurrence o WHERE {_OPEN} AND (
    EXISTS (SELECT 1 FROM occurrence_person q WHERE q.occurrence = o.id AND q.person = :person)
    OR EXISTS (SELECT 1 FROM occurrence_unit q JOIN unit u ON u.id = q.unit
        WHERE q.occurrence = o.id AND q.role IN ('lead', 'each')
        AND (:person IN (u.contact, u.deputy, u.head, u.leader) OR u.posts LIKE :quoted)))
    ORDER BY o.plan, o.position, o.name"""


def hand_over(act: Act, old: str, new: str, since: date) -> list[dict[str, Any]]:
    """Let *new* have from a day on what *old* had, whatever the files go on saying; return the open rows it moves.

    With *new* the same as *old* an earlier handover is taken back. Links and calendars of *old* end the day before;
    what was to be told to *old* is told to *new*.

    Raises:
        DeskError: one of them isn't known, *new* can't be reached, or there is no handover to take back.
    """
    if old == new:
        return take_back(act, old, since)
    successor = _known(act, new)
    _known(act, old)
    _end(act, old, since)
    if not successor["mail"]:
        raise DeskError(say("{person} has no mail address and could not be told anything", person=successor["name"]))
    insert(act.connection, Handover(old=old, new=new, since=since, until=FOREVER))
    _close_addresses(act, old, since)
    if since <= act.on:
        _tell_instead(act, old, new)
    return _noted(act, old, new, since)


def take_back(act: Act, old: str, since: date) -> list[dict[str, Any]]:
    """Let *old* have again from a day on what was handed over; return the open rows that come back.

    Links and calendars that were closed stay so. What waits to be told to the successor in place of *old* is told to
    *old*.

    Raises:
        DeskError: *old* isn't known, or has handed nothing over.
    """
    person, successor = _known(act, old), act.desk.posts.holder(old, act.on)
    if not _end(act, old, since):
        raise DeskError(say("{person} has handed nothing over", person=person["name"]))
    if since <= act.on and successor != old:
        _tell_again(act, successor, old)
    return _noted(act, old, old, since)


def _end(act: Act, old: str, since: date) -> int:
    """Let every handover of a person end on a day; return how many there were."""
    sql = "UPDATE handover SET until = :since WHERE old = :old AND until > :since"
    return run(act.connection, sql, old=old, since=since).rowcount


def _known(act: Act, person: str) -> dict[str, Any]:
    found = row(act.connection, "SELECT * FROM person WHERE id = :person", person=person)
    if found is None:
        raise DeskError(say("the directory knows nobody called {person}", person=person))
    return found


def _noted(act: Act, old: str, new: str, since: date) -> list[dict[str, Any]]:
    """Write the handover into the history of each open row, and return those rows."""
    found = rows(act.connection, HELD, person=old, quoted=f'%"{old}"%')
    told = json.dumps({"person": [old, new], "since": str(since)}, ensure_ascii=False)
    text = " → ".join(_known(act, one)["name"] for one in dict.fromkeys((old, new)))
    for one in found:
        event = Event(at=act.at, on=act.on, plan=one["plan"], task=one["task"], occurrence=one["id"],
                      kind="handover", actor=act.actor, text=text, data=told)  # fmt: skip
        insert(act.connection, event)
    insert(act.connection, Event(at=act.at, on=act.on, kind="handover", actor=act.actor, text=text, data=told))
    ledger.touch(act.connection, act.on)
    return found


def _close_addresses(act: Act, old: str, since: date) -> None:
    """End the links and calendars that show what *old* had: at once where the day has come, else on that day."""
    for token in rows(act.connection, "SELECT hash, filter FROM token WHERE revoked_on IS NULL"):
        if json.loads(token["filter"]).get("person") == old:
            column, day = ("revoked_on", act.on) if since <= act.on else ("expires_on", since - timedelta(days=1))
            run(act.connection, f"UPDATE token SET {column} = :day WHERE hash = :hash", day=day, hash=token["hash"])


def _tell_instead(act: Act, old: str, new: str) -> None:
    """Let what was to be told to *old* be told to *new*; letters that already left stay as they are."""
    for notice in _waiting(act, old):
        _move(act, notice, new)


def _tell_again(act: Act, successor: str, old: str) -> None:
    """Let what was to be told to a successor, and is now for *old* again, be told to *old*."""
    desk = Desk(act.connection, act.desk.send_at)  # it sees the handover ended
    for notice in _waiting(act, successor):
        one = ledger.occurrence(act.connection, notice["occurrence"])
        news = Stage(notice["stage"], notice["kind"], When("apply"), ("contact",), ("support",))
        stage = ladder(one["ladder"]).stage(notice["stage"]) or news
        told = {person.person: person for person in recipients(stage, desk.parts(one), desk.posts, act.on)}
        if old not in told:
            continue
        _move(act, {**notice, "role": told[old].role, "why": told[old].why}, old)
        if own := told.get(successor):  # who has a part of their own as well
            update(act.connection, "notice", notice["id"], {**notice, "role": own.role, "why": own.why})


def _waiting(act: Act, person: str) -> list[dict[str, Any]]:
    """Return what waits to be told to somebody, that in letters which haven't left included: those are made anew."""
    void_letters(act.connection, "SELECT letter FROM notice WHERE person = :person", person=person)
    sql = "SELECT * FROM notice WHERE person = :person AND state IN ('planned', 'held') ORDER BY id"
    return rows(act.connection, sql, person=person)


def _move(act: Act, notice: Mapping[str, Any], person: str) -> None:
    """Let a notice be somebody else's; who had it before and gave it away has it again."""
    sql = """SELECT id, reason FROM notice WHERE occurrence = :occurrence AND version = :version AND stage = :stage
        AND channel = :channel AND person = :person"""
    key = {name: notice[name] for name in ("occurrence", "version", "stage", "channel")}
    theirs = row(act.connection, sql, person=person, **key)
    if theirs is None:
        insert(act.connection, Notice(**{**notice, "id": None, "person": person, "late": bool(notice["late"])}))
    elif theirs["reason"] == AWAY:
        kept = {name: notice[name] for name in ("state", "reason", "signer", "number")}
        update(act.connection, "notice", theirs["id"], kept)
    update(act.connection, "notice", notice["id"], {"state": "suppressed", "reason": AWAY})
