"""Two senders that do it wrongly, to show that the torture would notice: run as a program, they make one round.

`before` marks a letter sent and then sends it; `batch` sends all it has claimed and marks them together at the end.
"""

from __future__ import annotations

import sys
from typing import Any

from cli import run
from notifications.postman import Receipt
from scheduler.sending import Round, Sender
from store import outbox
from store.outbox import Claimed


class MarksBefore(Sender):
    """Marks, then sends: a kill between the two loses the letter."""

    def _send(self, letter: Claimed, owner: str, done: Round) -> str:  # noqa: ARG002 - its parent's signature
        with self.database.write() as connection:
            outbox.mark_sent(connection, letter.id, "250 so we hope")
        self.postman.post(letter.body, self.settings.mail.sender, letter.address)
        done.sent += 1
        return ""


class MarksPerBatch(Sender):
    """Sends all, then marks all: a kill at the end repeats every letter of the batch."""

    def _record(self, letter: Claimed, receipt: Receipt, done: Round) -> None:
        accepted: list[Any] = self.__dict__.setdefault("accepted", [])
        accepted.append((letter.id, receipt))
        done.sent += 1

    def drain(self, done: Round) -> None:
        super().drain(done)
        for letter, receipt in self.__dict__.get("accepted", []):
            self._mark(letter, f"{receipt.code} {receipt.text}")


SABOTEURS = {"before": MarksBefore, "batch": MarksPerBatch}

if __name__ == "__main__":
    import scheduler.rounds

    scheduler.rounds.Sender = SABOTEURS[sys.argv[1]]  # type: ignore[misc]
    sys.exit(run(sys.argv[2:]))
