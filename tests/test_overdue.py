"""What is overdue in the five example plans, applied on their days of issue, with nothing reported."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scheduler import applying
from scheduler.applying import Source
from store import look
from store.reader import open_ledger
from tests.office import Office
from tests.test_examples import EXAMPLES, example

FIVE = ("learning-2009", "changzhou-2018", "suqian-2018", "changzhou-2023", "district-2023")
LATE = {  # plan, task -> days and working days overdue on 8 June 2018
    ("changzhou-2018", "group-study"): (14, 10),
    ("changzhou-2018", "industry-lectures"): (9, 7),
    ("suqian-2018", "fangan"): (14, 10),
    ("suqian-2018", "chazhao-wenti"): (8, 6),
    ("suqian-2018", "wenjuan"): (8, 6),
    ("suqian-2018", "jin-yuanqu"): (8, 6),
    ("suqian-2018", "xuanchuan"): (8, 6),
}


def source(name: str) -> Source:
    shown = example(name)
    text = (EXAMPLES / f"{name}.yaml").read_text("utf-8")
    shared = EXAMPLES / shown.plan.directory
    return Source(shown.plan, text, shown.directory, shared.read_text("utf-8") if shared.is_file() else "")


def issued(name: str) -> date:
    plan = source(name).plan
    return plan.issued or date(plan.plan_year or 1, 1, 1)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("five")
    with Office.open(f"sqlite:///{folder / 'duban.db'}") as office:
        for name in sorted(FIVE, key=issued):
            with office.act(str(issued(name))) as act:
                prepared = [applying.prepare(act.connection, source(name), act.on, office.settings)]
                applying.apply(
                    act.connection, prepared, on=act.on, at=act.at, actor=act.actor, settings=office.settings
                )
    return folder / "duban.db"


def test_exactly_seven_tasks_are_overdue_on_the_eighth_of_june(ledger: Path):
    found = look.overdue(open_ledger(str(ledger)), date(2018, 6, 8))
    assert {(row["plan"], row["task"]): (row["days_overdue"], row["workdays_overdue"]) for row in found} == LATE
    assert len(found) == len(LATE)


def test_the_longest_overdue_stands_first(ledger: Path):
    found = look.overdue(open_ledger(str(ledger)), date(2018, 6, 8))
    assert [row["task"] for row in found[:3]] == ["group-study", "fangan", "industry-lectures"]


@pytest.mark.parametrize("name", ["changzhou-2018", "suqian-2018"])
def test_nothing_of_a_plan_is_seen_before_its_day_of_issue(ledger: Path, name: str):
    before = date.fromordinal(issued(name).toordinal() - 1)
    assert not [row for row in look.listed(open_ledger(str(ledger)), before) if row["plan"] == name]
    assert [row for row in look.listed(open_ledger(str(ledger)), issued(name)) if row["plan"] == name]


def test_a_closed_plan_is_not_seen_any_more(ledger: Path):
    seen = {day: {row["plan"] for row in look.listed(open_ledger(str(ledger)), day)} for day in
            (date(2009, 8, 31), date(2009, 9, 1))}  # fmt: skip
    assert seen == {date(2009, 8, 31): {"learning-2009"}, date(2009, 9, 1): set()}
