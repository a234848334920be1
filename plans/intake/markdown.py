"""Markdown: headings, pipe tables, lists and ~~struck-through~~ words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plans.intake.blocks import Block, Document, Grid, Paragraph, Spot, clean
from plans.intake.outline import begins_line

_RULER = re.compile(r"^\s*\|?(?:\s*:?-+:?\s*\|)+\s*(?::?-+:?)?\s*$")
_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_STRUCK = re.compile(r"~~(.+?)~~", re.DOTALL)
_MARKUP = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_SLANTED = re.compile(r"(?<![\w*])([*_])(?=[^\s*_])([^*_\n]+?)(?<=\S)\1(?![\w*])")
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")


def plain(text: str) -> tuple[str, str]:
    """Return (text without markup, struck-through words)."""
    struck = " ".join(match.strip() for match in _STRUCK.findall(text))
    text = _LINK.sub(r"\1", _STRUCK.sub(" ", text))
    text = _MARKUP.sub(r"\2", _MARKUP.sub(r"\2", text)).replace("`", "")
    text = _SLANTED.sub(r"\2", text)
    return re.sub(r"\\([\\|*_~#\[\]().+-])", r"\1", text).strip(), struck


def cells_of(line: str) -> list[str]:
    """Return the cells of one pipe row; an escaped pipe stays in its cell."""
    inner = line.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", inner)]


def is_ruler(line: str) -> bool:
    """Return whether the line is the |---|---| below a table's header."""
    return "|" in line and _RULER.match(line) is not None


def read_markdown(text: str) -> Document:
    """Return the blocks of a Markdown text; wrapped lines of a paragraph are joined."""
    return Document(tuple(_blocks(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))), "md")


def _blocks(lines: list[str]) -> Iterator[Block]:
    count = tables = index = 0
    while index < len(lines):
        line = lines[index]
        if "|" in line and index + 1 < len(lines) and is_ruler(lines[index + 1]):
            tables += 1
            rows = [line]
            index += 2
            while index < len(lines) and "|" in lines[index] and lines[index].strip():
                rows.append(lines[index])
                index += 1
            table = pipe_table(rows, Spot(table=tables)).table()
            if table is not None:
                yield table
            continue
        gathered, index = _gather(lines, index)
        if gathered:
            count += 1
            yield _paragraph(gathered, count)


def pipe_table(rows: list[str], spot: Spot) -> Grid:
    """Return the grid of pipe rows, the first of which is the header."""
    grid = Grid(spot)
    grid.headed = 1
    for row, line in enumerate(rows):
        for column, cell in enumerate(cells_of(line)):
            text, struck = plain(re.sub(r"<br\s*/?>", "\n", cell))
            grid.put(row, column, text, 1, 1, struck)
    return grid


def _gather(lines: list[str], index: int) -> tuple[str, int]:
    """Return one paragraph's text and the index after it."""
    first = lines[index]
    index += 1
    starts = re.compile(r"^\s*(?:#{1,6} |[-*+] |\d+[.)、] |>|\||$)|^\s*(?:[一二三四五六七八九十]+、|[（(])")
    if not first.strip() or _HEADING.match(first) or re.fullmatch(r"\s*([-*_]\s*){3,}", first):
        return (first if _HEADING.match(first) else ""), index
    parts = [first.strip()]
    while index < len(lines) and not starts.match(lines[index]) and not lines[index - 1].endswith("  "):
        if begins_line(lines[index].replace("**", "")):
            break
        parts.append(lines[index].strip())
        index += 1
    glue = "" if re.search(r"[\u4e00-\u9fff，。；、]$", parts[0]) else " "
    return glue.join(parts), index


def _paragraph(text: str, count: int) -> Paragraph:
    spot = Spot(paragraph=count)
    heading = _HEADING.match(text)
    if heading is not None:
        words, struck = plain(heading[2])
        return Paragraph(clean(words), spot, len(heading[1]), struck=struck)
    text = re.sub(r"^(?:>\s*)+", "", text)
    bold = bool(re.fullmatch(r"\*\*[^*]+\*\*:?", text))
    bullet = re.match(r"^[-*+]\s+(?:\[[ xX]\]\s+)?", text)
    words, struck = plain(text[bullet.end() :] if bullet else text)
    return Paragraph(clean(words), spot, number="•" if bullet else "", bold=bold, struck=struck)
