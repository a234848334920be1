"""A strict check of calendar feeds, any producer's: what parsers forgive and phones don't (RFC 5545, RFC 7986).

Each rule is a small function from a component to its faults. A rule keeps its number: F11 never gets another meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from notifications.feed_lines import Component, Fault, Property, read_components, read_lines, read_properties
from plans.model import say

Faults = Iterator[Fault]

DATED = ("VEVENT", "VTODO", "VJOURNAL")
TEXTS = (
    "SUMMARY",
    "DESCRIPTION",
    "LOCATION",
    "COMMENT",
    "CONTACT",
    "NAME",
    "X-WR-CALNAME",
    "X-WR-CALDESC",
    "PRODID",
    "UID",
)
LISTS = ("CATEGORIES", "RESOURCES")
ONCE = (
    *("UID", "DTSTAMP", "DTSTART", "DTEND", "DUE", "DURATION", "SUMMARY", "DESCRIPTION", "LOCATION", "STATUS"),
    *("SEQUENCE", "TRANSP", "CLASS", "CREATED", "LAST-MODIFIED", "PRIORITY", "URL", "ORGANIZER", "RECURRENCE-ID"),
    *("COMPLETED", "PERCENT-COMPLETE", "GEO", "COLOR"),
)
STATES = {
    "VEVENT": {"TENTATIVE", "CONFIRMED", "CANCELLED"},
    "VTODO": {"NEEDS-ACTION", "COMPLETED", "IN-PROCESS", "CANCELLED"},
    "VJOURNAL": {"DRAFT", "FINAL", "CANCELLED"},
}
SUMMARY_LIMIT = 255
DESCRIPTION_LIMIT = 4096

_ESCAPES = re.compile(r"(?s)\\[\\;,nN]|(\\.?)|([;,])")
_DATE = re.compile(r"[0-9]{8}")
_DATE_TIME = re.compile(r"[0-9]{8}T([01]\d|2[0-3])[0-5]\d([0-5]\d|60)Z?", re.ASCII)
_DURATION = re.compile(r"[+-]?P(\d+W|\d+D(T(\d+H)?(\d+M)?(\d+S)?(?<!T))?|T(\d+H)?(\d+M)?(\d+S)?(?<!T))")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_OFFSET = re.compile(r"[+-]([01]\d|2[0-3])[0-5]\d([0-5]\d)?")


def check_feed(data: bytes) -> list[Fault]:
    """Return all that is wrong with a calendar file, in the order of its lines; never raises for what it reads."""
    faults: list[Fault] = []
    lines = read_lines(data, faults)
    if not any(line.upper() == "BEGIN:VCALENDAR" for _, line in lines):
        return [Fault(1, "F6", say("This is no calendar file: BEGIN:VCALENDAR stands nowhere in it."))]
    roots = read_components(read_properties(lines, faults), faults)
    faults += one_calendar(roots)
    for calendar in roots:
        if calendar.name == "VCALENDAR":
            faults += (fault for rule in CALENDAR_RULES for fault in rule(calendar))
            faults += (fault for part in calendar.walk() for rule in COMPONENT_RULES for fault in rule(part))
    return sorted(faults, key=lambda fault: (fault.line, fault.rule))


def one_calendar(roots: list[Component]) -> Faults:
    """A feed is one VCALENDAR and nothing else (RFC 5545 section 3.4)."""
    if [root.name for root in roots] != ["VCALENDAR"]:
        line = roots[1].line if len(roots) > 1 else 0
        yield Fault(line, "F6", say("A feed is exactly one VCALENDAR; components here: {n}.", n=len(roots)))


def calendar_says_what_it_is(calendar: Component) -> Faults:
    """VERSION:2.0 and PRODID stand exactly once, METHOD not at all (section 3.6; RFC 5546)."""
    for name in ("VERSION", "PRODID"):
        if len(calendar.all(name)) != 1:
            n = len(calendar.all(name))
            yield Fault(calendar.line, "F6", say("The calendar has {n} {name}; it needs exactly one.", n=n, name=name))
    for one in calendar.properties:
        if (one.name == "VERSION" and one.value != "2.0") or (
            one.name == "CALSCALE" and one.value.upper() != "GREGORIAN"
        ):
            yield Fault(one.line, "F6", say("{name}:{value} is not understood.", name=one.name, value=one.value))
        if one.name == "METHOD":
            yield Fault(one.line, "F6", say("METHOD makes the feed an invitation; leave it out (RFC 5546)."))
        if one.name == "UID":
            fault = say("A UID of the whole calendar makes some clients take the feed for one entry; leave it out.")
            yield Fault(one.line, "F23", fault)


def calendar_is_not_empty(calendar: Component) -> Faults:
    """At least one component stands in a calendar (section 3.6)."""
    if not calendar.parts:
        yield Fault(calendar.line, "F7", say("The calendar has no component; some clients refuse it (RFC 5545, 3.6)."))


def uids_differ(calendar: Component) -> Faults:
    """One UID, one entry; only instances of a recurring one share it, told apart by RECURRENCE-ID (section 3.8.4.7)."""
    seen: dict[tuple[str, str], Component] = {}
    for part in calendar.parts:
        uid, instance = part.get("UID"), part.get("RECURRENCE-ID")
        if part.name not in DATED or uid is None:
            continue
        first = seen.setdefault((uid.value, instance.value if instance else ""), part)
        if first is not part:
            rule = "F8" if first.name == part.name else "F18"
            yield Fault(uid.line, rule, say("The UID of line {line} again; clients keep one of both.", line=first.line))


def zones_are_declared(calendar: Component) -> Faults:
    """Every TZID in use has its VTIMEZONE, and none has two (section 3.2.19)."""
    zones = [zone.value for part in calendar.parts if part.name == "VTIMEZONE" for zone in part.all("TZID")]
    for part in calendar.parts:
        zone = part.get("TZID")
        if part.name == "VTIMEZONE" and zone and zones.count(zone.value) > 1:
            yield Fault(zone.line, "F13", say("Two VTIMEZONE are called {zone}.", zone=zone.value))
    for one in (one for part in calendar.walk() for one in part.properties):
        if (name := one.parameters.get("TZID")) and name not in zones:
            yield Fault(one.line, "F12", say("TZID {zone} has no VTIMEZONE in the file (RFC 5545, 3.2.19).", zone=name))


def texts_are_escaped(part: Component) -> Faults:
    r"""In TEXT, comma, semicolon and backslash are escaped, and nothing else but `\n` (section 3.3.11)."""
    for one in part.properties:
        if one.name not in (*TEXTS, *LISTS):
            continue
        for found in _ESCAPES.finditer(one.value):
            if found[1]:
                fault = say(
                    "{name}: {text} is no escape; a backslash itself is written twice.", name=one.name, text=found[1]
                )
                yield Fault(one.line, "F3", fault)
            elif found[2] and not (found[2] == "," and one.name in LISTS):
                fault = say("{name}: a {mark} in a text is written \\{mark}.", name=one.name, mark=found[2])
                yield Fault(one.line, "F3" if one.name in TEXTS else "F19", fault)


def parameters_are_clean(part: Component) -> Faults:
    """VALUE names a type that exists, and TZID holds nothing to quote (section 3.2)."""
    for one in part.properties:
        if "TZID" in one.parameters and one.value.endswith("Z"):
            yield Fault(one.line, "F4", say("{name}: a time in UTC has no TZID (RFC 5545, 3.2.19).", name=one.name))
        if "TZID" in one.parameters and one.type == "DATE":
            yield Fault(one.line, "F11", say("{name}: a day has no TZID.", name=one.name))


def values_have_their_type(part: Component) -> Faults:
    """Numbers are numbers, addresses are addresses, and nothing is hidden in them (sections 3.3 and 3.8)."""
    for one in part.properties:
        if one.name == "URL" and not _URI.fullmatch(one.value):
            yield Fault(one.line, "F5", say("URL is not an address: {value}", value=one.value))
        if one.name in ("SEQUENCE", "PRIORITY", "PERCENT-COMPLETE") and not re.fullmatch(r"\d{1,9}", one.value):
            yield Fault(one.line, "F10", say("{name} must be a whole number.", name=one.name))
        if one.name in ("DTSTAMP", "LAST-MODIFIED", "CREATED", "COMPLETED") and not _is_utc(one.value):
            yield Fault(
                one.line, "F9", say("{name} must be an instant in UTC, such as 20260302T003000Z.", name=one.name)
            )
        if one.name == "COLOR" and not re.fullmatch("[A-Za-z]+", one.value):
            yield Fault(one.line, "F19", say("COLOR must be a CSS3 colour name (RFC 7986, 5.9)."))


def durations_are_durations(part: Component) -> Faults:
    """An hour is PT1H: P1H makes phones refuse the file without a word (section 3.3.6; RFC 7986 section 5.7)."""
    for one in part.properties:
        if one.name == "REFRESH-INTERVAL" and one.type != "DURATION":
            yield Fault(one.line, "F17", say("REFRESH-INTERVAL needs ;VALUE=DURATION (RFC 7986, 5.7)."))
        if one.name == "TRIGGER" and (one.type == "DATE-TIME" or _is_utc(one.value)):
            continue
        if one.name in ("DURATION", "REFRESH-INTERVAL", "X-PUBLISHED-TTL", "TRIGGER") and not _DURATION.fullmatch(
            one.value
        ):
            yield Fault(
                one.line, "F17", say("{name}: {value} is no duration; an hour is PT1H.", name=one.name, value=one.value)
            )


def once_is_enough(part: Component) -> Faults:
    """What an entry has at most one of, it has at most once (section 3.6.1)."""
    if part.name in DATED:
        for name in ONCE:
            for again in part.all(name)[1:]:
                yield Fault(again.line, "F6", say("{name} stands twice in one entry.", name=name))


def entry_is_named_and_stamped(part: Component) -> Faults:
    """Every entry has a UID, of at most 255 octets, and a DTSTAMP (sections 3.8.4.7 and 3.8.7.2)."""
    if part.name not in DATED:
        return
    uid = part.get("UID")
    if uid is None or not uid.value.strip():
        yield Fault(part.line, "F8", say("The entry has no UID."))
    elif len(uid.value.encode("utf-8")) > 255 or not uid.value.isascii():
        yield Fault(uid.line, "F8", say("A UID is at most 255 ASCII characters."))
    if part.get("DTSTAMP") is None:
        yield Fault(part.line, "F9", say("The entry has no DTSTAMP."))


def days_are_whole(part: Component) -> Faults:
    """An event starts, ends later and by the same type; a day ends on the next (sections 3.6.1 and 3.8.2.2)."""
    if part.name not in DATED:
        return
    start, end = part.get("DTSTART"), part.get("DTEND") or part.get("DUE")
    if part.name == "VEVENT" and start is None:
        yield Fault(part.line, "F11", say("The event has no DTSTART."))
    yield from (fault for one in (start, end) if one for fault in _moment(one))
    if end and (length := part.get("DURATION")):
        yield Fault(length.line, "F11", say("{name} and DURATION exclude each other.", name=end.name))
    if not (start and end):
        return
    if _is_day(start) != _is_day(end):
        yield Fault(end.line, "F11", say("DTSTART and {name} must be of the same type.", name=end.name))
    elif _zone(start) == _zone(end) and (end.value < start.value or (end.value == start.value and end.name == "DTEND")):
        fault = say("{name} is not after DTSTART; it is exclusive: a day ends on the next.", name=end.name)
        yield Fault(end.line, "F11", fault)


def alarms_only_show(part: Component) -> Faults:
    """An alarm shows a text at a time; all else is a way to attack (section 3.6.6)."""
    if part.name != "VALARM":
        return
    for name in ("ACTION", "TRIGGER", "DESCRIPTION"):
        if part.get(name) is None:
            yield Fault(part.line, "F14", say("The alarm has no {name}.", name=name))
    for one in part.properties:
        if one.name in ("ATTACH", "ATTENDEE") or (one.name == "ACTION" and one.value.upper() != "DISPLAY"):
            fault = say("An alarm in a feed may only show a text; {name} is refused.", name=one.name)
            yield Fault(one.line, "F14", fault)


def zone_is_complete(part: Component) -> Faults:
    """A time zone has its TZID and a STANDARD with offsets; Outlook misreads RDATE (section 3.6.5)."""
    if part.name == "VTIMEZONE":
        if part.get("TZID") is None:
            yield Fault(part.line, "F13", say("The VTIMEZONE has no TZID."))
        if not any(rule.name == "STANDARD" for rule in part.parts):
            yield Fault(part.line, "F13", say("The VTIMEZONE has no STANDARD."))
    if part.name in ("STANDARD", "DAYLIGHT"):
        for name in ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO"):
            one = part.get(name)
            if one is None or (name != "DTSTART" and not _OFFSET.fullmatch(one.value)):
                yield Fault(part.line, "F13", say("{part} has no proper {name}.", part=part.name, name=name))
        if rdate := part.get("RDATE"):
            yield Fault(rdate.line, "F13", say("RDATE in a time zone is misread by Outlook; use RRULE."))


def state_exists(part: Component) -> Faults:
    """STATUS is one of the words that the component knows; TRANSP too (sections 3.8.1.11 and 3.8.2.7)."""
    status, transparent = part.get("STATUS"), part.get("TRANSP")
    if status and status.value.upper() not in STATES.get(part.name, {status.value.upper()}):
        yield Fault(status.line, "F15", say("{part} knows no STATUS:{value}.", part=part.name, value=status.value))
    if transparent and transparent.value.upper() not in {"OPAQUE", "TRANSPARENT"}:
        yield Fault(transparent.line, "F16", say("TRANSP is OPAQUE or TRANSPARENT."))
    start = part.get("DTSTART")
    if part.name == "VEVENT" and start and _is_day(start) and not transparent:
        yield Fault(
            part.line, "F16", say("An all-day event without TRANSP:TRANSPARENT makes people busy the whole day.")
        )


def texts_are_short(part: Component) -> Faults:
    """A SUMMARY has at most 255 characters, a DESCRIPTION 4 KiB: clients cut the rest, or the whole entry."""
    for one in part.properties:
        if one.name == "SUMMARY" and len(unescape(one.value)) > SUMMARY_LIMIT:
            yield Fault(one.line, "F20", say("SUMMARY has more than {n} characters.", n=SUMMARY_LIMIT))
        if one.name == "DESCRIPTION" and len(unescape(one.value).encode("utf-8")) > DESCRIPTION_LIMIT:
            yield Fault(one.line, "F20", say("DESCRIPTION has more than {n} octets.", n=DESCRIPTION_LIMIT))


CALENDAR_RULES: tuple[Callable[[Component], Faults], ...] = (
    calendar_says_what_it_is,
    calendar_is_not_empty,
    uids_differ,
    zones_are_declared,
)
COMPONENT_RULES: tuple[Callable[[Component], Faults], ...] = (
    texts_are_escaped,
    parameters_are_clean,
    values_have_their_type,
    durations_are_durations,
    once_is_enough,
    entry_is_named_and_stamped,
    days_are_whole,
    alarms_only_show,
    zone_is_complete,
    state_exists,
    texts_are_short,
)


def unescape(value: str) -> str:
    r"""Return a TEXT value as it is read: `\n` is a line break, any other escaped character itself."""
    return re.sub(r"(?s)\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def _moment(one: Property) -> Faults:
    """A day is said to be one, and exists; a time has a zone (sections 3.3.4 and 3.3.5)."""
    if _DATE.fullmatch(one.value):
        if one.type != "DATE":
            yield Fault(one.line, "F11", say("{name} is a day and needs ;VALUE=DATE.", name=one.name))
    elif one.type == "DATE" or not _DATE_TIME.fullmatch(one.value):
        yield Fault(
            one.line, "F11", say("{name}: {value} is neither a day nor a time.", name=one.name, value=one.value)
        )
    elif not one.value.endswith("Z") and "TZID" not in one.parameters:
        yield Fault(one.line, "F12", say("{name} is a time without a zone; it moves with the reader.", name=one.name))
    if _DATE.match(one.value) and not _exists(one.value[:8]):
        yield Fault(one.line, "F11", say("{name}: there is no such day: {value}", name=one.name, value=one.value))


def _exists(day: str) -> bool:
    """Return whether eight digits are a day of the calendar."""
    try:
        date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return False
    return True


def _zone(one: Property) -> str:
    """Return by which clock a property tells the time: times by different clocks can't be compared as text."""
    return "UTC" if one.value.endswith("Z") else one.parameters.get("TZID", "")


def _is_day(one: Property) -> bool:
    return bool(_DATE.fullmatch(one.value))


def _is_utc(value: str) -> bool:
    return value.endswith("Z") and bool(_DATE_TIME.fullmatch(value)) and _exists(value[:8])
