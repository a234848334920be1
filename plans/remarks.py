"""The comments of a plan file, each at what it stands beside or above, so that they aren't lost when it is written."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping

from plans.model import Place, Plan
from plans.yamltext import remarks

Path = tuple[str | int, ...]
ENTRIES = ("phases", "tasks")  # their comments belong to the entry that follows
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


def comments_of(text: str, plan: Plan) -> dict[Path, list[str]]:
    """Return the comments of the text a plan was read from, by path as `write_plan` takes them.

    One on a line of its own belongs to what comes next, one at the end of a line to what the line says; what stands
    inside a directory, a ladder or another value that is written anew as a whole belongs to what comes after it.
    """
    anchors = _anchors(plan)
    lines = sorted(anchors)
    found: dict[Path, list[str]] = {}
    written = text.split("\n")
    for one in remarks(text):
        alone = not written[one.line - 1][: one.column - 1].strip()
        place = bisect_left(lines, one.line + alone)
        path = anchors[lines[place]] if place < len(lines) else anchors[lines[-1]]
        if alone and path == anchors[lines[0]]:
            path = ()  # above everything: the head of the file
        if said := _ODD.sub(" ", one.text):
            found.setdefault(path, []).append(said)
    return found


def _anchors(plan: Plan) -> dict[int, Path]:
    """Return what begins on each line, the outermost of several."""
    known: list[tuple[Place, Path]] = [one for one in _keys(plan.places, ()) if one[1][0] not in ENTRIES]
    for kind, entries in zip(ENTRIES, (plan.phases, plan.tasks), strict=True):
        for at, entry in enumerate(entries):
            known += [(entry.place, (kind, at)), *_keys(entry.places, (kind, at))]  # type: ignore[attr-defined]
    found: dict[int, Path] = {plan.place.line: ()}
    for place, path in sorted(known, key=lambda one: len(one[1])):
        found.setdefault(place.line, path)
    return found


def _keys(places: Mapping[str, Place], path: Path) -> list[tuple[Place, Path]]:
    """Return the keys below a path; the names in a list (`lead.0`) belong to their key."""
    return [(place, (*path, key.partition(".")[0])) for key, place in places.items()]
