"""The directory of a house: its units in official order, its people and posts, its groups, its closed days.

Names are found as people write them (by id, full name, alias, or the short form inside the house), and never by a
guess between two: whoever gets a letter must be meant.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from plans.model import Group, Person, Unit

MAX_COMPARED = 500
MAX_GUESSES = 40
SEPARATORS = "、，；;,\n"
_OPENING, _CLOSING = "（(【[〔《“", "）)】]〕》”"
# What may stand before a unit's name inside the house without making it another unit: 局高新处 is 高新处.
_HOUSE_PREFIX = re.compile(r"(?:本|我|省|市|县|区|局|厅|委|院|校|部|司|公司|集团|机关|党组|党委)*")
_HONORIFICS = re.compile(r"(?:同志|先生|女士)$")
_ROLE_IN_BRACKETS = re.compile(r"[（(](?:牵头|主办|负责|配合|协办|责任)(?:单位|部门|处室|科室)?[）)]$")


class Named(NamedTuple):
    """One name of a written list: the words, where they begin in the text, and what they stand for (or nothing)."""

    text: str
    item: int  # which element of a list, 0 for one text
    offset: int  # characters from the beginning of that element
    unit: Unit | None = None
    group: Group | None = None
    person: Person | None = None

    @property
    def known(self) -> bool:
        """Return whether the directory knows it."""
        return self.unit is not None or self.group is not None or self.person is not None


def normal(text: str) -> str:
    """Return a name as it is compared: width, case and blanks don't matter, and nothing else is forgiven."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def split_names(text: str, known: Mapping[str, object]) -> Iterator[tuple[int, str]]:
    """Yield (offset, name) of each name in a written list, without judging what it names.

    Never splits inside brackets, nor after 各 (各辖市、区科技局 is one), nor inside a name that *known* (normalised
    names) holds whole.
    """
    pieces = list(_pieces(text))
    start = 0
    while start < len(pieces):
        end = _longest(text, pieces, start, known)
        begin, stop = pieces[start][0], pieces[end][1]
        name = text[begin:stop]
        if name.strip():
            lead = len(name) - len(name.lstrip())
            yield from _by_blanks(begin + lead, name.strip(), known)
        start = end + 1


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield (begin, end) of the pieces between separators outside brackets."""
    depth = begin = 0
    for position, character in enumerate(text):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        elif character in SEPARATORS and not depth:
            yield begin, position
            begin = position + 1
    yield begin, len(text)


def _longest(text: str, pieces: Sequence[tuple[int, int]], start: int, known: Mapping[str, object]) -> int:
    """Return the last piece of the longest name that begins with piece *start*."""
    begin, stop = pieces[start]
    # A house's names rarely hold more than five separators; the bound keeps a hostile list linear.
    for end in range(min(start + 5, len(pieces) - 1), start, -1):
        if normal(text[begin : pieces[end][1]]) in known:
            return end
    first = text[begin:stop].strip()
    if not first.startswith("各") or normal(first) in known or start + 1 >= len(pieces):
        return start
    # 各辖市、区科技局: what follows 、 shares the 各, unless it is a whole name of its own.
    separator, following = text[stop : stop + 1], text[slice(*pieces[start + 1])].strip()
    shares = separator == "、" and len(first) <= 4 and bool(following) and normal(following) not in known
    return start + 1 if shares else start


def _by_blanks(offset: int, name: str, known: Mapping[str, object]) -> Iterator[tuple[int, str]]:
    """Yield the words of *name* where blanks alone stand between names that are all known (a folded line)."""
    words = list(re.finditer(r"\S+", name))
    if len(words) > 1 and normal(name) not in known and all(normal(word[0]) in known for word in words):
        yield from ((offset + word.start(), word[0]) for word in words)
    else:
        yield offset, name


@dataclass(frozen=True)
class Directory:
    """One directory file. The dicts are in the order of the file, which is the official order."""

    units: Mapping[str, Unit] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    closed: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()
    office: str = ""
    name: str = ""
    file: str = ""

    @cached_property
    def unit_names(self) -> Mapping[str, tuple[str, ...]]:
        """Return normalised id, name or alias -> ids of the units it may mean (more than one: it says nothing)."""
        return _index((unit.id, (unit.id, unit.name, *unit.aliases)) for unit in self.units.values())

    @cached_property
    def group_names(self) -> Mapping[str, tuple[str, ...]]:
        """Return normalised id, name or alias -> ids of the groups it may mean."""
        return _index((group.id, (group.id, group.name, *group.aliases)) for group in self.groups.values())

    @cached_property
    def people_names(self) -> Mapping[str, tuple[str, ...]]:
        """Return normalised id or name -> ids of the people who bear it."""
        return _index((person.id, (person.id, person.name)) for person in self.people.values())

    @cached_property
    def _known(self) -> Mapping[str, object]:
        return {**self.group_names, **self.unit_names}

    @cached_property
    def _found(self) -> dict[str, str | None]:
        """Remember what each written name was found to be: plans repeat the same few names thousands of times."""
        return {}

    def unit(self, text: str, on: date | None = None) -> Unit | None:
        """Return the unit *text* names, or None: by id, name or alias, else by a short form that fits only one.

        With *on*, a unit renamed or merged by that day is its one successor.
        """
        if text not in self._found:
            self._found[text] = self._find(text)
        found = self._found[text]
        unit = self.units[found] if found is not None else None
        return self._in_force(unit, on) if unit is not None and on is not None else unit

    def _find(self, text: str) -> str | None:
        for form in (normal(text), normal(_ROLE_IN_BRACKETS.sub("", text.strip()))):
            exact = self.unit_names.get(form)
            if exact is not None:
                return exact[0] if len(exact) == 1 else None
        short = self._short_forms(normal(_ROLE_IN_BRACKETS.sub("", text.strip())))
        return short.pop() if len(short) == 1 else None

    def _short_forms(self, wanted: str) -> set[str]:
        """Return the ids of units whose name and *wanted* differ only by words for the house in front."""
        if len(wanted) < 2:
            return set()
        longer: Iterable[str] = self._without_house_names.get(wanted, ())
        shorter = (self.unit_names.get(rest, ()) for rest in self._without_house(wanted))
        return {*longer, *(identity for ids in shorter for identity in ids)}

    @cached_property
    def _without_house_names(self) -> Mapping[str, set[str]]:
        """Return what stands behind words for the house in a unit's name -> the ids of such units."""
        found: dict[str, set[str]] = {}
        for name, ids in self.unit_names.items():
            for rest in self._without_house(name):
                found.setdefault(rest, set()).update(ids)
        return found

    def _without_house(self, name: str) -> Iterator[str]:
        """Yield what is left of a name, two characters at least, without words for the house in front of it."""
        house = normal(self.name)
        for begin in range(1, min(len(name) - 1, 40)):
            if _HOUSE_PREFIX.fullmatch(name, 0, begin) or (house and house.endswith(name[:begin])):
                yield name[begin:]

    def _in_force(self, unit: Unit, on: date) -> Unit:
        """Follow renames and mergers: *became* took over on the day `until`."""
        seen = {unit.id}
        while unit.until is not None and unit.until <= on and len(unit.became) == 1:
            successor = self.unit(unit.became[0])
            if successor is None or successor.id in seen:
                break
            seen.add(successor.id)
            unit = successor
        return unit

    def group(self, text: str) -> Group | None:
        """Return the group *text* names, by id, name or alias."""
        ids = self.group_names.get(normal(text), ())
        return self.groups[ids[0]] if len(ids) == 1 else None

    def person(self, text: str) -> Person | None:
        """Return the person *text* names: by id, by a name nobody else bears, or by name and title (王敏 处长)."""
        wanted = normal(_HONORIFICS.sub("", text.strip()))
        exact = self.people_names.get(wanted)
        if exact is None:
            exact = tuple(person.id for person in self.people.values() if wanted in _with_title(person))
        return self.people[exact[0]] if len(exact) == 1 else None

    def units_in(self, written: str | Sequence[str], on: date | None = None) -> list[Named]:
        """Return the names of a written list in order, each with its unit or group (neither: unknown)."""
        return [
            Named(name, item, offset, self.unit(name, on), None if self.unit(name) else self.group(name))
            for item, text in enumerate(_elements(written))
            for offset, name in split_names(text, self._known)
        ]

    def people_in(self, written: str | Sequence[str]) -> list[Named]:
        """Return the names of a written list of people in order, each with its person (None: unknown)."""
        return [
            Named(name, item, offset, person=self.person(name))
            for item, text in enumerate(_elements(written))
            for offset, name in split_names(text, self.people_names)
        ]

    def members(self, text: str, on: date | None = None) -> tuple[str, ...]:
        """Return the ids of the units *text* stands for: a unit is itself, a group its members (groups in groups too).

        Unknown names stand for nothing; nobody is counted twice; the order is that of the group.
        """
        if len(self.unit_names.get(normal(text), ())) == 1:  # mostly it is one unit's name, and nothing to take apart
            unit = self.unit(text, on)
            return (unit.id,) if unit else ()
        found: dict[str, None] = {}
        seen: set[str] = set()
        ahead = [text]
        while ahead:
            inside: list[str] = []
            for named in self.units_in(ahead.pop(), on):
                if named.unit is not None and not inside:
                    found[named.unit.id] = None
                elif named.unit is not None:
                    inside.append(named.unit.id)
                elif named.group is not None and named.group.id not in seen:
                    seen.add(named.group.id)
                    inside += named.group.members
            ahead += reversed(inside)
        return tuple(found)

    def order(self, identity: str) -> int:
        """Return the place of a unit in the official order (unknown ones come last)."""
        return self._order.get(identity, len(self._order))

    @cached_property
    def _order(self) -> Mapping[str, int]:
        return {identity: place for place, identity in enumerate(self.units)}

    @cached_property
    def asked_names(self) -> Mapping[str, str]:
        """Return the names units and groups may be meant by, normalised -> as a person would write it."""
        names = {normal(n): n for unit in self.units.values() for n in (unit.id, *unit.aliases, unit.name)}
        return names | {normal(n): n for group in self.groups.values() for n in (*group.aliases, group.name)}

    @cached_property
    def asked_people(self) -> Mapping[str, str]:
        """Return the names people may be meant by, normalised -> as a person would write it."""
        return {normal(n): n for person in self.people.values() for n in (person.id, person.name)}

    def suggest(self, text: str) -> str | None:
        """Return the name of a unit or group that *text* was probably meant to be, to be asked, never assumed."""
        return closest(normal(text), self.asked_names)

    def suggest_person(self, text: str) -> str | None:
        """Return the name of the person *text* was probably meant to be."""
        return closest(normal(text), self.asked_people)

    def reach(self, unit: Unit) -> str:
        """Return the mail address letters to *unit* can go to: contact, the unit's own, deputy, head; "" for none."""
        posts = (self.person(post) for post in (unit.contact, unit.deputy, unit.head) if post)
        mails = [person.mail for person in posts if person is not None and person.mail]
        return unit.mail or (mails[0] if mails else "")


