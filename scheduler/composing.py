"""From a person's planned notices to one letter with its bytes: the ledger's rows become the words' plain values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection

from notifications import feeds
from notifications.notices import LetterModel
from plans.presets import ladder
from scheduler.lines import letter_model
from scheduler.regular import Due, write_regular
from scheduler.scribe import Reader, Scribe
from store import ledger
from store.database import rows, run_all, update

CLOSING = ("accepted", "cancelled", "received")
LETTER_OF = {kind: kind for kind in ("assign", "changed", "returned", "accepted", "received")}
NEWS_A_DAY = 2

NOTICES = """
SELECT n.id, n.stage, n.kind, n.day, n.late, n.role, n.why, n.unit, n.version AS told_version, n.number, n.signer,
    o.id AS occurrence, o.ladder, o.plan, o.task, o.title, o.due, o.original_due, o.text, o.kind AS row_kind,
    o.precision, o.fixed, o.state, o.version, o.leads, o.uid, o.sequence, o.changed_at, o.starts, t.no, t.spec
FROM notice n JOIN occurrence o ON o.id = n.occurrence JOIN task t ON t.plan = o.plan AND t.id = o.task
WHERE n.person = :person AND n.state = 'planned' AND n.channel = 'mail'
ORDER BY o.plan, o.position, n.id"""


def write_letters(scribe: Scribe, person: str, due: Due, now: int) -> list[int]:
    """Write what one person is to get now, in the caller's transaction; return the letters' numbers.

    A letter leaves on a working day from the hour on at which letters go out. At most one ladder letter and two of
    news a day; each numbered sheet is a letter of its own. What is left waits, planned, for the next day.
    """
    notices = rows(scribe.connection, NOTICES, person=person)
    reader = scribe.reader(person, datetime.fromtimestamp(now, scribe.settings.zone).date())
    if reader is None:
        _suppress(scribe.connection, notices, "address")
        return []
    made = write_regular(scribe, reader, due, now)
    for kind, group in _by_letter(notices):
        plans = {notice["plan"] for notice in group}
        days = [scribe.desk.letter_day(plan, now, scribe.settings.zone) for plan in plans]
        day = max(filter(None, days), default=None)  # one letter over all plans, once the first of them has its hour
        if day and _may_write(scribe.connection, person, kind, day):
            made.append(_write(scribe, reader, kind, group, day, now))
    return made


def waiting_readers(connection: Connection, due: Due) -> list[str]:
    """Return whoever has something planned to be told, and whoever is due a letter by the calendar."""
    planned = rows(connection, "SELECT DISTINCT person FROM notice WHERE state = 'planned' ORDER BY person")
    return sorted({*(one["person"] for one in planned), *due.readers})


def _by_letter(notices: Sequence[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the notices of each letter: a kind of news together, the ladder's together, a numbered sheet alone."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for notice in notices:
        if not notice["number"]:
            groups.setdefault(LETTER_OF.get(notice["kind"], "ladder"), []).append(notice)
    return [("sheet", [notice]) for notice in notices if notice["number"]] + list(groups.items())


def _may_write(connection: Connection, person: str, kind: str, day: date) -> bool:
    """Return whether a person may get one more letter of this kind on a day."""
    if kind == "sheet":
        return True
    alike = ("ladder",) if kind == "ladder" else tuple(LETTER_OF.values())
    sql = "SELECT kind FROM letter WHERE person = :person AND channel = 'mail' AND day = :day AND state <> 'void'"
    had = sum(one["kind"] in alike for one in rows(connection, sql, person=person, day=day))
    return had < (1 if kind == "ladder" else NEWS_A_DAY)


def _suppress(connection: Connection, notices: Sequence[Mapping[str, Any]], reason: str) -> None:
    sql = "UPDATE notice SET state = 'suppressed', reason = :reason WHERE id = :id"
    run_all(connection, sql, [{"reason": reason, "id": notice["id"]} for notice in notices])


def _write(scribe: Scribe, reader: Reader, kind: str, notices: Sequence[dict[str, Any]], day: date, now: int) -> int:
    """Write one letter about notices and put them into it."""
    connection = scribe.connection
    model = letter_model(scribe, reader, kind, notices, day)
    thread, calendar = _thread(scribe, notices), _calendar(scribe, notices, model)
    seed = [(notice["occurrence"], notice["told_version"], notice["stage"]) for notice in notices]
    letter = scribe.freeze(reader, model, now, notices[0]["plan"], seed=seed, thread=thread, calendar=calendar)
    sql = "UPDATE notice SET state = 'in_letter', letter = :letter WHERE id = :id"
    run_all(connection, sql, [{"letter": letter, "id": notice["id"]} for notice in notices])
    for number in dict.fromkeys(one["occurrence"] for one in notices if ladder(one["ladder"]).is_eventful):
        one = ledger.occurrence(connection, number)  # what comes after this letter is in sight only now
        update(
            connection,
            "occurrence",
            number,
            {"next_at": scribe.desk.next_at(one, scribe.desk.decided(number, one["version"]))},
        )
    return letter


def _thread(scribe: Scribe, notices: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the identifier of the conversation about a task, where a letter is about one alone."""
    tasks = {(notice["plan"], notice["task"]) for notice in notices}
    if len(tasks) > 1:
        return ()
    seed = json.dumps([scribe.desk.house["word"], *tasks.pop()], ensure_ascii=False)
    return (f"<task.{hashlib.sha256(seed.encode()).hexdigest()[:32]}@{scribe.domain}>",)


def _calendar(scribe: Scribe, notices: Sequence[Mapping[str, Any]], model: LetterModel) -> tuple[bytes, str] | None:
    """Return the calendar entry of the one row a letter is about, and its file name.

    None where there are several or no date, where nothing is to be done any more, or where attachments get lost.
    """
    one = notices[0]
    if len(notices) > 1 or not one["due"] or not scribe.settings.mail.links or one["kind"] in CLOSING:
        return None
    plan, line, zone = scribe.desk.plans[one["plan"]], model.lines[0], scribe.desk.plans[one["plan"]]["timezone"]
    entry = feeds.Entry(
        uid=one["uid"], sequence=one["sequence"], changed=datetime.fromtimestamp(one["changed_at"], UTC),
        due=one["due"], title=one["title"], plan_title=plan["title"], plan_number=plan["number"], no=one["no"],
        units=line.leads, support=line.support, overdue=one["due"] < model.today, internal=line.internal,
        status="report" if one["row_kind"] == "report" else "open",
    )  # fmt: skip
    feed = feeds.Feed("", language=model.recipient.language, timezone=zone)
    return feeds.single(entry, feed), f"duban-{one['uid'].partition('@')[0][:8].lower()}.ics"
