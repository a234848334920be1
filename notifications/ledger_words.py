"""What the ledger's own names are called: roles, letters, events, columns; for the command line and the pages alike.

Only the standard library, because every listing comes by here.
"""

from __future__ import annotations

from notifications.speech import N_

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from notifications.speech import Speech

    Row = Mapping[str, Any]

ROLES = {
    "lead": N_("Lead"),
    "responsible": N_("Responsible"),
    "support": N_("Support"),
    "each": N_("Each one"),
    "leader": N_("Leader"),
    "owner": N_("Owner"),
    "contact": N_("Contact"),
    "deputy": N_("Deputy"),
    "head": N_("Head"),
    "reviewer": N_("Reviewer"),
    "inform": N_("For information"),
    "office": N_("Office"),
    "unit": N_("Unit's mailbox"),
}
KINDS = {
    "assign": N_("assignment"),
    "notice": N_("reminder"),
    "today": N_("due today"),
    "late": N_("overdue"),
    "behind": N_("behind time"),
    "urge": N_("urging letter"),
    "press": N_("supervision letter"),
    "report": N_("report asked for"),
    "changed": N_("change"),
    "returned": N_("return"),
    "accepted": N_("acceptance"),
    "received": N_("receipt"),
    "cancelled": N_("cancellation"),
    "propose": N_("for the office to think about"),
}
EVENTS = {
    "applied": N_("plan applied"),
    "added": N_("taken into the ledger"),
    "past": N_("taken into the ledger, past its day"),
    "moved": N_("date moved"),
    "changed": N_("changed"),
    "revived": N_("taken up again"),
    "gone": N_("gone from the plan"),
    "kept": N_("goes on without the plan"),
    "dropped": N_("no longer asked"),
    "report": N_("reported"),
    "progress": N_("progress"),
    "accept": N_("accepted"),
    "return": N_("returned"),
    "ask": N_("extension asked for"),
    "refuse": N_("extension refused"),
    "disclaim": N_("said not to be theirs"),
    "stays": N_("stays with its unit"),
    "extend": N_("extended"),
    "reopen": N_("reopened"),
    "unanswered": N_("extension not answered, so not granted"),
    "acknowledge": N_("received"),
    "set_aside": N_("put on hold"),
    "take_up": N_("taken up again"),
    "routine": N_("made routine"),
    "merged": N_("merged into another task"),
    "carried_over": N_("carried over"),
    "taken_over": N_("taken over from another plan"),
    "unit_renamed": N_("unit renamed"),
    "cancel": N_("cancelled"),
    "lapse": N_("lapsed, the next report is asked for"),
    "handover": N_("handed over"),
    "transfer": N_("transferred"),
    "note": N_("note"),
    "call": N_("telephone call"),
    "release": N_("released"),
    "drop": N_("not sent, by decision"),
    "again": N_("letter that was refused or came back sent again, by decision"),
    "left": N_("letter that was refused or came back left at that"),
    "hold": N_("letters put on hold"),
    "resume": N_("letters sent again"),
    "closed": N_("plan closed"),
}
NAMES = {
    "due": N_("due"),
    "state": N_("state"),
    "lead": N_("lead unit"),
    "asked_due": N_("asked until"),
    "title": N_("title"),
    "finished_on": N_("finished on"),
    "reported_on": N_("reported on"),
    "accepted_on": N_("accepted on"),
}
MORE = {
    "problem": N_("Problem"),
    "measures": N_("Measures"),
    "targets": N_("Targets"),
    "after": N_("After"),
    "review": N_("Review"),
    "tags": N_("Tags"),
    "source": N_("Source"),
    "note": N_("Note"),
}
NOTHING = "–"  # what stands for a value that isn't there
LETTERS = {
    "ready": N_("waiting"),
    "claimed": N_("being sent"),
    "sent": N_("sent"),
    "bounced": N_("came back"),
    "dead": N_("failed"),
}


def word(words: Mapping[str, str], name: str) -> str:
    """Return what a name of the ledger is called; one that *words* doesn't know stays as it is."""
    return words.get(name, name)


def reader(notice: Row, speech: Speech) -> str:
    """Return who is told, and for whom where they stand in for somebody who was away."""
    if not notice["instead_of"]:
        return str(notice["name"])
    return speech("{name} (for {absent})", name=notice["name"], absent=notice["instead_of"])


def listed(value: Any, speech: Speech) -> str:
    """Return a value of the plan file on one line."""
    if isinstance(value, list):
        return speech.names(listed(one, speech) for one in value)
    if isinstance(value, dict) and "indicator" in value:
        sign = {">=": "≥", "<=": "≤", "=": ""}.get(value.get("op", ">="), value.get("op", ""))
        return f"{value['indicator']} {sign}{value['value']:g}{value.get('unit', '')}"
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values() if part != "")
    return str(value)


def by_role(occurrences: Iterable[Row]) -> list[tuple[str, list[str]]]:
    """Return the names of units and people by role, in the order of ROLES, each once."""
    found: dict[str, list[str]] = {role: [] for role in ROLES}
    for row in occurrences:
        for role, name in (*row["roles"], *row["people"]):
            names = found.setdefault(role, [])
            if name not in names:
                names.append(name)
    return [(role, names) for role, names in found.items() if names]


def changes(data: Mapping[str, Any], speech: Speech, states: Mapping[str, str]) -> str:
    """Return what an event changed: due 2018-05-25 → 2018-06-01, finished on 2018-05-30; *states* are words for states.

    Where there was nothing before, only what there is now is said; a request that was decided goes without a word.
    """
    found = []
    for name, change in data.items():
        if name not in NAMES or not isinstance(change, list) or len(change) != 2:
            continue
        if name == "asked_due" and not change[1]:
            continue
        old, new = (_value(states if name == "state" else {}, value, speech) for value in change)
        found.append(f"{speech(NAMES[name])} " + (f"{old} → {new}" if old != NOTHING else new))
    if data.get("into"):
        found.append(speech("goes on in {task}", task=data["into"]))
    if data.get("numbers"):
        found.append(
            speech("Signed by {signer}: {numbers}", signer=data["signer"], numbers=speech.names(data["numbers"]))
        )
    return speech.names(found)


def _value(words: Mapping[str, str], value: Any, speech: Speech) -> str:
    """Return a value in words: a state as it is called, several units by their names."""
    if value in (None, "", []):
        return NOTHING
    if isinstance(value, list):
        return speech.names(value)
    return speech(words[value]) if value in words else str(value)


def local(moment: str | None, timezone: str) -> str:
    """Return an instant as date and time in a zone; an unknown zone leaves it in UTC, "" stays for None."""
    if not moment:
        return ""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    try:
        zone = ZoneInfo(timezone)
    except (OSError, ValueError, KeyError):
        return moment
    return f"{datetime.fromisoformat(moment).astimezone(zone):%Y-%m-%d %H:%M}"
