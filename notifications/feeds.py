"""Calendar feeds: deadlines as iCalendar bytes (RFC 5545) that phones and office calendars subscribe to.

The writer is our own, because a feed must be the same bytes for the same state of the ledger, must never break a line
or a client on an odd title, and is made a thousand events at a time. icalendar reads it back in the tests.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from notifications.speech import Speech

SUMMARY_LIMIT = 255  # characters; Exchange cuts a subject there
DESCRIPTION_LIMIT = 4096  # octets of UTF-8

_PROPERTY_UID = re.compile(r"[A-Za-z0-9._~@-]{1,255}")
_PROPERTY_URL = re.compile(r"https?://[!#-;=?-\[\]_a-z~]+")
_TIMEZONE = re.compile(r"[A-Za-z0-9+_/-]+")
_LINE_BREAKS = re.compile(rb"\r\n|[\r\x0b\x0c]|\xc2\x85|\xe2\x80[\xa8\xa9]")
_CONTROLS = bytes({*range(32), 127} - set(b"\t\n"))
# At most 74 octets (a fold adds a space), never inside a character, and if it can be helped neither inside an escape,
# nor beside a zero-width joiner, which holds one emoji together, nor beside a space, which some clients strip.
_PIECE = re.compile(
    rb"(?s).{1,74}(?:\Z|(?![\x80-\xbf ]|\xe2\x80\x8d)(?<![\\ ])(?<!\xe2\x80\x8d))|.{1,74}(?![\x80-\xbf])",
)


Status = Literal["open", "report", "done", "cancelled", "lapsed", "routine", "merged", "carried_over", "note"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One occurrence as a calendar shows it; texts as the office wrote them, names of units as they are displayed.

    `sequence` rises with each change of the occurrence, also when it is done or cancelled, and never falls; `changed`
    is the instant of the last one (aware). `overdue` says that the day the feed is made for is past `due`; the writer
    raises SEQUENCE and DTSTAMP with it. An `internal` entry shows its number and its day only.
    """

    uid: str
    sequence: int
    changed: datetime
    due: date
    title: str
    plan_title: str = ""
    plan_number: str = ""
    no: str = ""
    units: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    status: Status = "open"  # a report is asked for by its day, a note says something and asks for nothing
    overdue: bool = False
    lines: tuple[str, ...] = ()  # further lines of the description, in the feed's language
    categories: tuple[str, ...] = ()
    url: str = ""
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """What holds for a whole feed: its name, and what its owner chose."""

    name: str
    description: str = ""
    language: str = "zh"
    kind: Literal["events", "todos"] = "events"
    alarms: bool = False
    titles: Literal["full", "number"] = "full"
    timezone: str = "Asia/Shanghai"
    refresh: str = "PT1H"  # how long clients are asked to wait before they look again, as an iCalendar duration


class _Words(NamedTuple):
    """The words of a feed in its language, as %-templates: a feed of 10,000 entries looks each up once."""

    open: str
    overdue: str
    report: str
    done: str
    cancelled: str
    lapsed: str
    routine: str
    merged: str
    carried_over: str
    note: str
    by: str
    plan: str
    numbered: str
    item: str
    item_of: str
    untitled: str
    source: str
    lead: str
    support: str
    comma: str


def calendar_bytes(feed: Feed, entries: Sequence[Entry]) -> bytes:
    """Return *feed* as a whole calendar file, its entries in the given order; the same input gives the same bytes.

    One all-day VEVENT an entry with an exclusive DTEND (RFC 5545 section 3.6.1), or one VTODO; no METHOD and no UID
    of the calendar, which break subscriptions.

    Raises:
        ValueError: two entries share a UID, or a UID, a URL, the zone or an instant can't be written safely. Then no
            bytes are made at all: clients keep what they have.
    """
    _refuse_duplicates(entries)
    words = _words(feed.language)
    stamps = [_stamp(entry, feed.timezone) for entry in entries]
    components = [_component(entry, stamp, feed, words) for entry, stamp in zip(entries, stamps, strict=True)]
    return b"".join((_head(feed, max(stamps, default=b"")), *(components or [_NO_ENTRIES]), b"END:VCALENDAR\r\n"))


