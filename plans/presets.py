"""Which ladder a plan means: one of the presets in plans/ladders/ by its name, or its own, written out."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from plans.language.stage_words import parse
from plans.model import say
from plans.stages import Ladder, LadderError
from plans.yamltext import Mapping, Scalar, Sequence, load

PRESETS = Path(__file__).parent / "ladders"


@cache
def presets() -> dict[str, Ladder]:
    """Return the ladders that come with duban, each under all of its names; `standard` is the first."""
    found: dict[str, Ladder] = {}
    for path in sorted(PRESETS.glob("*.yaml"), key=lambda path: (path.stem != "standard", path.stem)):
        one = parse(plain(load(path.read_bytes(), path.name, frozenset()).root), path.stem)
        found |= dict.fromkeys((path.stem, *one.also), one)
    return found


def preset_names() -> tuple[str, ...]:
    """Return the names of the presets that come with duban, Chinese ones included."""
    return tuple(presets())


@cache
def ladder(written: str) -> Ladder:
    """Return the ladder a row carries: the name of a preset, or a ladder written out, as canonical JSON.

    Raises:
        LadderError: there is no such preset, or the ladder can't be used as written.
    """
    if written.startswith("{"):
        return parse(json.loads(written), "plan")
    if written not in presets():
        raise LadderError(
            say("there is no ladder “{name}”; there are {known}", name=written, known=", ".join(preset_names()))
        )
    return presets()[written]


def plain(node: object) -> Any:
    """Return a tree of texts without its places: dicts, lists and str."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    if isinstance(node, Mapping):
        return {key.text: plain(value) for key, value in node.pairs}
    return None
