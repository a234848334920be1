"""Checks of a directory: whether names mean one unit, posts name people, and everybody can be reached."""

from __future__ import annotations

from collections.abc import Iterator

from plans.directory import Directory, Guesses, normal
from plans.findings import Gathered, in_order
from plans.model import Finding, Place, Unit, say


def names_mean_one_unit(directory: Directory) -> Iterator[Finding]:
    """W601: a name two units bear finds neither of them; said at the second."""
    for name, ids in directory.unit_names.items():
        if len(ids) > 1:
            written = next(n for n in _names(directory.units[ids[-1]]) if normal(n) == name)
            what = say(
                "{name} may be any of {units}; written in a plan it finds none", name=written, units=", ".join(ids)
            )
            fix = say("give them different names or aliases; plans may always write the id")
            yield Finding("W601", directory.units[ids[-1]].place, what, fix)


def _names(unit: Unit) -> tuple[str, ...]:
    return (unit.id, unit.name, *unit.aliases)


def posts_name_people(directory: Directory) -> Iterator[Finding]:
    """W602: a head, deputy, contact or leader who isn't among the people; a person in no unit."""
    guesses = Guesses(directory.asked_people)
    for unit in directory.units.values():
        for post in ("head", "deputy", "contact", "leader"):
            name = getattr(unit, post)
            if name and directory.person(name) is None:
                near = guesses.near(normal(name))
                what = say(
                    "{unit}: {post} names {name}, who isn't among the people", unit=unit.name, post=post, name=name[:40]
                )
                fix = say("did you mean {name}?", name=near) if near else say("add the person under people (人员)")
                yield Finding("W602", unit.place, what, fix)
    for person in directory.people.values():
        if person.unit and directory.unit(person.unit) is None:
            what = say("{person}: no unit is called {name}", person=person.name, name=person.unit[:40])
            yield Finding("W602", person.place, what, say("add it to the directory under units (单位)"))


def members_are_known(directory: Directory) -> Iterator[Finding]:
    """E603: a group of units that aren't there."""
    guesses = Guesses(directory.asked_names)
    for group in directory.groups.values():
        for named in directory.units_in(group.members):
            if not named.known:
                near = guesses.near(normal(named.text))
                what = say("{group}: no unit is called {name}", group=group.name, name=named.text[:40])
                fix = (
                    say("did you mean {name}?", name=near)
                    if near
                    else say("add it to the directory under units (单位)")
                )
                yield Finding("E603", group.place, what, fix)


def successors_are_known(directory: Directory) -> Iterator[Finding]:
    """E604: a unit above or after this one that isn't there; W605 an end before the beginning."""
    for unit in directory.units.values():
        for name in (*unit.became, unit.parent):
            if name and directory.unit(name) is None:
                what = say("{unit}: no unit is called {name}", unit=unit.name, name=name[:40])
                yield Finding("E604", unit.place, what, say("add it to the directory under units (单位)"))
        if unit.became and unit.until is None:
            what = say("{unit} became another unit, but it isn't said when", unit=unit.name)
            yield Finding("E604", unit.place, what, say("add until (停用日期): the day its successors take over"))
        if _becomes_itself(directory, unit):
            what = say("{unit} becomes itself again, so that nobody takes over from it", unit=unit.name)
            yield Finding("E604", unit.place, what, say("name under became (变更为) the unit that takes over"))
        if unit.since and unit.until and unit.until <= unit.since:
            what = say(
                "{unit} ends on {until}, before it begins, {since}", unit=unit.name, until=unit.until, since=unit.since
            )
            yield Finding("E605", unit.place, what, say("correct one of the two days"))


def _becomes_itself(directory: Directory, unit: Unit) -> bool:
    """Return whether a unit is among those that took over from it, one after the other."""
    ahead, seen = list(unit.became), set[str]()
    while ahead:
        after = directory.unit(ahead.pop())
        if after is None or after.id in seen:
            continue
        if after.id == unit.id:
            return True
        seen.add(after.id)
        ahead += after.became
    return False


def absences_make_sense(directory: Directory) -> Iterator[Finding]:
    """E605 an absence that ends before it begins, W606 a deputy nobody knows or none at all."""
    for person in directory.people.values():
        for first, last, deputy in person.away:
            if last < first:
                what = say(
                    "{person} is away from {first} to {last}, which runs backwards",
                    person=person.name,
                    first=first,
                    last=last,
                )
                yield Finding("E605", person.place, what, say("correct one of the two days"))
            if not deputy:
                what = say(
                    "nobody stands in for {person} from {first} to {last}", person=person.name, first=first, last=last
                )
                yield Finding("W606", person.place, what, say("add deputy (代理人); until then letters go on as ever"))
            elif directory.person(deputy) is None:
                what = say("nobody is called {name}", name=deputy[:40])
                yield Finding("W606", person.place, what, say("add the person under people (人员)"))


def units_have_an_address(directory: Directory) -> Iterator[Finding]:
    """N607: a unit without any address; a plan that asks it for something gets a warning."""
    for unit in directory.units.values():
        if unit.until is None:
            yield from nobody_reached("N607", directory, unit, unit.place)


def nobody_reached(code: str, directory: Directory, unit: Unit, place: Place) -> Iterator[Finding]:
    """Yield that a unit has no address at all; where one is written that can't be read, that was said."""
    posts = (directory.person(post) for post in (unit.contact, unit.deputy, unit.head) if post)
    unread = unit.unread & {"mail", "contact", "deputy", "head"} or any("mail" in one.unread for one in posts if one)
    if not unread and not directory.reach(unit):
        what = say(
            "nobody in {unit} can be reached: neither contact nor unit, deputy or head has an address", unit=unit.name
        )
        fix = say("give the unit a contact (联络员) with a mail address, or a mail of its own")
        yield Finding(code, place, what, fix)


def days_are_closed_or_worked(directory: Directory) -> Iterator[Finding]:
    """W608: a day that is closed and worked."""
    for day in sorted(set(directory.closed) & set(directory.worked)):
        what = say("{day} is closed and worked; it counts as worked", day=day)
        first = next(iter(directory.units.values()), None)
        if first is not None:
            yield Finding(
                "W608", first.place._replace(line=1, column=1), what, say("delete it from one of the two lists")
            )


DIRECTORY_CHECKS = (
    names_mean_one_unit,
    posts_name_people,
    members_are_known,
    successors_are_known,
    absences_make_sense,
    units_have_an_address,
    days_are_closed_or_worked,
)


def check_directory(directory: Directory) -> list[Finding]:
    """Return what is wrong with a directory as such, by place."""
    gathered = Gathered()
    for check in DIRECTORY_CHECKS:
        for finding in check(directory):
            gathered.note(finding)
    return in_order(gathered.all())
