"""The people family: a task goes to another unit, and what one person had goes to another."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from commands.board import add
from commands.desk import Task, Text, only_row, reader
from commands.room import ByOption, LedgerOption, TodayOption, enter, read_day
from notifications.speech import N_, Speech
from plans.model import say
from plans.trouble import UsageError
from scheduler import decisions
from scheduler.people import hand_over
from store.references import resolved

Who = Annotated[
    str, typer.Argument(metavar="OLD", help=N_("Who had it: an id of the directory, a name or an address."))
]
Successor = Annotated[str, typer.Argument(metavar="NEW", help=N_("Who has it from then on; without it, say --end."))]


def register(app: typer.Typer, speech: Speech) -> None:
    """Put the family's commands on the board."""
    for name, function, about in (
        ("transfer", transfer, N_("Give a task to another unit; who led it before stays in the history.")),
        ("handover", handover, N_("Let one person have what another one had, and close the old links and calendars.")),
    ):
        add(app, speech, N_("Desk"), name, function, about)


def transfer(
    task: Task,
    unit: Annotated[str, typer.Argument(metavar="UNIT", help=N_("The unit that leads from now on."))] = "",
    instead_of: Annotated[
        str,
        typer.Option("--from", metavar="UNIT", help=N_("Which of several leads it replaces; the first without it.")),
    ] = "",
    stays: Annotated[
        bool, typer.Option("--stays", help=N_("Answer a unit's “not ours”: it stays with them, and they are told why."))
    ] = False,
    text: Text = "",
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
    by: str = ByOption,
) -> None:
    """Give a task to another unit."""
    if stays == bool(unit):
        raise UsageError(say("name the unit that takes over, or say --stays"))
    room = enter(ledger_name)
    if stays:
        with room.act(today, by) as act:
            one = only_row(act, task)
            decisions.keep(act, one, text)
        room.say("It stays: {title}. The unit is told why at the next round.", title=one["title"])
        return
    with room.act(today, by) as act:
        one = only_row(act, task)
        known = {
            key: resolved(reader(act), {"unit": unit})["unit"]
            for key, unit in (("to", unit), ("of", instead_of))
            if unit
        }
        decisions.transfer(act, one, known["to"], text, known.get("of", ""))
    room.say("Transferred: {title}. The new lead is told at the next round.", title=one["title"])


def handover(
    old: Who,
    new: Successor = "",
    end: Annotated[
        bool,
        typer.Option(
            "--end", help=N_("Take it back: who handed over has it again from that day, letters that wait included.")
        ),
    ] = False,
    since: Annotated[str, typer.Option("--from", metavar="DAY", help=N_("The first day; today without it."))] = "",
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
    by: str = ByOption,
) -> None:
    """Let one person have what another one had."""
    if end == bool(new):
        raise UsageError(say("name who takes over, or say --end"))
    room = enter(ledger_name)
    with room.act(today, by) as act:
        day = read_day(since, act.on) if since else act.on
        moved = hand_over(act, _person(act, old), _person(act, new or old), day)
    for one in moved:
        name = f"{one['plan']}/{one['task']}" + (f"/{one['name']}" if one["name"] else "")
        typer.echo(f"  {one['due'] or '—'!s:<10}  {name}  {one['title']}")
    if end:
        texts = (
            N_("{n} open row goes back to {old}; new links and calendars have to be given out."),
            ("{n} open rows go back to {old}; new links and calendars have to be given out."),
        )
        typer.echo(room.speech.count(*texts, len(moved), old=old))
        return
    texts = N_("{n} open row goes from {old} to {new}."), "{n} open rows go from {old} to {new}."
    typer.echo(room.speech.count(*texts, len(moved), old=old, new=new))


def _person(act: Any, written: str) -> str:
    return str(resolved(reader(act), {"person": written})["person"])
