"""How a ladder is written, in English or in Chinese: its keys, times, roles and releases become stages.

`ladder: {name: …, stages: [{stage: near, kind: notice, when: -3wd, to: contact, release: auto}, …]}`; each word has its
Chinese beside it (级, 类型, 时间, 主送, 放行 …), and both may stand in one file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from plans.model import Sentence, say
from plans.stages import Ladder, LadderError, Stage, When

KEYS = {
    "stage": "级", "kind": "类型", "when": "时间", "to": "主送", "cc": "抄送", "release": "放行", "light": "亮灯",
    "span": "最短跨度", "answer": "答复时限", "series": "编号", "sheet": "单名", "call": "电话催办",
}  # fmt: skip
TOP = {"name": "名称", "also": "别名", "about": "说明", "soft_until": "力争止于", "stages": "各级"}
KINDS = {
    "assign": "交办", "notice": "临近提醒", "today": "今日到期", "late": "逾期提示", "behind": "滞后预警",
    "urge": "催办", "press": "督办", "report": "进展报送", "propose": "提请",
}  # fmt: skip
ROLES = {
    "contact": "联络员", "unit": "单位邮箱", "support": "配合单位", "deputy": "分管负责人", "head": "主要负责人",
    "leader": "分管领导", "owner": "责任人", "reviewer": "验收人", "inform": "抄送人", "office": "督办单位",
}  # fmt: skip
RELEASES = {"auto": "自动", "desk": "确认", "sign": "签发"}
LIGHTS = {"yellow": "黄", "red": "红", "blue": "蓝", "orange": "橙"}
SERIES = {"zh": "督", "en": "SUP"}  # of a signed stage that names none
MOST = 400  # steps: a stage more than a year from its date is a slip

_ASSIGNED = re.compile(r"(?:apply|交办时?)(?:\s*(?:\+|后)\s*(\d{1,3})\s*(?:wd|个?工作日))?")
_WHEN = re.compile(r"([+-]|前|后|到期前|到期后)?\s*(\d{1,3})\s*(wd|d|w|m|个?工作日|个?自然日|天|日|周|个?月)")
_ZERO = ("0", "+0", "-0", "当日", "到期日")
_UNITS = {
    "工作日": "wd", "个工作日": "wd", "天": "d", "日": "d", "自然日": "d", "个自然日": "d", "周": "w", "月": "m",
    "个月": "m",
}  # fmt: skip
_UNREPORTED = re.compile(r"(.*?)\s*(?:without report|未报进展|未反馈)")
_AFTER = re.compile(r"(?:after\s+(\S+)|(\S+?)未答复)")
_MISSED = ("milestone missed", "节点逾期")
_BEHIND = re.compile(r"(?:behind|滞后)\s*(\d{1,3})\s*(?:points|个?百分点|%)?")


def parse(written: Mapping[str, Any], name: str) -> Ladder:
    """Return a ladder from plain values; raises LadderError with the first thing that is wrong."""
    written = _in_english(written, TOP, name)
    raw = written.get("stages")
    if not isinstance(raw, list) or not raw:
        raise LadderError(say("ladder “{name}” has no stages", name=name))
    stages = tuple(_stage(item, name) for item in raw)
    if len({stage.id for stage in stages}) < len(stages):
        raise LadderError(say("ladder “{name}” has two stages with one id", name=name))
    for stage in stages:
        _hangs_together(stage, stages, name)
    also = written.get("also", [])
    return Ladder(
        name=str(written.get("name", name)),
        stages=stages,
        soft_until=str(written.get("soft_until", "")),
        also=tuple(also) if isinstance(also, list) else (str(also),),
        about=_in_two(written.get("about", "")),
    )


def in_english(written: Any) -> Any:
    """Return a ladder as it was written with every known word in English, so that both languages are one ladder."""
    if not isinstance(written, Mapping):
        return written
    found = _renamed(written, TOP)
    stages = found.get("stages")
    if isinstance(stages, list):
        found["stages"] = [_stage_in_english(stage) if isinstance(stage, Mapping) else stage for stage in stages]
    return found


def _stage_in_english(written: Mapping[str, Any]) -> dict[str, Any]:
    words = {"kind": KINDS, "to": ROLES, "cc": ROLES, "release": RELEASES, "light": LIGHTS}
    stage = _renamed(written, KEYS)
    for key, known in words.items():
        english = {zh: en for en, zh in known.items()}
        value = stage.get(key)
        if isinstance(value, list):
            stage[key] = [english.get(word, word) if isinstance(word, str) else word for word in value]
        elif isinstance(value, str):
            stage[key] = english.get(value, value)
    return stage


def _renamed(written: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    english = {zh: en for en, zh in known.items()}
    return {english.get(key, key): value for key, value in written.items()}


def _hangs_together(stage: Stage, stages: tuple[Stage, ...], name: str) -> None:
    """Refuse a stage that waits for an answer nobody was asked for."""
    for one in stage.whens:
        if one.unit != "after":
            continue
        former = next((other for other in stages if other.id == one.stage), None)
        if former is None or former is stage:
            raise LadderError(say("ladder “{name}”: there is no stage “{stage}” to come after",
                                  name=name, stage=one.stage))  # fmt: skip
        if not former.answer:
            raise LadderError(say("ladder “{name}”: stage “{stage}” asks for no answer; give it answer: 5wd",
                                  name=name, stage=one.stage))  # fmt: skip


def _stage(raw: Any, name: str) -> Stage:
    if not isinstance(raw, Mapping):
        raise LadderError(say("a stage of ladder “{name}” is not a mapping", name=name))
    written = _in_english(raw, KEYS, name)
    kind = _one_of(written, "kind", KINDS, name)
    times = written.get("when", "")
    first, *also = [when(str(text), name) for text in (times if isinstance(times, list) and times else [times])]
    release = _one_of(written, "release", RELEASES, name) if "release" in written else "auto"
    to = _roles(written, "to", name)
    if not to and kind != "propose":
        raise LadderError(say("ladder “{name}”: stage “{stage}” tells nobody; give it `to`",
                              name=name, stage=str(written.get("stage", kind))))  # fmt: skip
    return Stage(
        id=str(written.get("stage", kind)),
        kind=kind,
        when=first,
        to=to,
        cc=_roles(written, "cc", name),
        release=release,  # type: ignore[arg-type]
        light=_one_of(written, "light", LIGHTS, name) if "light" in written else "",
        span=_working_days(written, "span", name),
        answer=_working_days(written, "answer", name),
        series=_in_two(written.get("series", SERIES if release == "sign" else "")),
        sheet=_in_two(written.get("sheet", "")),
        also=tuple(also),
        call=str(written.get("call", "")).lower() in ("true", "yes", "是"),
    )


def when(text: str, ladder_name: str = "") -> When:
    """Return a time as written: `apply`, `0`, `-3wd`, `+2w`, `-2wd without report`, `after blue`, `behind 10`."""
    text = text.strip()
    if bare := _UNREPORTED.fullmatch(text):
        timed = when(bare[1], ladder_name)
        return When(timed.unit, timed.steps, unreported=True)
    if text in _MISSED:
        return When("missed")
    if behind := _BEHIND.fullmatch(text):
        return When("behind", int(behind[1]))
    if after := _AFTER.fullmatch(text):
        return When("after", stage=after[1] or after[2])
    if assigned := _ASSIGNED.fullmatch(text):
        return When("apply", int(assigned[1] or 0))
    if text in _ZERO:
        return When("day0")
    found = _WHEN.fullmatch(text)
    if not found or int(found[2]) > MOST:
        raise LadderError(_no_time(ladder_name, text))
    sign, steps, unit = found.groups()
    if int(steps) == 0:
        return When("day0")
    return When(_UNITS.get(unit, unit), -int(steps) if (sign or "")[-1:] in ("-", "前") else int(steps))  # type: ignore[arg-type]


def _no_time(name: str, text: str) -> Sentence:
    return say(
        "ladder “{name}”: “{text}” is no time; write apply, 0, -3wd, +1wd, -14d, -2w or -1m", name=name, text=text
    )


def _in_english(written: Mapping[str, Any], known: Mapping[str, str], name: str) -> dict[str, Any]:
    """Return a mapping with its keys in English; an unknown key is an error, since it would be passed over."""
    found = _renamed(written, known)
    for key in found:
        if key not in known:
            raise LadderError(
                say("ladder “{name}” knows no “{key}”; write one of {known}",
                    name=name, key=key, known=", ".join(known))
            )  # fmt: skip
    return found


def _in_two(written: Any) -> tuple[str, str]:
    """Return a text in Chinese and in English: `{zh: …, en: …}`, or one text for both."""
    if isinstance(written, Mapping):
        return str(written.get("zh", "")), str(written.get("en", ""))
    return str(written), str(written)


def _roles(written: Mapping[str, Any], key: str, name: str) -> tuple[str, ...]:
    raw = written.get(key, [])
    english = {zh: en for en, zh in ROLES.items()}
    roles = tuple(english.get(role, role) for role in (raw if isinstance(raw, list) else [str(raw)]))
    for role in roles:
        if role not in ROLES:
            raise LadderError(
                say("ladder “{name}”: “{role}” is nobody; write one of {known}",
                    name=name, role=role, known=", ".join(ROLES))
            )  # fmt: skip
    return roles


def _one_of(written: Mapping[str, Any], key: str, known: Mapping[str, str], name: str) -> str:
    text = str(written.get(key, ""))
    value = next((en for en, zh in known.items() if text == zh), text)
    if value not in known:
        raise LadderError(
            say("ladder “{name}”: {key} is “{value}”; write one of {known}",
                name=name, key=key, value=text, known=", ".join(known))
        )  # fmt: skip
    return value


def _working_days(written: Mapping[str, Any], key: str, name: str) -> int:
    text = str(written.get(key, "0wd")).strip()
    number = re.sub(r"\s*(?:wd|个?工作日)$", "", text)
    if not (number.isascii() and number.isdigit()) or int(number) > MOST:
        raise LadderError(
            say("ladder “{name}”: {key} is “{value}”; write working days, such as 5wd", name=name, key=key, value=text)
        )
    return int(number)
