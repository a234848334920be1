"""What the ledger shows on a day: what is overdue, what falls due, what was asked, who was told and why.

Only the standard library where the ledger is a file, because a listing should answer before one has blinked. Days in
the results are ISO texts, or None; the day itself is handed in.
"""

from __future__ import annotations

from datetime import date
from operator import itemgetter

from store import queries
from store.reader import texts
from store.reorganised import contacts, holders, unit_names
from store.states import light

TYPE_CHECKING = False  # as above
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    Row = dict[str, Any]
    Read = Callable[..., list[Row]]

SORTS = ("plan", "due", "original", "overdue", "title", "lead", "state", "light")
_FAR = "9999-12-31"
NOBODY: list[tuple[Mapping[str, Any], str]] = [({}, "")]
_in_plan = itemgetter("plan_position", "plan", "position", "occurrence")


def overdue(read: Read, day: date, filters: Mapping[str, Any] | None = None) -> list[Row]:
    """Return the rows that are overdue on *day*: the longest overdue first, then by plan, then in the plan's order.

    Each row also has contact, phone, told_on and progress: whom to call, and what was said before.
    """
    return _whom_to_call(read, day, sorted(_rows(read, day, filters or {}, "late", call=True), key=_longest_overdue))


def overdue_among(found: Iterable[Row]) -> list[Row]:
    """Return the rows of `listed` that `overdue` finds, in its order, without whom to call."""
    return sorted((row for row in found if row["word"] == "overdue"), key=_longest_overdue)


def with_calls(read: Read, day: date, found: list[Row]) -> list[Row]:
    """Return the few rows of `overdue_among` that are shown, with whom to call and what was said before."""
    if not found:
        return []
    known = {row["id"]: row for row in read(queries.calls([row["id"] for row in found]), day=day)}
    return _whom_to_call(read, day, [row | known[row["id"]] for row in found])


def _longest_overdue(row: Row) -> tuple[int, str, int, str]:
    return -row["days_overdue"], row["plan"], row["position"], row["occurrence"]


def _whom_to_call(read: Read, day: date, found: list[Row]) -> list[Row]:
    people = {person["id"]: person for person in read(queries.ALL_PEOPLE)}
    called = contacts(read(queries.ALL_UNITS), day)
    holder = holders(read, day) if found else str
    for row in found:
        unit, contact = called.get(row["lead_ids"][0], NOBODY)[0] if row["lead_ids"] else NOBODY[0]
        person = people.get(holder(row["contact"] or contact), {})
        row["contact"], row["phone"] = person.get("name", ""), person.get("phone") or unit.get("phone", "")
    return found


def to_verify(read: Read, day: date, filters: Mapping[str, Any] | None = None) -> int:
    """Return how many rows past their day are reported done and wait to be accepted: not overdue, and not over."""
    given = _given(filters or {})
    return int(read(queries.count("verify", *given), day=day, **given)[0]["n"])


def due(read: Read, day: date, until: date, filters: Mapping[str, Any] | None = None) -> list[Row]:
    """Return the rows that fall due from *day* to *until* and have not ended, soonest first."""
    found = _rows(read, day, filters or {}, "ahead", until=until)
    return sorted(found, key=itemgetter("due", "plan_position", "plan", "position", "occurrence"))


def listed(read: Read, day: date, filters: Mapping[str, Any] | None = None, sort: str = "plan") -> list[Row]:
    """Return all rows visible on *day*, in the order of SORTS that *sort* names."""
    keys: dict[str, Callable[[Row], Any]] = {
        "due": lambda row: row["due"] or _FAR,
        "original": lambda row: row["original_due"] or _FAR,
        "overdue": lambda row: -row["days_overdue"],
        "title": lambda row: row["title"],
        "lead": lambda row: row["lead"],
        "state": lambda row: row["state"],
        "light": lambda row: ("red", "yellow", "green", "grey").index(row["light"]),
    }
    found = sorted(_rows(read, day, filters or {}), key=_in_plan)
    return sorted(found, key=keys[sort]) if sort in keys else found


