"""What an apply would change, in words: a line a task with what becomes of it, the sums, and what needs an answer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from notifications.speech import N_, Speech
from notifications.typesetting import plain
from plans.compare import Change, Known
from plans.directory import Directory
from plans.model import Occurrence
from plans.occurrences import issue_day
from scheduler.entry import Prepared
from store.states import STATES

SIGNS = {
    "added": "+", "past": "+", "moved": "~", "changed": "~", "vanished": "?", "gone": "-", "dropped": "-",
    "revived": "+", "kept": "=",
}  # fmt: skip
COUNTS = {
    "added": N_("{n} new"),
    "past": N_("{n} new, past already"),
    "moved": N_("{n} with another date"),
    "changed": N_("{n} changed beside the date"),
    "revived": N_("{n} back again"),
    "dropped": N_("{n} no longer asked"),
    "gone": N_("{n} cancelled"),
    "kept": N_("{n} kept without the file"),
    "vanished": N_("{n} vanished"),
    "same": N_("{n} as before"),
}


def sums(changes: Sequence[Change], speech: Speech) -> str:
    """Return how many rows change in which way, in words: 3 new, 1 with another date."""
    counts = Counter(change.kind for change in changes)
    told = [speech(text, n=counts[kind]) for kind, text in COUNTS.items() if counts[kind]]  # type: ignore[index]
    return speech("Rows: {counts}.", counts=speech.names(told)) if told else speech("The plan asks nothing.")


def lines(
    changes: Iterable[Change], speech: Speech, directory: Directory, most: int | None
) -> tuple[list[tuple[str, str, str, str]], int]:
    """Return (sign, task, title, what becomes of it) for rows of a task that change alike, and how many are left."""
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        if change.kind != "same":
            groups.setdefault((change.kind, change.task), []).append(change)
    shown: Counter[str] = Counter()
    lines, left = [], 0
    for (kind, task), alike in groups.items():
        shown[kind] += 1
        if most is not None and shown[kind] > most and kind != "vanished":
            left += 1
            continue
        called = f"{task}/{alike[0].name}" if len(alike) == 1 and alike[0].name else task
        lines.append((SIGNS[kind], called, _title(alike), _what(alike, directory, speech)))
    return lines, left


def _title(changes: Sequence[Change]) -> str:
    """Return what the rows of one task are called together: the shortest of their titles, the task's own."""
    return min((change.title for change in changes), key=len)


def _what(changes: Sequence[Change], directory: Directory, speech: Speech) -> str:
    """Return in words what becomes of the rows of one task."""
    kind = changes[0].kind
    if kind in ("added", "past", "revived"):
        asked = _asked([change.declared for change in changes if change.declared], speech)
        if kind == "past":
            return speech("{asked}, before it is assigned: done? Nobody is told of it.", asked=asked)
        return speech("back again, {asked}", asked=asked) if kind == "revived" else asked
    if kind == "moved":
        return "; ".join(_moved(change, speech) for change in changes[:3]) + ("; …" if len(changes) > 3 else "")
    if kind == "changed":
        return _changed(changes[0], directory, speech)
    many = speech.count("{n} row", "{n} rows", len(changes))
    return {
        "vanished": speech("no longer in the file ({rows})", rows=many),
        "gone": speech("no longer in the file: is cancelled ({rows})", rows=many),
        "kept": speech("no longer in the file: goes on ({rows})", rows=many),
        "dropped": speech("no longer asked ({rows})", rows=many),
    }[kind]


def _asked(rows: Sequence[Occurrence], speech: Speech) -> str:
    """Return by when rows are due: one day, or how many from when to when."""
    dated = sorted(row.due for row in rows if row.due)
    if not dated:
        return speech("without a date")
    if len(rows) == 1:
        return speech("due {day}", day=dated[0])
    if dated[0] == dated[-1]:
        return speech("{n} rows, due {day}", n=len(rows), day=dated[0])
    return speech("{n} rows, due {first} to {last}", n=len(rows), first=dated[0], last=dated[-1])


def _moved(change: Change, speech: Speech) -> str:
    before = change.known.declared if change.known else None
    after = change.declared.due if change.declared else None
    if change.overrides:
        return speech("due {after}, overrides the extension to {day}; the ladder starts anew", after=_day(after),
                      day=change.overrides)  # fmt: skip
    return speech("due {after} instead of {before}; the ladder starts anew", after=_day(after), before=_day(before))


def _day(day: date | None) -> str:
    return str(day) if day else "—"


def _units(ids: Sequence[str], directory: Directory, speech: Speech) -> str:
    """Return units by name."""
    return speech.names(directory.units[unit].name if unit in directory.units else unit for unit in ids)


def _changed(change: Change, directory: Directory, speech: Speech) -> str:
    """Return what differs beside the date, as far as the ledger can tell."""
    known, declared = change.known, change.declared
    assert known
    assert declared
    told = []
    if known.declared != declared.due:
        told.append(speech("the file says now what was granted, {day}", day=_day(declared.due)))
    if known.title != declared.title:
        told.append(speech("was called “{title}”", title=known.title))
    told += _lead_changed(known, declared, directory, speech)
    if declared.state and known.state.partition(" ")[0] != declared.state:
        says = N_("the file says as well that it is {state}") if declared.state == known.standing else N_(
            "the file says that it is {state}"
        )  # fmt: skip
        told.append(speech(says, state=speech(STATES[declared.state])))
    return speech.names(told) if told else speech("changed beside its date")


def _lead_changed(known: Known, declared: Occurrence, directory: Directory, speech: Speech) -> Iterator[str]:
    """Yield what differs in who leads; a name that the directory has learned meanwhile is the same unit."""
    before, after = json.loads(known.leads) if known.leads else list(declared.leads), list(declared.leads)
    if before == after:
        return
    was, now = _units(before, directory, speech), _units(after, directory, speech)
    if after == json.loads(known.leading or "[]"):
        yield speech("the file says now who leads since it was transferred, {units}", units=now)
    elif was == now:
        met = [unit for unit in after if unit not in before]
        yield speech("{units}: known by the directory now", units=_units(met, directory, speech))
    else:
        yield speech("lead {after} instead of {before}", after=now, before=was)


def remarks(prepared: Prepared, speech: Speech) -> Iterator[str]:
    """Yield what the reader should know or answer before applying."""
    for task, old in prepared.proposals:
        yield speech("{new} bears the title of {old}; did you mean `was: {old}`?", new=task.id, old=old)
    for fate in prepared.taken.sentences():
        yield plain(speech.sentence(fate))
    if prepared.on < issue_day(prepared.plan):
        yield speech("Nothing of it is seen or sent before its day of issue, {day}.", day=issue_day(prepared.plan))
    if prepared.vanished:
        yield speech("Vanished tasks need an answer: --gone cancel or --gone keep.")
