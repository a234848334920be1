"""Reading a deadline in Chinese: which of the points it mentions are deadlines, and what the words around them say."""

from __future__ import annotations

import re
from dataclasses import replace

from plans.expressions.cadence_zh import recurring
from plans.expressions.clauses import compose, unresolved
from plans.expressions.mentions import LENGTHS, MOST, Context, Finder, Mention, scan
from plans.expressions.named_periods import alternatives, named_mention, named_periods
from plans.expressions.numerals import simplified
from plans.expressions.points import days_of
from plans.expressions.points_zh import FINDERS
from plans.expressions.terms_zh import TERM, term
from plans.model import Reading, say
from plans.states import state_word

_WEEKDAYS = "一二三四五六日"
_TAIL = re.compile(
    r"(?:\(?(?:星期|周|礼拜)(?P<weekday>[一二三四五六日天])\)?)?"
    r"(?:的?(?P<time>(?:上午|下午|中午|晚上?|凌晨|早上?)?(?:\d{1,2}|零)(?::\d{2}(?!\d)"
    r"|[时点](?![间段要意])(?:\d{1,2}分?|半|整)?)"
    r"|下班|上午|下午|中午)(?=[前(),;。以之起止至到-]|$))?"
    r"(?P<mark>前后|左右|之前|以前|前(?![期后沿往述提景置列段瞻端])|截止|为?止|期间|以内|之内|内(?!部|容"
    r"|设|涵|外|控)|起始|起|开始|以来"
    r"|之后|以后|后(?![续期勤备台])|(?:-{1,2}|[至到])(?=长期|常态|持续|永久|今(?![年天日明冬春夏秋])))?(?:\(含\))?"
)
_MARKS = {
    **dict.fromkeys(("前后", "左右"), "about"), **dict.fromkeys(("之前", "以前", "前"), "before"),
    **dict.fromkeys(("截止", "止", "为止"), "by"), "以来": "status",
    **dict.fromkeys(("期间", "以内", "之内", "内"), "inside"),
    **dict.fromkeys(("起始", "起", "开始", "-", "--", "至", "到"), "since"),
    **dict.fromkeys(("之后", "以后", "后"), "after"),
}  # fmt: skip
_BACK = re.compile(r"\)?(?:之?前|以前)(?:\d{1,3}|半)个?(?:工作日|小时|星期|[日天周月年])")  # 9月1日前15天
_AFTER_IT = re.compile(r"\)(?:结束|召开|举行)?[之以]?后(?![续期勤备台])")  # 中考（6月中旬）后
_THEN_ON = re.compile(r",?(?:全面)?(?:转入|转为|进入|纳入)(?:常态|日常|长期|正常)")  # 2026年转入常态化管理
_NOT_BEFORE = re.compile(r"(?:不得?早于|最早)[于在]?$")
_LED_BY = re.compile(
    r"(?:截至|截止到?|不晚于|不迟于|不得?超过|最迟|最晚|至迟|延至|限|到|至|于|在|期限|时限|时间)(?:为|是|:)?$"
)
_TO = re.compile(r"(?:起|开始|始)?(?:-{1,2}|至|到|直至|直到|持续到|延续到|延续至|一直到|(?:,|持续|一直)?(?:至|到))于?")
_AND = re.compile(r"[、,]?(?:和|及|以及|与|或)?")
_ASIDE = re.compile(r"\([^()\d]{1,8}\)")  # 5月（开工）—10月（竣工）
_DONE_ON = re.compile(r"已经?[于在]$")
_REPORTED = re.compile(
    r"(?:审计|统计|核算|会计|报告|数据|评价|考核|监测|评审)(?:统计)?(?:期间?|时段|区间|周期)(?:为|是|:)?$"
)
_SO_FAR = re.compile(r"[,]?.{0,6}?(?:已|累计|共(?:有|计|完成)|仍有|尚有|现有)")
_IS_DONE = re.compile(
    r"(?:均|都|全部|现)?已经?(?:全部|全面|提前)?(?:完成|办结|销号|整改|落实|报送|上报|提交|印发|出台|公布|验收)"
)
_RAISED = re.compile(r"[^\W\d]{0,4}(?:通报|反馈|发现|交办|指出|曝光|查出)[^\W\d]{0,4}(?:问题|事项|意见|线索|隐患|案件)")
_UP_TO = re.compile(r"截[至止]到?$")
_AS_OF = re.compile(r"截至|截止|到|至|于|在")
_CLAUSE = re.compile(r"[,;。]")
_DELIMITER = re.compile(r"[,;:。(\n!?、|/]")
_BEFORE_DEADLINE = re.compile(
    r"(?:[\W\d]|并|且|将|拟|计划|预计|力争|争取|确保|原则上?|应当?|须|需要?|必须|务必|要|可|各地|各单位"
    r"|各部门|各级|于|在|到|至|约|大约|截至|截止"
    r"|最迟|最晚|一般|首先|先|再|最后|同时|其中|第?.?阶段|从|自|由|分别|的|为|是|(?:该项|以上|上述"
    r"|各项)?工作|完成|办结|整改|时间|时限|期限|限)*+"
)
_AFTER_DEADLINE = re.compile(
    r"(?:$|[()<,;。、|/]|(?:要|须|应|需|均|将|可|全部|基本|全面|正式|组织|集中|统一|陆续|力争|争取|实现"
    r"|拟|计划)*+(?:完成|办结|报|印发|出台|召开|开展"
    r"|启动|实现|建成|投|结束|上线|制定|形成|提交|举行|举办|开工|竣工|验收|整改|达到|落实|销号|发布|公布"
    r"|公开|取得|有所|实施|交付|动员|部署|组织|进行))"
)
_MOVED = re.compile(r"(?:调整|延期|延长|推迟|变更|顺延|提前|改)(?:至|到|为)$")
_AIMED = re.compile(r"力争|争取|确保")
_FORMERLY = re.compile(r"原(?:定|计划|定于)?(?:时间|时限)?(?:为|是|:)?$")
_NOUN = re.compile(
    r"年?度?(?:的|份)?(?:重[要大]|(?:全[市省县区国])?(?:重点)?工作(?:要点|计划|方案|情况|总结|会议|任务|目标"
    r"|报告)|计划|预算|会议|精神|文件|报告|考核|目标|重点"
    r"|任务|决算|数据|第\d|\d+号|远景|规划|版|级|水平|以来"
    r"|政府工作报告|[^\W\d]{0,8}(?:(?:会议|讲话|文件|批示|指示)精神|批示|指示)"
    r"|[^\W\d]{0,4}(?:印发|出台|修订|施行|发布|公布|下发|签订|通过|批复|召开)的(?=[^\W\d]|[(“《])"
    r"|[^\W\d]{0,6}(?:督[查导察]|巡[察视查]|[检抽]查|审计|暗访|监测|考核)[^\W\d]{0,4}(?:通报|反馈|发现|交办|指出|曝光|查出))"
)
_GOES_ON = re.compile(r"(?:全年|年内|年度)(?:内|实行|实施|坚持|保持)?(?:常态|持续|长期|不间断|滚动|不断)")
_EVENT = re.compile(
    r"(?:[^\W\d]|第\d{1,2}(?=[次届轮批])){2,12}?(?:之前|以前|前|之后|以后|后|期间)(?=[,;。)]|$|完成|办结|报)"
)
_VAGUE = re.compile(
    r"尽快|尽早|抓紧|近期|近日|随时|不定期|适时|定期|限期|择期|视情|视工作|视需|视进|根据|按照?(?:合同"
    r"|要求|规定|进度|时序|计划|程序|上级|需)|依据"
    r"|按时|及时|待定|另行通知|待通知|暂定"
)
_OPEN = re.compile(
    r"长期|长效|持续|常态|常抓不懈|经常性|久久为功|永久|长年|常年|贯穿.{0,12}?(?:始终|全过程|全程|整个)|滚动|不间断|坚持(?:不懈|下去|$)"
    r"|^(?:日常|全程|全过程|始终|经常|一贯|一直|动态)(?:工作|开展|推进|进行|管理|更新)?$"
)
_IMMEDIATE = re.compile(
    r"立[行即整查说知]立?[改行]|立即|当即|立刻|立马|即[知行]|即刻|即时|马上|即改|边[查学整]边改|第一时间|当场"
    r"|迅即|随即|火速|从速|即办|特急"
)


