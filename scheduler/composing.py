"""From a person's planned notices to one letter with its bytes: the ledger's rows become the words' plain values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from notifications import feeds
from notifications.letters import compose
from notifications.mime import AddressError, Mailbox, address, assemble
from notifications.notices import LetterModel
from notifications.rendering import Templates
from plans.recipients import MAILBOX
from plans.stages import ladder
from scheduler.lines import letter_model
from scheduler.matters import Desk
from scheduler.regular import Due, write_regular
from scheduler.settings import Settings
from store import ledger, outbox
from store.database import insert, row, rows, run, update
from store.tables import Letter
from store.tokens import masked

CLOSING = ("accepted", "cancelled", "received")
LETTER_OF = {kind: kind for kind in ("assign", "changed", "returned", "accepted", "received")}
NEWS_A_DAY = 2

NOTICES = """
SELECT n.id, n.stage, n.kind, n.day, n.late, n.role, n.why, n.unit, n.version AS told_version, n.number, n.signer,
    o.id AS occurrence, o.ladder, o.plan, o.task, o.title, o.due, o.original_due, o.text,
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
    def _units(self) -> dict[str, dict[str, Any] | None]:
        return {}

    def unit(self, key: str) -> dict[str, Any] | None:
        """Return a unit's row; one letter names few of many units, so each is looked up by itself."""
        if key not in self._units:
            self._units[key] = row(self.connection, "SELECT * FROM unit WHERE id = :key", key=key) if key else None
        return self._units[key]

    @cached_property
    def templates(self) -> Templates:
        """Return the office's templates over the built-in ones."""
        return Templates(self.settings.mail.templates)

    def unit_name(self, unit: str) -> str:
        """Return a unit's name; an unknown one is named by what was written."""
        known = self.unit(unit)
        return str(known["name"]) if known else unit

    def reader(self, key: str) -> Reader | None:
        """Return who a recipient's key stands for, None when nobody does any more or nothing can reach them."""
        if key.startswith(MAILBOX):
            unit = self.unit(key.removeprefix(MAILBOX))
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
        unit = self.unit(self.desk.plans[plan]["office"] or self.desk.house["office"]) or {}
        contact = self.desk.known_person(unit["contact"]) if unit.get("contact") else None
        name = unit.get("name") or self.desk.plans[plan]["issuer"] or self.desk.plans[plan]["title"]
        return {
            "name": name,
            "contact": contact["name"] if contact else "",
            "phone": unit.get("phone") or (contact["phone"] if contact else ""),
            "mail": unit.get("mail") or (contact["mail"] if contact else ""),
        }

    def freeze(
        self,
        reader: Reader,
        model: LetterModel,
        now: int,
        plan: str,
        *,
        seed: Sequence[object] = (),
        thread: tuple[str, ...] = (),
        calendar: tuple[bytes, str] | None = None,
    ) -> int:
        """Put one letter into the outbox with the bytes it keeps from now on; return its number.

        Args:
            reader: who gets it.
            model: what it says.
            now: the instant, seconds since 1970.
            plan: whose time zone its date is in.
            seed: what it is about, the same whenever it is written, which its Message-ID is made from.
            thread: identifiers of the conversation it belongs to.
            calendar: an attachment and its file name.
        """
        connection, mail = self.connection, self.settings.mail
        attached = {"calendar": calendar[0], "calendar_name": calendar[1]} if calendar else {}
        composed = compose(model, self.templates, **attached)  # type: ignore[arg-type]
        part = _next_part(connection, reader.key, model.kind, model.today)
        message_id = _message_id(self, reader.key, model.kind, model.today, part, seed)
        to = address(mail.only_to or reader.mail).spec
        body = assemble(
            composed,
            sender=Mailbox(address(mail.sender).spec, mail.sender_name or model.office_name),
            to=Mailbox(to, "" if mail.only_to else reader.name or reader.unit),
            reply_to=address(mail.reply_to or model.office_mail or mail.sender),
            message_id=message_id,
            date=datetime.fromtimestamp(now, ZoneInfo(self.desk.plans[plan]["timezone"])),
            references=thread,
        )
        sheet, written = model.lines[0] if model.kind == "sheet" else None, outbox.clock(connection)
        return insert(
            connection,
            Letter(
                person=reader.key, kind=model.kind, day=model.today, part=part, address=to, subject=composed.subject,
                text=masked(composed.text), message_id=message_id, body=body, sha256=hashlib.sha256(body).hexdigest(),
                next_at=written, made_at=now, written_at=written, fallback=composed.fallback,
                number=sheet.number if sheet else "", signer=sheet.signer if sheet else "",
            ),
        )  # fmt: skip


def _valid(mail: str) -> bool:
    """Return whether a letter can be addressed so; one bad address must not stop the others."""
    try:
        address(mail)
    except AddressError:
        return False
    return True


def write_letters(scribe: Scribe, person: str, due: Due, now: int) -> list[int]:
    """Write what one person is to get now, in the caller's transaction; return the letters' numbers.

    A letter leaves on a working day from the hour on at which letters go out. At most one ladder letter and two of
    news a day; each numbered sheet is a letter of its own. What is left waits, planned, for the next day.
    """
    notices = rows(scribe.connection, NOTICES, person=person)
    reader = scribe.reader(person)
    if reader is None:
        _suppress(scribe.connection, notices, "address")
        return []
    made = write_regular(scribe, reader, due, now)
    for kind, group in _by_letter(notices):
        day = scribe.desk.letter_day(group[0]["plan"], now)
        if day and _may_write(scribe.connection, person, kind, day):
            made.append(_write(scribe, reader, kind, group, day, now))
    return made


