"""The room a command works in: the house's settings and ledger, whose language is spoken, and which day it is."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from getpass import getuser
from importlib.util import find_spec
from pathlib import Path

import typer
from sqlalchemy import Connection

from commands.days import day_written
from commands.place import find_place
from notifications.postman import OutboxFolder, Postman, SmtpPostman
from notifications.speech import N_, Speech, language_of
from plans.model import say
from plans.trouble import LedgerError, UsageError
from scheduler.desk import Act
from scheduler.matters import day_out
from scheduler.settings import Settings, database_url, load_settings
from store import ledger
from store.database import Database
from store.journal import Journal

SENT = "sent"  # the folder of the journal
LedgerOption = typer.Option(
    "", "--ledger", metavar="PATH", help=N_("The ledger: a file, a database URL, or the folder of a duban.toml.")
)
TodayOption = typer.Option("", "--today", metavar="DAY", help=N_("The day that counts, 2018-06-08; today by itself."))
ByOption = typer.Option("", "--by", metavar="NAME", help=N_("Who does it; you by itself."))


@dataclass(frozen=True)
class Room:
    """One house, opened for one command."""

    settings: Settings
    database: Database
    speech: Speech
    folder: Path
    file: Path | None = None  # its duban.toml

    @property
    def machine_day(self) -> date:
        """Return today in the house's time zone."""
        return datetime.now(self.settings.zone).date()

    def day(self, written: str) -> date:
        """Return the day an option names, today without one."""
        return read_day(written, self.machine_day) if written else self.machine_day

    def moment(self, written: str) -> int:
        """Return now, or on a day named the instant at which its letters go out."""
        if not written:
            return int(time.time())
        with self.database.read() as connection:
            return day_out(connection, self.day(written), self.settings.send_at, self.settings.timezone)

    @contextmanager
    def act(self, written: str, by: str) -> Iterator[Act]:
        """Give one act of the office in one transaction, its day checked against the ledger's past."""
        on = self.day(written)
        with self.database.write() as connection:
            ledger.guard(connection, on, self.machine_day, named=bool(written))
            yield Act(
                connection,
                self.settings.send_at,
                on,
                int(time.time()),
                by or actor(),
                self.settings.mark,
                self.settings.extensions,
            )

    @property
    def is_rehearsal(self) -> bool:
        """Return whether the ledger is one for trials."""
        with self.database.read() as connection:
            return bool(ledger.house(connection)["rehearsal"])

    @contextmanager
    def postman(self) -> Iterator[Postman]:
        """Give who carries letters: the mail server, or a folder of .eml files without one and in a rehearsal."""
        mail = self.settings.mail
        if not mail.host or self.is_rehearsal:
            yield OutboxFolder(mail.outbox)
            return
        with SmtpPostman(mail.host, mail.port, mail.security, mail.user, mail.password) as smtp:
            yield smtp

    def journal(self) -> Journal | None:
        """Return where it is noted what was sent, beside the ledger's file or duban.toml; a rehearsal sends nothing."""
        return None if self.is_rehearsal else Journal(self.home / SENT)

    @property
    def home(self) -> Path:
        """Return the folder of the ledger's file, or of duban.toml where the ledger is on a server."""
        file = self.database.file
        return file.parent if file else self.folder

    def say(self, text: str, /, **values: object) -> None:
        """Print a sentence in the language of the room."""
        typer.echo(self.speech(text, **values))


def actor() -> str:
    """Return who is at the machine."""
    try:
        return getuser()
    except (KeyError, OSError):
        return ""


def read_day(written: str, near: date | None = None) -> date:
    """Return the day that *written* names; without a year that of *near*."""
    try:
        return day_written(written, near)
    except ValueError as no_day:
        raise UsageError(say(str(no_day), text=written)) from None


def one_of(option: str, written: str, *known: str) -> None:
    """Refuse what an option doesn't take.

    Raises:
        UsageError: *written* is none of the *known* words.
    """
    if written not in known:
        words = ", ".join(filter(None, known))
        raise UsageError(say("{option} takes {known}, not {text}", option=option, known=words, text=written))


def enter(named: str = "") -> Room:
    """Open the house that --ledger or the nearest duban.toml names, its ledger brought up to this program's schema."""
    place = find_place(named, os.environ, str(Path.cwd()))
    settings = load_settings(Path(place.file) if place.file else None, os.environ)
    folder = Path(place.file).parent if place.file else Path.cwd()
    database = opened(database_url(place.ledger, Path.cwd()))
    speech = Speech(language_of(os.environ, place.language))
    return Room(settings, database, speech, folder, Path(place.file) if place.file else None)


def opened(url: str) -> Database:
    """Return a ledger that is there, brought up to this program's schema.

    Raises:
        LedgerError: it isn't there, is newer than this program, or can't be read or written.
    """
    database = Database(url)
    if database.file and not database.file.exists():
        raise LedgerError(say("{path} does not exist; `duban init` makes a ledger", path=database.file))
    database.upgrade()
    if not database.lite and find_spec("procrastinate"):
        database.before_commit = _nudge(database)
    return database


def _nudge(database: Database) -> Callable[[Connection], None]:
    """Return how an act calls for a round by the workers; their library is loaded by the first act that does."""

    def nudge(connection: Connection) -> None:
        from scheduler.cluster import Cluster

        Cluster(database).nudge(connection)

    return nudge
