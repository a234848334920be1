"""What should have been said of an occurrence by a given day: the rungs of its ladder, each with its day.

Pure: rows, days and the working days come in, decisions go out. Rounds write them down, `preview` and `why` read the
same functions, so that what is shown is what is sent.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from plans.model import Sentence, say
from plans.presets import ladder
from plans.stages import Stage, When
from plans.workdays import Workdays
from scheduler.reasons import REASONS

ASK_AFTER = 5  # working days after which an immediate task is asked about (design: readings)
ALONE = ("assign", "propose")  # kinds of stages that neither replace others nor are replaced
CLOSE = 2  # working days: a letter ahead that falls nearer than this to the one before it is folded into that one


@dataclass(frozen=True, slots=True)
class Matter:
    """What the ladder needs to know of an occurrence, as of one version of it.

    The last four are asked for only where a ladder hangs on events (`Ladder.is_eventful`).
    """

    kind: str
    due: date | None
    ladder: str
    first_on: date  # when it was first assigned
    since_on: date  # when this version began
    starts: date | None = None
    version: int = 1
    soft: bool = False
    assigns: bool = True  # whether this row carries its task's assignment letter
    silent: bool = False
    told: tuple[tuple[str, date], ...] = ()  # stages of this version that have left, each with its day
    reported_on: date | None = None  # the last day anything was reported
    missable: tuple[date, ...] = ()  # the days of the task's milestones that are still open
    behind: Callable[[date], float | None] = lambda _: None  # points behind its time on a day; None where none can tell


@dataclass(frozen=True, slots=True)
class Rung:
    """A stage with its day; *skip* says why nothing is to be said at it, "" if something is."""

    stage: Stage
    day: date
    skip: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one stage: tell it (`skip` empty), late or in time, or why not."""

    rung: Rung
    skip: str = ""
    late: bool = False


def rungs(matter: Matter, workdays: Workdays) -> tuple[Rung, ...]:
    """Return all stages of a matter whose days are known, in the order of the days."""
    return _rungs(matter, workdays) if ladder(matter.ladder).is_eventful else _rungs_of_alike(matter, workdays)


def _rungs(matter: Matter, workdays: Workdays) -> tuple[Rung, ...]:
    found = [rung for stage in _stages(matter) if (rung := _rung(stage, matter, workdays))]
    found.sort(key=lambda rung: rung.day)
    return tuple(_fold(found, workdays, _told_at_the_start(matter)))


_rungs_of_alike = lru_cache(maxsize=4096)(_rungs)  # thousands of rows have the same dates and the same ladder


def _told_at_the_start(matter: Matter) -> date | None:
    """Return the day this version began, if a letter of its own or of its task said so then."""
    assigned = any(stage.when.unit == "apply" for stage in ladder(matter.ladder).stages)
    return matter.since_on if matter.version > 1 or (assigned and not matter.silent) else None


def _stages(matter: Matter) -> Iterable[Stage]:
    """Return the stages that exist for this kind of row: what only asks for a report is never chased."""
    if matter.silent:
        return ()
    written = ladder(matter.ladder)
    if matter.kind in ("dated", "recurring"):
        return written.stages if not matter.soft else written.for_soft()
    assigned = [stage for stage in written.stages if stage.when.unit == "apply"]
    if matter.kind == "report":
        asking = [stage for stage in written.stages if stage.kind in ("notice", "today") and stage.when.by_date]
        return [Stage(stage.id, "report", stage.when, stage.to) for stage in asking if not stage.span]
    if matter.kind == "immediate":
        return [*assigned, Stage("ask", "report", When("apply", ASK_AFTER), ("contact",))]
    return assigned


def _rung(stage: Stage, matter: Matter, workdays: Workdays) -> Rung | None:
    """Return a stage with the first of its times to come; None while none is in sight."""
    found = [rung for one in stage.whens if (rung := _timed(stage, one, matter, workdays))]
    speaking = [rung for rung in found if not rung.skip]
    if speaking:
        return min(speaking, key=lambda rung: rung.day)
    return max(found, key=lambda rung: rung.day, default=None)


def _timed(stage: Stage, one: When, matter: Matter, workdays: Workdays) -> Rung | None:
    """Return a stage at one of its times, or None while that time is not in sight."""
    if one.unit == "apply":
        tells = (matter.assigns or stage.kind != "assign") and matter.version == 1
        tells = tells or (
            matter.kind == "immediate" and stage.kind != "assign"
        )  # what was returned is asked about again
        return Rung(stage, workdays.after(matter.since_on, one.steps)) if tells else None
    if matter.due is None:
        return None
    if one.unit == "after":
        return _unanswered(stage, one.stage, matter, workdays)
    if one.unit == "missed":
        return Rung(stage, workdays.after(min(matter.missable), 1)) if matter.missable else None
    if one.unit == "behind":
        day = _behind_on(one.steps, matter, matter.due, workdays)
        return Rung(stage, day) if day else None
    return _by_date(stage, one, matter, matter.due, workdays)


