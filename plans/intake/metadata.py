"""What a document says of itself: title, number, issuer, day of issue, year, language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from plans.intake.blocks import Block, Paragraph, joined, tables
from plans.intake.titles import DAY, NUMBER, find_title
from plans.intake.units import is_organisation, is_unit

_ISO = re.compile(r"(?P<y>(?:19|20)\d{2})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)")
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_ENGLISH = re.compile(
    r"(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?\s+(?P<m1>[A-Z][a-z]{2,8})\.?,?\s+(?P<y1>(?:19|20)\d{2})|"
    r"(?P<m2>[A-Z][a-z]{2,8})\.?\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y2>(?:19|20)\d{2}))"
)
_ISSUER_LABEL = re.compile(
    r"(?:发文机关|发布机构|发文单位|印发单位|发布单位|制定机关|issued by|issuer|published by|prepared by|"
    r"author)\s*[:：]?\s*(?P<name>.+)",
    re.IGNORECASE,
)
_ISSUERS = ("发文机关", "发布机构", "发文单位", "印发单位", "制定机关", "填报单位", "编制单位", "制表单位")
_DAYS = ("成文日期", "印发日期", "发文日期", "印发时间", "填报日期", "填报时间", "制表日期", "编制日期")
_DATE_LABEL = re.compile(
    r"(?:成文日期|印发日期|发文日期|发布日期|成文时间|印发时间|填报日期|填报时间|制表日期|编制日期|"
    r"date(?: of issue| issued)?|issued(?: on)?|"
    r"approved(?: on)?|adopted(?: on)?)\s*[:：]?\s*(?P<rest>.+)",
    re.IGNORECASE,
)
_NOT_ISSUED = re.compile(r"生成日期|公开日期|更新时间|发布时间|last updated|accessed|printed", re.IGNORECASE)
_FIELD = re.compile(r"(?P<label>[\u4e00-\u9fff ]{2,10})\s*[:：]\s*(?P<value>\S+)")
_PUBLISHED = re.compile(
    r"^(?:published|tabled|presented|laid|dated|issued|approved|adopted|endorsed|agreed)\b(?! in)[^.;]{0,90}$",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"[（(]?(?P<number>(?:第\s*)?〔\s*(?:19|20)\d{2}\s*〕\s*第?\s*\d{1,5}\s*号)[）)]?")
_HELD = re.compile(
    r"^(?:(?:会议)?(?:时\s*间|日\s*期)|召开时间)\s*[:：](?P<zh>.+)|"
    r"(?:\b(?:meeting|minutes)\b[^.;]{0,60}?\b(?:held )?(?:on|of)|^held)\b(?P<en>.+)",
    re.IGNORECASE,
)
_ENDS_IN_DAY = re.compile(
    r"[（(]?(?P<head>[^。;；]{2,60}?)[,，、·|–—-]\s*(?P<day>(?:[^,，]{6,24}|[A-Z][a-z]+ \d{1,2}, \d{4}))[）)]?\.?"
)
_ASKS = re.compile(r"截至|时限|之前|\b(?:due|until|before|next|updated?)\b|\bby \w+day\b", re.IGNORECASE)
_PAPER = re.compile(
    r"\b(?:plan|strategy|programme|roadmap|register|log|tracker|minutes|agenda|report|schedule|meeting|memo\w*)\b",
    re.IGNORECASE,
)
_OTHER_MEETING = re.compile(r"下次|上次|\b(?:next|last|previous) (?:\w+ )?meeting", re.IGNORECASE)
_ISSUED_EN = re.compile(r"\bissued\b.{0,30}?\bby (?:the )?(?P<name>[A-Z][\w ,&'-]{3,70})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Metadata:
    """The document's own particulars; `front` is the number of blocks before the plan itself begins."""

    title: str = ""
    number: str = ""
    issuer: str = ""
    issued: date | None = None
    year: int | None = None
    year_rule: str = ""
    language: Literal["zh", "en"] = "zh"
    front: int = 0


