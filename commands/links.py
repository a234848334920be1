"""The links family: addresses of pages are given out without an account, and taken back."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from commands.board import add, family
from commands.feeds import NameOption, PersonOption, PlanOption, UnitOption
from commands.room import LedgerOption, Room, TodayOption, enter, read_day
from commands.tokens import base_of, list_tokens, narrowing, revoke_tokens
from notifications.speech import N_, Speech
from plans.model import say
from plans.trouble import UsageError
from scheduler.subscriptions import OFFICE_DAYS, name_of, narrowed, report_grant
from store import tokens
from store.tokens import Grant


def register(app: typer.Typer, speech: Speech) -> None:
    """Put the family's commands on the board."""
    own = family(app, speech, N_("Feeds"), "link", N_("Links to pages."))
    for name, function, about in (
        ("new", new, N_("Give out a link: to read, to report on one task, or to the office.")),
        ("list", list_, N_("List the links that were given out.")),
        ("revoke", revoke, N_("Close links at once.")),
    ):
        add(own, speech, N_("Feeds"), name, function, about)


def new(
    office: Annotated[bool, typer.Option("--office", help=N_("The office's own door: good once, for 7 days."))] = False,
    task: Annotated[str, typer.Option("--task", metavar="TASK", help=N_("Report on this task, for a --unit."))] = "",
    plan: str = PlanOption,
    unit: str = UnitOption,
    person: str = PersonOption,
    until: Annotated[str, typer.Option("--until", metavar="DAY", help=N_("The last day it works."))] = "",
    name: str = NameOption,
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
) -> None:
    """Give out a link."""
    room = enter(ledger_name)
    if office and (task or plan or unit or person):
        raise UsageError(say("--office opens everything; leave the other options out"))
    day = room.day(today)
    last = read_day(until, day) if until else None
    secret, path = (
        _office(room, day, last, name)
        if office
        else _report(room, day, last, task, unit, person, name)
        if task
        else _page(room, day, last, narrowing(plan, unit, person, ""), name)
    )
    typer.echo(f"{base_of(room)}{path.format(secret)}")
    room.say("Whoever knows a link may do what it allows. It is not kept: copy it now.")


def _office(room: Room, day: date, last: date | None, name: str) -> tuple[str, str]:
    with room.database.write() as connection:
        grant = Grant("office", name=name or room.speech("office"), expires_on=last or day + OFFICE_DAYS)
        return tokens.issue(connection, grant, day), "/o/{}"


def _page(room: Room, day: date, last: date | None, written: dict[str, object], name: str) -> tuple[str, str]:
    with room.database.write() as connection:
        filters = narrowed(connection, written)
        called = name or name_of(connection, filters, room.settings.language)
        return tokens.issue(connection, Grant("page", filters, {}, called, last), day), "/p/{}/"


def _report(room: Room, day: date, last: date | None, task: str, unit: str, person: str, name: str) -> tuple[str, str]:
    with room.database.write() as connection:
        grant = report_grant(connection, task, unit, person, name, last)
        return tokens.issue(connection, grant, day), "/r/{}"


def list_(
    everything: Annotated[bool, typer.Option("--all", help=N_("Those that are closed as well."))] = False,
    format_: Annotated[str, typer.Option("--format", metavar="text|json", help=N_("How to print."))] = "text",
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
) -> None:
    """List links."""
    list_tokens(enter(ledger_name), today, format_, "page", "report", "office", "session", everything=everything)


def revoke(
    references: Annotated[list[str] | None, typer.Argument(metavar="LINK…", help=N_("Names or numbers."))] = None,
    unit: str = UnitOption,
    person: str = PersonOption,
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
) -> None:
    """Close links."""
    whose = narrowing("", unit, person, "")
    revoke_tokens(enter(ledger_name), today, references or [], whose, "page", "report", "office", "session")
