"""A draft becomes a plan in the plan language: every value a clerk must look at has a comment beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, date
from typing import Any

from plans.deadlines import Context, read
from plans.directory import Directory
from plans.identity import task_id
from plans.intake.draft import Draft, DraftTask, Mark, Step
from plans.intake.roster import groups_known, names_of, unknown_names
from plans.intake.units import is_masked
from plans.language.keys import state_code
from plans.language.kinds import as_date
from plans.model import (
    PERSON_ROLES,
    Defaults,
    Measure,
    Milestone,
    Phase,
    Place,
    Plan,
    Reading,
    Sentence,
    Task,
    say,
)
from plans.read import language_of

Path = tuple[str | int, ...]
_NOWHERE = Place("", 0, 0)
_DATED = ("date", "span")
_WHOLE_DAY = re.compile(r"^(?:19|20)\d{2}(?:年\d{1,2}月\d{1,2}日|[-./]\d{1,2}[-./]\d{1,2})(?:前|之前|以前)?$")


@dataclass
class Drafted:
    """A plan and what to say beside its values: path -> sentences, as `plans.write` takes them once translated."""

    plan: Plan
    comments: dict[Path, list[Sentence]] = field(default_factory=dict)
    general: list[Mark] = field(default_factory=list)  # marks of the document as a whole


def draft_plan(draft: Draft, identity: str, directory: Directory | None = None, directory_path: str = "") -> Drafted:
    """Return the plan of *draft*, called *identity*; units are matched against *directory* where there is one."""
    return _Planner(draft, identity, directory, directory_path).drafted()


def marks_by_task(draft: Draft) -> tuple[dict[int, list[Mark]], list[Mark]]:
    """Return the marks of each task (by position, else by the row or paragraph they name), and the others."""
    places = {_row(task.spot): at for at, task in reversed(list(enumerate(draft.tasks)))}
    own: dict[int, list[Mark]] = {}
    general: list[Mark] = []
    for mark in draft.marks:
        at = mark.task if mark.task >= 0 else places.get(_row(mark.spot), -1)
        if at >= 0 and (mark.task >= 0 or mark.spot.row or mark.spot.paragraph):
            own.setdefault(at, []).append(mark)
        else:
            general.append(mark)
    return own, general


class _Planner:
    """One draft on its way into the plan language."""

    def __init__(self, draft: Draft, identity: str, directory: Directory | None, directory_path: str) -> None:
        self.draft, self.identity, self.directory, self.directory_path = draft, identity, directory, directory_path
        self.comments: dict[Path, list[Sentence]] = {}
        self.context = Context(issued=draft.issued, plan_year=draft.year, language=draft.language)
        self.groups = groups_known(names_of(draft), directory, draft.options.groups)
        self.phases = {phase.title: phase for phase in draft.phases}
        self.unknown = dict(unknown_names(names_of(draft), directory)) if directory is not None else {}
        self.ids: set[str] = set()

    def drafted(self) -> Drafted:
        """Return the plan with its comments."""
        draft, options = self.draft, self.draft.options
        own, general = marks_by_task(draft)
        tasks = tuple(self._task(task, at, own.get(at, [])) for at, task in enumerate(draft.tasks))
        issued_year = draft.issued.year if draft.issued else None
        plan = Plan(
            id=self.identity,
            title=draft.title or self.identity,
            file="",
            place=_NOWHERE,
            number=draft.number,
            issuer=draft.issuer,
            office=self._office(),
            issued=draft.issued,
            year=draft.year if draft.year != issued_year else None,
            ends=self._ends(draft.year or issued_year),
            handling=draft.handling,
            language=self._language(),
            directory=self.directory_path,
            defaults=Defaults(options.lead, draft.everywhere, options.due, options.cadence),
            phases=tuple(Phase(phase.title, phase.title, _NOWHERE, phase.due) for phase in draft.phases),
            tasks=tasks,
        )
        self._about_plan(plan)
        return Drafted(plan, self.comments, general)

    def _language(self) -> Any:
        """Return the letters' language; the reader takes it from the title where nothing is said."""
        return self.draft.language if self.draft.tasks else language_of(self.draft.title)

    def _ends(self, year: int | None) -> date | None:
        """Return until when recurring tasks are followed, where deadlines lie beyond the plan's year."""
        last = max((task.due.year for task in self.draft.tasks if task.due), default=0)
        if year is None or last <= year or last == MAXYEAR:
            return None
        self._say(("ends",), say("the last deadlines lie in {year}", year=last))
        return date(last, 12, 31)

    def _office(self) -> str:
        office = self.draft.office
        if office and self.directory is not None and self.directory.unit(office) is None:
            self._say(("office",), say("the text names {name}, which the directory doesn't know", name=office))
            return ""
        return office

    def _about_plan(self, plan: Plan) -> None:
        draft = self.draft
        if plan.issued is None:
            self._say(("issued",), say("no day of issue was found; write it, or import with --issued"))
        if draft.year and draft.year_rule == "text" and draft.issued is None:
            self._say(("year",), say("from the dates in the text"))
        if plan.office:
            self._say(("office",), say("by the text, this body coordinates or runs the daily work"))
        if plan.defaults.support:
            self._say(("defaults", "support"), say("the document says that these take part in every task"))
        if not plan.directory:
            self._say(("directory",), say("write the path of the directory file, or import with --directory"))

    def _say(self, path: Path, *sentences: Sentence) -> None:
        for sentence in sentences:
            if sentence not in self.comments.setdefault(path, []):
                self.comments[path].append(sentence)

    def _task(self, task: DraftTask, at: int, marks: list[Mark]) -> Task:
        here: Path = ("tasks", at)
        self._say(here, say("{place}: {rule}", place=task.spot.sentence(), rule=_RULES.get(task.rule, say("task"))))
        self._say(here, *(mark.what for mark in marks if mark.key != "due"))
        names = self._names(task, here)
        due = self._due(task, here, marks)
        milestones = self._milestones(task, here, due)
        declared = state_code(task.state)
        state = "" if declared == "open" else declared
        return Task(
            id=self._id(task.title),
            title=task.title,
            place=_NOWHERE,
            no=task.no,
            phase=task.phase if task.phase in self.phases else "",
            due=due,
            starts=self._starts(task, here),
            report_due=task.report_due,
            milestones=milestones,
            measures=self._measures(task, here),
            problem=task.problem,
            targets=task.targets,
            state=state,
            done=self._done(task, here),
            first_leads=not (task.separately and task.lead),
            soft=bool(task.reading is not None and task.reading.soft),
            note=self._note(task),
            source=task.source,
            **names,
        )

    def _id(self, title: str) -> str:
        """Return the id that apply would give; a second task of the same title gets a number behind it."""
        identity = base = task_id(self.identity, title)
        count = 1
        while identity in self.ids:
            count += 1
            identity = f"{base}-{count}"
        self.ids.add(identity)
        return identity

    def _names(self, task: DraftTask, here: Path) -> dict[str, Any]:
        """Return role -> names: groups answer one by one, masked names are nobody, unknown ones are said."""
        found: dict[str, list[str]] = {"each": []}
        for role in ("lead", "responsible", "support"):
            for name in getattr(task, role):
                into = "each" if name in self.groups and role != "support" else role
                if role == "responsible" and task.separately and not task.lead:
                    into = "each"
                if not is_masked(name):
                    found.setdefault(into, []).append(name)
                    if name in self.unknown:
                        self._say((*here, into), self.unknown[name])
        if found["each"]:
            self._say((*here, "each"), say("each of them has its own row and answers for itself"))
        for role in PERSON_ROLES:
            found[role] = [name for name in getattr(task, role) if not is_masked(name)]
            if len(found[role]) < len(getattr(task, role)):
                self._say((*here, role), say("masked names were left out"))
        if task.office:
            self._say(here, say("watched over by {names}", names="、".join(task.office)))
        return {role: tuple(names) for role, names in found.items()}

    def _due(self, task: DraftTask, here: Path, marks: list[Mark]) -> str:
        """Return the deadline as the plan says it: the document's words where they read the same there."""
        path = (*here, "due")
        said = [mark.what for mark in marks if mark.key == "due"]
        if not task.deadline:
            self._say(path, *said)
            return ""
        phase = self.phases.get(task.phase)
        if task.inherited and phase is not None and phase.due == task.deadline:
            self._say(path, *said)
            return ""
        text, reading = task.deadline, task.reading
        if reading is not None and reading.kind in _DATED and read(text, self.context).due != reading.due:
            assert reading.due is not None
            self._say(path, say("in the document: {text}", text=text), *said)
            return reading.due.isoformat()
        self._say(path, *_meaning(text, reading), *said)
        return text

    def _starts(self, task: DraftTask, here: Path) -> str:
        if task.starts and read(task.starts, self.context).kind == "unresolved":
            self._say((*here, "starts"), say("in the document: {text}", text=task.starts))
            return ""
        return task.starts

    def _milestones(self, task: DraftTask, here: Path, due: str) -> tuple[Milestone, ...]:
        """Return the dated steps before the deadline itself."""
        kept = [step for step in task.milestones if step.due and (step.day is None or step.day != task.due)]
        if not due or len(kept) == 0:
            kept = kept if len(kept) > 1 else []
        for at, step in enumerate(kept):
            self._say((*here, "milestones", at, "due"), *self._step_meaning(step))
        return tuple(Milestone(str(at), step.title, self._step_due(step), _NOWHERE) for at, step in enumerate(kept, 1))

    def _measures(self, task: DraftTask, here: Path) -> tuple[Measure, ...]:
        for at, step in enumerate(task.measures):
            self._say((*here, "measures", at, "due"), *self._step_meaning(step))
        return tuple(
            Measure(
                str(at), step.title, _NOWHERE, self._step_due(step), _unmasked(step.lead), _unmasked(step.owner),
                state_code(step.state),
            )
            for at, step in enumerate(task.measures, 1)
        )  # fmt: skip

    def _step_due(self, step: Step) -> str:
        if step.day is not None and read(step.due, self.context).due != step.day:
            return step.day.isoformat()
        return step.due

    def _step_meaning(self, step: Step) -> list[Sentence]:
        if not step.due:
            return []
        if self._step_due(step) != step.due:
            return [say("in the document: {text}", text=step.due)]
        return _meaning(step.due, read(step.due, self.context))

    def _done(self, task: DraftTask, here: Path) -> str:
        if not task.done:
            return ""
        day = as_date(task.done) or _day(read(task.done, self.context))
        if day is None or state_code(task.state) != "done":
            self._say((*here, "done"), say("in the document: {text}", text=task.done))
            return ""
        return day.isoformat()

    def _note(self, task: DraftTask) -> str:
        return "\n".join(part for part in (task.detail, task.note, task.progress) if part)


