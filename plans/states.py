"""The words for how far a task has come (已完成, 推进中, 转办, Closed), and the state each stands for."""

from __future__ import annotations

import re

from plans.expressions.numerals import plain, simplified

_DAY = r"(?:\(?(?:已?于)?(?:\d{2,4}[年./-])?\d{1,2}[月./-]\d{0,2}[日号]?[底初]?(?:前)?\)?)"
_ALREADY = r"(?:已经?|业已|均已|都已|全部已|现已|已全部)"
_WELL = r"(?:全部|提前|按时|如期|按期)"  # behind a day these are what is asked for, not what was done
_VERBS = (
    r"(?:整改|办理|任务|工作)?(?:完成|办结|整改|销号|落实|结案|办毕|完毕|到位|验收|上线|印发|出台|报送"
    r"|上报|提交|建成|竣工|交付|达标|清零|结题|解决|公布|发布)"
    r"(?:到位|完成|完毕|销号|投用)?"
)
_PASSED = r"(?:(?:通过|经)[^\W\d]{0,8}(?:验收|评审|审核|审议|评估|核查|复核)[,、并后]*)"
_DONE = re.compile(
    rf"(?:{_DAY}?{_ALREADY}|{_WELL}){_DAY}?(?:全部|全面|如期)?(?:{_VERBS}|{_PASSED}(?:{_VERBS})?)(?:[并、且]{_VERBS})*了?{_DAY}?"
    rf"(?:\({_DAY}(?:完成|办结|销号|整改到位)\))?[。.]?|(?:完成|办结|销号|整改完成"
    rf"|整改到位|完成整改|落实到位|办理完毕|√|✓|✔|☑|是|100%|1)[。.]?"
)
_STATES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("done", _DONE),
    ("partly", re.compile(r"(?:已)?(?:基本|阶段性|部分|初步)(?:已)?(?:完成|办结|落实|整改(?:到位|完成)?)")),
    (
        "not started",
        re.compile(
            r"(?:尚?未|没有?|暂未|还未)(?:启动|开始|开展|实施)|待启动|未启动|not (?:yet )?started|to do|todo"
            r"|pending start"
        ),
    ),
    (
        "in progress",
        re.compile(
            r"(?:尚?未|没有?)(?:完成|办结|整改|销号|落实)|(?:正在?|持续)?(?:推进|办理|整改|实施|进行|落实"
            r"|处理)中|正在(?:推进|办理|整改|实施|落实|进行)"
            r"|滞后|进展(?:缓慢|顺利)|序时推进|in progress|underway|under way|open|on track|delayed|behind"
        ),
    ),
    ("routine", re.compile(r"长期坚持|转(?:入|为)?常态化?|常态化?(?:推进|坚持)?|转入日常")),
    ("on hold", re.compile(r"(?:已)?(?:暂缓|中止|暂停|搁置)(?:实施|办理)?|on hold|paused|suspended|deferred")),
    (
        "cancelled",
        re.compile(
            r"(?:已)?(?:取消|终止|作废|撤销|不再实施)|cancell?ed|withdrawn|dropped|void|superseded"
            r"|no longer (?:required|needed|applicable|relevant)"
        ),
    ),
    ("transferred", re.compile(r"(?:已)?(?:转办|移交|划转)|transferred")),
    ("merged", re.compile(r"(?:已)?(?:并办|合并(?:办理)?)|merged")),
    ("carried over", re.compile(r"(?:已)?结转(?:下年)?|carried (?:over|forward)")),
    ("extended", re.compile(r"(?:已|申请|同意)?延期|extended")),
    ("returned", re.compile(r"(?:已)?(?:退回|退办)|returned")),
    ("acknowledged", re.compile(r"(?:已)?签收|acknowledged")),
    (
        "done",
        re.compile(
            r"(?:(?:this )?(?:action|item|task|work|milestone|recommendation|finding|issue|risk|objective)s? )?"
            r"(?:(?:is|are|was|has been|have been) )?"
            r"(?:(?:already|fully|now) )?(?:completed?|done|closed|finished|implemented|delivered|achieved"
            r"|fulfilled)(?: (?:out|off))?"
            r"(?: (?:on|in|as of|as at) [\w ,./-]{3,20}|(?<=d) [a-z]{3,9}\.? “?\d\d|(?<=d) (?!by |before |no |not "
            r"|.*\b(?:next|due|by|until|review|final|remain[a-z]*|phase)\b)[\w ,./-]*\d{4}"
            r"| ?[-:] (?!by |before |no |not |due |for )[a-z]+\.? \d{4}|[ :,-]+\d[\d/. -]{3,12}"
            r"|[ :,;(-]{2,3}(?:verified|confirmed|validated|evidenced|tested|checked|approved|signed off|accepted"
            r"|closed"
            r"|reported)(?!.*\b(?:due|next|until|will|to be|then|further|remain[a-z]*|review)\b)[\w ,./“-]{0,50}\)?"
            r"|\s*\([\w ,./-]{3,20}\)|[ :,;(-]{2,3}(?!.*\b(?:by|due|next|review|annual|ongoing|until|remain"
            r"|further|except|not|will|to be|and|then|term|season|[a-z]+ly|each"
            r"|every)\b)[a-z ,“]{3,40}\)?)?\.?[ ✓✔☑√]*"
            r"|100 ?%"
        ),
    ),
)


def state_word(text: str) -> str:
    """Return the state a *text* stands for as a whole, "" for none.

    One of done, partly, not started, in progress, routine, on hold, cancelled, transferred, merged, carried over,
    extended, returned, acknowledged. A text that says more than a state (已完成初稿，6月底前印发) is none.
    """
    if len(text) > 60:
        return ""
    english = " ".join(plain(text).lower().split())
    if english.startswith("("):
        english = english.strip("()")
    chinese = simplified(english)
    return next((state for state, words in _STATES if words.fullmatch(chinese) or words.fullmatch(english)), "")
