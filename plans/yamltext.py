"""YAML text becomes a tree in which every value is still the text that was written and knows its line and column.

libyaml's events are walked once. Nothing is typed here (`no`, `5.25`, `12:30`, `007` stay what they are), tags and
merge keys are refused, and nesting and aliases are counted before they can grow.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import yaml

from plans.encoding import decode
from plans.findings import Gathered
from plans.model import Finding, Place, Sentence, say
from plans.punctuation import MAX_EAGER, Mended, Slip, mend

MAX_DEPTH = 24
MAX_NODES = 500_000
MAX_FINDINGS = 5_000  # a file with so many isn't read to its end
# libyaml reads such a line to its end before it says anything, and keeps all of it.
_DEEP = re.compile(r"^ *(?:[-?] +){500}", re.MULTILINE)
_PARSER: Any = getattr(yaml.cyaml, "CParser", None) if yaml.__with_libyaml__ else None


class Scalar(NamedTuple):
    """A text. *length* is how many characters it takes verbatim in its line, -1 where it isn't written verbatim."""

    text: str
    line: int
    column: int
    length: int


class Sequence:
    """A list."""

    __slots__ = ("column", "items", "line")

    def __init__(self, line: int, column: int) -> None:
        self.line, self.column = line, column
        self.items: list[Node] = []


class Mapping:
    """Keys and values in the order of the file."""

    __slots__ = ("column", "line", "pairs")

    def __init__(self, line: int, column: int) -> None:
        self.line, self.column = line, column
        self.pairs: list[tuple[Scalar, Node]] = []


Node = Scalar | Sequence | Mapping


class Document(NamedTuple):
    """What a file holds: the tree (None: nothing), whether reading stopped before its end, and what was found.

    *slips* are all that were mended on the way, also those whose findings are only counted.
    """

    root: Node | None
    broken: bool
    findings: list[Finding]
    slips: tuple[Slip, ...]


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep the cyclic collector from walking a growing tree again and again: it doubles the time and frees nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def load(content: str | bytes, file: str, known: frozenset[str], lists: frozenset[str] = frozenset()) -> Document:
    """Return the tree of a YAML text.

    Args:
        content: the file, at most 8 MB.
        file: its name, for places.
        known: the keys of the language, by which full-width colons and the like are told from text.
        lists: those of them that hold nothing but lists, by which bullets are told from text.
    """
    text, findings = decode(content, file)
    if text is None:
        return Document(None, True, findings, ())
    deep = _DEEP.search(text)
    if deep is not None:
        place = Place(file, text[: deep.start()].count("\n") + 1, 1)
        what = say("nested deeper than {limit} levels", limit=MAX_DEPTH)
        found = Finding("E108", place, what, say("a plan needs five levels at most"))
        return Document(None, True, [*findings, found], ())
    with without_collector():
        mended = mend(text, known, lists, eager=False)
        walk = _Walk(mended, file)
        root = walk.run()
        if walk.broken_by_syntax and len(text) <= MAX_EAGER:
            eager = mend(text, known, lists, eager=True)
            again = _Walk(eager, file)
            second = again.run() if eager.text != mended.text else None
            if second is not None and not again.broken:
                mended, walk, root = eager, again, second
    return Document(root, walk.broken, [*findings, *mended.findings(file), *walk.gathered.all()], mended.slips)


class _Stop(Exception):  # noqa: N818 - the end of reading, not an error of ours
    """Reading ends here; the finding says why."""


