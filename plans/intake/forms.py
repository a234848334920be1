"""Forms: tables whose cells alternate between a label and its value, one matter a sheet (督办单, action cards)."""

from __future__ import annotations

from plans.intake.blocks import Cell, Paragraph, Table
from plans.intake.words import is_label


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
