"""What a key and a shape of the plan language are, and the words that several shapes share."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from plans.model import Sentence


@dataclass(frozen=True)
class Key:
    """One key: its English name, its Chinese spellings, what kind of value it holds, and what it is for.

    *holds* is a kind of value (kinds.py) or a shape: `one:x`, `list:x`, `many:x` (one or a list), `map:x` (id -> x),
    `both:x` (a list or a mapping). An *example* is a Sentence where it has words: whoever reads a finding in English is
    shown an English one. *into* is the field of the model, where its name differs.
    """

    name: str
    chinese: tuple[str, ...]
    holds: str
    what: Sentence
    example: str | Sentence = ""
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    required: bool = False
    into: str = ""

    def __post_init__(self) -> None:
        """Let the field be named like the key."""
        object.__setattr__(self, "into", self.into or self.name)

    @property
    def called(self) -> str:
        """Return the key as findings name it, in both languages."""
        return f"{self.name} ({self.chinese[0]})"

    @property
    def spellings(self) -> tuple[str, ...]:
        """Return every way the key may be written."""
        return (self.name, *self.chinese, *self.also)


@dataclass(frozen=True)
class Shape:
    """A mapping of the language, such as a task: its keys, and the key a bare text in its place stands for."""

    name: str
    called: Sentence
    what: Sentence
    keys: tuple[Key, ...]
    bare: str = ""

    @cached_property
    def by_spelling(self) -> dict[str, Key]:
        """Return spelling -> key."""
        return {spelling: key for key in self.keys for spelling in key.spellings}

    @cached_property
    def required(self) -> tuple[Key, ...]:
        """Return the keys that must be there."""
        return tuple(key for key in self.keys if key.required)

    @cached_property
    def by_name(self) -> dict[str, Key]:
        """Return English name -> key."""
        return {key.name: key for key in self.keys}


def key(name: str, chinese: str, holds: str, what: Sentence, example: str | Sentence = "", **more: Any) -> Key:
    """Return a key; *chinese* holds its spellings with commas between, the usual one first."""
    return Key(name, tuple(filter(None, chinese.split(","))), holds, what, example, **more)


STATES: dict[str, tuple[str, ...]] = {
    "open": ("not started", "未启动", "未开始", "open"),
    "acknowledged": ("acknowledged", "已签收", "签收"),
    "in_progress": ("in progress", "推进中", "进行中", "正在推进", "办理中"),
    "partly_done": ("partly done", "基本完成", "部分完成"),
    "reported": ("completion reported", "已报完成", "已反馈"),
    "done": ("done", "已完成", "完成", "已办结", "办结", "已销号", "销号", "已整改到位"),
    "returned": ("returned", "退办", "已退办", "退回"),
    "on_hold": ("on hold", "暂缓", "暂停"),
    "transferred": ("transferred", "转办", "已转办"),
    "merged": ("merged", "并办", "已并办"),
    "routine": ("routine", "转常态化", "转入常态化", "长期坚持"),
    "carried_over": ("carried over", "结转"),
    "cancelled": ("cancelled", "取消", "已取消", "撤销"),
}
CADENCES: dict[str, tuple[str, ...]] = {
    "weekly": ("weekly", "每周", "周"),
    "monthly": ("monthly", "每月", "月", "按月"),
    "quarterly": ("quarterly", "每季度", "每季", "季度", "按季度"),
    "half-yearly": ("half-yearly", "每半年", "半年"),
    "yearly": ("yearly", "每年", "年", "每年度"),
}
YES = {"yes": ("yes", "true", "是", "on", "y", "对", "√"), "no": ("no", "false", "否", "off", "n", "不", "×")}

LANGUAGES = {"zh": ("zh", "中文"), "en": ("en", "英文", "English")}


def state_code(word: str) -> str:
    """Return the ledger's name of a state that `plans.states` found in a text, "" where it has none."""
    code = {"not started": "open", "partly": "partly_done"}.get(word, word.replace(" ", "_"))
    return code if code in STATES else ""
