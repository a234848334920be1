"""What doesn't belong to a document: web page frames, advertising, file-sharing boilerplate, personal numbers.

Nothing is taken out silently: each removal is a mark that says what and how often.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from plans.intake.blocks import Block, Cell, IntakeError, Paragraph, Spot, fold
from plans.intake.draft import Mark
from plans.intake.words import column_role
from plans.model import say

_FRAME = re.compile(
    r"^(?:您?(?:的)?当前(?:的)?位置|首页\s*[>》/|]|浏览次数|访问量|点击(?:数|率|次数)|阅读次数|"
    r"来源[:：].{0,20}(?:时间|日期|字体)|字体[:：]|分享到|扫一扫|"
    r"打印(?:本页)?|关闭(?:窗口|本页)?$|上一[篇条]|下一[篇条]|相关(?:阅读|文章|推荐|链接)|责任编辑[:：]|"
    r"信息来源[:：]|版权所有|主办单位[:：].*备案|网站地图|"
    r".{0,80}ICP备\s*\d|主办[:：].{2,40}(?:承办[:：]|技术支持|网站标识码)|.{0,80}公网安备|无障碍|返回顶部|【?字体|公开日期|生成日期|废止日期|内容概述|索\s*引\s*号"
    r"|法定主动公开|"
    r"\[bookmark:|第\s*\d+\s*页(?:\s*共\s*\d+\s*页)?$|"
    r"-\s*\d{1,3}\s*-$|—\s*\d{1,3}\s*—$|page \d+(?: of \d+)?$|skip to (?:main )?content|share this page|"
    r"print this page|last updated:|cookie|"
    r"back to top|home\s*[>»/]|breadcrumb)",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"温馨提示|本文档由用户上传|版权归属用户|文档下载|下载前请|付费|网站客服|收藏本站|百度文库|道客巴巴|豆丁|"
    r"原创力文档|查看预览|内容与标题不符|"
    r"如有侵权|仅供参考[，,]?请勿|更多.{0,6}范文|文库|upload(?:ed)? by user|all rights reserved",
    re.IGNORECASE,
)
_AD = re.compile(
    r"[\u4e00-\u9fff]{2}(?:体育|娱乐|博彩|彩票|棋牌|电竞|国际|赌场)(?:APP|app|官方网?站?|官网|平台|手机版|登录|"
    r"下载|注册|投注|入口)+[\u4e00-\u9fff]{0,2}"
    r"(?:[_\-－|·]?[\u4e00-\u9fff]{0,4}[A-Za-z][A-Za-z0-9.]{3,20})?"
)
_SECRET = re.compile(
    r"(?:绝\s*密|机\s*密|秘\s*密)\s*[★☆*]|^\s*(?:密\s*级\s*[:：]\s*)(?:绝\s*密|机\s*密|秘\s*密)|^\s*(?:绝密|机密|"
    r"秘密)\s*(?:[★☆].*|[（(]?\d+\s*年[）)]?|)$|^\s*(?:(?:TOP )?SECRET\s*(?://.*)?|CONFIDENTIAL\s*//.*)$"
)
_INTERNAL = re.compile(
    r"此件不(?:予)?公开|内部(?:资料|文件|使用|传阅)|^\s*内\s*部\s*(?:[★☆]|$)|不予公开|internal use only|"
    r"^\s*confidential\s*$|"
    r"not for (?:publication|distribution)|^\s*OFFICIAL[- ]SENSITIVE",
    re.IGNORECASE,
)
_NUMBERS = (
    (
        "id",
        re.compile(
            r"(?<![\dA-Za-z])\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])"
        ),
    ),
    ("phone", re.compile(r"(?<![\dA-Za-z.])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![\d.])")),
    ("phone", re.compile(r"(?<![\d.])0\d{2,3}[-－—]\d{7,8}(?:[-转]\d{1,5})?(?!\d)")),
    ("phone", re.compile(r"(?<=[话机][:：])\s*\d{7,8}(?!\d)")),
)
_HEAD = 25  # blocks in which a secrecy mark of the document can stand


def refuse_secrets(blocks: Iterable[Block]) -> None:
    """Refuse a document marked as a state secret.

    Raises:
        IntakeError: without a word of the document in it.
    """
    for position, text in enumerate(_texts(blocks)):
        marked = _SECRET.search(text)
        if marked and (position < _HEAD or "★" in marked[0] or "密级" in re.sub(r"\s", "", marked[0])):
            raise IntakeError(
                say("This document carries a secrecy mark. It isn't read: secrets don't belong into this program.")
            )


def is_internal(blocks: Iterable[Block]) -> bool:
    """Return whether a document says that it isn't public."""
    return any(len(text) < 60 and _INTERNAL.search(text) for text in _texts(blocks))


