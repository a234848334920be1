"""What a document is called: its title among letterheads, covering notices and headings, in two languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from plans.intake.blocks import Block, Paragraph, fold, joined
from plans.intake.units import is_unit

NUMBER = re.compile(
    r"(?P<number>[\u4e00-\u9fff]{1,14}[〔\[（(【﹝]\s*(?:19|20)\d{2}\s*[〕\]）)】﹞]\s*第?\s*\d{1,5}\s*号)"
)
_KINDS = """
实施方案 工作方案 行动方案 分工方案 活动方案 整改方案 落实方案 整治方案 推进方案 方案 实施意见 意见
通知 工作要点 要点 行动计划 工作计划 计划 工作安排 安排 办法 规划 任务清单 清单 任务分工 分工表 分工
台账 措施 细则 决定 任务分解表 任务分解 分解表 安排表 计划表 进度表 任务表 一览表 汇总表 责任表 明细表 表
会议纪要 纪要 通报 报告 函 议程 批复 路线图 任务书 责任书 总结 要求 公告 指引 指南 重点任务 重点工作
任务
""".split()  # noqa: SIM905 - words for people to read and add to
_ENDS_TITLE = re.compile(
    "(?:" + "|".join(sorted(_KINDS, key=len, reverse=True)) + r")(?:[（(【\[][^（）()]{1,16}[）)】\]])?$"
)
_FORWARDED = re.compile(r"(?:关于)?(?:印发|转发|下发|发布|公布)[《<〈“]?(?P<title>.{4,80}?)[》>〉”]?的?通\s*知$")
_ANNEX = re.compile(r"^(?:附件|附表|附)\s*[\d一二三四五六七八九十]*\s*[:：]?$")
_LETTERHEAD = re.compile(
    r"^[\u4e00-\u9fff]{2,18}(?:政府|办公室|委员会|局|厅|部|院|校|公司)(?:专题|常务|办公|工作|联席|党组|主任)?会议纪要$"
)
_ISSUE = re.compile(r"[（(]?(?:[〔\[(（]?(?:19|20)\d{2}[〕\])）]?年?)?\s*(?:第|总第)\s*[\d一二三四五六七八九十]+\s*期")
DAY = re.compile(
    r"(?P<y>(?:19|20)\d{2}|[二〇○零一][〇○零一二三四五六七八九]{3})\s*年\s*(?P<m>\d{1,2}|"
    r"[一二三四五六七八九十]{1,2})\s*月\s*(?P<d>\d{1,2}|[一二三四五六七八九十廿卅]{1,3})\s*日"
)


def find_title(blocks: Sequence[Block], language: str) -> tuple[str, int]:
    """Return the title and the position of the block after it."""
    for at, block in enumerate(blocks[:40]):
        if isinstance(block, Paragraph) and block.title and block.text and not _ANNEX.match(block.text):
            return _unwrapped(joined(block.text)), at + 1
    if language == "en":
        return _english_title(blocks)
    found = [(at, title) for at, title in _candidates(blocks) if len(title) >= 6]
    if not found:
        heading = next(
            (
                (at, joined(block.text))
                for at, block in enumerate(blocks)
                if isinstance(block, Paragraph) and block.level == 1 and block.text
            ),
            None,
        )
        return (heading[1], heading[0] + 1) if heading else (_first_line(blocks), 0)
    named = [one for one in found if not _LETTERHEAD.match(one[1]) and not _is_masthead(blocks, *one)]
    found = named or found
    inner = next((match["title"] for _, title in found if (match := _FORWARDED.search(title))), "")
    for at, title in found:
        same = fold(inner) in fold(title) or fold(title) in fold(inner)
        if inner and same and not title.endswith("的通知"):
            return title, at + 1
    for at, title in found:
        if not _FORWARDED.search(title):
            return (inner or title), at + 1
    return inner or found[0][1], found[0][0] + 1


def _is_masthead(blocks: Sequence[Block], at: int, text: str) -> bool:
    """Return whether what stands there is the name of a bulletin, with its number below: 督查通报, 〔2026〕第8期."""
    below = blocks[at + 1] if at + 1 < len(blocks) else None
    numbered = isinstance(below, Paragraph) and _ISSUE.match(below.text.strip()) is not None
    return numbered and len(text) <= 14 and not text.startswith("关于")


def _candidates(blocks: Sequence[Block]) -> list[tuple[int, str]]:
    """Return (position, text) of what is called like a document, before the body's second numbered heading."""
    found: list[tuple[int, str]] = []
    headings = 0
    for at, block in enumerate(blocks):
        if not isinstance(block, Paragraph) or (found and at <= found[-1][0]):
            continue
        text = joined(block.text)
        if re.match(r"^(?:[二三]、|第二[章条])", text):
            headings += 1
        if headings or at > 60:
            break
        following = [joined(other.text) for other in blocks[at + 1 : at + 3] if isinstance(other, Paragraph)]
        for length in (0, 1, 2):
            whole = "".join([text, *following[:length]])
            if _is_title(whole) and (length == 0 or _splits_title(text, following[:length])):
                found.append((at + length, _unwrapped(whole)))
                break
    return found


