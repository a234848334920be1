"""What an office decides about a task beside whether it is done: put on hold, taken up again, given to another unit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from plans.model import say
from plans.trouble import DeskError
from scheduler.desk import Act, open_only
from scheduler.news import tell_news, withdraw
from store import ledger


def set_aside(act: Act, one: Mapping[str, Any], text: str, until: date | None = None) -> None:
    """Put a row on hold (暂缓), by itself until a day: it isn't late, and nobody is told of it."""
    open_only(one)
    if until and until <= act.on:
        raise DeskError(say("{day} is not later than today", day=until))
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