def read_metadata(blocks: Sequence[Block], fields: dict[str, str], name: str) -> Metadata:
    """Return the particulars; *fields* are properties the file declares, *name* its file name (the last resort)."""
    lines = [block for block in blocks if isinstance(block, Paragraph)]
    language = language_of(blocks)
    title, at = find_title(blocks, language)
    captions = [text for table in tables(blocks) for text in _captions(table.grid)]
    title = title or next(iter(captions), "") or fields.get("title", "") or _from_name(name)
    number = _document_number(lines) or _number_in_tables(blocks)
    issued, issuer = _signature(lines, language, title)
    year, rule = _year(title, issued, lines, blocks)
    return Metadata(title, number, issuer, issued, year, rule, language, at)


def language_of(blocks: Sequence[Block]) -> Literal["zh", "en"]:
    """Return zh when a twentieth of the letters are Chinese."""
    sample = "".join(_all_texts(blocks))[:20_000]
    chinese = sum(1 for sign in sample if "\u4e00" <= sign <= "\u9fff")
    return "zh" if chinese * 20 >= len(re.sub(r"\s", "", sample)) else "en"


def _all_texts(blocks: Sequence[Block]) -> list[str]:
    return [
        text
        for block in blocks
        for text in (
            [block.text] if isinstance(block, Paragraph) else [cell.text for row in block.grid for cell in row if cell]
        )
    ]


def _captions(grid: Sequence[Sequence[object]]) -> list[str]:
    """Return full-width first rows of a table that are called like a document."""
    found = []
    for row in grid[:2]:
        texts = {getattr(cell, "text", "") for cell in row if cell is not None} - {""}
        if len(texts) == 1 and len(row) > 1:
            text = joined(texts.pop())
            if 4 <= len(text) <= 60:
                found.append(text)
    return found


def _from_name(name: str) -> str:
    return re.sub(r"\.[A-Za-z0-9]{2,5}$", "", re.split(r"[\\/]", name)[-1]) if name not in ("", "-") else ""


def _document_number(lines: Sequence[Paragraph]) -> str:
    """Return the document's own number: alone on its line or labelled, never one that is only cited."""
    for line in lines[:60]:
        text = line.text.strip()
        match = (
            NUMBER.fullmatch(text)
            or _BARE_NUMBER.fullmatch(text)
            or re.match(rf"(?:.*(?:文件编号|发文字号|文\s*号|编\s*号)\s*[:：]\s*){NUMBER.pattern}", text)
        )
        if match is None and len(text) <= 60:
            match = re.match(rf"^[（(]?{NUMBER.pattern}(?:\s+签发人.*|[\s，,]+{DAY.pattern}.*)?[）)]?$", text)
        if match is not None:
            return re.sub(r"\s", "", match["number"])
    return ""


def _number_in_tables(blocks: Sequence[Block]) -> str:
    """Return a document number that stands beside its label in the small table a web page begins with."""
    for table in list(tables(blocks))[:3]:
        for row in table.grid[:6]:
            for label, cell in pairwise(row):
                if label is None or cell is None or not re.search(r"文\s*号|发文字号|文件编号", label.text):
                    continue
                match = NUMBER.fullmatch(cell.text.strip())
                if match is not None:
                    return re.sub(r"\s", "", match["number"])
    return ""


