"""From a row of the ledger to what its ladder needs: the matter, its working days, and when to look at it next."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from plans.presets import ladder
from plans.recipients import Handover, House, Parts, Post, Told, recipients
from plans.stages import Stage
from plans.workdays import Workdays
from scheduler.ladder import Matter, next_day, rungs, yellow_on
from store import ledger
from store.database import row, rows, rows_about
from store.states import ENDED, ENDED_LIST, behind
from store.tables import Plan

QUIET = (*ENDED, "on_hold")  # nobody is told anything by the ladder
PAUSE = 3  # working days a report or a request holds the ladder at most (practice 1.4)


@dataclass(frozen=True)
class Desk:
    """One look at the ledger: the connection, when letters go out, and what is fetched once and kept."""

    connection: Connection
    send_at: time

    @cached_property
    def house(self) -> dict[str, Any]:
        """Return the ledger's one row about itself."""
        return ledger.house(self.connection)

    @cached_property
    def plans(self) -> dict[str, dict[str, Any]]:
        """Return the plans by id, without the texts they were read from: those may be megabytes, and acts are many."""
        columns = ", ".join(f'"{name}"' for name in Plan.model_fields if name != "source")
        return {one["id"]: one for one in rows(self.connection, f"SELECT {columns} FROM plan ORDER BY position, id")}

    @cached_property
    def _calendars(self) -> dict[str, Workdays]:
        return {}

    def workdays(self, plan: str) -> Workdays:
        """Return the working days a plan counts by."""
        country = self.plans[plan]["calendar"]
        if country not in self._calendars:
            self._calendars[country] = house_workdays(country, self.house["closures"])
        return self._calendars[country]

    def instant(self, plan: str, day: date) -> int:
        """Return when letters of a day go out, in the plan's time zone."""
        return instant(day, self.send_at, self.plans[plan]["timezone"])

    def today(self, plan: str, now: int) -> date:
        """Return the day whose letters may be out by an instant, in the plan's time zone."""
        return local_day(now, self.send_at, ZoneInfo(self.plans[plan]["timezone"]))

    def day(self, plan: str, now: int) -> date:
        """Return the date in a plan's time zone at an instant."""
        return datetime.fromtimestamp(now, ZoneInfo(self.plans[plan]["timezone"])).date()

    def letter_day(self, plan: str, now: int, house: ZoneInfo) -> date | None:
        """Return the day of a letter that leaves at an instant; None on a closed day and before letters go out.

        A house may make its rounds at its own hour alone. Where that comes too early in a plan's zone, what the plan's
        hour before would have sent leaves then, for there may be no other round.
        """
        local, workdays = datetime.fromtimestamp(now, ZoneInfo(self.plans[plan]["timezone"])), self.workdays(plan)
        if local.time() >= self.send_at:
            return local.date() if local.date() in workdays else None
        day, rounded = workdays.on_or_before(local.date() - timedelta(days=1)), self.house["rounded_at"]
        if rounded is None or datetime.fromtimestamp(now, house).time() < self.send_at:
            return None
        return day if rounded < self.instant(plan, day) or rounded == now else None  # equal: this very round, gone on

    def falls(self, at: int, now: int) -> bool:
        """Return whether an hour has come since the round before."""
        last = self.house["rounded_at"]
        return at <= now and (last is None or last < at)

    def next_at(self, one: Mapping[str, Any], decided: frozenset[str] = frozenset()) -> int | None:
        """Return when a row must be looked at next: its earliest undecided stage, not before a pause is over."""
        if one["state"] in QUIET or one["silent"]:
            return None
        workdays = self.workdays(one["plan"])
        day = next_day(self.matter(one), decided, workdays)
        if day and one["paused_until"] and day <= one["paused_until"]:
            day = workdays.after(one["paused_until"], 1)
        if day is None or is_over(self.plans[one["plan"]], day):
            return None
        return self.instant(one["plan"], day)

    def matter(self, one: Mapping[str, Any]) -> Matter:
        """Return what the ladder needs to know of a row; what happened to it only where its ladder hangs on that."""
        known = matter(one)
        if "id" not in one or known.silent or not ladder(known.ladder).is_eventful:
            return known
        told = rows(
            self.connection,
            "SELECT n.stage, min(l.day) AS day FROM notice n JOIN letter l ON l.id = n.letter WHERE n.occurrence = :id"
            " AND n.version = :version AND n.state = 'in_letter' AND l.state NOT IN ('void', 'bounced')"
            " GROUP BY n.stage",
            id=one["id"],
            version=one["version"],
        )
        reported = row(
            self.connection,
            "SELECT max(\"on\") AS \"on\" FROM event WHERE occurrence = :id AND kind IN ('progress', 'report')",
            id=one["id"],
        )
        return replace(
            known,
            told=tuple((stage["stage"], stage["day"]) for stage in told),
            reported_on=reported["on"] if reported else None,
            missable=self._open_milestones(one),
            behind=self._behind(one),
        )

    def _behind(self, one: Mapping[str, Any]) -> Callable[[date], float | None]:
        """Return by how many points a row lies behind its time on a day, as its light judges it."""
        begun = one["starts"] or self.plans[one["plan"]]["issued"]
        judged = {**one, "begun": str(begun), "due": str(one["due"]) if one["due"] else None}
        return lambda day: behind(judged, str(day))

    def _open_milestones(self, one: Mapping[str, Any]) -> tuple[date, ...]:
        """Return the days of the steps on a row's way: earlier rows of its task for the same units, still open."""
        found = rows(
            self.connection,
            "SELECT due FROM occurrence WHERE plan = :plan AND task = :task AND leads = :leads AND kind = 'dated'"
            f" AND part = 'milestone' AND :part = '' AND due < :due AND state NOT IN ({ENDED_LIST}, 'reported')"
            " ORDER BY due",
            **{name: one[name] for name in ("plan", "task", "leads", "part", "due")},
        )
        return tuple(step["due"] for step in found)

    def yellow_on(self, one: Mapping[str, Any]) -> date | None:
        """Return from which day a row's light is yellow."""
        return yellow_on(matter(one), self.workdays(one["plan"]))

    def decided(self, number: int, version: int) -> frozenset[str]:
        """Return the stages already decided for a version of a row."""
        sql = "SELECT DISTINCT stage FROM notice WHERE occurrence = :number AND version = :version"
        return frozenset(one["stage"] for one in rows(self.connection, sql, number=number, version=version))

    def decided_of(self, numbers: Sequence[int]) -> dict[int, frozenset[str]]:
        """Return the stages already decided of the present version of rows, where there are any."""
        sql = (
            "SELECT DISTINCT n.occurrence, n.stage FROM notice n"
            " JOIN occurrence o ON o.id = n.occurrence AND o.version = n.version"
            " WHERE n.occurrence IN :numbers"
        )
        found: dict[int, set[str]] = {}
        for one in rows_about(self.connection, sql, numbers):
            found.setdefault(one["occurrence"], set()).add(one["stage"])
        return {number: frozenset(stages) for number, stages in found.items()}

    def awaits_assignment(self, one: Mapping[str, Any]) -> bool:
        """Return whether a row's assignment is still to be decided, and nothing else was before it."""
        if one["state"] in ENDED:
            return False
        assigned = any(rung.stage.kind == "assign" for rung in rungs(matter(one), self.workdays(one["plan"])))
        return assigned and not self.decided(one["id"], one["version"])

    def version_after(self, one: Mapping[str, Any]) -> int:
        """Return a row's version once its date has changed: the next, or the same while its assignment is to come.

        A later version carries no assignment, so that one nobody was told of yet must not be left behind.
        """
        return int(one["version"]) + (not self.awaits_assignment(one))

    @cached_property
    def succession(self) -> House:
        """Return only who took over from units that ended, and who is away: a letter asks for no more."""
        units = rows(self.connection, "SELECT id, until, became FROM unit WHERE became <> '[]'")
        people = rows(self.connection, "SELECT id, away FROM person WHERE away <> '[]'")
        return House(
            units={one["id"]: Post(until=one["until"], became=tuple(json.loads(one["became"]))) for one in units},
            mails={},
            away={one["id"]: _away(one["away"]) for one in people},
        )

    @cached_property
    def posts(self) -> House:
        """Return who sits where."""
        units = rows(self.connection, "SELECT id, mail, contact, deputy, head, leader, until, became, posts FROM unit")
        people = rows(self.connection, "SELECT id, mail, away FROM person")
        return House(
            units={one["id"]: _post(one) for one in units},
            handovers=tuple(
                Handover(**one)
                for one in rows(self.connection, "SELECT old, new, since, until FROM handover ORDER BY since, id")
            ),
            mails={one["id"]: one["mail"] for one in people},
            away={one["id"]: _away(one["away"]) for one in people if one["away"] != "[]"},
        )

    def parts(self, one: Mapping[str, Any]) -> Parts:
        """Return who has a part in a row."""
        return self.parts_by_row([one])[one["id"]]

    def parts_by_row(self, many: Sequence[Mapping[str, Any]]) -> dict[int, Parts]:
        """Return who has a part in each of some rows, by number."""
        numbers = [one["id"] for one in many]
        units, people = self.roles_of("unit", numbers), self.roles_of("person", numbers)
        return {one["id"]: self.parts_of(one, units.get(one["id"], ()), people.get(one["id"], ())) for one in many}

    def roles_of(self, kind: Literal["unit", "person"], numbers: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
        """Return the (role, unit) or (role, person) pairs of each of some rows, in order."""
        sql = f"SELECT occurrence, role, {kind} FROM occurrence_{kind} WHERE occurrence IN :numbers ORDER BY position"
        found: dict[int, list[tuple[str, str]]] = {}
        for one in rows_about(self.connection, sql, numbers):
            found.setdefault(one["occurrence"], []).append((one["role"], one[kind]))
        return found

    def parts_of(
        self, one: Mapping[str, Any], units: Iterable[tuple[str, str]], people: Iterable[tuple[str, str]]
    ) -> Parts:
        """Return who has a part in a row whose units and people, each with its role, were read already."""
        return Parts(
            leads=tuple(json.loads(one["leads"])),
            units=tuple(units),
            people=tuple(people),
            office=self.plans[one["plan"]]["office"] or self.house["office"],
        )

    def addressed(self, stage: Stage, parts: Parts, today: date) -> list[Told]:
        """Return whom a stage tells; nobody where there are only copies of a letter that has no addressee."""
        found = recipients(stage, parts, self.posts, today)
        return found if any(person.role == "to" for person in found) else []

    def known_person(self, key: str) -> dict[str, Any] | None:
        """Return a person's row; few of many are named in one look, so each is looked up by itself."""
        if key not in self._people:
            self._people[key] = row(self.connection, "SELECT * FROM person WHERE id = :key", key=key)
        return self._people[key]

    @cached_property
    def _people(self) -> dict[str, dict[str, Any] | None]:
        return {}


def is_over(plan: Mapping[str, Any], day: date) -> bool:
    """Return whether a plan was closed before a day; on the last one it still counts."""
    return plan["closed"] is not None and day > plan["closed"]


def house_workdays(country: str, closures: str) -> Workdays:
    """Return a calendar with the office's own closed and made-up days (JSON as the ledger keeps them) on top."""
    own = json.loads(closures)
    closed, worked = (tuple(map(date.fromisoformat, own.get(key, ()))) for key in ("closed", "worked"))
    return Workdays(country, closed, worked)


def local_day(now: int, send_at: time, zone: ZoneInfo) -> date:
    """Return the day whose letters may be out by an instant in a zone."""
    local = datetime.fromtimestamp(now, zone)
    return local.date() if local.time() >= send_at else local.date() - timedelta(days=1)


def day_out(connection: Connection, day: date, at: time, zone: str) -> int:
    """Return the instant at which the letters of a day are out everywhere: in the house's zone and in every plan's."""
    zones = {zone, *(one["timezone"] for one in rows(connection, "SELECT DISTINCT timezone FROM plan"))}
    return max(instant(day, at, one) for one in zones)


def instant(day: date, at: time, zone: str) -> int:
    """Return the seconds since 1970 of a local time of day; a time that a zone skips is the same instant later."""
    return int(datetime.combine(day, at, ZoneInfo(zone)).timestamp())


def matter(one: Mapping[str, Any]) -> Matter:
    """Return what the ladder needs to know of a row."""
    return Matter(
        kind=one["kind"],
        due=one["due"],
        ladder=one["ladder"],
        first_on=one["first_on"],
        since_on=one["since_on"],
        starts=one["starts"],
        version=one["version"],
        soft=bool(one["soft"]),
        assigns=bool(one["assigns"]),
        silent=bool(one["silent"]),
    )


def _post(unit: Mapping[str, Any]) -> Post:
    """Return who sits in a unit, from its row."""
    known = {name: unit[name] for name in ("mail", "contact", "deputy", "head", "leader", "until")}
    dated = tuple((post, person, _day(first), _day(last)) for post, person, first, last in json.loads(unit["posts"]))
    return Post(**known, dated=dated, became=tuple(json.loads(unit["became"])))


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _away(written: str) -> tuple[tuple[date, date, str], ...]:
    return tuple(
        (date.fromisoformat(first), date.fromisoformat(last), deputy) for first, last, deputy in json.loads(written)
    )
