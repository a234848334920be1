"""Signed sheets: their numbers, their signer, and the register that forgets none."""

from __future__ import annotations

from datetime import date

import pytest

from plans.trouble import DeskError
from scheduler import desk, releasing
from scheduler.signing import registered
from tests.office import Office

PLAN = """
plan: p
title: 安全年
number: 某安〔2018〕3号
issued: 2018-03-01
tasks:
  - {id: drill, title: 消防演练, lead: 安全处, due: 5月25日前}
  - {id: audit, title: 安全检查, lead: 运行处, due: 5月25日前}
  - {id: trees, title: 植树, lead: 安全处, due: 5月25日前}
"""


def until_june(office: Office) -> None:
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-06-06")


@pytest.fixture
def late(office: Office) -> Office:
    """An office whose three tasks have come to the signed stage."""
    office.live(until_june)
    return office


def sign(office: Office, task: str, on: str, signer: str = "陈立") -> tuple[str, ...]:
    with office.act(on) as act:
        return releasing.release_row(act, office.one(task)["id"], signer).numbers


def register(office: Office) -> list[tuple[int, str, bool]]:
    with office.database.read() as connection:
        return [(one["number"], one["task"], bool(one["cancelled"])) for one in registered(connection, date.max)]


def test_a_sheet_is_signed_numbered_and_sent_alone(late: Office):
    assert sign(late, "drill", "2018-06-06") == ("督〔2018〕1号",)
    late.round("2018-06-06")
    sheets = [letter for letter in late.mail if "督〔2018〕1号" in letter["Subject"]]
    assert [str(letter["To"]).split(" ")[0] for letter in sheets] == ["钱四", "孙五"]
    assert str(sheets[0]["Subject"]) == "【演练】【督办单】督〔2018〕1号：消防演练"
    assert str(sheets[1]["Subject"]) == "【演练】【呈阅】督办单督〔2018〕1号：消防演练"
    text = sheets[0].get_body(("plain",)).get_content()
    for said in ("督　办　单", "签发：陈立", "已于5月11日", "（牵头）", "□办结"):
        assert said in text
    assert late.rows("SELECT DISTINCT number, signer FROM letter WHERE kind = 'sheet'") == [
        {"number": "督〔2018〕1号", "signer": "陈立"}
    ]


def test_what_was_said_before_are_reminders_and_no_returns_or_receipts(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-27")
    office.do(desk.report_done, "drill", "2018-05-28", "已办")
    office.round("2018-05-28")
    office.do(desk.send_back, "drill", "2018-05-29", "材料不全")
    office.rounds("2018-05-29", "2018-06-06")
    sign(office, "drill", "2018-06-06")
    office.round("2018-06-06")
    told = next(letter for letter in office.mail if "督〔2018〕1号" in letter["Subject"])
    text = "".join(told.get_body(("plain",)).get_content().split())
    assert "退回" in "".join(str(letter["Subject"]) for letter in office.mail)
    assert "5月29日（周二）" not in text.partition("此前")[2].partition("承办")[0]


def test_the_morning_letter_says_whom_a_sheet_goes_to(late: Office):
    late.round("2018-06-06")
    morning = [one for one in late.mail if "督办晨报" in str(one["Subject"])][-1].get_body(("plain",)).get_content()
    assert "主送：钱四" in morning.partition("待签发：")[2]
    assert "主送" not in morning.partition("待签发：")[0]


def test_without_a_signer_what_needs_a_signature_stays(late: Office):
    with late.act("2018-06-06") as act, pytest.raises(DeskError, match="nothing of this task waits"):
        releasing.release_row(act, late.one("drill")["id"])
    assert register(late) == []


def test_numbers_have_no_gaps(late: Office):
    assert sign(late, "drill", "2018-06-06") == ("督〔2018〕1号",)
    with pytest.raises(DeskError), late.act("2018-06-06") as act:  # noqa: PT012
        for _ in range(2):
            releasing.release_row(act, late.one("audit")["id"], "陈立")
    assert sign(late, "trees", "2018-06-06") == ("督〔2018〕2号",)
    assert [number for number, _, _ in register(late)] == [1, 2]


def test_a_number_whose_sheet_never_left_stays_as_void(late: Office):
    sign(late, "drill", "2018-06-06")
    sign(late, "audit", "2018-06-06")
    late.do(desk.accept, "drill", "2018-06-06")
    late.round("2018-06-06")
    assert register(late) == [(1, "drill", True), (2, "audit", False)]
    assert not [letter for letter in late.mail if "1号：" in letter["Subject"]]


def test_a_sheet_that_has_left_is_never_void(late: Office):
    sign(late, "drill", "2018-06-06")
    late.round("2018-06-06")
    late.do(desk.extend, "drill", "2018-06-07", date(2018, 7, 31), "")
    assert register(late) == [(1, "drill", False)]


def test_each_year_begins_at_one_and_the_house_has_its_mark(late: Office):
    sign(late, "drill", "2018-06-06")
    with late.act("2019-01-04") as act:
        late_act = desk.Act(act.connection, act.send_at, act.on, act.at, act.actor, "常")
        assert releasing.release_row(late_act, late.one("audit")["id"], "陈立").numbers == ("常督〔2019〕1号",)


def test_a_hold_after_signing_takes_no_second_number(late: Office):
    sign(late, "drill", "2018-06-06")
    with late.act("2018-06-06") as act:
        releasing.hold(act, "moving house")
        releasing.resume(act)
    late.round("2018-06-06")
    assert register(late) == [(1, "drill", False)]
    assert [letter for letter in late.mail if "1号：" in letter["Subject"]]


def test_releasing_a_plan_signs_nothing(office: Office):
    office.apply(PLAN.replace("issued:", "ladder: 三单\nissued:"), "2018-03-01", release=True)
    office.round("2018-03-01")
    assert office.told() == []
    assert sign(office, "drill", "2018-03-01") == ("交〔2018〕1号",)
    office.round("2018-03-01")
    sheets = [str(letter["Subject"]) for letter in office.mail if "单】" in letter["Subject"]]
    assert sheets == ["【演练】【交办单】交〔2018〕1号：消防演练"]


def test_each_of_three_sheets_asks_for_an_answer_by_its_own_limit(office: Office):
    """交办单 2 working days to acknowledge, 催办单 3 to answer; 督办单 sets no limit of its own: without delay."""
    office.apply(PLAN.replace("issued:", "ladder: 三单\nissued:"), "2018-03-01", release=True)
    said = {}
    for day in ("2018-03-01", "2018-05-28", "2018-06-01"):
        office.round(day)
        sign(office, "drill", day)
        office.round(day)
        sheet = next(one for one in office.mail[::-1] if "单】" in one["Subject"])
        text = sheet.get_body(("plain",)).get_content().replace("\r\n", "").replace(" ", "")
        said[day] = text[text.index("反馈") :][:60]
    assert "3月5日" in said["2018-03-01"]
    assert "5月31日" in said["2018-05-28"]
    assert "6月" not in said["2018-06-01"]
    assert "尽快" in said["2018-06-01"]


def test_an_english_plan_is_numbered_in_english(office: Office):
    text = PLAN.replace("plan: p", "plan: p\nlanguage: en").replace("消防演练", "Fire drill")
    office.apply(text, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-06-06")
    assert sign(office, "drill", "2018-06-06") == ("SUP 2018/1",)
    office.round("2018-06-06")
    subjects = [str(letter["Subject"]) for letter in office.mail]
    assert "[Rehearsal] [Supervision sheet] SUP 2018/1: Fire drill" in subjects
