"""Why, in words: what became of each notice, what holds letters back, and what comes next.

Only the standard library, since `why` answers in milliseconds.
"""

from __future__ import annotations

from notifications.ledger_words import local, word
from notifications.network import trouble
from scheduler.reasons import REASONS

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from notifications.speech import Speech

    Row = Mapping[str, Any]


def decision(notice: Row, speech: Speech, zone: str) -> str:
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
    values = {"address": notice["address"], "number": notice["letter"], "error": trouble(notice["error"] or "–")}
    if notice["letter_state"] == "sent":
        return speech("sent to {address}, {at}", at=local(notice["sent_at"], zone), **values)
    if notice["letter_state"] == "dead":
        return speech("letter {number} to {address} failed for good: {error}", **values)
    if notice["letter_state"] == "bounced":
        return speech("letter {number} to {address} came back: {error}", **values)
    if notice["error"]:
        at = local(notice["try_at"], zone)
        return speech("letter {number} to {address} is tried again {at}: {error}", at=at, **values)
    return speech("letter {number} to {address} waits to be handed over", **values)


def holds(found: Row, speech: Speech) -> Iterable[str]:
    """Yield what holds back every letter of the task."""
    if not found["released_on"]:
        yield speech("The plan's letters wait for: duban release {plan}", plan=found["plan"])
    if found["held"]:
        yield speech("The plan's letters are on hold: {why}", why=found["held"])
    if found["house_held"]:
        yield speech("All letters are on hold: {why}", why=found["house_held"])


def comes_next(found: Row, speech: Speech, zone: str, day: str, named: Callable[[str], str] = str) -> Iterable[str]:
    """Yield for each row what comes next after *day*; one of several rows is told as *named* says."""
    for row in found["occurrences"]:
        for told in _next_of(row, speech, zone, day):
            yield speech("{name}: {why}", name=named(row["occurrence"]), why=told) if row["occurrence"] else told


def _next_of(row: Row, speech: Speech, zone: str, day: str) -> Iterable[str]:
    if row["next_at"]:
        yield speech("The next stage is decided {at}.", at=local(row["next_at"], zone))
    else:
        yield speech("Nothing comes by itself ({state}).", state=_quiet(row, speech))
    if (row["paused_until"] or "") >= day:
        yield speech("The ladder rests until {day}.", day=row["paused_until"])


def _quiet(row: Row, speech: Speech) -> str:
    """Return why nothing comes by itself."""
    if row["silent"]:
        return speech(word(REASONS, row["silent"]))
    return speech(row["word"])
