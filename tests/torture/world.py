"""A world to be tortured: a mail server, a house with letters due, and the verdict on what arrived.

A house is made once for a file and once for a server, and copied for each case.
"""

# ruff: noqa: N802 (aiosmtpd names its hooks)

from __future__ import annotations

import itertools
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

from notifications.postman import SmtpPostman
from plans.trouble import DubanError
from scheduler.job import do_job
from scheduler.settings import load_settings
from store import soundness
from store.database import Database
from store.journal import Journal
from tests import server
from tests.house import House
from tests.mailserver import Desk, serving

UNITS = 4
WANTED = Counter({f"p{n}@example.org": 1 for n in range(UNITS)})
ROUNDS = 6  # honest rounds after the torture, by when everything must have arrived


class Relay:
    """A mail server whose manners can be changed while it runs."""

    def __init__(self) -> None:
        self.desk = Desk()

    async def handle_MAIL(self, *what: Any) -> str:
        return await self.desk.handle_MAIL(*what)

    async def handle_RCPT(self, *what: Any) -> str:
        return await self.desk.handle_RCPT(*what)

    async def handle_DATA(self, *what: Any) -> str:
        return await self.desk.handle_DATA(*what)


@dataclass
class World:
    """Houses of one kind, each as it was made: *kind* says where their ledgers are."""

    kind: str
    relay: Relay
    template: House
    folder: Path
    count: Iterator[int] = field(default_factory=itertools.count)

    @contextmanager
    def house(self) -> Iterator[House]:
        """Give a fresh house, and a mail server that takes everything."""
        self.relay.desk = Desk()
        folder = self.folder / f"{self.kind}-{next(self.count)}"
        shutil.copytree(self.template.folder, folder)
        try:
            if not self.template.url:
                yield replace(self.template, folder=folder)
                return
            with _copied(self.template.url) as url:
                yield replace(self.template, folder=folder, url=url)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def verdict(self, house: House, copies: int, again: int = ROUNDS) -> list[str]:
        """Make honest rounds until all has arrived; return what is wrong: *copies* more than one are allowed."""
        database = house.database()
        try:
            rounds(house, database, again)
            return [*_arrived(self.relay.desk, copies), *_recorded(database, self.relay.desk)]
        finally:
            database.close()


def rounds(house: House, database: Database, count: int, later: int = 0) -> None:
    """Make rounds hours apart until nothing waits."""
    now = int(time.time()) + later  # noqa: TID251 - the tortured processes look at the clock, too
    settings = load_settings(house.folder / "duban.toml", {})
    for _ in range(count):
        house.let_time_pass()
        with SmtpPostman("127.0.0.1", house.port, "none") as smtp:
            try:
                do_job(database, settings, smtp, now, journal=Journal(house.folder / "sent"))
            except DubanError as trouble:
                raise AssertionError(f"an honest round failed: {trouble}") from trouble
        if not house.ask("SELECT id FROM letter WHERE state IN ('ready', 'claimed')"):
            return


def _arrived(desk: Desk, copies: int) -> Iterator[str]:
    got = Counter(to for _, (to,), _ in desk.letters)
    for person in WANTED - got:
        yield f"LOST: {person} got nothing"
    for person in set(got) - set(WANTED):
        yield f"STRANGE: {person} got a letter"
    extra = sum((got - WANTED).values())
    if extra > copies:
        yield f"COPIES: {extra}, where {copies} are allowed"
    for person in got:
        if len({data for _, (to,), data in desk.letters if to == person}) > 1:
            yield f"CHANGED: {person} got a repeat that differs"


def _recorded(database: Database, desk: Desk) -> Iterator[str]:
    with database.read() as connection:
        found = connection.execute(text("SELECT address, state, message_id FROM letter WHERE state <> 'void'")).all()
        yield from (f"UNSOUND: {one}" for one in soundness.examine(connection))
    delivered = b"".join(data for _, _, data in desk.letters)
    for address, state, message_id in found:
        if state != "sent":
            yield f"WAITS: the letter to {address} is {state}"
        elif message_id.encode() not in delivered:
            yield f"UNTRUE: the letter to {address} is marked sent and was not"
    if broken := database.damage():
        yield f"DAMAGED: {broken}"


@contextmanager
def _copied(url: str) -> Iterator[str]:
    """Give the URL of a copy of a server's database."""
    home = make_url(url).set(drivername="postgresql+psycopg")
    name = f"{home.database}_{time.monotonic_ns() % 10**9}"
    engine = create_engine(home.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {home.database}"))
    try:
        yield url.replace(f"/{home.database}", f"/{name}")
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


@contextmanager
def worlds(folder: Path, *, with_server: bool) -> Iterator[dict[str, World]]:
    """Give a world of files and, where there is a PostgreSQL server, one of its databases, by their kinds."""
    relay, made = Relay(), {}
    with ExitStack() as stack:
        port = stack.enter_context(serving(relay))
        made["file"] = World("file", relay, House.make(folder / "file", port, UNITS), folder)
        if with_server:
            url = stack.enter_context(server.fresh_database()).replace("postgresql+psycopg://", "postgresql://")
            made["server"] = World("server", relay, House.make(folder / "server", port, UNITS, url), folder)
        yield made
