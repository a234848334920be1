"""OpenDocument files: .odt and .ods, whose content.xml has the same tables and paragraphs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from plans.intake.archive import guard
from plans.intake.blocks import Block, Document, Grid, IntakeError, Paragraph, Spot
from plans.intake.sheets import parted
from plans.model import say

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_HOLDERS = ("section", "list", "list-item", "list-header", "numbered-paragraph", "tracked-changes-end")


def read_opendocument(data: bytes, kind: str, sheet: str = "") -> Document:
    """Return the blocks of a .odt or .ods.

    Raises:
        IntakeError: its content.xml can't be read.
    """
    try:
        with guard(data) as archive:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
            root = etree.fromstring(archive.read("content.xml"), parser)
    except IntakeError:
        raise
    except Exception as error:  # zip, zlib and XML errors have no common class
        raise IntakeError(say("The file is damaged: it can't be unpacked.")) from error
    walk = _Walk(kind, sheet)
    body = root.find(".//{urn:oasis:names:tc:opendocument:xmlns:office:1.0}body")
    found = tuple(block for part in (body if body is not None else ()) for block in walk.blocks(part))
    return Document(found, kind)


class _Walk:
    def __init__(self, kind: str, sheet: str) -> None:
        self.kind, self.sheet = kind, sheet
        self.paragraph = self.table = 0

    def blocks(self, parent: Any) -> Iterator[Block]:
        for child in parent.iterchildren(tag=etree.Element):
            if child.tag in (f"{_TEXT}p", f"{_TEXT}h"):
                text = written(child)
                if text.strip():
                    self.paragraph += 1
                    level = child.get(f"{_TEXT}outline-level", "0") if child.tag.endswith("}h") else "0"
                    yield Paragraph(
                        " ".join(text.split()), Spot(paragraph=self.paragraph), int(level) if level.isdigit() else 0
                    )
            elif child.tag == f"{_TABLE}table":
                yield from self._tables(child)
            elif child.tag.rsplit("}", 1)[-1] in _HOLDERS:
                yield from self.blocks(child)

    def _tables(self, element: Any) -> Iterator[Block]:
        self.table += 1
        name = element.get(f"{_TABLE}name", "") if self.kind == "ods" else ""
        if self.sheet and name and name != self.sheet:
            return
        grid = Grid(Spot(table=self.table, sheet=name), name)
        row = 0
        for line in element.iter(f"{_TABLE}table-row"):
            repeat = _count(line.get(f"{_TABLE}number-rows-repeated"))
            if self._row(grid, row, line):
                row += 1
            elif repeat < 50:
                row += repeat
        if name:
            yield from parted(grid)
        else:
            table = grid.table()
            if table is not None:
                yield table

    def _row(self, grid: Grid, row: int, line: Any) -> bool:
        """Put one row's cells; return whether anything was written in it."""
        column, filled = 0, False
        for cell in line.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            repeat = _count(cell.get(f"{_TABLE}number-columns-repeated"))
            text = "\n".join(written(part) for part in cell.iter(f"{_TEXT}p", f"{_TEXT}h"))
            if text.strip():
                rows, columns = (_count(cell.get(f"{_TABLE}number-{axis}-spanned")) for axis in ("rows", "columns"))
                for place in range(min(repeat, 60)):
                    grid.put(row, column + place, text, rows, columns)
                filled = True
            column += repeat
        return filled


def _count(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 8 else 1


def written(element: Any) -> str:
    """Return the text of one paragraph: tabs, line ends and repeated blanks as they show."""
    parts = [element.text or ""]
    for child in element.iterchildren():
        if child.tag == f"{_TEXT}tab":
            parts.append("\t")
        elif child.tag == f"{_TEXT}line-break":
            parts.append("\n")
        elif child.tag == f"{_TEXT}s":
            parts.append(" " * min(_count(child.get(f"{_TEXT}c")), 40))
        elif isinstance(child.tag, str) and not child.tag.endswith(("}note", "}annotation")):
            parts.append(written(child))
        parts.append(child.tail or "")
    return "".join(parts)
