"""The responsibility matrix: who leads, answers and supports, task by task."""

from __future__ import annotations

from datetime import date

import pytest

from commands.gantt import timeline_text
from commands.grid import matrix_text
from commands.table import Screen
from notifications.speech import Speech
from notifications.typesetting import width
from store.matrix import by_phase, matrix
from store.reader import open_ledger
from store.timeline import timeline
from tests.ledgers import Desk

FRIDAY = date(2018, 6, 8)


@pytest.fixture
def read(tmp_path):
    desk = Desk(tmp_path / "duban.db")
    desk.workdays(date(2018, 1, 1), date(2018, 12, 31))
    for unit in ("zonghe", "ducha", "yewu"):
        desk.unit(unit, unit.title())
    desk.plan("suqian", date(2018, 5, 16))
    desk.phase("suqian", "start", "Start")
    for task in ("scheme", "survey", "talk"):
        desk.task("suqian", task, task.title(), phase="start")
    desk.row("suqian", "scheme", date(2018, 5, 25), leads=["ducha", "zonghe"], support=["yewu"])
    desk.row("suqian", "survey", date(2018, 6, 20), name="yewu", each=["yewu"], support=["zonghe"])
    desk.row("suqian", "survey", date(2018, 6, 1), name="ducha", each=["ducha"])
    desk.row("suqian", "talk", date(2018, 6, 30), leads=["zonghe"])
    reader = open_ledger(str(tmp_path / "duban.db"))
    yield reader
    reader.close()


def test_units_stand_in_official_order(read):
    [plan] = matrix(read, FRIDAY)
    assert [unit["id"] for unit in plan["units"]] == ["zonghe", "ducha", "yewu"]


def test_a_task_with_many_rows_shows_its_worst_light_and_each_unit_its_own(read):
    [plan] = matrix(read, FRIDAY)
    survey = next(row for row in plan["rows"] if row["task"] == "survey")
    assert (survey["light"], survey["word"], survey["due"]) == ("red", "overdue", "2018-06-01")
    assert {unit: (cell["role"], cell["light"]) for unit, cell in survey["cells"].items()} == {
        "yewu": ("each", "green"), "zonghe": ("support", "green"), "ducha": ("each", "red"),
    }  # fmt: skip


def test_sums_count_what_a_unit_answers_for(read):
    [plan] = matrix(read, FRIDAY)
    assert plan["totals"] == {
        "zonghe": {"leads": 2, "due": 2, "overdue": 1},
        "ducha": {"leads": 2, "due": 2, "overdue": 2},
        "yewu": {"leads": 1, "due": 1, "overdue": 0},
    }


def test_units_stand_by_number_with_a_key_where_their_names_have_no_room(read):
    wide = matrix_text(matrix(read, FRIDAY), Speech("en"), Screen(120))
    narrow = matrix_text(matrix(read, FRIDAY), Speech("en"), Screen(50))
    assert "Zonghe  Ducha" in wide
    assert "1=Zonghe  2=Ducha  3=Yewu" in narrow


def test_in_a_narrow_window_units_have_lines_and_names_of_their_own(read):
    text = matrix_text(matrix(read, FRIDAY), Speech("zh"), Screen(20))
    assert max(map(width, text.splitlines())) <= 20
    assert "Ducha" in [line.split(" ")[0] for line in text.splitlines()]


def test_the_matrix_speaks_chinese(read):
    text = matrix_text(matrix(read, FRIDAY), Speech("zh"), Screen())
    assert "★ 牵头" in text
    assert "◆红" in text


def test_tasks_of_a_phase_stand_together_where_the_first_of_them_stands():
    tasks = [{"task": n, "phase": phase} for n, phase in enumerate(("b", "a", "", "b", "a"))]

    assert [task["task"] for task in by_phase(tasks)] == [0, 3, 1, 4, 2]


def test_what_is_over_does_not_speak_for_a_task_that_goes_on_and_what_waits_keeps_its_date(tmp_path):
    desk = Desk(tmp_path / "duban.db")
    desk.workdays(date(2018, 1, 1), date(2018, 12, 31))
    desk.unit("zonghe", "Zonghe")
    desk.plan("suqian", date(2018, 5, 16))
    desk.task("suqian", "monthly", "Monthly")
    late = {"since": date(2018, 5, 30), "state": "done", "due": date(2018, 5, 25), "finished_on": date(2018, 5, 30)}
    desk.row("suqian", "monthly", date(2018, 5, 25), name="2018-05", leads=["zonghe"], standing=[late])
    desk.row("suqian", "monthly", date(2018, 6, 29), name="2018-06", leads=["zonghe"])
    read = open_ledger(str(tmp_path / "duban.db"))
    [plan] = matrix(read, FRIDAY)
    [chart] = timeline(read, FRIDAY)
    read.close()

    [row] = plan["rows"]
    assert (row["light"], row["word"], row["due"], row["open"]) == ("green", "on track", "2018-06-29", 1)
    assert [line["word"] for line in chart["lines"]] == ["on track"]
    assert "06-29 g" in timeline_text([chart], Speech("en"), Screen(80))
