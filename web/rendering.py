"""From a template to a page, and the few words that stand where a page can't be."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from notifications.speech import N_, Speech
from web.visit import House, Visit, spoken

HERE = Path(__file__).parent

NOTICES = {
    200: N_("You have left the office on this machine."),
    400: N_("The form cannot be read."),
    403: N_("This form does not come from a page of ours. Open the link again and send it from there."),
    404: N_("There is nothing at this address. Check that the link is whole."),
    408: N_("That took too long. Check the connection and send it again."),
    410: N_("This link is closed or has run out. Ask the office for a new one."),
    413: N_("That is more than is accepted at once."),
    429: N_("Too many wrong addresses were tried. Wait a minute."),
    500: N_("Something went wrong here. The office finds it in the log."),
    503: N_("The ledger cannot be read just now. Try again in a few minutes."),
}


@cache
def environment() -> Environment:
    """Return the templates of the pages; whatever they show is escaped."""
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(visit: Visit, template: str, status: int = 200, /, **values: Any) -> Response:
    """Return a page for a visit; every template knows `visit`, `form_token`, and what `_known` tells."""
    told = {"visit": visit, "form_token": visit.form_token, "base": visit.base, **_known(visit.request, visit.speech)}
    page = environment().get_template(template).render(told | values)
    return HTMLResponse(page, status, headers={"cache-control": "no-store"})


def notice(request: Request, status: int) -> Response:
    """Return a page of one sentence."""
    house: House = request.app.state.house
    speech = spoken(request, house.settings)
    sentence = speech(NOTICES.get(status, NOTICES[500]))
    page = environment().get_template("notice.html").render(_known(request, speech), sentence=sentence)
    return HTMLResponse(page, status, headers={"cache-control": "no-store"})


def _known(request: Request, speech: Speech) -> dict[str, Any]:
    """Return what every template knows: its language, and the relative way to the stylesheet's folder."""
    return {"_": speech, "count": speech.count, "static": f"{way_up(request)}static/"}


def way_up(request: Request) -> str:
    """Return the relative way from a page to the server's first address, so that a prefix before it doesn't matter."""
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    before: bytes = request.scope.get("app_root_path", request.scope.get("root_path", "")).encode()
    return "../" * (path.removeprefix(before).count(b"/") - 1)
