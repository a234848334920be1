"""The points of the calendar an English text can name: 25 May 2018, end of July, Q3 2024, mid-May, next Friday."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from plans.expressions.mentions import Context, Finder, Mention, ahead_of
from plans.expressions.points import Point, days_of, month_end
from plans.model import say

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ORDINALS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "last": 4,
    "final": 4,
}

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
WEEKDAY = r"(?:mon|tues?|weds?|wednes|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?(?![a-z])\.?"
_YEAR = r"(?:(?:19|20|21)\d\d(?!\d)|“\d\d(?!\d))"
FULL_YEAR = r"(?:19|20|21)\d\d(?!\d)"
_PART = (
    r"(?:(?<![a-z])(?P<part>(?:the )?(?:very )?(?:beginning(?= of)|(?<=by )beginning|start(?= of|-)|(?<=by )start"
    r"|(?<=the )start"
    r"|early part|early"
    r"|mid(?:dle)?(?:[- ]+to[- ]+late)?|late|end|close|first half|second half|last day)"
    r"(?:[- ]+(?:of|in))?(?: the)?(?: month of)?[- ]*))?"
)
WEEK_OF = r"(?P<week>(?:(?:the )?end of (?:the )?)?(?:week (?:commencing|beginning|starting|of))(?: the)?:? )?"
NAMED = rf"(?:(?P<weekday>{WEEKDAY}),? ?(?:the )?)?"

_DAY_MONTH = re.compile(
    rf"{WEEK_OF}{NAMED}(?:the )?(?<![\d./])(?<!\d-)(?P<d>\d{{1,2}})(?:st|nd|rd"
    rf"|th)?(?: day)?[ -]?(?:of )?(?P<m>{MONTH})(?:,? ?-?(?P<y>{_YEAR}|(?<=-)\d\d(?!\d|st|nd|rd|th)(?! ?{MONTH})))?",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"{WEEK_OF}{NAMED}(?<![a-z])(?P<m>{MONTH}) ?(?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d/%]"
    rf"|-\d)(?:,? ?(?:in |of )?(?P<y>{_YEAR}))?",
    re.IGNORECASE,
)
_LEADING = re.compile(r"(?<![a-z])(?:by|in|before|until|till|from|since|to|through|and|during|-|/|,) ?$", re.IGNORECASE)
_AHEAD_OF_MONTH = re.compile(  # what may stand ahead of a month and its year as well as of a day
    rf"[ (]*(?:(?:by|due|target|before|until|from|in|during|no later than|for|start(?:ing)?|expected"
    rf"|est(?:imated)?|planned)[ :]+)*(?:{MONTH} ?[/&-] ?)?",
    re.IGNORECASE,
)
_MONTH_DASH = re.compile(rf"(?<![a-z\d-])(?P<m>{MONTH})-(?P<d>\d\d)(?![\d-])", re.IGNORECASE)
_MONTH_PAIR = re.compile(
    rf"(?<![a-z\d])(?P<m>{MONTH}) (?P<a>[1-3]\d) ?(?:-|to|until|through) ?(?P<m2>{MONTH}) (?P<b>[1-3]\d)"
    rf"(?![\d/:]|,? ?{_YEAR})",
    re.IGNORECASE,
)
_MONTH_ONLY = re.compile(
    rf"{_PART}(?<![a-z])(?P<m>{MONTH})(?(part)(?! ?\d{{1,2}}(?:st|nd|rd"
    rf"|th)?(?![\d:/])))(?: quarter)?(?:,?[ -]?(?:of )?(?P<y>{_YEAR}))?",
    re.IGNORECASE,
)
_PART_OF_YEAR = re.compile(  # a part is one of a month, so that the number behind the month is no day of it
    rf"{_PART}(?(part)|(?!))(?P<m>{MONTH})[ -]?(?P<y>\d\d)(?!\d|st|nd|rd|th|[:/.-]\d|,? ?{_YEAR})", re.IGNORECASE
)
_YEAR_OF = (
    rf"(?:[ ,/-]*(?:of |in )?(?:the )?(?:(?:calendar|current) )?(?:year |cy ?)?(?P<y>{_YEAR}"
    rf"|(?:(?<=[qh][1-4][ /-])|(?<=[1-4][qh])|(?<=[1-4][qh] )|(?<=cy)|(?<=cy ))\d\d(?![\d/:.-]| ?{MONTH})"
    r"|this year|next year|(?<=of the )year))?"
)
_QUARTER = re.compile(
    rf"{_PART}(?<![a-z\d])(?:(?:cy ?)?(?P<before>{FULL_YEAR})(?: ?-? ?|, ?))?(?:(?:eo)?q(?:uarter ?)?(?P<q>[1-4])"
    rf"|(?P<q2>[1-4])q|(?P<word>first"
    rf"|second|third|fourth|last|final|1st|2nd|3rd|4th) quarter)(?![a-z])(?(before)|{_YEAR_OF})",
    re.IGNORECASE,
)
_HALF = re.compile(
    rf"(?:(?:the )?(?:end|close) of (?:the )?)?(?<![a-z\d])(?:(?P<before>{FULL_YEAR})[ -]?)?(?:h(?P<h>[12])"
    rf"|(?P<h2>[12])h|(?P<word>first|second|1st|2nd) half)(?![a-z])(?(before)|{_YEAR_OF})",
    re.IGNORECASE,
)
_YEAR_END = re.compile(
    rf"(?:the )?(?<![a-z])(?P<part>end|close|mid(?:dle)?|early|late|beginning|start(?! in))(?: of"
    rf"| in)?[- ]*(?:the |this "
    rf"|current |calendar |(?P<next>next )){{0,4}}(?:year(?:[ -](?P<y>{FULL_YEAR}))?(?!s| ?\d)"
    rf"|(?:cy ?)?(?P<y2>{_YEAR}(?![-/]\d)|(?<=cy)\d\d(?!\d)))"
    rf"|(?:(?P<y3>{FULL_YEAR}) )?(?:calendar )?year[ -]?end(?:[ ,]*(?P<y4>{FULL_YEAR}))?"
    r"(?!,? (?:fy ?)?20\d\d[/-]\d)(?![/-]\d)"
    rf"|eoy(?:[ ,]*(?P<y5>{FULL_YEAR}))?(?![a-z])"
    rf"|mid[ -]?(?P<mid>year)(?:[ ,]*(?P<y6>{FULL_YEAR}))?",
    re.IGNORECASE,
)
_BARE_YEAR = re.compile(
    rf"(?<![\d/.#$£€-])(?:(?:cy|calendar year|the year) ?)?(?P<y>{FULL_YEAR})(?: calendar year)?(?![\d/.,]\d|[-%])"
    r"|(?<![a-z])(?P<word>this|next)(?: calendar)? year|(?<![a-z])cy ?(?P<short>\d\d)(?!\d)"
    r"|(?<=within )(?P<whole>the (?:current |calendar )?year)(?![ -]end)",
    re.IGNORECASE,
)
_YEARS = re.compile(rf"(?<![\d/.#$£€-])(?P<y>{FULL_YEAR}) ?- ?(?P<y2>{FULL_YEAR})(?![\d/%-])")
_SEASON = re.compile(
    rf"(?:(?P<which>this|next|in|by|early|late|mid|end of|the)[ -]){{0,4}}(?P<s>spring|summer|autumn|fall"
    rf"|winter)(?:[ ,]*(?:of |term |semester )?(?P<y>{FULL_YEAR}))?(?![a-z])",
    re.IGNORECASE,
)
_FEAST = re.compile(
    r"(?:(?:(?:the )?(?:start|end|beginning|middle) of |mid[- ])?(?:the )?"
    rf"(?:term|semester|trimester)s? \d(?:(?:, ?| of | ?){FULL_YEAR})?"
    rf"|(?:(?:{MONTH}|spring|summer|early may) )?bank holiday|boxing day"
    rf"|(?:good|easter|whit|palm|ash|shrove|maundy|holy|remembrance|mothering) {WEEKDAY}"
    r"|christmas|xmas|easter|thanksgiving|ramadan|lent|new year“?s?(?: day| eve)?|labou?r day"
    r"|memorial day)(?![a-z])|(?:the )?(?:start|end|beginning) of (?:the )?(?:\w+ )?(?:term|semester"
    r"|school year|academic year|season)|(?:week|wk) \d{1,2}(?!\d)"
    r"|(?<![a-z])(?:year|yr) \d(?!\d)(?:[ ,:/-]*q(?:uarter )?[1-4](?!\d|,? ?20\d\d))?(?!\d)"
    r"|(?<![a-z])y[1-9][ ,:/-]*q[1-4](?!\d)"
    r"|(?<![a-z])[as]y ?(?:20)?\d\d(?:[-/](?:20)?\d\d)?(?:[ ,:-]*q(?:uarter )?[1-4])?(?!\d)"
    rf"|(?:(?:start|end|beginning) of (?:the )?)?"
    rf"(?:{MONTH} )?half[- ]?term(?![a-z])|{MONTH} (?:break|recess|holidays?)(?![a-z])",
    re.IGNORECASE,
)


def month_number(name: str) -> int:
    """Return 1 to 12 for an English month name or its abbreviation."""
    return _NAMES.index(name[:3].lower()) + 1


def weekday_number(name: str) -> int:
    """Return 0 (Monday) to 6 for an English day of the week or its abbreviation."""
    return _WEEKDAYS.index(name[:3].lower())


def year_of(written: str | None, context: Context) -> int | None:
    """Return the year that is written, with four digits, two, or as this or next year."""
    if not written:
        return None
    word = written.lower()
    if word in ("this year", "year", "next year"):
        return context.year + (word == "next year") if context.year else None
    digits = written.strip("“")
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def found_at(hit: re.Match[str], point: Point | None, **more: object) -> Mention:
    """Return a mention of *point* where the match stands."""
    return replace(Mention(hit.start(), hit.end(), point), **more)  # type: ignore[arg-type]


def _day_month(hit: re.Match[str], context: Context) -> Mention | None:
    """Return a day of a named month, or the week that begins on it."""
    if hit.re is _MONTH_DAY and not (hit["y"] or hit["weekday"] or hit["week"]) and _day_or_year(hit, context):
        return _month_dash(hit, context)
    unit = "week" if hit["week"] else "day"
    point = Point(unit, year_of(hit["y"], context), month_number(hit["m"]), int(hit["d"]))  # type: ignore[arg-type]
    weekday = weekday_number(hit["weekday"]) if hit["weekday"] else None
    warnings = (say("A week is taken to end on Sunday."),) if hit["week"] else ()
    return found_at(hit, point, weekday=weekday, warnings=warnings)


def _month_dash(hit: re.Match[str], context: Context) -> Mention:
    """Return nothing certain for Sep-25: a month and a year, or a day."""
    month, number = month_number(hit["m"]), int(hit["d"])
    days = days_of(Point("day", context.year, month, number), 0, 0) if context.year else None
    guesses = [month_end(2000 + number, month)] + ([days.due] if days else [])
    why = say("It can be a month of a year, or a day.")
    return found_at(hit, None, guesses=tuple(guesses), warnings=(why,), rule="ambiguous")


def _day_or_year(hit: re.Match[str], context: Context) -> bool:
    """Return whether the number behind a month that stands alone can as well be its year: Jan 23 in a plan of 2022."""
    alone = _AHEAD_OF_MONTH.fullmatch(hit.string, 0, hit.start()) and not hit.string[hit.end() :].strip(" .)")
    bare = len(hit["d"]) == 2 and hit[0].endswith(hit["d"])
    return bool(alone) and bare and context.year is not None and 2000 + int(hit["d"]) - context.year in (0, 1)


def _month_pair(hit: re.Match[str], context: Context) -> Mention | None:
    """Return nothing certain for Sept 23 - July 24, where the numbers may be years about now as well as days."""
    year, (first, last) = context.year, (int(hit["a"]), int(hit["b"]))
    months = month_number(hit["m"]), month_number(hit["m2"])
    if (
        not year
        or abs(2000 + first - year) > 1
        or not first <= last <= first + 9
        or (first, months[0]) >= (last, months[1])
    ):
        return None
    day = days_of(Point("day", year + (months[1] < months[0]), months[1], last), 0, 0)
    guesses = (month_end(2000 + last, months[1]), *([day.due] if day else []))
    why = say("The numbers can be years or days.")
    return found_at(hit, None, guesses=guesses, warnings=(why,), rule="ambiguous")


def _month_only(hit: re.Match[str], context: Context) -> Mention | None:
    """Return a month or the part of it that is named; a small may or march without anything else is a verb."""
    verb = hit["m"] in ("may", "march", "mar", "dec", "sep") and not hit["y"] and not hit["part"]
    if verb and hit[0] != hit.string and not ahead_of(_LEADING, hit.string, hit.start()):
        return None
    point = Point("month", year_of(hit["y"], context), month_number(hit["m"]))
    part = (hit["part"] or "").lower()
    if not part:
        return found_at(hit, point)
    if "late" in part or "end" in part or "close" in part or "second half" in part or "last" in part:
        return found_at(hit, point._replace(part="end"))
    if "first half" in part:
        return found_at(hit, point._replace(part="mid"))
    if "mid" in part:
        why = say("The middle of a month is taken to end on the 20th.")
        return found_at(hit, point._replace(unit="xun", day=2), warnings=(why,))
    return found_at(hit, point._replace(unit="xun", day=1))


def _part_of_year(hit: re.Match[str], context: Context) -> Mention | None:
    """Return the part of a month with a year of two digits, if that is a year about the plan's: end Dec 25."""
    near = context.year is None or abs(2000 + int(hit["y"]) - context.year) <= 5
    return _month_only(hit, context) if near else None


