"""The job a clock wakes: what it makes up for, and what it does when the clock itself is wrong."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from notifications.postman import PostError
from scheduler import desk, releasing
from scheduler.job import do_job, next_due
from scheduler.matters import instant
from scheduler.rounds import Round
from store.database import run
from tests.office import Office
from tests.test_apply import PLAN

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE = """
plan: p
title: 安全年
issued: {issued}
tasks:
  - {{id: drill, title: 消防演练, lead: 安全处, due: {due}}}
"""


@pytest.fixture
def real(office: Office) -> Office:
    """Return an office whose ledger is no rehearsal."""
    with office.database.write() as connection:
        run(connection, "UPDATE house SET rehearsal = :no", no=False)
    return office


def job(office: Office, when: str) -> Round:
    """Do the job at a moment of the house's zone, written 2018-05-22 08:30."""
    now = int(datetime.fromisoformat(when).replace(tzinfo=SHANGHAI).timestamp())
    return do_job(office.database, office.settings, office.box, now)


def test_what_fell_due_while_nobody_looked_is_told_once_and_marked_late(real: Office):
    """R7: merged and marked late."""
    real.apply(PLAN, "2018-05-21", release=True)
    job(real, "2018-05-21 08:30")
    real.box.letters.clear()
    job(real, "2018-05-28 08:30")
    to_wang = [letter for letter in real.mail if "wang@" in letter["To"]]
    assert len(to_wang) == 1
    stages = real.rows(
        "SELECT stage, state, reason, late FROM notice WHERE person IN ('wang', '') AND kind <> 'assign'"
    )
    told = [one for one in stages if one["state"] == "in_letter"]
    assert [one["stage"] for one in told].count("late") == 1
    early = {one["reason"] for one in stages if one["stage"] in ("near", "today")}
    assert early <= {"superseded", "short-span", "folded"}


def test_a_clock_ahead_by_more_than_a_week_tells_nobody_anything_until_it_is_confirmed(real: Office):
    """R8: a wrong clock mails no year of reminders."""
    real.apply(PLAN, "2018-03-01", release=True)
    job(real, "2018-03-01 09:00")
    before = real.rows("SELECT * FROM notice"), len(real.box.letters)
    done = job(real, "2019-03-01 09:00")
    assert "resume" in str(done.held_back)
    assert (real.rows("SELECT * FROM notice"), len(real.box.letters)) == before
    assert job(real, "2018-03-02 09:00").held_back == "", "with the clock put right, rounds go on by themselves"


def test_after_a_long_rest_resume_makes_the_round(real: Office):
    real.apply(PLAN, "2018-03-01", release=True)
    job(real, "2018-03-01 09:00")
    assert job(real, "2018-05-22 09:00").held_back
    with real.act("2018-05-22") as act:
        releasing.resume(
            type(act)(act.connection, act.send_at, act.on, instant(act.on, act.send_at, "Asia/Shanghai"), "")
        )
    assert job(real, "2018-05-22 09:00").sent > 0


def test_a_week_between_two_rounds_is_no_jump(real: Office):
    real.apply(PLAN, "2018-03-01", release=True)
    job(real, "2018-03-01 09:00")
    assert job(real, "2018-03-08 10:00").held_back == ""


def test_a_clock_put_back_sends_nothing_twice(real: Office):
    """R8: backward."""
    real.apply(PLAN, "2018-05-21", release=True)
    for when in ("2018-05-22 08:30", "2018-05-22 06:00", "2018-05-21 09:00", "2018-05-22 08:30", "2018-05-22 10:30"):
        job(real, when)
    subjects = [(letter["To"], letter["Subject"]) for letter in real.mail]
    assert len(subjects) == len(set(subjects)) > 2


@pytest.mark.parametrize(
    ("zone", "issued", "due"),
    [
        ("Europe/Berlin", "2026-03-02", "2026-03-30"),
        ("Europe/Berlin", "2026-10-01", "2026-10-26"),
        ("Asia/Shanghai", "2028-02-01", "2028-02-29"),
        ("Asia/Shanghai", "2018-12-03", "2018-12-31"),
        ("America/New_York", "2026-02-16", "2026-03-09"),
    ],
)
def test_each_stage_comes_once_over_a_change_of_hours_a_leap_day_and_the_end_of_a_year(
    real: Office, zone: str, issued: str, due: str
):
    """R8: hours that come twice or never."""
    text = ONE.format(issued=issued, due=due) + f"timezone: {zone}\nworkdays: none\n"
    real.apply(text, issued, release=True)
    first, last = (
        int(datetime.fromisoformat(f"{day} 00:00").replace(tzinfo=ZoneInfo(zone)).timestamp()) for day in (issued, due)
    )
    for at in range(first, first + 35 * 86_400, 3600):
        if at % (6 * 3600) and abs(at - last) > 3 * 86_400:  # four a day will do
            continue
        done = do_job(real.database, real.settings, real.box, at)
        assert not done.troubles
    told = [(day, stage) for day, stage, person in real.told() if person == "wang" and stage != "assign"]
    assert len({stage for _, stage in told}) == len(told)
    assert {"near", "today", "late"} <= {stage for _, stage in told}
    assert (due, "today") in told


def test_at_most_one_reminder_and_two_pieces_of_news_a_day(real: Office):
    real.apply(PLAN, "2018-03-01", release=True)
    job(real, "2018-03-01 08:30")
    for number in range(6):
        real.do(desk.extend, "drill", "2018-05-22", date(2018, 7, 1 + number), "")
        job(real, f"2018-05-22 1{number}:00")
    many = real.rows(
        "SELECT kind, count(*) AS n FROM letter WHERE person = 'wang' AND day > '2018-03-01' GROUP BY kind"
    )
    assert all(one["n"] <= 2 for one in many)


def test_what_waits_for_more_than_its_time_does_not_wake_the_clock_at_once(real: Office):
    real.apply(PLAN, "2018-03-01", release=True)
    real.box.refusals = [PostError("away", began_data=False, code=0, text="no route")]
    done = job(real, "2018-03-01 08:30")
    assert next_due(real.database, done) is None
    with real.database.write() as connection:
        run(connection, "UPDATE house SET post_until = 0")
    done = job(real, "2018-03-01 08:31")
    due = next_due(real.database, done)
    assert due is not None
    assert datetime.fromtimestamp(due, SHANGHAI).date() > date(2018, 3, 1)
