"""The journal of what was sent: one line a letter in files beside the ledger, read only when a backup is put back.

A backup of yesterday doesn't know the letters of today. The lines tell it, so that nobody gets them again. A line is
on the disk before the ledger's own mark is; the files may be deleted once no backup is older than they are.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from errno import ENOSPC
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from store.database import row, rows

ROOM = 100_000  # bytes that must be free before a letter leaves: its line is written after it
LETTER = [
    "person",
    "channel",
    "kind",
    "day",
    "part",
    "address",
    "subject",
    "message_id",
    "sha256",
    "made_at",
    "written_at",
    "signer",
    "number",
]
NOTICE = [
    "version",
    "stage",
    "person",
    "channel",
    "role",
    "why",
    "unit",
    "kind",
    "day",
    "release",
    "late",
    "signer",
    "number",
    "at",
]


@dataclass
class Journal:
    """A folder of one file a month; *unrecorded* are the server's answers that the ledger couldn't take yet."""

    folder: Path
    unrecorded: dict[int, str] = field(default_factory=dict)

    def try_out(self, at: int) -> None:
        """See whether a line of an instant could be written, without writing one.

        Raises:
            OSError: it couldn't.
        """
        path = self._file(at)
        os.close(_opened(path))
        if shutil.disk_usage(self.folder).free < ROOM:
            raise OSError(ENOSPC, os.strerror(ENOSPC), str(path))

    def write(self, entry: dict[str, Any]) -> None:
        """Add a line and wait until it is on the disk.

        Raises:
            OSError: it can't be written; a line begun stays unread, for it is no JSON.
        """
        path = self._file(entry["at"])
        new = not path.exists()
        line = json.dumps(entry, ensure_ascii=False, default=str).encode() + b"\n"
        number = _opened(path)
        try:
            line = _after_what_was_torn_off(number) + line
            if os.write(number, line) < len(line):
                raise OSError(ENOSPC, os.strerror(ENOSPC), str(path))
            os.fsync(number)
        finally:
            os.close(number)
        if new:
            _settle(self.folder)

    def _file(self, at: int) -> Path:
        """Return the file of an instant's month, in a folder that is there."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.folder / f"{datetime.fromtimestamp(at, UTC):%Y-%m}.jsonl"

    def since(self, day: date) -> Iterator[dict[str, Any]]:
        """Yield the lines of a day and later ones, in the order they were written."""
        for path in sorted(self.folder.glob("????-??.jsonl")):
            if path.stem >= f"{day:%Y-%m}":
                yield from _lines(path, datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def entry(connection: Connection, letter: int, at: int, receipt: str) -> dict[str, Any]:
    """Return the line of a letter that the server took at an instant: what a ledger without it must be told."""
    one = row(connection, f"SELECT {', '.join(LETTER)} FROM letter WHERE id = :letter", letter=letter)
    assert one
    told = rows(
        connection,
        f"SELECT o.plan, o.task, o.name, {', '.join(f'n.{name}' for name in NOTICE)} FROM notice n"
        " JOIN occurrence o ON o.id = n.occurrence WHERE n.letter = :letter ORDER BY n.id",
        letter=letter,
    )
    return {"at": at, "receipt": receipt, "letter": one, "notices": told}


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)


def _after_what_was_torn_off(number: int) -> bytes:
    """Return what ends a line that a full disk or a power cut left without its end, so that the next one is read."""
    size = os.lseek(number, 0, os.SEEK_END)
    if not size:
        return b""
    os.lseek(number, size - 1, os.SEEK_SET)
    return b"" if os.read(number, 1) == b"\n" else b"\n"


def _settle(folder: Path) -> None:
    """Make sure that a new file's name is on the disk as well (Windows knows no descriptor of a folder)."""
    if os.name != "posix":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _lines(path: Path, since: float) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for line in file:
            try:
                found = json.loads(line)
            except ValueError:  # torn off by a full disk or a power cut: its letter counts as not sent
                continue
            if found["at"] >= since:
                yield found