class _Walk:
    """One walk over the events of one text."""

    def __init__(self, mended: Mended, file: str) -> None:
        self.mended = mended
        self.file = file
        self.gathered = Gathered()
        self.broken = self.broken_by_syntax = False
        self.nodes = 0
        self.root: Node | None = None
        self.anchors: dict[str, tuple[Node, int]] = {}
        # One entry a container still open: the container, the key waiting for its value, the keys seen,
        # the anchor, and the count of nodes when it was opened.
        self.stack: list[list[Any]] = []

    def run(self) -> Node | None:
        """Walk to the end, or to the first thing that can't be read; return what was built."""
        try:
            self._events()
        except _Stop:
            self.broken = True
        except yaml.YAMLError as error:
            self.broken = self.broken_by_syntax = True
            self._syntax(error)
        except (ValueError, UnicodeError):  # lone surrogates and their like, which no encoder takes
            self.broken = True
            self.report("E102", 1, 1, say("here stand bytes that are no text in UTF-8 or GB18030"), None)
        return self.root

    def report(self, code: str, line: int, column: int, what: Sentence, fix: Sentence | None) -> None:
        """Note a finding at a place of the text as parsed."""
        self.gathered.add(code, self.mended.place(self.file, line, column), what, fix)
        if self.gathered.total > MAX_FINDINGS:
            raise _Stop

    def _events(self) -> None:
        parser = (_PARSER or _PurePython)(self.mended.text)
        try:
            next_event = parser.get_event
            scalar, alias, documents = yaml.ScalarEvent, yaml.AliasEvent, 0
            while True:
                event = next_event()
                kind = event.__class__
                if kind is scalar:
                    self._scalar(event)
                elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                    self._open(event, kind is yaml.MappingStartEvent)
                elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                    self._close()
                elif kind is alias:
                    self._alias(event)
                elif kind is yaml.DocumentStartEvent:
                    documents += 1
                    self._document(event, documents)
                elif kind is yaml.StreamEndEvent:
                    return
        finally:
            parser.dispose()

    def _document(self, event: Any, number: int) -> None:
        if number > 1:
            mark = event.start_mark
            what = say("a second YAML document begins here; one file is one plan")
            self.report("E119", mark.line + 1, mark.column + 1, what, say("put it into a file of its own"))
            raise _Stop

    def _scalar(self, event: Any) -> None:
        start, end, text = event.start_mark, event.end_mark, event.value
        line, column = start.line + 1, start.column + 1
        length = -1
        if start.line == end.line:
            length = end.column - start.column
            if event.style in ("'", '"') and length == len(text) + 2:
                column, length = column + 1, len(text)
            elif event.style or length != len(text):
                length = -1
        if event.tag is not None:
            self._tag(event)
        if self.mended.shifts:
            line, column = self.mended.original(line, column)
        node = Scalar(text, line, column, length)
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, 1)
        self._add(node, 1)

    def _tag(self, event: Any) -> None:
        if event.tag != "!":
            mark = event.start_mark
            what = say("the tag {tag} isn't read; a plan is text", tag=str(event.tag)[:40])
            self.report("E117", mark.line + 1, mark.column + 1, what, say("delete it, or put the value in quotes"))

    def _open(self, event: Any, is_mapping: bool) -> None:
        mark = event.start_mark
        line, column = self.mended.original(mark.line + 1, mark.column + 1)
        if event.tag is not None:
            self._tag(event)
        if len(self.stack) >= MAX_DEPTH:
            what = say("nested deeper than {limit} levels", limit=MAX_DEPTH)
            self.report("E108", mark.line + 1, mark.column + 1, what, say("a plan needs five levels at most"))
            raise _Stop
        node: Node = Mapping(line, column) if is_mapping else Sequence(line, column)
        frame = [node, None, {} if is_mapping else None, event.anchor, self.nodes]
        self._add(node, 1)
        self.stack.append(frame)

    def _close(self) -> None:
        node, _, _, anchor, before = self.stack.pop()
        if anchor is not None:
            self.anchors[anchor] = (node, self.nodes - before)

    def _alias(self, event: Any) -> None:
        found = self.anchors.get(event.anchor)
        mark = event.start_mark
        if found is None:
            what = say("*{name} refers to nothing written before it", name=event.anchor)
            fix = say("a text that begins with * must stand in quotes")
            self.report("E120", mark.line + 1, mark.column + 1, what, fix)
            line, column = self.mended.original(mark.line + 1, mark.column + 1)
            self._add(Scalar("*" + event.anchor, line, column, -1), 1)
        else:
            self._add(*found)

    def _add(self, node: Node, weight: int) -> None:
        """Put a node into the container that is open; *weight* is the nodes it brings, aliases counted in full."""
        self.nodes += weight
        if self.nodes > MAX_NODES:
            what = say("the file holds more than {limit} values, repetitions (*) counted", limit=MAX_NODES)
            self._report_at(node, "E109", what, say("split the plan into several files"))
            raise _Stop
        if not self.stack:
            self.root = node
            return
        frame = self.stack[-1]
        container = frame[0]
        if frame[2] is None:
            container.items.append(node)
        elif frame[1] is None:
            frame[1] = self._key(node, frame[2])
        else:
            key = frame[1]
            frame[1] = None
            if key.length != _REFUSED:
                container.pairs.append((key, node))

    def _key(self, node: Node, seen: dict[str, Scalar]) -> Scalar:
        """Return the key, marked as refused where its value must not be taken."""
        if not isinstance(node, Scalar):
            what = say("a list or a mapping can't be a key")
            fix = say("a text that begins with [ or a brace must stand in quotes")
            self._report_at(node, "E110", what, fix)
            return Scalar("", node.line, node.column, _REFUSED)
        if node.text == "<<":
            what = say("merge keys (<<) aren't read: what a task says must stand in it")
            self._report_at(node, "E118", what, say("write the keys out, or use defaults"))
            return Scalar(node.text, node.line, node.column, _REFUSED)
        first = seen.setdefault(node.text, node)
        if first is not node:
            what = say(
                "{key} is written twice; first in line {line}, column {column}; the first one counts",
                key=node.text[:40],
                line=first.line,
                column=first.column,
            )
            self._report_at(node, "E116", what, say("delete one of the two; a list takes several values"))
            return Scalar(node.text, node.line, node.column, _REFUSED)
        return node

    def _report_at(self, node: Node, code: str, what: Sentence, fix: Sentence) -> None:
        self.gathered.add(code, Place(self.file, node.line, node.column), what, fix)
        if self.gathered.total > MAX_FINDINGS:
            raise _Stop

    def _syntax(self, error: yaml.YAMLError) -> None:
        problem = str(getattr(error, "problem", None) or "")
        mark = getattr(error, "problem_mark", None)
        begun = getattr(error, "context_mark", None)
        place, what, fix = mark, say("this isn't YAML: {problem}", problem=problem[:120]), _QUOTES
        for words, of_context, meant, way_out in _PROBLEMS:
            if re.search(words, problem) and (not of_context or begun is not None):
                place, what, fix = begun if of_context else mark, meant, way_out
                break
        line, column = (place.line + 1, place.column + 1) if place is not None else (1, 1)
        self.report("E110", line, column, what, fix)


