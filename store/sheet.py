"""The ledger in an office's own header (台账), a line a row: what was asked of whom, how far it is, what was said."""

from __future__ import annotations

import json

from store import look, queries
from store.reorganised import contacts, holders
from store.states import ENDED, N_, behind, expected

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date
    from typing import Any

    Row = dict[str, Any]
    Read = Callable[..., list[Row]]

COLUMNS = {
    "line": N_("Line"),
    "number": N_("Sheet numbers"),
    "source": N_("Source (document)"),
    "title": N_("Key task"),
    "target": N_("Goal"),
    "leader": N_("Leader in charge"),
    "lead": N_("Lead unit"),
    "owner": N_("Person answerable"),
    "support": N_("Supporting units"),
    "contact": N_("Contact and telephone"),
    "starts": N_("Begins"),
    "original_due": N_("Due at first"),
    "due": N_("Due now (by whom, how often extended)"),
    "progress": N_("Progress (as of {day})"),
    "value": N_("Reached / to reach"),
    "time": N_("Progress against time"),
    "state": N_("State (light)"),
    "problem": N_("Problem"),
    "next": N_("Next steps and date expected"),
    "evidence": N_("Evidence"),
    "reporter": N_("Reported by / accepted by"),
    "chased": N_("Reminders"),
    "accepted_on": N_("Closed on"),
    "note": N_("Notes of the plan"),
}
EXTRA = """
SELECT o.id, o.part, o.extended, o.accepted_on, o.asked_on, o.asked_due, t.spec,
    p.number AS plan_number, p.title AS plan_title
FROM occurrence o JOIN task t ON t.plan = o.plan AND t.id = o.task JOIN plan p ON p.id = o.plan WHERE o.plan = :plan"""
PEOPLE = """
SELECT q.occurrence, q.role, q.person FROM occurrence_person q JOIN occurrence o ON o.id = q.occurrence
WHERE o.plan = :plan ORDER BY q.occurrence, q.position"""
UNITS = """
SELECT q.occurrence, q.role, q.unit FROM occurrence_unit q JOIN occurrence o ON o.id = q.occurrence
WHERE o.plan = :plan ORDER BY q.occurrence, q.position"""
EVENTS = """
SELECT e.occurrence, e.kind, e.text, e.actor, e."on" FROM event e
WHERE e.plan = :plan AND e."on" <= :day AND e.kind IN ('progress', 'report', 'accept', 'extend', 'return', 'ask')
ORDER BY e.id"""
EVIDENCE = """
SELECT x.occurrence, x.name FROM evidence x JOIN event e ON e.id = x.event
WHERE e.plan = :plan AND e."on" <= :day ORDER BY x.id"""
TOLD = """
SELECT n.occurrence, n.number, l.day, n.kind FROM notice n JOIN letter l ON l.id = n.letter
JOIN occurrence o ON o.id = n.occurrence
WHERE o.plan = :plan AND n.state = 'in_letter' AND l.state <> 'void' AND n.role = 'to' AND l.day <= :day
GROUP BY n.occurrence, n.number, l.day, n.kind ORDER BY l.day"""
CHASING = ("late", "urge", "press")


def sheet(read: Read, day: date, plan: str, words: Callable[[Row], str]) -> list[Row]:
    """Return a plan's rows as they stood on *day*, each with the keys of COLUMNS, all of them texts.

    *words* says how a row stands and its light in words. Rows that only ask for a report are left out.
    """
    shown = [row for row in look.listed(read, day, {"plan": plan, "units": True}) if row["kind"] != "report"]
    more = {row["id"]: row for row in read(EXTRA, plan=plan)}
    people = {one["id"]: one for one in read(queries.ALL_PEOPLE)}
    units = {one["id"]: one for one in read(queries.ALL_UNITS)}
    parts = _grouped([*read(PEOPLE, plan=plan), *read(UNITS, plan=plan)])
    events, told = _grouped(read(EVENTS, plan=plan, day=day)), _grouped(read(TOLD, plan=plan, day=day))
    files = _grouped(read(EVIDENCE, plan=plan, day=day))
    holder, by_unit = holders(read, day), contacts(read(queries.ALL_UNITS), day)

    def called(number: int, role: str) -> list[Row]:
        found = (one for one in parts.get(number, ()) if one["role"] == role)
        return [
            people.get(holder(one["person"]), {}) if "person" in one else units.get(one["unit"], {}) for one in found
        ]

    lines = []
    for place, row in enumerate(shown, start=1):
        number = row["id"]
        reading = [contact for unit in row["lead_ids"] for _, contact in by_unit.get(unit, ())]
        named = called(number, "contact") or [people.get(holder(contact), {}) for contact in reading]
        lines.append(
            {"line": row["no"] or str(place), "state": words(row)}
            | _asked(row, more[number])
            | {role: _names(called(number, role)) for role in ("leader", "owner", "support")}
            | {"contact": _names(named, phone=True)}
            | _happened(row, more[number], events.get(number, ()), told.get(number, ()), day)
            | {"next": _next(row, more, events.get(number, ()), shown, day)}
            | {"evidence": "、".join(file["name"] for file in files.get(number, ()))}
        )
    return lines


