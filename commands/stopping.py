"""How somebody says stop to a command that runs for a while: SIGTERM or Ctrl-C, after which it ends what is in hand."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stoppable() -> Iterator[threading.Event]:
    """Give an event that is set at the first SIGTERM or SIGINT; a second one acts as it does by itself."""
    told = threading.Event()
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
