"""The gate of the house: shut while nothing can be handed over whatever the letter, so that no letter is blamed for it.

A server that can't be reached, a refused sign-in, a limit on how much we may send: each shuts the gate for a while,
longer the longer it lasts. All senders see it, on however many machines.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from store.database import row, run
from store.outbox import clock

WAITS = {"away": (60, 900), "ours": (300, 3600), "slow": (1800, 7200)}  # seconds: at first, and at most


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether letters may be handed over: open with no trouble, else shut for *wait* more seconds."""

    trouble: str = ""
    since: int = 0  # the instant the trouble began, by the database's clock
    wait: int = 0


def look(connection: Connection) -> Gate:
    """Return how the gate stands."""
    found = row(connection, "SELECT post_trouble, post_since, post_until FROM house")
    if not found or not found["post_trouble"]:
        return Gate()
    wait = found["post_until"] - clock(connection)
    longest = max(most for _, most in WAITS.values())
    return Gate(found["post_trouble"], found["post_since"], wait if 0 < wait <= longest else 0)


def shut(connection: Connection, kind: str, trouble: str) -> Gate:
    """Shut the gate for a while because of *trouble* of a kind of WAITS: half as long again as it has lasted."""
    now = clock(connection)
    since = look(connection).since or now
    least, most = WAITS[kind]
    wait = min(max(least, (now - since) // 2), most)
    run(
        connection,
        "UPDATE house SET post_trouble = :trouble, post_since = :since, post_until = :until",
        trouble=trouble,
        since=since,
        until=now + wait,
    )
    return Gate(trouble, since, wait)


def open_again(connection: Connection) -> None:
    """Open the gate: the server took a letter, or refused one for its own sake."""
    run(connection, "UPDATE house SET post_trouble = '', post_since = NULL, post_until = NULL WHERE post_trouble <> ''")