def day_in(text: str) -> date | None:
    """Return the first whole date (year, month, day) in a text, Chinese or English."""
    text = unicodedata.normalize("NFKC", text)
    for pattern in (DAY, _ISO):
        match = pattern.search(text)
        if match is not None:
            return _date(_number(match["y"]), _number(match["m"]), _number(match["d"]))
    match = _ENGLISH.search(text)
    if match is None:
        return None
    month = next(
        (at for at, name in enumerate(_MONTHS, 1) if name.startswith((match["m1"] or match["m2"]).lower()[:3])), 0
    )
    return _date(int(match["y1"] or match["y2"]), month, int(match["d1"] or match["d2"]))


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    digits = {sign: at for at, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0}
    if len(text) == 4:
        return int("".join(str(digits.get(sign, 0)) for sign in text))
    text = text.replace("廿", "二十").replace("卅", "三十")
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (digits.get(tens, 1) if tens else 1) * 10 + (digits.get(ones, 0) if ones else 0)
    return digits.get(text, 0)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _signature(lines: Sequence[Paragraph], language: str, title: str) -> tuple[date | None, str]:
    """Return (day of issue, issuer): the signature, else the colophon, else labels, else the lines under the title."""
    issued: date | None = None
    issuer = ""
    for at, line in enumerate(lines):
        text = line.text.strip()
        if language == "zh" and DAY.fullmatch(text) and at and _signs(lines[at - 1].text):
            return day_in(text), joined(lines[at - 1].text).replace(" ", "")
        signed = re.match(
            rf"^(?:(?:填报|制表|编制)?单位\s*[:：]\s*)?(?P<who>[\u4e00-\u9fff]{{3,30}}?(?:\s+[\u4e00-\u9fff]{{3,30}}?)*)"
            rf"\s*{DAY.pattern}$", text
        )  # fmt: skip
        if signed and all(map(_signs, signed["who"].split())):
            return day_in(text), "、".join(signed["who"].split())
    for line in lines:
        colophon = re.match(rf"^(?P<who>.*?)\s*{DAY.pattern}\s*印发", line.text)
        if colophon:
            issued, issuer = day_in(line.text), joined(colophon["who"]).replace(" ", "")
            issuer = issuer if not issuer or is_unit(issuer) else ""
    labelled = _labels(lines)
    issued = issued or labelled[0]
    issuer = issuer or labelled[1] or (_letterhead(lines, title) if language == "zh" else _english_issuer(lines, title))
    return issued or _held(lines) or _standing_alone(lines) or _under_title(lines, title), issuer


def _under_title(lines: Sequence[Paragraph], title: str) -> date | None:
    """Return the day that ends a short line under the title: （市大数据局，2026年3月1日）, To Cabinet, 9 June 2026."""
    texts = [joined(line.text) for line in lines[:6]]
    at = next((at for at, text in enumerate(texts) if title and title in text), 0)
    for text in texts[at : at + 3]:
        match = _ENDS_IN_DAY.fullmatch(text) if len(text) <= 80 else None
        day = day_in(match["day"]) if match and not _ASKS.search(text) else None
        if day is not None:
            return day
    return None


def _held(lines: Sequence[Paragraph]) -> date | None:
    """Return the day of the meeting whose minutes these are, as their head says it."""
    minutes = any(re.search(r"纪要|会议记录|\bminutes\b", line.text, re.IGNORECASE) for line in lines[:4])
    for line in lines[:12] if minutes else ():
        match = _HELD.search(line.text)
        day = day_in(match["zh"] or match["en"]) if match and not _OTHER_MEETING.search(line.text) else None
        if day is not None:
            return day
    return None


def _signs(text: str) -> bool:
    """Return whether a line can be a signature: a body's name and nothing else."""
    text = joined(text).replace(" ", "")
    return (
        3 <= len(text) <= 30
        and not re.search(r"[。，：；:,;]", text)
        and (is_unit(text) or text.endswith(("党组", "委员会", "政府", "人民政府", "办公厅")))
    )


