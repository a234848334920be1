"""The demo: the example plans walked through with the very commands an office would type, on ledgers for rehearsal.

What is shown is what the commands print; nothing here knows an answer beforehand.
"""

from __future__ import annotations

import shlex
import shutil
import sys
from datetime import date
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Annotated

import typer

from commands.board import add
from notifications.speech import N_, Speech
from plans.model import say
from plans.trouble import FINDINGS, FINE, FileError, because
from plans.workdays import Workdays

EXAMPLES = Path(__file__).parent.parent / "plans" / "examples"
MARK = ".made-by-duban-demo"
SHOWN = date(2018, 6, 8)  # the day the discussion plans are looked at
# Each folder: the plans of one time, when each was issued, and the day until which rounds are made.
YEARS: dict[str, tuple[dict[str, date], date]] = {
    "2018": ({"changzhou-2018": date(2018, 5, 15), "suqian-2018": date(2018, 5, 18)}, SHOWN),
    "2023": ({"district-2023": date(2023, 1, 3), "changzhou-2023": date(2023, 2, 20)}, date(2023, 4, 7)),
    "2009": ({"learning-2009": date(2009, 3, 16)}, date(2009, 4, 24)),
}


def register(app: typer.Typer, speech: Speech) -> None:
    """Put the command on the board."""
    about = N_("Walk the example plans from file to letters, calendars and an overdue list, in a folder of its own.")
    add(app, speech, N_("House"), "demo", demo, about)


def demo(
    speech: Speech,
    folder: Annotated[Path, typer.Argument(help=N_("Where the demo lives; made anew each time."))] = Path("duban-demo"),
    no_serve: Annotated[bool, typer.Option("--no-serve", help=N_("End after showing; start no server."))] = False,
) -> None:
    """Walk the example plans."""
    _fresh(folder)
    for name, (plans, until) in YEARS.items():
        _rehearse(folder / name, plans, until, speech)
    _show(folder / "2018", speech)
    for name, (_, until) in YEARS.items():
        if until != SHOWN:
            _say(
                speech, N_("Another folder, another time: {folder} as of {day}."), folder=str(folder / name), day=until
            )
            _command(f"overdue --ledger {shlex.quote(str(folder / name))} --today {until}")
    about = N_("All of it lies in {folder}: plans, ledgers (duban.db), letters (outbox/*.eml), calendars (*.ics).")
    _say(speech, about, folder=str(folder))
    if not no_serve:
        _say(speech, N_("Now the same day is served; Ctrl-C ends it."))
        _command(f"serve --ledger {shlex.quote(str(folder / '2018'))} --today {SHOWN}")


def _fresh(folder: Path) -> None:
    """Empty a folder an earlier demo made; any other that isn't empty stays as it is."""
    if folder.exists() and not (folder / MARK).exists() and any(folder.iterdir()):
        raise FileError(say("{path} is there already and is no demo's; name another folder", path=str(folder)))
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / MARK).touch()
    except OSError as error:
        raise FileError(say("{path} can't be written: {why}", path=str(folder), why=because(error))) from error


def _rehearse(folder: Path, plans: dict[str, date], until: date, speech: Speech) -> None:
    """Let one office work: apply each plan on its day of issue, and make a round on every working day until *until*."""
    _quietly("init", "--rehearsal", "--language", speech.language, str(folder))
    for name in (*plans, "directory"):
        shutil.copy(EXAMPLES / f"{name}.yaml", folder)
    at = ["--ledger", str(folder)]
    workdays, day = Workdays("CN"), min(plans.values())
    while day <= until:
        for name, issued in plans.items():
            if issued == day:
                _quietly("apply", "--release", "--yes", str(folder / f"{name}.yaml"), *at, "--today", str(day))
        if day in workdays:
            _quietly("round", *at, "--today", str(day))
        day = date.fromordinal(day.toordinal() + 1)
    letters = len(list((folder / "outbox").glob("*.eml")))
    about = N_("{plans}: applied on the day of issue, a round every working day until {day}; letters: {letters}.")
    _say(speech, about, plans=", ".join(plans), day=until, letters=letters)


def _show(folder: Path, speech: Speech) -> None:
    """Show the day of the discussion plans: overdue, told, one letter, who answers for what, and the calendars."""
    at = f"--ledger {shlex.quote(str(folder))} --today {SHOWN}"
    _command(f"overdue {at}")
    _command(f"sent {at} --since 2018-06-01")
    _letter(sorted((folder / "outbox").glob("2018-05-28_*.eml")), speech)
    _command(f"why suqian-2018/fangan {at}")
    _command(f"matrix {at} --plan suqian-2018")
    _command(f"feed new --unit 综合处 {at}")
    _command(f"feed export {shlex.quote(str(folder / 'calendars'))} {at}")
    for file in sorted((folder / "calendars").glob("*.ics")):
        _command(f"feed check {shlex.quote(str(file))}")
        _event(file, speech)
    _command(f"preview --days 7 {at}")


def _letter(files: list[Path], speech: Speech) -> None:
    """Print one letter as its reader sees it."""
    for file in files[:1]:
        letter = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
        body = letter.get_body(("plain",))
        _say(speech, N_("One of them, {file}:"), file=file.name)
        typer.echo(f"{letter['To']}\n{letter['Subject']}\n\n{body.get_content() if body else ''}")


def _event(file: Path, speech: Speech) -> None:
    """Print the first entry of a calendar, its folded lines whole."""
    text = file.read_bytes().decode().replace("\r\n ", "").replace("\r\n", "\n")
    begin, end = text.find("BEGIN:VEVENT"), text.find("END:VEVENT")
    _say(speech, N_("The first entry of {file}:"), file=file.name)
    typer.echo(text[begin : end + len("END:VEVENT")])


def _say(speech: Speech, text: str, **values: object) -> None:
    typer.secho(f"\n# {speech(text, **values)}", bold=True)


def _command(line: str) -> None:
    """Run a command as if it were typed, with the line above what it prints."""
    from commands.main import run_app

    typer.secho(f"\n$ duban {line}", fg="cyan")
    sys.stdout.flush()
    run_app(shlex.split(line))


def _quietly(*arguments: str) -> None:
    """Run a command and keep what it prints to itself, unless it fails."""
    import contextlib
    import io

    from commands.main import run_app

    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = run_app(arguments)
    if code not in (FINE, FINDINGS):
        typer.echo(said.getvalue(), err=True)
        raise typer.Exit(code)
