"""A plan or directory becomes YAML text again, in either spelling of the language, and is read back the same.

The schema decides which keys there are, in which order, and how each value is written; nothing is known here of any
single key. What a model leaves at its default isn't written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from plans.directory import Directory
from plans.language.keys import YES, Key, Shape
from plans.language.keys_house import DIRECTORY
from plans.language.schema import BY_NAME, PLAN
from plans.model import Plan
from plans.read import directory_of, language_of

Language = Literal["zh", "en"]
Path = tuple[str | int, ...]
Comments = Mapping[Path, Sequence[str]]
WIDTH = 110  # a comment that ends beyond this stands above its line
# No sign that YAML, or the reader's mending of Chinese punctuation, could take for its own.
_PLAIN = re.compile(r"[\w\u4e00-\u9fff“”《》〔〕（）★][\w\u4e00-\u9fff“”《》〔〕（）、。；，,·—/%.+ \-()★&=<>≥≤×～@]*")
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def write_plan(plan: Plan, language: Language | None = None, comments: Comments | None = None) -> str:
    """Return the YAML text of *plan*.

    Args:
        plan: as `read_plan` returns it; places don't matter.
        language: of the keys; by itself that of the plan.
        comments: path -> lines, where a path names keys in English and positions in lists: ("tasks", 3, "due").
            A comment on a key stands beside its value, or in the place of a value that isn't there; one on a list's
            entry stands above it, one on () at the head of the file.
    """
    return _Writer(language or plan.language, comments or {}).text(PLAN, _plan_values(plan))


def write_directory(directory: Directory, language: Language, comments: Comments | None = None) -> str:
    """Return the YAML text of *directory*; *comments* as for a plan."""
    return _Writer(language, comments or {}).text(DIRECTORY, _values(DIRECTORY, directory))


def scalar(text: str, *, inside: bool = False) -> str:
    """Return *text* as a YAML scalar that is read back word for word; *inside* brackets commas divide too."""
    if _PLAIN.fullmatch(text) and not text.endswith(" ") and not (inside and "," in text):
        return text
    if not text:
        return "''"
    if text == "~":
        return '"\\x7e"'  # a tilde alone is nothing, even in quotes
    if _ODD.search(text) or "\n" in text:
        return _ODD.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))
    return "'" + text.replace("'", "''") + "'"


def _plan_values(plan: Plan) -> dict[str, Any]:
    values = _values(PLAN, plan)
    values["title"] = plan.title
    inline = directory_of(plan)
    if inline is not None:
        values["directory"] = _values(DIRECTORY, inline)
    for phase in values.get("phases", ()):
        if phase.get("id") == phase.get("title"):
            del phase["id"]
    titles = "".join(task.title for task in plan.tasks[:20])
    if plan.language != language_of(plan.title or titles):
        values["language"] = plan.language
    else:
        values.pop("language", None)
    if plan.supersedes:
        whole = dict(plan.supersedes)
        values["supersedes"] = whole["plan"] if set(whole) == {"plan"} else whole
    return values


def _values(shape: Shape, model: Any) -> dict[str, Any]:
    """Return key -> value of what *model* says beyond its defaults, shapes below it likewise."""
    found: dict[str, Any] = {}
    defaults = _defaults(model.__class__)
    for known in shape.keys:
        value = getattr(model, known.into, None)
        if value is None or value == defaults.get(known.into, _NOTHING) or value in ("", (), {}):
            continue
        found[known.name] = _inner(known, value)
    return found


_NOTHING = object()


@lru_cache(maxsize=64)
def _defaults(model: Any) -> dict[str, Any]:
    """Return field -> default of a dataclass, where it has one."""
    found: dict[str, Any] = {}
    for each in fields(model):
        if each.default is not MISSING:
            found[each.name] = each.default
        elif each.default_factory is not MISSING:
            found[each.name] = each.default_factory()
    return found


def _inner(known: Key, value: Any) -> Any:
    """Return a value with the shapes in it as dicts."""
    how, _, name = known.holds.partition(":")
    shape = BY_NAME.get(name)
    if shape is None:
        return value
    if how == "one":
        return _values(shape, value)
    if how == "map":
        return {identity: _entry(shape, each, identity) for identity, each in value.items()}
    return [_numbered(_entry(shape, each, ""), at) for at, each in enumerate(value, 1)]


def _entry(shape: Shape, model: Any, identity: str) -> dict[str, Any]:
    if shape.name in ("away", "post"):  # tuples in the order of their keys
        return {known.name: value for known, value in zip(shape.keys, model, strict=True) if value}
    values = _values(shape, model)
    if identity and values.get("name") == identity and shape.name == "group":
        del values["name"]
    return values


def _numbered(values: dict[str, Any], at: int) -> dict[str, Any]:
    """Return the values of a list's entry without an id that is only its position."""
    if values.get("id") == str(at):
        del values["id"]
    return values


