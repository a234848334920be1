"""Quantities to reach, as sentences say them: 净增600家以上, 超50家, at least 20 schools."""

from __future__ import annotations

import re
from typing import Literal

from plans.model import Target

_NUMBER = r"(?P<number>\d[\d,]*(?:\.\d+)?)(?P<times>万|亿)?"
_UNIT = (
    r"(?P<unit>%|％|个百分点|公里|公顷|公斤|平方米|立方米|小时|学时|分钟|"
    r"[家个项名人次件场篇亩户台套所条支批期份门所处座公里吨][次]?|亿元|万元|元|个工作日)"
)
_CHINESE = re.compile(
    rf"(?P<what>[\u4e00-\u9fffA-Za-z（）()“”]{{2,26}}?)(?P<op>累计超过?|累计达到?|不少于|不低于|不超过|力争达到|"
    rf"达到|达|超过|超|突破|保持在|控制在|在)?\s*{_NUMBER}{_UNIT}(?P<after>以上|以内|以下|左右)?"
)
_ENGLISH = re.compile(
    r"(?P<op>at least|no fewer than|no less than|more than|over|up to|no more than|at most|"
    r"a minimum of)\s+(?P<number>\d[\d,]*(?:\.\d+)?)\s?(?P<unit>%|percent|[a-z]+(?: [a-z]+)?)",
    re.IGNORECASE,
)
_AT_MOST = ("不超过", "以内", "以下", "控制在", "up to", "no more than", "at most")
_MORE = ("超过", "超", "累计超过", "累计超", "突破", "more than", "over")
_INCREMENT = re.compile(r"^(?:净增|新增|增加|增长|新建|引进|招引)")
_VERBS = re.compile(r"^(?:.*?(?:，|,|、|力争|确保|实现|完成|其中|全年|全市|全县|全区|年内))?(?=[\u4e00-\u9fff（])")


def find_targets(text: str, limit: int = 4) -> tuple[Target, ...]:
    """Return the targets a text states, at most *limit*; a bare number without "at least" or its like is none."""
    found: list[Target] = []
    for clause in re.split(r"[，,。；;\n]|(?<=[家个项%])、", text):
        match = _CHINESE.search(clause)
        if match is None or not (match["op"] or match["after"] or _INCREMENT.match(match["what"])):
            continue
        if (match["op"] or "") in ("", "在") and not match["after"]:
            continue
        found.append(_target(match))
    if not found and text.isascii():
        found = [_english(match) for match in _ENGLISH.finditer(text)]
    return tuple(found[:limit])


def _target(match: re.Match[str]) -> Target:
    op, after = match["op"] or "", match["after"] or ""
    value = float(match["number"].replace(",", "")) * {"万": 1e4, "亿": 1e8}.get(match["times"] or "", 1)
    unit = match["unit"].replace("％", "%")
    what = match["what"].strip("“”")
    kind: Literal["increment", "cumulative", "share"] = (
        "share" if unit == "%" else "increment" if _INCREMENT.match(what) else "cumulative"
    )
    return Target(what, value, _sign(op, after), unit, kind)


def _sign(op: str, after: str) -> Literal[">=", ">", "<="]:
    if op in _AT_MOST or after in _AT_MOST:
        return "<="
    return ">" if op in _MORE else ">="


def _english(match: re.Match[str]) -> Target:
    op = match["op"].lower()
    unit = "%" if match["unit"].lower() in ("%", "percent") else match["unit"]
    return Target(
        unit, float(match["number"].replace(",", "")), _sign(op, ""), unit, "share" if unit == "%" else "cumulative"
    )