def read_chinese(plain: str, written: str, context: Context) -> Reading:
    """Return the reading of *plain* (see `numerals.plain`), a text with Chinese characters; *written* is kept."""
    text = simplified(plain)
    found = mentions(text, context)
    if len(found) > MOST:
        return unresolved(written, "unread", say("The text is too long to be a deadline."))
    reading = recurring(text, found, context) or compose(found, text, context)
    if reading is None or (reading.kind == "unresolved" and reading.rule == "mention"):
        reading = _by_words(text) or reading
    if reading is None:
        reading = unresolved(text, "unread", say("No deadline could be read from this."))
    return replace(reading, text=written)


def _by_words(text: str) -> Reading | None:
    """Return the reading of a text that names no day: at once, for a long time, or left to circumstances."""
    if state_word(_CLAUSE.split(text)[-1]) == "done":
        return Reading("none", text, rule="state", state="done")
    if _IMMEDIATE.search(text):
        return Reading("immediate", text, rule="immediate", then_open=bool(_OPEN.search(text)))
    if _OPEN.search(text):
        return Reading("open", text, rule="open")
    if _VAGUE.search(text):
        return unresolved(text, "vague", say("The text leaves the day to circumstances."))
    return None


def mentions(text: str, context: Context) -> list[Mention]:
    """Return the points of the calendar that *text* (see `numerals.simplified`) mentions, in order."""
    finders: list[Finder] = [*_named(context), *FINDERS, (TERM, lambda hit, context: term(hit, text, context))]
    found = scan(text, finders, context, lambda mention, last: _placed(mention, text, last))
    return _qualifiers_weakened(found, text, context)


