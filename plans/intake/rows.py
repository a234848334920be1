"""One row of a table becomes one task: what each of its cells says, and what the rows under the same title add."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from plans.intake import acting, cells, dates, matrix, roles, sharing, units
from plans.intake.blocks import Cell, Spot, fold, joined
from plans.intake.draft import DraftTask, Mark, Step
from plans.intake.headers import Column, Header
from plans.intake.words import PEOPLE_ROLES, UNIT_ROLES, column_role
from plans.model import Sentence, say

_BROKEN = re.compile(r"(?<=[年月至到—–~-])\n|\n(?=[年月日前底末至到—–~-])")  # a narrow column breaks a date
FOLLOWS = re.compile(r"[（(]下同[）)]$")


@dataclass(frozen=True, slots=True)
class Context:
    """What is known when a table is read: names of units, the heading it stands under, a legend."""

    known: Collection[str] = ()
    phase: str = ""
    legend: dict[str, str] = field(default_factory=dict)
    foreign: frozenset[str] = frozenset()  # folded values that other tables hold in columns that aren't units


@dataclass(slots=True)
class Line:
    """One body row: the text of each column, the cell it came from, and where it stands."""

    texts: list[str]
    cells: list[Cell | None]
    spot: Spot


class RowReader:
    """What all rows of one table have in common: the columns, the names, the signs of a matrix."""

    def __init__(self, header: Header, context: Context, title: int, places: list[int], signs: dict[str, str]) -> None:
        self.header, self.context, self.title = header, context, title
        self.matrix, self.signs = places, signs
        self.marks: list[Mark] = []
        self.said: dict[tuple[str, Column], roles.Said] = {}

    def task(self, line: Line, text: str, below: Sequence[Line], phase: str) -> DraftTask:
        """Return the task of a row whose title cell says *text*; *below* are the rows under the same title."""
        number, rest = cells.without_number(text)
        problem = self._text(line, "problem")
        measures: tuple[Step, ...] = ()
        promoted = self.header.columns[self.title].guessed and problem and self.title != self.header.index("problem")
        parts = cells.items(text) if promoted else [rest]
        if promoted and len(parts) > 1:
            measures = tuple(Step(joined(part).strip("。；; ")) for part in parts)
            rest = problem
        title, detail = (joined(rest), "") if len(joined(rest)) <= 60 else cells.title_of(rest)
        task = DraftTask(
            title=title.strip(" 。；;"), spot=line.spot, no=self._number(line, number),
            phase=phase,
            problem=problem if self.title != self.header.index("problem") else "", measures=measures, rule="table row",
            detail="\n".join(filter(None, (detail, *(line.texts[at] for at in self.header.all("detail"))))),
        )  # fmt: skip
        task = self._who(self._in_brackets(task), line)
        task = self._when(task, line)
        task = self._ledger(task, line)
        return self._below(task, below) if below else task

    def _in_brackets(self, task: DraftTask) -> DraftTask:
        """Take out of the title the bracket that says who does it, where the table has no columns for that."""
        for bracket in reversed(list(roles.brackets(task.title, self.context.known))):
            kept = f"{task.title[: bracket.start]}{task.title[bracket.stop :]}".strip(" 。；;")
            if kept:
                said = {_field(role): names for role, names in bracket.said.roles.items()}
                task = replace(task.naming(said), title=kept, deadline=bracket.said.deadline or task.deadline)
        return task

    def _number(self, line: Line, written: str) -> str:
        at = self.header.index("no")
        return (line.texts[at] if at >= 0 else "").strip(" .、") or written.strip(" .、")

    def _text(self, line: Line, role: str) -> str:
        return "\n".join(line.texts[at] for at in self.header.all(role) if line.texts[at])

    def _who(self, task: DraftTask, line: Line) -> DraftTask:
        found: dict[str, list[str]] = {
            role: list(names) for role in (*UNIT_ROLES, *PEOPLE_ROLES) if (names := getattr(task, _field(role)))
        }
        deadline, separately = task.deadline, task.separately
        for at, column in enumerate(self.header.columns):
            text = line.texts[at]
            if text and "told" in column.roles:
                for role, names in acting.in_sentence(text, self.context.known).roles.items():
                    found.setdefault(role, []).extend(names)
                days = dates.find(text) or [day for day in (dates.bracketed(text),) if day is not None]
                deadline = deadline or (text[days[0].start : days[-1].stop].strip("()（）") if days else "")
                continue
            if not text or at in self.matrix or column.role not in (*UNIT_ROLES, *PEOPLE_ROLES, "office"):
                continue
            said = self._names(text, column, line.spot)
            for role, names in said.roles.items():
                have = found.setdefault(_field(role), [])
                have += [name for name in names if name not in have]
            deadline = deadline or said.deadline
            separately = separately or said.separately
        if deadline != task.deadline or separately != task.separately:
            task = replace(task, deadline=deadline, separately=separately)
        if self.matrix:
            labels = {at: self.header.columns[at].label for at in self.matrix}
            for role, names in matrix.read_row(labels, {at: line.texts[at] for at in self.matrix}, self.signs).items():
                found.setdefault(role, []).extend(names)
        if found.get("responsible") and found.get("lead"):
            found["responsible"] = [name for name in found["responsible"] if name not in found["lead"]]
        return task.naming(found)

    def _names(self, text: str, column: Column, spot: Spot) -> roles.Said:
        if (text, column) not in self.said:  # offices repeat the same few units in hundreds of rows
            self.said[text, column] = self._named(FOLLOWS.sub("", text), column)
        said = self.said[text, column]
        if not said:
            self._mark("unsure", spot, say("“{text}” stands where a unit is expected and names none", text=text[:40]))
        return said

    def _named(self, text: str, column: Column) -> roles.Said:
        role = column.role
        if fold(text) in self.context.foreign or units.is_nobody(text):
            return roles.Said()
        said = roles.cell(text, self.context.known, role)
        if len(column.roles) > 1:
            said = sharing.divided(said, text, column.roles, self.context.known)
        elif role == "owner":
            said = sharing.bodies_apart(said, column.bodies)
        elif role in UNIT_ROLES and not said.roles.get("owner"):
            said = sharing.people_apart(said, role, owners=column_role(column.label) == "owner")
        return said

    def _when(self, task: DraftTask, line: Line) -> DraftTask:
        written = [text for at in (*self.header.all("due"), *self.header.all("span")) if (text := line.texts[at])]
        due = joined(_BROKEN.sub("", written[-1]).replace("\n", "，")) if written else task.deadline
        steps = [step for at in self.header.all("milestones") for step in self._steps(at, line.texts[at])]
        start = self._text(line, "start")
        bar = [self._label(at) for at in self.header.all("milestones") if matrix.is_sign(line.texts[at])]
        if bar:
            start, due = start or (bar[0] if len(bar) > 1 else ""), due or bar[-1]
        if not due and steps and all(step.due for step in steps):
            due = steps[-1].due
        return replace(
            task,
            deadline=due,
            starts=joined(start),
            milestones=tuple(steps),
            report_due=joined(self._text(line, "report_due")),
        )

    def _label(self, at: int) -> str:
        return self.header.columns[at].label.split("/")[-1]

    def _steps(self, at: int, text: str) -> list[Step]:
        label = self._label(at)
        if not text or matrix.is_sign(text):
            return []
        if dates.is_dated(label) or re.match(r"^(?:Q[1-4]|\d{1,2}月份?|第?[一二三四]季度)", label):
            when = re.sub(r"(?:目标|计划|进度|节点|安排)$", "", label)
            return [Step(joined(text), when)]
        return cells.steps_of(text) or ([Step(joined(text), joined(text))] if dates.is_dated(joined(text)) else [])

    def _ledger(self, task: DraftTask, line: Line) -> DraftTask:
        declared, progress = self._text(line, "state"), self._text(line, "progress")
        state = cells.state_of(declared) or cells.state_of(progress)
        remark = [self._text(line, role) for role in ("note",)]
        aim = self._text(line, "target")
        return replace(
            task, state=state, done=joined(self._text(line, "finished")),
            progress=joined(progress if cells.state_of(progress) == "" else ""),
            note="；".join(joined(text) for text in (*remark,) if text), source=joined(self._text(line, "source")),
            detail="\n".join(filter(None, (task.detail, aim))),
        )  # fmt: skip

    def _below(self, task: DraftTask, below: Sequence[Line]) -> DraftTask:
        """Add the rows under a title: measures with a date or unit of their own, or more words of the same task."""
        steps = list(task.measures)
        detail = task.detail
        for line in below:
            words = joined(self._text(line, "detail") or self._text(line, "target") or self._text(line, "milestones"))
            under = self._when(self._who(DraftTask("", line.spot), line), line)
            if (
                words
                and (under.deadline or under.units or under.owner)
                and any(is_own(line, at, [*below]) for at in range(len(line.texts)))
            ):
                steps.append(Step(words, under.deadline, None, under.lead or under.responsible, under.owner))
            elif words:
                detail = f"{detail}\n{words}".strip()
            elif under.units:
                task = task.naming({role: (*getattr(task, role), *getattr(under, role)) for role in UNIT_ROLES})
            elif under.deadline and under.deadline != task.deadline:
                task = replace(task, deadline=f"{task.deadline}，{under.deadline}".strip("，"))
        if steps and not task.measures and task.deadline != steps[-1].due and any(step.due for step in steps):
            own = Step(
                joined(task.detail) or task.title, task.deadline, None, task.lead or task.responsible, task.owner
            )
            steps = [own, *steps]
        return replace(task, measures=tuple(steps), detail=detail)

    def _mark(self, code: str, spot: Spot, what: Sentence) -> None:
        self.marks.append(Mark(code, spot, what))


def is_own(line: Line, at: int, group: Sequence[Line]) -> bool:
    """Return whether a row has this cell for itself, not by a merge over the group."""
    cell = line.cells[at]
    return cell is None or sum(1 for other in group if other.cells[at] is cell) == 1


def _field(role: str) -> str:
    return "owner" if role == "head" else role
