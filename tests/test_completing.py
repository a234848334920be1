"""The shell offers what the ledger has."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.ledgers import Desk

CLI = Path(__file__).parent.parent / "cli.py"


@pytest.fixture
def house(tmp_path):
    desk = Desk(tmp_path / "duban.db")
    (tmp_path / "duban.toml").write_text("")
    desk.unit("zonghe", "综合处")
    desk.person("ann", "Ann O'Hara")
    desk.plan("suqian", date(2018, 5, 16))
    desk.task("suqian", "scheme", "拟订方案")
    return tmp_path


def offered(folder, words):
    environment = os.environ | {"_DUBAN_COMPLETE": "complete_bash"}
    environment |= {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    run = "import sys; sys.argv[0] = 'duban'; import cli; cli.main()"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(CLI.parent)!r}); {run}"],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout.split()


def test_tasks_are_offered_with_their_plan(house):
    assert offered(house, "duban show su") == ["suqian/scheme"]


def test_units_are_offered_by_name(house):
    assert offered(house, "duban overdue --unit 综") == ["综合处"]


def test_without_a_ledger_nothing_is_offered(tmp_path):
    assert offered(tmp_path, "duban show su") == []


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("duban report su", ["suqian/scheme"]),
        ("duban extend sch", ["scheme"]),
        ("duban hold su", ["suqian", "suqian/scheme"]),
        ("duban feed new --unit 综", ["综合处"]),
        ("duban feed new --role l", ["lead", "leader"]),
        ("duban feed new --kind t", ["todos"]),
        ("duban explain E201", ["E201"]),
        ("duban ladder show sta", ["standard"]),
        ("duban report --ledger elsewhere su", []),
    ],
)
def test_every_command_is_offered_what_its_placeholder_stands_for(house, words, values):
    assert offered(house, words) == values


def test_a_name_that_a_shell_would_take_apart_is_offered_by_its_id(house):
    assert offered(house, "duban handover a") == ["ann"]
