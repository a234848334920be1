"""Calendars of a ledger: what each filter shows on which day, which bytes stay the same, and what trouble does."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import httpx
import icalendar
import pytest

from notifications.feed_check import check_feed
from notifications.speech import Speech
from plans.trouble import UsageError
from scheduler import applying, calendars, desk
from scheduler.calendars import feed_bytes, form_of, open_feed
from scheduler.subscriptions import addresses, name_of, narrowed, new_feed
from store.feed_cache import Opened, QuickLook
from store.tokens import Grant, find, issue, revoke, rotate
from tests.office import DIRECTORY, Office
from tests.served import browse, serving
from web.app import create_app
from web.visit import House

PLAN = """
plan: p
title: 安全方案
number: 常安〔2026〕3号
issued: 2026-03-02
phases:
  - {id: one, title: 第一阶段}
tasks:
  - {id: drill, title: 消防演练, no: 1, lead: safety, support: operations, due: 2026-05-25, phase: one}
  - {id: audit, title: 年度审计, no: 2, lead: finance, owner: sun, due: 2026-06-10}
  - {id: open, title: 长期坚持, lead: operations}
  - {id: early, title: 排查隐患, no: 4, lead: [operations, safety], due: 6月上旬}
"""
OTHER = """
plan: q
title: 内部方案
number: 常密〔2026〕1号
handling: internal
issued: 2026-03-02
tasks:
  - {id: secret, title: 不可外传, no: 7, lead: safety, due: 2026-06-12}
"""
DAY = "2026-06-01"
NOW = 1_780_000_000


@pytest.fixture
def ledger(office: Office) -> Office:
    office.apply(PLAN, "2026-03-02", release=True)
    office.apply(OTHER, "2026-03-02", release=True)
    return office


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Office]:
    """An office whose ledger is a file, where the test is about files."""
    with Office.open(f"sqlite:///{tmp_path / 'duban.db'}") as office:
        office.apply(PLAN, "2026-03-02", release=True)
        yield office


def feed(office: Office, day: str = DAY, **filters: object) -> bytes:
    chosen = {key: filters.pop(key) for key in ("kind", "titles", "alarms", "language") if key in filters}
    with office.database.read() as connection:
        grant = Grant("feed", narrowed(connection, filters), chosen, "督办")
        body = feed_bytes(connection, office.settings, grant, date.fromisoformat(day))
    assert body is not None
    return body


def entries(data: bytes) -> list[icalendar.cal.Component]:
    calendar = icalendar.Calendar.from_ical(data)
    return [part for part in calendar.subcomponents if part.name in {"VEVENT", "VTODO"}]


def titles(data: bytes) -> list[str]:
    return [str(entry["SUMMARY"]).partition("】")[2].partition("（")[0] for entry in entries(data)]


def test_a_calendar_of_all_shows_every_row_with_a_date(ledger: Office) -> None:
    shown = titles(feed(ledger))

    assert shown[:3] == ["消防演练", "年度审计", "长期坚持"]
    assert {"排查隐患", "常密〔2026〕1号第7项"} <= set(shown)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"plan": "p", "unit": "finance"}, {"年度审计"}),
        ({"unit": "财务处"}, {"年度审计"}),
        ({"unit": "operations", "role": "support"}, {"消防演练"}),
        ({"unit": "operations", "role": "lead"}, {"长期坚持", "排查隐患"}),
        ({"person": "sun", "role": "owner"}, {"年度审计"}),
        ({"person": "wu"}, {"年度审计"}),
        ({"person": "wu", "role": "contact"}, {"年度审计"}),
        ({"person": "wu", "role": "owner"}, set()),
        ({"overdue": True}, {"消防演练"}),
        ({"overdue": True, "unit": "operations"}, {"消防演练"}),
        ({"overdue": True, "unit": "finance"}, set()),
        ({"plan": "p", "unit": "safety", "role": "lead"}, {"消防演练", "排查隐患"}),
    ],
)
def test_filters_narrow_a_calendar_and_combine(ledger: Office, filters: dict[str, object], expected: set[str]) -> None:
    assert set(titles(feed(ledger, **filters))) == expected


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"unit": "nobody"}, "There is no unit nobody"),
        ({"role": "lead"}, "a unit's part"),
        ({"role": "owner", "unit": "safety"}, "a person's part"),
        ({"role": "boss", "unit": "safety"}, "there is no role boss"),
    ],
)
def test_a_filter_nobody_can_have_meant_is_refused(ledger: Office, filters: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError) as refused, ledger.database.read() as connection:
        narrowed(connection, filters)

    assert said in Speech("en").sentence(refused.value.sentence)


def test_an_entry_says_where_it_comes_from_and_how_its_date_was_written(ledger: Office) -> None:
    [entry] = [one for one in entries(feed(ledger)) if "排查" in one["SUMMARY"]]

    assert entry["DTSTART"].dt == date(2026, 6, 10)
    assert str(entry["DESCRIPTION"]).splitlines() == [
        "来源：《安全方案》（常安〔2026〕3号）第4项",
        "牵头单位：运行处、安全处",
        "原文时限：6月上旬",
    ]


def test_an_internal_plan_shows_numbers_and_days_only(ledger: Office) -> None:
    """F20 and domain 1.18: titles of an internal plan don't leave the house."""
    data = feed(ledger, plan="q")

    [entry] = entries(data)
    assert str(entry["SUMMARY"]) == "【截止】常密〔2026〕1号第7项"
    assert "不可外传" not in data.decode()


