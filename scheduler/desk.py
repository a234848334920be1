"""What an office does with what was asked: report, accept, return, extend, cancel; one transaction each.

Every act is an event with the day it takes effect and who did it. The functions here take rows and a day, judge by the
rules of practice, change the row through the ledger, and let the ladder begin anew where a new version begins.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from sqlalchemy import Connection

from plans.model import LATEST, Sentence, say
from plans.trouble import DeskError
from scheduler.matters import PAUSE, Desk
from scheduler.news import tell_news, withdraw
from scheduler.settings import Extensions
from store import ledger
from store.database import row, rows
from store.references import is_row
from store.states import ENDED, ENDED_LIST, STATES
from store.tables import Event

FRESH = ("open", "returned", "transferred")  # nobody has said a word of it yet
BEFORE_PROGRESS = (*FRESH, "acknowledged")


@dataclass(frozen=True)
class Act:
    """One act of somebody on one day: where it is written, when it takes effect, and who did it."""

    connection: Connection
    send_at: time
    on: date
    at: int
    actor: str
    mark: str = ""  # what the house's numbers begin with
    rules: Extensions = field(default_factory=Extensions)

    @property
    def desk(self) -> Desk:
        """Return a fresh look at the ledger."""
        return Desk(self.connection, self.send_at)

    def change(
        self,
        before: Mapping[str, Any],
        kind: str,
        /,
        text: str = "",
        data: Mapping[str, Any] | None = None,
        **columns: Any,
    ) -> dict[str, Any]:
        """Change a row by an event of this act, and work out when it must be looked at next."""
        desk = self.desk
        after = {**before, **columns}
        columns["next_at"] = desk.next_at(after, desk.decided(before["id"], after["version"]))
        told = json.dumps(dict(data or {}), ensure_ascii=False, default=str)
        event = Event(at=self.at, on=self.on, kind=kind, actor=self.actor, text=text, data=told)
        after = ledger.change(self.connection, before, event, desk.yellow_on(after), **columns)
        ledger.touch(self.connection, self.on)
        return after

    def anew(self, before: Mapping[str, Any], kind: str, /, text: str = "", **columns: Any) -> dict[str, Any]:
        """Begin a new version of a row: what was to be said of the old one is taken back, the ladder starts again."""
        due = columns.get("due", before["due"])
        begun = {
            "version": self.desk.version_after(before),
            "since_on": self.on,
            "paused_until": None,
            "asked_on": None,
            "asked_due": None,
            "silent": before["silent"] if due and due < self.on else "",
        }
        after = self.change(before, kind, text, **{**begun, **columns})
        withdraw(self.connection, before["id"], "changed")
        return after

    def pause(self, plan: str) -> date:
        """Return the last day on which a report or a request of today holds the ladder."""
        return self.desk.workdays(plan).after(self.on, PAUSE)


def progress(act: Act, one: Mapping[str, Any], text: str, *, value: float | None = None, state: str = "") -> None:
    """Record progress; it stops no ladder (practice 1.4). A row that only asks for a report is closed by any.

    The same said again by the same person on the same day is said already.
    """
    asks = one["kind"] == "report"
    if is_said(act, one, "report" if asks else "progress", text) and (
        asks or (value in (None, one["value"]) and state in ("", one["state"]))
    ):
        return
    open_only(one)
    if asks:
        _reported(act, one, text)
        return
    known = state or ("in_progress" if one["state"] in BEFORE_PROGRESS else one["state"])
    act.change(one, "progress", text, state=known, value=value if value is not None else one["value"])
    _answer_reports(act, one, text)


def acknowledge(act: Act, one: Mapping[str, Any], text: str) -> None:
    """Note that the unit has seen what is asked of it (签收); what is further on already stays as it is."""
    open_only(one)
    act.change(one, "acknowledge", text, state="acknowledged" if one["state"] in FRESH else one["state"])


def measure(act: Act, one: Mapping[str, Any], value: float) -> dict[str, Any]:
    """Record the quantity that was reached, without a word on how it stands."""
    return act.change(one, "progress", value=value)


def _reported(act: Act, one: Mapping[str, Any], text: str) -> None:
    act.change(one, "report", text, state="done", finished_on=act.on, reported_on=act.on, accepted_on=act.on)
    withdraw(act.connection, one["id"], "done")


def _answer_reports(act: Act, one: Mapping[str, Any], text: str) -> None:
    """Close what asks for a report on the same task from the same units: any report answers it (design: readings)."""
    asked = rows(
        act.connection,
        "SELECT * FROM occurrence WHERE plan = :plan AND task = :task AND leads = :leads AND kind = 'report'"
        f" AND part = '' AND state NOT IN ({ENDED_LIST}) AND coalesce(starts, first_on) <= :on ORDER BY id",
        plan=one["plan"],
        task=one["task"],
        leads=one["leads"],
        on=act.on,
    )
    for report in asked:
        _reported(act, report, text)


def report_done(act: Act, one: Mapping[str, Any], text: str, finished: date | None = None) -> None:
    """Report completion: the office accepts or returns it; until then the ladder waits, three working days at most.

    Where the plan asks for no acceptance the row is done at once. *finished* is the day it was finished, today unless
    said otherwise; never a day to come.
    """
    open_only(one)
    day = finished or act.on
    if day > act.on:
        raise DeskError(say("{day} is still to come; it can't have been finished then", day=day))
    if one["kind"] == "report":
        progress(act, one, text)
        return
    _answer_reports(act, one, text)
    if act.desk.plans[one["plan"]]["acceptance"] == "none":
        _finish(act, act.change(one, "report", text, finished_on=day, reported_on=act.on), day, "")
        return
    act.change(
        one, "report", text, state="reported", finished_on=day, reported_on=act.on, paused_until=act.pause(one["plan"])
    )


def accept(act: Act, one: Mapping[str, Any], text: str = "", finished: date | None = None) -> None:
    """Accept completion: done, on time if it was finished by the due date, whenever that is accepted."""
    open_only(one)
    if finished and finished > act.on:
        raise DeskError(say("{day} is still to come; it can't have been finished then", day=finished))
    after = _finish(act, one, finished or one["finished_on"] or act.on, text)
    tell_news(act.desk, after, "accepted", act.on, act.at)


def _finish(act: Act, one: Mapping[str, Any], finished: date, text: str) -> dict[str, Any]:
    after = act.change(
        one, "accept", text, state="done", finished_on=finished, accepted_on=act.on, paused_until=None, asked_on=None
    )
    withdraw(act.connection, one["id"], "done")
    if one["part"] == "measure":
        _close_problem(act, one)
    return after


def _close_problem(act: Act, measure: Mapping[str, Any]) -> None:
    """Close a problem when the last of its measures is done (practice 1.16)."""
    task = row(
        act.connection,
        "SELECT spec FROM task WHERE plan = :plan AND id = :task",
        plan=measure["plan"],
        task=measure["task"],
    )
    beside = [one for one in ledger.occurrences(act.connection, measure["plan"], measure["task"]) if not one["gone_on"]]
    measures = [one for one in beside if one["part"] == "measure"]
    named = {one["name"].partition("/")[0] for one in measures}
    if any(one["state"] not in ENDED for one in measures) or named < set(
        json.loads(task["spec"])["steps"] if task else ()
    ):
        return
    last = max(one["finished_on"] or act.on for one in measures)
    for one in beside:
        if one["part"] == "" and one["kind"] != "report" and one["state"] not in ENDED:
            _finish(act, one, last, "")


def send_back(act: Act, one: Mapping[str, Any], text: str) -> None:
    """Return a report as insufficient; it goes on against the same due date (practice 1.4)."""
    if one["state"] not in ("reported", "done"):
        raise DeskError(say("{title}: nothing was reported that could be returned", title=one["title"]))
    after = act.anew(one, "return", text, state="returned", finished_on=None, accepted_on=None)
    tell_news(act.desk, after, "returned", act.on, act.at)


def ask_extension(act: Act, one: Mapping[str, Any], until: date, text: str) -> None:
    """Ask for a later date: before the due date it holds the ladder, after it nothing (practice 1.4, 1.11)."""
    _extendable(one, until)
    in_time = one["due"] is None or act.on <= act.desk.workdays(one["plan"]).before(one["due"], act.rules.ask_before)
    pause = act.pause(one["plan"]) if in_time else one["paused_until"]
    act.change(
        one, "ask", text, {"late": not in_time}, asked_on=act.on, asked_due=until, paused_until=pause
    )  # fmt: skip


def extend(act: Act, one: Mapping[str, Any], until: date, text: str) -> None:
    """Grant a later date: a new version; the original date is kept beside it."""
    _extendable(one, until)
    if act.rules.times and one["extended"] >= act.rules.times:
        raise DeskError(
            say("{title}: the date was extended {n}×, which is the limit; a plan file can set another one",
                title=one["title"], n=one["extended"])
        )  # fmt: skip
    kind = "dated" if one["kind"] in ("undated", "immediate") else one["kind"]
    first = one["original_due"] or until
    after = act.anew(one, "extend", text, due=until, original_due=first, kind=kind, silent="",
                     extended=one["extended"] + 1)  # fmt: skip
    tell_news(act.desk, after, "changed", act.on, act.at)


def refuse_extension(act: Act, one: Mapping[str, Any], text: str) -> None:
    """Refuse a later date that was asked for: the date stays, the ladder goes on."""
    if not one["asked_on"]:
        raise DeskError(say("{title}: no later date was asked for", title=one["title"]))
    act.change(one, "refuse", text, asked_on=None, asked_due=None, paused_until=None)


def _extendable(one: Mapping[str, Any], until: date) -> None:
    open_only(one)
    if one["fixed"]:
        raise DeskError(say("{title}: the date is fixed by a superior and can't be extended here", title=one["title"]))
    if one["due"] and until <= one["due"]:
        raise DeskError(
            say("{title}: {until} is not later than {due}", title=one["title"], until=until, due=one["due"])
        )
    if until.year > LATEST:
        raise DeskError(say("{day} is too far away; look at the year", day=until))


def reopen(act: Act, one: Mapping[str, Any], text: str) -> None:
    """Take up again what was done or cancelled."""
    if one["state"] not in ENDED:
        raise DeskError(say("{title} is not closed", title=one["title"]))
    after = act.anew(one, "reopen", text, state="open", finished_on=None, accepted_on=None, reported_on=None)
    tell_news(act.desk, after, "changed", act.on, act.at)


def cancel(act: Act, one: Mapping[str, Any], text: str, state: str = "cancelled", into: str = "") -> None:
    """End a row without its being done: cancelled, routine, or merged or carried over into another task (*into*)."""
    open_only(one)
    kind = "cancel" if state == "cancelled" else state
    act.change(one, kind, text, {"into": into} if into else None, state=state, paused_until=None, asked_on=None)
    withdraw(act.connection, one["id"], "cancelled")


def note(act: Act, one: Mapping[str, Any], text: str) -> None:
    """Write a line into the history: a phone call, what was agreed; the same line again is there already."""
    if not is_said(act, one, "note", text):
        act.change(one, "note", text)


def is_said(act: Act, one: Mapping[str, Any], kind: str, text: str) -> bool:
    """Return whether the last thing said of a row today is this already, by the same person."""
    sql = 'SELECT kind, actor, text FROM event WHERE occurrence = :id AND "on" = :on ORDER BY id DESC LIMIT 1'
    last = row(act.connection, sql, id=one["id"], on=act.on)
    return last is not None and (last["kind"], last["actor"], last["text"]) == (kind, act.actor, text)


def open_only(one: Mapping[str, Any]) -> None:
    """Refuse what has ended already."""
    if one["state"] in ENDED:
        state = Sentence(STATES[one["state"]], {})
        raise DeskError(say("{title} is closed already ({state})", title=one["title"], state=state))


def find(
    connection: Connection, plan: str, task: str, name: str | None, *, ended: bool = False
) -> list[dict[str, Any]]:
    """Return the rows of a task with that name, or whose names begin with it; without one those with a date, or all.

    Open rows are meant, with *ended* those that are reported or closed.
    """
    found = ledger.occurrences(connection, plan, task)
    if name is not None:
        return [one for one in found if one["name"] == name or (name and is_row(one["name"], name))]
    if ended:
        return [one for one in found if one["state"] in (*ENDED, "reported")]
    live = [one for one in found if one["state"] not in ENDED and not one["gone_on"]]
    return [one for one in live if not one["name"]] or live
