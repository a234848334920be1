"""Plain text: paragraphs, and the tables that a conversion to text flattened in one of many ways."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from plans.intake.blocks import Block, Document, Paragraph, Spot, clean, limited, table_of
from plans.intake.words import KEY_ROLES, column_role, is_label

_BOX = re.compile(r"[│┃║|]")
_RULE = re.compile(r"^[\s+\-=─━┄┅═┌┬┐├┼┤└┴┘╔╦╗╠╬╣╚╩╝╒╤╕╞╪╡╘╧╛|│┃║]+$")
_COLOPHON = re.compile(r"(?:19|20)\d{2}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*印发\s*$")
_STARTS = re.compile(
    r"^\s*(?:[一二三四五六七八九十]+[、.．,，]|[（(][一二三四五六七八九十\d]+[）)]|"
    r"第[一二三四五六七八九十\d]+[章节条部阶步项]|\d{1,3}[.、．)）]|"
    r"[①-⑳]|[-•●◆■*—]\s*\S|[A-Za-z][.)]\s|附件|附表|[\u4e00-\u9fffA-Za-z ]{2,12}[:：])"
)
_ENDED = re.compile(r"[。！？；：.!?;:”》）)」]\s*$")


def read_text(text: str) -> Document:
    """Return the blocks of a plain text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n").lstrip("\ufeff").split("\n")
    return Document(tuple(limited(_Reader(lines).blocks())), "txt")


class _Reader:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.tables = self.paragraph = 0
        self.width = _wrapped_at(lines)
        self.pending: list[str] = []

    def blocks(self) -> Iterator[Block]:
        index = 0
        while index < len(self.lines):
            taken = None
            for reader in (_tabbed, _cell_a_line, _label_a_line, _boxed, _spaced):
                taken = reader(self.lines, index)
                if taken is not None:
                    break
            if taken is None:
                yield from self._line(self.lines[index])
                index += 1
                continue
            yield from self._flush()
            rows, index, ragged = taken
            self.tables += 1
            table = table_of(rows, Spot(table=self.tables), ragged=ragged)
            if table is not None:
                yield table
        yield from self._flush()

    def _line(self, line: str) -> Iterator[Paragraph]:
        """Take one line: it continues the paragraph, ends it, or begins another."""
        text = clean(line)
        if not text:
            if self.pending and not _runs_on(self.pending[-1]):
                yield from self._flush()
            elif self.pending:
                self.pending.append("")
            return
        if self.pending and not self._continues(text):
            yield from self._flush()
        self.pending.append(text)

    def _continues(self, text: str) -> bool:
        last = self.pending[-1]
        if _STARTS.match(text):
            return False
        if last == "":  # over a blank line: only what a page break tore apart
            return True
        return bool(self.width) and _columns(last) >= 0.75 * self.width and not _ENDED.search(last)

    def _flush(self) -> Iterator[Paragraph]:
        parts = [part for part in self.pending if part]
        self.pending = []
        if parts:
            self.paragraph += 1
            text = parts[0]
            for part in parts[1:]:
                text += part if _is_wide(text[-1]) or _is_wide(part[0]) else f" {part}"
            yield Paragraph(text, Spot(paragraph=self.paragraph))


def unwrapped(lines: Sequence[tuple[str, bool]]) -> str:
    """Return printed lines as paragraphs; each comes with whether it reaches the right margin, so that it may go on."""
    kept: list[str] = []
    runs_on = False
    for text, full in lines:
        opened = bool(kept) and runs_on and kept[-1].count("（") > kept[-1].count("）")
        if kept and runs_on and text and (opened or not _STARTS.match(text)):
            kept[-1] += text if _is_wide(kept[-1][-1]) or _is_wide(text[0]) else f" {text}"
        elif text:
            kept.append(text)
        runs_on = full and bool(text) and not _ENDED.search(text)
    return "\n".join(kept)


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WF"


def _columns(text: str) -> int:
    return sum(2 if _is_wide(sign) else 1 for sign in text)


def _wrapped_at(lines: list[str]) -> int:
    """Return the width a text was folded at, 0 where its lines are whole paragraphs."""
    widths = sorted(_columns(line.rstrip()) for line in lines if line.strip() and "\t" not in line)
    if len(widths) < 8:
        return 0
    limit = widths[int(len(widths) * 0.95) - 1]
    full = sum(1 for width in widths if 0.85 * limit <= width <= limit + 4)
    return limit if 50 <= limit <= 130 and widths[-1] <= limit + 12 and full >= 0.35 * len(widths) else 0


def _runs_on(text: str) -> bool:
    """Return whether a paragraph breaks off in the middle of its sentence, as at the foot of a converted page."""
    if text.endswith(("、", "，", ",", "（", "“", "《")):
        return len(text) >= 25
    return not _ENDED.search(text) and len(text) >= 40 and "。" in text


def _tabbed(lines: list[str], index: int) -> tuple[list[list[str]], int, bool] | None:
    """Read rows whose cells are divided by tabs, one row a line."""
    rows: list[list[str]] = []
    at = index
    while at < len(lines) and len(re.findall(r"\S\t+\s*\S", lines[at])) >= 1 and "\t" in lines[at].strip():
        rows.append([cell.strip() for cell in lines[at].rstrip("\r\n").split("\t")])
        at += 1
    if len(rows) < 2:
        return None
    if len({len(row) for row in rows}) == 1 and all(rows[0]):  # every cell kept its place, empty ones too
        return rows, at, False
    while all(len(row) > 1 and not row[-1] for row in rows):
        rows = [row[:-1] for row in rows]
    return rows, at, True


