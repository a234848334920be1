"""Each ladder that comes with duban, climbed by an office that lets everything go the day it waits."""

from __future__ import annotations

import functools
import re
from datetime import date, timedelta

import pytest

from plans.presets import ladder
from scheduler import desk, releasing
from tests.office import Office

PLAN = """
plan: p
title: 安全年
issued: 2018-03-01
ladder: '{name}'
tasks: [{{id: drill, no: 3, title: 消防演练, lead: 安全处, due: 5月25日前}}]
"""
CLIMBED = {
    "standard": ["assign", "ahead", "near", "today", "late", "urge", "press"],
    "three-lights": ["assign", "blue", "yellow", "red", "red-sheet"],
    "colour-sheets": ["assign", "near", "today", "blue", "orange", "red"],
    "three-sheets": ["assign", "near", "today", "urge", "press"],
    "hotline": ["receipt", "near", "today", "urge"],
}


def climb(office: Office, name: str) -> None:
    """Let an office work from March to July: whatever waits is released or signed before the day's letters leave."""
    office.live(CLIMBS[name])


def _climb(name: str, office: Office) -> None:
    office.apply(PLAN.format(name=name), "2018-03-01", release=True)
    day = date(2018, 3, 1)
    while day < date(2018, 7, 10):
        done = office.round(str(day))
        assert not done.troubles
        with office.act(str(day)) as act:
            waiting = "SELECT DISTINCT occurrence FROM notice WHERE state = 'held' AND reason IN ('desk', 'sign')"
            numbers = [one["occurrence"] for one in desk.rows(act.connection, waiting)]
            for number in numbers:
                releasing.release_row(act, number, "陈立")
        if numbers:
            office.round(str(day), "16:00")
        day += timedelta(1)


CLIMBS = {name: functools.partial(_climb, name) for name in CLIMBED}


@pytest.mark.parametrize("name", CLIMBED)
def test_every_stage_of_a_preset_is_told_once_in_its_order(office: Office, name: str):
    climb(office, name)
    told = list(dict.fromkeys(stage for _, stage, _ in office.told()))
    assert told == CLIMBED[name]
    many = "SELECT person, stage FROM notice WHERE state = 'in_letter' GROUP BY person, stage HAVING count(*) > 1"
    assert not office.rows(many)


@pytest.mark.parametrize("name", CLIMBED)
def test_what_a_preset_signs_is_numbered_in_its_series_and_says_what_it_is(office: Office, name: str):
    climb(office, name)
    signed = [stage for stage in ladder(name).stages if stage.release == "sign"]
    numbers = office.rows('SELECT kind, number FROM register ORDER BY "on", kind')
    assert [(one["kind"], one["number"]) for one in numbers] == [(stage.series[0], 1) for stage in signed]
    subjects = [str(letter["Subject"]) for letter in office.mail]
    for stage in signed:
        assert [one for one in subjects if f"【{stage.called('zh')}】{stage.series[0]}〔2018〕1号：消防演练" in one]


@pytest.mark.parametrize("name", CLIMBED)
def test_nobody_gets_two_ladder_letters_a_day_on_any_preset(office: Office, name: str):
    climb(office, name)
    many = "SELECT person, day FROM letter WHERE kind = 'ladder' GROUP BY person, day HAVING count(*) > 1"
    assert not office.rows(many)
    assert all(re.match("【演练】【", str(letter["Subject"])) for letter in office.mail)


def test_the_orange_sheet_says_the_blue_one_came_before(office: Office):
    climb(office, "colour-sheets")
    sheet = next(letter for letter in office.mail if "【橙色督办单】" in letter["Subject"])
    text = sheet.get_body(("plain",)).get_content()
    assert "橙　色　督　办　单" in text
    assert "5月28日（周一）" in text
