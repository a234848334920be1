"""Stages that hang on events: an answer that didn't come, a milestone missed, work behind its time."""

from __future__ import annotations

from datetime import date

from plans.workdays import Workdays
from scheduler import desk, releasing
from scheduler.ladder import Matter, decide, rungs
from tests.office import Office

CHINA = Workdays("CN")
LIGHTS = """
plan: p
title: 安全年
issued: 2018-03-01
ladder: 三色灯
tasks:
  - {id: drill, title: 消防演练, lead: 安全处, due: 6月29日前, milestones: [{id: draft, title: 预案, due: 5月18日前}]}
"""
SHEETS = """
plan: p
title: 安全年
issued: 2018-03-01
ladder: 三色单
tasks: [{id: drill, title: 消防演练, lead: 安全处, due: 5月25日前}]
"""


def stage_days(ladder: str, **more: object) -> dict[str, str]:
    one = Matter("dated", date(2018, 6, 29), ladder, date(2018, 3, 1), date(2018, 3, 1), **more)  # type: ignore[arg-type]
    return {rung.stage.id: rung.skip or str(rung.day) for rung in rungs(one, CHINA)}


def test_without_report_the_yellow_light_comes_two_working_days_ahead():
    assert stage_days("三色灯")["yellow"] == "2018-06-27"


def test_what_was_reported_since_the_blue_light_turns_no_yellow():
    told = (("blue", date(2018, 6, 22)),)
    assert stage_days("三色灯", told=told, reported_on=date(2018, 6, 25))["yellow"] == "reported"
    assert stage_days("三色灯", told=told, reported_on=date(2018, 6, 20))["yellow"] == "2018-06-27"


def test_a_missed_milestone_turns_yellow_at_once():
    assert stage_days("三色灯", missable=(date(2018, 5, 18), date(2018, 6, 1)))["yellow"] == "2018-05-21"


def evenly(reached: float):
    """Return how far behind somebody is who has reached so much and of whom the same is expected every day."""
    first, last = date(2018, 3, 1), date(2018, 6, 29)
    return lambda day: 100 * (day - first).days / (last - first).days - reached


def test_ten_points_behind_turn_yellow_on_the_first_working_day_that_is_so():
    day = date.fromisoformat(stage_days("三色灯", behind=evenly(20.0))["yellow"])
    assert evenly(20.0)(day) >= 10 > evenly(20.0)(CHINA.before(day, 1))


def test_who_is_ahead_of_time_or_reports_no_number_is_never_behind():
    assert stage_days("三色灯", behind=evenly(95.0))["yellow"] == "2018-06-27"
    assert stage_days("三色灯", behind=lambda _: None)["yellow"] == "2018-06-27"


def test_a_quantity_reported_too_low_warns_when_time_has_run_ahead_of_it(office: Office):
    counted = LIGHTS.replace(
        ", milestones: [{id: draft, title: 预案, due: 5月18日前}]", ", target: {indicator: 演练, value: 10, unit: 次}"
    )
    office.apply(counted, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-04-02")
    office.do(desk.progress, "drill", "2018-04-03", "三次", value=3.0)
    office.rounds("2018-04-03", "2018-05-31")
    (warned,) = office.rows("SELECT DISTINCT day FROM notice WHERE stage = 'yellow'")
    gone = [
        100 * (date.fromisoformat(text) - date(2018, 3, 1)).days / 120 - 30 for text in ("2018-04-17", "2018-04-18")
    ]
    assert gone[0] < 10 <= gone[1]
    assert str(warned["day"]) == "2018-04-18"


def test_the_orange_sheet_comes_when_the_blue_one_stayed_unanswered():
    assert "orange" not in stage_days("三色单")
    assert stage_days("三色单", told=(("blue", date(2018, 7, 2)),))["orange"] == "2018-07-10"


def test_an_answer_in_time_keeps_the_orange_sheet_away():
    days = stage_days("三色单", told=(("blue", date(2018, 7, 2)),), reported_on=date(2018, 7, 4))
    assert days["orange"] == "answered"


def test_what_the_office_is_to_think_about_silences_no_sheet():
    one = Matter("dated", date(2018, 5, 25), "三单", date(2018, 3, 1), date(2018, 3, 1))
    decided = {"assign", "near", "today", "urge"}
    told = {one.rung.stage.id: one.skip for one in decide(one, decided, date(2018, 6, 8), CHINA)}
    assert told == {"press": "", "bulletin": ""}


def test_the_milestone_that_stayed_open_warns_of_the_whole(office: Office):
    office.apply(LIGHTS, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-21")
    held = office.rows("SELECT n.stage, o.name FROM notice n JOIN occurrence o ON o.id = n.occurrence"
                       " WHERE n.state = 'held' AND n.stage = 'yellow' AND o.name = ''")  # fmt: skip
    assert [one["stage"] for one in held] == ["yellow", "yellow"]  # to the contact, copied to the deputy


def test_a_milestone_done_in_time_warns_of_nothing(office: Office):
    office.apply(LIGHTS, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-16")
    office.do(desk.accept, "drill", "2018-05-17", name="draft")
    office.rounds("2018-05-17", "2018-06-26")
    assert not office.rows("SELECT * FROM notice n JOIN occurrence o ON o.id = n.occurrence"
                           " WHERE n.stage = 'yellow' AND o.name = ''")  # fmt: skip


def test_sheets_follow_one_another_each_after_the_formers_limit(office: Office):
    office.apply(SHEETS, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-28")
    with office.act("2018-05-28") as act:
        releasing.release_row(act, office.one("drill")["id"])
    office.rounds("2018-05-28", "2018-06-05")
    held = "SELECT DISTINCT stage FROM notice WHERE state = 'held'"
    assert [one["stage"] for one in office.rows(held)] == ["orange"]  # blue left on 28 May, five working days passed
    with office.act("2018-06-05") as act:
        releasing.release_row(act, office.one("drill")["id"], "陈立")
    office.rounds("2018-06-05", "2018-06-06")
    office.do(desk.progress, "drill", "2018-06-07", "two thirds")
    office.rounds("2018-06-07", "2018-06-20")
    assert office.rows("SELECT state, reason FROM notice WHERE stage = 'red'") == [
        {"state": "suppressed", "reason": "answered"}
    ]
