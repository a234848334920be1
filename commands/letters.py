"""The letters family: rounds are made, and what was or would be sent is shown."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from commands.board import add
from commands.logs import keep_log
from commands.outbox import outbox
from commands.progress import working
from commands.register import register_
from commands.room import LedgerOption, Room, TodayOption, enter
from commands.stopping import stoppable
from notifications.network import trouble
from notifications.speech import N_, Speech
from plans.model import say
from plans.trouble import FINDINGS, MailError
from scheduler.job import do_job
from scheduler.preview import Foreseen, foresee
from scheduler.rounds import Round
from scheduler.waiting import waiting_plans
from store import ledger
from store.outbox import MINUTE


def register(app: typer.Typer, speech: Speech) -> None:
    """Put the family's commands on the board."""
    for name, function, about in (
        (
            "round",
            round_,
            N_("Make one round: decide what should have been said by now, write the letters, send them."),
        ),
        ("preview", preview, N_("Show the letters of the days to come, as they would be sent.")),
        ("register", register_, N_("List the numbers of signed sheets, void ones included.")),
        ("outbox", outbox, N_("Show the letters that wait or were refused; the exit code is 1 when there are any.")),
    ):
        add(app, speech, N_("Letters"), name, function, about)


def round_(ledger_name: str = LedgerOption, today: str = TodayOption) -> None:
    """Make one round, and wait where the mail server takes only so many letters a minute."""
    room = enter(ledger_name)
    keep_log(room.settings.log, logging.WARNING)
    with room.database.read() as connection:
        ledger.guard(connection, room.day(today), room.machine_day, named=bool(today))
    with stoppable() as told, room.postman() as postman, working(room.speech("Making the round …")):
        journal, done = room.journal(), Round(full=True)
        while (done.full or done.more) and not told.is_set():
            done = done.then(do_job(room.database, room.settings, postman, room.moment(today), told.is_set, journal))
            if done.full:
                told.wait(MINUTE)
    _tell(room, done)


def _tell(room: Room, done: Round) -> None:
    """Say what a round did; what held letters back, or a letter that could not be written, is the exit code."""
    room.say(
        "Rows looked at: {decided}; letters written: {letters}, handed over: {sent}, to be tried again: {failed}, "
        "refused: {refused}.",
        decided=done.decided,
        letters=done.letters,
        sent=done.sent,
        failed=done.failed,
        refused=done.refused,
    )
    for unwritten in done.troubles:
        typer.echo(unwritten, err=True)
    if done.held_back:
        why = trouble(done.held_back) if isinstance(done.held_back, str) else done.held_back
        raise MailError(say("letters are held back: {why}", why=why))
    if done.troubles:
        raise typer.Exit(FINDINGS)


def preview(
    days: Annotated[int, typer.Option("--days", help=N_("How many days ahead."), min=1, max=400)] = 7,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help=N_("Write them there as .eml files."))
    ] = None,
    release: Annotated[
        bool, typer.Option("--release", help=N_("As if every plan that waits for it were released now."))
    ] = False,
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
) -> None:
    """Show what would be sent."""
    room = enter(ledger_name)
    found = foresee(room.database, room.settings, room.day(today), days, release=release)
    with room.database.read() as connection:
        waiting = [] if release else [one["id"] for one in waiting_plans(connection, room.day(today))]
    for letter in found:
        typer.echo(f"{letter.day}  {letter.address}  {letter.subject}")
    if out:
        _lay_out(room, found, out)
    elif len(found) == 1:
        typer.echo(f"\n{found[0].text}")
    if not found:
        texts = N_("Nothing would be sent in {n} day from {day}."), "Nothing would be sent in {n} days from {day}."
        typer.echo(room.speech.count(*texts, days, day=room.day(today)))
    if waiting:
        room.say("Not released yet: {plans}; --release shows their letters as well.", plans=", ".join(waiting))


def _lay_out(room: Room, found: list[Foreseen], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for number, letter in enumerate(found, start=1):
        (out / f"{letter.day}-{number:03d}.eml").write_bytes(letter.body)
    texts = N_("{n} letter written to {folder}."), "{n} letters written to {folder}."
    typer.echo(room.speech.count(*texts, len(found), folder=str(out)))
