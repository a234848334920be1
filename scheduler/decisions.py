"""What an office decides about a task beside whether it is done: on hold, taken up again, whose it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from plans.model import LATEST, say
from plans.trouble import DeskError
from scheduler.desk import Act, open_only
from scheduler.news import tell_news, tell_stays, withdraw
from store import ledger
from store.database import row

# "not ours" (event e) that was neither answered nor said again since
UNDECIDED = """e.kind = 'disclaim' AND NOT EXISTS (SELECT 1 FROM event f WHERE f.plan = e.plan AND f.task = e.task
    AND f.occurrence = e.occurrence AND f.id > e.id AND f.kind IN ('disclaim', 'stays', 'transfer', 'report'))"""


def set_aside(act: Act, one: Mapping[str, Any], text: str, until: date | None = None) -> None:
    """Put a row on hold (暂缓), by itself until a day: it isn't late, and nobody is told of it."""
    open_only(one)
    if until and until <= act.on:
        raise DeskError(say("{day} is not later than today", day=until))
    if until and until.year > LATEST:
        raise DeskError(say("{day} is too far away; look at the year", day=until))
    act.change(one, "set_aside", text, state="on_hold", resumes_on=until, paused_until=None)
    withdraw(act.connection, one["id"], "set-aside")


def take_up(act: Act, one: Mapping[str, Any], text: str) -> None:
    """Take up again what was on hold; its date holds as before, its ladder starts anew."""
    if one["state"] != "on_hold":
        raise DeskError(say("{title} is not on hold", title=one["title"]))
    act.anew(one, "take_up", text, state="in_progress", resumes_on=None)


def transfer(act: Act, one: Mapping[str, Any], unit: str, text: str, instead_of: str = "") -> None:
    """Give a row to another unit (转办), in the place of its direct lead or of *instead_of*; who led it is kept."""
    open_only(one)
    leads = list(json.loads(one["leads"]))
    old = instead_of or (leads[0] if leads else "")
    if unit in leads:
        raise DeskError(say("{title} is with that unit already", title=one["title"]))
    if old and old not in leads:
        raise DeskError(say("{title}: {unit} doesn't lead it", title=one["title"], unit=old))
    after = [unit if lead == old else lead for lead in leads] or [unit]
    ledger.replace_lead(act.connection, one["id"], old, unit)
    withdraw(act.connection, one["id"], "handed-over")
    now = act.anew(one, "transfer", text, state="transferred", leads=json.dumps(after, ensure_ascii=False))
    tell_news(act.desk, now, "assign", act.on, act.at)


def disclaimed(act: Act, one: Mapping[str, Any]) -> bool:
    """Return whether its unit said that a row isn't theirs, and nobody has decided that yet."""
    sql = f"SELECT e.id FROM event e WHERE e.occurrence = :id AND {UNDECIDED}"
    return row(act.connection, sql, id=one["id"]) is not None


def keep(act: Act, one: Mapping[str, Any], text: str) -> None:
    """Answer "not ours": the row stays with whoever leads it, and their contact is told why; no date moves."""
    open_only(one)
    if not disclaimed(act, one):
        raise DeskError(say("{title}: no unit has said that it is not theirs", title=one["title"]))
    after = act.change(one, "stays", text)
    tell_stays(act.desk, after, act.on, act.at)
