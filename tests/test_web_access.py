"""Who gets in where: every token at every address by every method, guesses, large and slow clients, proxies, logs."""

from __future__ import annotations

import io
import logging
import re
import socket
import time
from collections.abc import Iterator
from datetime import date
from itertools import count, product
from pathlib import Path

import httpx
import pytest
from sqlalchemy import event
from starlette.routing import BaseRoute, Mount, Route

from scheduler.settings import Web
from store.tokens import PREFIXES, Grant, find, issue
from tests.office import Office
from tests.served import Process, browse, serving, wait_until_up
from web import patience
from web.app import create_app, routes
from web.limits import MISSES, REMEMBERED, Misses
from web.server import server_config
from web.visit import House

PLAN = """
plan: p
title: 安全方案
issued: 2026-03-02
tasks:
  - {id: drill, title: 消防演练, lead: safety, due: 2026-05-25}
"""
DAY = date(2026, 5, 20)
KINDS = tuple(PREFIXES)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with Office.open(f"sqlite:///{tmp_path / 'duban.db'}") as office:
        office.apply(PLAN, "2026-03-02", release=True)
        yield House(office.settings, office.database, DAY)


def secret(house: House, kind: str) -> str:
    narrowed = {"row": 1, "unit": "safety"} if kind == "report" else {}
    with house.database.write() as connection:
        return issue(connection, Grant(kind, narrowed, {}, kind), DAY)  # type: ignore[arg-type]


def every_route(found: list[BaseRoute], before: str = "") -> Iterator[tuple[str, frozenset[str]]]:
    for route in found:
        if isinstance(route, Mount) and route.routes:
            yield from every_route(list(route.routes), before + route.path)
        elif isinstance(route, Route):
            yield before + route.path, frozenset(route.methods or ())


def address(pattern: str, token: str) -> str:
    """Return an address of a route: real ids where the ledger has them."""
    known = {"token": token, "plan": "p", "task": "drill", "unit": "safety", "person": "wang"}
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: known.get(found[1], "1"), pattern)


KNOWN = {"token", "plan", "task", "unit", "person"}
OPENS = {"/o/": "office", "/r/": "report", "/p/": "page", "/office": "session", "/f/": "feed", "/s/": "feed"}


def test_each_token_opens_its_own_addresses_and_no_others(house: House) -> None:
    """S4, S22: every kind of token at every route by every method; elsewhere it looks like one that never was."""
    addresses = {path for path, _ in every_route(routes())} - {"/metrics"} | {"/f/{token}.ics"}
    methods: dict[str, set[str]] = {"/f/{token}.ics": {"GET", "HEAD"}}
    for path, known in every_route(routes()):
        methods.setdefault(path, set()).update(known)
    assert len(addresses) > 10
    tokens = {kind: secret(house, kind) for kind in KINDS}  # no form is whole here, so that none is used up
    strangers = (f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}" for n in count())  # so that no guess is one too many
    app = create_app(with_proxy(house, proxies=("127.0.0.1",)))
    with serving(app) as url, browse(url) as http:
        for kind, pattern, method in product(KINDS, sorted(addresses), METHODS):
            token = tokens[kind]
            owner = next(owner for start, owner in OPENS.items() if pattern.startswith(start))
            headers = {"x-forwarded-for": next(strangers)}
            headers |= {"cookie": f"duban={token}"} if owner == "session" else {}
            answer = http.request(method, address(pattern, token), headers=headers)
            mine = kind == owner and method in methods[pattern]
            assert mine or answer.status_code == 404, (kind, method, pattern, answer.status_code)
            if mine and method == "GET" and not set(re.findall(r"\{(\w+)", pattern)) - KNOWN:
                assert answer.status_code == 200, (kind, method, pattern)


