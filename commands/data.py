"""The db family: the ledger's own upkeep, from its schema over backups to the move onto a server."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from commands.board import add, family
from commands.place import find_place
from commands.room import SENT, LedgerOption, enter, opened
from notifications.speech import N_, Speech, language_of
from plans.model import say
from plans.trouble import FINDINGS, LedgerError
from scheduler.settings import database_url
from store import backup as backup_
from store import soundness
from store.database import Database
from store.journal import Journal
from store.ledger import outrun
from store.refusals import DAMAGED
from store.replay import replay

BEGINNING = date(2000, 1, 1)


def register(app: typer.Typer, speech: Speech) -> None:
    """Put the family's commands on the board."""
    own = family(app, speech, N_("House"), "db", N_("Upkeep of the ledger: schema, backups, and the move to a server."))
    for name, function, text in (
        ("upgrade", upgrade, N_("Bring the ledger to this program's schema, whole or not at all.")),
        ("check", check, N_("See whether the ledger is undamaged and holds together.")),
        ("backup", backup, N_("Write a copy of the ledger, also while it is in use; it is compared before it counts.")),
        ("restore", restore, N_("Put a backup in the ledger's place; what was sent since isn't sent again.")),
        ("copy", copy, N_("Copy the ledger into an empty file or database, counted and compared.")),
    ):
        add(own, speech, "", name, function, text)


def upgrade(ledger_name: str = LedgerOption) -> None:
    """Bring the ledger to this program's schema."""
    room = enter(ledger_name)
    room.say("The ledger has schema {schema}.", schema=room.database.revision())


def check(ledger_name: str = LedgerOption) -> None:
    """See whether the ledger holds together."""
    room = enter(ledger_name)
    if broken := room.database.damage():
        raise LedgerError(say(DAMAGED, path=room.database.called, why=broken))
    with room.database.read() as connection:
        found = soundness.examine(connection)
    for one in found:
        typer.echo(room.speech("{rule}: {count}", rule=room.speech(str(one.values["rule"])), count=one.values["count"]))
    if found:
        raise typer.Exit(FINDINGS)
    room.say("The ledger is undamaged and holds together.")


def backup(
    target: Annotated[Path, typer.Argument(metavar="FILE", help=N_("The file to write; it must not be there."))],
    ledger_name: str = LedgerOption,
) -> None:
    """Write a copy of the ledger."""
    room = enter(ledger_name)
    counts = backup_.back_up(room.database, target)
    room.say("{path}: rows counted and compared: {rows}.", path=target, rows=sum(counts.values()))


def restore(
    source: Annotated[Path, typer.Argument(metavar="FILE", help=N_("A backup that `duban db backup` wrote."))],
    sent: Annotated[
        list[Path] | None,
        typer.Option(
            "--sent", metavar="DIR", help=N_("A journal of what was sent; by itself the one beside the ledger.")
        ),
    ] = None,
    ledger_name: str = LedgerOption,
) -> None:
    """Put a backup in the ledger's place."""
    place = find_place(ledger_name, os.environ, str(Path.cwd()))
    speech = Speech(language_of(os.environ, place.language))
    folder = Path(place.file).parent if place.file else Path.cwd()
    url = database_url(place.ledger, Path.cwd())
    if url.startswith("sqlite:///"):
        ledger = Path(url.removeprefix("sqlite:///"))
        _into_file(speech, source, ledger, sent or [ledger.parent / SENT])
    else:
        _into_server(speech, source, url, sent or [folder / SENT])


def _into_file(speech: Speech, source: Path, ledger: Path, journals: list[Path]) -> None:
    draft = backup_.put_back(source, ledger)
    try:
        with closing(Database(f"sqlite:///{draft}")) as database:
            _replay(speech, database, journals)
        aside = ledger.with_name(f"{ledger.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        backup_.swap(draft, ledger, aside)
    finally:
        backup_.remove(draft)
    typer.echo(speech("{path} is in place.", path=ledger))
    if aside.exists():
        typer.echo(speech("What was there before lies at {path}.", path=aside))


def _into_server(speech: Speech, source: Path, url: str, journals: list[Path]) -> None:
    with closing(opened(url)) as target, TemporaryDirectory(prefix="duban-") as folder:
        draft = backup_.put_back(source, Path(folder) / "ledger.db")
        with closing(Database(f"sqlite:///{draft}")) as written:
            _replay(speech, written, journals)  # before anybody can see it: workers send what they find
            counts = backup_.copy(written, target)
        typer.echo(speech("Rows copied, counted and compared: {rows}.", rows=sum(counts.values())))


def _replay(speech: Speech, database: Database, journals: list[Path]) -> None:
    """Write into a ledger put back what was sent since."""
    with database.write() as connection:
        told = replay(connection, (line for folder in journals for line in Journal(folder).since(BEGINNING)))
        outrun(connection, int(datetime.now(UTC).timestamp()))
    typer.echo(speech("Letters sent since, now known: {count}.", count=told.letters))
    if told.unknown:
        text = speech(
            "What they said of tasks that this backup doesn't know: {count}. Apply the plans again, and look at "
            "`duban preview` before you release them.",
            count=told.unknown,
        )
        typer.echo(text)


def copy(
    target: Annotated[
        str, typer.Argument(metavar="FILE|URL", help=N_("An empty database, or a file that isn't there."))
    ],
    ledger_name: str = LedgerOption,
) -> None:
    """Copy the ledger into an empty one."""
    room = enter(ledger_name)
    url = database_url(target, Path.cwd())
    with closing(Database(url)) as fresh:
        counts = backup_.copy(room.database, fresh)
    room.say("Rows copied, counted and compared: {rows}.", rows=sum(counts.values()))
