"""What an apply would change, on a terminal: a table with a line a task, and how many letters follow."""

from __future__ import annotations

from collections.abc import Iterable

from commands.table import Column, Screen, table
from notifications.speech import Speech
from notifications.typesetting import plain
from plans.compare import Change
from plans.directory import Directory
from scheduler.changes import lines, remarks, sums
from scheduler.entry import Prepared

NOBODY, PLAIN = Directory(), Screen()
SHOWN = 40  # lines of one kind before the rest is only counted
COLOURS = {"+": "green", "~": "yellow", "-": "red", "?": "red", "=": ""}


def changes_text(prepared: Prepared, speech: Speech, on: Screen, *, everything: bool = False) -> str:
    """Return what applying one plan would do: heading, a line a task, what needs an answer, and the sums."""
    plan, directory = prepared.plan, prepared.source.directory
    heading = on.paint(plain(f"{plan.id}  {plan.title}"), "head")
    if prepared.unchanged:
        return f"{heading}\n  {speech('Nothing has changed.')}\n"
    if prepared.reworded:
        return f"{heading}\n  {speech('The file is written otherwise and says the same.')}\n"
    found = change_lines(speech, prepared.changes, directory, on, most=None if everything else SHOWN)
    told = [*found, *(f"  {line}" for line in (*remarks(prepared, speech), sums(prepared.changes, speech)))]
    return "".join(f"{line}\n" for line in (heading, *told))


def change_lines(
    speech: Speech,
    changes: Iterable[Change],
    directory: Directory = NOBODY,
    on: Screen = PLAIN,
    *,
    most: int | None = None,
) -> list[str]:
    """Return a line for all rows of a task that change alike; past *most* lines of one kind the rest is counted."""
    found, left = lines(changes, speech, directory, most)
    columns = (Column(""), Column(""), Column("", flows=True), Column("", flows=True))
    text = table(columns, found, on, [(COLOURS[line[0]],) for line in found])
    more = (
        [speech.count("… and {n} more line: --all shows it", "… and {n} more lines: --all shows them", left)]
        if left
        else []
    )
    return [f"  {line}" for line in (*text.splitlines(), *more)]
