"""Checks of deadlines: whether each can be read, and whether the day it means makes sense in an office."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from plans.checks.look import ENDED, Dated, Look, at, called
from plans.deadlines import read
from plans.model import Finding, Place, Reading, Sentence, Task, say

_WEEKDAYS = (
    say("Monday"),
    say("Tuesday"),
    say("Wednesday"),
    say("Thursday"),
    say("Friday"),
    say("Saturday"),
    say("Sunday"),
)


def the_plan_has_a_year(look: Look) -> Iterator[Finding]:
    """E401 neither issued nor year; W402 no day of issue."""
    plan = look.plan
    if plan.unread & {"issued", "year"}:
        return
    if plan.plan_year is None:
        what = say("the plan says neither when it was issued nor of which year it is")
        yield Finding("E401", plan.place, what, say("add issued (印发日期), or year (年度)"))
    elif plan.issued is None:
        what = say("the plan has no day of issue; 1 January {year} is taken", year=plan.year)
        yield Finding("W402", plan.places.get("year", plan.place), what, say("add issued (印发日期)"))


def deadlines_can_be_read(look: Look) -> Iterator[Finding]:
    """W403 unreadable, W404 read with an assumption, W405 a weekday that doesn't fit."""
    seen: set[tuple[str, Place]] = set()
    for dated in look.written:
        if (dated.text, dated.place) in seen:
            continue
        seen.add((dated.text, dated.place))
        if dated.reading.kind == "unresolved":
            if not _lacks_the_year_only(look, dated):
                yield _unreadable(dated)
            continue
        for warning in dated.reading.warnings if dated.key != "starts" else ():
            code = "W405" if "day of the week" in warning.text else "W404"
            yield Finding(
                code, dated.place, say("“{text}”: {why}", text=dated.text[:40], why=warning), _write_out(dated.reading)
            )


def _lacks_the_year_only(look: Look, dated: Dated) -> bool:
    """Return whether a deadline can be read once the plan has a year, which was said to be missing."""
    with_a_year = replace(look.context, plan_year=2000)
    return look.plan.plan_year is None and read(dated.text, with_a_year).kind != "unresolved"


def _unreadable(dated: Dated) -> Finding:
    why = dated.reading.warnings[0] if dated.reading.warnings else say("the words name no day")
    what = say("“{text}” can't be read as a day: {why}", text=dated.text[:40], why=why)
    if dated.reading.proposals:
        days = ", ".join(day.isoformat() for day in dated.reading.proposals[:3])
        return Finding("W403", dated.place, what, say("if you mean one of these days, write it: {days}", days=days))
    return Finding(
        "W403", dated.place, what, say("write a day such as 2026-06-30; until then it is followed without a date")
    )


def _write_out(reading: Reading) -> Sentence:
    if reading.due is None:
        return say("write it out if that isn't meant")
    return say("write it out if that isn't meant; it is read as {day}", day=reading.due)


def deadlines_are_open_days(look: Look) -> Iterator[Finding]:
    """W406: a deadline on a closed day, said once a day."""
    if look.plan.on_closed_day:
        return
    places: dict[date, dict[Place, None]] = defaultdict(dict)
    for dated in look.asked:
        for day in _days_of(dated.reading):
            if day not in look.workdays:
                places[day][dated.place] = None
    for day, where in places.items():
        values = {"day": day, "weekday": _WEEKDAYS[day.weekday()], "count": len(where)}
        what = say("{day} is a closed day ({weekday})", **values)
        if len(where) > 1:
            what = say("{day} is a closed day ({weekday}); {count} deadlines end on it", **values)
        fix = say(
            "reminders come on the last working day, {before}; or say on_closed_day (遇休息日) before or after",
            before=look.workdays.before(day, 1),
        )
        yield Finding("W406", min(where), what, fix)


def _days_of(reading: Reading) -> Iterator[date]:
    if reading.kind in ("date", "span") and reading.due is not None:
        yield from (day for day, _ in reading.milestones[:-1])
        yield reading.due


def deadlines_follow_the_issue(look: Look) -> Iterator[Finding]:
    """W407: a deadline before the day of issue, said once where it is written."""
    issued = look.plan.issued
    seen: set[Place] = set()
    for dated in look.asked if issued else ():
        due = dated.reading.due
        if issued and due and due < issued and dated.reading.kind in ("date", "span") and dated.place not in seen:
            seen.add(dated.place)
            what = say("{due} lies before the day of issue, {issued}", due=due, issued=issued)
            yield Finding("W407", dated.place, what, say("if it was done already, say so: state: done (状态: 已完成)"))


def tasks_keep_to_their_phase(look: Look) -> Iterator[Finding]:
    """W408: a task's own deadline outside its phase."""
    for task, dated in look.dues:
        phase = look.phases.get(task.phase)
        if dated is None or dated.key != "due" or phase is None or not phase.due:
            continue
        span, due = look.reading(phase.due), dated.reading.due
        start = span.start or (look.reading(phase.starts).start if phase.starts else None)
        if due is None or dated.reading.kind not in ("date", "span"):
            continue
        if span.due is not None and due > span.due:
            what = say("{due} lies after the end of its phase {phase}, {day}", due=due, phase=phase.title, day=span.due)
        elif start is not None and due < start:
            what = say("{due} lies before its phase {phase} begins, {day}", due=due, phase=phase.title, day=start)
        else:
            continue
        yield Finding(
            "W408", dated.place, what, say("the task's own date holds; change it or the phase's if that is wrong")
        )


