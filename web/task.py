"""The page of one task: what is known of it, what happened, who was told and why, what comes next, how it was asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from notifications.ledger_words import EVENTS, KINDS, MORE, ROLES, by_role, changes, listed, reader, word
from notifications.speech import N_
from plans.identity import normalised, task_id
from plans.read import read_plan
from plans.trouble import UsageError
from scheduler.decisions import UNDECIDED
from scheduler.desk import FRESH
from scheduler.why import comes_next, decision, holds
from store import history, queries
from store.evidence import of_row
from store.states import ENDED, LIGHTS, STATES
from web.acts import ENDS, SAID
from web.desk import takers
from web.held import held_notices
from web.view import NotHereError, Row, View

LARGEST_SOURCE = 500_000  # characters; a longer file isn't read again for one passage
DATES = {"finished_on": N_("finished on"), "reported_on": N_("reported on"), "accepted_on": N_("accepted on")}


def task(view: View, plan: str, task: str) -> dict[str, Any]:
    """Return all about a task, as far as the token opens it.

    Raises:
        NotHereError: there is no such task, or none of its rows is within the token's filter.
    """
    if plan not in view.plans:
        raise NotHereError
    try:
        found = history.task(view.read, view.day, f"{plan}/{task}")
    except UsageError:
        raise NotHereError from None
    if (found["plan"], found["task"]) != (plan, task):
        raise NotHereError
    found["occurrences"] = _opened(view, found)
    worst = min(found["occurrences"], key=lambda row: LIGHTS.index(row["light"]), default=None)
    return {
        "task": found,
        "worst": worst,
        "facts": list(_facts(view, found)),
        "dates": DATES,
        "history": [event_words(view, event) for event in reversed(found["events"])],
        "told": [_told(view, notice) for notice in reversed(found["notices"])],
        "ahead": [*holds(found, view.speech), *_ahead(view, found)],
        "passage": passage(view, plan, found),
        "files": [(row["id"], of_row(view.read, row["id"])) for row in found["occurrences"]] if view.is_office else [],
        "possible": _possible(found["occurrences"]),
        "waiting": _waiting(view, found["occurrences"]),
        "disclaimed": _disclaimed(view, found),
        "takers": takers(view),
        "leads": list(dict.fromkeys(unit for row in found["occurrences"] for unit in row["lead_ids"])),
        "ends": ENDS,
        "kind_word": lambda kind: view.speech(word(KINDS, kind)),
        "said": SAID.get(view.asked.get("said", ""), ""),
    }


def _ahead(view: View, found: Row) -> Iterable[str]:
    return comes_next(found, view.speech, view.zone, str(view.day), view.name_words)


def _opened(view: View, found: Row) -> list[Row]:
    """Return the rows of a task that lie within the token's filter; all, unless it narrows to a unit or a person."""
    from store import look

    rows: list[Row] = found["occurrences"]
    if not view.scope:
        return rows
    filters = view.within({"plan": found["plan"]}) | {"task": found["task"]}
    inside = {row["id"] for row in look.listed(view.read, view.day, filters)}
    opened = [row for row in rows if row["id"] in inside]
    if not opened:
        raise NotHereError
    return opened


def _possible(rows: list[Row]) -> dict[str, list[Row]]:
    """Return the acts that make sense, each with the rows that it can be done to."""
    live = [row for row in rows if row["state"] not in ENDED]
    movable = [row for row in live if not row["fixed"]]
    fits: dict[str, list[Row]] = {
        "note": rows,
        "seen": [row for row in live if row["state"] in FRESH],
        **dict.fromkeys(("progress", "done", "accept", "transfer", "end"), live),
        **dict.fromkeys(("ask", "extend"), movable),
        "return": [row for row in rows if row["state"] in ("reported", "done")],
        "refuse": [row for row in live if row["asked_on"]],
        "set-aside": [row for row in live if row["state"] != "on_hold"],
        "take-up": [row for row in live if row["state"] == "on_hold"],
        "reopen": [row for row in rows if row["state"] in ENDED],
    }
    return {name: found for name, found in fits.items() if found}


def _waiting(view: View, rows: list[Row]) -> list[tuple[str, Row, list[Row]]]:
    """Return the letters that wait for the office: section, row, and the notices; nothing for anybody else."""
    held = held_notices(view) if view.is_office else {}
    sections = ("release", "sign", "propose")
    return [(name, row, held[row["id"], name]) for row in rows for name in sections if (row["id"], name) in held]


def _disclaimed(view: View, found: Row) -> list[Row]:
    """Return the rows whose unit said that they aren't theirs, as long as the office hasn't decided that."""
    if not view.is_office:
        return []
    sql = f"SELECT e.occurrence FROM event e WHERE e.plan = :plan AND e.task = :task AND {UNDECIDED}"
    said = {one["occurrence"] for one in view.read(sql, plan=found["plan"], task=found["task"])}
    return [row for row in found["occurrences"] if row["id"] in said and row["state"] not in ENDED]


def _facts(view: View, found: Row) -> list[tuple[str, str]]:
    speech = view.speech
    facts = [(speech("Deadline as written"), found["text"])]
    facts += [(speech(word(ROLES, role)), speech.names(names)) for role, names in by_role(found["occurrences"])]
    facts += [(speech(MORE[name]), listed(value, speech)) for name, value in found["spec"].items() if name in MORE]
    if found["gone_on"]:
        facts.append((speech("Gone"), speech("no longer in the plan since {day}", day=found["gone_on"])))
    return [fact for fact in facts if fact[1]]


def event_words(view: View, event: Mapping[str, Any]) -> Row:
    """Return an event of the history as it is read: day, what, of which row, who, and what was said or changed."""
    return {
        "on": event["on"],
        "at": view.moment_words(event["at"]) if isinstance(event["at"], str) else "",
        "what": view.speech(word(EVENTS, event["kind"])),
        "row": view.name_words(event["occurrence"]) if event["occurrence"] else "",
        "who": event["actor"],
        "text": event["text"],
        "changes": changes(event["data"], view.speech, STATES) if isinstance(event["data"], dict) else "",
    }


def _told(view: View, notice: Row) -> Row:
    """Return a notice as it is read; who isn't the office learns no mail address."""
    shown = notice if view.is_office else {**notice, "address": notice["name"], "error": ""}
    return {
        "day": notice["day"],
        "row": view.name_words(notice["occurrence"]) if notice["occurrence"] else "",
        "what": view.speech(word(KINDS, notice["kind"])),
        "name": reader(notice, view.speech),
        "role": view.speech(word(ROLES, notice["why"])) if notice["why"] else "",
        "decision": decision(shown, view.speech, view.zone),
        "state": notice["letter_state"] or notice["state"],
    }


def passage(view: View, plan: str, found: Row) -> Row | None:
    """Return the lines of the plan's file that ask for the task, as last applied, and the number of the first."""
    applied = view.read(queries.PLAN, plan=plan)[0]
    if len(applied["source"]) > LARGEST_SOURCE:
        return None
    read, _ = read_plan(applied["source"], applied["file"])
    begins = [one.place.line for one in read.tasks] if read else []
    titled = normalised(found["title"])
    for number, one in enumerate(read.tasks if read else ()):
        if found["task"] in (one.id, task_id(plan, one.title)) or (not one.id and normalised(one.title) == titled):
            lines = applied["source"].splitlines()
            last = begins[number + 1] - 1 if number + 1 < len(begins) else len(lines)
            text = "\n".join(lines[begins[number] - 1 : last]).rstrip()
            return {"file": applied["file"], "line": begins[number], "text": text}
    return None