def _quarter(hit: re.Match[str], context: Context) -> Mention:
    """Return a quarter."""
    number = int(hit["q"] or hit["q2"] or ORDINALS[hit["word"].lower()])
    part = (hit["part"] or "").lower()
    year = year_of(hit["before"] or hit["y"], context)
    named = "start" if re.search(r"early|begin|start", part) else "mid" if "mid" in part else "end" if part else ""
    return found_at(hit, Point("quarter", year, number * 3 - 2, part=named))


def _half(hit: re.Match[str], context: Context) -> Mention:
    """Return a half-year."""
    number = int(hit["h"] or hit["h2"] or ORDINALS[hit["word"].lower()])
    part = "end" if re.match(r"(?:the )?(?:end|close)", hit[0], re.IGNORECASE) else ""
    return found_at(hit, Point("half", year_of(hit["before"] or hit["y"], context), number * 6 - 5, part=part))


def _year_end(hit: re.Match[str], context: Context) -> Mention | None:
    """Return the end or the middle of a year."""
    year = year_of(next((hit[f"y{n}"] for n in ("", 2, 3, 4, 5, 6) if hit[f"y{n}"]), None), context)
    if hit["next"] and context.year:
        year = context.year + 1
    part = (hit["part"] or ("mid" if hit["mid"] else "end")).lower()
    if part.startswith("mid"):
        return found_at(hit, Point("year", year, part="mid"))
    if part in ("end", "close"):
        return found_at(hit, Point("year", year, part="end"))
    at = year or context.year
    day = at and date(at, 12 if part == "late" else 3, 31)
    why = say("It names no day: early or late in a year can be any of several months.")
    return found_at(hit, None, guesses=(day,) if day else (), warnings=(why,), rule="part of a year")


