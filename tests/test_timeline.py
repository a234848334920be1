"""The timeline in a terminal draws spans and deadlines on one scale."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from commands.gantt import timeline_text
from commands.table import Screen
from notifications.speech import Speech
from notifications.typesetting import width

TODAY = date(2018, 6, 8)
ENGLISH = Speech("en")


def row(due, starts=None, light="green", title="Task"):
    return {"no": "", "title": title, "due": due and str(due), "starts": starts and str(starts), "light": light}


def drawn(rows, columns=80):
    return timeline_text(rows, ENGLISH, TODAY, Screen(columns)).splitlines()


def test_a_span_is_drawn_from_its_start_to_its_deadline():
    line = drawn([row(date(2018, 6, 20), date(2018, 6, 12))])[1]
    assert line.split()[1] == "│···────────◆"


def test_a_deadline_today_is_seen_over_today():
    assert "◆" in drawn([row(TODAY)])[1]


def test_rows_without_a_date_are_counted_and_not_drawn():
    assert "1 row has no date and is not drawn." in drawn([row(TODAY), row(None)])


def test_nothing_to_draw_is_said():
    assert drawn([row(None)]) == ["There is nothing to list."]


@given(
    dues=st.lists(st.dates(date(1990, 1, 1), date(2099, 12, 31)), min_size=1, max_size=8),
    length=st.integers(0, 4000),
    title=st.text(max_size=60),
    columns=st.integers(60, 200),
)
def test_no_bar_is_wider_than_the_window_and_every_deadline_is_seen(dues, length, title, columns):
    rows = [row(due, max(date.min, due - timedelta(length)), title=title) for due in dues]
    lines = drawn(rows, columns)[1 : len(rows) + 1]
    assert all("◆" in line and width(line) <= columns for line in lines)
