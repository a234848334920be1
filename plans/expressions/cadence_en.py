"""Cadences in English: quarterly, every six months, by the 5th of each month, annually by 31 March, every Friday."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from plans.cadence import FOLLOWING, WEEKDAYS, WORKED, precision_of, repeat
from plans.expressions.clauses import compose
from plans.expressions.mentions import Context, Mention
from plans.expressions.points import days_of, month_end
from plans.expressions.points_en import MONTH, WEEKDAY, weekday_number
from plans.model import Reading, Sentence, say

_UNIT = (
    r"(?:(?:calendar|financial|fiscal|academic|school|council|municipal) )?"
    r"(?P<unit>working day|business day|day|week|fortnight|month|quarter|half[- ]?year"
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
        ("bi[- ]?monthly", "month", 2, True),
        ("bi[- ]?weekly", "week", 2, True),
        ("fortnightly", "week", 2, False),
        ("daily", "day", 1, False),
        ("weekly", "week", 1, False),
        ("3[- ]monthly|three[- ]monthly|quarterly", "quarter", 1, False),
        ("monthly", "month", 1, False),
        ("annual(?:ly)?|yearly|p\\.a\\.", "year", 1, False),
        (rf"(?:each|every)(?= (?:the )?(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?)?{MONTH})", "year", 1, False),
    )
)
_UNITS = {
    "working day": "workday", "business day": "workday", "half year": "half", "half-year": "half", "halfyear": "half",
    "semester": "half", "term": "term", "annum": "year", "fortnight": "fortnight",
}  # fmt: skip
_TIMES = re.compile(r"(?P<n>\d{1,2}) (?:[a-z]+ ){0,3}?$", re.IGNORECASE)
_LIST = r"(?:, ?| and |, and | & )"
_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days"
_ON_WEEKDAY = re.compile(
    rf"(?<![a-z])(?:every|each)(?P<other> other| second)? (?P<days>{WEEKDAY}(?:{_LIST}{WEEKDAY})*)"
    rf"|(?<![a-z])(?:on )?(?P<plural>{_DAYS}(?:{_LIST}{_DAYS})*)(?![a-z])",
    re.IGNORECASE,
)
_NTH = r"first|1st|second|2nd|third|3rd|fourth|4th|last|final"
_EVERY_NTH = re.compile(  # every second Friday alone comes each fortnight
    rf"(?<![a-z])(?:every|each|on the) (?:(?P<nth1>{_NTH}) (?:and|&) (?P<nth>{_NTH})) (?P<weekday>{WEEKDAY})",
    re.IGNORECASE,
)
_PERIOD = r"(?:each|every|the|a)(?: calendar)? (?P<unit>month|quarter|half[- ]?year|year)(?![- ]end)"
_OF_PERIOD = re.compile(
    rf"(?:the )?(?:(?:(?P<nth1>first|1st|second|2nd|third|3rd) (?:and|&) )?"
    rf"(?P<nth>first|1st|second|2nd|third|3rd|fourth|4th|last|final|\d{{1,2}}(?:st|nd|rd"
    rf"|th)) (?:(?P<work>working|business) day|(?P<weekday>{WEEKDAY})|(?P<plain>day))"
    rf"|(?P<first>first|last)"
    rf"|(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:,| and| &)+ (?:the )?)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: day)?"
    rf"|(?P<end>end|close))(?: of| in)? {_PERIOD}",
    re.IGNORECASE,
)
_AFTER_PERIOD = re.compile(
    r"(?P<n>\d{1,3}) (?P<work>working |business )?days? (?:of|after|from|following) (?:the )?(?:(?:end"
    r"|close) of )?(?:each|every|the|a)?(?: calendar)? ?(?P<unit>month|quarter|half[- ]?year"
    r"|year)(?:[- ]end)?",
    re.IGNORECASE,
)
_FOLLOWING_MONTH = re.compile(
    r"(?:the )?(?P<d>\d{1,2})(?:st|nd|rd|th)?(?: day)? of (?:the )?(?:following|next|subsequent) month", re.IGNORECASE
)
_MONTH_AFTER = re.compile(
    r"(?:the )?(?P<d>\d{1,2})(?:st|nd|rd|th)?(?: day)? of the (?:first )?month (?:following"
    r"|after) (?:the )?(?:(?:end|close) of )?"
    r"(?:(?:each|every|the|a)(?: calendar)? )?(?P<unit>month|quarter|half[- ]?year|year)(?:[- ]end)?",
    re.IGNORECASE,
)
_NTH_WEEKDAY = re.compile(
    rf"[\s,:(-]*(?:(?:by|on) )?(?:the )?(?P<nth>first|1st|second|2nd|third|3rd|fourth|4th|last"
    rf"|final) (?:(?P<weekday>{WEEKDAY})|(?:working|business) day)",
    re.IGNORECASE,
)
_BY_DAY = re.compile(
    r",?(?: reports?)?[ ,:;(-]+(?:by|on|before|no later than|due(?: by| on)?) (?:the (?P<d>\d{1,2})(?:st|nd|rd|th)?"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)(?! (?:of )?{MONTH}))(?! (?:of )?[a-z]*(?:month|quarter|year))",
    re.IGNORECASE,
)
_MONTH_AHEAD = re.compile(rf"{MONTH} ?$", re.IGNORECASE)
_CLAUSE = re.compile(r"[;:\n]|\. ")
_NEXT_TO = re.compile(
    r"[\s,:&/(\[-]*(?:and )?(?:due )?(?:by|on|in|each|every|before|no later than|not later than"
    r"|at)?[\s:]*(?:the )?",
    re.IGNORECASE,
)
_ADVERB = re.compile(
    r"annually|yearly|(?:every|each|per|a) (?:calendar )?year|semi-?annually|twice a year|per annum"
    r"|each$|every$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Repeat:
    """A cadence as found: where it stands, its rule, and what was assumed."""

    begin: int
    end: int
    rrule: str
    rule: str = "each"
    warnings: tuple[Sentence, ...] = ()


def recurring(text: str, found: Sequence[Mention], context: Context) -> Reading | None:
    """Return the reading of a *text* that comes again; None where it doesn't.

    A date besides the cadence is the deadline, unless it belongs to it (annually by 31 March) or bounds it.
    """
    cadence = _cadence(text)
    if cadence is None or (
        cadence.rule != FOLLOWING and any(m.rule == "event" and m.begin <= cadence.begin < m.end for m in found)
    ):
        return None
    cadence = _with_its_days(text, cadence, _outside(text, found, cadence))
    outside = _outside(text, found, cadence)
    dates = compose(outside, text, context) if outside else None
    if dates is None or dates.kind == "unresolved":
        return _reading(text, cadence)
    bounds = dates.kind in ("span", "open") or all(m.weak or m.mark in ("since", "after", "until") for m in outside)
    if dates.kind == "date" and not bounds:
        warning = say("The text also names a cadence; the date is taken as the deadline.")
        return replace(dates, warnings=(*dates.warnings, warning))
    until = f";UNTIL={dates.due:%Y%m%d}" if dates.due else ""
    return replace(_reading(text, replace(cadence, rrule=cadence.rrule + until)), start=dates.start)


def _outside(text: str, found: Sequence[Mention], cadence: _Repeat) -> list[Mention]:
    """Return the mentions that aren't part of a cadence; one that leads on from it (Fridays until 27 May) ends it."""
    outside: list[Mention] = []
    inside = False
    for mention in found:
        if cadence.begin < mention.end and mention.begin < cadence.end:
            inside = True
            continue
        leads_on = (inside and mention.joined == "to") or text[cadence.end : mention.begin] == " to "
        outside.append(replace(mention, joined="", mark="until") if leads_on else mention)
        inside = False
    return outside


