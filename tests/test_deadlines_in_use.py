"""Every kind of deadline on its way through the year: what its rows are, when people are told, when it is late."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from notifications.speech import Speech
from scheduler import desk
from store import history, look
from store.matrix import matrix
from store.states import STATES, WORDS
from tests.office import Office

D = date.fromisoformat


def plan(tasks: str, more: str = "") -> str:
    return f"plan: p\ntitle: 安全年\nissued: 2018-03-01\n{more}\ntasks:\n{tasks}"


def rows(office: Office, day: str) -> dict[str, dict[str, Any]]:
    """Return task/occurrence -> row as it is seen on a day."""
    return {f"{row['task']}/{row['occurrence']}".rstrip("/"): row for row in office.listed(day)}


def sums(office: Office, day: str) -> list[dict[str, Any]]:
    with office.reader() as read:
        return history.task(read, D(day), "p/a")["sums"]


def lights(office: Office, day: str) -> dict[str, tuple[str, str]]:
    return {name: (row["light"], row["word"]) for name, row in rows(office, day).items()}


def late(office: Office, day: str) -> list[str]:
    with office.reader() as read:
        return [f"{row['task']}/{row['occurrence']}".rstrip("/") for row in look.overdue(read, D(day))]


def test_a_deadline_on_a_closed_day_stays_unless_the_plan_says_where_it_moves(office: Office):
    task = "  - {id: a, title: 甲, lead: 安全处, due: 2018-06-18}"  # the last day of a long weekend
    dues = []
    for rule in ("", "before", "after"):
        office.apply(plan(task, f"on_closed_day: {rule}" if rule else ""), "2018-03-01")
        dues.append(office.one("a")["due"])
    assert dues == [D("2018-06-18"), D("2018-06-15"), D("2018-06-19")]


def test_a_soft_date_is_urged_but_never_pressed(office: Office):
    office.apply(plan("  - {id: a, title: 甲, lead: 安全处, due: 力争5月25日前}"), "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-07-10")
    assert {one["stage"] for one in office.rows("SELECT stage FROM notice")} == {
        *("assign", "ahead", "near", "today", "late", "urge"),
    }


def test_a_step_striven_for_ahead_of_a_sure_date_is_soft_and_the_date_is_not(office: Office):
    task = "  - {id: a, title: 甲, lead: 安全处, due: 力争5月25日前，确保6月8日前}"
    office.apply(plan(task), "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-08-10")
    pressed = office.rows("SELECT DISTINCT day FROM notice WHERE stage = 'press'")
    assert [one["day"] for one in pressed] == [D("2018-06-21")]


def test_a_report_due_on_its_own_day_is_asked_for_and_any_report_answers_it(office: Office):
    task = "  - {id: a, title: 甲, lead: 安全处, due: 9月28日前, report_due: 5月25日前}"
    office.apply(plan(task), "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-22")
    assert ("2018-05-22", "near", "wang") in office.told()
    office.do(desk.progress, "a", "2018-05-23", "过半")
    office.rounds("2018-05-23", "2018-05-28")
    assert rows(office, "2018-05-28")["a/report"]["state"] == "done"
    assert ("2018-05-25", "today", "wang") not in office.told()
    assert rows(office, "2018-05-28")["a"]["state"] == "in_progress"


def test_a_report_nobody_gave_is_not_overdue_but_not_reported(office: Office):
    office.apply(plan("  - {id: a, title: 甲, lead: 安全处, due: 9月28日前, report_due: 5月25日前}"), "2018-03-01")
    assert late(office, "2018-06-08") == []
    assert lights(office, "2018-06-08")["a/report"] == ("yellow", "not reported")


def test_a_calendar_of_the_plan_gives_a_span_its_days(office: Office):
    calendars = "calendars: {汛期: {'2018': [2018-05-01, 2018-09-30]}}"
    office.apply(plan("  - {id: a, title: 巡查, lead: 安全处, due: 汛期末}", calendars), "2018-03-01")
    assert office.one("a")["due"] == D("2018-09-30")


def test_a_milestone_has_its_own_ladder_and_turns_its_task_yellow_when_it_is_late(office: Office):
    task = """
  - id: a
    title: 平台
    lead: 安全处
    due: 9月28日前
    milestones:
      - {id: draft, title: 方案, due: 5月25日前, ladder: [{stage: once, kind: notice, when: -5wd, to: contact}]}
