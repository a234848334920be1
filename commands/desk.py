"""The desk family: what the office does with what was asked, each command one act in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from commands.board import add
from commands.room import ByOption, LedgerOption, TodayOption, enter, read_day
from notifications.speech import N_, Speech
from plans.model import say
from plans.trouble import DeskError
from scheduler import desk
from scheduler.closing import plan_row
from scheduler.desk import Act, Released
from store.database import rows
from store.references import task_key

Task = Annotated[str, typer.Argument(metavar="TASK", help=N_("PLAN/TASK, PLAN/TASK/ROW, or TASK where it is unique."))]
Text = Annotated[str, typer.Option("--text", "-m", help=N_("What is to be kept in the history."))]
Until = Annotated[str, typer.Option("--until", metavar="DAY", help=N_("The new date."))]
Unit = Annotated[str, typer.Option("--unit", help=N_("One unit's own row, where each answers for itself."))]
Finished = Annotated[str, typer.Option("--finished", metavar="DAY", help=N_("The day it was finished."))]


def register(app: typer.Typer, speech: Speech) -> None:
    """Put the family's commands on the board."""
    for name, function, about in (
        (
            "release",
            release,
            N_("Let letters go: a plan's after its first apply, or what waits for the desk on a task."),
        ),
        ("hold", hold, N_("Stop sending, for one plan or for all; everything is still decided.")),
        ("resume", resume, N_("Send again.")),
        ("report", report, N_("Record progress, or with --done that a task is completed.")),
        ("accept", accept, N_("Accept what was reported as completed.")),
        ("return", send_back, N_("Return a report as insufficient; the date stays.")),
        ("extend", extend, N_("Grant a later date; with --ask only write down that one was asked for.")),
        ("reopen", reopen, N_("Take up again what was done or cancelled.")),
        ("cancel", cancel, N_("Cancel a task: nothing is asked any more.")),
        ("note", note, N_("Write a line into a task's history: a call, what was agreed.")),
    ):
        add(app, speech, N_("Desk"), name, function, about)


def release(
    what: Annotated[list[str], typer.Argument(metavar="PLAN|TASK…", help=N_("Plans, or tasks as PLAN/TASK."))],
    signer: Annotated[str, typer.Option("--sign", metavar="NAME", help=N_("Who signs what needs a signature."))] = "",
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
    by: str = ByOption,
) -> None:
    """Release plans, or what waits on tasks."""
    room = enter(ledger_name)
    with room.act(today, by) as act:
        let_go = [_release_one(act, one, signer) for one in what]
    room.say(
        "{notices} notices released; they go out at the next round.",
        notices=sum(one.notices for one in let_go),
    )


def _release_one(act: Act, what: str, signer: str) -> Released:
    if rows(act.connection, "SELECT id FROM plan WHERE id = :plan", plan=what):
        return desk.release_plan(act, what)
    found = [desk.release_row(act, one["id"], signer) for one in _rows(act, what) if desk.waits(act, one["id"])]
    if not found:
        raise DeskError(
            say("nothing of {task} waits to be released; `duban why {task}` says what was decided", task=what)
        )
    return Released(sum(one.notices for one in found), sum(one.people for one in found))


def hold(
    plan: Annotated[str, typer.Argument(help=N_("One plan; all without it."))] = "",
    text: Text = "",
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
    by: str = ByOption,
) -> None:
    """Stop sending."""
    room = enter(ledger_name)
    with room.act(today, by) as act:
        if plan:
            plan_row(act.connection, plan)
        desk.hold(act, text or room.speech("held by {who}", who=act.actor), plan)
    room.say("Letters are on hold; `duban resume` sends again.")


def resume(
    plan: Annotated[str, typer.Argument(help=N_("One plan; all without it."))] = "",
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
    by: str = ByOption,
) -> None:
    """Send again."""
    room = enter(ledger_name)
    with room.act(today, by) as act:
        if plan:
            plan_row(act.connection, plan)
        released = desk.resume(act, plan)
    room.say("{notices} notices released; they go out at the next round.", notices=released.notices)


