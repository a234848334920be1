"""The drawn timeline: laws of where things lie, whatever a plan says."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.speech import Speech
from notifications.timeline import Drawing, chunks, timeline_svg
from store.reader import open_ledger
from store.timeline import timeline
from tests.ledgers import Desk

ZH = Speech("zh")
SVG = "{http://www.w3.org/2000/svg}"
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31)).map(str)
WORDS = st.text(max_size=40)
TAGS = {"svg", "rect", "line", "text", "g", "a", "title"}


def line(**more: Any) -> dict[str, Any]:
    mark = {"day": "2026-05-25", "light": "red", "word": "overdue", "names": [""], "before": None}
    return {
        "task": "drill",
        "no": "1",
        "title": "消防演练",
        "phase": "",
        "phase_title": "",
        "phase_starts": None,
        "phase_due": None,
        "starts": None,
        "due": "2026-05-25",
        "light": "red",
        "word": "overdue",
        "lead": ["安全处"],
        "marks": [mark],
        **more,
    }


def chart(**more: Any) -> dict[str, Any]:
    return {
        "plan": "p",
        "title": "安全方案",
        "issued": "2026-03-02",
        "today": "2026-06-01",
        "first": "2026-02-27",
        "last": "2026-07-03",
        "closed": [],
        "lines": [],
        **more,
    }


def drawn(found: dict[str, Any], lines: list[dict[str, Any]], **how: Any) -> ElementTree.Element:
    return ElementTree.fromstring(timeline_svg(found, lines, Drawing(ZH, standalone=True, **how)))


def places(root: ElementTree.Element) -> list[float]:
    found = [one.get(name) for one in root.iter() for name in ("x", "x1", "x2", "width") if one.get(name)]
    return [float(value[:-1]) for value in found if value.endswith("%")]


@given(title=WORDS, no=WORDS, phase=WORDS, lead=WORDS, plan=WORDS, narrow=st.booleans())
def test_whatever_a_plan_says_is_drawn_as_text(title: str, no: str, phase: str, lead: str, plan: str, narrow: bool):
    one = line(title=title, no=no, phase="x", phase_title=phase, lead=[lead])

    root = drawn(chart(title=plan), [one], narrow=narrow, link=lambda plan, task: f"task/{plan}/{task}?a=1&b=<{title}>")

    assert {re.sub(r"\{.*\}", "", one.tag) for one in root.iter()} <= TAGS


@given(starts=st.none() | DAYS, due=DAYS, before=st.none() | DAYS, first=DAYS, span=st.integers(0, 4000), today=DAYS)
def test_nothing_lies_outside_the_drawing(starts, due, before, first, span, today):
    last = str(date.fromisoformat(first) + timedelta(span))
    mark = {"day": due, "light": "yellow", "word": "due soon", "names": ["a", "b"], "before": before}
    one = line(starts=starts, due=due, marks=[mark], phase="x", phase_title="阶段", phase_starts=first, phase_due=due)

    root = drawn(chart(first=first, last=last, today=today, closed=[(first, last)]), [one])

    assert all(0 <= place <= 100 for place in places(root))


@pytest.mark.parametrize("count", [0, 1, 5, 300])
def test_a_line_of_the_drawing_is_a_task(count: int):
    root = drawn(chart(), [line(task=f"t{n}", title=f"任务{n}") for n in range(count)])

    titles = [one.text for one in root.iter(f"{SVG}text") if one.get("class") == "title"]
    assert titles == [f"1 任务{n}" for n in range(count)]
    assert int(root.get("height")) >= 26 * count


def test_the_light_is_seen_by_its_shape_and_today_by_a_line():
    root = drawn(chart(), [line()])

    shapes = [one.text for one in root.iter(f"{SVG}text") if (one.get("class") or "").startswith("mark")]
    today = next(one for one in root.iter(f"{SVG}line") if one.get("class") == "today")
    assert shapes == ["▲"]
    assert today.get("x1") == today.get("x2")
    assert not any(one.get("style") for one in root.iter())


def test_days_off_are_shaded_where_there_is_room_and_long_ones_always():
    weekend, holiday = ("2026-05-16", "2026-05-17"), ("2026-05-01", "2026-05-05")

    near = drawn(chart(first="2026-04-20", last="2026-06-10", closed=[weekend, holiday]), [line()])
    far = drawn(chart(first="2026-01-01", last="2027-06-10", closed=[weekend, holiday]), [line()])

    shaded = [sum(one.get("class") == "off" for one in root.iter(f"{SVG}rect")) for root in (near, far)]
    assert shaded == [2, 1]


def test_a_long_chart_is_drawn_in_pieces_that_a_sheet_holds():
    assert [len(piece) for piece in chunks([line()] * 70, 34)] == [34, 34, 2]


def test_the_ledger_draws_a_line_a_task_with_a_mark_a_day(tmp_path):
    desk = Desk(tmp_path / "duban.db")
    desk.workdays(date(2026, 1, 1), date(2026, 12, 31))
    desk.unit("safety", "安全处")
    desk.plan("p", date(2026, 3, 2), title="安全方案")
    desk.task("p", "report", "每月报数")
    for month in (4, 5):
        desk.row("p", "report", date(2026, month, 25), name=f"2026-0{month}", leads=["safety"])
    desk.task("p", "each", "逐一检查")
    for unit in ("a", "b"):
        desk.row("p", "each", date(2026, 6, 10), name=unit, leads=["safety"])
    reader = open_ledger(desk.path)

    found = timeline(reader, date(2026, 5, 1))[0]

    marks = {one["task"]: [(mark["day"], mark["names"]) for mark in one["marks"]] for one in found["lines"]}
    assert marks == {
        "report": [("2026-04-25", ["2026-04"]), ("2026-05-25", ["2026-05"])],
        "each": [("2026-06-10", ["a", "b"])],
    }
    assert ("2026-05-01", "2026-05-05") in found["closed"]
    assert (found["first"], found["last"]) == ("2026-02-27", "2026-06-13")
