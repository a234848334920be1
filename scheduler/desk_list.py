"""The desk's list of a day: what an office has to release, sign, call about, verify, decide and look into.

Pages and the morning letter show the same list. What waits for a human for more than two working days is marked; the
unit never hears of it (practice 1.1).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from notifications.notices import DeskLine, DeskSection
from plans.presets import ladder
from plans.recipients import MAILBOX, Parts, Told, recipients
from plans.stages import Stage, When
from plans.workdays import Workdays
from scheduler.decisions import UNDECIDED
from scheduler.desk_beside import Beside
from scheduler.matters import QUIET, Desk, is_over
from store.database import rows

PATIENCE = 2  # working days after which what waits for a human is nagged about
QUIET_AFTER_TALK = 3  # working days a unit isn't called again after a call, a note or a report
FAILED_FOR = 5  # working days a refused letter stays on the list
CONTACT = Stage("call", "urge", When("day0"), ("contact",))

_OPEN = ", ".join(f"'{state}'" for state in (*QUIET, "reported"))
_ROW = """o.id, o.plan, o.task, o.name, o.title, o.due, o.leads, o.ladder, o.kind, o.state, o.text, o.next_at,
    o.reported_on, o.asked_on, o.asked_due, o.finished_on, t.no
    FROM occurrence o JOIN task t ON t.plan = o.plan AND t.id = o.task"""
HELD = f"""SELECT n.stage, n.kind AS said, n.reason, min(n.day) AS day, min(n.person) AS told, {_ROW}
    JOIN notice n ON n.occurrence = o.id WHERE n.state = 'held' AND n.reason IN ('desk', 'sign', 'propose')
    AND n.role = 'to' AND n.version = o.version GROUP BY o.id, n.stage, n.kind, n.reason, t.no
    ORDER BY o.plan, o.position, n.stage"""
UNRELEASED = """SELECT o.plan, count(*) AS notices FROM notice n JOIN occurrence o ON o.id = n.occurrence
    WHERE n.state = 'held' AND n.reason = 'unreleased' GROUP BY o.plan"""
LATE = f"""SELECT {_ROW} WHERE o.due < :soon AND o.kind IN ('dated', 'recurring') AND o.silent = ''
    AND o.state NOT IN ({_OPEN}) ORDER BY o.due, o.plan, o.position"""
REPORTED = f"SELECT {_ROW} WHERE o.state = 'reported' ORDER BY o.reported_on, o.plan, o.position"
ASKED = (
    f"SELECT {_ROW} WHERE o.asked_on IS NOT NULL AND o.state NOT IN ({_OPEN}) ORDER BY o.asked_on, o.plan, o.position"
)
DISCLAIMED = f"""SELECT e.actor, e.text AS said, e."on", {_ROW} JOIN event e ON e.occurrence = o.id
    WHERE {UNDECIDED} AND o.state NOT IN ({_OPEN}) ORDER BY e.id"""
PAST = f"SELECT {_ROW} WHERE o.silent = 'past' AND o.state NOT IN ({_OPEN}) ORDER BY o.plan, o.position"
UNDATED = f"""SELECT {_ROW} WHERE o.kind = 'undated' AND o.reading = 'unresolved' AND o.state NOT IN ({_OPEN})
    ORDER BY o.plan, o.position"""
UNHEARD = f"""SELECT n.stage, n.kind AS said, max(n.day) AS day, {_ROW} JOIN notice n ON n.occurrence = o.id
    WHERE n.state = 'suppressed' AND n.reason = 'nobody' AND n.version = o.version AND n.day >= :since
    AND o.state NOT IN ({_OPEN}) GROUP BY o.id, n.stage, n.kind, t.no ORDER BY o.plan, o.position, max(n.day)"""
FAILED = """SELECT DISTINCT l.id, l.day, l.state, l.subject, l.address, l.error, o.plan FROM letter l
    LEFT JOIN notice n ON n.letter = l.id LEFT JOIN occurrence o ON o.id = n.occurrence
    WHERE l.state = 'dead' AND l.day >= :since OR l.state = 'bounced' AND l.kind <> 'desk' ORDER BY l.id"""
# a desk whose own address is wrong has no letter about its letters every morning; `duban health` tells of them
FALLBACKS = "SELECT DISTINCT fallback FROM letter WHERE fallback <> '' AND day >= :since ORDER BY fallback"
AHEAD = 30  # days before its deadline within which a ladder may put a row on the list of calls


@dataclass(frozen=True)
class DeskList:
    """The list as of one day; *plans* are those of one office."""

    desk: Desk
    day: date
    plans: Collection[str]

    def lines(self, *, whole: bool = False) -> list[DeskLine]:
        """Return the list, section by section; the *whole* of it has every day what is asked about once a week."""
        parts = (
            self._failed, self._unheard, self._calls, self._unreleased, self._held, self._asked, self._disclaimed,
            self._reported,
        )  # fmt: skip
        weekly = (self._past, self._undated) if whole or self._week_begins() else ()
        return [line for part in (*parts, *weekly) for line in part()]

    def _week_begins(self) -> bool:
        """Return whether this is the first working day of its week: what doesn't press is asked about once a week."""
        return any(begins_week(self.desk.workdays(plan), self.day) for plan in self.plans)

    def _rows(self, sql: str, **values: Any) -> Iterator[dict[str, Any]]:
        plans = self.desk.plans
        for one in rows(self.desk.connection, sql, **values):
            here = plans.get(one["plan"])
            if here and one["plan"] in self.plans and here["released_on"] and not is_over(here, self.day):
                yield one

    def _line(self, section: DeskSection, one: Mapping[str, Any], beside: Beside, **more: Any) -> DeskLine:
        plan = self.desk.plans[one["plan"]]
        unit, person, phone = self._contact(one, beside)
        key = "/".join(filter(None, (one["plan"], one["task"], one["name"])))
        return DeskLine(
            section, plan_title=plan["title"], task_no=one["no"], title=one["title"], due=one["due"], key=key,
            row=one["id"], unit=unit, person=person, phone=phone, **more,
        )  # fmt: skip

    def _contact(self, one: Mapping[str, Any], beside: Beside) -> tuple[str, str, str]:
        """Return who is called about a row: unit, person and telephone."""
        found: list[Told] = recipients(CONTACT, beside.parts(one), self.desk.posts, self.day)
        leads = json.loads(one["leads"])
        unit_id = found[0].unit if found and found[0].unit else leads[0] if leads else ""
        unit = self._units.get(unit_id, {})
        person = self._people.get(found[0].person, {}) if found else {}
        phone = person.get("phone") or unit.get("phone") or ""
        return unit.get("name", unit_id), person.get("name", ""), phone

    @cached_property
    def _units(self) -> dict[str, dict[str, Any]]:
        return {one["id"]: one for one in rows(self.desk.connection, "SELECT id, name, phone FROM unit")}

    @cached_property
    def _people(self) -> dict[str, dict[str, Any]]:
        return {one["id"]: one for one in rows(self.desk.connection, "SELECT id, name, phone FROM person")}

    def _beside(self, sql: str, **values: Any) -> Beside:
        return Beside(self.desk, sql, values)

    def _waited(self, plan: str, since: date | None) -> dict[str, Any]:
        days = self.desk.workdays(plan).count(since, self.day) if since else 0
        return {"workdays": days, "nag": days > PATIENCE}

    def _unreleased(self) -> Iterator[DeskLine]:
        for one in rows(self.desk.connection, UNRELEASED):
            plan = self.desk.plans[one["plan"]]
            if one["plan"] in self.plans and not is_over(plan, self.day):
                waited = self._waited(plan["id"], plan["applied_on"])
                yield DeskLine("release", plan["title"], key=plan["id"], letters=one["notices"], **waited)

    def _held(self) -> Iterator[DeskLine]:
        beside = self._beside(HELD)
        for one in self._rows(HELD):
            section: DeskSection = {"desk": "release", "sign": "sign"}.get(one["reason"], "propose")  # type: ignore[assignment]
            stage = ladder(one["ladder"]).stage(one["stage"])
            text = stage.called(self.desk.plans[one["plan"]]["language"]) if stage else ""
            kind = "" if section == "propose" else one["said"]
            to = self._addressees(stage, beside.parts(one)) if stage and kind else ()
            waited = self._waited(one["plan"], one["day"])
            yield self._line(section, one, beside, kind=kind, text=text, addressees=to, **waited)

    def _addressees(self, stage: Stage, parts: Parts) -> tuple[str, ...]:
        """Return the names of those a letter that waits goes to, as things stand."""
        told = [one.person for one in self.desk.addressed(stage, parts, self.day) if one.role == "to"]
        known = (self._people.get(one) or self._units.get(one.removeprefix(MAILBOX)) for one in told)
        return tuple(one["name"] for one in known if one)

    def _calls(self) -> Iterator[DeskLine]:
        soon = date.fromordinal(self.day.toordinal() + AHEAD)
        beside = self._beside(LATE, soon=soon)
        said = beside.said("progress", "report", "note")
        for one in self._rows(LATE, soon=soon):
            workdays = self.desk.workdays(one["plan"])
            since = calls_from(one["ladder"], one["due"], workdays)
            if self.day < since or self._talked(beside.talked_on.get(one["id"]), workdays):
                continue
            if one["next_at"] is None and not self._week_begins() and one["id"] not in beside.waits:
                continue  # its ladder is at an end: the desk's list only, once a week (practice 3)
            late = workdays.count(one["due"], self.day)
            yield self._line("call", one, beside, workdays=late, text=said.get(one["id"], ""))

    def _unheard(self) -> Iterator[DeskLine]:
        """Yield the stages that came due and found nobody to tell: of each row the last."""
        first = next(iter(self.plans), "")
        if not first:
            return
        since = self.desk.workdays(first).before(self.day, FAILED_FOR)
        beside = self._beside(UNHEARD, since=since)
        for one in {one["id"]: one for one in self._rows(UNHEARD, since=since)}.values():
            stage = ladder(one["ladder"]).stage(one["stage"])
            text = stage.called(self.desk.plans[one["plan"]]["language"]) if stage else ""
            yield self._line("unheard", one, beside, kind=one["said"], text=text, roles=stage.to if stage else ())

    def _talked(self, last: date | None, workdays: Workdays) -> bool:
        return last is not None and workdays.count(last, self.day) < QUIET_AFTER_TALK

    def _reported(self) -> Iterator[DeskLine]:
        beside = self._beside(REPORTED)
        said = beside.said("report")
        for one in self._rows(REPORTED):
            waited = self._waited(one["plan"], one["reported_on"])
            yield self._line("verify", one, beside, text=said.get(one["id"], ""), **waited)

    def _asked(self) -> Iterator[DeskLine]:
        beside = self._beside(ASKED)
        said = beside.said("ask")
        for one in self._rows(ASKED):
            waited = self._waited(one["plan"], one["asked_on"])
            yield self._line("extend", one, beside, until=one["asked_due"], text=said.get(one["id"], ""), **waited)

    def _disclaimed(self) -> Iterator[DeskLine]:
        beside = self._beside(DISCLAIMED)
        for one in self._rows(DISCLAIMED):
            said = f"{one['actor']}: {one['said']}"
            yield self._line("disclaim", one, beside, text=said, **self._waited(one["plan"], one["on"]))

    def _past(self) -> Iterator[DeskLine]:
        beside = self._beside(PAST)
        for one in self._rows(PAST):
            workdays = self.desk.workdays(one["plan"])
            late = workdays.count(one["due"], self.day) if one["due"] else 0
            yield self._line("past", one, beside, workdays=late)

    def _undated(self) -> Iterator[DeskLine]:
        beside = self._beside(UNDATED)
        for one in self._rows(UNDATED):
            yield self._line("undated", one, beside, text=one["text"])

    def _failed(self) -> Iterator[DeskLine]:
        first = next(iter(self.plans), "")
        if not first:
            return
        since = self.desk.workdays(first).before(self.day, FAILED_FOR)
        found = rows(self.desk.connection, FAILED, since=since)
        ours = (one for one in found if one["plan"] is None or one["plan"] in self.plans)
        for one in {one["id"]: one for one in ours}.values():
            section: DeskSection = "bounced" if one["state"] == "bounced" else "failed"
            yield DeskLine(
                section, title=one["subject"], person=one["address"], text=one["error"], letter=one["id"]
            )  # fmt: skip
        for one in rows(self.desk.connection, FALLBACKS, since=since):
            yield DeskLine("failed", text=one["fallback"])


def begins_week(workdays: Workdays, day: date) -> bool:
    """Return whether a day is the first working day since Sunday."""
    return day in workdays and workdays.before(day, 1) < date.fromordinal(day.toordinal() - day.weekday())


def calls_from(written: str, due: date, workdays: Workdays) -> date:
    """Return the day from which a row is called about: its ladder's first stage that says so, else the day after."""
    days = [one.when.day(due, workdays) for one in ladder(written).stages if one.call and one.when.by_date]
    return min(days, default=workdays.after(due, 1))
