"""Word documents (.docx): an own walk over paragraphs and cells, so that merged cells come out once."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import docx
from lxml import etree

from plans.intake.blocks import Block, Document, Grid, IntakeError, Notice, Paragraph, Spot, clean, limited
from plans.intake.numbering import Numbering
from plans.intake.words import is_label
from plans.model import say

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_WRAPPERS = {f"{_W}{name}" for name in ("sdt", "sdtContent", "smartTag", "customXml", "ins", "moveTo")}
_GONE = {f"{_W}del", f"{_W}moveFrom", _FALLBACK, f"{_W}instrText", f"{_W}rPr", f"{_W}pPr"}
_P, _R, _T, _TBL, _TR, _TC = (f"{_W}{name}" for name in ("p", "r", "t", "tbl", "tr", "tc"))
_TICKS = {"F0FC": "√", "F0FE": "√", "F050": "√", "F052": "√", "F0AB": "★", "F06C": "●", "F0A8": "□", "F06F": "□"}


def read_docx(data: bytes) -> Document:
    """Return the blocks of a .docx. Deleted text (tracked changes) is left out, struck-through text set apart.

    Raises:
        IntakeError: python-docx can't open it.
    """
    try:
        opened = docx.Document(io.BytesIO(data))
        body = opened.element.body
    except Exception as error:  # python-docx lets KeyError, ValueError, lxml and zip errors through
        raise IntakeError(say("The file is damaged: Word's own parts are missing or can't be read.")) from error
    walk = _Walk(_styles(opened), Numbering(_part(opened, "/numbering")))
    blocks = tuple(limited(walk.blocks(body)))
    return Document(blocks, "docx", tuple(walk.notices))


def _part(opened: Any, ending: str) -> Any:
    """Return the XML root of the part whose relationship type ends so, or None."""
    for relation in opened.part.rels.values():
        if relation.reltype.endswith(ending) and not relation.is_external:
            part = relation.target_part
            return part.element if hasattr(part, "element") else etree.fromstring(part.blob, _safe_parser())
    return None


def _safe_parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


class _Style:
    """What a paragraph style says: heading level, whether it is the title, its numbering, whether it is bold."""

    def __init__(self, name: str, properties: Any) -> None:
        lowered = name.lower().replace(" ", "")
        self.title = lowered in ("title", "标题")
        self.level = 0
        for prefix in ("heading", "标题"):
            if lowered.startswith(prefix) and lowered[len(prefix) :].isdigit():
                self.level = int(lowered[len(prefix) :])
        self.number: tuple[str, int] | None = None
        if properties is not None:
            outline = properties.find(f"{_W}outlineLvl")
            if outline is not None and not self.level and not self.title and _integer(outline) < 9:
                self.level = _integer(outline) + 1
            self.number = _number(properties)


def _styles(opened: Any) -> dict[str, _Style]:
    root = _part(opened, "/styles")
    found: dict[str, _Style] = {}
    for style in root.iter(f"{_W}style") if root is not None else ():
        name = style.find(f"{_W}name")
        if style.get(f"{_W}type") == "paragraph" and name is not None:
            found[style.get(f"{_W}styleId", "")] = _Style(name.get(f"{_W}val", ""), style.find(f"{_W}pPr"))
    return found


def _integer(element: Any) -> int:
    text = element.get(f"{_W}val", "")
    return int(text) if text.isdigit() and len(text) < 6 else 0


def _number(properties: Any) -> tuple[str, int] | None:
    """Return (list, level) of paragraph properties, None where they say nothing."""
    numbering = properties.find(f"{_W}numPr")
    if numbering is None:
        return None
    identity, level = numbering.find(f"{_W}numId"), numbering.find(f"{_W}ilvl")
    if identity is None:
        return None
    return identity.get(f"{_W}val", ""), _integer(level) if level is not None else 0


class _Walk:
    """One walk over the body of one document."""

    def __init__(self, styles: dict[str, _Style], numbering: Numbering) -> None:
        self.styles, self.numbering = styles, numbering
        self.page, self.paragraph, self.table = 1, 0, 0
        self.notices: list[Notice] = []

    def blocks(self, parent: Any) -> Iterator[Block]:
        """Yield paragraphs and tables below *parent*, content controls looked through."""
        for child in parent.iterchildren():
            if child.tag == _P:
                yield from self._paragraph(child)
            elif child.tag == _TBL and (column := _nested_column(child)) is not None:
                self.table += 1
                table = self._unnested(child, column, Spot(page=self.page, table=self.table)).table()
                if table is not None:
                    yield table
            elif child.tag == _TBL and _is_layout(child):
                for row in _unwrapped(child, _TR):
                    for cell in _unwrapped(row, _TC):
                        yield from self.blocks(cell)
            elif child.tag == _TBL:
                self.table += 1
                grid = self._grid(child, Spot(page=self.page, table=self.table))
                table = grid.table()
                if table is not None:
                    yield table
            elif child.tag in _WRAPPERS:
                yield from self.blocks(child)

    def _paragraph(self, element: Any) -> Iterator[Block]:
        boxes: list[Any] = []
        text, struck, bold = self._text(element, boxes)
        properties = element.pPr if hasattr(element, "pPr") else element.find(f"{_W}pPr")
        style = self._style(properties)
        label = self._label(properties, style)
        cleaned = clean(text)
        if cleaned or label:
            self.paragraph += 1
            spot = Spot(page=self.page, paragraph=self.paragraph)
            level = style.level if style else 0
            yield Paragraph(cleaned, spot, level, label, bold, bool(style and style.title), clean(struck))
        for box in boxes:
            yield from self.blocks(box)

    def _style(self, properties: Any) -> _Style | None:
        named = properties.find(f"{_W}pStyle") if properties is not None else None
        return self.styles.get(named.get(f"{_W}val", "")) if named is not None else None

    def _label(self, properties: Any, style: _Style | None) -> str:
        own = _number(properties) if properties is not None else None
        number = own or (style.number if style else None)
        return self.numbering.label(*number) if number is not None and number[0] != "0" else ""

    def _text(self, element: Any, boxes: list[Any] | None = None) -> tuple[str, str, bool]:
        """Return (text, struck-through text, whether all of it is bold); text boxes go to *boxes*, or are read in."""
        kept: list[str] = []
        struck: list[str] = []
        bold = True
        for run in self._runs(element, boxes):
            properties = run.find(f"{_W}rPr")
            if properties is not None and _on(properties, "vanish"):
                continue
            text = self._run_text(run)
            if properties is not None and (_on(properties, "strike") or _on(properties, "dstrike")):
                struck.append(text)
                continue
            kept.append(text)
            bold = bold and (not text.strip() or (properties is not None and _on(properties, "b")))
        return "".join(kept), "".join(struck), bold and bool("".join(kept).strip())

    def _runs(self, element: Any, boxes: list[Any] | None) -> Iterator[Any]:
        for child in element.iterchildren():
            if child.tag == _R:
                found = child.findall(f".//{_W}txbxContent") if len(child) > 1 or child.find(_T) is None else ()
                for box in found:
                    if any(above.tag == _FALLBACK for above in box.iterancestors()):
                        continue
                    if boxes is not None:
                        boxes.append(box)
                    else:
                        for paragraph in box.iter(_P):
                            yield from self._runs(paragraph, boxes)
                yield child
            elif child.tag not in _GONE:
                yield from self._runs(child, boxes)

    def _run_text(self, run: Any) -> str:
        parts: list[str] = []
        for child in run.iterchildren():
            tag = child.tag
            if tag == _T:
                parts.append(child.text or "")
            elif tag == f"{_W}tab":
                parts.append("\t")
            elif tag in (f"{_W}br", f"{_W}cr"):
                if child.get(f"{_W}type") == "page":
                    self.page += 1
                parts.append("\n")
            elif tag == f"{_W}lastRenderedPageBreak":
                self.page += 1
            elif tag == f"{_W}noBreakHyphen":
                parts.append("-")
            elif tag == f"{_W}sym":
                parts.append(_TICKS.get(child.get(f"{_W}char", "").upper(), ""))
        return "".join(parts)

    def _grid(self, element: Any, spot: Spot) -> Grid:
        grid = Grid(spot)
        for row, line in enumerate(_unwrapped(element, _TR)):
            properties = line.find(f"{_W}trPr")
            column = 0
            if properties is not None:
                before = properties.find(f"{_W}gridBefore")
                column = _integer(before) if before is not None else 0
                if properties.find(f"{_W}tblHeader") is not None and grid.headed == row:
                    grid.headed += 1
            for cell in _unwrapped(line, _TC):
                span, continues = _spans(cell)
                if not continues or not _extend(grid, row, column, span):
                    text, struck = self._cell_text(cell)
                    grid.put(row, column, text, 1, span, struck)
                column += span
        return grid

    def _unnested(self, element: Any, nested: int, spot: Spot) -> Grid:
        """Return a table whose rows hold a table each as one: its own cells stand beside every row of the inner one."""
        grid = Grid(spot)
        row = 0
        labels = next(iter(_unwrapped(next(element.iterdescendants(_TBL)), _TR)))
        wide = len(list(_unwrapped(labels, _TC)))
        for line in _unwrapped(element, _TR):
            cells = list(_unwrapped(line, _TC))
            inner = [list(_unwrapped(one, _TR))[1:] for one in cells[nested].iterchildren(_TBL)]
            lines = [one for rows in inner for one in rows] if inner else [labels] if not row else []
            for column, cell in enumerate(cells):
                place = column + (wide - 1 if column > nested else 0)
                if column == nested and lines:
                    for below, one in enumerate(lines):
                        for at, held in enumerate(_unwrapped(one, _TC)):
                            grid.put(row + below, place + at, *self._put(held))
                else:
                    text, struck = self._cell_text(cell)
                    grid.put(row, place, text, max(1, len(lines)), 1, struck)
            row += max(1, len(lines))
        return grid

    def _put(self, cell: Any) -> tuple[str, int, int, str]:
        text, struck = self._cell_text(cell)
        return text, 1, 1, struck

    def _cell_text(self, cell: Any) -> tuple[str, str]:
        texts: list[str] = []
        struck: list[str] = []
        for paragraph in cell.iter(_P):
            if paragraph.getparent().tag == f"{_W}txbxContent":
                continue
            text, crossed, _ = self._text(paragraph)
            properties = paragraph.find(f"{_W}pPr")
            label = self._label(properties, self._style(properties)) if properties is not None else ""
            if text.strip() or crossed:
                texts.append(label + text)
                struck.append(crossed)
        return "\n".join(texts), "\n".join(part for part in struck if part)


def _on(properties: Any, name: str) -> bool:
    switch = properties.find(f"{_W}{name}")
    return switch is not None and switch.get(f"{_W}val", "true").lower() not in ("0", "false", "off", "none")


def _spans(cell: Any) -> tuple[int, bool]:
    """Return (columns covered, whether the cell continues the one above)."""
    properties = cell.find(f"{_W}tcPr")
    if properties is None:
        return 1, False
    span, merged = properties.find(f"{_W}gridSpan"), properties.find(f"{_W}vMerge")
    columns = max(1, _integer(span)) if span is not None else 1
    return columns, merged is not None and merged.get(f"{_W}val", "continue") == "continue"


def _extend(grid: Grid, row: int, column: int, span: int) -> bool:
    """Let the cell above reach down into this row; False where there is none (a merge that begins nowhere)."""
    above = grid.rows[row - 1] if 0 < row <= len(grid.rows) else []
    cell = above[column] if column < len(above) else None
    if cell is None:
        return False
    grid.cover(cell, row, column, span)
    return True


def _nested_column(table: Any) -> int | None:
    """Return the only column of a table whose cells hold tables with one and the same header, None where none does."""
    if next(table.iterdescendants(_TBL), None) is None:
        return None
    rows = [list(_unwrapped(row, _TC)) for row in _unwrapped(table, _TR)]
    held = [(at, inner) for row in rows for at, cell in enumerate(row) for inner in cell.iterchildren(_TBL)]
    columns = {at for at, _ in held}
    heads = {_labels(next(_unwrapped(inner, _TR), None)) for _, inner in held}
    regular = len({len(row) for row in rows}) == 1 and not any(
        _spans(cell) != (1, False) for row in rows for cell in row
    )
    if len(columns) != 1 or len(heads) != 1 or not regular or len(held) < 2:
        return None
    labels = heads.pop()
    return columns.pop() if len(labels) > 1 and all(map(is_label, labels)) else None


def _labels(row: Any) -> tuple[str, ...]:
    cells = _unwrapped(row, _TC) if row is not None else ()
    return tuple("".join(text.text or "" for text in cell.iter(_T)) for cell in cells)


def _is_layout(table: Any) -> bool:
    """Return whether a table only places things on the page: it holds tables, and its first row is no header."""
    if next(table.iterdescendants(_TBL), None) is None:
        return False
    return sum(map(is_label, _labels(next(_unwrapped(table, _TR), None)))) < 3


def _unwrapped(parent: Any, tag: str) -> Iterator[Any]:
    for child in parent.iterchildren():
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _unwrapped(child, tag)
