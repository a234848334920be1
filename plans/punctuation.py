"""The punctuation of a Chinese keyboard where YAML wants its own: each slip is found on its line and read as meant.

Only what stands where a key or an indentation must be is touched, and only for keys the language knows; texts (block
texts, continued lines, values) keep every sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from plans.encoding import line_starts
from plans.findings import Gathered
from plans.model import Edit, Finding, Place, Sentence, say

_CLUMSY = re.compile(
    r"^(?:[ ]*[\t\u3000]|[ ]*[－—–•·‐＃]|[ ]*-[^\s\-]|[ ]*(?:- *)*[^\s:：#'\"\[\]{},]{1,24}：[ \u3000]*\{"
    r"|[ ]*(?:- *)*([^\s:：#'\"\[\]{},]{1,24})[ \u3000]*(?:：|:[^\s]))",
    re.MULTILINE,
)
_INDENT = re.compile(r"[ \t\u3000]*")
_BULLET = re.compile(r"([－—–•·‐]+)[ \u3000]*|-(?=[^\s\-])|-[\t\u3000]+|- +")
_KEY = re.compile(r"(['\"]?)([^\s:：#'\"\[\]{},]+(?: [^\s:：#'\"\[\]{},]+)?)\1([ \u3000]*)(：|:)([\t\u3000]*)")
_BLOCK_TEXT = re.compile(r"(?:^|[:\-] +)[|>][-+0-9]*\s*(?:#.*)?$")
_EMPTY_VALUE = re.compile(r"\s*(?:#.*)?$")
_FLOW_COMMA = re.compile(r"[，；](?=\s*[^\s:：,，{}\[\]]{1,24}\s*[:：])")
_FLOW_COLON = re.compile(r"(?<=[{,， ])([^\s:：,，{}\[\]]{1,24})\s*：")
MAX_SLIPS = 100_000  # after so many the rest is left as it is
MAX_EAGER = 1_000_000


class Slip(NamedTuple):
    """One sign to replace: where (line, column from 1), how many characters, by what, and the code of the finding."""

    line: int
    column: int
    length: int
    text: str
    code: str

    def edit(self, file: str) -> Edit:
        """Return the repair."""
        return Edit(Place(file, self.line, self.column), self.length, self.text)


SLIPS: dict[str, tuple[Sentence, Sentence]] = {
    "E111": (say("a tab stands in the indentation; YAML takes blanks only"), say("replace the tab by two blanks")),
    "E112": (say("a full-width blank (U+3000) stands in the indentation"), say("replace it by two blanks")),
    "E113": (say("a full-width colon stands after the key"), say("write : and a blank")),
    "E114": (say("a blank is missing here"), say("put a blank after : and after -")),
    "E115": (say("full-width punctuation stands where YAML needs its own"), say("write it half-width")),
    "E122": (
        say("this sign doesn't begin a list item or a comment in YAML"),
        say("begin an item with - and a comment with #"),
    ),
}


class Mended(NamedTuple):
    """A text as it was meant, the slips, and for each mended line how its columns moved."""

    text: str
    slips: tuple[Slip, ...]
    shifts: dict[int, list[tuple[int, int]]]

    def original(self, line: int, column: int) -> tuple[int, int]:
        """Return the place in the file of a place in the mended text."""
        moved = 0
        for begin, delta in self.shifts.get(line, ()):
            if column >= begin:
                moved = delta
        return line, max(1, column - moved)

    def place(self, file: str, line: int, column: int) -> Place:
        """Return the place in *file* of a place in the mended text."""
        return Place(file, *self.original(line, column))

    def findings(self, file: str) -> list[Finding]:
        """Return a finding with its repair for each slip, the first fifty of a kind and then a count."""
        gathered = Gathered()
        for slip in self.slips:
            if gathered.is_full(slip.code):
                gathered.count(slip.code)
            else:
                gathered.add(slip.code, Place(file, slip.line, slip.column), *SLIPS[slip.code], slip.edit(file))
        return gathered.all()


def mend(text: str, known: frozenset[str], lists: frozenset[str] = frozenset(), *, eager: bool) -> Mended:
    """Return *text* as it was meant.

    *known* are the keys of the language, *lists* those of them that hold nothing but lists: below one of these a dash
    or bullet of any kind begins an item. With *eager* (after YAML couldn't read it) any word at the place of a key
    counts as one, and full-width signs inside braces are YAML's too.
    """
    if not eager and not any(slip[1] is None or slip[1] in known for slip in _CLUMSY.finditer(text)):
        return Mended(text, (), {})
    lines = text.split("\n")
    slips = list(islice(_slips(lines, known, lists, eager), MAX_SLIPS))
    if not slips:
        return Mended(text, (), {})
    shifts: dict[int, list[tuple[int, int]]] = {}
    for slip in reversed(slips):
        line = lines[slip.line - 1]
        lines[slip.line - 1] = line[: slip.column - 1] + slip.text + line[slip.column - 1 + slip.length :]
    for slip in slips:
        moves = shifts.setdefault(slip.line, [])
        before = moves[-1][1] if moves else 0
        moves.append((slip.column + before + len(slip.text), before + len(slip.text) - slip.length))
    return Mended("\n".join(lines), tuple(slips), shifts)


def _slips(lines: list[str], known: frozenset[str], lists: frozenset[str], eager: bool) -> Iterator[Slip]:
    """Yield the slips of each line that isn't part of a longer text, from left to right."""
    block = -1  # the column a block text (| or >) belongs to, -1 outside of one
    key_column, open_value, lists_open = 0, True, False
    items: list[int] = []  # the columns at which items of open lists begin
    for number, line in enumerate(lines, 1):
        if not line or line.isspace():
            continue
        indent = _INDENT.match(line).group()  # type: ignore[union-attr]
        blanks = len(indent) - len(indent.lstrip(" "))
        width = len(indent) + indent.count("\t") + indent.count("\u3000")
        if block >= 0 and blanks > block:
            continue
        if line.lstrip(" ").startswith("#"):
            continue
        yield from _of_indent(number, indent)
        if block >= 0 and width > block:
            continue
        block = -1
        found = _of_content(number, line, len(indent), known, eager)
        key_at = None if found.key_at is None else found.key_at + width - len(indent)
        begins_item = _begins_item(line, indent)
        if key_at is not None and not open_value and key_at > key_column and not begins_item:
            continue
        while items and items[-1] > width:
            items.pop()
        is_meant = found.is_sure or width in items[-1:] or (lists_open and width >= key_column)
        slips = found.slips if is_meant else []
        yield from slips
        if begins_item and is_meant and width not in items[-1:]:
            items.append(width)
        if eager and "{" in line:
            yield from _of_flow(number, line, slips)
        if key_at is not None:
            key_column, open_value = key_at, _EMPTY_VALUE.match(line, found.rest) is not None
            lists_open = open_value and found.key in lists
        elif begins_item and is_meant:
            open_value = lists_open = False
        if _BLOCK_TEXT.search(line):
            block = key_column if key_at is not None else width
            open_value = lists_open = False


def _begins_item(line: str, indent: str) -> bool:
    """Return whether the content of a line begins with a list item."""
    return _BULLET.match(line, len(indent)) is not None


def _of_indent(number: int, indent: str) -> Iterator[Slip]:
    for run in re.finditer("\t+|\u3000+", indent):
        code = "E111" if run[0][0] == "\t" else "E112"
        yield Slip(number, run.start() + 1, len(run[0]), "  " * len(run[0]), code)


class _Content(NamedTuple):
    """What follows the indentation of a line.

    *key_at* is the column (from 0) of its key, *rest* where its value begins. The slips of bullets that no key follows
    aren't *sure*: they may as well be part of a text.
    """

    slips: list[Slip]
    key_at: int | None
    rest: int
    key: str = ""
    is_sure: bool = True


def _of_content(number: int, line: str, start: int, known: frozenset[str], eager: bool) -> _Content:
    """Return the slips of bullets and key of a line."""
    if line.startswith("＃", start):
        return _Content([Slip(number, start + 1, 1, "#", "E122")], None, start)
    slips: list[Slip] = []
    position = start
    while (bullet := _BULLET.match(line, position)) is not None:
        if bullet[1] or bullet[0] == "-" or not bullet[0].isascii() or "\t" in bullet[0]:
            code = "E122" if bullet[1] else "E114"
            slips.append(Slip(number, position + 1, len(bullet[0]), "- ", code))
        position = bullet.end()
    key = _KEY.match(line, position)
    if key is None or not _is_key(key, line, known, eager=eager):
        plain = key is not None and _is_plain_key(key, line)
        return _Content(slips, position if plain else None, position, is_sure=not slips)
    slips += _of_colon(number, line, key)
    return _Content(slips, position, key.end(), key[2])


def _of_colon(number: int, line: str, key: re.Match[str]) -> Iterator[Slip]:
    """Yield what is wrong between a key and its value."""
    colon = key.start(4)
    follows = line[colon + 1 : colon + 2]
    if key[4] == "：":
        before = len(key[3]) * ("\u3000" in key[3])
        has_blank = line[colon + len(key[5]) + 1 :][:1] in ("", " ")
        yield Slip(number, colon - before + 1, before + 1 + len(key[5]), ":" if has_blank else ": ", "E113")
    elif key[5]:
        yield Slip(number, colon + 2, len(key[5]), " ", "E114")
    elif follows not in ("", " "):
        yield Slip(number, colon + 1, 1, ": ", "E114")


def _is_key(key: re.Match[str], line: str, known: frozenset[str], *, eager: bool) -> bool:
    if key[2] in known or (key[4] == "：" and line.startswith("{", key.end())):
        return True
    return eager and key[4] == "：" and not key[1] and len(key[2]) <= 24 and "，" not in key[2]


def _is_plain_key(key: re.Match[str], line: str) -> bool:
    return key[4] == ":" and line[key.end(4) : key.end(4) + 1] in ("", " ", "\t")


def _of_flow(number: int, line: str, already: list[Slip]) -> Iterator[Slip]:
    """Yield the full-width signs inside braces, after YAML couldn't read them."""
    begin = line.index("{")
    taken = {slip.column for slip in already}
    found = [Slip(number, m.start() + 1, 1, ", ", "E115") for m in _FLOW_COMMA.finditer(line, begin)]
    found += [Slip(number, m.end(), 1, ": ", "E115") for m in _FLOW_COLON.finditer(line, begin)]
    yield from sorted(slip for slip in found if slip.column not in taken)


def apply(text: str, edits: list[Edit]) -> str:
    """Return *text* with every edit made; of two that overlap, the first stands."""
    starts = line_starts(text)
    parts, end = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.place.line, edit.place.column)):
        if edit.place.line > len(starts):
            continue
        begin = starts[edit.place.line - 1] + edit.place.column - 1
        if begin >= end:
            parts += [text[end:begin], edit.text]
            end = begin + edit.length
    return "".join((*parts, text[end:]))
