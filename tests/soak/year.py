"""A year of an office under load: a ledger of many tasks, a clock handed in, two rounds a day, and what came of it."""

from __future__ import annotations

import os
import time as watch
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, time
from email.parser import BytesHeaderParser
from multiprocessing import get_context
from pathlib import Path

from notifications.postman import Receipt
from scheduler import desk
from scheduler.calendars import open_feed
from scheduler.desk import Act
from scheduler.job import do_job
from scheduler.matters import instant
from scheduler.settings import Settings
from store import ledger, soundness
from store.database import Database, rows
from store.journal import Journal
from store.tokens import Grant, issue
from tests.office import SETTINGS, Office
from tests.soak.oracle import DAY, Task, told

ISSUED, LAST = date(2023, 1, 5), date(2023, 12, 31)
FIRST_DUE, DUES = date(2023, 3, 6), 290  # from then on every day of the year is some task's date
FINISHED = (0, 0, -5, 4)  # how many days after its date a task is accepted
HOURS = (time(8, 30), time(14))
PLANS = 10
PEOPLE = 500  # tasks of one unit, whose contact gets all its letters
FEEDS = 10  # calendars fetched a day, each twice


def tasks(count: int) -> list[Task]:
    """Return the tasks of the year: dates, leads and days of acceptance all follow from the number."""
    units = max(12, count // PEOPLE)
    dues = [FIRST_DUE + DAY * (number * 37 % DUES) for number in range(count)]
    return [
        Task(f"t{number}", f"c{number % units}", due, due + DAY * FINISHED[number % 4])
        for number, due in enumerate(dues)
    ]


def begin(url: str, every: list[Task]) -> None:
    """Begin the ledger with all tasks in ten plans, released on the day of issue."""
    leads = dict.fromkeys(task.lead for task in every)
    units = "".join(f"  {lead[1:]}u: {{name: 第{lead[1:]}处, contact: {lead}}}\n" for lead in leads)
    people = "".join(f"  {lead}: {{name: 联络员{lead[1:]}, mail: {lead}@example.org}}\n" for lead in leads)
    with Office.open(url) as office:
        office.directory = f"units:\n{units}people:\n{people}office: 0u\n"
        for number in range(PLANS):
            lines = (
                f"  - {{id: {task.id}, title: 第{task.id[1:]}项工作, lead: {task.lead[1:]}u, due: {task.due}}}\n"
                for task in every[number::PLANS]
            )
            head = f"plan: p{number}\ntitle: 重点工作{number}\nissued: {ISSUED}\ntasks:\n"
            office.apply(head + "".join(lines), str(ISSUED), release=True)


@dataclass
class Post:
    """A postman who writes down whom he was given which letter for, and keeps none."""

    list: Path

    def post(self, data: bytes, sender: str, recipient: str) -> Receipt:  # noqa: ARG002 - any postman's
        name = BytesHeaderParser().parsebytes(data)["Message-ID"]
        with self.list.open("a", encoding="utf-8") as book:
            book.write(f"{recipient} {name}\n")
        return Receipt(250, "taken")


@dataclass
class Year:
    """The year as it is lived, and what was measured: memory by month, and how long calendars took to answer."""

    database: Database
    folder: Path
    every: list[Task]
    settings: Settings = field(default_factory=lambda: Settings(**SETTINGS))
    memory: list[int] = field(default_factory=list)  # MB in use at the end of each month
    feeds: list[float] = field(default_factory=list)  # seconds of each answer

    def live(self, say: Callable[[str], None]) -> None:
        """Live through the year, day by day, and say at the end of each month how it went."""
        post, journal = Post(self.folder / "post"), Journal(self.folder / "sent")
        numbers = self._numbers()
        accepted = defaultdict(list)
        for task in self.every:
            accepted[task.done].append(numbers[task.id])
        secrets, began = self._calendars(), watch.monotonic()
        for day in (ISSUED + DAY * n for n in range((LAST - ISSUED).days + 1)):
            for hour in HOURS:
                now = instant(day, hour, self.settings.timezone)
                do_job(self.database, self.settings, post, now, journal=journal)
                self._accept(accepted.pop(day, []), day, now)
            self._fetch(secrets[day.toordinal() % len(secrets) :][:FEEDS], day, now)
            if (day + DAY).day == 1:
                self.memory.append(memory())
                say(f"{day:%Y-%m}  {watch.monotonic() - began:6.0f} s  {self.memory[-1]:5} MB")

    def _numbers(self) -> dict[str, int]:
        with self.database.read() as connection:
            return {one["task"]: one["id"] for one in rows(connection, "SELECT id, task FROM occurrence")}

    def _calendars(self) -> list[str]:
        """Give every unit the address of its calendar."""
        units = dict.fromkeys(f"{task.lead[1:]}u" for task in self.every)
        with self.database.write() as connection:
            return [issue(connection, Grant("feed", {"unit": unit}, name=unit), ISSUED) for unit in units]

    def _accept(self, numbers: list[int], day: date, now: int) -> None:
        with self.database.write() as connection:
            act = Act(connection, self.settings.send_at, day, now, "clerk")
            for number in numbers:
                desk.accept(act, ledger.occurrence(connection, number))

    def _fetch(self, secrets: list[str], day: date, now: int) -> None:
        for secret in (*secrets, *secrets):
            begun = watch.perf_counter()
            opened = open_feed(self.database, self.settings, secret, day, now)
            self.feeds.append(watch.perf_counter() - begun)
            assert opened.status == 200
            assert opened.body.count(b"BEGIN:VEVENT") > 0

    def wrong(self) -> Iterator[str]:
        """Yield what is wrong after the year: told and not due, due and not told, sent twice or never."""
        should = Counter(one for task in self.every for one in told(task, ISSUED) if one[2] <= LAST)
        was = Counter((one["task"], one["stage"], one["day"], one["person"]) for one in self._ask(TOLD))
        yield from (f"MISSING: {one}" for one in sorted(should - was))
        yield from (f"TOO MUCH: {one}" for one in sorted(was - should))
        handed = Counter((self.folder / "post").read_text("utf-8").splitlines())
        marked = Counter(f"{one['address']} {one['message_id']}" for one in self._ask(SENT))
        yield from (f"NOT HANDED OVER: {one}" for one in marked - handed)
        yield from (f"HANDED OVER AND NOT MARKED: {one}" for one in handed - marked)
        with self.database.read() as connection:
            yield from (f"UNSOUND: {one}" for one in soundness.examine(connection))

    def _ask(self, sql: str) -> list[dict[str, object]]:
        with self.database.read() as connection:
            return rows(connection, sql)


TOLD = """SELECT o.task, n.stage, l.day, n.person FROM notice n JOIN letter l ON l.id = n.letter
    JOIN occurrence o ON o.id = n.occurrence WHERE l.state = 'sent'"""
SENT = "SELECT address, message_id FROM letter WHERE state = 'sent'"


def memory() -> int:
    """Return how many MB this process has in use."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def percentile(times: list[float], share: float) -> float:
    """Return the time in milliseconds that a share of all times stays under."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] * 1000


def soaked(url: str, folder: Path, count: int, say: Callable[[str], None] = lambda _: None) -> Year:
    """Begin a ledger in a process of its own, so that its memory isn't ours, and live through the year."""
    every = tasks(count)
    beginning = get_context("spawn").Process(target=begin, args=(url, every))
    beginning.start()
    beginning.join()
    assert beginning.exitcode == 0
    database = Database(url)
    try:
        year = Year(database, folder, every)
        year.live(say)
    finally:
        database.close()
    return year
