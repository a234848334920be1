"""Trouble that lasts, in the log: one line when it begins and one when it is over, however often it is met between."""

from __future__ import annotations

import logging


class Complaints:
    """What one process has complained of last; for one thread at a time."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self.told = ""  # the trouble that was said last and isn't over yet

    def begin(self, trouble: str) -> None:
        """Say what is wrong, once for as long as it stays the same."""
        if trouble != self.told:
            self._log.error("%s; it is tried again until it works", trouble)
        self.told = trouble

    def end(self) -> None:
        """Say that it works again, where something was wrong."""
        if self.told:
            self._log.warning("it works again")
        self.told = ""
