"""One task told to a person: everything that is known of it, and who was told what, why, and what comes next."""

from __future__ import annotations

from commands.printing import legend, local, word
from commands.table import Column, table
from notifications.speech import N_
from notifications.typesetting import plain
from scheduler.reasons import REASONS

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from commands.table import Screen
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
    "urge": N_("urging letter"),
    "press": N_("supervision letter"),
    "report": N_("report asked for"),
    "changed": N_("change"),
    "returned": N_("return"),
    "accepted": N_("acceptance"),
    "cancelled": N_("cancellation"),
}
EVENTS = {
    "applied": N_("plan applied"),
    "assigned": N_("assigned"),
    "moved": N_("date moved"),
    "changed": N_("changed"),
    "revived": N_("taken up again"),
    "reported": N_("reported"),
    "accepted": N_("accepted"),
    "returned": N_("returned"),
    "reopened": N_("reopened"),
    "extended": N_("extended"),
    "cancelled": N_("cancelled"),
    "handed_over": N_("handed over"),
    "note": N_("note"),
    "released": N_("released"),
}
NAMES = {
    "due": N_("due"),
    "state": N_("state"),
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


def show_text(found: Row, speech: Speech, on: Screen) -> str:
    """Return everything that is known of a task: what was asked, how it stands, what happened, who was told."""
    heading = on.paint(plain(f"{found['plan']}/{found['task']}  {found['title']}"), "head")
    parts = [f"{heading}\n{_facts(found, speech, on)}", _standing(found["occurrences"], speech, on)]
    if found["events"]:
        parts.append(on.paint(speech("History"), "head") + "\n" + _events(found["events"], speech, on))
    told = sum(notice["letter_state"] == "sent" for notice in found["notices"])
    if told:
        where = f"{found['plan']}/{found['task']}"
        line = speech.count(
            "{n} letter was sent on it: duban why {task}",
            "{n} letters were sent on it: duban why {task}",
            told,
            task=where,
        )
        parts.append(f"{line}\n")
    return "\n".join(parts)


def _facts(found: Row, speech: Speech, on: Screen) -> str:
    plan = f"{found['plan_title']}  {found['number']}".strip()
    facts = [
        (speech("Plan"), plan),
        (speech("No."), found["no"]),
        (speech("Phase"), found["phase_title"] or found["phase"]),
        (speech("Deadline as written"), found["text"]),
        *((speech(MORE[name]), _listed(value, speech)) for name, value in found["spec"].items() if name in MORE),
    ]
    for role, names in _by_role(found["occurrences"]):
        facts.append((speech(word(ROLES, role)), speech.names(names)))
    if found["gone_on"]:
        facts.append((speech("Gone"), speech("no longer in the plan since {day}", day=found["gone_on"])))
    return table([Column(""), Column("", flows=True)], [fact for fact in facts if fact[1]], on)


def _listed(value: Any, speech: Speech) -> str:
    """Return a value of the plan file on one line."""
    if isinstance(value, list):
        return speech.names(_listed(one, speech) for one in value)
    if isinstance(value, dict) and "indicator" in value:
        sign = {">=": "≥", "<=": "≤", "=": ""}.get(value.get("op", ">="), value.get("op", ""))
        return f"{value['indicator']} {sign}{value['value']:g}{value.get('unit', '')}"
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values() if part != "")
    return str(value)


def _by_role(occurrences: Iterable[Row]) -> list[tuple[str, list[str]]]:
    """Return the names of units and people by role, in the order of ROLES, each once."""
    found: dict[str, list[str]] = {role: [] for role in ROLES}
    for row in occurrences:
        for role, name in (*row["roles"], *row["people"]):
            names = found.setdefault(role, [])
            if name not in names:
                names.append(name)
    return [(role, names) for role, names in found.items() if names]


def _standing(occurrences: Sequence[Row], speech: Speech, on: Screen) -> str:
    """Return how the rows of a task stand, as a table."""
    columns = (
        Column(speech("Row")),
        Column(speech("Light")),
        Column(speech("Due")),
        Column(speech("Originally due"), 3),
        Column(speech("Finished on"), 2),
        Column(speech("Reported on"), 4),
        Column(speech("Accepted on"), 5),
        Column(speech("Last value"), 6),
        Column(speech("Extension asked until"), 1),
    )
    rows = [
        (
            row["occurrence"],
            speech(row["word"]),
            row["due"] or "",
            (row["original_due"] or "") if row["original_due"] != row["due"] else "",
            row["finished_on"] or "",
            row["reported_on"] or "",
            row["accepted_on"] or "",
            "" if row["value"] is None else f"{row['value']:g}{row['target_unit']}",
            (row["asked_due"] or "") if row["asked_on"] else "",
        )
        for row in occurrences
    ]
    if not rows:
        return speech("Nothing of it can be on time or late on that day.") + "\n"
    return table(columns, rows, on, [("", row["light"]) for row in occurrences]) + legend(speech, on)