def _is_title(text: str) -> bool:
    if (
        not 5 <= len(text) <= 80
        or re.search(r"[。；;：:！？]$|^(?:附件|附表|抄送|主送|现将|根据|各)", text)
        or re.match(r"^(?!(?:19|20)\d{2}[年—–-])[\d（(①]|^[一二三四五六七八九十]+[、.]", text)
    ):
        return False
    return bool(_ENDS_TITLE.search(re.sub(r"\s", "", text))) and "。" not in text


def _splits_title(first: str, rest: list[str]) -> bool:
    """Return whether a title can be broken over these lines: the first isn't whole, no other begins anew."""
    started = bool(re.search(r"关于|印发|《|[\u4e00-\u9fff]{4,}", first)) and not re.search(
        r"[。：:]$|号$|日$|文件$", first
    )
    return (
        started
        and not _is_title(first)
        and not (is_unit(first) and _is_title("".join(rest)) and not re.match(r"关于|(?:19|20)\d{2}年", rest[0]))
        and not any(NUMBER.search(part) or DAY.search(part) or re.search(r"[。：:，]", part) for part in [first, *rest])
    )


def _unwrapped(text: str) -> str:
    """Return a title without 《》 around all of it and without blanks set for looks."""
    text = (
        re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", text)
        if not re.search(r"[\u4e00-\u9fff]{6,}\s[\u4e00-\u9fff]{6,}", text)
        else text
    )
    whole = re.fullmatch(r"《([^》]+)》", text)
    return whole[1] if whole else text


def _first_line(blocks: Sequence[Block]) -> str:
    for block in blocks[:8]:
        subject = re.match(r"【([^【】]{4,30})】", block.text) if isinstance(block, Paragraph) else None
        if subject is not None:  # how a message to a group says what it is about
            return subject[1]
        if (
            isinstance(block, Paragraph)
            and 4 <= len(block.text) <= 60
            and not re.search(r"[。；：:]$|^[\d一二三(（]", block.text)
            and not NUMBER.search(block.text)
        ):
            return joined(block.text)
    return ""


_COUNTED = re.compile(
    r"(?:action|finding|objective|goal|priority|recommendation|theme|phase|stage|step|part|section|chapter)\s+"
    r"(?:\d{1,2}(?:\.\d{1,2})*|[A-H]|[IVX]{1,4})\b",
    re.IGNORECASE,
)


def _english_title(blocks: Sequence[Block]) -> tuple[str, int]:
    for at, block in enumerate(blocks[:30]):
        if isinstance(block, Paragraph) and block.level == 1 and block.text and not _COUNTED.match(block.text):
            return joined(block.text), at + 1
    named = re.compile(
        r"\b(?:plan|strategy|programme|program|roadmap|register|log|tracker|minutes|agenda|report|schedule|"
        r"framework|checklist|recommendations|policy|charter|memo\w*)\b",
        re.IGNORECASE,
    )
    lines = [(at, joined(block.text)) for at, block in enumerate(blocks[:15]) if isinstance(block, Paragraph)]
    fits = [
        (at, text)
        for at, text in lines
        if 6 <= len(text) <= 120
        and not text.endswith((".", ":", ";"))
        and not re.match(r"^(?:date|to|from|cc|subject)\s*:", text, re.IGNORECASE)
    ]
    subject = next(
        (
            (at, match[1])
            for at, text in lines
            if (match := re.match(r"^(?:subject|re|title)\s*:\s*(.+)$", text, re.IGNORECASE))
        ),
        None,
    )
    best = (
        subject
        or next(((at, text) for at, text in fits if named.search(text)), None)
        or (fits[0] if fits and fits[0][0] < 3 else None)
    )
    return (best[1], best[0] + 1) if best else ("", 0)
