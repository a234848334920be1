"""Web pages: the headings, paragraphs and tables of HTML, without the menus, footers and scripts around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import lxml.html
from lxml import etree

from plans.intake.blocks import Block, Document, Grid, IntakeError, Paragraph, Spot, clean, limited
from plans.intake.numbering import shown
from plans.model import say

_SKIPPED = {
    "script",
    "style",
    "nav",
    "aside",
    "form",
    "noscript",
    "template",
    "svg",
    "head",
    "button",
    "select",
    "iframe",
}
_BLOCKS = {
    "p", "div", "section", "article", "main", "body", "html", "li", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre",
    "table", "h1", "h2", "h3", "h4", "h5", "h6", "center", "header", "footer", "figure", "caption", "hr", "br",
    "address", "tr", "td", "th", "tbody", "thead", "tfoot", "fieldset", "details", "summary",
}  # fmt: skip
_STRUCK = {"s", "del", "strike"}
_STRIKING = re.compile(r"text-decoration[^;]*line-through", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def read_html(text: str) -> Document:
    """Return the blocks of a page.

    Raises:
        IntakeError: there is nothing in it that a parser can find.
    """
    # A declared encoding would be believed twice; the text is decoded already.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        root = lxml.html.document_fromstring(
            text.encode("utf-8", "replace"), parser=lxml.html.HTMLParser(encoding="utf-8")
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise IntakeError(say("The page holds no text.")) from error
    walk = _Walk()
    blocks = tuple(limited(walk.blocks(root)))
    named = root.find(".//title")
    fields = {"title": clean(named.text_content())} if named is not None and named.text_content() else {}
    return Document(blocks, "html", (), fields)


class _Text:
    """Text being gathered: what is kept, and what is crossed out."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.struck: list[str] = []

    def add(self, text: str, *, crossed: bool) -> None:
        (self.struck if crossed else self.kept).append(re.sub(r"[ \t\r\n]+", " ", text))

    def take(self) -> tuple[str, str]:
        kept, struck = clean("".join(self.kept)), clean("".join(self.struck))
        self.kept, self.struck = [], []
        return kept, struck


class _Walk:
    def __init__(self) -> None:
        self.paragraph = self.table = 0

    def blocks(self, root: Any) -> Iterator[Block]:
        """Yield the blocks below *root*; inline text between block elements is a paragraph of its own."""
        text = _Text()
        yield from self._walk(root, text, 0, "")
        yield from self._flush(text, 0, "")

    def _walk(self, element: Any, text: _Text, level: int, number: str) -> Iterator[Block]:
        if element.text:
            text.add(element.text, crossed=False)
        counter = _start(element)
        for child in element.iterchildren():
            tag = child.tag if isinstance(child.tag, str) else ""
            if tag == "br":
                text.kept.append("\n")
            elif tag == "table" and not _is_layout(child):
                yield from self._flush(text, level, number)
                yield from self._table(child)
            elif tag in _BLOCKS:
                yield from self._flush(text, level, number)
                label = ""
                if tag == "li" and element.tag == "ol":
                    label, counter = _label(element, counter), counter + 1
                elif tag == "li" and element.tag == "ul":
                    label = "•"
                inner = int(tag[1]) if re.fullmatch(r"h[1-6]", tag) else level
                if not _is_hidden(child):
                    yield from self._walk(child, text, inner, label or number)
                    yield from self._flush(text, inner, label or number)
            elif tag and tag not in _SKIPPED and not _is_hidden(child):
                if any(
                    isinstance(inner.tag, str) and inner.tag in _BLOCKS - {"br"} for inner in child.iterdescendants()
                ):
                    yield from self._walk(child, text, level, number)
                else:
                    _inline(child, text, crossed=False)
            if child.tail:
                text.add(child.tail, crossed=False)

    def _flush(self, text: _Text, level: int, number: str) -> Iterator[Paragraph]:
        kept, struck = text.take()
        for index, line in enumerate(kept.split("\n") if kept else ([""] if struck else [])):
            self.paragraph += 1
            yield Paragraph(
                line, Spot(paragraph=self.paragraph), level, "" if index else number, struck="" if index else struck
            )

    def _table(self, element: Any) -> Iterator[Block]:
        caption = element.find("caption")
        if caption is not None and clean(caption.text_content()):
            self.paragraph += 1
            yield Paragraph(clean(caption.text_content()), Spot(paragraph=self.paragraph))
        self.table += 1
        grid = Grid(Spot(table=self.table))
        for row, line in enumerate(_rows(element)):
            cells = [cell for cell in line.iterchildren() if cell.tag in ("td", "th")]
            if cells and all(cell.tag == "th" for cell in cells) and grid.headed == row and len(cells) > 1:
                grid.headed += 1
            column = 0
            for cell in cells:
                column = grid.free(row, column)
                columns, rows = _span(cell.get("colspan")), _span(cell.get("rowspan"))
                text = _Text()
                _cell(cell, text)
                grid.put(row, column, "".join(text.kept), rows, columns, "".join(text.struck))
                column += columns
        table = grid.table()
        if table is not None:
            yield table


def _start(element: Any) -> int:
    first = element.get("start", "1") if element.tag == "ol" else "1"
    return int(first) if first.isdigit() and len(first) < 6 else 1


def _label(element: Any, counter: int) -> str:
    style = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}.get(
        element.get("type", "1"), "decimal"
    )
    return shown(counter, style) + "."


def _span(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 6 else 1


def _is_hidden(element: Any) -> bool:
    return element.tag in _SKIPPED or bool(_HIDDEN.search(element.get("style", "")))


def _is_layout(table: Any) -> bool:
    """Return whether a table only places things on the page: it holds tables, or has one cell."""
    if table.find(".//table") is not None:
        return True
    cells = [cell for row in _rows(table) for cell in row.iterchildren() if cell.tag in ("td", "th")]
    return len(cells) <= 1


def _rows(table: Any) -> Iterator[Any]:
    for child in table.iterchildren():
        if child.tag == "tr":
            yield child
        elif child.tag in ("tbody", "thead", "tfoot"):
            yield from (row for row in child.iterchildren() if row.tag == "tr")


def _inline(element: Any, text: _Text, *, crossed: bool) -> None:
    crossed = crossed or element.tag in _STRUCK or bool(_STRIKING.search(element.get("style", "")))
    if element.text:
        text.add(element.text, crossed=crossed)
    for child in element.iterchildren():
        if isinstance(child.tag, str) and child.tag not in _SKIPPED:
            if child.tag == "br":
                text.kept.append("\n")
            else:
                _inline(child, text, crossed=crossed)
        if child.tail:
            text.add(child.tail, crossed=crossed)


def _cell(element: Any, text: _Text) -> None:
    """Gather a cell's text; each block inside it begins a line."""
    if element.text:
        text.add(element.text, crossed=False)
    counter = _start(element)
    for child in element.iterchildren():
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag == "br":
            text.kept.append("\n")
        elif tag in _BLOCKS:
            text.kept.append("\n")
            if tag == "li" and element.tag == "ol":
                text.kept.append(_label(element, counter))
                counter += 1
            _cell(child, text)
            text.kept.append("\n")
        elif tag and tag not in _SKIPPED:
            _inline(child, text, crossed=False)
        if child.tail:
            text.add(child.tail, crossed=False)