def _reading(text: str, cadence: _Repeat) -> Reading:
    """Return the reading of a cadence."""
    precision = precision_of(cadence.rrule)
    return Reading(
        "recurring", text, precision=precision, rrule=cadence.rrule, rule=cadence.rule, warnings=cadence.warnings
    )


def _cadence(text: str) -> _Repeat | None:
    """Return the cadence of *text*: with a day of its period first, then the first plain one."""
    following = _MONTH_AFTER.search(text)
    if following:
        return _placed(following, _length(following), int(following["d"]), following.start(), "", after=True)
    for pattern, make in (
        (_AFTER_PERIOD, _after),
        (_OF_PERIOD, _of_period),
        (_EVERY_NTH, _every_nth),
        (_ON_WEEKDAY, _on_weekdays),
    ):
        for hit in pattern.finditer(text):
            made = make(hit, text)
            if made:
                return made
    plain = [made for hit in _EVERY.finditer(text) if (made := _every(hit, text))][:1]
    for pattern, unit, interval, unsure in _WORDS:
        if word := pattern.search(text):
            if word[0].lower() in ("each", "every"):  # with a month behind it, it says more than annual before it
                return _Repeat(word.start(), word.end(), repeat(unit, interval))
            why = (say("The word has two meanings; the more frequent one is taken."),) if unsure else ()
            plain.append(_Repeat(word.start(), word.end(), repeat(unit, interval), "each", why))
    later = _FOLLOWING_MONTH.search(text)
    if not plain:
        return _of_following(later) if later and "next" not in later[0].lower() else None
    first = min(plain, key=lambda cadence: (cadence.begin, -cadence.end))
    told = [same for same in plain if same.rrule == first.rrule and _ADVERB.search(text[same.begin : same.end])]
    first = told[0] if told else first  # annual report by 31 July each year: the day belongs to each year
    return _on_day(first, text)


