"""The two printers of the listings: JSON whose fields are a contract, and text for whoever reads it in a terminal."""

from __future__ import annotations

from commands.table import Column, table
from notifications.ledger_words import LETTERS, local, word
from notifications.network import trouble_words
from notifications.speech import N_
from notifications.typesetting import wrap
from store.states import LIGHTS

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from typing import Any

    from commands.table import Screen
    from notifications.speech import Speech

    Row = Mapping[str, Any]

_ROW = (
    *("plan", "task", "occurrence", "no", "title", "kind", "lead", "units", "due", "original_due"),
    *("days_overdue", "workdays_overdue", "light", "state"),
)
_LEFT = ("days_left", "workdays_left")
_OCCURRENCE = (
    *("text", "rule", "precision", "declared", "starts", "finished_on", "reported_on", "accepted_on", "paused_until"),
    *("asked_on", "asked_due", "version", "silent", "soft", "fixed", "ladder", "next_at", "target_op", "target_value"),
    *("target_unit", "value", "roles", "people"),
)
FIELDS = {
    "overdue": _ROW,
    "due": (*_ROW, *_LEFT),
    "list": (*_ROW, *_LEFT, "phase", "starts", "finished_on"),
    "timeline": ("plan", "title", "issued", "first", "last", "lines", "closed"),
    "matrix": ("plan", "title", "units", "rows", "totals"),
    "sent": (
        *("id", "day", "person", "name", "channel", "kind", "address", "subject", "state", "made_at", "sent_at"),
        *("next_at", "attempts", "error", "message_id", "signer", "number"),
    ),
    "show": (
        *("plan", "task", "no", "title", "phase", "phase_title", "text", "gone_on", "plan_title", "number", "issuer"),
        *("issued", "closed", "released_on", "spec", "occurrences", "events", "notices", "sums"),
    ),
    "why": ("plan", "task", "no", "title", "released_on", "held", "house_held", "occurrences", "notices"),
}


def as_json(name: str, found: Any, *, ascii_only: bool) -> str:
    """Return what the listing *name* found as JSON: a list with a row a line, or one object."""
    import json

    fields = FIELDS[name]
    if isinstance(found, list):
        written = json.JSONEncoder(ensure_ascii=ascii_only).encode  # one for all rows: making it costs as much as a row
        rows = [written({key: row[key] for key in fields}) for row in found]
        return "[\n" + ",\n".join(rows) + "\n]\n" if rows else "[]\n"
    shown = {key: found[key] for key in fields}
    shown["occurrences"] = [{key: row[key] for key in (*FIELDS["list"], *_OCCURRENCE)} for row in shown["occurrences"]]
    return json.dumps(shown, ensure_ascii=ascii_only, indent=2) + "\n"


def overdue_text(found: list[Row], to_verify: int, speech: Speech, today: date, on: Screen) -> str:
    """Return the overdue list as a supervising office keeps it; *to_verify* counts what is only reported done."""
    day = speech.date(today, today.min)
    if found:
        text = speech.count("{day}: {n} task is overdue.", "{day}: {n} tasks are overdue.", len(found), day=day) + "\n"
        text += _overdue(found, speech, on)
    else:
        text = speech("Nothing is overdue on {day}.", day=day) + "\n"
    if to_verify:
        text += speech.count(
            "{n} more is past its day but reported done; it waits to be accepted: duban list --state reported",
            "{n} more are past their day but reported done; they wait to be accepted: duban list --state reported",
            to_verify,
        )
        text += "\n"
    return text


def _overdue(found: list[Row], speech: Speech, on: Screen) -> str:
    """Return what is overdue as a table: who is to be called, and what is known of it."""
    columns = (
        Column(speech("Working days (days)"), right=True),
        Column(speech("Due")),
        Column(speech("Task"), 2, flows=True),
        Column(speech("No."), 6),
        Column(speech("Title"), flows=True),
        Column(speech("Lead"), flows=True),
        Column(speech("Contact"), 3),
        Column(speech("Originally due"), 4),
        Column(speech("Told last"), 5),
        Column(speech("Last word"), 7, flows=True),
    )
    nobody = speech("no contact") if any(row["contact"] or row["phone"] for row in found) else ""
    rows = [
        (
            speech("{workdays} ({days})", workdays=row["workdays_overdue"], days=row["days_overdue"]),
            row["due"],
            reference(row),
            row["no"],
            row["title"],
            speech.names(row["lead"]),
            f"{row['contact']} {row['phone'] or ''}".strip() or nobody,
            row["original_due"] if row["original_due"] != row["due"] else "",
            row["told_on"] or "",
            row["progress"] or "",
        )
        for row in found
    ]
    return table(columns, rows, on, [("red",)] * len(rows))