_RULES: Mapping[str, Sentence] = {
    "table row": say("a row of the table"),
    "block of labels": say("a block of labelled lines"),
    "item that names who does it": say("an item that names who does it"),
    "dated item": say("an item with a date"),
    "item of a task section": say("an item of a section of tasks"),
}


def _row(spot: Any) -> tuple[object, ...]:
    return (spot.sheet, spot.table, spot.row, spot.page if not spot.row else 0, spot.paragraph)


def _day(reading: Reading) -> date | None:
    return reading.due if reading.kind in _DATED else None


def _unmasked(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if not is_masked(name))


def _meaning(text: str, reading: Reading | None) -> list[Sentence]:
    """Return what a deadline was read as, nothing where the words are a whole date themselves."""
    if reading is None or _WHOLE_DAY.match(text):
        return []
    if reading.kind == "span" and reading.start and reading.due:
        return [say("read as {start} to {due}", start=reading.start, due=reading.due)]
    if reading.kind in _DATED and reading.due:
        return [say("read as {due}", due=reading.due)]
    known = {
        "recurring": say("comes again and again; each time has its own row"),
        "open": say("has no date; it is asked about regularly"),
        "immediate": say("at once; it is asked about after five working days"),
        "unresolved": say("not read as a date; write one"),
    }
    return [known[reading.kind]] if reading.kind in known else []
