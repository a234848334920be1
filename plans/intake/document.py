"""A document becomes a draft plan: the blocks cleaned, tables and prose read by the same rules for all formats."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from plans.intake import dirt, matrix
from plans.intake.blocks import Block, Document, Paragraph, Table, fold, joined, paragraphs, tables
from plans.intake.draft import Draft, DraftPhase, DraftTask, Mark, Options
from plans.intake.formats import read_blocks
from plans.intake.forms import form_lines, headed_off, turned
from plans.intake.headers import Header, find_header, texts
from plans.intake.metadata import Metadata, read_metadata
from plans.intake.outline import Node, outline
from plans.intake.prose import ProseReader
from plans.intake.resolve import resolve
from plans.intake.rows import Context
from plans.intake.tables import TableReader
from plans.intake.targets import find_targets
from plans.intake.titles import DAY
from plans.intake.units import split
from plans.model import say

_FIRST_LEADS = re.compile(
    r"(?:列|排|名)(?:名)?(?:在)?(?:第一位|首位|第一|最前|前列)(?:的|者)?(?:部门|单位|处室|科室)?(?:，|"
    r",)?(?:即)?为(?:\S{0,10}?)(?:牵头|主办|第一责任)|first[- ](?:named|listed)[^.]{0,40}\bleads?\b",
    re.IGNORECASE,
)
_STARRED = re.compile(r"标(?:有|注)?[“\"]?[*＊★☆][”\"]?(?:号|的|者)*(?:单位|部门)?(?:，)?为(?:牵头|主办)")
_EVERYWHERE = re.compile(
    r"以[下上](?:各项|任务|所有)[^。]{0,6}?(?:均|都)(?:需|须|由|应)(?P<names>[^。；;]{2,80}?)(?:共同)?(?:落实|负责|"
    r"配合|执行)"
)
_REGARDS = re.compile(
    r"(?:(?:best|kind|warm) (?:wishes|regards)|best|regards|many thanks|thanks|cheers|"
    r"yours (?:sincerely|faithfully|truly)|sincerely|此致|特此(?:通知|报告|函告))[,，。.!！]?$",
    re.IGNORECASE,
)
_MONTH = re.compile(r"[（(]?(?:19|20)\d{2}年\d{1,2}月[）)]?")  # under the title it says when the paper was made
_LAST = 6  # blocks at most from there to the end
_OFFICE = re.compile(
    r"(?:由|设立?在?)?(?P<name>[\u4e00-\u9fff]{0,12}?(?:活动办|专班|领导小组办公室|工作领导小组|督查室|攻坚办|"
    r"创建办|指挥部办公室))(?:具体)?(?:总体)?(?:负责)?(?:统筹|协调|调度|日常工作|牵头抓总|汇总)"
)


def read_document(data: bytes, name: str, options: Options | None = None) -> Draft:
    """Return the draft plan a document was read as; *name* is its file name, by which nothing is decided but the rest.

    Raises:
        IntakeError: it can't be read, or must not be (a secrecy mark).
    """
    chosen = options or Options()
    document = read_blocks(data, name, chosen.sheet)
    return read_draft(document, name, chosen)


def read_draft(document: Document, name: str, options: Options) -> Draft:
    """Return the draft plan of a document's blocks. Pure.

    Raises:
        IntakeError: it carries a secrecy mark.
    """
    dirt.refuse_secrets(document.blocks)
    parts = [headed_off(block) if isinstance(block, Table) else [block] for block in document.blocks]
    blocks, marks = dirt.without_frames(tuple(block for part in parts for block in part))
    blocks, advertised = dirt.without_advertising(blocks)
    blocks, dropped = dirt.without_numbers(blocks)
    metadata = read_metadata(blocks, document.fields, name)
    marks = [
        *(Mark(notice.code, notice.spot, notice.what) for notice in document.notices),
        *marks,
        *advertised,
        *dirt.dropped(dropped),
    ]
    reader = _Reader(_formed(blocks), metadata, options)
    tasks = reader.tasks()
    draft = Draft(
        name,
        title=metadata.title,
        number=metadata.number,
        issuer=metadata.issuer,
        issued=options.issued or metadata.issued,
        year=options.year or metadata.year,
        year_rule="option" if options.year else metadata.year_rule,
        language=metadata.language,
        handling="internal" if dirt.is_internal(blocks) else "",
        phases=reader.phases(tasks),
        tasks=tuple(tasks),
        marks=(*marks, *reader.marks),
        everywhere=reader.everywhere,
        office=reader.office(),
        options=options,
        dropped=dropped,
    )
    return resolve(replace(draft, tasks=tuple(_aimed(task) for task in draft.tasks)))


def _formed(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks with forms turned into the labelled lines they are."""
    found: list[Block] = []
    for block in blocks:
        lines = form_lines(block) if isinstance(block, Table) else []
        found += lines or [turned(block) if isinstance(block, Table) else block]
    return tuple(found)


