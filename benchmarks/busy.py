"""How long a calendar takes to answer while somebody applies a plan of 10,000 tasks to the same ledger.

Run `python benchmarks/busy.py [TASKS]`. Asked are a client that has a copy and one that has none, in turn; an answer
is whole or it is 503, never an empty calendar. Times are of the wall: a machine with other work shows that as well.
"""

from __future__ import annotations

import http.client
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.serving import DAY, PLAN, ROOT, ask, free_port, house, running

ENTRIES = 1000  # of the calendar that is asked for
PAUSE = 0.01  # seconds between two requests: some hundred clients that ask every few seconds


def large_plan(path: Path, tasks: int) -> None:
    """Write a second plan of *tasks* tasks."""
    lines = (
        f"  - {{id: t{n}, title: 整改第{n}处隐患, lead: 安全处, due: 2026-12-{n % 28 + 1}}}\n" for n in range(tasks)
    )
    path.write_text(PLAN.replace("plan: big", "plan: large") + "".join(lines), "utf-8")


def asked(port: int, path: str, headers: dict[str, str]) -> tuple[float, int, int]:
    """Ask once and return milliseconds, status and how many bytes came."""
    began = time.perf_counter()
    status, body, _ = ask(port, path, headers, 1)
    return 1000 * (time.perf_counter() - began), status, len(body)


def while_busy(port: int, path: str, command: list[str], folder: Path) -> list[tuple[float, int, int]]:
    """Return what was answered while *command* ran."""
    whole = ask(port, path, {}, 1)
    known = {"If-None-Match": whole[2]["etag"]}
    found = []
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) as busy:
        while busy.poll() is None:
            for headers in (known, {}):
                try:
                    found.append(asked(port, path, headers))
                except (OSError, http.client.HTTPException) as error:
                    print(f"no answer: {error}")
                time.sleep(PAUSE)
    assert busy.returncode == 0, command
    return found


def main() -> None:
    tasks = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        secret = house(folder, ENTRIES)
        serve = [sys.executable, str(ROOT / "cli.py"), "serve", "--port", str(port), "--today", DAY]
        with running(serve, port, folder):
            large_plan(folder / "plan.yaml", tasks)
            apply = [sys.executable, str(ROOT / "cli.py"), "apply", "plan.yaml", "--today", DAY, "--yes"]
            began = time.perf_counter()
            found = while_busy(port, f"/f/{secret}.ics", apply, folder)
            seconds = time.perf_counter() - began
    print(f"an apply of {tasks} tasks took {seconds:.1f} s; {len(found)} requests for a calendar of {ENTRIES} entries")
    for status in sorted({one[1] for one in found}):
        times = sorted(one[0] for one in found if one[1] == status)
        sizes = [one[2] for one in found if one[1] == status]
        late = times[min(len(times) - 1, int(0.99 * len(times)))]
        print(
            f"{status}: {len(times):5} answers of {min(sizes)} to {max(sizes)} bytes, median"
            f" {statistics.median(times):.1f} ms, 99 of 100 within {late:.1f} ms, all within {times[-1]:.1f} ms"
        )


if __name__ == "__main__":
    main()