def years_have_holidays(look: Look) -> Iterator[Finding]:
    """W409: a year whose holidays nobody knows; N410: one whose holidays aren't announced yet. Once a year."""
    first: dict[int, Place] = {}
    for dated in look.written:
        for day in _days_of(dated.reading):
            first.setdefault(day.year, dated.place)
    for year, place in sorted(first.items()):
        status = look.workdays.status(year)
        if status == "none":
            what = say("the holidays of {year} aren't known; Monday to Friday are taken as working days", year=year)
            yield Finding("W409", place, what, say("add closed (放假) and worked (补班) days to the directory"))
        elif status == "predicted":
            what = say("the holiday arrangement of {year} isn't announced yet; working days may change", year=year)
            yield Finding("N410", place, what, say("update duban when it is, usually in November, and apply again"))


def every_task_has_a_deadline(look: Look) -> Iterator[Finding]:
    """W411: tasks for which no deadline is written anywhere, said once a plan."""
    without = [task for task, dated in look.dues if dated is None and not _is_dated(look, task)]
    without = [task for task in without if task.state not in ENDED and not task.cadence]
    if not without:
        return
    place = without[0].place
    if len(without) == len(look.plan.tasks):
        place = look.plan.places.get("tasks", look.plan.place)
    values = {"count": len(without), "all": len(look.plan.tasks)}
    what = say("tasks without a deadline: {count} of {all}; they are only asked for a report each quarter", **values)
    yield Finding("W411", place, what, say("write due (完成时限), or one for all under defaults: due (默认: 完成时限)"))


def _is_dated(look: Look, task: Task) -> bool:
    """Return whether a task's steps are dated, or a date is written for it that can't be read."""
    phase = look.phases.get(task.phase)
    unread = task.unread | look.plan.defaults.unread | (phase.unread if phase else frozenset())
    measured = task.measures and all(measure.due or "due" in measure.unread for measure in task.measures)
    return bool(task.milestones or measured or unread & {"due", "milestones", "measures"})


def long_tasks_are_looked_at(look: Look) -> Iterator[Finding]:
    """W412: a long-running task with neither a cadence nor a review date."""
    if "defaults.cadence" in look.plan.places:
        return
    for task, dated in look.dues:
        if dated is None or not (dated.reading.kind == "open" or dated.reading.then_open):
            continue
        if not (task.cadence or task.review or task.unread & {"cadence", "review"}) and task.state not in ENDED:
            what = say(
                "“{task}” goes on without end, and neither a report nor a review of it is asked", task=called(task)
            )
            fix = say("add cadence (报告周期): quarterly, and review (复核日期); else it reports each quarter")
            yield Finding("W412", dated.place if dated.key == "due" else task.place, what, fix)


def tasks_end_after_they_start(look: Look) -> Iterator[Finding]:
    """E413: a task or phase that ends before it starts."""
    for task, dated in look.dues:
        if task.starts and dated is not None and dated.key == "due":
            yield from _reversed(_start(look, task.starts), dated.reading.due, at(task, "starts"))
    for phase in look.plan.phases:
        if phase.starts and phase.due:
            yield from _reversed(_start(look, phase.starts), look.reading(phase.due).due, phase.place)


def _start(look: Look, text: str) -> date | None:
    """Return the first day a start means: 3月 begins on the 1st, though as a deadline it ends on the 31st."""
    reading = look.reading(text)
    if reading.start is not None or reading.precision == "day":
        return reading.start or reading.due
    return look.reading(f"{text}起").start


def _reversed(start: date | None, due: date | None, place: Place) -> Iterator[Finding]:
    if start is not None and due is not None and start > due:
        what = say("it starts on {start} and ends on {due}, before that", start=start, due=due)
        yield Finding("E413", place, what, say("correct one of the two days"))


def deadlines_lie_within_the_plan(look: Look) -> Iterator[Finding]:
    """W414: a deadline after the plan's end."""
    plan = look.plan
    end = min((day for day in (plan.ends, plan.closed) if day), default=None)
    seen: set[Place] = set()
    for dated in look.asked if end else ():
        due = dated.reading.due
        if end and due and due > end and dated.reading.kind in ("date", "span") and dated.place not in seen:
            seen.add(dated.place)
            what = say("{due} lies after the plan's end, {end}", due=due, end=end)
            yield Finding(
                "W414", dated.place, what, say("move ends (结束日期), or carry the task over into the next plan")
            )


def the_plan_ends_after_its_issue(look: Look) -> Iterator[Finding]:
    """E415: a plan that ends or is closed before it was issued."""
    plan = look.plan
    for key in ("ends", "closed"):
        day = getattr(plan, key)
        if day and plan.issued and day < plan.issued:
            what = say("{key} is {day}, before the day of issue, {issued}", key=key, day=day, issued=plan.issued)
            yield Finding("E415", plan.places.get(key, plan.place), what, say("correct one of the two days"))


def steps_come_before_the_end(look: Look) -> Iterator[Finding]:
    """W416: a milestone after the deadline of its task."""
    for task, dated in look.dues:
        due = dated.reading.due if dated and dated.reading.kind in ("date", "span") else None
        for step in task.milestones if due else ():
            day = look.reading(step.due).due if step.due else None
            if day and due and day > due:
                what = say(
                    "the milestone {step} is due on {day}, after its task, {due}", step=step.title, day=day, due=due
                )
                yield Finding("W416", step.place, what, say("correct one of the two days"))


CHECKS = (
    the_plan_has_a_year,
    deadlines_can_be_read,
    deadlines_are_open_days,
    deadlines_follow_the_issue,
    tasks_keep_to_their_phase,
    years_have_holidays,
    every_task_has_a_deadline,
    long_tasks_are_looked_at,
    tasks_end_after_they_start,
    deadlines_lie_within_the_plan,
    the_plan_ends_after_its_issue,
    steps_come_before_the_end,
)
