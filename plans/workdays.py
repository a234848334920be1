"""The working days of an office: the official holiday arrangements, and its own closed and worked days on top."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

Status = Literal["official", "predicted", "none"]
Break = tuple[str, date, date]
_Holiday = tuple[date, tuple[str, ...], tuple[date, date] | None]

DAY = timedelta(days=1)
_STATUTORY = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Tomb-Sweeping Day",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-Autumn Festival",
    "国庆节": "National Day",
}
_CALLED = {
    "农历除夕": "春节",
    "春节延长假期": "春节",
    "清明": "清明节",
    "五一": "劳动节",
    "端午": "端午节",
    "中秋": "中秋节",
    "国庆": "国庆节",
    "十一": "国庆节",
}


class _Arrangement(NamedTuple):
    """What is known of one year of one country: named holidays, other days off, weekend days worked, and how surely."""

    named: dict[date, tuple[str, ...]]
    closed: frozenset[date]
    worked: frozenset[date]
    status: Status


_PLAIN = _Arrangement({}, frozenset(), frozenset(), "none")


@lru_cache(maxsize=512)
def _arrangement(country: str, year: int) -> _Arrangement:
    """Return what the `holidays` package knows of *year*; loading it takes 0.1 s, so it is loaded when first asked."""
    import holidays

    if country == "none" or not MINYEAR < year < MAXYEAR:
        return _PLAIN
    language, (code, _, part) = "zh_CN" if country == "CN" else None, country.partition("-")
    known = holidays.country_holidays(code, part or None, years=[year - 1, year, year + 1], language=language)
    closed = {day: name for day, name in known.items() if day.year == year}
    if not closed:
        return _PLAIN
    worked = frozenset(day for day in known.weekend_workdays if day.year == year)
    named = {day: _names(name) for day, name in closed.items() if _names(name)}
    # A year is announced when days were swapped within it. A prediction knows only the days the law itself names;
    # late December and early January don't count, since the neighbour's notice may swap those.
    announced = country != "CN" or any(date(year, 1, 7) <= day <= date(year, 12, 20) for day in worked)
    return _Arrangement(named, frozenset(closed), worked, "official" if announced else "predicted")


def has_calendar(country: str) -> bool:
    """Return whether there is an official calendar: of a country (GB), or of a part that has its own (GB-ENG)."""
    if country in ("CN", "none"):
        return True
    import holidays

    code, stroke, part = country.partition("-")
    known = holidays.list_supported_countries()
    return code in known and (part in known[code] if stroke else True)


def _names(written: str) -> tuple[str, ...]:
    """Return the holidays a day is named after, without notes such as （补假）; none for a day swapped with another."""
    plain = (part.split("（")[0].strip() for part in written.split(";"))
    return tuple(_CALLED.get(name, name) for name in plain if name != "休息日")


@dataclass(frozen=True, slots=True)
class Workdays:
    """A calendar of working days: pure, immutable, and quick once a year has been looked at.

    *country* is a code of the `holidays` package, with a part of it where that has its own (GB-ENG), or "none" for
    Monday to Friday. *closed* and *worked* are the office's own days on top; a day that is in both is worked.

    A year the State Council hasn't announced yet ("predicted") closes on the statutory holidays and has no made-up
    days: the former are law and certain, the latter nobody can know. What is wrong then is a swapped weekend, so that
    a reminder comes a day or two early, never on a public holiday. A year nothing is known of ("none") is Monday to
    Friday.
    """

    country: str = "CN"
    closed: Iterable[date] = ()
    worked: Iterable[date] = ()
    _years: dict[int, list[int]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _named: dict[int, tuple[_Holiday, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Freeze the office's days, and refuse a country the source doesn't know.

        Raises:
            ValueError: the country has no calendar.
        """
        object.__setattr__(self, "closed", frozenset(self.closed))
        object.__setattr__(self, "worked", frozenset(self.worked))
        if not has_calendar(self.country):
            raise ValueError(f"no calendar of working days for {self.country!r}; use a country code or 'none'")

    def __contains__(self, day: date) -> bool:
        """Return whether *day* is worked."""
        year = self._year(day.year)
        at = bisect_left(year, day.toordinal())
        return at < len(year) and year[at] == day.toordinal()

    def _year(self, year: int) -> list[int]:
        """Return the ordinals of the working days of *year*, in order."""
        if year not in self._years:
            known = _arrangement(self.country, year)
            first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            plain = {number for number in range(first, last + 1) if (number - 1) % 7 < 5}
            plain -= {day.toordinal() for day in known.closed}
            plain |= {day.toordinal() for day in known.worked}
            plain -= {day.toordinal() for day in self.closed if day.year == year}
            plain |= {day.toordinal() for day in self.worked if day.year == year}
            self._years[year] = sorted(plain)
        return self._years[year]

    def after(self, day: date, n: int) -> date:
        """Return the *n*th working day after *day*, which itself isn't counted; *day* for 0.

        Raises:
            OverflowError: there are not that many days left in the calendar.
        """
        if n <= 0:
            return day if n == 0 else self.before(day, -n)
        year, at = day.year, bisect_right(self._year(day.year), day.toordinal()) + n - 1
        while at >= len(self._year(year)):
            at -= len(self._year(year))
            year += 1
            if year > MAXYEAR:
                raise OverflowError(f"no {n} working days after {day}")
        return date.fromordinal(self._year(year)[at])

    def before(self, day: date, n: int) -> date:
        """Return the *n*th working day before *day*, which itself isn't counted; *day* for 0.

        Raises:
            OverflowError: there are not that many days in the calendar.
        """
        if n <= 0:
            return day if n == 0 else self.after(day, -n)
        year, at = day.year, bisect_left(self._year(day.year), day.toordinal()) - n
        while at < 0:
            year -= 1
            if year < MINYEAR:
                raise OverflowError(f"no {n} working days before {day}")
            at += len(self._year(year))
        return date.fromordinal(self._year(year)[at])

    def on_or_before(self, day: date) -> date:
        """Return *day* if it is worked, else the working day before it."""
        return day if day in self else self.before(day, 1)

    def on_or_after(self, day: date) -> date:
        """Return *day* if it is worked, else the working day after it."""
        return day if day in self else self.after(day, 1)

    def count(self, first: date, last: date) -> int:
        """Return how many working days lie in (first, last]; 0 where *last* isn't after *first*."""
        if last <= first:
            return 0
        upto_last = bisect_right(self._year(last.year), last.toordinal())
        upto_first = bisect_right(self._year(first.year), first.toordinal())
        return upto_last - upto_first + sum(len(self._year(year)) for year in range(first.year, last.year))

    def status(self, year: int) -> Status:
        """Return how surely *year* is known.

        With the country "none" nothing is assumed, so it is "official"; but an office that declares its own days
        year by year is reminded of a year for which it hasn't.
        """
        if self.country != "none":
            return _arrangement(self.country, year).status
        years = {day.year for days in (self.closed, self.worked) for day in days}
        return "official" if not years or year in years else "none"

    def holiday(self, day: date, language: str = "zh") -> str:
        """Return the name of the holiday break *day* belongs to, in *language* ("zh" or "en"); "" on other days."""
        run = self._run(day)
        return _spoken(self._break_names(*run), language) if run else ""

    def breaks(self, first: date, last: date, language: str = "zh") -> tuple[Break, ...]:
        """Return the holiday breaks that touch *first* to *last* as (name, first day, last day), in order."""
        found: list[Break] = []
        for year in range(first.year, last.year + 1):
            for _, _, run in self._holidays(year):
                if run and run[1] >= first and run[0] <= last and (not found or found[-1][2] < run[0]):
                    found.append((_spoken(self._break_names(*run), language), *run))
        return tuple(found)

    def break_start(self, name: str, year: int) -> date | None:
        """Return the first day off around the holiday *name* (春节, 国庆, 五一 ...) of *year*; None if unknown."""
        wanted = _CALLED.get(name, name)
        for day, names, run in self._holidays(year):
            if wanted in names and day not in self:
                return run[0] if run else day
        return None

    def _holidays(self, year: int) -> tuple[_Holiday, ...]:
        """Return the named holidays of *year* in order, each with the break it lies in; looked for once."""
        if year not in self._named:
            named = sorted(_arrangement(self.country, year).named.items())
            self._named[year] = tuple((day, names, self._run(day)) for day, names in named)
        return self._named[year]

    def _run(self, day: date) -> tuple[date, date] | None:
        """Return the unbroken days off around *day*, if a holiday is among them."""
        if day in self:
            return None
        first = last = day
        while first > date.min and first - DAY not in self:
            first -= DAY
        while last < date.max and last + DAY not in self:
            last += DAY
        return (first, last) if self._break_names(first, last) else None

    def _break_names(self, first: date, last: date) -> tuple[str, ...]:
        """Return the holidays of a run of days, each once, in order."""
        names: dict[str, None] = {}
        day = first
        while day <= last:
            names.update(dict.fromkeys(_arrangement(self.country, day.year).named.get(day, ())))
            if day == date.max:
                break
            day += DAY
        return tuple(names)


def _spoken(names: tuple[str, ...], language: str) -> str:
    """Return the *names* of one break as one name."""
    if language == "zh":
        return "、".join(names)
    return " and ".join(_STATUTORY.get(name, name) for name in names)
