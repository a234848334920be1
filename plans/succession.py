"""What a plan says of the one it replaces: which tasks are carried over, merged or ended, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from plans.model import Plan

FateKind = Literal["carried_over", "merged", "routine", "cancelled"]
_WORDS: dict[FateKind, tuple[str, ...]] = {
    "carried_over": ("carried over to", "carried over", "carried", "结转至", "结转为", "结转"),
    "merged": ("merged into", "merged", "并入", "并办", "合并至", "合并"),
    "routine": ("made routine", "routine", "转入常态化", "转常态化"),
    "cancelled": ("ended", "cancelled", "终止", "取消", "不再实施"),
}
_AFTER_WORD = re.compile(r"[\s:：,，—–-]+")


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one task of the plan that is replaced: *into* is a task of the new plan, or empty."""

    task: str
    kind: FateKind
    into: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Succession:
    """The plan that is replaced, what is said of its tasks, and what of that can't be understood (task, words)."""

    plan: str
    fates: Mapping[str, Fate]
    unclear: tuple[tuple[str, str], ...] = ()


def succession(plan: Plan) -> Succession | None:
    """Return what a plan says of the one it replaces, None where it replaces none."""
    old = str(_value(plan.supersedes, "plan", "方案") or "")
    if not old:
        return None
    written = _value(plan.supersedes, "tasks", "任务")
    own = {task.id for task in plan.tasks if task.id}
    fates, unclear = {}, []
    for task, words in written.items() if isinstance(written, Mapping) else ():
        fate = _fate(str(task), words, own)
        if fate is None:
            unclear.append((str(task), str(words)))
        else:
            fates[fate.task] = fate
    return Succession(old, fates, tuple(unclear))


def fates_of(said: Succession, tasks: Iterable[str], own: Iterable[str]) -> Iterator[tuple[str, Fate | None]]:
    """Yield each of the old plan's open *tasks* with its fate; one of the same id in the new plan carries it over."""
    known = set(own)
    for task in tasks:
        same = Fate(task, "carried_over", task) if task in known else None
        yield task, said.fates.get(task) or same


def _value(mapping: Mapping[str, object], *names: str) -> object:
    return next((mapping[name] for name in names if name in mapping), None)


def _fate(task: str, words: object, own: set[str]) -> Fate | None:
    """Return the fate that is written: `carried over X`, `merged into X`, `ended: why`, or only the new task's id."""
    if isinstance(words, Mapping):
        kind, rest = next(iter(words.items()), ("", ""))
        return _fate(task, f"{kind} {rest}", own)
    text = str(words).strip()
    if text in own:
        return Fate(task, "carried_over", text)
    for kind, spellings in _WORDS.items():
        for spelling in spellings:
            if text.lower().startswith(spelling):
                rest = _AFTER_WORD.sub(" ", text[len(spelling) :], count=1).strip()
                return _with_rest(task, kind, rest, own)
    return None


def _with_rest(task: str, kind: FateKind, rest: str, own: set[str]) -> Fate | None:
    """Return a fate with the task it names first, and the words after that as the reason."""
    if kind in ("routine", "cancelled"):
        return Fate(task, kind, why=rest)
    first = re.split(r"[\s,，;；:：(（]", rest, maxsplit=1)[0]
    if first and first not in own:
        return None
    into = first or (task if task in own else "")
    return Fate(task, kind, into, rest[len(first) :].strip(" ,，;；:：")) if into else None
