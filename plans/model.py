"""The words of a plan: what an office asks, of whom, by when, and what is wrong with how it was written.

Everything here is a frozen value and imports nothing of ours. Texts stay as the office wrote them; what they
mean is said by the pure functions of this floor (`deadlines.read`, `Directory.find`, `occurrences.expand`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

Kind = Literal["date", "span", "recurring", "open", "immediate", "unresolved", "none"]
Precision = Literal["day", "week", "xun", "month", "quarter", "half", "year", "open"]
Severity = Literal["error", "warning", "note"]

EARLIEST, LATEST = 1900, 2150  # the years in which a day is believed
UNIT_ROLES = ("lead", "responsible", "support", "each")
PERSON_ROLES = ("leader", "owner", "contact", "reviewer", "inform")


class Place(NamedTuple):
    """Where a value stands in a file; line and column count from 1, in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """Return `file:line:column`, as editors understand it."""
        return f"{self.file}:{self.line}:{self.column}"


class Sentence(NamedTuple):
    """A sentence for a person: an English gettext message with `{names}`, and the values to fill in.

    A value may be a sentence itself, or a tuple of names, which is joined as the language does it.
    """

    text: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        """Return the sentence in English."""
        named = {name: ", ".join(value) for name, value in self.values.items() if type(value) is tuple}
        return self.text.format(**{**self.values, **named})


def say(text: str, /, **values: object) -> Sentence:
    """Return a sentence to be translated at a door; *text* is a gettext message id (extracted by this name)."""
    return Sentence(text, values)


