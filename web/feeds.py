"""The calendar door: GET /f/<token>.ics, asked all day by phones and calendar servers that will never log in.

It stands before the framework's router, because most of its answers are "304, as before". What a token opens is asked
of the store; this file only speaks HTTP (RFC 9110). Clients delete what an empty calendar no longer holds, so that in
any trouble the answer is 503.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import traceback
from collections.abc import Callable
from datetime import UTC, date, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Protocol
from urllib.parse import quote

from starlette.types import ASGIApp, Receive, Scope, Send

from notifications.speech import Speech
from plans.model import Sentence, say
from plans.trouble import DubanError

LOG = logging.getLogger("duban.feeds")
RETRY_AFTER = 300  # seconds

Header = tuple[bytes, bytes]

_PATH = re.compile(r"/f/([A-Za-z0-9_-]{1,128})\.ics")
_ENTITY_TAG = re.compile(r'"[^"]*"')
_NOT_ASCII_NAME = re.compile(r"[^A-Za-z0-9._-]+")

GUARDS: tuple[Header, ...] = (
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    (b"x-robots-tag", b"noindex, nofollow, noarchive"),
)


class Served(Protocol):
    """What the store answers for a token on a day."""

    @property
    def status(self) -> int:
        """200; 404 never issued, 410 revoked, 503 can't be told now."""

    @property
    def body(self) -> bytes:
        """The whole calendar, when the status is 200."""

    @property
    def etag(self) -> str:
        """A hash of the body, without quotes: equal if and only if the bytes are."""

    @property
    def modified(self) -> datetime | None:
        """When the bytes changed last (aware), if known."""

    @property
    def filename(self) -> str:
        """The name a download gets, such as 督办-安全处.ics."""


OpenFeed = Callable[[str, date], Served]


class Quick(Protocol):
    """What can be told at once of a token on a day, or None where it can't: then the store is asked at length."""

    def tag(self, token: str, day: date) -> str | None:
        """Return the ETag of what the token opens."""

    def feed(self, token: str, day: date) -> Served | None:
        """Return what the token opens."""


class FeedDoor:
    """An ASGI application around *app* that answers /f/… and /robots.txt itself and leaves all else to it.

    *open_feed* is called in a worker thread with the token and the day that *today* names; whatever it raises becomes
    503. *quick*, if given, is asked before, in the event loop: it tells from one indexed row. Nothing is negotiated,
    compressed or kept in a cookie: some calendar clients fail on each of these.
    """

    def __init__(
        self, app: ASGIApp, open_feed: OpenFeed, today: Callable[[], date], quick: Quick | None = None
    ) -> None:
        self.app = app
        self.open_feed = open_feed
        self.today = today
        self.quick = quick

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        path = scope["path"].removeprefix(scope.get("root_path", "")) if scope["type"] == "http" else ""
        if not path.startswith("/f/") and path != "/robots.txt":
            await self.app(scope, receive, send)
            return
        status, headers, body = await self._answer(path, scope)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def _answer(self, path: str, scope: Scope) -> Answer:
        """Return the answer to a request for a feed or for robots.txt."""
        if path == "/robots.txt":
            return _ROBOTS
        found = _PATH.fullmatch(path) if scope["method"] in ("GET", "HEAD") else None
        if found is None:
            return _notice(404)
        return await self._feed(found[1], scope["headers"])

    async def _feed(self, token: str, headers: list[Header]) -> Answer:
        """Return the answer to a request for the feed that *token* opens; in any trouble, 503."""
        try:
            day, known = self.today(), _known_tags(headers)
            current = self.quick.tag(token, day) if self.quick and known else None
            if current is not None and _is_among(current, known):
                return 304, _fresh(current), b""
            served = self.quick.feed(token, day) if self.quick else None
            if served is None:
                served = await asyncio.to_thread(self.open_feed, token, day)
            return _conditional(served, known, headers)
        except DubanError as trouble:  # the ledger is away, locked, damaged: a line says it, to however many clients
            LOG.error("%s: 503: %s", masked(token), trouble.sentence)
            return _notice(503)
        except Exception as error:
            story = "".join(traceback.format_exception(error)).replace(token, "<token>")  # never in a log, not even now
            LOG.error("%s: 503\n%s", masked(token), story)
            return _notice(503)


