"""What is safe to repair in a plan or directory file is repaired; every other sign of it stays where it stands.

Safe is what can't change the meaning: a file is read before and after, and what doesn't say the same isn't written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, NamedTuple

from plans.compare import KnownTask, settled
from plans.directory import Directory
from plans.encoding import as_written
from plans.findings import STOPPING
from plans.identity import normalised, task_id
from plans.model import Edit, Finding, Plan, Task
from plans.punctuation import apply
from plans.read import Repairs, directory_with_repairs, plan_with_repairs

Known = Callable[[str], Mapping[str, KnownTask]]  # plan id -> the tasks the ledger has of it
_PASSES = 5
_OF_THE_FILE = frozenset({"W103", "N104", "N105"})
_CHINESE = re.compile("[\u3400-\u9fff]")
_CHINESE_KEY = re.compile("^(?:方案|任务|标题)[ ]*:", re.MULTILINE)
_PLAIN_ITEM = re.compile(r"[^\W_][^\n#]*(?:\r?\n|$)")


class Mended(NamedTuple):
    """The bytes of a file after its repair, and how many places were repaired; the same bytes where there is none."""

    data: bytes
    repairs: int


def mend_file(
    data: bytes, file: str, *, directory: bool, wanted: Callable[[str], bool], known: Known | None = None
) -> Mended:
    """Return a file with every safe repair made.

    Args:
        data: the file.
        file: its name, for places.
        directory: whether it is a directory; else a plan.
        wanted: whether the findings with a code are to be repaired.
        known: the ledger's tasks of a plan; a task without an id that is one of them gets the id it has there.
    """
    text = as_written(data)
    if text is None:
        return Mended(data, 0)
    before, findings, repairs = _read(data, file, directory=directory)
    whole = sum(finding.code in _OF_THE_FILE and wanted(finding.code) for finding in findings)
    mended, count = text, 0
    if any(wanted(code) for code, _ in repairs):
        mended, count = _slips(text, file, wanted, directory=directory)
    broken = any(finding.code in STOPPING for finding in findings)
    if isinstance(before, Plan) and wanted("W521") and not broken and not all(task.id for task in before.tasks):
        mended, ids = _with_ids(mended, file, before, known)
        count += ids
    if count:
        after, _, _ = _read(mended, file, directory=directory)
        if meaning(_without_new_ids(after, before)) != meaning(before):
            mended, count = text, 0
    return Mended(mended.encode("utf-8"), count + whole) if count + whole else Mended(data, 0)


def _read(
    content: str | bytes, file: str, *, directory: bool
) -> tuple[Plan | Directory | None, list[Finding], Repairs]:
    return directory_with_repairs(content, file) if directory else plan_with_repairs(content, file)


def _slips(text: str, file: str, wanted: Callable[[str], bool], *, directory: bool) -> tuple[str, int]:
    """Return the text with its slips repaired: one repair may bring the next to light."""
    count = 0
    for _ in range(_PASSES):
        edits = [edit for code, edit in _read(text, file, directory=directory)[2] if wanted(code)]
        if not edits:
            break
        text, count = apply(text, edits), count + len(edits)
    return text, count


def _with_ids(text: str, file: str, before: Plan, known: Known | None) -> tuple[str, int]:
    """Return the text with an id for each task that has none and can be told from the others."""
    plan, _, _ = plan_with_repairs(text, file)
    if plan is None:
        return text, 0
    lines, chinese = text.split("\n"), _CHINESE_KEY.search(text) is not None
    edits = [
        edit
        for task, identity in _new_ids(plan, known(before.id) if known else {})
        if (edit := _id_edit(task, identity, lines, chinese=chinese)) is not None
    ]
    return apply(text, edits), len(edits)


def _new_ids(plan: Plan, known: Mapping[str, KnownTask]) -> Iterator[tuple[Task, str]]:
    """Yield each task without an id and the one it gets: the ledger's, else the one made of plan and title."""
    _, given = settled(plan, known)
    titles = [normalised(task.title) for task in plan.tasks]
    often = Counter(titles)
    taken = {task.id for task in plan.tasks}
    for position, task in enumerate(plan.tasks):
        identity = given.get(position) or task_id(plan.id, task.title)
        if not task.id and titles[position] and identity not in taken and often[titles[position]] == 1:
            yield task, identity


def _id_edit(task: Task, identity: str, lines: list[str], *, chinese: bool) -> Edit | None:
    """Return the insertion of an id where a task begins, None where the task is written in a way of its own."""
    line, column = lines[task.place.line - 1], task.place.column
    rest = line[column - 1 :]
    title = task.places.get("title")
    end = "\r\n" if line.endswith("\r") else "\n"
    if rest.startswith("{"):
        key = "编号" if _CHINESE.match(rest[1:].lstrip()) else "id"
        return Edit(task.place._replace(column=column + 1), 0, f"{key}: {identity}, ")
    if title == task.place:
        return _item_edit(task, identity, lines, chinese=chinese)
    if rest[:1] in tuple("&!*?[|>"):
        return None
    key = "编号" if _CHINESE.match(rest) else "id"
    return Edit(task.place, 0, f"{key}: {identity}{end}{' ' * (column - 1)}")


def _item_edit(task: Task, identity: str, lines: list[str], *, chinese: bool) -> Edit | None:
    """Return the insertion for a task that is only a text after its hyphen: the text becomes its title."""
    number, column = task.place.line, task.place.column
    line = lines[number - 1]
    following = next((each for each in lines[number:] if each.strip()), "")
    continued = len(following) - len(following.lstrip()) >= column - 1
    if continued or not _PLAIN_ITEM.fullmatch(line[column - 1 :]) or line[: column - 1].strip() != "-":
        return None
    id_key, title_key = ("编号", "工作任务") if chinese else ("id", "title")
    end = "\r\n" if line.endswith("\r") else "\n"
    return Edit(task.place, 0, f"{id_key}: {identity}{end}{' ' * (column - 1)}{title_key}: ")


def _without_new_ids(after: Any, before: Any) -> Any:
    """Return a plan as it would be without the ids that were given to it."""
    if not isinstance(after, Plan) or not isinstance(before, Plan) or len(after.tasks) != len(before.tasks):
        return after
    pairs = zip(after.tasks, before.tasks, strict=True)
    return replace(after, tasks=tuple(new if old.id else replace(new, id="") for new, old in pairs))


def meaning(value: Any) -> Any:
    """Return what a value says, wherever it stands: two readings mean the same when this is equal."""
    if is_dataclass(value) and not isinstance(value, type):
        named = (field.name for field in fields(value) if field.name not in ("place", "places", "file"))
        return (type(value).__name__, *((name, meaning(getattr(value, name))) for name in named))
    if isinstance(value, tuple):
        return tuple(map(meaning, value))
    if isinstance(value, Mapping):
        return [(key, meaning(each)) for key, each in value.items()]
    return value