def single(entry: Entry, feed: Feed) -> bytes:
    """Return a calendar file with *entry* alone, to be attached to a letter: the same UID as in the feed.

    It has no name and no refresh hints: who opens it adds one entry to a calendar, and subscribes to nothing.
    """
    return b"".join(
        (_OPENING, _component(entry, _stamp(entry, feed.timezone), feed, _words(feed.language)), b"END:VCALENDAR\r\n")
    )


_OPENING = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//duban//duban//EN\r\nCALSCALE:GREGORIAN\r\n"

# RFC 5545 section 3.6 asks for one component at least; a time zone is one that no calendar shows.
_NO_ENTRIES = (
    b"BEGIN:VTIMEZONE\r\nTZID:Etc/UTC\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0000\r\n"
    b"TZOFFSETTO:+0000\r\nTZNAME:UTC\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)

_EVENT = (
    b"BEGIN:VEVENT\r\nUID:%b\r\nDTSTAMP:%b\r\nLAST-MODIFIED:%b\r\nSEQUENCE:%d\r\n%b%bSTATUS:%b\r\n"
    b"TRANSP:TRANSPARENT\r\nX-MICROSOFT-CDO-BUSYSTATUS:FREE\r\n%bEND:VEVENT\r\n"
)
_CONFIRMED = ("open", "report", "done", "note")  # all else is over without having been done: CANCELLED

_TODO = (
    b"BEGIN:VTODO\r\nUID:%b\r\nDTSTAMP:%b\r\nLAST-MODIFIED:%b\r\nSEQUENCE:%d\r\n%b%bSTATUS:%b\r\n"
    b"PERCENT-COMPLETE:%d\r\n%bEND:VTODO\r\n"
)
_TODO_STATUS = {"open": b"NEEDS-ACTION", "report": b"NEEDS-ACTION", "done": b"COMPLETED", "note": b"NEEDS-ACTION"}

_ALARM = b"BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER%b:-PT15H\r\n%bEND:VALARM\r\n"


def _head(feed: Feed, changed: bytes) -> bytes:
    """Return the calendar's own properties, each name both as RFC 7986 and as the older clients know it."""
    if not _TIMEZONE.fullmatch(feed.timezone):
        raise ValueError(f"not the name of a time zone: {feed.timezone!r}")
    lines = [_OPENING]
    for names, text in (
        ((b"NAME:", b"X-WR-CALNAME:"), feed.name),
        ((b"DESCRIPTION:", b"X-WR-CALDESC:"), feed.description),
    ):
        if text:
            lines += [_line(name, _escape(text)) for name in names]
    if changed:
        lines.append(b"LAST-MODIFIED:%b\r\n" % changed)
    lines.append(b"X-WR-TIMEZONE:%b\r\n" % feed.timezone.encode("ascii"))
    refresh = feed.refresh.encode("ascii")
    lines.append(b"REFRESH-INTERVAL;VALUE=DURATION:%b\r\nX-PUBLISHED-TTL:%b\r\n" % (refresh, refresh))
    return b"".join(lines)


def _refuse_duplicates(entries: Sequence[Entry]) -> None:
    """Raise ValueError if two entries share a UID: clients keep one of them, in silence."""
    seen: set[str] = set()
    for entry in entries:
        if entry.uid in seen:
            raise ValueError(f"two entries share the UID {entry.uid}")
        seen.add(entry.uid)


def _component(entry: Entry, stamp: bytes, feed: Feed, words: _Words) -> bytes:
    """Return one VEVENT, or one VTODO in a feed of to-dos."""
    hidden = entry.internal or feed.titles == "number"
    summary = _escape(_cut(_summary(entry, words, hidden), SUMMARY_LIMIT))
    text = _line(b"SUMMARY:", summary)
    if not hidden:
        text += _details(entry, words)
    if entry.url:
        text += _url(entry.url)
    alarm = _alarm(summary, feed.kind) if feed.alarms and entry.status in ("open", "report") else b""
    head = (_uid(entry.uid), stamp, stamp, _sequence(entry))
    if feed.kind == "todos":
        done = 100 if entry.status == "done" else 0
        return _TODO % (*head, _due(entry.due), text, _TODO_STATUS.get(entry.status, b"CANCELLED"), done, alarm)
    status = b"CONFIRMED" if entry.status in _CONFIRMED else b"CANCELLED"
    return _EVENT % (*head, _all_day(entry.due), text, status, alarm)


def _sequence(entry: Entry) -> int:
    """Return SEQUENCE: even as the ledger counts, one more once overdue, so that it rises when either changes."""
    return 2 * entry.sequence + (entry.status == "open" and entry.overdue)


def _stamp(entry: Entry, zone: str) -> bytes:
    """Return DTSTAMP, which in a feed without METHOD is the last revision (RFC 5545 section 3.8.7.2), not "now"."""
    stamp = _instant(entry.changed)
    if entry.overdue and entry.status == "open":
        return max(stamp, _midnight_after(entry.due, zone))
    return stamp


def _instant(moment: datetime) -> bytes:
    """Return an aware *moment* as a UTC DATE-TIME."""
    if moment.tzinfo is None:
        raise ValueError(f"an instant without a time zone: {moment}")
    utc = moment.astimezone(UTC)
    return b"%04d%02d%02dT%02d%02d%02dZ" % (utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second)


@lru_cache(maxsize=4096)
def _midnight_after(day: date, zone: str) -> bytes:
    """Return the instant at which *day* is over in *zone*."""
    return _instant(datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)))