_EDGE = (  # of a named period: before it begins, by its end, when it is over
    r"(?:(?P<before>(?:开始|来临|到来|到)?(?:之前|以前|前))|(?P<by>结束(?:之前|以前|前)?(?!之?后|以后))"
    r"|(?P<after>(?:结束|过)?(?:之后|以后|后))|(?P<inside>期间|以内|之内|内))?"
)


def _named(context: Context) -> list[Finder]:
    """Return a finder for the calendars of the plan and their named periods."""
    named = named_periods(context, simplified)
    if not named:
        return []
    pattern = re.compile(rf"(?:(?P<year>\d{{4}})年?的?)?(?P<but>非)?(?P<name>{alternatives(named)}){_EDGE}")

    def handle(hit: re.Match[str], context: Context) -> Mention:
        """Return the declared days of a named period, or the day after it."""
        mark = next((mark for mark in ("before", "by", "after", "inside") if hit[mark]), "")
        return named_mention(hit, named[hit["name"]], mark, context)

    return [(pattern, handle)]


def _placed(mention: Mention, text: str, last: Mention | None) -> Mention:
    """Return a mention with the words ahead of it and behind it understood."""
    ahead = text[last.end if last else 0 : mention.begin]
    mark = mention.mark
    tail = _TAIL.match(text, mention.end)
    back = _BACK.match(text, mention.end)
    if mention.point and _AFTER_IT.match(text, tail.end() if tail else mention.end):
        why = say("It is counted from an event that isn't the document.")
        joined = "to" if last and _TO.fullmatch(ahead) else ""
        return replace(mention, point=None, mark="", joined=joined, rule="event", warnings=(why,))
    if back:
        why = say("It counts back from another event.")
        return replace(mention, end=back.end(), point=None, mark="", rule="event", warnings=(why,))
    if tail and mention.rule not in (*LENGTHS, "holiday", "five-year plan"):
        weekday = _WEEKDAYS.find(tail["weekday"].replace("天", "日")) if tail["weekday"] else None
        mention = replace(mention, end=tail.end(), time=tail["time"] or "", weekday=weekday)
        mark = _MARKS.get(tail["mark"] or "", mark)
    if _THEN_ON.match(text, mention.end) or _NOT_BEFORE.search(ahead[-6:]):
        mark = "since"
    if not mark and _LED_BY.search(ahead[-6:]):
        mark = "by"
    if _SO_FAR.match(text, mention.end) and _AS_OF.search(ahead[-3:]):
        return replace(mention, mark="status")
    told = _DONE_ON.search(ahead[-3:]) or _IS_DONE.match(text, mention.end) or _REPORTED.search(ahead[-12:])
    if told or _FORMERLY.search(ahead[-8:]):
        return replace(mention, mark="status")
    leads_on = last and (_TO.fullmatch(_ASIDE.sub("", ahead)) or _counts_on(last, mention, ahead, text))
    if last and last.mark != "before" and leads_on:
        return replace(mention, mark="status" if last.mark == "status" else mark, joined="to")
    return replace(mention, mark=mark, joined="and" if last and _AND.fullmatch(ahead) else "")