def _of_following(hit: re.Match[str]) -> _Repeat:
    """Return the rule of what is due on a day of the following month, whatever month it follows."""
    return _placed(hit, 1, int(hit["d"]), hit.start(), "", after=True)


def _every(hit: re.Match[str], text: str) -> _Repeat | None:
    """Return the cadence of one every, each or per."""
    unit, interval = hit["unit"].lower(), 1
    if hit[0].lower().startswith("a ") and not _TIMES.search(text, 0, hit.start()):
        return None
    if hit["n"]:
        words = {"other": 2, "second": 2, "alternate": 2, "third": 3}
        if hit["n"].lower() == "half":
            return _Repeat(hit.start(), hit.end(), repeat("half")) if unit == "year" else None
        interval = words.get(hit["n"].lower()) or int(hit["n"].rstrip("ndrth"))
    unit = _UNITS.get(unit, unit)
    warnings: tuple[Sentence, ...] = ()
    if unit == "fortnight":
        unit, interval = "week", 2 * interval
    if unit == "workday":
        return _Repeat(hit.start(), hit.end(), repeat("day", more=f"BYDAY={WORKED}"))
    if unit == "term":
        unit, warnings = "month", (say("A school term is taken as four months."),)
        interval *= 4
    times = _TIMES.search(text, 0, hit.start()) if interval == 1 else None
    length = {"year": 12, "half": 6, "quarter": 3}.get(unit)
    if times and int(times["n"]) > 1 and not hit[0].lower().startswith(("once", "at least")):
        if length and length % int(times["n"]) == 0:
            unit, interval = "month", length // int(times["n"])
        warnings = (say("Several times a period without days; they are spread evenly."),)
    return _Repeat(hit.start(), hit.end(), repeat(unit, max(1, interval)), "each", warnings)


def _on_day(cadence: _Repeat, text: str) -> _Repeat:
    """Return a monthly or quarterly cadence with the day that follows it: monthly by the 5th."""
    unit = {"FREQ=MONTHLY": 1, "FREQ=MONTHLY;INTERVAL=3": 3, "FREQ=MONTHLY;INTERVAL=6": 6}.get(cadence.rrule)
    if unit is None:
        return cadence
    following = _FOLLOWING_MONTH.search(text)
    if following:
        return _placed(following, unit, int(following["d"]), min(cadence.begin, following.start()), "", after=True)
    named = _NTH_WEEKDAY.search(text, cadence.end, cadence.end + 40)
    if named:
        nth = _nth(named["nth"])
        day = f"{nth}{WEEKDAYS[weekday_number(named['weekday'])]}" if named["weekday"] else f"{WORKED};BYSETPOS={nth}"
        return replace(_placed(named, unit, 0, cadence.begin, f"BYDAY={day}"), warnings=())
    by = _BY_DAY.match(text, cadence.end)
    if by:
        return _placed(by, unit, int(by["d"] or by["d2"]), cadence.begin, "")
    return cadence


