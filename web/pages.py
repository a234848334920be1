"""The pages that show what stands in the ledger: they read, and never decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from web import board, matrix, people, plan, task, timeline
from web.rendering import notice, render
from web.view import NotHereError, View
from web.visit import Page, Visit

# address below the token: template, and what it is filled with
PAGES: dict[str, tuple[str, Callable[..., dict[str, Any]]]] = {
    "/": ("board.html", board.board),
    "/list": ("list.html", board.listing),
    "/matrix": ("matrix.html", matrix.sheets),
    "/timeline": ("timeline.html", timeline.charts),
    "/plan/{plan}": ("plan.html", plan.plan),
    "/task/{plan}/{task}": ("task.html", task.task),
    "/unit/{unit}": ("unit.html", people.unit),
    "/person/{person}": ("person.html", people.person),
}


def page(template: str, model: Callable[..., dict[str, Any]]) -> Page:
    """Return the page that *template* makes of what *model* finds; what isn't there, or isn't opened, is one 404."""

    def show(visit: Visit) -> Response:
        view = View.of(visit)
        try:
            found = model(view, **_named(visit))
        except NotHereError:
            return notice(visit.request, 404)
        troubles = visit.troubles if visit.is_office and template == "board.html" else ()
        return render(visit, template, view=view, troubles=troubles, **found)

    return show


def _named(visit: Visit) -> dict[str, str]:
    """Return what the address names beside the token: a plan, a task, a unit, a person."""
    return {name: value for name, value in visit.request.path_params.items() if name != "token"}
