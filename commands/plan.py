"""The plan family: a ledger is begun, and plan files are compared with it and applied."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from commands.board import add
from commands.changes import change_lines
from commands.files import plan_files, read_files
from commands.findings import print_findings
from commands.room import ByOption, LedgerOption, Room, TodayOption, actor, enter
from notifications.speech import N_, Speech, language_of
from plans.model import say
from plans.trouble import FINDINGS, WOULD_CHANGE, FileError, UsageError
from scheduler import applying, desk
from scheduler.applying import Applied
from scheduler.entry import Prepared, Source
from scheduler.preview import would_release
from store.database import Database, insert, row
from store.tables import House

Files = Annotated[list[Path] | None, typer.Argument(help=N_("Plan files, or folders of them; this folder by itself."))]
Gone = Annotated[str, typer.Option("--gone", metavar="cancel|keep", help=N_("What becomes of tasks that vanished."))]


def register(app: typer.Typer, speech: Speech) -> None:
    """Put the family's commands on the board."""
    for name, function, about in (
        ("init", init, N_("Begin a ledger: duban.toml with the settings, duban.db with nothing in it yet.")),
        ("plan", show_plan, N_("Show what `apply` would do; the exit code is 3 when that is anything at all.")),
        ("apply", apply, N_("Write plan files into the ledger: all of them or none; the same again changes nothing.")),
    ):
        add(app, speech, N_("Plans"), name, function, about)


def init(
    folder: Annotated[Path, typer.Argument(help=N_("Where duban.toml and the ledger go."))] = Path(),
    rehearsal: Annotated[
        bool, typer.Option("--rehearsal", help=N_("A ledger for trials: any day, never a mail server."))
    ] = False,
    language: Annotated[str, typer.Option("--language", metavar="zh|en", help=N_("What the house speaks."))] = "",
) -> None:
    """Begin a ledger: duban.toml with the settings, duban.db with nothing in it yet."""
    import os

    spoken = language or language_of(os.environ)
    settings = folder / "duban.toml"
    if settings.exists():
        raise FileError(say("{path} is there already; nothing was changed", path=str(settings)))
    word = secrets.token_hex(8)
    database = folder / "duban.db"
    fresh = not database.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ledger_file = Database(f"sqlite:///{database.resolve()}")
        ledger_file.upgrade()
        with ledger_file.write() as connection:
            if row(connection, "SELECT id FROM house") is None:
                insert(connection, House(word=word, rehearsal=rehearsal))
        settings.write_text(_settings_text(word, spoken), "utf-8")
    except OSError as error:
        raise FileError(say("{path} can't be written: {why}", path=str(folder), why=error.strerror or "")) from error
    speech = Speech(spoken)
    typer.echo(speech("{path} is ready; write plans beside it, then run `duban apply`.", path=str(settings)))
    if not fresh:
        typer.echo(speech("The ledger {path} was there already and is kept.", path=str(database)))


def _settings_text(word: str, language: str) -> str:
    lines = [
        "# The settings of this house; docs/reference/settings.md explains each.",
        f'house = "{word}" # calendars know our entries by it: never change it',
        f'language = "{language}"',
        'timezone = "Asia/Shanghai"',
        'send_at = "08:30"',
        "",
        "[mail]",
        '# host = "smtp.example.org" # without one, letters become files in outbox/',
        '# sender = "duban@example.org"',
    ]
    return "\n".join(lines) + "\n"


def show_plan(files: Files = None, gone: Gone = "", ledger_name: str = LedgerOption, today: str = TodayOption) -> None:
    """Show what `apply` would do; the exit code is 3 when that is anything at all."""
    room = enter(ledger_name)
    sources = _sources(room, files)
    with room.database.read() as connection:
        prepared = [applying.prepare(connection, one, room.day(today), room.settings, _gone(gone)) for one in sources]
    for one in prepared:
        _show(room, one)
    if all(one.unchanged for one in prepared):
        return
    told = would_release(room.database, room.settings, sources, room.day(today), room.moment(today))
    room.say("Once released, {letters} letters would go to {people} people at the next round.", **told)
    raise typer.Exit(WOULD_CHANGE)


def apply(
    files: Files = None,
    gone: Gone = "",
    release: Annotated[bool, typer.Option("--release", help=N_("Release the letters as well."))] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help=N_("Close plans whose file is no longer in the folder."))
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=N_("Don't ask."))] = False,
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
    by: str = ByOption,
) -> None:
    """Write plan files into the ledger: all of them or none; the same again changes nothing."""
    room = enter(ledger_name)
    sources = _sources(room, files)
    with room.act(today, by) as act:
        prepared = [applying.prepare(act.connection, one, act.on, room.settings, _gone(gone)) for one in sources]
        done = applying.apply(
            act.connection, prepared, on=act.on, at=act.at, actor=by or actor(), settings=room.settings
        )
        for one in prepared:
            _show(room, one)
        if prune:
            desk.close_missing(act, {one.plan.id for one in sources})
        released = [desk.release_plan(act, one.plan.id) for one in sources] if release else []
    for applied in done:
        _tell(room, applied)
    if not done:
        room.say("Nothing has changed.")
    if any(one.fresh for one in done) and not release:
        names = " ".join(one.plan for one in done if one.fresh)
        room.say("No letter leaves before `duban release {plans}`.", plans=names)
    if sum(one.notices for one in released):
        room.say("Released.")
    _ = yes


def _sources(room: Room, files: list[Path] | None) -> list[Source]:
    reading = read_files(plan_files(files or [room.folder]))
    if reading.findings:
        print_findings(reading, room.speech, err=True)
    if reading.broken:
        raise typer.Exit(FINDINGS)
    return reading.sources


def _gone(written: str) -> applying.Gone:
    if written not in ("", "cancel", "keep"):
        raise UsageError(say("--gone takes cancel or keep, not {text}", text=written))
    return written  # type: ignore[return-value]


def _show(room: Room, prepared: Prepared) -> None:
    """Print what changes, a line a row; many rows of one task in one line."""
    plan = prepared.plan
    if prepared.unchanged:
        typer.echo(f"  {plan.id}  " + room.speech("unchanged"))
        return
    typer.echo(f"{plan.id}  {plan.title}")
    for line in change_lines(room.speech, prepared.changes):
        typer.echo(line)
    for task_new, old in prepared.proposals:
        typer.echo("  ? " + room.speech("{new} bears the title of {old}; did you mean `was: {old}`?",
                                        new=task_new.id, old=old))  # fmt: skip
    if prepared.vanished:
        typer.echo("  ! " + room.speech("vanished tasks need an answer: --gone cancel or --gone keep"))


def _tell(room: Room, applied: Applied) -> None:
    counts = Counter(change.kind for change in applied.changes if change.kind != "same")
    told = json.dumps(counts)
    room.say("{plan}: {rows} rows in the ledger, changed: {counts}", plan=applied.plan, rows=applied.rows, counts=told)
    if applied.past:
        room.say(
            "{plan}: due before it was assigned, so nobody is told; done? {tasks}",
            plan=applied.plan,
            tasks=", ".join(applied.past),
        )
