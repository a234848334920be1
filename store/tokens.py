"""Capability tokens: whoever shows the secret may do what its row says, and only the secret's SHA-256 is kept.

A secret has 160 random bits behind a prefix that says its kind, so that a program which looks for leaked secrets finds
it. It is shown once, when it is made; afterwards eight digits of its hash name it, in listings and in logs.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import Connection

from store.database import insert, row, rows, run
from store.tables import Token

Kind = Literal["feed", "page", "report", "office", "session"]

PREFIXES: Mapping[str, str] = {
    "feed": "db_f_",
    "page": "db_p_",
    "report": "db_r_",
    "office": "db_o_",
    "session": "db_s_",
}
GRACE = timedelta(days=14)  # how long a replaced secret still opens what it opened
SHORT = 8  # digits of the hash that name a token
_SECRET = re.compile(r"\bdb_[a-z]_[a-z2-7]{32}")
_ADDRESS = re.compile(r"(?<=/[fpros]/)(?![0-9a-f]{8}(?![^/.?#\s]))[^/.?#\s]+")  # what is masked already stays


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token allows: its kind, the rows it is narrowed to (empty = all), and what its owner chose."""

    kind: Kind
    filter: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A token as the ledger holds it."""

    hash: str
    grant: Grant
    made_on: date
    used_on: date | None = None
    revoked_on: date | None = None
    replaced_on: date | None = None
    spent_on: date | None = None

    @property
    def short(self) -> str:
        """Return the eight digits that name it."""
        return self.hash[:SHORT]

    @property
    def last_day(self) -> date | None:
        """Return the last day on which it opens anything; None means for ever."""
        replaced = self.replaced_on + GRACE if self.replaced_on else None
        days = [day for day in (self.grant.expires_on, replaced) if day]
        return min(days, default=None)

    def is_open(self, day: date) -> bool:
        """Return whether it opens anything on *day*; a revoked one never does, whatever day is shown."""
        return self.revoked_on is None and (self.last_day is None or day <= self.last_day)


def digest(secret: str) -> str:
    """Return what is kept of a secret: its SHA-256 in hexadecimal; fast is right, since nobody can guess 160 bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def masked(text: str) -> str:
    """Return *text* with every secret in it, and whatever stands in its place in an address, as the eight digits.

    Also what is no secret, for it may be the better part of one. Masked twice is masked once.
    """
    for pattern in (_ADDRESS, _SECRET):
        text = pattern.sub(lambda found: digest(found[0])[:SHORT], text)
    return text


def issue(connection: Connection, grant: Grant, day: date) -> str:
    """Keep a new token and return its secret, which nobody can read again afterwards."""
    secret = PREFIXES[grant.kind] + base64.b32encode(secrets.token_bytes(20)).decode("ascii").lower()
    insert(
        connection,
        Token(
            hash=digest(secret),
            kind=grant.kind,
            filter=_json(grant.filter),
            properties=_json(grant.properties),
            name=grant.name,
            made_on=day,
            expires_on=grant.expires_on,
        ),
    )
    return secret


def find(connection: Connection, secret: str) -> Held | None:
    """Return the token of a secret, None for one that was never issued; looked up by its hash, so nothing leaks."""
    found = row(connection, "SELECT * FROM token WHERE hash = :hash", hash=digest(secret))
    return _held(found) if found else None


def listed(connection: Connection, *kinds: Kind) -> list[Held]:
    """Return the tokens of some kinds, oldest first, those that no longer open anything included."""
    found = rows(connection, "SELECT * FROM token ORDER BY made_on, name, hash")
    return [_held(one) for one in found if one["kind"] in kinds]


def rotate(connection: Connection, held: Held, day: date) -> str:
    """Replace a token by a new one for the same thing and return its secret; the old one opens it 14 days longer."""
    run(connection, "UPDATE token SET replaced_on = :day WHERE hash = :hash", day=day, hash=held.hash)
    return issue(connection, held.grant, day)


def revoke(connection: Connection, held: Held, day: date) -> None:
    """Close a token at once and for good."""
    run(
        connection,
        "UPDATE token SET revoked_on = :day WHERE hash = :hash AND revoked_on IS NULL",
        day=day,
        hash=held.hash,
    )


def spend(connection: Connection, held: Held, day: date) -> bool:
    """Use up a token that is good once; False when somebody was faster."""
    sql = "UPDATE token SET spent_on = :day WHERE hash = :hash AND spent_on IS NULL"
    return run(connection, sql, day=day, hash=held.hash).rowcount == 1


def note_use(connection: Connection, held: Held, day: date) -> None:
    """Remember the last day a token was used; written once a day, and losing it harms nobody."""
    run(connection, "UPDATE token SET used_on = :day WHERE hash = :hash", day=day, hash=held.hash)


def _held(found: Mapping[str, Any]) -> Held:
    grant = Grant(
        found["kind"],
        json.loads(found["filter"]),
        json.loads(found["properties"]),
        found["name"],
        found["expires_on"],
    )
    days = {name: found[name] for name in ("made_on", "used_on", "revoked_on", "replaced_on", "spent_on")}
    return Held(found["hash"], grant, **days)


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, sort_keys=True, default=str)
