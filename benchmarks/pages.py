"""Pages over HTTP: a board of 10,000 open items, all late, and a matrix of 1,000 tasks by 60 units.

Goals: the first byte within a second, no page above 1 MB. Run `python benchmarks/pages.py [ITEMS]`.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

TODAY = date(2026, 6, 8)
UNITS, TASKS = 60, 1000
ROUNDS = 5
PLACES = ("", "?show=overdue", "list", "matrix?plan=wide", "timeline?plan=wide", "plan/wide", "task/p0/t0", "unit/u1")


def fill(path: Path, items: int) -> None:
    """Write a ledger: ITEMS rows overdue in ten plans, and a plan whose every task has parts of all units."""
    from store.database import insert_all
    from store.tables import FOREVER, Occurrence, Standing, Task
    from tests.ledgers import Desk

    desk = Desk(path)
    desk.workdays(date(2026, 1, 1), date(2027, 12, 31))
    for unit in range(UNITS):
        desk.unit(f"u{unit}", f"第{unit}处", contact="wang", phone="0000-0001")
    desk.person("wang", "王二", phone="0000-0002")
    plans = [*(f"p{n}" for n in range(10)), "wide"]
    for plan in plans:
        desk.plan(plan, date(2026, 1, 5), title=f"方案{plan}")
    where = [(f"p{n % 10}", TODAY - timedelta(1 + n % 90)) for n in range(items)]
    where += [("wide", TODAY + timedelta(1 + n % 200)) for n in range(TASKS)]
    tasks, rows, stands, parts = [], [], [], []
    for n, (plan, due) in enumerate(where):
        title = f"推进第{n}项重点工作，按时报送完成情况和佐证材料"
        tasks.append(Task(plan=plan, id=f"t{n}", no=str(n), title=title, position=n, digest="").model_dump())
        rows.append(
            Occurrence(
                id=n + 1, plan=plan, task=f"t{n}", uid=f"{n}", title=title, position=n, kind="dated", digest="",
                changed_at=0, due=due, declared=due, original_due=due, first_on=date(2026, 1, 5),
                since_on=date(2026, 1, 5), leads=f'["u{n % UNITS}"]',
            ).model_dump()
        )  # fmt: skip
        stands.append(
            Standing(occurrence=n + 1, since=date(2026, 1, 5), until=FOREVER, due=due, state="open").model_dump()
        )
        others = range(UNITS) if plan == "wide" else (n % UNITS,)
        for unit in others:
            role = "lead" if unit == n % UNITS else "support"
            parts.append({"occurrence": n + 1, "role": role, "unit": f"u{unit}", "position": unit})
    with desk.database.write() as connection:
        for table, many in (("task", tasks), ("occurrence", rows), ("standing", stands), ("occurrence_unit", parts)):
            insert_all(connection, table, many)
    desk.database.close()


def main() -> None:
    import httpx

    from scheduler.settings import Settings
    from store.database import Database
    from store.tokens import Grant, issue
    from tests.served import serving
    from web.app import create_app
    from web.visit import House

    items = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "duban.db"
        fill(path, items)
        database = Database(f"sqlite:///{path}")
        with database.write() as connection:
            token = issue(connection, Grant("page"), TODAY)
        print(f"{items} items late, a matrix of {TASKS} x {UNITS}; median of {ROUNDS}")
        print(f"{'page':24}{'first byte ms':>15}{'kB':>8}{'a second':>10}")
        with serving(create_app(House(Settings(house="b"), database, TODAY))) as url, httpx.Client(timeout=60) as http:
            for place in PLACES:
                firsts, totals, size = [], [], 0
                for _ in range(ROUNDS):
                    began = time.perf_counter()
                    with http.stream("GET", f"{url}/p/{token}/{place}") as answer:
                        firsts.append(time.perf_counter() - began)
                        assert answer.status_code == 200, (place, answer.status_code)
                        size = len(answer.read())
                    totals.append(time.perf_counter() - began)
                rate = 1 / statistics.median(totals)
                print(f"{place or 'board':24}{1000 * statistics.median(firsts):>15.0f}{size / 1000:>8.0f}{rate:>10.1f}")
        database.close()


if __name__ == "__main__":
    main()
