"""What is told of a setting that can't be used: where it stands, what is wrong, and what it takes instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from notifications.speech import N_
from plans.model import Sentence, say
from plans.trouble import SettingsError, because

SECRETS = ("password", "metrics_token")  # their values are never repeated
_TAKES = {  # by the end or the beginning of pydantic's name of an error
    "int": N_("{where}: `{name}` takes a whole number, not {value}"),
    "bool": N_("{where}: `{name}` takes true or false, not {value}"),
    "string": N_("{where}: `{name}` takes a text in quotes, not {value}"),
    "path": N_("{where}: `{name}` takes a text in quotes, not {value}"),
    "time": N_("{where}: `{name}` takes a time of day such as 08:30, not {value}"),
    "tuple": N_('{where}: `{name}` takes a list of texts such as ["a", "b"], not {value}'),
    "model": N_("{where}: `{name}` is a table of its own, begun by a line [{name}], not {value}"),
    "literal": N_("{where}: `{name}` takes {known}, not {value}"),
    "greater": N_("{where}: `{name}` takes {limit} or more, not {value}"),
    "less": N_("{where}: `{name}` takes {limit} or less, not {value}"),
}


def unreadable(file: Path, why: Exception) -> SettingsError:
    """Return that a file of settings can't be read at all: no TOML, no UTF-8, or no file."""
    found = re.search(r"\(at line (\d+), column (\d+)\)", str(why))
    if found or "end of document" in str(why):
        where = f"{file}:{found[1]}:{found[2]}" if found else f"{file}:{len(_lines(file)) or 1}"
        if "overwrite" in str(why) or "twice" in str(why):
            return SettingsError(
                say("{where}: this stands above already; write each name and [table] once", where=where)
            )
        return SettingsError(
            say('{where}: this can\'t be read; write a setting as name = "text", or as name = 25', where=where)
        )
    if isinstance(why, UnicodeDecodeError):
        return SettingsError(say("{file}: the file isn't UTF-8; save it as UTF-8 text", file=str(file)))
    told = because(why) if isinstance(why, OSError) else str(why)
    return SettingsError(say("{file} can't be read: {why}", file=str(file), why=told))


def refuse_empty(written: Mapping[str, Any], model: type[BaseModel], file: Path) -> None:
    """Refuse a setting that is written with nothing in it, where that isn't what it is by itself.

    Raises:
        SettingsError: there is one.
    """
    for path, default in _empty(written, model):
        if default != "":
            where, name = place(file, path), ".".join(path)
            raise SettingsError(
                say("{where}: `{name}` is empty; write a value, or leave the line out", where=where, name=name)
            )


def _empty(written: Mapping[str, Any], model: type[BaseModel]) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield each known setting that is an empty text, with what it is by itself."""
    for name, value in written.items():
        field = model.model_fields.get(name)
        inner = field.annotation if field else None
        if isinstance(value, Mapping) and isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from (((name, *path), default) for path, default in _empty(value, inner))
        elif field and value == "":
            yield (name,), field.default


def misfit(
    wrong: ValidationError, model: type[BaseModel], file: Path | None, environment: Mapping[str, str]
) -> SettingsError:
    """Return the first thing that is wrong with settings, in words of ours."""
    first = wrong.errors(include_url=False)[0]
    path = tuple(str(part) for part in first["loc"] if not isinstance(part, int))
    name = ".".join(path)
    variable = "DUBAN_" + "__".join(path).upper()
    where = variable if variable in environment else place(file, path) if file else variable
    if first["type"] == "extra_forbidden":
        return SettingsError(_unknown(where, path, model))
    values = {"where": where, "name": name, "value": _shown(path, first["input"])}
    return SettingsError(_said(first, values))


def _said(first: ErrorDetails, values: Mapping[str, str]) -> Sentence:
    kind, context = first["type"], first.get("ctx", {})
    if values["name"] == "timezone" and kind == "value_error":
        return say(
            "{file}: `timezone` names no time zone, {zone}; write one such as Asia/Shanghai",
            file=values["where"], zone=first["input"],
        )  # fmt: skip
    if kind == "string_pattern_mismatch":
        return say("{where}: `{name}` takes an address such as https://duban.example.org, not {value}", **values)
    for begin, text in _TAKES.items():
        if kind.startswith(begin):
            known = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
            limit = context.get("ge", context.get("le", ""))
            return Sentence(text, {**values, "known": known, "limit": limit})
    return say("{where}: `{name}` can't be {value}", **values)


def _unknown(where: str, path: tuple[str, ...], model: type[BaseModel]) -> Sentence:
    """Return that there is no such setting, and which one may be meant: here, or in another table."""
    for part in path[:-1]:
        inner = model.model_fields[part].annotation
        model = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else model
    near = get_close_matches(path[-1], model.model_fields, 1)
    name = ".".join(path)
    if near:
        meant = ".".join((*path[:-1], near[0]))
        return say("{where}: there is no setting `{name}`; did you mean `{near}`?", where=where, name=name, near=meant)
    return say("{where}: there is no setting `{name}`; docs/reference/settings.md has them all", where=where, name=name)


def _shown(path: tuple[str, ...], value: object) -> str:
    if path[-1:] and path[-1] in SECRETS:
        return "…"
    return f"“{value}”" if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def place(file: Path, path: tuple[str, ...]) -> str:
    """Return where a setting stands, duban.toml:5:1; only the file where that can't be seen."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(_lines(file), start=1):
        text = line.strip()
        if heading := re.match(r"\[([^\[\]]+)\]", text):
            table = tuple(part.strip().strip("\"'") for part in heading[1].split("."))
            if table == path:
                return f"{file}:{number}:1"
        key = tuple(part.strip().strip("\"'") for part in text.partition("=")[0].split("."))
        if "=" in text and (*table, *key) == path:
            return f"{file}:{number}:{line.index(text) + 1}"
    return str(file)


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
