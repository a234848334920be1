"""The desk family: what the office does with what was asked, each command one act in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

import typer

from commands.board import add
from commands.room import ByOption, LedgerOption, Room, TodayOption, enter, read_day
from notifications.speech import N_, Speech
from plans.deadlines import state_word
from plans.model import Sentence, say
from plans.trouble import DeskError, UsageError
from scheduler import decisions, desk, releasing
from scheduler.desk import Act
from scheduler.job import jumped
from store import ledger
from store.database import rows
from store.references import resolved, task_key
from store.states import STATES

Task = Annotated[str, typer.Argument(metavar="TASK", help=N_("PLAN/TASK, PLAN/TASK/ROW, or TASK where it is unique."))]
Text = Annotated[str, typer.Option("--text", "-m", help=N_("What is to be kept in the history."))]
Unit = Annotated[
    str, typer.Option("--unit", metavar="UNIT", help=N_("One unit's own row, where each answers for itself."))
]
Finished = Annotated[str, typer.Option("--finished", metavar="DAY", help=N_("The day it was finished."))]


def register(app: typer.Typer, speech: Speech) -> None:
    """Put the family's commands on the board."""
    for name, function, about in (
        ("hold", hold, N_("Stop sending, for one plan or for all; or put a task on hold.")),
        ("resume", resume, N_("Send again; or take up a task that was on hold.")),
        ("report", report, N_("Record progress; with --done that it is completed, with --seen that it was received.")),
        ("accept", accept, N_("Accept what was reported as completed.")),
        ("return", send_back, N_("Return a report as insufficient; the date stays.")),
        ("extend", extend, N_("Grant a later date; --ask writes down that one was asked for, --refuse refuses it.")),
        ("reopen", reopen, N_("Take up again what was done or cancelled.")),
        ("close", close, N_("End a task otherwise: made routine, merged into another one, carried over.")),
        ("cancel", cancel, N_("Cancel a task: nothing is asked any more.")),
        ("note", note, N_("Write a line into a task's history: a call, what was agreed.")),
    ):
        add(app, speech, N_("Desk"), name, function, about)


def hold(
    what: Annotated[
        str,
        typer.Argument(
            metavar="[PLAN|TASK]", help=N_("A plan's letters, or one task (on hold); all letters without it.")
        ),
    ] = "",
    text: Text = "",
    until: Annotated[
        str, typer.Option("--until", metavar="DAY", help=N_("A task: taken up again by itself then."))
    ] = "",
    unit: Unit = "",
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
    by: str = ByOption,
) -> None:
    """Stop sending, or put a task on hold."""
    room = enter(ledger_name)
    if what and not _is_plan(room, what):
        day = read_day(until, room.day(today)) if until else None
        _each(what, unit, lambda act, one: decisions.set_aside(act, one, text, day), ledger_name, today, by)
        return
    with room.act(today, by) as act:
        releasing.hold(act, text or room.speech("held by {who}", who=act.actor), what)
    if what:
        room.say("The letters of {plan} are on hold; `duban resume {plan}` sends again.", plan=what)
    else:
        room.say("Letters are on hold; `duban resume` sends again.")


def resume(
    what: Annotated[
        str,
        typer.Argument(
            metavar="[PLAN|TASK]", help=N_("A plan's letters, or one task on hold; all letters without it.")
        ),
    ] = "",
    text: Text = "",
    unit: Unit = "",
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
    by: str = ByOption,
) -> None:
    """Send again, or take up a task that was on hold."""
    room = enter(ledger_name)
    if what and not _is_plan(room, what):
        _each(what, unit, lambda act, one: decisions.take_up(act, one, text), ledger_name, today, by, on_hold=True)
        return
    with room.act(today, by) as act:
        held = rows(act.connection, "SELECT held FROM plan WHERE id = :plan", plan=what) if what else []
        house = ledger.house(act.connection)
        was_held = any(one["held"] for one in held or [house])
        in_doubt = None if what else jumped(house, room.moment(today), room.settings.zone)
        released = releasing.resume(act, what)
        still = [] if what else rows(act.connection, "SELECT id FROM plan WHERE held <> '' ORDER BY position, id")
    if released.notices:
        typer.echo(tell_released(room.speech, released.notices))
    elif in_doubt:
        room.say("The clock counts as right, and rounds go on.")
    elif was_held:
        room.say("Letters leave again as they fall due; none was held back meanwhile.")
    else:
        room.say("No letters were on hold; they leave as they fall due.")
    for one in still:
        room.say("The letters of {plan} are still on hold; `duban resume {plan}` sends them again.", plan=one["id"])


