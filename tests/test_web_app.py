"""The server as a whole: its clock, its ports, how it ends, and what its tokens open."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from commands.house import listen
from plans.model import say
from plans.trouble import LedgerError
from scheduler.clock import Clock
from store.database import Database, insert, rows
from store.tables import House as House_
from store.tables import Letter, Person
from store.tokens import Grant, digest, find, issue, masked, revoke, rotate, spend
from tests import mailserver
from tests.office import Office
from tests.served import Process, browse, serving, wait_until_up
from web.app import create_app
from web.visit import House

PLAN = """
plan: p
title: 安全方案
issued: 2026-03-02
tasks:
  - {id: drill, title: 消防演练, lead: safety, due: 2026-05-25}
  - {id: audit, title: 年度审计, lead: finance, due: 2026-06-10}
"""
DAY = date(2026, 6, 1)


@pytest.fixture
def house(office: Office) -> House:
    office.apply(PLAN, "2026-03-02", release=True)
    return House(office.settings, office.database, DAY)


@pytest.fixture
def http(house: House) -> Iterator[httpx.Client]:
    with serving(create_app(house)) as url, browse(url) as client:
        yield client


@pytest.fixture
def given(house: House) -> Callable[..., str]:
    def make(kind: str, **grant: object) -> str:
        with house.database.write() as connection:
            return issue(connection, Grant(kind, **grant), DAY)  # type: ignore[arg-type]

    return make


def test_a_reader_sees_the_board_of_the_day(http: httpx.Client, given: Callable[..., str]) -> None:
    page = http.get(f"/p/{given('page')}/", headers={"accept-language": "zh-CN"})

    assert page.status_code == 200
    assert "消防演练" in page.text
    assert "年度审计" in page.text


def test_a_reader_sees_no_more_than_their_token_opens(http: httpx.Client, given: Callable[..., str]) -> None:
    page = http.get(f"/p/{given('page', filter={'unit': 'finance'})}/")

    assert "年度审计" in page.text
    assert "消防演练" not in page.text


def test_an_unknown_token_and_one_of_another_kind_look_alike(http: httpx.Client, given: Callable[..., str]) -> None:
    unknown, other = http.get("/p/db_p_unknown/"), http.get(f"/p/{given('feed')}/")

    assert unknown.status_code == other.status_code == 404
    assert unknown.content == other.content


def test_a_closed_or_expired_token_says_so(http: httpx.Client, house: House, given: Callable[..., str]) -> None:
    closed, late = given("page"), given("page", expires_on=DAY - timedelta(days=1))
    with house.database.write() as connection:
        revoke(connection, find(connection, closed), DAY)

    assert http.get(f"/p/{closed}/").status_code == 410
    assert http.get(f"/p/{late}/").status_code == 410


@pytest.mark.parametrize("path", ["/", "/p/x/", "/office/", "/o/x", "/static/duban.css", "/static/../app.py", "/%00"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT"])
def test_every_answer_carries_the_headers_that_protect_a_reader(http: httpx.Client, path: str, method: str) -> None:
    answer = http.request(method, path)

    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-robots-tag"] == "noindex, nofollow, noarchive"


def form_of(page: httpx.Response) -> str:
    return page.text.partition('name="form" value="')[2].partition('"')[0]


def test_the_office_enters_once_by_its_link(http: httpx.Client, given: Callable[..., str]) -> None:
    door = f"/o/{given('office')}"
    page = http.get(door)
    assert http.get("/office/").status_code == 404

    entered = http.post(door, data={"form": form_of(page)})

    assert (entered.status_code, entered.headers["location"]) == (303, "../office/")
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "消防演练" in http.get("/office/").text
    assert http.post(door, data={"form": form_of(page)}).status_code == 410
    assert http.get(door).status_code == 410


def test_looking_at_the_office_link_does_not_use_it_up(http: httpx.Client, given: Callable[..., str]) -> None:
    door = f"/o/{given('office')}"
    for _ in range(5):
        page = http.get(door)
        http.head(door)

    assert http.post(door, data={"form": form_of(page)}).status_code == 303


@pytest.mark.parametrize(
    ("form", "headers"),
    [("", {}), ("wrong", {}), (None, {"sec-fetch-site": "cross-site"}), (None, {"sec-fetch-site": "same-site"})],
)
def test_a_form_of_another_site_does_nothing(
    http: httpx.Client, given: Callable[..., str], form: str | None, headers: dict[str, str]
) -> None:
    door = f"/o/{given('office')}"
    right = form_of(http.get(door))

    assert http.post(door, data={"form": right if form is None else form}, headers=headers).status_code == 403
    assert http.post(door, data={"form": right}).status_code == 303


def test_only_the_hash_of_a_secret_is_kept(tmp_path: Path) -> None:
    with (
        Office.open(f"sqlite:///{tmp_path / 'duban.db'}") as office,
        office.database.write() as connection,
    ):
        secret = issue(connection, Grant("feed", {"unit": "safety"}), DAY)

    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    kept = kept or repr(office.rows("SELECT * FROM token")).encode()  # a server's files are out of reach
    assert digest(secret).encode() in kept
    assert secret.encode() not in kept
    assert len(secret.removeprefix("db_f_")) * 5 >= 160


def test_a_replaced_token_opens_two_weeks_longer(office: Office) -> None:
    with office.database.write() as connection:
        old = issue(connection, Grant("feed", {"unit": "safety"}, name="安全处"), DAY)
        new = rotate(connection, find(connection, old), DAY)
        before, after = find(connection, old), find(connection, new)

    assert before.grant == after.grant
    assert before.is_open(DAY + timedelta(days=14))
    assert not before.is_open(DAY + timedelta(days=15))
    assert after.is_open(DAY + timedelta(days=9999))


def test_what_is_good_once_is_spent_by_one_only(office: Office) -> None:
    with office.database.write() as connection:
        held = find(connection, issue(connection, Grant("office"), DAY))
        assert [spend(connection, held, DAY), spend(connection, held, DAY)] == [True, False]


def test_no_secret_is_readable_in_a_masked_line() -> None:
    secret = "db_f_" + "a2" * 16
    line = masked(f"GET /f/{secret}.ics and {secret}, and /p/{secret[:-1]}/matrix")

    assert secret[:-1] not in line
    assert line.startswith(f"GET /f/{digest(secret)[:8]}.ics and {digest(secret)[:8]}")
    assert line.endswith("/matrix")


def test_the_clock_calls_its_job_at_once_and_again_when_woken() -> None:
    calls = threading.Semaphore(0)

    def job() -> int | None:
        calls.release()
        return None

    clock = Clock(job)
    clock.start()
    assert calls.acquire(timeout=10)
    clock.wake()
    assert calls.acquire(timeout=10)
    clock.stop()
    assert clock.is_stopping


def test_the_clock_lives_on_when_its_job_fails() -> None:
    calls = threading.Semaphore(0)

    def job() -> int | None:
        calls.release()
        raise RuntimeError("a full disk, say")

    clock = Clock(job)
    clock.start()
    assert calls.acquire(timeout=10)
    clock.wake()
    assert calls.acquire(timeout=10)
    clock.stop()


def test_trouble_that_lasts_is_complained_of_once_until_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    calls = threading.Semaphore(0)
    left = [True, True, True]

    def job() -> int | None:
        calls.release()
        if left and left.pop(0):
            raise LedgerError(say("the server can't be reached"))
        return None

    clock = Clock(job)
    clock.start()
    for wake in (clock.wake, clock.wake, clock.wake, lambda: None):
        assert calls.acquire(timeout=10)
        wake()
    clock.stop()
    assert [one.getMessage() for one in caplog.records if one.name == "duban.clock"] == [
        "the server can't be reached; it is tried again until it works",
        "it works again",
    ]


def test_the_clock_comes_back_as_soon_as_something_is_due() -> None:
    calls = threading.Semaphore(0)
    left = [1, None]  # long past, so due at once; then nothing

    def job() -> int | None:
        calls.release()
        return left.pop(0) if left else None

    clock = Clock(job)
    clock.start()
    assert calls.acquire(timeout=10)
    assert calls.acquire(timeout=10)
    clock.stop()


def test_stopping_waits_for_the_job_in_hand() -> None:
    begun, ended = threading.Event(), []

    def job() -> int | None:
        begun.set()
        while not clock.is_stopping:
            threading.Event().wait(0.01)
        ended.append(True)
        return None

    clock = Clock(job)
    clock.start()
    assert begun.wait(10)
    clock.stop()
    assert ended == [True]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_server_stops_cleanly_when_told(tmp_path: Path, how: int) -> None:
    with Office.open(f"sqlite:///{tmp_path / 'duban.db'}") as office:
        office.apply(PLAN, "2026-03-02", release=True)
    (tmp_path / "duban.toml").write_text('house = "test"\n', "utf-8")
    process = Process(tmp_path, "--today", "2026-06-01")
    wait_until_up(process.url)

    code, written = process.end(how)

    assert code == 0, written
    assert "Traceback" not in written
    assert "/o/" not in process.first + written


def test_the_server_takes_the_first_free_port(tmp_path: Path) -> None:
    with Office.open(f"sqlite:///{tmp_path / 'duban.db'}"):
        pass
    (tmp_path / "duban.toml").write_text('house = "test"\n', "utf-8")
    first, second = Process(tmp_path, "--today", "2026-06-01"), Process(tmp_path, "--today", "2026-06-01")
    try:
        assert first.url != second.url
        with socket.create_connection(("127.0.0.1", int(first.url.rpartition(":")[2]))):
            pass
    finally:
        first.end()
        second.end()


class SlowDesk(mailserver.Desk):
    """A mail server that thinks before it says that a letter is accepted."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.begun.set()
        await asyncio.sleep(2)
        return await super().handle_DATA(server, session, envelope)


