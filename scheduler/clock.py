"""The clock of one process: wakes the job when the next thing falls due, and every minute as a net under it.

The only file that knows APScheduler. What is due stands in the ledger's rows, so the clock keeps nothing: a missed
wake-up is made up for by the next one, and two at once become one.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from plans.trouble import DubanError
from scheduler.complaints import Complaints

LOG = logging.getLogger("duban.clock")
NET = 60  # seconds after which the job is woken whatever it said
JOB = "rounds"


class Clock:
    """Calls *job* in a thread of its own, never twice at once, from `start` to `stop`.

    *job* returns the instant (seconds since 1970) at which there is something to do next, None when nothing is in
    sight. Whatever it raises is logged, and it is called again: the rows say what is still to be done.
    """

    def __init__(self, job: Callable[[], int | None]) -> None:
        self._job = job
        self._complaints = Complaints(LOG)
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(1)},
            timezone=UTC,
        )

    @property
    def is_stopping(self) -> bool:
        """Return whether the job should come to an end as soon as it can do so cleanly."""
        return self._stopping.is_set()

    def start(self) -> None:
        """Begin, with the first call at once: what fell due while nobody looked is done first."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a job longer than the net isn't worth a line
        self._scheduler.add_job(
            self._beat,
            "interval",
            seconds=NET,
            id=JOB,
            next_run_time=_now(),
            coalesce=True,
            misfire_grace_time=None,
            max_instances=1,
        )
        self._scheduler.start()

    def wake(self) -> None:
        """Ask for a call now, because somebody has just made something due; safe from any thread."""
        self._woken.set()
        if self._scheduler.running and not self.is_stopping:
            self._scheduler.modify_job(JOB, next_run_time=_now())

    def stop(self) -> None:
        """Call the job no more, and wait until a call that is under way has ended."""
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def _beat(self) -> None:
        """Call the job until nobody has woken it meanwhile, then ask to be woken when it next has something to do."""
        due: int | None = None
        while not self.is_stopping:
            self._woken.clear()
            due = self._tried()
            if not self._woken.is_set():
                break
        if due is not None and not self.is_stopping and due < time.time() + NET:
            moment = max(datetime.fromtimestamp(due, UTC), _now())
            self._scheduler.modify_job(JOB, next_run_time=moment)

    def _tried(self) -> int | None:
        try:
            due = self._job()
        except DubanError as trouble:
            self._complaints.begin(str(trouble.sentence))
        except Exception:
            LOG.exception("the job stopped; it is tried again")
        else:
            self._complaints.end()
            return due
        return None


def _now() -> datetime:
    return datetime.now(UTC)
