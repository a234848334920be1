"""The plan family: a ledger is begun, and plan files are compared with it and applied."""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from commands.asking import agree
from commands.board import add
from commands.changes import changes_text
from commands.files import plan_files, read_files
from commands.findings import print_findings
from commands.progress import steps
from commands.room import ByOption, LedgerOption, Room, TodayOption, enter, one_of
from commands.table import screen
from notifications.speech import N_, Speech
from notifications.typesetting import plain
from plans.compare import Change
from plans.findings import together
from plans.model import Sentence, say
from plans.trouble import FINDINGS, WOULD_CHANGE, DeskError, FileError, UsageError, because
from scheduler import applying, closing, releasing
from scheduler.applying import Applied
from scheduler.closing import close_plan
from scheduler.desk import Act
from scheduler.entry import Prepared, Source
from scheduler.preview import Foretold, foretell, released, waiting_letters
from scheduler.releasing import Released
from scheduler.reorganising import reorganised
from scheduler.settings import database_url
from scheduler.waiting import waiting_plans
from store.database import Database, insert, row, rows
from store.tables import House

Files = Annotated[list[Path] | None, typer.Argument(help=N_("Plan files, or folders of them; this folder by itself."))]
Gone = Annotated[str, typer.Option("--gone", metavar="cancel|keep", help=N_("What becomes of tasks that vanished."))]
PAST = 12  # tasks named in a sentence before the rest is left to the list

All = Annotated[bool, typer.Option("--all", help=N_("Show every line, however many there are."))]
Prune = Annotated[bool, typer.Option("--prune", help=N_("Close plans whose file is no longer in the folder."))]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=N_("Don't ask."))]
Letters = Annotated[bool, typer.Option("--release", help=N_("Release the letters as well."))]


def register(app: typer.Typer, speech: Speech) -> None:
    """Put the family's commands on the board."""
    for name, function, about in (
        ("init", init, N_("Begin a ledger: duban.toml with the settings, duban.db with nothing in it yet.")),
        ("plan", show_plan, N_("Show what `apply` would do; the exit code is 3 when that is anything at all.")),
        ("apply", apply, N_("Write plan files into the ledger: all of them or none; the same again changes nothing.")),
    ):
        add(app, speech, N_("Plans"), name, function, about)


def init(
    speech: Speech,
    folder: Annotated[Path, typer.Argument(help=N_("Where duban.toml and the ledger go."))] = Path(),
    rehearsal: Annotated[
        bool, typer.Option("--rehearsal", help=N_("A ledger for trials: any day, never a mail server."))
    ] = False,
    language: Annotated[str, typer.Option("--language", metavar="zh|en", help=N_("What the house speaks."))] = "",
) -> None:
    """Begin a ledger: duban.toml with the settings, duban.db with nothing in it yet."""
    one_of("--language", language, "", "zh", "en")
    settings = folder / "duban.toml"
    if settings.exists():
        raise FileError(say("{path} is there already; nothing was changed", path=str(settings)))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        database = Database(database_url(os.environ.get("DUBAN_DATABASE_URL") or "duban.db", folder))
        database.upgrade()
        with database.write() as connection:
            house = row(connection, "SELECT word FROM house")
            word = house["word"] if house else secrets.token_hex(8)
            if not house:
                insert(connection, House(word=word, rehearsal=rehearsal))
        database.close()
        settings.touch(0o600)  # a password or a token may be written into it
        settings.write_text(_settings_text(word, language or speech.language), "utf-8")
    except OSError as error:
        raise FileError(say("{path} can't be written: {why}", path=str(folder), why=because(error))) from error
    speech = Speech(language) if language else speech
    typer.echo(speech("{path} is ready; write plans beside it, then run `duban apply`.", path=str(settings)))
    if house:
        typer.echo(speech("The ledger {path} was there already and is kept.", path=database.called))


