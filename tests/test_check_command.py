"""`check`, `explain` and `schema` as a person at a terminal, a script and an editor meet them."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from cli import run
from commands.stopping import stoppable
from notifications.speech import Speech
from notifications.typesetting import width
from plans.deadlines import Context, read
from plans.language.schema import SHAPES
from plans.model import Sentence
from plans.rules.catalogue import RULES

CLI = Path(__file__).parent.parent / "cli.py"
PLAN = """\
plan: safety
title: Fire safety
issued: 2026-03-02
office: Safety
directory:
  units:
    safety: {name: Safety, mail: safety@example.org, head: ada}
  people:
    ada: {name: Ada Marsh, mail: ada@example.org}
tasks:
  - id: drill
    title: Fire drill
    lead: Saftey
    due: 2026-05-25
"""

pytestmark = pytest.mark.usefixtures("file")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C")
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "safety.yaml"
    path.write_text(PLAN, "utf-8")
    return path


def test_a_finding_shows_its_place_the_line_a_caret_and_a_way_out(capsys):
    assert run(["check", "safety.yaml"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "safety.yaml:13:11: E303 no unit is called Saftey",
        " 13 |     lead: Saftey",
        "    |           ^",
        "   = did you mean Safety?",
        "1 file, 1 task: 1 error",
    ]


@pytest.mark.parametrize(
    ("written", "lang", "shown"),
    [
        ("plan: safety\n", "C", "for example title: Work safety plan"),
        ("方案: safety\n", "zh_CN.UTF-8", "例如：标题: 安全生产工作方案"),
        (PLAN.replace("due: 2026-05-25", "due: [1, 2]"), "C", "for example by 25 May"),
        (PLAN.replace("due: 2026-05-25", "target: 7"), "zh_CN.UTF-8", "指标"),
    ],
)
def test_an_example_speaks_the_readers_language_and_its_key_the_files(file, capsys, monkeypatch, written, lang, shown):
    monkeypatch.setenv("LANG", lang)
    file.write_text(written, "utf-8")
    run(["check", "safety.yaml"])
    assert shown in capsys.readouterr().out


@pytest.mark.parametrize("speech", [Speech("en"), Speech("zh")], ids=["en", "zh"])
def test_every_deadline_that_is_shown_as_an_example_can_be_read(speech: Speech):
    context = Context(issued=date(2026, 3, 2), plan_year=2026)
    for known in (key for shape in SHAPES for key in shape.keys if key.holds == "deadline"):
        shown = speech.sentence(known.example) if isinstance(known.example, Sentence) else known.example
        assert read(shown, context).due, shown


def test_the_caret_stands_under_wide_characters_and_within_long_lines(file, capsys):
    file.write_text(PLAN.replace("lead: Saftey", f"note: {'字' * 200}\n    lead: [Safety, 安全出]"), "utf-8")
    run(["check", "safety.yaml"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].index("^") == lines[1].index("安")
    file.write_text(
        PLAN.replace("title: Fire drill\n    lead: Saftey", f"{{title: {'字' * 200}, lead: 安全出}}"), "utf-8"
    )
    file.write_text(PLAN.split("  - id")[0] + f"  - {{title: {'字' * 200}, lead: 安全出}}\n", "utf-8")
    run(["check", "safety.yaml", "--select", "E303"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith(" 11 | …字")
    assert "lead: 安全出" in lines[1]


def test_json_and_github_say_the_same(capsys):
    run(["check", "safety.yaml", "--format", "json"])
    (found,) = json.loads(capsys.readouterr().out)
    assert found == {
        "code": "E303",
        "severity": "error",
        "file": "safety.yaml",
        "line": 13,
        "column": 11,
        "message": "no unit is called Saftey",
        "fix": "did you mean Safety?",
        "fixable": False,
    }
    run(["check", "safety.yaml", "--format", "github"])
    said = capsys.readouterr().out
    assert said == (
        "::error file=safety.yaml,line=13,col=11,title=E303::no unit is called Saftey; did you mean Safety?\n"
    )


def test_the_exit_code_tells_errors_warnings_and_bad_questions_apart(file):
    assert run(["check", "--ignore", "E3"]) == 0
    assert run(["check", "--select", "W4,N4"]) == 0
    file.write_text(PLAN.replace("Saftey", "Safety").replace("2026-05-25", "2026-05-24"), "utf-8")
    assert run(["check"]) == 0
    assert run(["check", "--strict"]) == 1
    assert run(["check", "--format", "xml"]) == 2
    assert run(["check", "--select", "X9"]) == 2
    assert run(["check", "nowhere.yaml"]) == 6
    assert run(["check", "--today", "soon"]) == 2


def test_a_folder_is_its_plans_and_a_directory_is_checked_as_one(capsys):
    Path("units.yaml").write_text("units:\n  safety: {name: Safety, contact: nobody}\n", "utf-8")
    Path("other.yaml").write_text("services: {}\n", "utf-8")
    Path("old.yaml").write_bytes("方案: 旧\n标题: 旧\n年度: 2026\n任务: []\n".encode("gb18030"))
    run(["check", ".", "--format", "json", "--strict"])
    assert {found["file"] for found in json.loads(capsys.readouterr().out)} == {"safety.yaml", "old.yaml"}
    run(["check", "units.yaml", "--format", "json"])
    assert {found["code"] for found in json.loads(capsys.readouterr().out)} == {"W602", "N607"}


def test_a_directory_that_cannot_be_read_brings_one_finding_not_one_a_unit(file, capsys):
    inline = PLAN[PLAN.index("directory:") : PLAN.index("tasks:")]
    file.write_text(PLAN.replace(inline, "directory: units.yaml\n"), "utf-8")
    for text, codes in (("units:\n  a: {name: [", {"E110"}), (None, {"E314"})):
        Path("units.yaml").write_text(text, "utf-8") if text else Path("units.yaml").unlink()
        run(["check", "safety.yaml", "--format", "json"])
        assert {found["code"] for found in json.loads(capsys.readouterr().out)} == codes


@pytest.mark.parametrize("language", ["C", "zh_CN.UTF-8"])
def test_a_code_is_explained_in_four_parts(capsys, monkeypatch, language):
    monkeypatch.setenv("LANG", language)
    for code in list(RULES)[::12]:
        assert run(["explain", code.lower()]) == 0
        parts = capsys.readouterr().out.strip().split("\n\n")
        assert len(parts) == 4
        assert parts[0].startswith(code)
    assert run(["explain"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(RULES)
    assert run(["explain", "E999"]) == 2


def test_watch_checks_again_when_a_file_changes(file):
    command = [sys.executable, str(CLI), "check", "--watch", "safety.yaml"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=file.parent) as process:
        try:
            assert process.stdout is not None
            first = [process.stdout.readline() for _ in range(5)]
            assert first[4] == "1 file, 1 task: 1 error\n"
            assert process.stdout.readline() == "\n"
            file.write_text(PLAN.replace("Saftey", "Safety"), "utf-8")
            assert process.stdout.readline() == "1 file, 1 task: nothing to object to\n"
        finally:
            process.terminate()


@pytest.mark.parametrize("line", range(9))
def test_a_stop_is_heard_at_whatever_line_of_waiting_it_comes(line):
    left = iter(range(line, -1, -1))

    def trace(_frame: FrameType, _event: str, _argument: object) -> Any:
        if next(left, None) == 0:
            signal.raise_signal(signal.SIGINT)
        return trace

    with stoppable() as told:
        sys.settrace(trace)
        try:
            told.wait(0)
        finally:
            sys.settrace(None)
        assert told.is_set()


def test_ctrl_c_ends_watching_without_a_word(file):
    command = [sys.executable, str(CLI), "check", "--watch", "safety.yaml"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=file.parent
    ) as process:
        try:
            assert process.stdout is not None
            while process.stdout.readline() != "\n":
                pass
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (process.returncode, said) == (130, ("", ""))


def test_units_without_an_address_are_said_once_to_a_person_and_one_by_one_to_a_program(capsys, monkeypatch):
    """After an import no unit has one: twenty alike would hide what else was found."""
    monkeypatch.setenv("DUBAN_LANGUAGE", "zh")
    Path("units.yaml").write_text("units:\n" + "".join(f"  u{n}: {{name: 处{n}}}\n" for n in range(60)), "utf-8")
    tasks = "".join(f"  - {{id: t{n}, title: 事{n}, lead: 处{n}, due: 2026-05-25}}\n" for n in range(60))
    Path("late.yaml").write_text(
        f"plan: late\ntitle: 晚\nissued: 2026-03-02\ndirectory: units.yaml\ntasks:\n{tasks}", "utf-8"
    )
    assert run(["check", "late.yaml", "--select", "W307,N607"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert [line for line in shown if "07 " in line] == [
        "units.yaml:2:3: N607 60个单位没有任何邮箱，联系不到人：处0、处1、处2、处3、处4、处5、…",
        "late.yaml:6:31: W307 60个单位没有任何邮箱，联系不到人：处0、处1、处2、处3、处4、处5、…",
    ]
    assert shown[-1] == "2 个文件、60 项任务：1 处警告、1 条提示"
    run(["check", "late.yaml", "--select", "W307,N607", "--format", "json"])
    assert len({(one["file"], one["line"]) for one in json.loads(capsys.readouterr().out)}) == 100
    run(["check", "late.yaml", "--select", "W307,N607", "--format", "github"])
    assert len(capsys.readouterr().out.splitlines()) == 100
    Path("units.yaml").write_text("units:\n  a: {name: A}\n  b: {name: B, mail: b@example.org}\n", "utf-8")
    run(["check", "units.yaml", "--select", "N607"])
    assert "N607 A没有可联系的人" in capsys.readouterr().out


def test_the_caret_stays_below_its_place_in_a_narrow_terminal(file, capsys, monkeypatch):
    """A line that the terminal breaks would leave the caret under another word."""
    long = "Hold the spring fire drill in both buildings and write down who was there and how long it took"
    file.write_text(
        PLAN.replace("lead: Saftey", f"note: {long}\n    lead: [Works, Operations, Finance, Saftey]"), "utf-8"
    )
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("NO_COLOR", "1")
    run(["check", "--select", "E303"])
    shown = capsys.readouterr().out.splitlines()
    assert "\x1b" not in "".join(shown)
    sources = [(line, shown[at + 1]) for at, line in enumerate(shown) if re.match(r" \d+ \|", line)]
    assert all(width(line) <= 40 for pair in sources for line in pair)
    assert any(line[caret.index("^") :].startswith("Saftey") for line, caret in sources)
