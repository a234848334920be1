"""Responsibility matrices: units across, tasks down, a sign in each cell, and the legend that explains them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from plans.intake import dates, units
from plans.intake.headers import Header
from plans.intake.words import column_role

_SIGNS = "★☆●○◎▲△■□◆◇√✓✔☑R"
_LETTERS = {"R": "responsible", "A": "lead", "C": "inform", "I": "inform", "S": "support", "L": "lead"}
_WORDS = {
    word: role
    for role, words in {
        "lead": "主 牵 牵头 主办 批准",
        "responsible": "负责 责 √ ✓ ✔ ☑ x X",
        "support": "配 协 配合 协办 参 参与 支持",
        "inform": "咨询 知会 知",
    }.items()
    for word in words.split()
}
_STRONG = ("★", "◎", "●", "▲", "■", "◆")
_WEAK = ("☆", "○", "△", "□", "◇")
_LEGEND = re.compile(
    r"[“\"'（(]?(?P<sign>[★☆●○◎▲△■□◆◇√✓✔☑]|\b[RACISL]\b)[”\"'）)]?\s*(?:为|表示|代表|指|是|[-—–:：=＝])*\s*"
    r"(?P<word>牵头|主办|主责|责任|负责|承办|批准|配合|协办|协助|参与|支持|咨询|知会|[Ll]ead|[Rr]esponsible|"
    r"[Aa]ccountable|[Ss]upport\w*|[Cc]onsulted|[Ii]nformed)"
)
_MEANS = {
    "accountable": "lead",
    "consulted": "inform",
    "informed": "inform",
    "知会": "inform",
    "咨询": "inform",
    "批准": "lead",
    "参与": "support",
    "主责": "lead",
}


def legend(texts: Sequence[str]) -> dict[str, str]:
    """Return sign -> role as the texts around the matrix explain it (★为牵头单位，○为配合单位)."""
    found: dict[str, str] = {}
    for text in texts:
        if len(text) < 200:
            for match in _LEGEND.finditer(text):
                word = match["word"].lower()
                role = _MEANS.get(word) or _WORDS.get(word) or column_role(word)
                if role in ("lead", "responsible", "support", "inform"):
                    found.setdefault(match["sign"], role)
    return found


def matrix_columns(header: Header, bodies: Sequence[Sequence[str]]) -> list[int]:
    """Return the columns that are units of a matrix: every cell a sign, and a label that can be a unit's name."""
    places = []
    for at, body in enumerate(bodies):
        label = header.columns[at].label.split("/")[-1]
        if dates.is_dated(label):
            continue  # a chart of months, with bars instead of words
        nameable = bool(label) and (not header.columns[at].roles or units.is_unit(label)) and len(label) <= 40
        if nameable and body and all(is_sign(text) for text in body):
            places.append(at)
    return places if len(places) >= 2 else []


def is_sign(text: str) -> bool:
    """Return whether a cell holds nothing but signs of a matrix or the bar of a chart."""
    parts = [part for part in re.split(r"[/、,，\s]+", text.strip()) if part]
    return 0 < len(parts) <= 3 and all(part in _WORDS or part in _LETTERS or part in _SIGNS for part in parts)


def meaning(signs: Sequence[str], explained: Mapping[str, str]) -> dict[str, str]:
    """Return sign -> role for all signs of one matrix: the legend first, then letters and words, then by strength."""
    seen = {part for text in signs for part in re.split(r"[/、,，\s]+", text.strip()) if part}
    weak, strong = [sign for sign in _WEAK if sign in seen], [sign for sign in _STRONG if sign in seen]
    roles = {}
    for sign in seen:
        if sign in explained:
            roles[sign] = explained[sign]
        elif sign in _LETTERS:
            roles[sign] = _LETTERS[sign]
        elif sign in _WORDS:
            roles[sign] = _WORDS[sign]
        elif sign in strong:
            roles[sign] = "lead" if sign == strong[0] and (weak or len(strong) > 1) else "responsible"
        else:
            roles[sign] = "support"
    return roles


def read_row(labels: Mapping[int, str], cells: Mapping[int, str], roles: Mapping[str, str]) -> dict[str, list[str]]:
    """Return role -> units of one row; a unit with two signs has the stronger role."""
    order = ("lead", "responsible", "support", "inform")
    found: dict[str, list[str]] = {}
    for at, text in cells.items():
        parts = [part for part in re.split(r"[/、,，\s]+", text.strip()) if part]
        held = sorted((roles[part] for part in parts if part in roles), key=order.index)
        if held:
            found.setdefault(held[0], []).append(labels[at].split("/")[-1])
    return found
