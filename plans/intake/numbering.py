"""Word's automatic numbering: the 一、(一) 1. ① that stand in no paragraph's text, counted as Word counts them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "零一二三四五六七八九"
_CHINESE = {
    "chineseCounting", "chineseCountingThousand", "chineseLegalSimplified", "ideographDigital", "japaneseCounting",
    "taiwaneseCounting", "taiwaneseCountingThousand", "japaneseDigitalTenThousand", "ideographTraditional",
}  # fmt: skip


def chinese(number: int) -> str:
    """Return 1 to 99 in Chinese numerals, anything else in digits.

    >>> chinese(21)
    '二十一'
    """
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十") + (_DIGITS[ones] if ones else "")


def roman(number: int) -> str:
    """Return the number in Roman numerals."""
    text = ""
    for value, sign in ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
                        (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):  # fmt: skip
        text += sign * (number // value)
        number %= value
    return text


def shown(number: int, style: str) -> str:
    """Return *number* as Word shows it in a numbering *style* (ECMA-376 part 1, 17.18.59)."""
    if style in _CHINESE:
        return chinese(number)
    if style in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A") + (number - 1) % 26)
        return letter if style == "upperLetter" else letter.lower()
    if style in ("upperRoman", "lowerRoman"):
        return roman(number % 4000) if style == "upperRoman" else roman(number % 4000).lower()
    if style in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese"):
        return chr(0x2460 + number - 1) if 0 < number <= 20 else str(number)
    return str(number)


class Numbering:
    """The counters of one document: `label` is asked once a numbered paragraph, in order."""

    def __init__(self, root: Any) -> None:
        """Read word/numbering.xml; *root* is its lxml element, or None where the document has none."""
        self._levels: dict[str, dict[int, tuple[int, str, str]]] = {}
        self._lists: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        if root is None:
            return
        abstract = {a.get(f"{_W}abstractNumId"): _levels_of(a) for a in root.iter(f"{_W}abstractNum")}
        for number in root.iter(f"{_W}num"):
            identity = number.get(f"{_W}numId")
            reference = number.find(f"{_W}abstractNumId")
            base = reference.get(f"{_W}val") if reference is not None else ""
            levels = dict(abstract.get(base, {}))
            for override in number.iter(f"{_W}lvlOverride"):
                start = override.find(f"{_W}startOverride")
                level = _whole(override.get(f"{_W}ilvl"))
                if start is not None and level in levels:
                    levels[level] = (_whole(start.get(f"{_W}val"), 1), *levels[level][1:])
                    base = f"{base}/{identity}"  # an override counts by itself
            self._levels[identity], self._lists[identity] = levels, base

    def label(self, identity: str, level: int) -> str:
        """Return the label of the next paragraph of list *identity* at *level* ("（二）"), "" for bullets."""
        levels = self._levels.get(identity, {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(self._lists[identity], {})
        start, style, text = levels[level]
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        if style in ("bullet", "none"):
            return ""

        def fill(match: re.Match[str]) -> str:
            wanted = int(match[1]) - 1
            first, form, _ = levels.get(wanted, (1, "decimal", ""))
            return shown(counts.get(wanted, first), form)

        return re.sub(r"%(\d)", fill, text)


def _levels_of(abstract: Any) -> Mapping[int, tuple[int, str, str]]:
    """Return level -> (start, style, text) of one abstract numbering."""
    levels = {}
    for level in abstract.iter(f"{_W}lvl"):
        parts = {name: level.find(f"{_W}{name}") for name in ("start", "numFmt", "lvlText")}
        start, style, text = (part.get(f"{_W}val") if part is not None else "" for part in parts.values())
        levels[_whole(level.get(f"{_W}ilvl"))] = (_whole(start, 1), style or "decimal", text or "")
    return levels


def _whole(text: str | None, otherwise: int = 0) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else otherwise