def test_a_uid_outlives_new_titles_new_order_and_another_name(ledger: Office) -> None:
    """F8"""
    before = {str(one["SUMMARY"]): str(one["UID"]) for one in entries(feed(ledger, plan="p"))}
    renamed = PLAN.replace("消防演练", "消防实战演练")
    head, _, tasks = renamed.partition("tasks:\n")
    lines = tasks.splitlines()
    ledger.apply(
        head + "tasks:\n" + "\n".join([*lines[1:], lines[0].replace("id: drill", "id: fire, was: drill")]), DAY
    )

    after = {str(one["SUMMARY"]): str(one["UID"]) for one in entries(feed(ledger, plan="p"))}
    assert set(before.values()) == set(after.values())
    assert all(len(uid) <= 255 and uid.isascii() for uid in after.values())


def test_two_fetches_a_restart_and_the_same_apply_give_the_same_bytes(ledger: Office) -> None:
    """F9"""
    first = feed(ledger)
    ledger.apply(PLAN, DAY)
    ledger.database.close()  # as a restart does

    assert feed(ledger) == first


def test_sequence_and_stamp_rise_with_whatever_an_entry_shows(ledger: Office) -> None:
    """F10: a date moved, extended, done, and also the name of a unit or a plan, which the row itself doesn't hold."""

    def seen() -> tuple[int, object, str]:
        [entry] = [one for one in entries(feed(ledger, plan="p", day="2026-05-20")) if "审计" in one["SUMMARY"]]
        return int(entry["SEQUENCE"]), entry["LAST-MODIFIED"].dt, entry.to_ical().decode()

    def moved_on(before: tuple[int, object, str]) -> tuple[int, object, str]:
        after = seen()
        assert after[2] != before[2]
        assert after[0] > before[0]
        return after

    with ledger.database.write() as connection:
        connection.exec_driver_sql("UPDATE occurrence SET changed_at = 1400000000")
    step = seen()
    ledger.apply(PLAN.replace("2026-06-10", "2026-06-11"), "2026-05-04")
    step = moved_on(step)
    renamed = DIRECTORY.replace("财务处", "计划财务处")
    source = ledger.source(PLAN.replace("2026-06-10", "2026-06-11"), renamed)
    with ledger.act("2026-05-05") as act:
        prepared = [applying.prepare(act.connection, source, act.on, ledger.settings)]
        applying.apply(act.connection, prepared, on=act.on, at=act.at, actor="x", settings=ledger.settings)
    step = moved_on(step)
    ledger.apply(PLAN.replace("2026-06-10", "2026-06-11").replace("title: 安全方案", "title: 安全总方案"), "2026-05-06")
    step = moved_on(step)
    ledger.do(desk.extend, "audit", "2026-05-07", date(2026, 6, 30), "协调未果")
    step = moved_on(step)
    ledger.do(desk.report_done, "audit", "2026-05-08", "完成")
    ledger.do(desk.accept, "audit", "2026-05-08")
    moved_on(step)


