"""Who would be told what, when, and by whom let go: a ladder tried on the rows of a plan, before anybody is told."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from plans.presets import ladder
from plans.recipients import MAILBOX, recipients
from plans.stages import Stage
from scheduler import applying
from scheduler.entry import Source
from scheduler.ladder import rungs
from scheduler.matters import QUIET, Desk
from scheduler.settings import Settings
from store import ledger
from store.database import Database, insert, row
from store.tables import House


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of one row: its day (None while that hangs on events), whom it tells, or why nobody."""

    stage: Stage
    day: date | None
    to: tuple[str, ...] = ()  # names of people, or of a unit where only its mailbox is known
    cc: tuple[str, ...] = ()
    skip: str = ""


@dataclass(frozen=True, slots=True)
class Climb:
    """One row with the stages it would climb."""

    key: str
    title: str
    due: date | None
    kind: str
    steps: tuple[Step, ...]


@contextmanager
def trial_ledger(source: Source, on: date, settings: Settings) -> Iterator[Connection]:
    """Give a ledger of its own into which a plan was applied on a day; it is thrown away at the end."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'trial.db'}")
        try:
            database.upgrade()
            with database.write() as connection:
                insert(connection, House(word="trial", rehearsal=True))
                prepared = [applying.prepare(connection, source, on, settings)]
                applying.apply(connection, prepared, on=on, at=0, actor="", settings=settings)
                yield connection
        finally:
            database.close()


def climbs(connection: Connection, settings: Settings, plan: str, on: date) -> Iterator[Climb]:
    """Yield the rows of a plan that are open on a day, in order, each with the stages it would climb from then on."""
    desk = Desk(connection, settings.send_at)
    for one in ledger.occurrences(connection, plan):
        if one["state"] in QUIET or one["gone_on"]:
            continue
        key = "/".join(filter(None, (one["plan"], one["task"], one["name"])))
        yield Climb(key, one["title"], one["due"], one["kind"], tuple(_steps(desk, one, on)))


def _steps(desk: Desk, one: dict[str, Any], on: date) -> Iterator[Step]:
    if one["silent"]:
        return
    matter = desk.matter(one)
    known = rungs(matter, desk.workdays(one["plan"]))
    for rung in known:
        yield _step(desk, one, rung.stage, max(rung.day, on), rung.day, rung.skip)
    if one["kind"] in ("dated", "recurring"):
        seen = {rung.stage.id for rung in known}
        waiting = [stage for stage in ladder(one["ladder"]).stages if stage.id not in seen and not _dated(stage)]
        for stage in waiting:
            yield _step(desk, one, stage, on, None, "")


def _dated(stage: Stage) -> bool:
    return all(when.by_date or when.unit == "apply" for when in stage.whens)


def _step(desk: Desk, one: dict[str, Any], stage: Stage, on: date, day: date | None, skip: str) -> Step:
    told = recipients(stage, desk.parts(one), desk.posts, on)
    to, cc = (tuple(_name(desk, who.person) for who in told if who.role == role) for role in ("to", "cc"))
    return Step(stage, day, to, cc, skip or ("" if to or stage.kind == "propose" else "nobody"))


def _name(desk: Desk, key: str) -> str:
    if key.startswith(MAILBOX):
        unit = row(desk.connection, "SELECT name FROM unit WHERE id = :unit", unit=key.removeprefix(MAILBOX))
        return str(unit["name"]) if unit else key
    person = desk.known_person(key)
    return str(person["name"]) if person else key