def _cell_a_line(lines: list[str], index: int) -> tuple[list[list[str]], int, bool] | None:
    """Read a table whose cells each begin with a tab, and whose first blank line ends the header."""
    labels: list[str] = []
    at = index
    while at < len(lines) and lines[at].startswith("\t") and lines[at].strip():
        labels.append(lines[at].strip())
        at += 1
    if len(labels) < 3 or not _is_header(labels):
        return None
    cells: list[str] = []
    while at < len(lines):
        line = lines[at]
        if _COLOPHON.search(line):
            break
        if line.startswith("\t"):
            cells.append(line[1:].strip())
        elif cells:
            cells[-1] += "\n" + line.strip()
        at += 1
    return [labels, *_chunks(cells, len(labels))], at, False


def _chunks(cells: list[str], width: int) -> list[list[str]]:
    tidy = [_once(cell) for cell in cells]
    return [tidy[start : start + width] for start in range(0, len(tidy), width)]


def _once(text: str) -> str:
    """Return a cell's lines, each once: a text box beside its own cell is converted twice."""
    return "\n".join(dict.fromkeys(line.strip() for line in text.split("\n") if line.strip()))


def _is_header(labels: list[str]) -> bool:
    roles = [column_role(label) for label in labels if is_label(label)]
    return (
        len(set(roles) & KEY_ROLES) >= 2
        and len(roles) >= 0.6 * len(labels)
        and bool({"title", "no", "problem", "detail"} & set(roles))
    )


def _label_a_line(lines: list[str], index: int) -> tuple[list[list[str]], int, bool] | None:
    """Read a table with one cell a line and no tabs: a run of header words, then the cells in order."""
    labels: list[str] = []
    at = index
    if not lines[at].strip():
        return None
    while at < len(lines) and len(labels) < 16 and (not lines[at].strip() or is_label(lines[at].strip())):
        if lines[at].strip():
            labels.append(lines[at].strip())
        at += 1
    if len(labels) < 3 or not _is_header(labels) or any(re.search(r"[:：]\s*\S", label) for label in labels):
        return None
    if column_role(labels[0]) != "no":
        return None
    rows: list[list[str]] = []
    expected = 1
    while at < len(lines):
        text = clean(lines[at])
        if text == str(expected) or text in (f"{expected}.", f"{expected}、"):
            rows.append([text])
            expected += 1
        elif text and (not rows or _leaves(text, rows[-1], len(labels))):
            break
        elif text:
            rows[-1].append(text)
        at += 1
    return ([labels, *rows], at, True) if rows else None


def _leaves(text: str, row: list[str], width: int) -> bool:
    """Return whether a line no longer belongs to the last row of the table."""
    return bool(_COLOPHON.search(text)) or (
        len(row) >= width and (bool(_STARTS.match(text)) or len(text) > 40 or "：" in text)
    )


def _boxed(lines: list[str], index: int) -> tuple[list[list[str]], int, bool] | None:
    """Read a table drawn with │ and ─ (or | and -); where rules divide rows, the lines between two are one row."""
    at = index
    while at < len(lines) and lines[at].strip() and (_RULE.match(lines[at]) or len(_BOX.findall(lines[at])) >= 2):
        at += 1
    block = lines[index:at]
    drawn = [line for line in block if not _RULE.match(line)]
    if len(drawn) < 2 or not _BOX.search(block[0] + block[-1] + drawn[0]):
        return None
    split = [[cell.strip() for cell in _BOX.split(line.strip().strip("│┃║|"))] for line in drawn]
    if sum(1 for line in block if _RULE.match(line)) < 4:
        return split, at, len({len(row) for row in split}) > 1
    rows: list[list[str]] = []
    fresh = True
    for line in block:
        if _RULE.match(line):
            fresh = True
            continue
        cells = [cell.strip() for cell in _BOX.split(line.strip().strip("│┃║|"))]
        if fresh or not rows:
            rows.append(cells)
        else:
            rows[-1] = [
                f"{old}{new}" if old and _is_wide(old[-1]) else f"{old} {new}".strip()
                for old, new in _padded(rows[-1], cells)
            ]
        fresh = False
    return rows, at, False


def _padded(one: list[str], other: list[str]) -> list[tuple[str, str]]:
    width = max(len(one), len(other))
    return list(zip(one + [""] * (width - len(one)), other + [""] * (width - len(other)), strict=True))


def _spaced(lines: list[str], index: int) -> tuple[list[list[str]], int, bool] | None:
    """Read a table set with runs of blanks, by where its header words begin."""
    labels = [
        (match[0].strip(), _columns(lines[index][: match.start()]))
        for match in re.finditer(r"\S+(?:[ ]\S+)*", lines[index])
    ]
    if (
        len(labels) < 3
        or not re.search(r"\S(?: {2,}|\u3000)", lines[index])
        or not _is_header([label for label, _ in labels])
    ):
        return None
    starts = [start for _, start in labels]
    rows: list[list[str]] = [[label for label, _ in labels]]
    at = index + 1
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            if at + 1 >= len(lines) or not re.search(r"\S {2,}\S", lines[at + 1]):
                break
            at += 1
            continue
        cells = [""] * len(starts)
        chunks = [(match[0], _columns(line[: match.start()])) for match in re.finditer(r"\S+(?:[ ]\S+)*", line)]
        if len(chunks) == 1 and chunks[0][1] <= starts[0] + 1 and _columns(chunks[0][0]) > starts[-1]:
            break
        for text, start in chunks:
            place = min(range(len(starts)), key=lambda one: abs(starts[one] - start))
            cells[place] = f"{cells[place]} {text}".strip()
        if len(rows) > 1 and not cells[0] and sum(1 for cell in cells if cell) < len(starts) - 1:
            rows[-1] = [f"{old}\n{new}".strip() for old, new in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
        at += 1
    return (rows, at, False) if len(rows) > 1 else None
