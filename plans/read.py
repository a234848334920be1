"""A plan or directory file becomes values: every key typed by the schema, every trouble a finding with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePath
from typing import Any, TypeGuard

from plans.directory import Directory, closest
from plans.findings import in_order
from plans.language.keys import Key, Shape
from plans.language.keys_house import DIRECTORY
from plans.language.kinds import Kinds, counted
from plans.language.schema import BY_NAME, KNOWN_KEYS, LIST_KEYS, PLAN, SHAPES
from plans.model import (
    Defaults,
    Edit,
    Finding,
    Group,
    Measure,
    Milestone,
    Person,
    Phase,
    Place,
    Plan,
    Sentence,
    Target,
    Task,
    Unit,
    say,
)
from plans.punctuation import SLIPS
from plans.yamltext import Document, Mapping, Node, Scalar, Sequence, load, without_collector

Values = dict[str, Any]
Repairs = list[tuple[str, Edit]]  # (code of the finding, what to replace)
MAX_ITEMS = 20_000
_CJK = re.compile("[\u3400-\u9fff]")
_COLON_IN_TEXT = re.compile(r"([^：]{1,20})：\s*(.+)", re.DOTALL)


def read_plan(text: str | bytes, file: str) -> tuple[Plan | None, list[Finding]]:
    """Return the plan a file holds and what is wrong with how it is written; never raises.

    The plan is None where nothing could be read as one. With errors among the findings it is what could be read.
    """
    plan, findings, _, _ = _plan(text, file)
    return plan, findings


def read_directory(text: str | bytes, file: str) -> tuple[Directory | None, list[Finding]]:
    """Return the directory a file holds and what is wrong with how it is written; never raises."""
    directory, findings, _, _ = _directory(text, file)
    return directory, findings


def plan_with_repairs(text: str | bytes, file: str) -> tuple[Plan | None, list[Finding], Repairs]:
    """Return what `read_plan` does, and every safe repair, also of findings that were only counted."""
    plan, findings, document, reader = _plan(text, file)
    return plan, findings, _repairs(document, reader)


def directory_with_repairs(text: str | bytes, file: str) -> tuple[Directory | None, list[Finding], Repairs]:
    """Return what `read_directory` does, and every safe repair."""
    directory, findings, document, reader = _directory(text, file)
    return directory, findings, _repairs(document, reader)


def _plan(text: str | bytes, file: str) -> tuple[Plan | None, list[Finding], Document, _Reader]:
    document = load(text, file, KNOWN_KEYS, LIST_KEYS)
    with without_collector():
        reader = _Reader(file, document.broken)
        plan = reader.plan(document.root)
    return plan, in_order([*document.findings, *reader.gathered.all()]), document, reader


def _directory(text: str | bytes, file: str) -> tuple[Directory | None, list[Finding], Document, _Reader]:
    document = load(text, file, KNOWN_KEYS, LIST_KEYS)
    with without_collector():
        reader = _Reader(file, document.broken)
        directory = reader.directory(document.root)
    return directory, in_order([*document.findings, *reader.gathered.all()]), document, reader


def _repairs(document: Document, reader: _Reader) -> Repairs:
    return [*((slip.code, slip.edit(reader.file)) for slip in document.slips), *reader.gathered.edits]


def directory_of(plan: Plan) -> Directory | None:
    """Return the directory written inside the plan file, None where the plan names a file or nothing."""
    return plan.inline if isinstance(plan.inline, Directory) else None


def language_of(text: str) -> str:
    """Return zh where *text* holds a Chinese character or nothing, else en."""
    return "zh" if _CJK.search(text) or not text else "en"


_MAKERS: dict[str, Callable[[Values], Any]] = {
    "task": lambda values: Task(**values),
    "defaults": lambda values: Defaults(**values),
    "milestone": lambda values: Milestone(**values),
    "measure": lambda values: Measure(**values),
    "target": lambda values: (
        Target(**{**counted(values), "profile": tuple(values.get("profile", {}).items())})
        if "value" in values
        else None
    ),
    "unit": lambda values: Unit(**values),
    "person": lambda values: Person(**values),
    "group": lambda values: Group(**values),
    "post": lambda values: (
        (values["post"], values["person"], values.get("from"), values.get("to"))
        if {"post", "person"} <= values.keys()
        else None
    ),
    "away": lambda values: (
        (values["from"], values["to"], values.get("deputy", "")) if {"from", "to"} <= values.keys() else None
    ),
}
# What the model requires of a value even where the file lacks it (and a finding says so).
_NEEDED: dict[str, tuple[str, ...]] = {
    "task": ("id", "title"),
    "phase": ("title",),
    "milestone": ("id", "title", "due"),
    "measure": ("id", "title"),
    "target": ("indicator",),
}
# What people call a key in other programs, where it isn't like the key's own name.
_ALSO = {"deadline": "due", "name": "title", "subject": "title", "assignee": "lead", "status": "state"}
_OF_SUPERSEDES = {"方案": "plan", "任务": "tasks"}
_TELL_UNREAD = frozenset({"plan", "defaults", "phase", "task", "milestone", "measure", "unit", "person"})
_WITHOUT_PLACE = frozenset({"defaults", "target", "away", "post"})


class _Reader(Kinds):
    """Types the nodes of one file by the schema."""

    def __init__(self, file: str, broken: bool) -> None:
        super().__init__(file, broken)
        self.kinds["directory"] = self._directory_or_path
        self.of_phases: list[Task] = []

    # -- shapes: a mapping with known keys ---------------------------------------------------------------------

    def _fields(self, shape: Shape, node: Node, places: dict[str, Place], given: tuple[str, ...] = ()) -> Values:
        """Return name -> value of the keys of *node* that could be read; *places* is filled beside.

        *given* are keys whose values are known from elsewhere, such as the id before the colon.
        """
        if not isinstance(node, Mapping):
            return self._bare(shape, node, places)
        values: Values = {}
        written: dict[str, Scalar] = {}
        unread: set[str] = set()
        for spelled, value in node.pairs:
            known = shape.by_spelling.get(spelled.text)
            if known is None and "：" in spelled.text and _is_empty(value):
                known, value = self._full_width(shape, spelled, value)
            known = known or self._unknown(shape, spelled)
            if known is None:
                continue
            name = known.name
            if name in written:
                self._twice(name, written[name], spelled)
                continue
            written[name] = spelled
            places[name] = Place(self.file, value.line, value.column)
            holds = known.holds
            reading = self.kinds.get(holds)
            before = self.gathered.total
            read = reading(known, value) if reading is not None else self._shaped(known, value)
            if read is not None:
                values[known.into] = read
                if holds == "names":
                    self._places_of(name, value, places)
            if not read and self.gathered.total > before:
                unread.add(name)
        if unread and shape.name in _TELL_UNREAD:
            values["unread"] = frozenset(unread)
        if not self.broken:
            self._missing(shape, node, {*written, *given})
        return values

    def _bare(self, shape: Shape, node: Node, places: dict[str, Place]) -> Values:
        """Return what a text in the place of a mapping stands for: a unit's name, a measure's words."""
        text = node.text.strip() if isinstance(node, Scalar) else ""
        colon = _COLON_IN_TEXT.fullmatch(text) if shape.by_spelling.keys() & {text.partition("：")[0]} else None
        if text and shape.bare and colon is None:
            places[shape.bare] = self._place(node)
            return {shape.bare: text}
        if colon is not None:
            what = say("a full-width colon stands in {text}", text=text[:30])
            self.report("E113", node, what, say("write : and a blank"), f"{colon[1]}: {colon[2]}")
            meant = Mapping(node.line, node.column)
            value = Scalar(colon[2], node.line, node.column + colon.start(2), -1)
            meant.pairs.append((Scalar(colon[1], node.line, node.column, -1), value))
            return self._fields(shape, meant, places)
        what = say("{kind} must be keys with values here", kind=shape.called)
        self.report("E202", node, what, say("write {key}, a colon and the value", key=shape.keys[0].called))
        return {}

    def _full_width(self, shape: Shape, spelled: Scalar, empty: Node) -> tuple[Key | None, Node]:
        """Return the key and value of `{key：value}`, which YAML takes for a key without a value."""
        name, _, text = spelled.text.partition("：")
        known = shape.by_spelling.get(name.strip())
        if known is None:
            return None, empty
        at, length = spelled.column + len(name), 1 if spelled.length >= 0 else -1
        what, fix = SLIPS["E113"]
        self.report("E113", Scalar("：", spelled.line, at, length), what, fix, ": ")
        written = text.strip()
        column = at + 1 + len(text) - len(text.lstrip())
        return known, Scalar(written, spelled.line, column, len(written) if spelled.length >= 0 else -1)

    def _unknown(self, shape: Shape, spelled: Scalar) -> Key | None:
        """Report a key nobody knows; return the one it is written like but for case, blanks and hyphens."""
        alike = re.sub(r"[-\s]+", "_", spelled.text.strip().lower())
        same = shape.by_spelling.get(alike) or shape.by_spelling.get(spelled.text.strip())
        if same is None and self.gathered.is_full("E201"):
            self.report("E201", spelled, say("see: duban schema"))
            return None
        near = same.name if same else closest(alike, {spelling: spelling for spelling in shape.by_spelling})
        what = say("{kind} has no key {key}", kind=shape.called, key=spelled.text[:40])
        self.report("E201", spelled, what, _advice(shape, alike, near), same.name if same else None)
        return same

    def _twice(self, name: str, first: Scalar, second: Scalar) -> None:
        what = say(
            "{second} says again what {first} says in line {line}; the first one counts",
            second=second.text,
            first=first.text,
            line=first.line,
        )
        self.report("E208", second, what, say("both mean {name}: delete one", name=name))

    def _missing(self, shape: Shape, node: Mapping, written: set[str]) -> None:
        for known in shape.required:
            # A plan may hold its tasks in its phases.
            if known.name not in written and not (known.name == "tasks" and self.of_phases):
                what = say("{kind} has no {key}", kind=shape.called, key=known.called)
                chinese = any(not spelled.text.isascii() for spelled, _ in node.pairs)
                spelling = known.chinese[0] if chinese else known.name
                fix = say("for example {key}: {example}", key=spelling, example=known.example)
                self.report("E203", node, what, fix)

    def _shaped(self, known: Key, node: Node) -> Any:
        """Return the value of a key that holds one or several shapes."""
        how, _, name = known.holds.partition(":")
        shape = BY_NAME[name]
        if how == "one":
            return self._make(shape, node)
        if isinstance(node, Scalar) and node.text.strip() in ("", "~"):
            return {} if how == "map" else ()
        if how == "many" and not isinstance(node, Sequence):
            return self._several(shape, [node])
        if how == "map" or (how == "both" and isinstance(node, Mapping)):
            made = dict(self._by_id(shape, known, node))
            return made if how == "map" else tuple(made.values())
        if isinstance(node, Sequence):
            return self._several(shape, node.items)
        what = say("{key} must be a list", key=known.called)
        self.report("E202", node, what, say("begin each {kind} on its own line with - and a blank", kind=shape.called))
        one = isinstance(node, Mapping) and any(key.text in shape.by_spelling for key, _ in node.pairs)
        return self._several(shape, [node]) if one else ()

    def _several(self, shape: Shape, nodes: list[Node]) -> tuple[Any, ...]:
        if len(nodes) > MAX_ITEMS:
            what = say("more than {limit} entries in one list; the rest isn't read", limit=MAX_ITEMS)
            self.report("E109", nodes[MAX_ITEMS], what, say("split the plan into several files"))
        made = (self._make(shape, node) for node in nodes[:MAX_ITEMS] if not _is_empty(node))
        return tuple(one for one in made if one is not None)

    def _by_id(self, shape: Shape, known: Key, node: Node) -> Iterator[tuple[str, Any]]:
        """Yield (id, value) of a mapping from ids to shapes."""
        if not isinstance(node, Mapping):
            what = say("{key} must hold an id and a colon on each line", key=known.called)
            self.report("E202", node, what, say("for example {example}", example=known.example))
            return
        for identity, value in node.pairs[:MAX_ITEMS]:
            self._check_id(identity)
            made = self._make(shape, value, identity)
            if made is not None:
                yield identity.text, made

    def _make(self, shape: Shape, node: Node, identity: Scalar | None = None) -> Any:
        places: dict[str, Place] = {}
        given = () if identity is None else ("id",)
        if shape.name == "group" and not isinstance(node, Mapping):
            values: Values = {"members": self._names(shape.by_name["members"], node) or ()}
        else:
            values = self._fields(shape, node, places, given)
        for name in _NEEDED.get(shape.name, ()):
            values.setdefault(name, "")
        if identity is not None:
            values["id"] = identity.text
            values.setdefault("name", identity.text) if "name" in shape.by_name else None
            values.setdefault("members", ()) if shape.name == "group" else None
        if shape.name not in _WITHOUT_PLACE:
            values["place"] = self._place(node if identity is None else identity)
        if shape.name in ("task", "phase"):
            values["places"] = places
        return self._phase(values) if shape.name == "phase" else _MAKERS[shape.name](values)

    def _phase(self, values: Values) -> Phase:
        tasks = values.pop("tasks", ())
        values["id"] = values.get("id") or values["title"]
        phase = Phase(**values)
        self.of_phases.extend(task if task.phase else replace(task, phase=phase.id) for task in tasks)
        return phase

    # -- documents ---------------------------------------------------------------------------------------------

    def plan(self, root: Node | None) -> Plan | None:
        """Return the plan the root of a file holds."""
        if not self._is_document(root, PLAN):
            return None
        places: dict[str, Place] = {}
        values = self._fields(PLAN, root, places)
        self._note_defaults(root, places)
        values["id"] = values.get("id") or PurePath(self.file).stem
        values.setdefault("title", "")
        values["tasks"] = self._tasks(values.get("tasks", ()), values.get("phases", ()))
        titles = values["title"] or "".join(task.title for task in values["tasks"][:20])
        values.setdefault("language", language_of(titles))
        directory = values.pop("directory", "")
        values["inline" if isinstance(directory, Directory) else "directory"] = directory
        supersedes = values.pop("supersedes", None)
        if supersedes:
            whole = supersedes if isinstance(supersedes, dict) else {"plan": supersedes}
            values["supersedes"] = {_OF_SUPERSEDES.get(name, name): value for name, value in whole.items()}
        return Plan(file=self.file, place=self._place(root), places=places, **values)

    def _tasks(self, own: tuple[Task, ...], phases: tuple[Phase, ...]) -> tuple[Task, ...]:
        """Return the tasks of the plan and of its phases in the order of the file, each with its phase's id."""
        tasks = sorted([*own, *self.of_phases], key=lambda task: task.place) if self.of_phases else own
        ids = {phase.title: phase.id for phase in phases} | {phase.id: phase.id for phase in phases}
        return tuple(_settled(task, ids) for task in tasks)

    def _note_defaults(self, root: Node, places: dict[str, Place]) -> None:
        """Note where the defaults stand: a finding tells what was said from what is assumed."""
        for spelled, value in root.pairs if isinstance(root, Mapping) else ():
            if PLAN.by_spelling.get(spelled.text) is PLAN.by_name["defaults"] and isinstance(value, Mapping):
                for inner, node in value.pairs:
                    known = BY_NAME["defaults"].by_spelling.get(inner.text)
                    if known is not None:
                        places[f"defaults.{known.name}"] = self._place(node)

    def directory(self, root: Node | None) -> Directory | None:
        """Return the directory a mapping holds."""
        if not self._is_document(root, DIRECTORY):
            return None
        return Directory(**self._fields(DIRECTORY, root, {}), file=self.file)

    def _is_document(self, root: Node | None, shape: Shape) -> TypeGuard[Mapping]:
        if isinstance(root, Mapping):
            return True
        first = shape.keys[0]
        if self.broken:
            return False
        if root is None or _is_empty(root):
            fix = say("begin with {key}: {example}", key=first.name, example=first.example)
            self.gathered.add("E121", Place(self.file, 1, 1), say("the file is empty"), fix)
        else:
            what = say("a {kind} file begins with keys, not with a list or a text", kind=shape.called)
            self.report("E202", root, what, say("see: duban schema"))
        return False

    def _directory_or_path(self, known: Key, node: Node) -> Any:
        return self._text(known, node) if isinstance(node, Scalar) else self.directory(node)


def _settled(task: Task, phases: dict[str, str]) -> Task:
    """Return *task* with its phase by id, and with its steps' positions as ids where they have none."""
    if task.phase and phases.get(task.phase, task.phase) != task.phase:
        task = replace(task, phase=phases[task.phase])
    if not task.milestones and not task.measures:
        return task
    return replace(
        task,
        milestones=tuple(replace(step, id=step.id or str(n)) for n, step in enumerate(task.milestones, 1)),
        measures=tuple(replace(step, id=step.id or str(n)) for n, step in enumerate(task.measures, 1)),
    )


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.text.strip() in ("", "~")


def _advice(shape: Shape, key: str, near: str | None) -> Sentence:
    """Return what an unknown key was probably meant to be: one like it, another word, or a key of another place."""
    also = _ALSO.get(key, "")
    if also in shape.by_spelling:
        return say("did you mean {name}?", name=also)
    places = [other.called for other in SHAPES if key in other.by_spelling]
    if places:
        return say("{key} is written under: {place}", key=key, place=places[0])
    return say("did you mean {name}?", name=near) if near else say("see: duban schema")
