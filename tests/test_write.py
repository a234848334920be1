"""A written plan is read back the same, whatever stands in it."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.directory import Directory
from plans.model import Defaults, Measure, Milestone, Phase, Place, Plan, Target, Task, Unit
from plans.read import read_directory, read_plan
from plans.write import scalar, write_directory, write_plan

EXAMPLES = Path(__file__).parent.parent / "plans" / "examples"
NOWHERE = Place("", 1, 1)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Cn")), min_size=1, max_size=40)
WORDS = TEXT.map(str.strip).filter(
    lambda text: text and text != "~" and not set(text) & {"\ufeff", "\u2028", "\u2029", "\x85"}
)


def bare(value):
    """Return a value without its places."""
    if is_dataclass(value):
        return {
            each.name: bare(getattr(value, each.name))
            for each in fields(value)
            if each.name not in ("place", "places", "file")
        }
    if isinstance(value, dict):
        return {key: bare(each) for key, each in value.items()}
    return tuple(map(bare, value)) if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_an_example_is_read_back_the_same_in_both_spellings(path, language):
    if path.stem == "directory":
        before, _ = read_directory(path.read_bytes(), path.name)
        after, findings = read_directory(write_directory(before, language), path.name)
    else:
        before, _ = read_plan(path.read_bytes(), path.name)
        after, findings = read_plan(write_plan(before, language), path.name)
    assert [str(each.what) for each in findings] == []
    assert bare(after) == bare(before)


@given(WORDS, WORDS, st.lists(WORDS, max_size=3), WORDS, st.sampled_from(["zh", "en"]))
@settings(max_examples=200, deadline=None)
def test_any_words_are_read_back_the_same(title, due, names, note, language):
    task = Task("a", title, NOWHERE, lead=tuple(names), due=due, note=f"{note}\n{title}", tags=tuple(names),
                milestones=(Milestone("1", title, due, NOWHERE),), measures=(Measure("x", note, NOWHERE),))  # fmt: skip
    plan = Plan("p", title, "p.yaml", NOWHERE, number=note, tasks=(task,), defaults=Defaults(lead=tuple(names)))
    text = write_plan(plan, language)
    read, findings = read_plan(text, "p.yaml")
    assert read is not None, text
    assert [str(each.what) for each in findings if each.severity == "error"] == [], text
    assert bare(read.tasks) == bare(plan.tasks)
    assert (read.title, read.number, read.defaults) == (plan.title, plan.number, plan.defaults)


@pytest.mark.parametrize(
    "text",
    ["no", "~", "", "5.25", "12:30", "- a", "a: b", "a #b", "#a", "'", '"', "【甲】", "：", "甲：乙", "{", "[a, b]",
     "&a",
     "*a", "!x", "%", "@", "`", "| a", "> a", "? a", "a\tb", "\\n", "a,b", "key:", "　", "，甲"],
)  # fmt: skip
@pytest.mark.parametrize("inside", [True, False])
def test_signs_of_yaml_in_a_text_stay_text(text, inside):
    written = f"title: x\nplan: p\ntasks: []\nnumber: {scalar(text)}\n"
    if inside:
        written = f"title: x\nplan: p\ntasks: [{{title: {scalar(text, inside=True)}, no: '1'}}]\n"
    plan, _ = read_plan(written, "p.yaml")
    assert plan is not None
    assert (plan.tasks[0].title if inside else plan.number) == text.strip()


def test_comments_stand_beside_values_above_entries_and_in_the_place_of_what_is_missing():
    task = Task("a", "开展演练", NOWHERE, due="5月底前")
    plan = Plan("p", "方案", "p.yaml", NOWHERE, phases=(Phase("准备", "准备", NOWHERE, due="6月"),), tasks=(task,))
    text = write_plan(
        plan,
        comments={
            (): ("由文档读出",),
            ("tasks", 0): ("第1段",),
            ("tasks", 0, "due"): ("读作 2026-05-31",),
            ("tasks", 0, "lead"): ("未写明",),
        },
    )
    assert text == (
        "# 由文档读出\n方案: p\n标题: 方案\n\n阶段:\n  - 名称: 准备\n    完成时限: 6月\n\n任务:\n  # 第1段\n"
        "  - 编号: a\n    工作任务: 开展演练\n    完成时限: 5月底前 # 读作 2026-05-31\n    # 牵头单位: 未写明\n"
    )


def test_defaults_are_not_written_and_numbers_keep_their_form():
    target = Target("企业", 600.0, ">=", "家", "increment", by_unit={"高新处": 400.5})
    task = Task("a", "培育企业", NOWHERE, targets=(target,), first_leads=False, state="in_progress", done="")
    plan = Plan("p", "方案", "p.yaml", NOWHERE, issued=date(2026, 3, 2), tasks=(task,))
    assert write_plan(plan) == (
        "方案: p\n标题: 方案\n印发日期: 2026-03-02\n\n任务:\n  - 编号: a\n    工作任务: 培育企业\n"
        "    目标: {指标: 企业, 类型: 增量, 数值: 600, 单位: 家, 分解: {高新处: 400.5}}\n"
        "    状态: 推进中\n    首位牵头: 否\n"
    )


def test_a_directory_writes_its_units_one_a_line():
    safety = Unit("safety", "安全处", NOWHERE, mail="a@example.org")
    house = Directory(units={"safety": safety, "b": Unit("b", "乙处", NOWHERE)})
    assert write_directory(house, "zh") == "单位:\n  safety: {名称: 安全处, 邮箱: a@example.org}\n  b: 乙处\n"
    assert write_directory(replace(house, name="局"), "en").startswith("name: 局\n")


def test_posts_and_absences_of_a_directory_are_written_and_read_back_the_same():
    text = """units:
  safety: {name: 安全处, contact: wang, posts: [{post: contact, person: zhao, from: 2018-05-01}]}
people:
  wang: {name: 王二, mail: wang@example.org, away: [{from: 2018-05-01, to: 2018-05-02, deputy: zhao}]}
"""
    directory, _ = read_directory(text, "d.yaml")
    assert directory is not None
    again, findings = read_directory(write_directory(directory, "zh"), "d.yaml")
    assert again is not None
    assert not findings
    assert again.units["safety"].posts == directory.units["safety"].posts != ()
    assert again.people["wang"].away == directory.people["wang"].away != ()
