"""What comes again and again: the RRULE of a cadence, and the periods and due dates that follow from it.

RRULE is RFC 5545 section 3.3.10. Only parts that offices need are used: FREQ, INTERVAL, BYMONTH, BYMONTHDAY, BYDAY,
BYSETPOS and UNTIL; a rule without a day means the last day of its period.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from plans.expressions.points import add_months, month_end
from plans.model import Precision, Reading
from plans.workdays import Workdays

Period = tuple[str, date, date]
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORKED = ",".join(WEEKDAYS[:5])
FOLLOWING = "each-following"
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_PLAIN = Workdays("none")


def repeat(
    unit: str, interval: int = 1, *, months: Sequence[int] = (), days: Sequence[int] = (), more: str = ""
) -> str:
    """Return the RRULE of every *interval* units ("day" to "year"), on *months* and *days* of them where given.

    A day in a quarter or half-year is in its last month, unless *months* say otherwise.
    """
    if unit in ("day", "week"):
        parts = [f"FREQ={'DAILY' if unit == 'day' else 'WEEKLY'}"] + ([f"INTERVAL={interval}"] if interval > 1 else [])
        return ";".join([*parts, more] if more else parts)
    length = _MONTHS[unit] * interval
    if not months and (days or more) and length in (2, 3, 4, 6, 12):
        months = range(length, 13, length)
    if months:
        parts = ["FREQ=YEARLY", f"BYMONTH={','.join(map(str, sorted(set(months))))}"]
        if length > 12:
            parts.insert(1, f"INTERVAL={length // 12}")
    elif length % 12 == 0:
        parts = ["FREQ=YEARLY"] + ([f"INTERVAL={length // 12}"] if length > 12 else [])
    else:
        parts = ["FREQ=MONTHLY"] + ([f"INTERVAL={length}"] if length > 1 else [])
    if days:
        parts.append(f"BYMONTHDAY={','.join(map(str, days))}")
    return ";".join([*parts, more] if more else parts)


def precision_of(rrule: str) -> Precision:
    """Return the period a rule repeats in, "day" where it names one."""
    parts = _parts(rrule)
    if "BYMONTHDAY" in parts or "BYDAY" in parts or parts["FREQ"] == "DAILY":
        return "day"
    if parts["FREQ"] == "WEEKLY":
        return "week"
    length = _Months.of(parts).length
    return "month" if length < 3 else "quarter" if length < 6 else "half" if length < 12 else "year"


def _parts(rrule: str) -> dict[str, str]:
    """Return the parts of a rule by name."""
    return dict(part.split("=", 1) for part in rrule.split(";"))


def recurrence(reading: Reading, first: date, through: date, workdays: Workdays = _PLAIN) -> list[Period]:
    """Return the occurrences of a recurring *reading* due from *first* through *through*, in order.

    Each is (name of the period, its first day, the day it is due): ("2026-04", 1 April, 30 April), "2026-Q2",
    "2026-H1", "2026-W15", "2026". Where a period has several, the due date is the name. *workdays* count what a rule
    says in working days; without them Monday to Friday count.
    """
    if reading.kind != "recurring" or not reading.rrule:
        return []
    parts = _parts(reading.rrule)
    begin = max(first, reading.start or first)
    until = date.fromisoformat(parts["UNTIL"]) if "UNTIL" in parts else through
    upto = min(through, until)
    if parts["FREQ"] == "DAILY":
        found = _daily(parts, begin, upto, workdays)
    elif parts["FREQ"] == "WEEKLY":
        found = _weekly(parts, begin, upto)
    else:
        months = _Months.of(parts, following=reading.rule == FOLLOWING)
        found = months.occurrences(begin, upto, workdays)
    return list(found)


def _daily(parts: dict[str, str], first: date, through: date, workdays: Workdays) -> Iterator[Period]:
    """Yield every day, or every working day."""
    for number in range(first.toordinal(), through.toordinal() + 1):
        day = date.fromordinal(number)
        if "BYDAY" not in parts or day in workdays:
            yield day.isoformat(), day, day


def _weekly(parts: dict[str, str], first: date, through: date) -> Iterator[Period]:
    """Yield the weeks, Monday to Sunday; every second or third counts from the first Monday of the calendar."""
    interval = int(parts.get("INTERVAL", 1))
    days = sorted(WEEKDAYS.index(name) for name in parts.get("BYDAY", "SU").split(","))
    monday = first - timedelta(days=first.weekday())
    while monday <= through:
        year, week, _ = monday.isocalendar()
        block = monday.toordinal() // 7 % interval
        for day in days if block == interval - 1 else ():
            due = monday + timedelta(days=day)
            if first <= due <= through:
                start = monday - timedelta(weeks=interval - 1)
                yield (due.isoformat() if len(days) > 1 else f"{year}-W{week:02d}"), start, due
        monday += timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class _Months:
    """A rule in months: blocks of equal length counted from January of year 0, due in one or more of their months."""

    length: int
    due: tuple[int, ...]  # months of a block, from 0; past its end for what is due after the period
    days: tuple[int, ...]
    weekdays: str
    position: int

    @classmethod
    def of(cls, parts: dict[str, str], *, following: bool = False) -> _Months:
        """Return the blocks of a rule; *following* means that each is due in the period after it."""
        interval = int(parts.get("INTERVAL", 1))
        months = [int(month) - 1 for month in parts.get("BYMONTH", "").split(",") if month]
        if parts["FREQ"] == "MONTHLY":
            length, due = interval, [interval - 1]
        else:
            length = 12 * interval
            due = [month + length - 12 for month in months] or [length - 1]
            blocks = 12 // len(months) if months and 12 % len(months) == 0 else 0
            if interval == 1 and blocks and {month // blocks for month in months} == set(range(len(months))):
                offsets = {month % blocks for month in months}
                length, due = (blocks, list(offsets)) if len(offsets) == 1 else (length, due)
        if following:
            due = [month + length if parts["FREQ"] != "MONTHLY" else length for month in due]
        return cls(
            length,
            tuple(due),
            tuple(int(day) for day in parts.get("BYMONTHDAY", "").split(",") if day),
            parts.get("BYDAY", ""),
            int(parts.get("BYSETPOS", 0)),
        )

    def occurrences(self, first: date, through: date, workdays: Workdays) -> Iterator[Period]:
        """Yield what is due from *first* through *through*."""
        block = (first.year * 12 + first.month - 1) // self.length - 2
        while True:
            start = date(block * self.length // 12, block * self.length % 12 + 1, 1)
            if start > through:
                return
            dues = sorted({due for month in self.due for due in self._dues(add_months(start, month), workdays)})
            for due in dues:
                if first <= due <= through:
                    yield self._name(start, due, len(dues)), start, due
            block += 1

    def _dues(self, month: date, workdays: Workdays) -> Iterator[date]:
        """Yield the due dates in a month; a day the month doesn't have is its last."""
        last = month_end(month.year, month.month)
        if self.weekdays == WORKED and self.position:
            worked = [day for number in range(1, last.day + 1) if (day := month.replace(day=number)) in workdays]
            yield worked[min(self.position - 1, len(worked) - 1) if self.position > 0 else -1] if worked else last
        elif self.weekdays:
            for written in self.weekdays.split(","):
                wanted = WEEKDAYS.index(written[-2:])
                nth = int(written[:-2] or 1)
                day = month if nth > 0 else last
                day += timedelta(days=(wanted - day.weekday()) % 7 if nth > 0 else -((day.weekday() - wanted) % 7))
                yield min(day + timedelta(weeks=nth - 1), last) if nth > 0 else day
        else:
            for number in self.days or (-1,):
                yield last if number < 0 else last.replace(day=min(number, last.day))

    def _name(self, start: date, due: date, count: int) -> str:
        """Return the name of the period from *start*, or of the due date where the period has several."""
        if count > 1:
            same_month = len(self.days) > 1 or (not self.position and "," in self.weekdays)
            return due.isoformat() if same_month else f"{due:%Y-%m}"
        if self.length == 3:
            return f"{start.year}-Q{(start.month + 2) // 3}"
        if self.length == 6:
            return f"{start.year}-H{1 if start.month == 1 else 2}"
        last = add_months(start, self.length - 1)
        return f"{last.year:04d}" if self.length % 12 == 0 else f"{last:%Y-%m}"
