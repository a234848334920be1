"""The desk's commands as a clerk meets them: what can be named how, what waits, and what is said of a slip."""

from __future__ import annotations

from functools import partial

import pytest

from tests.office import DIRECTORY

PLAN = """
plan: p
title: 安全年
issued: 2018-03-01
directory: directory.yaml
tasks:
  - {id: drill, no: 3, title: 消防演练, lead: 安全处, due: 5月25日前}
  - {id: monthly, title: 月报, lead: 财务处, due: 每月25日前}
  - {id: each, title: 自查, each: 各处室, due: 每季度}
"""


@pytest.fixture
def duban(duban, tmp_path):
    """Return the command line of a rehearsal of one plan, in English."""
    (tmp_path / "directory.yaml").write_text(DIRECTORY, "utf-8")
    (tmp_path / "plan.yaml").write_text(PLAN, "utf-8")
    in_english = partial(duban, lang="C")
    in_english("init", "--rehearsal", ".")
    in_english("apply", "plan.yaml", "--yes", "--today", "2018-03-01")
    return in_english


@pytest.mark.parametrize("command", [("plan",), ("apply", "--yes")])
def test_a_plan_with_an_error_changes_nothing_and_says_so(duban, tmp_path, command):
    (tmp_path / "plan.yaml").write_text(PLAN.replace("title:", "tilte:", 1), "utf-8")
    before = (tmp_path / "duban.db").read_bytes()
    said = duban(*command, "plan.yaml", "--today", "2018-03-02", code=1)
    assert said.splitlines()[-1].endswith("the ledger is as it was.")
    assert (tmp_path / "duban.db").read_bytes() == before


def rehearse(duban, *days: str) -> None:
    for day in days:
        duban("round", "--today", day)


def test_a_plan_on_hold_is_named_also_when_all_other_letters_leave_again(duban):
    assert "of p are on hold; `duban resume p`" in duban("hold", "p", "-m", "wait", "--today", "2018-03-01")
    duban("hold", "--today", "2018-03-01")
    assert "The letters of p are still on hold" in duban("resume", "--today", "2018-03-02")
    assert "still on hold" not in duban("resume", "p", "--today", "2018-03-02")


def test_release_alone_lists_what_waits_and_how_it_is_let_go(duban):
    assert duban("release").splitlines()[1].split() == [
        "p",
        "安全年",
        "all",
        "of",
        "the",
        "plan",
        "release",
        "2018-03-01",
    ]
    duban("release", "p", "--today", "2018-03-01")
    assert "Nothing waits to be released." in duban("release")
    rehearse(duban, "2018-05-30", "2018-06-06")
    assert duban("release").splitlines()[1].split()[:4] == ["p/drill", "消防演练", "督办单", "a"]


def test_a_name_that_means_nothing_is_answered_by_what_can_be_released_and_what_waits(duban):
    said = duban("release", "pp", "--today", "2018-03-01", code=2)
    for part in ("There is no plan pp. Did you mean p?", "There is no task pp.", "PLAN/TASK/ROW", "Waiting now: p ("):
        assert part in said


def test_what_needs_a_signature_says_so_instead_of_going(duban):
    duban("release", "安全年", "--today", "2018-03-01")
    assert "nothing of p/drill waits" in duban("release", "p/drill", "--today", "2018-03-02", code=7)
    rehearse(duban, "2018-05-30", "2018-06-06")
    assert "p/drill waits for a signature: `duban release p/drill --sign NAME`" in duban(
        "release", "p/drill", "--today", "2018-06-06", code=7
    )
    assert "notices released" in duban("release", "--all", "--today", "2018-06-06")  # urging letters
    assert "Waiting now: p/drill, p/each/2018-Q1/safety, " in duban("release", "--all", "--today", "2018-06-06", code=7)
    assert "Signed by 陈立: 督〔2018〕1号" in duban("release", "--all", "--sign", "陈立", "--today", "2018-06-06")


def test_a_row_is_named_with_its_task_alone_where_no_other_plan_has_one(duban):
    assert "月报" in duban("report", "monthly/2018-04", "-m", "已报", "--today", "2018-04-03")
    said = duban("show", "monthly/2018-04", "--today", "2018-04-03")
    assert "2018-04-25" in said
    assert "2018-05" not in said


def test_a_row_there_is_not_is_an_error_that_names_those_there_are(duban):
    for command in ("show", "why", "report", "accept"):
        said = duban(command, "p/each/Q9", "--today", "2018-03-01", code=2)
        assert "p/each has no row Q9. Its rows: 2018-Q1/finance, 2018-Q1/operations, 2018-Q1/safety" in said


def test_the_rows_of_a_month_are_meant_together_and_one_by_its_unit(duban):
    said = duban("report", "p/each/2018-Q2", "-m", "x", "--today", "2018-04-03", code=7)
    assert "p/each has several rows" in said
    assert "自查" in duban("report", "p/each/2018-Q2", "--unit", "安全处", "-m", "x", "--today", "2018-04-03")


