"""Fiscal years in English and their parts (FY25, Q2 2024/25, EOFY): only a plan can say when one begins."""

from __future__ import annotations

import re
from datetime import date

from plans.expressions.mentions import DAY, Context, Finder, Mention
from plans.expressions.points import Point, add_months
from plans.expressions.points_en import ORDINALS, found_at
from plans.model import say

_SPELT = "first|second|third|fourth|last|final"
_PIECE = (
    rf"(?:(?:q(?:uarter )?(?P<q>[1-4])|(?P<q2>{_SPELT}|[1-4](?:st|nd|rd|th)) quarter|h(?P<h>[12])"
    rf"|(?P<h2>{_SPELT}|1st|2nd) half)[ ,/(-]*(?:of )?(?:the )?)?"
)
_WRITTEN = r"20\d\d/\d\d(?!\d|/\d)|20\d\d-(?:1[3-9]|[2-9]\d)(?![\d-])"
_FISCAL = re.compile(
    rf"(?:(?:the )?(?<![a-z])(?P<end>end|close|start|beginning|mid(?:dle)?|early|late)(?: of"
    rf"| in)?[ -](?:the )?)?{_PIECE}(?:"
    rf"(?P<word>(?:(?P<next>next|following)|this|current|the|our) )?(?:fy|fiscal(?: year)?|financial year)(?![a-z])"
    rf"(?: year)?[ -]?“?(?:of )?(?P<y>{_WRITTEN}|\d{{4}}(?:[/-]\d{{2,4}})?|\d\d(?:[/-]\d\d)?)?(?!\d)"
    rf"|(?<![\d/.-])(?P<y2>{_WRITTEN}|(?<=[\w ] )\d\d/\d\d(?![\d/]))(?: (?:financial|fiscal) year)?)"
    r"(?:[ ,-]*q(?P<q3>[1-4])(?!\d))?"
    r"|(?P<short>eofy)(?![a-z])(?:[ -]?(?P<y3>\d{4}|\d\d)(?!\d))?",
    re.IGNORECASE,
)


def _fiscal(hit: re.Match[str], context: Context) -> Mention | None:
    """Return a fiscal year or its quarter, if the plan says when fiscal years begin; they are named by their end."""
    if hit["y2"] and not _is_fiscal(hit):
        return _whole_years(hit)
    written = hit["y"] or hit["y2"] or hit["y3"]
    months, number = _piece(hit)
    ends = _ending(written) if written else 0
    if not context.fiscal_year or not (written or context.issued):
        why = say("The plan doesn't say when the fiscal year begins.")
        guesses = () if months < 12 or not 1900 <= ends <= 2150 else (
            date(ends, 9, 30), date(ends, 12, 31), date(ends, 3, 31)
        )  # fmt: skip
        return found_at(hit, None, rule="fiscal year", warnings=(why,), guesses=guesses)
    begins = _begins(context, ends) if written else _current(context, later=1 if hit["next"] else 0)
    first = add_months(begins, months * (number - 1))
    last = add_months(first, months) - DAY
    unit = {3: "quarter", 6: "half", 12: "year"}[months]
    word = (hit["end"] or "").lower()
    if word and word not in ("end", "close", "late"):
        why = say("The beginning of such a long period is no day.")
        return found_at(hit, None, rule="fiscal year", warnings=(why,), guesses=(last, first))
    part = "end" if word or hit["short"] else ""
    return found_at(hit, Point(unit, fixed=(first, last), part=part), rule="fiscal year")  # type: ignore[arg-type]


def _is_fiscal(hit: re.Match[str]) -> bool:
    """Return whether 2024/25 is a fiscal year, and not a month (2022/12) or several whole years (2023-27)."""
    first, last = _years(hit)
    piece = any(hit[name] for name in ("q", "q2", "q3", "h", "h2"))
    if first < 100:
        return piece and last == first + 1
    return not _is_month(hit) and (piece or last - first % 100 <= 1)


def _is_month(hit: re.Match[str]) -> bool:
    """Return whether 2022/12 is meant as a month; before 2012 it could be two years in a row."""
    first, last = _years(hit)
    return "/" in hit["y2"] and 1 <= last <= 12 <= first - 2000


def _years(hit: re.Match[str]) -> tuple[int, int]:
    """Return the two numbers of 2024/25 as written."""
    first, last = hit["y2"].replace("/", "-").split("-")
    return int(first), int(last)


def _whole_years(hit: re.Match[str]) -> Mention | None:
    """Return the span of years that 2023-27 is; None for what isn't one."""
    first, last = _years(hit)
    if first < 100 or _is_month(hit):
        return None
    point = Point("year", fixed=(date(first, 1, 1), date(first - first % 100 + last, 12, 31)))
    return found_at(hit, point, mark="inside", rule="span")


def _piece(hit: re.Match[str]) -> tuple[int, int]:
    """Return how many months the part of a year has that is named, and which part it is, from 1."""
    quarter, half = hit["q"] or hit["q2"] or hit["q3"], hit["h"] or hit["h2"]
    word = (quarter or half or "1").lower()
    number = int(word[0]) if word[0].isdigit() else ORDINALS[word]
    return (3, number) if quarter else (6, min(number, 2)) if half else (12, 1)


def _ending(written: str) -> int:
    """Return the year in which a fiscal year ends: 25, 2025, 2024/25."""
    last = re.split(r"[/-]", written)[-1]
    return int(last) if len(last) == 4 else 2000 + int(last)


def _begins(context: Context, ends: int) -> date:
    """Return the first day of the fiscal year that ends in the year *ends*."""
    month, day = (int(number) for number in context.fiscal_year.split("-"))
    return date(ends - (0 if (month, day) == (1, 1) else 1), month, day)


def _current(context: Context, later: int) -> date:
    """Return the first day of the fiscal year of the day of issue, or of one *later*."""
    day = context.issued or date(context.year or 1, 1, 1)
    begins = _begins(context, day.year)
    following = add_months(begins, 12)
    return add_months(following if day >= following else begins, 12 * later)


FINDERS: tuple[Finder, ...] = ((_FISCAL, _fiscal),)
