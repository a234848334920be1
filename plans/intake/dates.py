"""Deadlines as they stand in documents: whether a cell holds one, and where one stands inside a sentence."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3}|廿[一二三四五六七八九]?)"
_YEAR = r"(?:(?:19|20)\d{2}年|二[〇零○]\S{2}年|今年|明年|当年|本年|次年|来年)"
_PART = r"(?:底|末|初|中旬|上旬|下旬|中|内|份)"
_DAY = rf"(?:{_N}[日号]|\d{{1,2}}(?=[前之以]))"
_MONTH = rf"(?:{_YEAR}?\s*{_N}月(?:份?{_DAY}|{_PART})?)"
_SEASON = (
    rf"(?:{_YEAR}?\s*(?:第?[一二三四1-4]季度|[上下]半年|年底|年末|年内|年中|年初|全年)|{_YEAR}(?:底|末|内|度)?|"
    r"本?[月周]底|本周五|下周[一二三四五六日])"
)
_POINT = rf"(?:{_MONTH}|{_SEASON}|(?:19|20)\d{{2}}[-./]\d{{1,2}}(?:[-./]\d{{1,2}})?|“?十[三四五六]五”?末)"
_MONTHS_EN = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_POINT_EN = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTHS_EN}(?:,?\s+20\d\d)?|{_MONTHS_EN}\s+\d{{1,2}}(?!\d)(?:st|nd|rd|"
    rf"th)?(?:,?\s+20\d\d)?|"
    rf"(?:(?:early|mid|late|end of|end|the end of|beginning of)[- ])?{_MONTHS_EN}(?:,?\s+20\d\d)?|"
    rf"(?:(?:the )?end of )?Q[1-4](?:[ ,/]*20\d\d)?|20\d\d-\d\d-\d\d|"
    r"(?:the )?(?:end of|first half of|second half of|close of)(?: the)? (?:(?:(?:calendar |fiscal |financial "
    r"|school |"
    r"academic )?(?:year|quarter|month|term|semester))(?: (?:FY ?)?20\d\d)?|(?:FY ?)?20\d\d)|"
    r"year[- ]end(?: 20\d\d)?|H[12] 20\d\d|FY ?\d{2,4}|20\d\d)"
)
_FULL = re.compile(
    rf"^(?:[^，。；,;]{{0,6}}?)?(?:{_POINT}|\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?|\d{{5}}|(?:19|20)\d{{6}}|"
    rf"每[年月周季半]\S{{0,20}}|"
    r"长期\S{0,6}|持续\S{0,6}|常态\S{0,6}|常年|立行立改\S{0,10}|立即\S{0,6}|即知即改|马上|"
    r"\d{1,3}(?:个)?(?:工作)?[日天周月年]\S{0,6}内?|"
    r"春节前|国庆前|元旦前|[一二三四]季度|[上下]半年|年底\S{0,4}|全年|年内|同上|贯穿全年|[春秋]季学期\S*|适时|"
    r"按季度?|按月|按年|每学期\S*)",
)
_FULL_EN = re.compile(
    rf"^(?:due:? )?(?:by|before|until|no later than|not later than|due|from|on|in|within|NLT|w/[ec]|COB|minimally|"
    rf"measured?|approx\w*|est\.?)?\s*(?:{_POINT_EN}\b|"
    r"\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,4})?|ongoing|continuous\w*|on[- ]going|quarterly|monthly|annual\w*|weekly|"
    r"daily|immediate\w*|asap|every |each |"
    r"\d+ (?:working |business |calendar )?(?:days?|weeks?|months?|years?)|tb[cd]|complete[d]?|rolling|bi-?annual|"
    r"fortnightly|spring|summer|autumn|fall|winter)",
    re.IGNORECASE,
)
_SPAN = rf"(?:{_POINT}\s*(?:至|到|[-—–~～－])+\s*(?:{_POINT}|{_N}[日号]|年?[底末])(?:底前|前|底)?)"
_TIME = r"(?:\s*(?:\d{1,2}[:：]\d{2}|\d{1,2}[时点](?:\d{1,2}分|半)?|[上下]午|中午|下班))"
_LIMIT = r"(?:之前|以前|底前|年?底之前|前|止|之内|以内)"
_FINISH = r"(?:基本|全部|全面|全部基本)?(?:完成|结束|办结|到位|落实到位|建成|上报|报送)"
_IN_TEXT = re.compile(
    rf"(?P<when>(?:力争|原则上|争取)?(?:在|于|到|至|截[至止]|最迟|不晚于)?(?:{_SPAN}|"
    rf"{_POINT})(?:{_TIME}{{1,2}}(?={_LIMIT}))?{_LIMIT}?)(?:(?P<tail>{_FINISH}(?=[，。；,;（(）)\s]|$))|(?P<does>{_FINISH}))?"
)
_IN_TEXT_EN = re.compile(
    rf"\b(?P<when>(?:by|before|no later than|not later than|until|due(?: by| on)?|on or before)\s+(?:the )?"
    rf"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?{_POINT_EN}|"
    rf"in (?:early |mid[- ]|late )?{_MONTHS_EN} 20\d\d(?=[.;,)]|$)|"
    r"within \d+ (?:working |business |calendar )?(?:days|weeks|months|years)(?: (?:of|from|after) [^,.;()]{3,60})?)",
    re.IGNORECASE,
)
# 一周内报…: counted from the day of the document; 3个工作日内办结 is a standard of service and no deadline
_COUNTED = re.compile(
    r"(?:^|(?<=[，,；;。\s]))(?:于|在)?(?P<when>(?:\d{1,3}|[一二两三四五六七八九十]{1,3})个?(?:工作日|[日天周月]|星期)(?:之|以)?内)"
    r"(?=(?:向\S{2,12}|将\S{2,12})?(?:报|提交|提出|拿出|上报|印发|形成))"
)
_EACH_AHEAD = re.compile(r"每(?:年|季度|学期)?(?:的)?$")  # 每年12月底前 comes again: the day alone would be one day
_AGAIN = re.compile(
    r"^(?P<when>每(?:半年|半月|季度?|[两三]?个?[年月周]|学期|旬)(?:[一二三四五六日](?=[前上下])|度?[末底]|\d{1,2}[日号])?(?:之前|以前|前)?)"
    r"(?=[\u4e00-\u9fff、，])"
)
MOST = 40  # deadlines one text may hold; a task with more of them is no task
_HELD = r"(?:集中|统一|陆续|全面)?(?:组织|开展|举[办行]|召开|进行|启动|报送|上报|实施|验收)(?!的)"
_LEADING = re.compile(rf"^(?P<when>{_SPAN}|{_MONTH}(?:前|底前)?)(?:[，,：:]\s*\S|(?={_HELD}))")
_STATUS = re.compile(r"(?:截至|截止)\S{0,14}[，,]?\s*已")
_OPEN = re.compile(r"^(?:持续推进|长期坚持|常态化(?:推进|开展)|长期推进|持续开展)")
_DITTO = re.compile(r"^(?:同上|〃|″|＂|\"|'' ?|ditto|do\.|同前)$", re.IGNORECASE)
_NOTHING = re.compile(r"^(?:[-—–－/／\\\s]+|无|暂无|n/?a|none|nil)$", re.IGNORECASE)


class Found(NamedTuple):
    """A deadline found in a text: the words, and where they stand."""

    text: str
    start: int
    stop: int
    limited: bool  # says "by" (前, 完成, by), so that it asks for something


def is_dated(text: str) -> bool:
    """Return whether a cell's whole text reads like a deadline (a cheap test; the reading itself is done later)."""
    text = unicodedata.normalize("NFKC", text).strip().strip("()（）")
    if not text or len(text) > 60:
        return False
    if text.isascii():
        return bool(_FULL_EN.match(text) or re.match(r"^\d{1,2}[./]\d{1,2}$|^20\d\d", text))
    return bool(_FULL.match(re.sub(r"\s+", "", text)))