"""
    office.apply(plan(task), "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-06-08")
    assert [one[:2] for one in office.told() if one[1] != "assign"] == [("2018-05-18", "once")]
    assert lights(office, "2018-05-25")["a"] == ("green", "on track")
    assert lights(office, "2018-05-28") == {"a": ("yellow", "a step is late"), "a/draft": ("red", "overdue")}
    office.do(desk.accept, "a", "2018-06-08", name="draft")
    assert lights(office, "2018-06-08")["a"] == ("green", "on track")


def test_recurring_rows_are_laid_out_thirteen_months_ahead_and_rolled_on(office: Office):
    office.apply(plan("  - {id: a, title: 月报, lead: 安全处, due: 每月25日前}", "ends: 2020-12-31"), "2018-03-01")
    last = "SELECT max(due) AS due, count(*) AS n FROM occurrence"
    assert office.rows(last) == [{"due": D("2019-03-25"), "n": 13}]
    office.rounds("2018-03-02", "2018-05-31")
    assert office.rows(last) == [{"due": D("2019-06-25"), "n": 16}]
    assert (
        office.apply(plan("  - {id: a, title: 月报, lead: 安全处, due: 每月25日前}", "ends: 2020-12-31"), "2018-06-01")
        == []
    )


def test_rolling_on_gives_the_rows_that_an_apply_would_have_given(office: Office):
    text = plan("  - {id: a, title: 月报, lead: 安全处, due: 每月25日前}", "ends: 2020-12-31")
    office.apply(text, "2018-03-01")
    office.rounds("2018-03-02", "2018-04-30")
    (done,) = office.apply(text + "#", "2018-04-30")
    assert {change.kind for change in done.changes} == {"same"}


def test_a_missed_period_stays_overdue_and_blocks_nothing(office: Office):
    office.apply(plan("  - {id: a, title: 月报, lead: 安全处, due: 每月25日前}"), "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-04-25")
    assert late(office, "2018-04-26") == ["a/2018-03", "a/2018-04"]
    office.do(desk.accept, "a", "2018-04-26", name="2018-04")
    assert late(office, "2018-04-26") == ["a/2018-03"]
    assert ("2018-04-25", "today", "wang") in office.told()


def test_only_the_first_row_of_a_recurring_task_is_assigned(office: Office):
    office.apply(
        plan("  - {id: a, title: 月报, lead: 安全处, due: 每月25日前}", "ends: 2020-12-31"), "2018-03-01", release=True
    )
    office.rounds("2018-03-01", "2018-06-30")
    assert [one for one in office.told() if one[1] == "assign"] == [("2018-03-01", "assign", "wang")]


def test_a_changed_rhythm_is_assigned_anew_only_if_nobody_was_told_of_the_old_one(office: Office):
    monthly = plan("  - {id: a, title: 月报, lead: 安全处, due: 每月25日前}", "ends: 2020-12-31")
    quarterly, weekly = monthly.replace("每月25日前", "每季度末"), monthly.replace("每月25日前", "每周五")
    office.apply(monthly, "2018-03-01")
    office.apply(quarterly, "2018-03-01", release=True)
    office.round("2018-03-01")
    office.apply(weekly, "2018-03-05")
    office.rounds("2018-03-05", "2018-03-16")
    assert [one for one in office.told() if one[1] == "assign"] == [("2018-03-01", "assign", "wang")]


def test_what_has_no_end_asks_for_a_report_each_quarter_and_lapses_when_the_next_is_asked_for(office: Office):
    office.apply(plan("  - {id: a, title: 整治, lead: 安全处, due: 长期坚持}"), "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-07-02")
    asked = rows(office, "2018-07-02")
    assert [name for name in asked if name != "a"] == ["a/2018-Q1", "a/2018-Q2", "a/2018-Q3", "a/2018-Q4"]
    assert late(office, "2018-07-02") == []
    assert [asked[f"a/2018-Q{n}"]["word"] for n in (1, 2)] == ["lapsed", "not reported"]
    office.do(desk.progress, "a", "2018-07-02", "巡查12次", name="2018-Q2")
    assert rows(office, "2018-07-02")["a/2018-Q2"]["state"] == "done"
    told = [one[:2] for one in office.told() if one[1] != "assign"]
    assert told == [("2018-03-28", "near"), ("2018-03-30", "today"), ("2018-06-27", "near"), ("2018-06-29", "today")]


def test_a_cadence_asks_as_often_as_it_says(office: Office):
    office.apply(plan("  - {id: a, title: 整治, lead: 安全处, due: 长期坚持, cadence: monthly}"), "2018-03-01")
    names = [name for name in rows(office, "2018-03-01") if name != "a"]
    assert (names[0], len(names)) == ("a/2018-03", 10)


def test_a_review_asks_the_office_whether_a_long_task_goes_on(office: Office):
    office.apply(
        plan("  - {id: a, title: 整治, lead: 安全处, due: 长期坚持, review: 6月底}"), "2018-03-01", release=True
    )
    office.rounds("2018-03-01", "2018-06-29")
    assert rows(office, "2018-06-29")["a/review"]["lead"] == ["督查室"]
    assert ("2018-06-27", "near", "lin") in office.told()
    office.do(desk.cancel, "a", "2018-06-29", "转入日常", "routine", name="")
    assert rows(office, "2018-06-29")["a"]["state"] == "routine"


def test_what_is_to_be_done_at_once_is_asked_about_after_five_working_days(office: Office):
    office.apply(plan("  - {id: a, title: 整改, lead: 安全处, due: 立行立改}"), "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-06-08")
    assert [one[:2] for one in office.told()] == [("2018-03-01", "assign"), ("2018-03-08", "ask")]
    assert late(office, "2018-06-08") == []


def test_the_office_can_give_a_day_to_what_has_none_and_the_same_file_does_not_take_it_back(office: Office):
    text = plan("  - {id: a, title: 整改, lead: 安全处, due: 适时}")
    office.apply(text, "2018-03-01")
    office.do(desk.extend, "a", "2018-04-02", D("2018-05-25"), "定下来了")
    office.apply(text.replace("整改", "全面整改"), "2018-04-03")
    row = office.one("a")
    assert (row["kind"], row["due"], row["declared"]) == ("dated", D("2018-05-25"), None)
    assert late(office, "2018-06-08") == ["a"]


TARGET = """
  - id: a
    title: 高企
    lead: 安全处
    starts: 2018-01-01
    due: 2018-12-31
    target: {indicator: 高新技术企业, kind: increment, op: '>=', value: 600, unit: 家MORE}
