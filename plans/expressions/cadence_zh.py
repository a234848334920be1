"""Cadences in Chinese: 每月5日前, 每季度末, 每周五, 每年6月、12月底前, 次月5日前, 季后10日内."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from plans.cadence import FOLLOWING, WEEKDAYS, WORKED, precision_of, repeat
from plans.expressions.clauses import compose, unresolved
from plans.expressions.mentions import Context, Mention, ahead_of
from plans.expressions.points import Point, add_months, days_of, month_end
from plans.model import Reading, Sentence, say

_DAYS = "一二三四五六日"
_EVERY = re.compile(
    r"(?:每(?:间?隔)?|隔(?=[年月周天日])|按(?=(?:[年季月周旬日]度?|半年)(?!份?(?:计划|安排|方案|目标|预算)|程序|度))"
    r"|逐(?=[年季月周旬日])|分(?=季度|月份?(?!别)))"
    r"(?P<n>\d{1,3}|半|双|单)?个?(?P<unit>年度?|季度?|月份?|周|星期|礼拜|旬|日|天|工作日|学期|学年)"
    r"|(?P<pair>双|单|隔)(?P<unit2>周|月)(?![刊刀边])"
)
_WEAK = re.compile(
    r"(?<![\d每])(?<!工作)(?P<unit>[日周旬月季年]|季度|月度|年度|半年)"
    r"(?:一?(?:报|调度|通报|督查|例会|小结|总结|汇报|研判|评比|会商|碰头|跟进|清零)|1次)"
)
_AFTER = re.compile(
    r"(?<![\d个])(?:[每各]个?)?(?P<unit>半年度?|年度|季度?|月度?|(?<=每)年)(?:(?:结束|终了|期满|(?P<begun>开始))?之?后(?:的"
    r"|首月|次月)?|结束|终了|期满)第?(?P<n>\d{1,2})个?"
    r"(?P<count>工作日|日|天|月)内?"
)
_NEXT = re.compile(
    r"(?:(?P<over>半年|年度|季度?)(?:结束|终了)?的?)?"
    r"(?P<unit>次月|翌月|下月|(?:次|下1?)个?季度?(?:首月|第1个月)|次年1月)的?(?P<n>\d{1,2})[日号]?(?:前|之前|以前|内)"
)
_TIMES = re.compile(r"[^,;。]{0,12}?(?<![\d第])(?P<n>\d{1,2})(?:-\d{1,2})?(?:次|场|轮|期|回)")
_WEEKDAY = re.compile(
    r"(?:的?(?:周|星期|礼拜))?(?P<days>[一二三四五六日天](?:[、和及]?(?:周"
    r"|星期)?[一二三四五六日天])*)(?![次场轮回至到-])"
    r"(?:(?<!一)|(?![调通督汇评研总考碰会分排检清结例]|报(?!送|告)))"
)
_THROUGH = re.compile(r"(?:周|星期|礼拜)?([一二三四五六日天])[至到-](?:周|星期|礼拜)?([一二三四五六日天])")
_DAY = re.compile(
    r"度?的?(?:(?P<month>首个?月|第?(?P<nth>[1-6])个?月|末月|末(?=\d)|最后[一1]?个?月|中间月)份?)?的?"
    r"(?:(?:(?:第?(?P<nth_week1>[1-5])个?周?[、和及])?第?(?P<nth_week>[1-5]|首|最后1?)(?:个|周的?)?(?:周|星期"
    r"|礼拜)(?P<weekday>[一二三四五六日天]))|(?P<work>(?:月?初)?[第前]?(?P<work_n>[1-9]\d?|首"
    r"|最后[一1]?)个?工作日)|(?P<end>最后[一1]?[天日]|月?底|月?末)"
    r"|(?P<xun>[上中下]旬|初)"
    r"|前?(?P<days>\d{1,2}(?:[日号]?(?:[、和及-]|,(?=\d{1,2}[日号]))\d{1,2}){0,4})(?:[日号]|(?=前|之前|以前))"
    r"(?:[至到-](?:次月|下月)(?P<next>\d{1,2})[日号])?)?"
)
_UNITS = {
    "年": "year", "半": "half", "季": "quarter", "月": "month", "周": "week", "星": "week", "礼": "week", "旬": "xun",
    "日": "day", "天": "day", "工": "workday", "学": "term",
}  # fmt: skip
_VAGUE = re.compile(r"视(?:情|工作|需|进|实)|需要时|必要时")
_YEAR_END = re.compile(r"年?[底末终](?![数线端])")
_STRAIGHT_ON = re.compile(  # with another verb between, that is what is due: 年底前建立每月通报制度
    r"(?:各[^,;。]{1,6}?|应当?|要|须|需|均|都|坚持|持续|实行|至少)*"
)
_FIRST_TIME = re.compile(r"(?:首次|第1次|首期)[^,;。()\d]{0,8}$")  # one of the days of the cadence
_OF_A_SEASON = re.compile(r"期?[间内中]?[,:]?(?:的|实行|坚持|应当?|要|须|需|均|都)*")
_SO_OFTEN = re.compile(r"[^,;。]{0,12}次,?(?:分别|各)?[于在]?")  # 每年至少2次，分别于6月底、12月底前
_LISTED = ("、", "和", "及", "与", ",", "，")
_ON_DAYS = "FREQ=MONTHLY;BYMONTHDAY="
_UNTIL = re.compile(r"(?<![延长迟后前整改推])[至到]$")
_COUNTED_BACK = re.compile(r"[日号底末](?:之前|以前|前)\d{1,2}个?(?:工作日|[日天周])")  # 每季度末前5个工作日
_CLAUSE = re.compile(r"[,;。:!?\n]")


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

    A date besides the cadence is the deadline, unless it only says from when or until when the cadence runs.
    """
    cadences = list(_cadences(text, found))
    if not cadences:
        return None
    first = cadences[0]
    if text[first.begin] in "按逐分" and _VAGUE.search(text):
        return unresolved(text, "vague", say("The cadence is left to circumstances."))
    if _COUNTED_BACK.search(text, first.begin):
        return unresolved(text, "event", say("It counts back from another event."))
    if named := _in_months(text, found, first, context.year):
        return named
    outside = [m for m in found if all(m.end <= c.begin or m.begin >= c.end for c in cadences)]
    outside = [m for m in outside if not ahead_of(_FIRST_TIME, text, m.begin)]
    if season := _season(text, outside, first):
        if season.point is None or season.point.fixed is None:
            return unresolved(text, "calendar", season.warnings[0])
        start, last = season.point.fixed
        return _reading(text, replace(first, rrule=f"{first.rrule};UNTIL={last:%Y%m%d}"), start)
    dates = compose(outside, text, context) if outside else None
    if dates is None or dates.kind == "unresolved":
        return _reading(text, first)
    if dates.kind == "date" and not all(_bounds(text, mention, first) for mention in outside):
        warning = say("The text also names a cadence; the date is taken as the deadline.")
        return replace(dates, warnings=(*dates.warnings, warning))
    return _bounded(text, first, dates)


