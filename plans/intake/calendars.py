"""Calendars (.ics): events and to-dos as the rows of a table."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import icalendar

from plans.intake.blocks import Document, IntakeError, Spot, table_of
from plans.model import say

_FREQUENCIES = {"YEARLY": "annually", "MONTHLY": "monthly", "WEEKLY": "weekly", "DAILY": "daily"}


def read_calendar(text: str) -> Document:
    """Return the events and to-dos of a calendar as one table with a header.

    Raises:
        IntakeError: it isn't a calendar a parser can read.
    """
    try:
        calendar = icalendar.Calendar.from_ical(text)
        rows = [row for part in calendar.walk() if part.name in ("VEVENT", "VTODO") and (row := _row(part))]
        title = str(calendar.get("X-WR-CALNAME", ""))
    except Exception as error:  # the library lets ValueError, KeyError, IndexError and its own errors through
        raise IntakeError(say("The calendar is damaged: it can't be read.")) from error
    header = ["Task", "Start", "Due", "Responsible", "Category", "Status", "Notes"]
    table = table_of([header, *rows], Spot(table=1))
    return Document((table,) if table is not None and rows else (), "ics", (), {"title": title} if title else {})


def _row(part: Any) -> list[str]:
    """Return [task, start, due, units, category, state, note] of one component."""
    summary = str(part.get("SUMMARY", "")).strip()
    if not summary:
        return []
    start, due = _day(part.get("DTSTART")), _day(part.get("DUE"))
    if due is None and part.get("DTEND") is not None:
        end = part.get("DTEND").dt
        due = end.date() if isinstance(end, datetime) else end - timedelta(days=1)  # an all-day end is exclusive
    due = due or start
    rule = part.get("RRULE")
    often = _FREQUENCIES.get(str(rule.get("FREQ", [""])[0]), "") if rule else ""
    organizer = part.get("ORGANIZER")
    unit = str(organizer.params.get("CN", "")) if organizer is not None else ""
    categories = part.get("CATEGORIES")
    category = (
        ""
        if categories is None or isinstance(categories, list)
        else categories.to_ical().decode("utf-8", "replace").replace("\\,", ",")
    )
    state = {"COMPLETED": "done", "CANCELLED": "cancelled", "IN-PROCESS": "in progress"}.get(
        str(part.get("STATUS", "")), ""
    )
    begin = start.isoformat() if start is not None and start != due else ""
    return [
        summary,
        begin,
        often or (due.isoformat() if due else ""),
        unit,
        category,
        state,
        str(part.get("DESCRIPTION", ""))[:400],
    ]


def _day(value: Any) -> date | None:
    moment = value.dt if value is not None else None
    if isinstance(moment, datetime):
        return moment.date()
    return moment if isinstance(moment, date) else None