def test_a_renamed_unit_has_its_new_name_from_its_day_on_and_its_entries_are_newer(ledger: Office) -> None:
    def seen(day: str) -> dict[str, tuple[str, int, object]]:
        found = entries(feed(ledger, day=day, plan="p"))
        return {one["UID"]: (str(one["SUMMARY"]), int(one["SEQUENCE"]), one["DTSTAMP"].dt) for one in found}

    ledger.do(desk.report_done, "audit", "2026-06-02", "完成")
    ledger.do(desk.accept, "audit", "2026-06-02")
    ended = DIRECTORY.replace("  finance: {", "  finance: {until: 2026-06-04, became: [money], ").replace(
        "  safety: {", "  safety: {until: 2026-06-04, became: [emergency], "
    )
    ledger.directory = ended.replace(
        "  operations:",
        "  emergency: {name: 应急处, contact: zhao}\n  money: {name: 资金处, contact: wu}\n  operations:",
    )
    ledger.apply(PLAN, "2026-06-02")
    before, after = seen("2026-06-03"), seen("2026-06-04")

    assert {summary for summary, *_ in after.values()} == {
        "【逾期】消防演练（应急处）", "【已完成】年度审计（财务处）", "【截止】排查隐患（运行处、应急处）",
        "【报送进展】长期坚持（运行处）",
    }  # fmt: skip
    for uid, (summary, sequence, stamp) in before.items():
        rises = "应急处" in after[uid][0]
        assert (after[uid][1] > sequence, after[uid][2] > stamp) == (rises, rises), summary
    ledger.directory = DIRECTORY
    ledger.apply(PLAN, "2026-06-05")
    assert all(seen("2026-06-05")[uid][1] >= sequence for uid, (_, sequence, _) in after.items())


def test_what_is_over_stays_thirty_days_with_a_word_before_it(ledger: Office) -> None:
    """F15"""
    ledger.do(desk.report_done, "audit", "2026-06-02", "完成")
    ledger.do(desk.accept, "audit", "2026-06-02")
    ledger.do(desk.cancel, "early", "2026-06-02", "并入他项")

    def of(day: str) -> dict[str, str]:
        return {str(one["SUMMARY"]): str(one["STATUS"]) for one in entries(feed(ledger, day=day, plan="p"))}

    assert of("2026-07-02")["【已完成】年度审计（财务处）"] == "CONFIRMED"
    assert of("2026-07-02")["【已取消】排查隐患（运行处、安全处）"] == "CANCELLED"
    assert not [title for title in of("2026-07-03") if "审计" in title or "排查" in title]


def test_the_day_alone_turns_a_deadline_overdue(ledger: Office) -> None:
    before, after = (
        feed(ledger, day="2026-06-10", plan="p", unit="finance"),
        feed(ledger, day="2026-06-11", plan="p", unit="finance"),
    )

    assert [str(one["SUMMARY"]) for one in entries(before)] == ["【截止】年度审计（财务处）"]
    assert [str(one["SUMMARY"]) for one in entries(after)] == ["【逾期】年度审计（财务处）"]
    assert int(entries(after)[0]["SEQUENCE"]) > int(entries(before)[0]["SEQUENCE"])


def test_a_plan_that_is_not_issued_yet_is_in_no_calendar(office: Office) -> None:
    office.apply(PLAN.replace("issued: 2026-03-02", "issued: 2026-05-01"), "2026-03-02")

    assert entries(feed(office, day="2026-04-30")) == []
    assert entries(feed(office, day="2026-05-01")) != []


def test_an_empty_calendar_is_valid(ledger: Office) -> None:
    """F7"""
    data = feed(ledger, unit="archive")

    assert entries(data) == []
    assert check_feed(data) == []


