"""The outbox: letters waiting with their bytes, claimed by one sender at a time, marked one by one.

Leases and retries go by the database's clock, so that senders on several machines agree; the day a letter is about
never decides when it may be tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from store.database import Database, row, rows, run

LEASE = 1800  # seconds a claim holds; longer than a letter may take (end of data: 10 minutes)
BATCH = 20
WAITS = (60, 300, 900, 1800, 3600, 7200)  # seconds before each further attempt, the last one for ever after


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter this sender alone may send until the lease is over."""

    id: int
    address: str
    body: bytes
    attempts: int
    message_id: str


def clock(connection: Connection) -> int:
    """Return the database's own clock, in seconds since 1970."""
    lite = connection.dialect.name == "sqlite"
    sql = "SELECT CAST(strftime('%s', 'now') AS INTEGER) AS now" if lite else (
        "SELECT CAST(extract(epoch FROM clock_timestamp()) AS BIGINT) AS now"
    )  # fmt: skip
    return int(rows(connection, sql)[0]["now"])


def claim(database: Database, owner: str, letter: int | None = None) -> list[Claimed]:
    """Take letters that are ready, or whose claim has lapsed, for one drain; *letter* asks for that one alone."""
    with database.write() as connection:
        now = clock(connection)
        skip = "" if database.lite else " FOR UPDATE SKIP LOCKED"
        taken = rows(
            connection,
            "UPDATE letter SET state = 'claimed', owner = :owner, next_at = :lease, attempts = attempts + 1"
            " WHERE id IN (SELECT id FROM letter WHERE state IN ('ready', 'claimed') AND next_at <= :now"
            f" AND (:letter IS NULL OR id = :letter) ORDER BY next_at, id LIMIT {BATCH}{skip})"
            " RETURNING id, address, body, attempts, message_id",
            owner=owner,
            now=now,
            lease=now + LEASE,
            letter=letter,
        )
    return [Claimed(**{**one, "body": bytes(one["body"])}) for one in sorted(taken, key=lambda one: one["id"])]


def begin(connection: Connection, letter: int, owner: str) -> bool:
    """Freeze a letter for its attempt; False when the claim was lost or the letter voided meanwhile."""
    done = run(
        connection,
        "UPDATE letter SET began = :yes WHERE id = :letter AND owner = :owner AND state = 'claimed' AND next_at > :now",
        yes=True,
        letter=letter,
        owner=owner,
        now=clock(connection),
    )
    return done.rowcount == 1


def mark_sent(connection: Connection, letter: int, owner: str, receipt: str) -> None:
    """Record the server's 250; the bytes are dropped, since they may hold links, their hash and text stay."""
    run(
        connection,
        "UPDATE letter SET state = 'sent', sent_at = :now, receipt = :receipt, body = NULL, error = ''"
        " WHERE id = :letter AND owner = :owner AND state = 'claimed'",
        letter=letter,
        owner=owner,
        receipt=receipt,
        now=clock(connection),
    )


def mark_failed(connection: Connection, letter: Claimed, owner: str, error: str, *, final: bool, began: bool) -> None:
    """Record a refusal: *final* gives the letter up, else it is tried again later; *began* keeps its bytes frozen."""
    wait = WAITS[min(letter.attempts, len(WAITS)) - 1]
    run(
        connection,
        "UPDATE letter SET state = :state, next_at = :next_at, error = :error, began = :began"
        " WHERE id = :letter AND owner = :owner AND state = 'claimed'",
        letter=letter.id,
        owner=owner,
        state="dead" if final else "ready",
        next_at=clock(connection) + wait,
        error=error,
        began=began,
    )


def give_back(connection: Connection, letter: int, owner: str) -> None:
    """Let go of a claimed letter that was not tried."""
    run(
        connection,
        "UPDATE letter SET state = 'ready', next_at = :now, attempts = attempts - 1"
        " WHERE id = :letter AND owner = :owner AND state = 'claimed' AND NOT began",
        letter=letter,
        owner=owner,
        now=clock(connection),
    )


def waiting(connection: Connection) -> dict[str, Any]:
    """Return how many letters wait, since when, and when the next may be tried."""
    found = row(
        connection,
        "SELECT count(*) AS letters, min(made_at) AS oldest, min(next_at) AS next_at FROM letter"
        " WHERE state IN ('ready', 'claimed')",
    )
    assert found
    return found
