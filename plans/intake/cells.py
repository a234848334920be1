"""What single cells say: a title and its parts, states of a ledger, steps with dates."""

from __future__ import annotations

import re
import unicodedata

from plans.intake import dates
from plans.intake.blocks import joined
from plans.intake.draft import Step
from plans.states import state_word

_NUMBER = re.compile(
    r"^\s*(?:第[一二三四五六七八九十\d]+[项条]\s*[:：、]?|[（(][一二三四五六七八九十\d]{1,3}[)）]\s*[、.]?|"
    r"[一二三四五六七八九十]{1,3}[、.．]|"
    r"\d{1,3}(?:\.\d{1,3})+[.、．]?(?!\d*年|\d*月)\s*|\d{1,3}(?:[.．](?!\d)|[.．](?=(?:19|20)\d{2}年)|[、)）:：])\s*|[①-⑳]"
    r"|[⑴-⒇]|[-•●◆■▪*·]\s+|"
    r"(?:Action|Milestone|Task|Step|Recommendation|Objective)\s+\d+(?:\.\d+)*[.:]?\s+)",
)
_ITEM = re.compile(
    r"(?:^|\n|(?<=[。；;\s]))\s*(?:(?P<arabic>\d{1,2})[.、．)）](?!\d)|[（(](?P<round>[一二三四五六七八九十]{1,2}|"
    r"\d{1,2})[)）]|(?P<circle>[①-⑳]))\s*"
)


def without_number(text: str) -> tuple[str, str]:
    """Return (number as written, the rest) of a text that may begin with 1. or （二） or ③."""
    match = _NUMBER.match(text)
    return (
        (match[0].strip(), text[match.end() :].strip()) if match and text[match.end() :].strip() else ("", text.strip())
    )


def items(text: str) -> list[str]:
    """Return the numbered items of one cell (1.… 2.… 3.…), or the whole text as one.

    They must count up from one, so that "1.5 million" or a date isn't taken for a number.
    """
    marks = list(_ITEM.finditer(text))
    kinds = {name for mark in marks for name, value in mark.groupdict().items() if value}
    if len(marks) < 2 or len(kinds) != 1 or marks[0].start() > 0 or text[: marks[0].start()].strip():
        return [text]
    kind = kinds.pop()
    if [_value(mark[kind]) for mark in marks] != list(range(1, len(marks) + 1)):
        return [text]
    stops = [*(mark.start() for mark in marks[1:]), len(text)]
    return [text[mark.end() : stop].strip() for mark, stop in zip(marks, stops, strict=True)]


def _value(sign: str) -> int:
    if sign in "一二三四五六七八九十":
        return "一二三四五六七八九十".index(sign) + 1
    if sign.startswith("十"):
        return 10 + "一二三四五六七八九".find(sign[1:]) + 1
    return int(unicodedata.numeric(sign)) if len(sign) == 1 else int(sign) if sign.isdigit() else 0


def title_of(text: str) -> tuple[str, str]:
    """Return (title, detail): the heading before the first full stop when it is short, else the whole sentence."""
    flat = joined(text)
    match = re.match(r"^(?P<head>[^。！？；]{2,60}?)(?:。|[：:](?!\d\d))(?P<rest>\S.*)$", flat)
    if match and len(match["head"]) <= 40 and len(match["rest"]) > 4 and not re.search(r"[:：]$", match["head"]):
        return match["head"].strip(), match["rest"].strip()
    english = re.match(r"^(?P<head>[A-Z][^.:;]{8,90}?)[.:]\s+(?P<rest>[A-Z].{10,})$", flat) if flat.isascii() else None
    if english:
        return english["head"].strip(), english["rest"].strip()
    return flat.strip(" 。；;"), ""


def state_of(text: str) -> str:
    """Return the state a ledger's cell declares ("done", "in progress" …), "" where it declares none."""
    flat = re.sub(r"\s+", " ", text).strip(" 。.")
    if flat.lower() in ("yes", "是") or (
        re.match(r"^(?:已完成|已办结|已全部完成|已销号|已整改)", flat) and not re.search(r"\d{1,2}%|未|部分|剩余", flat)
    ):
        return "done"
    if flat.lower() in ("no", "否", "未完成"):
        return "in progress"
    return state_word(flat)


def steps_of(text: str) -> list[Step]:
    """Return the dated steps of a cell that lists them: 6月底前完成初稿；9月底前印发."""
    steps = []
    for part in re.split(r"[；;\n]|(?<=[^\d])，(?=\S{0,6}\d{1,2}月)", text):
        found = dates.find(part)
        flat = joined(part)
        if found:
            what = (part[: found[0].start] + part[found[0].stop :]).strip("：:，,。 ") or found[0].text
            steps.append(Step(joined(what), found[0].text))
        else:
            head = re.match(r"^(?P<when>[^:：，,]{2,16})[:：，,]\s*(?P<what>.+)$", flat)
            if head and dates.is_dated(head["when"]):
                steps.append(Step(head["what"].strip("。 "), head["when"]))
    return steps if len(steps) > 1 else []