SCOPES = [
    {},
    {"plan": "p"},
    {"unit": "safety"},
    {"person": "wang"},
    {"unit": "operations", "role": "support"},
    {"overdue": True},
    {"unit": "archive"},
    {"kind": "todos", "alarms": True},
    {"titles": "number"},
    {"language": "en", "alarms": True},
]


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: "-".join(map(str, scope.values())) or "all")
def test_every_scope_is_clean_by_the_strict_check(ledger: Office, scope: dict[str, object]) -> None:
    """F1 to F24 as far as a file can show them, by the rules of `feed check`."""
    assert check_feed(feed(ledger, **dict(scope))) == []


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed; ical.js reads feeds in it")
@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: "-".join(map(str, scope.values())) or "all")
def test_every_scope_reads_the_same_in_two_parsers(ledger: Office, scope: dict[str, object]) -> None:
    folder = Path(__file__).parent / "js"
    if not (folder / "node_modules").is_dir():
        pytest.skip("ical.js is not installed: run `npm ci --prefix tests/js`")
    data = feed(ledger, **dict(scope))
    command = ["node", "read.mjs"]
    read = json.loads(subprocess.run(command, input=data, cwd=folder, capture_output=True, check=True).stdout)

    for theirs, ours in zip(read["entries"], entries(data), strict=True):
        day = ours.get("DTSTART") or ours["DUE"]
        assert (theirs["uid"], theirs["summary"]) == (str(ours["UID"]), str(ours["SUMMARY"]))
        assert (theirs["dtstart"] or theirs["due"]) == day.dt.isoformat()
        assert theirs["description"] == (str(ours["DESCRIPTION"]) if "DESCRIPTION" in ours else None)


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "UTC", "Asia/Shanghai", "Pacific/Kiritimati"])
def test_a_day_is_the_same_day_wherever_it_is_read(ledger: Office, zone: str, tmp_path: Path) -> None:
    """F11: all-day entries hold no instant, so the reader's time zone can't move them."""
    path = tmp_path / "feed.ics"
    path.write_bytes(feed(ledger, plan="p", unit="finance"))
    program = (
        "import icalendar, sys; e = icalendar.Calendar.from_ical(open(sys.argv[1], 'rb').read()).walk('VEVENT')[0];"
        "print(e['DTSTART'].dt, e['DTEND'].dt)"
    )
    read = subprocess.run(
        [sys.executable, "-c", program, str(path)], env={"TZ": zone}, capture_output=True, check=True, text=True
    )

    assert read.stdout.split() == ["2026-06-10", "2026-06-11"]


def test_no_entry_has_a_time_of_day(ledger: Office) -> None:
    """F12, F13: a deadline is a day; without times of day there is no zone to get wrong."""
    data = feed(ledger)

    assert b"TZID" not in data
    assert all(one["DTSTART"].params == {"VALUE": "DATE"} for one in entries(data))


def test_a_retired_unit_leaves_a_notice_for_thirty_days(ledger: Office) -> None:
    """Finding 9: nobody's client is left with entries that never change again, and the successor is named."""
    retired = DIRECTORY.replace("财务处, contact: wu", "财务处, contact: wu, until: 2026-07-01, became: [operations]")
    source = ledger.source(PLAN, retired)
    with ledger.act(DAY) as act:
        prepared = [applying.prepare(act.connection, source, act.on, ledger.settings)]
        applying.apply(act.connection, prepared, on=act.on, at=act.at, actor="x", settings=ledger.settings)
        secret = issue(act.connection, Grant("feed", {"unit": "finance"}, {}, "督办·财务处"), act.on)

    def on(day: str) -> Opened:
        return open_feed(ledger.database, ledger.settings, secret, date.fromisoformat(day), NOW)

    assert "年度审计" in on("2026-06-30").body.decode()
    [notice] = entries(on("2026-07-01").body)
    assert str(notice["SUMMARY"]) == "【提示】此日历已停用：财务处已撤销或并入其他单位"
    assert "运行处" in str(notice["DESCRIPTION"])
    assert b"REFRESH-INTERVAL;VALUE=DURATION:P1W" in on("2026-07-31").body
    assert check_feed(on("2026-07-31").body) == []
    assert on("2026-08-01").status == 410


def given(office: Office, **filters: object) -> str:
    with office.database.write() as connection:
        return new_feed(connection, filters, {}, name_of(connection, filters, "zh"), date.fromisoformat(DAY))


