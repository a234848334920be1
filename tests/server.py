"""A PostgreSQL server for tests: the one that $DUBAN_TEST_POSTGRES names, in databases made and dropped again."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, make_url, text

from scheduler.settings import database_url
from store.database import Database, run
from store.tables import METADATA


@contextmanager
def fresh_database() -> Iterator[str]:
    """Give the URL of a new database; without a server, skip."""
    named = os.environ.get("DUBAN_TEST_POSTGRES")
    if not named:
        pytest.skip(
            "DUBAN_TEST_POSTGRES is not set: it is the address of a PostgreSQL database tests may fill and empty"
        )
    pytest.importorskip("psycopg", reason="psycopg is not installed: it comes with duban[cluster]")
    name = f"duban_{secrets.token_hex(6)}"
    home = make_url(database_url(named, None))  # type: ignore[arg-type]
    engine = create_engine(home, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield home.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


def empty(database: Database) -> None:
    """Remove every row of a ledger, and count from 1 again; TRUNCATE would make a hundred files anew for a few rows."""
    with database.write() as connection:
        for table in reversed(METADATA.sorted_tables):
            run(connection, f"DELETE FROM {table.name}")
        run(connection, "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'")
