"""Rows whose columns were lost in a conversion: which cell belongs under which header, by what each one holds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from plans.intake import dates, units
from plans.intake.words import PEOPLE_ROLES, UNIT_ROLES

_NUMBERED = re.compile(r"^\s*(?:\d{1,3}[.、．)）]|[（(]?[一二三四五六七八九十]{1,3}[)）、])")


def realign(cells: Sequence[str], roles: Sequence[str], *, numbered: bool) -> list[str]:
    """Return one text a column for a row whose cells are in order but may lack, or split, some columns.

    *numbered* says that titles of this table begin with a number. A row that has a cell for each column stays as it
    is unless its cells clearly fit elsewhere.
    """
    if len(cells) == len(roles):
        plain = sum(_fit(role, text, numbered=numbered) for role, text in zip(roles, cells, strict=True))
        score, placed = _best(cells, roles, numbered=numbered)
        return list(cells) if score < plain + 3 else placed
    return _best(cells, roles, numbered=numbered)[1]


def _best(cells: Sequence[str], roles: Sequence[str], *, numbered: bool) -> tuple[float, list[str]]:
    """Return the best monotonic placing of *cells* under *roles*, with its score (dynamic programming)."""
    width = len(roles)
    fits = [[_fit(role, text, numbered=numbered) for role in roles] for text in cells]
    # best[c] is the score with the last cell under column c; back remembers where it came from.
    best: list[float] = [fits[0][c] - 0.1 * c for c in range(width)] if cells else []
    back: list[list[int]] = []
    for row in fits[1:]:
        step: list[float] = []
        came: list[int] = []
        for column in range(width):
            options = [(best[before] - 0.1 * (column - before - 1), before) for before in range(column)]
            # Two lines of one cell: allowed, but dearer than a column of its own.
            options.append((best[column] - 1.2, column))
            score, before = max(options)
            step.append(score + row[column])
            came.append(before)
        back.append(came)
        best = step
    if not best:
        return 0.0, [""] * width
    column = max(range(width), key=lambda place: best[place])
    total = best[column]
    placed = [""] * width
    for index in range(len(cells) - 1, -1, -1):
        placed[column] = f"{cells[index]}\n{placed[column]}".strip("\n")
        if index:
            column = back[index - 1][column]
    return total, placed


def _fit(role: str, text: str, *, numbered: bool) -> float:
    """Return how well a text fits under a column of *role*: about -3 (can't be) to 3 (must be)."""
    text = text.strip()
    if not text:
        return 0.3 if role in ("phase", "") else 0.0
    flat = re.sub(r"\s+", "", text)
    dated = dates.is_dated(flat)
    if role == "no":
        return 3.0 if re.fullmatch(r"\d{1,3}[.、]?", flat) else -3.0
    if role in ("due", "start", "finished", "span", "report_due", "assigned"):
        return 3.0 if dated else -2.0
    if dated:
        return -1.0
    if role in UNIT_ROLES:
        return 2.0 if all(units.is_unit(name) for name in units.split(text)) else -0.5 if len(flat) <= 12 else -2.0
    if role in PEOPLE_ROLES:
        return 2.0 if all(units.is_person(name) or units.is_masked(name) for name in units.split(text)) else -1.0
    if role == "title":
        return (2.5 if _NUMBERED.match(text) else -1.5) if numbered else (1.4 if len(flat) > 4 else -0.5)
    if role in ("phase", ""):
        short = len(flat) <= 14 and not re.search(r"[，。；,;]", flat) and not _NUMBERED.match(text)
        return 1.2 if short else -2.0
    return 0.6 if len(flat) > 8 else 0.0
