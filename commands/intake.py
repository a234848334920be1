"""The intake family: an office's document becomes a plan, with a comment beside each guess and a review to read."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from commands.board import add
from commands.room import one_of, read_day
from notifications.speech import N_, Speech
from plans.intake.draft import Options
from plans.intake.questions import CADENCES
from plans.intake.units import split
from plans.model import say
from plans.trouble import UsageError

FORMATS = ("yaml", "json")
Files = Annotated[list[str], typer.Argument(metavar="FILE…", help=N_("Documents; - is standard input."))]
Out = Annotated[
    str,
    typer.Option(
        "--out", "-o", metavar="PLAN", help=N_("The plan file to write, or a folder for several; else standard output.")
    ),
]
Form = Annotated[
    str,
    typer.Option(
        "--format", metavar="yaml|json", help=N_("yaml: the plan; json: what is written, before any default.")
    ),
]
Issued = Annotated[
    str, typer.Option("--issued", metavar="DAY", help=N_("The day of issue, where the document has none."))
]
Year = Annotated[str, typer.Option("--year", metavar="YEAR", help=N_("The year of dates that name none."))]
Sheet = Annotated[str, typer.Option("--sheet", metavar="NAME", help=N_("Only this sheet of a workbook."))]
Table = Annotated[int, typer.Option("--table", metavar="N", help=N_("Only this table, counted from 1."))]
DirectoryFile = Annotated[
    str,
    typer.Option(
        "--directory",
        metavar="FILE",
        help=N_("The directory to match units with; written from the document where there is none yet."),
    ),
]
Update = Annotated[
    str, typer.Option("--update", metavar="PLAN", help=N_("The plan an earlier version became: its ids are kept."))
]
Lead = Annotated[str, typer.Option("--lead", metavar="UNITS", help=N_("Who leads tasks that name no unit."))]
Due = Annotated[str, typer.Option("--due", metavar="DEADLINE", help=N_("The deadline of tasks without one."))]
Cadence = Annotated[
    str,
    typer.Option("--cadence", metavar="|".join(CADENCES), help=N_("How often tasks without a date are asked about.")),
]
Groups = Annotated[
    list[str] | None,
    typer.Option("--group", metavar="NAME=UNITS", help=N_("Which units a name such as 各处室 stands for.")),
]
Keys = Annotated[
    str,
    typer.Option("--keys", metavar="zh|en", help=N_("The language of keys and comments; the document's by itself.")),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=N_("Don't ask; what is open stays open."))]


def register(app: typer.Typer, speech: Speech) -> None:
    """Put the family's command on the board."""
    about = N_("Read a document (Word, Excel, HTML, Markdown, text, PDF, calendar) and write the plan it holds.")
    add(app, speech, N_("Plans"), "import", import_, about)


def import_(
    speech: Speech,
    files: Files,
    out: Out = "",
    form: Form = "yaml",
    issued: Issued = "",
    year: Year = "",
    sheet: Sheet = "",
    table: Table = 0,
    directory: DirectoryFile = "",
    update: Update = "",
    lead: Lead = "",
    due: Due = "",
    cadence: Cadence = "",
    group: Groups = None,
    keys: Keys = "",
    yes: Yes = False,
) -> None:
    """Read documents and write the plans they hold, each guess with a comment, and a review on the terminal."""
    # The libraries that read formats cost half a second, which no other command should pay.
    from commands.importing import Importer, Wanted, cadence_of, put

    _insist(files, out, form, update, keys)
    options = Options(
        year=_year(year), issued=read_day(issued) if issued else None, sheet=sheet, table=table,
        lead=tuple(split(lead)), due=due, cadence=cadence_of(cadence), groups=_groups(group or []),
    )  # fmt: skip
    ask = not yes and form == "yaml" and "-" not in files and sys.stdin.isatty() and sys.stderr.isatty()
    importer = Importer(options, Wanted(out, keys, directory, update, ask), speech)
    if form == "json":
        drafts = [importer.neutral(name) for name in files]
        put(json.dumps(drafts if len(files) > 1 else drafts[0], ensure_ascii=False, indent=2) + "\n", out)
    else:
        importer.all(files)


def _insist(files: Sequence[str], out: str, form: str, update: str, keys: str) -> None:
    """Refuse what can't be asked for, alone or together.

    Raises:
        UsageError: it can't.
    """
    one_of("--format", form, *FORMATS)
    one_of("--keys", keys, "", "zh", "en")
    several = len(files) > 1
    if several and form == "yaml" and not (out and (Path(out).is_dir() or out.endswith("/"))):
        raise UsageError(say("several documents are several plans: name a folder for them with --out FOLDER/"))
    if several and (update or files.count("-") > 1):
        raise UsageError(say("--update and standard input take one document at a time"))


def _year(written: str) -> int | None:
    if not written:
        return None
    if not (written.isdecimal() and 1900 <= int(written) <= date.max.year):
        raise UsageError(say("{text} is no year; write one such as 2018", text=written))
    return int(written)


def _groups(written: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found = {}
    for text in written:
        name, sign, units = text.partition("=")
        if not sign or not name.strip() or not split(units):
            raise UsageError(say("--group takes NAME=UNIT、UNIT, not {text}", text=text))
        found[name.strip()] = tuple(split(units))
    return found
