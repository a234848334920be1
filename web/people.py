"""The pages of a unit and of a person: who they are, what they have a part in, and what they were told."""

from __future__ import annotations

import json
from typing import Any

from notifications.ledger_words import LETTERS, ROLES, word
from store import history, look, queries
from web.acts import SAID
from web.board import paged, shares
from web.view import NotHereError, Row, View

POSTS = ("leader", "head", "deputy", "contact")
LETTERS_SHOWN = 30


def unit(view: View, unit: str) -> dict[str, Any]:
    """Return all about a unit, as far as the token opens it.

    Raises:
        NotHereError: there is no such unit, or the token opens none of its rows.
    """
    found = view.read(queries.UNIT, unit=unit)
    if not found:
        raise NotHereError
    rows = look.listed(view.read, view.day, view.within({"unit": unit}), "due")
    if view.scope and "unit" not in view.scope and not rows:
        raise NotHereError
    own = [row for row in rows if unit in row["lead_ids"]]
    return {
        "unit": found[0],
        "aliases": json.loads(found[0]["aliases"]),
        "people": [
            (view.speech(ROLES[post]), view.people[found[0][post]]) for post in POSTS if found[0][post] in view.people
        ],
        "shares": shares(own),
        "total": len(own),
        "late": [row for row in own if row["word"] == "overdue"],
        "page": paged(view, [row for row in own if row["word"] != "overdue"]),
        "helps": [row for row in rows if unit not in row["lead_ids"]],
        "letters": letters(view, f"unit:{unit}"),
    }


def person(view: View, person: str) -> dict[str, Any]:
    """Return all about a person, as far as the token opens it.

    Raises:
        NotHereError: there is nobody of that id, or the token opens none of their rows.
    """
    found = view.read(queries.PERSON, person=person)
    if not found:
        raise NotHereError
    rows = look.listed(view.read, view.day, view.within({"person": person}), "due")
    if view.scope and "person" not in view.scope and not rows:
        raise NotHereError
    posts = view.read(queries.POSTS, person=person)
    handed = view.read(queries.HANDED, person=person, day=view.day)
    return {
        "person": found[0],
        "posts": [(post, one) for one in posts for post in POSTS if one[post] == person],
        "roles": ROLES,
        "handed": [one for one in handed if one["old"] == person],
        "taken": [one for one in handed if one["new"] == person],
        "away": json.loads(found[0]["away"]),
        "shares": shares(rows),
        "total": len(rows),
        "page": paged(view, rows),
        "letters": letters(view, person),
        "successors": [one for key, one in view.people.items() if one["mail"] and key != person],
        "said": SAID.get(view.asked.get("said", ""), ""),
    }


def letters(view: View, reader: str) -> list[Row]:
    """Return the letters to somebody, the latest first; only the office sees other people's letters."""
    if not view.is_office:
        return []
    found = history.sent(view.read, view.day, to=reader)[-LETTERS_SHOWN:]
    return [{**one, "word": view.speech(word(LETTERS, one["state"]))} for one in reversed(found)]
