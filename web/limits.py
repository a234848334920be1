"""Limits before the pages: how large and how slow a body may be, how often a stranger may guess, whom to believe.

Only misses are limited: a valid address is answered however many strangers behind the same network guess.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Collection

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from notifications.speech import Speech
from plans.model import say

MISSES = 20  # wrong addresses that one network address may try in WINDOW
WINDOW = 60.0  # seconds
REMEMBERED = 10_000  # network addresses; the one that missed longest ago is forgotten first
SMALL = 100_000  # octets of a form without files
LARGE = 21_000_000  # octets of a form with files
WITH_FILES = ("/r/", "/office/")
PIECE_SECONDS = 20.0  # how long each piece of a body may take
BODY_SECONDS = 300.0  # how long a whole body may take

_NOTICES = {
    413: say("That is more than is accepted at once."),
    429: say("Too many wrong addresses were tried. Wait a minute."),
}


class Limits:
    """An ASGI application around *app* that limits what strangers can make it do.

    *proxies* are the addresses whose X-Forwarded-For and X-Forwarded-Proto are believed, and, with *login_header*,
    whose word on who is logged in is believed as well (`scope["login"]`).
    """

    def __init__(self, app: ASGIApp, proxies: Collection[str] = (), login_header: str = "") -> None:
        self.app = app
        self.proxies = frozenset(proxies)
        self.login_header = login_header.lower().encode("latin-1")
        self.misses = Misses()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        peer = self._believe(scope)
        limit = LARGE if scope["path"].startswith(WITH_FILES) else SMALL
        if _declared(scope) > limit:
            await _refuse(send, 413)
            return
        await self.app(scope, _measured(receive, limit), self._counted(peer, send))

    def _believe(self, scope: Scope) -> str:
        """Return whom the request comes from; what a proxy of ours adds is believed, what others add is not."""
        peer = str((scope.get("client") or ("",))[0])
        if peer not in self.proxies:
            return peer
        headers = dict(scope["headers"])
        if headers.get(b"x-forwarded-proto", b"").strip() == b"https":
            scope["scheme"] = "https"
        if self.login_header and (login := headers.get(self.login_header)):
            scope["login"] = login.decode("latin-1").encode("latin-1").decode("utf-8", "replace")
        forwarded = headers.get(b"x-forwarded-for", b"").decode("latin-1").rpartition(",")[2].strip()
        return forwarded or peer

    def _counted(self, peer: str, send: Send) -> Send:
        """Return a *send* that counts misses and answers 429 in place of one too many."""
        swallowed = False

        async def counted(message: Message) -> None:
            nonlocal swallowed
            if message["type"] == "http.response.start" and message["status"] == 404:
                swallowed = self.misses.is_one_too_many(peer, time.monotonic())
                if swallowed:
                    await _refuse(send, 429)
            if not swallowed:
                await send(message)

        return counted


class Misses:
    """Who missed when, as far as it still matters."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def is_one_too_many(self, peer: str, now: float) -> bool:
        """Note a miss of *peer* at an instant (seconds) and return whether it was one too many."""
        seen = self._seen.setdefault(peer, deque(maxlen=MISSES + 1))
        self._seen.move_to_end(peer)
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        seen.append(now)
        return len(seen) > MISSES and now - seen[0] < WINDOW


def _measured(receive: Receive, limit: int) -> Callable[[], Awaitable[Message]]:
    """Return a *receive* that refuses a body that is too large (413) or comes too slowly (408)."""
    had, is_complete, ends = 0, False, time.monotonic() + BODY_SECONDS

    async def measured() -> Message:
        nonlocal had, is_complete
        if is_complete:  # only the end of the connection is still to come
            return await receive()
        try:
            async with asyncio.timeout(min(PIECE_SECONDS, max(0.0, ends - time.monotonic()))):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408) from None
        had += len(message.get("body", b""))
        is_complete = not message.get("more_body", False)
        if had > limit:
            raise HTTPException(413)
        return message

    return measured


def _declared(scope: Scope) -> int:
    """Return how many octets a request says that its body has."""
    length = dict(scope["headers"]).get(b"content-length", b"")
    return int(length) if length.isdigit() else 0


async def _refuse(send: Send, status: int) -> None:
    """Answer before anything else has looked at the request."""
    body = f"{Speech('zh').sentence(_NOTICES[status])}\n{_NOTICES[status]}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
    ]
    if status == 429:
        headers.append((b"retry-after", b"%d" % WINDOW))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
