"""The points of the calendar a Chinese text can name: 6月底, 三季度, 下周一, 国庆, “十四五”末, 2018.5.25."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from plans.expressions.mentions import DAY, Context, Finder, Mention, ahead_of
from plans.expressions.points import Point, add_months
from plans.model import Sentence, say

_WEEKDAY = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_YEAR_WORDS = {
    "今年": 0, "本年": 0, "本年度": 0, "当年": 0, "明年": 1, "来年": 1, "下年": 1, "下年度": 1, "下一年": 1,
    "下一年度": 1, "去年": -1, "上年": -1, "后年": 2,
}  # fmt: skip
_TURNS = {"次年": 1, "翌年": 1, "同年": 0}
_XUN = {"上": 1, "中": 2, "下": 3, "上中": 2, "中上": 2, "中下": 3}
_PARTS = {"初": "start", "中": "mid", "底": "end", "末": "end", "终": "end", "内": "", "月底": "end", "月末": "end"}
_THROUGHOUT = re.compile(r"(?:贯穿|覆盖|持续)于?$")
_FIVE_YEARS = {
    "十五": 2001,
    "十一五": 2006,
    "十二五": 2011,
    "十三五": 2016,
    "十四五": 2021,
    "十五五": 2026,
    "十六五": 2031,
}
_DAYS = {
    "七一": (7, 1), "八一": (8, 1), "六一": (6, 1), "三八": (3, 8), "五四": (5, 4), "教师节": (9, 10),
    "妇女节": (3, 8), "青年节": (5, 4), "儿童节": (6, 1), "建党节": (7, 1), "建军节": (8, 1),
}  # fmt: skip
_RELATIVE = {"今天": 0, "今日": 0, "即日": 0, "现在": 0, "明天": 1, "明日": 1, "后天": 2}

_HEAD = r"(?<![\d.])"
_STOP = r"(?=[前(),;。、至到-]|之前|以前|完成|左右|止|起|$)"
_YEAR = (
    r"(?:(?P<year>(?:19|20|21)\d\d)(?:年(?![级代龄薪])度?|(?=[QHqh上下第]|[-至到]\d{4}年))"
    r"|(?<!\d)(?P<short>\d\d)年(?=\d{1,2}月|年?[底末内]|[上下]半年|第?\d季)"
    r"|(?P<yword>今年|本年度?|当年|明年|次年|翌年|来年|下一?年度?|去年|后年|同年|上年)度?)"
)
_NUMBERED = "[线楼文令井桥路门仓机泵库站馆坝闸船柜箱炉栋房厂标地问议图]"  # 3号楼, 5号问题: what has a number of its own
_IN_MONTH = (
    rf"(?:的?(?:(?P<day>\d{{1,2}})(?:[日号]|{_STOP})"
    rf"|(?P<xun>(?:上中|中[上下]|[上中下])旬)|(?P<mpart>月?底(?![数线册])|末(?!端)|初(?![稿步审评验选始])"
    rf"|中期?{_STOP})))?"
)
_CALENDAR = re.compile(
    rf"""{_HEAD}{_YEAR}?的?(?:
      (?P<half>[上下])半年度?(?P<hpart>[底末]|初(?![稿步审评验选始中]))?
     |[Hh](?P<half2>[12])(?!\d)
     |(?:第?(?P<quarter>[1-9])(?:季度?|(?=[-、至到和]第?\d(?:[、和至-]第?\d){{0,2}}季))|[Qq](?P<quarter2>[1-4])(?!\d)
        |(?P<qword>[首末本下上]1?)个?季度?)(?P<qpart>[初底末]|中{_STOP})?
     |(?:(?P<month>\d{{1,2}})(?:月(?![饼球])份?|(?=[-、至到和](?:\d{{1,2}}[-、和至到]){{0,11}}\d{{1,2}}月(?!\d)))
        |(?P<mword>本|当|这个|下个?|次|上个?)月份?){_IN_MONTH}
     |(?<![\d一二三四首末每上下本各个])季度?(?P<lonequarter>[底末])(?=之?前|以前|[,;。)]|完成|$)
     |(?<!个)月(?P<lonepart>[底末初内]|中{_STOP})
     |(?P<lxun>(?:上中|中[上下]|[上中下])旬)
     |(?<![超过为前第满共逾足起])(?<![法规约]定(?=\d{{1,2}}[日号](?![之以]?前)))(?<![限期]:)(?<!\d{{4}}[)-])(?P<lone>\d{{1,2}})(?:[日号](?!{_NUMBERED}|内|以内|之内|之?后)|(?=[-至到、]\d{{1,2}}[日号](?!{_NUMBERED}|内|以内|之内)))
     |(?P<ypart>年?[底末终](?![数线端])|年内|年初(?![稿步])|年?中期?{_STOP}|年(?=前)|(?<=年)初(?![稿步])|(?<=年)内)
     |(?P<whole>全年|岁末|年度末|年度内|年终)
    )""",
    re.VERBOSE,
)
_BARE_YEAR = re.compile(rf"{_HEAD}{_YEAR}")
_NUMERIC = re.compile(
    rf"""{_HEAD}(?<!/)(?:
     (?P<y>(?:19|20|21)\d\d)(?P<s>[-/.])(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}})[日号]?(?![\d%])
    |(?P<y2>(?:19|20|21)\d\d)[-/.](?P<m2>\d{{1,2}})月?(?![\d%.月号万亿元倍个米吨千亩])
    |(?P<y7>20\d\d)(?P<m7>[01]\d)(?P<d7>[0-3]\d)(?!\d)
    |(?P<y3>\d\d)\.(?P<m3>\d{{1,2}})\.(?P<d3>\d{{1,2}})(?![\d%.])
    |(?P<m4>\d{{1,2}})[./](?P<d4>\d{{1,2}})(?:[日号]|{_STOP})
    |(?:(?<=\d\.\d-)|(?<=\d\.\d\d-))(?P<m6>\d{{1,2}})\.(?P<d6>\d{{1,2}})(?![\d%.万亿元倍个米吨公℃度分级])
    |(?:(?<=\d\d\d\d\.\d-)|(?<=\d\d\d\d\.\d\d-))(?P<m5>\d{{1,2}})(?![\d.])
    |(?:(?<=\d\.\d-)|(?<=\d\.\d\d-))(?P<d5>\d{{1,2}})(?![\d.])
    )""",
    re.VERBOSE,
)
_PLAN = re.compile(
    r"(?P<quoted>“)?(?P<plan>十[一二三四五六]五|(?<=“)十五)(?(quoted)“)(?:规划)?"
    r"(?P<when>末期?|期末|收官(?:之年)?|开局(?:之年)?|首年|期间|时期|期内|规划期|以来|前.{1,2}年|中期|初期?|前|之前|内)?"
)
_FEAST = re.compile(
    rf"{_YEAR}?的?“?(?P<feast>元旦|新年|春节|清明|五一|劳动节|端午|中秋|国庆|十一(?![月五个日号])|七一"
    rf"|八一|六一|三八|五四|教师节|(?:妇女|青年|儿童|建党|建军)节|两节|(?<![\w])节"
    rf"|年(?=前))“?(?:(?<=十一)国庆|(?<=十一“)国庆)?"
    r"(?P<pair>节?“?[、和及与]?“?(?:元旦|春节|清明|五一(?!劳动)|端午|中秋|国庆))?“?(?:国际)?(?:劳动|建党|建军|儿童|妇女"
    r"|青年)?(?:小?长?假(?:期)?|黄金周|节日?)?“?"
    r"(?:放假)?(?P<when>(?:前后|前夕|(?:之前|以前|前)(?!\d+个?(?:工作日|[日天周月])))|期间|假期|(?:之|以|过|结束之?|收假)?后)?"
)
_WEEK = re.compile(
    r"(?P<which>本|这|下下|下1?|上)?个?(?:周|星期"
    r"|礼拜)(?P<day>[一二三四五六日天末内底])?(?=[前内底末(),;。、下上中至到-]|之前|以前|完成|召开|报|$"
    r"|\d)"
)
_MONTH_WEEK = re.compile(
    rf"{_YEAR}?的?(?:\d{{1,2}}|本|当|下个?)月份?的?(?:第\d|首|最后1?)个?(?:周|星期"
    rf"|礼拜)[一二三四五六日天末]?(?:之?前|以前|内)?"
)
_ORDINAL_WEEK = re.compile(rf"(?:{_YEAR}的?)?第\d{{1,2}}(?:教学)?周(?:周?末)?")
_SEASON = re.compile(
    rf"(?:\d{{4}}[-/至])?(?:{_YEAR}|20\d\d)?的?(?:(?<=年)(?:前|后|初|早)期|(?<=[\d今明]年)[春夏秋冬]|[春夏秋冬]季(?:学期)?|秋冬"
    rf"|冬春|入[夏冬秋春](?!口)"
    rf"|[今明去][春夏秋冬]|暑[假期]|寒假"
    r"|(?:主|防)?汛期?(?=[前后中期内结来到])|[采供取]暖[季期]|(?<=年度)[^\W\d第本每]{1,2}季(?!度)|(?:本|下|上|第[12])?学[期年](?!制)|(?:放|开)学)"
    r"(?:开始|结束|来临|到来)?(?:之?前|以前|期间|之?后|[初末中内])?"
)
_RELATIVE_DAY = re.compile(
    r"(?:本?(?:通知|方案|意见|文件|办法)?(?:发文|印发|发布|公布|下发)之日)(?=起?(?:-|至|到|直至))|"
    + "|".join(_RELATIVE)
)
_AT_THE_LATEST = re.compile(r"(?:不晚于|不迟于|最迟|最晚|至迟)[于在]?$")
_AFTERWARDS = ("后", "之后", "以后", "过后", "结束后", "结束之后", "收假后")
_OWN_DAY = {"元旦": (1, 1), "新年": (1, 1), "五一": (5, 1), "劳动节": (5, 1), "国庆": (10, 1), "十一": (10, 1)}
_LUNAR = re.compile(
    rf"(?:{_YEAR}的?)?(?:(?:农历|阴历|旧历|腊月|正月)(?:的?闰?\d{{0,2}}月)?"
    r"(?:初?[一二三四五六七八九十廿]{1,3}|\d{1,2}[日号]?|底)?|除夕|小年(?!轻)|元宵节?|重阳节?)"
)


def _year(hit: re.Match[str], context: Context) -> Point:
    """Return the year a match gives, as its own or as a turn from the point before it; a year of None for neither."""
    if hit["year"]:
        return Point("year", int(hit["year"]))
    if hit["short"]:
        return Point("year", 2000 + int(hit["short"]))
    word = hit["yword"]
    if not word or word in _TURNS:
        return Point("year", turn=_TURNS.get(word or "", 0))
    return Point("year", context.year + _YEAR_WORDS[word] if context.year else None)


def _calendar(hit: re.Match[str], context: Context) -> Mention | None:
    """Return the named period or day of a match."""
    year = _year(hit, context)
    if hit["half"] or hit["half2"]:
        month = 1 if hit["half"] == "上" or hit["half2"] == "1" else 7
        return _found(hit, year._replace(unit="half", month=month, part=_PARTS.get(hit["hpart"] or "", "")))
    if hit["quarter"] or hit["quarter2"]:
        number = int(hit["quarter"] or hit["quarter2"])
        month = number * 3 - 2 if number <= 4 else 13
        return _found(hit, year._replace(unit="quarter", month=month, part=_PARTS.get(hit["qpart"] or "", "")))
    if hit["qword"]:
        return _named_quarter(hit, context, year)
    if hit["month"]:
        return _in_month(hit, year._replace(unit="month", month=int(hit["month"])))
    if hit["mword"]:
        return _named_month(hit, context)
    if hit["lone"]:
        if hit["year"]:
            return None  # 2026年12号文件: the number of a document
        return _found(hit, Point("day", day=int(hit["lone"])))
    if hit["lxun"]:
        return _found(hit, Point("xun", day=_XUN[hit["lxun"][:-1]]))
    if hit["short"] and hit["ypart"] == "内" and int(hit["short"]) - (context.year or 0) % 100 not in range(6):
        return None  # 10年内 is a term, 26年内 a year
    if hit["lonequarter"]:
        return None if year.year else _quarter_of_issue(hit, context, 0, _PARTS[hit["lonequarter"]])
    if hit["lonepart"]:
        return _found(hit, Point("month", part=_PARTS[hit["lonepart"]]))
    return _year_part(hit, year, context)


def _year_part(hit: re.Match[str], year: Point, context: Context) -> Mention | None:
    """Return the end, the middle or the whole of a year."""
    written = hit["ypart"] or hit["whole"]
    given = any(hit[name] for name in ("year", "short", "yword"))
    if not given and not written.startswith(("年", "全", "岁")):
        return None
    if written == "年":
        return None
    number = year.year or context.year
    if written == "全年" and number and ahead_of(_THROUGHOUT, hit.string, hit.start()):
        whole = Point("year", fixed=(date(number, 1, 1), date(number, 12, 31)))
        return replace(_found(hit, whole), mark="inside", rule="span")
    return _found(hit, year._replace(part=_PARTS.get(written.removesuffix("期")[-1], "")))


def _in_month(hit: re.Match[str], point: Point) -> Mention:
    """Return the day or part of a month that follows it."""
    if hit["day"]:
        point = point._replace(unit="day", day=int(hit["day"]))
    elif hit["xun"]:
        point = point._replace(unit="xun", day=_XUN[hit["xun"][:-1]])
    elif hit["mpart"]:
        point = point._replace(part=_PARTS[hit["mpart"][:1] if hit["mpart"] != "月底" else "月底"])
    return _found(hit, point)


def _named_month(hit: re.Match[str], context: Context) -> Mention:
    """Return a month named from the month of issue (本月, 下月), or from the point before (次月)."""
    shift = {"本": 0, "当": 0, "这个": 0, "下": 1, "下个": 1, "次": 1, "上": -1, "上个": -1}[hit["mword"]]
    if not context.issued:
        return _found(hit, None)
    day = add_months(context.issued.replace(day=1), shift)
    return _in_month(hit, Point("month", year=day.year, month=day.month))


def _named_quarter(hit: re.Match[str], context: Context, year: Point) -> Mention | None:
    """Return the first or last quarter of a year, or one named from the day of issue."""
    part = _PARTS.get(hit["qpart"] or "", "")
    if hit["qword"][0] in "首末":
        return _found(hit, year._replace(unit="quarter", month=1 if hit["qword"][0] == "首" else 10, part=part))
    return _quarter_of_issue(hit, context, {"本": 0, "下": 3, "上": -3}[hit["qword"][0]], part)


def _quarter_of_issue(hit: re.Match[str], context: Context, months: int, part: str) -> Mention:
    """Return the quarter of the day of issue, or one so many *months* on."""
    if not context.issued:
        return _found(hit, None)
    first = context.issued.replace(day=1, month=(context.issued.month - 1) // 3 * 3 + 1)
    first = add_months(first, months)
    return _found(hit, Point("quarter", year=first.year, month=first.month, part=part))


def _bare_year(hit: re.Match[str], context: Context) -> Mention | None:
    """Return a year that stands alone."""
    return _found(hit, _year(hit, context))


def _numeric(hit: re.Match[str], context: Context) -> Mention | None:
    """Return a day or month written in digits: 2018.5.25, 2023-12, 5.25, 5/25."""
    if hit["y"]:
        return _found(hit, Point("day", int(hit["y"]), int(hit["m"]), int(hit["d"])))
    if hit["y2"]:
        return _found(hit, Point("month", int(hit["y2"]), int(hit["m2"])))
    if hit["y7"]:
        return _found(hit, Point("day", int(hit["y7"]), int(hit["m7"]), int(hit["d7"])))
    if hit["y3"]:
        return _found(hit, Point("day", 2000 + int(hit["y3"]), int(hit["m3"]), int(hit["d3"])))
    if hit["m5"]:
        return _found(hit, Point("month", month=int(hit["m5"])))
    if hit["d5"]:
        return _found(hit, Point("day", day=int(hit["d5"])))
    if hit["m6"]:
        return _found(hit, Point("day", month=int(hit["m6"]), day=int(hit["d6"])))
    first, second = int(hit["m4"]), int(hit["d4"])
    if context.date_order == "dmy" and "/" in hit[0]:
        first, second = second, first
    return _found(hit, Point("day", month=first, day=second))


def _five_years(hit: re.Match[str], _context: Context) -> Mention | None:
    """Return a five-year plan: its end, or its whole period."""
    first = _FIVE_YEARS[hit["plan"]]
    span = (date(first, 1, 1), date(first + 4, 12, 31))
    when = hit["when"] or ""
    if when.startswith(("末", "期末", "收官")):
        return replace(_found(hit, Point("year", fixed=(span[1], span[1]))), mark="by", rule="five-year plan")
    if when.startswith(("开局", "首年")):
        return _found(hit, Point("year", year=first))
    if when in ("前", "之前", "中期", "初", "初期", "以来") or (when.startswith("前") and len(when) > 1):
        guesses = {"中": date(first + 2, 6, 30), "之": date(first - 1, 12, 31), "前": date(first - 1, 12, 31)}
        guess = guesses.get(when[0])
        return replace(_found(hit, None), guesses=(guess,) if guess else (), rule="five-year plan")
    return replace(_found(hit, Point("year", fixed=span)), mark="inside", rule="five-year plan")


def _feast(hit: re.Match[str], context: Context) -> Mention | None:
    """Return the day before a holiday's break begins (国庆前), or the break itself (国庆期间)."""
    name, when = hit["feast"], hit["when"] or ""
    if name in ("两节", "节", "年") or hit["pair"]:
        return (
            replace(_found(hit, None), guesses=() if when in _AFTERWARDS else _eves(context), rule="holiday")
            if when
            else None
        )
    year = _year(hit, context).year or context.year
    given = any(hit[group] for group in ("year", "short", "yword"))
    starts = [(y, _first_day_off(name, y, context)) for y in ((year, year + 1) if year else ())]
    known = [(y, day) for y, day in starts if day]
    if not known or hit["yword"] in _TURNS:
        return replace(_found(hit, None), rule="holiday")
    until = _back_at_work(known[0][1], context) if when in _AFTERWARDS else known[0][1] - DAY
    passed = context.issued is not None and until < context.issued
    if not given and name in ("元旦", "新年") and context.issued:
        known = [(y, day) for y, day in _new_years(context) if day and day > context.issued] or known
        passed = False
    at = 1 if passed and not given and len(known) > 1 else 0
    warnings: tuple[Sentence, ...] = ()
    if at:
        warnings = (say("This year's holiday is over at the date of issue, so the next one is meant."),)
    year, first = known[at]
    if name not in _DAYS and context.workdays.status(first.year) != "official":
        warnings += (say("The holiday arrangement of {year} isn't announced yet.", year=first.year),)
    if when in ("前", "之前", "以前", "前夕"):
        day = first - DAY
        return replace(_found(hit, Point("day", fixed=(day, day))), mark="by", rule="holiday", warnings=warnings)
    last = next((last for _, start, last in context.workdays.breaks(first, first)), first)
    day = date(year, *_OWN_DAY[name]) if name in _OWN_DAY else first
    if not when and ahead_of(_AT_THE_LATEST, hit.string, hit.start()) and (name in _OWN_DAY or first == last):
        return replace(_found(hit, Point("day", fixed=(day, day))), mark="by", rule="holiday", warnings=warnings)
    if when in ("期间", "假期") and name not in _DAYS:
        point = Point("week", fixed=(first, last))
        return replace(_found(hit, point), mark="inside", rule="holiday", warnings=warnings)
    guesses = (_back_at_work(first, context),) if when in _AFTERWARDS else (first - DAY, first)
    return replace(_found(hit, None), guesses=guesses, rule="holiday")


