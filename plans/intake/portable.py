"""PDF files with a text layer, by pdfplumber, which is an extra: its tables by their lines, the rest as text."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from plans.intake.blocks import Block, Document, Grid, IntakeError, Spot, table_of
from plans.intake.plain import read_text, unwrapped
from plans.intake.unruled import Columns, find_unruled, glued, words_of
from plans.model import say

MAX_PAGES = 150
_FOOT = 2  # lines at most below a table that goes on overleaf


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
            pages = _Pages()
            blocks = [block for page in opened.pages for block in pages.blocks(page)]
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


class _Pages:
    """One walk over the pages, which remembers the columns of the table that a page ended with."""

    def __init__(self) -> None:
        self.columns: Columns | None = None
        self.count = 0  # tables on the page so far

    def blocks(self, page: Any) -> Iterator[Block]:
        """Yield a page's paragraphs and tables from top to bottom."""
        # A box around a line or a coloured row is drawn like a table, and is none.
        ruled = [table for table in page.find_tables() if max(len(row.cells) for row in table.rows) > 1]
        top = 0.0
        self.count = 0
        drawn = _coloured(ruled)
        if drawn and find_unruled(words_of(page.extract_words()), _rules(page), self.columns, drawn) is not None:
            ruled = []
        else:
            drawn = ()
        for table in sorted(ruled, key=lambda one: one.bbox[1]):
            yield from self._between(page, top, table.bbox[1])
            self.count += 1
            found = _grid(table, page.page_number, self.count).table()
            if found is not None:
                yield found
            top = max(top, table.bbox[3])
        yield from self._between(page, top, float(page.height), drawn)

    def _between(self, page: Any, top: float, bottom: float, drawn: tuple[float, ...] = ()) -> Iterator[Block]:
        """Yield what stands between two ruled tables: paragraphs, and tables set by white space."""
        area = _area(page, top, bottom)
        words = words_of(area.extract_words()) if area is not None else []
        rules = _rules(page)
        before = self.columns if not top else None
        while (table := find_unruled(words, rules, before, drawn)) is not None:
            yield from _text(page, top, table.top)
            self.count += 1
            made = table_of(table.rows, Spot(page=page.page_number, table=self.count))
            if made is not None:
                yield made
            words = [word for word in words if word.top >= table.bottom - 1]
            top, self.columns, before = table.bottom, table.columns, None
        if len({round(word.top) for word in words}) > _FOOT:
            self.columns = None
        yield from _text(page, top, bottom)


def _rules(page: Any) -> list[float]:
    return [edge["top"] for edge in page.horizontal_edges]


def _coloured(ruled: list[Any]) -> tuple[float, ...]:
    """Return the edges of columns where every "table" of a page is one row: coloured rows between plain ones."""
    edges = {tuple(round(box[0]) for box in table.rows[0].cells if box)[1:] for table in ruled}
    return edges.pop() if len(edges) == 1 and all(len(table.rows) == 1 for table in ruled) else ()


def _area(page: Any, top: float, bottom: float) -> Any:
    if bottom - top < 4:
        return None
    left, first, right, last = page.bbox
    return page.crop((left, max(first, top), right, min(last, bottom)), strict=False)


def _text(page: Any, top: float, bottom: float) -> Iterator[Block]:
    area = _area(page, top, bottom)
    if area is None:
        return
    lines = area.extract_text_lines(return_chars=False)
    edge = max((line["x1"] for line in lines), default=0.0)
    # A line within a character or two of the margin was broken there; on a page of short lines nothing was.
    reach = edge if edge > 0.6 * float(page.width) else float(page.width)
    start = min((line["x0"] for line in lines), default=0.0)
    printed = []
    for line, later in zip(lines, [*lines[1:], None][: len(lines)], strict=True):
        letter = line["bottom"] - line["top"]
        full = line["x1"] >= reach - 2 * letter and line["x0"] <= start + 4 * letter  # no signature at the right
        same = later is not None and abs(later["bottom"] - later["top"] - letter) < 0.1 * letter  # no heading over text
        printed.append((line["text"].strip(), full and same))
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
                grid.put(row, column, glued((rows[row][column] or "").split("\n")), down, across)
    return grid
