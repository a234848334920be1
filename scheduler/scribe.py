"""Who writes a round's letters and who reads them: one look at the ledger, with the names a letter needs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from notifications.letters import compose
from notifications.mime import AddressError, Mailbox, address, assemble
from notifications.notices import Composed, LetterModel
from notifications.rendering import Templates
from plans.recipients import MAILBOX
from scheduler.matters import Desk
from scheduler.settings import Settings
from store import outbox
from store.database import insert, row
from store.tables import Letter
from store.tokens import masked

HEAD_START = 3600  # seconds by which what presses stands ahead in the outbox, where only so many leave in a minute
PRESSING = frozenset(("late", "urge", "press"))


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

    @property
    def domain(self) -> str:
        """Return the domain its message ids end in."""
        return address(self.settings.mail.sender).spec.rpartition("@")[2]

    def unit_name(self, unit: str) -> str:
        """Return a unit's name; an unknown one is named by what was written."""
        known = self.unit(unit)
        return str(known["name"]) if known else unit

    def reader(self, key: str, today: date) -> Reader | None:
        """Return who a recipient's key stands for on a day, None when nobody does or nothing can reach them."""
        if key.startswith(MAILBOX):
            unit = self.unit(key.removeprefix(MAILBOX))
            if not unit or not _valid(unit["mail"]):
                return None
            return Reader(key, "", "", unit["name"], unit["id"], unit["mail"], "")
        person = self.desk.known_person(key)
        if not person or not _valid(person["mail"]):
            return None
        works_in = self._unit_of(person["unit"], key, today) if person["unit"] else ""
        unit_name = self.unit_name(works_in) if works_in else ""
        return Reader(key, person["name"], person["title"], unit_name, works_in, person["mail"], person["language"])

    def _unit_of(self, unit: str, person: str, today: date) -> str:
        """Return the unit somebody works in on a day: of those that took over the one with a post for them, if any."""
        house = self.desk.posts.on(today)
        units = house.units_on(unit, today)
        held = [
            one for one in units if (post := house.units.get(one)) and person in (post.contact, post.deputy, post.head)
        ]
        return held[0] if held else units[0] if len(units) == 1 else unit

    def office(self, plan: str, today: date) -> dict[str, str]:
        """Return who signs a plan's letters on a day: name, contact, phone and mail of its office."""
        posts = self.desk.posts.on(today)
        [key, *_] = posts.units_on(self.desk.plans[plan]["office"] or self.desk.house["office"], today)
        unit = self.unit(key) or {}
        held = posts.units[key].contact if unit else ""
        contact = self.desk.known_person(posts.present(held, today)) if held else None
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
        attached = {"calendar": calendar[0], "calendar_name": calendar[1]} if calendar else {}
        composed = compose(model, self.templates, **attached)  # type: ignore[arg-type]
        part = _next_part(self.connection, reader.key, model.kind, model.today)
        message_id = _message_id(self, reader.key, model.kind, model.today, part, seed)
        date_of = datetime.fromtimestamp(now, ZoneInfo(self.desk.plans[plan]["timezone"]))
        body = assemble(
            composed, **self._envelope(reader, model), message_id=message_id, date=date_of, references=thread
        )
        return self._keep(reader, model, composed, body, now, part=part, message_id=message_id)

    def _address(self, reader: Reader) -> str:
        """Return the address a reader's letters go to: in a trial that of whoever gets all of them."""
        return address(self.settings.mail.only_to or reader.mail).spec

    def _envelope(self, reader: Reader, model: LetterModel) -> dict[str, Any]:
        """Return from whom a letter is, to whom it goes, and who gets the answer."""
        mail = self.settings.mail
        return {
            "sender": Mailbox(address(mail.sender).spec, mail.sender_name or model.office_name),
            "to": Mailbox(self._address(reader), "" if mail.only_to else reader.name or reader.unit),
            "reply_to": address(mail.reply_to or model.office_mail or mail.sender),
        }

    def _keep(
        self, reader: Reader, model: LetterModel, composed: Composed, body: bytes, now: int, *, part: int,
        message_id: str,
    ) -> int:  # fmt: skip
        """Put a letter into the outbox, ahead of others where it presses; return its number."""
        sheet, written = model.lines[0] if model.kind == "sheet" else None, outbox.clock(self.connection)
        return insert(
            self.connection,
            Letter(
                person=reader.key, kind=model.kind, day=model.today, part=part, address=self._address(reader),
                subject=composed.subject, text=masked(composed.text), message_id=message_id, body=body,
                sha256=hashlib.sha256(body).hexdigest(), next_at=written - _ahead(model), made_at=now,
                written_at=written, fallback=composed.fallback, number=sheet.number if sheet else "",
                signer=sheet.signer if sheet else "",
            ),
        )  # fmt: skip


def _ahead(model: LetterModel) -> int:
    """Return by how much a letter stands ahead of others: signed sheets, and reminders of what is overdue."""
    late = model.kind == "ladder" and any(line.kind in PRESSING for line in model.lines)
    return HEAD_START if late or model.kind == "sheet" else 0


def _valid(mail: str) -> bool:
    """Return whether a letter can be addressed so; one bad address must not stop the others."""
    try:
        address(mail)
    except AddressError:
        return False
    return True


def _next_part(connection: Connection, person: str, kind: str, day: date) -> int:
    sql = "SELECT max(part) AS part FROM letter WHERE person = :person AND kind = :kind AND day = :day AND part >= 0"
    found = row(connection, sql, person=person, kind=kind, day=day)
    return 0 if found is None or found["part"] is None else int(found["part"]) + 1


def _message_id(scribe: Scribe, person: str, kind: str, day: date, part: int, notices: Sequence[object]) -> str:
    """Return an id of this letter to this person and no other, the same however often it is tried (M9)."""
    seed = json.dumps([scribe.desk.house["word"], person, kind, str(day), part, list(notices)])
    return f"<{kind}.{hashlib.sha256(seed.encode()).hexdigest()[:32]}@{scribe.domain}>"
