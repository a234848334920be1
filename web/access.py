"""Who may see and do what: a page or an action is wrapped here once, and what its token opens is judged here alone.

The token stands in the path (/p/<token>/…, /r/<token>), or, for the office, in a cookie that its link was exchanged
for. An unknown token and a token of another kind look alike (404); one that was closed says so (410).
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy import Connection
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from plans.trouble import LedgerError
from store.database import Database
from store.reader import reading
from store.tokens import Grant, Held, Kind, find, issue, note_use, revoke, spend
from web.discretion import discreet
from web.rendering import notice, render
from web.visit import Action, House, Page, Visit, spoken

Endpoint = Callable[[Request], Awaitable[Response]]

COOKIE = "duban"
SAFE_COOKIE = "__Host-duban"  # over HTTPS: no other host and no other port can set it
_LOGIN_KEY = secrets.token_hex(20)  # of this process: what the forms of a login by proxy are bound to
SESSION_DAYS = 30


def shows(page: Page, *kinds: Kind) -> Endpoint:
    """Return the endpoint that shows *page* to whoever holds a token of one of these kinds."""

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(_opened, request, kinds, page)

    return endpoint


def acts(action: Action, *kinds: Kind) -> Endpoint:
    """Return the endpoint that lets whoever holds such a token send a form, if the form came from our own page."""

    async def endpoint(request: Request) -> Response:
        async with request.form() as form:

            def judged(visit: Visit) -> Response:
                if not is_our_form(visit, form):
                    return notice(request, 403)
                return action(visit, form)

            return await run_in_threadpool(_opened, request, kinds, judged)

    return endpoint


def is_our_form(visit: Visit, form: FormData) -> bool:
    """Return whether a form was sent from a page of this visit, and by no other site."""
    site = visit.request.headers.get("sec-fetch-site", "same-origin")
    return site in ("same-origin", "none") and hmac.compare_digest(str(form.get("form", "")), visit.form_token)


def _opened(request: Request, kinds: tuple[Kind, ...], page: Page) -> Response:
    house: House = request.app.state.house
    secret = request.path_params.get("token", "")
    with house.database.read() as connection:
        held = find(connection, secret) if secret else None
        if not secret and "session" in kinds:
            held, secret = _session_of(request, connection, house)
        # a session is in the cookie and nowhere else, so that no address can stand for it
        if (
            held is None
            or held.grant.kind not in kinds
            or (held.grant.kind == "session") == ("token" in request.path_params)
        ):
            return notice(request, 404)
        if not held.is_open(house.today()):
            return notice(request, 410)
        read = reading(connection)
        if held.grant.kind != "session":
            read = discreet(read, spoken(request, house.settings))
        response = page(Visit(house, request, held, secret, read))
    if held.used_on != house.today() and response.background is None:
        response.background = BackgroundTask(_note, house, held)
    return response


def _session_of(request: Request, connection: Connection, house: House) -> tuple[Held | None, str]:
    """Return the office's session: the one in the cookie, or that of whom a proxy of ours names as logged in."""
    for name in (SAFE_COOKIE, COOKIE):
        if secret := request.cookies.get(name):
            return find(connection, secret), secret
    login = request.scope.get("login", "")
    if not login or login not in house.settings.web.office:
        return None, ""
    held = Held("", Grant("session", name=login), house.today(), used_on=house.today())
    return held, f"{_LOGIN_KEY} {login}"


def _note(house: House, held: Held) -> None:
    """Remember that a token was used today, after the answer has gone; nobody misses it when that fails."""
    try:
        with house.database.write() as connection:
            note_use(connection, held, house.today())
    except LedgerError:
        return


def ask_to_enter(visit: Visit) -> Response:
    """Show the office the button behind its link: looking at a link changes nothing, pressing the button does."""
    if visit.held.spent_on:
        return notice(visit.request, 410)
    return render(visit, "enter.html")


def enter(visit: Visit, _form: FormData) -> Response:
    """Exchange an office link, which is good once, for a session in a cookie."""
    secret = _session(visit.house.database, visit.held, visit.house)
    if secret is None:
        return notice(visit.request, 410)
    is_safe = visit.request.url.scheme == "https"
    answer = RedirectResponse("../office/", status_code=303)
    answer.set_cookie(
        SAFE_COOKIE if is_safe else COOKIE,
        secret,
        max_age=SESSION_DAYS * 86400,
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_safe,
    )
    return answer


def leave(visit: Visit, _form: FormData) -> Response:
    """End the office's session in this browser, and for good."""
    with visit.house.database.write() as connection:
        revoke(connection, visit.held, visit.house.today())
    answer = notice(visit.request, 200)
    for name in (SAFE_COOKIE, COOKIE):
        answer.delete_cookie(name, path="/", secure=name == SAFE_COOKIE, httponly=True, samesite="lax")
    return answer


def _session(database: Database, held: Held, house: House) -> str | None:
    with database.write() as connection:
        if not spend(connection, held, house.today()):
            return None
        ends = house.today() + timedelta(days=SESSION_DAYS)
        return issue(connection, Grant("session", name=held.grant.name, expires_on=ends), house.today())
