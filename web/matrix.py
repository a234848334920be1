"""The matrix: who leads, answers and supports what, each with its light; and what each unit has due in each week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from notifications.speech import N_
from store import look
from store.matrix import SIGNS, matrix_of
from web.board import Page, choices, paged
from web.view import Row, View

ROWS = 100  # tasks shown at once; the sums are of all
CELLS = 2500  # parts shown at once: fewer tasks where each has many units, so that a page stays below 400 kB
WEEKS = 8
ROLES: Mapping[str, str] = {
    "lead": N_("leads"),
    "each": N_("answers for itself"),
    "responsible": N_("responsible"),
    "support": N_("supports"),
}
LIGHTS: Mapping[str, str] = {
    "red": N_("overdue or far behind"),
    "yellow": N_("due soon, behind, to verify or not reported"),
    "green": N_("on track or done"),
    "grey": N_("not started, waiting for another task, on hold or ended otherwise"),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """The matrix of one plan, or the part of it shown at once: its tasks by phase, its units, and the sums of all."""

    plan: str
    title: str
    units: Sequence[Mapping[str, str]]
    phases: Sequence[tuple[str, Sequence[Row]]]
    totals: Mapping[str, Mapping[str, int]]
    sums: Mapping[str, int]  # of tasks; one that is led jointly counts once here, and for each unit in `totals`
    page: Page


def sheets(view: View) -> dict[str, Any]:
    """Return the matrices of the plans looked at: all of them while they are short, else one at a time."""
    rows = look.listed(view.read, view.day, view.filters)
    found = matrix_of(view.read, view.day, view.filters, rows)
    together = [row for plan in found for row in plan["rows"]]
    shown = found if len(together) <= _at_once(together) else found[:1]
    return {
        "sheets": [_sheet(view, plan) for plan in shown],
        "others": [plan for plan in found if plan not in shown],
        "signs": SIGNS,
        "roles": ROLES,
        "lights": LIGHTS,
        "load": load(view, rows),
        "choices": choices(view),
    }


def _at_once(rows: Sequence[Row]) -> int:
    """Return how many of *rows* are shown at once."""
    parts = sum(len(row["cells"]) for row in rows)
    return max(10, min(ROWS, CELLS * len(rows) // max(parts, 1)))


def _sheet(view: View, plan: Row) -> Sheet:
    page = paged(view, plan["rows"], _at_once(plan["rows"]))
    phases: list[tuple[str, list[Row]]] = []
    for row in page.rows:
        if not phases or phases[-1][0] != row["phase_title"]:
            phases.append((row["phase_title"], []))
        phases[-1][1].append(row)
    return Sheet(plan["plan"], plan["title"], plan["units"], phases, plan["totals"], _sums(plan["rows"]), page)


def _sums(rows: Sequence[Row]) -> dict[str, int]:
    """Return how many tasks there are, are open, and are overdue."""
    return {
        "leads": len(rows),
        "due": sum(row["open"] > 0 for row in rows),
        "overdue": sum(row["overdue"] > 0 for row in rows),
    }


@dataclass(frozen=True, slots=True)
class Load:
    """How many rows each unit leads that are overdue, or due in one of the next weeks; *most* is the fullest week."""

    weeks: Sequence[tuple[date, date]]
    units: Sequence[tuple[str, str, int, Sequence[int]]]  # id, name, overdue, due in each week
    sums: tuple[int, Sequence[int]]
    most: int

    def depth(self, count: int) -> int:
        """Return how dark a count is shown, 0 to 4."""
        return 0 if not count else min(4, 1 + 4 * (count - 1) // max(self.most, 4))


def load(view: View, rows: Sequence[Row]) -> Load:
    """Return the load of the lead units by week, Monday to Sunday, this week first; a row counts for its first lead."""
    monday = view.day - timedelta(view.day.weekday())
    weeks = [(monday + timedelta(7 * n), monday + timedelta(7 * n + 6)) for n in range(WEEKS)]
    late = Counter(row["lead_ids"][0] for row in look.overdue_among(rows) if row["lead_ids"])
    due: Counter[tuple[str, int]] = Counter()
    for row in look.due(view.read, view.day, weeks[-1][1], view.filters):
        if row["lead_ids"] and row["state"] != "reported":
            due[row["lead_ids"][0], (date.fromisoformat(row["due"]) - monday).days // 7] += 1
    busy = dict.fromkeys((*late, *(unit for unit, _ in due)))
    order = [*(unit for unit in view.units if unit in busy), *(unit for unit in busy if unit not in view.units)]
    units = [(unit, view.unit_name(unit), late[unit], [due[unit, number] for number in range(WEEKS)]) for unit in order]
    sums = [sum(one[3][number] for one in units) for number in range(WEEKS)]
    return Load(weeks, units, (late.total(), sums), max(due.values(), default=0))
