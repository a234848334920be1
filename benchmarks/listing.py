"""Listings on 10,000 tasks of which 50 are overdue: the CPU of the whole process, beside `import sqlite3` alone.

Goal: within 3 times, but for those that print all 10,000 rows. Beside them a script that does nothing but ask SQLite
for what is overdue. Run `python benchmarks/listing.py [TASKS]`. Modules are read compiled, as those of an installed
program are.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

TODAY = date(2026, 6, 8)
LATE = 50
ROUNDS = 11
BARE = ("-c", "import sqlite3")
SCRIPT = """
import sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute('''
    SELECT o.task, o.title, s.due, s.leads FROM standing s JOIN occurrence o ON o.id = s.occurrence
    WHERE s.since <= :day AND s.until > :day AND s.due < :day AND s.state NOT IN ('done', 'cancelled')
    ORDER BY s.due''', {"day": sys.argv[2]})
sys.stdout.write("".join("  ".join(row) + "\\n" for row in rows))
"""
LISTINGS = {
    "overdue": ("overdue",),
    "overdue --format json": ("overdue", "--format", "json"),
    "due --days 7": ("due", "--days", "7"),
    "show": ("show", "plan/t7"),
    "why": ("why", "plan/t7"),
    "sent": ("sent",),
    "list --text": ("list", "--text", "第77"),
    "overdue --text": ("overdue", "--text", "第7"),
    "list, all rows": ("list",),
    "list, all rows, as JSON": ("list", "--format", "json"),
}


def fill(folder: Path, tasks: int) -> None:
    """Write a ledger of one plan, its first 50 tasks overdue on TODAY, the others due in the two years after."""
    from store.database import insert_all
    from store.tables import FOREVER, Occurrence, Standing, Task
    from tests.ledgers import Desk

    desk = Desk(folder / "duban.db")
    (folder / "duban.toml").write_text('database = "duban.db"\n', encoding="utf-8")
    desk.workdays(date(2026, 1, 1), date(2028, 12, 31))
    for unit in range(40):
        desk.unit(f"u{unit}", f"第{unit}处")
    desk.plan("plan", date(2026, 1, 5))
    dues = [TODAY - timedelta(1 + n % 30) if n < LATE else TODAY + timedelta(1 + n % 730) for n in range(tasks)]
    titles = [f"推进第{n}项重点工作" for n in range(tasks)]
    with desk.database.write() as connection:
        insert_all(connection, "task", [
            Task(plan="plan", id=f"t{n}", title=title, position=n, digest="").model_dump()
            for n, title in enumerate(titles)
        ])  # fmt: skip
        insert_all(connection, "occurrence", [
            Occurrence(
                id=n + 1, plan="plan", task=f"t{n}", uid=f"{n}", title=titles[n], position=n, kind="dated", digest="",
                changed_at=0, due=due, declared=due, original_due=due, first_on=TODAY, since_on=TODAY,
                leads=f'["u{n % 40}"]',
            ).model_dump()
            for n, due in enumerate(dues)
        ])  # fmt: skip
        insert_all(connection, "standing", [
            Standing(occurrence=n + 1, since=date(2026, 1, 5), until=FOREVER, due=due).model_dump()
            for n, due in enumerate(dues)
        ])  # fmt: skip
        insert_all(connection, "occurrence_unit", [
            {"occurrence": n + 1, "role": role, "unit": f"u{(n + place) % 40}", "position": place}
            for n in range(tasks) for place, role in enumerate(("lead", "support"))
        ])  # fmt: skip


def keeping_compiled(folder: Path) -> dict[str, str]:
    """Return an environment in which Python keeps what it compiles in *folder*, and leaves nothing in the checkout."""
    known = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return known | {"PYTHONPYCACHEPREFIX": str(folder)}


def cpu(arguments: tuple[str, ...], compiled: Path) -> float:
    """Return the milliseconds of CPU, user and system, that a Python process with *arguments* takes."""
    environment = keeping_compiled(compiled)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, *arguments], stdout=subprocess.PIPE, check=False, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, arguments
    return 1000 * (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def main() -> None:
    tasks = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as name:
        fill(Path(name), tasks)
        door = (str(ROOT / "cli.py"),)
        ending = ("--today", TODAY.isoformat(), "--ledger", name)
        script = ("-c", SCRIPT, str(Path(name) / "duban.db"), TODAY.isoformat())
        commands = {"import sqlite3": BARE, "python -c pass": ("-c", "pass"), "overdue, as a bare script": script}
        commands |= {title: (*door, *words, *ending) for title, words in LISTINGS.items()}
        taken: dict[str, list[float]] = {title: [] for title in commands}
        for number in range(ROUNDS + 1):  # side by side, so that a busy machine slows all alike
            for title, words in commands.items():
                spent = cpu(words, Path(name) / "compiled")
                if number:  # the first time modules are compiled
                    taken[title].append(spent)
    bare = statistics.median(taken["import sqlite3"])
    print(f"{tasks} tasks, {LATE} overdue; medians of {ROUNDS}")
    for title, times in taken.items():
        print(f"{title:30} {statistics.median(times):7.1f} ms  {statistics.median(times) / bare:5.2f} x")


if __name__ == "__main__":
    main()
