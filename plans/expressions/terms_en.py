"""Terms counted from an event in English: within 30 days of adoption, 90 days after the guidance is issued."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from plans.expressions.mentions import DAY, Context, Mention
from plans.expressions.points import Point, add_months
from plans.model import say

TERM = re.compile(
    r"(?:(?P<pre>within|inside|in(?! the(?! (?:next|coming|following) )| every)|no (?:later|more) than"
    r"|not (?:later|more) than|at most"
    r"|maximum|max\.?|up to|under|less than|(?:over|during)(?= the (?:next|coming) )|^(?:the )?next)"
    r"(?: (?:a|the)(?: next| period of| maximum of)| the (?:next|following|coming)| next)? )?"
    r"(?<![\d.])(?:(?P<low>\d{1,3}) ?(?:-|to|or) ?)?(?P<n>\d{1,4}|an?"
    r"|half an?)(?: \(\d+\))?[ -](?P<half>and a half )?(?:full )?"
    r"(?P<work>working |business |work |calendar |clear |consecutive )?(?P<unit>days?|weeks?|months?"
    r"|years?|hours?|hrs?|quarters?|fortnights?)(?![a-z])“?"
    r"(?: \(\d+ \w+\))?(?: time| at the latest)?"
    r"(?P<rest> (?:(?:of|from|after|following|since|counting from|as of|as from|starting from"
    r"|starting on|before|prior to|ahead of) )[^;,()\n]{0,120}| later)?",
    re.IGNORECASE,
)
_OWN = r"(?:this|these|the present)(?: \w+){0,3}"
_DOCUMENT = re.compile(
    r" (?:of|from|after|following|since|counting from|as of|as from|starting from) "
    rf"(?:(?:the )?(?:date of )?(?:the |its )?(?:(?:adoption|issu(?:e|ance|ing)|publication|release"
    rf"|signature|signing)(?: date)?|date)"
    rf"(?: of (?:{_OWN}|the (?:plan|document|memo(?:randum)?|decision|notice|policy|order|strategy"
    rf"|guidance|resolution|report|minutes)))?"
    r"|(?:the |this |our )?(?:plan|document|memo(?:randum)?|policy|strategy|order|resolution|framework|report)(?:“s)?"
    r" (?:adoption|approval|issu(?:e|ance)|publication|release|sign-?off)"
    rf"|{_OWN}(?: (?:is|being|was|has been) (?:adopted|issued|published|released|signed))?|(?:today|now"
    rf"|the date hereof))(?: date)?[. ]*",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"(?:every|each|per|times|once|twice|last|past|previous|for|least|minimum of|once in|recent|over the) ?$|\bin$",
    re.IGNORECASE,
)


def term(hit: re.Match[str], text: str, context: Context) -> Mention | None:
    """Return the mention of a term; without a point where it isn't counted from the document's own day."""
    back = re.match(r" (?:before|prior to|ahead of)", hit["rest"] or "", re.IGNORECASE)
    if not back and _BEHIND.search(text[max(0, hit.start() - 14) : hit.start()]):
        return None
    if hit["n"].lower().startswith(("a", "half")) and not hit["pre"] and not hit["rest"]:
        return None
    due = _counted(hit, context)
    rest = hit["rest"] or ""
    mention = Mention(hit.start(), hit.end(), None, rule="event", guesses=(due,) if due else ())
    if back:
        return Mention(
            hit.start(), hit.end(), None, rule="event", warnings=(say("It counts back from another event."),)
        )
    limited = hit["pre"] is not None or _DOCUMENT.fullmatch(rest)
    if rest and not (limited and due and _DOCUMENT.fullmatch(rest)):
        return replace(mention, warnings=(say("It is counted from an event that isn't the document."),))
    if not limited or due is None:
        why = say("It is a length of time; nothing says from when it counts.")
        return replace(mention, rule="length", warnings=(why,))
    warnings = () if rest else (say("Counted from the date of issue, as nothing else is named."),)
    return Mention(hit.start(), hit.end(), Point("day", fixed=(due, due)), mark="by", rule="term", warnings=warnings)


def _counted(hit: re.Match[str], context: Context) -> date | None:
    """Return the last day of the term counted from the day of issue; None where that is unknown or out of reach."""
    if not context.issued:
        return None
    word = hit["n"].lower()
    number = int(word) if word.isdigit() else 1
    unit = hit["unit"].lower().rstrip("s")
    try:
        if (hit["work"] or "").strip().lower() in ("working", "business", "work"):
            return context.workdays.after(context.issued, number) if unit == "day" and number else None
        if unit in ("month", "quarter", "year"):
            months = number * {"month": 1, "quarter": 3, "year": 12}[unit]
            months = months // 2 if word.startswith("half") else months
            if word.startswith("half") and unit == "month":
                return context.issued + timedelta(days=15)
            return add_months(context.issued, months) if months else None
        if unit in ("hour", "hr"):
            return context.issued + -(-number // 24) * DAY
        days = number * {"day": 1, "week": 7, "fortnight": 14}[unit]
        return context.issued + timedelta(days=days) if days else None
    except (ValueError, OverflowError):
        return None
