"""A person's notices as the plain values a letter is written from: each looked up once, in the ledger's own words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from notifications.notices import Break, Counting, LetterModel, Line, LineKind, Recipient
from notifications.speech import N_, Speech
from plans.model import Sentence, say
from plans.presets import ladder
from plans.recipients import MAILBOX, recipients
from plans.stages import Stage, When
from plans.workdays import Workdays
from scheduler.news import RECEIVED, STAYS
from scheduler.reporting import link_in_letter
from store.database import row, rows, rows_about
from store.states import ENDED_LIST

if TYPE_CHECKING:
    from scheduler.scribe import Reader, Scribe

_POSTS = ("contact", "deputy", "head", "leader", "owner", "reviewer", "inform", "unit", "office")
_ROLES = ("lead", "each", "responsible", "support")
_CHANGES = ("extend", "moved", "reopen", "revived", "stays")  # events that a letter of change tells of
_CLOSING = ("accepted", "cancelled", "received")  # nothing is asked for any more
_CHASES = ("late", "behind", "urge", "press")
_REMINDERS = ("notice", "today", "report", *_CHASES)  # what a later letter says was said before


def letter_model(
    scribe: Scribe, reader: Reader, kind: str, notices: Sequence[Mapping[str, Any]], today: date
) -> LetterModel:
    """Return the plain values of one letter."""
    plan = scribe.desk.plans[notices[0]["plan"]]
    office = scribe.office(plan["id"], today)
    language = reader.language or plan["language"]
    units = scribe.desk.roles_of("unit", [notice["occurrence"] for notice in notices])
    copied = _addressees(scribe, [notice["occurrence"] for notice in notices if notice["role"] == "cc"])
    lines = tuple(line(scribe, reader, one, today, units.get(one["occurrence"], []), copied) for one in notices)
    return LetterModel(
        recipient=Recipient(
            name=reader.name,
            title=reader.title,
            unit=reader.unit,
            language=language,  # type: ignore[arg-type]
            role="to" if any(notice["role"] == "to" for notice in notices) else "cc",
            rank="up" if all(notice["why"] == "leader" for notice in notices) else "down",
        ),
        kind=kind,  # type: ignore[arg-type]
        today=today,
        office_name=office["name"],
        lines=lines,
        office_contact=office["contact"],
        office_phone=office["phone"],
        office_mail=scribe.settings.mail.reply_to or office["mail"],
        counting=counting(scribe, [one.plan_id for one in lines], [one.due for one in lines], today, language),
        rehearsal=bool(scribe.desk.house["rehearsal"]),
        redirected_from=reader.mail if scribe.settings.mail.only_to else "",
    )


NEAR = 31  # days: a holiday further away is no news yet


def counting(
    scribe: Scribe, plans: Iterable[str], dues: Iterable[date | None], today: date, language: str
) -> tuple[Counting, ...]:
    """Return how the days of some plans are counted: those by one calendar in one zone together.

    *dues* are the dates a letter names: for them it tells what days off are ahead and which years are a forecast.
    """
    alike: dict[tuple[str, str], list[str]] = {}
    for plan in dict.fromkeys(plans):
        row = scribe.desk.plans[plan]
        alike.setdefault((row["calendar"], row["timezone"]), []).append(plan)
    named = [due for due in dues if due]
    return tuple(
        _counting(tuple(group), zone, scribe.desk.workdays(group[0]), named, today, language)
        for (_, zone), group in alike.items()
    )


def _counting(
    plans: tuple[str, ...], zone: str, workdays: Workdays, dues: Sequence[date], today: date, language: str
) -> Counting:
    return Counting(
        plans=plans,
        workdays=_calendar(workdays),
        timezone=zone,
        breaks=_breaks(workdays, dues, today, language),
        footers=tuple(_footers(workdays, dues, today)),
    )


def _calendar(workdays: Workdays) -> str:
    if workdays.country != "none":
        return workdays.country
    return "own" if workdays.closed or workdays.worked else ""


def _breaks(workdays: Workdays, dues: Sequence[date], today: date, language: str) -> tuple[Break, ...]:
    """Return the days off that lie between today and a few days after the last near deadline of a letter."""
    ahead = [due for due in dues if 0 <= (due - today).days <= NEAR]
    if not ahead:
        return ()
    last = workdays.after(max(ahead), 1)
    return tuple(Break(*one) for one in workdays.breaks(today, last, language) if one[1] >= today)


def _footers(workdays: Workdays, dues: Sequence[date], today: date) -> list[Sentence]:
    """Return what is uncertain: years whose holidays nobody has announced yet."""
    years = sorted({year for due in dues for year in range(today.year, due.year + 1)})
    unsure = [year for year in years if workdays.status(year) != "official"]
    return [
        say("The holidays of {year} are not announced yet; its working days are a forecast.", year=year)
        for year in unsure
    ]


def line(
    scribe: Scribe,
    reader: Reader,
    notice: Mapping[str, Any],
    today: date,
    units: Sequence[tuple[str, str]],
    addressees: Mapping[tuple[Any, ...], Sequence[str]],
) -> Line:
    """Return what one letter says of one notice.

    *units* are the (role, unit) pairs of its row, *addressees* whom letters go to of which the reader gets copies.
    """
    plan = scribe.desk.plans[notice["plan"]]
    return Line(
        plan_id=plan["id"],
        plan_title=plan["title"],
        plan_number=plan["number"],
        task_id=notice["task"],
        task_no=notice["no"],
        title=notice["title"],
        kind=_kind(notice, today),
        internal=plan["handling"] == "internal",
        **_by_when(scribe, notice, today),
        **_by_whom(scribe, reader, notice, today, units, addressees),
        **_beside(scribe, notice, reader.language or plan["language"]),
        **_sheet(scribe, notice, today, reader.language or plan["language"]),
    )


def _kind(notice: Mapping[str, Any], today: date) -> LineKind:
    """Return what is said: a reminder that had to wait until the date came, or had passed, says so.

    On the last working day ahead of a date on a closed day nothing is due today yet.
    """
    kind, due = notice["kind"], notice["due"]
    if kind == "today" and due and due > today:
        return "notice"
    if kind in ("notice", "today") and due and due <= today:
        return "late" if due < today else "today"
    return cast("LineKind", kind)


def _by_when(scribe: Scribe, notice: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Return the dates of a line and how far they are."""
    workdays, due = scribe.desk.workdays(notice["plan"]), notice["due"]
    late = due is not None and due < today
    return {
        "due": due,
        "original_due": _former_due(scribe, notice) if notice["kind"] == "changed" else notice["original_due"],
        "workdays": (workdays.count(due, today) if late else workdays.count(today, due)) if due else 0,
        "days": abs((due - today).days) if due else 0,
        "written": notice["text"] if notice["precision"] != "day" or _comes_again(notice) else "",
        "fixed": bool(notice["fixed"]),
        "late": bool(notice["late"]),
    }


