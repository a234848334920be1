"""Completion put into somebody's shell: Typer does it, and would speak of it in English only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer
from typer._completion_shared import Shells, _get_shell_name, get_completion_script, install

from notifications.speech import Speech
from plans.model import say
from plans.trouble import UsageError


def speak_of_completion(command: Any, speech: Speech) -> None:
    """Let the two options that Typer gives the app answer in the language of *speech*."""
    answers = {"--install-completion": _install, "--show-completion": _show}
    for option in command.params:
        if option.opts[0] in answers:
            option.callback = _answering(answers[option.opts[0]], speech)


def _answering(answer: Callable[[str, Speech], str], speech: Speech) -> Callable[..., None]:
    def callback(ctx: typer.Context, _: Any, wanted: Any) -> None:
        if wanted and not ctx.resilient_parsing:
            typer.echo(answer(ctx.find_root().info_name or "", speech))
            raise typer.Exit

    return callback


def _install(name: str, speech: Speech) -> str:
    shell, path = install(_shell(), name)
    return speech("Completion for {shell} is in {path}; shells opened from now on have it.", shell=shell, path=path)


def _show(name: str, _: Speech) -> str:
    return get_completion_script(prog_name=name, complete_var=f"_{name}_COMPLETE".upper(), shell=_shell())


def _shell() -> str:
    """Return the shell that somebody sits at.

    Raises:
        UsageError: it is none that Typer knows how to complete in.
    """
    found = _get_shell_name()
    if found not in set(Shells):
        raise UsageError(say("Tab can complete in these shells only: {known}", known=", ".join(Shells)))
    return str(found)
