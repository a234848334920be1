"""From the points a text mentions to what it says as a whole: a date, a span, milestones, or nothing certain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from plans.expressions.brackets import bracketed
from plans.expressions.mentions import DAY, Context, Mention
from plans.expressions.points import Days, Point, add_months, days_of, month_end, whole_month
from plans.model import Precision, Reading, Sentence, say

_EARLIER = re.compile(r"(?<=[,(;，（；])(?:力争|争取|其中)")
SOFT = re.compile(
    r"力争|争取|原则上|尽量|尽可能|in principle|where possible|if possible|aim(?:ing)? (?:to|for)|target"
    r"|ideally|preferably"
)
FIRM = re.compile(
    r"确保|最迟|最晚|至迟|不晚于|不迟于|必须|务必|务须|no later than|not later than|at the latest", re.IGNORECASE
)
_LEADING = re.compile(
    rf"(?:{SOFT.pattern}|{FIRM.pattern})(?:(?:于|在|到|提前[至到])?:?\s*$|(?<=[,;。(、].{{2}})[^,;。()、]{{0,12}}$)",
    re.IGNORECASE,
)
_DONE = "完成|办结|办理完毕|到位|落实"
_STRIVEN = re.compile(
    rf"(?P<verb>(?:全部|全面)?(?:{_DONE}))?[\s,、;。(]*(?:但|并|且|and )?"
    rf"(?:{SOFT.pattern})(?:于|在|到|提前[至到]| by| in)?\s*"
)
_SAME_WORK = re.compile(rf"(?:(?:全部|全面)?(?:{_DONE}))?(?:[\s,;。)]|$)")
_WORKED_AT = re.compile(r"(?:持续|组织|抓好|扎实)?(?:推进|推动|开展|实施|进行|落实)[,:，：]")
_IS_OVER = re.compile(rf"(?:全部|全面)?(?:{_DONE}|结束)(?:[\s,;。)]|$)")
OPEN_AFTER = re.compile(
    r"长期|常态|持续|坚持|转入(?:日常|正常)|巩固|不断|and ongoing|then (?:ongoing|continu)|thereafter"
    r"|ongoing thereafter"
)


@dataclass(frozen=True, slots=True)
class Step:
    """One deadline among several: where it stands, its days, and what was assumed."""

    begin: int
    end: int
    days: Days
    span: bool
    precision: Precision
    rule: str
    mark: str = ""
    aside: bool = False  # an earlier day striven for beside the deadline written just ahead
    warnings: tuple[Sentence, ...] = ()


class _UnreadableError(Exception):
    """A point that can't be a day; carries why, and the days to propose."""

    def __init__(self, why: Sentence, guesses: Sequence[date] = ()) -> None:
        super().__init__(str(why))
        self.why = why
        self.guesses = tuple(guesses)


def unresolved(text: str, rule: str, why: Sentence | None = None, guesses: Sequence[date] = ()) -> Reading:
    """Return the reading of a text that gives no date, with the days a person may choose from."""
    proposals = tuple(dict.fromkeys(guesses))
    return Reading("unresolved", text, rule=rule, warnings=(why,) if why else (), proposals=proposals)


def compose(mentions: Sequence[Mention], text: str, context: Context) -> Reading | None:
    """Return what the *mentions* of *text* say together; None where they say nothing about a deadline."""
    chosen = _deadlines(bracketed(mentions, text))
    if not chosen or _ends_unknown(mentions, text):
        return _nothing_certain(mentions, text, context)
    try:
        steps = _steps(chosen, text, context)
    except _UnreadableError as problem:
        return unresolved(text, "unreadable", problem.why, problem.guesses)
    starts = [step for step in steps if step.mark in ("since", "after")]
    ends = [step for step in steps if step.mark not in ("since", "after")]
    if ends and starts and starts[0].begin < ends[0].begin and all(step.rule == "term" for step in ends):
        return _started(starts[0], text, say("The length of time counts from that day; the last day has to be set."))
    reading = _joined(ends, text) if ends else _started(starts[0], text)
    if ends and starts and starts[0].days.start <= ends[-1].days.due:
        reading = replace(reading, kind="span", start=starts[0].days.start)
    time = next((mention.time for mention in reversed(chosen) if mention.time), "")
    return replace(reading, time=time, soft=_soft(ends, text), then_open=_goes_on(ends, text))


