"""Letters by the calendar: the desk's list every working morning, a leader's summary once a week."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.event import listen

from notifications.notices import DeskLine
from notifications.postman import PostError
from scheduler import desk, releasing
from scheduler.desk_list import DeskList, begins_week
from scheduler.matters import Desk
from tests.office import Office

PLAN = """
plan: p
title: 安全年
issued: 2018-03-01
tasks:
  - {id: drill, no: 3, title: 消防演练, lead: 安全处, due: 5月25日前}
"""


@pytest.fixture
def late(office: Office) -> Office:
    """An office whose only task is overdue by three working days tomorrow: on 30 May urging falls due."""
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-29")
    office.box.letters.clear()
    return office


def mornings(office: Office) -> list[tuple[str, str]]:
    """Return subject and text of the desk's letters."""
    return [
        (str(letter["Subject"]).removeprefix("【演练】"), letter.get_body(("plain",)).get_content())
        for letter in office.mail
        if "督办晨报" in letter["Subject"]
    ]


def rollups(office: Office) -> list[tuple[str, str, str]]:
    return [
        (str(letter["Date"].datetime.date()), str(letter["To"]).split(" ")[0], subject.removeprefix("【演练】"))
        for letter in office.mail
        if "呈阅" in (subject := str(letter["Subject"]))
    ]


def desk_list(office: Office, on: str) -> list[DeskLine]:
    with office.database.read() as connection:
        return DeskList(Desk(connection, office.settings.send_at), date.fromisoformat(on), ["p"]).lines()


def sections(office: Office, on: str) -> list[str]:
    return [line.section for line in desk_list(office, on)]


