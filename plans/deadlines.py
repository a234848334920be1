"""Reading a deadline as an office wrote it: one pure function from the expression to what it says, in two languages.

A wrong date is worse than none: whatever isn't certain is unresolved, with the days a person may choose from.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from plans.cadence import recurrence
from plans.expressions.clauses import unresolved
from plans.expressions.deadlines_en import read_english
from plans.expressions.deadlines_zh import read_chinese
from plans.expressions.mentions import Context
from plans.expressions.numerals import plain
from plans.expressions.points import Point, days_of, month_end
from plans.model import EARLIEST, LATEST, Plan, Reading, say
from plans.states import state_word
from plans.workdays import Workdays

__all__ = ["Context", "context_of", "read", "recurrence", "state_word"]

LONGEST = 4000
_CHINESE = re.compile(r"[\u3400-\u9fff〇〃]")
_LETTER = re.compile(r"[A-Za-z]")
_YEAR_LAST = re.compile(r"(?<![\d.])\d{1,2}([/. -])\d{1,2}\1(?:19|20)\d\d(?!\d)")
_NOTHING = re.compile(r"[\s\-/\\.·*_|]*|无|没有|暂无|n\.?/?a\.?|nil|none|not applicable|不适用", re.IGNORECASE)
_ABOVE = re.compile(r"同上|上同|同前|〃|″|“+|,,|ditto|do\.|same as above|as above|\(?see above\)?|idem", re.IGNORECASE)
_CLOSED_STATES = ("done", "cancelled", "on hold", "transferred", "merged", "carried over", "not started")
_EXCEL_DAY_0 = date(1899, 12, 30)


def context_of(plan: Plan, workdays: Workdays) -> Context:
    """Return what the deadlines of a plan are read with, by its checks as by its rows."""
    return Context(
        issued=plan.issued,
        plan_year=plan.plan_year,
        workdays=workdays,
        calendars=plan.calendars,
        date_order=plan.date_order,
        fiscal_year=plan.fiscal_year,
        language=plan.language if "language" in plan.places else "",  # a default is no statement about dates
    )


def read(expression: str, context: Context) -> Reading:
    """Return what a deadline *expression* says, read against *context*; any text is read, none raises.

    The rules are those of the project's table of forms. Texts of more than 4,000 characters aren't deadlines and stay
    unresolved.
    """
    return _read(expression, _sane(context))


def _sane(context: Context) -> Context:
    """Return *context* without a day or year that no plan is made for, so that counting from it can't fail."""
    issued, year = context.issued, context.plan_year
    if issued and not EARLIEST <= issued.year <= LATEST:
        context = replace(context, issued=None)
    if year and not EARLIEST <= year <= LATEST:
        context = replace(context, plan_year=None)
    return context


@lru_cache(maxsize=8192)
def _read(expression: str, context: Context) -> Reading:
    """Return the reading; the same words stand in many rows, and reading them costs a millisecond."""
    if len(expression) > LONGEST:
        return unresolved(expression, "unread", say("The text is too long to be a deadline."))
    text = plain(expression).strip()
    if _NOTHING.fullmatch(text):
        return Reading("none", expression, rule="none")
    if _ABOVE.fullmatch(text):
        return _as_above(expression, context)
    state = state_word(text)
    if state in _CLOSED_STATES:
        return Reading("none", expression, rule="state", state=state)
    digits = _digits(text, expression, context)
    if digits is not None:
        return digits
    english = _LETTER.search(text) or _YEAR_LAST.search(text) or context.language == "en"
    if _CHINESE.search(text) or not english:
        return read_chinese(text, expression, context)
    return read_english(text, expression, context)


def _as_above(expression: str, context: Context) -> Reading:
    """Return the reading of the row above, under the words written here."""
    if context.above is None:
        return unresolved(expression, "above", say("It refers to a row above that has no deadline."))
    return replace(context.above, text=expression, rule="above")


_DIGITS = re.compile(
    r"(?P<serial>\d{5})(?:\.\d+)?|(?P<full>\d{8})|(?P<six>\d{6})|(?P<year>(?:19|20|21)\d\d)(?P<from>-(?:20|21)\d\d)?"
    r"|(?P<ym_year>(?:19|20)\d\d)\.(?P<ym_month>\d{1,2})|(?!24/7)(?P<month>\d{1,2})(?P<sign>[./-])(?P<day>\d{1,2})"
)


