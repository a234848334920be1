"""The units and people a document names: matched against a directory, or made into a first one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace

from plans.directory import Directory
from plans.intake.draft import Draft
from plans.intake.questions import is_group
from plans.intake.units import is_masked
from plans.model import PERSON_ROLES, Group, Person, Place, Sentence, Unit, say

_NOWHERE = Place("", 0, 0)


def names_of(draft: Draft) -> tuple[str, ...]:
    """Return the units a draft names, each once, in the order of the document; then the body that coordinates."""
    found: dict[str, None] = {}
    for task in draft.tasks:
        found.update(dict.fromkeys((*task.units, *(name for step in task.measures for name in step.lead))))
    found.update(dict.fromkeys((*draft.everywhere, *draft.options.lead)))
    if draft.office or (draft.issuer and any(not task.units for task in draft.tasks)):
        found[draft.office or draft.issuer] = None
    return tuple(name for name in found if not is_masked(name))


def people_of(draft: Draft) -> tuple[str, ...]:
    """Return the people a draft names, each once; masked names are nobody."""
    named = (name for task in draft.tasks for role in PERSON_ROLES for name in getattr(task, role))
    steps = (name for task in draft.tasks for step in task.measures for name in step.owner)
    return tuple(dict.fromkeys(name for name in (*named, *steps) if not is_masked(name)))


def first_directory(draft: Draft, groups: Mapping[str, tuple[str, ...]]) -> Directory:
    """Return a directory of everybody a draft names, without addresses; *groups* says who stands for several units.

    A short form of a name that is there already (高新处 beside 局高新处) becomes its alias.
    """
    house = Directory()
    members = [name for names in groups.values() for name in names]
    for name in (*names_of(draft), *members):
        if name not in groups:
            house = _with_unit(house, name)
    ids = set(house.units)
    people = {identity: Person(identity, name, _NOWHERE) for name in people_of(draft)
              if house.unit(name) is None and (identity := _free(identity_of(name), ids))}  # fmt: skip
    made = {
        identity: Group(identity, name, tuple(names), _NOWHERE)
        for name, names in groups.items()
        if (identity := _free(identity_of(name), ids))
    }
    office = draft.office if house.unit(draft.office) else ""
    return replace(house, people=people, groups=made, office=office)


def _with_unit(house: Directory, name: str) -> Directory:
    known = house.unit(name)
    if known is None:
        identity = _free(identity_of(name), set(house.units))
        return replace(house, units={**house.units, identity: Unit(identity, name, _NOWHERE)})
    if name in (known.name, known.id, *known.aliases):
        return house
    longer, shorter = sorted((known.name, name), key=len, reverse=True)
    aliases = tuple(dict.fromkeys((*known.aliases, shorter)))
    return replace(house, units={**house.units, known.id: replace(known, name=longer, aliases=aliases)})


def identity_of(name: str) -> str:
    """Return an id for a name: a Chinese one is its own, an English one in lower case with hyphens."""
    text = unicodedata.normalize("NFKC", name).strip()
    if text.isascii():
        text = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return re.sub(r"[\s/\\]+", "", text)[:64] or "unit"


def _free(identity: str, taken: set[str]) -> str:
    """Return *identity*, with a number where it is taken, and take it."""
    found, count = identity, 1
    while found in taken:
        count += 1
        found = f"{identity[:60]}-{count}"
    taken.add(found)
    return found


def unknown_names(names: Iterable[str], directory: Directory) -> list[tuple[str, Sentence]]:
    """Return the names *directory* doesn't know, each with what to do about it."""
    found = []
    for name in names:
        for named in directory.units_in((name,)):
            if not named.known:
                near = directory.suggest(named.text)
                what = say("the directory doesn't know {name}", name=named.text)
                if near:
                    what = say("the directory doesn't know {name}; did you mean {near}?", name=named.text, near=near)
                found.append((name, what))
    return found


def groups_known(names: Iterable[str], directory: Directory | None, told: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Return the names that stand for several units whose members are known: in the directory, or by an answer."""
    return {
        name
        for name in names
        if name in told or (is_group(name) and directory is not None and directory.group(name) is not None)
    }
