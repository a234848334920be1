"""Tables line up and give way."""

from __future__ import annotations

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.printing import due_text, list_text, overdue_text
from commands.table import NARROWEST, Column, Screen, screen, table
from notifications.speech import Speech
from notifications.typesetting import width

COLUMNS = (Column("Due"), Column("Title", flows=True), Column("Lead", 1, flows=True), Column("Note", 2))
ROW = ("2018-05-25", "学习活动不少于4次，每人心得1篇，开办网站专栏", "综合处、宣传室", "see the file")


def lines(text):
    return text.splitlines()


def test_columns_line_up_whatever_the_script():
    """
    Name       Day
    综合处     1
    Ops        2
    café       3
    """
    rows = [("综合处", "1"), ("Ops", "2"), ("cafe\u0301", "3"), ("🧑‍🚒 crew", "4")]
    heading, *found = lines(table((Column("Name"), Column("Day")), rows, Screen()))
    assert {width(line[: -len(day)]) for line, (_, day) in zip(found, rows, strict=True)} == {width(heading[:-3])}


def test_a_number_stands_to_the_right():
    assert lines(table((Column("Days", right=True),), [("9",), ("10",)], Screen())) == ["Days", "   9", "  10"]


def test_a_column_without_any_value_is_left_out():
    assert lines(table(COLUMNS, [("2018-05-25", "A", "", "")], Screen()))[0] == "Due         Title"
    assert table(COLUMNS, [], Screen()) == ""


def test_headings_may_be_left_out():
    assert table((Column(""), Column("")), [("Plan", "a")], Screen()) == "Plan  a\n"


def test_in_a_pipe_nothing_is_broken_or_cut():
    text = table(COLUMNS, [ROW], screen(io.StringIO(), {"COLUMNS": "20"}))
    assert len(lines(text)) == 2
    assert all(cell in text for cell in ROW)


def test_the_last_column_stays_however_narrow_the_window():
    assert table((Column("Due"), Column("Lead", 1)), [("", "综合处")], Screen(3)) == "Lead\n综合处\n"


def test_a_colour_holds_on_every_line_of_a_broken_row():
    coloured = table(
        (Column("Title", flows=True),), [("一二三四五六",), ("七",)], Screen(8, colours=True), [("red",)] * 2
    )
    assert [line[:5] for line in lines(coloured)] == ["\x1b[1mT", *["\x1b[31m"] * 3]


def test_in_a_narrow_window_texts_flow_before_a_column_leaves():
    wide = table(COLUMNS, [ROW], Screen(70))
    assert all(heading in lines(wide)[0] for heading in ("Due", "Title", "Lead", "Note"))
    assert len(lines(wide)) > 2
    narrow = table(COLUMNS, [ROW], Screen(50))
    assert "Note" not in narrow
    assert "Lead" in narrow
    assert "Lead" not in table(COLUMNS, [ROW], Screen(NARROWEST + 12))


def test_a_word_that_is_longer_than_its_column_goes_on_in_the_next_line_and_loses_nothing():
    reference = "work-safety-2018/hazardous-chemicals-enterprises-inspect"
    said = lines(table((Column("Task", flows=True), Column("Lead", flows=True)), [(reference, "安全处")], Screen(40)))
    parts = [line[:32].strip() for line in said[1:]]
    assert "".join(parts).removesuffix("安全处") == reference
    assert parts[0].startswith("work-safety-2018/hazardous-")
    assert "".join("".join(lines(table((Column("", flows=True),), [("é" * 30,)], Screen(7)))).split()) == "é" * 30


def test_a_heading_flows_before_a_text_or_a_column_gives_way():
    columns = (Column("Working days (days)", right=True), Column("Title", flows=True), Column("Note", 1))
    row = ("22 (30)", "学习活动不少于4次，每人心得1篇", "see")
    assert lines(table(columns, [row], Screen(60)))[0] == f"Working days (days)  {'Title':<30}  Note"
    first, *rest = lines(table(columns, [row], Screen(48)))
    assert first.split() == ["Working", "Title", "Note"]
    assert rest[-1].split() == ["22", "(30)", *row[1:]]


