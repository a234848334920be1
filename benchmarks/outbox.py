"""Rounds: what it costs to decide, to write a letter, and to hand it over, in a file and on a PostgreSQL server.

Usage: python -m benchmarks.outbox [PEOPLE [apply]]; with "apply" nothing after the apply is measured.
The last line says how much dearer than at its best this machine's CPU was meanwhile: divide by it.
The mail server is a thread that answers and forgets; a real one is the limit long before. $DUBAN_TEST_POSTGRES names
a server to measure as well.
"""

from __future__ import annotations

import os
import socket
import statistics
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from notifications.postman import SmtpPostman
from scheduler.rounds import make_round
from scheduler.sending import Round, Sender
from store.journal import Journal
from tests import server
from tests.office import Office

DAY, NOW = "2018-03-01", 1_519_864_200  # 08:30 in Shanghai


def sink() -> int:
    """Return the port of a mail server that takes everything."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            talk, _ = listening.accept()
            with talk, talk.makefile("rb") as said:
                talk.sendall(b"220 sink\r\n")
                data = False
                for line in said:
                    if data and line != b".\r\n":
                        continue
                    data = not data and line[:4].upper() == b"DATA"
                    talk.sendall(b"354 go on\r\n" if data else b"250 ok\r\n")

    threading.Thread(target=serve, daemon=True).start()
    return int(listening.getsockname()[1])


def plan(people: int) -> tuple[str, str]:
    """Return a plan with a task for each of so many units, and their directory."""
    numbers = range(people)
    units = "".join(f"  u{n}: {{name: 处{n}, contact: p{n}}}\n" for n in numbers)
    persons = "".join(f"  p{n}: {{name: 甲{n}, mail: p{n}@example.org, unit: u{n}}}\n" for n in numbers)
    tasks = "".join(f"  - {{id: t{n}, title: 开展第{n}次安全检查, lead: u{n}, due: 2018-05-25}}\n" for n in numbers)
    head = f"plan: p\ntitle: 安全年\nissued: {DAY}\ntasks:\n"
    return head + tasks, f"units:\n{units}people:\n{persons}office: u0\n"


def measure(name: str, url: str, folder: Path, people: int, only: str) -> None:
    """Print what one ledger takes."""
    text, directory = plan(people)
    with Office.open(url) as office, SmtpPostman("127.0.0.1", sink(), "none") as smtp:
        source = office.source
        office.source = lambda written: source(written, directory)  # type: ignore[method-assign]
        timed(f"{name}: apply and release, a task", lambda: office.apply(text, DAY, release=True), people)
        if only == "apply":
            return
        timed(
            f"{name}: write a letter",
            lambda: make_round(office.database, office.settings, smtp, NOW, sending=False),
            people,
        )
        sender = Sender(office.database, office.settings, smtp, Journal(folder / "sent"))
        done = Round()
        timed(f"{name}: hand it over and mark it", lambda: sender.drain(done), people)
        assert done.sent == people
        timed(f"{name}: a round with nothing due", lambda: make_round(office.database, office.settings, smtp, NOW), 1)


def timed(name: str, work: object, count: int) -> None:
    """Print wall and CPU time of some work, for each of *count*."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()  # type: ignore[operator]
    wall, cpu = (time.perf_counter() - wall) / count, (time.process_time() - cpu) / count
    sys.stdout.write(f"{name:<48} {wall * 1000:8.2f} ms {cpu * 1000:8.2f} ms CPU {1 / wall:9.0f} a second\n")


def yardstick() -> list[float]:
    """Return what the same piece of work costs in CPU, many times: on a busy machine more than on an idle one."""
    taken = []
    for _ in range(100):
        begun, seen = time.process_time(), dict[str, int]()
        for number in range(60_000):
            seen[str(number % 977)] = seen.get(str(number % 977), 0) + number
        taken.append(time.process_time() - begun)
    return taken


def main(people: int, only: str = "") -> None:
    """Measure a ledger in a file and, where there is one, on a server."""
    taken = yardstick()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        measure("file", f"sqlite:///{folder / 'duban.db'}", folder, people, only)
        if os.environ.get("DUBAN_TEST_POSTGRES"):
            measure("server", stack.enter_context(server.fresh_database()), folder, people, only)
    taken += yardstick()
    sys.stdout.write(f"{statistics.median(taken) / min(taken):.2f} times the CPU of its best\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 500, *sys.argv[2:3])
