"""What a person means by PLAN/TASK, by a unit's name or a phase's title; and what is near when nothing has it."""

from __future__ import annotations

import json

from store import queries
from store.states import N_

NAMED = 24  # rows named in a sentence

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    Read = Callable[..., list[dict[str, Any]]]


def task_key(read: Read, reference: str) -> tuple[str, str, str]:
    """Return (plan, task, row) that *reference* names: PLAN/TASK, PLAN/TASK/ROW, or TASK and TASK/ROW where unique.

    A row may be the beginning of several, a month of what every unit does on its own.

    Raises:
        UsageError: there is no such task or row, or several could be meant.
    """
    plan, _, rest = reference.partition("/")
    task, _, name = rest.partition("/")
    if task and read(queries.TASK, plan=plan, task=task):
        return _with_row(read, plan, task, name)
    called = read(queries.TASKS_CALLED, task=plan)
    several = ", ".join(f"{one['plan']}/{one['id']}" for one in called)
    if rest and len(called) > 1:
        called = [
            one for one in called if any(is_row(name, rest) for name in _rows_named(read, one["plan"], one["id"]))
        ] or called
    if len(called) == 1:
        return _with_row(read, called[0]["plan"], called[0]["id"], rest)
    if called:
        raise _usage(N_("Several plans have a task {task}: {several}. Name the plan too."), task=plan, several=several)
    known = [f"{one['plan']}/{one['id']}" for one in read(queries.ALL_TASKS)]
    raise _unknown(N_("There is no task {name}."), reference, [*known, *(one.partition("/")[2] for one in known)])


def is_row(name: str, wanted: str) -> bool:
    """Return whether a row is the one that is wanted, or one of those whose name begins so."""
    return f"{name}/".startswith(f"{wanted}/") if wanted else True


def _rows_named(read: Read, plan: str, task: str) -> list[str]:
    return [one["name"] for one in read(queries.ROW_NAMES, plan=plan, task=task) if one["name"]]


def _with_row(read: Read, plan: str, task: str, name: str) -> tuple[str, str, str]:
    """Return the reference of a task with one of its rows; an unknown row is an error that names those there are."""
    if not name:
        return plan, task, ""
    names = _rows_named(read, plan, task)
    if any(is_row(one, name) for one in names):
        return plan, task, name
    if not names:
        raise _usage(N_("{task} has one row without a name; leave {name} out."), task=f"{plan}/{task}", name=name)
    several = ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
    raise _usage(N_("{task} has no row {name}. Its rows: {several}."), task=f"{plan}/{task}", name=name,
                 several=several)  # fmt: skip


def resolved(read: Read, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Return *filters* with units and people by id, whatever of name, alias or id was written.

    Raises:
        UsageError: a plan, unit, person or phase that the ledger doesn't know.
    """
    found = dict(filters)
    if written := filters.get("plan"):
        plans = [(plan["id"], (plan["title"],)) for plan in read(queries.ALL_PLANS)]
        found["plan"] = _one(written, plans, N_("There is no plan {name}."))
    if written := filters.get("unit"):
        found["unit"] = _one(written, _units(read), N_("There is no unit {name}."))
    if written := filters.get("person"):
        found["person"] = person(read, written)
    if written := filters.get("phase"):
        phases = [name for phase in read(queries.ALL_PHASES) for name in (phase["id"], phase["title"])]
        found["phase"] = _one(written, ((name, ()) for name in phases), N_("There is no phase {name}."))
    return found


def person(read: Read, written: str) -> str:
    """Return the id of the person who is called, or reached, as *written*; a unit's mailbox is "unit:" and its id.

    Raises:
        UsageError: the ledger knows nobody of that name.
    """
    people = [(one["id"], (one["name"], one["mail"])) for one in read(queries.ALL_PEOPLE)]
    units = [(f"unit:{key}", names) for key, names in _units(read)]
    return _one(written, [*people, *units], N_("There is nobody called {name}."))


def _units(read: Read) -> list[tuple[str, tuple[str, ...]]]:
    return [(unit["id"], (unit["name"], *json.loads(unit["aliases"]))) for unit in read(queries.ALL_UNITS)]


def _one(written: str, known: Iterable[tuple[str, tuple[str, ...]]], unknown: str) -> str:
    """Return the id that *written* names: an id first, then a name that only one has."""
    by_id = dict(known)
    if written in by_id:
        return written
    named = [key for key, names in by_id.items() if written in names]
    if len(named) == 1:
        return named[0]
    if named:
        raise _usage(N_("{name} can mean {several}. Name one of them."), name=written, several=", ".join(named))
    raise _unknown(unknown, written, [*by_id, *(name for names in by_id.values() for name in names if name)])


def _unknown(text: str, written: str, known: list[str]) -> Exception:
    """Return the error that says so, with up to three names that are near."""
    from difflib import get_close_matches

    from plans.model import say

    near = get_close_matches(written, dict.fromkeys(known), n=3)
    if not near:
        return _usage(text, name=written)
    return _usage(N_("{unknown} Did you mean {near}?"), unknown=say(text, name=written), near=", ".join(near))


def _usage(text: str, **values: object) -> Exception:
    from plans.model import say
    from plans.trouble import UsageError

    return UsageError(say(text, **values))
