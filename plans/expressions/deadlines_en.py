"""Reading a deadline in English: which of the points it mentions are deadlines, and what the words around them say."""

from __future__ import annotations

import re
from dataclasses import replace

from plans.expressions import fiscal_en, numeric_en, relative_en
from plans.expressions.cadence_en import recurring
from plans.expressions.clauses import compose, unresolved
from plans.expressions.colloquial_en import reworded
from plans.expressions.mentions import LENGTHS, MOST, Context, Finder, Mention, ahead_of, scan
from plans.expressions.named_periods import alternatives, named_mention, named_periods
from plans.expressions.numeric_en import order_within
from plans.expressions.points import Point, days_of, whole_month
from plans.expressions.points_en import FINDERS, WEEKDAY, weekday_number
from plans.expressions.terms_en import TERM, term
from plans.model import Reading, say

_TIME = re.compile(
    r"(?:,? ?(?:at|by|before|@) )?(?P<time>(?<![\d:.-])(?:[01]?\d|2[0-4])(?::\d\d"
    r"|\.[0-5]\d(?!\.)) ?(?:[ap]\.?m\.?)?(?: (?:gmt|utc"
    r"|est|et|cet|bst))?(?![\d/-]|\.\d)|\d{1,2} ?[ap]\.?m\.?(?![a-z])|(?:12 )?(?:noon|midnight)"
    r"|(?:[01]\d|2[0-4])[0-5]\d ?(?:hrs?|hours)(?![a-z])|(?:the )?(?:morning|afternoon|evening)(?= (?:of|on) )"
    r"|(?:the )?(?:close|end) of (?:business|play|the (?:working |business )?day|day)"
    r"|c\.?o\.?b\.?(?![a-z])|e\.?o\.?d\.?(?![a-z])|c\.?o\.?p\.?(?![a-z]))(?:,? ?(?:on|of) )?",
    re.IGNORECASE,
)
_TAIL = re.compile(
    rf"(?:,? ?\((?P<weekday>{WEEKDAY})\))?(?P<since> ?(?:onwards?|and beyond|and after"
    rf"|forward|,? at the earliest|,? or later| ?,?(?:until|till) further notice| ?(?:-|to) (?:on-?going"
    rf"|continu(?:ous|ing|al)|present|tb[cd]"
    rf"|open[- ]ended)(?! thereafter| after)))?(?P<late> ?(?:at the )?latest)?",
    re.IGNORECASE,
)
_SHIFTED = (
    "extended|moved|revised|changed|postponed|deferred|delayed|slipped|rescheduled|shifted|reset|put back"
    "|pushed(?: back| out)?|brought forward"
)
_LED = (
    (
        "status",
        re.compile(
            r"(?<![a-z])(?:\((?:adopted|approved|agreed|issued|published|signed|reviewed|updated)(?: on| in)?"
            r"|as (?:of|at)|% (?:completed?|achieved|delivered|spent) (?:at|on)"
            r"|status (?:at|on|as of)|dated|reported on|last (?:updated|reviewed)(?: on)?:?"
            r"|issued (?:on|in)|published (?:on|in)|adopted (?:on|in)|(?:original(?:ly)?|previous(?:ly)?"
            r"|former(?:ly)?|old|initial(?:ly)?(?! (?:report|draft|response|target))|baseline"
            rf"|(?:{_SHIFTED}|(?:carried|rolled) (?:forward|over)) from|instead of|was)"
            r"(?: (?:deadline|target|date))?:?(?: due)?(?: by| on)?|(?<!be )(?:held|signed|agreed|approved"
            r"|received|endorsed)(?: by [a-z ]{1,25})? (?:on|in)"
            r"|since)(?: the)? ?$",
            re.IGNORECASE,
        ),
    ),
    (
        "ahead",
        re.compile(
            r"(?<![a-z])(?<!or )(?<!not )(?<!no )(?:before|prior to|ahead of|in advance of|earlier than)(?: the)? ?$",
            re.IGNORECASE,
        ),
    ),
    (
        "since",
        re.compile(
            r"(?<![a-z])(?:(?:not|no) (?:before|earlier than|sooner than)|from:?|(?:re-?)?start(?:s"
            r"|ing)?(?: date)?(?: from"
            r"| on| in|:)?"
            r"|beginning(?: in| on| from)?|beg[ia]ns?(?: in| on)?|commenc(?:es?|ed"
            r"|ing)(?: in| on| from)?|started(?: in| on)?|effective(?: from)?|launch(?:es)? from)(?: the)? ?$",
            re.IGNORECASE,
        ),
    ),
    ("after", re.compile(r"(?<![a-z])(?:after|following)(?: the)? ?$", re.IGNORECASE)),
    (
        "until",
        re.compile(
            r"(?<![a-z])(?:until|till|til|through(?: to)?|thru|up to|ending|ends?|finish(?:es|ing)?:?"
            r"|ends?:)(?: the)? ?$",
            re.IGNORECASE,
        ),
    ),
    (
        "by",
        re.compile(
            rf"(?<![a-z])(?:(?:{_SHIFTED}|extension) to|by"
            r"|no later than|not later than|nlt|on or before|due|due on|deliver(?:ed|y)? (?:on|in)|at|on|in"
            r"|during|deadline(?: is)?|latest|for|within|(?:close|near) to|target(?:ed)?|over|throughout"
            r"|complete[ds]?)(?: the| its| their| our| calendar year| year)? ?$",
            re.IGNORECASE,
        ),
    ),
)
_BACK_THEN = re.compile(
    r"(?:issued|published|adopted|approved|agreed|released|signed|launched|held|submitted|delivered|accepted"
    r"|completed|implemented|actioned|closed|achieved)(?: on| in)? ?$",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"(?:^|[-:;,(] ?)(?:fully )?(?:completed?|done|closed|finished|implemented|delivered|achieved)(?![a-z])",
    re.IGNORECASE,
)
_MEETING_OF = re.compile(r"(?:meeting|session|board|committee|council|cabinet|workshop) of (?:the )?$", re.IGNORECASE)
_TO_COME = re.compile(
    r"(?<![a-z])(?:next|by|until|will|to be|phases?|remain[a-z]*|final|not|except|review|then|further|pending"
    r"|extended|revised|[a-z]+ly)(?![a-z])",
    re.IGNORECASE,
)
_TO = re.compile(r" ?(?:,? ?(?:-|to|until|till|through(?: to)?|thru)):? ?(?:the )?", re.IGNORECASE)
_AND = re.compile(r" ?(?:,|;|/|&|and|or|, and) ?(?:by )?", re.IGNORECASE)
_CONDITION = re.compile(  # what comes first, with its day, and not the deadline: Following the elections on 7 May
    r"(?:^|[.;] )(?:after|following|once|upon|pending|subject to|depending on|if|when)(?![a-z])[^,;:()]{1,80}"
    r" (?:on|in|at|during)(?: the)? $",
    re.IGNORECASE,
)
_EVENT = re.compile(r" (?!and |or |to |until |till |at |for |with |if |by |then |in |on )[a-z]{3,}", re.IGNORECASE)
_BETWEEN = re.compile(r"between(?: the)? ?$", re.IGNORECASE)
_DELIMITER = re.compile(r"[;,:()\n|]|\. | - | and | then ")
_HEAD = re.compile(
    r"(?:[\W\d_]|(?:the|(?:new |agreed |revised |end |target )?dates?|anticipated|completion|proposed|now|go[- ]live"
    r"|launch|carried (?:over|forward)|phase|stage|q|draft|final|interim|first|second|revised|initial"
    r"|approx(?:imately)?|about|around|c|ca|est|estimated|expected|planned|target(?:ed)?|report"
    r"|review|pilot|implementation|delivery|roll-?out|timeline|timescale|time ?frame|period|biennium|triennium"
    r"|cycle|years?)(?![a-z]))*+",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"[ .!*“]*(?:$|[;,:()\n|]|- |or (?:earlier|sooner|before)|for (?:approval|decision|adoption)|at the latest"
    r"|if possible|and (?:then )?(?:ongoing|continu)|then "
    r"| (?:in|at) (?-i:[A-Z])[\w ]{2,30}$)",
    re.IGNORECASE,
)
_OF = re.compile(r"(?<![a-z])of (?:the )?$", re.IGNORECASE)
_ITS_YEAR = re.compile(r"(?<![a-z])(?:the|for|with|per|pending) $", re.IGNORECASE)
_OF_A_YEAR = re.compile(r"\d{4} (?!and |or |at |if |for |in |with |to |as |it |we |calendar )[a-z]{3}", re.IGNORECASE)
_GATHERING = re.compile(
    r" (?:[a-z]+ ){0,2}(?:meetings?|board|committee|council|cabinet|session|agm|agenda|newsletter"
    r"|governors)(?![a-z])",
    re.IGNORECASE,
)
_MOVED = re.compile(
    rf"(?:{_SHIFTED}|now|->|=>)(?: due)?(?: to| until| by)? ?$",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"(?<![a-z])(?:on-?going|on going|continu(?:ous|al|ing|e|es)(?:ly)?|rolling|permanent(?:ly)?"
    r"|standing(?! order)|indefinite(?:ly)?|(?:in )?perpetuity|business as usual|bau|long[- ]term"
    r"|throughout|year[- ]round|all year|perpetual|open[- ]ended|recurring|regularly scheduled)(?![a-z])",
    re.IGNORECASE,
)
_AFTER = re.compile(r"(?<![a-z])(?:after|following) $", re.IGNORECASE)
_IMMEDIATE = re.compile(
    r"(?<![a-z])(?:immediate(?:ly)?|asap|a\.s\.a\.p\.?|as soon as (?:is )?(?:reasonably )?"
    r"(?:possible|practicable|practical)|at once|forthwith"
    r"|straight ?away|right away|without (?:undue )?delay|urgent(?:ly)?|now|instantly)(?![a-z])",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"(?<![a-z])(?:tb[cdan]|to be (?:confirmed|determined|agreed|decided|advised|announced|set)"
    r"|as (?:required|needed|necessary|appropriate|and when)|when(?:ever)? (?:needed|required|available"
    r"|possible)"
    r"|in due course|soon|shortly|promptly|ad[- ]hoc|periodic(?:ally)?"
    r"|regular(?:ly)?|from time to time|depend(?:s|ing)|subject to|see|refer(?:ence)?|pending|upon|after"
    r"|once|near future)(?![a-z])",
    re.IGNORECASE,
)