def due_text(found: list[Row], speech: Speech, today: date, until: date, on: Screen) -> str:
    """Return what falls due from *today* to *until* as a table, with the days and working days that are left."""
    if not found:
        return speech("Nothing falls due in that time.") + "\n"
    columns = (
        Column(speech("Due")),
        Column(speech("Working days (days)"), right=True),
        Column(speech("Light")),
        Column(speech("Task"), 2, flows=True),
        Column(speech("No."), 3),
        Column(speech("Title"), flows=True),
        Column(speech("Lead"), flows=True),
    )
    rows = [
        (
            row["due"],
            speech("{workdays} ({days})", workdays=row["workdays_left"], days=row["days_left"]),
            speech(row["word"]),
            reference(row),
            row["no"],
            row["title"],
            speech.names(row["lead"]),
        )
        for row in found
    ]
    span = {"day": speech.date(today, today.min), "until": speech.date(until, today)}
    text = speech.count(
        "{day} to {until}: {n} task falls due.", "{day} to {until}: {n} tasks fall due.", len(found), **span
    )
    return f"{text}\n" + table(columns, rows, on, [("", "", row["light"]) for row in found]) + legend(speech, on)


def list_text(found: list[Row], speech: Speech, on: Screen) -> str:
    """Return all rows as a table, each with its light and the word beside it."""
    if not found:
        return speech("There is nothing to list.") + "\n"
    columns = (
        Column(speech("Light")),
        Column(speech("Due")),
        Column(speech("Task"), 2, flows=True),
        Column(speech("No."), 3),
        Column(speech("Title"), flows=True),
        Column(speech("Lead"), flows=True),
        Column(speech("Originally due"), 4),
    )
    words = {one: speech(one) for one in {row["word"] for row in found}}
    rows = [
        (
            words[row["word"]],
            row["due"] or "",
            reference(row),
            row["no"],
            row["title"],
            speech.names(row["lead"]),
            (row["original_due"] or "") if row["original_due"] != row["due"] else "",
        )
        for row in found
    ]
    return table(columns, rows, on, [(row["light"],) for row in found]) + legend(speech, on)


def sent_text(found: list[Row], speech: Speech, timezone: str, on: Screen) -> str:
    """Return the letters that were handed over, or wait for it, as a table."""
    if not found:
        return speech("No letter was handed over in that time.") + "\n"
    columns = (
        Column(speech("Day")),
        Column(speech("State")),
        Column(speech("At"), 2),
        Column(speech("To")),
        Column(speech("Address"), 1),
        Column(speech("Subject"), flows=True),
        Column(speech("Trouble"), 3, flows=True),
    )
    rows = [
        (
            row["day"],
            speech(word(LETTERS, row["state"])),
            local(row["sent_at"], timezone),
            row["name"],
            row["address"],
            row["subject"],
            trouble_words(row["error"] or "", speech),
        )
        for row in found
    ]
    colours = [("", {"sent": "green", "bounced": "red", "dead": "red"}.get(row["state"], "yellow")) for row in found]
    return table(columns, rows, on, colours)


def reference(row: Row) -> str:
    """Return how a row is named on the command line: PLAN/TASK, and its occurrence behind a further stroke."""
    return f"{row['plan']}/{row['task']}/{row['occurrence']}" if row["occurrence"] else f"{row['plan']}/{row['task']}"


def legend(speech: Speech, on: Screen) -> str:
    """Return what the lights mean, for under a table."""
    text = N_(
        "Lights: {red} overdue or far behind; {yellow} due soon, behind, to verify or not reported;"
        " {green} on track or done; {grey} not started, waiting for another task, on hold or ended otherwise."
    )
    words = {light: speech(light) for light in LIGHTS}
    said = speech(text, **words)
    rest, painted = wrap(said, columns=on.columns) if on.columns else said, ""
    for light in LIGHTS:
        before, word, rest = rest.partition(words[light])
        painted += before + on.paint(word, light)
    return painted + rest + "\n"
