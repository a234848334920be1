"""The points an English text names from the day of issue, or by weekday: today, next Friday, first Monday of June."""

from __future__ import annotations

import re
from datetime import date, timedelta

from plans.expressions.mentions import DAY, Context, Finder, Mention
from plans.expressions.points import Point, add_months, month_end
from plans.expressions.points_en import (
    FULL_YEAR,
    MONTH,
    ORDINALS,
    WEEKDAY,
    found_at,
    month_number,
    weekday_number,
    year_of,
)
from plans.model import say

_NAMED_WEEKDAY = re.compile(
    rf"(?<![a-z])(?:(?P<which>this|next|the following|following|coming"
    rf"|on) )?(?:coming )?(?P<d>{WEEKDAY})(?: (?:of )?(?P<week>this|next|the following) week"
    r"|(?P<later> week| fortnight)(?![- ][a-z]))?(?! of)(?! ?,? ?\d)",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"(?P<day>today|tonight|tomorrow|the day after tomorrow)"
    r"|(?:the )?(?P<part>end of |close of |mid[- ]|early |late )?(?:(?P<which>the following|this|next"
    r"|the current|current|the|following) )?(?P<unit>week|month|quarter)(?P<end>[ -]end)?(?![a-z])"
    r"|(?P<short>eow|eom|eoq)(?![a-z\d])",
    re.IGNORECASE,
)
_COMING_MONTH = re.compile(
    rf"(?P<part>(?:the )?end of )?(?<![a-z])(?P<which>next|(?:the |this )?coming) (?P<m>{MONTH})(?! ?\d)", re.IGNORECASE
)
_LONE_DAY = re.compile(
    r"(?<![a-z])the (?P<d>\d{1,2})(?:st|nd|rd|th)(?! (?!of |and |or |at |to |if |for |by |in |on |the |latest)"
    r"[a-z])(?: of (?P<which>this|the|next) month)?"
    r"|(?<![\d.])(?P<d2>\d{1,2})(?:st|nd|rd|th)? (?:of )?(?P<which2>this|next) month",
    re.IGNORECASE,
)
_NTH_WEEKDAY = re.compile(
    rf"(?:the )?(?P<nth>first|1st|second|2nd|third|3rd|fourth|4th|last|final) (?P<d>{WEEKDAY}) (?:of"
    rf"|in) (?P<m>{MONTH})"
    rf"(?:,? (?P<y>{FULL_YEAR}))?",
    re.IGNORECASE,
)


def _named_weekday(hit: re.Match[str], context: Context) -> Mention | None:
    """Return a day of the week, the next one from the day of issue on; next Friday early in a week is ambiguous."""
    number = weekday_number(hit["d"])
    if not context.issued:
        return found_at(hit, None, rule="weekday", weekday=number)
    if hit["week"]:
        monday, _ = _around("week", context.issued, 0 if hit["week"].lower() == "this" else 1)
        return found_at(hit, Point("day", fixed=(monday + number * DAY, monday + number * DAY)), rule="weekday")
    day = context.issued + timedelta(days=(number - context.issued.weekday()) % 7)
    if hit["later"]:  # Thursday week is the Thursday after the coming one
        day += timedelta(weeks=1 if hit["later"].lower() == " week" else 2)
        return found_at(hit, Point("day", fixed=(day, day)), rule="weekday", weekday=number)
    if (hit["which"] or "").lower() in ("next", "following", "the following"):
        this_week = day.isocalendar()[:2] == context.issued.isocalendar()[:2]
        if this_week and day != context.issued:
            why = say("It can be this week's day or next week's.")
            return found_at(hit, None, guesses=(day + 7 * DAY, day), warnings=(why,), rule="ambiguous")
        day += 7 * DAY if this_week else timedelta(0)
    return found_at(hit, Point("day", fixed=(day, day)), rule="weekday", weekday=number)


