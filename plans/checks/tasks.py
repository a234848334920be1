"""Checks of tasks as such: names that last, order, states, and what must not stand in a plan at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from plans.checks.look import ENDED, Look, at, steps
from plans.directory import Guesses
from plans.identity import normalised
from plans.language.kinds import as_date
from plans.model import Finding, Milestone, Place, Task, say
from plans.read import language_of
from plans.succession import succession

_CLASSIFIED = re.compile("(?:绝密|机密|秘密)\\s*[★☆*]")
_ID_CARD = re.compile(r"(?<![0-9])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9])")
_MOBILE = re.compile(r"(?<![0-9])1[3-9]\d{9}(?![0-9])")


def ids_are_unique(look: Look) -> Iterator[Finding]:
    """E501 the same id twice, E502 the same title twice without ids, W503 the same title twice."""
    ids: dict[str, Task] = {}
    titles: dict[str, Task] = {}
    for task in look.plan.tasks:
        first = ids.setdefault(task.id, task) if task.id else task
        if first is not task:
            place = at(first, "id")
            what = say(
                "the id {id} is taken: line {line}, column {column}", id=task.id, line=place.line, column=place.column
            )
            yield Finding("E501", at(task, "id"), what, say("give one of the two another id"))
        title = normalised(task.title)
        same = titles.setdefault(title, task) if title else task
        if same is not task:
            yield _same_title(task, same)


def _same_title(task: Task, first: Task) -> Finding:
    place = at(first, "title")
    values = {"line": place.line, "column": place.column}
    if not task.id and not first.id:
        what = say(
            "line {line}, column {column} asks for the same, and neither task has an id to tell them apart", **values
        )
        return Finding("E502", at(task, "title"), what, say("give each an id (编号), or delete one"))
    what = say("line {line}, column {column} asks for the same", **values)
    return Finding("W503", at(task, "title"), what, say("delete one, or word them differently"))


def tasks_have_ids(look: Look) -> Iterator[Finding]:
    """W521: tasks without an id are known by their titles alone; said once a plan."""
    without = [task for task in look.plan.tasks if not (task.id or "id" in task.unread) and task.title]
    if without:
        values = {"count": len(without), "all": len(look.plan.tasks)}
        what = say("tasks without an id: {count} of {all}; whoever rewords a title begins a new task", **values)
        yield Finding("W521", without[0].place, what, say("write id (编号) into each, or run: duban check --fix"))


def ids_are_names(look: Look) -> Iterator[Finding]:
    """W504: ids that are numbers in a row move when a task is put between them; said once a plan."""
    numbers = [int(task.id) for task in look.plan.tasks if re.fullmatch(r"\d{1,4}", task.id)]
    if len(numbers) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        first = next(task for task in look.plan.tasks if re.fullmatch(r"\d{1,4}", task.id))
        what = say("the ids are the numbers {first} to {last}", first=numbers[0], last=numbers[-1])
        fix = say("an id stays for ever, a number changes with the list: write no (序号) and a short word as id (编号)")
        yield Finding("W504", at(first, "id"), what, fix)


def predecessors_exist(look: Look) -> Iterator[Finding]:
    """E505: `after` names a task that isn't there."""
    ids = {task.id: task.id for task in look.plan.tasks if task.id}
    guesses = Guesses(ids)
    for task in look.plan.tasks:
        for name in task.after:
            if name not in ids:
                what = say("no task of this plan has the id {id}", id=name[:40])
                near = guesses.near(name)
                fix = say("did you mean {name}?", name=near) if near else say("after (前置任务) takes ids of this plan")
                yield Finding("E505", at(task, "after"), what, fix)


