"""The day within a period, in English: the 5th of each month, every other Friday, ten days after each quarter ends."""

from __future__ import annotations

import re
from dataclasses import replace

from plans.cadence import FOLLOWING, WEEKDAYS, WORKED, repeat
from plans.expressions.intervals_en import Repeat, comes_again, weeks_apart
from plans.expressions.mentions import ahead_of
from plans.expressions.points_en import MONTH, WEEKDAY, weekday_number
from plans.model import say

_LIST = r"(?:, ?| and |, and | & )"
_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days"
_ON_WEEKDAY = re.compile(
    rf"(?<![a-z])(?:every|each)(?P<other> other| second)? (?P<days>{WEEKDAY}(?:{_LIST}{WEEKDAY})*)"
    rf"|(?<![a-z])(?:on )?(?P<plural>{_DAYS}(?:{_LIST}{_DAYS})*|{WEEKDAY}(?:/{WEEKDAY}){{2,}})(?![a-z])",
    re.IGNORECASE,
)
_NTH = r"first|1st|second|2nd|third|3rd|fourth|4th|last|final"
_EVERY_NTH = re.compile(  # every second Friday alone comes each fortnight
    rf"(?<![a-z])(?:(?:every|each|on the) (?P<nth1>{_NTH}) (?:and|&) (?P<nth>{_NTH})"
    rf"|(?:every|each) (?P<only>first|1st|third|3rd|fourth|4th|last|final)) (?P<weekday>{WEEKDAY})",
    re.IGNORECASE,
)
_PERIOD = r"(?:each|every|the|a)(?: calendar)? (?P<unit>month|quarter|half[- ]?year|year)(?![- ]end)"
_OF_PERIOD = re.compile(
    rf"(?:the )?(?:(?:(?P<nth1>first|1st|second|2nd|third|3rd) (?:and|&) )?"
    rf"(?P<nth>first|1st|second|2nd|third|3rd|fourth|4th|last|final|\d{{1,2}}(?:st|nd|rd"
    rf"|th)) (?:(?P<work>working|business) day|(?P<weekday>{WEEKDAY})|(?P<plain>day))"
    rf"|(?P<first>first|last)"
    rf"|(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:,| and| &)+ (?:the )?)?(?<![a-z])(?<!week )(?P<d>\d{{1,2}})(?:st|nd|rd"
    rf"|th)?(?: day)?"
    rf"|(?P<end>end|close))(?: of| in)? {_PERIOD}",
    re.IGNORECASE,
)
_AFTER_PERIOD = re.compile(
    r"(?P<n>\d{1,3})(?:st|nd|rd|th)? (?P<work>working |business )?days? (?:of|after|from"
    r"|following) (?:the )?(?:(?:end"
    r"|close) of )?(?:each|every|the|a)?(?: calendar)? ?(?P<unit>month|quarter|half[- ]?year"
    r"|year)(?:[- ]end)?",
    re.IGNORECASE,
)
_FOLLOWING_MONTH = re.compile(
    r"(?:the )?(?P<d>\d{1,2})(?:st|nd|rd|th)?(?: day)? of (?:the )?(?:following|next|subsequent) month", re.IGNORECASE
)
_MONTH_AFTER = re.compile(
    r"(?:the )?(?:(?P<d>\d{1,2})(?:st|nd|rd|th)?(?: day)?|end|last day) of the (?:first )?month (?:following"
    r"|after) (?:the )?(?:(?:end|close) of )?"
    r"(?:(?:each|every|the|a)(?: calendar)? )?(?P<unit>month|quarter|half[- ]?year|year)(?:[- ]end)?",
    re.IGNORECASE,
)
_NTH_WEEKDAY = re.compile(
    rf"[\s,:(-]*(?:(?:by|on) )?(?:the )?(?P<nth>first|1st|second|2nd|third|3rd|fourth|4th|last"
    rf"|final|\d{{1,2}}(?:st|nd|rd|th)(?= [wb])) (?:(?P<weekday>{WEEKDAY})|(?:working|business) day)",
    re.IGNORECASE,
)
_BY_DAY = re.compile(
    r",?(?: [a-z]+){0,3}?[ ,:;(-]+(?:by|on|before|no later than|due(?: by| on)?) (?:the (?P<d>\d{1,2})(?:st|nd|rd"
    r"|th)?"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)(?! (?:of )?{MONTH}))(?! (?:of )?[a-z]*(?:month|quarter|year))",
    re.IGNORECASE,
)
_EACH_PERIOD = re.compile(r"(?:each|every)(?: calendar)? (?:month|quarter|half|year)", re.IGNORECASE)
_EACH_DAY = re.compile(r"(?<![a-z])(?:each|every) $", re.IGNORECASE)
_ALONE = re.compile(r"(?:(?:by|on|before|no later than) )?", re.IGNORECASE)
_MONTH_AHEAD = re.compile(rf"{MONTH} ?$", re.IGNORECASE)


