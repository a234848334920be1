"""Days as people write them at the command line: 2018-06-08, 2018/6/8, 2018年6月8日, 6月8日 in a year that is known."""

from __future__ import annotations

from datetime import date

from notifications.speech import N_

NO_DAY = N_("{text} is no day; write one such as 2018-06-08")


def day_written(text: str, near: date | None = None) -> date:
    """Return the day that *text* names; one without a year lies in the year of *near*, or is none without it.

    What the reader of deadlines isn't sure of is no day.

    Raises:
        ValueError: it names no day, or several; its text is NO_DAY.
    """
    if len(text) == len("2018-06-08"):  # as a program writes it; the reader of deadlines is dear to import
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    from plans.deadlines import Context, read

    found = read(text, Context(issued=near, plan_year=near.year if near else None))
    sure = found.kind == "date" and found.precision == "day" and not (found.warnings or found.soft or found.then_open)
    if not sure or found.due is None:
        raise ValueError(NO_DAY)
    return found.due
