"""PDF files with a text layer, by pdfplumber, which is an extra: its tables by their lines, the rest as text."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from plans.intake.blocks import Block, Document, Grid, IntakeError, Spot
from plans.intake.plain import read_text, unwrapped
from plans.model import say

MAX_PAGES = 150


def read_pdf(data: bytes) -> Document:
    """Return the blocks of a PDF, page by page.

    Raises:
        IntakeError: pdfplumber isn't installed, or the file is encrypted, damaged, or only pictures.
    """
    try:
        import pdfplumber
    except ImportError as error:
        raise IntakeError(
            say("Reading PDF needs an extra: install duban[pdf], or save the document as .docx.")
        ) from error
    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every font; none of it is the user's to mend
    try:
        with pdfplumber.open(io.BytesIO(data)) as opened:
            if len(opened.pages) > MAX_PAGES:
                raise IntakeError(
                    say("The PDF has more than {limit} pages; hand in the part with the tasks.", limit=MAX_PAGES)
                )
            blocks = [block for page in opened.pages for block in _page(page)]
    except IntakeError:
        raise
    except Exception as error:  # pdfminer has no common error class, and lets many others through
        name = type(error).__name__ + type(error.__cause__ or error.__context__ or error).__name__ + str(error)
        if "Password" in name or "Encryption" in name:
            raise IntakeError(say("The file is encrypted; save it without a password first.")) from error
        raise IntakeError(say("The PDF is damaged: it can't be read.")) from error
    if not blocks:
        raise IntakeError(say("The PDF holds only pictures of pages, no text; it needs text recognition first."))
    return Document(tuple(blocks), "pdf")


def _page(page: Any) -> Iterator[Block]:
    """Yield a page's paragraphs and tables from top to bottom."""
    tables = page.find_tables()
    top = 0.0
    for number, table in enumerate(sorted(tables, key=lambda one: one.bbox[1]), 1):
        yield from _text(page, top, table.bbox[1])
        grid = _grid(table, page.page_number, number)
        found = grid.table()
        if found is not None:
            yield found
        top = max(top, table.bbox[3])
    yield from _text(page, top, float(page.height))


def _text(page: Any, top: float, bottom: float) -> Iterator[Block]:
    if bottom - top < 4:
        return
    left, first, right, last = page.bbox
    area = page.crop((left, max(first, top), right, min(last, bottom)), strict=False)
    lines = area.extract_text_lines(return_chars=False)
    edge = max((line["x1"] for line in lines), default=0.0)
    # A line within a character or two of the margin was broken there; on a page of short lines nothing was.
    reach = edge if edge > 0.6 * float(page.width) else float(page.width)
    start = min((line["x0"] for line in lines), default=0.0)
    printed = []
    for line in lines:
        letter = line["bottom"] - line["top"]
        full = line["x1"] >= reach - 2 * letter and line["x0"] <= start + 4 * letter  # no signature at the right
        printed.append((line["text"].strip(), full))
    for block in read_text(unwrapped(printed)).blocks:
        yield replace(block, spot=block.spot._replace(page=page.page_number))


def _grid(table: Any, page: int, number: int) -> Grid:
    """Return the grid of a ruled table; a cell over several rows or columns fills what its box covers."""
    rows = table.extract()
    grid = Grid(Spot(page=page, table=number))
    boxes = [row.cells for row in table.rows]
    tops = sorted({round(box[1]) for row in boxes for box in row if box})
    lefts = sorted({round(box[0]) for row in boxes for box in row if box})
    for row, line in enumerate(boxes):
        for column, box in enumerate(line):
            if box is None:
                continue
            down = sum(1 for edge in tops if round(box[1]) <= edge < round(box[3]) - 1)
            across = sum(1 for edge in lefts if round(box[0]) <= edge < round(box[2]) - 1)
            if grid.vacant(row, column):
                grid.put(row, column, rows[row][column] or "", down, across)
    return grid
