"""The board: what is overdue, due today and soon, waits to be verified or was not reported; and the list of all rows.

Every number is one that the command line gives as well: `overdue`, `due`, `list --state reported`, `list`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from notifications.speech import N_
from store import look
from store.states import STATES, WORDS
from web.view import Row, View

AHEAD = timedelta(days=14)
FOLDED = 50  # rows a section shows before it is opened
PAGE = 200  # rows a page shows of a section that was opened, or of the list
TALLY = (
    *("overdue", "to verify", "not reported", "due today", "due soon", "on track", "not started"),
    *("done", "done late"),
)
Name = Literal["overdue", "verify", "today", "soon", "unreported"]
HEADINGS: Mapping[str, tuple[str, str]] = {
    "overdue": (N_("Overdue"), N_("Nothing is overdue.")),
    "today": (N_("Due today"), N_("Nothing is due today.")),
    "soon": (N_("Due in the next 14 days"), N_("Nothing falls due in the next 14 days.")),
    "verify": (N_("Reported done, to verify"), N_("Nothing waits to be verified.")),
    "unreported": (N_("Not reported"), N_("Every report that was asked for has come.")),
}


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a long list that are shown at once, and where the others are."""

    rows: Sequence[Row]
    total: int
    number: int = 1
    size: int = PAGE

    @property
    def last(self) -> int:
        """Return the number of the last page."""
        return max(1, -(-self.total // self.size))

    @property
    def first_row(self) -> int:
        """Return the number of the first row shown."""
        return (self.number - 1) * self.size + 1


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the board. *elsewhere* counts rows that the number holds and that stand under "to verify"."""

    name: str
    page: Page
    elsewhere: int = 0

    @property
    def total(self) -> int:
        """Return the number the command line gives."""
        return self.page.total + self.elsewhere


@dataclass(frozen=True, slots=True)
class Share:
    """How many of all rows stand so: the word, its light, and where the share begins and how wide it is, in percent."""

    word: str
    light: str
    count: int
    begins: float
    width: float


def board(view: View) -> dict[str, Any]:
    """Return what the board shows: its sections, or the one that the address opens, and how all rows stand."""
    everything = look.listed(view.read, view.day, view.filters)
    reported = [row for row in everything if row["state"] == "reported"]
    ahead = look.due(view.read, view.day, view.day + AHEAD, view.filters)
    today, soon = ([row for row in ahead if (row["days_left"] == 0) is now] for now in (True, False))
    found = {
        "overdue": look.overdue_among(everything),
        "today": today,
        "soon": soon,
        "verify": sorted(reported, key=lambda row: (row["due"] or "9", row["plan"], row["position"])),
        "unreported": [row for row in everything if row["word"] == "not reported"],
    }
    opened = view.asked.get("show", "")
    names = [opened] if opened in found else list(found)
    return {
        "sections": [_section(view, name, found[name], opened=bool(opened)) for name in names],
        "counts": {name: len(rows) for name, rows in found.items()},
        "shares": shares(everything),
        "total": len(everything),
        "opened": opened if opened in found else "",
        "headings": HEADINGS,
        "choices": choices(view),
    }


def _section(view: View, name: str, found: Sequence[Row], *, opened: bool) -> Section:
    """Return one section; what is reported done stands under "to verify" alone, and is counted here all the same."""
    own = found if name == "verify" else [row for row in found if row["state"] != "reported"]
    page = paged(view, own) if opened else Page(own[:FOLDED], len(own), size=FOLDED)
    if name == "overdue":
        page = replace(page, rows=look.with_calls(view.read, view.day, list(page.rows)))
    return Section(name, page, len(found) - len(own))


def paged(view: View, found: Sequence[Row], size: int = PAGE) -> Page:
    """Return the page of a list that the address asks for; one that doesn't exist is the nearest that does."""
    last = max(1, -(-len(found) // size))
    wanted = view.asked.get("page", "1")
    number = min(max(int(wanted), 1), last) if wanted.isascii() and wanted.isdigit() and len(wanted) < 7 else 1
    return Page(found[(number - 1) * size : number * size], len(found), number, size)


def shares(found: Iterable[Row]) -> list[Share]:
    """Return how all rows stand, the worst first; the counts add up to all of them."""
    counted = Counter((row["word"], row["light"]) for row in found)
    total, begins = counted.total(), 0.0
    made = []
    for (word, light), count in sorted(counted.items(), key=lambda one: (_place(one[0][0]), one[0])):
        width = 100 * count / total
        made.append(Share(word, light, count, round(begins, 3), round(width, 3)))
        begins += width
    return made


def _place(word: str) -> int:
    return TALLY.index(word) if word in TALLY else len(TALLY)


def listing(view: View) -> dict[str, Any]:
    """Return the list of all rows that the filters of the address leave."""
    sort = view.asked.get("sort", "plan")
    found = look.listed(view.read, view.day, view.filters, sort if sort in look.SORTS else "plan")
    if word := view.asked.get("word", ""):
        found = [row for row in found if row["word"] == word]
    return {"page": paged(view, found), "choices": choices(view), "words": [*WORDS, *dict.fromkeys(STATES.values())]}


def choices(view: View) -> dict[str, list[tuple[str, str]]]:
    """Return what the filters can be set to, by their names: (value, word); a filter of the token leaves no choice."""
    phases = {
        (phase["title"], phase["title"]): 0
        for phase in view.phases.values()
        if phase["title"] and phase["plan"] == view.filters.get("plan")
    }
    known = {
        "plan": [(key, plan["title"] or key) for key, plan in view.plans.items() if _is_visible(view, plan)],
        "unit": [(key, unit["name"]) for key, unit in view.units.items()],
        "phase": list(phases),
    }
    return {name: values for name, values in known.items() if name not in view.scope and len(values) > 1}


def _is_visible(view: View, plan: Row) -> bool:
    return plan["issued"] <= str(view.day) and (plan["closed"] is None or plan["closed"] >= str(view.day))
