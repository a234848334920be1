"""From a person's planned notices to one letter with its bytes: the ledger's rows become the words' plain values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from notifications.letters import compose
from notifications.mime import AddressError, Mailbox, address, assemble
from notifications.notices import Break, LetterModel, Line, Recipient
from notifications.rendering import Templates
from plans.model import Sentence, say
from plans.recipients import MAILBOX
from scheduler.matters import Desk
from scheduler.settings import Settings
from store import outbox
from store.database import insert, row, rows, run
from store.tables import Letter

LETTER_OF = {"assign": "assign", "changed": "changed", "returned": "returned", "accepted": "accepted"}
NEWS_A_DAY = 2

NOTICES = """
SELECT n.id, n.stage, n.kind, n.day, n.late, n.role, n.why, n.unit, n.version AS told_version,
    o.id AS occurrence, o.plan, o.task, o.name, o.title, o.kind AS row_kind, o.due, o.original_due, o.declared, o.text,
    o.precision, o.state, o.version, o.leads, o.uid, o.sequence, o.changed_at, o.starts, t.no, t.spec
FROM notice n JOIN occurrence o ON o.id = n.occurrence JOIN task t ON t.plan = o.plan AND t.id = o.task
WHERE n.person = :person AND n.state = 'planned' AND n.channel = 'mail'
ORDER BY o.plan, o.position, n.id"""


@dataclass(frozen=True)
class Reader:
    """Somebody a letter can go to: a person, or a unit's common mailbox."""

    key: str
    name: str
    title: str
    unit: str
    unit_id: str
    mail: str
    language: str


@dataclass(frozen=True)
class Scribe:
    """Whoever writes the letters of one round: one look at the ledger, the settings, and the office's templates."""

    desk: Desk
    settings: Settings

    @property
    def connection(self) -> Connection:
        """Return the connection the ledger is looked at through."""
        return self.desk.connection

    @cached_property
    def units(self) -> dict[str, dict[str, Any]]:
        """Return the units by id."""
        return {one["id"]: one for one in rows(self.connection, "SELECT * FROM unit")}

    @cached_property
    def templates(self) -> Templates:
        """Return the office's templates over the built-in ones."""
        return Templates(self.settings.mail.templates)

    def unit_name(self, unit: str) -> str:
        """Return a unit's name; an unknown one is named by what was written."""
        return str(self.units[unit]["name"]) if unit in self.units else unit

    def reader(self, key: str) -> Reader | None:
        """Return who a recipient's key stands for, None when nobody does any more or nothing can reach them."""
        if key.startswith(MAILBOX):
            unit = self.units.get(key.removeprefix(MAILBOX))
            if not unit or not _valid(unit["mail"]):
                return None
            return Reader(key, "", "", unit["name"], unit["id"], unit["mail"], "")
        person = self.desk.known_person(key)
        if not person or not _valid(person["mail"]):
            return None
        unit_name = self.unit_name(person["unit"]) if person["unit"] else ""
        return Reader(
            key, person["name"], person["title"], unit_name, person["unit"], person["mail"], person["language"]
        )

    def office(self, plan: str) -> dict[str, str]:
        """Return who signs a plan's letters: name, contact, phone and mail of its office."""
        unit = self.units.get(self.desk.plans[plan]["office"] or self.desk.house["office"], {})
        contact = self.desk.known_person(unit["contact"]) if unit.get("contact") else None
        name = unit.get("name") or self.desk.plans[plan]["issuer"] or self.desk.plans[plan]["title"]
        return {
            "name": name,
            "contact": contact["name"] if contact else "",
            "phone": unit.get("phone") or (contact["phone"] if contact else ""),
            "mail": unit.get("mail") or (contact["mail"] if contact else ""),
        }


def _valid(mail: str) -> bool:
    """Return whether a letter can be addressed so; one bad address must not stop the others."""
    try:
        address(mail)
    except AddressError:
        return False
    return True