def _season(text: str, outside: Sequence[Mention], cadence: _Repeat) -> Mention | None:
    """Return the one named period that a cadence lies in: 汛期每月5日前, 学期内每周五, 每月5日前(汛期)."""
    if len(outside) != 1 or outside[0].rule != "calendar" or outside[0].mark not in ("", "inside"):
        return None
    season = outside[0]
    if season.point is None and text[: season.end].endswith("后"):
        return None  # 入汛后每日报送 only begins with it
    if season.end <= cadence.begin:
        return season if _OF_A_SEASON.fullmatch(text, season.end, cadence.begin) else None
    return season if text[cadence.end : season.begin].endswith("(") and text[season.end :].startswith(")") else None


def _in_months(text: str, found: Sequence[Mention], cadence: _Repeat, year: int | None) -> Reading | None:
    """Return the reading of a monthly cadence in listed months of one year: 3月、6月、9月每月5日前."""
    listed: list[Mention] = []
    end = cadence.begin
    for mention in reversed([mention for mention in found if mention.end <= end]):
        point, between = mention.point, text[mention.end : end]
        if not point or point.unit != "month" or point.part or between not in (_LISTED if listed else ("", "的")):
            break
        listed.insert(0, mention)
        end = mention.begin
    months = [mention.point.month for mention in listed if mention.point and mention.point.month]
    year = next((mention.point.year for mention in listed if mention.point and mention.point.year), year)
    if len(months) < 2 or months != sorted(set(months)) or not year or not cadence.rrule.startswith(_ON_DAYS):
        return None
    if months != list(range(months[0], months[-1] + 1)):
        more = cadence.rrule.removeprefix(_ON_DAYS)
        named = f"FREQ=YEARLY;BYMONTH={','.join(map(str, months))};BYMONTHDAY={more}"
        cadence = replace(cadence, rrule=named)
    until = month_end(year, months[-1])
    rrule = f"{cadence.rrule};UNTIL={until:%Y%m%d}"
    return _reading(text, replace(cadence, rrule=rrule), date(year, months[0], 1))


