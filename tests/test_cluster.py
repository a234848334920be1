"""Several workers and servers on one ledger: every letter once, whatever is killed, and whatever the queue forgets."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests import server
from tests.house import House
from tests.mailserver import Desk, serving
from tests.relay import relaying

HANDS = 10  # seconds after which a claim is that of a dead worker


@contextmanager
def working(house: House, count: int) -> Iterator[list[subprocess.Popen[str]]]:
    """Run some workers, and end them as an operator would."""
    workers = [house.start("work") for _ in range(count)]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        codes = [worker.wait(timeout=60) for worker in workers]
    # one that is told before it has begun ends at once, by the signal itself
    assert [code for code in codes if code not in (0, -signal.SIGKILL, -signal.SIGTERM)] == []


def until(done: object, seconds: float = 120) -> None:
    """Wait until something is so; a test of processes has nothing else to wait for."""
    end = time.monotonic() + seconds
    while not done():  # type: ignore[operator]
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.2)


@pytest.fixture
def address() -> Iterator[str]:
    with server.fresh_database() as url:
        yield url.replace("postgresql+psycopg://", "postgresql://")


def test_three_workers_send_every_letter_once_and_stop_when_told(address: str, tmp_path: Path):
    """R17, R18: SKIP LOCKED, and SIGTERM ends with 0."""
    desk = Desk()
    with serving(desk) as port:
        house = House.make(tmp_path / "house", port, 30, address)
        with working(house, 3):
            until(lambda: len(desk.letters) >= 30)
            until(lambda: not house.ask("SELECT id FROM letter WHERE state <> 'sent'"))
    assert sorted(to for _, (to,), _ in desk.letters) == sorted(f"p{n}@example.org" for n in range(30))


def test_workers_killed_at_random_lose_nothing_though_the_queue_is_emptied(address: str, tmp_path: Path):
    """R2, R18: copies no more than kills."""
    chance, kills = random.Random(5), 0
    desk = Desk()
    with serving(desk) as port:
        house = House.make(tmp_path / "house", port, 120, address)
        with working(house, 2) as workers:
            until(lambda: desk.letters)
            for _ in range(3):
                time.sleep(chance.random())
                victim = chance.randrange(len(workers))
                workers[victim].kill()
                workers[victim].wait()
                kills += 1
                house.lose_queue()
                workers[victim] = house.start("work")

            def all_sent() -> bool:
                house.let_time_pass(HANDS)
                return not house.ask("SELECT id FROM letter WHERE state <> 'sent'")

            until(all_sent, 200)
    got = [to for _, (to,), _ in desk.letters]
    assert set(got) == {f"p{n}@example.org" for n in range(120)}
    assert len(got) - len(set(got)) <= kills
    by_person = {to: {data for _, (who,), data in desk.letters if who == to} for to in got}
    assert {len(bytes_) for bytes_ in by_person.values()} == {1}, "a repeat is byte-identical"


def test_four_servers_on_one_file_send_every_letter_once(tmp_path: Path):
    """R6: two by mistake, and four."""
    desk = Desk()
    with serving(desk) as port:
        house = House.make(tmp_path / "house", port, 20)
        servers = [house.start("serve") for _ in range(4)]
        try:
            until(lambda: not house.ask("SELECT id FROM letter WHERE state <> 'sent'") and len(desk.letters) >= 20)
        finally:
            for one in servers:
                one.send_signal(signal.SIGTERM)
            codes = [one.wait(timeout=60) for one in servers]
    assert sorted(to for _, (to,), _ in desk.letters) == sorted(f"p{n}@example.org" for n in range(20))
    assert codes == [0] * 4


class Slow(Desk):
    """A server that takes a second over each letter, and counts how many it is handed at once."""

    at_once = most = 0

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await asyncio.sleep(1)
        self.at_once -= 1
        return await super().handle_DATA(server, session, envelope)


def test_no_more_senders_at_once_than_the_mail_server_may_have_connections(address: str, tmp_path: Path):
    """M21: however many workers, servers and rounds there are, and however often they are called."""
    desk = Slow()
    with serving(desk) as port:
        house = House.make(tmp_path / "house", port, 16, address)
        settings = house.folder / "duban.toml"
        settings.write_text(settings.read_text("utf-8") + "connections = 2\n", "utf-8")
        rounds = [house.start("round") for _ in range(4)]
        assert [one.wait(timeout=60) for one in rounds] == [0] * 4
        sent = house.ask("SELECT id FROM letter WHERE state = 'sent'")
    assert (desk.most, len(desk.letters), len(sent)) == (2, 16, 16)


class Silent(Desk):
    """A server that takes two letters, and never says whether it has the third."""

    asked = 0

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.asked += 1
        if self.asked == 3:
            await asyncio.sleep(3600)  # whoever asks is killed meanwhile
        return await super().handle_DATA(server, session, envelope)


@pytest.mark.parametrize("kind", ["file", "server"])
def test_a_killed_sender_keeps_no_letter_waiting_but_the_one_in_its_hand(kind: str, address: str, tmp_path: Path):
    desk = Silent()
    with serving(desk) as port:
        house = House.make(tmp_path / "house", port, 12, address if kind == "server" else "")
        victim = house.start("round")
        until(lambda: desk.asked == 3)
        victim.kill()
        victim.wait()
        assert house.duban("round").returncode == 0
        got = [to for _, (to,), _ in desk.letters]
        left = house.ask("SELECT address, state, began, next_at FROM letter WHERE state <> 'sent'")
    assert (len(got), len(set(got))) == (11, 11), "no lease had to be over for any of them"
    assert [(one["state"], bool(one["began"])) for one in left] == [("claimed", True)]
    assert left[0]["address"] not in got


def test_r18_a_database_that_goes_away_is_said_in_one_line_and_work_goes_on_when_it_is_back(
    address: str, tmp_path: Path
):
    desk, there = Desk(), make_url(address)
    host = str(there.query.get("host") or there.host or "127.0.0.1")
    with serving(desk) as port, relaying(host, there.port or 5432) as relay:
        house = House.make(tmp_path / "house", port, 3, address)
        distant = there.set(host="127.0.0.1", port=relay.port, query={}).render_as_string(hide_password=False)
        log = house.folder / "log"
        process = House(house.folder, port, distant).start("work")
        try:
            until(lambda: len(desk.letters) == 3)
            relay.cut()
            until(lambda: "can't be reached" in log.read_text("utf-8"))
            until(lambda: relay.refused >= 5)
            house.plan("more", datetime.now(UTC).date())  # noqa: TID251 - the processes look at the clock, too
            house.duban("apply", "more.yaml", "--release", "--yes", check=True)
            relay.open()
            until(lambda: len(desk.letters) == 6)
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=60)
    said = [line for line in log.read_text("utf-8").splitlines() if line.startswith("20")]
    assert code == 0
    assert "Traceback" not in log.read_text("utf-8")
    assert len([line for line in said if "can't be reached" in line]) == 1, said
    assert len({to for _, (to,), _ in desk.letters}) == 3


def test_a_worker_on_a_file_says_what_to_do(tmp_path: Path):
    house = House.make(tmp_path / "house", 9, 1)
    done = house.duban("work")
    assert (done.returncode, "duban serve" in done.stderr) == (2, True)
