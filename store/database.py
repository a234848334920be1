"""The ledger's file or server: engines, pragmas and transactions, and nothing about what is in them.

SQLite: write-ahead log, synchronous=FULL (a committed letter survives a power cut), and every writing transaction
begins IMMEDIATE, because one that starts reading and writes later fails at once when somebody else writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import CursorResult, Engine
from sqlalchemy.pool import NullPool

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY = 30_000  # milliseconds a writer waits for another one


class LedgerError(Exception):
    """The ledger can't be used as it is; the message says why and what to do."""


class Database:
    """One ledger behind a URL: `sqlite:///path` or `postgresql+psycopg://…`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.lite = url.startswith("sqlite")
        self.engine: Engine = create_engine(url, **({"poolclass": NullPool} if self.lite else {"pool_pre_ping": True}))
        if self.lite:
            event.listen(self.engine, "connect", _pragmas)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection inside one transaction that commits at the end, or leaves no trace."""
        with self.engine.connect() as connection:
            if self.lite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.exec_driver_sql("ROLLBACK") if self.lite else connection.rollback()
                raise
            connection.exec_driver_sql("COMMIT") if self.lite else connection.commit()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the ledger and changes nothing."""
        with self.engine.connect() as connection:
            if self.lite:
                connection.exec_driver_sql("BEGIN")
            try:
                yield connection
            finally:
                connection.exec_driver_sql("ROLLBACK") if self.lite else connection.rollback()

    def upgrade(self) -> None:
        """Bring the ledger to this program's schema; a newer ledger is refused."""
        self.check_not_newer()
        command.upgrade(self._alembic(), "head")

    def revision(self) -> str | None:
        """Return the schema the ledger has, None for an empty one."""
        with self.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()

    def check_not_newer(self) -> None:
        """Refuse a ledger whose schema this program doesn't know."""
        known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
        if (have := self.revision()) and have not in known:
            raise LedgerError(f"this ledger was written by a newer duban (schema {have}); install that version")

    def _alembic(self) -> Config:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["engine"] = self.engine
        return config


def _pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say so
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY}", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def run(connection: Connection, sql: str, /, **values: Any) -> CursorResult[Any]:
    """Run one statement with `:name` parameters."""
    return connection.execute(text(sql), values)


def rows(connection: Connection, sql: str, /, **values: Any) -> list[dict[str, Any]]:
    """Return the rows of a query, each as a dict."""
    return [dict(row) for row in connection.execute(text(sql), values).mappings()]


def row(connection: Connection, sql: str, /, **values: Any) -> dict[str, Any] | None:
    """Return the first row of a query, or None."""
    found = connection.execute(text(sql), values).mappings().first()
    return dict(found) if found else None


def insert(connection: Connection, table: str, values: Mapping[str, Any]) -> int:
    """Insert one row and return its number (0 for tables without one)."""
    names = ", ".join(f'"{name}"' for name in values)
    binds = ", ".join(f":{name}" for name in values)
    done = connection.execute(text(f'INSERT INTO "{table}" ({names}) VALUES ({binds})'), dict(values))  # noqa: S608
    return done.lastrowid or 0


def insert_all(connection: Connection, table: str, many: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows of one shape in one go (executemany)."""
    if not many:
        return
    names = ", ".join(f'"{name}"' for name in many[0])
    binds = ", ".join(f":{name}" for name in many[0])
    connection.execute(text(f'INSERT INTO "{table}" ({names}) VALUES ({binds})'), [dict(one) for one in many])  # noqa: S608
