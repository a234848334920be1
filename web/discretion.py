"""What a link shows of a plan handled as internal: its numbers and days, and none of its words.

Every query of a visit that isn't the office's own goes through `discreet`, so that no page has to think of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from notifications.speech import Speech
from plans.model import Sentence

Row = dict[str, Any]
Read = Callable[..., list[Row]]

INTERNAL = "SELECT id, number FROM plan WHERE handling = 'internal'"
WORDS = ("phase_title", "text", "progress", "source", "file", "subject")  # columns that hold words


def discreet(read: Read, speech: Speech) -> Read:
    """Return a reader like *read* whose rows of internal plans are told by number.

    A row belongs to the plan in its column `plan`, else to the one that was asked for; files that were handed in are
    left out altogether.
    """
    numbers = {plan["id"]: plan["number"] for plan in read(INTERNAL)}
    if not numbers:
        return read

    def told(sql: str, /, **values: Any) -> list[Row]:
        found = [(row, _plan_of(row, values, numbers)) for row in read(sql, **values)]
        kept = [(row, plan) for row, plan in found if plan is None or "sha256" not in row]
        return [row if plan is None else by_number(row, numbers[plan], speech) for row, plan in kept]

    return told


def _plan_of(row: Mapping[str, Any], values: Mapping[str, Any], internal: Collection[str]) -> str | None:
    """Return the internal plan that a row tells of, if it is of one."""
    plan = row.get("plan") or values.get("plan") or (row.get("id") if "issued" in row else None)
    return plan if plan in internal else None


def by_number(row: Row, number: str, speech: Speech) -> Row:
    """Return a row of an internal plan without any word of it."""
    told = row | {name: "" for name in WORDS if row.get(name)}
    if "title" in row:
        told["title"] = "" if "no" in row or "issued" not in row else number
    if row.get("no"):
        told |= {"title": speech("item {number}", number=row["no"]), "no": ""}
    if "plan_title" in row:
        told["plan_title"] = number
    if "number" in row and ("plan_title" in row or "issued" in row):
        told["number"] = ""  # it stands where the title did
    if row.get("held"):
        told["held"] = "…"
    if "spec" in row:
        told["spec"] = "{}"
    if "data" in row:
        changed = {name: value for name, value in json.loads(row["data"]).items() if name != "title"}
        told["data"] = json.dumps(changed, ensure_ascii=False)
    return told


def retold(sentence: Sentence, shown: str) -> Sentence:
    """Return a sentence that names a task by its title as one that names it as it is *shown*."""
    return Sentence(sentence.text, {**sentence.values, "title": shown}) if "title" in sentence.values else sentence
