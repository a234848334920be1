"""Checks of ladders: whether each can be climbed, tells somebody at every stage, and who is named and told nothing."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from plans.checks.look import ENDED, PEOPLE_LISTS, Look, at
from plans.directory import Directory
from plans.language.stage_words import ROLES
from plans.model import Finding, Place, Task, Unit, say
from plans.presets import ladder
from plans.recipients import House, Parts, Post, recipients
from plans.stages import Ladder, LadderError, Stage

Written = str | Mapping[str, object]


class _Case(NamedTuple):
    """What decides whom a ladder reaches for a task; plans repeat few of them a thousand times."""

    ladder: str
    units: tuple[str, ...]
    support: tuple[str, ...]
    people: tuple[tuple[str, str], ...]


class _Reach(NamedTuple):
    """What a ladder does in a case: whether no stage at all tells anybody, else (stage, unit) where nobody reads it."""

    silent: bool
    gaps: tuple[tuple[str, str], ...]


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


def chasing_waits_for_somebody(look: Look) -> Iterator[Finding]:
    """W526: a stage that chases, or writes to a leader, and goes out by itself (practice 1.1)."""
    for written, place in _written(look):
        found = None if isinstance(written, str) else _usable(written)
        for stage in found.stages if found else ():
            if stage.release == "auto" and (stage.kind in ("urge", "press") or "leader" in (*stage.to, *stage.cc)):
                what = say("stage {stage} goes out without anybody letting it go", stage=stage.id)
                yield Finding("W526", place, what, say("write release: desk (放行: 确认), or sign (签发)"))


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
    """W522 tasks none of whose stages tells anybody, N524 a stage that tells nobody; once a ladder and stage."""
    if not look.has_directory:
        return
    house, known = _house(look.directory), dict[_Case, _Reach]()
    silent: dict[str, list[Task]] = defaultdict(list)
    gaps: dict[tuple[str, str], dict[str, Task]] = defaultdict(dict)
    for task, case in _cases(look):
        if case not in known:
            known[case] = _reach(look.directory, case, house)
            for stage, unit in known[case].gaps:
                gaps[case.ladder, stage].setdefault(unit, task)
        if known[case].silent:
            silent[case.ladder].append(task)
    yield from _silent(silent)
    yield from _gaps(look, gaps)


def _reach(directory: Directory, case: _Case, house: House) -> _Reach:
    """Return whom the ladder of a case doesn't reach, but for units that nobody at all can be reached in."""
    climbing = _usable(case.ladder)
    speaking = [stage for stage in climbing.stages if stage.to] if climbing else []
    silent, gaps = False, []
    for unit in case.units:
        if not _can_be_reached(directory, unit, case):
            continue
        parts = Parts((unit,), tuple(("support", each) for each in case.support), case.people, "")
        missed = [stage.id for stage in speaking if not _reaches(stage, parts, house)]
        if speaking and len(missed) == len(speaking):
            silent = True
        else:
            gaps += [(stage, unit) for stage in missed]
    return _Reach(silent, tuple(gaps))


def _silent(silent: Mapping[str, list[Task]]) -> Iterator[Finding]:
    for written, tasks in silent.items():
        what = say("the ladder {name} reaches nobody; tasks: {count}", name=_climbed(written).name, count=len(tasks))
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


def _cases(look: Look) -> Iterator[tuple[Task, _Case]]:
    """Yield each open task with what decides whom its ladder reaches."""
    texts: dict[int, str] = {}
    for task in look.plan.tasks:
        if task.state in ENDED or look.is_lead_unread(task):
            continue
        phase = look.phases.get(task.phase)
        written = task.ladder or (phase.ladder if phase else "") or look.plan.ladder
        if not isinstance(written, str):
            written = texts.setdefault(id(written), json.dumps(written, ensure_ascii=False, sort_keys=True))
        support = look.unit_ids(task.support or look.plan.defaults.support)
        people = tuple((role, person) for role in PEOPLE_LISTS for person in look.person_ids(getattr(task, role)))
        yield task, _Case(written, look.answering(task), support, people)


def _can_be_reached(directory: Directory, unit: str, case: _Case) -> bool:
    """Return whether anybody gets the ordinary letters; where not, another finding says so."""
    mails = (directory.people[person].mail for role, person in case.people if role == "contact")
    return unit in directory.units and bool(directory.reach(directory.units[unit]) or any(mails))


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
    for task, case in _cases(look) if look.has_directory else ():
        if case.ladder not in roles:
            roles[case.ladder] = _roles_told(_usable(case.ladder))
        for role, person in case.people:
            if role not in roles[case.ladder] and look.directory.people[person].mail:
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


CHECKS = (
    ladders_can_be_climbed,
    stages_are_in_order,
    chasing_waits_for_somebody,
    ladders_reach_somebody,
    everybody_named_is_told,
)
