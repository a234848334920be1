"""The timeline in a terminal draws spans and deadlines on one scale."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.gantt import timeline_picture, timeline_text
from commands.table import Screen
from notifications.speech import Speech
from notifications.typesetting import width
from plans.trouble import UsageError

TODAY = date(2018, 6, 8)
ENGLISH = Speech("en")


def line(*dues, starts=None, title="Task"):
    marks = [{"day": str(due), "light": "green", "word": "on track"} for due in dues]
    last = str(max(dues)) if dues else None
    return {"no": "", "title": title, "due": last, "starts": starts and str(starts), "light": "green", "marks": marks}


def chart(*lines, plan="plan"):
    days = [day for one in lines for day in (one["starts"], one["due"]) if day] + [str(TODAY)]
    return {"plan": plan, "title": "Title", "today": str(TODAY), "first": min(days), "last": max(days), "lines": lines}


def drawn(*lines, columns=80):
    return timeline_text([chart(*lines)], ENGLISH, Screen(columns)).splitlines()


def test_a_span_is_drawn_from_its_start_to_its_deadline():
    bar = drawn(line(date(2018, 6, 20), starts=date(2018, 6, 12)))[2]
    assert bar.split()[1] == "│···────────◆"


def test_a_task_with_several_deadlines_is_one_line():
    bar = drawn(line(date(2018, 6, 12), date(2018, 6, 16)))[2]
    assert bar.split()[1] == "│···◆───◆"


def test_a_deadline_today_is_seen_over_today():
    assert "◆" in drawn(line(TODAY))[2]


def test_tasks_without_a_date_are_counted_and_not_drawn():
    assert "1 task has no date and is not drawn." in drawn(line(TODAY), line())


def test_nothing_to_draw_is_said():
    assert drawn(line()) == ["There is nothing to list."]


def test_a_picture_shows_one_plan():
    with pytest.raises(UsageError) as refused:
        timeline_picture([chart(line(TODAY)), chart(line(TODAY), plan="other")], ENGLISH)
    assert refused.value.sentence.values == {"plans": "plan, other"}


def test_months_stand_where_they_begin_and_the_first_at_the_left_edge():
    heading, bar = drawn(line(date(2018, 8, 31), starts=date(2018, 4, 10)))[1:3]
    places = [heading.index(month) for month in ("4", "5", "6", "7", "8")]
    assert places[0] == bar.index("─")
    assert [later - before for before, later in pairwise(places[1:])] == [10, 10, 10]


def test_a_month_nearly_over_gives_its_place_to_the_next():
    assert drawn(line(date(2018, 12, 31), starts=date(2018, 3, 29)))[1].split()[:2] == ["4", "5"]


@given(
    dues=st.lists(st.dates(date(1990, 1, 1), date(2099, 12, 31)), min_size=1, max_size=8),
    length=st.integers(0, 4000),
    title=st.text(max_size=60),
    columns=st.integers(36, 200),
)
def test_no_bar_is_wider_than_the_window_and_every_deadline_is_seen(dues, length, title, columns):
    lines = [line(due, starts=max(date.min, due - timedelta(length)), title=title) for due in dues]
    bars = drawn(*lines, columns=columns)[2 : len(lines) + 2]
    assert all("◆" in bar and width(bar) <= columns for bar in bars)
