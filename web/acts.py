"""What an office does by a form: each act by its name, what it needs, and the sentence that says it is done.

A form that is sent twice does its work once: who finds it done already is told so, and nothing is added.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from notifications.speech import N_
from plans.model import say
from plans.trouble import DubanError, UsageError
from scheduler import decisions, desk, failed, releasing
from scheduler.desk import Act
from scheduler.dropping import drop_row
from scheduler.people import hand_over, take_back
from store import ledger
from store.database import row
from store.reader import reading
from store.references import task_key
from store.states import ENDED
from web.rendering import render
from web.report_form import TEXT_LIMIT, day_written, number_written, plain_text
from web.view import View
from web.visit import Visit

Fields = Mapping[str, str]
Doing = Callable[[Act, dict[str, Any], Fields], None]

SAID: Mapping[str, str] = {
    "release": N_("Released; it goes out at the next round."),
    "sign": N_("Signed and released; it goes out at the next round."),
    "drop": N_("It will not be sent; the reason is in the history."),
    "note": N_("Noted in the history."),
    "seen": N_("Noted as received by the unit."),
    "progress": N_("Progress is recorded."),
    "done": N_("Reported as done; it waits to be accepted."),
    "accept": N_("Accepted."),
    "return": N_("Returned; the date stays as it is."),
    "extend": N_("The new date is in force."),
    "refuse": N_("The extension is refused; the date stays as it is."),
    "ask": N_("Written down; it waits to be decided."),
    "transfer": N_("Transferred; the new lead is told at the next round."),
    "stays": N_("It stays; the unit is told why at the next round."),
    "set-aside": N_("On hold; nobody is told anything meanwhile."),
    "take-up": N_("Taken up again; its date holds as before."),
    "end": N_("Ended; nothing is asked any more."),
    "reopen": N_("Taken up again."),
    "release-plan": N_("The plan's letters are released."),
    "hold": N_("Letters are on hold."),
    "resume": N_("Letters are sent again."),
    "again": N_("It goes out again at the next round."),
    "leave": N_("It is left at that; the history says so."),
    "hand-over": N_("Handed over; old links and calendars are closed."),
    "take-back": N_("Taken back; new links and calendars have to be given out."),
}
ENDS: Mapping[str, str] = {  # how a task may end without being done
    "cancelled": N_("cancelled"),
    "routine": N_("made routine"),
    "merged": N_("merged into another task"),
    "carried_over": N_("carried over"),
}


def do(visit: Visit, form: FormData) -> Response:
    """Do what a form of the desk asks for, and go back to the page it stands on."""
    fields = {name: plain_text(value)[:TEXT_LIMIT] for name, value in form.items()}
    name = fields.get("do", "")
    try:
        with visit.act() as act:
            if name in _OF_OTHERS:
                _OF_OTHERS[name](act, fields)
            elif name in _OF_ROWS:
                for number in form.getlist("row"):
                    _OF_ROWS[name](act, _occurrence(act, str(number)), fields)
            else:
                raise UsageError(say("there is no such form"))
    except DubanError as trouble:
        said = trouble.sentence if isinstance(trouble.sentence, str) else visit.speech.sentence(trouble.sentence)
        return render(visit, "trouble.html", 409, view=View.of(visit), sentence=said, back=_back(visit, fields))
    return RedirectResponse(_back(visit, fields, name), status_code=303)


def _back(visit: Visit, fields: Fields, said: str = "") -> str:
    """Return the relative address of the page a form was sent from: a task's, a plan's, or a section of the desk."""
    view = View.of(visit)
    if (origin := fields.get("from", "")) in ("plan", "person"):
        return view.link(origin, fields.get(origin, ""), said=said)
    plan, _, task = fields.get("task", "").partition("/")
    place = view.link("task", plan, task, said=said) if task else view.link("desk", said=said)
    return f"{place}#{fields['at']}" if fields.get("at", "").isidentifier() else place


def _occurrence(act: Act, written: str) -> dict[str, Any]:
    number = _number(written)
    if row(act.connection, "SELECT id FROM occurrence WHERE id = :number", number=number) is None:
        raise UsageError(say("there is no such row"))
    return ledger.occurrence(act.connection, number)


def _number(written: str) -> int:
    """Return the number of a row of the ledger that a form names, 0 for what is none."""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 16 else 0


def _release(act: Act, one: dict[str, Any], _: Fields) -> None:
    if _waits(act, one, "desk"):
        releasing.release_row(act, one["id"])


def _sign(act: Act, one: dict[str, Any], fields: Fields) -> None:
    if _waits(act, one, "sign"):
        releasing.release_row(act, one["id"], _needed(fields, "signer", N_("say who signs")))


def _drop(act: Act, one: dict[str, Any], fields: Fields) -> None:
    reason = _needed(fields, "text", N_("say why it is not sent"))
    if any(_waits(act, one, name) for name in ("desk", "sign", "propose")):
        drop_row(act, one["id"], reason)


def _waits(act: Act, one: Mapping[str, Any], reason: str) -> bool:
    sql = "SELECT id FROM notice WHERE occurrence = :id AND state = 'held' AND reason = :reason"
    return row(act.connection, sql, id=one["id"], reason=reason) is not None


def _note(act: Act, one: dict[str, Any], fields: Fields) -> None:
    desk.note(act, one, _needed(fields, "text", N_("write down what was said")))


def _progress(act: Act, one: dict[str, Any], fields: Fields) -> None:
    text, value = fields.get("text", ""), number_written(fields.get("value", ""))
    state = "partly_done" if fields.get("how") == "partly" else ""
    if not text and value is None and not state:
        raise UsageError(say("write down how far it is, or the value reached"))
    desk.progress(act, one, text, value=value, state=state)


def _seen(act: Act, one: dict[str, Any], fields: Fields) -> None:
    if one["state"] in desk.FRESH:
        desk.acknowledge(act, one, fields.get("text", ""))


def _done(act: Act, one: dict[str, Any], fields: Fields) -> None:
    if one["state"] not in ("reported", "done"):
        desk.report_done(act, one, fields.get("text", ""), _day(fields, "finished", act.on))


def _accept(act: Act, one: dict[str, Any], fields: Fields) -> None:
    if one["state"] != "done":
        desk.accept(act, one, fields.get("text", ""), day_written(fields.get("finished", "")))


def _return(act: Act, one: dict[str, Any], fields: Fields) -> None:
    if one["state"] != "returned":
        desk.send_back(act, one, _needed(fields, "text", N_("say what is missing")))


def _extend(act: Act, one: dict[str, Any], fields: Fields) -> None:
    until = _day(fields, "until")
    if one["due"] != until:
        desk.extend(act, one, until, fields.get("text", ""))


def _refuse(act: Act, one: dict[str, Any], fields: Fields) -> None:
    if one["asked_on"]:
        desk.refuse_extension(act, one, _needed(fields, "text", N_("say why the date stays")))


def _ask(act: Act, one: dict[str, Any], fields: Fields) -> None:
    until = _day(fields, "until")
    if not one["asked_on"] or one["asked_due"] != until:
        desk.ask_extension(act, one, until, _needed(fields, "text", N_("say why more time is asked for")))


def _transfer(act: Act, one: dict[str, Any], fields: Fields) -> None:
    unit, instead = fields.get("unit", ""), fields.get("instead", "")
    if row(act.connection, "SELECT id FROM unit WHERE id = :unit", unit=unit) is None:
        raise UsageError(say("choose the unit that takes over"))
    leads = json.loads(one["leads"])
    if unit not in leads:
        reason = _needed(fields, "text", N_("say why it goes to another unit"))
        decisions.transfer(act, one, unit, reason, instead if instead in leads else "")


def _stays(act: Act, one: dict[str, Any], fields: Fields) -> None:
    if decisions.disclaimed(act, one):
        decisions.keep(act, one, _needed(fields, "text", N_("say why it stays with them")))


def _set_aside(act: Act, one: dict[str, Any], fields: Fields) -> None:
    if one["state"] != "on_hold":
        until = day_written(fields.get("until", ""))
        decisions.set_aside(act, one, _needed(fields, "text", N_("say why it is put on hold")), until)


def _take_up(act: Act, one: dict[str, Any], fields: Fields) -> None:
    if one["state"] == "on_hold":
        decisions.take_up(act, one, fields.get("text", ""))


def _end(act: Act, one: dict[str, Any], fields: Fields) -> None:
    how, into = fields.get("how", ""), ""
    if one["state"] in ENDED:
        return
    if how not in ENDS:
        raise UsageError(say("say how it ends"))
    if how in ("merged", "carried_over"):
        plan, task, _ = task_key(reading(act.connection), _needed(fields, "into", N_("name the task it goes on in")))
        into = f"{plan}/{task}"
        if (plan, task) == (one["plan"], one["task"]):
            raise UsageError(say("a task can't go on in itself"))
    desk.cancel(act, one, _needed(fields, "text", N_("say why it ends")), how, into)


def _reopen(act: Act, one: dict[str, Any], fields: Fields) -> None:
    if one["state"] != "open":
        desk.reopen(act, one, _needed(fields, "text", N_("say why it is taken up again")))


def _release_plan(act: Act, fields: Fields) -> None:
    releasing.release_plan(act, _plan(act, fields))


def _hold(act: Act, fields: Fields) -> None:
    why = _needed(fields, "text", N_("say why letters are held"))
    releasing.hold(act, why, _plan(act, fields) if fields.get("plan") else "")


def _resume(act: Act, fields: Fields) -> None:
    releasing.resume(act, _plan(act, fields) if fields.get("plan") else "")


def _hand_over(act: Act, fields: Fields) -> None:
    old, new, since = fields.get("person", ""), fields.get("to", ""), _day(fields, "since", act.on)
    sql = "SELECT id FROM handover WHERE old = :old AND new = :new AND since = :since AND until > :since"
    if row(act.connection, sql, old=old, new=new, since=since) is None:
        hand_over(act, old, new, since)


def _take_back(act: Act, fields: Fields) -> None:
    old, sql = fields.get("person", ""), "SELECT id FROM handover WHERE old = :old AND until > :on AND until > since"
    if row(act.connection, sql, old=old, on=act.on) or not row(
        act.connection, "SELECT id FROM handover WHERE old = :old", old=old
    ):
        take_back(act, old, act.on)


def _again(act: Act, fields: Fields) -> None:
    if letter := _refused(act, fields):
        failed.try_again(act, letter)


def _leave(act: Act, fields: Fields) -> None:
    if letter := _refused(act, fields):
        failed.leave(act, letter)


def _refused(act: Act, fields: Fields) -> int:
    """Return the number of a letter that waits for a decision, 0 when one was taken already."""
    number = _number(fields.get("letter", ""))
    found = row(act.connection, "SELECT state FROM letter WHERE id = :number", number=number)
    if found is None:
        raise UsageError(say("there is no such letter"))
    return number if found["state"] in ("dead", "bounced") else 0


def _plan(act: Act, fields: Fields) -> str:
    found = row(act.connection, "SELECT id FROM plan WHERE id = :plan", plan=fields.get("plan", ""))
    if found is None:
        raise UsageError(say("There is no plan {name}.", name=fields.get("plan", "")))
    return str(found["id"])


_OF_ROWS: Mapping[str, Doing] = {
    "release": _release,
    "sign": _sign,
    "drop": _drop,
    "note": _note,
    "progress": _progress,
    "done": _done,
    "accept": _accept,
    "return": _return,
    "extend": _extend,
    "refuse": _refuse,
    "seen": _seen,
    "ask": _ask,
    "transfer": _transfer,
    "stays": _stays,
    "set-aside": _set_aside,
    "take-up": _take_up,
    "end": _end,
    "reopen": _reopen,
}
_OF_OTHERS: Mapping[str, Callable[[Act, Fields], None]] = {
    "release-plan": _release_plan,
    "hold": _hold,
    "resume": _resume,
    "hand-over": _hand_over,
    "take-back": _take_back,
    "again": _again,
    "leave": _leave,
}


def _needed(fields: Fields, name: str, wish: str) -> str:
    if not fields.get(name):
        raise UsageError(say(wish))
    return fields[name]


def _day(fields: Fields, name: str, otherwise: date | None = None) -> date:
    day = day_written(fields.get(name, "")) or otherwise
    if day is None:
        raise UsageError(say("{text} is no day; write one such as 2018-06-08", text="–"))
    return day
