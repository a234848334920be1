"""The house family: the server with its calendars and pages; the office's own rounds run beside it."""

from __future__ import annotations

import logging
import socket
import sys
import time
from datetime import date, timedelta
from errno import EADDRINUSE
from typing import TYPE_CHECKING, Annotated

import typer

from commands.alive import report_alive
from commands.board import add
from commands.logs import keep_log
from commands.room import LedgerOption, Room, enter, read_day
from notifications.speech import N_, Speech
from plans.model import say
from plans.trouble import FileError
from store.tokens import Grant, issue

if TYPE_CHECKING:
    from scheduler.clock import Clock

PORT = 8000
TRIES = 50  # ports tried from the first one on
OFFICE_LINK_DAYS = 7


def register(app: typer.Typer, speech: Speech) -> None:
    """Put the family's commands on the board."""
    add(
        app,
        speech,
        N_("House"),
        "serve",
        serve,
        N_("Serve calendars and pages, and make the rounds, until told to stop."),
    )


def serve(
    host: Annotated[str, typer.Option("--host", help=N_("The address to listen at; 0.0.0.0 for all."))] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help=N_("The port; by itself the first free one from 8000."))] = 0,
    today: Annotated[str, typer.Option("--today", metavar="DAY", help=N_("Show this day, and make no rounds."))] = "",
    no_rounds: Annotated[
        bool, typer.Option("--no-rounds", help=N_("Only show; others (duban work, duban round) make the rounds."))
    ] = False,
    ledger_name: str = LedgerOption,
) -> None:
    """Serve until told to stop."""
    from web.app import create_app  # the server's libraries are dear to import for every other command
    from web.server import run_server
    from web.visit import House

    room = enter(ledger_name)
    shown = read_day(today) if today else None
    clock = None if shown or no_rounds else _clock(room)
    house = House(room.settings, room.database, shown, clock.wake if clock else lambda: None)
    listening = listen(host, port)
    address = _address(host, listening)
    room.say("Serving {address}; Ctrl-C stops it.", address=address)
    if sys.stdout.isatty():
        room.say("The office's door, good once: {link}", link=f"{address}/o/{_office_link(room, house.today())}")
    else:
        room.say("Pages open by links: `duban link new --office` gives one out.")
    keep_log(room.settings.log)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)  # that it runs has been said
    sys.stdout.flush()
    run_server(create_app(house, clock), listening)
    room.database.close()


def _clock(room: Room) -> Clock:
    from scheduler.clock import Clock
    from scheduler.job import do_job, next_due

    journal = room.journal()

    def job() -> int | None:
        now = int(time.time())
        with room.postman() as postman:
            done = do_job(room.database, room.settings, postman, now, lambda: clock.is_stopping, journal)
        report_alive(room, now)
        return next_due(room.database, done)

    clock = Clock(job)
    return clock


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket at *port*, or for 0 at the first free one from PORT on."""
    trouble: OSError | None = None
    for candidate in [port] if port else range(PORT, PORT + TRIES):
        try:
            listening = socket.create_server((host, candidate), family=_family(host), backlog=1024)
        except (OSError, OverflowError) as error:
            trouble = error if isinstance(error, OSError) else OSError(str(error))
            if trouble.errno != EADDRINUSE:  # the next port would fare no better
                break
        else:
            # An answer is two writes, its head and its body. Python doesn't tell asyncio that an accepted connection
            # is one of TCP, and so the second would wait 40 ms for the client to confirm the first.
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return listening
    why = (trouble.strerror or str(trouble)).partition(" (")[0] if trouble else ""
    raise FileError(say("can't listen at {host}, port {port}: {why}", host=host, port=port or PORT, why=why))


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _address(host: str, listening: socket.socket) -> str:
    shown = {"0.0.0.0": socket.gethostname(), "::": socket.gethostname()}.get(host, host)  # noqa: S104
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{listening.getsockname()[1]}"


def _office_link(room: Room, day: date) -> str:
    with room.database.write() as connection:
        expires = day + timedelta(days=OFFICE_LINK_DAYS)
        return issue(connection, Grant("office", name="serve", expires_on=expires), day)
