"""How often, in English: quarterly, every six months, once a fortnight, twice a year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from plans.cadence import WORKED, repeat
from plans.expressions.mentions import ahead_of
from plans.expressions.points_en import MONTH
from plans.model import Sentence, say

_UNIT = (
    r"(?:(?:calendar|financial|fiscal|academic|school|council|municipal) )?"
    r"(?P<unit>working day|business day|weekday|day|week|fortnight|month|quarter|half[- ]?year"
    r"|semester|term|year|annum)s?"
)
_EVERY = re.compile(
    rf"(?<![a-z])(?:once (?:every|per|a|an|each|in every)|every|each|per|at least (?:every|once a)"
    rf"|a)[ -](?:(?P<n>\d{{1,3}}(?:nd|rd|th)?|other|second|third|alternate|half)[ -]?)?{_UNIT}(?![a-z])",
    re.IGNORECASE,
)
_WORDS: tuple[tuple[re.Pattern[str], str, int, bool], ...] = tuple(
    (re.compile(rf"(?<![a-z])(?:{words})(?![a-z])", re.IGNORECASE), unit, interval, unsure)
    for words, unit, interval, unsure in (
        (
            "semi[- ]?annual(?:ly)?|half[- ]yearly|six[- ]monthly|6[- ]monthly|twice (?:a|per|each|every) year"
            "|twice yearly|twice annually",
            "half",
            1,
            False,
        ),
        ("half[- ]termly|(?:each|every) half[- ]term", "month", 2, True),
        ("termly", "month", 4, True),
        ("bi[- ]?annual(?:ly)?", "half", 1, True),
        ("bi[- ]?ennial(?:ly)?", "year", 2, False),
        ("tri[- ]?ennial(?:ly)?", "year", 3, False),
        ("bi[- ]?monthly", "month", 2, True),
        ("bi[- ]?weekly", "week", 2, True),
        ("fortnightly", "week", 2, False),
        ("daily", "day", 1, False),
        ("weekly", "week", 1, False),
        ("3[- ]monthly|three[- ]monthly|quarterly", "quarter", 1, False),
        ("monthly", "month", 1, False),
        ("(?<!tri[ -])annual(?:ly)?|yearly|p\\.a\\.", "year", 1, False),
        (rf"(?:each|every)(?= (?:the )?(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?)?{MONTH})", "year", 1, False),
    )
)
_UNITS = {
    "working day": "workday", "business day": "workday", "weekday": "workday",
    "half year": "half", "half-year": "half", "halfyear": "half",
    "semester": "half", "term": "term", "annum": "year", "fortnight": "fortnight",
}  # fmt: skip
_ONE_OF_THEM = re.compile(r"(?<![a-z])(?:next|upcoming|forthcoming|coming|last|previous|latest) $", re.IGNORECASE)
_TIMES = re.compile(r"(?P<n>\d{1,2}) (?:[a-z]+ ){0,3}?$", re.IGNORECASE)
_ADVERB = re.compile(
    r"annually|yearly|(?:every|each|per|a) (?:calendar )?year|semi-?annually|twice a year|per annum"
    r"|each$|every$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Repeat:
    """A cadence as found: where it stands, its rule, and what was assumed."""

    begin: int
    end: int
    rrule: str
    rule: str = "each"
    warnings: tuple[Sentence, ...] = ()


def _every(hit: re.Match[str], text: str) -> Repeat | None:
    """Return the cadence of one every, each or per."""
    unit, interval = hit["unit"].lower(), 1
    if hit[0].lower().startswith("a ") and not ahead_of(_TIMES, text, hit.start()):
        return None
    if hit["n"]:
        words = {"other": 2, "second": 2, "alternate": 2, "third": 3}
        if hit["n"].lower() == "half":
            return Repeat(hit.start(), hit.end(), repeat("half")) if unit == "year" else None
        interval = words.get(hit["n"].lower()) or int(hit["n"].rstrip("ndrth"))
    unit = _UNITS.get(unit, unit)
    warnings: tuple[Sentence, ...] = ()
    if unit == "fortnight":
        unit, interval = "week", 2 * interval
    if unit == "workday":
        return Repeat(hit.start(), hit.end(), repeat("day", more=f"BYDAY={WORKED}"))
    if unit == "term":
        unit, warnings = "month", (say("A school term is taken as four months."),)
        interval *= 4
    times = ahead_of(_TIMES, text, hit.start()) if interval == 1 else None
    length = {"year": 12, "half": 6, "quarter": 3}.get(unit)
    if times and int(times["n"]) > 1 and not hit[0].lower().startswith(("once", "at least")):
        if length and length % int(times["n"]) == 0:
            unit, interval = "month", length // int(times["n"])
        warnings = (say("Several times a period without days; they are spread evenly."),)
    return Repeat(hit.start(), hit.end(), repeat(unit, max(1, interval)), "each", warnings)


def intervals(text: str) -> list[Repeat]:
    """Return the cadences that *text* names in so many words; one alone where it names the months of each year."""
    plain = [made for hit in _EVERY.finditer(text) if (made := _every(hit, text))][:1]
    for pattern, unit, interval, unsure in _WORDS:
        if word := next((hit for hit in pattern.finditer(text) if not ahead_of(_ONE_OF_THEM, text, hit.start())), None):
            if word[0].lower() in ("each", "every"):  # with a month behind it, it says more than annual before it
                return [Repeat(word.start(), word.end(), repeat(unit, interval))]
            why = (say("The word has two meanings; the more frequent one is taken."),) if unsure else ()
            plain.append(Repeat(word.start(), word.end(), repeat(unit, interval), "each", why))
    return plain


@lru_cache(maxsize=16)
def comes_again(text: str) -> bool:
    """Return whether *text* has a word for how often: monthly, termly, each May."""
    return any(pattern.search(text) for pattern, *_ in _WORDS)


def weeks_apart(text: str) -> int:
    """Return how many weeks a text says lie between two turns, 1 where it says nothing."""
    rules = [made.rrule for hit in _EVERY.finditer(text) if (made := _every(hit, text))]
    rules += [repeat(unit, interval) for pattern, unit, interval, _ in _WORDS if pattern.search(text)]
    apart = [re.fullmatch(r"FREQ=WEEKLY;INTERVAL=(\d+)", rule) for rule in rules]
    return max((int(found[1]) for found in apart if found), default=1)


def is_yearly(words: str) -> bool:
    """Return whether the *words* of a cadence say that it comes with the year, so that a day beside it is its own."""
    return bool(_ADVERB.search(words))
