"""What one heading or item of an outline says of itself: who does it, by when, and its words without that."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from plans.intake import acting, cells, dates, roles, units
from plans.intake.blocks import joined
from plans.intake.outline import Node
from plans.intake.words import PEOPLE_ROLES, UNIT_ROLES

_BRACKET = re.compile(r"[（(【\[〔]")
_FIELD_ROLES = {"head": "owner"}

_ASIDE = re.compile(r"(?P<who>[^()（）]{2,60})\s*[(（](?P<inside>[^()（）]{2,40})[)）]")
_TO_ALL = re.compile(
    r"^(?:请|望|要求)(?:各|有关|相关|你)\S{0,12}[于在按将要请抓认，]"
)  # closes the whole paper, not its last item


@dataclass(slots=True)
class Reading:
    """What one node says about itself."""

    said: roles.Said
    deadlines: list[dates.Found] = field(default_factory=list)
    phase_date: str = ""
    plain: str = ""  # its words without the brackets that name roles
    explicit: bool = False  # a bracket, a label or a clear sentence names units or people
    loose: bool = False  # only a sentence names them


class NodeReader:
    """Reads the nodes of one outline; *known* are the names that need no shape."""

    def __init__(self, known: Collection[str]) -> None:
        self.known = known
        self.bracketed: dict[str, list[roles.Bracket]] = {}

    def read(self, node: Node) -> Reading:
        """Return what a node says; the root says nothing."""
        own = [paragraph.text for paragraph in node.body if not (node.number and _TO_ALL.match(paragraph.text))]
        text = "\n".join([node.text, *own]) if node.rank < 80 else node.text
        reading = Reading(roles.Said(), plain=node.text)
        if node.parent is None:
            return reading
        self._brackets(reading, node, text)
        self._before_colon(reading, node)
        for role, value, _ in node.labels:
            self._label(reading, node, role, value)
        self._between_dashes(reading, node)
        if node.rank == 80 and not reading.said.has_units and (names := acting.first_names(joined(node.text))):
            reading.said.add("owner", names)
            reading.explicit = True
        if not reading.explicit:
            loose = acting.in_sentence(text, self.known)
            if loose.has_units:
                reading.said, reading.loose = loose, True
                reading.explicit = node.rank == 80  # what minutes mark as an action names its doer in a sentence
        bracketed = dates.bracketed(reading.plain[:80])
        if bracketed is not None:
            reading.phase_date = bracketed.text
            reading.plain = reading.plain[: bracketed.start] + reading.plain[bracketed.stop :]
        elif node.season:
            reading.phase_date = node.text
        elif (ahead := dates.leading(reading.plain)) is not None:
            reading.said.deadline = reading.said.deadline or ahead
        reading.deadlines = dates.find(self.without_brackets(text))
        return reading

    def _brackets(self, reading: Reading, node: Node, text: str) -> None:
        found = self.brackets_of(text)
        last = roles.trailing(node.text, self.known) or roles.labelled_end(node.text, self.known) if not found else None
        for bracket in [*found, *([last] if last else [])]:
            for role, names in bracket.said.roles.items():
                reading.said.add(role, names)
            reading.said.deadline = reading.said.deadline or bracket.said.deadline
            reading.said.rest += bracket.said.rest
            reading.said.separately = reading.said.separately or bracket.said.separately
            reading.explicit = reading.explicit or set(bracket.said.roles) != {"contact"}  # whom to call is no doer
        for bracket in reversed([one for one in [*found, *([last] if last else [])] if one.stop <= len(node.text)]):
            reading.plain = reading.plain[: bracket.start] + reading.plain[bracket.stop :]

    def _before_colon(self, reading: Reading, node: Node) -> None:
        """Take the units an item begins with before a colon as those who do what follows it."""
        head, sign, rest = re.sub(r":", "：", reading.plain, count=1).partition("：")
        names = units.split(head, self.known) if sign and len(head) <= 30 and len(rest) >= 4 and node.rank >= 10 else []
        people = [name for name in names if name.isascii() and units.is_person(name)]
        bodies = [name for name in names if name in self.known or self._is_body(name)]
        if names and len(people) + len(bodies) == len(names) and not reading.explicit:
            reading.said.add("responsible", bodies)
            reading.said.add("owner", people)
            reading.explicit, reading.plain = True, rest.strip()

    def _between_dashes(self, reading: Reading, node: Node) -> None:
        """Take the parts of Relaunch the scheme – Fundraising Team – by 30 June: what, who, by when."""
        parts = [part.strip() for part in re.split(r"\s[–—-]\s", joined(reading.plain))]
        if len(parts) > 2 and cells.state_of(parts[-1]):
            reading.said.rest.append(parts.pop())  # … – 31 March 2026 – DONE
        if reading.explicit or node.rank < 22 or not 2 <= len(parts) <= 3 or not parts[0]:
            return
        aside = _ASIDE.fullmatch(parts[-1])  # Legal (due 14 August)
        if aside is not None:
            parts[-1:] = [aside["who"], *([aside["inside"]] if dates.is_dated(aside["inside"]) else [])]
        when = parts[-1] if dates.is_dated(parts[-1]) else ""
        named = parts[1:-1] if when else parts[1:] if len(parts) == 2 else []
        found = roles.cell(named[0], self.known, "responsible").roles if named else {}
        names = [name for listed in found.values() for name in listed]
        if not all(self._is_doer(name) or units.is_person(name) for name in names) or not (names or when):
            return
        if len(named) > 1 or (named and not names):
            return
        for role, listed in found.items():
            people = [name for name in listed if not self._is_doer(name)]
            reading.said.add(role, [name for name in listed if name not in people])
            reading.said.add("owner", people)
        reading.said.deadline = reading.said.deadline or when
        reading.explicit, reading.plain = True, parts[0]

    def _is_doer(self, name: str) -> bool:
        if name in self.known or not name.isascii():
            return name in self.known or units.is_unit(name)
        return units.is_organisation(name) or units.is_post(name)

    def _is_body(self, name: str) -> bool:
        if not name.isascii():
            return units.is_unit(name)
        return units.is_organisation(name) or units.is_organisation(name.title())

    def brackets_of(self, text: str) -> list[roles.Bracket]:
        """Return the brackets of a text that name roles; each text is asked about several times."""
        if text not in self.bracketed:
            self.bracketed[text] = list(roles.brackets(text, self.known)) if _BRACKET.search(text) else []
        return self.bracketed[text]

    def without_brackets(self, text: str) -> str:
        """Return the text without the brackets that name roles: their dates are read with them."""
        for bracket in reversed(self.brackets_of(text)):
            text = text[: bracket.start] + text[bracket.stop :]
        return text

    def _label(self, reading: Reading, node: Node, role: str, value: str) -> None:
        role = _FIELD_ROLES.get(role, role)
        if role in ("due", "span"):
            reading.said.deadline = reading.said.deadline or value
            reading.explicit = reading.explicit or bool(value)
        elif role == "contact" and node.rank != 80:
            return  # whom to call about the whole document
        elif role in (*UNIT_ROLES, *PEOPLE_ROLES, "office"):
            found = roles.cell(value, self.known, role)
            for inner, names in found.roles.items():
                reading.said.add(_FIELD_ROLES.get(inner, inner), names)
            reading.said.deadline = reading.said.deadline or found.deadline
            reading.explicit = reading.explicit or found.has_units