def _back_at_work(first: date, context: Context) -> date:
    """Return the first working day after the holiday break that begins on *first*."""
    last = next((last for _, start, last in context.workdays.breaks(first, first)), first)
    return context.workdays.after(last, 1)


def _first_day_off(name: str, year: int, context: Context) -> date | None:
    """Return the first day off around a holiday of *year*, or the day itself where nobody has it off."""
    if name in _DAYS:
        return date(year, *_DAYS[name]) if 1900 <= year <= 2150 else None
    canonical = {"新年": "元旦", "劳动节": "五一", "十一": "国庆"}.get(name, name)
    return context.workdays.break_start(canonical, year)


def _new_years(context: Context) -> list[tuple[int, date | None]]:
    """Return the New Year breaks of this year and the next two."""
    year = context.issued.year if context.issued else 0
    return [(y, _first_day_off("元旦", y, context)) for y in (year, year + 1, year + 2)]


def _eves(context: Context) -> tuple[date, ...]:
    """Return the days before the next three holiday breaks, to propose for a holiday without a name."""
    if not context.issued:
        return ()
    coming = context.workdays.breaks(context.issued + DAY, context.issued + timedelta(days=200))
    return tuple(first - DAY for _, first, _ in coming[:3] if first - DAY >= context.issued)


