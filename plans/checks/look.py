"""What the checks of a plan look at: the plan, its directory, its working days, and every reading made once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from plans.deadlines import Context, context_of, read
from plans.directory import Directory, Guesses, Named, normal
from plans.model import Measure, Milestone, Phase, Place, Plan, Reading, Task
from plans.workdays import Workdays

UNIT_LISTS = ("lead", "responsible", "support", "each")
ENDED = ("done", "merged", "routine", "carried_over", "cancelled")
PEOPLE_LISTS = ("leader", "owner", "contact", "reviewer", "inform")


class Dated(NamedTuple):
    """A deadline where it is written: the words, the reading, whose it is, and which key holds it."""

    text: str
    reading: Reading
    place: Place
    key: str
    task: Task | None = None
    phase: Phase | None = None


class Mention(NamedTuple):
    """A name of a unit or a person where it is written."""

    named: Named
    place: Place
    role: str
    task: Task | None = None


@dataclass(frozen=True)
class Look:
    """One plan with all that is needed to judge it; pure, and computed no more than once."""

    plan: Plan
    directory: Directory
    workdays: Workdays
    today: date | None
    has_directory: bool

    @cached_property
    def context(self) -> Context:
        """Return what the plan's deadlines are read with."""
        return context_of(self.plan, self.workdays)

    @cached_property
    def _read(self) -> dict[str, Reading]:
        return {}

    def reading(self, text: str) -> Reading:
        """Return what a deadline of this plan says."""
        if text not in self._read:
            self._read[text] = read(text, self.context)
        return self._read[text]

    @cached_property
    def phases(self) -> dict[str, Phase]:
        """Return the phases by id; of two with one id, the first."""
        return {phase.id: phase for phase in reversed(self.plan.phases)}

    @cached_property
    def dues(self) -> tuple[tuple[Task, Dated | None], ...]:
        """Return every task with the deadline that holds for it: its own, its phase's, or the default."""
        return tuple((task, self._due_of(task)) for task in self.plan.tasks)

    def _due_of(self, task: Task) -> Dated | None:
        if task.due:
            return Dated(task.due, self.reading(task.due), at(task, "due"), "due", task)
        phase = self.phases.get(task.phase)
        if phase is not None and phase.due:
            place = phase.places.get("due", phase.place)
            return Dated(phase.due, self.reading(phase.due), place, "phase", task, phase)
        default = self.plan.defaults.due
        if not default:
            return None
        place = self.plan.places.get("defaults.due", self.plan.place)
        return Dated(default, self.reading(default), place, "defaults", task)

    @cached_property
    def asked(self) -> tuple[Dated, ...]:
        """Return the deadline of every task and step that isn't ended, inherited ones where they are written."""
        dues = [dated for task, dated in self.dues if dated is not None and task.state not in ENDED]
        steps = [
            dated for dated in self.written if dated.key == "step" and dated.task and dated.task.state not in ENDED
        ]
        return (*dues, *steps)

    @cached_property
    def written(self) -> tuple[Dated, ...]:
        """Return every deadline the file writes, each once, wherever it stands."""
        return tuple(self._written())

    def _written(self) -> Iterator[Dated]:
        plan = self.plan
        if plan.defaults.due:
            place = plan.places.get("defaults.due", plan.place)
            yield Dated(plan.defaults.due, self.reading(plan.defaults.due), place, "due")
        for phase in plan.phases:
            for key in ("due", "starts"):
                if getattr(phase, key):
                    place = phase.places.get(key, phase.place)
                    yield Dated(getattr(phase, key), self.reading(getattr(phase, key)), place, key, None, phase)
        for task in plan.tasks:
            for key in ("due", "starts", "report_due", "review"):
                text = getattr(task, key)
                if text:
                    yield Dated(text, self.reading(text), at(task, key), key, task)
            for step in steps(task):
                if step.due:
                    yield Dated(step.due, self.reading(step.due), step.place, "step", task)

    @cached_property
    def units(self) -> tuple[Mention, ...]:
        """Return every mention of a unit or group, in the order of the file."""
        return tuple(self._units())

    def _units(self) -> Iterator[Mention]:
        plan = self.plan
        for role in ("lead", "support"):
            names = getattr(plan.defaults, role)
            place = plan.places.get(f"defaults.{role}", plan.place)
            yield from (Mention(named, place, role) for named in self.named(names))
        for task in plan.tasks:
            for role in UNIT_LISTS:
                names = getattr(task, role)
                if names:
                    yield from (Mention(named, exact(task, role, named), role, task) for named in self.named(names))
            for measure in task.measures:
                yield from (Mention(named, measure.place, "lead", task) for named in self.named(measure.lead))

    @cached_property
    def people(self) -> tuple[Mention, ...]:
        """Return every mention of a person, in the order of the file."""
        return tuple(self._people())

    def _people(self) -> Iterator[Mention]:
        for task in self.plan.tasks:
            for role in PEOPLE_LISTS:
                names = getattr(task, role)
                if names:
                    yield from (Mention(n, exact(task, role, n), role, task) for n in self.named_people(names))
            for measure in task.measures:
                yield from (Mention(n, measure.place, "owner", task) for n in self.named_people(measure.owner))

    @cached_property
    def _named(self) -> dict[tuple[str, tuple[str, ...]], Sequence[Named]]:
        return {}

    def named(self, written: tuple[str, ...]) -> Sequence[Named]:
        """Return the names of a written list of units; plans repeat the same lists, so each is split once."""
        if ("unit", written) not in self._named:
            self._named["unit", written] = self.directory.units_in(written)
        return self._named["unit", written]

    def named_people(self, written: tuple[str, ...]) -> Sequence[Named]:
        """Return the names of a written list of people."""
        if ("person", written) not in self._named:
            self._named["person", written] = self.directory.people_in(written)
        return self._named["person", written]

    def suggest(self, name: str) -> str | None:
        """Return the unit or group that *name* was probably meant to be."""
        return self._guessed_units.near(normal(name))

    def suggest_person(self, name: str) -> str | None:
        """Return the person that *name* was probably meant to be."""
        return self._guessed_people.near(normal(name))

    @cached_property
    def _guessed_units(self) -> Guesses:
        return Guesses(self.directory.asked_names)

    @cached_property
    def _guessed_people(self) -> Guesses:
        return Guesses(self.directory.asked_people)

    def unit_ids(self, written: tuple[str, ...]) -> tuple[str, ...]:
        """Return the ids of the units a written list stands for, groups by their members; unknown names left out."""
        if ("ids", written) not in self._ids:
            found = (unit for text in written for unit in self.directory.members(text, self.plan.issued))
            self._ids["ids", written] = tuple(dict.fromkeys(found))
        return self._ids["ids", written]

    def person_ids(self, written: tuple[str, ...]) -> tuple[str, ...]:
        """Return the ids of the people a written list names; unknown names left out."""
        return tuple(named.person.id for named in self.named_people(written) if named.person) if written else ()

    @cached_property
    def _ids(self) -> dict[tuple[str, tuple[str, ...]], tuple[str, ...]]:
        return {}

    def answering(self, task: Task) -> tuple[str, ...]:
        """Return the units that answer for a task: those that do it one by one, else its leads, else the office."""
        asked = task.each or task.lead or task.responsible[:1] or self.plan.defaults.lead
        return self.unit_ids(asked) if asked else self.office[:1]

    def is_lead_unread(self, task: Task) -> bool:
        """Return whether who leads a task is written, and can't be read."""
        return bool((task.unread | self.plan.defaults.unread) & {"lead", "responsible", "each"})

    @cached_property
    def office(self) -> tuple[str, ...]:
        """Return the unit at whose desk the plan is followed: its office, its issuer, or the directory's office."""
        named = (self.plan.office, self.plan.issuer, self.directory.office)
        return next((found for text in named if text and (found := self.unit_ids((text,)))), ())


def at(task: Task, key: str) -> Place:
    """Return where the value of *key* stands, or where the task begins."""
    return task.places.get(key, task.place)


def exact(task: Task, role: str, named: Named) -> Place:
    """Return where one name of a list stands."""
    place = task.places.get(f"{role}.{named.item}")
    if place is None:
        return at(task, role)
    return place._replace(column=place.column + named.offset) if named.offset else place


def steps(task: Task) -> tuple[Milestone | Measure, ...]:
    """Return the milestones and measures of a task."""
    return (*task.milestones, *task.measures)


def called(task: Task) -> str:
    """Return what a finding calls a task: its number and title, or its id."""
    title = task.title if len(task.title) <= 24 else task.title[:23] + "…"
    return f"{task.no} {title}".strip() or task.id
