"""An apply, step by step, beside the standard library's executemany of the rows that it writes, in one process.

Run `python benchmarks/applying.py [TASKS]`. The figure is CPU time, medians of rounds; rows that others made already
are what nothing can be faster than, for the same tables, indexes and pragmas. Goals: writing rows by the store within
1.3 times; reading a plan linear (`python benchmarks/growth.py`).
"""

from __future__ import annotations

import gc
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.growth import directory_lines, plan_lines  # noqa: E402
from plans.check import check_plan  # noqa: E402
from plans.occurrences import Outlook, expand  # noqa: E402
from plans.read import read_directory, read_plan  # noqa: E402
from plans.workdays import Workdays  # noqa: E402
from scheduler import applying  # noqa: E402
from scheduler.entry import Source  # noqa: E402
from scheduler.settings import Settings  # noqa: E402
from store.database import Database, insert, insert_all  # noqa: E402
from store.tables import METADATA, House  # noqa: E402

ROUNDS = 5
ON = date(2026, 1, 5)
SETTINGS = Settings(house="bench")
TABLES = ("task", "occurrence", "occurrence_unit", "standing")  # where an apply of thousands writes thousands


def opened(folder: Path, name: str) -> Database:
    database = Database(f"sqlite:///{folder / name}")
    database.upgrade()
    with database.write() as connection:
        insert(connection, House(word="bench", rehearsal=True))
    return database


def written(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that an apply has left in TABLES."""
    with database.read() as connection:
        return {table: [dict(one) for one in connection.exec_driver_sql(f"SELECT * FROM {table}").mappings()]
                for table in TABLES}  # fmt: skip


def by_executemany(database: Database, many: dict[str, list[dict[str, Any]]]) -> None:
    """Write rows by the driver alone, in one transaction."""
    with database.write() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        for table, those in many.items():
            names = list(those[0])
            sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
            driver.executemany(sql, [tuple(one.values()) for one in those])


def by_store(database: Database, many: dict[str, list[dict[str, Any]]]) -> None:
    with database.write() as connection:
        for table, those in many.items():
            insert_all(connection, table, those)


def emptied(database: Database) -> None:
    with database.write() as connection:
        for table in reversed(METADATA.sorted_tables):
            if table.name not in ("house", "alembic_version"):
                connection.exec_driver_sql(f"DELETE FROM {table.name}")


class Steps:
    """What an apply of one plan does, each step with what the one before has made."""

    def __init__(self, folder: Path, tasks: int) -> None:
        self.text = "\n".join(plan_lines("p", 0, tasks)) + "\n"
        self.directory_text = "\n".join(directory_lines()) + "\n"
        self.directory = read_directory(self.directory_text, "directory.yaml")[0]
        assert self.directory is not None
        self.workdays = Workdays("CN", self.directory.closed, self.directory.worked)
        self.database, self.beside = opened(folder, "ours.db"), opened(folder, "beside.db")
        self.plan = self.read()

    def read(self) -> Any:
        plan = read_plan(self.text.encode(), "p.yaml")[0]
        assert plan is not None
        return plan

    def check(self) -> None:
        check_plan(self.plan, self.directory, self.workdays, ON)

    def expand(self) -> None:
        assert self.directory is not None
        expand(Outlook(self.plan, self.directory, self.workdays, date(2027, 2, 5)))

    def apply(self) -> None:
        assert self.directory is not None
        source = Source(self.plan, self.text, self.directory, self.directory_text)
        with self.database.write() as connection:
            prepared = [applying.prepare(connection, source, ON, SETTINGS)]
            applying.apply(connection, prepared, on=ON, at=1_767_600_000, actor="clerk", settings=SETTINGS)


def seconds(work: Callable[..., object], *given: object) -> float:
    gc.collect()
    begun = time.process_time()
    work(*given)
    return time.process_time() - begun


def main() -> None:
    tasks = int(sys.argv[1]) if sys.argv[1:] else 10_000
    with tempfile.TemporaryDirectory() as name:
        steps = Steps(Path(name), tasks)
        steps.apply()
        many = written(steps.database)
        taken: dict[str, list[float]] = {}
        for _ in range(ROUNDS):
            emptied(steps.database)
            for title, work, given in (
                ("read", steps.read, ()), ("check", steps.check, ()), ("rows of tasks", steps.expand, ()),
                ("apply, rows of tasks included", steps.apply, ()), ("apply again, unchanged", steps.apply, ()),
                ("rows, by the store", by_store, (steps.beside, many)), ("", emptied, (steps.beside,)),
                ("rows, by executemany", by_executemany, (steps.beside, many)), ("", emptied, (steps.beside,)),
            ):  # fmt: skip
                taken.setdefault(title, []).append(seconds(work, *given))
        steps.database.close()
        steps.beside.close()
    del taken[""]
    limit = statistics.median(taken["rows, by executemany"])
    print(f"{tasks} tasks, {sum(map(len, many.values()))} rows; CPU, medians of {ROUNDS}")
    for title, times in taken.items():
        middle = statistics.median(times)
        print(f"{title:32}{1000 * middle:8.0f} ms{1e6 * middle / tasks:8.0f} µs a task{middle / limit:8.2f} x")


if __name__ == "__main__":
    main()