def opened(office: Office, secret: str, day: str = DAY, now: int = NOW) -> Opened:
    return open_feed(office.database, office.settings, secret, date.fromisoformat(day), now)


def test_the_second_request_is_answered_from_what_is_kept(ledger: Office) -> None:
    secret = given(ledger, unit="finance")
    first = opened(ledger, secret)
    with ledger.database.write() as connection:  # were the feed built again, this would show
        connection.exec_driver_sql("UPDATE occurrence SET title = 'changed behind the back'")

    assert opened(ledger, secret, now=NOW + 99) == first
    assert opened(ledger, secret, day="2026-06-02").body != first.body


def test_a_change_elsewhere_keeps_tag_and_time(ledger: Office) -> None:
    """F27: equal bytes keep the ETag and Last-Modified, also when the revision rose."""
    secret = given(ledger, unit="finance")
    first = opened(ledger, secret)
    ledger.do(desk.extend, "early", DAY, date(2026, 7, 1), "协调")

    assert opened(ledger, secret, now=NOW + 99) == first


def test_a_change_within_the_second_is_younger_all_the_same(ledger: Office) -> None:
    """F27"""
    secret = given(ledger, unit="finance")
    first = opened(ledger, secret)
    ledger.do(desk.extend, "audit", DAY, date(2026, 7, 1), "协调")
    second = opened(ledger, secret)

    assert second.etag != first.etag
    assert second.modified > first.modified


def test_losing_what_is_kept_loses_nothing(ledger: Office) -> None:
    secret = given(ledger)
    first = opened(ledger, secret)
    with ledger.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM feed_cache")

    assert opened(ledger, secret).body == first.body


def test_a_new_address_opens_the_same_and_the_old_one_fourteen_days_longer(ledger: Office) -> None:
    """S3"""
    old = given(ledger)
    with ledger.database.write() as connection:
        new = rotate(connection, find(connection, old), date.fromisoformat(DAY))

    assert opened(ledger, old).body == opened(ledger, new).body
    assert opened(ledger, old, day="2026-06-15").status == 200
    assert opened(ledger, old, day="2026-06-16").status == 410
    assert opened(ledger, new, day="2026-06-16").status == 200


def test_a_quick_look_tells_what_the_slow_way_would(lite: Office) -> None:
    secret, database = given(lite, unit="safety"), lite.database
    look = QuickLook(database.url.removeprefix("sqlite:///"), form_of(lite.settings))
    day = date.fromisoformat(DAY)

    def told(one: str = secret, on: date = day) -> tuple[str | None, Opened | None]:
        return look.tag(one, on), look.feed(one, on)

    assert told() == (None, None)  # nothing is kept yet

    whole = opened(lite, secret)
    assert told() == (whole.etag, whole)
    assert told("db_f_unknown") == (None, None)
    assert told(on=day + timedelta(days=1)) == (None, None)
    lite.do(desk.extend, "early", DAY, date(2026, 7, 1), "协调")
    assert told() == (None, None)
    whole = opened(lite, secret)
    assert told() == (whole.etag, whole)
    with database.write() as connection:
        revoke(connection, find(connection, secret), day)
    assert told() == (None, None)
    look.close()


def test_addresses_are_short_enough_for_google() -> None:
    """F30: at most 200 ASCII characters, in three forms."""
    found = addresses("https://duban.some-office.example.org/", "db_f_" + "a" * 32)

    assert found.plain == f"https://duban.some-office.example.org/f/db_f_{'a' * 32}.ics"
    assert found.webcal.startswith("webcal://duban.some-office.example.org/f/")
    assert found.google.startswith("https://calendar.google.com/calendar/r?cid=webcal://")
    assert all(len(one) <= 200 and one.isascii() for one in (found.plain, found.webcal, found.google))


def test_each_calendar_of_a_unit_has_a_name_of_its_own(ledger: Office) -> None:
    """F24: who and what, no secret, and two of a unit differ."""
    with ledger.database.read() as connection:
        plain = name_of(connection, {"unit": "safety"}, "zh")
        late = name_of(connection, {"unit": "safety", "overdue": True}, "zh")
        again = name_of(connection, {"unit": "safety"}, "zh", [plain])

    assert (plain, late, again) == ("督办·安全处", "督办·安全处·逾期", "督办·安全处 2")


