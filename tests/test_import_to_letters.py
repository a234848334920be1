"""From an office's file to letters and calendars, with nothing done by hand but answers and addresses."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from cli import run

DOCUMENTS = Path(__file__).parent / "documents"
SAMPLES = Path(os.environ.get("DUBAN_SAMPLES", ""), "documents")
# (document, answers to the questions, day of issue, tasks, people who get a letter on that day)
FIVE = [
    ("000", ["--lead", "局活动办"], "2018-05-15", 9, 1),
    ("001", ["--due", "年底", "--cadence", "monthly"], "2023-02-13", 28, 16),
    ("002", ["--cadence", "quarterly"], "2023-01-03", 4, 4),
    ("003", [], "2018-05-18", 19, 9),
    ("004", ["--lead", "领导小组办公室"], "2009-03-10", 8, 1),
]
OWN = [
    ("county-plan.docx", ["--group", "各乡镇（街道）=东镇、西镇、北街道"], "2026-03-18", 4, 10),
    ("town-safety.docx", [], "2026-04-01", 4, 3),
]


@pytest.fixture(autouse=True)
def house(monkeypatch, tmp_path):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.chdir(tmp_path)
    assert run(["init", "--rehearsal", "."]) == 0


def through(document: Path, answers: list[str], day: str) -> None:
    """Take a document through import, addresses, check, apply, round and feeds."""
    assert run(["import", str(document), "--directory", "directory.yaml", "--out", "plan.yaml", *answers]) == 0
    _fill_in_addresses(Path("directory.yaml"))
    assert run(["check", "plan.yaml", "directory.yaml"]) == 0
    assert run(["apply", "plan.yaml", "--release", "--today", day, "--yes"]) == 0
    assert run(["round", "--today", day]) == 0
    assert run(["feed", "new", "--today", day]) == 0
    assert run(["feed", "export", "calendars", "--today", day]) == 0


def _fill_in_addresses(directory: Path) -> None:
    count = iter(range(1_000))
    text = re.sub(r"^( +)# (邮箱|mail): .*$", lambda m: f"{m[1]}{m[2]}: unit{next(count)}@example.org",
                  directory.read_text("utf-8"), flags=re.MULTILINE)  # fmt: skip
    directory.write_text(text, "utf-8")


def _arrived(day: str, tasks: int, letters: int, capsys) -> None:
    calendar = next(Path("calendars").glob("*.ics")).read_text("utf-8")
    assert calendar.count("BEGIN:VEVENT") >= 1
    assert len(list(Path("outbox").glob(f"{day}_*.eml"))) == letters
    capsys.readouterr()
    run(["list", "--format", "json", "--today", day])
    rows = json.loads(capsys.readouterr().out)
    assert len({row["task"] for row in rows}) == tasks


@pytest.mark.parametrize(("name", "answers", "day", "tasks", "letters"), OWN, ids=[one[0] for one in OWN])
def test_a_document_goes_from_file_to_letters_and_calendars(name, answers, day, tasks, letters, capsys):
    through(DOCUMENTS / name, answers, day)
    _arrived(day, tasks, letters, capsys)


@pytest.mark.skipif(not SAMPLES.is_dir() or not SAMPLES.name, reason="DUBAN_SAMPLES names no sample documents")
@pytest.mark.parametrize(("name", "answers", "day", "tasks", "letters"), FIVE, ids=[one[0] for one in FIVE])
def test_a_real_document_goes_from_file_to_letters_and_calendars(name, answers, day, tasks, letters, capsys):
    through(next(SAMPLES.glob(f"{name}_*.txt")), answers, day)
    _arrived(day, tasks, letters, capsys)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="DUBAN_SAMPLES names no sample documents")
def test_what_is_overdue_of_a_real_document_is_what_its_office_would_count(capsys):
    through(next(SAMPLES.glob("003_*.txt")), [], "2018-05-18")
    capsys.readouterr()
    run(["overdue", "--format", "json", "--today", "2018-06-08"])
    rows = json.loads(capsys.readouterr().out)
    found = [(row["no"], row["due"], row["days_overdue"], row["workdays_overdue"]) for row in rows]
    assert found == [("1", "2018-05-25", 14, 10), *((no, "2018-05-31", 8, 6) for no in "2345")]