def _aimed(task: DraftTask) -> DraftTask:
    targets = find_targets(f"{task.title}。{task.detail}")
    return replace(task, targets=targets) if targets else task


@dataclass(slots=True)
class _Read:
    """One table that was read: its header and where it stands."""

    table: Table
    header: Header
    node: Node | None


@dataclass
class _Reader:
    """The reading of one document's blocks."""

    blocks: tuple[Block, ...]
    metadata: Metadata
    options: Options
    marks: list[Mark] = field(default_factory=list)
    dated: list[DraftPhase] = field(default_factory=list)
    everywhere: tuple[str, ...] = ()
    last: TableReader | None = None  # the table read before

    def tasks(self) -> list[DraftTask]:
        """Return all tasks in the order of the document."""
        order = {id(block): at for at, block in enumerate(self.blocks)}
        spots = {block.spot: at for at, block in enumerate(self.blocks) if isinstance(block, Paragraph)}
        first = next((at for at, block in enumerate(self.blocks) if isinstance(block, Table)), len(self.blocks))
        root = outline(_without_close(self.blocks[min(self.metadata.front, first) :], self.metadata.issuer))
        read = self._plan_tables(root)
        known = (*self.options.known, *self._named(read))
        rows = [(order[id(one.table)], task) for one in read for task in self._table(one, read, known)]
        prose = ProseReader(root, known, beside_tables=bool(rows)) if not self.options.table else None
        items = [(spots.get(task.spot, 0), task) for task in prose.tasks()] if prose else []
        if prose:
            self.dated = [*prose.dated_phases(), *prose.phases]
            self.marks += prose.marks
        items = self._not_repeated(items, [task for _, task in rows])
        return self._by_rules([task for _, task in sorted([*rows, *items], key=lambda pair: pair[0])])

    def _plan_tables(self, root: Node) -> list[_Read]:
        """Return the tables that hold tasks, with the heading each stands under."""
        under = {id(table): node for node in root.walk() for table in node.tables}
        found: list[_Read] = []
        before: Header | None = None
        for at, table in enumerate(tables(self.blocks), 1):
            header = find_header(table, before)
            if header is None or self.options.table not in (0, at):
                continue
            wide = header.is_plan or any(matrix.matrix_columns(header, _bodies(table, header)))
            if not wide:
                self.marks.append(Mark("skipped", table.spot, say("the table has no column of tasks; it wasn't read")))
                continue
            before = header
            found.append(_Read(table, header, under.get(id(table))))
        return found

    def _named(self, read: Sequence[_Read]) -> tuple[str, ...]:
        """Return the names that stand alone in the unit columns of the tables."""
        names = [
            cell.text
            for one in read
            for at, column in enumerate(one.header.columns)
            if column.role in ("lead", "responsible", "support")
            for row in one.table.grid[one.header.first :]
            if at < len(row)
            and (cell := row[at]) is not None
            and 1 < len(cell.text) <= 20
            and len(split(cell.text)) == 1
        ]
        return tuple(dict.fromkeys(names))

    def _table(self, one: _Read, read: Sequence[_Read], known: tuple[str, ...]) -> list[DraftTask]:
        nearby = [paragraph.text for paragraph in paragraphs(self.blocks) if len(paragraph.text) < 200]
        context = Context(known, self._heading(one, read), matrix.legend(nearby), self._foreign(read))
        reader = TableReader(one.table, one.header, context, self.last if self._goes_on(one) else None)
        tasks = reader.read()
        self.last = reader
        if any(_FIRST_LEADS.search(column.label) for column in one.header.columns):
            tasks = [_first_leads(task) for task in tasks]
        base = sum(1 for mark in self.marks if mark.code == "task")
        self.marks += [replace(mark, task=-1) if mark.task >= 0 else mark for mark in reader.marks[base:]]
        for remark in reader.remarks:
            self._rules(remark)
        return tasks

    def _goes_on(self, one: _Read) -> bool:
        """Return whether a table is the one before continued: on the next page, with nothing of its own between."""
        if self.last is None or one.table.name != self.last.table.name:
            return False
        at = next(at for at, block in enumerate(self.blocks) if block is one.table)
        next_to = at > 0 and self.blocks[at - 1] is self.last.table
        repeated = one.header.words == self.last.header.words and next_to
        return repeated or (one.header.first == 0 and bool(one.header.words))

    def _heading(self, one: _Read, read: Sequence[_Read]) -> str:
        """Return the phase of a table's tasks: its sheet or heading, where tables stand under several."""
        names = {other.table.name for other in read}
        if len(names) > 1 and not re.fullmatch(r"(?:sheet|工作表|表)\s*\d*", one.table.name, re.IGNORECASE):
            return one.table.name
        nodes = {id(other.node) for other in read if other.node is not None and other.node.parent is not None}
        if one.node is None or one.node.parent is None or len(nodes) < 2 or (one.node.annex and not one.node.text):
            return ""
        return joined(one.node.text) if one.node.rank < 5 or one.node.number else one.node.heading

    def _foreign(self, read: Sequence[_Read]) -> frozenset[str]:
        """Return what columns of notes hold, folded: the same words in a unit column name no unit."""
        return frozenset(
            fold(cell.text)
            for one in read
            for at, column in enumerate(one.header.columns)
            if column.role == "note"
            for row in one.table.grid[one.header.first :]
            if at < len(row) and (cell := row[at]) is not None and len(fold(cell.text)) > 8
        )

    def _not_repeated(
        self, items: list[tuple[int, DraftTask]], rows: Sequence[DraftTask]
    ) -> list[tuple[int, DraftTask]]:
        """Return the prose tasks that no table repeats."""
        titles = [fold(task.title) for task in rows]
        kept = []
        for at, task in items:
            title = fold(task.title)
            if any(
                title == other or (len(title) >= 6 and title in other) or (len(other) >= 8 and other in title)
                for other in titles
            ):
                self.marks.append(
                    Mark("skipped", task.spot, say("“{title}” stands in the table too", title=task.title[:30]))
                )
            else:
                kept.append((at, task))
        return kept

    def _rules(self, text: str) -> None:
        """Take a rule the document states once for all its tasks."""
        everywhere = _EVERYWHERE.search(text)
        if everywhere is not None:
            self.everywhere = tuple(dict.fromkeys((*self.everywhere, *split(everywhere["names"], self.options.known))))

    def _by_rules(self, tasks: list[DraftTask]) -> list[DraftTask]:
        """Apply what the document says once for all tasks."""
        first = starred = False
        for paragraph in paragraphs(self.blocks):
            self._rules(paragraph.text)
            if not first and _FIRST_LEADS.search(paragraph.text):
                first = True
                self.marks.append(
                    Mark("rule", paragraph.spot, say("the document says that the first unit named leads"))
                )
            starred = starred or bool(_STARRED.search(paragraph.text))
        if self.everywhere:
            self.marks.append(
                Mark(
                    "rule",
                    self.blocks[0].spot,
                    say(
                        "the document says that these take part in every task: {names}",
                        names="、".join(self.everywhere),
                    ),
                )
            )
        return [_first_leads(task) if first else task for task in tasks]

    def phases(self, tasks: Sequence[DraftTask]) -> tuple[DraftPhase, ...]:
        """Return the phases in order, with the dates that the text gives them."""
        found: dict[str, DraftPhase] = {}
        for task in tasks:
            if task.phase and task.phase not in found:
                match = next((phase for phase in self.dated if _same(phase.title, task.phase)), None)
                found[task.phase] = DraftPhase(
                    task.phase, match.due if match else "", match.spot if match else task.spot
                )
        return tuple(found.values())

    def office(self) -> str:
        """Return the body that the text says coordinates or runs the daily work."""
        for paragraph in paragraphs(self.blocks):
            match = _OFFICE.search(paragraph.text)
            if match is not None and len(match["name"]) >= 3:
                return re.sub(r"^.*(?:由|设立|设在|成立)", "", match["name"])
            if re.search(r"领导小组下设办公室", paragraph.text):
                return "领导小组办公室"
        return ""


