"""Days in figures in an English text: 2024-12-31, 31/12/2024, w/c 20/5, 12/2024, 2024-W20."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import chain

from plans.expressions.mentions import Context, Finder, Mention
from plans.expressions.points import Point, days_of
from plans.expressions.points_en import FULL_YEAR, NAMED, WEEK_OF, found_at, weekday_number
from plans.model import say

_ISO = re.compile(r"(?<![\d/.-])(?P<y>(?:19|20|21)\d\d)(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)")
_ISO_MONTH = re.compile(r"(?<![\d/.-])(?P<y>(?:19|20|21)\d\d)[-/](?P<m>\d{1,2})(?![\d/-])")
_ISO_WEEK = re.compile(r"(?<!\d)(?P<y>(?:19|20|21)\d\d)-?w(?P<w>\d\d)(?!\d)", re.IGNORECASE)
_SLASHED = re.compile(
    rf"{WEEK_OF}{NAMED}(?<![\d/.-])(?P<a>\d{{1,2}})(?P<s>[/.-])(?P<b>\d{{1,2}})(?P=s)(?P<y>\d{{4}}|\d\d)(?![\d/])",
    re.IGNORECASE,
)
_NO_YEAR = re.compile(  # not a fraction (2/3 of the staff), not around the clock (24/7)
    rf"(?:^|(?<=[(,;:& -])){WEEK_OF}{NAMED}(?<![\d/.-])(?!24/7)(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})"
    r"(?=\.?$|\. | ?[(),;:]| ?-| (?:at|to|and|or|until|draft|final|onwards?)(?![a-z]))",
    re.IGNORECASE,
)
_DOTTED = re.compile(  # 25.11. with its second point is a day and a month; 5.12 may be anything
    r"(?:^|(?<=by )|(?<=on )|(?<=before )|(?<=until )|(?<=from )|(?<=to )|(?<=- ))(?P<d>\d{1,2})\.(?P<m>\d{1,2})\."
    r"(?=$| ?-|[ ,;)](?!\d))"
)
_MONTH_YEAR = re.compile(rf"(?<![\d/.-])(?P<m>\d{{1,2}})[/-](?P<y>{FULL_YEAR})(?![/.]?\d|-\d{{1,2}}(?![\d/]))")


def _iso(hit: re.Match[str], _context: Context) -> Mention:
    """Return a day written year first."""
    return found_at(hit, Point("day", int(hit["y"]), int(hit["m"]), int(hit["d"])))


def _iso_month(hit: re.Match[str], _context: Context) -> Mention | None:
    """Return a month written year first."""
    return found_at(hit, Point("month", int(hit["y"]), int(hit["m"]))) if 1 <= int(hit["m"]) <= 12 else None


def _iso_week(hit: re.Match[str], _context: Context) -> Mention | None:
    """Return a week of ISO 8601, Monday to Sunday."""
    try:
        monday = date.fromisocalendar(int(hit["y"]), int(hit["w"]), 1)
    except ValueError:
        return found_at(hit, None)
    return found_at(hit, Point("week", fixed=(monday, monday + timedelta(days=6))))


def _slashed(hit: re.Match[str], context: Context) -> Mention:
    """Return a day written with the year last, or the week that begins on it."""
    return _either(hit, int(hit["y"]) if len(hit["y"]) == 4 else 2000 + int(hit["y"]), context)


def _no_year(hit: re.Match[str], context: Context) -> Mention | None:
    """Return a day without a year: by 6/30; None where nothing gives the year."""
    return _either(hit, context.year, context) if context.year else None


def _dotted(hit: re.Match[str], _context: Context) -> Mention | None:
    """Return a day without a year in the way of the continent: before 25.11."""
    return None if int(hit["m"]) > 12 else found_at(hit, Point("day", None, int(hit["m"]), int(hit["d"])))


def _either(hit: re.Match[str], year: int, context: Context) -> Mention:
    """Return a day of two numbers, without a declared order only if one order makes sense or fits the weekday."""
    first, second = int(hit["a"]), int(hit["b"])
    weekday = weekday_number(hit["weekday"]) if hit["weekday"] else None
    orders = {"dmy": Point("day", year, second, first), "mdy": Point("day", year, first, second)}
    known = {point: days.due for point in orders.values() if (days := days_of(point, 0, 0))}
    begins = 0 if hit["week"] and weekday is None else weekday  # a week begins on Monday
    fitting = [point for point, due in known.items() if due.weekday() == begins]
    if context.date_order:
        point = orders[context.date_order]
    elif len(set(known.values())) == 1:
        point = next(iter(known))
    elif len(fitting) == 1:
        point = fitting[0]
    else:
        why = say("Day and month can be read in either order.")
        why = why if known else say("There is no such day in the calendar.")
        return found_at(hit, None, guesses=tuple(known.values()), warnings=(why,), rule="ambiguous")
    return found_at(
        hit, point._replace(unit="week" if hit["week"] else "day"), weekday=None if hit["week"] else weekday
    )


def order_within(text: str) -> str:
    """Return which of day and month comes first, where the days of *text* itself leave no doubt; else ""."""
    orders = {"dmy" for hit in _DOTTED.finditer(text) if int(hit["m"]) <= 12}
    for hit in chain(_SLASHED.finditer(text), _NO_YEAR.finditer(text)):
        first, second = int(hit["a"]), int(hit["b"])
        if max(first, second) > 12 >= min(first, second):
            orders.add("dmy" if first > 12 else "mdy")
    return orders.pop() if len(orders) == 1 else ""


def _month_year(hit: re.Match[str], _context: Context) -> Mention | None:
    """Return a month written before its year: 06/2024."""
    return found_at(hit, Point("month", int(hit["y"]), int(hit["m"])))


FINDERS: tuple[Finder, ...] = (
    (_ISO, _iso),
    (_ISO_WEEK, _iso_week),
    (_SLASHED, _slashed),
    (_NO_YEAR, _no_year),
    (_DOTTED, _dotted),
    (_MONTH_YEAR, _month_year),
    (_ISO_MONTH, _iso_month),
)