def _by_date(stage: Stage, one: When, matter: Matter, due: date, workdays: Workdays) -> Rung:
    day = one.day(due, workdays)
    if stage.span and workdays.count(_begun(matter), due) < stage.span:
        return Rung(stage, day, "short-span")
    if day < matter.since_on:
        return Rung(stage, day, "before-assigned" if matter.version == 1 else "before-version")
    if one.unreported and matter.reported_on and matter.reported_on >= _last_told(matter, day):
        return Rung(stage, day, "reported")
    return Rung(stage, day)


def _begun(matter: Matter) -> date:
    return max(matter.first_on, matter.starts or matter.first_on)


def _last_told(matter: Matter, before: date) -> date:
    """Return the day of the last letter on it before a day; the day its version began, if there was none."""
    return max((day for _, day in matter.told if day < before), default=matter.since_on)


def _unanswered(stage: Stage, former: str, matter: Matter, workdays: Workdays) -> Rung | None:
    """Return a stage on the working day after the answer to a former one was due; skipped if there was an answer."""
    told, asked = dict(matter.told).get(former), ladder(matter.ladder).stage(former)
    if told is None or asked is None:
        return None
    day = workdays.after(told, asked.answer + 1)
    answered = matter.reported_on is not None and matter.reported_on >= told
    return Rung(stage, day, "answered" if answered else "")


def _behind_on(points: int, matter: Matter, due: date, workdays: Workdays) -> date | None:
    """Return the first working day by the due date on which a task lies *points* behind with what it has reached.

    What is expected only rises, so the day is found by halving.
    """
    begun = max(_begun(matter), matter.since_on)
    days = range(1, workdays.count(begun, due) + 1)
    if not days or matter.behind(workdays.after(begun, days[-1])) is None:
        return None
    place = bisect_left(days, float(points), key=lambda n: matter.behind(workdays.after(begun, n)) or 0.0)
    return workdays.after(begun, days[place]) if place < len(days) else None


def _fold(found: list[Rung], workdays: Workdays, before: date | None) -> Iterable[Rung]:
    """Yield the rungs, those ahead of the date that follow too closely upon another folded into it."""
    for rung in found:
        if not rung.skip and rung.stage.when.before and before and workdays.count(before, rung.day) < CLOSE:
            yield Rung(rung.stage, rung.day, "folded")
            continue
        if not rung.skip:
            before = rung.day
        yield rung


def decide(
    matter: Matter,
    decided: Collection[str],
    today: date,
    workdays: Workdays,
    reaches: Callable[[Stage], object] = lambda _: True,
) -> list[Decision]:
    """Return what is to be decided by the end of *today* about stages not yet *decided* (their ids).

    Of several stages that have come due, the latest that goes by itself is told, late if its day is past, and the
    latest that waits for a human; the others are superseded. An assignment is never superseded: it tells the task; nor
    is what the office is to think about. A stage that *reaches* nobody takes no other's place.
    """
    due_now = [rung for rung in rungs(matter, workdays) if rung.day <= today and rung.stage.id not in decided]
    mute = [rung for rung in due_now if not rung.skip and rung.stage.kind != "propose" and not reaches(rung.stage)]
    live = [rung for rung in due_now if not rung.skip and rung.stage.kind not in ALONE and rung not in mute]
    latest = {rung.stage.release == "auto": rung.stage.id for rung in live}
    decisions = []
    for rung in due_now:
        passed_over = rung in live and latest[rung.stage.release == "auto"] != rung.stage.id
        skip = rung.skip or ("nobody" if rung in mute else "superseded" if passed_over else "")
        decisions.append(Decision(rung, skip, late=not skip and rung.day < today))
    return decisions


def next_day(matter: Matter, decided: Collection[str], workdays: Workdays) -> date | None:
    """Return the day of the earliest stage not yet decided, None when nothing can come."""
    return min((rung.day for rung in rungs(matter, workdays) if rung.stage.id not in decided), default=None)


def yellow_on(matter: Matter, workdays: Workdays) -> date | None:
    """Return the day the light turns yellow: the first stage before the due date that is marked so, else the first."""
    ahead = [rung for rung in rungs(matter, workdays) if rung.stage.when.before and rung.skip != "short-span"]
    marked = [rung.day for rung in ahead if rung.stage.light in ("yellow", "blue")]
    return min(marked or [rung.day for rung in ahead], default=None)


def reason(code: str) -> Sentence:
    """Return a reason in words; an unknown one is its code."""
    return say(REASONS[code]) if code in REASONS else say("{code}", code=code)