def test_what_is_not_there_has_one_answer_whatever_is_wrong(house: House) -> None:
    """S22: unknown or of another kind, a unit or a task that isn't there, a wrong method: byte for byte the same."""
    page, unit = secret(house, "page"), "db_p_" + "a" * 32
    reports = ("x", "db_r_" + "a" * 32, secret(house, "feed"))
    with serving(create_app(with_proxy(house, proxies=("127.0.0.1",)))) as url, browse(url) as http:
        strangers = (f"10.0.{n >> 8}.{n & 255}" for n in count())

        def answered(method: str, path: str) -> tuple[int, bytes, tuple[str, ...]]:
            answer = http.request(method, path, headers={"x-forwarded-for": next(strangers)})
            kept = sorted(f"{name}: {value}" for name, value in answer.headers.items() if name != "date")
            return answer.status_code, answer.content, tuple(kept)

        one = {answered("GET", f"/r/{word}") for word in reports}
        one |= {answered(method, f"/r/{secret(house, 'report')}") for method in ("PUT", "DELETE", "OPTIONS", "PATCH")}
        two = {answered("GET", f"/p/{token}/unit/{name}") for token in (page, unit) for name in ("nobody", "safety")
               if (token, name) != (page, "safety")}  # fmt: skip
        two |= {answered(method, f"/p/{page}/unit/{name}") for method in ("POST", "PUT") for name in ("safety", "no")}
        three = {answered(method, f"/f/{word}.ics") for method in ("POST", "OPTIONS", "GET")
                 for word in (unit, secret(house, "page"))}  # fmt: skip

    assert [len(answers) for answers in (one, two, three)] == [1, 1, 1]
    assert {status for status, *_ in one | two | three} == {404}


