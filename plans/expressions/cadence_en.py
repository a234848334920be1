"""Cadences in English: what comes again, with the days named for it and until when (annually by 31 March)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from plans.cadence import FOLLOWING, WEEKDAYS, precision_of, repeat
from plans.expressions.clauses import compose, unresolved
from plans.expressions.intervals_en import Repeat, intervals, is_yearly
from plans.expressions.mentions import Context, Mention
from plans.expressions.period_days_en import dated, following_month, on_day
from plans.expressions.points import days_of, month_end, whole_month
from plans.model import Reading, say

_PERIOD_END = re.compile(r"(?:the )?(?:(?:end|close) of (?:the )?)?(?:month|quarter)(?:[ -]end)?", re.IGNORECASE)
_WITHIN = re.compile(r" (?:in|during|throughout|over|across) (?:the )?", re.IGNORECASE)
_CLAUSE = re.compile(r"[;:\n]|\. ")
_NEXT_TO = re.compile(
    r"[\s,:&/(\[-]*(?:and )?(?:due )?(?:by|on|in|each|every|before|no later than|not later than"
    r"|at)?[\s:]*(?:the |an? )?",
    re.IGNORECASE,
)


def recurring(text: str, found: Sequence[Mention], context: Context) -> Reading | None:
    """Return the reading of a *text* that comes again; None where it doesn't.

    A date besides the cadence is the deadline, unless it belongs to it (annually by 31 March) or bounds it.
    """
    cadence = _cadence(text)
    lengths = [mention for mention in found if mention.rule in ("event", "length")]
    if cadence is None or (cadence.rule != FOLLOWING and any(m.begin <= cadence.begin < m.end for m in lengths)):
        return None
    cadence = _with_its_days(text, cadence, _outside(text, found, cadence))
    outside = [
        mention for mention in _outside(text, found, cadence) if not _PERIOD_END.fullmatch(_words(text, mention))
    ]
    if unknown := next((mention for mention in outside if _lies_in_unknown(text, mention, cadence)), None):
        return unresolved(text, "calendar", unknown.warnings[0])
    dates = compose(outside, text, context) if outside else None
    if dates is None or dates.kind == "unresolved":
        return _reading(text, cadence)
    bounds = dates.kind in ("span", "open") or all(m.weak or m.mark in ("since", "after", "until") for m in outside)
    if dates.kind == "date" and not bounds:
        warning = say("The text also names a cadence; the date is taken as the deadline.")
        return replace(dates, warnings=(*dates.warnings, warning))
    until = f";UNTIL={dates.due:%Y%m%d}" if dates.due else ""
    return replace(_reading(text, replace(cadence, rrule=cadence.rrule + until)), start=dates.start)


def _lies_in_unknown(text: str, mention: Mention, cadence: Repeat) -> bool:
    """Return whether a cadence lies in a period that the plan gives no days for: every Friday in the spring term."""
    if mention.point or mention.rule != "calendar" or mention.begin < cadence.end:
        return False
    return text[cadence.end : mention.begin] == " " or bool(_WITHIN.fullmatch(text, cadence.end, mention.begin))


def _words(text: str, mention: Mention) -> str:
    """Return the words of a mention."""
    return text[mention.begin : mention.end]


def _outside(text: str, found: Sequence[Mention], cadence: Repeat) -> list[Mention]:
    """Return the mentions that aren't part of a cadence; one that leads on from it (Fridays until 27 May) ends it.

    A period it lies in (every Monday in May 2026) is where it begins and ends.
    """
    outside: list[Mention] = []
    inside = False
    for mention in found:
        if cadence.begin < mention.end and mention.begin < cadence.end:
            inside = True
            continue
        leads_on = (inside and mention.joined == "to") or text[cadence.end : mention.begin] == " to "
        if leads_on:
            mention = replace(mention, joined="", mark="until")
        elif _WITHIN.fullmatch(text, cadence.end, mention.begin) and mention.point and whole_month(mention.point.unit):
            mention = replace(mention, joined="", mark="inside", rule="span")
        outside.append(mention)
        inside = False
    return outside


def _reading(text: str, cadence: Repeat) -> Reading:
    """Return the reading of a cadence."""
    precision = precision_of(cadence.rrule)
    return Reading(
        "recurring", text, precision=precision, rrule=cadence.rrule, rule=cadence.rule, warnings=cadence.warnings
    )


def _cadence(text: str) -> Repeat | None:
    """Return the cadence of *text*: with a day of its period first, then the first plain one."""
    if made := dated(text):
        return made
    plain = intervals(text)
    if not plain:
        return following_month(text)
    first = min(plain, key=lambda cadence: (cadence.begin, -cadence.end))
    told = [same for same in plain if same.rrule == first.rrule and is_yearly(text[same.begin : same.end])]
    first = told[0] if told else first  # annual report by 31 July each year: the day belongs to each year
    return on_day(first, text)


def _with_its_days(text: str, cadence: Repeat, outside: Sequence[Mention]) -> Repeat:
    """Return the cadence with the days named for it: annually by 31 March, weekly on Friday, quarterly (Jan, Apr)."""
    beside = _beside(text, cadence, outside)
    if cadence.rrule.startswith("FREQ=WEEKLY") and "BYDAY" not in cadence.rrule:
        days = sorted({m.weekday for m in beside if m.rule == "weekday" and m.weekday is not None})
        if not days:
            return cadence
        named = ",".join(WEEKDAYS[day] for day in days)
        return replace(cadence, end=beside[-1].end, rrule=f"{cadence.rrule};BYDAY={named}")
    if is_yearly(text[cadence.begin : cadence.end]):
        near = [m for m in outside if m in beside or not _CLAUSE.search(text, *sorted((m.begin, cadence.begin)))]
        return _yearly(cadence, near) or cadence
    if cadence.rrule == "FREQ=YEARLY" and len(outside) == 1 and _alone_in_brackets(text, outside[0]):
        return _yearly(cadence, outside) or cadence  # annual review (May)
    periods = {"FREQ=YEARLY": 1, "FREQ=MONTHLY;INTERVAL=6": 2, "FREQ=MONTHLY;INTERVAL=3": 4}.get(cadence.rrule)
    listed = outside if periods and periods > 1 and len(outside) == periods else beside  # returns: 31 Jan, 30 Apr, …
    return (_yearly(cadence, listed) if periods == len(listed) else None) or cadence


def _beside(text: str, cadence: Repeat, outside: Sequence[Mention]) -> list[Mention]:
    """Return the points named right behind a cadence, with nothing but a preposition between."""
    found: list[Mention] = []
    at = cadence.end
    for mention in outside:
        if mention.begin >= at:
            if not _NEXT_TO.fullmatch(text, at, mention.begin):
                break
            found.append(mention)
            at = mention.end
    return found


def _alone_in_brackets(text: str, mention: Mention) -> bool:
    """Return whether a period stands alone in brackets."""
    return text[: mention.begin].endswith("(") and text[mention.end :].startswith(")")


def _yearly(cadence: Repeat, named: Sequence[Mention]) -> Repeat | None:
    """Return a yearly cadence on the days *named* for it, if they have no year of their own."""
    near = [m for m in named if m.point and not (m.point.year or m.point.fixed or m.point.unit == "year")]
    near = [m for m in near if m.mark not in ("since", "after")]
    dues = [days for m in near if m.point and (days := days_of(m.point, 2001, 0))]
    if not dues:
        return None
    ends = all(day.due == month_end(day.due.year, day.due.month) for day in dues)
    written = {m.point.day for m in near if m.point and m.point.unit == "day"}
    numbers = {-1} if ends and len(written) != 1 else {day.due.day for day in dues}
    day = max(numbers)
    why = say("A calendar rule can't say these days at once; the latest of them is taken in each month.")
    rrule = repeat("year", months=[days.due.month for days in dues], days=(day,))
    begin, end = min(cadence.begin, near[0].begin), max(cadence.end, near[-1].end)
    return Repeat(begin, end, rrule, "each", (why,) if len(numbers) > 1 else cadence.warnings)
