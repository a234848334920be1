"""From a plan's text to the ledger, again and again: identity, versions, and what an apply never undoes."""

from __future__ import annotations

from datetime import date

import pytest

from notifications.speech import Speech
from plans.trouble import DeskError
from scheduler import applying, decisions, desk
from scheduler.changes import lines
from tests import server
from tests.office import Office

PLAN = """
plan: p
title: 安全年
issued: 2018-03-01
tasks:
  - {id: drill, title: 消防演练, lead: 安全处, due: 5月25日前}
  - {id: audit, title: 安全检查, lead: [运行处, 安全处], support: 财务处, due: 6月20日前}
"""


def everything(office: Office) -> list[list[dict[str, object]]]:
    tables = ("house", "plan", "task", "occurrence", "standing", "event", "notice", "letter", "occurrence_unit")
    return [office.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in tables]


def test_the_same_plan_again_changes_nothing(office: Office):
    """R10: no row, no letter."""
    office.apply(PLAN, "2018-03-01", release=True)
    before = everything(office)
    assert office.apply(PLAN, "2018-03-05") == []
    assert everything(office) == before


def test_a_comment_changes_no_row_but_the_plan_is_applied_anew(office: Office):
    office.apply(PLAN, "2018-03-01")
    assert office.prepare(PLAN + "# seen by the director\n", "2018-03-05").reworded
    (done,) = office.apply(PLAN + "# seen by the director\n", "2018-03-05")
    assert {change.kind for change in done.changes} == {"same"}


def said(office: Office, text: str, on: str) -> list[str]:
    """Return what `plan` prints of each row that changes, beside its name."""
    prepared = office.prepare(text, on)
    found, _ = lines(prepared.changes, Speech("en"), prepared.source.directory, None)
    return [what for _, _, _, what in found]


def test_a_unit_that_the_directory_has_learned_is_no_change_of_lead(office: Office):
    whole = office.directory
    office.directory = whole.replace("  operations: {name: 运行处, contact: li, deputy: zhou}\n", "").replace(
        "members: [safety, operations, finance]", "members: [safety, finance]"
    )
    office.apply(PLAN, "2018-03-01")
    office.directory = whole
    assert said(office, PLAN, "2018-03-05") == ["运行处: known by the directory now"]


def test_what_the_file_says_as_the_office_decided_is_told_so(office: Office):
    office.apply(PLAN, "2018-03-01")
    office.do(decisions.transfer, "drill", "2018-04-02", "archive", "")
    text = PLAN.replace("lead: 安全处,", "lead: 档案室, state: 转办,")
    assert said(office, text, "2018-04-03") == [
        "the file says now who leads since it was transferred, 档案室, the file says as well that it is transferred"
    ]


def test_a_moved_date_raises_version_and_sequence_and_keeps_the_uid(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    before = office.one("drill")
    moved = PLAN.replace("5月25日", "6月1日")
    assert [change.kind for change in office.prepare(moved, "2018-04-02").changes] == ["moved", "same"]
    office.apply(moved, "2018-04-02")
    after = office.one("drill")
    assert (after["uid"], after["version"]) == (before["uid"], 2)
    assert after["sequence"] > before["sequence"]
    assert (after["declared"], after["due"], after["original_due"]) == (
        date(2018, 6, 1),
        date(2018, 6, 1),
        date(2018, 5, 25),
    )


def assigned(office: Office) -> set[tuple[str, str]]:
    sql = "SELECT o.task, n.person FROM notice n JOIN occurrence o ON o.id = n.occurrence WHERE n.state = 'in_letter'"
    return {(one["task"], one["person"]) for one in office.rows(f"{sql} AND n.kind = 'assign'")}


def test_a_date_that_moves_before_the_release_loses_no_assignment(office: Office):
    office.apply(PLAN, "2018-03-01")
    office.apply(PLAN.replace("5月25日", "6月1日"), "2018-03-07", release=True)
    office.round("2018-03-08")
    assert {task for task, _ in assigned(office)} == {"drill", "audit"}
    assert not office.rows("SELECT id FROM notice WHERE kind = 'changed'")
    assert office.one("drill")["sequence"] >= 1  # calendars see the move all the same


def test_a_date_that_moves_before_the_day_of_issue_is_told_by_the_assignment(office: Office):
    office.apply(PLAN, "2018-02-01", release=True)
    office.apply(PLAN.replace("5月25日", "6月1日"), "2018-02-07")
    office.round("2018-02-08")
    assert office.mail == []
    office.round("2018-03-01")
    assert {task for task, _ in assigned(office)} == {"drill", "audit"}


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [(desk.extend, (date(2018, 6, 15), "礼堂在修")), (decisions.transfer, ("finance", "机构调整"))],
)
def test_what_the_desk_decides_before_the_release_loses_no_assignment(office: Office, verb, arguments):
    office.apply(PLAN, "2018-03-01")
    office.do(verb, "drill", "2018-03-06", *arguments)
    office.apply(PLAN, "2018-03-07", release=True)
    office.round("2018-03-08")
    assert ("drill", "wu" if verb is decisions.transfer else "wang") in assigned(office)


