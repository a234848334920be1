"""Being seen without telling: logs that hide secrets, figures behind a token, a sign of life while all is well."""

from __future__ import annotations

import json
import logging
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands import alive
from commands.alive import report_alive
from commands.logs import Json, Text, discreet
from commands.room import Room
from notifications.speech import Speech
from scheduler.settings import Settings
from store.database import run
from store.tokens import digest
from tests.house import House as Home
from tests.mailserver import Desk
from tests.mailserver import serving as mail_serving
from tests.office import SETTINGS, Office
from tests.served import serving
from tests.test_apply import PLAN
from web.app import create_app
from web.visit import House

SECRET = "db_o_" + "a" * 32


def record(message: str, *values: object, error: BaseException | None = None) -> logging.LogRecord:
    trace = (type(error), error, None) if error else None
    return logging.LogRecord("duban.x", logging.WARNING, __file__, 1, message, values, trace)


def test_tokens_and_addresses_are_masked_in_every_kind_of_log():
    """S20, S21: no secret in a log."""
    told = record("letter to %s by /o/%s", "wang.min@example.org", SECRET, error=ValueError(f"{SECRET} li@example.org"))
    for formatter in (Text("%(message)s"), Json()):
        line = formatter.format(told)
        assert "w…@example.org" in line
        assert not [hidden for hidden in (SECRET, "wang.min", "li@") if hidden in line]


@pytest.mark.parametrize("kind", "fpros")
def test_s6_an_address_in_the_log_shows_the_digits_that_listings_show_and_how_it_was_answered(kind: str):
    """S6: also where the line is masked a second time on its way."""
    short = digest(SECRET)[:8]
    for end in ("", ".ics", "/", "/task/drill/a"):
        said = discreet(f"GET /{kind}/{SECRET}{end} 404 1 ms")
        assert said == discreet(said) == f"GET /{kind}/{short}{end} 404 1 ms"
    assert SECRET[5:15] not in discreet(f"/{kind}/{SECRET[:20]}")


@given(st.text())
def test_no_text_can_fake_a_line_of_json(text: str):
    """S21: line breaks are encoded."""
    line = Json().format(record("%s", text))
    assert len(line.splitlines()) == 1
    assert json.loads(line)["logger"] == "duban.x"


def test_control_characters_are_shown_as_what_they_are_not():
    assert discreet("a\rb\x1b[31m") == "a\ufffdb\ufffd[31m"


def test_the_figures_open_only_to_their_token(office: Office):
    settings = Settings(**{**SETTINGS, "metrics_token": "watching"})
    with serving(create_app(House(settings, office.database))) as url:
        assert httpx.get(f"{url}/metrics").status_code == 404
        assert httpx.get(f"{url}/metrics", headers={"authorization": "Bearer wrong"}).status_code == 404
        answer = httpx.get(f"{url}/metrics", headers={"authorization": "Bearer watching"})
    assert (answer.status_code, "duban_letters_waiting 0" in answer.text) == (200, True)
    with serving(create_app(House(office.settings, office.database))) as url:
        assert httpx.get(f"{url}/metrics", headers={"authorization": "Bearer x"}).status_code == 404


def test_a_round_by_hand_or_by_a_timer_tells_its_log_no_address(tmp_path: Path):
    """S6: what a timer's round says to the standard error is kept in a log, too."""
    secret = "http://duban.example.org/r/" + SECRET
    with mail_serving(Desk(RCPT=f"550 5.1.1 <p0@example.org> unknown, see {secret}")) as port:
        house = Home.make(tmp_path / "house", port, 1)
        done = house.duban("round")
    assert "550 5.1.1 <p…@example.org> unknown" in done.stderr
    assert "p0@example.org" not in done.stderr + done.stdout
    assert SECRET not in done.stderr + done.stdout


@pytest.fixture
def watcher():
    """Return the address of somebody who counts signs of life."""
    seen: list[str] = []

    class Seen(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    listening = HTTPServer(("127.0.0.1", 0), Seen)
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}/ping", seen
    listening.shutdown()
    thread.join()
    listening.server_close()


def test_a_sign_of_life_is_given_only_while_all_is_well(office: Office, watcher, tmp_path: Path):
    url, seen = watcher
    room = Room(Settings(**{**SETTINGS, "ping_url": url}), office.database, Speech("en"), tmp_path)
    office.apply(PLAN, "2018-03-01")
    assert report_alive(room, 1_519_864_200)
    with office.database.write() as connection:
        run(connection, "UPDATE house SET post_trouble = 'no route', post_until = 0, post_since = 0")
    assert not report_alive(room, 1_519_864_200)
    assert seen == ["/ping"]


@pytest.mark.parametrize("nobody", ["http://127.0.0.1:1/", "http://127.0.0.1:x/", "http://[::1/", "http://a..b/签到"])
def test_whoever_watches_may_be_away(office: Office, tmp_path: Path, nobody: str):
    room = Room(Settings(**{**SETTINGS, "ping_url": nobody}), office.database, Speech("en"), tmp_path)
    office.apply(PLAN, "2018-03-01")
    assert not report_alive(room, 1_519_864_200)


@contextmanager
def answering(*parts: bytes) -> Iterator[str]:
    """Give the address of somebody who says these things, a while apart."""
    over = threading.Event()

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for part in parts:
                self.wfile.write(part)
                if over.wait(0.1):
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,)).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            over.set()
            server.shutdown()


@pytest.mark.parametrize("answer", ["no HTTP", "sent elsewhere", "a drip"])
def test_whatever_whoever_watches_answers_holds_up_no_round(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
):
    monkeypatch.setattr("commands.alive.PATIENCE", 0.5)
    parts = {
        "no HTTP": [b"what do you want?\r\n"],
        "sent elsewhere": [b"HTTP/1.0 302 Found\r\nLocation: http://[nowhere\r\n\r\n"],
        "a drip": [b"HTTP/1.0 200 OK\r\n", *[b"X"] * 200],
    }[answer]
    office.apply(PLAN, "2018-03-01")
    with answering(*parts) as url:
        room = Room(Settings(**{**SETTINGS, "ping_url": url}), office.database, Speech("en"), tmp_path)
        began = time.monotonic()
        assert not report_alive(room, 1_519_864_200)
        assert not report_alive(room, 1_519_864_200)
        assert time.monotonic() - began < 5
    assert alive._UNDER_WAY.acquire(timeout=5), "once the other side is gone, it is asked again"
    alive._UNDER_WAY.release()
