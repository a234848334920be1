"""The outbox at the command line: what waits, what was refused for good, and what becomes of that."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from commands.room import ByOption, LedgerOption, Room, TodayOption, enter, one_of
from commands.table import Column, screen, table
from notifications.network import trouble_words
from notifications.speech import N_
from plans.model import say
from plans.trouble import FINDINGS, UsageError
from scheduler import failed as failed_
from store.database import rows

STATES = {"ready": N_("waiting"), "claimed": N_("being sent"), "bounced": N_("came back"), "dead": N_("failed")}
FAILED = "'bounced', 'dead'"
COLUMNS = "id, day, person, address, subject, state, attempts, error"


def outbox(
    more: Annotated[
        list[str] | None, typer.Argument(metavar="ID…", help=N_("Further letters for --again or --drop."))
    ] = None,
    failed: Annotated[
        bool, typer.Option("--failed", help=N_("Only letters that were refused for good or came back."))
    ] = False,
    again: Annotated[
        list[str] | None,
        typer.Option(
            "--again", metavar="ID,…|all", help=N_("Try these refused letters again; write those that came back anew.")
        ),
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option("--drop", metavar="ID,…|all", help=N_("Leave these letters at that."))
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="table|json", help=N_("How to print it."))] = "table",
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
    by: str = ByOption,
) -> None:
    """Show what waits or was refused."""
    one_of("--format", form, "table", "json")
    room = enter(ledger_name)
    if more and bool(again) == bool(drop):
        raise UsageError(say("say of these letters whether --again or --drop is meant: {ids}", ids=" ".join(more)))
    if again or drop:
        _settle(room, (again or []) + (more or []) * bool(again), (drop or []) + (more or []) * bool(drop), today, by)
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


def _settle(room: Room, again: list[str], drop: list[str], today: str, by: str) -> None:
    """Try some letters again and leave others at that, all of them or none."""
    with room.act(today, by) as act:
        refused = failed_.refused(act.connection)
        tried, left = _meant(again, refused), _meant(drop, refused)
        stay = [number for number in tried if refused.get(number) is False] if "all" in again else []
        for number in tried:
            if number not in stay:
                failed_.try_again(act, number)
        for number in left:
            failed_.leave(act, number)
    if again:
        room.say("Letters tried again at the next round: {count}.", count=len(tried) - len(stay))
    if stay:
        room.say(
            "Of their day, and not written again: {ids}; --drop leaves them at that.", ids=", ".join(map(str, stay))
        )
    if drop:
        room.say("Letters left at that: {count}.", count=len(left))


def _meant(written: list[str], refused: Mapping[int, bool]) -> list[int]:
    """Return the numbers of the letters that are meant: 3,5 as they stand, of 7-9 and `all` those that were refused.

    Raises:
        UsageError: something else is written.
    """
    meant: list[int] = []
    for part in re.split(r"[\s,，、]+", ",".join(written).strip(" ,，、")) if written else ():
        span = re.fullmatch(r"(\d{1,18})(?:[-~～—](\d{1,18}))?", part)
        if part in ("all", "全部"):
            meant += refused
        elif span is None:
            text = say("letters are named by their numbers, 3,5 or 7-9, or by all; not {text}", text=part)
            raise UsageError(text)
        elif span[2]:
            meant += [number for number in refused if int(span[1]) <= number <= int(span[2])]
        else:
            meant.append(int(span[1]))
    return list(dict.fromkeys(meant))


def _tell(room: Room, found: list[dict[str, Any]]) -> None:
    if not found:
        room.say("The outbox is empty.")
        return
    speech = room.speech
    columns = (
        Column(speech("Letter"), right=True),
        Column(speech("Day")),
        Column(speech("State")),
        Column(speech("Tries"), 2, right=True),
        Column(speech("Address"), 1),
        Column(speech("Subject"), flows=True),
        Column(speech("Trouble"), flows=True),
    )
    lines = [
        (
            str(one["id"]), str(one["day"]), speech(STATES[one["state"]]), str(one["attempts"]), one["address"],
            one["subject"], trouble_words(one["error"] or "", speech),
        )
        for one in found
    ]  # fmt: skip
    typer.echo(table(columns, lines, screen(sys.stdout, os.environ)), nl=False)