def predecessors_come_first(look: Look) -> Iterator[Finding]:
    """E506 tasks that wait for each other, W507 a task due before what it waits for."""
    tasks = {task.id: task for task in look.plan.tasks if task.id}
    dues = {task.id: dated.reading.due for task, dated in look.dues if task.id and dated is not None}
    for circle in _circles({task.id: task.after for task in tasks.values()}):
        what = say("these tasks wait for each other: {ids}", ids=" → ".join([*circle, circle[0]]))
        yield Finding("E506", at(tasks[circle[0]], "after"), what, say("take one of them out of after (前置任务)"))
    for task in tasks.values():
        for name in task.after:
            mine, theirs = dues.get(task.id), dues.get(name)
            if mine and theirs and mine < theirs:
                what = say(
                    "it is due on {due}, before {task} which comes first, {other}", due=mine, task=name, other=theirs
                )
                yield Finding("W507", at(task, "after"), what, say("correct one of the two days"))


def _circles(after: dict[str, tuple[str, ...]]) -> Iterator[list[str]]:
    """Yield each circle of tasks that wait for each other, once, from the first of the file on."""
    done: set[str] = set()
    for start in after:
        path: dict[str, None] = {}
        todo = [(start, iter(after[start]))] if start not in done else []
        if todo:
            path[start] = None
        while todo:
            name, names = todo[-1]
            following = next((n for n in names if n in after and n not in done), None)
            if following is None:
                todo.pop()
                path.pop(name)
                done.add(name)
            elif following in path:
                trail = list(path)
                yield trail[trail.index(following) :]
            else:
                path[following] = None
                todo.append((following, iter(after[following])))


def states_fit_their_dates(look: Look) -> Iterator[Finding]:
    """W508: a state and a day of completion that contradict each other, or the calendar."""
    for task in look.plan.tasks:
        yield from _state(look, task, at(task, "done") if task.done else at(task, "state"))
        for step in task.milestones:
            yield from _state(look, step, step.place)


def _state(look: Look, asked: Task | Milestone, place: Place) -> Iterator[Finding]:
    state, done = asked.state, asked.done
    day = as_date(done) if done else None
    if done and state and state not in ("done", "routine", "reported"):
        what = say("finished on {day}, but the state isn't done", day=done)
        yield Finding("W508", place, what, say("write state: done (状态: 已完成), or delete the day"))
    elif day is not None and look.today is not None and day > look.today:
        yield Finding("W508", place, say("finished on {day}, which is still to come", day=day), say("correct the day"))
    elif state == "done" and not done and "done" not in asked.unread:
        what = say("done, but without the day; whether it was on time can't be told")
        yield Finding("N509", place, what, say("add done (完成日期)"))


def phases_exist(look: Look) -> Iterator[Finding]:
    """E510 an unknown phase, W511 a phase without tasks, E512 a phase id twice."""
    ids = {name: phase.id for phase in look.plan.phases for name in (phase.id, phase.title)}
    guesses = Guesses(ids)
    for task in look.plan.tasks:
        if task.phase and task.phase not in ids:
            what = say("the plan has no phase {phase}", phase=task.phase[:40])
            near = guesses.near(task.phase)
            fix = say("did you mean {name}?", name=near) if near else say("add it under phases (阶段)")
            yield Finding("E510", at(task, "phase"), what, fix)
    used = {task.phase for task in look.plan.tasks}
    seen: dict[str, Place] = {}
    for phase in look.plan.phases:
        first = seen.setdefault(phase.id, phase.place)
        if first is not phase.place:
            what = say(
                "the id {id} is taken: line {line}, column {column}", id=phase.id, line=first.line, column=first.column
            )
            yield Finding("E512", phase.place, what, say("give one of the two another id"))
        elif phase.id not in used:
            what = say("the phase {phase} has no tasks", phase=phase.title)
            yield Finding(
                "N511", phase.place, what, say("nothing will remind anybody of it; give its tasks phase (阶段)")
            )


def steps_are_told_apart(look: Look) -> Iterator[Finding]:
    """E513: two milestones or measures of a task with one id."""
    for task in look.plan.tasks:
        seen: set[str] = set()
        for step in steps(task):
            if step.id in seen:
                what = say("another step of this task has the id {id}", id=step.id)
                yield Finding("E513", step.place, what, say("give one of the two another id"))
            seen.add(step.id)


