"""The ledger's schema: the program knows its newest, and refuses a newer one."""

from __future__ import annotations

import pytest

from plans.trouble import LedgerError
from store.database import SCHEMA, Database
from store.schema import revisions

UNDATED = """
plan: p
title: 安全方案
issued: 2018-03-01
phases: [{id: on, title: 常年, due: 长期}, {id: then, title: 到时, due: 适时}]
defaults: {due: 按合同}
tasks:
  - {id: a, title: 甲, lead: 安全处, due: 长期}
  - {id: b, title: 乙, lead: 安全处, due: 视情况}
  - {id: c, title: 丙, lead: 安全处, phase: on}
  - {id: d, title: 丁, lead: 安全处, phase: then}
  - {id: e, title: 戊, lead: 安全处}
  - {id: f, title: 己, lead: 安全处, due: 已完成}
  - {id: g, title: 庚, lead: 安全处, due: 自2018年9月起实施}
  - {id: h, title: 辛, lead: 安全处, due: 收到本通知后5个工作日内}
  - {id: i, title: 壬, lead: 安全处, due: 立即}
  - {id: j, title: 癸, lead: 安全处, due: 每月25日前, milestones: [{id: m, title: 开始, due: 适时}]}
  - {id: k, title: 子, lead: 安全处, due: 5月25日前}
"""


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


def test_a_newer_ledger_is_refused_and_stays_as_it_is(database, tmp_path):
    database.upgrade()
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LedgerError) as refused:
        database.upgrade()
    assert refused.value.sentence.values == {"path": str(tmp_path / "duban.db"), "schema": "9999"}
    assert database.revision() == "9999"


def readings(office):
    return {
        (one["task"], one["name"]): one["reading"]
        for one in office.rows("SELECT task, name, reading FROM occurrence WHERE kind IN ('undated', 'immediate')")
    }


def test_a_ledger_of_before_knows_how_its_deadlines_read_once_it_is_upgraded(office):
    """0003: worked out from the rule each was read by, without reading it again."""
    office.apply(UNDATED, "2018-03-01", release=True)
    known = readings(office)
    assert set(known.values()) == {"open", "unresolved", "none", "immediate"}
    with office.database.write() as connection:
        connection.exec_driver_sql("DROP INDEX notice_unheard")
        connection.exec_driver_sql("ALTER TABLE occurrence DROP COLUMN reading")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0002'")
    office.database.upgrade()
    assert office.database.revision() == SCHEMA
    assert readings(office) == known
    office.apply(UNDATED + "  - {id: l, title: 丑, lead: 安全处, due: 适时}\n", "2018-03-02")
    assert office.rows("SELECT task FROM event WHERE kind = 'changed'") == []
    assert readings(office) == {**known, ("l", ""): "unresolved"}
