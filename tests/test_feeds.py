"""Rows as a calendar: what a reader sees of each, to the byte, and what two other parsers make of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.feed_check import check_feed
from notifications.feeds import Entry, Feed, calendar_bytes, single
from plans.identity import uid

JS = Path(__file__).parent / "js"
CHANGED = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
FEED = Feed("督办·安全处")
DRILL = Entry(
    uid=uid("house", "safety-2026", "drill", ""),
    sequence=0,
    changed=CHANGED,
    due=date(2026, 5, 25),
    title="消防演练",
    plan_title="安全生产年度方案",
    plan_number="常安〔2026〕3号",
    no="3",
    units=("安全处", "运行处"),
    support=("宣传室",),
    categories=("安全生产",),
)

# What a title may hold: everything Unicode has, and often what has a meaning in a calendar file.
ANY_TEXT = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from('\\;,\n\r :"中文👨‍👩‍👧\u0301🇨🇳')), max_size=400
)


def said(data: bytes) -> list[icalendar.cal.Component]:
    """Return the entries of a calendar as the icalendar library reads them."""
    calendar = icalendar.Calendar.from_ical(data)
    return [part for part in calendar.subcomponents if part.name in {"VEVENT", "VTODO"}]


def cleaned(text: str) -> str:
    """Return *text* as a calendar may carry it, by the letter of the requirement and one character at a time."""
    for ending in ("\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"):
        text = text.replace(ending, "\n")
    return "".join(c for c in text if c in "\t\n" or not (ord(c) < 32 or ord(c) == 127))


def test_a_deadline_takes_its_whole_day_and_ends_on_the_next() -> None:
    """F11"""
    [event] = said(calendar_bytes(FEED, [DRILL]))

    assert event["DTSTART"].dt == date(2026, 5, 25)
    assert event["DTEND"].dt == date(2026, 5, 26)
    assert event["DTSTART"].params == {"VALUE": "DATE"}


def test_a_feed_reads_as_the_office_speaks() -> None:
    [event] = said(calendar_bytes(FEED, [DRILL]))

    assert event["SUMMARY"] == "【截止】消防演练（安全处、运行处）"
    assert event["DESCRIPTION"] == (
        "来源：《安全生产年度方案》（常安〔2026〕3号）第3项\n牵头单位：安全处、运行处\n配合单位：宣传室"
    )


def test_an_english_feed_speaks_english() -> None:
    entry = replace(DRILL, title="Fire drill", plan_title="Safety 2026", plan_number="", units=("Safety",), support=())

    [event] = said(calendar_bytes(replace(FEED, language="en"), [entry]))

    assert event["SUMMARY"] == "[Due] Fire drill (Safety)"
    assert event["DESCRIPTION"] == "From: Safety 2026, item 3\nLead: Safety"


@pytest.mark.parametrize(
    ("entry", "summary", "status"),
    [
        (replace(DRILL, overdue=True), "【逾期】消防演练（安全处、运行处）", "CONFIRMED"),
        (replace(DRILL, status="done"), "【已完成】消防演练（安全处、运行处）", "CONFIRMED"),
        (replace(DRILL, status="cancelled"), "【已取消】消防演练（安全处、运行处）", "CANCELLED"),
        (replace(DRILL, status="done", overdue=True), "【已完成】消防演练（安全处、运行处）", "CONFIRMED"),
        (replace(DRILL, status="report"), "【报送进展】消防演练（安全处、运行处）", "CONFIRMED"),
        (replace(DRILL, status="lapsed"), "【未报送】消防演练（安全处、运行处）", "CANCELLED"),
        (replace(DRILL, status="routine"), "【转常态化】消防演练（安全处、运行处）", "CANCELLED"),
    ],
)
def test_the_state_stands_before_the_title(entry: Entry, summary: str, status: str) -> None:
    """F15"""
    [event] = said(calendar_bytes(FEED, [entry]))

    assert (event["SUMMARY"], event["STATUS"]) == (summary, status)


def test_sequence_and_stamp_move_with_all_that_is_shown() -> None:
    """F9, F10: a client that compares either must notice that a task became overdue, and then done."""
    steps = [
        DRILL,
        replace(DRILL, overdue=True),
        replace(DRILL, sequence=1, changed=datetime(2026, 5, 27, tzinfo=UTC), status="done"),
        replace(DRILL, sequence=2, changed=datetime(2026, 5, 28, tzinfo=UTC), due=date(2026, 6, 5)),
    ]
    events = [said(calendar_bytes(FEED, [step]))[0] for step in steps]

    sequences = [int(event["SEQUENCE"]) for event in events]
    stamps = [event["DTSTAMP"].dt for event in events]
    assert sequences == sorted(set(sequences))
    assert stamps == sorted(set(stamps))
    assert stamps[1] == datetime(2026, 5, 25, 16, tzinfo=UTC)  # midnight after 25 May in Shanghai
    assert all(event["LAST-MODIFIED"].dt == event["DTSTAMP"].dt for event in events)


def test_the_same_input_gives_the_same_bytes() -> None:
    """F9"""
    elsewhere = replace(DRILL, changed=CHANGED.astimezone(timezone(timedelta(hours=8))))

    assert calendar_bytes(FEED, [DRILL]) == calendar_bytes(FEED, [DRILL]) == calendar_bytes(FEED, [elsewhere])


def test_the_calendar_has_both_names_both_refresh_hints_and_nothing_that_breaks_clients() -> None:
    """F6, F16, F17, F22, F23"""
    lines = calendar_bytes(replace(FEED, description="安全处牵头的任务"), [DRILL]).decode().split("\r\n")

    head = lines[: lines.index("BEGIN:VEVENT")]
    assert head == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//duban//duban//EN",
        "CALSCALE:GREGORIAN",
        "NAME:督办·安全处",
        "X-WR-CALNAME:督办·安全处",
        "DESCRIPTION:安全处牵头的任务",
        "X-WR-CALDESC:安全处牵头的任务",
        "LAST-MODIFIED:20260302T003000Z",
        "X-WR-TIMEZONE:Asia/Shanghai",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    assert {"TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"} <= set(lines)


def test_an_empty_feed_is_still_a_calendar() -> None:
    """F7"""
    data = calendar_bytes(FEED, [])

    assert check_feed(data) == []
    assert said(data) == []
    assert len(icalendar.Calendar.from_ical(data).subcomponents) == 1


def test_a_feed_of_to_dos_is_due_on_the_day() -> None:
    """F18"""
    [todo] = said(calendar_bytes(replace(FEED, kind="todos"), [replace(DRILL, status="done")]))

    assert todo.name == "VTODO"
    assert todo["DUE"].dt == date(2026, 5, 25)
    assert (todo["STATUS"], int(todo["PERCENT-COMPLETE"])) == ("COMPLETED", 100)


@pytest.mark.parametrize("kind", ["events", "todos"])
def test_an_alarm_rings_at_nine_on_the_day_before_while_the_task_is_open(kind: str) -> None:
    """F14"""
    feed = replace(FEED, kind=kind, alarms=True)
    entries = [DRILL, replace(DRILL, uid="done@duban", status="done")]

    open_one, done = said(calendar_bytes(feed, entries))

    [alarm] = open_one.subcomponents
    assert alarm["TRIGGER"].dt == -timedelta(hours=15)
    assert alarm["TRIGGER"].params == ({"RELATED": "END"} if kind == "todos" else {})
    assert alarm["ACTION"] == "DISPLAY"
    assert done.subcomponents == []


@pytest.mark.parametrize(
    ("number", "no", "summary"),
    [
        ("常安〔2026〕3号", "3", "【截止】常安〔2026〕3号第3项"),
        ("常安〔2026〕3号", "", "【截止】常安〔2026〕3号"),
        ("", "3", "【截止】第3项"),
        ("", "", "【截止】督办事项"),
    ],
)
def test_an_internal_task_shows_its_number_and_its_day_only(number: str, no: str, summary: str) -> None:
    secret = replace(
        DRILL, title="机要", plan_number=number, no=no, lines=("内情",), categories=("机要",), internal=True
    )
    for_all = replace(secret, internal=False)

    data = calendar_bytes(FEED, [secret])

    assert said(data)[0]["SUMMARY"] == summary
    assert not any(word in data.decode() for word in ("机要", "内情", "安全生产", "安全处（", "运行处", "宣传室"))
    assert said(calendar_bytes(replace(FEED, titles="number"), [for_all]))[0]["SUMMARY"] == summary


def test_a_letter_carries_the_same_entry_without_the_calendar_around_it() -> None:
    attached = single(DRILL, FEED)
    feed = calendar_bytes(FEED, [DRILL])

    event = attached[attached.index(b"BEGIN:VEVENT") : attached.index(b"END:VCALENDAR")]
    assert event in feed
    assert b"X-WR-CALNAME" not in attached
    assert b"REFRESH-INTERVAL" not in attached
    assert check_feed(attached) == []


@given(ANY_TEXT)
def test_any_title_folds_by_whole_characters_and_unfolds_to_itself(title: str) -> None:
    """F2, F20"""
    data = calendar_bytes(Feed("x", titles="full"), [replace(DRILL, title=title or "x", units=(), lines=(title,))])

    physical = data.split(b"\r\n")
    assert all(len(line) <= 75 and line.decode("utf-8") is not None for line in physical)
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert check_feed(data) == []
    [event] = said(data)
    expected = cleaned("【截止】" + (title or "x"))
    if len("【截止】" + title) <= 255:
        assert event["SUMMARY"] == expected
    assert str(event["DESCRIPTION"]).endswith(cleaned(title))


@pytest.mark.parametrize(
    "text", ["\u200d" * 100, "\\" * 100, " " * 200, "甲 乙,丙;丁\n" * 40, "👨‍👩‍👧" * 40, "word " * 60]
)
def test_a_fold_spares_escapes_spaces_and_emoji_where_it_can(text: str) -> None:
    """F2"""
    data = calendar_bytes(FEED, [replace(DRILL, lines=("x" + text + "x",))])

    assert check_feed(data) == []
    assert str(said(data)[0]["DESCRIPTION"]).endswith("x" + text + "x")
    if len(set(text)) > 1:
        folded = [line for line in data.decode().split("\r\n") if line.startswith(" ")]
        assert folded
        assert not any(line.endswith((" ", "\\", "\u200d")) or line[1] in " \u200d" for line in folded)


@pytest.mark.parametrize("code", [*range(32), 0x7F, 0x85, 0x2028, 0x2029])
def test_a_control_character_is_a_line_break_or_nothing(code: int) -> None:
    """F3"""
    [event] = said(calendar_bytes(FEED, [replace(DRILL, title=f"前{chr(code)}后", units=())]))

    between = {0x09: "\t", **dict.fromkeys([0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029], "\n")}
    assert event["SUMMARY"] == f"【截止】前{between.get(code, '')}后"


@given(st.lists(ANY_TEXT, min_size=6, max_size=6))
def test_no_text_changes_the_shape_of_a_calendar(texts: list[str]) -> None:
    """F3, S10"""
    title, plan, number, unit, line, category = texts
    odd = replace(
        DRILL, title=title, plan_title=plan, plan_number=number, units=(unit,), lines=(line,), categories=(category,)
    )
    feed = Feed(title, plan, alarms=True)

    data = calendar_bytes(feed, [odd, replace(odd, uid="other@duban", internal=True)])

    assert check_feed(data) == []
    shape = [part.name for part in icalendar.Calendar.from_ical(data).walk()]
    assert shape == ["VCALENDAR", "VEVENT", "VALARM", "VEVENT", "VALARM"]


@pytest.mark.parametrize(
    "payload",
    [
        "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil",
        "x\nATTENDEE:mailto:evil@example.org",
        "x\rBEGIN:VALARM",
        "x\u2028END:VCALENDAR",
        "=?UTF-8?Q?=0A?=X-Injected: yes",
        "<script>alert(1)</script>;,\\n\\",
    ],
)
def test_no_title_adds_a_line_to_the_calendar(payload: str) -> None:
    """F3, F5, S10"""
    data = calendar_bytes(FEED, [replace(DRILL, title=payload, no=payload, support=(payload,), categories=(payload,))])

    starts = [line.split(":")[0].split(";")[0] for line in data.decode().replace("\r\n ", "").split("\r\n")]
    plain = calendar_bytes(FEED, [DRILL]).decode().replace("\r\n ", "").split("\r\n")
    assert starts == [line.split(":")[0].split(";")[0] for line in plain]


@pytest.mark.parametrize(
    "broken",
    [
        replace(DRILL, uid="a\r\nATTENDEE:mailto:x@example.org"),
        replace(DRILL, uid=""),
        replace(DRILL, uid="编号"),
        replace(DRILL, url="https://example.org/\r\nATTENDEE:x"),
        replace(DRILL, url="javascript:alert(1)"),
        replace(DRILL, changed=datetime(2026, 3, 2, 8, 30)),  # noqa: DTZ001 (that it has no zone is what is wrong)
    ],
)
def test_what_is_no_text_is_refused_when_it_is_odd(broken: Entry) -> None:
    """F5"""
    with pytest.raises(ValueError, match=r"UID|URL|zone"):
        calendar_bytes(FEED, [broken])


def test_two_entries_never_share_a_uid() -> None:
    """F8"""
    with pytest.raises(ValueError, match=DRILL.uid):
        calendar_bytes(FEED, [DRILL, replace(DRILL, title="另一项")])


def test_the_last_day_of_the_calendar_is_a_day_too() -> None:
    """Clerks write 9999-12-31 for what never ends; there is no next day to end on."""
    data = calendar_bytes(FEED, [replace(DRILL, due=date.max)])

    assert said(data)[0]["DTSTART"].dt == date.max
    assert check_feed(data) == []


@pytest.mark.parametrize("cluster", ["e\u0301", "👨‍👩‍👧", "👍🏽", "🇨🇳", "한"])
@pytest.mark.parametrize("offset", range(6))
def test_a_long_title_is_cut_between_characters(cluster: str, offset: int) -> None:
    """F20"""
    title = "长" * (240 + offset) + cluster * 20
    [event] = said(calendar_bytes(FEED, [replace(DRILL, title=title, units=())]))

    summary = str(event["SUMMARY"])
    assert len(summary) <= 255
    assert summary.endswith("…")
    kept = summary.removeprefix("【截止】").rstrip("…").removeprefix("长" * (240 + offset))
    assert kept == cluster * (len(kept) // len(cluster))


def test_a_long_description_is_cut_at_four_kilobytes() -> None:
    """F20"""
    [event] = said(calendar_bytes(FEED, [replace(DRILL, lines=("很长的说明😀" * 600,))]))

    text = str(event["DESCRIPTION"])
    assert 4000 < len(text.encode()) <= 4096
    assert text.endswith("…")
    assert unicodedata.is_normalized("NFC", text)


def test_a_uid_is_short_plain_and_differs_by_each_part() -> None:
    """F8"""
    names = [
        ("h", "p", "t", ""),
        ("h", "p", "", "t"),
        ("h", "pt", "", ""),
        ("i", "p", "t", ""),
        ("h", "p", "t", "2026-04"),
    ]

    uids = {uid(*name) for name in names}

    assert len(uids) == len(names)
    assert all(len(one) == 32 and one.isascii() and one.endswith("@duban") for one in uids)
    assert uid("h", "p", "t", "") == uid("h", "p", "t", "")


@given(st.tuples(*[st.text(max_size=5)] * 4), st.tuples(*[st.text(max_size=5)] * 4))
def test_different_occurrences_have_different_uids(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert (uid(*one) == uid(*other)) == (one == other)


def node() -> str:
    """Return the path of node, or skip with the reason."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not installed")
    if not (JS / "node_modules" / "ical.js").is_dir():
        pytest.skip("ical.js is not installed: npm ci --prefix tests/js")
    return found


