"""Terms counted from an event in Chinese: 10个工作日内, 印发后30日内, 收到本通知后5日内."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from plans.expressions.mentions import Context, Mention
from plans.expressions.points import Point, add_months
from plans.model import Sentence, say

TERM = re.compile(
    r"(?<![\d.近第每])(?:(?P<low>\d{1,3})(?:-|至|到|、|或))?(?P<n>\d{1,4}|半)个?(?P<half>半)?"
    r"(?P<unit>工作日|小时|钟头|星期|季度|日|天|周|月|年)(?P<more>半)?(?P<in>(?:的?时间)?(?:以内|之内|内))?"
)
_DOCUMENT = re.compile(
    r"(?:本|该|此)?(?:通知|意见|方案|办法|文件|决定|规划|计划|要点|清单|纪要|通报|公告|指导意见|(?:实施"
    r"|工作|行动|整改|分工)(?:方案|意见|计划))?"
    r"(?:正式)?(?:印发|发布|公布|下发|颁布|发文|公告|出台|制发|成文)(?:之日|当日|次日|日)?(?:起|后|之后|以后|以来)?的?$"
    r"|本(?![省市县区州镇乡村局级单部行企校院])[^\W\d]{1,8}?(?:印发|发布|公布|下发|下达|颁布|制发|出台)(?:之日|当日)?(?:起|后|之后|以后)?的?$"
    r"|本(?:通知|意见|方案|办法|文件|决定|规划|计划|要点|纪要)之?日起?$|(?:即日|今天|今日|现在|今)起?$"
)
_LEADS = re.compile(r"[自从于在应须要请按将]$")  # with any other word ahead it is another's document: 国家标准发布后
_AFTERWARDS = re.compile(r"^.{1,20}?(?:之日起|(?<![今此最然前先])后(?![续期勤备台]))")
_RECEIVED = re.compile(r"收到|接到|知悉|签收|送达")
_EVENT = re.compile(
    r"收到|接到|受理|作出|批[准复]|签[订收]|交办|转办|反馈|立案|申请|执业|生效|验收|竣工|开工|施行"
    r"|实施之日|发现|发生|合同|会议|会后|"
    r"之日|当日起|(?<![今此最然])后|起$|每次|自|结束|完成|届满|期满|公示|中标|移交|通过|[开入离到出上进返退投闭放收](?:学|职|任|院|岗|校|市|场|库|馆|工|业|假|户)$"
)
_ON_DUTY = re.compile(r"\d{1,2}小时(?=[^\W\d])(?![后前之以的完])")  # 24小时值班: no term but how it is done
_CLAUSE = re.compile(r"[,;。:(\n!?、]")


def term(hit: re.Match[str], text: str, context: Context) -> Mention | None:
    """Return the mention of a term; without a point where it isn't counted from the document."""
    # 近3年内, 过去3年: what lies behind is no term; 月 and 日 without 内 are dates, not lengths.
    if re.search(r"(?:过去|近|前|上|第|最后)$", text[: hit.start()]):
        return None
    if not hit["in"] and ((hit["unit"] in ("日", "月", "年") and "个" not in hit[0]) or _counted_on(text, hit.end())):
        return None
    if not hit["in"] and _ON_DUTY.match(text, hit.start("n")):
        return None
    if hit["unit"] in ("月", "季度") and "个" not in hit[0] and hit["n"] != "半":
        return None
    *earlier, anchor = _CLAUSE.split(text[max(0, hit.start() - 30) : hit.start()])
    due = counted(hit, context)
    guesses = (due,) if due else ()
    mention = Mention(hit.start() - len(anchor), hit.end(), None, rule="term", guesses=guesses)
    if not hit["in"] or due is None:
        why = say("It is a length of time; nothing says from when it counts.")
        return replace(_event(mention, why), rule="event" if hit["in"] else "length")
    own = _DOCUMENT.search(anchor)
    if own and (own.start() == 0 or _LEADS.search(anchor, 0, own.start())) and not _RECEIVED.search(anchor):
        return _counted(mention, due, hit["unit"])
    if _EVENT.search(anchor) or (not anchor and _governed(earlier)):
        return _event(mention, say("It is counted from an event that isn't the document."))
    why = say("Counted from the date of issue, as nothing else is named.")
    return _counted(mention, due, hit["unit"], (why,))


def _governed(clauses: Sequence[str]) -> bool:
    """Return whether a term counts from an event of one of the *clauses* ahead: 收到通知后立即部署，5日内反馈."""
    events = [hit for clause in clauses if (hit := _AFTERWARDS.search(clause))]
    return any(not _DOCUMENT.search(hit[0]) for hit in events)


def _counted_on(text: str, at: int) -> bool:
    """Return whether a length without 内 is followed by what shows that it isn't a term (3个月后, 5天时间)."""
    return text.startswith(("次", "左右"), at)


def _event(mention: Mention, why: Sentence) -> Mention:
    """Return a mention of a term that no date follows from."""
    return Mention(mention.begin, mention.end, None, rule="event", warnings=(why,), guesses=mention.guesses)


def _counted(mention: Mention, due: date, unit: str, warnings: tuple[Sentence, ...] = ()) -> Mention:
    """Return a mention of the last day of a term; the day after the document's is the first."""
    point = Point("year" if unit == "年" else "day", fixed=(due, due))
    return Mention(mention.begin, mention.end, point, mark="by", rule="term", warnings=warnings)


def counted(hit: re.Match[str], context: Context) -> date | None:
    """Return the last day of the term counted from the day of issue; None where that is unknown or out of reach."""
    if not context.issued:
        return None
    half = hit["n"] == "半"
    number = 0 if half else int(hit["n"])
    extra = bool(hit["half"] or hit["more"])
    unit = hit["unit"]
    try:
        if unit == "工作日":
            return context.workdays.after(context.issued, number) if number else None
        if unit in ("月", "季度", "年"):
            months = {"月": 1, "季度": 3, "年": 12}[unit]
            whole = add_months(context.issued, number * months)
            if not (half or extra):
                return whole if number else None
            return add_months(whole, 6) if unit == "年" else whole + timedelta(days=15 * months)
        days = {"日": 1, "天": 1, "周": 7, "星期": 7}.get(unit, 0) * number
        if unit in ("小时", "钟头"):
            days = -(-number // 24)
        return context.issued + timedelta(days=days) if days else None
    except (ValueError, OverflowError):
        return None
