"""Ladders as they are written: presets, both languages, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from plans.language.stage_words import KINDS, LIGHTS, RELEASES, ROLES, parse, when
from plans.presets import ladder, preset_names, presets
from plans.stages import LadderError, When
from plans.workdays import Workdays


def test_the_presets_are_there_under_their_chinese_names_too():
    names = {
        "standard",
        "三色灯",
        "三色单",
        "三单",
        "12345",
        "three-lights",
        "colour-sheets",
        "three-sheets",
        "hotline",
    }
    assert names <= set(preset_names())
    assert ladder("三色灯") is ladder("three-lights")


@pytest.mark.parametrize("name", presets())
def test_every_preset_tells_what_it_is_in_both_languages(name: str):
    assert all(ladder(name).about)
    assert ladder(name).about[0] != ladder(name).about[1]


@pytest.mark.parametrize("name", presets())
def test_nothing_chases_or_climbs_by_itself(name: str):
    for stage in ladder(name).stages:
        if stage.kind in ("urge", "press"):
            assert stage.release != "auto"
        if "leader" in (*stage.to, *stage.cc):
            assert stage.release == "sign"
        assert (stage.release == "sign") == all(stage.series) == any(stage.series)


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("交办", "apply"),
        ("交办后2个工作日", "apply+2wd"),
        ("当日", "0"),
        ("前3个工作日", "-3wd"),
        ("到期后5工作日", "+5wd"),
        ("前14天", "-14d"),
        ("后2周", "+2w"),
        ("前1个月", "-1m"),
        ("-2个工作日未报进展", "-2wd without report"),
        ("blue未答复", "after blue"),
        ("节点逾期", "milestone missed"),
        ("滞后10个百分点", "behind 10"),
    ],
)
def test_a_time_may_be_written_in_chinese(chinese: str, english: str):
    assert when(chinese) == when(english)
    assert str(when(chinese)) == english


def test_a_ladder_may_be_written_in_chinese_throughout():
    chinese = {
        "名称": "我办阶梯",
        "力争止于": "提醒",
        "各级": [
            {"级": "提醒", "类型": "临近提醒", "时间": "前3个工作日", "主送": "联络员",
             "抄送": ["配合单位"], "亮灯": "黄"},
            {"级": "督办", "类型": "督办", "时间": "后5个工作日", "主送": "主要负责人", "抄送": "分管领导",
             "放行": "签发", "答复时限": "3个工作日", "编号": "督", "单名": "督办单", "电话催办": "是"},
        ],
    }  # fmt: skip
    english = {
        "name": "我办阶梯",
        "soft_until": "提醒",
        "stages": [
            {"stage": "提醒", "kind": "notice", "when": "-3wd", "to": "contact", "cc": ["support"], "light": "yellow"},
            {"stage": "督办", "kind": "press", "when": "+5wd", "to": "head", "cc": "leader", "release": "sign",
             "answer": "3wd", "series": "督", "sheet": "督办单", "call": "yes"},
        ],
    }  # fmt: skip
    assert parse(chinese, "plan") == parse(english, "plan")


@pytest.mark.parametrize("table", [KINDS, ROLES, RELEASES, LIGHTS], ids=["kinds", "roles", "releases", "lights"])
def test_every_word_has_one_chinese_word_of_its_own(table: dict[str, str]):
    assert len(set(table.values())) == len(table)


@pytest.mark.parametrize(
    ("stages", "said"),
    [
        ([{"kind": "notice", "when": "0"}], "tells nobody"),
        ([{"kind": "notice", "when": "0", "to": "contact", "wenn": "x"}], "knows no “wenn”"),
        ([{"kind": "press", "when": "after blue", "to": "head"}], "no stage “blue”"),
        (
            [
                {"stage": "a", "kind": "urge", "when": "0", "to": "contact"},
                {"kind": "press", "when": "after a", "to": "head"},
            ],
            "asks for no answer",
        ),
        ([{"stage": "a", "kind": "urge", "when": "after a", "to": "contact", "answer": "3wd"}], "no stage “a”"),
        ([{"kind": "notice", "when": "-999wd", "to": "contact"}], "“-999wd” is no time"),
        ([{"kind": "notice", "when": "0", "to": "contact", "answer": "soon"}], "write working days"),
        (["x"], "not a mapping"),
    ],
)  # fmt: skip
def test_a_ladder_that_cannot_work_is_refused_with_the_reason(stages: list[object], said: str):
    with pytest.raises(LadderError, match=said):
        parse({"stages": stages}, "mine")


def test_nought_days_are_the_day_itself():
    assert when("-0wd") == when("0d") == When("day0")


def test_a_month_before_the_31st_is_the_last_working_day_by_then():
    assert when("-1m").day(date(2018, 7, 31), Workdays("CN")) == date(2018, 6, 29)  # 30 June is a Saturday
