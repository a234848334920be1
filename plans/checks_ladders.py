"""Checks of ladders: whether each can be climbed, tells somebody at every stage, and who is named and told nothing."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from plans.directory import Directory
from plans.look import ENDED, PEOPLE_LISTS, Look, at
from plans.model import Finding, Place, Task, Unit, say
from plans.recipients import House, Parts, Post, recipients
from plans.stage_words import ROLES
from plans.stages import Ladder, LadderError, Stage, ladder

Written = str | Mapping[str, object]


class _Part(NamedTuple):
    """What decides whom a ladder reaches for one task of one unit; plans repeat few of them a thousand times."""

    ladder: str
    unit: str
    support: tuple[str, ...]
    people: tuple[tuple[str, str], ...]


def ladders_can_be_climbed(look: Look) -> Iterator[Finding]:
    """E514: a ladder that isn't there or can't be used as written."""
    for written, place in _written(look):
        try:
            _climbed(written)
        except LadderError as error:
            yield Finding("E514", place, error.sentence, say("see: duban ladder list"))


def stages_are_in_order(look: Look) -> Iterator[Finding]:
    """W523: a stage that falls due before the one that is written before it."""
    for written, place in _written(look):
        found = None if isinstance(written, str) else _usable(written)
        timed = [stage for stage in found.stages if stage.when.place is not None] if found else []
        for before, after in pairwise(timed):
            if (after.when.place or 0) < (before.when.place or 0):
                what = say(
                    "stage {after} ({later}) is written behind stage {before} ({sooner}) and comes before it",
                    after=after.id, later=str(after.when), before=before.id, sooner=str(before.when),
                )  # fmt: skip
                yield Finding("W523", place, what, say("write the stages in the order of their days"))


def _written(look: Look) -> Iterator[tuple[Written, Place]]:
    """Yield each ladder the file names or writes out, and where."""
    plan = look.plan
    yield plan.ladder, plan.places.get("ladder", plan.place)
    for phase in plan.phases:
        if phase.ladder:
            yield phase.ladder, phase.places.get("ladder", phase.place)
    for task in plan.tasks:
        if task.ladder:
            yield task.ladder, at(task, "ladder")
        for step in task.milestones:
            if step.ladder:
                yield step.ladder, step.place


def _climbed(written: Written) -> Ladder:
    return ladder(written if isinstance(written, str) else json.dumps(written, ensure_ascii=False, sort_keys=True))


def _usable(written: Written) -> Ladder | None:
    try:
        return _climbed(written)
    except LadderError:
        return None


def ladders_reach_somebody(look: Look) -> Iterator[Finding]:
    """W522 a task none of whose stages tells anybody, N524 a stage that tells nobody; once a ladder and stage."""
    if not look.has_directory:
        return
    house, reached = _house(look.directory), dict[_Part, set[str]]()
    silent: dict[str, list[Task]] = defaultdict(list)
    gaps: dict[tuple[str, str], dict[str, Task]] = defaultdict(dict)
    for task, part in _parts(look):
        climbing = _usable(part.ladder)
        if climbing is None or not _can_be_reached(look.directory, part):
            continue
        if part not in reached:
            reached[part] = _stages_reached(climbing, part, house)
        speaking = [stage for stage in climbing.stages if stage.to]
        missed = [stage for stage in speaking if stage.id not in reached[part]]
        if len(missed) == len(speaking):
            silent[climbing.name].append(task)
        else:
            for stage in missed:
                gaps[part.ladder, stage.id].setdefault(part.unit, task)
    yield from _silent(silent)
    yield from _gaps(look, gaps)


def _silent(silent: Mapping[str, list[Task]]) -> Iterator[Finding]:
    for name, tasks in silent.items():
        what = say("the ladder {name} reaches nobody for {count} tasks", name=name, count=len(tasks))
        fix = say("name the people its stages tell, or take another ladder: duban ladder list")
        yield Finding("W522", at(tasks[0], "ladder"), what, fix)


def _gaps(look: Look, gaps: Mapping[tuple[str, str], Mapping[str, Task]]) -> Iterator[Finding]:
    for (written, name), tasks in gaps.items():
        climbing = _climbed(written)
        stage = next(stage for stage in climbing.stages if stage.id == name)
        units = [look.directory.units[unit].name for unit in tasks if unit in look.directory.units]
        values = {"stage": name, "ladder": climbing.name, "units": "、".join(units[:5]), "count": len(units)}
        what = say("stage {stage} of ladder {ladder} reaches nobody in {units}", **values)
        if len(units) > 5:
            what = say("stage {stage} of ladder {ladder} reaches nobody in {count} units, such as {units}", **values)
        posts = ", ".join(f"{role} ({ROLES[role]})" for role in stage.to)
        fix = say("fill in the directory, with an address: {posts}", posts=posts)
        yield Finding("N524", next(iter(tasks.values())).place, what, fix)


def _parts(look: Look) -> Iterator[tuple[Task, _Part]]:
    """Yield each open task with what decides whom its ladder reaches, once for each unit that answers for it."""
    texts: dict[int, str] = {}
    for task in look.plan.tasks:
        if task.state in ENDED:
            continue
        phase = look.phases.get(task.phase)
        written = task.ladder or (phase.ladder if phase else "") or look.plan.ladder
        if not isinstance(written, str):
            written = texts.setdefault(id(written), json.dumps(written, ensure_ascii=False, sort_keys=True))
        support = look.unit_ids(task.support or look.plan.defaults.support)
        people = tuple((role, person) for role in PEOPLE_LISTS for person in look.person_ids(getattr(task, role)))
        for unit in look.answering(task):
            yield task, _Part(written, unit, support, people)


def _can_be_reached(directory: Directory, part: _Part) -> bool:
    """Return whether anybody gets the ordinary letters; where not, another finding says so."""
    unit = directory.units.get(part.unit)
    mails = (directory.people[person].mail for role, person in part.people if role == "contact")
    return unit is not None and bool(directory.reach(unit) or any(mails))


def _stages_reached(climbing: Ladder, part: _Part, house: House) -> set[str]:
    parts = Parts((part.unit,), tuple(("support", unit) for unit in part.support), part.people, "")
    return {stage.id for stage in climbing.stages if _reaches(stage, parts, house)}


def _reaches(stage: Stage, parts: Parts, house: House) -> bool:
    told = recipients(stage, parts, house, date.max)
    return "office" in stage.to or any(one.role == "to" for one in told)


def _house(directory: Directory) -> House:
    """Return who sits where, as the ledger will have it."""
    return House(
        units={unit.id: _post(directory, unit) for unit in directory.units.values()},
        mails={person.id: person.mail for person in directory.people.values()},
        away={},
    )


def _post(directory: Directory, unit: Unit) -> Post:
    def holder(post: str) -> str:
        """Return who holds a post, be it only for a time."""
        names = (getattr(unit, post), *(person for held, person, _, _ in unit.posts if held == post))
        return next((found.id for name in names if name and (found := directory.person(name))), "")

    return Post(unit.mail, holder("contact"), holder("deputy"), holder("head"), holder("leader"))


def everybody_named_is_told(look: Look) -> Iterator[Finding]:
    """N315: people the plan names in a role that no stage of their task's ladder tells; said once a plan."""
    names: dict[str, dict[str, None]] = defaultdict(dict)
    place: Place | None = None
    roles: dict[str, frozenset[str]] = {}
    for task, part in _parts(look) if look.has_directory else ():
        if part.ladder not in roles:
            roles[part.ladder] = _roles_told(_usable(part.ladder))
        for role, person in part.people:
            if role not in roles[part.ladder] and look.directory.people[person].mail:
                names[role][look.directory.people[person].name] = None
                place = place or at(task, role)
    if place is not None:
        said = "; ".join(f"{role} ({ROLES[role]}) " + ", ".join(list(people)[:4]) for role, people in names.items())
        what = say("no letter goes to these people, for their ladder doesn't tell their role: {names}", names=said)
        fix = say(
            "that is usual for those in charge; whoever is to be told stands under contact (联络员) or inform (抄送)"
        )
        yield Finding("N315", place, what, fix)


def _roles_told(climbing: Ladder | None) -> frozenset[str]:
    """Return the roles some stage tells; a leader gets a summary each week by whatever ladder."""
    told = {role for stage in climbing.stages for role in (*stage.to, *stage.cc)} if climbing else set(PEOPLE_LISTS)
    return frozenset(told | {"leader"})


CHECKS = (ladders_can_be_climbed, stages_are_in_order, ladders_reach_somebody, everybody_named_is_told)