def _bounds(text: str, mention: Mention, cadence: _Repeat) -> bool:
    """Return whether a date besides a cadence only says from when or until when it runs: 12月底前每月报送."""
    if mention.point is None or mention.weak or mention.mark in ("since", "after", "inside"):
        return True
    if mention.begin >= cadence.end:
        return _UNTIL.search(text, 0, mention.begin) is not None
    period = mention.mark == "" and mention.point.unit in ("year", "half", "quarter")
    return period or _STRAIGHT_ON.fullmatch(text, mention.end, cadence.begin) is not None


def _reading(text: str, cadence: _Repeat, start: date | None = None) -> Reading:
    """Return the reading of a cadence."""
    return Reading(
        "recurring",
        text,
        start=start,
        precision=precision_of(cadence.rrule),
        rrule=cadence.rrule,
        rule=cadence.rule,
        warnings=cadence.warnings,
    )


def _bounded(text: str, cadence: _Repeat, dates: Reading) -> Reading:
    """Return the reading of a cadence that begins or ends on a day."""
    until = f";UNTIL={dates.due:%Y%m%d}" if dates.due else ""
    start = dates.start
    length = {"year": 12, "half": 6, "quarter": 3}.get(dates.rule)
    if dates.kind == "date" and dates.due and length:
        start = add_months(dates.due.replace(day=1), 1 - length)
    return _reading(text, replace(cadence, rrule=cadence.rrule + until), start)


def _cadences(text: str, found: Sequence[Mention]) -> Iterator[_Repeat]:
    """Yield the cadences of *text*: what follows each period first, then 每 and its like, then 月报, 周例会."""
    after = _AFTER.search(text) or _NEXT.search(text)
    every = _EVERY.search(text)
    if after and every and after["unit"].startswith("次年") and "年" not in every[0].replace("半年", ""):
        after = None  # 每半年通报，7月15日前、次年1月15日前
    if after and (after.re is _AFTER or not after["unit"].startswith(("下", "次年")) or every):
        begin = min(every.start(), after.start()) if every else after.start()
        yield replace(_following(after), begin=begin)
    for hit in _EVERY.finditer(text):
        yield _each(hit, text, found)
    weak = _WEAK.search(text)
    if weak and not every and not any(m.mark in ("before", "by") and not m.weak for m in found):
        unit = weak["unit"]
        yield _Repeat(weak.start(), weak.end(), *_bare(_UNITS["半" if unit == "半年" else unit[0]], 1))


def _following(hit: re.Match[str]) -> _Repeat:
    """Return the rule of what is due so many days after each period ends."""
    number = max(1, int(hit["n"]))
    named = (hit["over"] or hit["unit"].lstrip("次翌下1个")) if hit.re is _NEXT else hit["unit"]
    unit = _UNITS[named[0]]
    length = {"month": 1, "quarter": 3, "half": 6, "year": 12}[unit]
    count = hit["count"] if hit.re is _AFTER else "日"
    whole = number if count == "月" else (number - 1) // (21 if count == "工作日" else 31) + 1
    months = [month % 12 + 1 for month in range(whole - 1, whole + 11, length)]
    left = number - (whole - 1) * (21 if count == "工作日" else 31)
    warnings: tuple[Sentence, ...] = ()
    longest = 29 if length == 1 else 30  # no quarter begins with a February
    more, days = "", [-1 if count == "月" or left > longest else left]
    if count == "工作日":
        more, days = f"BYDAY={WORKED};BYSETPOS={left}", []
        warnings = (say("A calendar rule can't count the official working days; the text is kept beside it."),)
    rrule = (
        repeat("month", days=days, more=more) if length == 1 else repeat("year", months=months, days=days, more=more)
    )
    begun = hit.re is _AFTER and hit["begun"]
    return _Repeat(hit.start(), hit.end(), rrule, "each" if begun else FOLLOWING, warnings)


def _bare(unit: str, interval: int) -> tuple[str, str, tuple[Sentence, ...]]:
    """Return rule, rule name and warnings of a unit without a day."""
    if unit == "xun":
        return repeat("month", days=(10, 20, -1)), "each", ()
    if unit == "workday":
        return repeat("day", more=f"BYDAY={WORKED}"), "each", ()
    if unit == "term":
        return repeat("half", interval), "each", (say("A school term is taken as half a year."),)
    return repeat(unit, interval), "each", ()


