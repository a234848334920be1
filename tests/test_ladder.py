"""What should have been said of a matter by a day: the standard ladder, counted in working days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.language.stage_words import parse, when
from plans.presets import ladder
from plans.stages import LadderError
from plans.workdays import Workdays
from scheduler.ladder import Matter, decide, next_day, rungs, yellow_on

CHINA = Workdays("CN")


def day(text: str) -> date:
    return date.fromisoformat(text)


def matter(due: str, applied: str, **more: object) -> Matter:
    return Matter("dated", day(due), "standard", day(applied), day(applied), **more)  # type: ignore[arg-type]


def days(one: Matter) -> dict[str, str]:
    return {rung.stage.id: rung.skip or str(rung.day) for rung in rungs(one, CHINA)}


def test_a_long_task_gets_all_stages_of_the_standard_ladder():
    assert days(matter("2018-05-25", "2018-03-01")) == {
        "assign": "2018-03-01",
        "ahead": "2018-05-11",
        "near": "2018-05-22",
        "today": "2018-05-25",
        "late": "2018-05-28",
        "urge": "2018-05-30",
        "press": "2018-06-06",
    }


def test_a_short_task_is_not_told_ten_days_ahead():
    assert days(matter("2018-05-25", "2018-05-14"))["ahead"] == "short-span"


def test_three_working_days_before_a_holiday_week_are_counted_across_it():
    assert days(matter("2018-06-20", "2018-05-18"))["near"] == "2018-06-14"


def test_the_day_itself_is_told_on_the_last_working_day_before_a_closed_one():
    assert days(matter("2018-12-15", "2018-05-18"))["today"] == "2018-12-14"


def test_a_made_up_sunday_is_a_day_to_be_told_on():
    assert days(matter("2018-09-30", "2018-05-18"))["today"] == "2018-09-30"


def test_a_reminder_right_after_the_assignment_is_folded_into_it():
    assert days(matter("2018-05-25", "2018-05-21"))["near"] == "folded"


def test_a_reminder_right_after_the_letter_of_a_new_date_is_folded_into_it():
    one = Matter("dated", day("2018-06-07"), "standard", day("2018-03-01"), day("2018-05-23"), version=2)
    assert (days(one)["ahead"], days(one)["near"]) == ("folded", "2018-06-04")


def test_a_row_whose_task_was_assigned_by_another_row_is_not_reminded_of_the_day_after():
    assert days(matter("2018-05-25", "2018-05-21", assigns=False))["near"] == "folded"


def test_stages_before_the_assignment_are_not_said():
    assert days(matter("2018-05-25", "2018-05-24"))["near"] == "before-assigned"


def test_a_later_version_has_no_assignment_and_nothing_from_before_it():
    one = Matter("dated", day("2018-06-29"), "standard", day("2018-05-18"), day("2018-06-27"), version=2)
    assert days(one) == {
        "ahead": "short-span", "near": "before-version", "today": "2018-06-29", "late": "2018-07-02",
        "urge": "2018-07-04", "press": "2018-07-11",
    }  # fmt: skip


def test_a_soft_date_is_never_pressed():
    assert "press" not in days(matter("2018-05-25", "2018-03-01", soft=True))


def test_what_only_asks_for_a_report_is_never_chased():
    one = Matter("report", day("2018-06-29"), "standard", day("2018-01-02"), day("2018-01-02"), assigns=False)
    assert {rung.stage.kind for rung in rungs(one, CHINA)} == {"report"}
    assert days(one) == {"near": "2018-06-26", "today": "2018-06-29"}


def test_an_immediate_task_is_asked_about_after_five_working_days():
    one = Matter("immediate", None, "standard", day("2018-05-18"), day("2018-05-18"))
    assert days(one) == {"assign": "2018-05-18", "ask": "2018-05-25"}


def test_of_several_stages_come_due_only_the_latest_is_said_and_marked_late():
    decisions = decide(matter("2018-05-25", "2018-03-01"), {"assign"}, day("2018-05-29"), CHINA)
    assert [(one.rung.stage.id, one.skip, one.late) for one in decisions] == [
        ("ahead", "superseded", False),
        ("near", "superseded", False),
        ("today", "superseded", False),
        ("late", "", True),
    ]


def test_what_waits_for_a_human_does_not_silence_what_goes_by_itself():
    decisions = decide(matter("2018-05-25", "2018-03-01"), {"assign", "ahead", "near"}, day("2018-06-06"), CHINA)
    assert {one.rung.stage.id: one.skip for one in decisions} == {
        "today": "superseded", "late": "", "urge": "superseded", "press": "",
    }  # fmt: skip


def test_the_light_turns_yellow_three_working_days_ahead():
    assert yellow_on(matter("2018-06-20", "2018-05-18"), CHINA) == day("2018-06-14")


dues = st.dates(date(2012, 1, 1), date(2026, 12, 31))


@given(due=dues, lead=st.integers(0, 200), after=st.integers(0, 60))
def test_every_stage_is_decided_once_and_only_when_its_day_has_come(due: date, lead: int, after: int):
    one = Matter("dated", due, "standard", due - timedelta(lead), due - timedelta(lead))
    decided: set[str] = set()
    for number in range(lead + after + 1):
        today = due - timedelta(lead) + timedelta(number)
        for decision in decide(one, decided, today, CHINA):
            assert decision.rung.day <= today
            assert decision.rung.stage.id not in decided
            decided.add(decision.rung.stage.id)
        upcoming = next_day(one, decided, CHINA)
        assert upcoming is None or upcoming > today
        assert not decide(one, decided, today, CHINA)


@given(due=dues, lead=st.integers(0, 200))
def test_the_standard_ladder_says_at_most_four_things_by_itself(due: date, lead: int):
    one = Matter("dated", due, "standard", due - timedelta(lead), due - timedelta(lead))
    told = [rung for rung in rungs(one, CHINA) if not rung.skip and rung.stage.release == "auto"]
    assert len(told) <= 4
    assert all(rung.day in CHINA for rung in told)


@pytest.mark.parametrize("text", ["apply", "apply+5wd", "0", "-3wd", "+1wd", "-14d", "+2w", "-1m"])
def test_a_time_reads_back_as_it_is_written(text: str):
    assert str(when(text)) == text


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({}, "no stages"),
        ({"stages": [{"kind": "shout", "when": "0", "to": "contact"}]}, "kind is “shout”"),
        ({"stages": [{"kind": "notice", "when": "soon", "to": "contact"}]}, "“soon” is no time"),
        ({"stages": [{"kind": "notice", "when": "0", "to": "boss"}]}, "“boss” is nobody"),
        ({"stages": [{"kind": "notice", "when": "0", "to": "head"}] * 2}, "two stages with one id"),
    ],
)
def test_a_ladder_that_cannot_be_used_says_why(written: dict[str, object], said: str):
    with pytest.raises(LadderError, match=said):
        parse(written, "mine")


def test_an_unknown_preset_names_those_there_are():
    with pytest.raises(LadderError, match="standard"):
        ladder("strict")
