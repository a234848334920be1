"""What a clerk does with letters that were refused or came back: one, some, or all of them at once."""

from __future__ import annotations

from functools import partial

import pytest

from store.database import Database, rows
from store.database import run as change
from tests.office import DIRECTORY

TASKS = "".join(
    f"  - {{id: t{number}, title: 事{number}, lead: {unit}, due: 2018-05-25}}\n"
    for number, unit in enumerate(("安全处", "运行处", "财务处", "档案室"))
)
PLAN = f"plan: p\ntitle: 安全年\nissued: 2018-03-01\ndirectory: directory.yaml\ntasks:\n{TASKS}"
DAY = ("--today", "2018-03-01")


@pytest.fixture
def duban(duban, tmp_path):
    """Return the command line of a rehearsal with four letters: 1 and 2 were refused, 3 and 4 came back."""
    (tmp_path / "directory.yaml").write_text(DIRECTORY, "utf-8")
    (tmp_path / "plan.yaml").write_text(PLAN, "utf-8")
    in_english = partial(duban, lang="C")
    in_english("init", "--rehearsal", ".")
    in_english("apply", "plan.yaml", "--release", "--yes", *DAY)
    in_english("round", *DAY)
    with Database("sqlite:///duban.db").write() as connection:
        change(connection, "UPDATE letter SET state = 'dead', error = '550 no such user' WHERE id IN (1, 2)")
        change(connection, "UPDATE letter SET state = 'bounced', error = 'full' WHERE id IN (3, 4)")
    return in_english


def states() -> dict[int, str]:
    with Database("sqlite:///duban.db").read() as connection:
        found = rows(connection, "SELECT id, state FROM letter WHERE id <= 4 ORDER BY id")
    return {one["id"]: one["state"] for one in found}


def test_several_letters_are_named_as_people_name_them(duban) -> None:
    assert duban("outbox", "--again", "1", "2", *DAY) == "Letters tried again at the next round: 2.\n"
    assert duban("outbox", "--drop", "3，4", *DAY) == "Letters left at that: 2.\n"
    assert states() == {1: "ready", 2: "ready", 3: "void", 4: "void"}


def test_a_span_means_those_of_it_that_were_refused(duban) -> None:
    assert duban("outbox", "--drop", "2-999999999", *DAY) == "Letters left at that: 3.\n"
    assert duban("outbox", "--again", "1-3", *DAY) == "Letters tried again at the next round: 1.\n"
    assert states() == {1: "ready", 2: "void", 3: "void", 4: "void"}


def test_all_tries_again_what_can_be_and_names_what_cannot(duban) -> None:
    with Database("sqlite:///duban.db").write() as connection:
        change(connection, "UPDATE notice SET letter = NULL WHERE letter = 4")  # as a letter of its day has none
    assert duban("outbox", "--again", "all", *DAY) == (
        "Letters tried again at the next round: 3.\n"
        "Of their day, and not written again: 4; --drop leaves them at that.\n"
    )
    assert states() == {1: "ready", 2: "ready", 3: "void", 4: "bounced"}
    assert "Letters left at that: 1." in duban("outbox", "--drop", "全部", *DAY)


def test_one_that_is_wrong_changes_none(duban) -> None:
    assert "letter 7 was not refused" in duban("outbox", "--again", "1", "7", *DAY, code=7)
    assert "3,5 or 7-9, or by all; not one" in duban("outbox", "--again", "1", "one", *DAY, code=2)
    assert "whether --again or --drop is meant: 1 2" in duban("outbox", "1", "2", code=2)
    assert states() == {1: "dead", 2: "dead", 3: "bounced", 4: "bounced"}


def test_the_list_is_a_table_that_fits_a_narrow_terminal(duban, monkeypatch) -> None:
    monkeypatch.setenv("DUBAN_LANGUAGE", "zh")
    head, *lines = duban("outbox", "--failed", code=1).splitlines()
    assert head.split() == ["信件", "日期", "状态", "次数", "地址", "主题", "问题"]
    assert [line.split()[0] for line in lines] == ["3", "4", "1", "2"]
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr("cli.sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    shown = duban("outbox", "--failed", code=1)
    assert "550 no such user" in shown