class _Writer:
    """Lines of one file in one language."""

    def __init__(self, language: Language, comments: Comments) -> None:
        self.language = language
        self.comments = comments
        self.lines: list[str] = []

    def text(self, shape: Shape, values: dict[str, Any]) -> str:
        """Return the whole file."""
        self._above((), 0)
        for known in shape.keys:
            path = (known.name,)
            if known.name in values or path in self.comments:
                if self._is_block(known, values.get(known.name)) and self.lines:
                    self.lines.append("")
                self._key(known, values.get(known.name), path, 0, "")
        return "\n".join(self.lines) + "\n"

    def _is_block(self, known: Key, value: Any) -> bool:
        return known.holds.partition(":")[0] in ("list", "both", "map", "one") and bool(value)

    def _name(self, known: Key) -> str:
        return known.chinese[0] if self.language == "zh" else known.name

    def _above(self, path: Path, indent: int) -> None:
        self.lines += [f"{' ' * indent}# {line}".rstrip() for line in self.comments.get(path, ())]

    def _key(self, known: Key, value: Any, path: Path, indent: int, bullet: str) -> bool:
        """Write one key, *bullet* in the place of its last two blanks; return whether a line was begun with it."""
        start = " " * (indent - len(bullet)) + bullet
        if value is None:
            said = " ".join(self.comments.get(path, ()))
            if said:
                self.lines.append(f"{' ' * indent}# {self._name(known)}: {said}")
            return False
        flat = self._flat(known, value)
        if flat is not None:
            self._line(f"{start}{self._name(known)}: {flat}", path, indent)
            return True
        self._line(f"{start}{self._name(known)}:", path, indent)
        if isinstance(value, str):
            self.lines[-1] += " |-"
            self.lines += [f"{' ' * (indent + 2)}{line}" if line else "" for line in value.split("\n")]
        elif isinstance(value, Mapping):
            self._mapping(known, value, path, indent + 2)
        else:
            self._entries(known, value, path, indent + 2)
        return True

    def _line(self, line: str, path: Path, indent: int) -> None:
        """Add a line with its comment: beside it where it fits, else above."""
        said = " ".join(self.comments.get(path, ()))
        if said and len(line) + len(said) + 3 > WIDTH and not line.lstrip().startswith("- "):
            self._above(path, indent)
            said = ""
        self.lines.append(f"{line} # {said}" if said else line)

    def _mapping(self, known: Key, value: Mapping[str, Any], path: Path, indent: int) -> None:
        how, _, name = known.holds.partition(":")
        shape = BY_NAME.get(name) or (DIRECTORY if known.holds == "directory" else None)
        if how == "map":
            assert shape is not None
            for identity, each in value.items():
                here = (*path, identity)
                self._above(here, indent)
                late = [inner for inner in shape.keys if (*here, inner.name) in self.comments]
                if not late:
                    self.lines.append(f"{' ' * indent}{scalar(identity)}: {self._braces(shape, each)}")
                    continue
                self.lines.append(f"{' ' * indent}{scalar(identity)}:")
                for inner in (*(key for key in shape.keys if key.name in each), *late):
                    if inner not in late or inner.name not in each:
                        self._key(inner, each.get(inner.name), (*here, inner.name), indent + 2, "")
        elif shape is not None:
            for inner in shape.keys:
                if inner.name in value:
                    self._key(inner, value[inner.name], (*path, inner.name), indent, "")
        else:
            for key, each in value.items():
                self.lines.append(f"{' ' * indent}{scalar(str(key))}: {_free(each)}")

    def _entries(self, known: Key, entries: Sequence[dict[str, Any]], path: Path, indent: int) -> None:
        shape = BY_NAME[known.holds.partition(":")[2]]
        for at, values in enumerate(entries):
            here = (*path, at)
            if at and shape.name == "task":
                self.lines.append("")
            self._above(here, indent)
            if set(values) == {shape.bare} and values[shape.bare] and shape.name != "task":
                self.lines.append(f"{' ' * indent}- {scalar(values[shape.bare])}")
                continue
            bullet = "- "
            # what has no value yet may only be said once the entry is begun
            late = [key for key in shape.keys if (*here, key.name) in self.comments and key.name not in values]
            for inner in shape.keys:
                if inner.name in values and self._key(
                    inner, values[inner.name], (*here, inner.name), indent + 2, bullet
                ):
                    bullet = ""
            for inner in late:
                self._key(inner, None, (*here, inner.name), indent + 2, "")

    def _braces(self, shape: Shape, values: Mapping[str, Any]) -> str:
        """Return a small mapping on one line."""
        if shape.bare and set(values) == {shape.bare}:
            return scalar(values[shape.bare])
        if shape.name == "group" and set(values) == {"members"}:
            return self._list(values["members"])
        parts = []
        for known in shape.keys:
            if known.name in values:
                flat = self._flat(known, values[known.name], inside=True)
                parts.append(f"{self._name(known)}: {flat}")
        return "{" + ", ".join(parts) + "}"

    def _list(self, names: Sequence[str]) -> str:
        return "[" + ", ".join(scalar(name, inside=True) for name in names) + "]"

    def _flat(self, known: Key, value: Any, *, inside: bool = False) -> str | None:
        """Return a value on one line, None where it needs lines of its own."""
        holds = known.holds
        if isinstance(value, date):
            return value.isoformat()
        if holds == "yes":
            return YES["yes" if value else "no"][2 if self.language == "zh" else 0]
        if holds in ("choice", "state", "country"):
            return scalar(self._choice(known, value), inside=inside)
        if holds == "number":
            return _number(value)
        if holds == "names":
            alone = len(value) == 1 and not inside and _PLAIN.fullmatch(value[0]) and value[0] != "~"
            return scalar(value[0]) if alone and value[0][0] not in "（(〔" else self._list(value)
        if holds == "words":
            return self._list(value)
        if holds == "dates":
            return "[" + ", ".join(day.isoformat() for day in value) + "]"
        if holds == "numbers":
            pairs = value.items() if isinstance(value, Mapping) else value
            return "{" + ", ".join(f"{scalar(str(name), inside=True)}: {_number(each)}" for name, each in pairs) + "}"
        if holds in ("calendars", "ladder", "free") and not isinstance(value, str):
            whole = value["stages"] if holds == "ladder" and set(value) == {"stages"} else value
            return _free(whole)
        return self._flat_shape(known, value, inside=inside)

    def _flat_shape(self, known: Key, value: Any, *, inside: bool) -> str | None:
        how, _, name = known.holds.partition(":")
        if name and how == "many" and len(value) == 1:
            return self._braces(BY_NAME[name], value[0])
        if name and (how == "many" or inside):
            return "[" + ", ".join(self._braces(BY_NAME[name], each) for each in value) + "]"
        if name or isinstance(value, Mapping):
            return None
        text = str(value)
        if "\n" in text and not inside and not _ODD.search(text.replace("\n", "")) and _fits_block(text):
            return None
        return scalar(text, inside=inside)

    def _choice(self, known: Key, value: str) -> str:
        spellings = known.choices.get(value, (value,))
        return spellings[1] if self.language == "zh" and len(spellings) > 1 else spellings[0]


def _fits_block(text: str) -> bool:
    lines = text.split("\n")
    return all(line == line.strip() and line for line in (lines[0], lines[-1])) and all(
        line == line.rstrip() and not line.startswith(" ") for line in lines
    )


def _number(value: float) -> str:
    return f"{value:.9f}".rstrip("0").rstrip(".")


def _free(value: Any) -> str:
    """Return plain data on one line, every text as a scalar."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(str(key), inside=True)}: {_free(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_free, value)) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "~"}[value]
    return value.isoformat() if isinstance(value, date) else scalar(str(value), inside=True)