def on_day(cadence: Repeat, text: str) -> Repeat:
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


def _placed(hit: re.Match[str], length: int, day: int, begin: int, more: str, *, after: bool = False) -> Repeat:
    """Return a cadence due on a *day* of the last month of each period, or of the first month after it."""
    days = () if more else (-1 if day >= 31 else day,)
    months = tuple(range(1 if after else length, 13, length)) if length > 1 else ()
    rrule = repeat("year", months=months, days=days, more=more) if months else repeat("month", days=days, more=more)
    warnings = (say("The last month of the period is meant, as none is named."),) if months and not after else ()
    return Repeat(begin, hit.end(), rrule, FOLLOWING if after else "each", warnings)


def _length(hit: re.Match[str]) -> int:
    """Return the months of the period a match names."""
    return {"m": 1, "q": 3, "h": 6, "y": 12}[hit["unit"][0].lower()]


def _after(hit: re.Match[str], _text: str) -> Repeat | None:
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
    longest = 29 if length == 1 else 30  # no quarter begins with a February
    return _placed(hit, length, number if number <= longest else 31, hit.start(), "", after=True)


def _of_period(hit: re.Match[str], text: str) -> Repeat | None:
    """Return the rule of a day of each month, quarter or year."""
    length = _length(hit)
    if ahead_of(_MONTH_AHEAD, text, hit.start()):  # March 1 of each year
        return None
    each = _EACH_PERIOD.search(hit[0]) or ahead_of(_EACH_DAY, text, hit.start())
    named = (hit["nth"] or hit["d"]) and not hit["plain"]
    alone = named and _ALONE.fullmatch(text, 0, hit.start()) and hit.end() == len(text)  # by the 5th of the month
    if not (each or alone) and not comes_again(text):
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


def _on_weekdays(hit: re.Match[str], text: str) -> Repeat:
    """Return a cadence on the days named: weekly, or as many weeks apart as the text says."""
    names = re.findall(r"mon|tue|wed|thu|fri|sat|sun", (hit["days"] or hit["plural"]).lower())
    days = [WEEKDAYS[number] for number in sorted({weekday_number(name) for name in names})]
    apart = 2 if hit["other"] else weeks_apart(text)
    return Repeat(hit.start(), hit.end(), repeat("week", apart, more=f"BYDAY={','.join(days)}"))


def _every_nth(hit: re.Match[str], _text: str) -> Repeat:
    """Return the monthly rule of every first and third Monday."""
    day = WEEKDAYS[weekday_number(hit["weekday"])]
    both = f"{_nth(hit['nth1'])}{day}," if hit["nth1"] else ""
    return _placed(hit, 1, 0, hit.start(), f"BYDAY={both}{_nth(hit['nth'] or hit['only'])}{day}")


_KINDS = (
    (_AFTER_PERIOD, _after),
    (_OF_PERIOD, _of_period),
    (_EVERY_NTH, _every_nth),
    (_ON_WEEKDAY, _on_weekdays),
)


def dated(text: str) -> Repeat | None:
    """Return the cadence of *text* that says its day and its period at once: the last Friday of each month."""
    following = _MONTH_AFTER.search(text)
    if following:
        return _placed(following, _length(following), int(following["d"] or 31), following.start(), "", after=True)
    found = (made for pattern, make in _KINDS for hit in pattern.finditer(text) if (made := make(hit, text)))
    return next(found, None)


def following_month(text: str) -> Repeat | None:
    """Return the rule of what is due on a day of the following month, whatever month it follows."""
    later = _FOLLOWING_MONTH.search(text)
    if later is None or "next" in later[0].lower():
        return None
    return _placed(later, 1, int(later["d"]), later.start(), "", after=True)
