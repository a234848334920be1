"""Calendar files as lines and components: what any iCalendar file consists of, each thing with its line (RFC 5545).

A lenient reader, because it serves a strict check: what is wrong is noted as a fault and reading goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from plans.model import Sentence, say

MAX_OCTETS = 75

_NAME = re.compile(r"[A-Za-z0-9-]+")
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)')
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_BREAK = re.compile(rb"\r\n|\n|\r")


class Fault(NamedTuple):
    """What is wrong with a calendar file: its line (from 1; 0 is the whole file), the rule, and what to say of it."""

    line: int
    rule: str
    message: Sentence


@dataclass(frozen=True, slots=True)
class Property:
    """One unfolded content line: the names in upper case, the value as written."""

    line: int
    name: str
    parameters: dict[str, str]
    value: str

    @property
    def type(self) -> str:
        """Return the VALUE parameter in upper case, or ""."""
        return self.parameters.get("VALUE", "").upper()


@dataclass(frozen=True, slots=True)
class Component:
    """A BEGIN with what stands in it, until its END."""

    line: int
    name: str
    properties: list[Property] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        """Return the properties called *name*."""
        return [one for one in self.properties if one.name == name]

    def get(self, name: str) -> Property | None:
        """Return the first property called *name*, or None."""
        return next(iter(self.all(name)), None)

    def walk(self) -> Iterator[Component]:
        """Yield this component and all within it, in the order of the file."""
        waiting = [self]  # a stack, since a file may be nested deeper than Python
        while waiting:
            part = waiting.pop()
            yield part
            waiting += reversed(part.parts)


def read_lines(data: bytes, faults: list[Fault]) -> list[tuple[int, str]]:
    """Return the unfolded lines of *data*, each with the number of its first physical line; note what is wrong."""
    if data.startswith(b"\xef\xbb\xbf"):
        faults.append(Fault(1, "F1", say("The file begins with a byte order mark; calendar files have none.")))
        data = data[3:]
    if data and not data.endswith(b"\r\n"):
        faults.append(Fault(data.count(b"\n") + 1, "F1", say("The last line does not end with CR LF.")))
    unfolded: list[tuple[int, bytes]] = []
    for number, (line, ending) in enumerate(_physical(data), 1):
        _check_line(number, line, ending, faults)
        if line[:1] in (b" ", b"\t") and unfolded:
            unfolded[-1] = (unfolded[-1][0], unfolded[-1][1] + line[1:])
        elif line:
            unfolded.append((number, line))
    return [(number, line.decode("utf-8", "replace")) for number, line in unfolded]


def _physical(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield each physical line and what ended it."""
    start = 0
    for found in _BREAK.finditer(data):
        yield data[start : found.start()], found[0]
        start = found.end()
    if start < len(data):
        yield data[start:], b""


def _check_line(number: int, line: bytes, ending: bytes, faults: list[Fault]) -> None:
    """Note what is wrong with one physical line."""
    if ending in (b"\n", b"\r"):
        name = "LF" if ending == b"\n" else "CR"
        faults.append(Fault(number, "F1", say("The line ends with a bare {name}; it must be CR LF.", name=name)))
    if not line:
        faults.append(Fault(number, "F1", say("The line is blank; calendar files have no blank lines.")))
    if len(line) > MAX_OCTETS:
        fault = say(
            "The line has {n} octets; {most} are allowed, longer ones are folded.", n=len(line), most=MAX_OCTETS
        )
        faults.append(Fault(number, "F2", fault))
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        fault = say("The line is not UTF-8 by itself: a character is broken, or split by a fold.")
        faults.append(Fault(number, "F2", fault))


def read_properties(lines: list[tuple[int, str]], faults: list[Fault]) -> Iterator[Property]:
    """Yield each unfolded line as a property; a line that is none is noted (RFC 5545 section 3.1)."""
    for number, line in lines:
        if control := _CONTROL.search(line):
            code = f"U+{ord(control[0]):04X}"
            faults.append(
                Fault(number, "F3", say("A control character ({code}); some clients refuse the file.", code=code))
            )
        if found := _property(number, line):
            yield found
        else:
            fault = say("Not a content line: a name, parameters in order, a colon and a value are expected.")
            faults.append(Fault(number, "F4", fault))


def _property(number: int, line: str) -> Property | None:
    """Return the property that *line* is, or None."""
    name = _NAME.match(line)
    at = name.end() if name else 0
    parameters = {}
    while found := _PARAMETER.match(line, at):
        parameters[found[1].upper()] = found[2].strip('"')
        at = found.end()
    if name is None or line[at : at + 1] != ":":
        return None
    return Property(number, name[0].upper(), parameters, line[at + 1 :])


def read_components(properties: Iterator[Property], faults: list[Fault]) -> list[Component]:
    """Return the outermost components of a file; what is not nested properly is noted (RFC 5545 section 3.6)."""
    roots: list[Component] = []
    open_ones: list[Component] = []
    for one in properties:
        if one.name == "BEGIN":
            component = Component(one.line, one.value.strip().upper())
            (open_ones[-1].parts if open_ones else roots).append(component)
            open_ones.append(component)
        elif one.name == "END":
            _close(one, open_ones, faults)
        elif open_ones:
            open_ones[-1].properties.append(one)
        else:
            faults.append(Fault(one.line, "F6", say("{name} stands outside of any component.", name=one.name)))
    for component in open_ones:
        faults.append(Fault(component.line, "F6", say("BEGIN:{name} has no END.", name=component.name)))
    return roots


def _close(end: Property, open_ones: list[Component], faults: list[Fault]) -> None:
    """Close the component that *end* names, and those within it that were forgotten."""
    name = end.value.strip().upper()
    if name not in (component.name for component in open_ones):
        faults.append(Fault(end.line, "F6", say("END:{name} has no BEGIN.", name=name)))
        return
    while (component := open_ones.pop()).name != name:
        faults.append(Fault(component.line, "F6", say("BEGIN:{name} has no END.", name=component.name)))
