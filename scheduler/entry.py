"""One plan on its way into the ledger: its rows added, moved, changed or cancelled, each with its event."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from plans import compare
from plans.compare import Change
from plans.directory import Directory
from plans.identity import normalised, uid
from plans.model import Occurrence, Phase, Plan, Task
from plans.occurrences import (
    Outlook,
    end_day,
    issue_day,
    named,
    phases_of,
    profile_days,
    task_reading,
    units_of,
)
from plans.workdays import Workdays
from scheduler.desk import Act
from scheduler.matters import Desk
from scheduler.news import tell_news, withdraw
from scheduler.settings import Settings
from scheduler.succession import Takeover, take_over
from store import ledger
from store.database import insert, insert_all, row, rows, run, run_all
from store.states import ENDED
from store.tables import FOREVER, Event
from store.tables import Phase as PhaseRow
from store.tables import Plan as PlanRow


@dataclass(frozen=True, slots=True)
class Source:
    """A plan file and its directory as read, with the text that was read."""

    plan: Plan
    text: str
    directory: Directory
    directory_text: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One plan ready to be applied, and what that would do."""

    source: Source
    changes: tuple[Change, ...]
    digest: str
    renamed: dict[str, str]
    workdays: Workdays
    on: date  # the day it takes effect
    fresh: bool  # the ledger doesn't know the plan yet
    unchanged: bool  # the same text, directory, presets, working days and settings as last time
    reworded: bool = False  # the file is written otherwise, and says what it said last time
    proposals: tuple[tuple[Task, str], ...] = ()  # new task, id of the vanished one with its title
    taken: Takeover = field(default_factory=Takeover)  # what becomes of the plan that it replaces

    @property
    def plan(self) -> Plan:
        """Return the plan."""
        return self.source.plan

    def count(self, *kinds: str) -> int:
        """Return how many rows change in one of these ways."""
        return sum(change.kind in kinds for change in self.changes)

    @property
    def vanished(self) -> list[str]:
        """Return the tasks that are no longer in the file and about which nothing was said yet."""
        gone = dict.fromkeys(change.task for change in self.changes if change.kind == "vanished")
        return [*gone, *(f"{self.taken.plan}/{task}" for task in self.taken.unanswered)]


