"""docs/reference/deadlines.md is true: every example of its tables is read as it says."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from plans.deadlines import Context, read
from plans.model import Reading

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "deadlines.md"
CONTEXT = Context(issued=date(2018, 5, 18), plan_year=2018)


def examples():
    """Yield (written, read as) of each example of the tables with the columns written, read as, why."""
    inside = False
    for line in PAGE.read_text("utf-8").splitlines():
        inside = line.startswith("| written") or (inside and line.startswith("|"))
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if inside and "`" in cells[0]:
            yield from ((written, cells[1]) for written in re.findall(r"`([^`]+)`", cells[0]))


def said(reading: Reading) -> str:
    """Return a reading as the page writes it."""
    if reading.kind == "date":
        return f"due {reading.due}"
    if reading.kind == "span":
        return f"{reading.start} to {reading.due}"
    if reading.kind == "recurring":
        return reading.rrule
    if reading.kind == "open":
        return f"open from {reading.start}" if reading.start else "open"
    return "at once" if reading.kind == "immediate" else reading.kind


@pytest.mark.parametrize(("written", "expected"), list(examples()))
def test_an_example_of_the_page_is_read_as_it_says(written, expected):
    reading = read(written, CONTEXT)
    wanted, _, choices = expected.partition(", could be ")
    assert said(reading) == wanted
    if choices:
        assert [day.isoformat() for day in reading.proposals] == choices.split(" or ")


def test_the_page_has_examples_in_both_languages():
    assert len(list(examples())) > 200
