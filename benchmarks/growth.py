"""How the work grows with the plan: the CPU of whole commands on 1,000 and 10,000 tasks, and on 100,000 in ten files.

No step may grow faster than its input: the last columns are the growth from one size to the next, at most about ten.
Run `python benchmarks/growth.py [--all]`; with --all also the ten files of 10,000 (some minutes).
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.listing import keeping_compiled  # noqa: E402

DOOR = str(ROOT / "cli.py")
UNITS, LATE, DUE = 60, 50, 1000
STEPS = {
    "check": ("check",),
    "apply": ("apply", "--release", "--yes", "--today", "2026-01-05"),
    "apply again": ("apply", "--yes", "--today", "2026-01-05"),
    "round: assign all": ("round", "--today", "2026-01-06"),
    "round: nothing due": ("round", "--today", "2026-01-07"),
    f"round: {DUE} due": ("round", "--today", "2026-05-27"),
    f"overdue ({LATE} late)": ("overdue", "--today", "2026-05-27"),
    "feed of all": ("feed", "export", "calendars", "--name", "all", "--today", "2026-05-27"),
}


def plan_lines(name: str, first: int, tasks: int) -> Iterator[str]:
    """Yield the lines of a plan: LATE tasks due in March, DUE three working days after 27 May, the rest in autumn."""
    yield from (f"plan: {name}", f"title: 重点工作{name}", "issued: 2026-01-05", "directory: directory.yaml", "tasks:")
    for number in range(first, first + tasks):
        day = date(2026, 9, 1) + timedelta(number % 100)
        if number < LATE:
            day = date(2026, 3, 16)
        elif number < LATE + DUE:
            day = date(2026, 6, 1)
        yield f"  - id: t{number}-x"
        yield f"    title: 第{number}项：推进第{number}号工作"
        yield f"    lead: u{number % UNITS}"
        yield f"    support: [u{(number + 7) % UNITS}]"
        yield f"    due: {day.month}月{day.day}日前"


def directory_lines() -> list[str]:
    """Return the lines of the directory that the plans name."""
    units = [f"  u{n}: {{name: 第{n}处, contact: c{n}}}" for n in range(UNITS)]
    people = [f"  c{n}: {{name: 联络员{n}, mail: c{n}@example.org}}" for n in range(UNITS)]
    return ["units:", *units, "people:", *people]


def fill(folder: Path, tasks: int, files: int) -> None:
    """Write *files* plans of *tasks* tasks each, with one directory, and begin a ledger for rehearsal."""
    for number in range(files):
        text = "\n".join(plan_lines(f"p{number}", number * tasks, tasks)) + "\n"
        (folder / f"p{number}.yaml").write_text(text, "utf-8")
    (folder / "directory.yaml").write_text("\n".join(directory_lines()) + "\n", "utf-8")
    run(folder, "init", "--rehearsal", ".")


def run(folder: Path, *words: str) -> float:
    """Return the seconds of CPU that a command takes in *folder*; it must end well."""
    environment = keeping_compiled(folder.parent / "compiled")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, DOOR, *words], cwd=folder, env=environment, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode in (0, 1), done.stderr.decode()[-2000:]
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def measure(folder: Path, tasks: int, files: int) -> list[float]:
    """Return the seconds of each step on so many files of so many tasks."""
    folder.mkdir()
    fill(folder, tasks, files)
    return [run(folder, *words) for words in STEPS.values()]


def main() -> None:
    """Print the seconds of each step by size, and how they grow."""
    sizes = [(1_000, 1), (10_000, 1), *([(10_000, 10)] if "--all" in sys.argv else [])]
    with tempfile.TemporaryDirectory() as name:
        measure(Path(name) / "first", 1_000, 1)  # the first time modules are compiled
        taken = [measure(Path(name) / str(tasks * files), tasks, files) for tasks, files in sizes]
    print(f"{'seconds of CPU':24}" + "".join(f"{tasks * files:>10,}" for tasks, files in sizes) + "    growth")
    for step, times in zip(STEPS, zip(*taken, strict=True), strict=True):
        growth = "".join(f"{more / less:>10.1f}" for less, more in pairwise(times))
        print(f"{step:24}" + "".join(f"{each:>10.2f}" for each in times) + growth)


if __name__ == "__main__":
    main()
