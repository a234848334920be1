"""The feeds family: calendars to subscribe to are given out, replaced, closed, written to files, and checked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.board import add, family
from commands.calendar_files import lay_out, read_calendar
from commands.room import LedgerOption, Room, TodayOption, enter, one_of
from commands.tokens import RefOption, base_of, list_tokens, narrowing, revoke_tokens
from notifications.feed_check import check_feed
from notifications.speech import N_, Speech
from plans.model import say
from plans.trouble import FINDINGS, UsageError
from scheduler.calendars import LARGE, feed_bytes
from scheduler.subscriptions import LONGEST, addresses, name_of, named, narrowed, new_feed, open_ones
from store import tokens
from store.tokens import Grant

PlanOption = typer.Option("", "--plan", metavar="PLAN", help=N_("Only this plan."))
UnitOption = typer.Option("", "--unit", metavar="UNIT", help=N_("Only what this unit has a part in."))
PersonOption = typer.Option("", "--person", metavar="PERSON", help=N_("Only what this person has a part in."))
RoleOption = typer.Option("", "--role", metavar="ROLE", help=N_("Only in this part: lead, support, owner …"))
OverdueOption = typer.Option(False, "--overdue", help=N_("Only what is overdue."))
KindOption = typer.Option("events", "--kind", metavar="events|todos", help=N_("Entries of a calendar, or to-dos."))
TitlesOption = typer.Option("full", "--titles", metavar="full|number", help=N_("Whole titles, or numbers only."))
AlarmsOption = typer.Option(False, "--alarms", help=N_("Ring at nine on the day before; many clients ignore it."))
LanguageOption = typer.Option("", "--language", metavar="zh|en", help=N_("The language of the calendar."))
NameOption = typer.Option("", "--name", help=N_("What it is called; by itself after whom it is for."))


def register(app: typer.Typer, speech: Speech) -> None:
    """Put the family's commands on the board."""
    own = family(app, speech, N_("Feeds"), "feed", N_("Calendars to subscribe to."))
    for name, function, about in (
        ("new", new, N_("Give out a calendar; its address is shown once.")),
        ("list", list_, N_("List the calendars that were given out.")),
        ("rotate", rotate, N_("Give a calendar a new address; the old one works 14 days longer.")),
        ("revoke", revoke, N_("Close calendars at once; their addresses say so.")),
        ("export", export, N_("Write calendars to files, for any web server to hand out.")),
        ("check", check, N_("Check a calendar file or address strictly, whoever made it.")),
    ):
        add(own, speech, N_("Feeds"), name, function, about)