Answer = tuple[int, list[Header], bytes]


def masked(token: str) -> str:
    """Return how a log names a feed's address: eight digits of the token's SHA-256, which open nothing."""
    return f"/f/{hashlib.sha256(token.encode()).hexdigest()[:8]}.ics"


def _conditional(served: Served, known: list[str], headers: list[Header]) -> Answer:
    """Return the feed, or 304 where the client has it already (RFC 9110 section 13.2.2), or a notice."""
    if served.status != 200:
        return _notice(served.status)
    fresh = _fresh(served.etag)
    if served.modified:
        fresh.append((b"last-modified", format_datetime(served.modified.astimezone(UTC), usegmt=True).encode("ascii")))
    if _is_among(served.etag, known) if known else _is_unmodified(served, headers):
        return 304, fresh, b""
    body = (
        (b"content-type", b"text/calendar; charset=utf-8"),
        (b"content-disposition", _disposition(served.filename)),
        (b"content-length", b"%d" % len(served.body)),
    )
    return 200, [*fresh, *body], served.body


def _fresh(etag: str) -> list[Header]:
    """Return the headers of 200 and 304: clients may keep the feed, and ask each time whether it still holds."""
    return [*GUARDS, (b"etag", b'"%b"' % etag.encode("ascii")), (b"cache-control", b"private, no-cache")]


def _known_tags(headers: list[Header]) -> list[str]:
    """Return the quoted tags of If-None-Match, or a bare "*" for any; W/ makes no difference (RFC 9110, 13.1.2)."""
    values = [value.decode("latin-1") for name, value in headers if name == b"if-none-match"]
    return [
        tag for value in values for tag in (["*"] if value.strip() == "*" else _ENTITY_TAG.findall(value) or [value])
    ]


def _is_among(etag: str, known: list[str]) -> bool:
    """Return whether a client that names the *known* tags has the bytes of *etag*."""
    return f'"{etag}"' in known or "*" in known


def _is_unmodified(served: Served, headers: list[Header]) -> bool:
    """Return whether the bytes are no younger than If-Modified-Since says (RFC 9110 section 13.1.3)."""
    since = next((_http_date(value) for name, value in headers if name == b"if-modified-since"), None)
    return bool(since and served.modified and served.modified.replace(microsecond=0) <= since)


def _http_date(value: bytes) -> datetime | None:
    """Return an HTTP date, or None for what is none (RFC 9110 section 13.1.3: then it is ignored)."""
    try:
        moment = parsedate_to_datetime(value.decode("latin-1"))
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _disposition(filename: str) -> bytes:
    """Return Content-Disposition with an ASCII name for old clients and the real one (RFC 6266)."""
    plain = _NOT_ASCII_NAME.sub("-", filename.removesuffix(".ics")).strip("-.") or "duban"
    real = quote(filename.encode("utf-8", "replace"), safe="")
    return f"inline; filename=\"{plain}.ics\"; filename*=UTF-8''{real}".encode("ascii")


def _notice(status: int) -> Answer:
    """Return a few words for a person who opened the address in a browser, in both languages."""
    sentence, more = _NOTICES[status]
    body = f"{Speech('zh').sentence(sentence)}\n{sentence}\n".encode()
    about = ((b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body)))
    return status, [*GUARDS, *about, (b"cache-control", b"no-store"), *more], body


_NOTICES: dict[int, tuple[Sentence, tuple[Header, ...]]] = {
    404: (say("This calendar address is not known."), ()),
    410: (say("This calendar address is closed."), ()),
    503: (say("The calendar cannot be read just now."), ((b"retry-after", b"%d" % RETRY_AFTER),)),
}

# A calendar service that finds no robots.txt, or one that bars the address, may refuse to subscribe; crawlers are
# kept off by X-Robots-Tag instead.
_ROBOTS: Answer = (
    200,
    [*GUARDS, (b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"24")],
    b"User-agent: *\nDisallow:\n",
)
