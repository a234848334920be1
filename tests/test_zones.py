"""Plans in other zones and by other calendars than the house's: when their letters leave, and what these say of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from scheduler.checkup import Patient, rounds
from scheduler.matters import instant
from scheduler.preview import foresee
from scheduler.rounds import make_round
from tests.office import Office

HERE = """
plan: p
title: 安全方案
issued: 2018-03-01
tasks:
  - {id: drill, title: 消防演练, lead: 安全处, due: 5月25日前}
"""
WEST = """
plan: a
title: 西部方案
issued: 2018-03-01
timezone: Europe/London
workdays: none
tasks:
  - {id: west, title: 西部检查, lead: 安全处, due: 5月25日前}
"""
STAGES = [("2018-03-01", "assign"), ("2018-05-11", "ahead"), ("2018-05-22", "near"), ("2018-05-25", "today"),
          ("2018-05-28", "late")]  # fmt: skip


def told(office: Office, task: str) -> list[tuple[str, str]]:
    return [(day, stage) for day, stage, person in office.told(task) if person == "wang"]


def test_a_plan_whose_hour_comes_after_the_houses_only_round_is_served_by_the_next_one(office: Office):
    """At 08:30 in Shanghai it is one o'clock at night in London, and nobody makes a round at 08:30 there."""
    office.apply(WEST, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-30")
    assert told(office, "west") == STAGES
    _, near, *_ = [one for one in office.mail if "临近提醒" in str(one["Subject"])]
    assert str(near["Date"]) == "Wed, 23 May 2018 01:30:00 +0100"
    assert "2018年5月22日" in near.get_body(("plain",)).get_content()


def test_rounds_on_working_days_alone_serve_it_as_well(office: Office):
    office.apply(WEST, "2018-03-01", release=True)
    for day in (date(2018, 5, 24) + timedelta(days=n) for n in range(8)):
        if day.weekday() < 5:
            office.round(str(day))
    assert told(office, "west")[-2:] == [("2018-05-25", "today"), ("2018-05-28", "late")]


def test_where_a_round_is_made_at_its_hour_nothing_leaves_before(office: Office):
    office.apply(WEST, "2018-03-01", release=True)
    for day in (date(2018, 5, 21) + timedelta(days=n) for n in range(8)):
        for hour in range(8, 24):
            office.round(str(day), f"{hour:02}:30")
    written = office.rows("SELECT day, made_at FROM letter WHERE kind = 'ladder' AND person = 'wang' ORDER BY id")
    assert [one["made_at"] for one in written] == [instant(one["day"], time(8, 30), "Europe/London") for one in written]
    assert [str(one["day"]) for one in written] == ["2018-05-21", "2018-05-22", "2018-05-25", "2018-05-28"]


def test_one_letter_tells_of_both_zones_and_by_whose_days_each_item_is_counted(office: Office):
    more = "  - {id: pumps, title: 检修水泵, lead: 安全处, due: 5月28日前}\n"
    office.apply(HERE + more, "2018-03-01", release=True)
    office.apply(WEST, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-22")
    office.round("2018-05-22", "15:30")  # it is half past eight in London, and this morning's letter was today's
    office.round("2018-05-23")
    sql = "SELECT text FROM letter WHERE kind = 'ladder' AND person = 'wang' AND day = :day"
    (text,) = [one["text"] for one in office.rows(sql, day=date(2018, 5, 23))]
    text = text.replace("\n", "")
    for said in (
        "1. 西部检查", "2. 检修水泵", "第1条：工作日按周一至周五计算。", "第2条：工作日按国务院办公厅放假安排计算。",
        "第1条：日期按Europe/London计。", "第2条：日期按北京时间计。",
    ):  # fmt: skip
        assert said in text, text


def test_the_desk_has_one_list_of_all_its_plans_at_the_houses_hour(office: Office):
    for plan in (HERE, WEST):
        office.apply(plan.replace("5月25日前", "适时"), "2018-03-01", release=True)
    office.round("2018-03-05", "08:20")
    (letter,) = [one for one in office.mail if "督办晨报" in str(one["Subject"])]
    text = letter.get_body(("plain",)).get_content().replace("\n", "")
    assert "消防演练" in text
    assert "西部检查" in text
    assert "第1条：工作日按周一至周五计算。第2条：工作日按国务院办公厅放假安排计算。" in text


def test_a_preview_shows_the_letters_of_every_zone(office: Office):
    office.apply(WEST, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-20")
    found = foresee(office.database, office.settings, date(2018, 5, 21), 8)
    assert [str(one.day) for one in found if one.person == "wang"] == ["2018-05-22", "2018-05-25", "2018-05-28"]


def test_a_reminder_that_waited_past_its_date_says_that_it_is_over(office: Office):
    office.apply(HERE, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-24")
    with office.database.write() as connection:  # the day's letter is taken: what falls due waits for the next
        connection.exec_driver_sql(
            "INSERT INTO letter (person, channel, kind, day, part, address, subject, text, message_id, sha256, state,"
            " next_at, attempts, began, owner, made_at, written_at, receipt, error, fallback, signer, number) VALUES"
            " ('wang', 'mail', 'ladder', '2018-05-25', 0, 'a', 's', 't', 'm', 'h', 'sent', 0, 1, true, '', 0, 0, 'r',"
            " '', '', '', '')"
        )
    office.round("2018-05-25")
    with office.database.write() as connection:  # and it is the last that is decided
        connection.exec_driver_sql("UPDATE occurrence SET next_at = NULL")
    office.round("2018-05-28")
    (subject,) = [str(one["Subject"]) for one in office.mail[-3:] if str(one["To"]).startswith("王二")]
    assert subject == "【演练】【逾期提示】1项任务已过时限，请说明情况——消防演练"


@pytest.mark.parametrize(("last", "verdict"), [("08:30", "odd"), ("15:30", "good"), ("", "good")])
def test_the_doctor_says_when_no_round_is_made_at_a_plans_hour(office: Office, tmp_path: Path, last: str, verdict: str):
    office.apply(WEST, "2018-03-01", release=True)
    if last:
        office.round("2018-05-22", last)
    now = instant(date(2018, 5, 22), time(17), "Asia/Shanghai")
    patient = Patient(office.settings, None, office.database, tmp_path, date(2018, 5, 22), now)
    (sign,) = rounds(patient)
    assert (sign.verdict, sign.says.values) == (verdict, {"zone": "Europe/London", "time": "15:30"})
    at_home = replace(patient, settings=office.settings.model_copy(update={"timezone": "Europe/London"}))
    assert list(rounds(at_home)) == []


def test_a_second_round_at_the_same_instant_says_nothing_twice(office: Office):
    office.apply(WEST, "2018-03-01", release=True)
    office.rounds("2018-05-22", "2018-05-23")
    before = len(office.mail)
    now = instant(date(2018, 5, 23), office.settings.send_at, "Asia/Shanghai")
    assert make_round(office.database, office.settings, office.box, now).letters == 0
    assert len(office.mail) == before