def test_trying_a_ladder_on_a_task_there_is_not_is_an_error(duban):
    assert "There is no task p/dril. Did you mean p/drill" in duban("ladder", "try", "p", "--task", "dril", code=2)
    assert "p/drill  消防演练" in duban("ladder", "try", "p", "--task", "p/drill", "--today", "2018-03-02")
    said = duban("ladder", "try", "plan.yaml", "--task", "each/2018-Q2")
    assert said.count("自查") == 3


@pytest.mark.parametrize("written", ["2018/6/15", "2018.6.15", "2018年6月15日", "6月15日", "15 June 2018", "20180615"])
def test_a_day_is_taken_as_people_write_it_in_the_year_it_takes_effect(duban, written: str):
    assert "due 2018-06-15" in duban("extend", "p/drill", "--until", written, "--today", "2018/4/2")


@pytest.mark.parametrize("written", ["6/5", "6月", "2月30日", "soon", "力争6月15日"])
def test_what_could_be_several_days_is_none(duban, written: str):
    assert f"{written} is no day; write one such as 2018-06-08" in duban(
        "extend", "p/drill", "--until", written, "--today", "2018-04-02", code=2
    )


def test_a_listing_takes_a_day_with_its_year_and_no_other(duban):
    assert "2018-05-25" in duban("due", "--today", "2018年5月20日")
    assert "is no day" in duban("due", "--today", "5月20日", code=2)


@pytest.mark.parametrize(
    ("written", "state"),
    [("routine", "made routine"), ("转常态化", "made routine"), ("取消", "cancelled"), ("并办", "merged"),
     ("carried-over", "carried over"), ("结转", "carried over")],
)  # fmt: skip
def test_a_task_is_closed_in_the_offices_own_words(duban, written: str, state: str):
    into = ["--into", "p/monthly"] if state in ("merged", "carried over") else []
    assert f"({state}, " in duban("close", "p/drill", "--as", written, *into, "--today", "2018-04-02")


def test_what_is_no_end_without_being_done_is_refused(duban):
    assert "`duban accept TASK`" in duban("close", "p/drill", "--as", "办结", "--today", "2018-04-02", code=2)
    assert "--as takes routine" in duban("close", "p/drill", "--as", "暂缓", "--today", "2018-04-02", code=2)


def test_a_rehearsal_wants_its_day_named_before_it_leaps_to_today(duban):
    said = duban("report", "p/drill", "-m", "x", code=7)
    assert "this rehearsal stands at 2018-03-01, and no day was named. Name it with --today" in said
    assert "this rehearsal stands at" in duban("round", code=7)
    assert "no day was named with --today: today counts" in duban("plan", "plan.yaml")
    said = duban("report", "p/drill", "-m", "x", "--today", "2018-02-01", code=7)
    assert "goes on with --today 2018-03-01 or later, or begins anew: `duban init --rehearsal FOLDER`" in said


def test_the_history_says_in_words_what_was_decided_and_where_a_task_goes_on(duban):
    duban("transfer", "p/drill", "财务处", "--today", "2018-04-02")
    duban("extend", "p/drill", "--ask", "--until", "2018-06-15", "-m", "场地", "--today", "2018-04-02")
    duban("close", "p/drill", "--as", "merged", "--into", "p/monthly", "--today", "2018-04-03")
    said = duban("show", "p/drill", "--today", "2018-04-03")
    for part in ("state open → transferred", "lead unit 安全处 → 财务处", "asked until 2018-06-15", "场地",
                 "state transferred → merged", "goes on in p/monthly"):  # fmt: skip
        assert part in said


@pytest.mark.parametrize("verb", ["note", "return"])
def test_what_says_nothing_without_its_words_wants_them(duban, verb: str):
    assert "say with -m what is" in duban(verb, "p/drill", "--today", "2018-04-02", code=2)


def test_a_plan_that_is_released_already_is_not_said_to_wait(duban, tmp_path):
    duban("release", "p", "--today", "2018-03-01")
    (tmp_path / "plan.yaml").write_text(PLAN.replace("5月25日前", "5月28日前"), "utf-8")
    assert "\nThe next round sends " in duban("plan", "plan.yaml", "--today", "2018-03-02", code=3)


def test_an_overdue_task_whose_unit_has_no_contact_says_so_among_others(duban, tmp_path):
    text = DIRECTORY.replace("wang, deputy: zhao, head: qian, leader: sun", "nobody").replace(
        "contact: nobody", "mail: a@example.org"
    )
    (tmp_path / "directory.yaml").write_text(text, "utf-8")
    duban("apply", "plan.yaml", "--yes", "--today", "2018-03-02")
    said = duban("overdue", "--today", "2018-06-08")
    assert "no contact" in next(line for line in said.splitlines() if "p/drill" in line)
    assert "吴八" in next(line for line in said.splitlines() if "2018-04-25" in line)
