"""Checks of units and people: whether everybody a plan names is known, can be reached, and is asked once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from plans.checks.directory import nobody_reached
from plans.checks.look import Look, Mention, at
from plans.directory import normal
from plans.model import Finding, Person, Sentence, Task, say

MAX_A_WEEK = 8


def a_directory_is_named(look: Look) -> Iterator[Finding]:
    """W301: without a directory nobody can be told."""
    if not (look.has_directory or look.plan.directory or "directory" in look.plan.unread):
        what = say("the plan has no directory, so no unit can be checked and nobody can be told")
        yield Finding("W301", look.plan.place, what, say("add directory (通讯录) with the path of the directory file"))


def somebody_leads(look: Look) -> Iterator[Finding]:
    """W302: tasks without any unit go to the office, said once a plan."""
    plan = look.plan
    if plan.defaults.lead:
        return
    alone = [task for task in plan.tasks if not (task.lead or task.responsible or task.each)]
    alone = [task for task in alone if not look.is_lead_unread(task)]
    if not alone:
        return
    office = plan.office or plan.issuer or look.directory.office
    place = plan.places.get("tasks", plan.place) if len(alone) == len(plan.tasks) else alone[0].place
    values = {"count": len(alone), "all": len(plan.tasks)}
    if office:
        what = say(
            "tasks without a lead unit: {count} of {all}; they go to the office, {office}", **values, office=office
        )
    else:
        what = say("tasks without a lead unit: {count} of {all}, and the plan names no office", **values)
    yield Finding("W302", place, what, say("name one for all under defaults: lead (默认: 牵头单位), or one a task"))


def units_are_known(look: Look) -> Iterator[Finding]:
    """E303 unknown, E304 ambiguous: nobody gets a letter by a guess."""
    if not look.has_directory:
        return
    for mention in look.units:
        if not mention.named.known:
            yield _unknown_unit(look, mention)
    for task in look.plan.tasks:
        for target in task.targets:
            for name in target.by_unit:
                if look.directory.unit(name) is None:
                    what = say("no unit is called {name}", name=name[:40])
                    yield Finding("E303", at(task, "target"), what, _did_you_mean(look.suggest(name)))


def _unknown_unit(look: Look, mention: Mention) -> Finding:
    name = mention.named.text
    several = look.directory.unit_names.get(normal(name), ())
    if len(several) > 1:
        what = say("{name} may be any of {units}", name=name[:40], units=", ".join(several))
        return Finding("E304", mention.place, what, say("write the id of the one that is meant"))
    near = look.suggest(name)
    what = say("no unit is called {name}", name=name[:40])
    return Finding("E303", mention.place, what, _did_you_mean(near))


def _did_you_mean(near: str | None) -> Sentence:
    if near:
        return say("did you mean {name}?", name=near)
    return say("add it to the directory under units (单位), or under its aliases (别名)")


def the_office_is_known(look: Look) -> Iterator[Finding]:
    """E303: the office that follows up must be able to get its desk letter."""
    office = look.plan.office
    if look.has_directory and office and look.directory.unit(office) is None:
        what = say("no unit is called {name}", name=office[:40])
        place = look.plan.places.get("office", look.plan.place)
        yield Finding("E303", place, what, _did_you_mean(look.suggest(office)))


def the_office_can_be_reached(look: Look) -> Iterator[Finding]:
    """W316: nobody at the desk where the plan is followed gets the morning letter, or an answer to a letter."""
    plan = look.plan
    unknown = plan.office and look.directory.unit(plan.office) is None
    if not look.has_directory or unknown or "office" in plan.unread:
        return  # that is said already
    place = plan.places.get("office", plan.places.get("issuer", plan.place))
    fix = say("write office (督办单位): a unit of the directory with a contact (联络员) or a mail of its own")
    if not look.office:
        yield Finding("W316", place, say("no office follows this plan up: neither it nor the directory names one"), fix)
    elif not look.directory.reach(look.directory.units[look.office[0]]):
        name = look.directory.units[look.office[0]].name
        yield Finding(
            "W316", place, say("nobody in {office}, which follows this plan up, can be reached", office=name), fix
        )


def people_are_known(look: Look) -> Iterator[Finding]:
    """W305 unknown person, W306 a person without an address where a letter is due."""
    if not look.has_directory:
        return
    seen: set[tuple[str, str]] = set()
    for mention in look.people:
        person, name = mention.named.person, mention.named.text
        if person is None:
            yield _unknown_person(look, mention)
        elif not person.mail and mention.role in ("contact", "leader", "inform") and (person.id, "") not in seen:
            seen.add((person.id, ""))
            what = say("{name} has no mail address and gets no letter", name=name)
            yield Finding("W306", mention.place, what, say("add mail (邮箱) in the directory, or name somebody else"))


def _unknown_person(look: Look, mention: Mention) -> Finding:
    name = mention.named.text
    namesakes = look.directory.people_names.get(normal(name), ())
    if len(namesakes) > 1:
        what = say("{name} may be any of {people}", name=name, people=", ".join(namesakes))
        return Finding("W305", mention.place, what, say("write the id of the one that is meant"))
    if look.directory.unit(name) is not None:
        what = say("{name} is a unit; here a person is asked", name=name[:40])
        return Finding("W305", mention.place, what, say("name the person, or put the unit under lead or responsible"))
    what = say("nobody is called {name}", name=name[:40])
    near = look.suggest_person(name)
    fix = say("did you mean {name}?", name=near) if near else say("add the person under people (人员) in the directory")
    return Finding("W305", mention.place, what, fix)


def units_can_be_reached(look: Look) -> Iterator[Finding]:
    """W307: a unit that is asked for something and has no address anywhere, said once a unit."""
    seen: set[str] = set()
    names: set[str] = set()
    for mention in look.units:
        if mention.role == "support" or mention.named.text in names:
            continue
        names.add(mention.named.text)
        for identity in look.unit_ids((mention.named.text,)):
            if identity not in seen:
                yield from nobody_reached("W307", look.directory, look.directory.units[identity], mention.place)
            seen.add(identity)


def groups_stand_in_each(look: Look) -> Iterator[Finding]:
    """W308 a group that leads, E309 a group of nobody."""
    for mention in look.units:
        group = mention.named.group
        if group is None:
            continue
        if not look.unit_ids((mention.named.text,)):
            what = say("{group} has no members", group=group.name)
            yield Finding("E309", mention.place, what, say("list its units under groups (分组) in the directory"))
        elif mention.role == "lead":
            what = say("{group} is a group; as lead its first unit would lead for all", group=group.name)
            yield Finding(
                "W308", mention.place, what, say("if each does it on its own, write it under each (逐一落实)")
            )


def units_exist_still(look: Look) -> Iterator[Finding]:
    """W310: a unit that had ended by the day of issue and whose work nobody single took over."""
    issued = look.plan.issued
    for mention in look.units if issued else ():
        unit = mention.named.unit
        now = look.directory.unit(mention.named.text, issued)
        if unit is None or now is None or unit.until is None or issued is None or unit.until > issued:
            continue
        if now.id != unit.id:
            what = say("{unit} has been {successor} since {day}", unit=unit.name, successor=now.name, day=unit.until)
            yield Finding("N311", mention.place, what, say("letters go to the new unit"))
        else:
            what = say("{unit} ended on {day}; several units took over, or none", unit=unit.name, day=unit.until)
            yield Finding("W310", mention.place, what, say("name the unit that does it now"))


def a_unit_has_one_role(look: Look) -> Iterator[Finding]:
    """W312: the same unit leads and supports."""
    for task in look.plan.tasks:
        leads = {named.unit.id for named in look.named(task.lead) if named.unit} if task.lead else set()
        for named in look.named(task.support) if leads else ():
            if named.unit is not None and named.unit.id in leads:
                what = say("{unit} leads this task and supports it, too", unit=named.unit.name)
                yield Finding("W312", at(task, "support"), what, say("delete it from one of the two lists"))


def weeks_can_be_managed(look: Look) -> Iterator[Finding]:
    """W313: a person who answers for too much in one week, said once a person and week."""
    load: dict[tuple[str, tuple[int, int]], list[tuple[Task, date]]] = defaultdict(list)
    for task, dated in look.dues:
        due = dated.reading.due if dated else None
        if due is None or task.state in ("done", "cancelled") or dated is None or dated.reading.kind == "recurring":
            continue
        for person in _who_does(look, task):
            load[person, due.isocalendar()[:2]].append((task, due))
    for (identity, _), tasks in sorted(load.items()):
        if len(tasks) > MAX_A_WEEK:
            first = min(due for _, due in tasks)
            what = say(
                "{name} has {count} tasks due in the week of {day}",
                name=look.directory.people[identity].name,
                count=len(tasks),
                day=first,
            )
            fix = say(
                "spread the dates, or name more contacts; more than {limit} a week are not done", limit=MAX_A_WEEK
            )
            yield Finding("W313", at(tasks[0][0], "due"), what, fix)


def _who_does(look: Look, task: Task) -> set[str]:
    """Return who gets the work of a task: its contacts, else its owners, else the contacts of its lead units."""
    for names in (task.contact, task.owner):
        found = {named.person.id for named in look.named_people(names) if named.person} if names else set()
        if found:
            return found
    leads = look.named(task.lead or task.responsible[:1]) if task.lead or task.responsible else ()
    posts = (look.directory.person(named.unit.contact) for named in leads if named.unit and named.unit.contact)
    return {person.id for person in posts if isinstance(person, Person)}


CHECKS = (
    a_directory_is_named,
    somebody_leads,
    units_are_known,
    the_office_is_known,
    the_office_can_be_reached,
    people_are_known,
    units_can_be_reached,
    groups_stand_in_each,
    units_exist_still,
    a_unit_has_one_role,
    weeks_can_be_managed,
)
