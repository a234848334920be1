"""Letters that come by the calendar: the desk's every working morning, a leader's at the beginning of the week.

Each is due in the first round after its hour, and written once a day; nothing to say, no mail (practice 1.9, 1.20).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Literal, cast
from zoneinfo import ZoneInfo

from notifications.notices import DeskLine, LetterModel, Recipient
from plans.recipients import Parts, recipients
from plans.stages import Stage, When
from scheduler.deciding import decide_all
from scheduler.desk_list import DeskList
from scheduler.lines import counting, letter_model
from scheduler.matters import QUIET, Desk, instant, is_over
from store.database import rows

if TYPE_CHECKING:
    from scheduler.scribe import Reader, Scribe

EARLY = timedelta(minutes=10)  # the desk has its list before letters go out: 8:20 for 8:30
OFFICE = Stage("desk", "propose", When("day0"), ("office",))
LEADER = Stage("rollup", "notice", When("day0"), ("leader",))

_QUIET = ", ".join(f"'{state}'" for state in (*QUIET, "reported"))
CONCERN = f"""
SELECT 0 AS id, 'rollup' AS stage, 'to' AS role, 'leader' AS why, '' AS number, '' AS signer, :no AS late,
    o.version AS told_version, o.id AS occurrence, o.ladder, o.plan, o.task, o.title, o.due, o.original_due, o.text,
    o.precision, o.fixed, o.state, o.leads, t.no, t.spec
FROM occurrence o JOIN task t ON t.plan = o.plan AND t.id = o.task
WHERE o.due <= :sunday AND o.kind IN ('dated', 'recurring') AND o.silent = '' AND o.state NOT IN ({_QUIET})
ORDER BY o.plan, o.due, o.position"""


@dataclass(frozen=True, slots=True)
class Due:
    """What is due by the calendar in a round: the day, desk lists by reader, with their plans; rows by leader."""

    day: date = date.min
    desks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rollups: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    @property
    def readers(self) -> set[str]:
        """Return who gets any of it."""
        return {*self.desks, *self.rollups}


def due_letters(desk: Desk, now: int, zone: ZoneInfo) -> Due:
    """Return what is due by the calendar in a round at an instant; nothing while letters are on hold.

    These letters are about many plans and fall at the hour of the house, whatever the zones of its plans.
    """
    if desk.house["held"]:
        return Due()
    day = datetime.fromtimestamp(now, zone).date()
    return Due(day, _desks(desk, day, now, zone), _rollups(desk, day, now, zone))


def _desks(desk: Desk, day: date, now: int, zone: ZoneInfo) -> dict[str, list[str]]:
    """Return the readers of morning letters that are due, each with the plans of their office."""
    found: dict[str, list[str]] = {}
    if not desk.falls(instant(day, early(desk.send_at), zone.key), now):
        return found
    for plan in _live(desk, day):
        if day in desk.workdays(plan):
            office = desk.plans[plan]["office"] or desk.house["office"]
            for told in recipients(OFFICE, Parts((), (), (), office), desk.posts, day):
                found.setdefault(told.person, []).append(plan)
    return found


def early(send_at: time) -> time:
    """Return the hour of the desk's list."""
    return (datetime.combine(date.min, send_at) + timedelta(days=1) - EARLY).time()


def _live(desk: Desk, day: date) -> Iterator[str]:
    """Yield the plans that go on."""
    yield from (plan["id"] for plan in desk.plans.values() if not is_over(plan, day))