def parts(read: Read, day: date, filters: Mapping[str, Any] | None = None) -> list[Row]:
    """Return who has which part in the rows that `listed` finds on *day*: occurrence, role, unit."""
    given = _given(filters or {})
    return read(queries.units(*given), day=day, **given)


def _rows(
    read: Read, day: date, filters: Mapping[str, Any], *clauses: str, call: bool = False, **values: Any
) -> list[Row]:
    """Return the rows of *clauses* and *filters* as they stood on *day*, with names, light and counted days."""
    given = _given(filters)
    named = (*clauses, *given)
    values |= {"day": day, **given}
    found = read(queries.rows(*named, call=call), **values)
    names = unit_names(read(queries.ALL_UNITS), day) if found else {}
    parts = _units_by_row(read(queries.units(*named), **values)) if found and filters.get("units") else {}
    _shape(found, day, names, parts)
    states, lights = filters.get("state"), filters.get("light")
    return [row for row in found if (not states or row["state"] in states) and (not lights or row["light"] in lights)]


def _given(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filters that the ledger itself applies, by the names of their clauses."""
    given = {name: value for name, value in filters.items() if value and name in queries.CLAUSES}
    for name in ("text", "shown_text"):
        if name in given:
            given[name] = "%" + "".join(f"!{c}" if c in "!%_" else c for c in given[name].lower()) + "%"
    return given


def _units_by_row(found: Iterable[Row]) -> dict[int, list[str]]:
    units: dict[int, list[str]] = {}
    for row in found:
        units.setdefault(row["occurrence"], []).append(row["unit"])
    return units


def _shape(
    found: Iterable[Row], day: date, names: Mapping[str, tuple[str, ...]], parts: Mapping[int, list[str]]
) -> None:
    """Add to rows of the ledger what is seen of them on *day*: light, days left or overdue, names."""
    today = day.isoformat()
    leads = _Leads(names)
    for row in found:
        row["lead_ids"], row["lead"] = ids, _ = leads[row["leads"]]
        others = parts.get(row["id"])
        row["units"] = _named((*ids, *others), names) if others else row["lead"]
        row["light"], row["word"] = light(row, today)
        left, workdays_left = _left(row, day)
        row["days_left"], row["workdays_left"] = left, workdays_left
        late = row["word"] == "overdue"
        row["days_overdue"] = -left if late and left else 0
        row["workdays_overdue"] = -workdays_left if late and workdays_left else 0


class _Leads(dict[str, tuple[list[str], list[str]]]):
    """The ids and the names in each list of leads met so far: there are far fewer of them than rows."""

    def __init__(self, names: Mapping[str, tuple[str, ...]]) -> None:
        self.names = names

    def __missing__(self, written: str) -> tuple[list[str], list[str]]:
        ids = texts(written)
        self[written] = found = ids, _named(ids, self.names)
        return found


def _named(units: Iterable[str], names: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the names of units, each once; an unknown one is named by its id."""
    return list(dict.fromkeys(name for unit in units for name in names.get(unit, (unit,))))


def _left(row: Row, day: date) -> tuple[int | None, int | None]:
    """Return the days and working days from *day* to the due date, negative when it has passed; None without a date."""
    if row["due"] is None:
        return None, None
    last = date.fromisoformat(row["due"])
    if row["due_ordinal"] is None or row["day_ordinal"] is None:  # beyond what `apply` has counted
        return (last - day).days, weekdays(last) - weekdays(day)
    return (last - day).days, row["due_ordinal"] - row["day_ordinal"]


def weekdays(day: date) -> int:
    """Return how many days from Monday to Friday there were from the year 1 until *day*, itself included."""
    weeks, rest = divmod(day.toordinal(), 7)
    return 5 * weeks + min(rest, 5)


def of_task(read: Read, day: date, plan: str, task: str) -> dict[int, Row]:
    """Return the rows of one task as they stood on *day*, visible or not, by the numbers of their occurrences."""
    found = read(queries.rows("task", visible=False), day=day, plan=plan, task=task)
    parts = _units_by_row(read(queries.UNITS_OF_TASK, plan=plan, task=task))
    names = unit_names(read(queries.ALL_UNITS), day)
    _shape(found, day, names, parts)
    return {row["id"]: row for row in found}
