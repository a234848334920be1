"""Pages over HTTP: a board of 10,000 open items, all late, and a matrix of 1,000 tasks by 60 units.

Goals: 300 ms of CPU before the first byte, no page above 400 kB. Run `python benchmarks/pages.py [ITEMS]`. Where nginx
is on the PATH (or where `NGINX` says) it serves the same bytes from files; calendars are measured by `serving.py`.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.serving import nginx_with, program_of

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


def measured(http: httpx.Client, address: str) -> tuple[float, float, bytes]:
    """Return the seconds to the first byte and to the last, medians, and the page."""
    firsts, totals, page = [], [], b""
    for _ in range(ROUNDS):
        began = time.perf_counter()
        with http.stream("GET", address) as answer:
            firsts.append(time.perf_counter() - began)
            assert answer.status_code == 200, (address, answer.status_code)
            page = answer.read()
        totals.append(time.perf_counter() - began)
    return statistics.median(firsts), statistics.median(totals), page


def ours(folder: Path, items: int) -> dict[str, tuple[float, float, float, bytes]]:
    """Return for each page the seconds to the first byte and to the last, the CPU seconds, and the page."""
    from scheduler.settings import Settings
    from store.database import Database
    from store.tokens import Grant, issue
    from tests.served import serving
    from web.app import create_app
    from web.visit import House

    fill(folder / "duban.db", items)
    database = Database(f"sqlite:///{folder / 'duban.db'}")
    with database.write() as connection:
        token = issue(connection, Grant("page"), TODAY)
    found = {}
    with serving(create_app(House(Settings(house="b"), database, TODAY))) as url, httpx.Client(timeout=60) as http:
        for place in PLACES:
            began = time.process_time()  # of this process, which also asks; that is a few milliseconds of it
            first, total, page = measured(http, f"{url}/p/{token}/{place}")
            found[place] = first, total, (time.process_time() - began) / ROUNDS, page
    database.close()
    return found


def main() -> None:
    items = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        found = ours(Path(folder), items)
    print(f"{items} items late, a matrix of {TASKS} x {UNITS}; medians of {ROUNDS}")
    files = {f"{number}.html": page for number, (_, _, _, page) in enumerate(found.values())}
    program = program_of("nginx")
    with nginx_with(program, files) if program else nullcontext((0, 0)) as (_, port), httpx.Client() as http:
        print(f"{'page':22}{'first byte ms':>14}{'CPU ms':>8}{'kB':>6}{'a second':>10}{'nginx a second':>16}")
        for (place, (first, total, cpu, page)), file in zip(found.items(), files, strict=True):
            times = f"{1000 * first:>14.0f}{1000 * cpu:>8.0f}{len(page) / 1000:>6.0f}{1 / total:>10.1f}"
            other = f"{1 / measured(http, f'http://127.0.0.1:{port}/{file}')[1]:>16.0f}" if program else ""
            print(f"{place or 'board':22}{times}{other}")
    if not program:
        print("nginx is not installed")


if __name__ == "__main__":
    main()
