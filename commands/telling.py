"""One task told to a person: everything that is known of it, and who was told what, why, and what comes next."""

from __future__ import annotations

from commands.printing import legend
from commands.table import Column, table
from notifications.ledger_words import EVENTS, KINDS, MORE, ROLES, by_role, changes, listed, reader, word
from notifications.typesetting import plain
from scheduler.why import comes_next, decision, holds
from store.states import STATES

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from commands.table import Screen
    from notifications.speech import Speech

    Row = Mapping[str, Any]


def show_text(found: Row, speech: Speech, on: Screen) -> str:
    """Return everything that is known of a task: what was asked, how it stands, what happened, who was told."""
    heading = on.paint(plain(f"{found['plan']}/{found['task']}  {found['title']}"), "head")
    parts = [f"{heading}\n{_facts(found, speech, on)}", _standing(found["occurrences"], speech, on)]
    if found["sums"]:
        parts.append("".join(f"{plain(line)}\n" for line in _sums(found["sums"], speech)))
    if found["events"]:
        parts.append(on.paint(speech("History"), "head") + "\n" + _events(found["events"], speech, on))
    told = sum(notice["letter_state"] == "sent" for notice in found["notices"])
    if told:
        where = f"{found['plan']}/{found['task']}"
        line = speech.count(
            "{n} letter was sent on it: duban why {task}",
            "{n} letters were sent on it: duban why {task}",
            told,
            task=where,
        )
        parts.append(f"{line}\n")
    return "\n".join(parts)


def _sums(sums: Iterable[Row], speech: Speech) -> Iterable[str]:
    """Yield who of those that each do it on their own has reported: 8 asked, 5 in, missing: A, B, C."""
    for total in sums:
        missing = speech.names(total["missing"]) or speech("nobody")
        line = speech("{asked} asked, {came} in, missing: {missing}", asked=total["asked"], came=total["in"],
                      missing=missing)  # fmt: skip
        yield f"{total['name']}  {line}".strip()


def _facts(found: Row, speech: Speech, on: Screen) -> str:
    plan = f"{found['plan_title']}  {found['number']}".strip()
    facts = [
        (speech("Plan"), plan),
        (speech("No."), found["no"]),
        (speech("Phase"), found["phase_title"] or found["phase"]),
        (speech("Deadline as written"), found["text"]),
        *((speech(MORE[name]), listed(value, speech)) for name, value in found["spec"].items() if name in MORE),
    ]
    for role, names in by_role(found["occurrences"]):
        facts.append((speech(word(ROLES, role)), speech.names(names)))
    if found["gone_on"]:
        facts.append((speech("Gone"), speech("no longer in the plan since {day}", day=found["gone_on"])))
    return table([Column(""), Column("", flows=True)], [fact for fact in facts if fact[1]], on)


def _standing(occurrences: Sequence[Row], speech: Speech, on: Screen) -> str:
    """Return how the rows of a task stand, as a table."""
    columns = (
        Column(speech("Row")),
        Column(speech("Lead"), 1, flows=True),
        Column(speech("Light")),
        Column(speech("Due")),
        Column(speech("Originally due"), 4),
        Column(speech("Finished on"), 3),
        Column(speech("Reported on"), 5),
        Column(speech("Accepted on"), 6),
        Column(speech("Last value"), 7),
        Column(speech("Extension asked until"), 2),
    )
    apart = len({tuple(row["lead"]) for row in occurrences}) > 1  # each has its own: which is whose
    rows = [
        (
            row["occurrence"],
            speech.names(row["lead"]) if apart else "",
            speech(row["word"]),
            row["due"] or "",
            (row["original_due"] or "") if row["original_due"] != row["due"] else "",
            row["finished_on"] or "",
            row["reported_on"] or "",
            row["accepted_on"] or "",
            "" if row["value"] is None else f"{row['value']:g}{row['target_unit']}",
            (row["asked_due"] or "") if row["asked_on"] else "",
        )
        for row in occurrences
    ]
    if not rows:
        return speech("Nothing of it can be on time or late on that day.") + "\n"
    return table(columns, rows, on, [("", "", row["light"]) for row in occurrences]) + legend(speech, on)


def _events(events: Iterable[Row], speech: Speech, on: Screen) -> str:
    columns = (Column(""), Column(""), Column("", 3), Column("", 2), Column("", flows=True))
    rows = [
        (
            event["on"],
            speech(word(EVENTS, event["kind"])),
            event["occurrence"] or "",
            event["actor"],
            " ".join(filter(None, (changes(event["data"], speech, STATES), event["text"]))),
        )
        for event in events
    ]
    return table(columns, rows, on)


def why_text(found: Row, speech: Speech, zone: str, day: str, on: Screen) -> str:
    """Return every notice of a task with its decision in words, and what comes next."""
    parts = [on.paint(plain(f"{found['plan']}/{found['task']}  {found['title']}"), "head") + "\n"]
    if found["notices"]:
        parts[0] += _notices(found["notices"], speech, zone, on)
    else:
        parts[0] += speech("Nobody has been told of it, and nothing was decided yet.") + "\n"
    ahead = (*holds(found, speech), *comes_next(found, speech, zone, day))
    parts.append("".join(f"{plain(line)}\n" for line in ahead))
    return "\n".join(filter(None, parts))


def _notices(notices: Iterable[Row], speech: Speech, zone: str, on: Screen) -> str:
    columns = (
        Column(speech("Day")),
        Column(speech("Row"), 4),
        Column(speech("What"), 1),
        Column(speech("To")),
        Column(speech("As"), 2),
        Column(speech("Decision"), flows=True),
    )
    rows = [
        (
            notice["day"],
            notice["occurrence"],
            speech(word(KINDS, notice["kind"])),
            reader(notice, speech),
            speech(word(ROLES, notice["why"])) if notice["why"] else "",
            decision(notice, speech, zone),
        )
        for notice in notices
    ]
    return table(columns, rows, on)
