"""A plan or directory file becomes values: every key typed by the schema, every trouble a finding with its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import PurePath
from typing import Any

from plans.directory import Directory, closest, split_names
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
from plans.schema import BY_NAME, DIRECTORY, KNOWN_KEYS, PLAN, YES, Key, Shape
from plans.yamltext import Mapping, Node, Scalar, Sequence, load, without_collector

Values = dict[str, Any]
_CJK = re.compile("[\u3400-\u9fff]")
_DATE = re.compile(
    r"(\d{4})\s*(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.|年\s*(\d{1,2})\s*月\s*)(\d{1,2})(?:\s*日)?(?:[T ]00:00(?::00)?)?"
)
_ID = re.compile(r"[^\s/\\\x00-\x1f]{1,64}")
_MAIL = re.compile(r"[^\s@<>,;:\"'()\[\]]+@[^\s@<>,;:\"'()\[\]]+\.[^\s@<>,;:\"'()\[\].]+")
_NUMBER = re.compile(r"[-+]?\d{1,15}(?:[,，]\d{3})*(?:\.\d{1,9})?\s*[%％]?")
_OPENING = "【［（(〔"
_WRAPPED = re.compile(r"[【［（(〔](.*)[】］）)〕]", re.S)


def read_plan(text: str | bytes, file: str) -> tuple[Plan | None, list[Finding]]:
    """Return the plan a file holds and what is wrong with how it is written; never raises.

    The plan is None where nothing could be read as one. With errors among the findings it is what could be read.
    """
    document = load(text, file, KNOWN_KEYS)
    with without_collector():
        reader = _Reader(file, document.broken)
        plan = reader.plan(document.root)
    return plan, _in_order([*document.findings, *reader.findings])


def read_directory(text: str | bytes, file: str) -> tuple[Directory | None, list[Finding]]:
    """Return the directory a file holds and what is wrong with how it is written; never raises."""
    document = load(text, file, KNOWN_KEYS)
    reader = _Reader(file, document.broken)
    directory = reader.directory(document.root)
    return directory, _in_order([*document.findings, *reader.findings])


def directory_of(plan: Plan) -> Directory | None:
    """Return the directory written inside the plan file, None where the plan names a file or nothing."""
    return plan.inline if isinstance(plan.inline, Directory) else None


def _in_order(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (finding.place, finding.code))


class _Reader:
    """Types the nodes of one file by the schema and gathers what doesn't fit."""

    def __init__(self, file: str, broken: bool) -> None:
        self.file = file
        self.broken = broken  # reading stopped before the end: what is missing may stand below
        self.findings: list[Finding] = []
        self.kinds: dict[str, Callable[[Key, Node], Any]] = {
            "text": self._text,
            "deadline": self._text,
            "id": self._id,
            "date": self._date,
            "iso": self._iso,
            "year": self._year,
            "number": self._number,
            "yes": self._yes,
            "mail": self._mail,
            "choice": self._choice,
            "names": self._names,
            "words": self._words,
            "free": lambda _, node: _plain(node),
            "dates": self._dates,
            "numbers": self._numbers,
            "calendars": self._calendars,
            "directory": self._directory_or_path,
        }
        self.makers: dict[str, Callable[[Values, Place, dict[str, Place]], Any]] = {
            "task": lambda values, place, places: Task(
                id=values.pop("id", ""), title=values.pop("title", ""), place=place, places=places, **_task(values)
            ),
            "phase": self._phase,
            "defaults": lambda values, place, places: Defaults(**values),
            "milestone": lambda values, place, places: Milestone(**_filled(values, "id", "title", "due"), place=place),
            "measure": lambda values, place, places: Measure(**_filled(values, "id", "title"), place=place),
            "target": self._target,
            "unit": lambda values, place, places: Unit(**values, place=place),
            "person": lambda values, place, places: Person(**values, place=place),
            "group": lambda values, place, places: Group(**values, place=place),
            "away": self._away,
        }

    def report(
        self, code: str, node: Node, what: Sentence, fix: Sentence | None = None, edit: str | None = None
    ) -> None:
        """Note a finding at *node*; *edit* is the text to put in its place, where that is safe."""
        place = self._place(node)
        repair = None
        if edit is not None and isinstance(node, Scalar) and node.length >= 0:
            repair = Edit(place, node.length, edit)
        self.findings.append(Finding(code, place, what, fix, repair))

    def _place(self, node: Node) -> Place:
        return Place(self.file, node.line, node.column)

    # -- shapes ------------------------------------------------------------------------------------------------

    def _fields(self, shape: Shape, node: Node, places: dict[str, Place]) -> Values:
        """Return name -> value of the keys of *node* that could be read; *places* is filled beside."""
        values: Values = {}
        if not isinstance(node, Mapping):
            return self._bare(shape, node, places)
        written: dict[str, Scalar] = {}
        for spelled, value in node.pairs:
            known = shape.by_spelling.get(spelled.text)
            if known is None:
                known = self._unknown(shape, spelled)
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
            read = reading(known, value) if reading is not None else self._shaped(known, value)
            if read is not None:
                values[name] = read
                if holds == "names":
                    self._places_of(name, value, places)
        self._missing(shape, node, written)
        return values

    def _bare(self, shape: Shape, node: Node, places: dict[str, Place]) -> Values:
        """Return what a text in the place of a mapping stands for: a unit's name, a measure's words."""
        if isinstance(node, Scalar) and shape.bare and node.text.strip():
            places[shape.bare] = self._place(node)
            if shape.name != "task":
                return {shape.bare: node.text.strip()}
        found = say("{kind} must be keys with values here", kind=shape.name)
        fix = say("write it as {key}: and below it or beside it the value", key=shape.keys[0].name)
        edit = None
        if isinstance(node, Scalar):
            colon = re.fullmatch(r"([^：]{1,20})：\s*(.+)", node.text)
            if colon is not None:
                found = say("a full-width colon stands in {text}", text=node.text[:30])
                fix = say("write : and a blank")
                edit = f"{colon[1]}: {colon[2]}"
        self.report("E202", node, found, fix, edit)
        return {shape.bare: node.text.strip()} if isinstance(node, Scalar) and shape.bare and node.text.strip() else {}

    def _unknown(self, shape: Shape, spelled: Scalar) -> Key | None:
        """Report a key nobody knows; return the one it is written like but for case, blanks and width."""
        near = closest(spelled.text.strip().lower().replace("-", "_").replace(" ", "_"), _spellings(shape))
        same = shape.by_spelling.get(spelled.text.strip().lower().replace("-", "_").replace(" ", "_"))
        what = say("{kind} has no key {key}", kind=shape.name, key=spelled.text[:40])
        fix = say("did you mean {name}?", name=near) if near else say("see: duban schema")
        self.report("E201", spelled, what, fix, same.name if same is not None else None)
        return same

    def _twice(self, name: str, first: Scalar, second: Scalar) -> None:
        what = say(
            "{second} says again what {first} says in line {line}; the first one counts",
            second=second.text,
            first=first.text,
            line=first.line,
        )
        self.report("E208", second, what, say("both mean {name}: delete one", name=name))

    def _missing(self, shape: Shape, node: Mapping, written: dict[str, Scalar]) -> None:
        for known in shape.keys:
            if known.required and known.name not in written and not self.broken:
                what = say("{kind} has no {key}", kind=shape.name, key=known.name)
                fix = say(
                    "add {key} ({chinese}): {example}", key=known.name, chinese=known.chinese[0], example=known.example
                )
                self.report("E203", node, what, fix)

    def _shaped(self, known: Key, node: Node) -> Any:
        """Return the value of a key that holds one or several shapes."""
        how, _, name = known.holds.partition(":")
        shape = BY_NAME[name]
        if how == "one" or (how == "many" and isinstance(node, Mapping)):
            made = self._make(shape, node)
            return made if how == "one" else (made,)
        if isinstance(node, Scalar) and not node.text.strip():
            return ()
        if how == "map" or (how == "both" and isinstance(node, Mapping)):
            return self._by_id(shape, known, node)
        if isinstance(node, Sequence):
            return tuple(filter(None, (self._make(shape, item) for item in node.items if not _is_empty(item))))
        what = say("{key} must be a list", key=known.name)
        self.report(
            "E202", node, what, say("begin each {kind} on a line of its own with - and a blank", kind=shape.name)
        )
        if isinstance(node, Mapping) and how == "list" and any(k.text in shape.by_spelling for k, _ in node.pairs):
            return (self._make(shape, node),)
        return ()

    def _by_id(self, shape: Shape, known: Key, node: Node) -> Any:
        if not isinstance(node, Mapping):
            what = say("{key} must hold an id and a colon on each line", key=known.name)
            self.report("E202", node, what, say("for example {example}", example=known.example))
            return () if known.holds.startswith("both") else {}
        made = {}
        for identity, value in node.pairs:
            self._check_id(identity)
            made[identity.text] = self._make(shape, value, identity)
        if known.holds.startswith("both"):
            return tuple(filter(None, made.values()))
        return {name: one for name, one in made.items() if one is not None}

    def _make(self, shape: Shape, node: Node, identity: Scalar | None = None) -> Any:
        places: dict[str, Place] = {}
        if shape.name == "group" and not isinstance(node, Mapping):
            values: Values = {"members": self._names(shape.by_name["members"], node) or ()}
        else:
            values = self._fields(shape, node, places)
        if identity is not None:
            values["id"] = identity.text
            values.setdefault("name" if "name" in shape.by_name else "title", identity.text)
            values.setdefault("members", ()) if shape.name == "group" else None
        place = self._place(identity if identity is not None else node)
        return self.makers[shape.name](values, place, places)

    def _phase(self, values: Values, place: Place, places: dict[str, Place]) -> Any:
        tasks = values.pop("tasks", ())
        values.setdefault("title", "")
        values.setdefault("id", values["title"])
        phase = Phase(**values, place=place)
        self.of_phase.extend(task if task.phase else replace(task, phase=phase.id) for task in tasks)
        return phase

    def _away(self, values: Values, place: Place, places: dict[str, Place]) -> Any:
        if "from" not in values or "to" not in values:
            return None
        return (values["from"], values["to"], values.get("deputy", ""))

    def _target(self, values: Values, place: Place, places: dict[str, Place]) -> Any:
        if "value" not in values or "indicator" not in values:
            return None
        if "profile" in values:
            values["profile"] = tuple(values["profile"].items())
        return Target(**values)

    # -- documents ---------------------------------------------------------------------------------------------

    of_phase: list[Task]

    def plan(self, root: Node | None) -> Plan | None:
        """Return the plan the root of a file holds."""
        if not self._is_mapping(root, PLAN):
            return None
        assert isinstance(root, Mapping)  # noqa: S101 - said by the line above
        places: dict[str, Place] = {}
        self.of_phase = []
        values = self._fields(PLAN, root, places)
        self._defaults_places(root, places)
        values["id"] = values.pop("plan", "") or PurePath(self.file).stem
        values.setdefault("title", "")
        values["tasks"] = _milestones_named(self._all_tasks(values.get("tasks", ())))
        if "language" not in values:
            values["language"] = language_of(values["title"] or "".join(t.title for t in values["tasks"][:20]))
        directory = values.pop("directory", None)
        values["directory"], values["inline"] = (
            ("", directory) if isinstance(directory, Directory) else (directory or "", None)
        )
        supersedes = values.pop("supersedes", None)
        if supersedes:
            values["supersedes"] = supersedes if isinstance(supersedes, dict) else {"plan": supersedes}
        return Plan(file=self.file, place=self._place(root), places=places, **values)

    def _all_tasks(self, own: tuple[Task, ...]) -> list[Task]:
        """Return the tasks of the plan and of its phases, in the order of the file."""
        if not self.of_phase:
            return list(own)
        return sorted([*own, *self.of_phase], key=lambda task: task.place)

    def _defaults_places(self, root: Mapping, places: dict[str, Place]) -> None:
        for spelled, value in root.pairs:
            if spelled.text in ("defaults", "默认") and isinstance(value, Mapping):
                for inner, node in value.pairs:
                    known = BY_NAME["defaults"].by_spelling.get(inner.text)
                    if known is not None:
                        places[f"defaults.{known.name}"] = self._place(node)

    def directory(self, root: Node | None) -> Directory | None:
        """Return the directory a mapping holds."""
        if not self._is_mapping(root, DIRECTORY):
            return None
        values = self._fields(DIRECTORY, root, {})  # type: ignore[arg-type]
        return Directory(**values, file=self.file)

    def _is_mapping(self, root: Node | None, shape: Shape) -> bool:
        if isinstance(root, Mapping):
            return True
        if root is None or _is_empty(root):
            if not self.broken:
                place = Place(self.file, 1, 1)
                fix = say("begin with {key}: {example}", key=shape.keys[0].name, example=shape.keys[0].example)
                self.findings.append(Finding("E121", place, say("the file is empty"), fix))
        elif not self.broken:
            what = say("a {kind} file begins with keys, not with a list or a text", kind=shape.name)
            self.report("E202", root, what, say("see: duban schema"))
        return False

    def _directory_or_path(self, known: Key, node: Node) -> Any:
        return self._text(known, node) if isinstance(node, Scalar) else self.directory(node)

    # -- kinds of values ---------------------------------------------------------------------------------------

    def _text(self, known: Key, node: Node) -> str | None:
        if isinstance(node, Scalar):
            return "" if node.text == "~" and node.length == 1 else node.text.strip()
        what = say("{key} must be one text, not a list or a mapping", key=known.name)
        self.report("E202", node, what, say("for example {example}", example=known.example))
        return None

    def _id(self, known: Key, node: Node) -> str | None:
        text = self._text(known, node)
        if text and isinstance(node, Scalar):
            self._check_id(node)
        return text

    def _check_id(self, node: Scalar) -> None:
        if _ID.fullmatch(node.text.strip()) is None:
            what = say("{id} can't be an id", id=node.text[:40] or "''")
            fix = say("an id has 1 to 64 characters, no blanks and no slashes")
            self.report("E207", node, what, fix, re.sub(r"[\s/\\]+", "-", node.text.strip())[:64] or None)

    def _date(self, known: Key, node: Node) -> date | None:
        text = self._text(known, node)
        if not text:
            return None
        day = as_date(text)
        if day is None:
            what = say("{key}: {text} isn't a day of the calendar", key=known.name, text=text[:40])
            self.report("E204", node, what, say("write it like 2026-03-02 or 2026年3月2日"))
        return day

    def _iso(self, known: Key, node: Node) -> str | None:
        day = self._date(known, node)
        return None if day is None else day.isoformat()

    def _year(self, known: Key, node: Node) -> int | None:
        text = self._text(known, node)
        if not text:
            return None
        year = re.fullmatch(r"((?:19|20|21)\d\d)\s*(?:年度?)?", text)
        if year is None:
            what = say("{key}: {text} isn't a year", key=known.name, text=text[:40])
            self.report("E206", node, what, say("write four digits, for example {example}", example=known.example))
            return None
        return int(year[1])

    def _number(self, known: Key, node: Node) -> float | None:
        text = self._text(known, node)
        if not text:
            return None
        if _NUMBER.fullmatch(text) is None:
            what = say("{key}: {text} isn't a number", key=known.name, text=text[:40])
            self.report("E206", node, what, say("write digits, for example {example}", example=known.example))
            return None
        return float(re.sub(r"[,，%％\s]", "", text))

    def _yes(self, known: Key, node: Node) -> bool | None:
        text = self._text(known, node)
        if not text:
            return None
        for value, spellings in YES.items():
            if text.lower() in spellings:
                return value == "yes"
        what = say("{key}: {text} is neither yes nor no", key=known.name, text=text[:40])
        self.report("E205", node, what, say("write yes or no (是, 否)"))
        return None

    def _mail(self, known: Key, node: Node) -> str | None:
        text = self._text(known, node)
        if text and (_MAIL.fullmatch(text) is None or len(text) > 254):
            what = say("{text} isn't a mail address", text=text[:60])
            self.report("E209", node, what, say("one address, for example {example}", example=known.example))
            return None
        return text

    def _choice(self, known: Key, node: Node) -> str | None:
        text = self._text(known, node)
        if not text:
            return None
        lowered = text.lower().replace("_", " ")
        for value, spellings in known.choices.items():
            if text == value or lowered in spellings or text in spellings:
                return value
        spelled = {spelling: spelling for spellings in known.choices.values() for spelling in spellings}
        near = closest(lowered, spelled)
        what = say("{key} can't be {text}", key=known.name, text=text[:40])
        allowed = ", ".join("|".join(spellings[:2]) for spellings in known.choices.values())
        fix = say("did you mean {name}?", name=near) if near else say("one of {choices}", choices=allowed)
        self.report("E205", node, what, fix, near)
        return None

    def _names(self, known: Key, node: Node) -> tuple[str, ...] | None:
        """Return the names as written: the elements of a list, or one text that the directory will split."""
        if isinstance(node, Scalar):
            text = node.text.strip()
            wrapped = _WRAPPED.fullmatch(text)
            if wrapped is not None and not re.search(r"[【［】］]", wrapped[1]):
                self._full_width_list(node, wrapped[1])
                text = wrapped[1].strip()
            return (text,) if text and text != "~" else ()
        return self._words(known, node)

    def _full_width_list(self, node: Scalar, inside: str) -> None:
        what = say("full-width brackets stand around a list")
        repaired = "[" + re.sub(r"\s*[，、；]\s*", ", ", inside.strip()) + "]"
        self.report("E115", node, what, say("write {repaired}", repaired=repaired), repaired)

    def _words(self, known: Key, node: Node) -> tuple[str, ...] | None:
        if isinstance(node, Scalar):
            text = node.text.strip()
            wrapped = _WRAPPED.fullmatch(text)
            if wrapped is not None and text[0] in "【［":
                self._full_width_list(node, wrapped[1])
                text = wrapped[1]
            return tuple(name for _, name in split_names(text, {})) if text != "~" else ()
        if isinstance(node, Sequence):
            return tuple(filter(None, (self._text(known, item) for item in node.items)))
        what = say("{key} must be a list of texts", key=known.name)
        self.report("E202", node, what, say("for example {example}", example=known.example))
        return None

    def _places_of(self, name: str, node: Node, places: dict[str, Place]) -> None:
        """Note where each element of a list of names stands, where it stands there word for word."""
        if isinstance(node, Scalar):
            if node.length >= 0 and node.text.strip()[:1] not in _OPENING:
                places[f"{name}.0"] = Place(self.file, node.line, node.column)
        elif isinstance(node, Sequence):
            named = (item for item in node.items if isinstance(item, Scalar) and item.text.strip())
            for number, item in enumerate(named):
                if item.length >= 0:
                    places[f"{name}.{number}"] = Place(self.file, item.line, item.column)

    def _dates(self, known: Key, node: Node) -> tuple[date, ...] | None:
        """Return days from a list of dates, or of mappings with a date and the name of the day."""
        if isinstance(node, Scalar):
            node, single = Sequence(node.line, node.column), node
            node.items = [single] if single.text.strip() else []
        if not isinstance(node, Sequence):
            self.report("E202", node, say("{key} must be a list of days", key=known.name), None)
            return None
        days = (self._date(known, self._dated(item)) for item in node.items)
        return tuple(day for day in days if day is not None)

    def _dated(self, node: Node) -> Node:
        if isinstance(node, Mapping):
            for spelled, value in node.pairs:
                if spelled.text in ("date", "日期"):
                    return value
        return node

    def _numbers(self, known: Key, node: Node) -> dict[str, float] | None:
        if not isinstance(node, Mapping):
            what = say("{key} must be names with numbers", key=known.name)
            self.report("E202", node, what, say("for example {example}", example=known.example))
            return None
        read = ((spelled.text, self._number(known, value)) for spelled, value in node.pairs)
        return {name: value for name, value in read if value is not None}

    def _calendars(self, known: Key, node: Node) -> dict[str, dict[str, tuple[date, date]]] | None:
        if not isinstance(node, Mapping):
            self.report("E202", node, say("{key} must be names with years", key=known.name), None)
            return None
        return {name.text: self._calendar(known, value) for name, value in node.pairs}

    def _calendar(self, known: Key, node: Node) -> dict[str, tuple[date, date]]:
        spans: dict[str, tuple[date, date]] = {}
        for year, value in node.pairs if isinstance(node, Mapping) else ():
            days = self._dates(known, value) or ()
            if len(days) == 2 and days[0] <= days[1]:
                spans[year.text] = (days[0], days[1])
            else:
                what = say("a calendar needs a first and a last day for each year")
                self.report("E204", value, what, say("for example {example}", example=known.example))
        if not isinstance(node, Mapping):
            what = say("a calendar needs a first and a last day for each year")
            self.report("E202", node, what, say("for example {example}", example=known.example))
        return spans