def is_ditto(text: str) -> bool:
    """Return whether a cell says "as above"."""
    return bool(_DITTO.match(text.strip()))


def is_nothing(text: str) -> bool:
    """Return whether a cell says in signs that it holds nothing: —, /, 无, N/A."""
    return not text.strip() or bool(_NOTHING.match(text.strip()))


def find(text: str) -> list[Found]:
    """Return the deadlines inside running text, in order: what is said to be done by a time, not times as such."""
    found: list[Found] = []
    for match in _IN_TEXT.finditer(text):
        when, tail = match["when"], match["tail"] or ""
        stop = match.end() - len(match["does"] or "")  # what is finished isn't part of the deadline
        limited = bool(
            re.search(rf"{_LIMIT}$", when) or tail or when.startswith(("力争", "争取", "最迟", "不晚于", "截止"))
        )
        if _STATUS.match(text[max(0, match.start() - 1) :]) or _STATUS.match(text[match.start() :]):
            continue
        if (limited or match["does"]) and not _is_past_reference(text, stop):
            again = _EACH_AHEAD.search(text, 0, match.start())
            start = match.start() - (len(again[0]) if again else 0)
            words = (again[0] if again else "") + when + tail
            lead = re.match(r"^(?:在|于|到|至)", words)
            cut = len(lead[0]) if lead else 0
            found.append(Found(words[cut:], start + cut, stop, True))
    found += [Found(match["when"], match.start("when"), match.end(), True) for match in _COUNTED.finditer(text)]
    for match in _IN_TEXT_EN.finditer(text):
        when = match["when"].rstrip(".")  # the sentence's stop, or that of a short month's name
        found.append(Found(when, match.start(), match.start() + len(when), True))
    return sorted(found, key=lambda one: one.start)[:MOST]


def _is_past_reference(text: str, end: int) -> bool:
    return bool(re.match(r"[，,]?(?:已|召开的|以来|印发的|出台的)", text[end : end + 5]))


def bracketed(text: str) -> Found | None:
    """Return the deadline that stands alone in brackets near the end of a heading: 学习阶段（5月中旬至7月底）."""
    for match in re.finditer(r"[（(]([^（）()]{2,40})[）)]", text):
        inner = match[1].strip()
        inside = re.sub(
            r"^(?:完成时限|时间|完成时间|时限|时间安排|due|timing|deadline)[:：]\s*", "", inner, flags=re.IGNORECASE
        )
        if is_dated(inside) and not re.search(r"牵头|负责|责任", inside):
            return Found(inside, match.start(), match.end(), True)
    return None


def leading(text: str) -> str | None:
    """Return the span or day an item begins with before it says what is done then: 4月11日至6月20日，开展调研."""
    match = _LEADING.match(text)
    return match["when"] if match is not None else None


def again(text: str) -> str:
    """Return the cadence an item begins with (每月召开…, 每周五前收集…), "" where it begins otherwise."""
    match = _AGAIN.match(text)
    return match["when"] if match else ""


def again_inside(text: str) -> str:
    """Return the cadence a later sentence or clause begins with: …制度。每季度末对数据进行回溯；…，每月通报一次."""
    clauses = (part.strip() for part in re.split(r"[。；;，,\n]", text))
    return next((found for clause in clauses if (found := again(clause))), "")


def open_ended(text: str) -> str:
    """Return the words that make a task open-ended at the head of its sentence (持续推进), or ""."""
    match = _OPEN.match(text)
    return match[0] if match else ""