@pytest.mark.parametrize("kind", ["events", "todos"])
def test_ical_js_reads_the_same_as_icalendar(kind: str) -> None:
    odd = replace(
        DRILL,
        uid="odd@duban",
        title='a\\n;b,"c"\n𠮷👨‍👩‍👧' * 9,
        lines=("第一行", "x" * 300),
        categories=("甲,乙", "丙"),
    )
    linked = replace(DRILL, uid="linked@duban", url="https://example.org/p/1?a=b", status="cancelled", sequence=4)
    data = calendar_bytes(replace(FEED, kind=kind, alarms=True), [DRILL, odd, linked])

    result = subprocess.run([node(), str(JS / "read.mjs")], input=data, capture_output=True, check=True)

    read = json.loads(result.stdout)
    assert read["name"] == "督办·安全处"
    for theirs, ours in zip(read["entries"], said(data), strict=True):
        for name in ("uid", "summary", "description", "status", "url"):
            assert theirs[name] == (str(ours[name]) if name in ours else None)
        assert theirs["sequence"] == str(ours["SEQUENCE"])
        assert theirs["categories"] == [str(one) for one in ours["CATEGORIES"].cats]
        for name in ("dtstart", "dtend", "due"):
            assert theirs[name] == (ours[name].dt.isoformat() if name in ours else None)
