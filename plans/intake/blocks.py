"""A document as blocks: paragraphs and tables in reading order, each with its place, whatever the format was."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from plans.model import Sentence, say

MAX_CELLS = 400_000
MAX_BLOCKS = 12_000  # paragraphs and tables: a thick book
MAX_LINE = 12_000  # characters of one paragraph or cell; a page has about 1,500
MAX_CHARACTERS = 6_000_000  # of all of them
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ufffe\uffff\ud800-\udfff]"
)
# PDF fonts often give radicals where the page shows whole characters; NFKC knows the Kangxi ones, these are the rest.
_RADICAL = re.compile("[\u2e80-\u2fd5]")
_WORDS_OF = dict(
    zip(
        "⺠⻔⻋⻓⻅⻉⻚⻛⻜⻢⻥⻦⻩⻬⻰⻄⺟⻘⻙⻆⻝⻨⻮⻣⻤⺃⻁⻑⻒⻱⻳⼾⿈",
        "民门车长见贝页风飞马鱼鸟黄齐龙西母青韦角食麦齿骨鬼乙虎長镸龟龜户黄",
        strict=True,
    )
)
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\u3000-\u303f\uff01-\uff60“”‘’"
_WRAPPED = re.compile(f"(?<=[{_WIDE}])[ \t\u3000]+(?=[{_WIDE}])")


class IntakeError(Exception):
    """A document that can't be taken in, and why, as one sentence for a person."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class Spot(NamedTuple):
    """Where something stands in a document; everything counts from 1, and 0 means the format doesn't say."""

    page: int = 0
    paragraph: int = 0
    table: int = 0
    row: int = 0
    cell: int = 0
    sheet: str = ""

    def sentence(self) -> Sentence:
        """Return the place in words."""
        if self.sheet and self.row:
            return say("sheet {sheet}, row {row}, cell {cell}", sheet=self.sheet, row=self.row, cell=self.cell)
        if self.sheet:
            return say("sheet {sheet}", sheet=self.sheet)
        if self.row:
            return say("table {table}, row {row}, cell {cell}", table=self.table, row=self.row, cell=self.cell)
        if self.table:
            return say("table {table}", table=self.table)
        if self.page:
            return say("page {page}, paragraph {paragraph}", page=self.page, paragraph=self.paragraph)
        if self.paragraph:
            return say("paragraph {paragraph}", paragraph=self.paragraph)
        return say("the whole document")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. `level` is that of a heading style (1 the highest, 0 none); `number` what Word numbers itself."""

    text: str
    spot: Spot
    level: int = 0
    number: str = ""
    bold: bool = False
    title: bool = False
    struck: str = ""  # text the author crossed out: kept for the review, never read


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One cell; a merged cell is one object that fills all the places it covers."""

    text: str
    spot: Spot
    row: int  # where it begins; what it covers is seen in the grid
    column: int
    struck: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a grid. `ragged` says that its columns were lost and only the order of its cells is known."""

    grid: tuple[tuple[Cell | None, ...], ...]
    spot: Spot
    name: str = ""  # the sheet it stands on
    ragged: bool = False
    headed: int = 0  # rows that the format itself marks as header


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell the user about the reading: what, and where."""

    code: str
    spot: Spot
    what: Sentence


@dataclass(frozen=True, slots=True)
class Document:
    """What a format reader returns; `fields` are properties the file itself declares."""

    blocks: tuple[Block, ...]
    kind: str
    notices: tuple[Notice, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)


def too_long() -> IntakeError:
    """Return what to say of a document longer than any plan."""
    return IntakeError(say("The document is longer than any plan; hand in the part with the tasks."))