def _texts(blocks: Iterable[Block]) -> Iterable[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
        else:
            yield from (cell.text for row in block.grid for cell in row if cell is not None)


def without_frames(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], list[Mark]]:
    """Return the blocks without lines of the page or the sharing site around the document."""
    kept: list[Block] = []
    marks: list[Mark] = []
    boiler = [isinstance(block, Paragraph) and bool(_BOILERPLATE.search(block.text)) for block in blocks]
    # A sharing site puts its notes in a row; what stands between two of them belongs to them.
    last = max((at for at, hit in enumerate(boiler) if hit and at < 20), default=-1)
    first = min((at for at, hit in enumerate(boiler) if hit), default=len(blocks))
    for at, block in enumerate(blocks):
        framed = (
            isinstance(block, Paragraph)
            and block.level == 0
            and len(block.text) <= 120
            and bool(_FRAME.search(block.text))
        )
        shared = isinstance(block, Paragraph) and (boiler[at] or (first < at < last and last - first < 12))
        if framed or shared:
            what = say("left out, it belongs to the web page: {text}", text=_text(block)[:40])
            if shared:
                what = say("left out, it belongs to the site the file was shared on: {text}", text=_text(block)[:40])
            marks.append(Mark("dirt", block.spot, what))
        else:
            kept.append(block)
    return tuple(kept), marks


def _text(block: Block) -> str:
    return block.text if isinstance(block, Paragraph) else ""


def without_advertising(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], list[Mark]]:
    """Return the blocks without advertising pasted into their sentences.

    The words are found by their kind, their extent by what all places where they stand have in common.
    """
    found = [
        text[max(0, match.start() - 6) : match.end() + 24] for text in _texts(blocks) for match in _AD.finditer(text)
    ]
    if not found:
        return blocks, []
    phrase = _common(found) if len(found) > 1 else ""
    pattern = re.compile(re.escape(phrase)) if len(phrase) >= 6 else _AD
    count = 0

    def clean(text: str) -> str:
        nonlocal count
        text, times = pattern.subn("", text)
        count += times
        return text

    cleaned = tuple(_mapped(block, clean) for block in blocks)
    what = say(
        "advertising pasted into the text was taken out ({count}×): {text}",
        count=count,
        text=(phrase or found[0])[:40],
    )
    return cleaned, [Mark("dirt", Spot(), what)]


def _common(texts: list[str]) -> str:
    """Return the longest piece of text that all *texts* share."""
    shortest = min(texts, key=len)
    for length in range(len(shortest), 5, -1):
        for start in range(len(shortest) - length + 1):
            piece = shortest[start : start + length]
            if all(piece in text for text in texts):
                return piece
    return ""


def without_numbers(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], dict[str, int]]:
    """Return the blocks without personal numbers, and how many of each kind were dropped."""
    counts: dict[str, int] = {}

    def clean(text: str) -> str:
        for kind, pattern in _NUMBERS:
            text, times = pattern.subn("", text)
            if times:
                counts[kind] = counts.get(kind, 0) + times
        return text

    return tuple(_without_columns(_mapped(block, clean), counts) for block in blocks), counts


def _without_columns(block: Block, counts: dict[str, int]) -> Block:
    """Empty the columns of complainants and their like below a header that names them."""
    if isinstance(block, Paragraph):
        return block
    private: dict[int, int] = {}
    grid: list[tuple[Cell | None, ...]] = []
    for at, row in enumerate(block.grid):
        for place, cell in enumerate(row):
            if cell is not None and at < 6 and column_role(cell.text) == "private" and len(cell.text) <= 14:
                private.setdefault(place, at)
        line = list(row)
        for place, header in private.items():
            hidden = line[place]
            if at > header and hidden is not None and hidden.text and fold(hidden.text):
                line[place] = replace(hidden, text="")
                counts["name"] = counts.get("name", 0) + 1
        grid.append(tuple(line))
    return replace(block, grid=tuple(grid))


def _mapped(block: Block, change: Callable[[str], str]) -> Block:
    """Return the block with *change* applied to its texts; a merged cell stays one cell."""
    if isinstance(block, Paragraph):
        return replace(block, text=change(block.text))
    fresh: dict[int, Cell] = {}

    def cell_of(cell: Cell | None) -> Cell | None:
        if cell is None:
            return None
        if id(cell) not in fresh:
            text = change(cell.text)
            fresh[id(cell)] = cell if text == cell.text else replace(cell, text=text)
        return fresh[id(cell)]

    return replace(block, grid=tuple(tuple(cell_of(cell) for cell in row) for row in block.grid))


def dropped(counts: dict[str, int]) -> list[Mark]:
    """Return what to say of dropped personal numbers, without any of them."""
    sentences = {
        "id": say("identity card numbers were dropped: {count}", count=counts.get("id", 0)),
        "phone": say("telephone numbers were dropped: {count}", count=counts.get("phone", 0)),
        "name": say("names and addresses of complainants were dropped: {count}", count=counts.get("name", 0)),
    }
    return [Mark("private", Spot(), sentences[kind]) for kind in sentences if counts.get(kind)]
