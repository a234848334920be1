"""Who is told: posts with days, people away, people who hand over, units renamed, merged and split, joint leads."""

from __future__ import annotations

from datetime import date

import pytest

from commands.table import Screen
from commands.telling import why_text
from notifications.speech import Speech
from plans.trouble import DeskError
from scheduler import desk, releasing
from scheduler.people import hand_over, take_back
from store import history, look, tokens
from tests.office import DIRECTORY, Office

PLAN = """
plan: p
title: 安全年
issued: 2018-03-01
tasks:
  - {id: drill, title: 消防演练, lead: 安全处, due: 5月25日前}
  - {id: joint, title: 联合检查, lead: [安全处, 运行处], support: 财务处, due: 6月20日前}
"""


def with_unit(unit: str, more: str) -> str:
    return DIRECTORY.replace(f"  {unit}: {{", f"  {unit}: {{{more}, ")


def test_a_post_is_held_by_whoever_has_it_on_the_day(office: Office):
    office.directory = with_unit("safety", "posts: [{post: contact, person: 赵三, from: 2018-05-20, to: 2018-05-24}]")
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-25")
    assert [one[2] for one in office.told() if one[1] in ("near", "today") and one[0] < "2018-06"] == ["zhao", "wang"]


def test_a_renamed_unit_is_called_by_its_old_name_before_and_by_its_new_one_after(office: Office):
    office.directory = with_unit("safety", "until: 2018-05-20, became: [emergency]").replace(
        "  operations:", "  emergency: {name: 应急处, contact: zhao, since: 2018-05-20}\n  operations:"
    )
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-25")
    names = {day: office.listed(day)[0]["lead"] for day in ("2018-05-19", "2018-05-20")}
    assert names == {"2018-05-19": ["安全处"], "2018-05-20": ["应急处"]}
    assert ("2018-05-22", "near", "zhao") in office.told()
    assert {row["task"] for row in office.listed("2018-05-22", unit="emergency")} == {"drill", "joint"}
    assert office.listed("2018-05-19", unit="emergency") == []


def test_units_that_merge_are_told_once(office: Office):
    office.directory = (
        with_unit("safety", "until: 2018-05-20, became: [centre]")
        .replace("  operations: {", "  operations: {until: 2018-05-20, became: [centre], ")
        .replace("  finance:", "  centre: {name: 保障中心, contact: wu}\n  finance:")
    )
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-06-14", "2018-06-14")
    assert [one for one in office.told() if one[1] == "near" and one[0] == "2018-06-14"] == [
        ("2018-06-14", "near", "wu")
    ]
    assert office.listed("2018-06-14")[1]["lead"] == ["保障中心"]


def test_after_a_merger_what_each_unit_was_asked_is_counted_by_its_old_name(office: Office):
    office.directory = with_unit("safety", "until: 2018-05-20, became: [operations]")
    each = "  - {id: each, title: 自查, each: [安全处, 运行处, 财务处], due: 5月25日前}\n"
    office.apply(PLAN + each, "2018-03-01", release=True)
    for day, missing in (
        ("2018-05-19", ["安全处", "运行处", "财务处"]),
        ("2018-05-21", ["安全处", "运行处", "财务处"]),
    ):
        with office.reader() as read:
            found = history.task(read, date.fromisoformat(day), "p/each")
        assert found["sums"] == [{"name": "", "asked": 3, "in": 0, "missing": missing}]


def test_a_split_unit_is_all_its_successors_until_the_office_says_who_has_it(office: Office):
    office.directory = with_unit("safety", "until: 2018-05-20, became: [fire, labour]").replace(
        "  operations:",
        "  fire: {name: 消防处, contact: zhao}\n  labour: {name: 劳保处, contact: qian}\n  operations:",
    )
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-05-22", "2018-05-22")
    assert {one[2] for one in office.told() if one[1] == "near"} == {"zhao", "qian"}
    assert office.listed("2018-05-22")[0]["lead"] == ["消防处", "劳保处"]


def test_a_letter_names_those_that_took_over_and_says_for_whom_somebody_stands_in(office: Office):
    office.directory = (
        with_unit("safety", "until: 2018-05-20, became: [fire, labour]")
        .replace(
            "  operations:",
            "  fire: {name: 消防处, contact: wang, leader: sun}\n"
            "  labour: {name: 劳保处, contact: qian}\n  operations:",
        )
        .replace("name: 王二,", "name: 王二, away: [{from: 2018-05-21, to: 2018-05-23, deputy: zhao}],")
    )
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-05-22", "2018-05-28")
    texts = [
        (str(one["To"]).split(" ")[0], one.get_body(("plain",)).get_content().replace("\r\n", ""))
        for one in office.mail
    ]
    near = next(text for to, text in texts if to == "赵三")
    assert "王二是上述任务牵头单位联络员，由您代收" in near
    rollup = next(text for to, text in texts[::-1] if to == "孙五")
    assert "牵头：消防处、劳保处" in rollup
    assert "您是上述任务牵头单位分管领导" in rollup


