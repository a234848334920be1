"""A small table for a terminal: columns line up whatever the script, and give way when the window is narrow."""

from __future__ import annotations

import os
from itertools import zip_longest

from notifications.typesetting import cut, plain, width, wrap

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TextIO

GAP = "  "
NARROWEST = 16  # columns a text is wrapped to before another column gives way
TIGHT = 12  # columns below which a text can't be read; rows are then written one cell a line
_COLOURS = {"red": "31", "yellow": "33", "green": "32", "grey": "90", "head": "1"}


class Column:
    """A column: its heading, and how it gives way.

    *rank* 0 always stays; of the others the highest leaves first. *flows*: it is broken into lines before any leaves.
    """

    __slots__ = ("flows", "heading", "rank", "right")

    def __init__(self, heading: str, rank: int = 0, *, flows: bool = False, right: bool = False) -> None:
        self.heading, self.rank, self.flows, self.right = heading, rank, flows, right


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
    """
    cells = [[plain(cell) for cell in row] for row in rows]
    kept = [place for place in range(len(columns)) if any(row[place] for row in cells)]
    if not kept:
        return ""
    widths = [[width(cell) for cell in row] for row in cells]
    sizes = {place: max(width(columns[place].heading), *(row[place] for row in widths)) for place in kept}
    headings = [column.heading for column in columns]
    if on.columns is not None and not _fit(columns, sizes, on.columns) and any(headings):
        return _stacked(headings, cells, kept, on, on.columns, colours)
    lines = []
    if any(headings):
        lines += _lines(headings, [width(heading) for heading in headings], columns, sizes, on, ["head"] * len(columns))
    for number, row in enumerate(cells):
        lines += _lines(row, widths[number], columns, sizes, on, colours[number] if colours else ())
    return "".join(f"{line}\n" for line in lines)


def _fit(columns: Sequence[Column], sizes: dict[int, int], room: int) -> bool:
    """Change *sizes* so that they fit into *room*: texts flow first, then columns leave, at last texts are squeezed.

    Returns whether a text can still be read in the columns that are left to it.
    """
    while True:
        over = sum(sizes.values()) + len(GAP) * (len(sizes) - 1) - room
        flowing = sorted((place for place in sizes if columns[place].flows), key=lambda place: -sizes[place])
        spare = sum(max(sizes[place] - NARROWEST, 0) for place in flowing)
        leaving = max(sizes, key=lambda place: (columns[place].rank, place))
        if over <= spare or not columns[leaving].rank:
            break
        del sizes[leaving]
    wanted, floor = dict(sizes), NARROWEST if over <= spare else 4
    for _ in range(max(over, 0)):
        widest = max(flowing, key=lambda place: sizes[place], default=None)
        if widest is None or sizes[widest] <= floor:
            break
        sizes[widest] -= 1
    return over <= spare or all(sizes[place] >= min(wanted[place], TIGHT) for place in flowing)


def _stacked(
    headings: Sequence[str],
    cells: Sequence[Sequence[str]],
    kept: Sequence[int],
    on: Screen,
    room: int,
    colours: Sequence[Sequence[str]],
) -> str:
    """Return the rows one below the other, each cell on a line of its own behind its heading, for a narrow window."""
    label = min(max(width(headings[place]) for place in kept), room // 3)
    beside = max(room - label - len(GAP), 1)
    lines = []
    for number, row in enumerate(cells):
        painted = colours[number] if colours else ()
        for place in (place for place in kept if row[place]):
            colour = painted[place] if place < len(painted) else ""
            said = wrap(row[place], columns=beside).split("\n")  # what can't be broken stays whole, to be copied
            for head, text in zip_longest(_broken(headings[place], label), said, fillvalue=""):
                padding = " " * (label - width(head)) + GAP
                lines.append((on.paint(head, "head") + padding + on.paint(text, colour)).rstrip())
        lines.append("")
    return "".join(f"{line}\n" for line in lines[:-1])


def _lines(
    cells: Sequence[str],
    widths: Sequence[int],
    columns: Sequence[Column],
    sizes: Mapping[int, int],
    on: Screen,
    colours: Sequence[str],
) -> list[str]:
    """Return the lines of one row: one where every cell fits, else as many as its longest flowing cell needs."""
    if all(widths[place] <= size for place, size in sizes.items()):
        return [_line(cells, widths, columns, sizes, on, colours)]
    parts = {place: _broken(cells[place], size) for place, size in sizes.items()}
    lines = []
    for number in range(max(map(len, parts.values()))):
        line = [""] * len(columns)
        for place, broken in parts.items():
            line[place] = broken[number] if number < len(broken) else ""
        lines.append(_line(line, [width(cell) for cell in line], columns, sizes, on, colours))
    return lines


def _broken(cell: str, size: int) -> list[str]:
    """Return *cell* in lines of at most *size* columns; a word that is longer than a line is cut."""
    return [cut(line, size) for line in wrap(cell, columns=size).split("\n")] if width(cell) > size else [cell]


def _line(
    cells: Sequence[str],
    widths: Sequence[int],
    columns: Sequence[Column],
    sizes: Mapping[int, int],
    on: Screen,
    colours: Sequence[str],
) -> str:
    """Return one line: every cell padded to its column, and painted."""
    line = []
    for place, size in sizes.items():
        padding = " " * (size - widths[place])
        text = cells[place]
        if on.colours and place < len(colours):
            text = on.paint(text, colours[place])
        line.append(padding + text if columns[place].right else text + padding)
    return GAP.join(line).rstrip()
