"""The outbox at the command line: what waits, what was refused for good, and what becomes of that."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from commands.room import ByOption, LedgerOption, Room, TodayOption, enter
from notifications.speech import N_
from plans.model import say
from plans.trouble import FINDINGS, UsageError
from scheduler import failed as failed_
from scheduler.desk import Act
from store.database import rows

STATES = {"ready": N_("waiting"), "claimed": N_("being sent"), "bounced": N_("came back"), "dead": N_("failed")}
FAILED = "'bounced', 'dead'"
COLUMNS = "id, day, person, address, subject, state, attempts, error"


def outbox(
    failed: Annotated[
        bool, typer.Option("--failed", help=N_("Only letters that were refused for good or came back."))
    ] = False,
    again: Annotated[
        list[int] | None,
        typer.Option("--again", metavar="ID", help=N_("Try this refused letter again; write one that came back anew.")),
    ] = None,
    drop: Annotated[
        list[int] | None, typer.Option("--drop", metavar="ID", help=N_("Leave this letter at that."))
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="table|json", help=N_("How to print it."))] = "table",
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
    by: str = ByOption,
) -> None:
    """Show what waits or was refused."""
    if form not in ("table", "json"):
        raise UsageError(say("--format takes {formats}, not {text}", formats="table, json", text=form))
    room = enter(ledger_name)
    if again or drop:
        with room.act(today, by) as act:
            _settle(act, again or [], drop or [])
        _say_settled(room, again or [], drop or [])
        return
    states = f"'ready', 'claimed', {FAILED}" if not failed else FAILED
    with room.database.read() as connection:
        found = rows(connection, f"SELECT {COLUMNS} FROM letter WHERE state IN ({states}) ORDER BY state, id")
    if form == "json":
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))
    else:
        _tell(room, found)
    if found:
        raise typer.Exit(FINDINGS)


def _settle(act: Act, again: list[int], drop: list[int]) -> None:
    for number in again:
        failed_.try_again(act, number)
    for number in drop:
        failed_.leave(act, number)


def _say_settled(room: Room, again: list[int], drop: list[int]) -> None:
    if again:
        room.say("Letters tried again at the next round: {count}.", count=len(again))
    if drop:
        room.say("Letters left at that: {count}.", count=len(drop))


def _tell(room: Room, found: list[dict[str, Any]]) -> None:
    for one in found:
        state = room.speech(STATES[one["state"]])
        typer.echo(f"{one['id']:>6}  {one['day']}  {state:<8} {one['attempts']:>2}  {one['address']}  {one['subject']}")
        if one["error"]:
            typer.echo(f"        {one['error']}")
    if not found:
        room.say("The outbox is empty.")
