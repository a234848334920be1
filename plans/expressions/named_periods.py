"""The periods a plan names itself, such as terms and flood seasons: their words, and their days in the year meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from plans.expressions.mentions import DAY, Context, Mention
from plans.expressions.points import Point
from plans.model import say

_YEAR_KEY = re.compile(r"(\d{4})年?")
Days = tuple[date, date]


@dataclass(slots=True)
class NamedPeriod:
    """One name of a plan's calendars: its days, by year where the plan gives them so."""

    whole: Days | None = None
    years: dict[int, Days] = field(default_factory=dict)

    def days(self, year: int | None, plan_year: int | None) -> Days | None:
        """Return the days meant by a text that names *year*, else those of the plan's year; None where nobody knows."""
        if year:
            return self.years.get(year)
        if self.whole or plan_year in self.years:
            return self.years.get(plan_year or 0, self.whole)
        return next(iter(self.years.values())) if len(self.years) == 1 else None


def named_periods(context: Context, fold: Callable[[str], str]) -> dict[str, NamedPeriod]:
    """Return the names that a plan's calendars give, each as texts spell it after *fold*."""
    named: dict[str, NamedPeriod] = {}
    for calendar, periods in context.calendars.items():
        one = named.setdefault(fold(calendar), NamedPeriod())
        for key, days in periods.items():
            if by_year := _YEAR_KEY.fullmatch(key):
                one.years[int(by_year[1])] = days
            else:
                one.whole = (min(one.whole[0], days[0]), max(one.whole[1], days[1])) if one.whole else days
                named[fold(key)] = NamedPeriod(days)
    named.pop("", None)
    return named


def alternatives(named: dict[str, NamedPeriod]) -> str:
    """Return a pattern of all names, the longest first; one that ends in a digit isn't followed by another."""
    return "|".join(re.escape(name) + r"(?!\d)" for name in sorted(named, key=len, reverse=True))


def named_mention(hit: re.Match[str], period: NamedPeriod, mark: str, context: Context) -> Mention:
    """Return the mention of a named period where it stands: its days, or the day after it; no day where none is known.

    *hit* has a group `year`, and one `but` where everything but the period is meant (非汛期).
    """
    days = None if hit["but"] else period.days(int(hit["year"]) if hit["year"] else None, context.year)
    if days is None:
        why = say("This needs a calendar that the plan doesn't name.")
        return Mention(hit.start(), hit.end(), None, mark=mark, rule="calendar", warnings=(why,))
    point = Point("month", fixed=(days[1] + DAY, days[1] + DAY) if mark == "after" else days)
    return Mention(hit.start(), hit.end(), point, mark=mark, rule="calendar")