"""


def test_a_quantity_is_judged_against_the_time_that_has_passed(office: Office):
    office.apply(plan(TARGET.replace("MORE", "")), "2018-03-01")
    seen = []
    for day, value in (("2018-07-02", 300), ("2018-07-03", 230), ("2018-07-04", 60)):
        office.do(desk.progress, "a", day, "", value=value)
        seen.append(lights(office, day)["a"])
    assert seen == [("green", "on track"), ("yellow", "behind"), ("red", "far behind")]
    assert late(office, "2018-07-04") == []
    assert look.overdue_among(office.listed("2018-07-04")) == []


def test_the_day_before_a_report_still_shows_the_number_of_the_day_before(office: Office):
    office.apply(plan(TARGET.replace("MORE", "")), "2018-03-01")
    office.do(desk.progress, "a", "2018-07-02", "", value=300)
    office.do(desk.progress, "a", "2018-07-04", "", value=60)
    assert [lights(office, day)["a"][0] for day in ("2018-07-03", "2018-07-04")] == ["green", "red"]


def test_a_profile_says_how_much_is_expected_by_when(office: Office):
    office.apply(plan(TARGET.replace("MORE", ", profile: {Q1: 20, H1: 50, Q3: 80}")), "2018-03-01")
    office.do(desk.progress, "a", "2018-04-02", "", value=110)
    assert lights(office, "2018-04-02")["a"] == ("green", "on track")
    assert lights(office, "2018-06-30")["a"] == ("red", "far behind")


def test_a_share_is_judged_by_its_points_alone(office: Office):
    share = TARGET.replace("increment", "share").replace("MORE", ", profile: {H1: 50}")
    office.apply(plan(share), "2018-03-01")
    office.do(desk.progress, "a", "2018-06-29", "", value=120)
    assert [lights(office, day)["a"][0] for day in ("2018-06-29", "2018-06-30")] == ["green", "yellow"]


def test_each_unit_is_measured_by_its_own_part(office: Office):
    task = TARGET.replace("lead: 安全处", "each: [安全处, 运行处]").replace(
        "MORE", ", by_unit: {安全处: 400, 运行处: 200}"
    )
    office.apply(plan(task), "2018-03-01")
    assert {name: office.one("a", name)["target_value"] for name in ("safety", "operations")} == {
        "safety": 400.0,
        "operations": 200.0,
    }


def test_a_share_written_in_percent_is_counted_in_percent(office: Office):
    office.apply(plan("  - {id: a, title: 降漏, lead: 安全处, due: 9月28日前, target: {indicator: 漏损率, op: '<=', "
                      "value: 8%, kind: share}}"), "2018-03-01", release=True)  # fmt: skip
    office.round("2018-03-01")
    assert "要求：漏损率不超过8%" in office.mail[0].get_body(("plain",)).get_content()


def test_an_assignment_of_what_comes_again_says_so(office: Office):
    office.apply(plan("  - {id: a, title: 月报, lead: 安全处, due: 每月5日前}"), "2018-03-01", release=True)
    office.round("2018-03-01")
    assert "3月5日（周一）（文件表述：每月5日前）" in office.mail[0].get_body(("plain",)).get_content()


def test_on_the_last_working_day_before_a_closed_one_nothing_is_said_to_be_due_today(office: Office):
    office.apply(plan("  - {id: a, title: 演练, lead: 安全处, due: 5月27日前}"), "2018-03-01", release=True)  # a Sunday
    office.rounds("2018-05-25", "2018-05-25")
    [letter] = office.mail[-1:]
    assert str(letter["Subject"]).startswith("【演练】【临近提醒】1项任务5月27日（周日）到期")
    text = letter.get_body(("plain",)).get_content()
    assert "时限5月27日（周日），还有2天，今天是最后一个工作日" in text
    assert "今日到期" not in text


def test_rows_that_are_rolled_on_stand_with_their_task(office: Office):
    tasks = "  - {id: a, title: 月报, lead: 安全处, due: 每月25日前}\n"
    tasks += "".join(f"  - {{id: {name}, title: 演练{name}, lead: 安全处, due: 9月28日前}}\n" for name in "bc")
    office.apply(plan(tasks, "ends: 2020-12-31"), "2018-03-01")
    office.rounds("2018-05-01", "2018-05-01")
    order = [row["task"] for row in office.listed("2018-05-01")]
    assert order == ["a"] * (len(order) - 2) + ["b", "c"]
    assert len(order) > 15


def test_a_task_that_comes_after_another_waits_for_it(office: Office):
    tasks = (
        "  - {id: a, title: 方案, lead: 安全处, due: 5月25日前}\n"
        "  - {id: b, title: 实施, lead: 运行处, due: 9月28日前, after: [a]}"
    )
    office.apply(plan(tasks), "2018-03-01")
    assert lights(office, "2018-05-02")["b"] == ("grey", "waits for another task")
    office.do(desk.accept, "a", "2018-05-03")
    assert [lights(office, day)["b"][1] for day in ("2018-05-02", "2018-05-03")] == [
        "waits for another task",
        "on track",
    ]


def test_each_word_beside_a_light_is_said_in_chinese():
    assert [word for word in (*WORDS, *STATES.values()) if Speech("zh")(word) == word] == []
    assert [word for word in WORDS if word != WORDS[word]] == []  # what a row carries is what is said


def test_a_task_that_waits_for_another_is_still_to_be_done_in_the_matrix(office: Office):
    tasks = (
        "  - {id: a, title: 方案, lead: 安全处, due: 5月25日前}\n"
        "  - {id: b, title: 实施, lead: 运行处, due: 9月28日前, after: [a]}"
    )
    office.apply(plan(tasks), "2018-03-01")
    with office.reader() as read:
        [found] = matrix(read, D("2018-05-02"))
    assert found["totals"]["operations"] == {"leads": 1, "due": 1, "overdue": 0}


def test_letters_name_what_a_task_waits_for_and_the_ladder_waits_for_nothing(office: Office):
    tasks = (
        "  - {id: a, title: 定方案, lead: 安全处, due: 9月28日前}\n"
        "  - {id: c, title: 筹经费, lead: 财务处, due: 4月2日前}\n"
        "  - {id: b, title: 抓实施, lead: 运行处, due: 5月25日前, after: [a, c]}"
    )
    office.apply(plan(tasks), "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-02")
    office.do(desk.accept, "c", "2018-05-03")
    office.rounds("2018-05-03", "2018-05-22")
    office.do(desk.accept, "a", "2018-05-23")
    office.rounds("2018-05-23", "2018-05-25")

    texts = [mail.get_body(("plain",)).get_content() for mail in office.mail]
    assigned, ahead, near, today = [text for text in texts if "抓实施" in text]
    assert "须待下列任务办结：定方案、筹经费" in assigned
    assert "须待下列任务办结：定方案\r\n" in ahead
    assert "须待下列任务办结：定方案\r\n" in near
    assert "须待" not in today


def test_a_state_that_the_plan_carries_in_is_where_the_task_starts(office: Office):
    tasks = """
  - {id: a, title: 甲, lead: 安全处, due: 2018-02-25, state: 已完成, done: 2018-02-18}
  - {id: b, title: 乙, lead: 安全处, due: 2018-02-25, state: 推进中}
  - {id: c, title: 丙, lead: 安全处, due: 已完成}
