"""Who may see and do what: a page or an action is wrapped here once, and what its token opens is judged here alone.

The token stands in the path (/p/<token>/…, /r/<token>), or, for the office, in a cookie that its link was exchanged
for. An unknown token and a token of another kind look alike (404); one that was closed says so (410).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from plans.trouble import LedgerError
from store.database import Database
from store.reader import reading
from store.tokens import Grant, Held, Kind, find, issue, note_use, spend
from web.rendering import notice, render
from web.visit import Action, House, Page, Visit

Endpoint = Callable[[Request], Awaitable[Response]]

COOKIE = "duban"
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


def form_token(visit: Visit) -> str:
    """Return what a page puts into its forms as `form`: only a page that knows the token can tell it."""
    return hashlib.sha256(f"form of {visit.secret}".encode()).hexdigest()[:32]


def is_our_form(visit: Visit, form: FormData) -> bool:
    """Return whether a form was sent from a page of this visit, and by no other site."""
    site = visit.request.headers.get("sec-fetch-site", "same-origin")
    return site in ("same-origin", "none") and hmac.compare_digest(str(form.get("form", "")), form_token(visit))


def _opened(request: Request, kinds: tuple[Kind, ...], page: Page) -> Response:
    house: House = request.app.state.house
    secret = request.path_params.get("token") or request.cookies.get(COOKIE, "")
    with house.database.read() as connection:
        held = find(connection, secret)
        if held is None or held.grant.kind not in kinds:
            return notice(request, 404)
        if not held.is_open(house.today()):
            return notice(request, 410)
        response = page(Visit(house, request, held, secret, reading(connection)))
    if held.used_on != house.today() and response.background is None:
        response.background = BackgroundTask(_note, house, held)
    return response


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
    answer = RedirectResponse("../office/", status_code=303)
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=SESSION_DAYS * 86400,
        path="/",
        httponly=True,
        samesite="lax",
        secure=visit.request.url.scheme == "https",
    )
    return answer


def _session(database: Database, held: Held, house: House) -> str | None:
    with database.write() as connection:
        if not spend(connection, held, house.today()):
            return None
        return issue(connection, Grant("session", name=held.grant.name), house.today())
