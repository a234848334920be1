"""What stands in brackets behind a date: the very day it names, the part of it that is meant, or only another word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from plans.expressions.mentions import Mention
from plans.expressions.points import Point

_OPENING = re.compile(r" ?\((?:by |due (?:by |on )?|i\.e\.,? |ending |=)?", re.IGNORECASE)
_EXPECTED = re.compile(
    rf"{_OPENING.pattern}(?:(?:which is|currently|expected|anticipated|planned|scheduled|likely|estimated|to be"
    r"|on|in|for|around|about|预计|计划|拟|暂定|于|在)[ :]*)*",
    re.IGNORECASE,
)
_DUE = re.compile(r"(?<![a-z])(?:by|due)(?![a-z])", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d/-])(?:19|20|21)\d\d(?![\d/-])")
_SPLIT_YEAR = re.compile(r"(?<!\d)(?:20)?\d\d[/-](?:20)?\d\d(?!\d)")
_UNITS = ("day", "week", "xun", "month", "quarter", "half", "year")


def bracketed(mentions: Sequence[Mention], text: str) -> list[Mention]:
    """Return the mentions, each replaced by the plain day in brackets right behind it: 第12周末(5.24)前."""
    kept: list[Mention] = []
    for mention in _without_spanned(mentions, text):
        last = kept[-1] if kept else None
        opening = _EXPECTED if last and last.rule == "event" else _OPENING
        inner = last and opening.fullmatch(text, last.end, mention.begin) and text.startswith(")", mention.end)
        if inner and last and (_dates_event(last, mention, text) or _in_split_year(last, mention, text)):
            kept[-1] = replace(last, end=mention.end)
        elif inner and last and _glosses(last, mention):
            year = mention.point and mention.point.year
            point = last.point and last.point._replace(year=last.point.year or year)
            kept[-1] = replace(last, end=mention.end, point=point, mark=last.mark or "by", weak=False)
        elif inner and last and mention.point and _refines(last, mention):
            outer = last.point or Point("year", _year_in(text[last.begin : last.end]))
            point = mention.point._replace(
                year=mention.point.year or outer.year, month=mention.point.month or outer.month
            )
            mark = last.mark if last.mark in ("ahead", "since") else "by"
            kept[-1] = replace(mention, begin=last.begin, point=point, mark=mark, joined=last.joined, weak=False)
        else:
            kept.append(mention)
    return kept


def _without_spanned(mentions: Sequence[Mention], text: str) -> list[Mention]:
    """Return the mentions without the terms whose first and last day stand in brackets: 三年内（2026—2028年）."""
    kept: list[Mention] = []
    for number, mention in enumerate(mentions):
        left, right = (*mentions[number + 1 : number + 3], mention, mention)[:2]
        spanned = right.joined == "to" and text.startswith(")", right.end)
        if not (mention.rule == "term" and spanned and _OPENING.fullmatch(text, mention.end, left.begin)):
            kept.append(mention)
    return kept


def _dates_event(last: Mention, mention: Mention, text: str) -> bool:
    """Return whether a day in brackets is that of the event a term counts from: 会议（3月5日）后10日内."""
    return last.rule == "event" and mention.mark != "before" and not _DUE.search(text, last.end, mention.begin)


def _year_in(words: str) -> int | None:
    """Return the year that is written in what names no day: Spring 2026 (March)."""
    found = _YEAR.search(words)
    return int(found[0]) if found else None


def _in_split_year(last: Mention, mention: Mention, text: str) -> bool:
    """Return whether a month in brackets lies in one of two years, nobody knows which: Q4 2025/26 (March)."""
    without = mention.point is not None and not (mention.point.year or mention.point.fixed)
    return last.point is None and without and _SPLIT_YEAR.search(text, last.begin, last.end) is not None


def _glosses(last: Mention, mention: Mention) -> bool:
    """Return whether a period in brackets only says what the date ahead of it is: 31 March 2025 (year end)."""
    outer, inner = last.point, mention.point
    if outer is None or inner is None or outer.turn or mention.mark not in ("", "by", "inside"):
        return False
    if inner.fixed:  # 1月底前（春节前）: a holiday outside that month only says why
        return mention.rule == "holiday" and not outer.fixed and inner.fixed[1].month != outer.month
    return _UNITS.index(inner.unit) > _UNITS.index(outer.unit)


def _refines(last: Mention, mention: Mention) -> bool:
    """Return whether what stands in brackets says which part of the period ahead of it is meant: 2025 (June)."""
    outer, inner = last.point, mention.point
    if inner is None or mention.mark not in ("", "by", "before"):
        return False
    if inner.unit == "day" or last.rule in ("term", "event"):
        return True
    if inner.month is None or outer is None:
        return inner.month is not None
    return _UNITS.index(inner.unit) < _UNITS.index(outer.unit) and not outer.fixed
