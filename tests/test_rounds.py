"""Rounds day by day: who is told what, when, and when nobody is."""

from __future__ import annotations

from datetime import date, timedelta

from notifications.postman import PostError
from scheduler import desk, releasing
from scheduler.preview import foresee
from store import look
from tests.office import Office
from tests.test_apply import PLAN


def test_a_deadline_becomes_reminders_ahead_of_it_and_one_after(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-06-04")
    assert [one for one in office.told() if one[2] == "wang"] == [
        ("2018-03-01", "assign", "wang"),
        ("2018-03-01", "assign", "wang"),
        ("2018-05-11", "ahead", "wang"),
        ("2018-05-22", "near", "wang"),
        ("2018-05-25", "today", "wang"),
        ("2018-05-28", "late", "wang"),
    ]


def test_joint_leads_and_supporters_are_told_each_in_a_letter_of_their_own(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-06-14", "2018-06-14")
    told = [(str(letter["To"]), str(letter["Subject"])) for letter in office.mail]
    assert {to.split(" <")[0] for to, _ in told} >= {"李六", "王二", "吴八"}


def test_nothing_leaves_before_the_plan_is_released(office: Office):
    office.apply(PLAN, "2018-03-01")
    office.rounds("2018-03-01", "2018-05-23")
    assert office.told() == []
    assert {str(letter["To"]) for letter in office.mail} == {"林一 <lin@example.org>"}  # the desk's own list


def test_a_release_sends_the_latest_of_what_waited_and_marks_it_late(office: Office):
    office.apply(PLAN, "2018-03-01")
    office.rounds("2018-03-01", "2018-05-23")
    with office.act("2018-05-23") as act:
        releasing.release_plan(act, "p")
    office.round("2018-05-23")
    assert [one for one in office.told() if one[2] == "wang" and one[1] != "assign"] == [("2018-05-23", "near", "wang")]
    assert office.rows("SELECT late FROM notice WHERE stage = 'near' AND person = 'wang'")[0]["late"]


def test_rounds_that_were_missed_are_caught_up_in_one_letter(office: Office):
    """R7: one letter for all that was missed, marked late."""
    office.apply(PLAN, "2018-03-01", release=True)
    office.round("2018-03-01")
    office.round("2018-05-29")
    assert [one for one in office.told() if one[2] == "wang"][2:] == [("2018-05-29", "late", "wang")]


def test_told_last_is_the_day_the_letter_left_and_not_the_day_it_was_due(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.round("2018-03-01")
    office.round("2018-05-30")  # what fell due on the 28th
    with office.reader() as read:
        found = {row["task"]: row["told_on"] for row in look.overdue(read, date(2018, 5, 31))}
        before = {row["told_on"] for row in look.overdue(read, date(2018, 5, 29))}
    assert found["drill"] == "2018-05-30"
    assert before == {"2018-03-01"}


def test_ten_rounds_in_a_minute_send_once(office: Office):
    """R1: rows decide, however often a round is made."""
    office.apply(PLAN, "2018-03-01", release=True)
    for _ in range(10):
        office.round("2018-05-22")
    letters = [letter for letter in office.mail if "wang@" in letter["To"]]
    assert [("交办" in letter["Subject"]) for letter in letters].count(False) == 1


def test_nobody_gets_two_ladder_letters_on_one_day(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-07-10")
    many = office.rows("SELECT person, day FROM letter WHERE kind = 'ladder' GROUP BY person, day HAVING count(*) > 1")
    assert many == []


def test_letters_leave_on_working_days_only(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-07-10")
    assert all(
        one["working"] for one in office.rows("SELECT working FROM letter JOIN workday ON workday.day = letter.day")
    )


def test_a_completed_task_is_not_reminded_of(office: Office):
    """R11: closed is closed."""
    office.apply(PLAN, "2018-03-01", release=True)
    office.round("2018-03-01")
    office.do(desk.accept, "drill", "2018-05-21")
    office.rounds("2018-05-21", "2018-06-10")
    assert {one[1] for one in office.told("drill")} == {"assign", "accepted"}


def test_a_report_pauses_the_ladder_for_three_working_days(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-23")
    office.do(desk.report_done, "drill", "2018-05-24", "drilled")
    office.rounds("2018-05-24", "2018-05-29")
    assert ("2018-05-25", "today", "wang") not in office.told()
    office.rounds("2018-05-30", "2018-05-30")
    assert ("2018-05-30", "late", "wang") in office.told()


def test_progress_does_not_stop_the_ladder(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.round("2018-03-01")
    office.do(desk.progress, "drill", "2018-05-21", "half of it")
    office.rounds("2018-05-21", "2018-05-22")
    assert ("2018-05-22", "near", "wang") in office.told()


def test_an_extension_starts_the_ladder_anew_and_tells_the_unit(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-22")
    office.do(desk.extend, "drill", "2018-05-23", date(2018, 6, 15), "rain")
    office.rounds("2018-05-23", "2018-06-12")
    assert [one for one in office.told("drill") if one[0] > "2018-05-22"] == [
        ("2018-05-23", "changed", "wang"),
        ("2018-06-01", "ahead", "wang"),  # ten working days before the new date; the task has had sixty
        ("2018-06-12", "near", "wang"),
    ]


def test_an_extension_granted_shortly_before_the_new_date_is_not_followed_by_a_reminder_ten_days_ahead(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-22")
    office.do(desk.extend, "drill", "2018-05-23", date(2018, 6, 7), "rain")
    office.rounds("2018-05-23", "2018-06-04")
    assert [one[1] for one in office.told("drill") if one[0] > "2018-05-22"] == ["changed", "near"]


def test_an_assignment_that_waits_is_not_lost_when_the_date_is_changed_before_it_leaves(office: Office):
    office.apply(PLAN, "2018-03-01")
    office.round("2018-03-01")
    office.do(desk.extend, "drill", "2018-03-02", date(2018, 6, 15), "rain")
    with office.act("2018-03-02") as act:
        releasing.release_plan(act, "p")
    office.round("2018-03-02")
    assert ("2018-03-02", "assign", "wang") in office.told("drill")
    (letter,) = [one for one in office.mail if "wang@" in one["To"] and "交办" in one["Subject"]]
    assert "6月15日" in letter.get_body(("plain",)).get_content()


def test_what_chases_waits_for_the_desk(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-30")
    held = office.rows("SELECT stage, reason FROM notice WHERE state = 'held'")
    assert {(one["stage"], one["reason"]) for one in held} == {("urge", "desk")}
    with office.act("2018-05-30") as act:
        releasing.release_row(act, office.one("drill")["id"])
    office.round("2018-05-30")
    assert {one[2] for one in office.told() if one[1] == "urge"} == {"wang", "zhao"}


def test_on_hold_everything_is_decided_and_nothing_sent(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.round("2018-03-01")
    with office.act("2018-03-02") as act:
        releasing.hold(act, "moving house")
    office.rounds("2018-03-02", "2018-05-25")
    assert {one[1] for one in office.told()} == {"assign"}
    with office.act("2018-05-25") as act:
        releasing.resume(act)
    office.round("2018-05-25")
    assert ("2018-05-25", "today", "wang") in office.told()


def test_a_refused_letter_does_not_stop_the_others(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.box.refusals = [PostError("permanent", began_data=False, code=550, text="no such user")]
    done = office.round("2018-03-01")
    assert done.refused == 1
    assert done.sent == len(office.mail) > 0


def test_when_the_mail_server_refuses_us_all_letters_wait(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.box.refusals = [PostError("ours", began_data=False, code=535, text="bad password")]
    done = office.round("2018-03-01")
    assert (done.sent, "bad password" in done.held_back) == (0, True)
    assert {one["state"] for one in office.rows("SELECT state FROM letter")} == {"ready"}


def test_a_letter_that_is_no_longer_true_is_made_anew(office: Office):
    """R11: a date moved between writing and sending."""
    office.apply(PLAN, "2018-03-01", release=True)
    office.round("2018-03-01")
    office.box.refusals = [PostError("ours", began_data=False, code=535, text="bad password")]
    office.round("2018-05-22")
    office.do(desk.extend, "drill", "2018-05-22", date(2018, 6, 29), "")
    office.round("2018-05-22")
    assert not [letter for letter in office.mail if "临近" in letter["Subject"]]


def test_preview_shows_what_is_sent_then_to_the_byte(office: Office):
    """M24: letters as files, and no mail server is spoken to."""
    office.apply(PLAN, "2018-03-01", release=True)
    office.round("2018-03-01")
    count = len(office.box.letters)
    foreseen = foresee(office.database, office.settings, date(2018, 5, 1), 40)
    for number in range(40):
        for hour in ("08:20", "08:30"):
            office.round(str(date(2018, 5, 1) + timedelta(number)), hour)
    sent = [data for _, data in office.box.letters[count:]]
    assert [letter.body for letter in foreseen] == sent
    kinds = {one["kind"] for one in office.rows("SELECT DISTINCT kind FROM letter WHERE day >= '2018-05-01'")}
    assert kinds == {"ladder", "desk", "rollup"}


def test_before_a_release_preview_shows_letters_only_as_if_released(office: Office):
    office.apply(PLAN, "2018-05-18")
    told = {
        release: [
            one.subject for one in foresee(office.database, office.settings, date(2018, 5, 18), 1, release=release)
        ]
        for release in (False, True)
    }
    assert not any("交办" in subject for subject in told[False])
    assert any("交办" in subject for subject in told[True])


def test_preview_leaves_no_trace(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    before = office.rows("SELECT * FROM occurrence"), office.rows("SELECT * FROM notice")
    foresee(office.database, office.settings, date(2018, 3, 1), 120)
    assert (office.rows("SELECT * FROM occurrence"), office.rows("SELECT * FROM notice")) == before


def test_a_person_on_leave_is_stood_in_for(office: Office):
    from tests.office import DIRECTORY

    away = DIRECTORY.replace(
        "wang: {name: 王二, mail: wang@example.org, unit: safety}",
        "wang: {name: 王二, mail: wang@example.org, unit: safety,"
        " away: [{from: 2018-05-20, to: 2018-05-24, deputy: zhao}]}",
    )
    original = office.source
    office.source = lambda text: original(text, away)  # type: ignore[method-assign]
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-05-22", "2018-05-22")
    assert ("2018-05-22", "near", "zhao") in office.told()


def test_a_recurring_task_is_assigned_once_however_far_its_rows_are_laid_out(office: Office):
    office.apply(
        "plan: p\ntitle: t\nissued: 2018-03-01\nends: 2020-12-31\n"
        "tasks: [{id: monthly, title: 月报, lead: 安全处, due: 每月25日前}]",
        "2018-03-01",
        release=True,
    )
    office.round("2018-03-01")
    office.round("2019-06-03")
    assert office.rows("SELECT count(*) AS n FROM occurrence WHERE due > '2019-07-01'")[0]["n"] > 10
    assert [one for one in office.told() if one[1] == "assign"] == [("2018-03-01", "assign", "wang")]


def test_news_comes_twice_a_day_at_most_and_the_rest_waits_for_the_next(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.round("2018-03-01")
    before = len([one for one in office.told("drill") if one[1] in ("changed", "accepted", "assign")])
    for number, until in enumerate((date(2018, 6, 1), date(2018, 6, 8), date(2018, 6, 15)), start=2):
        office.do(desk.extend, "drill", f"2018-03-0{number + 3}", until, "")
        office.round(f"2018-03-0{number + 3}", f"{8 + number:02}:30")
    for until in (date(2018, 6, 22), date(2018, 6, 29), date(2018, 7, 6)):
        office.do(desk.extend, "drill", "2018-03-12", until, "")
        office.round("2018-03-12", "15:00")
    day = date(2018, 3, 12)
    sql = (
        "SELECT count(*) AS n FROM letter WHERE person = 'wang' AND kind = 'changed' AND day = :day AND state <> 'void'"
    )
    assert before == 1
    assert office.rows(sql, day=day)[0]["n"] == 2
    office.round("2018-03-13")
    assert office.rows(sql, day=date(2018, 3, 13))[0]["n"] == 1


def test_what_is_released_early_in_the_morning_leaves_when_letters_go_out(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-30")
    with office.act("2018-05-31") as act:
        releasing.release_row(act, office.one("drill")["id"])
    office.round("2018-05-31", "07:10")
    assert not [one for one in office.told() if one[1] == "urge"]
    office.round("2018-05-31", "08:30")
    assert {one[0] for one in office.told() if one[1] == "urge"} == {"2018-05-31"}
