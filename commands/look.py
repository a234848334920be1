"""Typer's side of the listings: their commands are made from the same table that the quick door reads."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import typer

from commands.completing import offer
from commands.listing import LISTINGS, Listing, Option, answer
from commands.usage import Command
from notifications.speech import Speech


def register(app: typer.Typer, speech: Speech) -> None:
    """Add the listings to *app*."""
    for listing in LISTINGS.values():
        app.command(listing.name, cls=Command, help=speech(listing.help), rich_help_panel=speech("Look"))(
            _command(listing, speech)
        )


def _command(listing: Listing, speech: Speech) -> Callable[..., None]:
    """Return the function behind a listing's command; Typer reads its options from the signature."""

    def command(**values: Any) -> None:
        given = {key.rstrip("_"): value for key, value in values.items() if value not in (None, False)}
        raise typer.Exit(answer(listing, given, os.environ, ".", sys.stdout))

    parameters = list(_parameters(listing, speech))
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


def _parameters(listing: Listing, speech: Speech) -> Iterator[inspect.Parameter]:
    kind = inspect.Parameter.KEYWORD_ONLY
    if listing.takes_task:
        about = speech("PLAN/TASK, or TASK where no other plan has one.")
        argument = typer.Argument(help=about, metavar="TASK", autocompletion=offer("task"))
        yield inspect.Parameter("task", kind, annotation=Annotated[str, argument])
    for option in listing.options.values():
        # `from` is a word of Python's, so every parameter has a stroke behind it
        yield inspect.Parameter(
            f"{option.key}_", kind, default=False if option.flag else None, annotation=_annotation(option, speech)
        )


def _annotation(option: Option, speech: Speech) -> Any:
    if option.flag:
        return Annotated[bool, typer.Option(f"--{option.name}", help=speech(option.help))]

    def read(text: str) -> Any:
        try:
            return option.read(text)
        except ValueError as wrong:
            known = ", ".join(option.values)
            raise typer.BadParameter(speech(str(wrong), text=text, known=known)) from None

    read.__name__ = option.metavar
    info = typer.Option(
        f"--{option.name}",
        help=speech(option.help) + (f" {', '.join(option.values)}" if option.metavar.endswith("…") else ""),
        metavar=option.metavar,
        parser=read,
        autocompletion=(lambda: list(option.values)) if option.values else offer(option.name),
    )
    return Annotated[Any, info]
