"""A ledger opened to be read: a file by the standard library alone, a server by the slow way through SQLAlchemy."""

from __future__ import annotations

import os
import sqlite3
from datetime import date

from store.refusals import DAMAGED, NEWER, NO_ADDRESS, SCHEMA, because, is_damage
from store.states import N_

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sqlalchemy import Connection

SERVERS = ("postgresql://", "postgres://", "postgresql+psycopg://")


def open_ledger(where: str) -> FileReader | ServerReader:
    """Return a reader of the ledger at a path, or behind a PostgreSQL URL.

    Raises:
        LedgerError: there is no ledger, or it can't be opened.
    """
    if where.startswith(SERVERS):
        return ServerReader(where)
    if "://" in where:
        raise _error(NO_ADDRESS)
    return FileReader(where)


def reading(connection: Connection) -> Callable[..., list[dict[str, Any]]]:
    """Return a reader through a connection that somebody else opened: call it with a query and its values."""
    from store.database import kept_rows

    on_server = connection.dialect.name != "sqlite"

    def read(sql: str, /, **values: Any) -> list[dict[str, Any]]:
        found = kept_rows(connection, sql, **values)
        if on_server:
            return [{n: v.isoformat() if isinstance(v, date) else v for n, v in row.items()} for row in found]
        return found

    return read


class FileReader:
    """An SQLite ledger, read in one transaction; call it with a query and its values."""

    def __init__(self, path: str) -> None:
        if not os.path.isfile(path):  # noqa: PTH113 (pathlib is dear to import)
            raise _error(N_("There is no ledger at {path}. `duban init` makes one; --ledger names another."), path=path)
        self.path = path
        self._connection = self._opened()
        self._refuse_newer()

    def __call__(self, sql: str, /, **values: Any) -> list[dict[str, Any]]:
        """Return the rows of *sql*, days as ISO texts."""
        given = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
        try:
            cursor = self._connection.execute(sql, given)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]
        except sqlite3.Error as error:
            raise self._unusable(error) from None

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _refuse_newer(self) -> None:
        """Refuse a ledger whose columns may mean something else by now; what is none is said when it is read."""
        try:
            have = str(self._connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
        except (sqlite3.Error, TypeError):
            return
        if have > SCHEMA:
            self.close()
            raise _error(NEWER, path=self.path, schema=have)

    def _opened(self) -> sqlite3.Connection:
        """Return a connection that can't write, in one transaction.

        A ledger on a medium where nothing can be written opens only as one that nobody changes; SQLite then passes
        over the log beside it, so that it must hold nothing.
        """
        quoted = self.path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
        try:
            return self._begun(f"file:{quoted}?mode=ro")
        except sqlite3.OperationalError as refused:
            if os.path.exists(f"{self.path}-wal") and os.path.getsize(f"{self.path}-wal"):  # noqa: PTH110, PTH202
                raise self._unusable(refused) from None
            try:
                return self._begun(f"file:{quoted}?mode=ro&immutable=1")
            except sqlite3.Error as error:
                raise self._unusable(error) from None
        except sqlite3.Error as error:
            raise self._unusable(error) from None

    @staticmethod
    def _begun(uri: str) -> sqlite3.Connection:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=30)
        try:
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master")  # only now the file is looked at
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _unusable(self, error: sqlite3.Error) -> Exception:
        if "no such table" in str(error) or "no such column" in str(error):
            return _error(
                N_("{path} holds no ledger of this version ({error}). `duban db upgrade` mends an older one."),
                path=self.path,
                error=error,
            )
        if is_damage(error):
            return _error(DAMAGED, path=self.path, why=str(error))
        return _error(N_("The ledger {path} can't be read: {error}."), path=self.path, error=because(error))


class ServerReader:
    """A ledger on a PostgreSQL server, read in one transaction; call it with a query and its values."""

    def __init__(self, url: str) -> None:
        from sqlalchemy.exc import SQLAlchemyError

        from store.database import Database

        self._failure = SQLAlchemyError
        self._database = Database("postgresql+psycopg://" + url.partition("://")[2])
        self._server = self._database.called
        self._reading = self._database.read()
        try:
            self._connection = self._reading.__enter__()
        except SQLAlchemyError as error:
            raise self._unusable(error) from None
        have = self._database.revision()
        if have and have > SCHEMA:
            self.close()
            raise _error(NEWER, path=self._server, schema=have)

    def __call__(self, sql: str, /, **values: Any) -> list[dict[str, Any]]:
        """Return the rows of *sql*, days as ISO texts."""
        try:
            return reading(self._connection)(sql, **values)
        except self._failure as error:
            raise self._unusable(error) from None

    def close(self) -> None:
        """End the transaction and let go of the server."""
        self._reading.__exit__(None, None, None)
        self._database.close()

    def _unusable(self, error: Exception) -> Exception:
        reason = because(getattr(error, "orig", None) or error)
        return _error(N_("The ledger {path} can't be read: {error}."), path=self._server, error=reason)


def _error(text: str, **values: object) -> Exception:
    from plans.model import say
    from plans.trouble import LedgerError

    return LedgerError(say(text, **values))


def texts(written: str) -> list[str]:
    """Return the texts of a JSON list; plain ones are told apart at once, since `json` is dear to import."""
    inner = written[2:-2].split('", "')
    if written == "[]":
        return []
    if '"' in "".join(inner) or "\\" in written:
        import json

        return list(json.loads(written))
    return inner
