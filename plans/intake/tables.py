"""Tables become tasks: rows under their header, with what is merged, repeated, continued or said once for many."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

from plans.intake import cells, dates, matrix
from plans.intake.blocks import Spot, Table, fold, joined
from plans.intake.draft import DraftTask, Mark
from plans.intake.headers import Header, Row, repeats, texts
from plans.intake.ragged import realign
from plans.intake.rows import FOLLOWS, Context, Line, RowReader, is_own
from plans.intake.words import PEOPLE_ROLES, ROLE_NAMES, UNIT_ROLES, column_role
from plans.model import Sentence, say

_TOTAL = re.compile(r"^(?:合\s*计|总\s*计|小\s*计|共\s*计|total\b|sub-?total\b)", re.IGNORECASE)
_REMARK = re.compile(
    r"^(?:注|备注|说明|填表说明|填报说明|填报人|审核人|制表|单位（盖章）|note|notes|source)\s*\d?\s*[:：]|^[*※]",
    re.IGNORECASE,
)


class TableReader:
    """One walk down one table."""

    def __init__(self, table: Table, header: Header, context: Context, before: TableReader | None = None) -> None:
        self.table, self.header, self.context = table, header, context
        self.tasks: list[DraftTask] = []
        self.named: set[int] = set()  # positions of tasks in whose row a phase is written
        self.remarks: list[str] = list(header.above)
        self.phase: str = before.phase if before is not None else ""  # of a table that goes on from the page before
        self.section: str = before.section if before is not None else ""
        self.grouped: bool = before is not None and (before.grouped or bool(before._headings))  # noqa: SLF001 - its own kind
        self.above: list[str] = [""] * len(header.columns)
        self.title = header.index("title") if header.index("title") >= 0 else header.index("problem")
        bodies = [
            [line.texts[at] for line in self._plain_lines() if line.texts[at]] for at in range(len(header.columns))
        ]
        self.matrix = matrix.matrix_columns(header, bodies)
        signs = [text for at in self.matrix for text in bodies[at]]
        meaning = matrix.meaning(signs, {**matrix.legend(self.remarks), **context.legend})
        self.rows = RowReader(header, context, self.title, self.matrix, meaning)
        self.marks = self.rows.marks

    def read(self) -> list[DraftTask]:
        """Return the tasks of the table, in order."""
        body = [line for row in range(self.header.first, len(self.table.grid)) if (line := self._line(row)) is not None]
        for group in self._groups(body):
            self._group(group)
        self._phase_runs()
        self._lost_merges()
        self._notices()
        return self.tasks

    def _phase_runs(self) -> None:
        """Give the first tasks of a numbered run the phase that stands in its middle, where a merge was centred."""
        if self.header.index("phase") < 0:
            return
        starts = [at for at, task in enumerate(self.tasks) if task.no == "1"] or [0]
        for start, stop in zip(starts, [*starts[1:], len(self.tasks)], strict=True):
            run = range(start, stop)
            named = [at for at in run if at in self.named]
            phases = {self.tasks[at].phase for at in named}
            if len(phases) == 1 and named[0] > start:
                for at in range(start, named[0]):
                    self.tasks[at] = replace(self.tasks[at], phase=self.tasks[named[0]].phase)

    def _lost_merges(self) -> None:
        """Say of tasks without a deadline below one that has it: in plain text a merged cell is written once."""
        body = self.table.grid[self.header.first :]
        merged = any(cell is not None and cell is over for one, row in pairwise(body)
                     for over, cell in zip(one, row, strict=False))  # fmt: skip
        if self.header.index("due") < 0 or merged:
            return
        above = ""
        for task in self.tasks:
            if not task.deadline and above:
                what = say("no deadline; the one above, {text}, may hold for it too", text=above)
                self._mark("date", task.spot, what, key="due")
            above = task.deadline or above

    def _plain_lines(self) -> Iterator[Line]:
        for row in self.table.grid[self.header.first :]:
            if len(texts(row)) < 2:  # a section over the whole width belongs to no column
                continue
            yield Line(
                [cell.text if cell else "" for cell in row] + [""] * (len(self.header.columns) - len(row)),
                list(row),
                self.table.spot,
            )

    def _line(self, at: int) -> Line | None:
        """Return one row laid under its columns, None when it is the header again, a section, a total or a remark."""
        row = self.table.grid[at]
        written = texts(row)
        # A cell merged down belongs to a row above; in a part of a sheet rows count from the top of the sheet.
        cells = (cell.spot for cell in row if cell is not None)
        spot = max(cells, key=lambda one: one.row, default=self.table.spot._replace(row=at + 1))
        if not written or repeats(row, self.header):
            return None
        first = written[0]
        if _TOTAL.match(first):
            self._mark("skipped", spot, say("the row “{text}” is a total", text=first[:20]))
            return None
        alone = len(written) == 1 and len(self.header.columns) > 2
        if alone and _REMARK.match(first):
            self.remarks.append(first)
            return None
        if alone and (self._is_section(row, first) or at in self._headings):
            return Line(["\0" + joined(first)], [], spot)
        if self._heads_numbers(at):
            return Line(["\0" + joined(written[-1])], [], spot)
        if self.table.ragged or len(row) != len(self.header.columns):
            return self._ragged(row, spot)
        return Line([cell.text if cell else "" for cell in row], list(row), spot)

    def _heads_numbers(self, at: int) -> bool:
        """Return whether a row has but its number and a title, and the row below it counts on from there: 2, 2.1."""
        number, title = self.header.index("no"), self.title
        if number < 0 or title < 0 or at + 1 >= len(self.table.grid):
            return False
        row, below = self.table.grid[at], self.table.grid[at + 1]
        if max(number, title) >= min(len(row), len(below)):
            return False
        own, next_one = row[number], below[number]
        if own is None or next_one is None or not own.text.strip() or len(texts(row)) != 2 or row[title] is None:
            return False
        counts_on = re.match(rf"{re.escape(own.text.strip().rstrip('.'))}[.-]\d", next_one.text.strip())
        return bool(counts_on) and len(texts(below)) > 2

    def _is_section(self, row: Row, text: str) -> bool:
        """Return whether a row's only text is a section: it spans, or stands first, and is no continuation."""
        holders = [at for at, cell in enumerate(row) if cell is not None and cell.text]
        spans = len(holders) >= max(2, len(self.header.columns) - 1)
        numbered = bool(
            re.match(
                r"^(?:[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十]+[）)]|第[一二三四五六七八九十]+)", text
            )
        )
        return len(text) <= 80 and (
            spans
            or (
                holders[0] <= max(self.title, 0)
                and (
                    numbered
                    or (holders[0] < self.title and self.header.columns[holders[0]].role == "no" and not text.isdigit())
                )
            )
        )

    @cached_property
    def _headings(self) -> frozenset[int]:
        """Return the rows that hold a short title and nothing else, where the table begins with one that groups rows.

        Only where every other row says more: in a table that merely leaves cells empty such a row is a task.
        """
        body = range(self.header.first, len(self.table.grid))
        written = {at: texts(self.table.grid[at]) for at in body}
        rows = [at for at in body if written[at]]
        bare = [at for at in rows if self._only_title(self.table.grid[at], written[at])]
        full = [at for at in rows if len(written[at]) > 2 or len(self.header.columns) == 2]
        begins = bool(bare) and (self.grouped or bare[0] == rows[0])
        if not begins or bare[-1] == rows[-1] or len(bare) + len(full) < len(rows):
            return frozenset()
        apart = all(rows[rows.index(at) + 1] not in bare for at in bare)
        return frozenset(bare) if apart and len(full) > len(bare) else frozenset()

    def _only_title(self, row: Row, written: Sequence[str]) -> bool:
        cell = row[self.title] if 0 <= self.title < len(row) else None
        return len(written) == 1 and cell is not None and cell.text == written[0] and len(written[0]) <= 40

    def _ragged(self, row: Row, spot: Spot) -> Line:
        written = [cell.text if cell else "" for cell in row]
        while written and not written[-1]:
            written.pop()
        wanted = [column.role for column in self.header.columns]
        placed = realign(written, wanted, numbered=self._numbered()) if written else [""] * len(wanted)
        return Line(placed, [None] * len(placed), spot)

    def _numbered(self) -> bool:
        """Return whether most titles of this table begin with a number of their own."""
        body = self.table.grid[self.header.first :]
        begun = sum(1 for row in body if any(cell and re.match(r"^\d{1,3}[.、．]\s*\D", cell.text) for cell in row[:3]))
        return begun >= 0.6 * len(body)

    def _groups(self, body: Sequence[Line]) -> Iterator[list[Line]]:
        """Yield the rows that belong to one title: its own, those its cell is merged over, and those that continue."""
        group: list[Line] = []
        for line in body:
            if line.texts[0].startswith("\0"):
                if group:
                    yield group
                group = []
                self._section(line)
                continue
            if group and self._belongs(line, group):
                group.append(line)
            else:
                if group:
                    yield group
                group = [line]
        if group:
            yield group

    def _section(self, line: Line) -> None:
        text = line.texts[0][1:]
        self.section = cells.without_number(text)[1] or text
        self.phase = ""

    def _belongs(self, line: Line, group: list[Line]) -> bool:
        if self.title < 0:
            return False
        cell, first = line.cells[self.title], group[0].cells[self.title]
        if cell is not None and cell.text:
            return cell is first
        if line.texts[self.title]:
            return False
        number = self.header.index("no")
        return (
            number < 0
            or not line.texts[number]
            or (line.cells[number] is not None and line.cells[number] is group[0].cells[number])
        )

    def _group(self, group: list[Line]) -> None:
        head = group[0]
        self._fill(group)
        own = self._phase_of(head)
        self.phase = own or self.phase
        if own:
            self.named.add(len(self.tasks))
        title = head.texts[self.title] if self.title >= 0 else ""
        if not title.strip():
            self._mark("skipped", head.spot, say("the row has no task in it"))
            return
        if len(group) > 1 and self._are_own_tasks(group):
            self._rows_as_tasks(group, title)
            return
        parts = self._parts(title)
        if len(parts) > 1 and self.header.index("problem") < 0:
            for at, part in enumerate(parts):
                self._add(self._task(self._part(head, at, len(parts)), part, group[1:]), head)
            self._mark("guess", head.spot, say("{count} tasks stand in one cell", count=len(parts)))
            return
        self._add(self._task(head, title, group[1:]), head)

    def _parts(self, title: str) -> list[str]:
        """Return the tasks of one cell: counted, or set apart by ； or lines where other cells of its column count."""
        if self.header.columns[self.title].role != "title":
            return [title]
        parts = cells.items(title)
        if len(parts) == 1 and self._lists:
            apart = [part.strip(" 。") for part in re.split(r"[；;\n]", title.strip(" 。；;\n"))]
            parts = apart if all(3 <= len(part) <= 40 for part in apart) else parts
        return parts

    @cached_property
    def _lists(self) -> bool:
        """Return whether cells of the task column count several tasks off, as a school's calendar does."""
        column = (row[self.title] for row in self.table.grid[self.header.first :] if self.title < len(row))
        return any(len(cells.items(cell.text)) > 1 for cell in column if cell is not None)

    def _fill(self, group: list[Line]) -> None:
        """Resolve "as above", and names that hold for the rows below (下同)."""
        for line in group:
            for at, text in enumerate(line.texts):
                if dates.is_ditto(text):
                    line.texts[at] = self.above[at]
                    self._mark(
                        "guess",
                        line.spot,
                        say("“{text}” was read as the row above: {above}", text=text, above=self.above[at][:30]),
                    )
                elif dates.is_nothing(text):
                    line.texts[at] = ""
                elif not text and self.header.columns[at].role in UNIT_ROLES and FOLLOWS.search(self.above[at]):
                    line.texts[at] = self.above[at]
            self.above = [
                text or old if self.header.columns[at].role in UNIT_ROLES else text
                for at, (text, old) in enumerate(zip(line.texts, self.above, strict=True))
            ]

    def _phase_of(self, line: Line) -> str:
        at = self.header.index("phase")
        text = line.texts[at] if at >= 0 else ""
        return cells.without_number(joined(text))[1] if text else ""

    def _part(self, line: Line, at: int, count: int) -> Line:
        """Return the row for the *at*-th of *count* tasks in one cell: what is listed likewise is shared out."""
        shared = list(line.texts)
        for place, text in enumerate(line.texts):
            parts = cells.items(text)
            lines = text.split("\n")
            if place != self.title and len(parts) == count:
                shared[place] = parts[at]
            elif place != self.title and len(lines) == count and self._line_by_line(line, place, count):
                shared[place] = lines[at]
        return Line(shared, line.cells, line.spot)

    def _line_by_line(self, line: Line, place: int, count: int) -> bool:
        """Return whether the lines of a cell belong one to each task: days do, names where the days do too."""
        if self.header.columns[place].role in ("due", "start"):
            return True
        return self.header.columns[place].role in (*UNIT_ROLES, *PEOPLE_ROLES) and any(
            len(line.texts[at].split("\n")) == count for at in self.header.all("due")
        )

    def _are_own_tasks(self, group: list[Line]) -> bool:
        """Return whether rows under one merged title are tasks of their own: each has words and a date or unit."""
        details = self._details
        if not details or self.header.index("problem") >= 0:
            return False
        own = [at for at, column in enumerate(self.header.columns) if column.role in ("due", *UNIT_ROLES, "owner")]
        told = sum(1 for line in group if any(line.texts[at] and is_own(line, at, group) for at in own))
        return told >= 2 and all(line.texts[details[0]] and is_own(line, details[0], group) for line in group)

    @cached_property
    def _details(self) -> list[int]:
        """Return the columns that say more of a task: its details, or its targets where there are none."""
        return self.header.all("detail") or self.header.all("target")

    def _rows_as_tasks(self, group: list[Line], title: str) -> None:
        place = self._details[0]
        heading = cells.without_number(joined(title))[1]
        for line in group:
            task = self._task(line, line.texts[place], ())
            phase = task.phase if self.header.index("phase") >= 0 and task.phase else heading
            self._add(replace(task, phase=phase, detail="", note=heading if phase != heading else ""), line)
        self._mark(
            "guess",
            group[0].spot,
            say(
                "“{title}” groups rows with units or dates of their own: {count}",
                title=heading[:30],
                count=len(group),
            ),
        )

    def _task(self, line: Line, text: str, below: Sequence[Line]) -> DraftTask:
        return self.rows.task(line, text, below, self.phase or self.section or self.context.phase)

    def _add(self, task: DraftTask, line: Line) -> None:
        if len(fold(task.title)) < 2:
            self._mark("skipped", line.spot, say("the row has no task in it"))
            return
        struck = [cell.struck for cell in line.cells if cell is not None and cell.struck]
        self.tasks.append(task)
        if struck:
            self._mark(
                "struck",
                line.spot,
                say("struck-through text was left out: {text}", text="; ".join(struck)[:60]),
                len(self.tasks) - 1,
            )

    def _mark(self, code: str, spot: Spot, what: Sentence, task: int = -1, key: str = "") -> None:
        self.marks.append(Mark(code, spot, what, task, key))

    def _notices(self) -> None:
        """Say what was assumed of the columns."""
        for at, column in enumerate(self.header.columns):
            spot = (
                self.table.spot._replace(row=self.header.first, cell=at + 1) if self.header.first else self.table.spot
            )
            label, role = column.label, ROLE_NAMES.get(column.role, column.role)
            if column.swapped:
                what = say("the label “{label}” doesn't fit what its column holds; it was read as {role}",
                           label=label, role=role)  # fmt: skip
                self._mark("swapped", spot, what)
            elif column.guessed and label and not column_role(label):
                self._mark("guess", spot, say("by what it holds the column “{label}” was read as {role}",
                                              label=label, role=role))  # fmt: skip
            elif column.guessed and not label:
                self._mark("guess", spot, say("column {number} has no label; by what it holds it was read as {role}",
                                              number=at + 1, role=role))  # fmt: skip
            elif not column.roles and label and at not in self.matrix:
                self._mark("skipped", spot, say("the column “{label}” wasn't read", label=label))
