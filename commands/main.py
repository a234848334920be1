"""The Typer app: all families of commands behind one name.

A family is a module beside this one with `register(app, speech)`, which adds its commands; it is named in FAMILIES.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

import typer

from notifications.speech import Speech, language_of

FAMILIES = (
    "look",
    "plan",
    "language",
    "intake",
    "dates",
    "ladder",
    "intake",
    "desk",
    "people",
    "letters",
    "mail",
    "feeds",
    "links",
    "house",
    "health",
    "data",
    "work",
    "demo",
)


def build(speech: Speech) -> typer.Typer:
    """Return the app with every family, its help in the language of *speech*."""
    app = typer.Typer(
        name="duban",
        help=speech("Who does what by when, and nobody forgets."),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for family in FAMILIES:
        if find_spec(f"commands.{family}"):
            import_module(f"commands.{family}").register(app, speech)
    return app


def run_app(arguments: Sequence[str]) -> int:
    """Answer *arguments* by the app and return the exit code.

    Raises:
        DubanError: what a command can't go on with; the front door says it.
    """
    app = build(Speech(language_of(os.environ)))
    try:
        app(args=list(arguments), prog_name="duban")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0 if end.code is None else _written(end.code)
    return 0


def _written(text: object) -> int:
    sys.stderr.write(f"{text}\n")
    return 1
