"""A deadline's surroundings, and the places where a text mentions a point of the calendar."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from plans.expressions.points import Point
from plans.model import Reading, Sentence
from plans.workdays import Workdays

DAY = timedelta(days=1)
MOST = 60  # a text that names more days than this is no deadline, and reading it would take long


@dataclass(frozen=True, slots=True)
class Context:
    """What a deadline is read against: the document's day and year, the working days, and what the plan declares.

    `calendars` are the plan's named periods (学期: {第12周: (first, last)}); `above` is the reading of the row above.
    """

    issued: date | None = None
    plan_year: int | None = None
    workdays: Workdays = field(default_factory=Workdays)
    calendars: Mapping[str, Mapping[str, tuple[date, date]]] = field(default_factory=dict, hash=False)
    date_order: str = ""
    fiscal_year: str = ""
    above: Reading | None = field(default=None, hash=False)
    from_number_cell: bool = False
    language: str = ""

    @property
    def year(self) -> int | None:
        """Return the year that deadlines without one belong to."""
        return self.plan_year or (self.issued.year if self.issued else None)


@dataclass(frozen=True, slots=True)
class Mention:
    """A point where a text mentions it, and the words that say what it is for.

    `mark` is one of "" (bare), "by", "before" (strictly before where the point is a period), "ahead" (strictly before
    any point), "since", "after", "inside", "about", "status". `point` is None for a term counted from something that
    isn't the document; `guesses` are then the days a person may choose from.
    """

    begin: int
    end: int
    point: Point | None
    mark: str = ""
    joined: str = ""  # "to" or "and": how it follows the mention before it
    weak: bool = False  # stands in a sentence like a word among words: not a deadline by itself
    time: str = ""
    weekday: int | None = None
    rule: str = ""
    warnings: tuple[Sentence, ...] = ()
    guesses: tuple[date, ...] = ()


def ahead_of(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str] | None:
    """Return what *pattern*, which ends in $, finds right ahead of a place; only the words near it are looked at."""
    return pattern.search(text, max(0, at - 60), at)


LENGTHS = ("term", "event", "length")  # counted from the document, from another event, from nobody knows what


def _counted_like(last: Mention, mention: Mention) -> Mention:
    """Return a term that names nothing it counts from, counted from the event of the term before it.

    收到通知后3日内反馈，30日内整改: both count from the receipt.
    """
    if last.rule != "event" or mention.rule != "term" or mention.point is None or not mention.warnings:
        return mention
    guesses = mention.point.fixed[1:] if mention.point.fixed else ()
    return replace(mention, point=None, mark="", rule="event", warnings=last.warnings, guesses=guesses)


Finder = tuple[re.Pattern[str], Callable[["re.Match[str]", Context], Mention | None]]
Placing = Callable[[Mention, Mention | None], Mention]


def scan(text: str, finders: Sequence[Finder], context: Context, place: Placing) -> list[Mention]:
    """Return what the *finders* find in *text*, leftmost first, then longest, each put in its *place* among the rest.

    A finder searches on only from where its last find was passed, so that the whole takes time in proportion to the
    text; it stops behind the MOST finds that a deadline may have.
    """
    coming = [_next(finder, text, 0, context) for finder in finders]
    found: list[Mention] = []
    at = 0
    while len(found) <= MOST:
        for number, mention in enumerate(coming):
            if mention is not None and mention.begin < at:
                coming[number] = _next(finders[number], text, at, context)
        waiting = [mention for mention in coming if mention is not None]
        if not waiting:
            return found
        first = min(waiting, key=lambda mention: (mention.begin, -mention.end))
        last = found[-1] if found else None
        found.append(place(_counted_like(last, first) if last else first, last))
        at = max(found[-1].end, at + 1)
    return found


def _next(finder: Finder, text: str, at: int, context: Context) -> Mention | None:
    """Return the first mention a finder makes of *text* from *at* on."""
    pattern, handle = finder
    return next((mention for hit in pattern.finditer(text, at) if (mention := handle(hit, context))), None)