@pytest.fixture
def http(ledger: Office) -> Iterator[httpx.Client]:
    house = House(ledger.settings, ledger.database, date.fromisoformat(DAY))
    with serving(create_app(house)) as url, browse(url) as client:
        yield client


def test_a_feed_goes_over_the_wire_as_it_is_built(ledger: Office, http: httpx.Client) -> None:
    """F25 to F29 in one request, F31: the token stands in the path."""
    secret = given(ledger, unit="safety")
    answer = http.get(f"/f/{secret}.ics", headers={"accept-encoding": "gzip", "accept": "text/html"})

    assert (answer.status_code, answer.content) == (200, opened(ledger, secret).body)
    again = http.get(f"/f/{secret}.ics", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == answer.headers["etag"]
    assert answer.headers["content-length"] == str(len(answer.content))
    assert "set-cookie" not in answer.headers


def test_a_feed_shows_no_addresses_or_telephone_numbers(ledger: Office) -> None:
    """S8"""
    for scope in SCOPES:
        data = feed(ledger, **dict(scope)).decode()
        assert "example.org" not in data
        assert "0000-0001" not in data


def test_neither_name_nor_url_of_a_feed_holds_its_token(ledger: Office) -> None:
    """F23"""
    secret = given(ledger)

    assert secret[5:].encode() not in opened(ledger, secret).body
    assert b"\nSOURCE" not in opened(ledger, secret).body


def test_the_bytes_are_served_while_somebody_else_writes(lite: Office) -> None:
    """F33: nothing can be kept while another writer holds the ledger, and the calendar is served all the same."""
    secret = given(lite)
    other = sqlite3.connect(lite.database.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        answer = opened(lite, secret)
    finally:
        other.execute("ROLLBACK")
        other.close()

    assert answer.status == 200
    assert len(entries(answer.body)) > 3


def test_a_broken_ledger_is_trouble_and_never_an_empty_calendar(lite: Office) -> None:
    """F33"""
    secret = given(lite)
    with lite.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE standing RENAME TO lost")

    with serving(create_app(House(lite.settings, lite.database, date.fromisoformat(DAY)))) as url:
        answer = httpx.get(f"{url}/f/{secret}.ics")
    assert answer.status_code == 503
    assert "retry-after" in answer.headers
    assert b"VCALENDAR" not in answer.content


def test_five_thousand_tasks_are_built_in_two_seconds(office: Office) -> None:
    """F34: the size is told when the calendar is given out; here only that it can be built at all, and quickly."""
    tasks = "\n".join(f"  - {{id: t{n}, title: 任务{n}, lead: safety, due: 2026-12-{n % 28 + 1}}}" for n in range(5000))
    office.apply(f"plan: big\ntitle: 大方案\nissued: 2026-03-02\ntasks:\n{tasks}\n", "2026-03-02")
    began = time.process_time()
    data = feed(office, plan="big")

    assert data.count(b"BEGIN:VEVENT") == 5000
    assert time.process_time() - began < 2


def test_no_parameter_is_ever_made_of_an_offices_words(ledger: Office) -> None:
    """F4: names of units and people stand in texts alone, where quotes and semicolons are escaped or harmless."""
    for scope in SCOPES:
        data = feed(ledger, **dict(scope)).replace(b"\r\n ", b"")
        heads = {line.partition(b":")[0] for line in data.splitlines()}
        assert {head.partition(b";")[2] for head in heads} <= {b"", b"VALUE=DATE", b"VALUE=DURATION", b"RELATED=END"}


def test_categories_are_names_and_lateness_is_a_word(ledger: Office) -> None:
    """F19: items are escaped one by one, and no colour says what no word says."""
    ledger.apply(PLAN.replace("title: 第一阶段", 'title: "第一,阶段;甲"'), DAY)
    data = feed(ledger, plan="p")

    [drill] = [one for one in entries(data) if "消防" in one["SUMMARY"]]
    assert drill["CATEGORIES"].cats == ["第一,阶段;甲"]
    assert str(drill["SUMMARY"]).startswith("【逾期】")
    assert b"COLOR" not in data


def test_only_what_old_clients_know_is_written(ledger: Office) -> None:
    """F21: nothing of RFC 9073 and its kin, no attachment, no picture, no address of a person."""
    data = feed(ledger, alarms=True)

    for name in (b"ATTACH", b"IMAGE", b"CONFERENCE", b"STRUCTURED-DATA", b"ORGANIZER", b"ATTENDEE", b"RRULE", b"X-ALT"):
        assert b"\r\n" + name not in data


def test_a_valid_address_may_be_asked_as_often_as_a_client_likes(ledger: Office, http: httpx.Client) -> None:
    """F35: several devices of one person ask every few minutes; answering costs next to nothing."""
    secret = given(ledger)
    etag = http.get(f"/f/{secret}.ics").headers["etag"]

    assert {http.get(f"/f/{secret}.ics", headers={"if-none-match": etag}).status_code for _ in range(100)} == {304}


def test_the_guide_is_honest_about_what_clients_cannot_do() -> None:
    """F36, F37: intranets, and the clients that take no address."""
    guide = (Path(__file__).parents[1] / "docs" / "howto" / "subscribe.md").read_text("utf-8")

    for said in ("Google", "Outlook", "webcalAllowLocalAccess", "飞书", "钉钉", "企业微信", "never the only reminder"):
        assert said in guide


def test_every_requirement_of_a_feed_is_named_by_a_test() -> None:
    written = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))

    assert [number for number in range(1, 38) if not re.search(rf"\bF{number}\b", written)] == []


