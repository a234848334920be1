"""The ledger's file or server: engines, pragmas and transactions, and nothing about what is in them.

SQLite: write-ahead log, synchronous=FULL (a committed letter survives a power cut), and every writing transaction
begins IMMEDIATE, because one that starts reading and writes later fails at once when somebody else writes.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Date, TextClause, bindparam, create_engine, event, inspect, text
from sqlalchemy.engine import CursorResult, Engine
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlmodel import SQLModel

from plans.model import say
from plans.trouble import LedgerError as LedgerError
from store.refusals import DAMAGED, NO_ADDRESS, because, is_damage
from store.refusals import SCHEMA as SCHEMA
from store.states import N_
from store.tables import METADATA

TURN = 6_281_963  # any number, the same for every duban: whose turn it is to write on a server
SEATS = 6_281_966  # likewise: who may send at present
TOUCHED = "touched"  # set by `ledger.touch` in a connection's `info`
GREW = "grew"  # set in a connection's `info` by who writes thousands of rows
ONE_STATE = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
PATIENCE = {"connect_timeout": 10, "keepalives_idle": 30, "tcp_user_timeout": 30_000}  # for a server that is gone
MANY = 10_000  # numbers in one statement: both databases take three times as many parameters
BUSY = 30_000  # milliseconds a writer waits for another one
_COLUMNS = [column for table in METADATA.tables.values() for column in table.columns]
_DAYS = frozenset(column.name for column in _COLUMNS if isinstance(column.type, Date))
_NUMBERED = frozenset(column.table.name for column in _COLUMNS if column.autoincrement is True)

sqlite3.register_adapter(date, date.isoformat)  # the default one is deprecated


class Database:
    """One ledger behind a URL: `postgresql+psycopg://…`, or `sqlite:///` and a path, whatever signs are in it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.lite = url.startswith("sqlite")
        self.before_commit: Callable[[Connection], None] | None = None  # called where something was made due
        path = url.removeprefix("sqlite:///")
        if self.lite:
            self.engine: Engine = create_engine(URL.create("sqlite", database=path))
            event.listen(self.engine, "connect", _pragmas)
        else:
            self.engine = _server(url)

    @property
    def file(self) -> Path | None:
        """Return the ledger's file, None when it is on a server."""
        return Path(self.engine.url.database or "") if self.lite else None

    @property
    def called(self) -> str:
        """Return the path or the address of the ledger, as people are told of it."""
        return str(self.file) if self.file else self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def _in_words(self, sentence: str) -> Iterator[None]:
        """Say in one sentence what the database refuses; what the program itself did wrong stays as it is."""
        try:
            yield
        except (IntegrityError, ProgrammingError, DataError):
            raise
        except DBAPIError as error:
            cause = error.orig or error
            told = say(DAMAGED if is_damage(cause) else sentence, path=self.called, why=because(cause))
            raise LedgerError(told) from error

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    @contextmanager
    def write(self, patience: int | None = None, *, beside: bool = False) -> Iterator[Connection]:
        """Give a connection inside one transaction that commits at the end, or leaves no trace.

        Writers take turns, on a server as in a file; *patience* is how many milliseconds to wait for one's own
        if it isn't the usual BUSY.
        *beside* lets one that changes but its own row of the outbox go beside them on a server.

        Raises:
            LedgerError: the disk is full, somebody else has been writing for too long, the server went away …
        """
        with self._in_words(N_("the ledger {path} can't be written: {why}")), self.engine.connect() as connection:
            self._begin(connection, patience) if self.lite else _begin_on_server(connection, patience, beside=beside)
            connection.info.pop(TOUCHED, None)
            connection.info.pop(GREW, None)
            try:
                yield connection
                if connection.info.pop(GREW, False) and not self.lite:
                    # a server plans by sizes it would look at a minute later; a file's queries don't hang on them
                    connection.exec_driver_sql("ANALYZE")
                if self.before_commit and connection.info.pop(TOUCHED, False):
                    self.before_commit(connection)
                connection.exec_driver_sql("COMMIT") if self.lite else connection.commit()
            except BaseException:
                self._take_back(connection)
                raise

    @staticmethod
    def _begin(connection: Connection, patience: int | None) -> None:
        if patience is None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        connection.exec_driver_sql(f"PRAGMA busy_timeout={patience}")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY}")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the ledger and changes nothing.

        Raises:
            LedgerError: it can't be read.
        """
        with self._in_words(N_("the ledger {path} can't be read: {why}")), self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN") if self.lite else connection.exec_driver_sql(ONE_STATE)
            try:
                yield connection
            finally:
                self._take_back(connection)

    @contextmanager
    def seat(self, seats: int) -> Iterator[bool]:
        """Give whether one of so many seats was free, held until the end; a file, which one process serves, has enough.

        The server itself knows when one who sat there has died.

        Raises:
            LedgerError: the server can't be reached.
        """
        if self.lite:
            yield True
            return
        with self._in_words(N_("the ledger {path} can't be read: {why}")), self.engine.connect() as connection:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            taken = (_asked(connection, "pg_try_advisory_lock", number) for number in range(seats))
            mine = next((number for number, free in enumerate(taken) if free), None)
            try:
                yield mine is not None
            finally:
                if mine is not None:
                    with suppress(DBAPIError):  # gone with the connection
                        _asked(connection, "pg_advisory_unlock", mine)

    def _take_back(self, connection: Connection) -> None:
        """Roll back; where the database has done so by itself, or is gone, there is nothing left to do."""
        try:
            connection.exec_driver_sql("ROLLBACK") if self.lite else connection.rollback()
        except DBAPIError:
            connection.invalidate()

    def upgrade(self) -> None:
        """Bring the ledger to this program's schema, in one transaction; a newer ledger is refused.

        Raises:
            LedgerError: the ledger is newer, or can't be read or written.
        """
        with self._in_words(N_("the ledger {path} can't be opened: {why}")):
            self._keep_private()
            have = self.revision()
            if have == SCHEMA:
                return
            from store.schema import upgrade  # Alembic is dear to import, and seldom needed

            upgrade(self.engine, have, self.called)

    def _keep_private(self) -> None:
        """Make a new file its owner's alone, which SQLite gives to its log as well; one that is there is left alone."""
        if self.file:
            with suppress(OSError):  # SQLite itself says what is wrong with the place
                os.close(os.open(self.file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))

    def revision(self) -> str | None:
        """Return the schema the ledger has, None for an empty one."""
        with self.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
            return str(found) if found is not None else None

    def damage(self) -> str:
        """Return what is broken in the ledger's file, "" when it is whole; a server looks after its own."""
        if not self.lite:
            return ""
        try:
            with self.engine.connect() as connection:
                found = [str(one[0]) for one in connection.exec_driver_sql("PRAGMA quick_check")]
        except DBAPIError as error:
            return str(error.orig)
        return "" if found == ["ok"] else "; ".join(found)[:300]


