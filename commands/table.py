"""A small table for a terminal: columns line up whatever the script, and give way when the window is narrow."""

from __future__ import annotations

import os
from bisect import bisect_right
from itertools import accumulate, zip_longest

from notifications.typesetting import graphemes, plain, width, wrap

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import TextIO

GAP = "  "
NARROWEST = 16  # columns a text is wrapped to before another column gives way
TIGHT = 12  # columns below which a text can't be read; rows are then written one cell a line
_COLOURS = {"red": "31", "yellow": "33", "green": "32", "grey": "90", "head": "1"}


class Column:
    """A column: its heading, and how it gives way.

    *rank* 0 always stays; of the others the highest leaves first. *flows*: it is broken into lines before any leaves,
    as every heading is that is wider than what stands below it. *beside*: what it is called where it has a line of its
    own, when its heading is short for something.
    """

    __slots__ = ("beside", "flows", "heading", "rank", "right")

    def __init__(
        self, heading: str, rank: int = 0, *, flows: bool = False, right: bool = False, beside: str = ""
    ) -> None:
        self.heading, self.rank, self.flows, self.right, self.beside = heading, rank, flows, right, beside or heading


class Screen:
    """What the text is written for: its columns (None: a file or a pipe, where all fits), and whether in colour."""

    __slots__ = ("colours", "columns")

    def __init__(self, columns: int | None = None, *, colours: bool = False) -> None:
        self.columns, self.colours = columns, colours

    def paint(self, text: str, colour: str) -> str:
        """Return *text* in a colour: red, yellow, green, grey, or head for headings; without colours as it is."""
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self.colours and colour and text.strip() else text


def screen(out: TextIO, environment: Mapping[str, str]) -> Screen:
    """Return what *out* is: a terminal with colours (none with NO_COLOR, https://no-color.org), or a plain file."""
    if not out.isatty():
        return Screen()
    colours = not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
    if environment.get("COLUMNS", "").isdigit():
        return Screen(int(environment["COLUMNS"]) or None, colours=colours)
    try:
        return Screen(os.get_terminal_size(out.fileno()).columns or None, colours=colours)
    except (OSError, ValueError):
        return Screen(80, colours=colours)


def table(
    columns: Sequence[Column], rows: Iterable[Sequence[str]], on: Screen, colours: Sequence[Sequence[str]] = ()
) -> str:
    """Return *rows* under their headings, each line ended by a newline; a column without any value is left out.

    *colours* has, for each row, a colour or "" for each of its first cells. Control characters in cells become spaces.
    The table is set column by column: a list of ten thousand rows is then a few calls a column, not a few a cell.
    """
    rows = list(rows)
    cells = {place: _plain(column) for place, column in enumerate(zip(*rows, strict=True)) if any(column)}
    if not cells:
        return ""
    widths = _Widths()
    below = {place: max(map(widths.__getitem__, column)) for place, column in cells.items()}
    wanted = {place: max(width(columns[place].heading), below[place]) for place in cells}
    sizes = dict(wanted)
    headed = any(column.heading for column in columns)
    if on.columns is not None and not _fit(columns, sizes, below, on.columns) and headed and len(cells) > 1:
        return _stacked(columns, cells, on, on.columns, colours)
    cells = {place: cells[place] for place in sizes}
    paints = _paints(columns, colours or [()] * len(rows)) if on.colours else []
    if headed:
        cells = {place: [columns[place].heading, *column] for place, column in cells.items()}
        paints = [["head"] * len(columns), *paints] if on.colours else []
    if any(sizes[place] < wanted[place] for place in sizes):
        cells, paints = _folded(cells, sizes, paints)
    padded = [
        _padded(column, sizes[place], widths, on, [row[place] for row in paints], right=columns[place].right)
        for place, column in cells.items()
    ]
    return "".join([f"{GAP.join(line).rstrip()}\n" for line in zip(*padded, strict=True)])


class _Widths(dict[str, int]):
    """The width of each cell met so far: in a long table most are words and days that come again and again."""

    def __missing__(self, cell: str) -> int:
        self[cell] = columns = width(cell)
        return columns


def _plain(column: Sequence[str]) -> Sequence[str]:
    return column if "".join(column).isprintable() else [plain(cell) for cell in column]


def _paints(columns: Sequence[Column], colours: Iterable[Sequence[str]]) -> list[list[str]]:
    """Return a colour or "" for each cell of each row."""
    return [[*row, *[""] * (len(columns) - len(row))] for row in colours]