def _settings_text(word: str, language: str) -> str:
    lines = [
        "# The settings of this house; docs/reference/settings.md explains each.",
        "# Calendars know our entries by this word: never change it.",
        f'house = "{word}"',
        f'language = "{language}"',
        'timezone = "Asia/Shanghai"',
        'send_at = "08:30"',
        "",
        "[mail]",
        '# host = "smtp.example.org" # without one, letters become files in outbox/',
        '# sender = "duban@example.org"',
    ]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of their plan files: which, and what becomes of what is no longer there."""

    sources: list[Source]
    folders: tuple[str, ...]  # as the ledger knows them; empty where files were named
    gone: applying.Gone
    prune: bool

    @property
    def plans(self) -> list[str]:
        """Return the ids of the plans."""
        return [one.plan.id for one in self.sources]


@dataclass(frozen=True, slots=True)
class Sight:
    """What applying would do, as one state of the ledger has it."""

    prepared: list[Prepared]
    missing: list[str]  # plans whose file is gone
    moved: list[Sentence]  # units that become others

    def changes_anything(self, wish: Wish) -> bool:
        """Return whether the ledger would be another one."""
        return not all(one.unchanged or one.reworded for one in self.prepared) or bool(self.missing and wish.prune)


def show_plan(
    files: Files = None,
    gone: Gone = "",
    prune: Prune = False,
    everything: All = False,
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
) -> None:
    """Show what `apply` would do; the exit code is 3 when that is anything at all."""
    room = enter(ledger_name)
    wish = _wish(room, files, gone, prune=prune)
    day = room.day(today)
    _tell_rehearsal(room, today)
    with room.database.read() as connection:
        sight = _look(room, connection, wish, day)
    _show(room, sight, wish, everything=everything)
    if not sight.changes_anything(wish):
        return
    _tell_letters(room, foretell(room.database, room.settings, wish.sources, day, wish.gone), wish)
    raise typer.Exit(WOULD_CHANGE)


def apply(
    files: Files = None,
    gone: Gone = "",
    release: Letters = False,
    prune: Prune = False,
    yes: Yes = False,
    everything: All = False,
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
    by: str = ByOption,
) -> None:
    """Write plan files into the ledger: all of them or none; the same again changes nothing."""
    room = enter(ledger_name)
    wish = _wish(room, files, gone, prune=prune)
    _tell_rehearsal(room, today)
    asking = not yes and sys.stdin.isatty() and sys.stdout.isatty()
    seen = _ask(room, wish, room.day(today), everything=everything) if asking else None
    with room.act(today, by) as act:
        sight = _look(room, act.connection, wish, act.on)
        if seen is not None and seen != [one.changes for one in sight.prepared]:
            raise DeskError(say("the ledger has changed meanwhile and nothing was applied; look again"))
        if not asking:
            _show(room, sight, wish, everything=everything)
        done = applying.apply(
            act.connection, sight.prepared, on=act.on, at=act.at, actor=act.actor, settings=room.settings
        )
        for plan in sight.missing if prune else ():
            close_plan(act, plan)
        let_go = [releasing.release_plan(act, plan) for plan in wish.plans] if release else []
        told = _follows(room, act, wish, release=release) if done and not asking else None
        waits = {one["id"] for one in waiting_plans(act.connection, act.on)}
    if told:
        _tell_letters(room, told, wish)
    _tell(room, done, let_go, waits)


def _follows(room: Room, act: Act, wish: Wish, *, release: bool) -> Foretold:
    """Return what the next round sends: what was just released, or what a release would let go."""
    if release:
        return waiting_letters(act.connection, wish.plans)
    return released(act.connection, room.settings, wish.plans, act.on)


def _tell_rehearsal(room: Room, today: str) -> None:
    """Say which day a rehearsal takes where none was named: once something is written, no day before it can be."""
    if not today and room.is_rehearsal:
        text = room.speech(
            "This is a rehearsal, and no day was named with --today: today counts, {day}.", day=room.machine_day
        )
        typer.echo(text, err=True)


def _ask(room: Room, wish: Wish, day: date, *, everything: bool) -> list[tuple[Change, ...]]:
    """Show what would be done and how many letters follow, and ask; return what was agreed to."""
    with room.database.read() as connection:
        sight = _look(room, connection, wish, day)
    _show(room, sight, wish, everything=everything)
    if sight.changes_anything(wish) and not any(one.vanished for one in sight.prepared):
        _tell_letters(room, foretell(room.database, room.settings, wish.sources, day, wish.gone), wish)
        agree(room.speech("Apply?"), room.speech)
    return [one.changes for one in sight.prepared]


def _wish(room: Room, files: list[Path] | None, gone: str, *, prune: bool) -> Wish:
    if gone not in ("", "cancel", "keep"):
        raise UsageError(say("--gone takes cancel or keep, not {text}", text=gone))
    named = files or [_from_here(room.folder)]
    reading = read_files(steps(plan_files(named), room.speech("Reading plans")))
    errors = [finding for finding in reading.findings if finding.severity == "error"]
    print_findings(replace(reading, findings=errors), room.speech, err=True)
    if errors:
        many = room.speech.count("{n} error has to be mended first; the ledger is as it was.",
                                 "{n} errors have to be mended first; the ledger is as it was.",
                                 len(errors))  # fmt: skip
        typer.echo(many, err=True)
        raise typer.Exit(FINDINGS)
    if reading.findings:
        many = room.speech.count("{n} remark: `duban check` shows it", "{n} remarks: `duban check` shows them",
                                 len(together(reading.findings)))  # fmt: skip
        typer.echo(many, err=True)
    folders = tuple(_home(room, path) for path in named if path.is_dir())
    if prune and not folders:
        raise UsageError(say("--prune closes plans whose file is gone from a folder; name the folder"))
    sources = [replace(one, plan=replace(one.plan, file=_home(room, Path(one.plan.file)))) for one in reading.sources]
    return Wish(sources, folders, gone, prune)  # type: ignore[arg-type]


def _from_here(folder: Path) -> Path:
    """Return a folder in which, or below which, somebody stands as they would write it: `.` or `..`."""
    return Path(os.path.relpath(folder)) if Path.cwd().is_relative_to(folder) else folder


def _home(room: Room, path: Path) -> str:
    """Return a path as the ledger knows it: relative to the house, where it lies inside."""
    full, house = path.resolve(), room.folder.resolve()
    inside = full.relative_to(house).as_posix() if full.is_relative_to(house) else full.as_posix()
    return "" if inside == "." else inside


def _look(room: Room, connection: Connection, wish: Wish, day: date) -> Sight:
    prepared = [applying.prepare(connection, one, day, room.settings, wish.gone) for one in wish.sources]
    return Sight(prepared, closing.missing(connection, wish.folders, wish.plans), reorganised(connection, prepared))


def _show(room: Room, sight: Sight, wish: Wish, *, everything: bool) -> None:
    """Print what changes, plan by plan."""
    on = screen(sys.stdout, os.environ)
    for one in sight.prepared:
        typer.echo(changes_text(one, room.speech, on, everything=everything), color=on.colours)
    for said in sight.moved:
        typer.echo(plain(room.speech.sentence(said)))
    for plan in sight.missing:
        text = N_("{plan}: its file is no longer there; it is closed.") if wish.prune else N_(
            "{plan}: its file is no longer there; --prune closes it."
        )  # fmt: skip
        room.say(text, plan=plan)


def _tell_letters(room: Room, told: Foretold, wish: Wish) -> None:
    with room.database.read() as connection:
        released = {one["id"] for one in rows(connection, "SELECT id FROM plan WHERE released_on IS NOT NULL")}
    if told.letters:
        letters = room.speech.count("{n} letter", "{n} letters", told.letters)
        people = room.speech.count("{n} person", "{n} people", told.people)
        text = N_("The next round sends {letters} to {people}.") if released.issuperset(wish.plans) else N_(
            "Once released, the next round sends {letters} to {people}."
        )  # fmt: skip
        room.say(text, letters=letters, people=people)
    else:
        room.say("No letter follows from it at the next round.")


def _tell(room: Room, done: list[Applied], let_go: list[Released], waits: set[str]) -> None:
    """Print what was done, and what the office has to do next."""
    if done:
        room.say("Applied: {plans}.", plans=room.speech.names(one.plan for one in done))
    past = [f"{one.plan}/{task}" for one in done for task in one.past]
    if past:
        shown = room.speech.names(past[:PAST]) + (" …" if len(past) > PAST else "")
        room.say("Due before it was assigned, so nobody is told; was it done? {tasks}", tasks=shown)
    fresh = [one.plan for one in done if one.fresh]
    if held := [plan for plan in fresh if plan in waits]:
        room.say("No letter leaves before `duban release {plans}`.", plans=" ".join(held))
    if (over := [plan for plan in fresh if plan not in waits]) and not let_go:
        names = room.speech.names(over)
        room.say("Nothing of {plans} is asked any more, so no letter leaves and none is to be released.", plans=names)
    if sum(one.notices for one in let_go):
        room.say("Released; the letters go out at the next round.")
