"""Calendars over HTTP: conditional requests, trouble, and what clients are known to stumble over."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from notifications.feeds import Entry, Feed, calendar_bytes
from plans.trouble import LedgerError
from tests.served import browse, serving
from web.feeds import FeedDoor, masked

DAY = date(2026, 5, 20)
TOKEN = "db_f_0123456789abcdefghijklmnop"
TROUBLED = ("unknown", "revoked", "in-trouble")
DRILL = Entry("drill@duban", 0, datetime(2026, 3, 2, tzinfo=UTC), date(2026, 5, 25), "消防演练")
BODY = calendar_bytes(Feed("督办·安全处"), [DRILL])
ETAG = hashlib.sha256(BODY).hexdigest()[:32]


@dataclass(frozen=True)
class Answered:
    status: int = 200
    body: bytes = BODY
    etag: str = ETAG
    modified: datetime | None = datetime(2026, 3, 2, 0, 30, 0, 999, tzinfo=UTC)
    filename: str = "督办-安全处.ics"


class Shelf:
    """Feeds by token, as the store would hand them out; remembers what it was asked."""

    def __init__(self) -> None:
        self.feeds = {TOKEN: Answered(), "revoked": Answered(410, b"", "", None, "")}
        self.asked: list[tuple[str, date]] = []

    def open(self, token: str, day: date) -> Answered:
        self.asked.append((token, day))
        if token == "ledger-away":
            raise LedgerError("the ledger can't be read: the disk is full")
        if token == "in-trouble":
            raise OSError(f"disk I/O error while reading {token}")
        return self.feeds.get(token, Answered(404, b"", "", None, ""))


class QuickShelf(Shelf):
    """A shelf that can be asked at once as well, for what is there."""

    def tag(self, token: str, day: date) -> str | None:
        found = self.feed(token, day)
        return found.etag if found else None

    def feed(self, token: str, day: date) -> Answered | None:
        self.asked.append((token, day))
        found = self.feeds.get(token)
        return found if found and found.status == 200 else None


async def other_pages(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"another page"})


@pytest.fixture(scope="module", params=[Shelf, QuickShelf], ids=["store only", "with a quick look"])
def shelf(request: pytest.FixtureRequest) -> Shelf:
    return request.param()


@pytest.fixture(scope="module")
def client(shelf: Shelf) -> Iterator[httpx.Client]:
    quick = shelf if isinstance(shelf, QuickShelf) else None
    with serving(FeedDoor(other_pages, shelf.open, lambda: DAY, quick), lifespan="off") as url, browse(url) as http:
        yield http


def test_a_feed_is_served_as_it_is(client: httpx.Client, shelf: Shelf) -> None:
    """F25, F29"""
    answer = client.get(f"/f/{TOKEN}.ics", headers={"accept-encoding": "gzip, br"})

    assert (answer.status_code, answer.content) == (200, BODY)
    assert shelf.asked[-1] == (TOKEN, DAY)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-length"] == str(len(BODY))
    assert answer.headers["etag"] == f'"{ETAG}"'
    assert answer.headers["last-modified"] == "Mon, 02 Mar 2026 00:30:00 GMT"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["content-disposition"] == (
        "inline; filename=\"duban.ics\"; filename*=UTF-8''%E7%9D%A3%E5%8A%9E-%E5%AE%89%E5%85%A8%E5%A4%84.ics"
    )
    assert not {"content-encoding", "transfer-encoding", "set-cookie", "vary"} & set(answer.headers)


@pytest.mark.parametrize("accept", ["", "text/html", "application/json", "image/png;q=0"])
def test_nothing_is_negotiated(client: httpx.Client, accept: str) -> None:
    """F26"""
    request = client.build_request("GET", f"/f/{TOKEN}.ics")
    for name in ("accept", "user-agent", "accept-encoding"):
        del request.headers[name]
    if accept:
        request.headers["accept"] = accept

    assert client.send(request).content == BODY


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if-none-match": f'"{ETAG}"'}, 304),
        ({"if-none-match": f'W/"{ETAG}"'}, 304),
        ({"if-none-match": f'"old", W/"older", "{ETAG}"'}, 304),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": '"old"'}, 200),
        ({"if-none-match": '"*"'}, 200),
        ({"if-none-match": "broken"}, 200),
        ({"if-modified-since": "Mon, 02 Mar 2026 00:30:00 GMT"}, 304),
        ({"if-modified-since": "Tue, 03 Mar 2026 00:00:00 GMT"}, 304),
        ({"if-modified-since": "Mon, 02 Mar 2026 00:29:59 GMT"}, 200),
        ({"if-modified-since": "Monday, 02-Mar-26 00:30:00 GMT"}, 304),
        ({"if-modified-since": "yesterday"}, 200),
        ({"if-modified-since": "Mon, 02 Mar 99999999999999999999 00:30:00 GMT"}, 200),
        ({"if-none-match": '"old"', "if-modified-since": "Tue, 03 Mar 2026 00:00:00 GMT"}, 200),
        ({"if-none-match": "broken", "if-modified-since": "Tue, 03 Mar 2026 00:00:00 GMT"}, 200),
    ],
)
def test_a_client_that_has_the_bytes_gets_304(client: httpx.Client, headers: dict[str, str], status: int) -> None:
    """F27"""
    answer = client.get(f"/f/{TOKEN}.ics", headers=headers)

    assert answer.status_code == status
    assert answer.content == (BODY if status == 200 else b"")
    assert answer.headers["etag"] == f'"{ETAG}"'
    assert answer.headers["cache-control"] == "private, no-cache"


def test_if_none_match_may_come_in_two_lines(client: httpx.Client) -> None:
    headers = [("if-none-match", '"old"'), ("if-none-match", f'"{ETAG}"')]

    assert client.get(f"/f/{TOKEN}.ics", headers=headers).status_code == 304


def test_a_known_copy_does_not_hide_that_the_feed_was_revoked(client: httpx.Client) -> None:
    for known in ("*", '"old"', '""'):
        assert client.get("/f/revoked.ics", headers={"if-none-match": known}).status_code == 410
        assert client.get("/f/unknown.ics", headers={"if-none-match": known}).status_code == 404


def test_head_tells_the_same_without_the_body(client: httpx.Client) -> None:
    """F28"""
    got, head = client.get(f"/f/{TOKEN}.ics"), client.head(f"/f/{TOKEN}.ics")

    def told(answer: httpx.Response) -> dict[str, str]:
        return {name: value for name, value in answer.headers.items() if name != "date"}

    assert (head.status_code, head.content) == (200, b"")
    assert told(head) == told(got)


def test_head_sends_no_body_even_where_the_server_would_let_it(shelf: Shelf) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    scope = {"type": "http", "method": "HEAD", "path": f"/f/{TOKEN}.ics", "headers": []}
    asyncio.run(FeedDoor(other_pages, shelf.open, lambda: DAY)(scope, receive, send))

    assert [message.get("body", b"") for message in sent] == [b"", b""]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/f/unknown.ics", 404),
        ("/f/revoked.ics", 410),
        ("/f/in-trouble.ics", 503),
        ("/f/", 404),
        ("/f/unknown", 404),
        ("/f/unknown.ics/", 404),
        ("/f/un%00known.ics", 404),
        ("/f/%2e%2e%2fetc.ics", 404),
        (f"/f/{'x' * 500}.ics", 404),
        ("/f/督办.ics", 404),
    ],
)
def test_trouble_has_its_status_and_never_a_calendar(client: httpx.Client, path: str, status: int) -> None:
    """F33, R5, R19: trouble is 503, never an empty calendar."""
    answer = client.get(path)

    assert answer.status_code == status
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert b"VCALENDAR" not in answer.content
    assert ("retry-after" in answer.headers) == (status == 503)
    assert answer.text.isascii() is False
    assert client.head(path).status_code == status


def test_unknown_and_revoked_look_alike_by_size(client: httpx.Client) -> None:
    """F33, R5, R19: trouble is 503, never an empty calendar."""
    sizes = [len(client.get(f"/f/{token}.ics").content) for token in ("unknown", "revoked")]

    assert max(sizes) - min(sizes) < 16


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])
@pytest.mark.parametrize("token", [TOKEN, "unknown"])
def test_a_feed_is_only_read(client: httpx.Client, shelf: Shelf, method: str, token: str) -> None:
    asked = len(shelf.asked)

    answer = client.request(method, f"/f/{token}.ics")

    assert answer.status_code == 404
    assert answer.content == client.get("/f/x/y.ics").content  # as what was never there (S22)
    assert len(shelf.asked) == asked


@pytest.mark.parametrize("path", [f"/f/{TOKEN}.ics", *(f"/f/{t}.ics" for t in TROUBLED), "/robots.txt"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_every_answer_is_guarded(client: httpx.Client, path: str, method: str) -> None:
    """S7, F32"""
    answer = client.request(method, path)

    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-robots-tag"] == "noindex, nofollow, noarchive"
    assert "set-cookie" not in answer.headers


def test_robots_may_know_that_feeds_are_not_barred(client: httpx.Client) -> None:
    """F32"""
    answer = client.get("/robots.txt")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert not any(line.strip().lower().startswith("disallow: /") for line in answer.text.splitlines())
    assert client.head("/robots.txt").content == b""


def test_all_other_pages_are_left_to_the_application(client: httpx.Client) -> None:
    assert client.get("/").status_code == 418
    assert client.post("/feeds/x").status_code == 418


def test_a_changed_feed_changes_its_tag_and_is_sent_again(client: httpx.Client, shelf: Shelf) -> None:
    before = client.get(f"/f/{TOKEN}.ics")
    changed = calendar_bytes(Feed("督办·安全处"), [replace(DRILL, sequence=1)])
    shelf.feeds[TOKEN] = Answered(body=changed, etag=hashlib.sha256(changed).hexdigest()[:32])

    after = client.get(f"/f/{TOKEN}.ics", headers={"if-none-match": before.headers["etag"]})
    shelf.feeds[TOKEN] = Answered()

    assert (after.status_code, after.content) == (200, changed)
    assert after.headers["etag"] != before.headers["etag"]


def test_no_log_holds_a_token(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="duban")

    client.get(f"/f/{TOKEN}.ics")
    client.get("/f/in-trouble.ics")

    assert TOKEN not in caplog.text
    assert "reading in-trouble" not in caplog.text
    assert f"{masked('in-trouble')}: 503" in caplog.text
    assert "disk I/O error" in caplog.text


def test_a_ledger_out_of_reach_is_one_line_a_request(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    """However many programs ask for calendars meanwhile: where in the program it was met says nothing."""
    assert client.get("/f/ledger-away.ics").status_code == 503
    (said,) = (one.getMessage() for one in caplog.records if one.name == "duban.feeds")
    assert said == f"{masked('ledger-away')}: 503: the ledger can't be read: the disk is full"
