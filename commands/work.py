"""The work family: a worker, of which any number may share a ledger on a server."""

from __future__ import annotations

import logging
import sys
import threading
import time
from typing import TYPE_CHECKING

import typer

from commands.alive import report_alive
from commands.board import add
from commands.logs import keep_log
from commands.room import LedgerOption, Room, enter
from notifications.speech import N_, Speech
from plans.model import Sentence, say
from plans.trouble import UsageError
from scheduler.job import do_job
from scheduler.sending import Round, Sender
from store import outbox

if TYPE_CHECKING:
    from scheduler.cluster import Cluster


def register(app: typer.Typer, speech: Speech) -> None:
    """Put the family's commands on the board."""
    about = N_("Make rounds and hand letters over beside other workers, until told to stop; needs PostgreSQL.")
    add(app, speech, N_("House"), "work", work, about)


def work(ledger_name: str = LedgerOption) -> None:
    """Work until told to stop."""
    room = enter(ledger_name)
    if room.database.lite:
        raise UsageError(say("`duban work` needs a ledger on a PostgreSQL server; for one in a file use `duban serve`"))
    try:
        from scheduler.cluster import Cluster
    except ModuleNotFoundError as missing:
        raise UsageError(say("`duban work` needs an extra: pip install 'duban[cluster]'")) from missing
    keep_log(room.settings.log, logging.WARNING)
    cluster, told = Cluster(room.database), threading.Event()
    worker = _Worker(room, cluster, told)
    room.say("Working; Ctrl-C stops it.")
    sys.stdout.flush()
    cluster.work(worker.make_round, worker.carry, told.set)
    room.database.close()


class _Worker:
    """What one worker does when it is called: a round, or a lane of letters."""

    def __init__(self, room: Room, cluster: Cluster, told: threading.Event) -> None:
        self.room, self.cluster, self.told = room, cluster, told
        self.journal = room.journal()

    def make_round(self) -> None:
        """Decide and write what is due, unless another worker is at it, and call for senders if anything waits."""
        now = int(time.time())
        with self.cluster.alone() as mine:
            held_back = self._prepare(now) if mine else ""
        if not (held_back or self.told.is_set()):
            self._call_senders()
        if mine:
            report_alive(self.room, now)

    def _prepare(self, now: int) -> Sentence | str:
        room = self.room
        with room.postman() as postman:
            done = do_job(room.database, room.settings, postman, now, self.told.is_set, self.journal, sending=False)
        return done.held_back

    def _call_senders(self) -> None:
        with self.room.database.read() as connection:
            letters = outbox.ready(connection)
        if letters:
            self.cluster.open_lanes(min(self.room.settings.mail.connections, 1 + letters // outbox.LANE))

    def carry(self) -> None:
        """Hand over letters for a minute, and call for senders again if more wait: a round may be due in between."""
        with self.room.postman() as postman:
            sender = Sender(self.room.database, self.room.settings, postman, self.journal, self.told.is_set)
            done = Round()
            sender.drain(done)
        if done.more and not self.told.is_set():
            self._call_senders()
