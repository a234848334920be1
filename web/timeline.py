"""The timeline: plans drawn over time, in pieces that a screen and a sheet of paper can hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from notifications.timeline import Drawing, chunks, timeline_svg
from store.timeline import timeline
from web.board import Page, choices, paged
from web.view import Row, View

LINES = 150  # tasks a page shows
PIECE = 34  # tasks of one drawing: what a sheet of paper holds


@dataclass(frozen=True, slots=True)
class Chart:
    """A plan's drawings, wide and narrow, and the tasks that are on this page."""

    plan: str
    title: str
    page: Page
    wide: Sequence[Markup]
    narrow: Sequence[Markup]


def charts(view: View) -> dict[str, Any]:
    """Return the charts of the plans looked at: all of them while they are short, else one at a time."""
    found = timeline(view.read, view.day, view.filters)
    shown = found if sum(len(plan["lines"]) for plan in found) <= LINES else found[:1]
    return {
        "charts": [_chart(view, plan) for plan in shown],
        "others": [plan for plan in found if plan not in shown],
        "choices": choices(view),
    }


def _chart(view: View, plan: Row) -> Chart:
    page = paged(view, plan["lines"], LINES)
    wide, narrow = (
        [Markup(timeline_svg(plan, lines, drawing)) for lines in chunks(page.rows, PIECE)]  # noqa: S704 (it escapes)
        for drawing in (_drawing(view, narrow=False), _drawing(view, narrow=True))
    )
    return Chart(plan["plan"], plan["title"], page, wide, narrow)


def _drawing(view: View, *, narrow: bool) -> Drawing:
    return Drawing(view.speech, narrow=narrow, link=lambda plan, task: view.link("task", plan, task))