def _without_close(blocks: Sequence[Block], issuer: str) -> list[Block]:
    """Return the blocks without signatures, the days under them, and how a letter ends: they belong to no item."""
    close = next(
        (at for at, block in enumerate(blocks) if isinstance(block, Paragraph) and _REGARDS.match(block.text)),
        len(blocks),
    )
    end = close if len(blocks) - close <= _LAST else len(blocks)
    dated = [block for block in blocks[:2] if isinstance(block, Paragraph) and _MONTH.fullmatch(block.text)]
    return [
        block
        for block in blocks[:end]
        if block not in dated and not (isinstance(block, Paragraph) and not block.level
                and (DAY.fullmatch(block.text.strip()) or (issuer and joined(block.text).replace(" ", "") == issuer)))
    ]  # fmt: skip


def _bodies(table: Table, header: Header) -> list[list[str]]:
    return [
        [
            cell.text
            for row in table.grid[header.first :]
            if len(texts(row)) > 1 and (cell := row[at]) is not None and cell.text
        ]
        for at in range(len(header.columns))
    ]


def _same(one: str, other: str) -> bool:
    return fold(one) == fold(other) or (
        min(len(one), len(other)) >= 4 and (fold(one) in fold(other) or fold(other) in fold(one))
    )


def _first_leads(task: DraftTask) -> DraftTask:
    if task.lead or not task.responsible:
        return task
    return replace(task, lead=task.responsible[:1], responsible=task.responsible[1:])