"""
    office.apply(plan(tasks), "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-03-30")
    assert lights(office, "2018-03-01")["a"] == ("green", "done")
    assert (office.one("a")["finished_on"], office.one("b")["state"], office.one("c")["state"]) == (
        D("2018-02-18"), "in_progress", "done",
    )  # fmt: skip
    assert not [one for one in office.told() if one[1] == "late"]


def test_a_file_that_says_done_later_on_closes_the_task_and_never_reopens_one(office: Office):
    text = plan("  - {id: a, title: 甲, lead: 安全处, due: 5月25日前}")
    office.apply(text, "2018-03-01")
    office.apply(text.replace("5月25日前", "5月25日前, state: 已完成, done: 2018-04-01"), "2018-04-02")
    assert (office.one("a")["state"], office.one("a")["finished_on"]) == ("done", D("2018-04-01"))
    office.apply(text.replace("5月25日前", "5月25日前, state: 推进中"), "2018-04-03")
    assert office.one("a")["state"] == "done"


def test_a_problem_closes_when_all_its_measures_are_done(office: Office):
    task = """
  - id: a
    title: 线路老化
    problem: 线路老化
    lead: 安全处
    due: 9月底前
    measures:
      - {id: m1, title: 更换, due: 5月底前}
      - {id: m2, title: 培训, due: 6月底前, lead: 运行处}