def test_whom_to_call_and_who_leads_are_those_that_took_over(office: Office):
    posts = "posts: [{post: contact, person: 吴八, from: 2018-06-01}]"
    office.directory = with_unit("safety", "until: 2018-05-20, became: [fire, labour]").replace(
        "  operations:",
        f"  fire: {{name: 消防处, contact: zhao, {posts}}}\n  labour: {{name: 劳保处, contact: qian}}\n  operations:",
    )
    office.apply(PLAN, "2018-03-01", release=True)
    called = {}
    with office.reader() as read:
        for day in ("2018-05-30", "2018-06-01"):
            called[day] = look.overdue(read, date.fromisoformat(day))[0]["contact"]
        roles = [
            history.task(read, date.fromisoformat(day), "p/drill")["occurrences"][0]["roles"]
            for day in ("2018-05-19", "2018-05-20")
        ]
    assert called == {"2018-05-30": "赵三", "2018-06-01": "吴八"}
    assert roles == [[("lead", "安全处")], [("lead", "消防处"), ("lead", "劳保处")]]


def test_a_unit_whose_name_the_directory_changes_leaves_its_old_name_in_the_history(office: Office):
    office.apply(PLAN, "2018-03-01")
    office.directory = DIRECTORY.replace("安全处", "安全监管处")
    office.apply(PLAN.replace("lead: 安全处", "lead: 安全监管处").replace("[安全处", "[安全监管处"), "2018-04-02")
    assert [one["text"] for one in office.rows("SELECT text FROM event WHERE kind = 'unit_renamed'")] == [
        "安全处 → 安全监管处"
    ]
    assert office.one("drill")["version"] == 1


def text_to(office: Office, name: str) -> str:
    """Return the last letter to somebody, without blanks."""
    return "".join(
        [one for one in office.mail if name in str(one["To"])][-1].get_body(("plain",)).get_content().split()
    )


def test_who_reads_for_two_units_is_told_which_of_them_leads(office: Office):
    office.directory = DIRECTORY.replace("contact: wang,", "contact: li,")
    own = "  - {id: own, title: 值班检查, lead: 运行处, due: 5月25日前}\n"
    office.apply(PLAN + own, "2018-03-01", release=True)
    office.rounds("2018-05-22", "2018-05-22")
    text = text_to(office, "李六")
    assert "中涉及您的下列任务" in text
    assert text.index("消防演练") < text.index("牵头：安全处") < text.index("值班检查")
    assert "牵头：运行处" not in text


def test_why_names_whom_somebody_stood_in_for(office: Office):
    office.directory = DIRECTORY.replace(
        "name: 王二,", "name: 王二, away: [{from: 2018-05-21, to: 2018-05-23, deputy: zhao}],"
    )
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-05-22", "2018-05-25")
    with office.reader() as read:
        found = history.task(read, date(2018, 5, 25), "p/drill")
    told = [(one["stage"], one["name"], one["instead_of"]) for one in found["notices"] if one["state"] == "in_letter"]
    assert told[1:] == [("near", "赵三", "王二"), ("today", "王二", "")]
    said = why_text(found, Speech("zh"), "Asia/Shanghai", "2018-05-25", Screen())
    assert "赵三（代王二）" in said


def waiting(office: Office) -> list[tuple[str, str, str]]:
    sql = "SELECT stage, person, role FROM notice WHERE state = 'held' ORDER BY person"
    return [tuple(one.values()) for one in office.rows(sql)]


