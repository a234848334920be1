"""Putting a command on the board: its name, its help and its options' help, in the language of whoever asks."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import typer
from typer.models import ParameterInfo

from commands.completing import offer_for
from commands.usage import Command, Group
from notifications.speech import Speech
from plans.trouble import INTERRUPTED


def family(app: typer.Typer, speech: Speech, panel: str, name: str, about: str) -> typer.Typer:
    """Return a family of commands, put on the board as *name*; its words are message ids (`N_`)."""
    new = typer.Typer(cls=Group)
    app.add_typer(new, name=name, help=speech(about), rich_help_panel=speech(panel))
    return new


def add(app: typer.Typer, speech: Speech, panel: str, name: str, function: Callable[..., None], about: str) -> None:
    """Add *function* as command *name*; all of its words are message ids (`N_`). Its parameter `speech` is given it."""
    app.command(name, cls=Command, help=speech(about), rich_help_panel=speech(panel))(_spoken(function, speech))


def _spoken(function: Callable[..., None], speech: Speech) -> Callable[..., None]:
    """Return *function* with its options' help in the language of *speech*; what Typer reads is the signature.

    Ctrl-C ends it without a word: Typer would take it for an error of its own.
    """
    signature = inspect.signature(function)
    given = {"speech": speech} if "speech" in signature.parameters else {}

    @wraps(function)
    def command(**values: Any) -> None:
        try:
            function(**given, **values)
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None

    hints = get_type_hints(function, include_extras=True)
    parameters = [
        parameter.replace(annotation=_hint(hints[name], speech), default=_info(parameter.default, speech))
        for name, parameter in signature.parameters.items()
        if name not in given
    ]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


def _hint(hint: Any, speech: Speech) -> Any:
    if get_origin(hint) is not Annotated:
        return hint
    kind, *extras = get_args(hint)
    return Annotated[(kind, *(_info(extra, speech) for extra in extras))]


def _info(value: Any, speech: Speech) -> Any:
    if not isinstance(value, ParameterInfo) or not value.help:
        return value
    spoken = copy.copy(value)
    spoken.help = speech(value.help)
    spoken.autocompletion = value.autocompletion or offer_for(value.metavar or "")
    return spoken