def waiting_letters(database: Database, count: int) -> None:
    with database.write() as connection:
        insert(connection, House_(word="test"))
        for number in range(count):
            insert(connection, Person(id=f"p{number}", name="王二", mail="wang@example.org"))
            body = f"From: duban@example.org\r\nSubject: {number}\r\n\r\n{number}\r\n".encode()
            now = int(datetime.now().timestamp())  # noqa: DTZ005, TID251 - a real server has a real clock
            made = {
                "next_at": now,
                "made_at": now,
                "written_at": now,
                "message_id": f"<{number}@example.org>",
                "sha256": "",
            }
            letter = Letter(
                person=f"p{number}", kind="news", day=DAY, address="wang@example.org", subject="", text="", body=body,
                **made,
            )  # fmt: skip
            insert(connection, letter)


def test_told_to_stop_the_server_finishes_the_letter_in_hand_and_leaves_the_others(tmp_path: Path) -> None:
    """R17: the letter whose data has begun is handed over and marked; the others wait for the next start."""
    database = Database(f"sqlite:///{tmp_path / 'duban.db'}")
    database.upgrade()
    waiting_letters(database, 3)
    desk = SlowDesk()
    with mailserver.serving(desk) as port:
        settings = f'house = "test"\n[mail]\nhost = "127.0.0.1"\nport = {port}\nrate = 0\n'
        (tmp_path / "duban.toml").write_text(settings, "utf-8")
        process = Process(tmp_path)
        assert desk.begun.wait(20)
        code, written = process.end(signal.SIGTERM)

    assert code == 0, written
    with database.read() as connection:
        found = [one["state"] for one in rows(connection, "SELECT state FROM letter ORDER BY id")]
    database.close()
    assert len(desk.letters) == found.count("sent") == 1
    assert found.count("ready") == 2


def test_an_answer_does_not_wait_for_its_head_to_be_confirmed() -> None:
    with listen("127.0.0.1", 0) as listening:
        listening.listen()
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize(("option", "rounds"), [("--no-rounds", 0), ("--port=0", 1)])
def test_a_server_makes_rounds_unless_it_is_only_to_show(tmp_path: Path, option: str, rounds: int) -> None:
    database = Database(f"sqlite:///{tmp_path / 'duban.db'}")
    database.upgrade()
    with database.write() as connection:
        insert(connection, House_(word="test"))
    (tmp_path / "duban.toml").write_text('house = "test"\n', "utf-8")
    process = Process(tmp_path, option)
    wait_until_up(process.url)
    code, written = process.end()
    with database.read() as connection:
        made = len(rows(connection, "SELECT id FROM house WHERE rounded_at IS NOT NULL"))
    database.close()
    assert (code, made) == (0, rounds), written