def _server(url: str) -> Engine:
    """Return the engine of a server; what is wrong with its address is said without it, for it may hold a password."""
    try:
        if url.startswith("postgresql"):
            return create_engine(url, pool_pre_ping=True, connect_args={**PATIENCE, "options": _options()})
    except ModuleNotFoundError as missing:
        raise LedgerError(say("a ledger on a server needs an extra: pip install 'duban[cluster]'")) from missing
    except (ArgumentError, ValueError) as wrong:
        raise LedgerError(say(NO_ADDRESS)) from wrong
    raise LedgerError(say(NO_ADDRESS))


def _begin_on_server(connection: Connection, patience: int | None, *, beside: bool) -> None:
    if patience is not None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {patience}")
    if not beside:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})")


def _asked(connection: Connection, function: str, seat: int) -> bool:
    return bool(connection.exec_driver_sql(f"SELECT {function}({SEATS}, {seat})").scalar())


def _options() -> str:
    """Return what a server is told of each of our connections: none waits for ever, none is held without end.

    A machine that lost its power doesn't say goodbye: the server knocks, and lets go of what it held a minute later.
    """
    knocks = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
    return f"-c lock_timeout={BUSY} -c idle_in_transaction_session_timeout={20 * BUSY} {knocks}"


def _pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say so
    # secure_delete: a letter that was accepted takes its links along when its bytes go
    for pragma in (
        *("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY}", "foreign_keys=ON", "secure_delete=ON"),
    ):
        connection.execute(f"PRAGMA {pragma}")