def limited(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks while a format is read, and stop where a document would be longer than any plan.

    Raises:
        IntakeError: it is.
    """
    for count, block in enumerate(blocks):
        if count >= MAX_BLOCKS:
            raise too_long()
        yield block


def refuse_long(document: Document) -> None:
    """Refuse what would keep the rules busy for minutes: too many blocks, or a text without an end.

    Raises:
        IntakeError: the document is longer than any plan.
    """
    lengths = [len(one.text) for one in paragraphs(document.blocks)]
    for table in tables(document.blocks):
        lengths += [len(cell.text) for row in table.grid for cell in row if cell is not None]
    if len(document.blocks) > MAX_BLOCKS or max(lengths, default=0) > MAX_LINE or sum(lengths) > MAX_CHARACTERS:
        raise too_long()


class Grid:
    """A table under construction: cells are put where they begin, and fill what they span."""

    def __init__(self, spot: Spot, name: str = "") -> None:
        self.spot = spot
        self.name = name
        self.rows: list[list[Cell | None]] = []
        self.headed = 0
        self._filled = 0

    def put(self, row: int, column: int, text: str, rows: int = 1, columns: int = 1, struck: str = "") -> None:
        """Put a cell of *rows* by *columns* places at (*row*, *column*), both from 0."""
        rows, columns = max(1, min(rows, 20_000)), max(1, min(columns, 1_000))
        self._filled += rows * columns
        if self._filled > MAX_CELLS or row > MAX_CELLS or column > 2_000:
            raise IntakeError(say("The tables hold more than {limit} cells; split the document.", limit=MAX_CELLS))
        spot = self.spot._replace(row=row + 1, cell=column + 1)
        cell = Cell(clean(text), spot, row, column, clean(struck))
        for line in range(row, row + rows):
            self._reach(line, column + columns)
            for place in range(column, column + columns):
                if self.rows[line][place] is None:
                    self.rows[line][place] = cell

    def cover(self, cell: Cell, row: int, column: int, columns: int) -> None:
        """Let *cell* reach down into *row*, as a vertical merge that is told row by row does."""
        self._filled += columns
        if self._filled > MAX_CELLS:
            raise IntakeError(say("The tables hold more than {limit} cells; split the document.", limit=MAX_CELLS))
        self._reach(row, column + columns)
        self.rows[row][column : column + columns] = [cell] * columns

    def vacant(self, row: int, column: int) -> bool:
        """Return whether no merged cell fills this place yet."""
        return row >= len(self.rows) or column >= len(self.rows[row]) or self.rows[row][column] is None

    def free(self, row: int, column: int) -> int:
        """Return the first column at or after *column* that no cell from above fills."""
        while row < len(self.rows) and column < len(self.rows[row]) and self.rows[row][column] is not None:
            column += 1
        return column

    def _reach(self, row: int, width: int) -> None:
        while len(self.rows) <= row:
            self.rows.append([])
        line = self.rows[row]
        line.extend([None] * (width - len(line)))

    def table(self, *, ragged: bool = False) -> Table | None:
        """Return the finished table without its empty rows, or None where nothing is written in it."""
        width = max((len(row) for row in self.rows), default=0)
        kept = [row + [None] * (width - len(row)) for row in self.rows if any(cell and cell.text for cell in row)]
        if not kept:
            return None
        return Table(tuple(tuple(row) for row in kept), self.spot, self.name, ragged, self.headed)


def table_of(rows: Iterable[Iterable[str]], spot: Spot, *, name: str = "", ragged: bool = False) -> Table | None:
    """Return the table of plain rows of texts, or None where they hold nothing."""
    grid = Grid(spot, name)
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            grid.put(row, column, text)
    return grid.table(ragged=ragged)


def clean(text: str) -> str:
    """Return the text without invisible characters, its lines stripped and its runs of blanks made one."""
    if not text:
        return ""
    text = _INVISIBLE.sub(
        "", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    )
    text = text.replace("\xa0", " ").replace("\u3000", " ")
    if _RADICAL.search(text):
        text = _RADICAL.sub(lambda match: _WORDS_OF.get(match[0]) or unicodedata.normalize("NFKC", match[0]), text)
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def joined(text: str) -> str:
    """Return the text as one line: line ends and the blanks a folded Chinese line leaves are closed up."""
    return _WRAPPED.sub("", re.sub(r"\s+", " ", text)).strip()


def fold(text: str) -> str:
    """Return the text as it is compared: width, case, blanks and punctuation don't matter."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())


def paragraphs(blocks: Iterable[Block]) -> Iterator[Paragraph]:
    """Yield the paragraphs among *blocks*."""
    return (block for block in blocks if isinstance(block, Paragraph))


def tables(blocks: Iterable[Block]) -> Iterator[Table]:
    """Yield the tables among *blocks*."""
    return (block for block in blocks if isinstance(block, Table))
