"""What an office does by a form: each act by its name, what it needs, and the sentence that says it is done.

A form that is sent twice does its work once: who finds it done already is told so, and nothing is added.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from notifications.speech import N_
from plans.model import say
from plans.trouble import DubanError, UsageError
from scheduler import desk
from scheduler.desk import Act
from scheduler.dropping import drop_row
from store import ledger
from store.database import row
from web.rendering import render
from web.view import View
from web.visit import Visit

Fields = Mapping[str, str]
Doing = Callable[[Act, dict[str, Any], Fields], None]

SAID: Mapping[str, str] = {
    "release": N_("Released; it goes out at the next round."),
    "sign": N_("Signed and released; it goes out at the next round."),
    "drop": N_("It will not be sent; the reason is in the history."),
    "note": N_("Noted in the history."),
    "progress": N_("Progress is recorded."),
    "done": N_("Reported as done; it waits to be accepted."),
    "accept": N_("Accepted."),
    "return": N_("Returned; the date stays as it is."),
    "extend": N_("The new date is in force."),
    "refuse": N_("The extension is refused; the date stays as it is."),
    "cancel": N_("Cancelled; nothing is asked any more."),
    "reopen": N_("Taken up again."),
    "release-plan": N_("The plan's letters are released."),
    "hold": N_("Letters are on hold."),
    "resume": N_("Letters are sent again."),
}


def do(visit: Visit, form: FormData) -> Response:
    """Do what a form of the desk asks for, and go back to the page it stands on."""
    fields = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    name = fields.get("do", "")
    try:
        with visit.act() as act:
            if name in _OF_PLANS:
                _OF_PLANS[name](act, fields)
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
    if fields.get("from") == "plan":
        return view.link("plan", fields.get("plan", ""), said=said)
    plan, _, task = fields.get("task", "").partition("/")
    place = view.link("task", plan, task, said=said) if task else view.link("desk", said=said)
    return f"{place}#{fields['at']}" if fields.get("at", "").isidentifier() else place


def _occurrence(act: Act, written: str) -> dict[str, Any]:
    found = None
    if written.isascii() and written.isdigit() and len(written) < 16:
        found = row(act.connection, "SELECT id FROM occurrence WHERE id = :number", number=int(written))
    if found is None:
        raise UsageError(say("there is no such row"))
    return ledger.occurrence(act.connection, int(written))


def _release(act: Act, one: dict[str, Any], _: Fields) -> None:
    if _waits(act, one, "desk"):
        desk.release_row(act, one["id"])


def _sign(act: Act, one: dict[str, Any], fields: Fields) -> None:
    if _waits(act, one, "sign"):
        desk.release_row(act, one["id"], _needed(fields, "signer", N_("say who signs")))


def _drop(act: Act, one: dict[str, Any], fields: Fields) -> None:
    reason = _needed(fields, "text", N_("say why it is not sent"))
    if any(_waits(act, one, name) for name in ("desk", "sign", "propose")):
        drop_row(act, one["id"], reason)


def _waits(act: Act, one: Mapping[str, Any], reason: str) -> bool:
    sql = "SELECT id FROM notice WHERE occurrence = :id AND state = 'held' AND reason = :reason"
    return row(act.connection, sql, id=one["id"], reason=reason) is not None


def _note(act: Act, one: dict[str, Any], fields: Fields) -> None:
    text = _needed(fields, "text", N_("write down what was said"))
    if not _is_said(act, one, "note", text):
        desk.note(act, one, text)


def _progress(act: Act, one: dict[str, Any], fields: Fields) -> None:
    text = fields.get("text", "")
    value = _number(fields["value"]) if fields.get("value") else None
    if not text and value is None:
        raise UsageError(say("write down how far it is, or the value reached"))
    if not _is_said(act, one, "progress", text):
        desk.progress(act, one, text, value=value)


def _done(act: Act, one: dict[str, Any], fields: Fields) -> None:
    if one["state"] not in ("reported", "done"):
        desk.report_done(act, one, fields.get("text", ""), _day(fields, "finished", act.on))


def _accept(act: Act, one: dict[str, Any], fields: Fields) -> None:
    if one["state"] != "done":
        finished = _day(fields, "finished", None) if fields.get("finished") else None
        desk.accept(act, one, fields.get("text", ""), finished)


def _return(act: Act, one: dict[str, Any], fields: Fields) -> None:
    if one["state"] != "returned":
        desk.send_back(act, one, _needed(fields, "text", N_("say what is missing")))


def _extend(act: Act, one: dict[str, Any], fields: Fields) -> None:
    until = _day(fields, "until", None)
    if one["due"] != until:
        desk.extend(act, one, until, fields.get("text", ""))


def _refuse(act: Act, one: dict[str, Any], fields: Fields) -> None:
    if one["asked_on"]:
        desk.refuse_extension(act, one, _needed(fields, "text", N_("say why the date stays")))


def _cancel(act: Act, one: dict[str, Any], fields: Fields) -> None:
    if one["state"] != "cancelled":
        desk.cancel(act, one, _needed(fields, "text", N_("say why it is cancelled")))


def _reopen(act: Act, one: dict[str, Any], fields: Fields) -> None:
    if one["state"] != "open":
        desk.reopen(act, one, _needed(fields, "text", N_("say why it is taken up again")))


def _release_plan(act: Act, fields: Fields) -> None:
    desk.release_plan(act, _plan(act, fields))


def _hold(act: Act, fields: Fields) -> None:
    why = _needed(fields, "text", N_("say why letters are held"))
    desk.hold(act, why, _plan(act, fields) if fields.get("plan") else "")


def _resume(act: Act, fields: Fields) -> None:
    desk.resume(act, _plan(act, fields) if fields.get("plan") else "")


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
    "cancel": _cancel,
    "reopen": _reopen,
}
_OF_PLANS: Mapping[str, Callable[[Act, Fields], None]] = {
    "release-plan": _release_plan,
    "hold": _hold,
    "resume": _resume,
}


def _is_said(act: Act, one: Mapping[str, Any], kind: str, text: str) -> bool:
    """Return whether the last thing said of a row today is this already, by the same person: a form sent twice."""
    sql = 'SELECT kind, actor, text FROM event WHERE occurrence = :id AND "on" = :on ORDER BY id DESC LIMIT 1'
    last = row(act.connection, sql, id=one["id"], on=act.on)
    return last is not None and (last["kind"], last["actor"], last["text"]) == (kind, act.actor, text)


def _needed(fields: Fields, name: str, wish: str) -> str:
    if not fields.get(name):
        raise UsageError(say(wish))
    return fields[name][:4000]


def _day(fields: Fields, name: str, otherwise: date | None) -> date:
    written = fields.get(name, "")
    if not written and otherwise:
        return otherwise
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise UsageError(say("{text} is no day; write one such as 2018-06-08", text=written or "–")) from None


def _number(written: str) -> float:
    try:
        return float(written)
    except ValueError:
        raise UsageError(say("{text} is no number", text=written)) from None