def read_english(plain: str, written: str, context: Context) -> Reading:
    """Return the reading of *plain* (see `numerals.plain`), a text without Chinese characters; *written* is kept."""
    text, time = _timed(reworded(plain))
    if not context.date_order:
        context = replace(context, date_order=order_within(text))
    finders: list[Finder] = [
        *_named(context),
        (TERM, lambda hit, context: term(hit, text, context)),
        *fiscal_en.FINDERS,
        *numeric_en.FINDERS,
        *FINDERS,
        *relative_en.FINDERS,
    ]
    found = scan(text, finders, context, lambda mention, last: _placed(mention, text, last))
    if len(found) > MOST:
        return unresolved(written, "unread", say("The text is too long to be a deadline."))
    found = _weighed([_told(mention, text, context) for mention in found], text)
    if _is_past(text, found, context):
        return Reading("none", written, rule="state", state="done")
    reading = recurring(text, found, context) or compose(found, text, context)
    if reading is None or (reading.kind == "unresolved" and reading.rule == "mention"):
        reading = _by_words(text) or reading
    elif (
        reading.kind == "date"
        and re.match(r"\(?on-?going", text, re.IGNORECASE)
        and re.search(r"review|(?<!final )report|update", text, re.IGNORECASE)
    ):
        taken = (say("The date is taken as that of a review."),)
        reading = recurring(text, [], context) or Reading("open", text, rule="open", warnings=taken)
    if reading is None:
        reading = unresolved(text, "unread", say("No deadline could be read from this."))
    return replace(reading, text=written, time=reading.time or time)