def _digits(text: str, expression: str, context: Context) -> Reading | None:
    """Return the reading of a cell of digits alone: 20180525, 43245, 5.25, 2018.5; None for anything else."""
    hit = None if _YEAR_LAST.fullmatch(text) else _DIGITS.fullmatch(re.sub(r"\s+", "", text).strip("()"))
    if hit is None:
        return None
    if hit["serial"]:
        day = _EXCEL_DAY_0 + timedelta(days=int(hit["serial"]))
        return _day(expression, day, "serial", say("Taken as a spreadsheet's number of a day."))
    if hit["full"]:
        return _compact(expression, hit["full"])
    if hit["six"]:
        return _six(expression, hit["six"])
    if hit["year"]:
        return _years(expression, hit)
    if hit["ym_year"]:
        return _year_month(expression, hit, context)
    return _month_day(expression, hit, context)


def _day(expression: str, day: date, rule: str, *warnings: object) -> Reading:
    """Return the reading of one certain day, if it lies within the years that plans are made for."""
    if not EARLIEST <= day.year <= LATEST:
        return unresolved(expression, rule, say("The year {year} can't be meant.", year=day.year))
    return Reading("date", expression, due=day, precision="day", rule=rule, warnings=tuple(warnings))  # type: ignore[arg-type]


def _compact(expression: str, digits: str) -> Reading:
    """Return the reading of eight digits: year, month, day."""
    day = days_of(Point("day", int(digits[:4]), int(digits[4:6]), int(digits[6:])), 0, 0)
    if day is None:
        return unresolved(expression, "digits", say("There is no such day in the calendar."))
    return _day(expression, day.due, "digits")


def _six(expression: str, digits: str) -> Reading:
    """Return the reading of six digits: a year and month, or a day with a year of two digits; both are unsure."""
    month = days_of(Point("month", int(digits[:4]), int(digits[4:])), 0, 0)
    day = days_of(Point("day", 2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:])), 0, 0)
    if month and not day:
        return Reading("date", expression, due=month.due, precision="month", rule="digits")
    if day and not month:
        return _day(expression, day.due, "digits", say("The first two digits are taken as the year."))
    why = say("The digits can be read in more than one way.")
    return unresolved(expression, "digits", why, [days.due for days in (month, day) if days])


def _years(expression: str, hit: re.Match[str]) -> Reading:
    """Return the reading of a year, or of a span of years."""
    first, last = int(hit["year"]), int(hit["from"][1:] if hit["from"] else hit["year"])
    due = date(last, 12, 31)
    if not hit["from"]:
        return Reading("date", expression, due=due, precision="year", rule="year")
    if last < first:
        return unresolved(expression, "span", say("The span ends before it begins."), (due, date(first, 12, 31)))
    return Reading("span", expression, start=date(first, 1, 1), due=due, precision="year", rule="span")


def _year_month(expression: str, hit: re.Match[str], context: Context) -> Reading:
    """Return the reading of a year and month; a number cell can't tell 2018.1 from 2018.10."""
    year, month = int(hit["ym_year"]), int(hit["ym_month"])
    if not 1 <= month <= 12:
        return unresolved(expression, "digits", say("There is no such month in the calendar."))
    if context.from_number_cell and hit["ym_month"] == "1":
        why = say("A number cell drops a final 0, so January or October can be meant.")
        return unresolved(expression, "number cell", why, (month_end(year, 1), month_end(year, 10)))
    return Reading("date", expression, due=month_end(year, month), precision="month", rule="month")


def _month_day(expression: str, hit: re.Match[str], context: Context) -> Reading | None:
    """Return the reading of month and day without a year; a number cell can't tell 5.3 from 5.30."""
    if not context.year:
        why = say("The deadline has no year, and neither the plan nor its date of issue gives one.")
        return unresolved(expression, "digits", why)
    first, second = int(hit["month"]), int(hit["day"])
    either = [Point("day", context.year, first, second), Point("day", context.year, second, first)]
    if context.date_order == "dmy" and hit["sign"] != ".":
        either.reverse()
    known = [days.due for days in (days_of(point, 0, 0) for point in either) if days]
    if context.from_number_cell and hit["sign"] == "." and hit["day"] in ("1", "2", "3"):
        tenfold = days_of(Point("day", context.year, first, second * 10), 0, 0)
        if tenfold and known:
            why = say("A number cell drops a final 0, so the {day}th or ten times that can be meant.", day=second)
            return unresolved(expression, "number cell", why, (known[0], tenfold.due))
    sure = hit["sign"] == "." or context.date_order or (context.language == "zh" and hit["sign"] == "/")
    day = days_of(either[0], 0, 0)
    if day is None and not (hit["sign"] == "/" and known):
        end = (month_end(context.year, first),) if 1 <= first <= 12 and 28 < second <= 31 else ()
        return unresolved(expression, "digits", say("There is no such day in the calendar."), end)
    if not sure and len(set(known)) > 1:
        return unresolved(expression, "digits", say("Day and month can be read in either order."), known)
    return _day(expression, known[0], "day")