def _task(values: Values) -> Values:
    if "target" in values:
        values["targets"] = tuple(values.pop("target"))
    return values


def _filled(values: Values, *names: str) -> Values:
    for name in names:
        values.setdefault(name, "")
    return values


def _milestones_named(tasks: list[Task]) -> tuple[Task, ...]:
    """Give milestones and measures without an id their position as one."""
    return tuple(
        replace(
            task,
            milestones=tuple(replace(m, id=m.id or str(n)) for n, m in enumerate(task.milestones, 1)),
            measures=tuple(replace(m, id=m.id or str(n)) for n, m in enumerate(task.measures, 1)),
        )
        if task.milestones or task.measures
        else task
        for task in tasks
    )


def _spellings(shape: Shape) -> dict[str, str]:
    return {spelling: spelling for spelling in shape.by_spelling}


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.text.strip() in ("", "~")


def _plain(node: Node) -> Any:
    """Return a node as plain dicts, lists and texts."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return {key.text: _plain(value) for key, value in node.pairs}


def as_date(text: str) -> date | None:
    """Return the day that 2026-03-02, 2026/3/2, 2026.3.2 or 2026年3月2日 is, None for anything else."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    year, *months, day = match.groups()
    try:
        return date(int(year), int(next(filter(None, months))), int(day))
    except ValueError:
        return None


def language_of(text: str) -> str:
    """Return zh where *text* holds a Chinese character, else en."""
    return "zh" if _CJK.search(text) or not text else "en"
