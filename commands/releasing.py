"""Releasing: what waits for the office's word, and letting it go, signed where a signature is needed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import typer

from commands.board import add
from commands.desk import Task, Text, found_rows, reader, tell_released
from commands.room import ByOption, LedgerOption, Room, TodayOption, enter
from commands.table import Column, screen, table
from notifications.climbing import STAGE_KINDS
from notifications.speech import N_, Speech
from plans.model import Sentence, say
from plans.trouble import DeskError, UsageError
from scheduler import releasing
from scheduler.desk import Act
from scheduler.dropping import drop_row, waits
from scheduler.releasing import Released
from scheduler.waiting import Waiting, waiting
from store.references import resolved

NAMED = 12  # of what waits, named in a sentence before the rest is left to the list


def register(app: typer.Typer, speech: Speech) -> None:
    """Put the family's commands on the board."""
    about = N_(
        "Let letters go: a plan's after its first apply, or what waits for the desk on a task; alone, list them."
    )
    add(app, speech, N_("Desk"), "release", release, about)
    about = N_("Decide not to send what waits for the desk or a signature on a task, and say why.")
    add(app, speech, N_("Desk"), "drop", drop, about)


def release(
    what: Annotated[
        list[str] | None, typer.Argument(metavar="[PLAN|TASK]…", help=N_("Plans, or tasks as PLAN/TASK."))
    ] = None,
    signer: Annotated[str, typer.Option("--sign", metavar="NAME", help=N_("Who signs what needs a signature."))] = "",
    everything: Annotated[
        bool, typer.Option("--all", help=N_("All that waits on tasks; what needs a signature only with --sign."))
    ] = False,
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
    by: str = ByOption,
) -> None:
    """Release plans, or what waits on tasks; list what waits."""
    room = enter(ledger_name)
    if what and everything:
        raise UsageError(say("--all releases whatever waits on tasks; leave the names out"))
    if not what and not everything:
        _list(room, room.day(today))
        return
    with room.act(today, by) as act:
        let_go = _release_all(act, signer) if everything else [_release_one(act, one, signer) for one in what or ()]
    if notices := sum(one.notices for one in let_go):
        typer.echo(tell_released(room.speech, notices))
    else:
        room.say("Released; nothing waited, and letters leave as they fall due.")
    if numbers := [number for one in let_go for number in one.numbers]:
        room.say("Signed by {signer}: {numbers}", signer=signer, numbers=room.speech.names(numbers))


def drop(
    task: Task, text: Text = "", ledger_name: str = LedgerOption, today: str = TodayOption, by: str = ByOption
) -> None:
    """Decide not to send what waits."""
    room = enter(ledger_name)
    if not text:
        raise UsageError(say("say with --text why it is not sent"))
    with room.act(today, by) as act:
        found = [one for one in found_rows(act, task) if waits(act.connection, one["id"])]
        if not found:
            raise DeskError(say("nothing of {title} waits to be sent", title=task))
        number = sum(drop_row(act, one["id"], text) for one in found)
    typer.echo(
        room.speech.count(
            "{n} notice will not be sent; the reason is in the history.",
            "{n} notices will not be sent; the reason is in the history.",
            number,
        )
    )


def _list(room: Room, day: date) -> None:
    """Print what waits, and how it is let go."""
    with room.database.read() as connection:
        found = waiting(connection, day)
    if not found:
        room.say("Nothing waits to be released.")
        return
    speech = room.speech
    columns = (
        Column(speech("Task")), Column(speech("Title"), flows=True), Column(speech("Letters"), flows=True),
        Column(speech("Waits for")), Column(speech("Since"), 1),
    )  # fmt: skip
    lines = [
        (
            one.key,
            one.title,
            _stage(speech, one),
            speech("a signature: --sign NAME") if one.signed else speech("release"),
            str(one.since or ""),
        )
        for one in found
    ]
    typer.echo(table(columns, lines, screen(sys.stdout, os.environ)), nl=False)


def _stage(speech: Speech, one: Waiting) -> str:
    return (one.stage or speech(STAGE_KINDS[one.kind])) if one.row else speech("all of the plan")


def _release_all(act: Act, signer: str) -> list[Released]:
    found = [one for one in waiting(act.connection, act.on) if one.row and (signer or not one.signed)]
    if not found:
        raise DeskError(say("nothing waits on a task. {waiting}", waiting=_named(waiting(act.connection, act.on))))
    return [releasing.release_row(act, number, signer) for number in dict.fromkeys(one.row for one in found)]


def _release_one(act: Act, what: str, signer: str) -> Released:
    try:
        return releasing.release_plan(act, resolved(reader(act), {"plan": what})["plan"])
    except UsageError as no_plan:
        unknown = no_plan.sentence if "/" not in what else None
    here = {one.row: one for one in waiting(act.connection, act.on) if one.row and (signer or not one.signed)}
    found = [releasing.release_row(act, one["id"], signer) for one in _rows(act, what, unknown) if one["id"] in here]
    if not found:
        raise _nothing(act, what)
    return Released(
        sum(one.notices for one in found),
        sum(one.people for one in found),
        tuple(number for one in found for number in one.numbers),
    )


def _rows(act: Act, what: str, no_plan: Sentence | str | None) -> list[dict[str, Any]]:
    """Return the rows a name means; of one that means nothing say what could be meant."""
    try:
        return found_rows(act, what)
    except UsageError as no_task:
        both = say("{no_plan} {no_task}", no_plan=no_plan, no_task=no_task.sentence)
        raise UsageError(
            say(
                "{unknown} What can be released: a plan, by its name; or what waits on a task or one of its rows,"
                " PLAN/TASK or PLAN/TASK/ROW; or --all. {waiting}",
                unknown=both if no_plan else no_task.sentence,
                waiting=_named(waiting(act.connection, act.on)),
            )
        ) from None


def _nothing(act: Act, what: str) -> DeskError:
    found, meant = waiting(act.connection, act.on), {one["id"] for one in found_rows(act, what)}
    if any(one.row in meant for one in found):
        return DeskError(say("{task} waits for a signature: `duban release {task} --sign NAME`", task=what))
    text = say("nothing of {task} waits to be released; `duban why {task}` says what was decided", task=what)
    return DeskError(say("{text}. {waiting}", text=text, waiting=_named(found)))


def _named(found: Sequence[Waiting]) -> Sentence:
    """Return what waits now as a sentence."""
    if not found:
        return say("Nothing waits now.")
    keys = list(dict.fromkeys(one.key for one in found))
    names = ", ".join(keys[:NAMED]) + (" …" if len(keys) > NAMED else "")
    return say("Waiting now: {names} (`duban release` lists them).", names=names)
