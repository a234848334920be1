"""What an office does to a row: every state can be reached and left, and what was decided stays decided."""

from __future__ import annotations

from datetime import date

import pytest

from plans.trouble import DeskError
from scheduler import decisions, desk
from scheduler.settings import Extensions
from store.states import STATES
from tests.office import Office

PLAN = """
plan: p
title: 安全年
issued: 2018-03-01
tasks:
  - {id: drill, title: 消防演练, lead: 安全处, due: 5月25日前}
  - {id: other, title: 安全检查, lead: 运行处, due: 6月20日前}
"""


def seen(office: Office, day: str) -> dict[str, tuple[str, str, str]]:
    """Return task -> state, light and word as they are seen on a day."""
    return {row["task"]: (row["state"], row["light"], row["word"]) for row in office.listed(day)}


ACTS = {
    "open": (lambda *_: None, False),
    "acknowledged": (lambda act, one: desk.acknowledge(act, one, "签收"), False),
    "in_progress": (lambda act, one: desk.progress(act, one, "开了会"), False),
    "partly_done": (lambda act, one: desk.progress(act, one, "差一点", state="partly_done"), False),
    "reported": (lambda act, one: desk.report_done(act, one, "做完了"), False),
    "done": (lambda act, one: desk.accept(act, one), True),
    "returned": (lambda act, one: desk.send_back(act, desk.accept(act, one) or _row(act, one), "缺材料"), False),
    "on_hold": (lambda act, one: decisions.set_aside(act, one, "等上级"), False),
    "transferred": (lambda act, one: decisions.transfer(act, one, "finance", "机构调整"), False),
    "merged": (lambda act, one: desk.cancel(act, one, "并办", "merged", "p/other"), True),
    "routine": (lambda act, one: desk.cancel(act, one, "日常工作", "routine"), True),
    "carried_over": (lambda act, one: desk.cancel(act, one, "结转", "carried_over", "p/other"), True),
    "cancelled": (lambda act, one: desk.cancel(act, one, "不办了"), True),
}


def _row(act, one):
    return next(row for row in desk.find(act.connection, one["plan"], one["task"], one["name"]))


def test_the_same_said_again_by_the_same_person_on_the_same_day_is_said_once(office: Office):
    office.apply(PLAN, "2018-03-01")

    def said() -> list[str]:
        return [one["kind"] for one in office.rows("SELECT kind FROM event WHERE kind IN ('progress', 'note')")]

    for verb in (desk.progress, desk.progress, desk.note, desk.note):
        office.do(verb, "drill", "2018-04-02", "开了会")
    assert said() == ["progress", "note"]
    office.do(desk.progress, "drill", "2018-04-03", "开了会")
    office.do(desk.progress, "drill", "2018-04-03", "开了会", value=30.0)
    office.do(desk.progress, "drill", "2018-04-03", "开了会", value=30.0)
    assert said() == ["progress", "note", "progress", "progress"]


@pytest.mark.parametrize("state", ACTS)
def test_every_state_can_be_reached_and_what_ended_can_be_reopened(office: Office, state: str):
    act_on, ended = ACTS[state]
    office.apply(PLAN, "2018-03-01")
    office.do(act_on, "drill", "2018-04-02")
    assert office.one("drill")["state"] == state
    if ended:
        office.do(desk.reopen, "drill", "2018-04-03", "")
        assert office.one("drill")["state"] == "open"
    else:
        with pytest.raises(DeskError, match="not closed"):
            office.do(desk.reopen, "drill", "2018-04-03", "")


def test_no_state_is_left_out_here():
    assert set(ACTS) == set(STATES) - {"lapsed"}


