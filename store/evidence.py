"""Evidence: files handed in with a report. Their bytes lie in a folder under their hash, their names in the ledger."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from store.database import insert, row
from store.tables import Evidence

Read = Callable[..., list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class File:
    """One file as it was handed in: its name and type, how many octets it has, and the hash it lies under."""

    name: str
    type: str
    size: int
    sha256: str


def put_away(folder: Path, name: str, kind: str, data: bytes) -> File:
    """Write a file's bytes below *folder*, safe against a power cut; the same bytes are kept once.

    Raises:
        OSError: the folder can't be written to.
    """
    found = File(name, kind, len(data), hashlib.sha256(data).hexdigest())
    path = path_of(folder, found.sha256)
    if path.is_file():
        return found
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    with open(beside, "wb", opener=_private) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return found


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def path_of(folder: Path, sha256: str) -> Path:
    """Return where the bytes with this hash lie."""
    return folder / sha256[:2] / sha256


def add(connection: Connection, occurrence: int, event: int, file: File) -> None:
    """Note in the ledger that a file came with an event of a row, once."""
    sql = "SELECT id FROM evidence WHERE event = :event AND name = :name AND sha256 = :sha256"
    if row(connection, sql, event=event, name=file.name, sha256=file.sha256):
        return
    insert(
        connection,
        Evidence(
            occurrence=occurrence,
            event=event,
            name=file.name,
            type=file.type,
            size=file.size,
            sha256=file.sha256,
        ),
    )


def of_row(read: Read, occurrence: int) -> list[tuple[int, int, File]]:
    """Return (number, event, file) of all that was handed in on a row, oldest first."""
    sql = (
        "SELECT e.id, o.plan, e.event, e.name, e.type, e.size, e.sha256 FROM evidence e"
        " JOIN occurrence o ON o.id = e.occurrence WHERE e.occurrence = :number ORDER BY e.id"
    )
    return [
        (one["id"], one["event"], File(one["name"], one["type"], one["size"], one["sha256"]))
        for one in read(sql, number=occurrence)
    ]


def size_of_row(connection: Connection, occurrence: int) -> int:
    """Return how many octets were handed in on a row."""
    sql = "SELECT coalesce(sum(size), 0) AS size FROM evidence WHERE occurrence = :number"
    found = row(connection, sql, number=occurrence)
    return int(found["size"]) if found else 0
