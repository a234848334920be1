"""The listings show the ledger as it stood on a day."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.trouble import LedgerError, UsageError
from plans.workdays import Workdays
from store import history, look
from store.reader import open_ledger
from store.references import resolved, task_key
from store.states import ENDED, STATES, WORDS, is_late, light
from tests import server
from tests.ledgers import Desk

D = date.fromisoformat
FRIDAY = D("2018-06-08")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def where(request, tmp_path_factory):
    """A place for a ledger, once in a file and once on a server."""
    if request.param == "sqlite":
        yield str(tmp_path_factory.mktemp("ledger") / "duban.db")
        return
    with server.fresh_database() as url:
        yield url


@pytest.fixture(scope="module")
def read(where):
    """A ledger of two plans of 2018, one closed plan of 2009 and one not yet issued."""
    desk = Desk(where)
    desk.workdays(D("2018-01-01"), D("2018-12-31"))
    desk.person("wang", "王敏", phone="555-0101", mail="wang@example.org")
    desk.person("li", "李明")
    desk.unit("zonghe", "综合处", contact="wang", aliases=["综合科"])
    desk.unit("xuan", "宣传室", phone="555-0200")
    for plan, issued, more in (
        ("suqian", D("2018-05-16"), {}),
        ("changzhou", D("2018-05-08"), {}),
        ("old", D("2009-03-01"), {"closed": D("2009-08-31")}),
        ("later", D("2018-07-01"), {}),
    ):
        desk.plan(plan, issued, **more)
    desk.phase("suqian", "start", "动员部署")
    desk.task("suqian", "s1", "Draft the scheme", no="1", phase="start")
    desk.task("suqian", "s2", "Hold the meeting", no="2")
    desk.task("suqian", "report", "Report progress")
    desk.task("changzhou", "c1", "Group study", no="1", spec=json.dumps({"note": "a_b"}))
    for plan in ("changzhou", "old", "later"):
        desk.task(plan, "shared", "In several plans")
    desk.row("suqian", "s2", D("2018-05-31"), leads=["zonghe", "xuan"], support=["zonghe"])
    first = desk.row(
        "suqian", "s1", D("2018-05-25"), leads=["zonghe"], support=["xuan"], people={"contact": "li"}, text="5月25日前"
    )
    desk.row("suqian", "report", D("2018-05-31"), kind="report", name="2018-05")
    desk.row("changzhou", "c1", D("2018-05-25"), yellow_on=D("2018-05-22"), standing=[
        {"since": D("2018-05-28"), "due": D("2018-06-20"), "version": 2, "yellow_on": D("2018-06-14")},
        {"since": D("2018-06-21"), "state": "reported", "finished_on": D("2018-06-20")},
        {"since": D("2018-06-25"), "state": "done"},
    ])  # fmt: skip
    desk.row("changzhou", "shared", None, kind="undated")
    desk.row("old", "shared", D("2009-06-30"), since=D("2009-03-01"))
    desk.row("later", "shared", D("2018-06-01"))
    letter = desk.letter("wang", D("2018-05-22"), state="sent", sent_at=1526949000)
    desk.letter("li", D("2018-06-08"), state="dead", error="550 no such user")
    desk.letter("wang", D("2018-05-22"), part=-1, state="void")
    desk.notice(first, "-10wd", "wang", D("2018-05-16"), "suppressed", reason="short-span")
    desk.notice(first, "-3wd", "wang", D("2018-05-22"), "in_letter", letter=letter, why="contact")
    desk.notice(first, "+5wd", "unit:xuan", D("2018-06-01"), "held", reason="desk", kind="urge")
    desk.event("suqian", "s1", D("2018-05-16"), "assigned", occurrence=first)
    desk.event("suqian", "s1", D("2018-06-05"), "note", occurrence=first, text="called, next week")
    desk.database.close()
    reader = open_ledger(desk.path)
    yield reader
    reader.close()


def titles(rows):
    return [(row["plan"], row["task"], row["due"]) for row in rows]


def test_the_longest_overdue_comes_first_then_the_plan_then_its_order(read):
    late = look.overdue(read, FRIDAY)
    assert titles(late) == [("suqian", "s1", "2018-05-25"), ("suqian", "s2", "2018-05-31")]
    assert [(row["days_overdue"], row["workdays_overdue"]) for row in late] == [(14, 10), (8, 6)]
    assert [row["light"] for row in late] == ["red", "red"]


def test_nothing_is_overdue_on_its_day_and_everything_the_day_after(read):
    assert titles(look.overdue(read, D("2018-05-25"))) == []
    assert titles(look.overdue(read, D("2018-05-26"))) == [
        ("changzhou", "c1", "2018-05-25"),
        ("suqian", "s1", "2018-05-25"),
    ]


def test_a_day_is_replayed_as_it_was_whatever_came_later(read):
    """c1 was extended on 28 May, reported on 21 June and accepted on 25 June."""
    seen = {
        day: look.of_task(read, D(day), "changzhou", "c1")
        for day in ("2018-05-26", "2018-06-01", "2018-06-22", "2018-07-01")
    }
    rows = [next(iter(found.values())) for found in seen.values()]
    assert [row["due"] for row in rows] == ["2018-05-25", "2018-06-20", "2018-06-20", "2018-06-20"]
    assert [row["word"] for row in rows] == ["overdue", "on track", "to verify", "done"]
    assert [row["light"] for row in rows] == ["red", "green", "yellow", "green"]


def test_a_plan_is_seen_from_its_issue_until_it_closes(read):
    assert {row["plan"] for row in look.listed(read, D("2018-05-10"))} == {"changzhou"}
    assert {row["plan"] for row in look.listed(read, D("2009-08-31"))} == {"old"}
    assert titles(look.overdue(read, D("2009-08-31"))) == [("old", "shared", "2009-06-30")]
    assert look.listed(read, D("2009-09-01")) == []


def test_a_reported_row_is_no_longer_overdue_but_waits_to_be_verified(read):
    day = D("2018-06-22")
    assert "c1" not in {row["task"] for row in look.overdue(read, day)}
    assert look.to_verify(read, day) == 1
    assert look.to_verify(read, day, {"plan": "suqian"}) == 0


def test_a_report_past_its_day_is_not_overdue_but_not_reported(read):
    [row] = look.listed(read, FRIDAY, {"text": "progress"})
    assert (row["kind"], row["light"], row["word"], row["days_overdue"]) == ("report", "yellow", "not reported", 0)


def test_what_falls_due_counts_days_and_working_days(read):
    """Dragon Boat Festival: 16 to 18 June 2018 are closed."""
    [row] = look.due(read, FRIDAY, D("2018-06-30"))
    assert (row["task"], row["days_left"], row["workdays_left"]) == ("c1", 12, 7)
    assert look.due(read, FRIDAY, D("2018-06-19")) == []


def test_working_days_beyond_the_counted_calendar_are_monday_to_friday(read):
    late = look.overdue(read, D("2019-01-07"), {"plan": "suqian"})
    assert late[0]["workdays_overdue"] == sum((D("2018-05-25") + timedelta(n)).weekday() < 5 for n in range(1, 228))


@given(st.dates(max_value=D("9999-01-01")), st.integers(0, 40))
def test_weekdays_count_mondays_to_fridays(day, days):
    after = (day + timedelta(number) for number in range(1, days + 1))
    counted = look.weekdays(day + timedelta(days)) - look.weekdays(day)
    assert counted == sum(one.weekday() < 5 for one in after)


@given(st.dates(D("2018-01-02"), D("2018-12-30")), st.integers(1, 60))
def test_overdue_working_days_are_those_of_the_calendar(due, days):
    workdays, today = Workdays(), due + timedelta(days)
    counted = sum(due + timedelta(n) in workdays for n in range(1, days + 1))
    row = {"due": due.isoformat(), "due_ordinal": 100, "day_ordinal": 100 + counted}
    assert look._left(row, today) == (-days, -counted)


@given(
    st.sampled_from(list(STATES)),
    st.sampled_from(["dated", "report", "undated"]),
    st.none() | st.dates(D("2018-06-01"), D("2018-06-15")),
    st.none() | st.dates(D("2018-06-01"), D("2018-06-15")),
)
def test_a_light_is_red_exactly_when_the_row_is_late_and_has_a_word_always(state, kind, due, other):
    text = due and due.isoformat()
    row = {"state": state, "kind": kind, "due": text, "starts": other and other.isoformat()}
    row |= {"yellow_on": row["starts"], "finished_on": row["starts"]}
    colour, word = light(row, "2018-06-08")
    assert (colour == "red") == is_late(row, "2018-06-08") == (word == "overdue")
    assert word in {*STATES.values(), *WORDS.values()}
    assert not (state in ENDED and colour in {"red", "yellow"})


def test_overdue_says_whom_to_call_and_what_was_said(read):
    first, second = look.overdue(read, FRIDAY)
    assert (first["contact"], first["told_on"], first["progress"]) == ("李明", "2018-05-22", "called, next week")
    assert (second["contact"], second["phone"], second["told_on"]) == ("王敏", "555-0101", None)


def test_lead_and_units_are_names_the_leads_first_and_each_once(read):
    first, second = look.overdue(read, FRIDAY, {"units": True})
    assert (first["lead"], first["units"]) == (["综合处"], ["综合处", "宣传室"])
    assert (second["lead"], second["units"]) == (["综合处", "宣传室"], ["综合处", "宣传室"])


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"plan": "suqian"}, ["s2", "s1", "report"]),
        ({"unit": "综合科"}, ["s2", "s1"]),
        ({"unit": "xuan", "text": "scheme"}, ["s1"]),
        ({"person": "李明"}, ["s1"]),
        ({"person": "wang@example.org"}, ["s2", "s1"]),
        ({"phase": "动员部署"}, ["s1"]),
        ({"text": "5月25"}, ["s1"]),
        ({"text": "GROUP"}, ["c1"]),
        ({"text": "_"}, []),
        ({"text": "%"}, []),
        ({"light": ("red",)}, ["s2", "s1"]),
        ({"state": ("open",), "light": ("green",)}, ["c1", "shared"]),
        ({"first": D("2018-05-31"), "last": D("2018-05-31")}, ["s2", "report"]),
    ],
)
def test_a_filter_narrows_the_list(read, filters, found):
    assert [row["task"] for row in look.listed(read, FRIDAY, resolved(read, filters))] == found


def test_words_find_the_same_rows_whether_or_not_days_narrow_the_list(read):
    for words in ("s", "5月25", "GROUP", "none of them"):
        late = [row["id"] for row in look.listed(read, FRIDAY, {"text": words}) if row["word"] == "overdue"]
        assert {row["id"] for row in look.overdue(read, FRIDAY, {"text": words})} == set(late)


@pytest.mark.parametrize("sort", look.SORTS)
def test_every_sort_shows_the_same_rows(read, sort):
    by_plan = look.listed(read, FRIDAY)
    assert sorted(map(str, look.listed(read, FRIDAY, sort=sort))) == sorted(map(str, by_plan))


def test_sorting_by_date_puts_what_has_none_last(read):
    assert [row["due"] for row in look.listed(read, FRIDAY, sort="due")][-2:] == ["2018-06-20", None]


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"plan": "suqain"}, "There is no plan suqain. Did you mean suqian?"),
        ({"unit": "综合局"}, "There is no unit 综合局. Did you mean 综合科, 综合处?"),
        ({"person": "nobody"}, "There is nobody called nobody."),
        ({"phase": "动员"}, "There is no phase 动员. Did you mean 动员部署?"),
    ],
)
def test_an_unknown_name_is_answered_by_what_is_near(read, filters, said):
    with pytest.raises(UsageError) as trouble:
        resolved(read, filters)
    assert str(trouble.value) == said


def test_a_task_is_named_with_its_plan_or_alone_where_that_is_enough(read):
    assert task_key(read, "s1") == task_key(read, "suqian/s1") == ("suqian", "s1", "")
    assert task_key(read, "suqian/report/2018-05") == ("suqian", "report", "2018-05")
    assert task_key(read, "report/2018-05") == ("suqian", "report", "2018-05")
    with pytest.raises(
        UsageError, match=r"^Several plans have a task shared: changzhou/shared, later/shared, old/shared\."
    ):
        task_key(read, "shared")
    with pytest.raises(
        UsageError, match=r"^There is no task suqian/s9\. Did you mean suqian/s2, suqian/s1, suqian/report\?"
    ):
        task_key(read, "suqian/s9")


def test_everything_known_of_a_task_but_nothing_from_after_the_day(read):
    found = history.task(read, D("2018-05-31"), "s1")
    assert [event["kind"] for event in found["events"]] == ["assigned"]
    assert [notice["stage"] for notice in found["notices"]] == ["-10wd", "-3wd"]
    assert found["notices"][1]["sent_at"] == "2018-05-22T00:30:00Z"
    assert found["occurrences"][0]["roles"] == [("lead", "综合处"), ("support", "宣传室")]
    assert history.task(read, FRIDAY, "s1")["notices"][2]["name"] == "宣传室"


def test_one_row_of_a_task_is_shown_by_its_name(read):
    assert len(history.task(read, FRIDAY, "suqian/report/2018-05")["occurrences"]) == 1
    with pytest.raises(UsageError, match=r"^suqian/report has no row Q9\. Its rows: 2018-05\."):
        history.task(read, FRIDAY, "suqian/report/Q9")
    with pytest.raises(UsageError, match=r"^suqian/s1 has one row without a name; leave Q9 out\."):
        history.task(read, FRIDAY, "s1/Q9")


def test_letters_handed_over_are_listed_and_void_ones_are_not(read):
    assert [(letter["name"], letter["state"]) for letter in history.sent(read, FRIDAY)] == [
        ("王敏", "sent"),
        ("李明", "dead"),
    ]
    assert [letter["person"] for letter in history.sent(read, FRIDAY, D("2018-06-01"))] == ["li"]
    assert [letter["person"] for letter in history.sent(read, FRIDAY, to="王敏")] == ["wang"]
    assert history.sent(read, D("2018-05-01")) == []
    assert {letter["state"]: letter["next_at"] is None for letter in history.sent(read, FRIDAY)}["sent"]


def test_a_missing_ledger_is_said(tmp_path):
    with pytest.raises(LedgerError, match="There is no ledger at"):
        open_ledger(str(tmp_path / "none.db"))


def test_a_file_that_is_no_ledger_is_said(tmp_path):
    path = tmp_path / "letter.db"
    path.write_text("Dear Sir or Madam, " * 300)
    with pytest.raises(LedgerError, match="damaged \\(file is not a database\\)"):
        open_ledger(str(path))
    path.write_bytes(b"")
    reader = open_ledger(str(path))
    with pytest.raises(LedgerError, match="holds no ledger of this version"):
        look.overdue(reader, FRIDAY)
    reader.close()


def test_a_ledger_with_odd_characters_in_its_path_opens(tmp_path):
    folder = tmp_path / "100% #1? 台账"
    folder.mkdir()
    Desk(folder / "duban.db")
    reader = open_ledger(str(folder / "duban.db"))
    assert look.overdue(reader, FRIDAY) == []
    reader.close()
