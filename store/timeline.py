"""Plans over time: a line a task with its span and its dated rows, by phase, and the days on which nobody works.

Read by the command line and the pages alike, by the standard library alone. Days are ISO texts.
"""

from __future__ import annotations

from datetime import date, timedelta

from store import look, queries
from store.matrix import by_phase
from store.states import rank

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from store.look import Read, Row

MARGIN = timedelta(days=3)  # beside the first and the last day shown


def timeline(read: Read, day: date, filters: Mapping[str, Any] | None = None) -> list[Row]:
    """Return one chart a plan, as it stood on *day*.

    Each has plan, title, first and last (the days shown), lines and closed ([first, last] of each run of days off). A
    line is a task: task, no, title, phase, phase_title, phase_starts, phase_due, starts, due (its last day), light,
    word, lead and marks: a day each, with light, word, names of the rows due then, and `before` (the day it was
    extended from). A task without any date has no marks.
    """
    phases = {(phase["plan"], phase["id"]): phase for phase in read(queries.PHASES)}
    titles = {(task["plan"], task["id"]): task["title"] for task in read(queries.ALL_TASKS)}
    about = {plan["id"]: plan for plan in read(queries.ALL_PLANS)}
    plans: dict[str, dict[str, Row]] = {}
    for row in look.listed(read, day, filters):
        lines = plans.setdefault(row["plan"], {})
        line = lines.setdefault(row["task"], _begun(row, phases.get((row["plan"], row["phase"]), {}), titles))
        _add(line, row)
    return [_chart(read, about[plan], by_phase(lines.values()), day) for plan, lines in plans.items()]


def _begun(row: Row, phase: Mapping[str, Any], titles: Mapping[tuple[str, str], str]) -> Row:
    return {
        "task": row["task"],
        "no": row["no"],
        "title": titles.get((row["plan"], row["task"])) or row["title"],
        "phase": row["phase"],
        "phase_title": phase.get("title") or row["phase"] or "",
        "phase_starts": phase.get("starts"),
        "phase_due": phase.get("due"),
        "starts": None,
        "due": None,
        "light": row["light"],
        "word": row["word"],
        "lead": row["lead"],
        "marks": [],
    }


def _add(line: Row, row: Row) -> None:
    """Add one row of the ledger to the line of its task; rows due on one day share a mark, with the worst light."""
    if rank(row) < rank(line):
        line["light"], line["word"] = row["light"], row["word"]
    if row["due"] is None:
        return
    if row["starts"] and (line["starts"] is None or row["starts"] < line["starts"]):
        line["starts"] = row["starts"]
    line["due"] = max(line["due"] or row["due"], row["due"])
    mark = next((mark for mark in line["marks"] if mark["day"] == row["due"]), None)
    if mark is None:
        mark = {"day": row["due"], "light": row["light"], "word": row["word"], "names": [], "before": None}
        line["marks"].append(mark)
    elif rank(row) < rank(mark):
        mark["light"], mark["word"] = row["light"], row["word"]
    mark["names"].append(row["occurrence"])
    if row["original_due"] and row["original_due"] < row["due"]:
        mark["before"] = row["original_due"]


def _chart(read: Read, plan: Row, lines: list[Row], day: date) -> Row:
    """Return the chart of one plan: from its issue, or the first day of anything, to the last day of anything."""
    days = [value for line in lines for value in (line["starts"], line["due"], line["phase_due"]) if value]
    days += [mark["before"] for line in lines for mark in line["marks"] if mark["before"]]
    first, last = min([plan["issued"], *days]), max([plan["issued"], *days])
    begins, ends = date.fromisoformat(first) - MARGIN, date.fromisoformat(last) + MARGIN
    off = read(queries.CLOSED_DAYS, plan=plan["id"], first=begins, last=ends)
    return {
        "plan": plan["id"],
        "title": plan["title"],
        "issued": plan["issued"],
        "today": day.isoformat(),
        "first": begins.isoformat(),
        "last": ends.isoformat(),
        "lines": lines,
        "closed": _runs(row["day"] for row in off),
    }


def _runs(days: Iterable[str]) -> list[tuple[str, str]]:
    """Return the runs of days that follow each other, each by its first and last day."""
    runs: list[tuple[date, date]] = []
    for day in map(date.fromisoformat, days):
        if runs and day - runs[-1][1] == timedelta(days=1):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return [(first.isoformat(), last.isoformat()) for first, last in runs]