def new(
    plan: str = PlanOption,
    unit: str = UnitOption,
    person: str = PersonOption,
    role: str = RoleOption,
    overdue: bool = OverdueOption,
    kind: str = KindOption,
    titles: str = TitlesOption,
    alarms: bool = AlarmsOption,
    language: str = LanguageOption,
    name: str = NameOption,
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
) -> None:
    """Give out a calendar."""
    room = enter(ledger_name)
    chosen = _chosen(kind, titles, language, alarms=alarms)
    day = room.day(today)
    with room.database.write() as connection:
        filters = narrowed(connection, narrowing(plan, unit, person, role, overdue=overdue))
        taken = [held.grant.name for held in open_ones(connection, day, "feed")]
        called = name or name_of(connection, filters, language or room.settings.language, taken)
        if called in taken:
            raise UsageError(say("there is a calendar called {name} already; give it another --name", name=called))
        secret = new_feed(connection, filters, chosen, called, day)
        body = feed_bytes(connection, room.settings, Grant("feed", filters, chosen, called), day) or b""
    _tell(room, called, secret)
    entries = body.count(b"\r\nUID:")
    typer.echo(room.speech.count("It holds {n} entry today.", "It holds {n} entries today.", entries))
    if len(body) > LARGE:
        room.say("At {size} kB some clients give up: narrow it by --unit or --plan.", size=len(body) // 1000)


def _chosen(kind: str, titles: str, language: str, *, alarms: bool) -> dict[str, Any]:
    """Return what a calendar's owner chose, or say which word isn't one of the known."""
    one_of("--kind", kind, "events", "todos")
    one_of("--titles", titles, "full", "number")
    one_of("--language", language, "", "zh", "en")
    return {"kind": kind, "titles": titles, "alarms": alarms, "language": language}


def _tell(room: Room, name: str, secret: str) -> None:
    """Print a calendar's addresses, which nobody can read again afterwards."""
    found = addresses(base_of(room), secret)
    typer.echo(f"{name}  ({tokens.digest(secret)[: tokens.SHORT]})")
    for about, address in (
        (N_("to copy"), found.plain),
        (N_("to open in a calendar"), found.webcal),
        (N_("for Google Calendar"), found.google),
    ):
        typer.echo(f"  {room.speech(about)}\n    {address}")
    room.say("Whoever knows an address sees what it shows. It is not kept: copy it now.")
    if len(found.google) > LONGEST:
        room.say("The addresses are longer than {n} characters; Google Calendar may fail silently.", n=LONGEST)


def list_(
    everything: Annotated[bool, typer.Option("--all", help=N_("Those that are closed as well."))] = False,
    format_: Annotated[str, typer.Option("--format", metavar="text|json", help=N_("How to print."))] = "text",
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
) -> None:
    """List calendars."""
    list_tokens(enter(ledger_name), today, format_, "feed", everything=everything)


def rotate(reference: str = RefOption, ledger_name: str = LedgerOption, today: str = TodayOption) -> None:
    """Replace a calendar's address."""
    room = enter(ledger_name)
    day = room.day(today)
    with room.database.write() as connection:
        held = named(connection, reference, day, "feed")
        if held.replaced_on:
            raise UsageError(say("{name} was replaced already; rotate the newer one", name=held.short))
        secret = tokens.rotate(connection, held, day)
    _tell(room, held.grant.name, secret)
    room.say("The old address works until {day}.", day=day + tokens.GRACE)


def revoke(
    references: Annotated[list[str] | None, typer.Argument(metavar="FEED…", help=N_("Names or numbers."))] = None,
    unit: str = UnitOption,
    person: str = PersonOption,
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
) -> None:
    """Close calendars."""
    revoke_tokens(enter(ledger_name), today, references or [], narrowing("", unit, person, ""), "feed")


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=N_("Where the files go."))],
    plan: str = PlanOption,
    unit: str = UnitOption,
    person: str = PersonOption,
    role: str = RoleOption,
    overdue: bool = OverdueOption,
    kind: str = KindOption,
    titles: str = TitlesOption,
    alarms: bool = AlarmsOption,
    language: str = LanguageOption,
    name: str = NameOption,
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
) -> None:
    """Write every calendar given out, or the one that the options describe, as files."""
    room = enter(ledger_name)
    day, chosen = room.day(today), _chosen(kind, titles, language, alarms=alarms)
    with room.database.read() as connection:
        filters = narrowed(connection, narrowing(plan, unit, person, role, overdue=overdue))
        if filters or name or chosen != _chosen("events", "full", "", alarms=False):
            called = name or name_of(connection, filters, language or room.settings.language)
            grants = [Grant("feed", filters, chosen, called)]
        else:
            grants = [held.grant for held in open_ones(connection, day, "feed") if not held.replaced_on]
        found = {grant.name: feed_bytes(connection, room.settings, grant, day) for grant in grants}
    written = lay_out(folder, {name: body for name, body in found.items() if body is not None})
    texts = (
        N_("{n} calendar in {folder}, written anew: {written}."),
        "{n} calendars in {folder}, written anew: {written}.",
    )
    typer.echo(room.speech.count(*texts, len(found), folder=folder, written=written))


def check(
    speech: Speech,
    what: Annotated[str, typer.Argument(metavar="FILE|URL", help=N_("A calendar file, or the address of one."))],
    format_: Annotated[str, typer.Option("--format", metavar="text|json", help=N_("How to print."))] = "text",
) -> None:
    """Check a calendar strictly."""
    one_of("--format", format_, "text", "json")
    body, faults = read_calendar(what)
    faults += check_feed(body)
    if format_ == "json":
        shaped = [{"line": one.line, "rule": one.rule, "message": speech.sentence(one.message)} for one in faults]
        typer.echo(json.dumps(shaped, ensure_ascii=False, indent=2))
    else:
        for one in faults:
            place = f"{what}:{one.line}" if one.line else what
            typer.echo(f"{place}: {one.rule} {speech.sentence(one.message)}")
        entries = body.count(b"\nBEGIN:VEVENT") + body.count(b"\nBEGIN:VTODO")
        told = speech.count(
            "{n} fault; entries: {entries}.", "{n} faults; entries: {entries}.", len(faults), entries=entries
        )
        typer.echo(told)
    if faults:
        raise typer.Exit(FINDINGS)
