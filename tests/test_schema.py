"""The ledger's schema: the program knows its newest, and refuses a newer one."""

from __future__ import annotations

import pytest

from plans.trouble import LedgerError
from store.database import SCHEMA, Database
from store.schema import revisions


@pytest.fixture
def database(tmp_path):
    opened = Database(f"sqlite:///{tmp_path / 'duban.db'}")
    yield opened
    opened.close()


def test_the_program_names_the_newest_migration():
    assert revisions()[0] == SCHEMA


def test_an_empty_ledger_has_no_schema_until_it_is_brought_to_the_newest(database):
    assert database.revision() is None
    database.upgrade()
    assert database.revision() == SCHEMA


def test_a_newer_ledger_is_refused_and_stays_as_it_is(database):
    database.upgrade()
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LedgerError) as refused:
        database.upgrade()
    assert refused.value.sentence.values == {"schema": "9999"}
    assert database.revision() == "9999"