def tell_released(speech: Speech, notices: int) -> str:
    """Return that notices were let go."""
    return speech.count(
        "{n} notice released; it goes out at the next round.",
        "{n} notices released; they go out at the next round.",
        notices,
    )


def _is_plan(room: Room, what: str) -> bool:
    with room.database.read() as connection:
        return bool(rows(connection, "SELECT id FROM plan WHERE id = :plan", plan=what))


def report(
    task: Task,
    text: Text = "",
    done: Annotated[bool, typer.Option("--done", help=N_("It is completed."))] = False,
    partly: Annotated[bool, typer.Option("--partly", help=N_("It is nearly completed, which is not done."))] = False,
    seen: Annotated[bool, typer.Option("--seen", help=N_("The unit has seen what is asked of it."))] = False,
    finished: Finished = "",
    value: Annotated[float | None, typer.Option("--value", help=N_("The quantity reached so far."))] = None,
    unit: Unit = "",
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
    by: str = ByOption,
) -> None:
    """Record what a unit reports."""
    if (done or bool(finished)) + partly + seen > 1:
        raise UsageError(say("--done, --partly and --seen are three different answers; give one"))

    def act_on(act: Act, one: dict[str, Any]) -> None:
        if done or finished:
            if value is not None:
                one = desk.measure(act, one, value)
            desk.report_done(act, one, text, read_day(finished, act.on) if finished else None)
        elif seen:
            desk.acknowledge(act, one, text)
        else:
            desk.progress(act, one, text, value=value, state="partly_done" if partly else "")

    _each(task, unit, act_on, ledger_name, today, by)


def accept(
    task: Task, text: Text = "", finished: Finished = "", unit: Unit = "", ledger_name: str = LedgerOption,
    today: str = TodayOption, by: str = ByOption,
) -> None:  # fmt: skip
    """Accept completion."""

    def act_on(act: Act, one: dict[str, Any]) -> None:
        desk.accept(act, one, text, read_day(finished, act.on) if finished else None)

    _each(task, unit, act_on, ledger_name, today, by)


def send_back(
    task: Task, text: Text = "", unit: Unit = "", ledger_name: str = LedgerOption, today: str = TodayOption,
    by: str = ByOption,
) -> None:  # fmt: skip
    """Return a report."""
    _needed(text, N_("say with -m what is missing"))
    _each(task, unit, lambda act, one: desk.send_back(act, one, text), ledger_name, today, by, ended=True)


def extend(
    task: Task,
    until: Annotated[
        str, typer.Option("--until", metavar="DAY", help=N_("The new date; the one that was asked for without it."))
    ] = "",
    text: Text = "",
    ask: Annotated[bool, typer.Option("--ask", help=N_("Only write down that it was asked for."))] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help=N_("Refuse what was asked for; the date stays."))] = False,
    unit: Unit = "",
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
    by: str = ByOption,
) -> None:
    """Grant a later date."""
    if refuse and (ask or until):
        raise UsageError(say("--refuse answers what was asked for; it takes no date"))

    def act_on(act: Act, one: dict[str, Any]) -> None:
        if refuse:
            desk.refuse_extension(act, one, text)
            return
        day = read_day(until, act.on) if until else None
        later = day or (None if ask else one["asked_due"])
        if later is None:
            raise UsageError(say("say until when, with --until"))
        (desk.ask_extension if ask else desk.extend)(act, one, later, text)

    _each(task, unit, act_on, ledger_name, today, by)


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


def close(
    task: Task,
    as_: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="routine|merged|carried-over|cancelled",
            help=N_("How it ends without being done; 转常态化, 并办, 结转 and 取消 say the same."),
        ),
    ],
    into: Annotated[str, typer.Option("--into", metavar="TASK", help=N_("The task in which it goes on."))] = "",
    text: Text = "",
    unit: Unit = "",
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
    by: str = ByOption,
) -> None:
    """End a task without its being done."""
    state = _end(as_)
    if (state in ("merged", "carried_over")) != bool(into):
        raise UsageError(say("--into names the task in which a merged or carried over one goes on"))

    def act_on(act: Act, one: dict[str, Any]) -> None:
        other = "/".join(task_key(reader(act), into)[:2]) if into else ""
        if other == f"{one['plan']}/{one['task']}":
            raise UsageError(say("a task can't go on in itself"))
        desk.cancel(act, one, text, state, other)

    _each(task, unit, act_on, ledger_name, today, by)


