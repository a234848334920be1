"""The side door: every address the server answers, one line a route, and what stands before them.

A page is wrapped in `shows`, an action in `acts`, with the kinds of token that open it; see web/access.py.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from plans.trouble import LedgerError
from scheduler.calendars import form_of
from scheduler.clock import Clock
from store.feed_cache import QuickLook
from store.tokens import Kind
from web import apply, desk, intake, pages, reports, subscribe
from web.access import acts, ask_to_enter, enter, leave, shows
from web.acts import do
from web.feeds import FeedDoor
from web.figures import figures
from web.guards import Guards
from web.limits import Limits
from web.rendering import HERE, notice
from web.visit import House

# The same pages stand under /p/<token>/ for readers and under /office/ for the office.
READER: tuple[Kind, ...] = ("page", "session")


def reading_routes() -> list[BaseRoute]:
    """Return the pages that whoever may read may open."""
    return [
        *(Route(path, shows(pages.page(*shown), *READER)) for path, shown in pages.PAGES.items()),
        Route("/subscribe", shows(subscribe.offer, *READER)),
        Route("/subscribe/new", acts(subscribe.give, *READER), methods=["POST"]),
    ]


def office_routes() -> list[BaseRoute]:
    """Return the pages and actions of the office alone."""
    return [
        Route("/desk", shows(desk.desk, "session")),
        Route("/desk/letter/{number:int}/{person}", shows(desk.letter, "session")),
        Route("/desk/file/{number:int}/{file:int}", shows(desk.file, "session")),
        Route("/desk/do", acts(do, "session"), methods=["POST"]),
        Route("/apply", shows(apply.show, "session"), methods=["GET"]),
        Route("/apply", acts(apply.send, "session"), methods=["POST"]),
        Route("/import", shows(intake.show, "session"), methods=["GET"]),
        Route("/import", acts(intake.send, "session"), methods=["POST"]),
        Route("/subscribe/change", acts(subscribe.change, "session"), methods=["POST"]),
    ]


def routes() -> list[BaseRoute]:
    """Return every route of the side door."""
    return [
        Route("/o/{token}", shows(ask_to_enter, "office"), methods=["GET"]),
        Route("/o/{token}", acts(enter, "office"), methods=["POST"]),
        Route("/r/{token}", shows(reports.show, "report"), methods=["GET"]),
        Route("/r/{token}", acts(reports.send, "report"), methods=["POST"]),
        Route("/r/{token}/paper", shows(reports.show_paper, "report"), methods=["GET"]),
        Route("/r/{token}/file/{file:int}", shows(reports.show_file, "report"), methods=["GET"]),
        Route("/s/{token}/", shows(subscribe.calendar, "feed"), methods=["GET"]),
        Mount("/p/{token}", routes=reading_routes()),
        Route("/office/leave", acts(leave, "session"), methods=["POST"]),
        Mount("/office", routes=[*reading_routes(), *office_routes()]),
        Route("/metrics", figures),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]


def create_app(house: House, clock: Clock | None = None) -> ASGIApp:
    """Return the server's application; *clock*, if given, runs from its start to its end."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        if clock:
            clock.start()
        yield
        if clock:
            await run_in_threadpool(clock.stop)

    app = Starlette(
        routes=routes(),
        lifespan=lifespan,
        exception_handlers={HTTPException: _refused, LedgerError: _unreadable},
    )
    app.state.house = house
    quick = QuickLook(house.database.url.removeprefix("sqlite:///"), form_of(house.settings))
    feeds = FeedDoor(app, house.open_feed, house.today, quick if house.database.lite else None)
    web = house.settings.web
    return Guards(Limits(feeds, web.proxies, web.login_header))


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:  # a wrong method says no more than an address that isn't there
        return notice(request, 404)
    answer = notice(request, error.status_code)
    answer.headers.update(error.headers or {})
    return answer


async def _unreadable(request: Request, _error: Exception) -> Response:
    answer = notice(request, 503)
    answer.headers["retry-after"] = "300"
    return answer