def closest(wanted: str, names: Mapping[str, str]) -> str | None:
    """Return the value of *names* whose key is most like *wanted*, None when nothing is like it."""
    wanted = wanted[:80]
    near = difflib.get_close_matches(wanted, _candidates(wanted, names), n=1, cutoff=0.6)
    if near:
        return names[near[0]]
    inside = [name for key, name in names.items() if len(wanted) > 1 and (wanted in key or key in wanted) and key]
    return inside[0] if len(inside) == 1 else None


def _candidates(wanted: str, names: Mapping[str, str]) -> Iterable[str]:
    """Return the names worth comparing; among very many only those that begin or end alike."""
    if len(names) <= MAX_COMPARED:
        return names
    alike = (
        name
        for name in names
        if abs(len(name) - len(wanted)) <= 2 and (name[:2] == wanted[:2] or name[-2:] == wanted[-2:])
    )
    return islice(alike, MAX_COMPARED)


class Guesses:
    """Answers to "did you mean …?" among *names*; a hostile file asks for thousands, and nobody reads so many."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self._known: dict[str, str | None] = {}

    def near(self, wanted: str) -> str | None:
        """Return the name whose key is most like *wanted*; after many questions None."""
        if wanted not in self._known:
            self._known[wanted] = closest(wanted, self._names) if len(self._known) < MAX_GUESSES else None
        return self._known[wanted]


def _elements(written: str | Sequence[str]) -> Sequence[str]:
    return (written,) if isinstance(written, str) else written


def _index(entries: Iterator[tuple[str, tuple[str, ...]]]) -> Mapping[str, tuple[str, ...]]:
    """Return normalised name -> the ids that bear it; a name that is an id means that id alone."""
    found: dict[str, dict[str, None]] = {}
    ids: dict[str, str] = {}
    for identity, names in entries:
        ids[normal(identity)] = identity
        for name in filter(None, map(normal, names)):
            found.setdefault(name, {})[identity] = None
    return {name: (ids[name],) if name in ids else tuple(owners) for name, owners in found.items()}


def _with_title(person: Person) -> tuple[str, ...]:
    """Return the ways a name is written together with a title."""
    name, title = normal(person.name), normal(person.title)
    if not title:
        return ()
    return (name + title, title + name, f"{name}({title})", title + normal(":") + name, name[:1] + title)
