"""Tables that a page sets by white space alone: found by their header words, divided where nothing crosses."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from plans.intake import dates, units
from plans.intake.words import COLUMN_ROLES, KEY_ROLES, column_role, is_label, label_key

_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")
_ENDED = re.compile(r"[。；;：:！？]$")
_GENERIC = re.compile(  # the second line of Legal / Services
    r"(?:Team|Department|Dept|Unit|Office|Services?|Group|Board|Committee|Division|Branch|Directorate|Authority|Agency|"
    r"Council|Partners?|Resources|Affairs|Management|Development|Planning|Operations|Control)s?"
)
_ITEM = re.compile(r"\d{1,2}[.、．)）]|[（(][一二三四五六七八九十\d]{1,2}[)）]|[①-⑳•●-]\s*\S")
_APART = 0.75  # of a letter's height: a wider blank parts two labels of a header
_HEAD = 3  # lines a label may take in a narrow column
_TALL = 4  # lines a row may have where rules part the rows
_PITCH = 1.2  # times the distance of two lines in one cell: what is farther apart is another row


class Word(NamedTuple):
    """A run of letters on a page."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    @property
    def height(self) -> float:
        """Return the height of its letters."""
        return self.bottom - self.top


Line = list[Word]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table on a page: what lies between two of the `edges` is one, called like `roles`."""

    edges: tuple[float, ...]
    roles: tuple[str, ...]

    def place(self, word: Word) -> int:
        """Return the column a word stands in."""
        return bisect(self.edges, (word.left + word.right) / 2)

    def crosses(self, word: Word) -> bool:
        """Return whether a word runs over an edge, as a sentence under the table does."""
        return any(word.left + 1 < edge < word.right - 1 for edge in self.edges)

    def filled(self, line: Line) -> set[int]:
        """Return the columns a line has words in."""
        return {self.place(word) for word in line}


@dataclass(frozen=True, slots=True)
class Unruled:
    """A table and where it stands: its rows of texts, and the columns the next page may go on with."""

    rows: tuple[tuple[str, ...], ...]
    top: float
    bottom: float
    columns: Columns


def words_of(found: Sequence[dict[str, Any]]) -> list[Word]:
    """Return the words of a page as its reader gives them."""
    return [Word(one["text"], one["x0"], one["x1"], one["top"], one["bottom"]) for one in found if one["text"].strip()]


def find_unruled(
    words: Sequence[Word], rules: Sequence[float], before: Columns | None = None, drawn: tuple[float, ...] = ()
) -> Unruled | None:
    """Return the first table among *words* that has no lines down, None where there is none.

    *rules* are the heights of lines drawn across, which part rows where there are any; *before* are the columns of
    the table that the page before ended with; *drawn* are the edges of columns where some rows are coloured.
    """
    lines = _lines(words)
    for at in range(len(lines)):
        head, columns = _drawn_header(lines[at:], drawn) if drawn else _header(lines[at:])
        body = _body(lines[at + head :], columns) if columns is not None else []
        if columns is not None and body:
            return _table([*lines[at : at + head], *body], columns, rules)
    if before is not None:
        for at in range(min(3, len(lines))):  # over it stands at most the running head
            body = _body(lines[at:], before)
            if len(body) > 1 and len(before.filled(body[0])) > 1:
                return _table(body, before, rules)
    return None


def _header(lines: Sequence[Line]) -> tuple[int, Columns | None]:
    """Return how many lines are a header, and its columns, None where they are none.

    A narrow column breaks its label (完成时 over 限); then the whole labels stand between its lines.
    """
    best = 0
    found: tuple[int, Columns | None] = (1, None)
    for head in range(1, min(_HEAD, len(lines)) + 1):
        labels = _stacked(lines[:head])
        known = sum(1 for label in labels if label_key(label.text) in COLUMN_ROLES)
        near = head == 1 or lines[head - 1][0].top - lines[0][0].top < 2 * lines[0][0].height
        if near and known > best and (head == 1 or known == len(labels)) and _is_header([one.text for one in labels]):
            best, found = known, (head, _columns(labels, lines[head:]))
    return found


def _stacked(lines: Sequence[Line]) -> list[Word]:
    """Return the labels of a header over several lines: what stands under a label belongs to it."""
    found: list[Word] = []
    for label in (label for line in lines for label in _labels(line)):
        over = next((at for at, one in enumerate(found) if one.left < label.right and label.left < one.right), None)
        if over is None:
            found.append(label)
        else:
            one = found[over]
            left, right = min(one.left, label.left), max(one.right, label.right)
            found[over] = one._replace(text=glued([one.text, label.text]), left=left, right=right, bottom=label.bottom)
    return sorted(found, key=lambda one: one.left)


def _drawn_header(lines: Sequence[Line], edges: tuple[float, ...]) -> tuple[int, Columns | None]:
    """Return the header of known columns; its labels may take several lines (责任科 over 室)."""
    best = 0
    found: tuple[int, Columns | None] = (1, None)
    for head in range(1, min(_HEAD, len(lines)) + 1):
        columns = Columns(edges, ("",) * (len(edges) + 1))
        labels = _row(lines[:head], columns)
        known = sum(1 for label in labels if label_key(label) in COLUMN_ROLES)
        if known > best and _is_header([label for label in labels if label]):
            best, found = known, (head, Columns(edges, tuple(map(column_role, labels))))
    return found


def _lines(words: Sequence[Word]) -> list[Line]:
    """Return the words line by line, each from left to right."""
    lines: list[Line] = []
    for word in sorted(words, key=lambda one: (one.top, one.left)):
        if lines and word.top - lines[-1][0].top < 0.4 * word.height:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda one: one.left) for line in lines]


def _labels(line: Line) -> list[Word]:
    """Return the words of a line with those close together made one."""
    found: list[Word] = []
    for word in line:
        last = found[-1] if found else None
        if last is not None and word.left - last.right < _APART * word.height:
            found[-1] = last._replace(text=f"{last.text} {word.text}", right=word.right)
        else:
            found.append(word)
    return found


def _is_header(labels: Sequence[str]) -> bool:
    named = list(filter(is_label, labels))
    roles = set(map(column_role, named))
    return (
        len(labels) >= 3
        and len(named) >= 0.6 * len(labels)
        and len(roles & KEY_ROLES) >= 2
        and bool({"title", "problem", "detail"} & roles)
    )


def _columns(labels: Sequence[Word], below: Sequence[Line]) -> Columns | None:
    """Return the columns under *labels*: between two of them lies an edge where the fewest words cross."""
    edges = []
    for left, right in pairwise(labels):
        edge = _edge(left.right, right.left, [word for line in below for word in line])
        if edge is None:
            return None
        edges.append(edge)
    return Columns(tuple(edges), tuple(column_role(label.text) for label in labels))


def _edge(left: float, right: float, words: Sequence[Word]) -> float | None:
    """Return the middle of the widest blank between two labels that the fewest words cross."""
    near = [word for word in words if word.right > left and word.left < right]
    marks = sorted({left, right, *(x for word in near for x in (word.left, word.right) if left < x < right)})
    runs = [
        (sum(1 for word in near if word.left < (one + other) / 2 < word.right), one - other, (one + other) / 2)
        for one, other in pairwise(marks)
    ]
    if not runs:
        return None
    crossed, _, edge = min(runs)
    return edge if crossed <= 0.2 * max(1, len(words)) else None


def _body(below: Sequence[Line], columns: Columns) -> list[Line]:
    """Return the lines that belong to the table: those that keep to its columns, up to the last with two of them."""
    kept: list[Line] = []
    last = 0
    for line in below:
        over = any(columns.crosses(word) for word in line)
        if over and (len(line) > 1 or sum(1 for one in line if columns.crosses(one)) > 1) and not _section(line, kept):
            break
        kept.append(line)
        several = len(columns.filled(line)) > 1 and not over
        continues = len(kept) > 1 and last == len(kept) - 1 and _close(kept[-2], line) and not over
        last = len(kept) if several or continues else last
    return kept[:last]


def _section(line: Line, kept: Sequence[Line]) -> bool:
    """Return whether a line over several columns may be a heading between rows: it is short, and rows came before."""
    return bool(kept) and line[-1].right - line[0].left < 30 * line[0].height and len(line) <= 12


def _close(one: Line, other: Line) -> bool:
    return other[0].top - one[0].top < 1.9 * one[0].height


def _table(lines: Sequence[Line], columns: Columns, rules: Sequence[float]) -> Unruled:
    rows = [_row(group, columns) for group in _rows(lines, columns, rules)]
    bottom = max(word.bottom for line in lines for word in line)
    return Unruled(tuple(rows), min(word.top for word in lines[0]), bottom, columns)


def _rows(lines: Sequence[Line], columns: Columns, rules: Sequence[float]) -> list[list[Line]]:
    """Return the lines row by row: between rules; else by distance; else by what only a row's first line fills."""
    inside = sorted(rule for rule in rules if lines[0][0].top < rule < lines[-1][0].bottom)
    numbers = [bisect(inside, line[0].top) for line in lines]
    fullest = max(numbers.count(number) for number in numbers)
    if len(set(numbers)) > 2 and fullest <= max(_TALL, len(lines) // 2):  # one rule under the header parts no rows
        return _grouped(lines, numbers)
    pitch = _pitch(lines, columns)
    starts = [True, *(later[0].top - line[0].top > _PITCH * pitch for line, later in pairwise(lines))]
    if sum(starts) < 0.25 * len(lines) or sum(starts) < 2:
        starts = [_begins(line, columns) for line in lines]
    count, numbers = 0, []
    for begins in starts:
        count += begins
        numbers.append(count)
    return _grouped(lines, numbers)


def _grouped(lines: Sequence[Line], numbers: Sequence[int]) -> list[list[Line]]:
    groups: dict[int, list[Line]] = {}
    for line, number in zip(lines, numbers, strict=True):
        groups.setdefault(number, []).append(line)
    return list(groups.values())


def _pitch(lines: Sequence[Line], columns: Columns) -> float:
    """Return the least distance of two lines in one column: that of lines in one cell, where any cell has two."""
    last: dict[int, float] = {}
    least = float("inf")
    for line in lines:
        for column in columns.filled(line):
            least = min(least, line[0].top - last.get(column, float("-inf")))
            last[column] = line[0].top
    return least


def _begins(line: Line, columns: Columns) -> bool:
    """Return whether a line begins a row: it bears the number, or fills most columns, or is a heading of its own."""
    filled = columns.filled(line)
    if "no" in columns.roles:
        return columns.roles.index("no") in filled
    return len(filled) >= 0.6 * len(columns.roles) or any(columns.crosses(word) for word in line)


def _row(lines: Sequence[Line], columns: Columns) -> tuple[str, ...]:
    over = [word for line in lines for word in line if columns.crosses(word)]
    if over and len(lines) == 1:
        return (" ".join(word.text for word in lines[0]), *[""] * len(columns.edges))
    texts: list[list[str]] = [[] for _ in columns.roles]
    for line in lines:
        for place in sorted(columns.filled(line)):
            texts[place].append(" ".join(word.text for word in line if columns.place(word) == place))
    return tuple(glued(cell) for cell in texts)


def glued(lines: Sequence[str]) -> str:
    """Return the lines of a narrow cell as one text, but for lines that are names, days or items of their own."""
    text = ""
    for line in lines:
        last = text.rsplit("\n", 1)[-1]
        wide = bool(text) and bool(_WIDE.match(text[-1]) or _WIDE.match(line[0]))
        broken = bool(text) and (_are_two(last, line, wide=wide) or _ENDED.search(last) or _ITEM.match(line))
        text += f"\n{line}" if broken else line if not text or wide else f" {line}"
    return text


def _are_two(one: str, other: str, *, wide: bool) -> bool:
    """Return whether two lines are names or days of their own, and not one that the column was too narrow for."""
    if wide:
        return min(len(one), len(other)) > 1 and any(
            own(one) and own(other) for own in (units.is_unit, units.is_person, dates.is_dated)
        )
    bodies = units.is_organisation(one) and units.is_organisation(other) and not _GENERIC.fullmatch(other)
    return bodies or (units.is_person(one) and units.is_person(other))
