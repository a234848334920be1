"""The morning desk: what waits for the office, in the order it is worked through, each with the forms to do it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from notifications.ledger_words import KINDS, word
from notifications.speech import N_
from plans.trouble import DubanError
from scheduler.preview import letter_of
from store.history import moment
from store.morning import morning
from web.acts import SAID
from web.rendering import notice, render
from web.view import Row, View
from web.visit import Visit

FOLDED = 40  # items of a section that are shown before it is opened
SECTIONS: Mapping[str, tuple[str, str]] = {
    # section: heading, and what is done there
    "failed": (N_("Letters that could not be sent"), N_("Correct the address in the directory, or call.")),
    "unreleased": (N_("Plans whose letters wait"), N_("Read what would be sent, then release the plan.")),
    "release": (N_("Letters to release"), N_("Chasing leaves only with a click of yours.")),
    "sign": (N_("Letters to sign"), N_("Numbered letters go out in the name of whoever signs.")),
    "propose": (N_("Proposals"), N_("The ladder has come to its end; decide on a talk or a bulletin.")),
    "call": (N_("To call today"), N_("Is it done? If not: what is in the way, and by when? Note what was said.")),
    "verify": (N_("Reported done, to verify"), N_("Accept it, or return it with the reason.")),
    "extend": (N_("Extensions to decide"), N_("No answer within two working days counts as refused.")),
    "unreported": (N_("Not reported"), N_("A report was asked for and did not come.")),
    "past": (N_("Due before it was assigned"), N_("Nobody was told of these. Are they done?")),
    "undated": (N_("Without a date"), N_("What was written could not be read as a date; set one.")),
}


def desk(visit: Visit) -> Response:
    """Show what waits, section by section."""
    view = View.of(visit)
    found = morning(view.read, view.day)
    opened = view.asked.get("show", "")
    return render(
        visit,
        "desk.html",
        view=view,
        found={name: rows if name == opened else rows[:FOLDED] for name, rows in found.items()},
        counts={name: len(rows) for name, rows in found.items()},
        sections=SECTIONS,
        said=SAID.get(view.asked.get("said", ""), ""),
        kind_word=lambda kind: view.speech(word(KINDS, kind)),
        failed=[_failed(view, letter) for letter in found["failed"]],
        signer=visit.held.grant.name,
    )


def _failed(view: View, letter: Row) -> Row:
    name = letter["person"].removeprefix("unit:")
    known = view.people if letter["person"] == name else view.units
    again = view.moment_words(moment(letter["next_at"])) if letter["state"] != "dead" else ""
    return {**letter, "name": known[name]["name"] if name in known else name, "again": again}


def letter(visit: Visit) -> Response:
    """Show a letter as it would go to one person if what waits on a row were released; nothing is sent or written."""
    view = View.of(visit)
    given = visit.request.path_params
    try:
        number, signer = int(given["number"]), view.asked.get("signer", "") or visit.held.grant.name or "…"
        found = letter_of(visit.house.database, visit.house.settings, number, given["person"], view.today, signer)
    except (ValueError, IndexError, DubanError):
        return notice(visit.request, 404)
    row: dict[str, Any] = next((one for one in _rows(view) if one["id"] == number), {})
    return render(visit, "letter.html", view=view, letter=found, row=row)


def _rows(view: View) -> list[Row]:
    from store import look

    return look.listed(view.read, view.day)