def _comes_again(notice: Mapping[str, Any]) -> bool:
    """Return whether what is assigned comes again, so that its first day alone would say too little: 每月5日前."""
    return bool(notice["kind"] == "assign" and notice["row_kind"] == "recurring")  # a summary assigns nothing


def _by_whom(
    scribe: Scribe,
    reader: Reader,
    notice: Mapping[str, Any],
    today: date,
    units: Sequence[tuple[str, str]],
    addressees: Mapping[tuple[Any, ...], Sequence[str]],
) -> dict[str, Any]:
    """Return the units of a line, what its reader is among them, and the link by which the reader's unit reports."""
    house, mine = scribe.desk.succession, notice["unit"] or reader.unit_id
    leads = dict.fromkeys(now for unit in json.loads(notice["leads"]) for now in house.units_on(unit, today))
    parts = dict.fromkeys((role, now) for role, unit in units for now in house.units_on(unit, today))
    unit = mine or next(iter(leads), "")
    return {
        "leads": tuple(scribe.unit_name(unit) for unit in leads),
        "support": tuple(scribe.unit_name(unit) for role, unit in parts if role == "support"),
        "unit_role": next((role for role in _ROLES if (role, mine) in parts), ""),
        "of": scribe.unit_name(mine) if reader.unit_id and mine not in house.units_on(reader.unit_id, today) else "",
        "post": notice["why"] if notice["why"] in _POSTS else "contact",
        "instead_of": _instead_of(scribe, reader, notice, today),
        "addressee": _names(scribe, addressees.get(_letter_of(notice), ())) if notice["role"] == "cc" else "",
        "link": link_in_letter(scribe.connection, scribe.settings, notice, unit, reader.key, today),
    }