def _asked(row: Row, more: Row) -> Row:
    """Return what was asked: the document, the task, its quantities, its dates."""
    spec = json.loads(more["spec"])
    targets = [f"{t['indicator']} {t['op']} {t['value']:g}{t['unit']}" for t in spec.get("targets", ())]
    return {
        "source": " ".join(filter(None, (more["plan_number"] or more["plan_title"], spec.get("source", "")))),
        "title": row["title"],
        "target": "; ".join(targets),
        "lead": "、".join(row["lead"]),
        "starts": row["starts"] or "",
        "original_due": row["original_due"] or "",
        "problem": spec.get("problem", ""),
        "note": spec.get("note", ""),
    }


def _happened(row: Row, more: Row, events: Iterable[Row], told: Iterable[Row], day: date) -> Row:
    """Return what has happened: the date in force and who set it, progress, numbers, reminders, the end."""
    last = {event["kind"]: event for event in events}
    said = [event for event in events if event["kind"] in ("progress", "report") and event["text"]]
    moved = row["due"] and row["original_due"] and row["due"] != row["original_due"]
    by = last.get("extend", {}).get("actor", "")
    asked = expected(row, day.isoformat()) if row["target_value"] else None
    short = behind(row, day.isoformat()) if row["target_value"] else None
    reporter = [last[kind]["actor"] for kind in ("report", "accept") if kind in last and last[kind]["actor"]]
    chased = [one for one in told if one["kind"] in CHASING]
    return {
        "due": f"{row['due']} ({by} ×{more['extended']})"
        if moved and more["extended"]
        else row["due"]
        if moved
        else "",
        "progress": " ".join((said[-1]["on"], said[-1]["text"])) if said else "",
        "value": "" if row["value"] is None else f"{row['value']:g} / {row['target_value'] or 0:g}{row['target_unit']}",
        "time": "" if asked is None or short is None else f"{asked - short:.0f} % / {asked:.0f} %",
        "reporter": " / ".join(dict.fromkeys(reporter)),
        "chased": ", ".join(one["day"] for one in chased),
        "number": ", ".join(dict.fromkeys(one["number"] for one in told if one["number"])),
        "accepted_on": more["accepted_on"] if row["state"] == "done" and more["accepted_on"] else "",
    }


def _next(row: Row, more: Mapping[int, Row], events: Iterable[Row], shown: Iterable[Row], day: date) -> str:
    """Return the date that was asked for with its reason, and the first step of the task that is still open."""
    said, own = [], more[row["id"]]
    if own["asked_due"] and own["asked_on"] <= day.isoformat():
        asked = [event["text"] for event in events if event["kind"] == "ask"]
        said.append(f"{own['asked_due']} {asked[-1] if asked else ''}".strip())
    if own["part"] or row["state"] in ENDED:
        return "; ".join(said)
    beside = (step for step in shown if (step["task"], step["leads"]) == (row["task"], row["leads"]))
    steps = [step for step in beside if more[step["id"]]["part"] and step["due"] and step["state"] not in ENDED]
    if steps:
        first = min(steps, key=lambda step: step["due"])
        said.append(f"{first['title']} {first['due']}")
    return "; ".join(said)


def _names(found: Iterable[Mapping[str, Any]], *, phone: bool = False) -> str:
    names = (f"{one['name']} {one.get('phone') or ''}".strip() if phone else one["name"] for one in found if one)
    return "、".join(dict.fromkeys(names))


def _grouped(found: Iterable[Row]) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = {}
    for one in found:
        groups.setdefault(one["occurrence"], []).append(one)
    return groups