def _rollups(desk: Desk, day: date, now: int, zone: ZoneInfo) -> dict[str, list[dict[str, Any]]]:
    """Return the leaders whose weekly letter is due, each with the rows it tells of."""
    found: dict[str, list[dict[str, Any]]] = {}
    plans = {plan for plan in _live(desk, day) if _week_falls(desk, plan, day, now, zone)}
    if not plans:
        return found
    concern = rows(desk.connection, CONCERN, sunday=day + timedelta(days=6 - day.weekday()), no=False)
    parts = desk.parts_by_row([{**one, "id": one["occurrence"]} for one in concern])
    for one in concern:
        plan = desk.plans[one["plan"]]
        if one["plan"] not in plans or not plan["released_on"] or plan["held"]:
            continue
        one["kind"] = "late" if one["due"] < day else "notice"
        for told in recipients(LEADER, parts[one["occurrence"]], desk.posts, day):
            found.setdefault(told.person, []).append({**one, "unit": told.unit})
    return found


def _week_falls(desk: Desk, plan: str, day: date, now: int, zone: ZoneInfo) -> bool:
    """Return whether the hour of the first working day of this week has come since the round before."""
    monday = day - timedelta(days=day.weekday())
    first = desk.workdays(plan).on_or_after(monday)
    return first <= day and desk.falls(instant(first, desk.send_at, zone.key), now)


def write_regular(scribe: Scribe, reader: Reader, due: Due, now: int) -> list[int]:
    """Write what is due to a reader by the calendar; return the letters' numbers."""
    made: list[int] = []
    plans, concern = due.desks.get(reader.key), due.rollups.get(reader.key)
    if plans and not _has(scribe, reader, "desk", due.day):
        made += _write_desk(scribe, reader, plans, due.day, now)
    if concern and not _has(scribe, reader, "rollup", due.day):
        model = letter_model(scribe, reader, "rollup", concern, due.day)
        made.append(scribe.freeze(reader, model, now, concern[0]["plan"]))
    return made


def _has(scribe: Scribe, reader: Reader, kind: str, day: date) -> bool:
    sql = "SELECT id FROM letter WHERE person = :person AND kind = :kind AND day = :day AND state <> 'void'"
    return bool(rows(scribe.connection, sql, person=reader.key, kind=kind, day=day))


def _write_desk(scribe: Scribe, reader: Reader, plans: Sequence[str], day: date, now: int) -> list[int]:
    with _foresight(scribe.desk, plans, day, now) as desk:
        lines = [_outside(desk, line) for line in DeskList(desk, day, plans).lines()]
    if not lines:
        return []
    office, spoken = scribe.office(plans[0], day), {scribe.desk.plans[plan]["language"] for plan in plans}
    language = reader.language or (spoken.pop() if len(spoken) == 1 else scribe.settings.language)
    model = LetterModel(
        recipient=Recipient(
            name=reader.name,
            title=reader.title,
            unit=reader.unit,
            language=cast("Literal['zh', 'en']", language),
        ),
        kind="desk",
        today=day,
        office_name=office["name"],
        office_mail=scribe.settings.mail.reply_to or office["mail"],
        desk=tuple(lines),
        counting=counting(scribe, plans, (), day, language),
        rehearsal=bool(scribe.desk.house["rehearsal"]),
        redirected_from=reader.mail if scribe.settings.mail.only_to else "",
    )
    return [scribe.freeze(reader, model, now, plans[0])]


def _outside(desk: Desk, line: DeskLine) -> DeskLine:
    """Return a line of the desk's list as a letter may carry it: of an internal plan by its number (practice 1.18)."""
    plan = desk.plans.get(line.key.partition("/")[0])
    return line.told_by_number(plan["number"]) if plan and plan["handling"] == "internal" else line


@contextmanager
def _foresight(desk: Desk, plans: Sequence[str], day: date, now: int) -> Iterator[Desk]:
    """Give a look at the ledger as it will be when today's stages are decided, and take it back."""
    connection, later = desk.connection, max(now, *(desk.instant(plan, day) for plan in plans))
    connection.exec_driver_sql("SAVEPOINT foresight")
    try:
        decide_all(Desk(connection, desk.send_at), later)
        yield Desk(connection, desk.send_at)
    finally:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT foresight")
        connection.exec_driver_sql("RELEASE SAVEPOINT foresight")
