"""The ledger's tables and the migrations that make them say the same."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from store.database import Database
from store.tables import METADATA


def test_the_migrations_make_the_tables_of_the_program(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'duban.db'}")
    database.upgrade()
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    database.close()
