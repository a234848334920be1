"""Somebody takes over what another one had: from a day on letters go to them, and the old addresses are closed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from plans.model import say
from plans.trouble import DeskError
from scheduler.desk import Act
from scheduler.news import void_letters
from store import ledger
from store.database import insert, row, rows, run
from store.states import ENDED
from store.tables import FOREVER, Event, Handover, Notice

_OPEN = f"o.state NOT IN ({', '.join(repr(state) for state in ENDED)}) AND o.gone_on IS NULL"
HELD = f"""SELECT DISTINCT o.* FROM occurrence o WHERE {_OPEN} AND (
    EXISTS (SELECT 1 FROM occurrence_person q WHERE q.occurrence = o.id AND q.person = :person)
    OR EXISTS (SELECT 1 FROM occurrence_unit q JOIN unit u ON u.id = q.unit
        WHERE q.occurrence = o.id AND q.role IN ('lead', 'each')
        AND (:person IN (u.contact, u.deputy, u.head, u.leader) OR u.posts LIKE :quoted)))
    ORDER BY o.plan, o.position, o.name"""


def hand_over(act: Act, old: str, new: str, since: date) -> list[dict[str, Any]]:
    """Let *new* have from a day on what *old* had, whatever the files go on saying; return the open rows it moves.

    With *new* the same as *old* an earlier handover ends on that day. Links and calendars of *old* end the day before;
    what was to be told to *old* is told to *new*.

    Raises:
        DeskError: one of them isn't known, *new* can't be reached, or there is no handover to end.
    """
    successor = _known(act, new)
    _known(act, old)
    ended = run(
        act.connection,
        "UPDATE handover SET until = :since WHERE old = :old AND until > :since",
        old=old,
        since=since,
    ).rowcount
    if old == new:
        if not ended:
            raise DeskError(say("{person} has handed nothing over", person=successor["name"]))
        return _noted(act, old, new, since)
    if not successor["mail"]:
        raise DeskError(say("{person} has no mail address and could not be told anything", person=successor["name"]))
    insert(act.connection, Handover(old=old, new=new, since=since, until=FOREVER))
    _close_addresses(act, old, since)
    if since <= act.on:
        _tell_instead(act, old, new)
    return _noted(act, old, new, since)


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
    void_letters(act.connection, "SELECT letter FROM notice WHERE person = :old", old=old)
    sql = "SELECT * FROM notice WHERE person = :old AND state IN ('planned', 'held') ORDER BY id"
    for notice in rows(act.connection, sql, old=old):
        if not _has(act, notice, new):
            insert(act.connection, Notice(**{**notice, "id": None, "person": new, "late": bool(notice["late"])}))
    run(
        act.connection,
        "UPDATE notice SET state = 'suppressed', reason = 'handed-over'"
        " WHERE person = :old AND state IN ('planned', 'held')",
        old=old,
    )


def _has(act: Act, notice: Mapping[str, Any], person: str) -> bool:
    sql = """SELECT id FROM notice WHERE occurrence = :occurrence AND version = :version AND stage = :stage
        AND channel = :channel AND person = :person"""
    key = {name: notice[name] for name in ("occurrence", "version", "stage", "channel")}
    return row(act.connection, sql, person=person, **key) is not None