def renames_make_sense(look: Look) -> Iterator[Finding]:
    """E515: `was` names a task that is still there."""
    ids = {task.id for task in look.plan.tasks if task.id}
    for task in look.plan.tasks:
        if task.was and task.was in ids:
            what = say("was: {id} names a task that still stands in this plan", id=task.was)
            yield Finding(
                "E515", at(task, "was"), what, say("was (原编号) takes the id this task had before; delete it")
            )


def successions_are_clear(look: Look) -> Iterator[Finding]:
    """E525: what becomes of a task of the plan that is replaced, in words that say none of the four things.

    A plan that names itself would end every task it has.
    """
    said = succession(look.plan)
    if said and said.plan == look.plan.id:
        what = say("plan {plan} can't replace itself", plan=said.plan)
        fix = say("write the id of the plan that it replaces, or leave the key out")
        yield Finding("E525", look.plan.places.get("supersedes", look.plan.place), what, fix)
        return
    for task, words in said.unclear if said else ():
        what = say("“{words}” doesn't say what becomes of task {task}", words=words[:40], task=task[:40])
        fix = say("write carried over, merged into ID, routine or cancelled (结转, 并入 ID, 转常态化, 取消), then why")
        yield Finding("E525", look.plan.places.get("supersedes", look.plan.place), what, fix)


def parts_add_up(look: Look) -> Iterator[Finding]:
    """W516: the parts of the units that don't make the whole."""
    for task in look.plan.tasks:
        for target in task.targets:
            total = sum(target.by_unit.values())
            adds = target.kind in ("increment", "cumulative") and target.by_unit
            if adds and (total < target.value if target.op in (">=", ">") else total > target.value):
                what = say(
                    "the parts of the units make {total}, not {value}",
                    total=_number(total),
                    value=_number(target.value),
                )
                yield Finding("W516", at(task, "target"), what, say("correct by_unit (分解) or value (数值)"))


def _number(value: float) -> str:
    return f"{value:g}"


def nothing_is_secret(look: Look) -> Iterator[Finding]:
    """E517 a mark of classified matter, W518 numbers by which a private person is known."""
    yield from _secret(look.plan.title, look.plan.places.get("title", look.plan.place))
    for task in look.plan.tasks:
        for key in ("title", "problem", "note", "source"):
            yield from _secret(getattr(task, key), at(task, key))


def _secret(text: str, place: Place) -> Iterator[Finding]:
    if _CLASSIFIED.search(text):
        what = say("this bears a mark of classified matter")
        yield Finding("E517", place, what, say("take it out: classified matter must not be put into this system"))
    if _ID_CARD.search(text) or _MOBILE.search(text):
        what = say("an identity or mobile number stands in the text; letters and calendars would carry it along")
        yield Finding("W518", place, what, say("take it out; telephone numbers belong into the directory"))


def the_language_fits(look: Look) -> Iterator[Finding]:
    """N519: letters in another language than the tasks'."""
    titles = "".join(task.title for task in look.plan.tasks[:50])
    if titles and language_of(titles) != look.plan.language:
        what = say(
            "the tasks aren't written in the language of the plan's letters, {language}", language=look.plan.language
        )
        yield Finding("N519", look.plan.places.get("language", look.plan.place), what, say("set language (语言)"))


def finished_plans_are_closed(look: Look) -> Iterator[Finding]:
    """N520: a plan whose year is long over and that isn't closed."""
    plan, today = look.plan, look.today
    if today is None or plan.closed or plan.plan_year is None:
        return
    end = plan.ends or date(min(plan.plan_year, 9999), 12, 31)
    if (today - end).days > 90 and any(task.state not in ENDED for task in plan.tasks):
        what = say("the plan ended on {end} and isn't closed; what is open counts as overdue", end=end)
        yield Finding("N520", plan.place, what, say("add closed (关闭日期), or ends (结束日期) if it goes on"))


CHECKS = (
    ids_are_unique,
    tasks_have_ids,
    ids_are_names,
    predecessors_exist,
    predecessors_come_first,
    states_fit_their_dates,
    phases_exist,
    steps_are_told_apart,
    renames_make_sense,
    successions_are_clear,
    parts_add_up,
    nothing_is_secret,
    the_language_fits,
    finished_plans_are_closed,
)