def _each(hit: re.Match[str], text: str, found: Sequence[Mention]) -> _Repeat:
    """Return the cadence of one 每 with the day that follows it."""
    unit, interval = _unit(hit)
    if hit["n"] == "半" and unit == "month":
        return _Repeat(hit.start(), hit.end(), repeat("month", days=(15, -1)))
    if (hit["n"] == "单" and unit == "month") or (hit["pair"] == "单" and unit == "month"):
        odd = _in_period("month", hit, text, (1, 3, 5, 7, 9, 11))
        return odd or _Repeat(hit.start(), hit.end(), repeat("month", months=(1, 3, 5, 7, 9, 11)))
    if unit == "week":
        return _on_weekdays(hit, text, interval)
    placed = None
    if unit in ("month", "quarter", "half"):
        placed = _in_period(unit, hit, text, _last_months(unit, interval))
    if unit in ("year", "half") and placed is None:
        placed = _in_year(unit, interval, hit, text, found)
    if placed is None and interval == 1:
        placed = _so_often(unit, hit, text)
    return placed or _Repeat(hit.start(), hit.end(), *_bare(unit, interval))


def _unit(hit: re.Match[str]) -> tuple[str, int]:
    """Return the unit of a 每 and how many of it make one step."""
    if hit["pair"]:
        return _UNITS[hit["unit2"]], 2
    unit = {"工作日": "workday", "学年": "year"}.get(hit["unit"]) or _UNITS[hit["unit"][0]]
    if hit["n"] == "半":
        return ("half" if unit == "year" else unit), 1
    if hit["n"] in ("双", "单") or hit[0].startswith(("隔", "每隔")):
        return unit, 2
    return unit, max(1, int(hit["n"])) if hit["n"] else 1


def _last_months(unit: str, interval: int) -> tuple[int, ...]:
    """Return the months of a year in which periods of the unit end; none where every month is one."""
    length = {"month": 1, "quarter": 3, "half": 6}[unit] * interval
    return tuple(range(length, 13, length)) if length > 1 and 12 % length == 0 else ()


def _on_weekdays(hit: re.Match[str], text: str, interval: int) -> _Repeat:
    """Return a weekly cadence with the days of the week that are named."""
    through = _THROUGH.match(text, hit.end())
    named = through or _WEEKDAY.match(text, hit.end())
    if not named:
        return _Repeat(hit.start(), hit.end(), repeat("week", interval))
    days = sorted({_DAYS.index(sign) for sign in named[0].replace("天", "日") if sign in _DAYS})
    if through:  # 每周一至周五, 每周五至周一
        first, last = (_DAYS.index(sign.replace("天", "日")) for sign in through.groups())
        days = sorted(day % 7 for day in range(first, last + 1 + 7 * (last < first)))
    more = f"BYDAY={','.join(WEEKDAYS[day] for day in days)}"
    return _Repeat(hit.start(), _closed(text, named.end()), repeat("week", interval, more=more))


def _closed(text: str, at: int) -> int:
    """Return where a cadence ends, behind its 前."""
    before = re.compile(r"(?:\d{1,2}[:时点]\d{0,2}|下班)?(?:之前|以前|前|以内|之内|内|左右)?").match(text, at)
    return before.end() if before else at


def _in_period(unit: str, hit: re.Match[str], text: str, months: tuple[int, ...]) -> _Repeat | None:
    """Return a cadence with a day of its month, or of one month of its quarter or half-year."""
    day = _DAY.match(text, hit.end())
    if not day or day.end() == hit.end():
        return None
    warnings: tuple[Sentence, ...] = ()
    length = 3 if unit == "quarter" else 6
    if day["month"] and unit != "month":
        nth = 1 if day["month"].startswith("首") else int(day["nth"] or (2 if day["month"][0] == "中" else length))
        months = tuple(range(nth, 13, length)) if nth <= length else months
    elif unit != "month" and day["work"] and not day["work_n"].startswith("最后"):
        months = tuple(range(1, 13, length))  # 每季度首个工作日: counted from where the period begins
    elif unit != "month" and (day["days"] or day["xun"] or day["work"]):
        warnings = (say("The last month of the period is meant, as none is named."),)
    elif unit == "month" and day["month"]:
        return None
    days, more = _days(day)
    if not days and not more:
        if not day["month"]:
            return None
        days = (-1,)
    rule = "each"
    if day["next"] and unit == "month":  # 每月26日至次月5日
        days, rule = (int(day["next"]),), FOLLOWING
    rrule = repeat("year", months=months, days=days, more=more) if months else repeat("month", days=days, more=more)
    return _Repeat(hit.start(), _closed(text, day.end()), rrule, rule, warnings)