def _named(context: Context) -> list[Finder]:
    """Return a finder for the calendars of the plan and their named periods."""
    named = named_periods(context, str.lower)
    if not named:
        return []
    pattern = re.compile(
        r"(?<![a-z])(?:(?:the )?(?P<edge>start|beginning|end|close) of )?"
        r"(?P<but>(?:outside|out of|except (?:in|during)) )?"
        rf"(?:the )?(?:(?P<year>\d{{4}}) )?(?P<name>{alternatives(named)})(?![a-z])",
        re.IGNORECASE,
    )

    def handle(hit: re.Match[str], context: Context) -> Mention:
        """Return the declared days of a named period, its first day or its last."""
        mark = "after" if _AFTER.search(hit.string, 0, hit.start()) and not hit["edge"] else ""
        mention = named_mention(hit, named[hit["name"].lower()], mark, context)
        if not (hit["edge"] and mention.point and mention.point.fixed):
            return mention
        day = mention.point.fixed[0 if hit["edge"].lower() in ("start", "beginning") else 1]
        return replace(mention, point=Point("day", fixed=(day, day)))

    return [(pattern, handle)]


def _is_past(text: str, found: list[Mention], context: Context) -> bool:
    """Return whether a text tells only what was done, with days that lie behind the day of issue."""
    if not (context.issued and _DONE.search(text)) or _TO_COME.search(text):
        return False
    days = [days_of(mention.point, context.year or 0, 0) for mention in found if mention.point]
    return bool(days) and all(day is not None and day.due < context.issued for day in days)


