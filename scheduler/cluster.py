"""Rounds on many machines: wakes workers that share one PostgreSQL ledger; the only file that knows Procrastinate.

A job carries nothing: what is due stands in the ledger's rows, so that Procrastinate's tables may be emptied at any
time. The round decides and writes; as many lanes as the mail server may have connections hand the letters over.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued, ProcrastinateException
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from plans.trouble import DubanError
from scheduler.complaints import Complaints
from store.database import PATIENCE, Database, row

LOG = logging.getLogger("duban.cluster")
QUEUE = "duban"
ROUND, LANE = "duban.round", "duban.lane"
EVERY_MINUTE = "* * * * *"
LOCK = 6_281_964  # any number, the same for every duban: one worker at a time makes Procrastinate's tables
ROUNDING = 6_281_965  # likewise: one worker at a time makes rounds
AGAIN, SELDOM = 2.0, 30.0  # seconds until a worker whose queue failed begins anew: at first, and at most
TAKE = 10.0  # seconds the queue waits for a connection
POLL = 5.0  # seconds after which a worker looks for jobs though nobody called it


class Cluster:
    """The workers of one ledger, as seen by whoever makes something due and by a worker itself."""

    def __init__(self, database: Database) -> None:
        self.database = database
        address = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self.app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(conninfo=address, kwargs=PATIENCE, timeout=TAKE)
        )
        self._caller = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=address))
        self._complaints = Complaints(LOG)

    def nudge(self, connection: Connection) -> None:
        """Ask for a round, in the transaction that makes something due; without workers nothing is lost by it."""
        self._defer(connection, ROUND, "round")

    def open_lanes(self, lanes: int) -> None:
        """Ask for as many senders; a lane that is asked for already isn't asked for twice."""
        with self.database.write(beside=True) as connection:
            for lane in range(lanes):
                self._defer(connection, LANE, f"lane-{lane}")

    def _defer(self, connection: Connection, task: str, lock: str) -> None:
        raw = connection.connection.driver_connection
        job = self._caller.configure_task(task, queue=QUEUE, queueing_lock=lock, connection=raw, allow_unknown=True)
        try:
            with connection.begin_nested():
                job.defer()
        except AlreadyEnqueued:
            return
        except (ProcrastinateException, SQLAlchemyError) as error:
            # the next minute's round finds the rows all the same
            LOG.warning("no worker could be called: %s", error)

    def make_tables(self) -> None:
        """Make Procrastinate's own tables, where they aren't there yet."""
        with self.database.write(beside=True) as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
            if not (row(connection, "SELECT to_regclass('procrastinate_jobs') AS there") or {}).get("there"):
                schema = self.app.schema_manager.get_schema()
                raw = connection.connection.driver_connection
                assert raw is not None
                raw.cursor().execute(schema)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Give whether no other worker makes a round just now; the server itself knows when one of them dies."""
        with self.database.write(beside=True) as connection:
            taken = row(connection, f"SELECT pg_try_advisory_xact_lock({ROUNDING}) AS mine")
            yield bool(taken and taken["mine"])

    def work(self, make_round: Callable[[], None], carry: Callable[[], None], stop: Callable[[], None]) -> None:
        """Do rounds and carry letters until SIGTERM or SIGINT, which calls *stop* and waits for what is in hand."""
        self.make_tables()
        for name, job in ((ROUND, make_round), (LANE, carry)):
            self.app.task(name=name, queue=QUEUE)(self._logged(name, job))

        @self.app.periodic(cron=EVERY_MINUTE, periodic_id="minute")
        @self.app.task(name="duban.minute", queue=QUEUE, queueing_lock="minute")
        def minute(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate hands it over
            self._logged(ROUND, make_round)()

        for name in ("procrastinate", "psycopg.pool"):  # what they say in many lines is said here in one
            logging.getLogger(name).setLevel(logging.CRITICAL)
        asyncio.run(self._work(stop))

    async def _work(self, stop: Callable[[], None]) -> None:
        """Run Procrastinate's worker until told to stop; when its queue fails under it, begin it anew."""
        told, running, pause = asyncio.Event(), set[asyncio.Task[None]](), AGAIN
        asyncio.get_running_loop().set_exception_handler(_beside)

        def leave() -> None:
            stop()
            told.set()
            for work in running:
                work.cancel()  # Procrastinate's way: no new job, and the one in hand is waited for

        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, leave)
        while not told.is_set():
            work = asyncio.create_task(self._run())
            running.add(work)
            try:
                await work
                pause = AGAIN
            except asyncio.CancelledError:
                return
            except Exception as error:  # emptied tables, a cut connection: the rows say what is still to be done
                pause = min(2 * pause, SELDOM)
                if not self._complaints.told:
                    self._complaints.begin(await asyncio.to_thread(self._reason, error))
            finally:
                running.discard(work)
            with suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), pause)

    async def _run(self) -> None:
        """Run Procrastinate's worker on connections of its own, for as long as the ledger can be reached.

        Raises:
            LedgerError: it can't be.
        """
        await asyncio.to_thread(self._knock)
        async with self.app.open_async():
            await self.app.run_worker_async(
                queues=[QUEUE],
                concurrency=1,
                install_signal_handlers=False,
                delete_jobs="always",
                fetch_job_polling_interval=POLL,
            )

    def _knock(self) -> None:
        with self.database.read() as connection:
            row(connection, "SELECT 1 AS here")

    def _reason(self, error: Exception) -> str:
        """Return why the queue failed: as a rule because the ledger's server is away."""
        try:
            self._knock()
        except DubanError as trouble:
            return str(trouble.sentence)
        return f"the queue failed and is begun anew: {_cause(error)}"

    def _logged(self, name: str, job: Callable[[], None]) -> Callable[[], None]:
        """Return a job that leaves trouble to the log: the rows say what is still to be done."""

        def run_job() -> None:
            try:
                job()
            except DubanError as trouble:
                self._complaints.begin(str(trouble.sentence))
            except Exception:
                LOG.exception("%s stopped; it is tried again", name)
            else:
                self._complaints.end()

        return run_job


def _cause(error: BaseException) -> str:
    """Return on one line what lies at the bottom of an error: the queue's own words are only that there is one."""
    while error.__cause__:
        error = error.__cause__
    return " ".join(str(error).split()) or type(error).__name__


def _beside(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Pass over what a task of the queue left behind when its connection went; the worker itself says it."""
    if not isinstance(context.get("exception"), ProcrastinateException):
        loop.default_exception_handler(context)