def test_what_waits_for_the_desk_is_for_whoever_is_the_contact_by_then(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-30")
    assert waiting(office) == [("urge", "wang", "to"), ("urge", "zhao", "cc")]
    office.directory = DIRECTORY.replace("contact: wang,", "contact: qian,")
    office.apply(PLAN, "2018-05-31")
    assert waiting(office) == [("urge", "qian", "to"), ("urge", "zhao", "cc")]
    with office.act("2018-05-31") as act:
        releasing.release_row(act, office.one("drill")["id"])
    office.round("2018-05-31")
    assert {one[2] for one in office.told("drill") if one[0] == "2018-05-31"} == {"qian", "zhao"}


def test_what_waits_for_the_desk_is_for_the_unit_that_took_over_and_for_who_is_there(office: Office):
    away = "name: 赵三, away: [{from: 2018-06-02, to: 2018-06-03, deputy: wu}],"
    office.directory = (
        with_unit("safety", "until: 2018-06-01, became: [operations]")
        .replace("name: 赵三,", away)
        .replace("deputy: zhou}", "deputy: zhao}")
    )
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-06-04")
    held = waiting(office)
    assert held == [("urge", "li", "to"), ("urge", "zhao", "cc")]
    with office.act("2018-06-04") as act:
        releasing.release_row(act, office.one("drill")["id"])
    office.round("2018-06-04")
    [letter] = [one for one in office.mail[-2:] if "李六" in str(one["To"])]
    assert "你处牵头的下列任务" in "".join(letter.get_body(("plain",)).get_content().split())


def test_a_sheet_is_signed_to_whoever_heads_the_unit_that_day(office: Office):
    office.directory = with_unit("safety", "posts: [{post: head, person: 赵三, from: 2018-06-08}]")
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-06-07")
    assert ("press", "qian", "to") in waiting(office)
    with office.act("2018-06-08") as act:
        assert releasing.release_row(act, office.one("drill")["id"], "陈立").numbers == ("督〔2018〕1号",)
    office.round("2018-06-08")
    sheets = [str(one["To"]).split(" ")[0] for one in office.mail if "督〔2018〕1号" in str(one["Subject"])]
    assert sheets == ["孙五", "赵三"]


def test_what_one_person_had_another_has_from_the_day_on(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-21")
    with office.act("2018-05-21") as act:
        moved = hand_over(act, "wang", "zhao", date(2018, 5, 22))
    assert [one["task"] for one in moved] == ["drill", "joint"]
    office.rounds("2018-05-22", "2018-05-25")
    assert [one[2] for one in office.told() if one[1] in ("near", "today")] == ["zhao", "zhao"]
    assert {row["task"] for row in office.listed("2018-05-22", person="zhao")} == {"drill", "joint"}


def test_a_handover_stands_when_the_same_files_are_applied_again_and_can_be_taken_back(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    with office.act("2018-04-02") as act:
        hand_over(act, "wang", "zhao", act.on)
    office.apply(PLAN + "# again\n", "2018-04-03")
    office.rounds("2018-05-22", "2018-05-22")
    with office.act("2018-05-23") as act:
        hand_over(act, "wang", "wang", act.on)
    office.rounds("2018-05-23", "2018-05-25")
    assert [one[2] for one in office.told() if one[1] in ("near", "today")] == ["zhao", "wang"]


def test_who_handed_over_has_nothing_of_it_from_the_day_on_but_what_comes_afterwards(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    with office.act("2018-05-02") as act:
        hand_over(act, "wang", "wu", date(2018, 5, 21))
    with office.act("2018-05-02") as act:
        hand_over(act, "li", "wang", date(2018, 5, 23))
    tasks = {
        (person, day): [row["task"] for row in office.listed(day, person=person)]
        for person in ("wang", "wu", "li")
        for day in ("2018-05-20", "2018-05-21", "2018-05-23")
    }
    assert tasks == {
        ("wang", "2018-05-20"): ["drill", "joint"],
        ("wang", "2018-05-21"): [],
        ("wang", "2018-05-23"): ["joint"],
        ("wu", "2018-05-20"): ["joint"],
        ("wu", "2018-05-21"): ["drill", "joint"],
        ("wu", "2018-05-23"): ["drill", "joint"],
        ("li", "2018-05-20"): ["joint"],
        ("li", "2018-05-21"): ["joint"],
        ("li", "2018-05-23"): [],
    }


def test_a_handover_closes_the_old_calendar_and_moves_what_was_to_be_told(office: Office):
    office.apply(PLAN, "2018-03-01")
    with office.act("2018-03-01") as act:
        secret = tokens.issue(act.connection, tokens.Grant("feed", {"person": "wang"}), act.on)
    office.rounds("2018-03-01", "2018-03-02")
    with office.act("2018-03-02") as act:
        hand_over(act, "wang", "zhao", act.on)
        held = tokens.find(act.connection, secret)
        assert held
        assert not held.is_open(act.on)
        releasing.release_plan(act, "p")
    office.round("2018-03-02")
    assert {one[2] for one in office.told()} == {"zhao", "li", "wu"}


def test_a_handover_taken_back_brings_back_the_letters_that_wait(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-28")
    with office.act("2018-05-29") as act:
        hand_over(act, "wang", "zhao", act.on)
    office.rounds("2018-05-29", "2018-05-30")
    held = "SELECT person, role FROM notice WHERE stage = 'urge' AND state = 'held' ORDER BY person"
    assert office.rows(held) == [{"person": "zhao", "role": "to"}]  # the deputy has it, and is not copied as well
    with office.act("2018-05-30") as act:
        assert take_back(act, "wang", act.on)
    assert office.rows(held) == [{"person": "wang", "role": "to"}, {"person": "zhao", "role": "cc"}]
    with office.act("2018-05-30") as act, pytest.raises(DeskError, match="handed nothing over"):
        take_back(act, "wang", act.on)


def test_what_was_moved_by_a_handover_that_was_a_mistake_is_theirs_again(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-30")
    held = "SELECT person FROM notice WHERE stage = 'urge' AND state = 'held' AND role = 'to'"
    before = office.rows(held)
    for _ in range(2):
        with office.act("2018-05-30") as act:
            hand_over(act, "wang", "wu", act.on)
        assert {one["person"] for one in office.rows(held)} == {"wu"}
        with office.act("2018-05-30") as act:
            take_back(act, "wang", act.on)
        assert office.rows(held) == before == [{"person": "wang"}]


def test_a_handover_to_somebody_who_cannot_be_reached_is_refused(office: Office):
    office.directory = DIRECTORY.replace("  wu: {name: 吴八, mail: wu@example.org,", "  wu: {name: 吴八,")
    office.apply(PLAN, "2018-03-01")
    with office.act("2018-03-02") as act, pytest.raises(DeskError, match="no mail address"):
        hand_over(act, "wang", "wu", act.on)
    with office.act("2018-03-02") as act, pytest.raises(DeskError, match="knows nobody"):
        hand_over(act, "nobody", "zhao", act.on)


def test_joint_leads_are_all_told_and_the_first_report_closes_for_all(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-06-13")
    office.do(desk.accept, "joint", "2018-06-13", "运行处已报")
    office.rounds("2018-06-14", "2018-06-25")
    later = [one[1:] for one in office.told() if one[0] > "2018-06-13" and one[1] not in ("late", "urge")]
    assert sorted(later) == [("accepted", "li"), ("accepted", "wang"), ("accepted", "wu")]
    assert len(office.rows("SELECT id FROM occurrence WHERE task = 'joint'")) == 1


def test_separate_leads_close_their_own_part(office: Office):
    office.apply(PLAN.replace("support: 财务处, due: 6月20日前", "due: 6月20日前, first_leads: no"), "2018-03-01")
    office.do(desk.accept, "joint", "2018-06-13", name="safety")
    assert {(row["occurrence"], row["state"]) for row in office.listed("2018-06-13") if row["task"] == "joint"} == {
        ("safety", "done"),
        ("operations", "open"),
    }


def test_letters_name_as_the_offices_contact_whoever_it_is_on_their_day(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    with office.act("2018-05-02") as act:
        hand_over(act, "lin", "wu", date(2018, 5, 21))
    office.rounds("2018-05-02", "2018-05-25")
    signed = [letter.get_body(("plain",)).get_content() for letter in office.mail if "临近提醒" in letter["Subject"]]
    assert ["联系人：吴" in text for text in signed] == [False, True]


def test_who_is_told_for_another_unit_reads_its_name(office: Office):
    with_contact = PLAN.replace("id: drill,", "id: drill, contact: [吴八],")
    office.apply(with_contact, "2018-03-01", release=True)
    office.rounds("2018-05-22", "2018-05-22")
    [letter] = [letter for letter in office.mail if "临近提醒" in letter["Subject"]]
    assert "安全处牵头的下列任务即将到期" in "".join(letter.get_body(("plain",)).get_content().split())


def test_what_was_returned_and_is_overdue_is_not_said_to_be_missing(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-05-22", "2018-05-25")
    office.do(desk.report_done, "drill", "2018-05-25", "已办", name="")
    office.rounds("2018-05-28", "2018-05-28")
    office.do(desk.send_back, "drill", "2018-05-28", "缺照片", name="")
    office.rounds("2018-05-29", "2018-05-29")
    [letter] = [letter for letter in office.mail if "逾期提示" in letter["Subject"]]
    text = "".join(letter.get_body(("plain",)).get_content().split())
    assert "报送的完成情况经审核退回" in text
    assert "退回原因：缺照片" in text
    assert "尚未收到" not in text


def test_a_person_reads_letters_in_their_own_language(office: Office):
    office.directory = DIRECTORY.replace("mail: wang@example.org,", "mail: wang@example.org, language: en,")
    office.apply(PLAN, "2018-03-01", release=True)
    office.round("2018-03-01")
    subjects = {str(letter["To"]).split("<")[1][:-1]: str(letter["Subject"]) for letter in office.mail}
    assert "交办" in subjects["li@example.org"]
    assert "交办" not in subjects["wang@example.org"]
