"""`duban ladder` as a clerk meets it: the presets, one of them, and a plan's tried before anybody is told."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from plans.presets import presets
from tests.office import DIRECTORY

DOCS = Path(__file__).parents[1] / "docs" / "reference" / "ladders.md"
PLAN = """
plan: p
title: 安全年
issued: 2018-03-01
directory: directory.yaml
ladder: {ladder}
tasks:
  - {{id: drill, title: 消防演练, lead: 安全处, support: 财务处, due: 5月25日前}}
  - {{id: done, title: 植树, lead: 安全处, due: 3月12日前, state: 已完成, done: 2018-03-01}}
"""


@pytest.fixture
def duban(duban, tmp_path):
    """Return the command line of a folder with a directory and a plan, whose *ladder* each command may choose."""
    (tmp_path / "directory.yaml").write_text(DIRECTORY, "utf-8")

    def go(*arguments: str, ladder: str = "standard", **more: Any) -> str:
        (tmp_path / "plan.yaml").write_text(PLAN.format(ladder=ladder), "utf-8")
        return duban(*arguments, **more)

    return go


def test_the_list_names_every_preset_once_with_what_it_is_for(duban):
    said = duban("ladder", "list")
    assert len(said.splitlines()) == 1 + len(set(presets().values()))
    assert "三色单" in said
    assert "可" not in duban("ladder", "list", lang="C")


@pytest.mark.parametrize("name", presets())
@pytest.mark.parametrize("lang", ["C", "zh_CN.UTF-8"])
def test_every_stage_of_every_preset_is_shown_in_words(duban, name: str, lang: str):
    said = duban("ladder", "show", name, lang=lang)
    for stage in presets()[name].stages:
        assert stage.id in said
    assert not re.search(r"-?\d+wd", said)


def test_an_unknown_ladder_is_answered_with_those_there_are(duban):
    assert "三色灯" in duban("ladder", "show", "强硬", code=2)


def test_a_plan_is_tried_without_a_ledger_and_leaves_none(duban, tmp_path):
    said = duban("ladder", "try", "plan.yaml")
    for line in (
        r"3月1日（周四） +交办 +王二 +抄送吴八 +督办单位确认",
        r"5月22日（周二） +临近提醒 +王二 +抄送吴八 +自动发出",
        r"5月30日（周三） +催办 +王二 +抄送赵三 +督办单位确认",
        r"6月6日（周三） +督办单 +钱四 +抄送孙五 +领导签发",
    ):
        assert re.search(line, said), line
    assert "植树" not in said  # done at the start: nobody is told
    assert "自2018-03-01起：自动提醒4次，督办单位确认后发出2次，领导签发1次。" in said
    assert not list(tmp_path.glob("*.db"))


def test_from_a_later_day_only_what_is_still_to_come_is_told(duban):
    said = duban("ladder", "try", "plan.yaml", "--today", "2018-05-24", lang="C")
    assert "not told: its day was before the task was assigned" in said
    assert "As of 2018-05-24: reminders by themselves 2" in said


def test_stages_that_hang_on_events_are_shown_without_a_day(duban):
    said = duban("ladder", "try", "plan.yaml", ladder="三色单")
    assert re.search("“blue”到期未答复 +橙色督办单", said)
    assert "提请研究：约谈或通报" in said


def test_a_stage_that_reaches_nobody_says_so(duban, tmp_path):
    bare = re.sub(", head: qian", "", DIRECTORY)
    (tmp_path / "directory.yaml").write_text(bare.replace(", deputy: zhao", ""), "utf-8")
    assert "not told: nobody could be found to tell" in duban("ladder", "try", "plan.yaml", lang="C")


def test_a_plan_of_the_ledger_is_tried_as_it_stands(duban):
    duban("init", "--rehearsal", ".")
    duban("apply", "plan.yaml", "--yes", "--release", "--today", "2018-03-01")
    duban("round", "--today", "2018-03-01")
    duban("extend", "p/drill", "--until", "2018-06-15", "--today", "2018-05-23")
    said = duban("ladder", "try", "p", "--today", "2018-05-23")
    assert re.search(r"6月12日（周二） +临近提醒 +王二", said)
    assert "交办" not in said


def test_no_plan_no_file_is_one_sentence(duban):
    duban("init", "--rehearsal", ".")
    assert "既不是文件，台账中也没有这个方案" in duban("ladder", "try", "nix", code=2)


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL))
def test_every_ladder_the_documentation_shows_can_be_climbed(duban, tmp_path, block: str):
    plan = PLAN.format(ladder="standard").replace("ladder: standard\n", block)
    (tmp_path / "shown.yaml").write_text(plan, "utf-8")
    assert "消防演练" in duban("ladder", "try", "shown.yaml")


def test_the_documentation_names_every_word_of_the_language():
    from plans.language.stage_words import KEYS, KINDS, LIGHTS, RELEASES, ROLES, TOP

    text = DOCS.read_text("utf-8")
    for table in (KEYS, KINDS, LIGHTS, RELEASES, ROLES, TOP):
        for english, chinese in table.items():
            assert f"`{english}`" in text, english
            assert f"`{chinese}`" in text, chinese