def _relative(hit: re.Match[str], context: Context) -> Mention | None:
    """Return a day, week, month or quarter counted from the day of issue."""
    which = (hit["which"] or "").lower()
    if not (
        hit["day"]
        or hit["short"]
        or hit["part"]
        or hit["end"]
        or which in ("this", "next", "current", "the current")
        or (hit[0].lower().startswith("the ") and hit.string[: hit.start()].lower().endswith("within "))
    ):
        return None
    if not context.issued:
        return found_at(hit, None)
    if hit["day"]:
        ahead = {"today": 0, "tonight": 0, "tomorrow": 1}.get(hit["day"].lower(), 2)
        day = context.issued + timedelta(days=ahead)
        return found_at(hit, Point("day", fixed=(day, day)), rule="relative day")
    unit = {"eow": "week", "eom": "month", "eoq": "quarter"}.get((hit["short"] or "").lower()) or hit["unit"].lower()
    first, last = _around(unit, context.issued, 1 if "next" in which or "following" in which else 0)
    part = (hit["part"] or "").lower()
    if part.startswith(("mid", "early", "late")):
        return found_at(hit, None, guesses=(last,))
    return found_at(hit, Point(unit, fixed=(first, last), part="end" if part or hit["end"] else ""), rule=unit)  # type: ignore[arg-type]


def _coming_month(hit: re.Match[str], context: Context) -> Mention:
    """Return the month that comes next of that name; next June early in a year is ambiguous."""
    if not context.issued:
        return found_at(hit, None)
    month = month_number(hit["m"])
    year = context.issued.year + (month <= context.issued.month)
    if hit["which"].lower() == "next" and year == context.issued.year:
        why = say("It can be this year's month or next year's.")
        guesses = (month_end(year, month), month_end(year + 1, month))
        return found_at(hit, None, guesses=guesses, warnings=(why,), rule="ambiguous")
    part = "end" if hit["part"] else ""
    return found_at(hit, Point("month", year, month, part=part))


def _around(unit: str, day: date, later: int) -> tuple[date, date]:
    """Return first and last day of the week, month or quarter of *day*, or of the next one."""
    if unit == "week":
        monday = day - timedelta(days=day.weekday()) + later * 7 * DAY
        return monday, monday + 6 * DAY
    length = 1 if unit == "month" else 3
    first = add_months(day.replace(day=1, month=(day.month - 1) // length * length + 1), later * length)
    return first, add_months(first, length) - DAY


def _lone_day(hit: re.Match[str], context: Context) -> Mention | None:
    """Return a day of the month of issue, or of the next."""
    day, which = int(hit["d"] or hit["d2"]), (hit["which"] or hit["which2"] or "").lower()
    if which == "next" and context.issued:
        first = add_months(context.issued.replace(day=1), 1)
        return found_at(hit, Point("day", first.year, first.month, day))
    return found_at(hit, Point("day", day=day))


def _nth_weekday(hit: re.Match[str], context: Context) -> Mention:
    """Return the first, second, third, fourth or last Monday (to Sunday) of a month."""
    year, month = year_of(hit["y"], context) or context.year, month_number(hit["m"])
    if not year:
        return found_at(hit, None)
    weekday, word = weekday_number(hit["d"]), hit["nth"].lower()
    if word in ("last", "final"):
        day = month_end(year, month)
        day -= timedelta(days=(day.weekday() - weekday) % 7)
    else:
        day = date(year, month, 1)
        day += timedelta(days=(weekday - day.weekday()) % 7 + 7 * (ORDINALS[word] - 1))
    return found_at(hit, Point("day", day.year, day.month, day.day), rule="weekday of a month")


FINDERS: tuple[Finder, ...] = (
    (_NTH_WEEKDAY, _nth_weekday),
    (_RELATIVE, _relative),
    (_NAMED_WEEKDAY, _named_weekday),
    (_COMING_MONTH, _coming_month),
    (_LONE_DAY, _lone_day),
)
