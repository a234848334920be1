"""What calendars and links have in common at the command line: the list of them, closing them, the server's address."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import typer

from commands.room import Room, one_of
from commands.table import Column, screen, table
from notifications.speech import N_
from plans.model import say
from plans.trouble import UsageError
from scheduler.calendars import large_ones
from scheduler.subscriptions import is_address, name_of, named, narrowed, of_whom
from store import tokens
from store.tokens import Held, Kind

RefOption = typer.Argument(metavar="NAME|NUMBER", help=N_("What the list calls it."))
UNKNOWN = "http://localhost:8000"


def narrowing(plan: str, unit: str, person: str, role: str, *, overdue: bool = False) -> dict[str, Any]:
    """Return the options that narrow a calendar or a page, as they were written."""
    return {"plan": plan, "unit": unit, "person": person, "role": role, "overdue": overdue}


def base_of(room: Room) -> str:
    """Return the address people reach the server at, and say how to set it where nobody did."""
    base = room.settings.base_url
    if not base:
        room.say("`base_url` is not set in duban.toml; put the address people reach the server at there.")
        return UNKNOWN
    if not is_address(base):
        raise UsageError(say("base_url {text} is no address such as https://duban.example.org", text=base))
    return base.rstrip("/")


def list_tokens(room: Room, today: str, format_: str, *kinds: Kind, everything: bool) -> None:
    """Print the tokens of some kinds, in a table or as JSON."""
    one_of("--format", format_, "text", "json")
    day = room.day(today)
    with room.database.read() as connection:
        known = tokens.listed(connection, *kinds)
        found = [held for held in known if everything or (held.grant.name and held.is_open(day))]
        scopes = [_scope(room, connection, held) for held in found]
        large = large_ones(connection, room.settings, [held for held in found if held.grant.kind == "feed"])
    if format_ == "json":
        too_large = {held.hash for held, _ in large}
        shaped = [_shape(held, day, is_large=held.hash in too_large) for held in found]
        typer.echo(json.dumps(shaped, ensure_ascii=False, indent=2, default=str))
        return
    if not found:
        room.say("None has been given out.")
        return
    columns = [
        Column(room.speech(N_("Ref"))),
        Column(room.speech(N_("Name")), flows=True),
        Column(room.speech(N_("Shows")), 1, flows=True),
        Column(room.speech(N_("Made")), 3),
        Column(room.speech(N_("Last used")), 2),
        Column(room.speech(N_("Until")), 2),
    ]
    lines = [
        (held.short, held.grant.name, scope, str(held.made_on), str(held.used_on or ""), _end(room, held, day))
        for held, scope in zip(found, scopes, strict=True)
    ]
    typer.echo(table(columns, lines, screen(sys.stdout, os.environ)), nl=False)
    for held, octets in large:
        room.say(
            "{name}: at {size} kB some clients give up; give out one for each unit or plan instead.",
            name=held.grant.name, size=octets // 1000,
        )  # fmt: skip


def _scope(room: Room, connection: Any, held: Held) -> str:
    """Return in words what a token opens."""
    if held.grant.kind == "office":
        return room.speech("the office")
    filters = {name: value for name, value in held.grant.filter.items() if name != "row"}
    scope = name_of(connection, filters, room.speech.language).partition("·")[2]
    chosen = (text for choice, text in _CHOSEN.items() if choice in held.grant.properties.items())
    return room.speech.names((scope, *map(room.speech, chosen)))


_CHOSEN = {
    ("kind", "todos"): N_("to-dos"),
    ("titles", "number"): N_("numbers only"),
    ("alarms", True): N_("with alarms"),
    ("language", "zh"): N_("in Chinese"),
    ("language", "en"): N_("in English"),
}


def _end(room: Room, held: Held, day: date) -> str:
    if held.revoked_on:
        return room.speech("closed {day}", day=held.revoked_on)
    if held.spent_on:
        return room.speech("used {day}", day=held.spent_on)
    return str(held.last_day or "") + ("" if held.is_open(day) else " ×")


def _shape(held: Held, day: date, *, is_large: bool) -> dict[str, Any]:
    """Return a token as JSON tells of it; fields are added, never removed."""
    return {
        "number": held.short,
        "kind": held.grant.kind,
        "name": held.grant.name,
        "filter": held.grant.filter,
        "properties": held.grant.properties,
        "made_on": held.made_on,
        "used_on": held.used_on,
        "until": held.last_day,
        "revoked_on": held.revoked_on,
        "replaced_on": held.replaced_on,
        "open": held.is_open(day),
        "large": is_large,
    }


def revoke_tokens(room: Room, today: str, references: Sequence[str], whose: Mapping[str, Any], *kinds: Kind) -> None:
    """Close what is named, and whatever was given to a unit or a person."""
    day = room.day(today)
    with room.database.write() as connection:
        found = {held.hash: held for held in (named(connection, one, day, *kinds) for one in references)}
        filters = narrowed(connection, whose)
        found |= {held.hash: held for held in of_whom(connection, day, filters, *kinds)}
        for held in found.values():
            tokens.revoke(connection, held, day)
    if not found and not references and not filters:
        raise UsageError(say("say which: by name or number, or all of a --unit or --person"))
    for held in found.values():
        room.say("{name} ({number}) is closed.", name=held.grant.name, number=held.short)
    if not found:
        room.say("Nothing open was found.")
