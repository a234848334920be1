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
}


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


def _ahead(row: Mapping[str, Any], day: str) -> tuple[str, str]:
    """Return light and word of a row that is open and still in time."""
    if row["due"] == day:
        return "yellow", "due today"
    if row["starts"] and row["starts"] > day:
        return "grey", "not started"
    if row["yellow_on"] and row["yellow_on"] <= day:
        return "yellow", "due soon"
    return "green", "on track"
