"""Reading and checking plans of 12 lines a task: CPU seconds beside PyYAML's CSafeLoader, which keeps no places.

Goals: reading within PyYAML's own time though every value keeps its line and column; linear from 1,000 to 10,000 tasks
and to ten files of 10,000. Run `python benchmarks/reading.py [--all]`; with --all also the ten files.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from commands.files import read_files  # noqa: E402
from plans.check import check_plan  # noqa: E402
from plans.directory import Directory  # noqa: E402
from plans.mending import mend_file  # noqa: E402
from plans.model import Plan  # noqa: E402
from plans.read import read_directory, read_plan  # noqa: E402
from plans.workdays import Workdays  # noqa: E402

UNITS = 60
ROUNDS = 3


def plan_text(name: str, tasks: int) -> str:
    """Return a plan of *tasks* tasks of 12 lines each."""
    lines = [f"plan: {name}", f"title: 重点工作{name}", "issued: 2026-01-05", "office: u0", "directory: directory.yaml"]
    lines += ["phases:", "  - {id: work, title: 组织实施, due: 1月6日至12月31日}", "tasks:"]
    for number in range(tasks):
        month, day = number % 9 + 3, number % 28 + 1
        lines += [
            f"  - id: task-{number}",
            f"    no: {number}",
            f"    title: 第{number}项：推进第{number}号重点工作取得阶段性成果",
            "    phase: work",
            f"    lead: [u{number % UNITS}, u{(number + 1) % UNITS}]",
            "    support:",
            f"      - u{(number + 7) % UNITS}",
            f"      - u{(number + 9) % UNITS}",
            f"    due: {month}月{day}日前",
            f"    contact: c{number % UNITS}",
            f"    source: 常安〔2026〕{number % 40}号第{number % 20}条",
            f"    note: 附表{number % 7}第{number}行，会同有关单位抓好落实",
        ]
    return "\n".join(lines) + "\n"


def directory_text() -> str:
    """Return the directory the plans name."""
    units = [f"  u{n}: {{name: 第{n}处, contact: c{n}, head: c{n}}}" for n in range(UNITS)]
    people = [f"  c{n}: {{name: 联络员{n}, mail: c{n}@example.org}}" for n in range(UNITS)]
    return "\n".join(["units:", *units, "people:", *people]) + "\n"


def seconds(work: Callable[[], object]) -> float:
    """Return the least CPU time of a few rounds."""
    found = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return min(found)


def measure(tasks: int, directory: Directory) -> dict[str, float]:
    """Return the CPU seconds of each step on a plan of *tasks* tasks."""
    data = plan_text("p", tasks).encode()
    plan, findings = read_plan(data, "p.yaml")
    assert isinstance(plan, Plan)
    assert findings == []
    return {
        "CSafeLoader": seconds(lambda: yaml.load(data, yaml.CSafeLoader)),
        "read": seconds(lambda: read_plan(data, "p.yaml")),
        "check": seconds(lambda: check_plan(plan, directory, Workdays("CN"), None)),
        "mend (nothing to do)": seconds(lambda: mend_file(data, "p.yaml", directory=False, wanted=lambda _: True)),
    }


def ten_files() -> float:
    """Return the CPU seconds of reading and checking ten files of 10,000 tasks."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"p{number}.yaml" for number in range(10)]
        for file in files:
            file.write_text(plan_text(file.stem, 10_000), "utf-8")
        (Path(folder) / "directory.yaml").write_text(directory_text(), "utf-8")
        begun = time.process_time()
        assert not read_files(files).broken
        return time.process_time() - begun


def main() -> int:
    """Print the table; return 1 where a goal is missed."""
    directory, _ = read_directory(directory_text(), "directory.yaml")
    assert directory is not None
    few, many = measure(1_000, directory), measure(10_000, directory)
    size = len(plan_text("p", 10_000).encode()) / 2**20
    print(f"10,000 tasks, {size:.1f} MB; CPU seconds")
    print(f"{'step':22}{'1,000':>8}{'10,000':>8}{'growth':>8}{'of CSafeLoader':>16}")
    for step, time_taken in many.items():
        ratio = time_taken / many["CSafeLoader"]
        print(f"{step:22}{few[step]:8.3f}{time_taken:8.3f}{time_taken / few[step]:8.1f}{ratio:16.2f}")
    if "--all" in sys.argv:
        whole = ten_files()
        once = many["read"] + many["check"]
        print(f"{'ten files of 10,000':22}{'':8}{whole:8.1f}{whole / once:8.1f}   read and checked")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return int(many["read"] > many["CSafeLoader"] or many["read"] > 14 * few["read"])


if __name__ == "__main__":
    sys.exit(main())
