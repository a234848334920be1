"""What English offices write for short (six-weekly, 4th Qtr, Jan. & July), in the plain words that are looked for."""

from __future__ import annotations

import re

from plans.expressions.points_en import MONTH, WEEKDAY

_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fourteen": 14, "fifteen": 15, "eighteen": 18, "twenty": 20, "thirty": 30,
    "forty-five": 45, "sixty": 60, "ninety": 90, "one hundred and twenty": 120, "one hundred twenty": 120,
}  # fmt: skip
_COUNTED = re.compile(
    rf"(?<![a-z-])({'|'.join(sorted(_NUMBERS, key=len, reverse=True))})(?=(?: \(\d+\))?[ -](?:calendar "
    rf"|working |business |full )?"
    r"(?:(?:days?|weeks?|months?|years?|hours?|quarters?|times|weekly|monthly|yearly)(?![a-z])|(?:or|to) ))",
    re.IGNORECASE,
)
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth", "thirtieth",
)  # fmt: skip
_ORDINAL = re.compile(
    rf"(?<![a-z-])(?:(?P<tens>twenty|thirty)[- ])?(?P<ones>{'|'.join(_ORDINALS)})(?![a-z])", re.IGNORECASE
)
_TIMES_A = re.compile(
    r"(?<![a-z])(?:twice|thrice)(?= (?:a|per|each|every) (?:month|quarter|week|term))|thrice(?= (?:a |per |each "
    r"|every )?(?:year|annual))",
    re.IGNORECASE,
)
_TOUCHING = re.compile(
    r"(?<![\d/.-])(\d{1,2}([/.])\d{1,2}(?:\2\d{2,4}|\.)(?=-\d{1,2}\2\d)|\d{1,2}/20\d\d(?=-\d{1,2}/20\d\d)"
    r"|\d{4}-\d\d-\d\d(?=/\d{4}-\d\d-\d\d))[-/]"
)
_JOINED = re.compile(
    rf"(?<=[a-z\d])-(?=\d{{1,2}}(?:st|nd|rd|th)?[ -]?{MONTH}|\d{{1,2}}/\d{{1,2}}/\d|20\d\d-\d\d-\d\d"
    rf"|\d{{1,2}}/20\d\d)",
    re.IGNORECASE,
)
_TWICE = re.compile(r"(?<![a-z\d])(\d+) \(\1\)")
_LATER_DAY = re.compile(
    rf"(?P<m>{MONTH}) ?(?P<a>\d{{1,2}})(?:st|nd|rd|th)? ?(?P<to>-|to|and|&"
    rf"|through) ?(?P<b>\d{{1,2}})(?:st|nd|rd|th)?(?! ?(?:of )?{MONTH})"
    r"(?=(?:,? ?(?:19|20)\d\d)?(?![\d:/.]\d|\d))",
    re.IGNORECASE,
)
_EARLIER_DAY = re.compile(
    rf"(?<![\d./-])(?P<a>\d{{1,2}})(?:st|nd|rd|th)? ?(?P<to>-|to|and|&"
    rf"|through) ?(?:{WEEKDAY},? ?)?(?=\d{{1,2}}(?:st|nd|rd"
    rf"|th)? ?(?:of )?(?P<m>{MONTH}))",
    re.IGNORECASE,
)
_NAMED_THING = re.compile(r"[a-z]{2,}[ #]*$", re.IGNORECASE)
_MONTH_AHEAD = re.compile(rf"(?<![a-z]){MONTH} ?$", re.IGNORECASE)
_LEAD_IN = re.compile(
    rf"(?<![a-z])(?:from|on|the|by|between|due|until|during|in|for|dates?|{WEEKDAY})[ :]*$", re.IGNORECASE
)
_SPACED = re.compile(r"(?<![\d/.-])(\d{1,2}) (\d{1,2}) ((?:19|20)\d\d)(?![\d/.-])")
_SHARED_DAY = re.compile(
    rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<months>{MONTH}(?:(?:, ?| and |, and | & ){MONTH}){{2,}})(?! ?\d)",
    re.IGNORECASE,
)
_EACH_MONTH = re.compile(MONTH, re.IGNORECASE)
_NOISE = re.compile(
    r"\*|(?<![a-z])(?:w/e|week[- ]ending|w\.e\.)(?: on)?:? |\b(?:(?:agreed|new|end|completion"
    r"|implementation|delivery|expected|planned|due|target) )?(?:deadline|date)s?: ?",
    re.IGNORECASE,
)
_SHORT_MONTH = re.compile(
    r"(?<![a-z])(jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.(?! ?[a-z]{4})", re.IGNORECASE
)  # 31 Dec. The board: there the point may end a sentence, and nothing is lost by keeping it
_REWORDED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (r"(?<![\d/])24 ?[/x] ?7(?![\d/])|round[- ]the[- ]clock", "continuous"),
        (
            r"(?:mon(?:day)?s? ?(?:-|to|through) ?fri(?:day)?s?),? daily|daily,? \(?mon(?:day)?s? ?(?:-|to|through) ?"
            r"fri(?:day)?s?\)?",
            "every working day",
        ),
        (r"(?<![a-z\d.])(\d{1,2})(?:-| (?=\w+(?:$|[,;:.)])))(week|month|year)ly(?![a-z])", r"every \1 \2s"),
        (r"(?<![\d.])(\d+)(?: times| ?x) (year|month|week|quarter|annual)ly(?![a-z])", r"\1 times a \2"),
        (r"times a annual", "times a year"),
        (rf"(?:every |on )?alternate ({WEEKDAY})", r"every other \1"),
        (
            rf"((?:first|second|third|fourth|last|[1-4](?:st|nd|rd|th)) {WEEKDAY}),? monthly(?![a-z])",
            r"\1 of each month",
        ),
        (r"(?<=\d) ?x(?= ?(?:per|a|each|every|/) ?[a-z])", " times"),
        (r"(?<=[a-z\d]) ?/ ?(yr|year|annum|month|week|quarter|term)(?![a-z])", r" per \1"),
        (
            r"(?<![a-z])(?:w[/.]?[cb]|w(?:ee)?k (?:beg|comm)[a-z]*|wk (?:starting|of))[:.]*"
            r"(?= (?:[a-z]{3,9} )?(?:the )?\d)",
            "week commencing",
        ),
        (rf"({MONTH}), (\d{{1,2}},? (?:19|20)\d\d)(?!\d)", r"\1 \2"),
        (r"(?<![a-z])qtrs?(?![a-z])\.?", "quarter"),
        (r"(?<=\d)( ?)(?:mos?|mths?)(?![a-z])\.?", r"\1months"),
        (r"(?<=\d)( ?)yrs?(?![a-z])\.?", r"\1years"),
        (r"(?<=\d)( ?)wks?(?![a-z])\.?", r"\1weeks"),
    )
)