_REFUSED = -2
_QUOTES = say("put the value in quotes if it holds : # [ ] or begins with a sign")
_INDENT = say("keys of one task begin in the same column; use blanks only")
# What libyaml says, whether the place to look at is where the broken thing began, what we say, and the way out.
_PROBLEMS: tuple[tuple[str, bool, Sentence, Sentence], ...] = (
    ("mapping values are not allowed", False, say("a colon stands here where no key can be"), _QUOTES),
    ("could not find expected ':'", True, say("this line is neither a key with a colon nor part of a text"), _INDENT),
    (
        "did not find expected key",
        False,
        say("this line doesn't stand where the list or the keys before it stand"),
        _INDENT,
    ),
    (
        "did not find expected '-' indicator",
        False,
        say("this line doesn't stand where the list or the keys before it stand"),
        _INDENT,
    ),
    (
        "unexpected end of stream|unexpected document indicator",
        True,
        say("a quotation mark is opened here and never closed"),
        say("close it with the same mark"),
    ),
    (
        "did not find expected ',' or",
        True,
        say("a bracket is opened here and not closed"),
        say("close it, and separate values by ,"),
    ),
    ("cannot start any token", False, say("a value can't begin with this sign"), _QUOTES),
    (
        "did not find expected alphabetic|undefined tag handle|expected the tag|tag directive",
        False,
        say("a value can't begin with this sign"),
        _QUOTES,
    ),
    ("block sequence entries are not allowed", False, say("a list item (-) can't begin here"), _INDENT),
)


class _PurePython(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    """PyYAML's own parser, where libyaml wasn't built in: the same events, ten times slower."""

    def __init__(self, text: str) -> None:
        yaml.reader.Reader.__init__(self, text)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)


def plain(node: Node) -> Any:
    """Return a tree without its places: dicts, lists and texts."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node.pairs}


def remarks(text: str) -> list[Scalar]:
    """Return the comments of a text with their places, without the sign; of one that isn't plain YAML none."""
    covered: dict[int, list[tuple[int, int]]] = {}
    try:
        for token in yaml.scan(text, Loader=yaml.CLoader if _PARSER else yaml.SafeLoader):
            if isinstance(token, yaml.ScalarToken):
                first, last = token.start_mark, token.end_mark
                for at in range(first.line, last.line + 1):
                    begin = first.column if at == first.line else 0
                    covered.setdefault(at, []).append((begin, last.column if at == last.line else MAX_NODES))
    except yaml.YAMLError:
        return []
    found = []
    for number, line in enumerate(text.split("\n")):
        for sign in re.finditer(r"(?:^|(?<=\s))#", line):
            if not any(begin <= sign.start() < end for begin, end in covered.get(number, ())):
                found.append(Scalar(line[sign.end() :].strip(), number + 1, sign.start() + 1, -1))
                break
    return found