def _placed(hit: re.Match[str], length: int, day: int, begin: int, more: str, *, after: bool = False) -> _Repeat:
    """Return a cadence due on a *day* of the last month of each period, or of the first month after it."""
    days = () if more else (-1 if day >= 31 else day,)
    months = tuple(range(1 if after else length, 13, length)) if length > 1 else ()
    rrule = repeat("year", months=months, days=days, more=more) if months else repeat("month", days=days, more=more)
    warnings = (say("The last month of the period is meant, as none is named."),) if months and not after else ()
    return _Repeat(begin, hit.end(), rrule, FOLLOWING if after else "each", warnings)


def _length(hit: re.Match[str]) -> int:
    """Return the months of the period a match names."""
    return {"m": 1, "q": 3, "h": 6, "y": 12}[hit["unit"][0].lower()]


def _after(hit: re.Match[str], _text: str) -> _Repeat | None:
    """Return the rule of what is due so many days after each period ends."""
    number, length = int(hit["n"]), _length(hit)
    if (
        hit["unit"].lower() == "month" and not re.search(r"each|every|month[- ]end|end of", hit[0], re.IGNORECASE)
    ) or not 0 < number <= 31:
        return None
    if hit["work"]:
        made = _placed(hit, length, 0, hit.start(), f"BYDAY={WORKED};BYSETPOS={min(number, 20)}", after=True)
        why = say("A calendar rule can't count the official working days; the text is kept beside it.")
        return replace(made, warnings=(why,))
    return _placed(hit, length, number if number < 30 else 31, hit.start(), "", after=True)


def _of_period(hit: re.Match[str], text: str) -> _Repeat | None:
    """Return the rule of a day of each month, quarter or year."""
    length = _length(hit)
    if _MONTH_AHEAD.search(text, 0, hit.start()):  # March 1 of each year
        return None
    each = re.search(r"(?:each|every)(?: calendar)? (?:month|quarter|half|year)", hit[0], re.IGNORECASE)
    alone = hit["nth"] and not hit["plain"] and hit[0] == text  # the last Thursday of the month
    if not (each or alone) and not any(pattern.search(text) for pattern, *_ in _WORDS):
        return None
    if hit["end"]:
        return replace(_placed(hit, length, 31, hit.start(), ""), warnings=())
    nth = _nth(hit["nth"]) if hit["nth"] else 0
    if hit["nth"] and not nth:
        return None
    if hit["work"]:
        return _placed(hit, length, 0, hit.start(), f"BYDAY={WORKED};BYSETPOS={nth}")
    if hit["weekday"]:
        day = WEEKDAYS[weekday_number(hit["weekday"])]
        both = f"{_nth(hit['nth1'])}{day}," if hit["nth1"] else ""
        return _placed(hit, length, 0, hit.start(), f"BYDAY={both}{nth}{day}")
    if hit["first"]:
        nth = _nth(hit["first"])
    number = int(hit["d"]) if hit["d"] else 31 if nth == -1 else nth
    if not 1 <= number <= 31:
        return None
    made = _placed(hit, length, number, hit.start(), "")
    also = f"BYMONTHDAY={hit['d1']}," if hit["d1"] else "BYMONTHDAY="
    return replace(made, rrule=made.rrule.replace("BYMONTHDAY=", also))


def _nth(word: str) -> int:
    """Return the number of an ordinal, -1 for the last."""
    words = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1, "final": -1}
    return words.get(word.lower()) or int(re.sub(r"\D", "", word))