def test_a_task_on_hold_is_not_late_and_nobody_is_told_of_it_until_it_is_taken_up(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.round("2018-03-01")
    office.do(decisions.set_aside, "drill", "2018-05-02", "等上级")
    office.rounds("2018-05-02", "2018-05-30")
    assert seen(office, "2018-05-30")["drill"] == ("on_hold", "grey", "on hold")
    assert not [one for one in office.told() if one[0] > "2018-05-01" and one[2] == "wang"]
    office.do(decisions.take_up, "drill", "2018-05-31", "上级批了")
    assert seen(office, "2018-05-31")["drill"] == ("in_progress", "red", "overdue")


def test_a_task_on_hold_until_a_day_is_taken_up_by_itself(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.do(decisions.set_aside, "drill", "2018-04-02", "等上级", date(2018, 4, 16))
    office.rounds("2018-04-02", "2018-05-25")
    assert office.one("drill")["state"] == "in_progress"
    assert ("2018-05-25", "today", "wang") in office.told()


def test_a_transferred_task_stays_with_the_new_lead_whatever_the_same_file_says(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.round("2018-03-01")
    office.do(decisions.transfer, "drill", "2018-04-02", "finance", "机构调整")
    office.round("2018-04-02")
    assert ("2018-04-02", "assign", "wu") in office.told()
    office.apply(PLAN.replace("消防演练", "消防大演练"), "2018-04-03")
    assert office.one("drill")["leads"] == '["finance"]'
    office.rounds("2018-05-22", "2018-05-22")
    assert [one for one in office.told() if one[1] == "near"] == [("2018-05-22", "near", "wu")]
    office.apply(PLAN.replace("lead: 安全处", "lead: 档案室"), "2018-05-23")
    assert office.one("drill")["leads"] == '["archive"]'


def test_the_day_before_a_transfer_still_shows_the_old_lead(office: Office):
    office.apply(PLAN, "2018-03-01")
    office.do(decisions.transfer, "drill", "2018-04-02", "finance", "")
    leads = [[row["lead"] for row in office.listed(f"2018-04-0{day}") if row["task"] == "drill"] for day in (1, 2)]
    assert leads == [[["安全处"]], [["财务处"]]]


def test_an_extension_asked_for_in_time_holds_the_ladder_and_unanswered_is_not_granted(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-22")
    office.do(desk.ask_extension, "drill", "2018-05-23", date(2018, 6, 15), "场地未交付")
    office.rounds("2018-05-23", "2018-05-25")
    assert ("2018-05-25", "today", "wang") not in office.told()
    assert office.one("drill")["asked_due"] == date(2018, 6, 15)
    office.rounds("2018-05-26", "2018-05-29")
    assert (office.one("drill")["asked_due"], office.one("drill")["due"]) == (None, date(2018, 5, 25))
    assert ("2018-05-29", "late", "wang") in office.told()


def test_an_extension_asked_for_too_late_is_recorded_as_such_and_holds_nothing(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-25")
    office.do(desk.ask_extension, "drill", "2018-05-28", date(2018, 6, 15), "忘了")
    assert office.one("drill")["paused_until"] is None
    assert '"late": true' in office.rows("SELECT data FROM event WHERE kind = 'ask'")[0]["data"]
    office.round("2018-05-28")
    assert ("2018-05-28", "late", "wang") in office.told()


def test_an_office_may_want_to_be_asked_some_working_days_before(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    with office.act("2018-05-23") as act:
        strict = desk.Act(act.connection, act.send_at, act.on, act.at, act.actor, rules=Extensions(ask_before=5))
        desk.ask_extension(strict, office_row(strict), date(2018, 6, 15), "")
    assert office.one("drill")["paused_until"] is None


def office_row(act):
    return desk.find(act.connection, "p", "drill", "")[0]


def test_a_refused_extension_leaves_the_date_and_lets_the_ladder_go_on(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-22")
    office.do(desk.ask_extension, "drill", "2018-05-24", date(2018, 6, 15), "")
    office.do(desk.refuse_extension, "drill", "2018-05-25", "没有理由")
    office.round("2018-05-25")
    assert ("2018-05-25", "today", "wang") in office.told()
    with pytest.raises(DeskError, match="no later date"):
        office.do(desk.refuse_extension, "drill", "2018-05-25", "")


def test_a_date_is_extended_as_often_as_the_office_allows_and_no_more(office: Office):
    office.apply(PLAN, "2018-03-01")
    with office.act("2018-05-23") as act:
        strict = desk.Act(act.connection, act.send_at, act.on, act.at, act.actor, rules=Extensions(times=1))
        desk.extend(strict, office_row(strict), date(2018, 6, 15), "")
        with pytest.raises(DeskError, match="limit"):
            desk.extend(strict, office_row(strict), date(2018, 7, 15), "")
    assert office.one("drill")["extended"] == 1


def test_a_fixed_date_cannot_be_extended_here(office: Office):
    office.apply(PLAN.replace("due: 5月25日前", "due: 5月25日前, fixed: yes"), "2018-03-01")
    with pytest.raises(DeskError, match="fixed"):
        office.do(desk.extend, "drill", "2018-05-02", date(2018, 6, 15), "")
    with pytest.raises(DeskError, match="fixed"):
        office.do(desk.ask_extension, "drill", "2018-05-02", date(2018, 6, 15), "")


def test_on_time_is_when_it_was_finished_not_when_it_was_accepted(office: Office):
    office.apply(PLAN, "2018-03-01")
    office.do(desk.report_done, "drill", "2018-05-28", "做完了", date(2018, 5, 24))
    office.do(desk.accept, "drill", "2018-06-04")
    assert seen(office, "2018-06-04")["drill"] == ("done", "green", "done")
    row = office.one("drill")
    assert (row["finished_on"], row["reported_on"], row["accepted_on"]) == (
        date(2018, 5, 24), date(2018, 5, 28), date(2018, 6, 4),
    )  # fmt: skip


def test_nothing_can_be_finished_on_a_day_to_come(office: Office):
    office.apply(PLAN, "2018-03-01")
    with pytest.raises(DeskError, match="still to come"):
        office.do(desk.report_done, "drill", "2018-05-02", "", date(2018, 5, 3))
    with pytest.raises(DeskError, match="still to come"):
        office.do(desk.accept, "drill", "2018-05-02", "", date(2018, 5, 3))


def test_a_plan_without_acceptance_is_done_when_it_is_reported(office: Office):
    office.apply(PLAN.replace("title: 安全年", "title: 安全年\nacceptance: none"), "2018-03-01")
    office.do(desk.report_done, "drill", "2018-05-02", "做完了")
    assert office.one("drill")["state"] == "done"


@pytest.mark.parametrize("verb", [desk.progress, desk.report_done, desk.note, desk.send_back])
def test_every_act_leaves_an_event_with_who_did_it(office: Office, verb):
    office.apply(PLAN, "2018-03-01")
    office.do(desk.report_done, "drill", "2018-05-01", "")
    office.do(verb, "drill", "2018-05-02", "一句话")
    last = office.rows('SELECT actor, text, "on" FROM event ORDER BY id DESC LIMIT 1')[0]
    assert last == {"actor": "clerk", "text": "一句话", "on": date(2018, 5, 2)}