@dataclass(frozen=True, slots=True)
class Edit:
    """A safe repair of one value: replace *length* characters at *place* by *text*."""

    place: Place
    length: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a text, as a value: the code, where, what, and what to do about it.

    The first letter of the code is its severity: E error, W warning, N note.
    """

    code: str
    place: Place
    what: Sentence
    fix: Sentence | None = None
    edit: Edit | None = None

    @property
    def severity(self) -> Severity:
        """Return how grave it is, by the code's letter."""
        return {"E": "error", "W": "warning"}.get(self.code[:1], "note")  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a deadline expression says. `due` is the last day on time (inclusive), `start` the first day.

    `rule` names the rule that read it; `warnings` say what was assumed; `proposals` are days a person may choose
    from where nothing was decided. No date is ever invented: what can't be read is `unresolved`.
    """

    kind: Kind
    text: str
    start: date | None = None
    due: date | None = None
    precision: Precision = "open"
    rrule: str = ""  # RFC 5545 section 3.3.10, without DTSTART
    milestones: tuple[tuple[date, str], ...] = ()  # (day, the words around it), two or more, in order
    rule: str = ""
    warnings: tuple[Sentence, ...] = ()
    proposals: tuple[date, ...] = ()
    soft: bool = False  # 力争, 原则上: stops short of being pressed
    then_open: bool = False  # 完成并长期坚持: after the date it goes on
    state: str = ""  # 已完成 in the deadline cell is a state, not a date: "done"
    time: str = ""  # 17:00, 下班前: kept as text, never an instant


@dataclass(frozen=True, slots=True)
class Target:
    """A quantity to reach: 净增600家以上 is increment, op ">=", value 600, unit 家."""

    indicator: str
    value: float
    op: Literal[">=", ">", "<=", "<", "="] = ">="
    unit: str = ""
    kind: Literal["increment", "cumulative", "share", "rank", "exists"] = "cumulative"
    baseline: float | None = None
    by_unit: Mapping[str, float] = field(default_factory=dict)
    profile: tuple[tuple[str, float], ...] = ()  # ("Q1", 20.0), ("H1", 50.0): progress expected by then, percent


@dataclass(frozen=True, slots=True)
class Milestone:
    """A dated step of a task; becomes an occurrence named by its id."""

    id: str
    title: str
    due: str
    place: Place
    state: str = ""
    done: str = ""
    ladder: str | Mapping[str, object] = ""
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure against a problem, with its own date, owner and state; the problem closes when all are done."""

    id: str
    title: str
    place: Place
    due: str = ""
    lead: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    state: str = ""
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Phase:
    """A container of tasks: never overdue itself; its deadline is inherited by tasks without one."""

    id: str
    title: str
    place: Place
    due: str = ""
    starts: str = ""
    ladder: str | Mapping[str, object] = ""
    places: Mapping[str, Place] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that is asked. Units, people and deadlines as written; `places` says where each key's value stands."""

    id: str  # "" when the file gives none: identity.task_id makes one
    title: str
    place: Place
    no: str = ""
    was: str = ""
    phase: str = ""
    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    each: tuple[str, ...] = ()
    leader: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    reviewer: tuple[str, ...] = ()
    inform: tuple[str, ...] = ()
    due: str = ""
    starts: str = ""
    report_due: str = ""
    cadence: str = ""
    review: str = ""
    milestones: tuple[Milestone, ...] = ()
    measures: tuple[Measure, ...] = ()
    problem: str = ""
    targets: tuple[Target, ...] = ()
    after: tuple[str, ...] = ()
    state: str = ""
    done: str = ""
    first_leads: bool = True
    fixed: bool = False
    soft: bool = False
    ladder: str | Mapping[str, object] = ""
    tags: tuple[str, ...] = ()
    note: str = ""
    source: str = ""
    places: Mapping[str, Place] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()  # the keys whose values can't be read; what is missing so was said already


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for every task of a plan that says nothing itself."""

    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    due: str = ""
    cadence: str = ""  # how often a report is asked for; without a date by itself each quarter
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan file, as written; dates that the file must give as dates are dates already."""

    id: str
    title: str
    file: str
    place: Place
    number: str = ""
    issuer: str = ""
    office: str = ""
    issued: date | None = None
    year: int | None = None
    ends: date | None = None
    closed: date | None = None
    supersedes: Mapping[str, object] = field(default_factory=dict)
    handling: Literal["", "internal"] = ""
    timezone: str = "Asia/Shanghai"
    language: Literal["zh", "en"] = "zh"
    workdays: str = "CN"
    directory: str = ""  # path of the shared directory file, relative to the plan's
    inline: object = None  # the Directory where it is written inside the plan: plans.read.directory_of
    ladder: str | Mapping[str, object] = "standard"
    defaults: Defaults = field(default_factory=Defaults)
    calendars: Mapping[str, Mapping[str, tuple[date, date]]] = field(default_factory=dict)
    on_closed_day: Literal["", "before", "after"] = ""
    acceptance: Literal["office", "none"] = "office"
    date_order: Literal["", "dmy", "mdy"] = ""  # which of 03/04/2024 comes first
    fiscal_year: str = ""  # month-day a fiscal year starts on, "10-01"; without it FY is unresolved
    phases: tuple[Phase, ...] = ()
    tasks: tuple[Task, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()

    @property
    def plan_year(self) -> int | None:
        """Return the year its deadlines without one belong to: `year`, else the year of issue."""
        return self.year or (self.issued.year if self.issued else None)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be told; `mail` is the one address letters go to."""

    id: str
    name: str
    place: Place
    title: str = ""
    mail: str = ""
    phone: str = ""
    unit: str = ""
    language: Literal["", "zh", "en"] = ""
    away: tuple[tuple[date, date, str], ...] = ()  # (first day, last day, the person who stands in)
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the directory, in the official order of the file."""

    id: str
    name: str
    place: Place
    aliases: tuple[str, ...] = ()
    mail: str = ""
    phone: str = ""
    head: str = ""
    deputy: str = ""
    contact: str = ""
    leader: str = ""  # 分管领导: the leader above this unit
    parent: str = ""
    since: date | None = None
    until: date | None = None
    became: tuple[str, ...] = ()  # renamed, merged, split: the units that took over on `until`
    posts: tuple[tuple[str, str, date | None, date | None], ...] = ()  # (post, person, first day, last day)
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Group:
    """A class of units with one name, such as 各处室."""

    id: str
    name: str
    members: tuple[str, ...]
    place: Place
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One row that can be on time or late, as the plan declares it: one (plan, task, name).

    `name` is empty for a single date, the period for a recurring one ("2026-04"), the id of a milestone or measure,
    the unit's id for `each`; parts are joined by "/". `due` is None for what is followed without a date.
    """

    plan: str
    task: str
    name: str
    title: str
    due: date | None
    kind: Literal["dated", "recurring", "report", "immediate", "undated"]
    position: int
    text: str = ""  # the deadline as written
    rule: str = ""
    reading: Kind = "none"  # what kind of deadline that is
    precision: Precision = "day"
    starts: date | None = None
    leads: tuple[str, ...] = ()  # unit ids, the first is the direct lead
    units: tuple[tuple[str, str], ...] = ()  # (role, unit id) of all units, leads included
    people: tuple[tuple[str, str], ...] = ()  # (role, person id)
    soft: bool = False
    fixed: bool = False
    ladder: str = ""  # the name of a preset, or the ladder as canonical JSON
    state: str = ""  # a state the plan itself declares: "done"
    done: date | None = None
    part: Literal["", "milestone", "measure"] = ""  # "" for the task itself
    steps: bool = False  # whether milestones or measures lead to it
    follows: bool = False  # whether other tasks come before it
    target: Target | None = None  # the quantity it is measured by
