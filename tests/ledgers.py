"""Ledgers made by hand: rows as a listing finds them, without the way by which they came."""

from __future__ import annotations

import functools
import json
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from plans.workdays import Workdays
from store.database import Database, insert, insert_all, kept_rows, run
from store.ledger import copy_workdays
from store.tables import (
    FOREVER,
    METADATA,
    Event,
    House,
    Letter,
    Notice,
    Occurrence,
    Person,
    Phase,
    Plan,
    Standing,
    Task,
    Unit,
)

Rows = dict[str, list[dict[str, Any]]]  # by table


def open_empty(url: str) -> Database:
    """Return an empty ledger of today's schema; a file is copied, so that each test needn't wait for migrations."""
    database = Database(url)
    if database.file and not database.file.exists():
        database.file.write_bytes(_empty_file())
    database.upgrade()
    return database


@functools.cache
def _empty_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/duban.db")
        database.upgrade()
        database.close()
        return Path(folder, "duban.db").read_bytes()


def keep_all(database: Database) -> Rows:
    """Return every row of a ledger, by table."""
    with database.read() as connection:
        return {name: kept_rows(connection, f'SELECT * FROM "{name}"') for name in METADATA.tables}


def put_all(database: Database, kept: Rows) -> None:
    """Put the rows of `keep_all` into an empty ledger of the same kind, in place of its house."""
    with database.write() as connection:
        run(connection, "DELETE FROM house")
        for table in METADATA.sorted_tables:
            insert_all(connection, table.name, kept[table.name])
            if not database.lite and any(column.autoincrement is True for column in table.columns):
                sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
                run(connection, f"SELECT setval({sequence}, max(id)) FROM {table.name}")


class Desk:
    """An open ledger to put rows into; each method adds one and fills in what the test doesn't care for."""

    def __init__(self, path: Path | str) -> None:
        self.path = str(path)
        self.database = open_empty(self.path if "://" in self.path else f"sqlite:///{path}")
        self._count = 0
        self._add(House(word="w", rehearsal=True))

    def _add(self, record: Any) -> int:
        for name, field in type(record).model_fields.items():
            if field.is_required() and name not in record.model_fields_set and field.annotation is str:
                setattr(record, name, "")
        with self.database.write() as connection:
            return insert(connection, record)

    def workdays(self, first: date, last: date, calendar: str = "CN") -> None:
        """Count the working days of a calendar, as `apply` does."""
        with self.database.write() as connection:
            copy_workdays(connection, calendar, Workdays(), first, last)

    def unit(self, key: str, name: str, **more: Any) -> str:
        self._count += 1
        aliases = json.dumps(more.pop("aliases", []), ensure_ascii=False)
        self._add(Unit(id=key, name=name, position=self._count, aliases=aliases, **more))
        return key

    def person(self, key: str, name: str, **more: Any) -> str:
        self._add(Person(id=key, name=name, **more))
        return key

    def plan(self, key: str, issued: date, **more: Any) -> str:
        self._count += 1
        more = {
            "title": key,
            "file": f"{key}.yaml",
            "year": issued.year,
            "ends": date(issued.year, 12, 31),
        } | more
        self._add(Plan(id=key, issued=issued, position=more.pop("position", self._count), applied_on=issued, **more))
        return key

    def phase(self, plan: str, key: str, title: str) -> None:
        self._add(Phase(plan=plan, id=key, title=title, position=0))

    def task(self, plan: str, key: str, title: str, **more: Any) -> None:
        self._count += 1
        self._add(Task(plan=plan, id=key, title=title, position=self._count, **more))

    def row(
        self,
        plan: str,
        task: str,
        due: date | None,
        *,
        name: str = "",
        title: str = "",
        leads: Sequence[str] = (),
        support: Sequence[str] = (),
        each: Sequence[str] = (),
        people: Mapping[str, str] | None = None,
        since: date = date(2018, 1, 1),
        standing: Sequence[Mapping[str, Any]] = (),
        **more: Any,
    ) -> int:
        """Add a row; *standing* lists changes, each with the day since which it stands so."""
        self._count += 1
        values = {
            "kind": "dated",
            "title": title or task,
            "position": self._count,
            "original_due": due,
        } | more
        yellow = values.pop("yellow_on", None)
        number = self._add(
            Occurrence(
                plan=plan,
                task=task,
                name=name,
                uid=f"{plan}/{task}/{name}",
                due=due,
                declared=due,
                changed_at=0,
                first_on=since,
                since_on=since,
                leads=json.dumps(list(leads)),
                **values,
            )
        )
        first = {"since": since, "due": due, "state": values.get("state", "open"), "yellow_on": yellow}
        versions = [first | {"leads": json.dumps(list(leads))}, *standing]
        ends = [version["since"] for version in versions[1:]] + [FOREVER]
        stands, before = [], {"finished_on": None, "version": 1}
        for version, until in zip(versions, ends, strict=True):
            before = before | version | {"until": until, "occurrence": number}
            stands.append(Standing(**before).model_dump())
        parts = [
            (role, unit) for role, some in (("lead", leads), ("each", each), ("support", support)) for unit in some
        ]
        units = [{"occurrence": number, "role": r, "unit": u, "position": n} for n, (r, u) in enumerate(parts)]
        persons = [{"occurrence": number, "role": r, "person": p, "position": 0} for r, p in (people or {}).items()]
        with self.database.write() as connection:
            insert_all(connection, "standing", stands)
            insert_all(connection, "occurrence_unit", units)
            insert_all(connection, "occurrence_person", persons)
        return number

    def event(self, plan: str, task: str, on: date, kind: str, **more: Any) -> None:
        data = json.dumps(more.pop("data", {}), ensure_ascii=False)
        self._add(Event(at=0, on=on, plan=plan, task=task, kind=kind, data=data, **more))

    def notice(self, occurrence: int, stage: str, person: str, day: date, state: str, **more: Any) -> None:
        values = {"version": 1, "kind": "notice", "at": 0} | more
        self._add(Notice(occurrence=occurrence, stage=stage, person=person, day=day, state=state, **values))

    def letter(self, person: str, day: date, **more: Any) -> int:
        self._count += 1
        values = {
            "kind": "ladder", "address": f"{person}@example.org", "subject": "s", "text": "t",
            "message_id": f"<{self._count}@example.org>", "next_at": 0, "made_at": 1528417800,
        } | more  # fmt: skip
        return self._add(Letter(person=person, day=day, **values))
