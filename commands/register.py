"""The register of signed sheets: every number that was taken, by whom it was signed, and what became of it."""

from __future__ import annotations

import json
import os
import sys
from typing import Annotated, Any

import typer

from commands.room import LedgerOption, Room, TodayOption, enter, one_of
from commands.table import Column, screen, table
from notifications.ledger_words import local
from notifications.speech import N_
from scheduler.signing import registered


def register_(
    year: Annotated[int, typer.Option("--year", help=N_("Only this year."))] = 0,
    form: Annotated[str, typer.Option("--format", metavar="table|json", help=N_("How to print it."))] = "table",
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
) -> None:
    """List the numbers of signed sheets."""
    one_of("--format", form, "table", "json")
    room = enter(ledger_name)
    with room.database.read() as connection:
        found = list(registered(connection, room.day(today), year))
    if form == "json":
        typer.echo(json.dumps([_plain(one) for one in found], ensure_ascii=False, indent=2, default=str))
        return
    _tell(room, found)


def _plain(one: dict[str, Any]) -> dict[str, Any]:
    """Return a number with what it stands for, as programs read it."""
    return {
        "number": one["called"], "series": one["kind"], "year": one["year"], "on": one["on"], "signer": one["signer"],
        "plan": one["plan"], "task": one["task"], "occurrence": one["name"], "title": one["title"],
        "state": _state(one),
    }  # fmt: skip


STATES = {"void": N_("void"), "sent": N_("sent"), "waiting": N_("waiting to leave")}


def _state(one: dict[str, Any]) -> str:
    return "void" if one["cancelled"] else "sent" if one["sent_at"] else "waiting"


def _tell(room: Room, found: list[dict[str, Any]]) -> None:
    speech = room.speech
    if not found:
        room.say("No sheet was signed yet.")
        return
    columns = (
        Column(speech("Sheet number")),
        Column(speech("Signed on")),
        Column(speech("Signed by"), 1),
        Column(speech("Task"), 2),
        Column("", flows=True),
        Column(speech("State")),
    )
    lines = []
    for one in found:
        state = speech(STATES[_state(one)])
        if one["sent_at"]:
            state += f" {local(_iso(one['sent_at']), room.settings.timezone)}"
        key = "/".join(filter(None, (one["plan"], one["task"], one["name"])))
        lines.append((one["called"] or "", str(one["on"]), one["signer"], key, one["title"] or "", state))
    typer.echo(table(columns, lines, screen(sys.stdout, os.environ)), nl=False)


def _iso(instant: int) -> str:
    from store.history import moment

    return moment(instant) or ""
