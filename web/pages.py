"""The pages that show what stands in the ledger: they read, and never decide."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from store import look
from web.rendering import render
from web.visit import Visit

AHEAD = timedelta(days=14)


def board(visit: Visit) -> Response:
    """Show what is overdue, then what falls due in the next days."""
    late = look.overdue(visit.read, visit.day, visit.filter)
    soon = look.due(visit.read, visit.day, visit.day + AHEAD, visit.filter)
    verify = look.to_verify(visit.read, visit.day, visit.filter)
    return render(visit, "board.html", late=late, soon=soon, verify=verify)