class Entry:
    """One plan on its way into the ledger."""

    def __init__(
        self, connection: Connection, prepared: Prepared, on: date, at: int, actor: str, settings: Settings
    ) -> None:
        self.connection, self.prepared, self.plan = connection, prepared, prepared.plan
        self.on, self.at, self.actor, self.settings = on, at, actor, settings
        self.word = ledger.house(connection)["word"]

    def write(self) -> None:
        """Write the plan, its tasks and rows."""
        self._plan()
        self._phases()
        self._rename()
        self._tasks()
        self._order()
        self._workdays()
        self.desk = Desk(self.connection, self.settings.send_at)
        self._add([change for change in self.prepared.changes if change.kind in ("added", "past")])
        for change in self.prepared.changes:
            if change.kind in _WRITERS:
                _WRITERS[change.kind](self, change)
        self._positions()
        if self.afresh:
            self._look_again()
        act = Act(self.connection, self.settings.send_at, self.on, self.at, self.actor)
        take_over(act, self.plan.id, self.prepared.taken)
        self._event()

    def roll_on(self) -> None:
        """Add rows only, with the working days they need."""
        self._workdays()
        self.desk = Desk(self.connection, self.settings.send_at)
        self._add(list(self.prepared.changes))

    def _plan(self) -> None:
        plan, directory = self.plan, self.prepared.source.directory
        office = units_of(directory, tuple(filter(None, (plan.office or plan.issuer,))), issue_day(plan))
        known = [unit for unit in office if unit in directory.units]
        values: dict[str, Any] = {
            "title": plan.title, "file": plan.file, "digest": self.prepared.digest, "source": self.prepared.source.text,
            "number": plan.number, "issuer": plan.issuer, "office": known[0] if known else "",
            "issued": issue_day(plan), "year": plan.plan_year, "ends": end_day(plan), "closed": plan.closed,
            "timezone": plan.timezone, "language": plan.language, "handling": plan.handling, "calendar": plan.workdays,
            "acceptance": plan.acceptance, "supersedes": json.dumps(dict(plan.supersedes), ensure_ascii=False),
        }  # fmt: skip
        self.afresh = self._must_look_again(values)
        if self.prepared.fresh:
            place = rows(self.connection, "SELECT count(*) AS n FROM plan")[0]["n"]
            insert(self.connection, PlanRow(id=plan.id, position=place, applied_on=self.on, **values))
            return
        settings = ", ".join(f'"{name}" = :{name}' for name in values)
        run(self.connection, f"UPDATE plan SET {settings} WHERE id = :plan_id", plan_id=plan.id, **values)

    def _must_look_again(self, values: dict[str, Any]) -> bool:
        """Return whether rows that stay the same may be due at another time: what all of them hang on has changed."""
        before = row(self.connection, "SELECT * FROM plan WHERE id = :plan", plan=self.plan.id)
        if before is None:
            return False
        told = ("timezone", "closed", "calendar", "issued")
        return before["source"] == values["source"] or any(before[name] != values[name] for name in told)

    def _look_again(self) -> None:
        """Work out anew when each row must be looked at next: the calendar, the zone or the end of the plan moved."""
        known = ledger.occurrences(self.connection, self.plan.id)
        decided = self.desk.decided_of([one["id"] for one in known])
        fresh = [
            {"id": one["id"], "next_at": self.desk.next_at(one, decided.get(one["id"], frozenset()))} for one in known
        ]
        run_all(self.connection, "UPDATE occurrence SET next_at = :next_at WHERE id = :id", fresh)

    def _phases(self) -> None:
        run(self.connection, "DELETE FROM phase WHERE plan = :plan", plan=self.plan.id)
        outlook = self._outlook()
        for place, phase in enumerate(self.plan.phases):
            said = task_reading(outlook, Task(id="", title="", place=phase.place, due=phase.due), None)
            insert(
                self.connection,
                PhaseRow(plan=self.plan.id, id=phase.id, title=phase.title, position=place, starts=said.start,
                         due=said.due if phase.due else None),
            )  # fmt: skip

    def _outlook(self) -> Outlook:
        return Outlook(self.plan, self.prepared.source.directory, self.prepared.workdays, self.on)

    def _rename(self) -> None:
        for old, new in self.prepared.renamed.items():
            for table, column in (("task", "id"), ("occurrence", "task"), ("event", "task")):
                sql = f"UPDATE {table} SET {column} = :new WHERE plan = :plan AND {column} = :old"
                run(self.connection, sql, new=new, old=old, plan=self.plan.id)

    def _tasks(self) -> None:
        """Write the tasks of the file; vanished ones stay as they were."""
        tasks, outlook = named(self.plan), self._outlook()
        phases = phases_of(self.plan)
        sql = "DELETE FROM task WHERE plan = :plan AND id = :id"
        run_all(self.connection, sql, [{"plan": self.plan.id, "id": task.id} for task in tasks])
        insert_all(
            self.connection,
            "task",
            [self._task(place, task, phases.get(task.phase), outlook) for place, task in enumerate(tasks)],
        )

    def _order(self) -> None:
        """Write which tasks come before which."""
        run(self.connection, "DELETE FROM task_after WHERE plan = :plan", plan=self.plan.id)
        insert_all(self.connection, "task_after", [
            {"plan": self.plan.id, "task": task.id, "before": before}
            for task in named(self.plan) for before in dict.fromkeys(task.after)
        ])  # fmt: skip

    def _task(self, place: int, task: Task, phase: Phase | None, outlook: Outlook) -> dict[str, Any]:
        spec = {
            "note": task.note, "source": task.source, "problem": task.problem, "tags": task.tags,
            "measures": [measure.title for measure in task.measures],
            "steps": [measure.id for measure in task.measures], "after": task.after, "review": task.review,
            "targets": [
                {"indicator": t.indicator, "op": t.op, "value": t.value, "unit": t.unit, "kind": t.kind}
                for t in task.targets
            ],
        }  # fmt: skip
        return {
            "plan": self.plan.id, "id": task.id, "title": task.title, "position": place,
            "digest": normalised(task.title), "no": task.no, "phase": phase.id if phase else task.phase,
            "text": task.due or (phase.due if phase else "") or outlook.plan.defaults.due,
            "spec": json.dumps({k: v for k, v in spec.items() if v}, ensure_ascii=False), "gone_on": None,
            "kept_on": None,
        }  # fmt: skip

    def _workdays(self) -> None:
        """Keep the working days of every year that can be counted in, from the year of issue to the year after next."""
        first = date(min(issue_day(self.plan).year, self.on.year), 1, 1)
        dues = [change.declared.due for change in self.prepared.changes if change.declared and change.declared.due]
        last = date(max([self.on.year, *(due.year for due in dues)]) + 1, 12, 31)
        ledger.copy_workdays(self.connection, self.plan.workdays, self.prepared.workdays, first, last)

    def _add(self, changes: list[Change]) -> None:
        """Insert new rows, how they stand from the day of issue on, and what happened to them."""
        declared = [change.declared for change in changes if change.declared]
        first_of = self._assigned() if declared else set()
        values, sequence = [], ledger.first_sequence(self.connection)
        for change, one in zip(changes, declared, strict=True):
            assigns = (one.task, one.leads) not in first_of
            first_of.add((one.task, one.leads))
            row = self._row(one, past=change.kind == "past", assigns=assigns)
            values.append(row | {"sequence": sequence})
        ids = ledger.add_rows(self.connection, values, declared)
        since = issue_day(self.plan)
        insert_all(self.connection, "standing", [
            {"occurrence": number, "since": min(since, self.on), "until": FOREVER, "due": value["due"],
             "state": value["state"], "finished_on": value["finished_on"], "version": 1,
             "yellow_on": self.desk.yellow_on(value), "leads": value["leads"], "value": None}
            for number, value in zip(ids, values, strict=True)
        ])  # fmt: skip
        if not self.prepared.fresh:
            insert_all(self.connection, "event", [
                {"at": self.at, "on": self.on, "plan": self.plan.id, "task": value["task"], "occurrence": number,
                 "kind": "added", "actor": self.actor, "text": "", "data": "{}"}
                for number, value in zip(ids, values, strict=True)
            ])  # fmt: skip

    def _assigned(self) -> set[tuple[str, tuple[str, ...]]]:
        """Return the tasks, each with its leads, that have a row which is assigned, or were told of one that ended."""
        ending = {change.known.id for change in self.prepared.changes if change.known and change.kind in _ENDING}
        found = rows(
            self.connection,
            "SELECT o.id, o.task, o.leads, o.gone_on, EXISTS (SELECT 1 FROM notice n JOIN letter l ON l.id = n.letter"
            " WHERE n.occurrence = o.id AND n.kind = 'assign' AND l.state NOT IN ('ready', 'void')) AS told"
            " FROM occurrence o WHERE o.plan = :plan",
            plan=self.plan.id,
        )
        stays = (one for one in found if one["told"] or not (one["gone_on"] or one["id"] in ending))
        return {(one["task"], tuple(json.loads(one["leads"]))) for one in stays}

    def _row(self, one: Occurrence, *, past: bool, assigns: bool) -> dict[str, Any]:
        first = max(self.on, issue_day(self.plan))  # nobody is told of anything before the day of issue
        value: dict[str, Any] = {
            "plan": one.plan, "task": one.task, "name": one.name,
            "uid": uid(self.word, one.plan, one.task, one.name), "position": one.position,
            "declared": one.due, "original_due": one.due, "due": one.due, "version": 1, "sequence": 0,
            "changed_at": self.at, "state": one.state or "open", "finished_on": one.done, "reported_on": None,
            "accepted_on": one.done, "paused_until": None, "asked_on": None, "asked_due": None, "extended": 0,
            "resumes_on": None, "first_on": first, "since_on": first, "gone_on": None, "assigns": assigns,
            "silent": "past" if past else "", "leads": _names(one.leads), "next_at": None, "value": None,
            **self._said(one),
        }  # fmt: skip
        value["next_at"] = self.desk.next_at(value)
        return value

    def _said(self, one: Occurrence) -> dict[str, Any]:
        """Return what the file declares of a row beside its date, as columns."""
        said: dict[str, Any] = {
            "digest": compare.digest(one), "title": one.title, "kind": one.kind, "text": one.text, "rule": one.rule,
            "reading": one.reading, "precision": one.precision, "starts": one.starts, "soft": one.soft,
            "fixed": one.fixed, "ladder": one.ladder, "declared_leads": _names(one.leads),
            "declared_state": compare.declared_state(one), "part": one.part, "steps": one.steps,
            "follows": one.follows, "target_op": "", "target_value": None, "target_unit": "", "target_kind": "",
            "baseline": None, "profile": "[]",
        }  # fmt: skip
        if target := one.target:
            points = profile_days(self._outlook(), target)
            said |= {
                "target_op": target.op, "target_value": target.value, "target_unit": target.unit,
                "target_kind": target.kind, "baseline": target.baseline,
                "profile": json.dumps([(str(day), percent) for day, percent in points]),
            }  # fmt: skip
        return said

    def _moved(self, change: Change) -> None:
        """A declared date changed: a new version begins, the ladder starts anew, an extension is overridden."""
        assert change.declared
        self._redeclare(change, declared=change.declared.due, due=change.declared.due, kind="moved", again=True)

    def _changed(self, change: Change) -> None:
        """Something beside the date changed: the row is brought up to date, its version stays."""
        assert change.declared
        self._redeclare(change, declared=change.declared.due, kind="changed")

    def _revived(self, change: Change) -> None:
        """A row that had vanished is declared again, under its old name in everybody's calendar."""
        assert change.declared
        assert change.known
        self._redeclare(
            change, declared=change.declared.due, due=change.declared.due, gone_on=None, kind="revived", again=True,
            **self._before_it_went(change.known.id),
        )  # fmt: skip

    def _before_it_went(self, number: int) -> dict[str, Any]:
        """Return the state a row had before it vanished, if that is what ended it."""
        sql = "SELECT data FROM event WHERE occurrence = :number AND kind = 'gone' ORDER BY id DESC"
        went = row(self.connection, sql, number=number)
        states = json.loads(went["data"]).get("state") if went else None
        return {"state": states[0]} if states else {}

    def _redeclare(self, change: Change, *, kind: str, again: bool = False, **columns: Any) -> None:
        assert change.declared
        assert change.known
        one = change.declared
        before = ledger.occurrence(self.connection, change.known.id)
        columns |= self._said(one)
        if before["kind"] == "dated" and one.kind in ("undated", "immediate") and not again:
            columns["kind"] = "dated"  # the office gave it a day
        carried = columns["declared_state"] != before["declared_state"]
        if one.state and carried and before["state"] not in ENDED:
            columns |= {"state": one.state, "finished_on": one.done, "accepted_on": one.done}
        if again:
            past = bool(one.due and one.due < self.on)
            columns |= {"version": self.desk.version_after(before), "since_on": max(self.on, before["first_on"]),
                        "silent": "past" if past else "", "paused_until": None, "asked_on": None,
                        "asked_due": None}  # fmt: skip
        if before["leads"] == before["declared_leads"] or _names(one.leads) != before["declared_leads"]:
            columns["leads"] = _names(one.leads)  # else it was transferred, which the same file doesn't undo
            ledger.forget_parts(self.connection, before["id"])
            ledger.write_parts(self.connection, [(before["id"], one)])
        self._write(before, kind, columns, news="changed" if again else "")

    def _gone(self, change: Change) -> None:
        """A row vanished from the file and is cancelled with it."""
        assert change.known
        before = ledger.occurrence(self.connection, change.known.id)
        columns: dict[str, Any] = {"gone_on": self.on, "next_at": None}
        if before["state"] not in ENDED:
            columns |= {"state": "cancelled"}
        self._write(before, "gone", columns)

    def _write(self, before: dict[str, Any], kind: str, columns: dict[str, Any], news: str = "") -> None:
        after = {**before, **columns}
        columns["next_at"] = self.desk.next_at(after, self.desk.decided(before["id"], after["version"]))
        event = Event(at=self.at, on=self.on, kind=kind, actor=self.actor)
        after = ledger.change(self.connection, before, event, self.desk.yellow_on(after), **columns)
        if after["version"] != before["version"] or after["state"] == "cancelled":
            withdraw(self.connection, before["id"], "cancelled" if after["state"] == "cancelled" else "changed")
        if news and not after["silent"] and after["state"] not in ENDED:
            tell_news(self.desk, after, news, self.on, self.at)

    def _positions(self) -> None:
        """Let rows stand in the order of the file, and say of vanished tasks what became of them."""
        moved = [
            {"number": change.known.id, "position": change.declared.position}
            for change in self.prepared.changes
            if change.known and change.declared
        ]
        run_all(self.connection, "UPDATE occurrence SET position = :position WHERE id = :number", moved)
        for kind, column in (("gone", "gone_on"), ("kept", "kept_on")):
            vanished = {change.task for change in self.prepared.changes if change.kind == kind}
            sql = f"UPDATE task SET {column} = :on WHERE plan = :plan AND id = :task"
            run_all(self.connection, sql, [{"on": self.on, "plan": self.plan.id, "task": task} for task in vanished])

    def _event(self) -> None:
        kinds = ("added", "past", "moved", "changed", "gone", "kept", "dropped", "revived")
        counts = {kind: self.prepared.count(kind) for kind in kinds}
        told = json.dumps({kind: n for kind, n in counts.items() if n})
        insert(
            self.connection,
            Event(at=self.at, on=self.on, plan=self.plan.id, kind="applied", actor=self.actor, data=told),
        )


_ENDING = ("gone", "dropped")


@lru_cache
def _names(ids: tuple[str, ...]) -> str:
    return json.dumps(ids, ensure_ascii=False)


_WRITERS = {
    "moved": Entry._moved,  # noqa: SLF001
    "changed": Entry._changed,  # noqa: SLF001
    "revived": Entry._revived,  # noqa: SLF001
    "gone": Entry._gone,  # noqa: SLF001
    "dropped": Entry._gone,  # noqa: SLF001
}
