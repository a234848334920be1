"""Stages that found nobody: who comes later is told, late and once, while the day still matters."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler import desk
from scheduler.people import hand_over
from scheduler.preview import foresee
from tests.office import DIRECTORY, Office

PLAN = """
plan: p
title: 安全方案
issued: 2018-03-01
tasks:
  - {id: drill, title: 消防演练, lead: 运行处, due: 5月25日前}
"""
NOBODY = DIRECTORY.replace("operations: {name: 运行处, contact: li, deputy: zhou}", "operations: {name: 运行处}")


@pytest.fixture
def empty(office: Office) -> Office:
    """An office whose unit has nobody in it."""
    office.directory = NOBODY
    office.apply(PLAN, "2018-03-01", release=True)
    return office


def notices(office: Office) -> list[tuple[str, str, str, str]]:
    sql = "SELECT stage, person, state, reason FROM notice WHERE reason <> 'short-span' ORDER BY day, id"
    return [tuple(one.values()) for one in office.rows(sql)]  # type: ignore[misc]


def test_a_contact_who_comes_a_day_later_is_told_late_and_once(empty: Office):
    empty.rounds("2018-05-20", "2018-05-22")
    assert ("near", "", "suppressed", "nobody") in notices(empty)
    empty.directory = DIRECTORY
    empty.apply(PLAN, "2018-05-23")
    empty.rounds("2018-05-23", "2018-05-24")
    assert empty.told("drill") == [("2018-05-23", "near", "li")]
    assert ("near", "", "suppressed", "found") in notices(empty)
    assert empty.rows("SELECT late FROM notice WHERE person = 'li' AND stage = 'near'") == [{"late": True}]


def test_the_assignment_that_found_nobody_waits_for_the_desk_once_there_is_somebody(empty: Office):
    empty.rounds("2018-03-01", "2018-04-10")
    empty.directory = DIRECTORY
    empty.apply(PLAN, "2018-04-11")
    empty.rounds("2018-04-11", "2018-04-11")
    assert [one for one in notices(empty) if one[0] == "assign"] == [
        ("assign", "", "suppressed", "found"), ("assign", "li", "held", "desk"),
    ]  # fmt: skip


def test_a_stage_whose_day_is_long_past_stays_unsaid(empty: Office):
    empty.rounds("2018-05-11", "2018-05-18")  # ten working days ahead: the 11th
    empty.directory = DIRECTORY
    empty.apply(PLAN, "2018-05-21")
    empty.round("2018-05-21")
    assert empty.told("drill") == []
    assert ("ahead", "", "suppressed", "nobody") in notices(empty)


def test_what_was_said_since_takes_its_place(office: Office):
    """The deputy of the urging letter comes after the head was pressed."""
    office.directory = NOBODY.replace("{name: 运行处}", "{name: 运行处, contact: li}")
    ladder = (
        "ladder: [{stage: one, kind: late, when: +1wd, to: deputy}, {stage: two, kind: late, when: +2wd, to: contact}]"
    )
    office.apply(PLAN.replace("issued:", f"{ladder}\nissued:"), "2018-03-01", release=True)
    office.rounds("2018-05-28", "2018-05-29")
    assert office.told() == [("2018-05-29", "two", "li")]
    office.directory = DIRECTORY
    office.apply(PLAN.replace("issued:", f"{ladder}\nissued:"), "2018-05-30")
    office.rounds("2018-05-30", "2018-06-01")
    assert office.told() == [("2018-05-29", "two", "li")]


def test_a_later_stage_takes_back_what_still_waits_at_the_desk(office: Office):
    office.directory = NOBODY.replace("{name: 运行处}", "{name: 运行处, contact: li}")
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-05-28", "2018-06-06")
    assert [one for one in notices(office) if one[0] in ("urge", "press")] == [
        ("urge", "li", "held", "desk"), ("press", "", "suppressed", "nobody"),
    ]  # fmt: skip
    office.directory = DIRECTORY.replace("deputy: zhou", "head: zhou")
    office.apply(PLAN, "2018-06-07")
    office.round("2018-06-07")
    assert [one for one in notices(office) if one[0] in ("urge", "press")] == [
        ("urge", "li", "suppressed", "superseded"), ("urge", "zhou", "suppressed", "superseded"),
        ("press", "", "suppressed", "found"), ("press", "zhou", "held", "sign"),
    ]  # fmt: skip


def test_whoever_takes_over_or_is_given_the_task_is_told(office: Office):
    office.directory = DIRECTORY.replace("name: 李六, mail: li@example.org", "name: 李六").replace(", deputy: zhou", "")
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-05-22", "2018-05-22")
    assert office.told("drill") == []
    with office.act("2018-05-22") as act:
        hand_over(act, "li", "zhou", act.on)
    office.round("2018-05-23")
    assert office.told("drill") == [("2018-05-23", "near", "zhou")]


def test_a_post_that_begins_later_is_told_from_its_first_day(office: Office):
    office.directory = NOBODY.replace(
        "{name: 运行处}", "{name: 运行处, posts: [{post: contact, person: 李六, from: 2018-05-24}]}"
    )
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-05-22", "2018-05-24")
    assert office.told("drill") == [("2018-05-24", "near", "li")]


def test_a_preview_and_the_desk_know_it(empty: Office):
    empty.rounds("2018-05-20", "2018-05-22")
    empty.directory = DIRECTORY
    empty.apply(PLAN, "2018-05-23")
    found = foresee(empty.database, empty.settings, date(2018, 5, 23), 1)
    assert [one.person for one in found] == ["lin", "li"]
    assert "无人可送" not in found[0].text


def test_what_is_done_or_on_hold_is_not_told_after_all(empty: Office):
    empty.rounds("2018-05-20", "2018-05-22")
    empty.do(desk.accept, "drill", "2018-05-22")
    empty.directory = DIRECTORY
    empty.apply(PLAN, "2018-05-23")
    empty.round("2018-05-23")
    assert empty.told("drill") == []
