"""The health family: whether the house is well, and a check-up of everything it stands on."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Annotated

import typer

from commands.board import add
from commands.room import LedgerOption, Room, enter, one_of
from commands.table import Column, screen, table
from notifications.speech import N_, Speech
from plans.trouble import FINDINGS
from scheduler.checkup import Patient, Sign, look_over
from scheduler.health import PATIENCE, Health, examine, values

MARKS = {"good": N_("good"), "odd": N_("odd"), "bad": N_("bad")}

FormatOption = typer.Option("table", "--format", metavar="table|json", help=N_("How to print it."))


def register(app: typer.Typer, speech: Speech) -> None:
    """Put the family's commands on the board."""
    panel = N_("House")
    about = N_("Say whether rounds are made and letters leave; the exit code is 1 when somebody has to look.")
    add(app, speech, panel, "health", health, about)
    about = N_("Look over settings, ledger, directory, mail server, clock, disk and holidays before going live.")
    add(app, speech, panel, "doctor", doctor, about)


def health(
    within: Annotated[
        int, typer.Option("--within", metavar="MINUTES", min=1, help=N_("How often rounds are to be made."))
    ] = PATIENCE // 60,
    form: str = FormatOption,
    ledger_name: str = LedgerOption,
) -> None:
    """Say how the house is."""
    room = enter(ledger_name)
    with room.database.read() as connection:
        found = examine(connection, int(time.time()), room.settings.zone, within * 60)
    if _is_json(form):
        typer.echo(json.dumps(values(found, room.speech), ensure_ascii=False, indent=2))
    else:
        _tell(room, found)
    if not found.is_well:
        raise typer.Exit(FINDINGS)


def _tell(room: Room, found: Health) -> None:
    for trouble in found.troubles:
        typer.echo(room.speech.sentence(trouble))
    if found.is_well:
        room.say("Nothing is wrong, but letters are held back by decision." if found.holds else "All is well.")
    for plan, why in found.holds:
        if plan:
            room.say("The letters of {plan} are on hold: {why}", plan=plan, why=why)
        else:
            room.say("All letters are on hold: {why}", why=why)
    if found.strays:
        room.say("Bounces of no letter of ours: {count}; they lie unread in the mailbox.", count=found.strays)
    room.say("Letters waiting: {waiting}, refused for good: {failed}.", waiting=found.waiting, failed=found.failed)


def doctor(form: str = FormatOption, ledger_name: str = LedgerOption) -> None:
    """Look the house over."""
    room = enter(ledger_name)
    signs = look_over(Patient(room.settings, room.file, room.database, room.home, room.machine_day, int(time.time())))
    if _is_json(form):
        typer.echo(json.dumps([_plain(room, sign) for sign in signs], ensure_ascii=False, indent=2))
    else:
        lines = [(room.speech(MARKS[sign.verdict]), room.speech.sentence(sign.says)) for sign in signs]
        typer.echo(table((Column(""), Column("", flows=True)), lines, screen(sys.stdout, os.environ)), nl=False)
    if any(sign.verdict == "bad" for sign in signs):
        raise typer.Exit(FINDINGS)


def _plain(room: Room, sign: Sign) -> dict[str, str]:
    return {"name": sign.name, "verdict": sign.verdict, "says": room.speech.sentence(sign.says)}


def _is_json(form: str) -> bool:
    one_of("--format", form, "table", "json")
    return form == "json"