def _stacked(
    columns: Sequence[Column],
    cells: Mapping[int, Sequence[str]],
    on: Screen,
    room: int,
    colours: Sequence[Sequence[str]],
) -> str:
    """Return the rows one below the other, each cell on a line of its own behind its heading, for a narrow window."""
    label = min(max(width(columns[place].beside) for place in cells), room // 3)
    beside = max(room - label - len(GAP), 1)
    lines = []
    for number, row in enumerate(zip(*cells.values(), strict=True)):
        painted = colours[number] if colours else ()
        for place, cell in zip(cells, row, strict=True):
            if not cell:
                continue
            colour = painted[place] if place < len(painted) else ""
            said = wrap(cell, columns=beside).split("\n")  # what can't be broken stays whole, to be copied
            for head, text in zip_longest(_broken(columns[place].beside, label), said, fillvalue=""):
                padding = " " * (label - width(head)) + GAP
                lines.append((on.paint(head, "head") + padding + on.paint(text, colour)).rstrip())
        lines.append("")
    return "".join(f"{line}\n" for line in lines[:-1])


def _fit(columns: Sequence[Column], sizes: dict[int, int], below: Mapping[int, int], room: int) -> bool:
    """Change *sizes* so that they fit into *room*: headings and texts flow, then columns leave, at last texts shrink.

    *below* is how wide each column is without its heading. Returns whether a text can still be read in the columns that
    are left to it.
    """
    for place in sizes:
        over = sum(sizes.values()) + len(GAP) * (len(sizes) - 1) - room
        least = max(below[place], *map(width, columns[place].heading.split(" ")))
        sizes[place] -= max(min(over, sizes[place] - least), 0)
    while True:
        over = sum(sizes.values()) + len(GAP) * (len(sizes) - 1) - room
        flowing = sorted((place for place in sizes if columns[place].flows), key=lambda place: -sizes[place])
        spare = sum(max(sizes[place] - NARROWEST, 0) for place in flowing)
        leaving = max(sizes, key=lambda place: (columns[place].rank, place))
        if over <= spare or not columns[leaving].rank or len(sizes) == 1:
            break
        del sizes[leaving]
    wanted, floor = dict(sizes), NARROWEST if over <= spare else 4
    for _ in range(max(over, 0)):
        widest = max(flowing, key=lambda place: sizes[place], default=None)
        if widest is None or sizes[widest] <= floor:
            break
        sizes[widest] -= 1
    return over <= spare or all(sizes[place] >= min(wanted[place], TIGHT) for place in flowing)


def _folded(
    cells: Mapping[int, Sequence[str]], sizes: Mapping[int, int], paints: Sequence[list[str]]
) -> tuple[dict[int, Sequence[str]], list[list[str]]]:
    """Return the columns and colours with as many lines for each row as its longest flowing cell needs."""
    lines: list[tuple[str, ...]] = []
    painted: list[list[str]] = []
    for number, row in enumerate(zip(*cells.values(), strict=True)):
        broken = [_broken(cell, size) for cell, size in zip(row, sizes.values(), strict=True)]
        found = list(zip_longest(*broken, fillvalue=""))
        lines += found
        if paints:
            painted += [paints[number]] * len(found)
    return dict(zip(cells, map(list, zip(*lines, strict=True)), strict=True)), painted


def _broken(cell: str, size: int) -> list[str]:
    """Return *cell* in lines of at most *size* columns; a longer word goes on in the next, behind a stroke."""
    if width(cell) <= size:
        return [cell]
    return [part for line in wrap(cell, columns=size).split("\n") for part in _parted(line, size)]


def _parted(word: str, size: int) -> Iterator[str]:
    """Yield the parts of a line that may be one long word: a reference, an address."""
    while width(word) > size:
        ends = list(accumulate(map(width, clusters := graphemes(word))))
        fits = "".join(clusters[: max(bisect_right(ends, size), 1)])
        at = max(map(fits.rfind, "/-_.@")) + 1
        part = fits[:at] if at > len(fits) // 3 else fits
        yield part
        word = word[len(part) :]
    yield word


def _padded(
    column: Sequence[str], size: int, widths: _Widths, on: Screen, paints: Sequence[str], *, right: bool
) -> list[str]:
    """Return the cells of one column, each filled up to *size*, and painted."""
    painted = list(map(on.paint, column, paints)) if paints else column
    filled = [" " * (size - width) for width in map(widths.__getitem__, column)]
    pairs = zip(filled, painted, strict=True) if right else zip(painted, filled, strict=True)
    return [before + after for before, after in pairs]
