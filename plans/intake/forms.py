"""Forms: tables whose cells alternate between a label and its value, one matter a sheet (督办单, action cards)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from plans.intake.blocks import Block, Cell, Paragraph, Table
from plans.intake.words import UNIT_ROLES, column_role, is_label

_LABELLED = re.compile(r"[\u4e00-\u9fffA-Za-z ]{2,20}[:：]\s*\S[^\n]{0,40}$")
_ABOVE = 3  # rows over a header in which such labels stand


def is_labelled(row: Sequence[Cell | None]) -> bool:
    """Return whether a row holds nothing but labels with their values: 填报单位：党政办 | 填报时间：2026年1月20日."""
    cells = {id(cell): cell for cell in row if cell is not None and cell.text}.values()
    return len(cells) > 1 and all(_LABELLED.match(cell.text) for cell in cells)


def headed_off(table: Table) -> list[Block]:
    """Return a table with the labelled rows over its header as the paragraphs they are."""
    labelled = [at for at, row in enumerate(table.grid[:_ABOVE]) if is_labelled(row)]
    over = table.grid[: labelled[-1] + 1] if labelled else ()
    rows = [list({id(cell): cell for cell in row if cell is not None and cell.text}.values()) for row in over]
    if not rows or any(len(cells) > 1 and at not in labelled for at, cells in enumerate(rows)):
        return [table]
    title = len(rows[0]) == 1 and len(table.grid[0]) > 1
    lines: list[Block] = [
        Paragraph(cell.text, cell.spot, title=title and not at) for at, cells in enumerate(rows) for cell in cells
    ]
    kept = table.grid[len(over) :]
    return [*lines, replace(table, grid=kept)] if kept else lines


def form_lines(table: Table) -> list[Paragraph]:
    """Return a form's values as labelled lines (责任单位：综合处), an empty list for a table that is no form."""
    pairs: list[tuple[Cell, Cell]] = []
    odd = 0
    for row in table.grid:
        cells = list({id(cell): cell for cell in row if cell is not None}.values())
        for left, right in zip(cells[::2], cells[1::2], strict=False):
            if is_label(left.text) and not is_label(right.text):
                pairs.append((left, right))
            elif left.text:
                odd += 1
        odd += len(cells) % 2 if len(cells) > 1 else 0
    width = max(len({id(cell) for cell in row if cell is not None}) for row in table.grid)
    if width not in (2, 4) or len(pairs) < 3 or odd > 0.4 * len(pairs):
        return []
    labels = [left.text.strip(" :：") for left, _ in pairs]
    heading = _heading(table, labels)
    if width == 2 and len(set(labels)) == 2 and len(table.grid) > 3:  # two columns under a header, not a form
        return []
    return heading + [
        Paragraph(f"{label}：{' '.join(right.text.split())}", left.spot)
        for label, (left, right) in zip(labels, pairs, strict=True)
        if right.text
    ]


def _heading(table: Table, labels: Sequence[str]) -> list[Paragraph]:
    """Return the row over all of a form, which names its matter where no label does: 案件1：小区房产证办理问题."""
    over = {id(cell): cell for cell in table.grid[0] if cell is not None and cell.text}
    named = {column_role(label) for label in labels} & {"title", "problem"}
    if len(over) != 1 or named or len(table.grid[0]) < 2:
        return []
    cell = next(iter(over.values()))
    text = re.sub(
        r"^[\u4e00-\u9fffA-Za-z ]{0,8}[一二三四五六七八九十\d]+\s*[:：、.]\s*", "", " ".join(cell.text.split())
    )
    return [Paragraph(f"{'Task' if text.isascii() else '事项'}：{text}", cell.spot)] if len(text) > 3 else []


def turned(table: Table) -> Table:
    """Return a table whose labels stand in its first column with one matter a column as rows under a header."""
    grid = table.grid
    labels = [row[0].text for row in grid if row[0] is not None]
    roles = {column_role(label) for label in labels}
    head = [cell.text for cell in grid[0][1:] if cell is not None and cell.text]
    if (
        len(grid[0]) < 3
        or not 3 <= len(labels) == len(grid) <= 20
        or not all(map(is_label, labels))
        or any(map(is_label, head))
        or "title" not in roles
        or not roles & {"due", *UNIT_ROLES}
    ):
        return table
    return replace(table, grid=tuple(zip(*grid, strict=True)))