def test_an_extension_stands_when_the_same_plan_is_applied_again(office: Office):
    office.apply(PLAN, "2018-03-01")
    office.do(desk.extend, "drill", "2018-05-02", date(2018, 6, 15), "the hall is being rebuilt")
    office.apply(PLAN + "# another comment\n", "2018-05-03")
    assert office.one("drill")["due"] == date(2018, 6, 15)


def test_a_changed_declaration_overrides_an_extension_and_says_so(office: Office):
    office.apply(PLAN, "2018-03-01")
    office.do(desk.extend, "drill", "2018-05-02", date(2018, 6, 15), "")
    changed = PLAN.replace("5月25日", "6月1日")
    (change, _) = office.prepare(changed, "2018-05-03").changes
    assert (change.kind, change.overrides) == ("moved", date(2018, 6, 15))
    office.apply(changed, "2018-05-03")
    assert office.one("drill")["due"] == date(2018, 6, 1)


def test_a_completed_task_is_not_reopened_by_the_file(office: Office):
    office.apply(PLAN, "2018-03-01")
    office.do(desk.accept, "drill", "2018-05-02")
    office.apply(PLAN + "#\n", "2018-05-03")
    assert office.one("drill")["state"] == "done"


def test_a_vanished_task_asks_what_becomes_of_it(office: Office):
    office.apply(PLAN, "2018-03-01")
    shorter = PLAN.replace("  - {id: audit", "  # - {id: audit")
    with pytest.raises(DeskError, match="audit vanished"):
        office.apply(shorter, "2018-04-02")
    assert office.one("audit")["state"] == "open"


def test_a_task_that_is_done_may_leave_the_file_without_a_question(office: Office):
    office.apply(PLAN, "2018-03-01")
    office.do(desk.accept, "audit", "2018-04-02")
    (done,) = office.apply(PLAN.replace("  - {id: audit", "  # - {id: audit"), "2018-04-03")
    assert {change.kind for change in done.changes} == {"same"}
    assert office.one("audit")["state"] == "done"


def test_a_cancelled_task_that_comes_back_keeps_its_place_in_calendars(office: Office):
    office.apply(PLAN, "2018-03-01")
    uid = office.one("audit")["uid"]
    office.apply(PLAN.replace("  - {id: audit", "  # - {id: audit"), "2018-04-02", gone="cancel")
    assert office.one("audit")["state"] == "cancelled"
    office.apply(PLAN, "2018-04-03")
    assert (office.one("audit")["state"], office.one("audit")["uid"]) == ("open", uid)


def test_a_kept_task_goes_on_and_is_not_asked_about_again(office: Office):
    office.apply(PLAN, "2018-03-01")
    shorter = PLAN.replace("  - {id: audit", "  # - {id: audit")
    office.apply(shorter, "2018-04-02", gone="keep")
    office.apply(shorter + "#\n", "2018-04-03")
    assert office.one("audit")["state"] == "open"


def test_was_renames_a_task_with_its_history(office: Office):
    office.apply(PLAN, "2018-03-01")
    office.do(desk.note, "drill", "2018-04-02", "called")
    uid = office.one("drill")["uid"]
    office.apply(PLAN.replace("{id: drill,", "{id: fire-drill, was: drill,"), "2018-04-03")
    assert office.one("fire-drill")["uid"] == uid
    assert [one["text"] for one in office.rows("SELECT text FROM event WHERE task = 'fire-drill' AND kind = 'note'")]


