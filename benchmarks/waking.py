"""What reminders cost that aren't due yet: to note each, and to wake up for nothing, beside APScheduler's job stores.

Run `python benchmarks/waking.py [ROWS]`. Here a row of the ledger says when it is to be looked at; APScheduler keeps
one job a reminder, in memory or in SQLite. CPU time in one process, medians of rounds. A row stands for all reminders
of its date, some four. Goals: noting a reminder 200 times faster than its store in SQLite; a look at what comes next
within 20 µs that doesn't grow with the rows. A round is made only when something is due.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from notifications.postman import OutboxFolder
from scheduler.job import NEXT, next_due
from scheduler.rounds import Round, make_round
from scheduler.settings import Settings
from store.database import Database, insert_all
from store.tables import Occurrence
from tests.ledgers import Desk

NOW = datetime(2026, 6, 8, tzinfo=UTC)
JOBS, ROUNDS = 300, 9
SETTINGS = Settings(house="bench")


def microseconds(work: Callable[[], object], count: int = 1) -> float:
    """Return the median CPU microseconds of some work, for each of *count*."""
    found = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        found.append((time.process_time() - begun) / count * 1e6)
    return statistics.median(found)


def rows(count: int) -> list[dict[str, object]]:
    """Return rows that are each to be looked at in some days."""
    due, today = date(2026, 9, 1), NOW.date()
    return [
        Occurrence(
            id=n + 1, plan="plan", task=f"t{n}", uid=f"{n}", title=f"推进第{n}项重点工作", position=n, kind="dated",
            digest="", changed_at=0, due=due, declared=due, original_due=due, first_on=today, since_on=today,
            next_at=int(NOW.timestamp()) + 86_400 + n,
        ).model_dump()
        for n in range(count)
    ]  # fmt: skip


def ours(folder: Path, count: int) -> dict[str, float]:
    """Return what so many rows take: to note one, to look what comes next, to make a round for nothing."""
    desk = Desk(folder / f"{count}.db")
    desk.plan("plan", date(2026, 1, 5))
    database, many = Database(f"sqlite:///{folder / f'{count}.db'}"), rows(count)
    begun = time.process_time()
    with database.write() as connection:
        insert_all(connection, "occurrence", many)
    noted = (time.process_time() - begun) / count * 1e6
    bare = sqlite3.connect(folder / f"{count}.db")
    found = {
        "note a row": noted,
        "what comes next: the query": microseconds(lambda: [bare.execute(NEXT).fetchone() for _ in range(50)], 50),
        "what comes next, in a transaction": microseconds(lambda: next_due(database, Round())),
        "a round for nothing": microseconds(
            lambda: make_round(database, SETTINGS, OutboxFolder(folder / "out"), int(NOW.timestamp()))
        ),
    }
    bare.close()
    database.close()
    return found


def theirs(store: MemoryJobStore | SQLAlchemyJobStore, count: int) -> dict[str, float]:
    """Return what a job store of APScheduler takes: to add a job, and to look for due ones in vain."""
    scheduler = BackgroundScheduler(jobstores={"default": store}, timezone=UTC)
    scheduler.start(paused=True)
    begun = time.process_time()
    for n in range(count):
        scheduler.add_job("math:sqrt", "date", [n], run_date=NOW + timedelta(days=4000, seconds=n))
    added = (time.process_time() - begun) / count * 1e6
    found = {"note a job": added, "a round for nothing": microseconds(lambda: store.get_due_jobs(NOW))}
    scheduler.shutdown()
    return found


def main() -> None:
    """Print a table: what each costs, by how many there are."""
    count = int(sys.argv[1]) if sys.argv[1:] else 100_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = {
            f"duban, {count // 10}": ours(folder, count // 10),
            f"duban, {count}": ours(folder, count),
            f"APScheduler in memory, {JOBS}": theirs(MemoryJobStore(), JOBS),
            f"APScheduler in SQLite, {JOBS}": theirs(SQLAlchemyJobStore(f"sqlite:///{folder / 'jobs.db'}"), JOBS),
        }
    print("CPU in µs")
    for who, taken in found.items():
        for what, value in taken.items():
            print(f"{who:32}{what:36}{value:9.1f}")


if __name__ == "__main__":
    main()
