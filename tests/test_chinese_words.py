"""What a terminal says in Chinese has no English word left in it that is not a name or a command."""

from __future__ import annotations

import re
from functools import partial

import pytest

from tests.office import DIRECTORY

PLAN = """方案: p
标题: 安全工作方案
印发日期: 2018-03-01
通讯录: directory.yaml
任务:
  - {编号: drill, 工作任务: 消防演练, 牵头单位: 安全处, 完成时限: 2018-05-25}
  - {编号: trees, 工作任务: 植树, 牵头单位: 安全处, 完成时限: 2018-06-20}
"""
OURS = r"p/(drill|trees)|drill|trees|\w+@example\.org|duban [a-z/ -]*|duban\.toml|\bp\b|root|--\w+|/[\w/.-]+"


@pytest.fixture
def duban(duban, tmp_path):
    """Return the command line of a rehearsal that has sent its first letters."""
    (tmp_path / "directory.yaml").write_text(DIRECTORY, "utf-8")
    (tmp_path / "plan.yaml").write_text(PLAN, "utf-8")
    duban("init", "--rehearsal", ".")
    duban("apply", "plan.yaml", "--release", "--yes", "--today", "2018-03-01")
    for day in ("2018-03-01", "2018-05-22", "2018-05-28"):
        duban("round", "--today", day)
    return partial(duban, code=None)


def english_in(text: str) -> list[str]:
    return re.findall(r"[A-Za-z_]{2,}", re.sub(OURS, "", text))


def test_history_and_decisions_are_told_without_the_names_of_stages_and_states(duban) -> None:
    on = ("--today", "2018-05-29")
    duban("report", "p/drill", "--done", *on, "--by", "王敏")
    duban("accept", "p/drill", *on, "--by", "王敏")
    shown, why = duban("show", "p/drill", *on), duban("why", "p/drill", *on)
    assert "状态 待办 → 已报完成" in shown
    assert "状态 已报完成 → 已办结" in shown
    assert "临近提醒" in why
    assert english_in(shown) == english_in(why) == []


def test_english_states_are_words_as_well(duban) -> None:
    duban("report", "p/drill", "--done", "--today", "2018-05-29")
    assert "state open → reported done" in duban("show", "p/drill", "--today", "2018-05-29", lang="en_GB.UTF-8")


@pytest.mark.parametrize(
    "words",
    [
        ("overdue",), ("due",), ("matrix",), ("timeline",), ("sent",), ("show", "p/trees"), ("health",),
        ("outbox",), ("register",), ("release",), ("ladder", "try", "p"), ("ladder", "list"), ("feed", "list"),
        ("link", "list"), ("round",), ("db", "check"), ("check", "plan.yaml"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_chinese_answer_is_chinese_to_its_last_word(duban, words) -> None:
    allowed = {
        *("standard", "colour", "sheets", "hotline", "three", "lights"),  # ladders are written by these names
        *("NUMBER", "plan", "yaml", "wd"),
    }
    undated = {"health", "outbox", "release", "feed", "link", "db"}
    told = duban(*words, *(() if words[0] in undated or words[-1] == "list" else ("--today", "2018-05-29")))
    assert set(english_in(told)) <= allowed, told


def test_a_second_acceptance_says_how_the_task_stands(duban) -> None:
    on = ("--today", "2018-05-29")
    duban("report", "p/drill", "--done", *on)
    duban("accept", "p/drill", *on)
    assert duban("accept", "p/drill", *on) == (
        "duban: p/drill 现为“已办结”，不能这样处理，什么都没有改动；要重新办理，用 `duban reopen p/drill`\n"
    )
    said = duban("accept", "p/drill", *on, lang="en_GB.UTF-8")
    again = "`duban reopen p/drill` takes it up again"
    assert said == f"duban: p/drill is “done”, so this can't be done; nothing was changed. {again}\n"
    said = duban("reopen", "p/trees", *on)
    assert said == "duban: p/trees 现为“待办”：没有可退回或重新办理的反馈和办结，什么都没有改动\n"


def test_a_house_on_hold_is_not_said_to_be_well(duban) -> None:
    assert duban("health").startswith("一切正常")
    duban("hold", "--today", "2018-05-29")
    held = duban("health")
    assert "一切正常" not in held
    assert "没有异常，但发信已被暂停" in held
    assert "letters are held back by decision" in duban("health", lang="en_GB.UTF-8")


def test_resuming_says_whether_anything_was_on_hold(duban) -> None:
    on = ("--today", "2018-05-29")
    assert "本来就没有暂停发信" in duban("resume", *on)
    duban("hold", *on)
    assert "已恢复发信" in duban("resume", *on)


def test_calendars_are_listed_by_their_reference_and_not_by_a_document_number(duban) -> None:
    duban("feed", "new", "--unit", "安全处", "--today", "2018-05-29")
    listed = duban("feed", "list", "--today", "2018-05-29")
    assert listed.startswith("编号")
    assert "发文字号" not in listed


def test_a_trial_letter_says_where_it_lies(duban) -> None:
    assert english_in(duban("mail", "test", "a@example.org")) == []
