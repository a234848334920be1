"""The responsibility matrix: tasks down, units in official order across, who leads, answers and supports, with lights.

Read by the command line and the board alike, by the standard library alone. A cell speaks for one unit; a task
with many rows (months, milestones, one row a unit) shows its worst light, of what is still asked where anything is.
"""

from __future__ import annotations

from store import look, queries
from store.states import ENDED, rank

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from typing import Any

    from store.look import Read, Row

ROLES = ("lead", "each", "responsible", "support")  # the weightiest first: a unit has one sign a task
_WEIGHT = {role: number for number, role in enumerate(ROLES)}
SIGNS = {"lead": "★", "each": "◆", "responsible": "○", "support": "△"}


def matrix(read: Read, day: date, filters: Mapping[str, Any] | None = None) -> list[Row]:
    """Return one matrix a plan, as it stood on *day*.

    Each has plan, title, units ([{id, name}]), rows and totals. A row has task, no, title, phase, phase_title, due
    (the earliest that is open), light, word, open, overdue (how many of its rows are) and cells: {unit: {role, light,
    word, due, rows, open, overdue}}. Totals are {unit: {leads, due, overdue}}: tasks it leads or answers for by itself,
    of those still open, of those overdue.
    """
    return matrix_of(read, day, filters, look.listed(read, day, filters))


def matrix_of(read: Read, day: date, filters: Mapping[str, Any] | None, found: Iterable[Row]) -> list[Row]:
    """Return the matrices of the rows that `look.listed` has found with these filters."""
    parts: dict[int, list[Row]] = {}
    for part in look.parts(read, day, filters):
        parts.setdefault(part["occurrence"], []).append(part)
    phases = {(phase["plan"], phase["id"]): phase["title"] for phase in read(queries.ALL_PHASES)}
    titles = {(task["plan"], task["id"]): task["title"] for task in read(queries.ALL_TASKS)}
    names = {unit["id"]: unit["name"] for unit in read(queries.ALL_UNITS)}
    plans: dict[str, dict[str, Row]] = {}
    for row in found:
        tasks = plans.setdefault(row["plan"], {})
        task = tasks.setdefault(row["task"], _begun(row, phases, titles))
        _count(task, row, parts.get(row["id"], []))
    about = {plan["id"]: plan["title"] for plan in read(queries.ALL_PLANS)}
    return [_of_plan(plan, about.get(plan, plan), by_phase(tasks.values()), names) for plan, tasks in plans.items()]


def by_phase(tasks: Iterable[Row]) -> list[Row]:
    """Return the tasks of a plan in its order, those of a phase together where the first of them stands."""
    found = list(tasks)
    place = {phase: at for at, phase in enumerate(dict.fromkeys(task["phase"] for task in found))}
    return sorted(found, key=lambda task: place[task["phase"]])


def _begun(row: Row, phases: Mapping[tuple[str, str], str], titles: Mapping[tuple[str, str], str]) -> Row:
    return {
        "task": row["task"],
        "no": row["no"],
        "title": titles.get((row["plan"], row["task"]), row["title"]),
        "phase": row["phase"],
        "phase_title": phases.get((row["plan"], row["phase"]), ""),
        "due": None,
        "light": row["light"],
        "word": row["word"],
        "open": 0,
        "overdue": 0,
        "cells": {},
    }


def _count(task: Row, row: Row, parts: Iterable[Row]) -> None:
    """Add one row of the ledger to its task and to the cells of its units."""
    is_open = row["state"] not in (*ENDED, "on_hold")
    _worsen(task, row, is_open)
    due = row["due"] if is_open else None
    task["due"] = _earlier(task["due"], due)
    cells = task["cells"]
    for part in parts:
        role, unit = part["role"], part["unit"]
        cell = cells.get(unit)
        if cell is None:
            cell = cells[unit] = {"role": role, "light": row["light"], "word": row["word"], "due": due, "rows": 0}
            cell |= {"open": 0, "overdue": 0}
        if _WEIGHT[role] < _WEIGHT[cell["role"]]:
            cell["role"] = role
        _worsen(cell, row, is_open)
        cell["rows"] += 1
        cell["due"] = _earlier(cell["due"], due)


def _worsen(told: Row, row: Row, is_open: bool) -> None:
    """Count one row of the ledger in what is told of a task, or of a unit's part in it."""
    if rank(row) < rank(told):
        told["light"], told["word"] = row["light"], row["word"]
    told["open"] += is_open
    told["overdue"] += row["word"] == "overdue"


def _earlier(one: str | None, other: str | None) -> str | None:
    return min(one, other) if one and other else one or other


def _of_plan(plan: str, title: str, rows: list[Row], names: Mapping[str, str]) -> Row:
    """Return the matrix of one plan: its units in official order, those the directory doesn't know last."""
    used = dict.fromkeys(unit for row in rows for unit in row["cells"])
    units = [*(unit for unit in names if unit in used), *(unit for unit in used if unit not in names)]
    return {
        "plan": plan,
        "title": title,
        "units": [{"id": unit, "name": names.get(unit, unit)} for unit in units],
        "rows": rows,
        "totals": _totals(rows, units),
    }


def _totals(rows: Iterable[Row], units: Iterable[str]) -> dict[str, dict[str, int]]:
    totals = {unit: {"leads": 0, "due": 0, "overdue": 0} for unit in units}
    for row in rows:
        for unit, cell in row["cells"].items():
            if cell["role"] in ("lead", "each"):
                total = totals[unit]
                total["leads"] += 1
                total["due"] += cell["open"] > 0
                total["overdue"] += cell["overdue"] > 0
    return totals