def _end(written: str) -> str:
    """Return the state in which a task ends without being done, as a plan file may write it too."""
    state = {"routine": "routine", "carried-over": "carried_over"}.get(written, state_word(written).replace(" ", "_"))
    if state == "done":
        raise UsageError(say("what is done is accepted: `duban accept TASK`"))
    if state not in ("routine", "merged", "carried_over", "cancelled"):
        raise UsageError(say("--as takes routine, merged, carried-over or cancelled, not {text}", text=written))
    return state


def note(
    task: Task, text: Text = "", unit: Unit = "", ledger_name: str = LedgerOption, today: str = TodayOption,
    by: str = ByOption,
) -> None:  # fmt: skip
    """Write a line into the history."""
    _needed(text, N_("say with -m what is to be noted"))
    _each(task, unit, lambda act, one: desk.note(act, one, text), ledger_name, today, by)


def _needed(text: str, otherwise: str) -> None:
    """Refuse an act that says nothing without its words."""
    if not text.strip():
        raise UsageError(say(otherwise))


def _each(
    task: str,
    unit: str,
    act_on: Callable[[Act, dict[str, Any]], None],
    ledger_name: str,
    today: str,
    by: str,
    *,
    ended: bool = False,
    on_hold: bool = False,
) -> None:
    """Do one thing to the row that is meant; a task with several open rows wants one named."""
    room = enter(ledger_name)
    with room.act(today, by) as act:
        one = only_row(act, task, unit, ended=ended, on_hold=on_hold)
        act_on(act, one)
        after = ledger.occurrence(act.connection, one["id"])
    title = one["title"]
    stands = room.speech(STATES[after["state"]])
    if after["due"]:
        room.say("Noted: {title} ({state}, due {due}).", title=title, state=stands, due=after["due"])
    else:
        room.say("Noted: {title} ({state}).", title=title, state=stands)


def only_row(act: Act, task: str, unit: str = "", *, ended: bool = False, on_hold: bool = False) -> dict[str, Any]:
    """Return the one row that is meant; of several open ones the only one that has begun.

    Raises:
        DeskError: there is none, or several could be meant.
    """
    found = found_rows(act, task, unit, ended=ended)
    if on_hold:
        found = [one for one in found if one["state"] == "on_hold"] or found
    if len(found) > 1:
        begun = [one for one in found if (one["starts"] or one["first_on"]) <= act.on]
        found = begun if len(begun) == 1 else found
    if len(found) > 1:
        named = f"{found[0]['plan']}/{found[0]['task']}"
        names = ", ".join(one["name"] or "—" for one in found)
        raise DeskError(say("{task} has several rows; name one as {task}/ROW: {names}", task=named, names=names))
    return found[0]


def reader(act: Act) -> Callable[..., list[dict[str, Any]]]:
    """Return how references are looked up inside an act."""

    def read(sql: str, /, **values: Any) -> list[dict[str, Any]]:
        return rows(act.connection, sql, **values)

    return read


def found_rows(act: Act, task: str, unit: str = "", *, ended: bool = False) -> list[dict[str, Any]]:
    """Return the rows that a reference names, of one unit or of all.

    Raises:
        UsageError: it names nothing, or several.
        DeskError: none of its rows is open (with *ended*: none is reported or closed).
    """
    plan, task_id, name = task_key(reader(act), task)
    found = desk.find(act.connection, plan, task_id, name or None, ended=ended)
    if unit:
        known = resolved(reader(act), {"unit": unit})["unit"]
        found = [one for one in found if known in (*one["name"].split("/"), *json.loads(one["leads"]))]
    if not found:
        raise _impossible(task, desk.find(act.connection, plan, task_id, name or None, ended=not ended), ended=ended)
    return found


def _impossible(task: str, others: list[dict[str, Any]], *, ended: bool) -> DeskError:
    """Return why nothing can be done to a task, of which *others* are the rows that aren't meant."""
    stands = {one["state"] for one in others}
    if len(stands) != 1:
        return DeskError(say("{task} has no row that this can be done to; `duban show {task}` lists them", task=task))
    state = Sentence(STATES[stands.pop()], {})
    if ended:
        text = say("{task} is “{state}”: nothing was reported or closed that this could be done to; nothing was"
                   " changed", task=task, state=state)  # fmt: skip
    else:
        text = say("{task} is “{state}”, so this can't be done; nothing was changed. `duban reopen {task}` takes it up"
                   " again", task=task, state=state)  # fmt: skip
    return DeskError(text)
