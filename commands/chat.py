"""A task as a line to copy into a group chat or a text message, one for each unit that answers for it."""

from __future__ import annotations

from datetime import date

from notifications.chat import chat
from notifications.notices import LetterModel, Line, Recipient
from store import queries
from store.states import ENDED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Literal

    from notifications.notices import LineKind
    from notifications.speech import Speech

    Row = Mapping[str, Any]


def chat_text(found: Row, read: Callable[..., Any], today: date, speech: Speech, language: str = "") -> str:
    """Return a line for each lead unit with rows that are open; *found* is what `show` found.

    The lines speak a *language*, else the plan's, since others than who copies them read them; they name the plan where
    the office follows up several.
    """
    office = read(queries.OFFICE, plan=found["plan"])[0]
    by_unit: dict[str, list[Line]] = {}
    for one in found["occurrences"]:
        if one["state"] in (*ENDED, "reported", "on_hold") or (one["due"] is None and one["kind"] != "immediate"):
            continue
        for unit in one["lead"] or [""]:
            by_unit.setdefault(unit, []).append(_line(found, one, office, read, today))
    spoken: Literal["zh", "en"] = language or office["language"]  # type: ignore[assignment]
    among_others = read(queries.OFFICE_PLANS, plan=found["plan"], day=today)[0]["n"] > 1
    said = [
        chat(LetterModel(Recipient("", unit=unit, language=spoken), "ladder", today,
                         office["name"], lines=tuple(lines)), among_others=among_others)
        for unit, lines in by_unit.items()
    ]  # fmt: skip
    return "".join(f"{line}\n" for line in said) or speech("Nothing of it is open.") + "\n"


def _line(found: Row, one: Row, office: Row, read: Callable[..., Any], today: date) -> Line:
    due, internal = date.fromisoformat(one["due"]) if one["due"] else None, office["handling"] == "internal"
    kind: LineKind = "report" if due is None or one["kind"] == "report" else "notice"
    if kind != "report" and due:
        kind = "late" if due < today else "today" if due == today else "notice"
    return Line(
        found["plan"],
        "" if internal else found["plan_title"],
        found["task"],
        "" if internal else one["title"],
        kind,
        due=due,
        plan_number=found["number"],
        task_no=found["no"],
        workdays=one["workdays_overdue"],
        answer_by=_answer_by(due, office["calendar"], read, today),
    )


def _answer_by(due: date | None, calendar: str, read: Callable[..., Any], today: date) -> date | None:
    """Return the working day before the due date, by whose end the desk wants to hear; today for what is past."""
    if due is None or due <= today:
        return today
    before = read(queries.WORKDAY_BEFORE, calendar=calendar, day=due)[0]["day"]
    return max(date.fromisoformat(str(before)), today) if before else None
