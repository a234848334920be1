"""What stands around every answer: headers that protect a reader, a log without secrets, a page for trouble."""

from __future__ import annotations

import logging
import re
import time
import traceback

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from store.tokens import masked

LOG = logging.getLogger("duban.web")

CONTENT = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    b" form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", CONTENT),
    (b"x-robots-tag", b"noindex, nofollow, noarchive"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
SECURE = (b"strict-transport-security", b"max-age=31536000")
TROUBLE = b"Something went wrong here. The office finds it in the log.\n"


class Guards:
    """An ASGI application around *app* whose every answer, errors included, carries HEADERS and is logged."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.monotonic(), 0

        async def guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_guards(message.get("headers", ()), scope)
            await send(message)

        try:
            await self.app(scope, receive, guarded)
        except Exception as error:
            LOG.error("%s", masked("".join(traceback.format_exception(error))))
            if status == 0:
                await _apologise(guarded)
        if status != 304:  # calendars are asked for all day; that one is as before is no news
            _note(scope, status, 1000 * (time.monotonic() - began))


def _note(scope: Scope, status: int, milliseconds: float) -> None:
    path = re.sub(r"\s", "%20", scope["path"])  # a secret that a mail program broke in two is one all the same
    LOG.info("%s %s %d %.0f ms", scope["method"], masked(path)[:200], status, milliseconds)


def _with_guards(given: list[tuple[bytes, bytes]], scope: Scope) -> list[tuple[bytes, bytes]]:
    """Return an answer's headers with those that protect it, where it doesn't say them itself."""
    have = {name.lower() for name, _ in given}
    more = [(name, value) for name, value in HEADERS if name not in have]
    if scope.get("scheme") == "https":
        more.append(SECURE)
    return [*given, *more]


async def _apologise(send: Send) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(TROUBLE)),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": TROUBLE})
