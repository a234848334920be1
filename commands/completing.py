"""What the shell offers after Tab: the plans, units, people, phases and tasks that the ledger really has."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable

import typer

from commands.place import find_place
from plans.model import PERSON_ROLES, UNIT_ROLES
from plans.trouble import DubanError
from store import queries
from store.reader import open_ledger

Offered = list[tuple[str, str]]  # each value with what it is
Offer = Callable[[typer.Context, str], Offered]

_HELD = """
SELECT substr(hash, 1, 8) AS id, name FROM token
WHERE kind IN ({kinds}) AND name <> '' AND revoked_on IS NULL AND replaced_on IS NULL AND spent_on IS NULL
ORDER BY name"""
_NAMES = {
    "plan": (queries.ALL_PLANS, "id", "title"),
    "unit": (queries.ALL_UNITS, "name", "id"),
    "person": (queries.ALL_PEOPLE, "name", "id"),
    "phase": (queries.ALL_PHASES, "title", "id"),
    "to": (queries.ALL_PEOPLE, "name", "id"),
    "feed": (_HELD.format(kinds="'feed'"), "name", "id"),
    "link": (_HELD.format(kinds="'page', 'report', 'office'"), "name", "id"),
}
_BY_PLACEHOLDER = {
    "PLAN": ("plan",),
    "UNIT": ("unit",),
    "PERSON": ("person",),
    "OLD": ("person",),
    "NEW": ("person",),
    "TASK": ("task",),
    "PLAN|TASK": ("plan", "task"),
    "FEED": ("feed",),
    "NAME|NUMBER": ("feed",),
    "LINK": ("link",),
}


def offer(*kinds: str) -> Offer | None:
    """Return who answers Tab for values of some kinds, None where the ledger has no such names."""
    if not all(kind in _NAMES or kind == "task" for kind in kinds):
        return None

    def offered(ctx: typer.Context, incomplete: str) -> Offered:
        """Return (value, what it is) of all that begin so; without a ledger there is nothing to offer."""
        named = ctx.params.get("ledger_") or ctx.params.get("ledger_name") or ""
        try:
            reader = open_ledger(find_place(str(named), os.environ, ".").ledger)
        except DubanError:
            return []
        try:
            found = [one for kind in kinds for one in _values(reader, kind, incomplete)]
        except DubanError:
            return []
        finally:
            reader.close()
        return [(value, what) for value, what in found if value.startswith(incomplete)]

    return offered


def offer_for(placeholder: str) -> Offer | Callable[[], list[str]] | None:
    """Return who answers Tab for what stands behind an option: UNIT, [PLAN|TASK], or the words text|json."""
    written = placeholder.strip("[]…")
    if written in _BY_PLACEHOLDER:
        return offer(*_BY_PLACEHOLDER[written])
    if written == "ROLE":
        return lambda: [*UNIT_ROLES, *PERSON_ROLES]
    words = written.split("|")
    return (lambda: words) if len(words) > 1 and written.islower() else None


def _values(read: Callable[..., list[dict[str, str]]], kind: str, incomplete: str) -> Offered:
    if kind == "task":
        return _tasks(read, incomplete)
    sql, name, about = _NAMES[kind]
    return [_unbroken(str(row[name]), str(row["id"]), str(row[about])) for row in read(sql)]


def _unbroken(name: str, key: str, about: str) -> tuple[str, str]:
    """Return what is offered for a name: its id where a shell would take the name apart."""
    return (key, name) if set(name) & set(" \t'\"`$&;()<>|\\") else (name, about)


def _tasks(read: Callable[..., list[dict[str, str]]], incomplete: str) -> Offered:
    """Return tasks as PLAN/TASK, by their id alone once it is begun, and their rows behind a further stroke."""
    if incomplete.count("/") > 1:
        return [("/".join((row["plan"], row["task"], row["name"])), row["title"]) for row in read(queries.ALL_ROWS)]
    tasks = read(queries.ALL_TASKS)
    alone: Iterable[dict[str, str]] = ()
    if incomplete and "/" not in incomplete:
        often = Counter(task["id"] for task in tasks)
        alone = (task for task in tasks if often[task["id"]] == 1)
    full = [(f"{task['plan']}/{task['id']}", task["title"]) for task in tasks]
    return [*full, *((task["id"], task["title"]) for task in alone)]