def _timed(text: str) -> tuple[str, str]:
    """Return a text without its time of day, and the time apart."""
    found = _TIME.search(text)
    if not found:
        return text, ""
    led = " by " if re.match(r",? ?by ", found[0], re.IGNORECASE) else " "
    rest = text[: found.start()] + led + text[found.end() :]
    return " ".join(rest.split()), found["time"]


def _by_words(text: str) -> Reading | None:
    """Return the reading of a text that names no day: at once, for a long time, or left to circumstances."""
    if _IMMEDIATE.search(text):
        return Reading("immediate", text, rule="immediate", then_open=bool(_OPEN.search(text)))
    if _OPEN.search(text):
        return Reading("open", text, rule="open")
    if _VAGUE.search(text):
        return unresolved(text, "vague", say("The text leaves the day to circumstances."))
    return None


def _placed(mention: Mention, text: str, last: Mention | None) -> Mention:
    """Return a mention with the words ahead of it and behind it understood."""
    ahead = text[last.end if last else 0 : mention.begin]
    tail = _TAIL.match(text, mention.end)
    mark = mention.mark or next((mark for mark, words in _LED if words.search(ahead[-40:])), "")
    if tail and mention.rule not in LENGTHS:
        weekday = weekday_number(tail["weekday"]) if tail["weekday"] else mention.weekday
        mark = "since" if tail["since"] else mark or ("by" if tail["late"] else "")
        mention = replace(mention, end=tail.end(), weekday=weekday)
    if _CONDITION.search(ahead):
        return replace(mention, mark="status")
    if mark in ("ahead", "after") and _names_event(mention, text):
        why = say("It is counted from an event that isn't the document.")
        return replace(mention, point=None, mark="", rule="event", warnings=(why,))
    if last and ahead.strip() == "from" and ahead_of(_MOVED, text, last.begin):
        return replace(mention, mark="status")
    if last and (_TO.fullmatch(ahead) or (ahead.strip() == "and" and last.rule == "between")):
        return replace(mention, mark="" if mark in ("until", "since") else mark, joined="to")
    if _BETWEEN.search(ahead):
        return replace(mention, rule="between")
    return replace(mention, mark=mark, joined="and" if last and _AND.fullmatch(ahead) else "")


def _names_event(mention: Mention, text: str) -> bool:
    """Return whether a period only says which event is meant, on a day nobody knows: after the May 2026 elections."""
    return mention.point is not None and whole_month(mention.point.unit) and bool(_EVENT.match(text, mention.end))


def _told(mention: Mention, text: str, context: Context) -> Mention:
    """Return a mention, marked as status where it tells what had happened by the day of issue: issued May 2021."""
    point = mention.point
    days = days_of(point, 0, 0) if point and not mention.joined else None
    if days is None or point is None or context.issued is None:
        return mention
    if days.due >= context.issued:
        meets = point.unit == "day" and _GATHERING.match(text, mention.end)
        meets = meets or ahead_of(_MEETING_OF, text, mention.begin)
        return replace(mention, mark=mention.mark or "by") if meets else mention
    told = _BACK_THEN.search(text, max(0, mention.begin - 20), mention.begin)
    return replace(mention, mark="status") if told else mention


def _weighed(found: list[Mention], text: str) -> list[Mention]:
    """Return the mentions with those marked as weak that only qualify other words: the 2019 annual report."""
    weighed: list[Mention] = []
    for mention in reversed(found):
        following = weighed[-1] if weighed else None
        joined = following is not None and following.joined != ""
        if following and _MOVED.search(text, mention.end, following.begin):
            mention, joined = replace(mention, mark="status"), False
        weak = following.weak if joined and following else _qualifies(mention, text)
        weighed.append(replace(mention, weak=weak))
    return weighed[::-1]


def _qualifies(mention: Mention, text: str) -> bool:
    """Return whether a bare mention is a word among words rather than a deadline."""
    point = mention.point
    if (
        point
        and point.unit == "year"
        and ahead_of(_ITS_YEAR, text, mention.begin)
        and _OF_A_YEAR.match(text, mention.begin)
    ):
        return True
    if point and point.unit == "month" and not point.year and _GATHERING.match(text, mention.end):
        return True
    if (
        mention.mark not in ("", "inside")
        or mention.joined
        or point is None
        or point.part == "end"
        or mention.rule == "between"
    ):
        return False
    near = max(0, mention.begin - 120)
    start = max((hit.end() for hit in _DELIMITER.finditer(text, near, mention.begin)), default=near)
    head, closing = _HEAD.fullmatch(text, start, mention.begin), _CLOSING.match(text, mention.end)
    if point.unit == "year":
        return not (head and closing)
    return not (head or closing) or bool(_OF.search(text, max(0, mention.begin - 8), mention.begin))
