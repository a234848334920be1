"""The figures of the house for whoever watches machines: /metrics, behind a token of its own."""

from __future__ import annotations

import hmac
import time

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from scheduler.health import examine, metrics
from web.visit import House


async def figures(request: Request) -> Response:
    """Answer with how the house is; without `metrics_token` in the settings there is nothing here."""
    house: House = request.app.state.house
    wanted = house.settings.metrics_token
    shown = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not wanted or not hmac.compare_digest(shown.encode(), wanted.encode()):
        raise HTTPException(404)
    return PlainTextResponse(await run_in_threadpool(_figures, house), media_type="text/plain; version=0.0.4")


def _figures(house: House) -> str:
    with house.database.read() as connection:
        return metrics(examine(connection, int(time.time()), house.settings.zone))