def write_letters(scribe: Scribe, person: str, now: int) -> list[int]:
    """Write what one person is to get now, in the caller's transaction; return the letters' numbers.

    At most one ladder letter and two of news a working day; what is left waits, planned, for the next one.
    """
    notices = rows(scribe.connection, NOTICES, person=person)
    reader = scribe.reader(person)
    if reader is None:
        _suppress(scribe.connection, notices, "address")
        return []
    made = []
    for kind, group in _by_letter(notices).items():
        today = scribe.desk.today(group[0]["plan"], now)
        if today in scribe.desk.workdays(group[0]["plan"]) and _may_write(scribe.connection, person, kind, today):
            made.append(_write(scribe, reader, kind, group, today, now))
    return made


def _by_letter(notices: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for notice in notices:
        groups.setdefault(LETTER_OF.get(notice["kind"], "ladder"), []).append(notice)
    return groups


def _may_write(connection: Connection, person: str, kind: str, today: date) -> bool:
    """Return whether a person may get one more letter of this kind today."""
    news = tuple(LETTER_OF.values()) if kind != "ladder" else ("ladder",)
    sql = "SELECT kind FROM letter WHERE person = :person AND channel = 'mail' AND day = :day AND state <> 'void'"
    had = sum(one["kind"] in news for one in rows(connection, sql, person=person, day=today))
    return had < (1 if kind == "ladder" else NEWS_A_DAY)


def _suppress(connection: Connection, notices: Sequence[Mapping[str, Any]], reason: str) -> None:
    for notice in notices:
        run(
            connection,
            "UPDATE notice SET state = 'suppressed', reason = :reason WHERE id = :id",
            reason=reason,
            id=notice["id"],
        )


def _write(scribe: Scribe, reader: Reader, kind: str, notices: Sequence[dict[str, Any]], today: date, now: int) -> int:
    """Write one letter, freeze its bytes in the outbox, and put its notices into it."""
    connection, mail = scribe.connection, scribe.settings.mail
    model = letter_model(scribe, reader, kind, notices, today)
    composed = compose(model, scribe.templates)
    part = _next_part(connection, reader.key, kind, today)
    plan = scribe.desk.plans[notices[0]["plan"]]
    message_id = _message_id(scribe, reader.key, kind, today, part, [notice["id"] for notice in notices])
    body = assemble(
        composed,
        sender=Mailbox(address(mail.sender).spec, mail.sender_name or model.office_name),
        to=Mailbox(address(mail.only_to or reader.mail).spec, reader.name or reader.unit),
        reply_to=address(mail.reply_to or model.office_mail or mail.sender),
        message_id=message_id,
        date=datetime.fromtimestamp(now, ZoneInfo(plan["timezone"])),
    )
    written = outbox.clock(connection)
    letter = insert(
        connection,
        Letter(
            person=reader.key, kind=kind, day=today, part=part, address=address(mail.only_to or reader.mail).spec,
            subject=composed.subject, text=composed.text, message_id=message_id, body=body,
            sha256=hashlib.sha256(body).hexdigest(), next_at=written, made_at=now, written_at=written,
            error=composed.fallback,
        ),
    )  # fmt: skip
    for notice in notices:
        run(
            connection,
            "UPDATE notice SET state = 'in_letter', letter = :letter WHERE id = :id",
            letter=letter,
            id=notice["id"],
        )
    return letter


def _next_part(connection: Connection, person: str, kind: str, day: date) -> int:
    sql = "SELECT max(part) AS part FROM letter WHERE person = :person AND kind = :kind AND day = :day AND part >= 0"
    found = row(connection, sql, person=person, kind=kind, day=day)
    return 0 if found is None or found["part"] is None else int(found["part"]) + 1


def _message_id(scribe: Scribe, person: str, kind: str, day: date, part: int, notices: list[int]) -> str:
    """Return an id of this letter to this person and no other, the same however often it is tried (M9)."""
    seed = json.dumps([scribe.desk.house["word"], person, kind, str(day), part, notices])
    domain = address(scribe.settings.mail.sender).spec.rpartition("@")[2]
    return f"<{kind}.{hashlib.sha256(seed.encode()).hexdigest()[:32]}@{domain}>"


def letter_model(
    scribe: Scribe, reader: Reader, kind: str, notices: Sequence[Mapping[str, Any]], today: date
) -> LetterModel:
    """Return the plain values of one letter."""
    plan = scribe.desk.plans[notices[0]["plan"]]
    workdays = scribe.desk.workdays(plan["id"])
    office = scribe.office(plan["id"])
    language = cast("Literal['zh', 'en']", reader.language or plan["language"])
    lines = tuple(_line(scribe, reader, notice, today) for notice in notices)
    ahead = [line.due for line in lines if line.due and line.due >= today]
    breaks = workdays.breaks(today, max(ahead), language) if ahead else ()
    return LetterModel(
        recipient=Recipient(
            name=reader.name,
            title=reader.title,
            unit=reader.unit,
            language=language,
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
        breaks=tuple(Break(*one) for one in breaks),
        workdays="" if plan["calendar"] == "none" else plan["calendar"],
        timezone=plan["timezone"],
        footers=tuple(_footers(scribe, plan["id"], lines, today)),
        rehearsal=bool(scribe.desk.house["rehearsal"]),
        redirected_from=reader.mail if scribe.settings.mail.only_to else "",
    )


def _footers(scribe: Scribe, plan: str, lines: Sequence[Line], today: date) -> list[Sentence]:
    """Return what is uncertain: years whose holidays nobody has announced yet."""
    workdays = scribe.desk.workdays(plan)
    years = sorted({year for line in lines if line.due for year in range(today.year, line.due.year + 1)})
    unsure = [year for year in years if workdays.country != "none" and workdays.status(year) != "official"]
    return [
        say("The holidays of {year} are not announced yet; its working days are a forecast.", year=year)
        for year in unsure
    ]


def _line(scribe: Scribe, reader: Reader, notice: Mapping[str, Any], today: date) -> Line:
    plan = scribe.desk.plans[notice["plan"]]
    workdays, due = scribe.desk.workdays(plan["id"]), notice["due"]
    leads = json.loads(notice["leads"])
    spec = json.loads(notice["spec"])
    late = due is not None and due < today
    left = (workdays.count(due, today) if late else workdays.count(today, due)) if due else 0
    roles = [role for role in ("lead", "each", "responsible", "support") if _plays(scribe, notice, role, reader)]
    return Line(
        plan_id=plan["id"],
        plan_title=plan["title"],
        task_id=notice["task"],
        title=notice["title"],
        kind=notice["kind"],
        due=due,
        plan_number=plan["number"],
        task_no=notice["no"],
        original_due=notice["original_due"],
        workdays=left,
        days=abs((due - today).days) if due else 0,
        written=notice["text"] if notice["precision"] != "day" else "",
        leads=tuple(scribe.unit_name(unit) for unit in leads),
        unit_role=roles[0] if roles else "",  # type: ignore[arg-type]
        post=notice["why"] if notice["why"] in _POSTS else "contact",
        late=bool(notice["late"]),
        measures=tuple(spec.get("measures", ())) if notice["kind"] == "assign" else (),
        told=_told(scribe, notice) if notice["kind"] in ("urge", "press") else (),
        answer_by=workdays.after(today, 3) if notice["kind"] in ("urge", "press") else None,
        internal=plan["handling"] == "internal",
    )


_POSTS = ("contact", "deputy", "head", "leader", "owner", "reviewer", "inform", "unit", "office")


def _plays(scribe: Scribe, notice: Mapping[str, Any], role: str, reader: Reader) -> bool:
    """Return whether the unit a notice came to the reader for plays a role in the row."""
    unit = notice["unit"] or reader.unit_id
    sql = "SELECT role FROM occurrence_unit WHERE occurrence = :number AND unit = :unit AND role = :role"
    return row(scribe.connection, sql, number=notice["occurrence"], unit=unit, role=role) is not None


def _told(scribe: Scribe, notice: Mapping[str, Any]) -> tuple[tuple[date, Any], ...]:
    sql = (
        "SELECT DISTINCT l.day, n.kind FROM notice n JOIN letter l ON l.id = n.letter"
        " WHERE n.occurrence = :number AND n.role = 'to' AND l.state = 'sent' AND n.kind <> 'assign' ORDER BY l.day"
    )
    return tuple((one["day"], one["kind"]) for one in rows(scribe.connection, sql, number=notice["occurrence"]))
