"""What should be told in a soaked year: written from the practice, with another package's calendar, for dated tasks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

import chinese_calendar

DAY = timedelta(days=1)
STEPS = {"ahead": -10, "near": -3, "today": 0, "late": 1}  # working days from the date, by the standard ladder


class Task(NamedTuple):
    """A task of the year: who leads it, by when, and on which day the office accepts it after the morning's letters."""

    id: str
    lead: str
    due: date
    done: date


@cache
def works(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


@cache
def step(day: date, count: int) -> date:
    """Return the working day *count* working days after *day*, before it where negative; by 0 back to a working day."""
    way = DAY if count > 0 else -DAY
    while count or not works(day):
        day += way
        count -= (way.days if works(day) else 0) if count else 0
    return day


def told(task: Task, issued: date) -> Iterator[tuple[str, str, date, str]]:
    """Yield (task, stage, day, person) of its letters: assigned, reminded of until it is done, accepted."""
    yield task.id, "assign", step(issued - DAY, 1), task.lead
    for stage, count in STEPS.items():
        day = step(task.due, count)
        if day <= task.done:
            yield task.id, stage, day, task.lead
    yield task.id, "accepted", task.done if works(task.done) else step(task.done, 1), task.lead