def _instead_of(scribe: Scribe, reader: Reader, notice: Mapping[str, Any], today: date) -> str:
    """Return the name of the one whose part it is, where the reader stands in for somebody who is away."""
    spans = [span for spans in scribe.desk.succession.away.values() for span in spans]
    if not any(deputy == reader.key and first <= today <= last for first, last, deputy in spans):
        return ""
    stage = ladder(notice["ladder"]).stage(notice["stage"]) or Stage("", "", When("apply"), (notice["why"],))
    parts = scribe.desk.parts({**notice, "id": notice["occurrence"]})
    told = recipients(stage, parts, scribe.desk.posts, today)
    absent = next((one.instead_of for one in told if one.person == reader.key), "")
    return _name(scribe, absent) if absent else ""


def _beside(scribe: Scribe, notice: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return what a line tells beside the task itself: progress or reasons, what is asked for, what was said before."""
    speech, spec, kind = Speech(language), json.loads(notice["spec"]), notice["kind"]
    return {
        "returned": _is_returned(notice),
        "note": _note(scribe, notice, speech),
        "measures": _asked(spec, speech) if kind == "assign" or notice["number"] else (),
        "waits": () if kind in _CLOSING else _waits(scribe, notice, spec),
        "told": _told(scribe, notice) if kind in ("urge", "press") else (),
    }


def _sheet(scribe: Scribe, notice: Mapping[str, Any], today: date, language: str) -> dict[str, Any]:
    """Return what a line has of its stage: the day to answer by, and the name, number and signer of a sheet."""
    stage = ladder(notice["ladder"]).stage(notice["stage"])
    asked = stage.answer if stage else 0
    return {
        "answer_by": scribe.desk.workdays(notice["plan"]).after(today, asked) if asked else None,
        "sheet": stage.called(language) if stage else "",
        "number": notice["number"],
        "signer": notice["signer"],
    }


def _waits(scribe: Scribe, notice: Mapping[str, Any], spec: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the tasks that come before a row's task and are still open, in the plan's order."""
    if not spec.get("after"):
        return ()
    sql = (
        "SELECT t.title FROM task_after a JOIN task t ON t.plan = a.plan AND t.id = a.before"
        " WHERE a.plan = :plan AND a.task = :task AND EXISTS (SELECT 1 FROM occurrence o WHERE o.plan = t.plan"
        f" AND o.task = t.id AND o.kind <> 'report' AND o.gone_on IS NULL AND o.state NOT IN ({ENDED_LIST}))"
        " ORDER BY t.position, t.id"
    )
    return tuple(one["title"] for one in rows(scribe.connection, sql, plan=notice["plan"], task=notice["task"]))


def _asked(spec: Mapping[str, Any], speech: Speech) -> tuple[str, ...]:
    """Return what is asked for beside the title: measures, and quantities to reach."""
    return (*spec.get("measures", ()), *(_quantity(one, speech) for one in spec.get("targets", ())))


_BOUNDS = {
    ">=": N_("{what}: at least {quantity}"),
    ">": N_("{what}: more than {quantity}"),
    "<=": N_("{what}: at most {quantity}"),
    "<": N_("{what}: less than {quantity}"),
}


def _quantity(target: Mapping[str, Any], speech: Speech) -> str:
    """Return a quantity to reach in words: 学习活动不少于4次."""
    bound = _BOUNDS.get(target["op"], N_("{what}: {quantity}"))
    return speech(bound, what=target["indicator"], quantity=f"{target['value']:g}{target['unit']}")


def _addressees(scribe: Scribe, numbers: Sequence[int]) -> dict[tuple[Any, ...], list[str]]:
    """Return whom the letters about some rows go to, by row, version and stage."""
    sql = """SELECT occurrence, version AS told_version, stage, person FROM notice
        WHERE occurrence IN :numbers AND role = 'to' AND person <> '' ORDER BY id"""
    found: dict[tuple[Any, ...], list[str]] = {}
    for one in rows_about(scribe.connection, sql, numbers):
        found.setdefault(_letter_of(one), []).append(one["person"])
    return found


def _letter_of(notice: Mapping[str, Any]) -> tuple[Any, ...]:
    return notice["occurrence"], notice["told_version"], notice["stage"]


def _names(scribe: Scribe, people: Iterable[str]) -> str:
    """Return the names of people in a row, as a letter says them."""
    return "、".join(name for one in people if (name := _name(scribe, one)))


def _name(scribe: Scribe, key: str) -> str:
    if key.startswith(MAILBOX):
        return scribe.unit_name(key.removeprefix(MAILBOX))
    person = scribe.desk.known_person(key)
    return person["name"] if person else ""


def _note(scribe: Scribe, notice: Mapping[str, Any], speech: Speech) -> str:
    """Return the office's reason for what it tells or returned, or on what is late the progress last reported."""
    if notice["kind"] == "received":
        return _receipt(scribe, notice)
    kinds = {"returned": ("return",), "changed": _CHANGES}.get(notice["kind"])
    if kinds is None and notice["kind"] in _CHASES:
        kinds = ("return",) if _is_returned(notice) else ("progress", "report")
    found = _last_event(scribe, notice, kinds) if kinds else None
    text = str(found["text"]) if found else ""
    return speech("it stays with your unit: {why}", why=text) if notice["stage"].startswith(STAYS) else text


def _is_returned(notice: Mapping[str, Any]) -> bool:
    """Return whether a letter that chases is about a row whose last report was returned."""
    return notice["kind"] in _CHASES and notice["state"] == "returned"


def _receipt(scribe: Scribe, notice: Mapping[str, Any]) -> str:
    """Return what came in and from whom: a receipt's stage carries the number of the event."""
    number = int(notice["stage"].removeprefix(RECEIVED))
    found = row(scribe.connection, "SELECT actor, text FROM event WHERE id = :number", number=number)
    return f"{found['actor']}: {found['text']}" if found else ""


def _former_due(scribe: Scribe, notice: Mapping[str, Any]) -> date | None:
    """Return the due date that the last change replaced; the date in force where it left that alone."""
    found = _last_event(scribe, notice, _CHANGES)
    change = json.loads(found["data"]).get("due") if found else None
    return date.fromisoformat(change[0]) if change and change[0] else notice["due"]


def _last_event(scribe: Scribe, notice: Mapping[str, Any], kinds: Sequence[str]) -> dict[str, Any] | None:
    names = ", ".join(f"'{kind}'" for kind in kinds)
    sql = f"SELECT text, data FROM event WHERE occurrence = :number AND kind IN ({names}) ORDER BY id DESC LIMIT 1"
    return row(scribe.connection, sql, number=notice["occurrence"])


def _told(scribe: Scribe, notice: Mapping[str, Any]) -> tuple[tuple[date, Any], ...]:
    """Return on which days the unit was reminded; news such as a return or a receipt is no reminder."""
    sql = (
        "SELECT DISTINCT l.day, n.kind FROM notice n JOIN letter l ON l.id = n.letter"
        " WHERE n.occurrence = :number AND n.role = 'to' AND l.state = 'sent'"
        f" AND n.kind IN {_REMINDERS} ORDER BY l.day"
    )
    return tuple((one["day"], one["kind"]) for one in rows(scribe.connection, sql, number=notice["occurrence"]))
