"""Type setting: how wide a text is in a terminal, where it may be cut, and how it is broken into lines."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import category, east_asian_width

LINE = 76  # columns of a letter's text part
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_JOINER, _REGIONAL = "\u200d", range(0x1F1E6, 0x1F200)
_NO_START = frozenset("，。、；：？！）〕】》〉”’％…—·,.;:?!)]}%")  # 避头: never at the start of a line
_NO_END = frozenset("（〔【《〈“‘([{")  # 避尾: never at its end
_UNIT = re.compile(r"[\x21-\x7e\u00a1-\u02ff\u0370-\u052f]+|.", re.DOTALL)  # a Western word, or one character


def plain(text: str) -> str:
    """Return *text* on one line: each run of control characters, NEL, LS, PS and lone surrogates becomes one space."""
    return _CONTROL.sub(" ", text)


@lru_cache(maxsize=4096)
def _columns(character: str) -> int:
    if category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def width(text: str) -> int:
    """Return how many columns *text* takes: two for a wide character, none for a combining one."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def graphemes(text: str) -> list[str]:
    """Return the characters of *text* as a reader counts them.

    Combining marks, variation selectors, skin tones, joined emoji and flags stay whole (UAX #29, without Hangul jamo).
    """
    clusters: list[str] = []
    for character in text:
        before = clusters[-1] if clusters else ""
        extends = category(character).startswith("M") or character == _JOINER or "\U0001f3fb" <= character <= "\U0001f3ff"
        flag = ord(character) in _REGIONAL and len(before) == 1 and ord(before) in _REGIONAL
        if before and (extends or flag or before.endswith(_JOINER)):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def cut(text: str, columns: int) -> str:
    """Return *text* if it fits into *columns*, else its beginning up to a whole grapheme and an ellipsis."""
    if width(text) <= columns:
        return text
    kept, room = "", columns - 1
    for cluster in graphemes(text):
        room -= width(cluster)
        if room < 0:
            break
        kept += cluster
    return kept.rstrip() + "…"


def wrap(text: str, first: str = "", rest: str = "", columns: int = LINE) -> str:
    """Return *text* broken into lines of *columns*, the first indented by *first*, the others by *rest*.

    Western words stay whole, Chinese breaks anywhere but before closing and after opening punctuation.
    An address longer than a line is left alone, so that it can be followed.
    """
    if 2 * len(text) + width(first) <= columns:
        return first + text
    lines, line, used = [], first, width(first)
    empty = True
    for unit in _units(text):
        size = width(unit)
        if used + size > columns and not empty:
            lines.append(line.rstrip(" "))
            line, used, empty = rest, width(rest), True
        if not (empty and unit == " "):
            line, used, empty = line + unit, used + size, False
    return "\n".join([*lines, line.rstrip(" ")])


def _units(text: str) -> list[str]:
    """Return the pieces of *text* that no line break may part."""
    units: list[str] = []
    for piece in _UNIT.findall(text):
        glued = units and (piece[0] in _NO_START or units[-1][-1] in _NO_END or _columns(piece[0]) == 0)
        if glued and units[-1] != " ":
            units[-1] += piece
        else:
            units.append(piece)
    return units
