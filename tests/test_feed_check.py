"""The strict reader of calendars: it passes over what is good and finds each planted fault on its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.feed_check import check_feed
from notifications.speech import Speech

ZONE = """\
BEGIN:VTIMEZONE
TZID:Asia/Shanghai
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0800
TZOFFSETTO:+0800
END:STANDARD
END:VTIMEZONE
"""
GOOD = f"""\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//plans//EN
NAME:安全处
REFRESH-INTERVAL;VALUE=DURATION:PT1H
{ZONE}BEGIN:VEVENT
UID:drill@example.org
DTSTAMP:20260302T003000Z
SEQUENCE:1
DTSTART;VALUE=DATE:20260525
DTEND;VALUE=DATE:20260526
SUMMARY:Fire drill\\, all shops\\; twice
DESCRIPTION:first\\nsecond
CATEGORIES:safety,training
URL:https://example.org/1
STATUS:CONFIRMED
TRANSP:TRANSPARENT
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-PT15H
DESCRIPTION:Fire drill
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:meeting@example.org
DTSTAMP:20260302T003000Z
DTSTART;TZID=Asia/Shanghai:20260525T090000
DTEND;TZID=Asia/Shanghai:20260525T100000
ATTENDEE;CN="Li; Ming":mailto:li@example.org
END:VEVENT
BEGIN:VTODO
UID:report@example.org
DTSTAMP:20260302T003000Z
DUE;VALUE=DATE:20260525
STATUS:NEEDS-ACTION
END:VTODO
END:VCALENDAR
"""


def wire(text: str) -> bytes:
    """Return a calendar written with plain line ends as it goes over the wire."""
    return text.replace("\n", "\r\n").encode("utf-8")


def rules(data: bytes) -> list[tuple[str, int]]:
    """Return the rules that *data* breaks, each with its line."""
    return [(fault.rule, fault.line) for fault in check_feed(data)]


def test_a_good_calendar_of_another_producer_is_clean() -> None:
    assert check_feed(wire(GOOD)) == []


# What is planted: the rule that must see it, what is replaced by what, and how the line begins that is named.
PLANTED = [
    ("F2", "SUMMARY:Fire drill", "SUMMARY:" + "Fire drill " * 8, "SUMMARY"),
    ("F3", "SUMMARY:Fire drill\\,", "SUMMARY:Fire drill,", "SUMMARY"),
    ("F3", "all shops\\;", "all shops;", "SUMMARY"),
    ("F3", "first\\nsecond", "first\\tsecond", "DESCRIPTION:first"),
    ("F3", "first\\nsecond", "first\x00second", "DESCRIPTION:first"),
    ("F4", "UID:meeting@example.org\n", "UID meeting@example.org\nUID:meeting@example.org\n", "UID meeting"),
    ("F4", 'CN="Li; Ming"', 'CN="Li; Ming', "ATTENDEE"),
    ("F4", "T090000\nDTEND", "T090000Z\nDTEND", "DTSTART;TZID"),
    ("F5", "URL:https://example.org/1", "URL:see the plan", "URL"),
    ("F6", "VERSION:2.0\n", "VERSION:2.0\nMETHOD:PUBLISH\n", "METHOD"),
    ("F6", "PRODID:-//example//plans//EN\n", "", "BEGIN:VCALENDAR"),
    ("F6", "VERSION:2.0", "VERSION:1.0", "VERSION"),
    ("F6", "SEQUENCE:1\n", "SEQUENCE:1\nSEQUENCE:1\n", "SEQUENCE"),
    ("F6", "END:VALARM\n", "", "BEGIN:VALARM"),
    ("F8", "UID:drill@example.org\n", "", "BEGIN:VEVENT"),
    ("F8", "UID:meeting", "UID:drill", "UID:drill"),
    ("F8", "UID:drill", "UID:" + ("x" * 60 + "\n ") * 5, "UID:x"),
    ("F9", "DTSTAMP:20260302T003000Z\nSEQUENCE:1", "SEQUENCE:1", "BEGIN:VEVENT"),
    ("F9", "DTSTAMP:20260302T003000Z\nSEQUENCE:1", "DTSTAMP:20260302T003000\nSEQUENCE:1", "DTSTAMP:20260302T003000\r"),
    ("F10", "SEQUENCE:1", "SEQUENCE:-1", "SEQUENCE"),
    ("F11", "DTEND;VALUE=DATE:20260526", "DTEND;VALUE=DATE:20260525", "DTEND;VALUE"),
    ("F11", "DTEND;VALUE=DATE:20260526", "DTEND:20260526T000000Z", "DTEND:"),
    ("F11", "DTSTART;VALUE=DATE:20260525", "DTSTART:20260525", "DTSTART:2026"),
    ("F11", "DTSTART;VALUE=DATE:20260525", "DTSTART;VALUE=DATE:20260230", "DTSTART;VALUE"),
    ("F11", "DTSTART;VALUE=DATE:20260525\n", "", "BEGIN:VEVENT"),
    ("F11", "DTEND;VALUE=DATE:20260526\n", "DTEND;VALUE=DATE:20260526\nDURATION:P1D\n", "DURATION"),
    ("F12", "DTSTART;TZID=Asia/Shanghai:", "DTSTART:", "DTSTART:20260525"),
    ("F12", ZONE, "", "DTSTART;TZID"),
    ("F13", "STANDARD", "DAYLIGHT", "BEGIN:VTIMEZONE"),
    ("F13", "TZOFFSETTO:+0800", "TZOFFSETTO:+8", "BEGIN:STANDARD"),
    ("F13", "END:VTIMEZONE\n", "END:VTIMEZONE\n" + ZONE, "TZID"),
    ("F14", "ACTION:DISPLAY", "ACTION:EMAIL", "ACTION"),
    ("F14", "TRIGGER:-PT15H\n", "", "BEGIN:VALARM"),
    ("F15", "STATUS:CONFIRMED", "STATUS:COMPLETED", "STATUS"),
    ("F16", "TRANSP:TRANSPARENT", "TRANSP:FREE", "TRANSP"),
    ("F16", "TRANSP:TRANSPARENT\n", "", "BEGIN:VEVENT"),
    ("F17", "DURATION:PT1H", "DURATION:P1H", "REFRESH"),
    ("F17", ";VALUE=DURATION:PT1H", ":PT1H", "REFRESH"),
    ("F17", "TRIGGER:-PT15H", "TRIGGER:-P15H", "TRIGGER"),
    ("F18", "UID:report", "UID:drill", "UID:drill"),
    ("F19", "CATEGORIES:safety,", "CATEGORIES:safety;", "CATEGORIES"),
    ("F19", "SEQUENCE:1\n", "SEQUENCE:1\nCOLOR:#ff0000\n", "COLOR"),
    ("F20", "SUMMARY:Fire drill", "SUMMARY:" + "Fire drill \n " * 40, "SUMMARY"),
    ("F20", "first\\nsecond", "long enough \n " * 400, "DESCRIPTION:long"),
    ("F23", "VERSION:2.0\n", "VERSION:2.0\nUID:feed@example.org\n", "UID:feed"),
]


@pytest.mark.parametrize(("rule", "old", "new", "begins"), PLANTED)
def test_a_planted_fault_is_found_on_its_line_and_nothing_else(rule: str, old: str, new: str, begins: str) -> None:
    assert old in GOOD
    data = wire(GOOD.replace(old, new))

    found = rules(data)

    named = {
        number for number, line in enumerate(data.decode().splitlines(keepends=True), 1) if line.startswith(begins)
    }
    assert {name for name, _ in found} == {rule}
    assert named & {line for _, line in found}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (wire(GOOD).replace(b"\r\n", b"\n", 1), ("F1", 1)),
        (wire(GOOD).replace(b"SEQUENCE:1\r\n", b"SEQUENCE:1\r"), ("F1", 17)),
        (b"\xef\xbb\xbf" + wire(GOOD), ("F1", 1)),
        (wire(GOOD)[:-2], ("F1", 45)),
        (wire(GOOD).replace(b"SEQUENCE:1\r\n", b"SEQUENCE:1\r\n\r\n"), ("F1", 18)),
        (wire(GOOD).replace("安".encode(), b"\xe5\xae\r\n \x89"), ("F2", 4)),
        (wire(GOOD).replace("安".encode(), b"\xb0\xb2"), ("F2", 4)),
        (wire(GOOD).replace("安全处".encode(), b"x" * 71), ("F2", 4)),
    ],
)
def test_faults_of_the_bytes_are_found(data: bytes, expected: tuple[str, int]) -> None:
    """F1, F2"""
    assert expected in rules(data)


def test_an_empty_calendar_and_two_calendars_are_no_feed() -> None:
    empty = wire("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nEND:VCALENDAR\n")

    assert rules(empty) == [("F7", 1)]
    assert rules(wire(GOOD + GOOD)) == [("F6", 46)]


def test_a_fold_may_be_a_tab_and_a_line_may_have_75_octets() -> None:
    folded = wire(GOOD.replace("SUMMARY:Fire", "SUMM\n\tARY:Fire").replace("安全处", "x" * 70))

    assert check_feed(folded) == []


def test_instances_of_a_recurring_entry_may_share_their_uid() -> None:
    moved = "UID:drill@example.org\nRECURRENCE-ID;VALUE=DATE:20260525"

    assert check_feed(wire(GOOD.replace("UID:meeting@example.org", moved))) == []


def test_what_is_no_calendar_gets_one_answer() -> None:
    page = b"<!doctype html>\n<html>\n<body>Please log in</body>\n</html>\n"

    assert len(check_feed(page)) == len(check_feed(b"")) == 1
    assert "no calendar file" in str(check_feed(page)[0].message)


def test_a_file_nested_deeper_than_python_is_read_too() -> None:
    deep = "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\n" * 5000

    assert ("F6", 5001) in rules(wire(deep))


@given(st.binary(max_size=300), st.integers(0, len(GOOD)))
def test_the_check_never_fails_itself(noise: bytes, at: int) -> None:
    data = wire(GOOD)

    faults = check_feed(data[:at] + noise + data[at:])

    for fault in faults:
        assert fault.line >= 0
        assert str(fault.message)
        assert Speech("zh").sentence(fault.message)


@given(st.lists(st.sampled_from(GOOD.splitlines()), max_size=30))
def test_lines_in_any_order_are_no_danger(lines: list[str]) -> None:
    for fault in check_feed(wire("\n".join(["BEGIN:VCALENDAR", *lines]))):
        assert str(fault.message)
