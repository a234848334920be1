"""The Typer app: all families of commands behind one name.

A family is a module beside this one with `register(app, speech)`, which adds its commands; FAMILIES names both, so
that a command loads what it needs and no more: some families import libraries that take half a second.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import typer
from typer.exceptions import TyperException

from commands.listing import LISTINGS
from commands.shells import speak_of_completion
from commands.tongue import speech_for
from commands.usage import Group, complaint
from notifications.speech import Speech
from plans.trouble import FINDINGS, FINE

FAMILIES = {
    "look": tuple(LISTINGS),
    "export": ("export",),
    "plan": ("init", "plan", "apply"),
    "language": ("check", "explain", "schema"),
    "intake": ("import",),
    "dates": ("date",),
    "ladder": ("ladder",),
    "desk": ("hold", "resume", "report", "accept", "return", "extend", "reopen", "close", "cancel", "note"),
    "releasing": ("release", "drop"),
    "people": ("transfer", "handover"),
    "letters": ("round", "preview", "register", "outbox"),
    "mail": ("mail",),
    "feeds": ("feed",),
    "links": ("link",),
    "house": ("serve",),
    "health": ("health", "doctor"),
    "data": ("db",),
    "work": ("work",),
    "demo": ("demo",),
}


def build(speech: Speech, command: str = "") -> typer.Typer:
    """Return the app, its help in the language of *speech*; with only the family of *command* where one has it."""
    app = typer.Typer(
        name="duban",
        help=speech("Who does what by when, and nobody forgets."),
        cls=Group,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"], "obj": speech},
    )
    app.callback()(_nothing)  # or an app of one command would take its name for an argument
    meant = [family for family, commands in FAMILIES.items() if command in commands]
    for family in meant or FAMILIES:
        import_module(f"commands.{family}").register(app, speech)
    return app


def _nothing() -> None:
    pass


def run_app(arguments: Sequence[str]) -> int:
    """Answer *arguments* by the app and return the exit code.

    Raises:
        DubanError: what a command can't go on with; the front door says it.
    """
    speech = speech_for(arguments, os.environ, ".")
    command = typer.main.get_command(build(speech, arguments[0] if arguments else ""))
    speak_of_completion(command, speech)
    try:
        code = command(args=list(arguments), prog_name="duban", standalone_mode=False)
    except TyperException as wrong:
        sys.stderr.write(complaint(wrong, speech))
        return wrong.exit_code
    except typer.Abort:
        sys.stderr.write(f"\nduban: {speech('stopped; nothing was changed')}\n")
        return FINDINGS
    except SystemExit as end:  # completion ends so
        return end.code if isinstance(end.code, int) else FINE
    return code if isinstance(code, int) else FINE