def _events(events: Iterable[Row], speech: Speech, on: Screen) -> str:
    columns = (Column(""), Column(""), Column("", 3), Column("", 2), Column("", flows=True))
    rows = [
        (
            event["on"],
            speech(word(EVENTS, event["kind"])),
            event["occurrence"] or "",
            event["actor"],
            " ".join(filter(None, (_changes(event["data"], speech), event["text"]))),
        )
        for event in events
    ]
    return table(columns, rows, on)


def _changes(data: Mapping[str, Any], speech: Speech) -> str:
    """Return what an event changed, old and new: due 2018-05-25 → 2018-06-01."""
    changes = []
    for name, change in data.items():
        if name in NAMES and isinstance(change, list) and len(change) == 2:
            old, new = ("–" if value in (None, "") else str(value) for value in change)
            changes.append(f"{speech(NAMES[name])} {old} → {new}")
    return speech.names(changes)


def why_text(found: Row, speech: Speech, zone: str, on: Screen) -> str:
    """Return every notice of a task with its decision in words, and what comes next."""
    parts = [on.paint(plain(f"{found['plan']}/{found['task']}  {found['title']}"), "head") + "\n"]
    if found["notices"]:
        parts[0] += _notices(found["notices"], speech, zone, on)
    else:
        parts[0] += speech("Nobody has been told of it, and nothing was decided yet.") + "\n"
    parts.append("".join(f"{plain(line)}\n" for line in (*_holds(found, speech), *_next(found, speech, zone))))
    return "\n".join(filter(None, parts))


def _notices(notices: Iterable[Row], speech: Speech, zone: str, on: Screen) -> str:
    columns = (
        Column(speech("Day")),
        Column(speech("Row"), 4),
        Column(speech("Stage"), 3),
        Column(speech("What"), 2),
        Column(speech("To")),
        Column(speech("As"), 1),
        Column(speech("Decision"), flows=True),
    )
    rows = [
        (
            notice["day"],
            notice["occurrence"],
            notice["stage"],
            speech(word(KINDS, notice["kind"])),
            notice["name"],
            speech(word(ROLES, notice["why"])) if notice["why"] else "",
            _decision(notice, speech, zone),
        )
        for notice in notices
    ]
    return table(columns, rows, on)


def _decision(notice: Row, speech: Speech, zone: str) -> str:
    """Return in words what became of a notice."""
    why = speech(REASONS[notice["reason"]]) if notice["reason"] in REASONS else notice["reason"]
    if notice["state"] == "suppressed":
        return speech("not told: {why}", why=why)
    if notice["state"] == "held":
        return speech("held back: {why}", why=why)
    if notice["state"] == "planned":
        return speech("goes with the next letter")
    late = speech(" (late)") if notice["late"] else ""
    return _letter(notice, speech, zone) + late


def _letter(notice: Row, speech: Speech, zone: str) -> str:
    values = {"address": notice["address"], "number": notice["letter"], "error": notice["error"] or "–"}
    if notice["letter_state"] == "sent":
        return speech("sent to {address}, {at}", at=local(notice["sent_at"], zone), **values)
    if notice["letter_state"] == "dead":
        return speech("letter {number} to {address} failed for good: {error}", **values)
    if notice["error"]:
        at = local(notice["try_at"], zone)
        return speech("letter {number} to {address} is tried again {at}: {error}", at=at, **values)
    return speech("letter {number} to {address} waits to be handed over", **values)


def _holds(found: Row, speech: Speech) -> Iterable[str]:
    """Yield what holds back every letter of the task."""
    if not found["released_on"]:
        yield speech("The plan's letters wait for: duban release {plan}", plan=found["plan"])
    if found["held"]:
        yield speech("The plan's letters are on hold: {why}", why=found["held"])
    if found["house_held"]:
        yield speech("All letters are on hold: {why}", why=found["house_held"])


def _next(found: Row, speech: Speech, zone: str) -> Iterable[str]:
    """Yield for each row what comes next."""
    for row in found["occurrences"]:
        name = row["occurrence"] or found["task"]
        if row["next_at"]:
            at = local(row["next_at"], zone)
            yield speech("{name}: the next stage is decided {at}.", name=name, at=at)
        else:
            yield speech("{name}: nothing comes by itself ({state}).", name=name, state=_quiet(row, speech))
        if row["paused_until"]:
            yield speech("{name}: the ladder rests until {day}.", name=name, day=row["paused_until"])


def _quiet(row: Row, speech: Speech) -> str:
    """Return why nothing comes by itself."""
    if row["silent"]:
        return speech(word(REASONS, row["silent"]))
    return speech(row["word"])
