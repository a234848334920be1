"""A point of the calendar as a text names it (六月底, Q3, 25 May), and the days it covers once the year is known."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from plans.model import EARLIEST, LATEST, Precision


class Point(NamedTuple):
    """One point as written; what the text leaves out is None and comes from its neighbours, or from the plan.

    `day` is a day of the month, for a week the day it begins on, for a ten-day period (xun) 1, 2 or 3; `part` is
    "start", "mid" or "end" of the unit; `fixed` are first and last day of what needs no neighbours (本周五, a holiday);
    `turn` counts years from the point before it (次年 is 1).
    """

    unit: Precision
    year: int | None = None
    month: int | None = None
    day: int | None = None
    part: str = ""
    fixed: tuple[date, date] | None = None
    turn: int = 0


class Days(NamedTuple):
    """The days a point covers: `start` where it opens a span, `due` where it closes one."""

    start: date
    due: date


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def add_months(day: date, months: int) -> date:
    """Return *day* that many months later, at the month's last day where it is shorter.

    Raises:
        ValueError: the result lies outside the calendar.
    """
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def days_of(point: Point, year: int, month: int) -> Days | None:
    """Return the days *point* covers with the given *year* and *month* filled in; None where there is no such day."""
    if point.fixed:
        return Days(*point.fixed)
    year, month = point.year or year, point.month or (1 if point.unit == "year" else month)
    if not (EARLIEST <= year <= LATEST and 1 <= month <= 12):
        return None
    if point.unit in ("day", "week"):
        if point.day is None or not 1 <= point.day <= monthrange(year, month)[1]:
            return None
        day = date(year, month, point.day)
        return Days(day, day + timedelta(days=6 - day.weekday()) if point.unit == "week" else day)
    if point.unit == "xun":
        return _xun(year, month, point.day or 1)
    length = {"month": 1, "quarter": 3, "half": 6, "year": 12}[point.unit]
    first = date(year, month, 1)
    return _part(first, length, point.part)


def _xun(year: int, month: int, number: int) -> Days:
    """Return the first, middle or last ten days of a month."""
    due = month_end(year, month) if number == 3 else date(year, month, number * 10)
    return Days(date(year, month, number * 10 - 9), due)


def _part(first: date, months: int, part: str) -> Days:
    """Return the days of a period of *months* from *first*, or of its start, middle or end."""
    last = add_months(first, months) - timedelta(days=1)
    if part == "start":
        return Days(first, first.replace(day=10) if months == 1 else month_end(first.year, first.month))
    if part == "mid":
        if months == 1:
            return Days(first.replace(day=11), first.replace(day=15))
        middle = add_months(first, months // 2)
        return Days(middle, middle - timedelta(days=1) if months > 3 else month_end(middle.year, middle.month))
    return Days(last.replace(day=21) if part == "end" else first, last)


def whole_month(unit: Precision) -> bool:
    """Return whether a unit is a period that a bare 前 stands strictly before."""
    return unit in ("month", "quarter", "half", "year")
