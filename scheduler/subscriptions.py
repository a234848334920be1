"""Giving out calendars and links: what each is called, what it opens, the addresses of it, and taking it back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from sqlalchemy import Connection

from notifications.speech import N_, Speech
from plans.model import PERSON_ROLES, UNIT_ROLES, say
from plans.trouble import UsageError
from store import queries, tokens
from store.database import rows
from store.reader import reading
from store.references import resolved, task_key
from store.tokens import Grant, Held, Kind

LONGEST = 200  # characters of an address; beyond some 256 Google Calendar fails without a word
OFFICE_DAYS = timedelta(days=7)  # how long an office link waits to be used
REPORT_DAYS = timedelta(days=30)  # how long a report link lives after the date


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a calendar is subscribed to: as text to copy, as a link that opens a calendar, and for Google's page."""

    plain: str
    webcal: str
    google: str


def addresses(base: str, secret: str) -> Addresses:
    """Return the addresses of a feed below *base*, the server's own address without a stroke at its end."""
    plain = f"{base.rstrip('/')}/f/{secret}.ics"
    webcal = "webcal:" + plain.partition(":")[2]
    return Addresses(plain, webcal, f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe=':/')}")


def narrowed(connection: Connection, written: Mapping[str, Any]) -> dict[str, Any]:
    """Return a filter of plan, unit, person, role and overdue with ids for names, and only what narrows.

    Raises:
        UsageError: the ledger doesn't know what was named, or the role belongs to nobody named.
    """
    given = {name: value for name, value in written.items() if value}
    found = resolved(reading(connection), given)
    role = given.get("role")
    if role and role not in (*UNIT_ROLES, *PERSON_ROLES):
        known = ", ".join((*UNIT_ROLES, *PERSON_ROLES))
        raise UsageError(say("there is no role {role}; write one of {known}", role=role, known=known))
    if role in UNIT_ROLES and not found.get("unit"):
        raise UsageError(say("{role} is a unit's part: name the unit too", role=role))
    if role in PERSON_ROLES and not found.get("person"):
        raise UsageError(say("{role} is a person's part: name the person too", role=role))
    return found


def name_of(connection: Connection, filters: Mapping[str, Any], language: str, taken: Iterable[str] = ()) -> str:
    """Return what a calendar of this filter is called, 督办·安全处, in a way that none of *taken* is called yet."""
    speech = Speech(language)
    called = {
        "unit": {one["id"]: one["name"] for one in rows(connection, queries.ALL_UNITS)},
        "person": {one["id"]: one["name"] for one in rows(connection, queries.ALL_PEOPLE)},
        "plan": {one["id"]: _told(one) for one in rows(connection, queries.ALL_PLANS)},
    }
    parts = [names.get(filters[key], filters[key]) for key, names in called.items() if filters.get(key)]
    parts += [speech(_ROLE_WORDS[filters["role"]])] if filters.get("role") else []
    parts += [speech("overdue")] if filters.get("overdue") else []
    name = "·".join((speech("duban"), *(parts or [speech("all tasks")])))
    known = set(taken)
    return next(each for each in _numbered(name) if each not in known)


def _told(plan: Mapping[str, Any]) -> str:
    """Return what a plan is called outside the house: one handled as internal by its number (practice 1.18)."""
    return str(plan["title"] if plan["handling"] != "internal" else plan["number"] or plan["id"])


def _numbered(name: str) -> Iterable[str]:
    yield name
    number = 2
    while True:
        yield f"{name} {number}"
        number += 1


_ROLE_WORDS = {
    "lead": N_("lead"),
    "responsible": N_("responsible"),
    "support": N_("support"),
    "each": N_("each"),
    "leader": N_("leader"),
    "owner": N_("owner"),
    "contact": N_("contact"),
    "reviewer": N_("reviewer"),
    "inform": N_("for information"),
}


def open_ones(connection: Connection, day: date, *kinds: Kind) -> list[Held]:
    """Return the tokens of some kinds that open something on a day."""
    return [held for held in tokens.listed(connection, *kinds) if held.is_open(day)]


def named(connection: Connection, reference: str, day: date, *kinds: Kind) -> Held:
    """Return the open token that *reference* names: by its digits, or by its name where only one has it.

    Raises:
        UsageError: none is, or several are.
    """
    known = open_ones(connection, day, *kinds)
    found = [held for held in known if len(reference) >= 4 and held.hash.startswith(reference.lower())]
    found = found or [held for held in known if held.grant.name == reference and not held.replaced_on]
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(held.short for held in found)
        raise UsageError(say("{name} can mean {several}; name one of them", name=reference, several=several))
    raise UsageError(say("nothing open is called {name}; the list shows names and numbers", name=reference))


def of_whom(connection: Connection, day: date, filters: Mapping[str, Any], *kinds: Kind) -> Sequence[Held]:
    """Return the open tokens that were given to a unit or a person, whatever else narrows them."""
    return [
        held
        for held in open_ones(connection, day, *kinds)
        if filters and all(held.grant.filter.get(name) == value for name, value in filters.items())
    ]


def new_feed(
    connection: Connection, filters: Mapping[str, Any], chosen: Mapping[str, Any], name: str, day: date
) -> str:
    """Give out a calendar and return its secret; of what was chosen, only what differs from the usual is kept."""
    properties = {key: value for key, value in chosen.items() if value and value not in ("events", "full")}
    return tokens.issue(connection, Grant("feed", filters, properties, name), day)


def report_grant(connection: Connection, task: str, unit: str, person: str, name: str, last: date | None) -> Grant:
    """Return what a link opens that reports on one task for one unit; it lives until 30 days after the date in force.

    Raises:
        UsageError: there is no such task, several of its rows could be meant, or the unit has no part in it.
    """
    plan, key, wanted = task_key(reading(connection), task)
    sql = (
        "SELECT id, name, title, due, leads FROM occurrence WHERE plan = :plan AND task = :task ORDER BY position, name"
    )
    found = rows(connection, sql, plan=plan, task=key)
    several = [one for one in found if not wanted or one["name"] == wanted]
    if len(several) != 1:
        names = ", ".join(one["name"] for one in found if one["name"])
        words = say("{task} has several rows; name one as {task}/ROW: {names}", task=f"{plan}/{key}", names=names)
        raise UsageError(words)
    one = several[0]
    filters = narrowed(connection, {"unit": unit, "person": person})
    parts = rows(connection, "SELECT unit FROM occurrence_unit WHERE occurrence = :number", number=one["id"])
    taking_part = [part["unit"] for part in parts]
    filters.setdefault("unit", json.loads(one["leads"])[0] if json.loads(one["leads"]) else "")
    if filters["unit"] not in taking_part:
        raise UsageError(say("{unit} has no part in {title}", unit=unit or filters["unit"], title=one["title"]))
    return Grant("report", {"row": one["id"], **filters}, {}, name or one["title"], last)


def is_address(base: str) -> bool:
    """Return whether *base* is an address that links can be built on."""
    parts = urlsplit(base)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and base.isascii()