def test_where_a_text_could_not_be_read_any_more_each_cell_has_a_line_of_its_own():
    said = lines(table(COLUMNS, [ROW, ("p/a-long-name-to-be-copied", "", "", "")], Screen(21)))
    assert said[:2] == ["Due    2018-05-25", "Title  学习活动不少于"]
    assert said[-2:] == ["", "Due    p/a-long-name-to-be-copied"]
    assert "\x1b[31m2018-05-25\x1b[0m" in table(COLUMNS, [ROW], Screen(21, colours=True), [("red",)])


@given(
    st.lists(st.tuples(*[st.text(st.characters(codec="utf-8"), max_size=40)] * 4), min_size=1, max_size=5),
    st.integers(45, 200),
)
def test_no_line_is_wider_than_the_window(rows, columns):
    """As long as what may not flow leaves room for what must."""
    kept = [(due[:10], title, lead, note) for due, title, lead, note in rows]
    assert all(width(line) <= columns for line in lines(table(COLUMNS, kept, Screen(columns))))


@given(st.lists(st.tuples(*[st.text(max_size=30)] * 4), min_size=1, max_size=5))
def test_a_row_is_a_line_and_no_control_character_reaches_the_terminal(rows):
    text = table(COLUMNS, rows, Screen())
    printed = [row for row in rows if any(row)]
    assert text.count("\n") == (len(rows) + 1 if any(part.strip() for row in rows for part in row) or printed else 0)
    assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in text.replace("\n", ""))


def test_an_escape_sequence_in_a_title_does_nothing():
    assert "\x1b" not in table((Column("Title"),), [("\x1b[2Jgone",)], Screen())


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("environment", "columns", "colours"),
    [
        ({"COLUMNS": "60"}, 60, True),
        ({"COLUMNS": "60", "NO_COLOR": "1"}, 60, False),
        ({"COLUMNS": "60", "NO_COLOR": ""}, 60, True),
        ({"COLUMNS": "60", "TERM": "dumb"}, 60, False),
        ({}, 80, True),
    ],
)
def test_a_terminal_has_columns_and_colours(environment, columns, colours):
    on = screen(Terminal(), environment)
    assert (on.columns, on.colours) == (columns, colours)


def test_a_colour_changes_no_column():
    plain = table(COLUMNS, [ROW], Screen(60))
    painted = table(COLUMNS, [ROW], Screen(60, colours=True), [("red", "", "yellow", "grey")])
    assert "\x1b[31m2018-05-25\x1b[0m" in painted
    assert (
        painted.replace("\x1b[31m", "")
        .replace("\x1b[33m", "")
        .replace("\x1b[90m", "")
        .replace("\x1b[1m", "")
        .replace("\x1b[0m", "")
        == plain
    )


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("columns", [60, 80, 100, 120])
def test_whoever_leads_stands_in_each_list_however_long_the_references_are(columns, language):
    """Who is to be called matters more than what the task is called on a command line."""
    row = {
        "plan": "work-safety-special-rectification-2018-1", "task": "hazardous-chemicals-enterprises-inspects",
        "occurrence": "", "no": "12", "title": "对全市危险化学品企业开展一轮全面的安全生产大检查", "due": "2018-03-30",
        "original_due": "2018-03-01", "lead": ["安全处"], "contact": "王敏", "phone": "0000-1013",
        "told_on": "2018-06-01", "progress": "已自查", "workdays_overdue": 77, "days_overdue": 112,
        "workdays_left": 3, "days_left": 5, "word": "overdue", "light": "red",
    }  # fmt: skip
    speech, day, on = Speech(language), date(2018, 7, 20), Screen(columns)
    for text in (
        overdue_text([row], 0, speech, day, on), due_text([row], speech, day, day, on), list_text([row], speech, on),
    ):  # fmt: skip
        assert any({speech("Lead"), speech("Title")} <= {*line.split()} for line in text.splitlines()), text
        assert "安全处" in text
        assert all(width(line) <= columns for line in text.splitlines())