"""
    office.apply(plan(task), "2018-03-01")
    office.do(desk.accept, "a", "2018-05-21", name="m1")
    assert office.one("a")["state"] == "open"
    office.do(desk.accept, "a", "2018-06-21", name="m2")
    assert (office.one("a")["state"], office.one("a")["finished_on"]) == ("done", D("2018-06-21"))


def test_who_of_all_that_were_asked_is_missing(office: Office):
    office.apply(plan("  - {id: a, title: 自查, each: 各处室, due: 4月底前}"), "2018-03-01")
    office.do(desk.report_done, "a", "2018-04-20", "", name="operations")
    office.do(desk.accept, "a", "2018-04-20", name="finance")
    assert sums(office, "2018-04-20") == [{"name": "", "asked": 3, "in": 2, "missing": ["安全处"]}]


def test_what_each_unit_does_every_month_is_a_row_for_each_unit_and_month(office: Office):
    office.apply(plan("  - {id: a, title: 月报, each: 各处室, due: 每月25日前}"), "2018-03-01")
    names = [one["name"] for one in office.rows("SELECT name FROM occurrence ORDER BY due, name LIMIT 4")]
    assert names == ["2018-03/finance", "2018-03/operations", "2018-03/safety", "2018-04/finance"]
    first = sums(office, "2018-03-01")[0]
    assert (first["name"], first["asked"]) == ("2018-03", 3)


@pytest.mark.parametrize(("calendar", "days", "said"), [
    ("GB", ["2026-03-27", "2026-04-08"], "工作日按GB的法定节假日计算。"),
    ("GB-ENG", ["2026-03-26", "2026-04-08"], "工作日按GB-ENG的法定节假日计算。"),
    ("none", ["2026-03-30", "2026-04-08"], "工作日为周一至周五，本单位另定的放假、补班除外。"),
])  # fmt: skip
def test_an_office_elsewhere_counts_by_its_own_calendar_and_its_own_days(
    office: Office, calendar: str, days: list[str], said: str
):
    """Easter Monday is closed in England and not in the whole kingdom; the office closes a Friday on top."""
    office.directory += "closed: [2026-04-10]\n"
    text = plan("  - {id: a, title: 审计, lead: safety, due: 2026-04-14}", f"workdays: {calendar}")
    office.apply(text.replace("2018-03-01", "2026-03-02"), "2026-03-02", release=True)

    office.rounds("2026-03-02", "2026-04-09")

    decided = office.rows("SELECT day FROM notice WHERE stage IN ('ahead', 'near') ORDER BY day")
    assert [str(one["day"]) for one in decided] == days
    assert said in office.mail[-1].get_body(("plain",)).get_content().replace("\r\n", "")
