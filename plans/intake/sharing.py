"""The names of one cell shared out by what they are: units, people, dates, whatever the column is called."""

from __future__ import annotations

import re
from collections.abc import Collection

from plans.intake import dates, roles, units
from plans.intake.words import PEOPLE_ROLES, UNIT_ROLES

_INITIALLED = re.compile(r"(?:[A-Z]\. ?){1,2}[A-Z][a-z]+(?:[-'’][A-Z][a-z]+)?|(?:Mr|Mrs|Ms|Dr|Cllr)\.? [A-Z].{1,30}")


def divided(said: roles.Said, text: str, column: tuple[str, ...], known: Collection[str]) -> roles.Said:
    """Share out a cell under a double label (责任单位及责任人, 牵头/配合单位) by what its names are."""
    divided = roles.Said(deadline=said.deadline, separately=said.separately)
    people = [role for role in column if role in PEOPLE_ROLES]
    bodies = [role for role in column if role in UNIT_ROLES]
    if len(bodies) > 1 and len(said.roles) == 1:
        lines = [units.split(part, known) for part in re.split(r"[\n;；/]", text) if part.strip()]
        names = next(iter(said.roles.values()))
        lines = lines if len(lines) > 1 else [names[:1], names[1:]]
        divided.add(bodies[0], lines[0])
        divided.add(bodies[1], [name for line in lines[1:] for name in line])
        return divided
    for role, names in said.roles.items():
        for name in names:
            if "due" in column and dates.is_dated(name):
                divided.deadline = divided.deadline or name
            elif people and bodies and (units.is_person(name) or units.is_masked(name)) and name not in known:
                divided.add(people[0], [name])
            else:
                divided.add(role if role != column[0] or not bodies else bodies[0], [name])
    return divided


def bodies_apart(said: roles.Said, role: str) -> roles.Said:
    """Put bodies that stand among owners (Marketing Team beside Priya Nair) where units belong."""
    owners = said.roles.get("owner", [])
    bodies = [name for name in owners if _is_body(name)]
    if bodies:
        said.roles["owner"] = [name for name in owners if name not in bodies]
        said.add(role, bodies)
    return said


def _is_body(name: str) -> bool:
    if not name.isascii():
        return units.is_unit(name)
    return (units.is_organisation(name) or units.is_activity(name)) and not units.is_post(name)


def people_apart(said: roles.Said, role: str, *, owners: bool = False) -> roles.Said:
    """Put people who stand among units (综合处 王敏; 综合处（王敏）) where people belong; *owners* are asked for."""
    names = said.roles.get(role, [])
    if len(names) > 1 and any(units.is_unit(name) for name in names):
        people = [name for name in names if units.is_person(name) and not units.is_unit(name)]
        said.roles[role] = [name for name in names if name not in people]
        if people:
            said.add("owner", people)
    initialled = [
        name
        for name in said.roles.get(role, [])
        if _INITIALLED.fullmatch(name)
        or units.is_named_person(name)
        or (owners and name.isascii() and units.is_person(name) and not (_is_body(name) or units.is_post(name)))
    ]
    if initialled:
        said.roles[role] = [name for name in said.roles[role] if name not in initialled]
        said.add("owner", initialled)
    for at, name in enumerate(said.roles.get(role, [])):
        match = re.match(r"^(?P<unit>.+?)[（(](?P<who>[^（）()]{2,6})[）)]$", name)
        if match and units.is_person(match["who"]) and units.is_unit(match["unit"]):
            said.roles[role][at] = match["unit"]
            said.add("owner", [match["who"]])
    return said
