"""What English offices write for short (six-weekly, 4th Qtr, Jan. & July), in the plain words that are looked for."""

from __future__ import annotations

import re

from plans.expressions.points_en import MONTH

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
_TIMES_A = re.compile(r"(?<![a-z])(twice|thrice)(?= (?:a|per|each|every) (?:month|quarter|week|term))", re.IGNORECASE)
_TOUCHING = re.compile(
    r"(?<![\d/.-])(\d{1,2}([/.])\d{1,2}\2\d{2,4}(?=-\d{1,2}\2\d)|\d{4}-\d\d-\d\d(?=/\d{4}-\d\d-\d\d))[-/]"
)
_TWICE = re.compile(r"(?<![a-z\d])(\d+) \(\1\)")
_LATER_DAY = re.compile(
    rf"(?P<m>{MONTH}) ?(?P<a>\d{{1,2}})(?:st|nd|rd|th)? ?(?P<to>-|to|and|&"
    rf"|through) ?(?P<b>\d{{1,2}})(?:st|nd|rd|th)?(?=(?:,? ?(?:19|20)\d\d)?(?![\d:/.]\d|\d))",
    re.IGNORECASE,
)
_EARLIER_DAY = re.compile(
    rf"(?<![\d./-])(?P<a>\d{{1,2}})(?:st|nd|rd|th)? ?(?P<to>-|to|and|&|through) ?(?=\d{{1,2}}(?:st|nd|rd"
    rf"|th)? ?(?:of )?(?P<m>{MONTH}))",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"\*|(?<![a-z])(?:w/e|week[- ]ending|w\.e\.)(?: on)?:? |\b(?:deadline|due date|target date|date)s?: ?",
    re.IGNORECASE,
)
_SHORT_MONTH = re.compile(
    r"(?<![a-z])(jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.(?! ?[a-z]{4})", re.IGNORECASE
)  # 31 Dec. The board: there the point may end a sentence, and nothing is lost by keeping it
_REWORDED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (
            r"(?:mon(?:day)?s? ?(?:-|to|through) ?fri(?:day)?s?),? daily|daily,? \(?mon(?:day)?s? ?(?:-|to|through) ?"
            r"fri(?:day)?s?\)?",
            "every working day",
        ),
        (r"(?<![a-z\d.])(\d{1,2})(?:-| (?=\w+(?:$|[,;:.)])))(week|month|year)ly(?![a-z])", r"every \1 \2s"),
        (r"(?<=\d) ?x(?= ?(?:per|a|each|every|/) ?[a-z])", " times"),
        (r"(?<=[a-z\d]) ?/ ?(yr|year|annum|month|week|quarter|term)(?![a-z])", r" per \1"),
        (
            r"(?<![a-z])(?:w[/.]?[cb]|w(?:ee)?k (?:beg|comm)[a-z]*|wk (?:starting|of))[:.]*"
            r"(?= (?:[a-z]{3,9} )?(?:the )?\d)",
            "week commencing",
        ),
        (r"(?<![a-z])qtrs?(?![a-z])\.?", "quarter"),
        (r"(?<=\d)( ?)(?:mos?|mths?)(?![a-z])\.?", r"\1months"),
        (r"(?<=\d)( ?)yrs?(?![a-z])\.?", r"\1years"),
        (r"(?<=\d)( ?)wks?(?![a-z])\.?", r"\1weeks"),
    )
)


def reworded(plain: str) -> str:
    """Return *plain* (see `numerals.plain`) with single spaces, numbers as digits and each day beside its month."""
    plain = _TOUCHING.sub(r"\1 - ", plain)
    text = _SHORT_MONTH.sub(r"\1", _NOISE.sub("", " ".join(plain.split())).strip())
    text = _TIMES_A.sub(lambda hit: "2 times" if hit[1].lower() == "twice" else "3 times", text)
    text = _TWICE.sub(r"\1", _COUNTED.sub(lambda hit: str(_NUMBERS[hit[1].lower()]), text))
    for pattern, words in _REWORDED:
        text = pattern.sub(words, text)
    text = _LATER_DAY.sub(r"\g<m> \g<a> \g<to> \g<m> \g<b>", text)
    return _EARLIER_DAY.sub(r"\g<a> \g<m> \g<to> ", text)