def report(
    task: Task,
    text: Text = "",
    done: Annotated[bool, typer.Option("--done", help=N_("It is completed."))] = False,
    finished: Finished = "",
    value: Annotated[float | None, typer.Option("--value", help=N_("The quantity reached so far."))] = None,
    unit: Unit = "",
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
    by: str = ByOption,
) -> None:
    """Record what a unit reports."""

    def act_on(act: Act, one: dict[str, Any]) -> None:
        if done or finished:
            desk.report_done(act, one, text, read_day(finished) if finished else None)
        else:
            desk.progress(act, one, text, value=value)

    _each(task, unit, act_on, ledger_name, today, by)


def accept(
    task: Task, text: Text = "", finished: Finished = "", unit: Unit = "", ledger_name: str = LedgerOption,
    today: str = TodayOption, by: str = ByOption,
) -> None:  # fmt: skip
    """Accept completion."""

    def act_on(act: Act, one: dict[str, Any]) -> None:
        desk.accept(act, one, text, read_day(finished) if finished else None)

    _each(task, unit, act_on, ledger_name, today, by)


def send_back(
    task: Task, text: Text = "", unit: Unit = "", ledger_name: str = LedgerOption, today: str = TodayOption,
    by: str = ByOption,
) -> None:  # fmt: skip
    """Return a report."""
    _each(task, unit, lambda act, one: desk.send_back(act, one, text), ledger_name, today, by, ended=True)


def extend(
    task: Task,
    until: Until,
    text: Text = "",
    ask: Annotated[bool, typer.Option("--ask", help=N_("Only write down that it was asked for."))] = False,
    unit: Unit = "",
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
    by: str = ByOption,
) -> None:
    """Grant a later date."""
    day = read_day(until)
    decide = desk.ask_extension if ask else desk.extend
    _each(task, unit, lambda act, one: decide(act, one, day, text), ledger_name, today, by)


def reopen(
    task: Task, text: Text = "", unit: Unit = "", ledger_name: str = LedgerOption, today: str = TodayOption,
    by: str = ByOption,
) -> None:  # fmt: skip
    """Take up again."""
    _each(task, unit, lambda act, one: desk.reopen(act, one, text), ledger_name, today, by, ended=True)


def cancel(
    task: Task, text: Text = "", unit: Unit = "", ledger_name: str = LedgerOption, today: str = TodayOption,
    by: str = ByOption,
) -> None:  # fmt: skip
    """Cancel."""
    _each(task, unit, lambda act, one: desk.cancel(act, one, text), ledger_name, today, by)


def note(
    task: Task, text: Text = "", unit: Unit = "", ledger_name: str = LedgerOption, today: str = TodayOption,
    by: str = ByOption,
) -> None:  # fmt: skip
    """Write a line into the history."""
    _each(task, unit, lambda act, one: desk.note(act, one, text), ledger_name, today, by)


def _each(
    task: str,
    unit: str,
    act_on: Callable[[Act, dict[str, Any]], None],
    ledger_name: str,
    today: str,
    by: str,
    *,
    ended: bool = False,
) -> None:
    """Do one thing to the row that is meant; a task with several open rows wants one named."""
    room = enter(ledger_name)
    with room.act(today, by) as act:
        found = _rows(act, task, unit, ended=ended)
        if len(found) > 1:
            names = ", ".join(one["name"] or "—" for one in found)
            raise DeskError(say("{task} has several rows; name one as {task}/ROW: {names}", task=task, names=names))
        act_on(act, found[0])
        title = found[0]["title"]
    room.say("Noted: {title}", title=title)


def _rows(act: Act, task: str, unit: str = "", *, ended: bool = False) -> list[dict[str, Any]]:
    def read(sql: str, /, **values: Any) -> list[dict[str, Any]]:
        return rows(act.connection, sql, **values)

    plan, task_id, name = task_key(read, task)
    found = desk.find(act.connection, plan, task_id, name or None, ended=ended)
    if unit:
        found = [one for one in found if unit in one["name"].split("/")]
    if not found:
        raise DeskError(say("{task} has no row that this can be done to; `duban show {task}` lists them", task=task))
    return found