def waiting_readers(connection: Connection, due: Due) -> list[str]:
    """Return whoever has something planned to be told, and whoever is due a letter by the calendar."""
    planned = rows(connection, "SELECT DISTINCT person FROM notice WHERE state = 'planned' ORDER BY person")
    return sorted({*(one["person"] for one in planned), *due.readers})


def _by_letter(notices: Sequence[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the notices of each letter: a kind of news together, the ladder's together, a numbered sheet alone."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for notice in notices:
        if not notice["number"]:
            groups.setdefault(LETTER_OF.get(notice["kind"], "ladder"), []).append(notice)
    return [("sheet", [notice]) for notice in notices if notice["number"]] + list(groups.items())


def _may_write(connection: Connection, person: str, kind: str, day: date) -> bool:
    """Return whether a person may get one more letter of this kind on a day."""
    if kind == "sheet":
        return True
    alike = ("ladder",) if kind == "ladder" else tuple(LETTER_OF.values())
    sql = "SELECT kind FROM letter WHERE person = :person AND channel = 'mail' AND day = :day AND state <> 'void'"
    had = sum(one["kind"] in alike for one in rows(connection, sql, person=person, day=day))
    return had < (1 if kind == "ladder" else NEWS_A_DAY)


def _suppress(connection: Connection, notices: Sequence[Mapping[str, Any]], reason: str) -> None:
    for notice in notices:
        run(
            connection,
            "UPDATE notice SET state = 'suppressed', reason = :reason WHERE id = :id",
            reason=reason,
            id=notice["id"],
        )


def _write(scribe: Scribe, reader: Reader, kind: str, notices: Sequence[dict[str, Any]], day: date, now: int) -> int:
    """Write one letter about notices and put them into it."""
    connection = scribe.connection
    model = letter_model(scribe, reader, kind, notices, day)
    thread, calendar = _thread(scribe, notices), _calendar(scribe, notices, model)
    seed = [(notice["occurrence"], notice["told_version"], notice["stage"]) for notice in notices]
    letter = scribe.freeze(reader, model, now, notices[0]["plan"], seed=seed, thread=thread, calendar=calendar)
    for notice in notices:
        run(
            connection,
            "UPDATE notice SET state = 'in_letter', letter = :letter WHERE id = :id",
            letter=letter,
            id=notice["id"],
        )
    for number in dict.fromkeys(one["occurrence"] for one in notices if ladder(one["ladder"]).is_eventful):
        one = ledger.occurrence(connection, number)  # what comes after this letter is in sight only now
        update(
            connection,
            "occurrence",
            number,
            {"next_at": scribe.desk.next_at(one, scribe.desk.decided(number, one["version"]))},
        )
    return letter


def _thread(scribe: Scribe, notices: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the identifier of the conversation about a task, where a letter is about one alone."""
    tasks = {(notice["plan"], notice["task"]) for notice in notices}
    if len(tasks) > 1:
        return ()
    seed = json.dumps([scribe.desk.house["word"], *tasks.pop()], ensure_ascii=False)
    return (f"<task.{hashlib.sha256(seed.encode()).hexdigest()[:32]}@{_domain(scribe)}>",)


def _calendar(scribe: Scribe, notices: Sequence[Mapping[str, Any]], model: LetterModel) -> tuple[bytes, str] | None:
    """Return the calendar entry of the one row a letter is about, and its file name.

    None where there are several or no date, where nothing is to be done any more, or where attachments get lost.
    """
    one = notices[0]
    if len(notices) > 1 or not one["due"] or not scribe.settings.mail.links or one["kind"] in CLOSING:
        return None
    plan, line, zone = scribe.desk.plans[one["plan"]], model.lines[0], model.timezone
    entry = feeds.Entry(
        uid=one["uid"], sequence=one["sequence"], changed=datetime.fromtimestamp(one["changed_at"], UTC),
        due=one["due"], title=one["title"], plan_title=plan["title"], plan_number=plan["number"], no=one["no"],
        units=line.leads, support=line.support, overdue=one["due"] < model.today, internal=line.internal,
    )  # fmt: skip
    feed = feeds.Feed("", language=model.recipient.language, timezone=zone)
    return feeds.single(entry, feed), f"duban-{one['uid'].partition('@')[0][:8].lower()}.ics"


def _next_part(connection: Connection, person: str, kind: str, day: date) -> int:
    sql = "SELECT max(part) AS part FROM letter WHERE person = :person AND kind = :kind AND day = :day AND part >= 0"
    found = row(connection, sql, person=person, kind=kind, day=day)
    return 0 if found is None or found["part"] is None else int(found["part"]) + 1


def _message_id(scribe: Scribe, person: str, kind: str, day: date, part: int, notices: Sequence[object]) -> str:
    """Return an id of this letter to this person and no other, the same however often it is tried (M9)."""
    seed = json.dumps([scribe.desk.house["word"], person, kind, str(day), part, list(notices)])
    return f"<{kind}.{hashlib.sha256(seed.encode()).hexdigest()[:32]}@{_domain(scribe)}>"


def _domain(scribe: Scribe) -> str:
    return address(scribe.settings.mail.sender).spec.rpartition("@")[2]
