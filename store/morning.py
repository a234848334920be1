"""What waits at an office's desk: letters to let go or sign, people to call, reports to verify, extensions to decide.

Read by the page and the morning letter alike. What waits is told as it is now; rows are shown as of the day.
"""

from __future__ import annotations

import json

from store import look, queries
from store.states import ENDED

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from typing import Any

    from store.references import Read

    Row = dict[str, Any]


def morning(read: Read, day: date) -> dict[str, list[Row]]:
    """Return what waits on *day*, by section; every row has the keys of a listing's row unless said otherwise.

    failed: letters that were given up, or are tried again (not rows). unreleased: plans nothing was released of, with
    notices and people that wait (not rows). release, sign, propose: rows with `notices` that wait for the desk, for a
    signature, or only propose something. call: overdue rows with contact and phone, and `called`, the notes of today.
    verify: rows reported done, with `said`. extend: rows with asked_on, asked_due and `said`. unreported: reports that
    were asked for and didn't come. past: due before they were assigned. undated: without a date anybody could read.
    """
    everything = {row["id"]: row for row in look.listed(read, day)}
    more = {one["id"]: one for one in read(queries.AT_THE_DESK, day=day)}
    words: dict[int, list[Row]] = {}
    for event in read(queries.LAST_WORDS, day=day):
        words.setdefault(event["occurrence"], []).append(event)
    found = {
        "failed": read(queries.TROUBLED_LETTERS),
        "unreleased": read(queries.UNRELEASED, day=day),
        **_held(read, everything),
        "call": [row | _called(words.get(row["id"], ()), day) for row in look.overdue(read, day)],
        "verify": [row for row in everything.values() if row["state"] == "reported"],
        "extend": [row for row in everything.values() if more.get(row["id"], {}).get("asked_due")],
        "unreported": [row for row in everything.values() if row["word"] == "not reported"],
        "past": [row for row in everything.values() if more.get(row["id"], {}).get("silent") == "past"],
        "undated": [row for row in everything.values() if row["kind"] == "undated" and row["state"] not in ENDED],
    }
    for name in ("verify", "extend"):
        found[name] = [row | more.get(row["id"], {}) | _said(words.get(row["id"], ()), name) for row in found[name]]
    found["past"] = [row for row in found["past"] if row["state"] not in ENDED]
    found["undated"] = [row | {"written": more[row["id"]]["text"]} for row in found["undated"] if _is_unread(row, more)]
    return found


def _is_unread(row: Row, more: dict[int, Row]) -> bool:
    """Return whether something is written for a date that nobody could read; where nothing is, a cadence follows it."""
    return bool(more.get(row["id"], {}).get("text"))


def _held(read: Read, everything: dict[int, Row]) -> dict[str, list[Row]]:
    """Return the rows on which something waits for the desk, by what it waits for."""
    names = {one["id"]: one["name"] for one in read(queries.ALL_PEOPLE)}
    names |= {f"unit:{one['id']}": one["name"] for one in read(queries.ALL_UNITS)}
    found: dict[str, dict[int, Row]] = {"desk": {}, "sign": {}, "propose": {}}
    for notice in read(queries.HELD):
        row = everything.get(notice["occurrence"])
        if row is not None:
            waiting = found[notice["reason"]].setdefault(row["id"], row | {"notices": []})
            waiting["notices"].append(notice | {"name": names.get(notice["person"], notice["person"])})
    return {{"desk": "release"}.get(name, name): list(rows.values()) for name, rows in found.items()}


def _called(events: Iterable[Row], day: date) -> Row:
    return {"called": [event["text"] for event in events if event["kind"] == "note" and event["on"] == str(day)]}


def _said(events: Iterable[Row], name: str) -> Row:
    kinds = ("ask",) if name == "extend" else ("report", "progress")
    last = next((event for event in reversed(list(events)) if event["kind"] in kinds), None)
    return {"said": last["text"] if last else "", "late": bool(last and json.loads(last["data"]).get("late"))}
