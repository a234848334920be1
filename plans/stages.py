"""A reminder ladder: its stages, when each falls, whom it tells and who must release it.

How a ladder is written, in English and in Chinese, is read in stage_words.py and explained in
docs/reference/ladders.md; which one a row carries is found in presets.py.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

from plans.model import Sentence
from plans.workdays import Workdays

Release = Literal["auto", "desk", "sign"]
Unit = Literal["apply", "day0", "wd", "d", "w", "m", "after", "missed", "behind"]
_NEXT_TO_DUE = ("day0", "wd", "d", "w", "m")


class LadderError(ValueError):
    """A ladder can't be used as written; carries the sentence that says why."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class When:
    """A time at which a stage falls due.

    Relative to the due date: *steps* of *unit*, negative before. Or working days after the assignment ("apply"); once
    the answer asked for at *stage* is missing ("after"); once a milestone was missed; once the task is *steps* points
    behind its time. *unreported*: only if nothing was reported since the letter before.
    """

    unit: Unit
    steps: int = 0
    stage: str = ""
    unreported: bool = False

    def day(self, due: date, workdays: Workdays) -> date:
        """Return the working day a time relative to *due* falls on."""
        if self.unit == "day0":
            return workdays.on_or_before(due)
        if self.unit == "wd":
            return workdays.before(due, -self.steps) if self.steps < 0 else workdays.after(due, self.steps)
        day = _months_from(due, self.steps) if self.unit == "m" else due + timedelta(self.steps * self._days)
        return workdays.on_or_before(day) if self.steps < 0 else workdays.on_or_after(day)

    @property
    def _days(self) -> int:
        return 7 if self.unit == "w" else 1

    @property
    def by_date(self) -> bool:
        """Return whether it is told by the due date alone."""
        return self.unit in _NEXT_TO_DUE

    @property
    def before(self) -> bool:
        """Return whether it lies before the due date by its own words."""
        return self.by_date and self.steps < 0

    @property
    def place(self) -> float | None:
        """Return about how many days after the due date it lies; None where that is told by events."""
        days = {"day0": 0.0, "wd": 1.4, "d": 1.0, "w": 7.0, "m": 30.4}
        return self.steps * days[self.unit] if self.by_date else None

    def __str__(self) -> str:
        """Return it as it is written."""
        if self.unit == "apply":
            return f"apply+{self.steps}wd" if self.steps else "apply"
        if self.unit == "after":
            return f"after {self.stage}"
        if self.unit == "missed":
            return "milestone missed"
        if self.unit == "behind":
            return f"behind {self.steps}"
        time = "0" if self.unit == "day0" else f"{self.steps:+d}{self.unit}"
        return f"{time} without report" if self.unreported else time


@dataclass(frozen=True, slots=True)
class Stage:
    """One rung: what is said, when, to whom, and who must let it out of the house."""

    id: str
    kind: str
    when: When  # the first of its times
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    release: Release = "auto"
    light: str = ""
    span: int = 0  # working days the task must have for this stage to be worth saying
    answer: int = 0  # working days the unit has to answer, or to acknowledge an assignment
    series: tuple[str, str] = ("", "")  # the numbered series of a signed stage, in Chinese and in English
    sheet: tuple[str, str] = ("", "")  # what a signed sheet calls itself, in Chinese and in English
    also: tuple[When, ...] = ()  # further times; the first to come counts
    call: bool = False  # from here on the unit stands on the office's list of calls

    @property
    def whens(self) -> tuple[When, ...]:
        """Return all its times."""
        return (self.when, *self.also)

    def numbered(self, language: str) -> str:
        """Return the series its sheet is numbered in, in the language of the plan."""
        zh, en = self.series
        return (zh or en) if language == "zh" else (en or zh)

    def called(self, language: str) -> str:
        """Return what its sheet calls itself in a language, "" if it has no name of its own."""
        zh, en = self.sheet
        return (zh or en) if language == "zh" else (en or zh)


@dataclass(frozen=True)
class Ladder:
    """The stages of a ladder in the order they are written."""

    name: str
    stages: tuple[Stage, ...]
    soft_until: str = ""  # soft dates stop after this stage
    also: tuple[str, ...] = ()  # other names it goes by
    about: tuple[str, str] = ("", "")  # one sentence, in Chinese and in English

    def for_soft(self) -> tuple[Stage, ...]:
        """Return the stages a soft date gets."""
        ids = [stage.id for stage in self.stages]
        return self.stages[: ids.index(self.soft_until) + 1] if self.soft_until in ids else self.stages

    def stage(self, name: str) -> Stage | None:
        """Return one of its stages."""
        return next((stage for stage in self.stages if stage.id == name), None)

    @cached_property
    def is_eventful(self) -> bool:
        """Return whether any of its times hangs on what happens, and not on the due date alone."""
        units = {one.unit for stage in self.stages for one in stage.whens}
        unreported = any(one.unreported for stage in self.stages for one in stage.whens)
        return unreported or not units.isdisjoint(("after", "missed", "behind"))


def _months_from(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