def _bare_year(hit: re.Match[str], context: Context) -> Mention | None:
    """Return a year that stands alone."""
    return found_at(hit, Point("year", year_of(hit["y"] or hit["short"] or f"{hit['word'] or 'this'} year", context)))


def _years(hit: re.Match[str], _context: Context) -> Mention | None:
    """Return a span of whole years: 2023-2027."""
    first, last = int(hit["y"]), int(hit["y2"])
    point = Point("year", fixed=(date(first, 1, 1), date(last, 12, 31)))
    return found_at(hit, point, mark="inside", rule="span") if first < last else None


def _season(hit: re.Match[str], context: Context) -> Mention | None:
    """Return nothing certain for a season, with the ends it can have."""
    if hit["s"].lower() in ("fall", "spring") and not (hit["which"] or hit["y"]) and hit[0] != hit.string:
        return None
    year = year_of(hit["y"], context) or context.year
    ends = {"spring": (5, 6), "summer": (8, 9), "autumn": (11, 12), "fall": (11, 12), "winter": (2, 3)}[
        hit["s"].lower()
    ]
    if hit["s"].lower() == "winter" and year:
        year += 1
    guesses = (month_end(year, ends[0]), date(year, ends[1], 21)) if year else ()
    return found_at(hit, None, guesses=guesses, warnings=(say("A season has no last day."),), rule="season")


def _unknown(hit: re.Match[str], _context: Context) -> Mention:
    """Return a mention no day is known of."""
    return found_at(hit, None, rule="calendar", warnings=(say("This needs a calendar that the plan doesn't name."),))


FINDERS: tuple[Finder, ...] = (
    (_DAY_MONTH, _day_month),
    (_MONTH_DAY, _day_month),
    (_MONTH_DASH, _month_dash),
    (_MONTH_PAIR, _month_pair),
    (_PART_OF_YEAR, _part_of_year),
    (_QUARTER, _quarter),
    (_HALF, _half),
    (_MONTH_ONLY, _month_only),
    (_YEAR_END, _year_end),
    (_SEASON, _season),
    (_FEAST, _unknown),
    (_YEARS, _years),
    (_BARE_YEAR, _bare_year),
)
