"""A reminder ladder as it is written: its stages, when each falls, whom it tells and who must release it.

A ladder is a mapping with `stages`, a list; presets are files in plans/ladders/. Times are written `apply` (the day
the task is assigned), `0` (the last working day on or before the due date), `-3wd` (the third working day before the
due date itself), `+1wd`, and the same with d, w, m for calendar days, weeks and months: those that fall on a closed
day move to the working day before, after the due date to the next.
"""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from plans.model import Sentence, say
from plans.workdays import Workdays
from plans.yamltext import Mapping as Node
from plans.yamltext import Scalar, Sequence, load

PRESETS = Path(__file__).parent / "ladders"
KINDS = ("assign", "notice", "today", "late", "urge", "press", "report")
ROLES = ("contact", "support", "deputy", "head", "leader", "owner", "reviewer", "inform", "office")
RELEASES = ("auto", "desk", "sign")
LIGHTS = ("", "yellow", "red", "blue", "orange")
_ASSIGNED = re.compile(r"apply(?:\+(\d{1,3})wd)?")
_WHEN = re.compile(r"([+-]?)(\d{1,3})\s*(wd|d|w|m)")

Release = Literal["auto", "desk", "sign"]


class LadderError(ValueError):
    """A ladder can't be used as written; carries the sentence that says why."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class When:
    """A time relative to the due date: *steps* of *unit* (negative: before), or working days after the assignment."""

    unit: Literal["apply", "day0", "wd", "d", "w", "m"]
    steps: int = 0

    def day(self, due: date, workdays: Workdays) -> date:
        """Return the working day this time falls on."""
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
    def before(self) -> bool:
        """Return whether it lies before the due date by its own words."""
        return self.unit != "apply" and self.steps < 0

    def __str__(self) -> str:
        """Return it as it is written."""
        if self.unit == "apply":
            return f"apply+{self.steps}wd" if self.steps else "apply"
        return "0" if self.unit == "day0" else f"{self.steps:+d}{self.unit}"


@dataclass(frozen=True, slots=True)
class Stage:
    """One rung: what is said, when, to whom, and who must let it out of the house."""

    id: str
    kind: str
    when: When
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    release: Release = "auto"
    light: str = ""
    span: int = 0  # working days the task must have for this stage to be worth saying
    answer: int = 0  # working days the unit has to answer (urge, press)
    series: str = ""  # the numbered series of a signed stage


@dataclass(frozen=True, slots=True)
class Ladder:
    """The stages of a ladder in the order they are written."""

    name: str
    stages: tuple[Stage, ...]
    soft_until: str = ""  # soft dates stop after this stage

    def for_soft(self) -> tuple[Stage, ...]:
        """Return the stages a soft date gets."""
        ids = [stage.id for stage in self.stages]
        return self.stages[: ids.index(self.soft_until) + 1] if self.soft_until in ids else self.stages


def preset_names() -> tuple[str, ...]:
    """Return the names of the presets that come with duban."""
    return tuple(sorted(path.stem for path in PRESETS.glob("*.yaml")))


@cache
def ladder(written: str) -> Ladder:
    """Return the ladder a row carries: the name of a preset, or a ladder written out, as canonical JSON.

    Raises:
        LadderError: there is no such preset, or the ladder can't be used as written.
    """
    if written.startswith("{"):
        return parse(json.loads(written), "plan")
    path = PRESETS / f"{written}.yaml"
    if written not in preset_names():
        raise LadderError(
            say("there is no ladder “{name}”; there are {known}", name=written, known=", ".join(preset_names()))
        )
    root = load(path.read_bytes(), path.name, frozenset()).root
    return parse(plain(root), written)


def plain(node: object) -> Any:
    """Return a tree of texts without its places: dicts, lists and str."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    if isinstance(node, Node):
        return {key.text: plain(value) for key, value in node.pairs}
    return None


def parse(written: Mapping[str, Any], name: str) -> Ladder:
    """Return a ladder from plain values; raises LadderError with the first thing that is wrong."""
    raw = written.get("stages")
    if not isinstance(raw, list) or not raw:
        raise LadderError(say("ladder “{name}” has no stages", name=name))
    stages = tuple(_stage(item, name) for item in raw)
    if len({stage.id for stage in stages}) < len(stages):
        raise LadderError(say("ladder “{name}” has two stages with one id", name=name))
    soft_until = str(written.get("soft_until", ""))
    return Ladder(str(written.get("name", name)), stages, soft_until)


def _stage(written: Any, ladder_name: str) -> Stage:
    if not isinstance(written, Mapping):
        raise LadderError(say("a stage of ladder “{name}” is not a mapping", name=ladder_name))
    kind = _one_of(written, "kind", KINDS, ladder_name)
    stage_id = str(written.get("stage", kind))
    return Stage(
        id=stage_id,
        kind=kind,
        when=when(str(written.get("when", "")), ladder_name),
        to=_roles(written, "to", ladder_name),
        cc=_roles(written, "cc", ladder_name),
        release=_one_of(written, "release", RELEASES, ladder_name) if "release" in written else "auto",  # type: ignore[arg-type]
        light=_one_of(written, "light", LIGHTS, ladder_name) if "light" in written else "",
        span=_working_days(written, "span", ladder_name),
        answer=_working_days(written, "answer", ladder_name),
        series=str(written.get("series", "")),
    )


def when(text: str, ladder_name: str = "") -> When:
    """Return a time as written: `apply`, `apply+5wd`, `0`, `-3wd`, `+2w`."""
    text = text.strip()
    if assigned := _ASSIGNED.fullmatch(text):
        return When("apply", int(assigned[1] or 0))
    if text.lstrip("+-") == "0":
        return When("day0")
    found = _WHEN.fullmatch(text)
    if not found:
        raise LadderError(
            say("ladder “{name}”: “{text}” is no time; write apply, 0, -3wd, +1wd, -14d, -2w or -1m",
                name=ladder_name, text=text)
        )  # fmt: skip
    sign, steps, unit = found.groups()
    return When(unit, -int(steps) if sign == "-" else int(steps))  # type: ignore[arg-type]


def _roles(written: Mapping[str, Any], key: str, ladder_name: str) -> tuple[str, ...]:
    raw = written.get(key, [])
    roles = tuple(raw) if isinstance(raw, list) else (str(raw),)
    for role in roles:
        if role not in ROLES:
            raise LadderError(
                say("ladder “{name}”: “{role}” is nobody; write one of {known}",
                    name=ladder_name, role=role, known=", ".join(ROLES))
            )  # fmt: skip
    return roles


def _one_of(written: Mapping[str, Any], key: str, known: tuple[str, ...], ladder_name: str) -> str:
    value = str(written.get(key, ""))
    if value not in known:
        raise LadderError(
            say("ladder “{name}”: {key} is “{value}”; write one of {known}",
                name=ladder_name, key=key, value=value, known=", ".join(filter(None, known)))
        )  # fmt: skip
    return value


def _working_days(written: Mapping[str, Any], key: str, ladder_name: str) -> int:
    text = str(written.get(key, "0wd")).strip()
    number = text.removesuffix("wd")
    if not number.isdecimal():
        raise LadderError(
            say("ladder “{name}”: {key} is “{value}”; write working days, such as 5wd",
                name=ladder_name, key=key, value=text)
        )  # fmt: skip
    return int(number)


def _months_from(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