@lru_cache(maxsize=512)
def _statement(sql: str) -> TextClause:
    """Return a statement with its parameters found, once a text: a round runs the same few again and again."""
    return text(sql)


def run(connection: Connection, sql: str, /, **values: Any) -> CursorResult[Any]:
    """Run one statement with `:name` parameters."""
    return connection.execute(_statement(sql), values)


def run_all(connection: Connection, sql: str, many: Sequence[Mapping[str, Any]]) -> None:
    """Run one statement for each set of parameters; SQLite's driver reads `:name` itself, in half the time."""
    if many and connection.dialect.name == "sqlite":
        connection.exec_driver_sql(sql, many)
    elif many:
        connection.execute(_statement(sql), [dict(one) for one in many])


def rows(connection: Connection, sql: str, /, **values: Any) -> list[dict[str, Any]]:
    """Return the rows of a query, each as a dict; a column named like a DATE column holds a `date`."""
    return _with_days(kept_rows(connection, sql, **values))


def rows_about(connection: Connection, sql: str, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """Return the rows of a query about many numbered rows at once: `IN :numbers` in it stands for their list."""
    statement = _statement(sql).bindparams(bindparam("numbers", expanding=True))
    found = []
    for first in range(0, len(numbers), MANY):
        found += _dicts(connection.execute(statement, {"numbers": numbers[first : first + MANY]}))
    return _with_days(found)


def _with_days(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    days = [name for name in found[0] if name in _DAYS] if found else ()
    for one in found:
        for name in days:
            if isinstance(one[name], str):  # SQLite keeps days as text
                one[name] = date.fromisoformat(one[name])
    return found


def kept_rows(connection: Connection, sql: str, /, **values: Any) -> list[dict[str, Any]]:
    """Return the rows of a query, each as a dict, with days as the database keeps them: text in a file.

    They are the driver's own tuples; made into SQLAlchemy's rows first, many would take twice as long.
    """
    return _dicts(connection.execute(_statement(sql), values))


def _dicts(result: CursorResult[Any]) -> list[dict[str, Any]]:
    names = list(result.keys())
    found = [dict(zip(names, one, strict=True)) for one in result.cursor.fetchall()] if result.cursor else []
    result.close()
    return found


def row(connection: Connection, sql: str, /, **values: Any) -> dict[str, Any] | None:
    """Return the first row of a query, or None."""
    found = rows(connection, sql, **values)
    return found[0] if found else None


def insert(connection: Connection, record: SQLModel) -> int:
    """Insert one row of a table and return its number (0 for tables whose rows have none)."""
    table = str(record.__tablename__)
    values = record.model_dump(exclude={"id"} if table in _NUMBERED else None)
    if table not in _NUMBERED:
        connection.execute(_statement(_insertion(table, values)), values)
        return 0
    return int(connection.execute(_statement(_insertion(table, values) + " RETURNING id"), values).scalar_one())


def insert_all(connection: Connection, table: str, many: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows of one shape in one go (executemany)."""
    if many:
        run_all(connection, _insertion(table, many[0]), many)


def update(connection: Connection, table: str, number: int, values: Mapping[str, Any]) -> None:
    """Change columns of one numbered row."""
    settings = ", ".join(f'"{name}" = :{name}' for name in values)
    connection.execute(_statement(f'UPDATE "{table}" SET {settings} WHERE id = :row_id'), {**values, "row_id": number})


def _insertion(table: str, names: Mapping[str, Any]) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table}" ({columns}) VALUES ({", ".join(f":{name}" for name in names)})'
