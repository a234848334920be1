"""Telling a ledger put back from a backup what was sent since: journal lines it doesn't know are written in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from store.database import insert, insert_all, row, run
from store.journal import LETTER, NOTICE
from store.tables import Letter


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the journal told: letters written in, and notices about tasks the backup doesn't know."""

    letters: int
    unknown: int


def replay(connection: Connection, lines: Iterable[dict[str, Any]]) -> Replayed:
    """Write into a ledger what the journal says was sent and the ledger doesn't know, in the caller's transaction."""
    letters = unknown = 0
    for line in lines:
        known = row(
            connection,
            "SELECT id, state FROM letter WHERE message_id = :message_id",
            message_id=line["letter"]["message_id"],
        )
        if known and known["state"] in ("sent", "bounced"):
            continue
        number = known["id"] if known else _insert(connection, line)
        if known:
            _mark(connection, number, line)
        letters += 1
        unknown += sum(not _tell(connection, told, number) for told in line["notices"])
    return Replayed(letters, unknown)


def _insert(connection: Connection, line: dict[str, Any]) -> int:
    told = {name: line["letter"][name] for name in LETTER}
    told["day"] = date.fromisoformat(told["day"])
    sql = "SELECT max(part) AS part FROM letter WHERE person = :person AND channel = :channel AND kind = :kind"
    values = {name: told[name] for name in ("person", "channel", "kind", "day")}
    taken = row(connection, f"{sql} AND day = :day AND part >= 0", **values)
    if taken and taken["part"] is not None and taken["part"] >= told["part"]:
        told["part"] = taken["part"] + 1
    letter = Letter(**told, text="", next_at=0, state="sent", attempts=1, began=True)
    letter.sent_at, letter.receipt = line["at"], line["receipt"]
    return insert(connection, letter)


def _mark(connection: Connection, letter: int, line: dict[str, Any]) -> None:
    run(
        connection,
        "UPDATE letter SET state = 'sent', sent_at = :at, receipt = :receipt, body = NULL, error = ''"
        " WHERE id = :letter",
        at=line["at"],
        receipt=line["receipt"],
        letter=letter,
    )


def _tell(connection: Connection, told: dict[str, Any], letter: int) -> bool:
    """Note that one thing was told; False when the ledger has no such row."""
    sql = "SELECT id FROM occurrence WHERE plan = :plan AND task = :task AND name = :name"
    found = row(connection, sql, plan=told["plan"], task=told["task"], name=told["name"])
    if not found:
        return False
    values = {name: told[name] for name in NOTICE} | {"occurrence": found["id"], "day": date.fromisoformat(told["day"])}
    values["late"] = bool(values["late"])
    key = (
        "occurrence = :occurrence AND version = :version AND stage = :stage AND person = :person AND channel = :channel"
    )
    names = ("occurrence", "version", "stage", "person", "channel")
    sql = f"UPDATE notice SET state = 'in_letter', reason = '', letter = :letter WHERE {key}"
    if not run(connection, sql, letter=letter, **{name: values[name] for name in names}).rowcount:
        insert_all(connection, "notice", [{**values, "state": "in_letter", "reason": "", "letter": letter}])
    return True
