"""Copies of a ledger: backups while it is in use, a backup put back, and the move from a file to a server and back.

A copy is counted and compared before anybody relies on it. What takes the place of something appears whole or not at
all.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Connection, Date, LargeBinary, Table, text

from plans.model import Sentence, say
from plans.trouble import LedgerError, because
from store import refusals
from store.database import Database, insert_all, row, run
from store.tables import METADATA

CHUNK = 1000
PASSING = frozenset(("feed_cache",))  # may be lost at any time, and is made anew


def back_up(database: Database, target: Path) -> dict[str, int]:
    """Write a copy of a ledger into a file, also while it is in use; return the rows of each table.

    Raises:
        LedgerError: *target* is there already, or the copy doesn't come out right.
    """
    if target.exists():
        raise LedgerError(say("{path} is there already; nothing was changed", path=target))
    part = target.with_name(f".{target.name}.part")
    remove(part)
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        if database.file:
            _copy_file(database.file, part)
        copied = Database(f"sqlite:///{part}")
        with closing(copied):
            counts = compare(database, copied) if database.file else copy(database, copied)
        _settle(part)
        part.replace(target)
        _sync_folder(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise LedgerError(say("{path} can't be written: {why}", path=target, why=_why(error))) from error
    finally:
        remove(part)
    return counts


def _why(error: OSError | sqlite3.Error) -> Sentence | str:
    """Return why the system or SQLite refused, in words."""
    return because(error) if isinstance(error, OSError) else refusals.because(error)


def copy(source: Database, target: Database) -> dict[str, int]:
    """Copy a ledger into an empty one, in one transaction; return the rows of each table.

    Raises:
        LedgerError: the target holds a ledger already, or the copy isn't equal; the target is as it was.
    """
    target.upgrade()
    with source.read() as reading, target.write() as writing:
        if row(writing, "SELECT id FROM house"):
            raise LedgerError(say("there is a ledger already where this one was to go; nothing was changed"))
        for table in _tables():
            for chunk in _rows(reading, table):
                insert_all(writing, table.name, chunk)
        if not target.lite:
            _count_on(writing)
        return _compared(reading, writing)


def compare(one: Database, other: Database) -> dict[str, int]:
    """Return the rows of each table of two equal ledgers.

    Raises:
        LedgerError: they differ; the sentence names the table.
    """
    with one.read() as first, other.read() as second:
        return _compared(first, second)


def put_back(backup: Path, ledger: Path) -> Path:
    """Return a copy of a backup beside the ledger it is to replace, whole and of this program's schema.

    The backup and its folder stay as they are, to the last file; they may be on a disk that can only be read.

    Raises:
        LedgerError: the backup is no ledger, is damaged, or is newer than this program.
    """
    draft = ledger.with_name(f".{ledger.name}.restoring")
    remove(draft)
    try:
        if not backup.is_file():
            raise LedgerError(say("there is no backup at {path}", path=backup))
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _copy_backup(backup, draft)
        fresh = Database(f"sqlite:///{draft}")
        with closing(fresh):
            if broken := fresh.damage():
                raise LedgerError(say("the backup {path} is damaged: {why}", path=backup, why=broken))
            if fresh.revision() is None:
                raise LedgerError(say("{path} is no ledger", path=backup))
            fresh.upgrade()
    except (OSError, sqlite3.Error) as error:
        remove(draft)
        raise LedgerError(say("the backup {path} can't be read: {why}", path=backup, why=_why(error))) from error
    except LedgerError:
        remove(draft)
        raise
    return draft


def remove(file: Path) -> None:
    """Remove a copy that is no longer wanted, with what SQLite keeps beside it."""
    for end in ("", "-wal", "-shm"):
        Path(f"{file}{end}").unlink(missing_ok=True)


def swap(draft: Path, ledger: Path, aside: Path) -> None:
    """Put a finished draft in the ledger's place; what was there lies at *aside* afterwards.

    One or the other is in place at every moment: without a ledger somebody might begin an empty one.

    Raises:
        LedgerError: somebody has the ledger open.
    """
    _close_down(draft)
    _settle(draft)
    if ledger.exists():
        _close_down(ledger)
        try:
            aside.hardlink_to(ledger)
        except OSError:  # a file system without links
            ledger.replace(aside)
        for end in ("-wal", "-shm"):  # only where the file is too broken to be closed down
            with suppress(FileNotFoundError):
                Path(f"{ledger}{end}").replace(f"{aside}{end}")
    draft.replace(ledger)
    _sync_folder(ledger.parent)


def _close_down(file: Path) -> None:
    """Write everything into the file itself; possible only while nobody else has it open."""
    try:
        with closing(sqlite3.connect(file, timeout=2, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").fetchall()
    except sqlite3.OperationalError as error:
        raise LedgerError(
            say("somebody has {path} open ({why}); stop `duban serve` first", path=file, why=str(error))
        ) from error
    except sqlite3.DatabaseError:
        return  # broken: it goes aside as it is


def _copy_backup(backup: Path, draft: Path) -> None:
    """Copy a backup byte for byte, with the log beside it if there is one: SQLite itself would leave files there.

    Only what has an index of its log beside it may be in use, and is copied by SQLite, in one state.
    """
    if Path(f"{backup}-shm").exists():
        _copy_file(backup, draft)
        return
    for end in ("-wal", ""):
        with suppress(FileNotFoundError):
            shutil.copyfile(f"{backup}{end}", f"{draft}{end}")


def _copy_file(source: Path, target: Path) -> None:
    """Copy one state of an SQLite file that may be in use, as a single file."""
    name = str(source).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    with (
        closing(sqlite3.connect(f"file:{name}?mode=ro", uri=True, timeout=30)) as reading,
        closing(sqlite3.connect(target, isolation_level=None)) as writing,
    ):
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode=DELETE").fetchall()


def _settle(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _tables() -> Sequence[Table]:
    return [table for table in METADATA.sorted_tables if table.name not in PASSING]


def _rows(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Yield a table's rows in chunks, values as both databases take them."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    streaming = connection.execution_options(stream_results=True, max_row_buffer=CHUNK)
    found = streaming.execute(text(f'SELECT {names} FROM "{table.name}"'))
    makers = {column.name: _maker(column.type) for column in table.columns}
    for part in found.mappings().partitions(CHUNK):
        yield [{name: None if value is None else makers[name](value) for name, value in one.items()} for one in part]


def _maker(kind: Any) -> Any:
    if isinstance(kind, Boolean):
        return bool
    if isinstance(kind, LargeBinary):
        return bytes
    if isinstance(kind, Date):
        return lambda value: date.fromisoformat(value) if isinstance(value, str) else value
    return lambda value: value


def _compared(first: Connection, second: Connection) -> dict[str, int]:
    counts = {}
    for table in _tables():
        one, other = _sum(first, table), _sum(second, table)
        if one != other:
            raise LedgerError(say("the copy differs in {table}; it is not used", table=table.name))
        counts[table.name] = one[0]
    return counts


def _sum(connection: Connection, table: Table) -> tuple[int, int]:
    """Return how many rows a table has, and a sum over them in which order plays no part."""
    count = total = 0
    for chunk in _rows(connection, table):
        for one in chunk:
            count += 1
            total += int.from_bytes(hashlib.sha256(repr(sorted(one.items())).encode()).digest()[:16], "big")
    return count, total % 2**128


def _count_on(connection: Connection) -> None:
    """Let a server's numbers go on after the highest one copied."""
    for table in _tables():
        if any(column.autoincrement is True for column in table.columns):
            run(
                connection,
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'),"
                f" (SELECT coalesce(max(id), 0) + 1 FROM {table.name}), false)",
            )
