"""Soak: a year of rounds over many tasks with a clock handed in; was told what should be, and does it stay lean?

Usage: python -m tests.soak [TASKS]
$DUBAN_TEST_POSTGRES names a server to keep the ledger on; without it, it is a file.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests import server
from tests.soak.year import percentile, soaked

TASKS = 100_000
SLOW = 200  # milliseconds that 99 of 100 calendars stay under
GROWN = 1.1  # by how much the memory in use may grow between the first quarter and the last month


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(count: int) -> int:
    """Soak, print the figures, and return 1 if anything was wrong."""
    logging.disable()
    began = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        on_server = bool(os.environ.get("DUBAN_TEST_POSTGRES"))
        url = stack.enter_context(server.fresh_database()) if on_server else f"sqlite:///{folder / 'duban.db'}"
        year = soaked(url, folder, count, say)
        wrong = list(year.wrong())
        letters = sum(1 for _ in (folder / "post").open())
    half, most = percentile(year.feeds, 0.5), percentile(year.feeds, 0.99)
    early, late = max(year.memory[:3]), year.memory[-1]
    if most >= SLOW:
        wrong.append(f"SLOW: 1 of 100 calendars takes {most:.0f} ms")
    if late > early * GROWN:
        wrong.append(f"GROWN: {early} MB in use in the first quarter, {late} MB at the end")
    for one in wrong[:20]:
        say(one)
    say(f"{count:,} tasks, {letters:,} letters, {time.monotonic() - began:.0f} s; memory {early} MB, at the end {late};"
        f" {len(year.feeds):,} calendars: half in {half:.1f} ms, 99 of 100 in {most:.1f} ms;"
        f" {'told what should be, once' if not wrong else f'{len(wrong)} WRONG'}")  # fmt: skip
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else TASKS))
