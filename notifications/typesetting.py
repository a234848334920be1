"""Type setting: how wide a text is in a terminal, where it may be cut, and how it is broken into lines."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, chain
from unicodedata import category, east_asian_width

LINE = 76  # columns of a letter's text part
_CONTROL = "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+"
_JOINER, _REGIONAL = "\u200d", range(0x1F1E6, 0x1F200)
_NO_START = frozenset("，。、；：？！）〕】》〉”’％…—·,.;:?!)]}%")  # 避头: never at the start of a line
_NO_END = frozenset("（〔【《〈“‘([{")  # 避尾: never at its end


def plain(text: str) -> str:
    """Return *text* on one line: each run of control characters, NEL, LS, PS and lone surrogates becomes one space."""
    if text.isprintable():
        return text
    import re  # half the start of a listing, whose texts rarely need it

    return re.sub(_CONTROL, " ", text)


class _Columns(dict[str, int]):
    """The columns of each character met so far."""

    def __missing__(self, character: str) -> int:
        combining = category(character) in {"Mn", "Me", "Cf"}
        self[character] = columns = 0 if combining else 2 if east_asian_width(character) in "WF" else 1
        return columns


_COLUMNS = _Columns()


def width(text: str) -> int:
    """Return how many columns *text* takes: two for a wide character, none for a combining one."""
    return len(text) if text.isascii() else sum(map(_COLUMNS.__getitem__, text))


def graphemes(text: str) -> list[str]:
    """Return the characters of *text* as a reader counts them.

    Combining marks, variation selectors, skin tones, joined emoji and flags stay whole (UAX #29, without Hangul jamo).
    """
    clusters: list[str] = []
    for character in text:
        before = clusters[-1] if clusters else ""
        extends = (
            category(character).startswith("M") or character == _JOINER or "\U0001f3fb" <= character <= "\U0001f3ff"
        )
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
    lines, indent, start, length = [], first, 0, len(text)
    while start < length:
        ends = list(accumulate(map(_COLUMNS.__getitem__, text[start : start + columns + 1])))
        end = start + bisect_right(ends, columns - width(indent))
        if end < length:
            end = _break(text, start, end)
        lines.append(indent + text[start:end].rstrip(" "))
        indent, start = rest, end + (text[end : end + 1] == " ")
    return "\n".join(lines)


def _break(text: str, start: int, end: int) -> int:
    """Return the last place up to *end* where the line may be broken, or the first one after it."""
    places = chain(range(end, start, -1), range(end + 1, len(text)))
    return next((at for at in places if _may_part(text[at - 1], text[at])), len(text))


def _may_part(before: str, after: str) -> bool:
    if after in _NO_START or before in _NO_END or _COLUMNS[after] == 0 or before == _JOINER:
        return False
    return " " in (before, after) or not (_western(before) and _western(after))


def _western(character: str) -> bool:
    return character < "\u0530"