def test_a_task_without_an_id_is_found_again_by_its_title(office: Office):
    plan = PLAN.replace("id: drill, ", "")
    office.apply(plan, "2018-03-01")
    office.apply(plan.replace("消防演练", " 消防  演练。").replace("5月25日", "5月28日"), "2018-03-05")
    due = office.rows("SELECT due FROM occurrence WHERE task LIKE 't-%'")
    assert due == [{"due": date(2018, 5, 28)}]


def test_a_new_id_for_an_old_title_is_proposed_as_a_rename(office: Office):
    office.apply(PLAN, "2018-03-01")
    prepared = office.prepare(PLAN.replace("id: drill", "id: exercise"), "2018-03-05", gone="keep")
    assert [(task.id, old) for task, old in prepared.proposals] == [("exercise", "drill")]


def test_a_date_past_when_the_plan_is_first_applied_is_told_to_nobody(office: Office):
    (done,) = office.apply(PLAN, "2018-06-01", release=True)
    office.rounds("2018-06-01", "2018-06-25")
    assert done.past == ("drill",)
    assert all("消防演练" not in letter["Subject"] for letter in office.mail)


def test_periods_milestones_and_units_are_rows_of_their_own(office: Office):
    office.apply(
        """
plan: p
title: 月报
issued: 2018-03-01
tasks:
  - {id: monthly, title: 月报, lead: 安全处, due: 每月5日前}
  - {id: each, title: 自查, each: 各处室, due: 4月底前}
  - id: build
    title: 建成平台
    lead: 运行处
    due: 9月底前
    milestones: [{id: draft, title: 方案, due: 4月底前}]
""",
        "2018-03-01",
    )
    sql = "SELECT name FROM occurrence WHERE task = :task ORDER BY position"
    names = {task: [one["name"] for one in office.rows(sql, task=task)] for task in ("each", "build")}
    assert names == {"each": ["safety", "operations", "finance"], "build": ["", "draft"]}
    monthly = office.rows("SELECT name, due FROM occurrence WHERE task = 'monthly' ORDER BY due LIMIT 2")
    assert monthly == [
        {"name": "2018-03", "due": date(2018, 3, 5)},
        {"name": "2018-04", "due": date(2018, 4, 5)},
    ]


def test_an_apply_that_fails_leaves_no_trace(office: Office):
    """R10: all or nothing."""
    office.apply(PLAN, "2018-03-01")
    before = everything(office)
    with pytest.raises(DeskError):
        office.apply(PLAN.replace("  - {id: audit", "  # - {id: audit").replace("5月25日", "6月1日"), "2018-04-02")
    assert everything(office) == before


def test_a_plan_without_a_year_is_refused(office: Office):
    with pytest.raises(DeskError, match="neither"):
        office.prepare("plan: p\ntitle: t\ntasks: [{id: a, title: b, lead: 安全处, due: 5月25日}]", "2018-03-01")


def test_after_a_large_apply_a_server_knows_at_once_how_large_its_tables_are(monkeypatch):
    monkeypatch.setattr(applying, "MANY", 2)
    sizes = "SELECT reltuples AS rows FROM pg_class WHERE relname = 'occurrence'"
    with server.fresh_database() as url, Office.open(url) as office:  # of others it knows something already
        office.apply(PLAN.split("  - {id: audit")[0], "2018-03-01")
        before = office.rows(sizes)[0]["rows"]
        office.apply(PLAN.replace("plan: p", "plan: q"), "2018-03-01")
        assert (before, office.rows(sizes)[0]["rows"]) == (-1, 3)


def test_a_row_that_changes_closes_only_how_it_stood_last(office: Office):
    office.apply(PLAN, "2018-03-01")
    office.apply(PLAN.replace("5月25日前", "6月1日前"), "2018-03-05")
    office.apply(PLAN.replace("5月25日前", "6月8日前"), "2018-03-05")
    office.apply(PLAN.replace("5月25日前", "6月15日前"), "2018-03-08")
    sql = """SELECT s.since, s.until, s.due FROM standing s JOIN occurrence o ON o.id = s.occurrence
        WHERE o.task = :task ORDER BY s.since"""
    stood = [tuple(map(str, one.values())) for one in office.rows(sql, task="drill")]
    assert stood == [
        ("2018-03-01", "2018-03-05", "2018-05-25"),
        ("2018-03-05", "2018-03-08", "2018-06-08"),
        ("2018-03-08", "9999-12-31", "2018-06-15"),
    ]
    assert len(office.rows(sql, task="audit")) == 1
