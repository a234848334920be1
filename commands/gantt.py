"""The timeline in a terminal: a line a row, from its start to its deadline, with today across all of them."""

from __future__ import annotations

from datetime import date, timedelta

from commands.printing import legend
from notifications.speech import N_
from notifications.typesetting import cut, plain, width

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from commands.table import Screen
    from notifications.speech import Speech

    Row = Mapping[str, Any]

WIDE = 100  # columns that a file or a pipe is taken to have
TITLE = 34  # columns at most that a title takes
LIGHTS = {"red": N_("r"), "yellow": N_("y"), "green": N_("g"), "grey": N_("–")}


def timeline_text(found: Sequence[Row], speech: Speech, today: date, on: Screen) -> str:
    """Return dated rows as bars on one scale of days; rows without a date are only counted."""
    dated = [row for row in found if row["due"]]
    if not dated:
        return speech("There is nothing to list.") + "\n"
    first, last = _range(dated, today)
    names = [plain(f"{row['no'] or ''} {row['title']}".strip()) for row in dated]
    left = min(TITLE, max(map(width, names)))
    room = max(20, (on.columns or WIDE) - left - 16)
    scale = _Scale(first, last, room)
    lines = [" " * (left + 2) + scale.months()]
    for row, name in zip(dated, names, strict=True):
        label = cut(name, left)
        light = speech(LIGHTS[row["light"]])
        bar = on.paint(scale.bar(row, today), row["light"])
        lines.append(f"{label}{' ' * (left - width(label))}  {bar} {row['due'][5:]} {on.paint(light, row['light'])}")
    lines.append(speech("{first} to {last}; ◆ deadline, │ today ({today}), one sign is {days} days.",
                        first=first, last=last, today=today, days=scale.days))  # fmt: skip
    undated = len(found) - len(dated)
    if undated:
        more = speech.count(
            "{n} row has no date and is not drawn.", "{n} rows have no date and are not drawn.", undated
        )
        lines.append(more)
    return "\n".join(line.rstrip() for line in lines) + "\n" + legend(speech, on)


def _range(dated: Sequence[Row], today: date) -> tuple[date, date]:
    """Return the first and last day that is drawn: what the rows span, and today where it is near."""
    days = [date.fromisoformat(row[name]) for row in dated for name in ("starts", "due") if row[name]]
    first, last = min(days), max(days)
    if first - timedelta(60) <= today <= last + timedelta(60):
        first, last = min(first, today), max(last, today)
    return first, last


class _Scale:
    """Days from *first* to *last* in at most *room* signs; each sign stands for the same number of days."""

    def __init__(self, first: date, last: date, room: int) -> None:
        self.first = first
        self.days = max(1, -(-((last - first).days + 1) // room))
        self.signs = (last - first).days // self.days + 1

    def place(self, day: date) -> int:
        return min(self.signs - 1, max(0, (day - self.first).days // self.days))

    def months(self) -> str:
        """Return the line of months above the bars, each number where its month begins, as far as there is room."""
        line, free = [" "] * (self.signs + 2), 0
        year, month = self.first.year, self.first.month
        while (begin := date(year, month, 1)) <= self.first + timedelta(self.signs * self.days - 1):
            at = self.place(max(begin, self.first))
            if at >= free and at + 2 <= len(line):
                line[at : at + 2] = f"{month:<2}"
                free = at + 3
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        return "".join(line).rstrip()

    def bar(self, row: Row, today: date) -> str:
        """Return one bar: dots before and after, a line from start to deadline, the deadline as a diamond."""
        due = self.place(date.fromisoformat(row["due"]))
        start = self.place(date.fromisoformat(row["starts"])) if row["starts"] else due
        line = ["─" if start <= at <= due else "·" for at in range(self.signs)]
        if self.first <= today <= self.first + timedelta(self.signs * self.days - 1):
            line[self.place(today)] = "│"
        line[due] = "◆"
        return "".join(line)
