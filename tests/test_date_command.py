"""`duban date` as a person and a script meet it: a process, its words, its table, its exit codes."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

ROOT = Path(__file__).parents[1]
HEADER = "id\texpression\tissue_date\tplan_year\tlang\n"


def duban(*arguments, lang="C", given=None, folder=None):
    """Run `duban date` with a plain environment; returns the finished process."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("DUBAN", "LC_", "LANG"))}
    return subprocess.run(
        [sys.executable, ROOT / "cli.py", "date", *map(str, arguments)], input=given,
        env=plain | {"PYTHONIOENCODING": "utf-8", "LANG": lang}, capture_output=True, check=False, cwd=folder,
    )  # fmt: skip


def text(*arguments, **more):
    done = duban(*arguments, **more)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


def test_a_deadline_is_said_in_words_and_in_its_parts():
    said = text("6月10日前", "--issued", "2018-05-16")
    assert said.startswith("Done by Sun 10 June 2018, that day included.\n")
    rows = dict(line.split(None, 1) for line in said.splitlines()[2:])
    assert rows == {
        "text": "6月10日前", "issued": "2018-05-16", "year": "2018", "kind": "date", "due": "2018-06-10",
        "precision": "day", "rule": "day",
        "warning": "Sun 10 June 2018 is a day off; the working day before it is Fri 8 June 2018.",
    }  # fmt: skip


def test_the_same_in_chinese():
    said = text("6月10日前", "--issued", "2018-05-16", lang="zh_CN.UTF-8")
    assert said.startswith("最迟2018年6月10日（周日）完成（含当日）。\n")
    assert "不上班" in said


def test_words_need_no_quotes():
    assert "2018-07-31" in text("by", "end", "of", "July", "--issued", "2018-05-16")


def test_json_has_every_part():
    found = json.loads(text("每季度末月25日前", "--issued", "2018-05-16", "--format", "json"))
    assert found == {
        "text": "每季度末月25日前", "issued": "2018-05-16", "year": 2018, "kind": "recurring", "start": "", "due": "",
        "precision": "day", "rrule": "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=25", "milestones": [],
        "next": ["2018-06-25", "2018-09-25", "2018-12-25"], "time": "", "soft": False, "then_open": False,
        "state": "", "rule": "each", "warnings": [], "proposals": [],
        "in_words": "It comes again and again: every year, in March, June, September, December, by day 25.",
    }  # fmt: skip


def test_milestones_and_proposals_are_shown():
    steps = json.loads(text("6月底前完成初稿，9月底前印发", "--issued", "2018-05-16", "--format", "json"))
    assert [step["due"] for step in steps["milestones"]] == ["2018-06-30", "2018-09-30"]
    unread = json.loads(text("6.31", "--year", "2018", "--format", "json"))
    assert (unread["kind"], unread["proposals"]) == ("unresolved", ["2018-06-30"])
    assert "2018-06-30" in text("6.31", "--year", "2018")


def test_the_year_of_the_plan_is_not_the_year_of_issue():
    assert "2019-03-31" in text("3月底前", "--issued", "2018-12-20", "--year", "2019")


def test_without_a_day_of_issue_today_is_meant():
    assert "(today)" in text("3日内")


@pytest.mark.parametrize(
    ("settings", "zone"),
    [
        ("", "Asia/Shanghai"),
        ('timezone = "Pacific/Kiritimati"\n', "Pacific/Kiritimati"),
        ('timezone = "Etc/GMT+12"\n', "Etc/GMT+12"),
    ],
)
def test_today_is_the_day_of_the_house_or_of_china(tmp_path, settings, zone):
    (tmp_path / "duban.toml").write_text(settings)
    clock = partial(datetime.now, ZoneInfo(zone))  # noqa: TID251 - the process it starts looks at the clock, too
    before = clock().date().isoformat()
    issued = json.loads(text("3日内", "--format", "json", folder=tmp_path))["issued"]
    assert issued in (before, clock().date().isoformat())


TABLE = (
    HEADER.replace("\n", "\tnote\n")
    + "a\t5月底前\t2018-05-01\t2018\tzh\tx\n"
    + "\n"
    + "b\t\t2018-05-01\t2018\tzh\n"
    + "c\t每月5日前\t\t2018\tzh\n"
    + "d\t1 April - 30 June 2018\t\t\ten\n"
    + "e\t—\t2018-05-01\n"
    + "f\n"
)
ANSWERS = [
    ["id", "kind", "start", "due", "rrule"],
    ["a", "date", "", "2018-05-31", ""],
    ["b", "", "", "", ""],
    ["c", "recurring", "", "", "FREQ=MONTHLY;BYMONTHDAY=5"],
    ["d", "span", "2018-04-01", "2018-06-30", ""],
    ["e", "none", "", "", ""],
    ["f", "", "", "", ""],
]


def answers(out: bytes) -> list[list[str]]:
    return list(csv.reader(out.decode().splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_is_answered_row_by_row_in_any_usual_encoding(tmp_path, encoding):
    (tmp_path / "a.tsv").write_bytes(TABLE.replace("\n", "\r\n").encode(encoding))
    done = duban("--batch", tmp_path / "a.tsv")
    assert (done.returncode, done.stderr, answers(done.stdout)) == (0, b"", ANSWERS)


def test_a_table_comes_through_standard_input_with_its_columns_in_any_order():
    done = duban("--batch", "-", given=b"lang\tEXPRESSION\tid\n\tQ3 2024\t1\n")
    assert answers(done.stdout)[1:] == [["1", "date", "", "2024-09-30", ""]]


def test_a_bad_row_is_one_sentence_with_its_line_and_the_others_are_answered():
    rows = "a\t5月\t2018-13-01\t\tzh\nb\t5月\t\t18\tzh\nc\t5月\t\t2018\tfr\nd\t5月\t\t2018\tzh\n"
    done = duban("--batch", "-", given=(HEADER + rows).encode())
    said = done.stderr.decode().splitlines()
    assert done.returncode == 1
    assert [line.split(" ")[0] for line in said] == ["-:2:", "-:3:", "-:4:"]
    assert [row[:2] for row in answers(done.stdout)[1:]] == [
        ["a", "unresolved"], ["b", "unresolved"], ["c", "unresolved"], ["d", "date"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "given", "code", "says"),
    [
        ((), None, 2, "write a deadline"),
        (("  ",), None, 2, "write a deadline"),
        (("5月", "--issued", "someday"), None, 2, "someday is no day"),
        (("5月", "--year", "20"), None, 2, "20 is no year"),
        (("5月", "--lang", "fr"), None, 2, "fr is no language"),
        (("5月", "--format", "xml"), None, 2, "xml"),
        (("5月", "--batch", "-"), b"", 2, "leave out"),
        (("--batch", "nowhere.tsv"), None, 6, "nowhere.tsv can't be read"),
        (("--batch", "-"), b"", 6, "id, expression"),
        (("--batch", "-"), b"a\tb\n1\t2\n", 6, "id, expression"),
        (("--batch", "-"), b"PK\x03\x04\x00\x00", 6, "can't be read"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(arguments, given, code, says):
    done = duban(*arguments, given=given)
    said = done.stderr.decode()
    assert (done.returncode, done.stdout) == (code, b"")
    assert says in said
    assert len(said.splitlines()) == 1
