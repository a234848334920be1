"""The promise in small: much at once, and a page of faults whose commands try what they say."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from scheduler.calendars import feed_bytes
from store import soundness
from store.database import Database
from store.tokens import Grant
from tests.office import Office

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "reliability.md").read_text("utf-8")
UNITS = ("safety", "operations", "finance")


def plan(name: str, due: str) -> str:
    tasks = "".join(f"  - {{id: t{n}-x, title: 事{n}, lead: {UNITS[n % 3]}, due: {due}}}\n" for n in range(12))
    return f"plan: {name}\ntitle: 方案{name}\nissued: 2018-03-01\ntasks:\n{tasks}"


@contextmanager
def another(office: Office) -> Iterator[Office]:
    """Give the same office to another thread, on connections of its own."""
    database = Database(office.database.url)
    yield Office(database, office.settings)
    database.close()


def test_r9_what_happens_at_once_is_as_if_one_came_after_the_other(url: str):
    """R9: two plans applied again and again, rounds and fetches beside; a calendar is of one version, never a mix."""
    days, over, seen = ("2018-05-25", "2018-05-28"), threading.Event(), []

    def apply(office: Office, name: str) -> None:
        with another(office) as mine:
            for number in range(5):
                mine.apply(plan(name, days[number % 2]), "2018-03-01", release=not number)

    def make_rounds(office: Office) -> None:
        with another(office) as mine:
            while not over.wait(0.1):  # who asks for the lock without a pause leaves no turn to the others
                assert mine.round("2018-03-01").troubles == []

    def fetch(office: Office) -> None:
        with another(office) as mine:
            while not over.wait(0.05):
                with mine.database.read() as connection:
                    body = feed_bytes(connection, mine.settings, Grant("feed"), date(2018, 3, 1)) or b""
                for name in "pq":
                    own = [entry for entry in body.split(b"BEGIN:VEVENT") if f"方案{name}".encode() in unfolded(entry)]
                    seen.append((name, len(own), {day for one in own for day in re.findall(rb"DTSTART\S+", one)}))

    with Office.open(url) as office, ThreadPoolExecutor(4) as pool:
        beside = [pool.submit(make_rounds, office), pool.submit(fetch, office)]
        try:
            for one in [pool.submit(apply, office, name) for name in "pq"]:
                one.result(timeout=300)
        finally:
            over.set()
        for one in beside:
            one.result(timeout=60)
        with office.database.read() as connection:
            assert soundness.examine(connection) == []
        found = office.rows(
            "SELECT plan, min(due) AS first, max(due) AS last, count(*) AS n FROM occurrence GROUP BY plan"
        )
    assert {(one["plan"], str(one["first"]), str(one["last"]), one["n"]) for one in found} == {
        (name, days[0], days[0], 12) for name in "pq"
    }
    assert {(len(starts), count) for _, count, starts in seen} <= {(0, 0), (1, 12)}
    assert any(count for _, count, _ in seen)


def unfolded(entry: bytes) -> bytes:
    return entry.replace(b"\r\n ", b"")


def faults() -> list[str]:
    """Return the last column of the page's table of faults: how each is shown."""
    rows = [line.split("|") for line in PAGE.partition("| fault |")[2].partition("\n\n")[0].splitlines()[2:]]
    return [row[3] for row in rows]


def test_r20_every_fault_of_the_page_is_tried_by_the_command_beside_it():
    """R20: one `make torture`, and single groups and tests by name."""
    tests = {path.name: path.read_text("utf-8") for path in (ROOT / "tests").glob("test_*.py")}
    names = re.findall(r"^(?:async )?def (test_\w+)", "\n".join(tests.values()), re.MULTILINE)
    groups = (ROOT / "tests" / "torture" / "cases.py").read_text("utf-8")
    said = faults()
    assert len(said) > 30
    for shown in said:
        commands = re.findall(r"`([^`]+)`", shown)
        assert commands, shown
        for command in commands:
            for text in re.findall(r'--only "?([^"]+)"?', command):
                assert text in groups or text in ("EIO", "ENOSPC", "EMFILE"), command
            for file in re.findall(r"tests/(test_\w+\.py)", command):
                assert file in tests, command
            for words in re.findall(r'-k "?([^"]+)"?$', command):
                for word in words.split(" or "):
                    assert any(word in name for name in names), command


def test_r20_the_quick_build_tries_all_groups_and_the_page_says_how_long():
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    (seconds,) = re.findall(r"make torture TORTURE_ARGS='--seed 1 --seconds (\d+)'", script)
    assert f"in {seconds} seconds" in PAGE
    assert int(seconds) < 300
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
