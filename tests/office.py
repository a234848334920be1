"""An office for tests: a ledger in a folder, plans as text, days handed in, a postman who keeps letters."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from notifications.postman import PostError, Receipt
from plans.directory import Directory
from plans.read import directory_of, read_directory, read_plan
from scheduler import applying, desk, releasing
from scheduler.desk import Act
from scheduler.entry import Source
from scheduler.housekeeping import keep_house
from scheduler.matters import instant
from scheduler.rounds import Round, make_round
from scheduler.settings import Settings
from store import look
from store.database import Database, insert, rows
from store.reader import open_ledger
from store.tables import House
from tests.ledgers import Rows, keep_all, open_empty, put_all

DIRECTORY = """
units:
  office: {name: 督查室, mail: office@example.org, contact: lin, phone: 0000-0001}
  safety: {name: 安全处, contact: wang, deputy: zhao, head: qian, leader: sun}
  operations: {name: 运行处, contact: li, deputy: zhou}
  finance: {name: 财务处, contact: wu}
  archive: {name: 档案室, mail: archive@example.org}
people:
  lin: {name: 林一, mail: lin@example.org, unit: office}
  wang: {name: 王二, mail: wang@example.org, unit: safety}
  zhao: {name: 赵三, mail: zhao@example.org, unit: safety}
  qian: {name: 钱四, mail: qian@example.org, unit: safety}
  sun: {name: 孙五, mail: sun@example.org}
  li: {name: 李六, mail: li@example.org, unit: operations}
  zhou: {name: 周七, mail: zhou@example.org, unit: operations}
  wu: {name: 吴八, mail: wu@example.org, unit: finance}
groups:
  departments: {name: 各处室, members: [safety, operations, finance]}
office: office
"""
SETTINGS = {"house": "test", "mail": {"sender": "duban@example.org"}}


@dataclass
class Letterbox:
    """A postman who keeps what is handed to him, and refuses what a test scripts him to."""

    letters: list[tuple[str, bytes]] = field(default_factory=list)
    refusals: list[PostError] = field(default_factory=list)

    def post(self, data: bytes, sender: str, recipient: str) -> Receipt:  # noqa: ARG002
        if self.refusals:
            raise self.refusals.pop(0)
        self.letters.append((recipient, data))
        return Receipt(250, "kept")


Story = Callable[["Office"], None]
_LIVED: dict[tuple[Story, bool], tuple[Rows, list[tuple[str, bytes]]]] = {}


@dataclass
class Office:
    """One office: everything a test does to it is a verb with a day."""

    database: Database
    settings: Settings
    box: Letterbox = field(default_factory=Letterbox)
    directory: str = DIRECTORY

    @classmethod
    @contextmanager
    def open(cls, url: str):
        with closing(open_empty(url)) as database:
            with database.write() as connection:
                insert(connection, House(word="test", rehearsal=True))
            yield cls(database, Settings(**SETTINGS))

    def live(self, story: Story) -> None:
        """Live through a story on an empty ledger; one that was lived before on such a ledger is copied from there."""
        key = story, self.database.lite
        if key in _LIVED:
            kept, letters = _LIVED[key]
            put_all(self.database, kept)
            self.box.letters = list(letters)
        else:
            story(self)
            _LIVED[key] = keep_all(self.database), list(self.box.letters)

    def source(self, text: str, directory: str = "") -> Source:
        directory = directory or self.directory
        plan, findings = read_plan(text, "plan.yaml")
        assert plan is not None, [str(finding.what) for finding in findings]
        assert not [finding for finding in findings if finding.severity == "error"], findings
        known = directory_of(plan) or read_directory(directory, "directory.yaml")[0] or Directory()
        return Source(plan, text, known, directory)

    @contextmanager
    def act(self, on: str):
        with self.database.write() as connection:
            yield Act(connection, self.settings.send_at, date.fromisoformat(on), 1_500_000_000, "clerk")

    def prepare(self, text: str, on: str, gone: str = "") -> applying.Prepared:
        with self.database.read() as connection:
            return applying.prepare(connection, self.source(text), date.fromisoformat(on), self.settings, gone)

    def apply(self, text: str, on: str, *, gone: str = "", release: bool = False) -> list[applying.Applied]:
        source = self.source(text)
        with self.act(on) as act:
            prepared = [applying.prepare(act.connection, source, act.on, self.settings, gone)]
            done = applying.apply(
                act.connection, prepared, on=act.on, at=act.at, actor=act.actor, settings=self.settings
            )
            if release:
                releasing.release_plan(act, source.plan.id)
        return done

    def do(
        self, verb: Any, task: str, on: str, *arguments: Any, name: str = "", plan: str = "p", **options: Any
    ) -> None:
        with self.act(on) as act:
            one = next(row for row in desk.find(act.connection, plan, task, name))
            verb(act, one, *arguments, **options)

    def round(self, on: str, at: str = "") -> Round:
        """Make a round on a day when letters go out, or at an hour such as 08:20."""
        day = date.fromisoformat(on)
        now = instant(day, time.fromisoformat(at) if at else self.settings.send_at, self.settings.timezone)
        with self.database.write() as connection:
            keep_house(connection, self.settings, day, now)
        return make_round(self.database, self.settings, self.box, now)

    def rounds(self, first: str, last: str) -> None:
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            self.round(str(day))
            day += timedelta(days=1)

    @property
    def mail(self) -> list[EmailMessage]:
        return [message_from_bytes(data, policy=default) for _, data in self.box.letters]

    def told(self, task: str = "") -> list[tuple[str, str, str]]:
        """Return (day, stage, person) of every notice that went into a letter, in order; of one task or of all."""
        sql = (
            "SELECT l.day, n.stage, n.person FROM notice n JOIN letter l ON l.id = n.letter"
            " JOIN occurrence o ON o.id = n.occurrence"
            " WHERE n.state = 'in_letter' AND :task IN ('', o.task) ORDER BY l.day, n.id"
        )
        return [(str(one["day"]), one["stage"], one["person"]) for one in self.rows(sql, task=task)]

    def rows(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        with self.database.read() as connection:
            return rows(connection, sql, **values)

    @contextmanager
    def reader(self):
        """Give the ledger as a listing reads it."""
        opened = open_ledger(self.database.url.removeprefix("sqlite:///"))
        try:
            yield opened
        finally:
            opened.close()

    def listed(self, day: str | date, **filters: Any) -> list[dict[str, Any]]:
        """Return all rows as they are seen on a day."""
        with self.reader() as read:
            return look.listed(read, date.fromisoformat(str(day)), filters)

    def one(self, task: str = "", name: str = "") -> dict[str, Any]:
        found = self.rows("SELECT * FROM occurrence WHERE task = :task AND name = :name", task=task, name=name)
        return found[0]
