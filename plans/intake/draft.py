"""What a document was read as: a draft plan in which every value knows the rule and the place it came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from plans.intake.blocks import Spot
from plans.model import Reading, Sentence, Target

MAX_QUESTIONS = 5


@dataclass(frozen=True, slots=True)
class Options:
    """What the user says beforehand; an empty value leaves it to the document."""

    year: int | None = None
    issued: date | None = None
    sheet: str = ""
    table: int = 0  # read only this table, counted from 1
    lead: tuple[str, ...] = ()
    due: str = ""
    cadence: str = ""
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # 各处室 -> its units
    known: tuple[str, ...] = ()  # names of units and groups the directory holds


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing to look at: what was guessed, left out or is unsure, by which rule, from which place."""

    code: str  # guess, unsure, skipped, dirt, private, struck, swapped, date, unit, rule
    spot: Spot
    what: Sentence
    task: int = -1  # position of the task it belongs to, -1 for the document
    key: str = ""  # the key of the task or plan it belongs to


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone or a measure: a title with its own deadline, units and state."""

    title: str
    due: str = ""
    day: date | None = None
    lead: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    state: str = ""


@dataclass(frozen=True, slots=True)
class DraftPhase:
    """A phase as the document names it, with its deadline as written."""

    title: str
    due: str = ""
    spot: Spot = field(default_factory=Spot)


@dataclass(frozen=True, slots=True)
class DraftTask:
    """One task as written. `deadline` is the words that decide; `reading` what they mean, once years are known."""

    title: str
    spot: Spot
    no: str = ""
    phase: str = ""
    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    leader: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    reviewer: tuple[str, ...] = ()
    inform: tuple[str, ...] = ()
    office: tuple[str, ...] = ()
    deadline: str = ""
    reading: Reading | None = None
    whole: str = ""  # the text several deadlines stand in: a later one takes its year from an earlier
    inherited: bool = False  # the deadline is the phase's
    starts: str = ""
    report_due: str = ""
    milestones: tuple[Step, ...] = ()
    measures: tuple[Step, ...] = ()
    problem: str = ""
    detail: str = ""
    targets: tuple[Target, ...] = ()
    state: str = ""
    done: str = ""
    progress: str = ""
    note: str = ""
    source: str = ""
    separately: bool = False
    rule: str = ""  # the rule that made it a task
    identity: str = ""  # the id of the plan it updates

    def naming(self, found: Mapping[str, Iterable[str]]) -> DraftTask:
        """Return the task with *found*: role -> names, each once."""
        named: dict[str, Any] = {role: tuple(dict.fromkeys(names)) for role, names in found.items()}
        return replace(self, **named)

    @property
    def due(self) -> date | None:
        """Return the last day on time, None where the words give none."""
        return self.reading.due if self.reading is not None and self.reading.kind in ("date", "span") else None

    @property
    def units(self) -> tuple[str, ...]:
        """Return all units named, leads first."""
        return tuple(dict.fromkeys((*self.lead, *self.responsible, *self.support)))


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft plan: what the document says, before defaults."""

    name: str
    title: str = ""
    number: str = ""
    issuer: str = ""
    issued: date | None = None
    year: int | None = None
    year_rule: str = ""
    language: Literal["zh", "en"] = "zh"
    handling: Literal["", "internal"] = ""
    phases: tuple[DraftPhase, ...] = ()
    tasks: tuple[DraftTask, ...] = ()
    marks: tuple[Mark, ...] = ()
    everywhere: tuple[str, ...] = ()  # units a document-wide rule adds to every task
    office: str = ""  # the body the document says coordinates
    options: Options = field(default_factory=Options)
    dropped: Mapping[str, int] = field(default_factory=dict)  # personal numbers taken out, by kind

    def marked(self, *marks: Mark) -> Draft:
        """Return the draft with more marks."""
        return replace(self, marks=(*self.marks, *marks))


Key = Literal["lead", "due", "cadence", "groups", "year"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question whose answer settles many marks; `choices` are proposals, the first is what is likeliest."""

    key: Key
    what: Sentence
    choices: tuple[str, ...] = ()
    tasks: int = 0  # how many tasks it settles
    subject: str = ""  # the group whose members are asked