def _on_weekdays(hit: re.Match[str], text: str) -> _Repeat:
    """Return a cadence on the days named: weekly, or as many weeks apart as the text says."""
    names = re.findall(r"mon|tue|wed|thu|fri|sat|sun", (hit["days"] or hit["plural"]).lower())
    days = [WEEKDAYS[number] for number in sorted({weekday_number(name) for name in names})]
    apart = 2 if hit["other"] else _weeks_apart(text)
    return _Repeat(hit.start(), hit.end(), repeat("week", apart, more=f"BYDAY={','.join(days)}"))


def _every_nth(hit: re.Match[str], _text: str) -> _Repeat:
    """Return the monthly rule of every first and third Monday."""
    day = WEEKDAYS[weekday_number(hit["weekday"])]
    both = f"{_nth(hit['nth1'])}{day}," if hit["nth1"] else ""
    return _placed(hit, 1, 0, hit.start(), f"BYDAY={both}{_nth(hit['nth'])}{day}")


def _weeks_apart(text: str) -> int:
    """Return how many weeks a text says lie between two turns, 1 where it says nothing."""
    rules = [made.rrule for hit in _EVERY.finditer(text) if (made := _every(hit, text))]
    rules += [repeat(unit, interval) for pattern, unit, interval, _ in _WORDS if pattern.search(text)]
    apart = [re.fullmatch(r"FREQ=WEEKLY;INTERVAL=(\d+)", rule) for rule in rules]
    return max((int(found[1]) for found in apart if found), default=1)


def _with_its_days(text: str, cadence: _Repeat, outside: Sequence[Mention]) -> _Repeat:
    """Return the cadence with the days named for it: annually by 31 March, weekly on Friday, quarterly (Jan, Apr)."""
    beside = _beside(text, cadence, outside)
    if cadence.rrule.startswith("FREQ=WEEKLY") and "BYDAY" not in cadence.rrule:
        days = sorted({m.weekday for m in beside if m.rule == "weekday" and m.weekday is not None})
        if not days:
            return cadence
        named = ",".join(WEEKDAYS[day] for day in days)
        return replace(cadence, end=beside[-1].end, rrule=f"{cadence.rrule};BYDAY={named}")
    if _ADVERB.search(text[cadence.begin : cadence.end]):
        near = [m for m in outside if m in beside or not _CLAUSE.search(text, *sorted((m.begin, cadence.begin)))]
        return _yearly(cadence, near) or cadence
    periods = {"FREQ=YEARLY": 1, "FREQ=MONTHLY;INTERVAL=6": 2, "FREQ=MONTHLY;INTERVAL=3": 4}.get(cadence.rrule)
    return (_yearly(cadence, beside) if periods == len(beside) else None) or cadence


def _beside(text: str, cadence: _Repeat, outside: Sequence[Mention]) -> list[Mention]:
    """Return the points named right behind a cadence, with nothing but a preposition between."""
    found: list[Mention] = []
    at = cadence.end
    for mention in outside:
        if mention.begin >= at:
            if not _NEXT_TO.fullmatch(text, at, mention.begin):
                break
            found.append(mention)
            at = mention.end
    return found


def _yearly(cadence: _Repeat, named: Sequence[Mention]) -> _Repeat | None:
    """Return a yearly cadence on the days *named* for it, if they have no year of their own."""
    near = [m for m in named if m.point and not (m.point.year or m.point.fixed or m.point.unit == "year")]
    near = [m for m in near if m.mark not in ("since", "after")]
    dues = [days for m in near if m.point and (days := days_of(m.point, 2001, 0))]
    if not dues:
        return None
    ends = all(day.due == month_end(day.due.year, day.due.month) for day in dues)
    written = {m.point.day for m in near if m.point and m.point.unit == "day"}
    numbers = {-1} if ends and len(written) != 1 else {day.due.day for day in dues}
    day = max(numbers)
    why = say("A calendar rule can't say these days at once; the latest of them is taken in each month.")
    rrule = repeat("year", months=[days.due.month for days in dues], days=(day,))
    begin, end = min(cadence.begin, near[0].begin), max(cadence.end, near[-1].end)
    return _Repeat(begin, end, rrule, "each", (why,) if len(numbers) > 1 else cadence.warnings)
