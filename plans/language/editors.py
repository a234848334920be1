"""The plan language for editors: a JSON schema of plans or directories, with every key in both spellings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plans.language.keys import YES, Key, Shape
from plans.language.keys_house import DIRECTORY
from plans.language.schema import BY_NAME, PLAN
from plans.model import Sentence

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
Say = Callable[[Sentence], str]

_TEXT: Schema = {"type": ["string", "number", "boolean", "null"]}  # before duban reads them, values are still untyped
_NAMES: Schema = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_NUMBER: Schema = {"type": ["number", "string", "null"]}
_KINDS: dict[str, Schema] = {
    "text": _TEXT,
    "deadline": _TEXT,
    "id": {"type": ["string", "number"]},
    "date": {"type": ["string", "null"]},
    "iso": {"type": ["string", "null"]},
    "year": {"type": ["integer", "string"]},
    "number": _NUMBER,
    "yes": {"enum": [True, False, *(spelling for spellings in YES.values() for spelling in spellings)]},
    "mail": {"type": ["string", "null"], "format": "email"},
    "zone": _TEXT,
    "names": _NAMES,
    "words": _NAMES,
    "free": {},
    "ladder": {"type": ["string", "object", "array"]},
    "dates": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": ["string", "object"]}}]},
    "numbers": {"type": "object", "additionalProperties": _NUMBER},
    "calendars": {"type": "object", "additionalProperties": {"type": "object"}},
}


def json_schema(say: Say, root: Shape = PLAN) -> Schema:
    """Return the JSON schema of a plan file, or of a directory with that shape as *root*.

    Args:
        say: puts a sentence into the language of whoever edits.
        root: PLAN or DIRECTORY.
    """
    shapes = {name: _shape(shape, say) for name, shape in BY_NAME.items()}
    top = shapes.pop(root.name)
    return {"$schema": DRAFT, "title": say(root.what), **top, "$defs": _reached(top, shapes)}


def _reached(top: Schema, shapes: dict[str, Schema]) -> dict[str, Schema]:
    """Return the shapes that *top* holds, directly or in others."""
    found: dict[str, Schema] = {}
    todo = [str(top)]
    while todo:
        text = todo.pop()
        for name, shape in shapes.items():
            if name not in found and f"'#/$defs/{name}'" in text:
                found[name] = shape
                todo.append(str(shape))
    return found


def _shape(shape: Shape, say: Say) -> Schema:
    properties = {spelling: _key(key, say) for key in shape.keys for spelling in key.spellings}
    schema: Schema = {"type": "object", "description": say(shape.what), "properties": properties}
    needed = [{"anyOf": [{"required": [spelling]} for spelling in key.spellings]} for key in _required(shape)]
    return schema | ({"allOf": needed} if needed else {}) | {"additionalProperties": False}


def _required(shape: Shape) -> list[Key]:
    """Return the keys an editor may ask for: a plan may hold its tasks in its phases."""
    return [key for key in shape.required if (shape.name, key.name) != ("plan", "tasks")]


def _key(key: Key, say: Say) -> Schema:
    example = say(key.example) if isinstance(key.example, Sentence) else key.example
    described = {"description": say(key.what)} | ({"examples": [example]} if example else {})
    return described | _holds(key)


def _holds(key: Key) -> Schema:
    how, _, name = key.holds.partition(":")
    if name:
        return _of_shape(how, BY_NAME[name])
    if how == "directory":
        return {"anyOf": [{"type": "string"}, {"$ref": f"#/$defs/{DIRECTORY.name}"}]}
    if how in ("choice", "state", "country"):
        words = [
            spelling for value, spellings in key.choices.items() for spelling in dict.fromkeys((value, *spellings))
        ]
        known: Schema = {"enum": words}
        return {"anyOf": [known, {"type": "string"}]} if how != "choice" else known
    return _KINDS[how]


def _of_shape(how: str, shape: Shape) -> Schema:
    one: Schema = {"$ref": f"#/$defs/{shape.name}"}
    if shape.bare:
        one = {"anyOf": [one, {"type": "string"}]}
    if shape.name == "group":
        one = {"anyOf": [one, _NAMES]}
    several: Schema = {"type": ["array", "null"], "items": one}
    by_id: Schema = {"type": ["object", "null"], "additionalProperties": one}
    return {
        "one": one,
        "list": several,
        "many": {"anyOf": [one, several]},
        "map": by_id,
        "both": {"anyOf": [several, by_id]},
    }[how]
