"""The ladder family: which reminder ladders there are, what one of them says, and whom it would tell in a plan."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from commands.board import add, family
from commands.files import plan_files, read_files
from commands.findings import print_findings
from commands.place import nearest
from commands.room import LedgerOption, TodayOption, enter, read_day
from commands.table import Column, Screen, screen, table
from notifications.climbing import STAGE_KINDS, STAGE_RELEASES, people, times, working_days
from notifications.speech import N_, Speech
from plans.model import say
from plans.presets import ladder, preset_names, presets
from plans.stages import Ladder, LadderError, Stage
from plans.trouble import FINDINGS, UsageError
from scheduler.climb import Climb, Step, climbs, trial_ledger
from scheduler.ladder import reason
from scheduler.settings import Settings, load_settings
from store.database import rows
from store.reader import reading
from store.references import is_row, task_key


def register(app: typer.Typer, speech: Speech) -> None:
    """Put the family's commands on the board."""
    own = family(app, speech, N_("Plans"), "ladder", N_("Reminder ladders."))
    for name, function, about in (
        ("list", list_, N_("List the ladders that come with duban.")),
        ("show", show, N_("Show the stages of a ladder: when, to whom, let go by whom.")),
        ("try", try_, N_("Show whom a plan's ladder would tell what and when; nothing is written.")),
    ):
        add(own, speech, N_("Plans"), name, function, about)


def list_(speech: Speech) -> None:
    """List the presets."""
    on = screen(sys.stdout, os.environ)
    columns = (Column(speech("Ladder")), Column(speech("Also called"), 1), Column("", flows=True))
    typer.echo(table(columns, [_named(speech, one) for one in dict.fromkeys(presets().values())], on), nl=False)


def _named(speech: Speech, one: Ladder) -> tuple[str, str, str]:
    zh, en = one.about
    return one.name, speech.names(one.also), zh if speech.language == "zh" else en


def show(
    speech: Speech,
    name: Annotated[
        str,
        typer.Argument(help=N_("A ladder's name, such as standard."), autocompletion=lambda: list(preset_names())),
    ],
) -> None:
    """Show a ladder's stages."""
    on = screen(sys.stdout, os.environ)
    try:
        known = ladder(name)
    except LadderError as unknown:
        raise UsageError(unknown.sentence) from None
    zh, en = known.about
    typer.echo(on.paint(f"{known.name}  {zh if speech.language == 'zh' else en}", "head"))
    columns = (
        Column(speech("Stage")),
        Column(speech("What"), flows=True),
        Column(speech("When"), flows=True),
        Column(speech("To"), flows=True),
        Column(speech("Copy to"), 1, flows=True),
        Column(speech("Let go")),
        Column(speech("Answer within"), 2),
        Column(speech("Only if the task has"), 3),
    )
    typer.echo(table(columns, [_told(speech, stage) for stage in known.stages], on), nl=False)
    if known.soft_until:
        last = known.stage(known.soft_until)
        called = _called(speech, last) if last else known.soft_until
        typer.echo(speech("A date that is only striven for stops after “{stage}”.", stage=called))


def _called(speech: Speech, stage: Stage) -> str:
    return stage.called(speech.language) or speech(STAGE_KINDS[stage.kind])


def _told(speech: Speech, stage: Stage) -> tuple[str, ...]:
    return (
        stage.id,
        _called(speech, stage),
        times(speech, stage),
        people(speech, stage.to) if stage.kind != "propose" else "",
        people(speech, stage.cc),
        speech(STAGE_RELEASES[stage.release]) if stage.kind != "propose" else "",
        working_days(speech, stage.answer),
        working_days(speech, stage.span),
    )


def try_(
    speech: Speech,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help=N_("A plan file, or a plan of the ledger."))],
    task: Annotated[str, typer.Option("--task", metavar="TASK", help=N_("Only this task."))] = "",
    today: str = TodayOption,
    ledger_name: str = LedgerOption,
) -> None:
    """Try a plan's ladder."""
    on = screen(sys.stdout, os.environ)
    with _opened(speech, plan, today, ledger_name) as (connection, settings, name, day):
        wanted = "/".join(filter(None, _task(connection, name, task))) if task else name
        found = [one for one in climbs(connection, settings, name, day) if is_row(one.key, wanted)]
    if not found:
        typer.echo(speech("No row of {plan} is open on {day}.", plan=plan, day=day))
    for one in found:
        typer.echo(on.paint(f"{one.key}  {one.title}", "head") + (f"  {speech.date(one.due)}" if one.due else ""))
        typer.echo(_climb(speech, one, day, on))
    typer.echo(_sum(speech, found, day))


def _task(connection: Connection, plan: str, written: str) -> tuple[str, str, str]:
    """Return the task of a plan that is meant, by whatever it is called on the command line.

    Raises:
        UsageError: the plan has none that is called so.
    """
    return task_key(reading(connection), written if written.startswith(f"{plan}/") else f"{plan}/{written}")


@contextmanager
def _opened(speech: Speech, plan: str, today: str, named: str) -> Iterator[tuple[Connection, Settings, str, date]]:
    """Give a ledger that holds the plan, its settings, the plan's id and the day."""
    if not Path(plan).is_file():
        room = enter(named)
        with room.database.read() as connection:
            if not rows(connection, "SELECT id FROM plan WHERE id = :plan", plan=plan):
                raise UsageError(say("{plan} is no file, and the ledger has no plan of that name", plan=plan))
            yield connection, room.settings, plan, room.day(today)
        return
    reading = read_files(plan_files([Path(plan)]))
    if reading.broken:
        print_findings(reading, speech, err=True)
        raise typer.Exit(FINDINGS)
    file = nearest(str(Path.cwd()))
    settings = load_settings(Path(file) if file else None, os.environ)
    source = reading.sources[0]
    day = read_day(today) if today else source.plan.issued or date(source.plan.year or date.today().year, 1, 1)
    with trial_ledger(source, day, settings) as connection:
        yield connection, settings, source.plan.id, day


def _climb(speech: Speech, one: Climb, day: date, on: Screen) -> str:
    """Return the stages of one row as a table."""
    if not one.steps:
        return f"  {speech('Nobody is told of it by itself.')}\n"
    columns = (Column(""), Column("", flows=True), Column("", flows=True), Column("", 1, flows=True), Column(""))
    lines = [_step(speech, step, day) for step in one.steps]
    colours = [("", "grey", "grey") if step.skip else () for step in one.steps]
    return table(columns, lines, on, colours)


def _step(speech: Speech, step: Step, day: date) -> tuple[str, ...]:
    when = f"  {speech.date(step.day, day)}" if step.day else f"  {times(speech, step.stage)}"
    what = _called(speech, step.stage)
    if step.skip:
        return when, what, speech("not told: {why}", why=reason(step.skip)), "", ""
    if step.stage.kind == "propose":
        return when, speech("for the office to think about: {what}", what=what), "", "", ""
    copies = speech("copy to {names}", names=speech.names(step.cc)) if step.cc else ""
    return when, what, speech.names(step.to), copies, speech(STAGE_RELEASES[step.stage.release])


def _sum(speech: Speech, found: Iterable[Climb], day: date) -> str:
    """Return what it comes to: how much goes by itself, and how much waits for a human."""
    told = [step for one in found for step in one.steps if not step.skip and step.stage.kind != "propose"]
    counts = {name: sum(step.stage.release == name for step in told) for name in STAGE_RELEASES}
    return speech(
        "As of {day}: reminders by themselves {auto}, let go by the office {desk}, signed {sign}.", day=day, **counts
    )