def test_a_list_of_two_hundred_calls_asks_the_ledger_as_often_as_one_of_ten(office: Office):
    """The same questions, each for all rows of a section; the texts and contacts of the rows come with them."""
    asked: list[str] = []
    listen(office.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    counts = []
    for tasks in (10, 200):
        lines = "".join(f"  - {{id: t{n}, title: 第{n}项, lead: 安全处, due: 5月25日前}}\n" for n in range(tasks))
        office.apply(PLAN.partition("  - ")[0] + lines, "2018-03-01", release=True)
        office.do(desk.note, "t7", "2018-05-02", "器材已到")
        asked.clear()
        calls = [line for line in desk_list(office, "2018-05-30") if line.section == "call"]
        counts.append(len(asked))
        assert {(line.unit, line.person) for line in calls} == {("安全处", "王二")}
        assert [line.text for line in calls] == ["器材已到" if n == 7 else "" for n in range(tasks)]
    assert counts[0] == counts[1] < 30, counts


def test_ten_minutes_ahead_the_desk_sees_what_falls_due_today(late: Office):
    late.round("2018-05-30", "08:19")
    assert mornings(late) == []
    late.round("2018-05-30", "08:20")
    ((subject, text),) = mornings(late)
    assert subject == "【督办晨报】5月30日（周三）：致电1项、待发出1件"
    for said in (
        "催办：〔第3项〕消防演练",
        "安全处　王二",
        "时限5月25日（周五）",
        "已过时限3个工作日",
        "台账编号：p/drill",
    ):
        assert said in text
    assert not late.rows("SELECT * FROM notice WHERE stage = 'urge'")  # seen, and not yet decided


def test_the_desk_gets_one_letter_a_morning_however_many_rounds(late: Office):
    for at in ("08:20", "08:21", "08:30", "12:00", "17:00"):
        late.round("2018-05-30", at)
    assert len(mornings(late)) == 1


def test_a_morning_that_was_missed_is_made_up_for_in_the_first_round(late: Office):
    late.round("2018-05-30", "15:10")
    assert len(mornings(late)) == 1


def test_the_morning_letter_speaks_the_language_of_its_plans(office: Office):
    office.apply(PLAN.replace("plan: p", "plan: p\nlanguage: en"), "2018-03-01", release=True)
    office.rounds("2018-05-28", "2018-05-28")
    assert [letter["Subject"] for letter in office.mail if "[Morning desk]" in letter["Subject"]]


def test_nothing_to_say_no_mail(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-02", "2018-05-25")
    assert mornings(office) == []


def test_no_morning_letter_on_a_closed_day(late: Office):
    late.rounds("2018-06-02", "2018-06-03")
    assert mornings(late) == []


def test_what_waits_for_more_than_two_days_nags_the_desk_and_never_the_unit(late: Office):
    late.rounds("2018-05-30", "2018-06-04")
    waits = [line for line in desk_list(late, "2018-06-04") if line.section == "release"]
    assert [(line.workdays, line.nag) for line in waits] == [(3, True)]
    assert "已等候3个工作日，请尽快处理" in mornings(late)[-1][1]
    assert {one[1] for one in late.told()} == {"assign", "ahead", "near", "today", "late"}


def test_a_plan_that_was_not_released_nags_as_a_whole(office: Office):
    office.apply(PLAN, "2018-03-01")
    office.rounds("2018-03-01", "2018-03-06")
    assert "安全年" in mornings(office)[-1][1]
    assert "2条提醒待发，已等候3个工作日" not in mornings(office)[-1][1]
    (line,) = desk_list(office, "2018-03-06")
    assert (line.section, line.key, line.letters, line.workdays, line.nag) == ("release", "p", 1, 3, True)


def test_a_call_that_was_noted_isnt_asked_for_again_for_three_days(late: Office):
    assert "call" in sections(late, "2018-05-29")
    late.do(desk.note, "drill", "2018-05-29", "电话：缺器材，下周完成")
    assert "call" not in sections(late, "2018-05-31")
    assert "call" in sections(late, "2018-06-01")
    (line,) = [line for line in desk_list(late, "2018-06-01") if line.section == "call"]
    assert line.text == "电话：缺器材，下周完成"


def test_what_was_reported_is_to_verify_and_no_longer_called_about(late: Office):
    late.do(desk.report_done, "drill", "2018-05-29", "演练完成")
    assert sections(late, "2018-05-30") == ["verify"]
    assert desk_list(late, "2018-05-30")[0].text == "演练完成"


def test_an_extension_asked_for_is_to_be_decided(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.round("2018-05-21")
    office.do(desk.ask_extension, "drill", "2018-05-22", date(2018, 6, 15), "场地未落实")
    (line,) = desk_list(office, "2018-05-25")
    assert (line.section, line.until, line.text, line.workdays, line.nag) == (
        "extend", date(2018, 6, 15), "场地未落实", 3, True,
    )  # fmt: skip


def test_a_refused_letter_stands_first(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.box.refusals = [PostError("permanent", began_data=False, code=550, text="5.1.1 no such user")]
    office.round("2018-03-01")
    (line,) = desk_list(office, "2018-03-02")
    assert (line.section, line.person, line.text) == ("failed", "wang@example.org", "550 5.1.1 no such user")


def test_what_has_no_rung_left_is_listed_once_a_week(late: Office):
    late.rounds("2018-05-30", "2018-06-06")
    with late.act("2018-06-06") as act:
        releasing.release_row(act, late.one("drill")["id"], "陈立")
    late.round("2018-06-06")
    assert [day for day in range(7, 16) if "call" in sections(late, f"2018-06-{day:02}")] == [11]


def test_what_a_ladder_proposes_stands_on_the_list(office: Office):
    office.apply(PLAN.replace("issued:", "ladder: 三单\nissued:"), "2018-03-01", release=True)
    office.rounds("2018-05-25", "2018-06-08")
    (line,) = [line for line in desk_list(office, "2018-06-08") if line.section == "propose"]
    assert line.text == "通报"


def test_a_stage_that_finds_nobody_leaves_what_came_before_it_to_be_released(office: Office):
    office.apply(PLAN.replace("安全处", "运行处"), "2018-03-01", release=True)  # a deputy, and neither head nor leader
    office.directory = office.directory.replace(", deputy: zhou", "")
    office.apply(PLAN.replace("安全处", "运行处"), "2018-05-29")
    office.rounds("2018-05-29", "2018-06-06")
    told = {
        one["stage"]: one["reason"] for one in office.rows("SELECT stage, reason FROM notice WHERE day > '2018-05-28'")
    }
    assert told == {"urge": "desk", "press": "nobody"}
    with office.act("2018-06-06") as act:
        releasing.release_row(act, office.one("drill")["id"])
    office.round("2018-06-07")
    assert office.told("drill")[-1] == ("2018-06-07", "urge", "li")


def test_the_desk_hears_of_a_stage_that_found_nobody_and_whom_it_was_meant_for(office: Office):
    office.directory = office.directory.replace(", deputy: zhou", "")
    office.apply(PLAN.replace("安全处", "运行处"), "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-06-06")
    (line,) = [line for line in desk_list(office, "2018-06-06") if line.section == "unheard"]
    assert (line.unit, line.person, line.roles) == ("运行处", "李六", ("head",))
    assert "应送：主要负责人；通讯录里没有" in mornings(office)[-1][1].replace("\n", "")
    assert "unheard" not in sections(office, "2018-06-15")


def test_a_unit_without_a_contact_says_so_on_the_list_of_calls(office: Office):
    office.directory = office.directory.replace("operations: {name: 运行处, contact: li, deputy: zhou}",
                                                "operations: {name: 运行处}")  # fmt: skip
    office.apply(PLAN.replace("安全处", "运行处"), "2018-03-01", release=True)
    office.rounds("2018-05-25", "2018-05-28")
    assert "运行处　没有联络员" in mornings(office)[-1][1]


def test_deadlines_nobody_can_read_are_asked_about_once_a_week(office: Office):
    office.apply(PLAN.replace("5月25日前", "适时"), "2018-03-01", release=True)
    assert "undated" in sections(office, "2018-03-05")  # a Monday
    assert "undated" not in sections(office, "2018-03-06")


def test_a_deadline_is_asked_about_as_its_plan_reads_it(office: Office):
    plan = PLAN.replace("5月25日前", "自暑假起实施")
    office.apply(plan, "2018-03-01", release=True)
    assert "undated" in sections(office, "2018-03-05")
    known = plan.replace("tasks:", "calendars: {暑假: {2018: [2018-07-10, 2018-08-31]}}\ntasks:", 1)
    office.apply(known, "2018-03-06")
    assert "undated" not in sections(office, "2018-03-12")  # it says when to begin and goes on from there


def test_a_leader_gets_red_and_this_week_on_monday_and_nothing_else(office: Office):
    office.apply(PLAN + "  - {id: trees, title: 植树, lead: 安全处, due: 6月8日前}\n", "2018-03-01", release=True)
    office.rounds("2018-05-01", "2018-06-06")
    assert rollups(office) == [
        ("2018-05-21", "孙五", "【呈阅】您分管的任务：本周到期1项"),
        ("2018-05-28", "孙五", "【呈阅】您分管的任务：需关注1项"),
        ("2018-06-04", "孙五", "【呈阅】您分管的任务：本周到期1项，需关注1项"),
    ]


def test_a_week_that_begins_with_a_holiday_has_its_summary_after_it(office: Office):
    office.apply(PLAN.replace("5月25日前", "6月20日前"), "2018-03-01", release=True)
    office.rounds("2018-06-15", "2018-06-20")
    assert [day for day, _, _ in rollups(office)] == ["2018-06-19"]  # Monday the 18th is the Dragon Boat Festival


def test_a_monday_without_a_round_is_made_up_for(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.round("2018-05-18")
    office.round("2018-05-23")
    assert [day for day, _, _ in rollups(office)] == ["2018-05-23"]


def test_a_leader_named_on_the_task_gets_the_summary_instead_of_the_units(office: Office):
    office.apply(PLAN.replace("lead: 安全处", "lead: 安全处, leader: 钱四"), "2018-03-01", release=True)
    office.rounds("2018-05-18", "2018-05-21")
    assert [to for _, to, _ in rollups(office)] == ["钱四"]


def test_on_hold_nothing_leaves_and_the_list_comes_when_it_is_over(late: Office):
    with late.act("2018-05-29") as act:
        releasing.hold(act, "搬家")
    late.rounds("2018-05-30", "2018-06-04")
    assert late.mail == []
    with late.act("2018-06-04") as act:
        releasing.resume(act)
    late.round("2018-06-04")
    assert [subject for subject, _ in mornings(late)] == ["【督办晨报】6月4日（周一）：致电1项、待发出1件"]


@pytest.mark.parametrize(
    ("day", "begins"), [("2018-06-11", True), ("2018-06-12", False), ("2018-06-19", True), ("2018-09-29", False)]
)
def test_a_week_begins_with_its_first_working_day(day: str, begins: bool):
    from plans.workdays import Workdays

    assert begins_week(Workdays("CN"), date.fromisoformat(day)) is begins
