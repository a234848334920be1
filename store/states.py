"""How a row can stand: the states of a task in an office, the light of a day, and the word beside it."""

from __future__ import annotations

TYPE_CHECKING = False  # every listing comes by here, and listings are counted in milliseconds
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

N_ = str  # marks a message for the catalogue

STATES = {
    "open": N_("open"),
    "acknowledged": N_("acknowledged"),
    "in_progress": N_("in progress"),
    "partly_done": N_("partly done"),
    "reported": N_("reported done"),
    "done": N_("done"),
    "returned": N_("returned"),
    "on_hold": N_("on hold"),
    "transferred": N_("transferred"),
    "merged": N_("merged"),
    "routine": N_("made routine"),
    "carried_over": N_("carried over"),
    "cancelled": N_("cancelled"),
    "lapsed": N_("lapsed"),
}
ENDED = ("done", "merged", "routine", "carried_over", "cancelled", "lapsed")  # nobody is asked for anything any more
ENDED_LIST = ", ".join(f"'{state}'" for state in ENDED)  # for a query: state NOT IN (…)
WAITING = ("reported", "on_hold")  # not ended, and yet not late: it lies with the office
LIGHTS = ("red", "yellow", "green", "grey")

WORDS = {
    "overdue": N_("overdue"),
    "not reported": N_("not reported"),
    "to verify": N_("to verify"),
    "due today": N_("due today"),
    "due soon": N_("due soon"),
    "on track": N_("on track"),
    "not started": N_("not started"),
    "done late": N_("done late"),
    "behind": N_("behind"),
    "far behind": N_("far behind"),
    "a step is late": N_("a step is late"),
    "waits for another task": N_("waits for another task"),
}
OVER = frozenset(("done late", *(STATES[state] for state in ENDED)))  # the words of what nobody is asked for any more
BEHIND, FAR_BEHIND = 10, 30  # percentage points behind what time asks for (practice 1.13)


def is_late(row: Mapping[str, Any], day: str) -> bool:
    """Return whether *row* is overdue on *day*: past its day, not ended, not with the office, and no mere report."""
    late = row["due"] is not None and row["due"] < day
    return late and row["kind"] != "report" and row["state"] not in ENDED and row["state"] not in WAITING


def light(row: Mapping[str, Any], day: str) -> tuple[str, str]:
    """Return the light of *row* on *day* and the word beside it, a message id of STATES or WORDS.

    *row* has kind, state, due, starts, yellow_on and finished_on; days are ISO texts, which compare like days.
    """
    state, due = row["state"], row["due"]
    if state == "done":
        return "green", "done late" if due and row["finished_on"] and row["finished_on"] > due else "done"
    if state in ENDED or state == "on_hold":
        return "grey", STATES[state]
    if state == "reported":
        return "yellow", "to verify"
    if is_late(row, day):
        return "red", "overdue"
    if due and due < day:
        return "yellow", "not reported"
    return _ahead(row, day)


def rank(row: Mapping[str, Any]) -> tuple[bool, int]:
    """Return where *row*'s light and word stand among those of one task: what is still asked first, then the worst."""
    return row["word"] in OVER, LIGHTS.index(row["light"])


def _ahead(row: Mapping[str, Any], day: str) -> tuple[str, str]:
    """Return light and word of a row that is open and still in time."""
    short = behind(row, day)
    if short is not None and short > FAR_BEHIND:
        return "red", "far behind"
    if row["due"] == day:
        return "yellow", "due today"
    if short is not None and short >= BEHIND:
        return "yellow", "behind"
    if row.get("step_late"):
        return "yellow", "a step is late"
    if row["starts"] and row["starts"] > day:
        return "grey", "not started"
    if row["yellow_on"] and row["yellow_on"] <= day:
        return "yellow", "due soon"
    if row.get("waits"):
        return "grey", "waits for another task"
    return "green", "on track"


def behind(row: Mapping[str, Any], day: str) -> float | None:
    """Return by how many percentage points *row* is behind what time asks for on *day*; None where nobody can tell.

    *row* also has target_op, target_value, target_kind, baseline, profile, value and begun. Only quantities that are
    to grow are judged, once a number was reported.
    """
    if row.get("value") is None or not row["target_value"] or row["target_op"] not in (">=", ">"):
        return None
    asked = expected(row, day)
    low = row["baseline"] or 0 if row["target_kind"] == "cumulative" else 0
    if asked is None or row["target_value"] <= low:
        return None
    return float(asked - 100 * (row["value"] - low) / (row["target_value"] - low))


def expected(row: Mapping[str, Any], day: str) -> float | None:
    """Return how much of a quantity should be reached by *day*, in percent; None where nothing says so.

    By the plan's own points, in a straight line between them; without any evenly from the beginning to the due date.
    Shares and ranks aren't reached little by little: they are judged by the points alone.
    """
    points = [(row["begun"], 0.0), *_points(row["profile"]), *([(row["due"], 100.0)] if row["due"] else [])]
    before = [point for point in points if point[0] <= day]
    after = [point for point in points if point[0] > day]
    if row["target_kind"] in ("share", "rank", "exists"):
        return before[-1][1] if len(before) > 1 else None
    if not before or (not after and not row["due"]):
        return None
    if not after:
        return before[-1][1]
    (first, low), (last, high) = before[-1], after[0]
    return low + (high - low) * _days(first, day) / _days(first, last)


def _points(profile: str) -> list[tuple[str, float]]:
    if profile == "[]":
        return []
    import json

    return [(day, float(percent)) for day, percent in json.loads(profile)]


def _days(first: str, last: str) -> int:
    from datetime import date

    return (date.fromisoformat(last) - date.fromisoformat(first)).days
