"""How somebody says stop to a command that runs for a while: SIGTERM or Ctrl-C, after which it ends what is in hand."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from types import FrameType


class Told:
    """Whether somebody said stop.

    A signal is handled between any two steps of the very thread that waits. An Event would then wait for a lock that
    its own wait holds; a SimpleQueue may be written to at any moment.
    """

    def __init__(self) -> None:
        self._said = False
        self._words: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Say stop."""
        self._said = True
        self._words.put(None)

    def is_set(self) -> bool:
        """Return whether it was said."""
        return self._said

    def wait(self, seconds: float) -> bool:
        """Wait until it is said, for so long at most; return whether it was."""
        if not self._said:
            with suppress(Empty):
                self._words.get(timeout=seconds)
        return self._said


@contextmanager
def stoppable() -> Iterator[Told]:
    """Give what is set at the first SIGTERM or SIGINT; a second one acts as it does by itself."""
    told = Told()
    before = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}

    def tell(number: int, _frame: FrameType | None) -> None:
        told.set()
        signal.signal(number, before[signal.Signals(number)])

    for name in before:
        signal.signal(name, tell)
    try:
        yield told
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
