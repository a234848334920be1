"""Forms: tables whose cells alternate between a label and its value, one matter a sheet (督办单, action cards)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from plans.intake.blocks import Block, Cell, Paragraph, Table
from plans.intake.words import is_label

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
    if width == 2 and len(set(labels)) == 2 and len(table.grid) > 3:  # two columns under a header, not a form
        return []
    return [
        Paragraph(f"{label}：{' '.join(right.text.split())}", left.spot)
        for label, (left, right) in zip(labels, pairs, strict=True)
        if right.text
    ]
