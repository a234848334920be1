"""What goes wrong in offices, looked for before anybody is told: small functions from a plan to findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from plans.checks import deadlines, ladders, tasks, units
from plans.checks.directory import check_directory
from plans.checks.look import Look
from plans.directory import Directory
from plans.findings import Gathered, in_order
from plans.model import Finding, Plan
from plans.read import directory_of
from plans.workdays import Workdays

Check = Callable[[Look], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    *units.CHECKS,
    *deadlines.CHECKS,
    *tasks.CHECKS,
    *ladders.CHECKS,
)


def check_plan(plan: Plan, directory: Directory | None, workdays: Workdays, today: date | None) -> list[Finding]:
    """Return what is wrong with a plan, by place.

    Args:
        plan: as read; what is wrong with its writing was said by `read_plan`.
        directory: the house's; None where the plan names none, or none could be read.
        workdays: the calendar deadlines are read with.
        today: the day to compare with; None where no day should matter.
    """
    look = Look(plan, directory or Directory(), workdays, today, directory is not None)
    gathered = Gathered()
    for check in CHECKS:
        for finding in check(look):
            gathered.note(finding)
    findings = gathered.all()
    inline = directory_of(plan)
    if inline is not None:
        findings += check_directory(inline)
    return in_order(findings)


def is_chosen(code: str, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> bool:
    """Return whether a code begins with one of *select* (any code if empty) and with none of *ignore*."""
    return (not select or code.startswith(select)) and not code.startswith(ignore)
