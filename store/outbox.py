"""The outbox: letters waiting with their bytes, claimed by one sender at a time, marked one by one.

Leases and retries go by the database's clock, so that senders on several machines agree; the day a letter is about
never decides when it may be tried.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from store.database import row, rows, run

LEASE = 1800  # seconds a claim holds; longer than a letter may take (ten replies of 30 s, end of data: 10 minutes)
LANE = 20  # letters that are worth one more sender
SPREAD = 0.1  # of a wait, to either side, so that letters refused together don't come back together
LONGEST = 4 * 3600  # no wait and no lease is longer: what is due only after that was written by a clock put back since
MINUTE = 60

_DUE = f"state IN ('ready', 'claimed') AND (next_at <= :now OR next_at > :now + {LONGEST})"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a letter that was put off is tried again, in seconds."""

    waits: tuple[int, ...] = (60, 300, 900, 1800, 3600, 7200)  # before each further attempt, the last one for ever
    give_up: int = 5 * 86400  # after which it is no longer tried, if its last deadline is past as well


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter this sender alone may send until the lease is over."""

    id: int
    person: str
    address: str
    body: bytes
    attempts: int
    message_id: str
    began: bool  # an earlier attempt may have delivered it: it stays as it is


def clock(connection: Connection) -> int:
    """Return the database's own clock, in seconds since 1970."""
    lite = connection.dialect.name == "sqlite"
    sql = "SELECT CAST(strftime('%s', 'now') AS INTEGER) AS now" if lite else (
        "SELECT CAST(extract(epoch FROM clock_timestamp()) AS BIGINT) AS now"
    )  # fmt: skip
    return int(rows(connection, sql)[0]["now"])


def next_ready(connection: Connection) -> Claimed | None:
    """Return the letter that may be tried next, locked for this transaction; None when there is none.

    Letters that another sender has its hand on are passed over.
    """
    skip = "" if connection.dialect.name == "sqlite" else " FOR UPDATE SKIP LOCKED"
    found = row(
        connection,
        "SELECT id, person, address, body, attempts, message_id, began FROM letter"
        f" WHERE {_DUE} ORDER BY next_at, id LIMIT 1{skip}",
        now=clock(connection),
    )
    return Claimed(**{**found, "body": bytes(found["body"]), "began": bool(found["began"])}) if found else None


def begin(connection: Connection, letter: Claimed, owner: str) -> Claimed:
    """Claim a letter for one attempt and freeze it; return it with that attempt counted.

    It is claimed in the transaction that begins with it and not before: a sender that dies has no letter but the one
    in its hand, so that no other has to wait until a lease is over.
    """
    now = clock(connection)
    run(
        connection,
        "UPDATE letter SET state = 'claimed', owner = :owner, attempts = attempts + 1, began = :yes, tried_at = :now,"
        " next_at = :lease WHERE id = :letter",
        yes=True,
        letter=letter.id,
        owner=owner,
        now=now,
        lease=now + LEASE,
    )
    return replace(letter, attempts=letter.attempts + 1)


def mark_sent(connection: Connection, letter: int, receipt: str) -> None:
    """Record the server's 250; the bytes are dropped, since they may hold links, their hash and text stay.

    Whoever holds the claim by now: that the server has the letter is a fact, and spares others the attempt.
    """
    run(
        connection,
        "UPDATE letter SET state = 'sent', sent_at = :now, receipt = :receipt, body = NULL, error = ''"
        " WHERE id = :letter AND state IN ('ready', 'claimed', 'dead')",
        letter=letter,
        receipt=receipt,
        now=clock(connection),
    )


def mark_failed(
    connection: Connection,
    letter: Claimed,
    owner: str,
    error: str,
    *,
    final: bool,
    began: bool,
    schedule: Schedule = Schedule(),
) -> str:
    """Record a refusal and return the letter's state: *final*, or tried for too long, gives it up, else it waits.

    *began* says that the server may have the letter; from then on its bytes are frozen.
    """
    now = clock(connection)
    state = "dead" if final or _tried_long_enough(connection, letter.id, now, schedule.give_up) else "ready"
    run(
        connection,
        "UPDATE letter SET state = :state, next_at = :next_at, error = :error, began = :began"
        " WHERE id = :letter AND owner = :owner AND state = 'claimed'",
        letter=letter.id,
        owner=owner,
        state=state,
        next_at=now + wait_after(letter.attempts, letter.id, schedule.waits),
        error=error,
        began=letter.began or (began and not final),  # a final answer says that the server hasn't got it
    )
    return state


def wait_after(attempts: int, letter: int, waits: tuple[int, ...] = Schedule().waits) -> int:
    """Return the seconds to wait after so many attempts; each letter's own, and the same however often it is asked."""
    wait = waits[min(attempts, len(waits)) - 1]
    place = zlib.crc32(f"{letter}/{attempts}".encode()) % 2001 / 1000 - 1  # from -1 to 1
    return round(wait * (1 + SPREAD * place))


def _tried_long_enough(connection: Connection, letter: int, now: int, give_up: int) -> bool:
    sql = (
        "SELECT l.written_at, max(o.due) AS due FROM letter l LEFT JOIN notice n ON n.letter = l.id"
        " LEFT JOIN occurrence o ON o.id = n.occurrence WHERE l.id = :letter GROUP BY l.written_at"
    )
    found = row(connection, sql, letter=letter)
    if not found or now - found["written_at"] <= give_up:
        return False
    past = row(connection, f"SELECT {_today(connection)} > :due AS past", due=found["due"]) if found["due"] else None
    return past is None or bool(past["past"])


def _today(connection: Connection) -> str:
    return "date('now')" if connection.dialect.name == "sqlite" else "CURRENT_DATE"


def give_back(connection: Connection, letter: Claimed, owner: str, error: str = "", *, began: bool = False) -> None:
    """Let go of a letter that is not to blame for not having gone; the attempt doesn't count."""
    run(
        connection,
        "UPDATE letter SET state = 'ready', next_at = :now, attempts = attempts - 1, began = :began,"
        " error = CASE WHEN :error = '' THEN error ELSE :error END"
        " WHERE id = :letter AND owner = :owner AND state = 'claimed'",
        letter=letter.id,
        owner=owner,
        error=error,
        began=letter.began or began,
        now=clock(connection),
    )


def room_until_full(connection: Connection, rate: int) -> int:
    """Return how many more letters may be tried within this minute, of *rate* letters a minute in all."""
    now = clock(connection)
    tried = row(
        connection,
        "SELECT count(*) AS n FROM letter WHERE tried_at > :since AND tried_at <= :now",
        since=now - MINUTE,
        now=now,
    )
    assert tried
    return rate - int(tried["n"])


def ready(connection: Connection) -> int:
    """Return how many letters may be tried now."""
    found = row(connection, f"SELECT count(*) AS n FROM letter WHERE {_DUE}", now=clock(connection))
    assert found
    return int(found["n"])
