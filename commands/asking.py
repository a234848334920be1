"""A question at the terminal that is answered by yes or no, asked and understood in both languages."""

from __future__ import annotations

from unicodedata import normalize

import typer

from notifications.speech import Speech

YES = frozenset(("y", "yes", "是", "是的"))
NO = frozenset(("", "n", "no", "否", "不"))  # what changes a ledger isn't agreed to by an empty line


def agree(question: str, speech: Speech) -> None:
    """Ask until yes or no is said; whoever can't type Chinese just now, or has its wide letters on, is understood too.

    Raises:
        typer.Abort: it is no, or nobody answers.
    """
    while True:
        try:
            said = input(speech("{question} [y/N] ", question=question))
        except (EOFError, KeyboardInterrupt):
            raise typer.Abort from None
        answer = normalize("NFKC", said).strip().casefold()
        if answer in YES:
            return
        if answer in NO:
            raise typer.Abort
        typer.echo(speech("Answer y (yes) or n (no)."))
