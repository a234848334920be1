"""The timeline in a terminal: a line a task, from its start to its deadlines, with today across all of them."""

from __future__ import annotations

from datetime import date, timedelta

from commands.printing import legend
from notifications.speech import N_
from notifications.typesetting import cut, plain, width, wrap
from store.states import OVER

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from commands.table import Screen
    from notifications.speech import Speech

    Row = Mapping[str, Any]

WIDE = 100  # columns that a file or a pipe is taken to have
TITLE = 34  # columns at most that a title takes
BESIDE = 16  # columns that gaps, the day that matters and the light take
LIGHTS = {"red": N_("r"), "yellow": N_("y"), "green": N_("g"), "grey": N_("–")}


def timeline_text(found: Sequence[Row], speech: Speech, on: Screen) -> str:
    """Return the charts of `store.timeline`, each on a scale of its own; tasks without a date are only counted."""
    charts = [_chart(chart, speech, on) for chart in found if any(line["marks"] for line in chart["lines"])]
    return "\n".join(charts) + legend(speech, on) if charts else speech("There is nothing to list.") + "\n"


def timeline_picture(found: Sequence[Row], speech: Speech) -> str:
    """Return the chart of one plan as an SVG file.

    Raises:
        UsageError: there are several plans, or none.
    """
    if len(found) != 1:
        from plans.model import say
        from plans.trouble import UsageError

        plans = ", ".join(chart["plan"] for chart in found) or "—"
        raise UsageError(say("one picture shows one plan; name it with --plan: {plans}", plans=plans))
    from notifications.timeline import Drawing, timeline_svg

    return timeline_svg(found[0], found[0]["lines"], Drawing(speech, standalone=True)) + "\n"


def _chart(chart: Row, speech: Speech, on: Screen) -> str:
    lines = [line for line in chart["lines"] if line["marks"]]
    names = [plain(f"{line['no'] or ''} {line['title']}".strip()) for line in lines]
    room = on.columns or WIDE
    left = min(TITLE, max(map(width, names)), max(room // 3, 8))
    first, last, today = (date.fromisoformat(chart[name]) for name in ("first", "last", "today"))
    scale = _Scale(first, last, max(8, room - left - BESIDE))
    drawn = [on.paint(plain(f"{chart['plan']}  {chart['title']}"), "head"), " " * (left + 2) + scale.months()]
    for line, name in zip(lines, names, strict=True):
        label = cut(name, left)
        bar = on.paint(scale.bar(line, today), line["light"])
        light = on.paint(speech(LIGHTS[line["light"]]), line["light"])
        drawn.append(f"{label}{' ' * (left - width(label))}  {bar} {_next(line)[5:]} {light}")
    days = speech.count("{n} day", "{n} days", scale.days)
    key = speech("{first} to {last}; ◆ deadline, │ today ({today}), one sign is {days}.",
                 first=first, last=last, today=today, days=days)  # fmt: skip
    drawn.append(wrap(key, columns=room))
    if undated := len(chart["lines"]) - len(lines):
        drawn.append(
            speech.count("{n} task has no date and is not drawn.", "{n} tasks have no date and are not drawn.", undated)
        )
    return "".join(f"{line.rstrip()}\n" for line in drawn)


def _next(line: Row) -> str:
    """Return the day that matters of a task: its first that is red, else the first still open, else its last."""
    open_ = [mark for mark in line["marks"] if mark["word"] not in OVER]
    for marks in ([mark for mark in open_ if mark["light"] == "red"], open_):
        if marks:
            return str(min(mark["day"] for mark in marks))
    return str(line["due"])


class _Scale:
    """Days from *first* to *last* in at most *room* signs; each sign stands for the same number of days."""

    def __init__(self, first: date, last: date, room: int) -> None:
        self.first = first
        self.days = max(1, -(-((last - first).days + 1) // room))
        self.signs = (last - first).days // self.days + 1

    def place(self, day: date) -> int:
        return min(self.signs - 1, max(0, (day - self.first).days // self.days))

    def months(self) -> str:
        """Return the line of months above the bars, each number where its month begins, as far as there is room.

        The month that had begun before the first day stands at the left edge, unless the next one needs the room.
        """
        line, free, months = [" "] * (self.signs + 2), 0, self._months()
        for (at, month), after in zip(months, [*(at for at, _ in months[1:]), self.signs + 3], strict=True):
            cramped = at == 0 and self.first.day > 1 and after < 3
            if at >= free and at + 2 <= len(line) and not cramped:
                line[at : at + 2] = f"{month:<2}"
                free = at + 3
        return "".join(line).rstrip()

    def _months(self) -> list[tuple[int, int]]:
        """Return each month that is seen, with the place at which it begins."""
        found = []
        year, month = self.first.year, self.first.month
        while (begin := date(year, month, 1)) <= self.first + timedelta(self.signs * self.days - 1):
            found.append((self.place(max(begin, self.first)), month))
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        return found

    def bar(self, line: Row, today: date) -> str:
        """Return one bar: dots before and after, a line from the start to the last deadline, a diamond each."""
        dues = [self.place(date.fromisoformat(mark["day"])) for mark in line["marks"]]
        start = self.place(date.fromisoformat(line["starts"])) if line["starts"] else min(dues)
        signs = ["─" if start <= at <= max(dues) else "·" for at in range(self.signs)]
        if self.first <= today <= self.first + timedelta(self.signs * self.days - 1):
            signs[self.place(today)] = "│"
        for due in dues:
            signs[due] = "◆"
        return "".join(signs)
