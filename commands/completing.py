"""What the shell offers after Tab: the plans, units, people, phases and tasks that the ledger really has."""

from __future__ import annotations

import os
from collections.abc import Callable

from commands.place import find_place
from plans.trouble import DubanError
from store import queries
from store.reader import open_ledger

_NAMES = {
    "plan": (queries.ALL_PLANS, "{id}", "title"),
    "unit": (queries.ALL_UNITS, "{name}", "id"),
    "person": (queries.ALL_PEOPLE, "{name}", "id"),
    "phase": (queries.ALL_PHASES, "{title}", "id"),
    "to": (queries.ALL_PEOPLE, "{name}", "id"),
    "task": (queries.ALL_TASKS, "{plan}/{id}", "title"),
}


def offer(kind: str) -> Callable[[str], list[tuple[str, str]]] | None:
    """Return who answers Tab for an option or argument of this name, None where the ledger has no such names."""
    if kind not in _NAMES:
        return None
    sql, shape, about = _NAMES[kind]

    def offered(incomplete: str) -> list[tuple[str, str]]:
        """Return (value, what it is) of all that begin so; without a ledger there is nothing to offer."""
        try:
            reader = open_ledger(find_place("", os.environ, ".").ledger)
        except DubanError:
            return []
        try:
            found = [(shape.format(**row), str(row[about])) for row in reader(sql)]
        except DubanError:
            return []
        finally:
            reader.close()
        return [(value, what) for value, what in found if value.startswith(incomplete)]

    return offered