def _week(hit: re.Match[str], context: Context) -> Mention | None:
    """Return a day of a week, or the week, counted from the day of issue; weeks begin on Monday."""
    which, day = hit["which"] or "", hit["day"] or ""
    if not which and day not in _WEEKDAY:
        return None
    if not context.issued:
        return _found(hit, None)
    monday = context.issued - timedelta(days=context.issued.weekday())
    monday += timedelta(weeks={"": 0, "本": 0, "这": 0, "上": -1, "下": 1, "下1": 1, "下下": 2}[which])
    if day in _WEEKDAY:
        fixed = monday + timedelta(days=_WEEKDAY[day])
        if not which and fixed < context.issued:
            fixed += timedelta(weeks=1)
        return replace(_found(hit, Point("day", fixed=(fixed, fixed))), rule="weekday")
    return replace(_found(hit, Point("week", fixed=(monday, monday + timedelta(days=6)))), rule="week")


def _relative_day(hit: re.Match[str], context: Context) -> Mention | None:
    """Return today or a day near it, counted from the day of issue."""
    if not context.issued:
        return _found(hit, None)
    day = context.issued + timedelta(days=_RELATIVE.get(hit[0], 0))
    return replace(_found(hit, Point("day", fixed=(day, day))), rule="relative day")


def _unknown(hit: re.Match[str], _context: Context) -> Mention | None:
    """Return a mention no day is known of: the lunar calendar, a week counted from nobody knows when."""
    why = say("This needs a calendar that the plan doesn't name.")
    return replace(_found(hit, None), rule="calendar", warnings=(why,))


def _found(hit: re.Match[str], point: Point | None) -> Mention:
    """Return a mention of *point* where the match stands."""
    return Mention(hit.start(), hit.end(), point)


FINDERS: tuple[Finder, ...] = (
    (_LUNAR, _unknown),
    (_PLAN, _five_years),
    (_FEAST, _feast),
    (_MONTH_WEEK, _unknown),
    (_ORDINAL_WEEK, _unknown),
    (_SEASON, _unknown),
    (_NUMERIC, _numeric),
    (_CALENDAR, _calendar),
    (_BARE_YEAR, _bare_year),
    (_WEEK, _week),
    (_RELATIVE_DAY, _relative_day),
)