@lru_cache(maxsize=4096)
def _all_day(day: date) -> bytes:
    """Return DTSTART and the exclusive DTEND of an event that takes *day*; the calendar's last day needs no DTEND."""
    start = b"DTSTART;VALUE=DATE:%b\r\n" % _date(day)
    return start if day == date.max else start + b"DTEND;VALUE=DATE:%b\r\n" % _date(day + timedelta(days=1))


@lru_cache(maxsize=4096)
def _due(day: date) -> bytes:
    """Return the DUE of a to-do that is on time until the end of *day*."""
    return b"DUE;VALUE=DATE:%b\r\n" % _date(day)


def _date(day: date) -> bytes:
    """Return *day* as a DATE (RFC 5545 section 3.3.4), years before 1000 with four digits too."""
    return day.isoformat().replace("-", "").encode("ascii")


def _uid(text: str) -> bytes:
    """Return a UID that holds nothing to escape."""
    if not _PROPERTY_UID.fullmatch(text):
        raise ValueError(f"not a UID that can be written: {text!r}")
    return text.encode("ascii")


def _url(text: str) -> bytes:
    """Return the URL property; a URI isn't TEXT (RFC 5545 section 3.3.13), so that nothing in it can be escaped."""
    if not _PROPERTY_URL.fullmatch(text):
        raise ValueError(f"not a URL that can be written: {text!r}")
    return _line(b"URL:", text.encode("ascii"))


def _alarm(summary: bytes, kind: Literal["events", "todos"]) -> bytes:
    """Return an alarm at 09:00 on the day before; a to-do has no start to count from but its end."""
    related = b";RELATED=END" if kind == "todos" else b""
    return _ALARM % (related, _line(b"DESCRIPTION:", summary))


def _summary(entry: Entry, words: _Words, hidden: bool) -> str:
    """Return the one line of *entry* that every calendar shows: its state first, then what, then by whom."""
    frame = words.overdue if entry.status == "open" and entry.overdue else getattr(words, entry.status)
    if hidden:
        return frame % _reference(entry.plan_number, entry.no, words)
    title = entry.title or _reference(entry.plan_number, entry.no, words)
    return frame % (words.by % (title, words.comma.join(entry.units)) if entry.units else title)


def _reference(plan: str, no: str, words: _Words) -> str:
    """Return how papers cite a task: the plan and the number in it, as far as there are any."""
    if no:
        return words.item_of % (plan, no) if plan else words.item % no
    return plan or words.untitled


def _details(entry: Entry, words: _Words) -> bytes:
    """Return DESCRIPTION and CATEGORIES of *entry*."""
    plan = entry.plan_title
    if plan:
        plan = words.numbered % (plan, entry.plan_number) if entry.plan_number else words.plan % plan
    lines = [words.source % _reference(plan or entry.plan_number, entry.no, words)] if plan or entry.plan_number else []
    if entry.units:
        lines.append(words.lead % words.comma.join(entry.units))
    if entry.support:
        lines.append(words.support % words.comma.join(entry.support))
    lines += entry.lines
    text = _line(b"DESCRIPTION:", _escape(_cut_octets("\n".join(lines), DESCRIPTION_LIMIT))) if lines else b""
    return text + _categories(entry.categories) if entry.categories else text


