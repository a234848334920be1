"""The kept bytes of feeds: a row a feed, good for its day and the ledger's revision, and lost without harm.

Two feeds that show the same share a row. Whether a client's copy still holds is told from indexed rows alone.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from store.database import insert, row, run
from store.tables import FeedCache
from store.tokens import GRACE, Held, digest

# The same key as `key_of` makes, for SQLite; a token whose last use isn't noted yet is left to the slower way.
_TAG = """
SELECT c.etag FROM token t CROSS JOIN house h
JOIN feed_cache c ON c.key = :form || char(10) || t.name || char(10) || t.filter || char(10) || t.properties
WHERE t.hash = :hash AND t.kind = 'feed' AND t.revoked_on IS NULL AND t.used_on = :day
    AND (t.expires_on IS NULL OR t.expires_on >= :day) AND (t.replaced_on IS NULL OR t.replaced_on >= :since)
    AND c.day = :day AND c.revision = h.revision"""


@dataclass(frozen=True, slots=True)
class Kept:
    """The bytes of a feed, as of a day and a revision of the ledger; `modified` is when they changed last."""

    day: date
    revision: int
    etag: str
    modified: int
    body: bytes


def key_of(form: str, held: Held) -> str:
    """Return the key of a token's feed; *form* is what else shapes its bytes, such as the house's time zone."""
    grant = held.grant
    return "\n".join((form, grant.name, _json(grant.filter), _json(grant.properties)))


def kept(connection: Connection, key: str) -> Kept | None:
    """Return what is kept under a key, whatever its day and revision."""
    found = row(connection, "SELECT day, revision, etag, modified, body FROM feed_cache WHERE key = :key", key=key)
    return Kept(**{**found, "body": bytes(found["body"])}) if found else None


def size(connection: Connection, key: str) -> int | None:
    """Return how many octets are kept under a key; None where nobody has fetched that calendar yet."""
    found = row(connection, "SELECT length(body) AS octets FROM feed_cache WHERE key = :key", key=key)
    return int(found["octets"]) if found else None


def keep(connection: Connection, key: str, what: Kept) -> None:
    """Keep the bytes of a feed instead of what was kept before."""
    run(connection, "DELETE FROM feed_cache WHERE key = :key", key=key)
    insert(
        connection,
        FeedCache(
            key=key, day=what.day, revision=what.revision, etag=what.etag, modified=what.modified, body=what.body
        ),
    )


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, sort_keys=True, default=str)


class QuickLook:
    """A look at one SQLite ledger that tells a feed's current ETag in some ten microseconds, or that it can't.

    For one thread alone. It never waits: a writer doesn't hinder it, and in any trouble the answer is None.
    """

    def __init__(self, path: str, form: str) -> None:
        self._path, self._form = path, form
        self._connection: sqlite3.Connection | None = None

    def __call__(self, secret: str, day: date) -> str | None:
        """Return the ETag of the bytes that *secret* opens on *day*, None when only the slower way can tell."""
        values = {"form": self._form, "hash": digest(secret), "day": day.isoformat()}
        try:
            found = self._opened().execute(_TAG, values | {"since": (day - GRACE).isoformat()}).fetchone()
        except sqlite3.Error:
            self.close()
            return None
        return found[0] if found else None

    def close(self) -> None:
        """Let go of the file."""
        if self._connection:
            self._connection.close()
        self._connection = None

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            quoted = self._path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
            uri = f"file:{quoted}?mode=ro"
            self._connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=0, check_same_thread=False)
        return self._connection
