"""Whom a stage tells: the roles of a ladder become people, by the posts of the units that have a part in the matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

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


@dataclass(frozen=True, slots=True)
class House:
    """Who sits where: units by id, people's addresses by id, and who stands in for whom while they are away."""

    units: Mapping[str, Post]
    mails: Mapping[str, str]
    away: Mapping[str, tuple[tuple[date, date, str], ...]]

    def present(self, person: str, on: date) -> str:
        """Return who reads a person's letters on a day: themselves, or their stand-in (not the stand-in's)."""
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


def recipients(stage: Stage, parts: Parts, house: House, on: date) -> list[Told]:
    """Return whom a stage tells on a day, each once; who is addressed is not copied as well."""
    found: dict[str, Told] = {}
    for role, names in (("to", stage.to), ("cc", stage.cc)):
        for name in names:
            for person, why, unit in _ROLES[name](parts, house):
                reader = house.present(person, on)
                found.setdefault(reader, Told(reader, role, why, unit))
    return list(found.values())


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
