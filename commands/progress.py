"""What a person at a terminal sees while long work goes on; nothing of it reaches a file or a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")
MANY = 2  # fewer items are done before a bar is seen


def steps(items: Sequence[Item], label: str) -> Iterator[Item]:
    """Yield *items*, with a bar that says how far it is."""
    if len(items) < MANY or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, label, console=Console(stderr=True), transient=True)


@contextmanager
def working(label: str) -> Iterator[None]:
    """Show that something is going on whose length nobody knows."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(label):
        yield
