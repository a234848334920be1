"""A visit: somebody came to the side door with a token, and this is the house as they may see it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from notifications.speech import Speech
from plans.model import EARLIEST, LATEST, Sentence
from scheduler.calendars import open_feed
from scheduler.desk import Act
from scheduler.health import examine
from scheduler.settings import Settings
from store import ledger
from store.database import Database
from store.feed_cache import Opened
from store.tokens import Held


@dataclass(frozen=True)
class House:
    """One house with its side door open. *shown* is the only day it shows, for a look back or a rehearsal."""

    settings: Settings
    database: Database
    shown: date | None = None
    wake: Callable[[], None] = lambda: None  # says that something was made due

    def today(self) -> date:
        """Return the day pages and feeds show unless a page is asked for another one."""
        return self.shown or datetime.now(self.settings.zone).date()

    def open_feed(self, secret: str, day: date) -> Opened:
        """Return what a feed's address answers."""
        return open_feed(self.database, self.settings, secret, day, int(time.time()))


@dataclass(frozen=True)
class Visit:
    """One request with an open token: who it is for, which day, in which language, and the ledger to read from.

    `read` runs a query of store.queries (see store.look) and sees one state of the ledger for the whole page.
    """

    house: House
    request: Request
    held: Held
    secret: str
    read: Callable[..., list[dict[str, Any]]]

    @property
    def filter(self) -> Mapping[str, Any]:
        """Return what the token is narrowed to: plan, unit, person … by id; empty = all."""
        return self.held.grant.filter

    @property
    def is_office(self) -> bool:
        """Return whether the visitor is the office, and may act."""
        return self.held.grant.kind == "session"

    @property
    def form_token(self) -> str:
        """Return what a page puts into its forms as `form`: only a page that knows the token can tell it."""
        return hashlib.sha256(f"form of {self.secret}".encode()).hexdigest()[:32]

    @cached_property
    def day(self) -> date:
        """Return the day to show: the one that ?day= names, else today."""
        try:
            day = date.fromisoformat(self.request.query_params.get("day", ""))
        except ValueError:
            return self.house.today()
        return day if EARLIEST <= day.year <= LATEST else self.house.today()

    @cached_property
    def speech(self) -> Speech:
        """Return the visitor's language, from ?lang= or what their browser asks for, else the house's."""
        return spoken(self.request, self.house.settings)

    @property
    def place(self) -> str:
        """Return the page's path below the token or the office, as it stands in the address: task/PLAN/TASK."""
        scope = self.request.scope
        before: str = scope.get("app_root_path", scope.get("root_path", ""))
        path: str = (scope.get("raw_path") or scope["path"].encode()).decode("ascii", "replace").removeprefix(before)
        return path.split("/", 3 if path.startswith("/p/") else 2)[-1]

    @property
    def base(self) -> str:
        """Return the relative way from this page to the token's first page, such as "" or "../"."""
        return "../" * self.place.count("/")

    @cached_property
    def troubles(self) -> tuple[Sentence, ...]:
        """Return why rounds aren't made or letters don't leave at present; a look back or ahead has no present."""
        if self.house.shown:
            return ()
        with self.house.database.read() as connection:
            return examine(connection, int(time.time()), self.house.settings.zone).troubles

    @contextmanager
    def act(self) -> Iterator[Act]:
        """Give one act of the visitor in one transaction, with effect today."""
        house, settings, now = self.house, self.house.settings, int(time.time())
        with house.database.write() as connection:
            ledger.guard(connection, house.today(), datetime.now(settings.zone).date())
            who = self.held.grant.name
            yield Act(connection, settings.send_at, house.today(), now, who, settings.mark, settings.extensions)
        house.wake()


Page = Callable[[Visit], Response]
Action = Callable[[Visit, FormData], Response]


def spoken(request: Request, settings: Settings) -> Speech:
    """Return the language a page is written in."""
    wanted = request.query_params.get("lang") or request.headers.get("accept-language", "")
    known = [part.strip()[:2].lower() for part in wanted.split(",")]
    return Speech(next((one for one in known if one in ("zh", "en")), settings.language))
