"""The responsibility matrix in a terminal: units by name where the window is wide enough, else by number with a key."""

from __future__ import annotations

from commands.printing import legend
from commands.table import GAP, Column, table
from notifications.speech import N_
from notifications.typesetting import width, wrap
from store.matrix import SIGNS

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from commands.table import Screen
    from notifications.speech import Speech

    Row = Mapping[str, Any]

LIGHT_SIGNS = {"red": N_("r"), "yellow": N_("y"), "green": N_("g"), "grey": N_("–")}
ROLE_WORDS = {
    "lead": N_("leads"),
    "each": N_("answers for itself"),
    "responsible": N_("responsible"),
    "support": N_("supports"),
}
WIDE = 100  # columns that a file or a pipe is taken to have
BESIDE = 46  # columns that number, title, due and light want beside the units


def matrix_text(found: list[Row], speech: Speech, on: Screen) -> str:
    """Return a matrix a plan, each with the key of its units where they stand by number, and its sums."""
    if not found:
        return speech("There is nothing to list.") + "\n"
    parts = [_one(plan, speech, on) for plan in found]
    signs = "  ".join(f"{SIGNS[role]} {speech(text)}" for role, text in ROLE_WORDS.items())
    return "\n".join(parts) + _within(signs, on) + legend(speech, on)


def _within(line: str, on: Screen) -> str:
    """Return a line below the table, broken where the window asks for it."""
    return (wrap(line, columns=on.columns) if on.columns else line) + "\n"


def _one(plan: Row, speech: Speech, on: Screen) -> str:
    names = [unit["name"] for unit in plan["units"]]
    by_name = sum(width(name) + len(GAP) for name in names) + BESIDE <= (on.columns or WIDE)
    heads = names if by_name else [str(number) for number in range(1, len(names) + 1)]
    columns = [
        Column(speech("No."), 1),
        Column(speech("Title"), flows=True),
        Column(speech("Due"), 2),
        Column(speech("Light")),
    ]
    rows, colours = [], []
    phase = None
    for row in plan["rows"]:
        if row["phase_title"] and row["phase"] != phase:
            rows.append(["", row["phase_title"], "", "", *[""] * len(names)])
            colours.append(["", "head", "", ""])
        phase = row["phase"]
        cells = [row["cells"].get(unit["id"]) for unit in plan["units"]]
        rows.append(
            [
                row["no"] or "",
                row["title"],
                row["due"] or "",
                speech(row["word"]),
                *(_cell(cell, speech) for cell in cells),
            ]
        )
        colours.append(["", "", "", row["light"], *(cell["light"] if cell else "" for cell in cells)])
    for label, name in (
        (N_("tasks led"), "leads"),
        (N_("of these open"), "due"),
        (N_("of these overdue"), "overdue"),
    ):
        totals = [plan["totals"][unit["id"]][name] for unit in plan["units"]]
        rows.append(["", speech(label), "", "", *(str(total or "") for total in totals)])
        colours.append(["", "head", "", ""])
    text = on.paint(f"{plan['plan']}  {plan['title']}", "head") + "\n"
    units = (Column(head, beside=name) for head, name in zip(heads, names, strict=True))
    text += table([*columns, *units], rows, on, colours)
    if not by_name:
        text += _within("  ".join(f"{number}={name}" for number, name in enumerate(names, start=1)), on)
    return text


def _cell(cell: Row | None, speech: Speech) -> str:
    """Return the sign of a unit's part; where it answers for itself its own light stands beside it."""
    if cell is None:
        return ""
    return SIGNS[cell["role"]] + (speech(LIGHT_SIGNS[cell["light"]]) if cell["role"] == "each" else "")
