"""The page of one plan: what it is, how all of it stands, phase by phase, what was done with it, and its file."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from store import look, queries
from web.acts import SAID
from web.board import paged, shares
from web.matrix import LIGHTS
from web.task import event_words
from web.view import NotHereError, Row, View


def plan(view: View, plan: str) -> dict[str, Any]:
    """Return all about a plan, as far as the token opens it.

    Raises:
        NotHereError: there is no such plan, or the token opens none of it.
    """
    found = view.read(queries.PLAN, plan=plan)
    if not found or (view.scope and view.scope.get("plan", plan) != plan):
        raise NotHereError
    rows = look.listed(view.read, view.day, view.within({"plan": plan}))
    if view.scope and not rows:
        raise NotHereError
    return {
        "plan": found[0],
        "office": view.unit_name(found[0]["office"]) if found[0]["office"] else "",
        "shares": shares(rows),
        "total": len(rows),
        "phases": _phases(view, plan, rows),
        "page": paged(view, rows),
        "history": [event_words(view, _read(event)) for event in reversed(_events(view, plan))],
        "supersedes": view.speech.names(view.plan_title(of) for of in _superseded(found[0]["supersedes"])),
        "lights": LIGHTS,
        "said": SAID.get(view.asked.get("said", ""), ""),
        "shows_source": found[0]["source"] and (view.is_office or set(view.scope) <= {"plan"}),
    }


def _superseded(written: str) -> list[str]:
    """Return the plans a plan takes the place of, as the ledger keeps them: JSON by plan, or one id, or nothing."""
    return list(json.loads(written)) if written.startswith(("{", "[")) else [written] if written else []


def _events(view: View, plan: str) -> list[Row]:
    return view.read(queries.PLAN_EVENTS, plan=plan, day=view.day)


def _read(event: Row) -> Row:
    from store.history import moment

    return {**event, "at": moment(event["at"]), "data": json.loads(event["data"])}


def _phases(view: View, plan: str, rows: list[Row]) -> list[Row]:
    """Return the phases with how many of their rows stand in which light."""
    lights = Counter((row["phase"], row["light"]) for row in rows)
    return [
        {**phase, "lights": {light: lights[key, light] for light in LIGHTS}}
        for (of, key), phase in view.phases.items()
        if of == plan
    ]