def test_a_calendar_that_grows_too_large_lets_go_of_what_is_over_and_of_nothing_open(
    ledger: Office, monkeypatch: pytest.MonkeyPatch
):
    for task, verb, on in (("drill", desk.accept, "2026-06-10"), ("audit", desk.cancel, "2026-06-17")):
        ledger.do(verb, task, on, "")
    day, grant = date(2026, 6, 18), Grant("feed", {}, {}, "全部")

    def summaries() -> list[str]:
        with ledger.database.read() as connection:
            body = feed_bytes(connection, ledger.settings, grant, day)
            assert body == feed_bytes(connection, ledger.settings, grant, day)
        return [str(event["summary"]) for event in icalendar.Calendar.from_ical(body).walk("VEVENT")]

    whole = summaries()
    monkeypatch.setattr(calendars, "LARGEST", 1000)
    cut = summaries()

    assert [one for one in whole if one not in cut] == ["【已完成】消防演练（安全处）"]
    assert "【已取消】年度审计（财务处）" in cut  # over for a day only: clients still learn it from the calendar
    assert [one for one in whole if one not in cut] + cut == whole


def test_what_is_open_stays_in_a_calendar_of_any_size(ledger: Office, monkeypatch: pytest.MonkeyPatch):
    grant = Grant("feed", {}, {}, "全部")
    with ledger.database.read() as connection:
        whole = feed_bytes(connection, ledger.settings, grant, date.fromisoformat(DAY))
        monkeypatch.setattr(calendars, "LARGEST", 10)
        assert feed_bytes(connection, ledger.settings, grant, date.fromisoformat(DAY)) == whole


def test_calendars_that_were_handed_out_too_large_are_known(ledger: Office, monkeypatch: pytest.MonkeyPatch):
    day = date.fromisoformat(DAY)
    with ledger.database.write() as connection:
        small, large = (new_feed(connection, filters, {}, name, day) for filters, name in
                        (({"unit": "finance"}, "财务处"), ({}, "全部")))  # fmt: skip
    with ledger.database.read() as connection:
        held = [find(connection, secret) for secret in (small, large)]
    sizes = [len(open_feed(ledger.database, ledger.settings, large, day, NOW).body)]
    monkeypatch.setattr(calendars, "LARGE", sizes[0] - 1)

    with ledger.database.read() as connection:
        found = calendars.large_ones(connection, ledger.settings, [one for one in held if one])

    assert [(one.grant.name, octets) for one, octets in found] == [("全部", sizes[0])]
