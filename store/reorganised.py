"""Units and people as they are on a day: what a renamed, merged or split unit became, who took over from whom."""

from __future__ import annotations

import json

from store import queries
from store.reader import texts

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date
    from typing import Any

    Read = Callable[..., list[dict[str, Any]]]


_POSTS = ("contact", "deputy", "head", "leader")


def unit_names(units: Iterable[Mapping[str, Any]], day: date) -> dict[str, tuple[str, ...]]:
    """Return by id what each unit is called on *day*: its name, or the names of the units that have taken over."""
    known = {unit["id"]: unit for unit in units}
    today = day.isoformat()
    return {key: tuple(known[now]["name"] for now in _now(key, known, today)) for key in known}


def changes(units: Iterable[Mapping[str, Any]], day: date) -> dict[str, tuple[str, ...]]:
    """Return by id, for each unit that others had taken over from by *day*, the days on which they did."""
    known = {unit["id"]: unit for unit in units}
    today = day.isoformat()
    found = {key: tuple(sorted(_followed(key, known, today)[1])) for key in known}
    return {key: days for key, days in found.items() if days}


def contacts(units: Iterable[Mapping[str, Any]], day: date) -> dict[str, list[tuple[Mapping[str, Any], str]]]:
    """Return by id who is called about each unit on *day*: itself, or those that took over, each with its contact."""
    known = {unit["id"]: unit for unit in units}
    today = day.isoformat()
    return {key: [(known[now], _contact(known[now], today)) for now in _now(key, known, today)] for key in known}


def stood_in_for(read: Read, named: Iterable[str]) -> Callable[[Mapping[str, Any]], str]:
    """Return a function of a notice: the name of whoever was away, and for whom its reader stands in; "" for nobody.

    *named* are the people that the task itself names.
    """
    away = [(one["id"], one["name"], json.loads(one["away"])) for one in read(queries.AWAY)]
    units = {one["id"]: one for one in read(queries.WHO_SITS_WHERE)} if away else {}
    own = set(named)

    def absent(notice: Mapping[str, Any]) -> str:
        unit, day = units.get(notice["unit"]), notice["day"]
        post = notice["why"] if notice["why"] in _POSTS else "contact"
        for person, name, spans in away:
            if not any(first <= day <= last and deputy == notice["person"] for first, last, deputy in spans):
                continue
            if person in own or (unit and _holder(unit, post, day) == person):
                return str(name)
        return ""

    return absent


def _contact(unit: Mapping[str, Any], today: str) -> str:
    return _holder(unit, "contact", today)


def _holder(unit: Mapping[str, Any], wanted: str, today: str) -> str:
    """Return who has a post of a unit on a day: whoever holds it for a time goes before whom the unit names."""
    found = str(unit[wanted])
    for post, person, first, last in json.loads(unit["posts"]) if unit["posts"] != "[]" else ():
        if post == wanted and (not first or first <= today) and (not last or today <= last):
            found = person
    return found


def _now(unit: str, known: Mapping[str, Mapping[str, Any]], today: str) -> list[str]:
    """Return the ids of the units that a unit is on a day, its own where nothing took over."""
    return _followed(unit, known, today)[0]


def _followed(unit: str, known: Mapping[str, Mapping[str, Any]], today: str) -> tuple[list[str], list[str]]:
    """Return the ids of the units that a unit is on a day, and the days on which others took over on the way there."""
    found: list[str] = []
    days: list[str] = []
    ahead, seen = [unit], {unit}
    while ahead:
        one = ahead.pop(0)
        row = known[one]
        if row["became"] == "[]" or not row["until"] or row["until"] > today:
            found.append(one)
            continue
        after = [name for name in texts(row["became"]) if name in known and name not in seen]
        seen.update(after)
        ahead = after + ahead
        days.append(row["until"])
    return found or [unit], days


def holders(read: Read, day: date) -> Callable[[str], str]:
    """Return who has on *day* what a person had, as a function of ids: handovers one after the other."""
    moved = read(queries.HANDOVERS, day=day)

    def holder(person: str) -> str:
        for one in moved:
            if one["old"] == person:
                person = one["new"]
        return person

    return holder