@pytest.mark.parametrize("form", ["/p/{}/", "/p/{}/unit/safety", "/r/{}", "/o/{}", "/s/{}/", "/f/{}.ics"])
def test_a_guess_costs_the_ledger_the_same_whatever_it_looks_like(house: House, form: str) -> None:
    """S22: one look-up by hash, with a good beginning or a bad one, for a token of another kind as well."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    other = secret(house, "report" if form != "/r/{}" else "feed")
    guesses = ("x", "db_p_" + "a" * 32, "db_f_" + "a" * 32, other[:-1], other)
    event.listen(house.database.engine, "before_cursor_execute", note)
    found = []
    with serving(create_app(house)) as url, browse(url) as http:
        for guess in guesses:
            asked.clear()
            assert http.get(form.format(guess)).status_code == 404
            found.append(tuple(one for one in asked if one.lstrip().startswith("SELECT")))
    event.remove(house.database.engine, "before_cursor_execute", note)

    assert len(set(found)) == 1
    assert [one for one in found[0] if "hash" in one] == list(found[0])
    assert len(found[0]) == 1


def test_twenty_guesses_a_minute_are_enough(house: House) -> None:
    """S19: then 429, and a valid address is answered all the same."""
    good = secret(house, "page")
    with serving(create_app(house)) as url, browse(url) as http:
        guesses = [http.get(("/f/{}.ics", "/p/{}/", "/r/{}")[n % 3].format(n)) for n in range(MISSES + 3)]

        assert [one.status_code for one in guesses] == [404] * MISSES + [429] * 3
        assert guesses[-1].headers["retry-after"] == "60"
        assert guesses[-1].headers["x-content-type-options"] == "nosniff"
        assert http.get(f"/p/{good}/").status_code == 200
        assert http.get("/static/duban.css").status_code == 200


def test_misses_are_forgotten_after_a_minute_and_strangers_never_fill_the_memory() -> None:
    misses = Misses()
    assert [misses.is_one_too_many("a", second) for second in range(MISSES + 1)] == [False] * MISSES + [True]
    assert not misses.is_one_too_many("a", MISSES + 61)
    for number in range(REMEMBERED + 10):
        misses.is_one_too_many(str(number), 200)
    assert len(misses._seen) == REMEMBERED


@pytest.mark.parametrize("path", ["/o/x", "/r/x", "/office/leave"])
def test_a_body_that_is_too_large_is_refused(house: House, path: str) -> None:
    """S18: by what it declares, and by what comes where it declares nothing."""

    def endless() -> Iterator[bytes]:
        for _ in range(400):
            yield b"x" * 100_000

    with serving(create_app(house)) as url:
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as one:
            one.sendall(f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 90000000\r\n\r\n".encode())
            declared = one.recv(100)
        try:
            form = {"content-type": "application/x-www-form-urlencoded"}
            streamed = httpx.post(url + path, content=endless(), headers=form).status_code
        except httpx.TransportError:
            streamed = 413  # hung up on before all was sent

    assert declared.startswith(b"HTTP/1.1 413 ")
    assert streamed in (400, 413)


@pytest.fixture
def patient(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """The server as it runs, with less patience than in life, so that the test needs none."""
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.3)
    app = create_app(house)
    with serving(app, http=server_config(app).http) as url:
        yield "127.0.0.1", int(url.rpartition(":")[2])


def test_half_open_connections_are_hung_up_on_and_crowd_nobody_out(house: House, patient: tuple[str, int]) -> None:
    """S18: 200 clients that never finish their question."""
    feed = secret(house, "feed")
    sockets = [socket.create_connection(patient) for _ in range(200)]
    for one in sockets:
        one.sendall(b"GET /f/")
    began = time.monotonic()
    answer = httpx.get(f"http://{patient[0]}:{patient[1]}/f/{feed}.ics")

    assert answer.status_code == 200
    for one in sockets:
        one.settimeout(10)
        assert one.recv(1) == b""
        one.close()
    assert time.monotonic() - began < 20


def test_a_head_without_end_is_refused(patient: tuple[str, int]) -> None:
    with socket.create_connection(patient) as one:
        one.settimeout(10)
        try:
            one.sendall(b"GET / HTTP/1.1\r\nhost: x\r\ncookie: " + b"x" * 100_000)
            answered = one.recv(100)
        except ConnectionError:
            answered = b"HTTP/1.1 431"

    assert answered.startswith(b"HTTP/1.1 431")


def with_proxy(house: House, **web: object) -> House:
    return House(house.settings.model_copy(update={"web": Web(**web)}), house.database, DAY)  # type: ignore[arg-type]


def test_nobody_is_logged_in_by_a_header_unless_the_house_says_so(house: House) -> None:
    lin = {"x-remote-user": "lin"}
    trusted = {"proxies": ("127.0.0.1",), "login_header": "X-Remote-User", "office": ("lin",)}
    for web, headers, status in (
        ({}, lin, 404),
        ({**trusted, "proxies": ()}, lin, 404),
        ({**trusted, "proxies": ("10.0.0.1",)}, lin, 404),
        ({**trusted, "office": ()}, lin, 404),
        ({**trusted, "office": ("",)}, {}, 404),
        (trusted, {"x-remote-user": "li"}, 404),
        (trusted, {}, 404),
        (trusted, lin, 200),
    ):
        with serving(create_app(with_proxy(house, **web))) as url:
            assert httpx.get(f"{url}/office/", headers=headers).status_code == status, (web, headers)


def test_a_proxys_word_counts_for_who_guesses_and_for_https(house: House) -> None:
    """S19, ASVS 3.4.1: only what our own proxy adds, and of that only the last address, which it wrote itself."""
    app = create_app(with_proxy(house, proxies=("127.0.0.1",)))
    with serving(app) as url, browse(url) as http:
        for number in range(MISSES * 3):
            assert http.get("/p/x/", headers={"x-forwarded-for": f"1.1.1.1, 10.0.0.{number}"}).status_code == 404
        secure = http.get("/p/x/", headers={"x-forwarded-proto": "https"})
        assert "max-age" in secure.headers["strict-transport-security"]
    with serving(create_app(house)) as url:
        plain = httpx.get(f"{url}/p/x/", headers={"x-forwarded-proto": "https"})
        assert "strict-transport-security" not in plain.headers


def test_over_https_the_offices_cookie_is_bound_to_the_host(house: House) -> None:
    """S9"""
    office = secret(house, "office")
    https = {"x-forwarded-proto": "https"}
    with serving(create_app(with_proxy(house, proxies=("127.0.0.1",)))) as url:
        page = httpx.get(f"{url}/o/{office}", headers=https).text
        form = page.partition('name="form" value="')[2].partition('"')[0]
        cookie = httpx.post(f"{url}/o/{office}", data={"form": form}, headers=https).headers["set-cookie"]

    assert cookie.startswith("__Host-duban=db_s_")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))


def test_the_office_leaves_for_good(house: House) -> None:
    token = secret(house, "session")
    cookie = {"cookie": f"duban={token}"}
    with serving(create_app(house)) as url:
        page = httpx.get(f"{url}/office/", headers=cookie)
        assert page.status_code == 200
        [form] = set(re.findall(r'name="form" value="([0-9a-f]+)"', page.text))
        left = httpx.post(f"{url}/office/leave", data={"form": form}, headers=cookie)
        assert left.status_code == 200
        assert httpx.get(f"{url}/office/", headers=cookie).status_code == 410


def test_no_log_of_a_running_server_holds_a_token(house: House, tmp_path: Path) -> None:
    """S6: whatever is asked for, found or not, whole, cut short or broken in two."""
    (tmp_path / "duban.toml").write_text('house = "test"\n', "utf-8")
    tokens = {kind: secret(house, kind) for kind in ("feed", "page", "report", "office")}
    process = Process(tmp_path, "--today", "2026-05-20")
    wait_until_up(process.url)
    for start, kind in (("/f/{}.ics", "feed"), ("/p/{}/", "page"), ("/r/{}", "report"), ("/o/{}", "office")):
        httpx.get(process.url + start.format(tokens[kind]))
        httpx.get(process.url + start.format(tokens[kind][:-1]))
        httpx.get(process.url + start.format(f"{tokens[kind][:20]}%20{tokens[kind][20:]}"))
        httpx.get(process.url + "/office/" + tokens[kind])
    known = httpx.get(f"{process.url}/f/{tokens['feed']}.ics", headers={"if-none-match": "*"})
    code, written = process.end()

    assert (code, known.status_code) == (0, 304)
    assert written.count("GET") >= 12
    assert " 304 " not in written  # that a calendar is as before is no news
    assert not [token for token in tokens.values() for part in (token[5:20], token[20:-1]) if part in written]
    with house.database.read() as connection:
        assert f"GET /f/{find(connection, tokens['feed']).short}.ics 200" in written
        assert f"GET /o/{find(connection, tokens['office']).short} 200" in written


def test_what_goes_wrong_is_logged_without_secrets_and_told_without_details(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """S6, ASVS 16.5.1"""
    page = secret(house, "page")
    with house.database.write() as connection:
        connection.exec_driver_sql(f"UPDATE standing SET leads = '[\\no list, {page}'")
    caplog.set_level(logging.INFO)
    with serving(create_app(house)) as url:
        answer = httpx.get(f"{url}/p/{page}/")

    assert answer.status_code in (500, 503)
    assert "Traceback" not in answer.text
    assert answer.headers["referrer-policy"] == "no-referrer"
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("duban", "uvicorn"))]
    assert ours
    assert page not in "".join(ours)


def test_a_path_with_tricks_is_an_address_that_is_not_there(house: House) -> None:
    """S18"""
    feed = secret(house, "feed")
    with serving(create_app(house)) as url:
        host, port = url.removeprefix("http://").split(":")
        for path in (f"/f/../f/{feed}.ics", f"//f/{feed}.ics", f"/f/%2e%2e/{feed}.ics", f"/f/{feed}.ics%00", "/f/%00"):
            with socket.create_connection((host, int(port))) as one:
                one.sendall(f"GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
                answered = io.BytesIO(b"".join(iter(lambda: one.recv(65536), b""))).readline()
            assert b" 404 " in answered, path