def reworded(plain: str) -> str:
    """Return *plain* (see `numerals.plain`) with single spaces, numbers as digits and each day beside its month."""
    plain = _JOINED.sub(" - ", _TOUCHING.sub(r"\1 - ", plain))
    text = _SHORT_MONTH.sub(r"\1", _NOISE.sub("", " ".join(plain.split())).strip())
    text = _TIMES_A.sub(lambda hit: "2 times" if hit[0].lower() == "twice" else "3 times", text)
    text = _TWICE.sub(r"\1", _COUNTED.sub(lambda hit: str(_NUMBERS[hit[1].lower()]), text))
    text = _ORDINAL.sub(_in_digits, text)
    for pattern, words in _REWORDED:
        text = pattern.sub(words, text)
    text = _SPACED.sub(r"\1/\2/\3", text)
    text = _SHARED_DAY.sub(lambda hit: _EACH_MONTH.sub(rf"{hit['d']} \g<0>", hit["months"]), text)
    text = _LATER_DAY.sub(r"\g<m> \g<a> \g<to> \g<m> \g<b>", text)
    return _EARLIER_DAY.sub(_beside_month, text)


def _in_digits(hit: re.Match[str]) -> str:
    """Return a spelt ordinal in digits, the twenty-fifth as the 25th; first to fourth alone are words elsewhere too."""
    ones = _ORDINALS.index(hit["ones"].lower()) + 1
    tens = {"twenty": 20, "thirty": 30}.get((hit["tens"] or "").lower(), 0)
    if ones < 5 and not tens:
        return hit[0]
    return f"{30 if ones > 20 else tens + ones}th"


def _beside_month(hit: re.Match[str]) -> str:
    """Return the first day of 3 - 8 June beside its month; the number of Stage 2 - 30 June is none."""
    ahead = hit.string[: hit.start()]
    if _MONTH_AHEAD.search(ahead):  # June 1 to 30 September
        return hit[0]
    if " -" in hit[0] and _NAMED_THING.search(ahead) and not _LEAD_IN.search(ahead):
        return hit[0]
    return f"{hit['a']} {hit['m']} {hit['to']} "
