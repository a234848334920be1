"""Handing the ledger out: a plan as it is in force, or the ledger in an office's own header for a spreadsheet."""

from __future__ import annotations

import csv
import io
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from commands.board import add
from commands.room import LedgerOption, Room, TodayOption, enter, one_of
from notifications.speech import N_, Speech
from plans.intake.sheets import workbook
from plans.model import say
from plans.trouble import FileError, UsageError, because
from plans.write import write_plan
from scheduler.in_force import plan_in_force
from store.database import rows
from store.sheet import COLUMNS, sheet

FORMATS = ("yaml", "csv", "xlsx")
RISKY = "=+-@\t\r"  # what a spreadsheet takes for a formula when a cell begins with it


def register(app: typer.Typer, speech: Speech) -> None:
    """Put the family's command on the board."""
    about = N_("Hand out a plan as it is in force (yaml), or the ledger for a spreadsheet (csv, xlsx).")
    add(app, speech, N_("Look"), "export", export, about)


def export(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help=N_("The plan."))],
    form: Annotated[str, typer.Option("--format", metavar="yaml|csv|xlsx", help=N_("What to write."))] = "yaml",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help=N_("Where to; the screen without it."))
    ] = None,
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
) -> None:
    """Hand out a plan, or its ledger."""
    one_of("--format", form, *FORMATS)
    if form == "xlsx" and out is None:
        raise UsageError(say("a workbook needs a file: --out FILE"))
    room = enter(ledger_name)
    with room.database.read() as connection:
        data = _yaml(connection, plan) if form == "yaml" else _table(room, connection, plan, room.day(today), form)
    if out is None:
        sys.stdout.buffer.write(data)
        return
    try:
        out.write_bytes(data)
    except OSError as error:
        raise FileError(say("{path} can't be written: {why}", path=str(out), why=because(error))) from error
    room.say("{path} is written.", path=str(out))


def _yaml(connection: Connection, plan: str) -> bytes:
    written, comments = plan_in_force(connection, plan)
    return write_plan(written, comments=comments).encode()


def _table(room: Room, connection: Connection, plan: str, day: date, form: str) -> bytes:
    """Return the ledger as a table; nothing in it can become a formula."""

    def read(sql: str, /, **values: Any) -> list[dict[str, Any]]:
        return [{name: _plain(value) for name, value in one.items()} for one in rows(connection, sql, **values)]

    def words(row: dict[str, Any]) -> str:
        return str(room.speech(row["word"]))

    titles = {one["id"]: one["title"] for one in read("SELECT id, title FROM plan")}
    if plan not in titles:
        raise UsageError(say("There is no plan {name}.", name=plan))
    header = [room.speech(text, day=day) for text in COLUMNS.values()]
    lines = [[line[name] for name in COLUMNS] for line in sheet(read, day, plan, words)]
    if form == "xlsx":
        return workbook(titles[plan], header, lines)
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([header, *([_harmless(cell) for cell in line] for line in lines)])
    return "\ufeff".encode() + out.getvalue().encode()  # spreadsheets take a file without a mark for another encoding


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _harmless(cell: str) -> str:
    """Return a cell no spreadsheet computes (OWASP: CSV injection): one that could be a formula begins with a quote."""
    return f"'{cell}" if cell.startswith(tuple(RISKY)) else cell