def _counts_on(last: Mention, mention: Mention, between: str, text: str) -> bool:
    """Return whether two numbers share one unit and follow each other: 7、8月 is a span, 6、9月 are two dates."""
    one, two = last.point, mention.point
    if between != "、" or one is None or two is None or not text[last.end - 1].isdigit() or one.unit != two.unit:
        return False
    if one.unit == "day":
        return (one.day or 0) + 1 == two.day
    return (one.month or 0) + {"month": 1, "quarter": 3}.get(one.unit, 0) == two.month


def _qualifiers_weakened(found: list[Mention], text: str, context: Context) -> list[Mention]:
    """Return the mentions with those marked as weak that only qualify words: 贯彻2月13日会议精神, 2018年度考核."""
    weighed: list[Mention] = []
    for number in range(len(found) - 1, -1, -1):
        mention, following = found[number], weighed[-1] if weighed else None
        moved = _MOVED.search(text, mention.end, following.begin) if following else None
        if moved and following and _AIMED.search(text, mention.end, moved.start()):
            weighed[-1] = following = replace(following, mark="status")
        elif moved and following:
            mention = replace(mention, mark="status")
            forward = not moved[0].startswith("提前")
            weighed[-1] = following = _dated_like(mention, following, forward=forward)
        if following and following.joined:
            weak = following.weak
        else:
            weak = _qualifies(mention, following, text) or _looks_back(mention, text, context)
        weighed.append(replace(mention, weak=weak))
    return weighed[::-1]


def _dated_like(former: Mention, latter: Mention, *, forward: bool) -> Mention:
    """Return the deadline a former one was moved to, in the former's year where it names none."""
    old, new = former.point, latter.point
    if old is None or new is None or not old.year or new.year or new.fixed or new.turn:
        return latter
    later = forward and old.month and new.month and new.month < old.month
    return replace(latter, point=new._replace(year=old.year + 1 if later else old.year))


def _looks_back(mention: Mention, text: str, context: Context) -> bool:
    """Return whether a year that is over, or a day 截至 leads to, only says what a word is about: 2024年度审计问题."""
    point = mention.point
    if point is None or not context.year or _AFTER_DEADLINE.match(text, mention.end):
        return False
    days = days_of(point, context.year, context.issued.month if context.issued else 0)
    over = days is not None and context.issued is not None and days.due < context.issued
    if mention.mark == "by":
        return over and _UP_TO.search(text, max(0, mention.begin - 3), mention.begin) is not None
    if over and not mention.mark and (_RAISED.match(text, mention.end) or _SO_FAR.match(text, mention.end)):
        return True
    bare = point.unit == "year" and not point.part and mention.mark in ("", "inside")
    return bare and (point.year or context.year) < context.year


def _qualifies(mention: Mention, following: Mention | None, text: str) -> bool:
    """Return whether a bare mention is a word among words rather than a deadline."""
    point = mention.point
    if point and point.unit == "year" and not point.fixed and _GOES_ON.match(text, mention.begin):
        return True
    if mention.joined == "to" or point is None or point.part == "end" or mention.mark not in ("", "inside"):
        return False
    led_on = False
    if following and following.mark in ("before", "by"):
        led_on = not (following.weak or _DELIMITER.search(text, mention.end, following.begin))
    if mention.joined:  # one of several, unless it leads on to a day: 半年小结于7月5日前，全年总结于12月20日前
        return led_on
    if text[mention.begin : mention.end].endswith(("内", "期间")):
        return False
    if _NOUN.match(text, mention.end) or (point.unit != "day" and _EVENT.match(text, mention.end)):
        return True
    if led_on:
        return True
    start = max((hit.end() for hit in _DELIMITER.finditer(text, max(0, mention.begin - 24), mention.begin)), default=-1)
    if start < 0 and mention.begin > 24:
        return True
    head = _BEFORE_DEADLINE.fullmatch(text, max(start, 0), mention.begin)
    return not (head or _AFTER_DEADLINE.match(text, mention.end))