def _labels(lines: Sequence[Paragraph]) -> tuple[date | None, str]:
    issued: date | None = None
    issuer = ""
    for line in lines[:60]:
        found = {re.sub(r"\s", "", match["label"]): match["value"] for match in _FIELD.finditer(line.text)}
        issuer = issuer or next((found[key] for key in _ISSUERS if key in found), "")
        day = next((found[key] for key in _DAYS if key in found), "")
        issued = issued or (day_in(day) if day else None)
        label = _DATE_LABEL.match(line.text)
        if label and issued is None and not _NOT_ISSUED.search(line.text) and len(line.text) < 140:
            issued = day_in(label["rest"])
        if issued is None and len(line.text) < 120:
            parts = re.split(r"(?<=[a-z\d][.;]) +", line.text)
            issued = next((day_in(part) for part in parts if _PUBLISHED.search(part.rstrip(".;"))), None)
        named = _ISSUED_EN.search(line.text) or (_ISSUER_LABEL.match(line.text) if line.text.isascii() else None)
        if named and not issuer and len(line.text) < 140:
            issuer = re.sub(rf",?\s*(?:on )?{_ENGLISH.pattern}.*$", "", named["name"]).strip(" .,")
            issuer = re.sub(r"^the ", "", issuer)
    return issued, issuer


def _letterhead(lines: Sequence[Paragraph], title: str) -> str:
    """Return the body a letterhead names (…局文件), or one that stands alone over the title."""
    texts = [joined(line.text).replace(" ", "") for line in lines[:12]]
    named = next((match[1] for text in texts if (match := re.fullmatch(r"([\u4e00-\u9fff]{4,30})文件", text))), "")
    over = next((at for at, text in enumerate(texts) if text and title.endswith(text) and len(text) > 4), 0)
    return named or next((text for text in texts[:over] if len(text) > 4 and _signs(text)), "")


def _english_issuer(lines: Sequence[Paragraph], title: str) -> str:
    """Return the line over the title, or soon under it, that is a body's name."""
    texts = [joined(line.text) for line in lines]
    at = next((at for at, text in enumerate(texts[:6]) if text == title), 0)
    for place, text in enumerate(texts[: at + 6]):
        same = lines[place].spot.sheet == lines[at].spot.sheet
        heads = lines[place].level and place > at
        fits = same and 4 <= len(text) <= 80 and not heads and not re.search(r"[.:;\d]", text)
        body = (
            is_organisation(text.title() if text.isupper() else text) and " " in text
            if place < at
            else place > at and is_unit(text)
        )
        if fits and body and not _PAPER.search(text):
            return text
    return ""


def _standing_alone(lines: Sequence[Paragraph]) -> date | None:
    """Return a date that stands by itself near the top, or on the last lines."""
    places = [*range(min(12, len(lines))), *range(max(0, len(lines) - 6), len(lines))]
    for at in places:
        line = lines[at]
        if (
            len(line.text) <= 60
            and not (at and _OTHER_MEETING.search(lines[at - 1].text) and len(lines[at - 1].text) <= 60)
            and not _NOT_ISSUED.search(line.text)
            and not _OTHER_MEETING.search(line.text)
            and re.match(r"^[（(]?(?:\d|[二一][〇○零九]|[A-Z][a-z]{2,8}\.? \d)", line.text)
        ):
            day = day_in(line.text)
            if day is not None:
                return day
    return None


def _year(
    title: str, issued: date | None, lines: Sequence[Paragraph], blocks: Sequence[Block]
) -> tuple[int | None, str]:
    """Return (the plan's year, the rule that gave it)."""
    in_title = re.search(
        r"(?<!\d)((?:19|20)\d{2})(?:\s*[-—–至]\s*(?:(?:19|20)?\d{2}))?\s*(?:年|学年|[A-Z]|$|\b)", title
    )
    if in_title:
        return int(in_title[1]), "title"
    if issued is not None:
        return issued.year, "day of issue"
    for line in lines:
        match = re.search(r"(?<!\d)((?:19|20)\d{2})年\d{1,2}月", line.text)
        if match and "〔" not in line.text:
            return int(match[1]), "text"
    counts: dict[int, int] = {}
    for text in _all_texts(blocks):
        for found in re.findall(r"(?<![\d.])((?:19|20)\d{2})(?=年|[./-]\d{1,2}(?!\d)|\b)", text):
            counts[int(found)] = counts.get(int(found), 0) + 1
    if counts:
        return max(counts, key=lambda one: (counts[one], one)), "text"
    return None, ""