def _deadlines(mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions that are deadlines, leaving out days that only qualify a noun or tell how things stood."""
    kept: list[Mention] = []
    for mention in mentions:
        if mention.point is None or mention.mark == "status" or mention.weak:
            continue
        kept.append(mention if kept and kept[-1].end <= mention.begin else replace(mention, joined=""))
    while len(kept) > 1 and _only_begins(kept[0]) and kept[1].joined != "to":
        kept.pop(0)
    return kept


def _only_begins(mention: Mention) -> bool:
    """Return whether a mention is the start of a long period, which is no day: 年初部署，年底考核."""
    point = mention.point
    return point is not None and point.part == "start" and point.unit in ("year", "half", "quarter")


def _ends_unknown(mentions: Sequence[Mention], text: str) -> bool:
    """Return whether a date leads on to what is no day, or may be that as well: March to summer, Dec 2024/Spring."""
    pairs = pairwise(mentions)
    return any(
        last.point is not None
        and last.mark not in ("status", "since")
        and mention.point is None
        and (mention.joined == "to" or (mention.joined and text[last.end : mention.begin].strip() in ("/", "or")))
        for last, mention in pairs
    )


def _nothing_certain(mentions: Sequence[Mention], text: str, context: Context) -> Reading | None:
    """Return an unresolved reading that proposes the days *text* mentions in passing; None where it mentions none."""
    guesses: list[date] = []
    mentions = [mention for mention in mentions if mention.point or mention.mark != "status"]
    why = say("The text mentions a day, but not as a deadline.")
    for mention in mentions:
        guesses.extend(mention.guesses)
        if mention.warnings:
            why = mention.warnings[0]
        if mention.point is not None and mention.mark != "status":
            days = days_of(mention.point, *_defaults(context))
            guesses.extend([days.due] if days else [])
    rule = next((m.rule for m in mentions if m.rule and m.point is None), "mention")
    return unresolved(text, rule, why, guesses) if mentions else None


def _defaults(context: Context) -> tuple[int, int]:
    """Return the year and month of what is written without; 0 for a year nobody gives."""
    return context.year or 0, context.issued.month if context.issued else 0


def _steps(mentions: Sequence[Mention], text: str, context: Context) -> list[Step]:
    """Return the deadlines in the order written; each takes the year and month it lacks from the one before it."""
    steps: list[Step] = []
    year, month = _defaults(context)
    at = 0
    while at < len(mentions):
        upto = at
        while upto + 1 < len(mentions) and mentions[upto + 1].joined == "to":
            upto += 1
        if upto > at:
            step = _span(mentions[at], mentions[upto], year, month)
        else:
            last = steps[-1] if steps else None
            step = _follows(mentions[at], last, text, context) if last else _single(mentions[at], year, month, None)
        if len(steps) and _is_frame(steps[-1], step, text):
            steps.pop()
        steps.append(step)
        year, month = step.days.due.year, step.days.due.month
        at = upto + 1
    return steps


def _is_frame(year: Step, step: Step, text: str) -> bool:
    """Return whether a year only says in which the next deadline is: 2026年，6月底前; 全年推进，12月10日前完成."""
    within = year.days.start <= step.days.due <= year.days.due
    between = text[year.end : step.begin].strip()
    frame = between in (",", ":", "，", "：") or (_WORKED_AT.fullmatch(between) and _IS_OVER.match(text, step.end))
    return year.precision == "year" and year.mark in ("", "inside") and within and bool(frame)


def _days(mention: Mention, year: int, month: int) -> Days:
    """Return the days a mention covers, or say why there are none."""
    point = mention.point
    if point is None:
        raise _UnreadableError(say("It is counted from an event that isn't the document."), mention.guesses)
    if point.turn:
        point = point._replace(year=year + point.turn if year else None)
    if not (point.fixed or point.year or year):
        raise _UnreadableError(say("The deadline has no year, and neither the plan nor its date of issue gives one."))
    days = days_of(point, year, month)
    if days is None:
        raise _UnreadableError(say("There is no such day in the calendar."), _near(point, year, month))
    return days


def _follows(mention: Mention, before: Step, text: str, context: Context) -> Step:
    """Return the deadline written behind another; what is aimed at or a part may lie before it, in the same year."""
    year, month = before.days.due.year, before.days.due.month
    step = replace(_single(mention, year, month, None), aside=_sooner(before, mention, text))
    if step.aside and step.days.due > before.days.due:  # striven for ahead of it, so in the year before
        step = replace(_single(mention, year - 1, month, None), aside=True)
    past = context.issued is not None and step.days.due < context.issued
    aside = _EARLIER.search(text, before.begin, mention.end) or "(" in text[before.end : mention.begin]
    if step.aside or (not past and aside):
        return step
    return _single(mention, year, month, before)


def _sooner(before: Step, mention: Mention, text: str) -> bool:
    """Return whether a date is only striven for ahead of the deadline just written: 6月30日前（力争5月31日前）."""
    between = _STRIVEN.fullmatch(text, before.end, mention.begin)
    return between is not None and (not between["verb"] or bool(_SAME_WORK.match(text, mention.end)))


def _near(point: Point, year: int, month: int) -> tuple[date, ...]:
    """Return the last day of the month of a day that doesn't exist (6.31 proposes 30 June)."""
    year, month = point.year or year, point.month or month
    if 1900 <= year <= 2150 and 1 <= month <= 12 and point.day and 28 < point.day <= 31:
        return (month_end(year, month),)
    return ()


def _single(mention: Mention, year: int, month: int, before: Step | None) -> Step:
    """Return one deadline; without a year of its own it never runs back behind the one before it."""
    point = mention.point
    days = _days(mention, year, month)
    warnings = list(mention.warnings)
    free = point is not None and not (point.year or point.fixed or point.turn)
    period = before is not None and (before.span or before.precision in ("year", "half", "quarter"))
    within = before is not None and period and before.days.start <= days.due
    if before and free and days.due < before.days.due and not within:
        rolled = days_of(point, before.days.due.year + 1, month) if point and point.month else None
        if rolled:
            days = rolled
            warnings.append(say("It would lie before the date written ahead of it, so the next year is meant."))
    return _marked(mention, days, warnings)


def _marked(mention: Mention, days: Days, warnings: list[Sentence]) -> Step:
    """Return a deadline with its mark applied: strictly before a period, about a day, the middle of a month."""
    point = mention.point or Point("day")
    due, precision = days.due, point.unit
    period = whole_month(point.unit)
    strict = not (point.part and period) and (mention.mark == "ahead" or (mention.mark == "before" and period))
    if strict:
        due = days.start - DAY
        warnings.append(say("Strictly before {day} is meant.", day=days.start.isoformat()))
    elif mention.mark == "before" and point.unit == "xun" and point.day != 3:
        warnings.append(say("The last of the ten days is taken; the day before they begin could be meant as well."))
    if mention.mark == "about":
        warnings.append(say("The day is only approximate."))
    if point.part in ("start", "mid") and period and mention.mark not in ("since", "after"):
        if point.part == "start" and point.unit in ("year", "half", "quarter"):
            raise _UnreadableError(say("The beginning of such a long period is no day."), (days.due, days.start))
        if point.part == "mid":
            warnings.append(say("The middle of a period is taken as {day}.", day=due.isoformat()))
    if mention.weekday is not None and due.weekday() != mention.weekday:
        warnings.append(say("{day} isn't the day of the week that is written.", day=due.isoformat()))
    start = days.due if mention.mark == "after" and point.part == "end" else days.start
    return Step(
        mention.begin,
        mention.end,
        Days(start, due),
        span=mention.mark == "inside" and mention.rule in ("five-year plan", "span", "holiday"),
        precision=precision,
        rule=mention.rule or point.unit,
        mark=mention.mark,
        warnings=tuple(warnings),
    )


def _span(left: Mention, right: Mention, year: int, month: int) -> Step:
    """Return a span; what one end leaves out it takes from the other, so that the span runs forward."""
    first, last = left.point, right.point
    if first is None or last is None:
        raise _UnreadableError(
            say("It is counted from an event that isn't the document."), left.guesses + right.guesses
        )
    inherits = last.month is None and last.unit in ("day", "xun", "month") and not last.fixed
    if first.month is None and first.unit == "day" and not first.fixed and last.month:
        first = first._replace(month=last.month)
    if last.year and not first.year:
        first = first._replace(year=last.year)
        opened = _days(replace(left, point=first), year, month)
        closed = _days(right, opened.start.year, opened.start.month)
        if opened.start > closed.due and first.year:
            opened = _days(replace(left, point=first._replace(year=first.year - 1)), year, month)
    else:
        opened = _days(replace(left, point=first), year, month)
        closed = _days(right, opened.start.year, opened.start.month)
        if opened.start > closed.due and not (last.year or last.fixed or inherits):
            closed = _days(replace(right, point=last._replace(year=opened.start.year + 1)), year, month)
    if opened.start > closed.due:
        guesses = _swapped(closed.due, opened.start)
        raise _UnreadableError(say("The span ends before it begins."), guesses)
    step = _marked(replace(right, mark="by"), closed, [*left.warnings, *right.warnings])
    return replace(
        step, begin=left.begin, days=Days(opened.start, step.days.due), span=True, rule="span", mark=right.mark
    )


def _swapped(end: date, start: date) -> tuple[date, ...]:
    """Return the days to propose for a span that runs backwards: its end a year or a month later, and as written."""
    later = (add_months(end, 12 * (start.year - end.year)), add_months(end, 12 * (start.year - end.year + 1)))
    return (next(day for day in later if day >= start), end)


def _joined(steps: Sequence[Step], text: str) -> Reading:
    """Return one reading for one or more deadlines: the latest is due, all of them are milestones."""
    last = max(steps, key=lambda step: step.days.due)
    spans = all(step.span for step in steps)
    milestones = sorted(_milestones(steps, text)) if len(steps) > 1 else []
    warnings: list[Sentence] = []
    for warning in (warning for step in steps for warning in step.warnings):
        if warning not in warnings:
            warnings.append(warning)
    return Reading(
        "span" if spans else "date",
        text,
        start=min(step.days.start for step in steps) if spans else None,
        due=last.days.due,
        precision=last.precision,
        milestones=tuple(milestones),
        rule=last.rule if len(steps) == 1 else "milestones",
        warnings=tuple(warnings),
    )


def _milestones(steps: Sequence[Step], text: str) -> list[tuple[date, str]]:
    """Return each date with the words around it: from what leads it to the next, without punctuation at the ends."""
    begins = _begins(steps, text)
    return [
        (step.days.due, _trimmed(text[begin:end]))
        for step, begin, end in zip(steps, begins, [*begins[1:], len(text)], strict=True)
    ]


def _begins(steps: Sequence[Step], text: str) -> list[int]:
    """Return where the words of each date begin: at the date, or at the 力争 or 确保 that leads it."""
    begins: list[int] = []
    for number, step in enumerate(steps):
        lead = _LEADING.search(text, steps[number - 1].end if number else 0, step.begin)
        begins.append(lead.start() if lead else step.begin)
    return begins


def _trimmed(words: str) -> str:
    words = words.strip(" ,，、;；。.和及并(")
    return words if "(" in words else words.rstrip(")")


def is_aim(words: str) -> bool:
    """Return whether the *words* of a milestone make its date one to be striven for only."""
    return SOFT.match(words) is not None


def _soft(steps: Sequence[Step], text: str) -> bool:
    """Return whether the date that is due is an aim: the word nearest ahead of it decides, else those behind it."""
    if not steps:
        return bool(SOFT.search(text))
    at = max(range(len(steps)), key=lambda number: steps[number].days.due)
    end = [*_begins(steps, text)[1:], len(text)][at]
    clause, *others = re.split("[,;。()]", text[steps[at].end : end])
    if FIRM.search(clause):
        return False
    since = max((step.end for step in steps[:at] if step.aside), default=0)
    ahead = text[since : steps[at].end]
    soft = max((hit.start() for hit in SOFT.finditer(ahead)), default=-1)
    firm = max((hit.start() for hit in FIRM.finditer(ahead)), default=-1)
    behind = SOFT.search(clause) or any(SOFT.fullmatch(other.strip(" .")) for other in others)
    return soft > firm or (firm < 0 and bool(behind))


def _started(step: Step, text: str, warning: Sentence | None = None) -> Reading:
    """Return the reading of a text that says only when to begin."""
    warning = warning or say("Only the beginning is given, no end.")
    return Reading("open", text, start=step.days.start, rule="start", warnings=(warning, *step.warnings))


def _goes_on(steps: Sequence[Step], text: str) -> bool:
    """Return whether the text, behind its last date, says that the work goes on."""
    return bool(steps) and bool(OPEN_AFTER.search(text, steps[-1].end))
