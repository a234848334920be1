"""Whom a stage tells: the roles of a ladder become people, by the posts of the units that have a part in the matter."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from plans.stages import Stage

MAILBOX = "unit:"  # a recipient that is no person: the unit's own mailbox


@dataclass(frozen=True, slots=True)
class Post:
    """The people of one unit, by id, as the ledger has them."""

    mail: str = ""
    contact: str = ""
    deputy: str = ""
    head: str = ""
    leader: str = ""
    dated: tuple[tuple[str, str, date | None, date | None], ...] = ()  # (post, person, first day, last day)
    until: date | None = None  # the day its successors take over
    became: tuple[str, ...] = ()

    def on(self, day: date) -> Post:
        """Return who holds the posts on a day: whoever holds one for a time goes before whom the unit names."""
        held = {
            post: person
            for post, person, first, last in self.dated
            if (first is None or first <= day) and (last is None or day <= last)
        }
        return replace(self, **held) if held else self  # type: ignore[arg-type]


class Handover(NamedTuple):
    """From *since* until the day before *until*, whoever names *old* means *new*."""

    old: str
    new: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class House:
    """Who sits where: units by id, people's addresses by id, who stands in for whom, who took over from whom."""

    units: Mapping[str, Post]
    mails: Mapping[str, str]
    away: Mapping[str, tuple[tuple[date, date, str], ...]]
    handovers: tuple[Handover, ...] = ()  # in the order of their days
    _timed: list[tuple[str, ...]] = field(default_factory=list, init=False, repr=False, compare=False)

    def on(self, day: date) -> House:
        """Return the house with its posts as they are held on a day, and whom a handover made reachable."""
        held = {unit: self.units[unit].on(day) for unit in self.timed}
        over = {one.old: self.mails.get(self.holder(one.old, day), "") for one in self.handovers}
        if not held and not over:
            return self
        return replace(self, units={**self.units, **held}, mails=ChainMap(over, self.mails))  # type: ignore[arg-type]

    @property
    def timed(self) -> tuple[str, ...]:
        """Return the units with posts that are held for a time."""
        if not self._timed:
            self._timed.append(tuple(unit for unit, post in self.units.items() if post.dated))
        return self._timed[0]

    def units_on(self, unit: str, on: date) -> tuple[str, ...]:
        """Return the units that are a unit on a day: itself, or after a reorganisation those that took over."""
        found: dict[str, None] = {}
        ahead = [unit]
        seen = {unit}
        while ahead:
            one = ahead.pop(0)
            post = self.units.get(one)
            if post is None or post.until is None or post.until > on or not post.became:
                found[one] = None
                continue
            ahead = [*(after for after in post.became if after not in seen), *ahead]
            seen.update(post.became)
        return tuple(found) or (unit,)

    def holder(self, person: str, on: date) -> str:
        """Return who has what a person had: each handover up to a day, one after the other."""
        for one in self.handovers:
            if one.old == person and one.since <= on < one.until:
                person = one.new
        return person

    def present(self, person: str, on: date) -> str:
        """Return who reads a person's letters on a day: whoever took over, or their stand-in (not the stand-in's)."""
        person = self.holder(person, on)
        for first, last, deputy in self.away.get(person, ()):
            if first <= on <= last and self.mails.get(deputy):
                return deputy
        return person


@dataclass(frozen=True, slots=True)
class Parts:
    """Who has a part in an occurrence: lead units in order, all units by role, people by role, the plan's office."""

    leads: tuple[str, ...]
    units: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]
    office: str


@dataclass(frozen=True, slots=True)
class Told:
    """One who is to be told: the recipient's key, to or cc, the part that makes them so, and for which unit."""

    person: str
    role: str
    why: str
    unit: str
    instead_of: str = ""  # whose part it is, where they stand in


def recipients(stage: Stage, parts: Parts, house: House, on: date) -> list[Told]:
    """Return whom a stage tells on a day, each once; who is addressed is not copied as well."""
    found: dict[str, Told] = {}
    house = house.on(on)
    on_day = _on_day(parts, house, on)
    for role, names in (("to", stage.to), ("cc", stage.cc)):
        for name in names:
            for person, why, unit in _ROLES[name](on_day, house):
                reader = house.present(person, on)
                absent = house.holder(person, on)
                found.setdefault(reader, Told(reader, role, why, unit, "" if reader == absent else absent))
    return list(found.values())


def _on_day(parts: Parts, house: House, on: date) -> Parts:
    """Return the parts with the units and people that have them on a day."""
    return Parts(
        leads=tuple(dict.fromkeys(now for unit in parts.leads for now in house.units_on(unit, on))),
        units=tuple((role, now) for role, unit in parts.units for now in house.units_on(unit, on)),
        people=tuple((role, house.holder(person, on)) for role, person in parts.people),
        office=house.units_on(parts.office, on)[0],
    )


Found = Iterator[tuple[str, str, str]]


def _contact_of(unit: str, house: House) -> tuple[str, str] | None:
    """Return who reads for a unit: its contact, else its mailbox, else its deputy or head (design: words)."""
    post = house.units.get(unit)
    if post is None:
        return None
    if post.contact and house.mails.get(post.contact):
        return post.contact, "contact"
    if post.mail:
        return MAILBOX + unit, "unit"
    for why, person in (("deputy", post.deputy), ("head", post.head)):
        if person and house.mails.get(person):
            return person, why
    return None


def _contacts(parts: Parts, house: House) -> Found:
    named = [person for role, person in parts.people if role == "contact" and house.mails.get(person)]
    if named:
        unit = parts.leads[0] if parts.leads else ""
        yield from ((person, "contact", unit) for person in named)
        return
    for unit in parts.leads:
        if found := _contact_of(unit, house):
            yield *found, unit


def _mailboxes(parts: Parts, house: House) -> Found:
    yield from ((MAILBOX + unit, "unit", unit) for unit in parts.leads if house.units.get(unit, Post()).mail)


def _support(parts: Parts, house: House) -> Found:
    for role, unit in parts.units:
        if role in ("support", "responsible") and unit not in parts.leads and (found := _contact_of(unit, house)):
            yield found[0], role, unit


def _climb(*posts: str) -> Callable[[Parts, House], Found]:
    """Return the finder of the first of *posts* that is filled, for each lead unit."""

    def find(parts: Parts, house: House) -> Found:
        for unit in parts.leads:
            post = house.units.get(unit, Post())
            for name in posts:
                person = getattr(post, name)
                if person and house.mails.get(person):
                    yield person, name, unit
                    break

    return find


def _leaders(parts: Parts, house: House) -> Found:
    named = [person for role, person in parts.people if role == "leader" and house.mails.get(person)]
    if named:
        yield from ((person, "leader", "") for person in named)
        return
    yield from _climb("leader")(parts, house)


def _people(name: str) -> Callable[[Parts, House], Found]:
    def find(parts: Parts, house: House) -> Found:
        yield from ((person, name, "") for role, person in parts.people if role == name and house.mails.get(person))

    return find


def _office(parts: Parts, house: House) -> Found:
    if found := _contact_of(parts.office, house):
        yield found[0], "office", parts.office


_ROLES: Mapping[str, Callable[[Parts, House], Found]] = {
    "contact": _contacts,
    "unit": _mailboxes,
    "support": _support,
    "deputy": _climb("deputy", "head"),
    "head": _climb("head", "deputy"),
    "leader": _leaders,
    "owner": _people("owner"),
    "reviewer": _people("reviewer"),
    "inform": _people("inform"),
    "office": _office,
}