@lru_cache(maxsize=1024)
def _categories(names: tuple[str, ...]) -> bytes:
    """Return the CATEGORIES property; the commas between the items aren't escaped, those inside them are."""
    return _line(b"CATEGORIES:", b",".join(map(_escape, names)))


def _escape(text: str) -> bytes:
    r"""Return *text* as a TEXT value (RFC 5545 section 3.3.11).

    Every kind of line break becomes `\n`, and other control characters are dropped: one NUL makes some clients refuse
    the whole calendar.
    """
    data = text.encode("utf-8", "replace")
    odd = (
        "\x85" in text or "\u2028" in text or "\u2029" in text
    )  # three searches of one character: faster than a pattern
    if odd or len(data.translate(None, _CONTROLS)) < len(data):
        data = _LINE_BREAKS.sub(b"\n", data).translate(None, _CONTROLS)
    return data.replace(b"\\", b"\\\\").replace(b";", b"\\;").replace(b",", b"\\,").replace(b"\n", b"\\n")


def _line(name: bytes, value: bytes) -> bytes:
    """Return a content line, folded to 75 octets (RFC 5545 section 3.1); *name* with its colon, *value* escaped."""
    line = name + value
    if len(line) > 75:
        line = b"\r\n ".join(_PIECE.findall(line))
    return line + b"\r\n"


def _cut(text: str, limit: int) -> str:
    """Return *text* in at most *limit* characters, cut between what a reader sees as characters, with an ellipsis."""
    if len(text) <= limit:
        return text
    end = limit - 1
    while end and _inside_a_character(text, end):
        end -= 1
    return text[: end or limit - 1] + "…"


def _cut_octets(text: str, limit: int) -> str:
    """Return *text* in at most *limit* octets of UTF-8, cut like `_cut`."""
    if len(text) * 4 <= limit or len(data := text.encode("utf-8", "replace")) <= limit:
        return text
    return _cut(text, len(data[: limit - 3].decode("utf-8", "ignore")) + 1)


def _inside_a_character(text: str, at: int) -> bool:
    """Return whether *text* can't be cut before *at*: a combining mark, part of an emoji, or half a flag or syllable.

    The rules of Unicode's UAX 29 that matter for what people write, without its tables.
    """
    before, after = text[at - 1], text[at]
    if after == "\u200d" or before == "\u200d" or unicodedata.category(after).startswith("M"):
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True
    if after in _REGIONAL:
        return (at - len(text[:at].rstrip(_REGIONAL))) % 2 == 1
    return "\u1160" <= after <= "\u11ff" and "\u1100" <= before <= "\u11ff"


_REGIONAL = "".join(map(chr, range(0x1F1E6, 0x1F200)))


def _words(language: str) -> _Words:
    """Return the words of a feed in *language*."""
    _ = Speech(language)
    return _Words(
        open=_("[Due] {title}", title="%s"),
        overdue=_("[Overdue] {title}", title="%s"),
        report=_("[Report] {title}", title="%s"),
        done=_("[Done] {title}", title="%s"),
        cancelled=_("[Cancelled] {title}", title="%s"),
        lapsed=_("[Not reported] {title}", title="%s"),
        routine=_("[Made routine] {title}", title="%s"),
        merged=_("[Merged] {title}", title="%s"),
        carried_over=_("[Carried over] {title}", title="%s"),
        note=_("[Note] {title}", title="%s"),
        by=_("{title} ({units})", title="%s", units="%s"),
        plan=_("{plan}", plan="%s"),
        numbered=_("{plan} ({number})", plan="%s", number="%s"),
        item=_("Item {no}", no="%s"),
        item_of=_("{plan}, item {no}", plan="%s", no="%s"),
        untitled=_("A task of a plan"),
        source=_("From: {plan}", plan="%s"),
        lead=_("Lead: {units}", units="%s"),
        support=_("Support: {units}", units="%s"),
        comma=_.names(("", "")),
    )