def _days(day: re.Match[str]) -> tuple[tuple[int, ...], str]:
    """Return the days of a month that are named, or the working day as a part of a rule."""
    if day["work"]:
        nth = day["work_n"]
        position = 1 if nth == "首" else -1 if nth.startswith("最后") else int(nth)
        return (), f"BYDAY={WORKED};BYSETPOS={position}"
    if day["weekday"]:
        nth = {"首": "1"}.get(day["nth_week"], "-1" if day["nth_week"].startswith("最后") else day["nth_week"])
        weekday = WEEKDAYS[_DAYS.index(day["weekday"].replace("天", "日"))]
        both = f"{day['nth_week1']}{weekday}," if day["nth_week1"] else ""
        return (), f"BYDAY={both}{nth}{weekday}"
    if day["end"]:
        return (-1,), ""
    if day["xun"]:
        return ({"上旬": 10, "初": 10, "中旬": 20, "下旬": -1}[day["xun"]],), ""
    numbers = [int(number) for number in re.findall(r"\d+", day["days"] or "")]
    if "-" in (day["days"] or ""):
        numbers = numbers[-1:]
    return tuple(-1 if number >= 31 else number for number in numbers if number), ""


def _in_year(unit: str, interval: int, hit: re.Match[str], text: str, found: Sequence[Mention]) -> _Repeat | None:
    """Return a yearly cadence with the months and days that are named: 每年6月、12月底前."""
    if named := _YEAR_END.match(text, hit.end()):
        rrule = repeat(unit, interval, months=(12,) if unit == "year" else (), days=(-1,))
        return _Repeat(hit.start(), _closed(text, named.end()), rrule)
    points: list[Point] = []
    end = hit.end()
    for mention in found:
        gap = text[end : mention.begin] if mention.begin >= end else None
        if gap is None:
            continue
        near = _SO_OFTEN.fullmatch(gap) or (len(gap) <= 10 and not _CLAUSE.search(gap))
        if not near or (points and not mention.joined) or mention.point is None or mention.rule == "calendar":
            break
        points.append(mention.point)
        end = mention.end
    if not points:
        return None
    return _on_points(points, interval, hit.start(), end)


def _on_points(points: Sequence[Point], interval: int, begin: int, end: int) -> _Repeat | None:
    """Return a yearly cadence due on *points* of the year."""
    # 每年年初 names no day: only the year is kept
    dues = [days_of(p, 2001, 0) for p in points if not p.fixed and (p.unit, p.part) != ("year", "start")]
    warnings: tuple[Sentence, ...] = ()
    ends = all(day.due == month_end(day.due.year, day.due.month) for day in dues if day)
    written = {point.day for point in points if point.unit == "day" and point.day}
    days = [-1] if ends and len(written) != 1 else sorted({day.due.day for day in dues if day})
    months = [day.due.month for day in dues if day]
    if not months:
        why = say("The day changes from year to year; only the year is kept.")
        return _Repeat(begin, end, repeat("year", interval), "each", (why,))
    if len(days) > 1:
        warnings = (say("A calendar rule can't say these days at once; the latest of them is taken in each month."),)
        days = [-1 if -1 in days else max(days)]
    rrule = repeat("year", interval, months=months, days=days)
    return _Repeat(begin, end, rrule, "each", warnings)


def _so_often(unit: str, hit: re.Match[str], text: str) -> _Repeat | None:
    """Return the cadence of so many times a period: 每年召开两次会议 is every half-year."""
    times = _TIMES.match(text, hit.end())
    length = {"year": 12, "half": 6, "quarter": 3}.get(unit)
    if not times or int(times["n"]) < 2:
        return None
    if length is None or length % int(times["n"]):
        why = say("Several times a period without days; one date a period is kept.")
        return _Repeat(hit.start(), hit.end(), *_bare(unit, 1)[:2], (why,))
    why = say("Several times a period without days; they are spread evenly.")
    return _Repeat(hit.start(), hit.end(), repeat("month", length // int(times["n"])), "each", (why,))
