"""The morning desk: what waits for the office, in the order it is worked through, each with the forms to do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from notifications.climbing import people
from notifications.ledger_words import KINDS, word
from notifications.network import trouble_words
from notifications.notices import DeskLine
from notifications.speech import N_
from plans.trouble import DubanError
from scheduler.desk_list import DeskList
from scheduler.matters import Desk, is_over
from scheduler.preview import letter_of
from scheduler.sending import mail_of
from store import look, queries
from store.database import row
from store.evidence import File, of_row
from store.history import moment
from web.acts import SAID
from web.held import held_notices
from web.rendering import notice, render
from web.reports import hand_out
from web.view import Row, View
from web.visit import Visit

FOLDED = 40  # items of a section that are shown before it is opened
SECTIONS: Mapping[str, tuple[str, str]] = {
    # section: heading, and what is done there
    "failed": (
        N_("Letters that could not be sent"),
        N_("Correct the address in the directory and apply it, then try again, or call and leave it at that."),
    ),
    "bounced": (
        N_("Letters that came back"),
        N_("Correct the address in the directory and apply it, then have it written anew, or call and leave it."),
    ),
    "unheard": (
        N_("Reminders that found nobody"),
        N_("Tell the unit yourself, and name somebody in the directory. What came before can still be released."),
    ),
    "unreleased": (N_("Plans whose letters wait"), N_("Read what would be sent, then release the plan.")),
    "release": (N_("Letters to release"), N_("Chasing leaves only with a click of yours.")),
    "sign": (N_("Letters to sign"), N_("Numbered letters go out in the name of whoever signs.")),
    "propose": (N_("Proposals"), N_("The ladder has come to its end; decide on a talk or a bulletin.")),
    "call": (N_("To call today"), N_("Is it done? If not: what is in the way, and by when? Note what was said.")),
    "verify": (N_("Reported done, to verify"), N_("Accept it, or return it with the reason.")),
    "extend": (N_("Extensions to decide"), N_("No answer within two working days counts as refused.")),
    "disclaim": (N_("Said not to be theirs"), N_("Give it to the unit it belongs to, or say why it stays.")),
    "unreported": (N_("Not reported"), N_("A report was asked for and did not come.")),
    "past": (N_("Due before it was assigned"), N_("Nobody was told of these. Are they done?")),
    "undated": (N_("Without a date"), N_("What was written could not be read as a date; set one.")),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: a line of the desk's list, the row behind it, letters that wait on it, files with it.

    *reached* is where the reader of a refused letter is reached now; *once* says that it is written but once.
    """

    line: DeskLine
    row: Row = field(default_factory=dict)
    notices: tuple[Row, ...] = ()
    files: Sequence[tuple[int, int, File]] = ()
    reached: str = ""
    once: bool = False


def desk(visit: Visit) -> Response:
    """Show what waits, section by section."""
    view = View.of(visit)
    found = waiting(visit, view)
    opened = view.asked.get("show", "")
    return render(
        visit,
        "desk.html",
        view=view,
        found={name: items if name == opened else items[:FOLDED] for name, items in found.items()},
        counts={name: len(items) for name, items in found.items()},
        sections=SECTIONS,
        said=SAID.get(view.asked.get("said", ""), ""),
        roles=lambda roles: people(view.speech, roles),
        kind_word=lambda kind: view.speech(word(KINDS, kind)),
        retried=[_retried(view, letter) for letter in view.read(queries.RETRIED_LETTERS)],
        takers=takers(view),
        troubles=visit.troubles,
    )


def takers(view: View) -> list[tuple[str, str]]:
    """Return the units that can take a task over: those that are still there on the day that acts take effect."""
    today = str(view.today)
    return [(key, one["name"]) for key, one in view.units.items() if not one["until"] or one["until"] > today]


def waiting(visit: Visit, view: View) -> dict[str, list[Item]]:
    """Return the desk's list as the morning letter has it, whole, by section; and the reports that didn't come."""
    rows = {row["id"]: row for row in look.listed(view.read, view.day)}
    held = held_notices(view)
    found: dict[str, list[Item]] = {name: [] for name in SECTIONS}
    with visit.house.database.read() as connection:
        desk = Desk(connection, visit.house.settings.send_at)
        for line in DeskList(desk, view.day, list(desk.plans)).lines(whole=True):
            if line.section in ("failed", "bounced"):
                found[line.section].append(_refused(connection, line))
            elif not line.row:
                found["unreleased"].append(Item(line))
            elif line.row in rows:
                notices = tuple(held.get((line.row, line.section), ()))
                files = of_row(view.read, line.row) if line.section == "verify" else ()
                found[line.section].append(Item(line, rows[line.row], notices, files))
        listed = {item.line.key for item in found["unreleased"]}
        waits = [one for key, one in desk.plans.items() if key in view.plans and key not in listed]
    found["unreleased"] += [
        Item(DeskLine("release", one["title"], key=one["id"]))  # nothing of it has come due yet
        for one in waits
        if one["released_on"] is None and one["issued"] <= view.day and not is_over(one, view.day)
    ]
    found["unreported"] = [
        Item(DeskLine("undated", title=row["title"]), row) for row in rows.values() if row["word"] == "not reported"
    ]
    return found


def _refused(connection: Connection, line: DeskLine) -> Item:
    """Return a line about a letter that was refused or came back, with where its reader is reached now."""
    sql = "SELECT person, EXISTS (SELECT id FROM notice WHERE letter = l.id) AS told FROM letter l WHERE id = :id"
    letter = row(connection, sql, id=line.letter)
    if letter is None:
        return Item(line)
    return Item(line, reached=mail_of(connection, letter["person"]), once=not letter["told"])


def _retried(view: View, letter: Row) -> Row:
    error = trouble_words(letter["error"], view.speech)
    return {**letter, "error": error, "again": view.moment_words(moment(letter["next_at"]))}


def file(visit: Visit) -> Response:
    """Hand out a file that came with a report on a row."""
    return hand_out(visit, visit.request.path_params["number"])


def letter(visit: Visit) -> Response:
    """Show a letter as it would go to one person if what waits on a row were released; nothing is sent or written."""
    view = View.of(visit)
    given: dict[str, Any] = visit.request.path_params
    signer = view.asked.get("signer", "") or visit.held.grant.name or "…"
    settings, person = visit.house.settings, given["person"]
    try:
        found = letter_of(visit.house.database, settings, given["number"], person, view.today, signer)
    except DubanError:
        return notice(visit.request, 404)
    return render(visit, "letter.html", view=view, letter=found)
