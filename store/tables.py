"""The ledger's tables: what was asked, what has happened, who is to be told, and what was handed to the post.

Days are DATE columns (a deadline is a day, never an instant). Instants are whole seconds since 1970 UTC, so that
SQLite and PostgreSQL compare them alike and no time zone is lost on the way. Ids of plans, tasks, units and people
are those of the plan files; ids of rows are numbers. Lists that no query looks into are JSON text.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

METADATA = SQLModel.metadata
FOREVER = date(9999, 12, 31)

Row = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts only INTEGER PRIMARY KEY by itself


def row_id() -> int | None:
    """Return the field of a numbered row's key (None until the database has given it one)."""
    return Field(default=None, sa_column=Column(Row, primary_key=True, autoincrement=True))  # type: ignore[no-any-return]


def instant(*, index: bool = False) -> int | None:
    """Return the field of an instant that may be missing."""
    return Field(default=None, sa_column=Column(BigInteger, nullable=True, index=index))  # type: ignore[no-any-return]


class House(SQLModel, table=True):
    """The one row that says which ledger this is, and how far its rounds have come."""

    __tablename__ = "house"
    id: int = Field(default=1, primary_key=True)
    word: str  # random, so that two houses never share a calendar UID
    rehearsal: bool = False
    revision: int = 0  # raised by every writing transaction that feeds may show
    latest_on: date | None = None  # the latest day anything took effect
    held: str = ""  # why nothing is sent at present; empty = sending
    directory: str = ""  # the directory file's text as applied
    office: str = ""  # the unit that is the office where a plan names none
    closures: str = "{}"  # the office's own days: {"closed": […], "worked": […]}
    rounded_at: int | None = instant()
    round_trouble: str = ""  # whose letter the last round couldn't write, and why
    kept_on: date | None = None  # the day housekeeping was last done for
    post_trouble: str = ""  # why nothing is handed over at present; empty = letters leave
    post_since: int | None = instant()
    post_until: int | None = instant()  # when it is asked again
    bounce_strays: int = 0  # bounces that belong to no letter of ours
    bounce_trouble: str = ""  # why the mailbox for bounces can't be read; empty = it can


class Unit(SQLModel, table=True):
    """A unit of the directory, as of the last apply."""

    __tablename__ = "unit"
    id: str = Field(primary_key=True)
    name: str
    position: int
    mail: str = ""
    phone: str = ""
    head: str = ""
    deputy: str = ""
    contact: str = ""
    leader: str = ""
    parent: str = ""
    aliases: str = "[]"
    since: date | None = None
    until: date | None = None
    became: str = "[]"  # renamed, merged, split: the units that took over on the day `until`
    posts: str = "[]"  # [[post, person, first day, last day], …], before the posts above while they last


class Handover(SQLModel, table=True):
    """Somebody took over what another one had, from a day on: whoever is named is read as their successor."""

    __tablename__ = "handover"
    id: int | None = row_id()
    old: str = Field(index=True)
    new: str = Field(index=True)
    since: date
    until: date = FOREVER


class Person(SQLModel, table=True):
    """Somebody who can be told."""

    __tablename__ = "person"
    id: str = Field(primary_key=True)
    name: str
    title: str = ""
    mail: str = ""
    phone: str = ""
    unit: str = ""
    language: str = ""
    away: str = "[]"  # [[first day, last day, stand-in], …]


class Group(SQLModel, table=True):
    """A class of units with one name."""

    __tablename__ = "unit_group"
    id: str = Field(primary_key=True)
    name: str
    members: str = "[]"


class Plan(SQLModel, table=True):
    """A plan, as last applied; its letters wait until it is released."""

    __tablename__ = "plan"
    id: str = Field(primary_key=True)
    title: str
    position: int
    file: str
    digest: str  # of the text, the directory, the presets, the working days and the settings it was applied with
    source: str  # the file's text as applied: housekeeping lays out later rows from it
    number: str = ""
    issuer: str = ""
    office: str = ""  # unit id
    issued: date
    year: int
    ends: date
    closed: date | None = None
    timezone: str = "Asia/Shanghai"
    language: str = "zh"
    handling: str = ""
    calendar: str = "CN"  # which rows of workday count
    acceptance: str = "office"
    applied_on: date
    released_on: date | None = None
    held: str = ""
    supersedes: str = ""


class Phase(SQLModel, table=True):
    """A container of tasks; never late itself."""

    __tablename__ = "phase"
    plan: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    title: str
    position: int
    starts: date | None = None
    due: date | None = None


class Task(SQLModel, table=True):
    """One thing that is asked, as last applied."""

    __tablename__ = "task"
    plan: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    title: str
    position: int
    digest: str
    no: str = ""
    phase: str = ""
    text: str = ""  # the deadline as written
    spec: str = "{}"  # what no query asks for: note, source, problem, measures, targets, tags …
    gone_on: date | None = None  # the day it vanished from the file and was cancelled
    kept_on: date | None = None  # the day it vanished and the office said that it goes on


class TaskAfter(SQLModel, table=True):
    """A task that comes before another one of its plan."""

    __tablename__ = "task_after"
    plan: str = Field(primary_key=True)
    task: str = Field(primary_key=True)
    before: str = Field(primary_key=True)


class Occurrence(SQLModel, table=True):
    """One row that can be on time or late; three dates: declared by the file, the first ever, and in force."""

    __tablename__ = "occurrence"
    __table_args__ = (
        UniqueConstraint("plan", "task", "name"),
        CheckConstraint("kind IN ('dated','recurring','report','immediate','undated')", name="kind_known"),
        Index("occurrence_next", "next_at", postgresql_where=text("next_at IS NOT NULL"),
              sqlite_where=text("next_at IS NOT NULL")),
    )  # fmt: skip
    id: int | None = row_id()
    plan: str
    task: str
    name: str = ""
    digest: str  # of what the file declares beside the date: title, units, people, ladder …
    uid: str = Field(unique=True)
    title: str
    position: int
    kind: str
    text: str = ""
    rule: str = ""
    reading: str = ""  # which kind of deadline the text is (plans.model.Kind); empty where an older program kept none
    precision: str = "day"
    starts: date | None = None
    declared: date | None = None
    original_due: date | None = None
    due: date | None = None
    version: int = 1  # rises at move, extension, return, reopen
    sequence: int = 0  # what calendars see; only rises
    changed_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    state: str = "open"
    declared_state: str = ""  # the state the file carries in, and its day
    finished_on: date | None = None
    reported_on: date | None = None
    accepted_on: date | None = None
    paused_until: date | None = None  # a report or a request holds the ladder until then, 3 working days at most
    asked_on: date | None = None  # an extension asked for, not yet decided
    asked_due: date | None = None
    extended: int = 0  # how often a later date was granted
    resumes_on: date | None = None  # on hold until the day before
    first_on: date  # first apply: what lies before is not told
    since_on: date  # the day this version began
    gone_on: date | None = None  # the day the file ceased to declare it; back again, it revives
    assigns: bool = True  # whether its assignment letter tells of the whole task
    silent: str = ""  # why nobody is told of this row by itself; empty = told
    soft: bool = False
    fixed: bool = False
    ladder: str = "standard"
    leads: str = "[]"  # in force
    declared_leads: str = "[]"  # the file's; a transfer changes only who leads in force
    part: str = ""  # milestone or measure; empty for the task itself
    steps: bool = False  # milestones or measures lead to it
    follows: bool = False  # other tasks come before it (task_after)
    next_at: int | None = instant()
    target_op: str = ""
    target_value: float | None = None
    target_unit: str = ""
    target_kind: str = ""
    baseline: float | None = None
    profile: str = "[]"  # [[day, percent], …]: what should be reached by then
    value: float | None = None  # last reported


class OccurrenceUnit(SQLModel, table=True):
    """A unit's part in an occurrence: lead, responsible, support, each."""

    __tablename__ = "occurrence_unit"
    occurrence: int = Field(sa_column=Column(Row, primary_key=True))
    role: str = Field(primary_key=True)
    unit: str = Field(primary_key=True, index=True)
    position: int


class OccurrencePerson(SQLModel, table=True):
    """A person's part in an occurrence: leader, owner, contact, reviewer, inform."""

    __tablename__ = "occurrence_person"
    occurrence: int = Field(sa_column=Column(Row, primary_key=True))
    role: str = Field(primary_key=True)
    person: str = Field(primary_key=True, index=True)
    position: int


class Standing(SQLModel, table=True):
    """How an occurrence stands from `since` on, until the day before `until`: what any day is replayed from."""

    __tablename__ = "standing"
    __table_args__ = (Index("standing_due", "until", "due"),)
    occurrence: int = Field(sa_column=Column(Row, primary_key=True))
    since: date = Field(primary_key=True)
    until: date = FOREVER
    due: date | None = None
    state: str = "open"
    finished_on: date | None = None
    yellow_on: date | None = None  # the first stage before the due date
    version: int = 1
    leads: str = "[]"
    value: float | None = None  # last reported


class Workday(SQLModel, table=True):
    """A day of an office calendar; `ordinal` counts its working days since 2000, so that SQL can subtract."""

    __tablename__ = "workday"
    calendar: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    working: bool
    ordinal: int


class Event(SQLModel, table=True):
    """Something that happened: `at` the machine's instant, `on` the day it takes effect. Never changed or removed."""

    __tablename__ = "event"
    __table_args__ = (Index("event_task", "plan", "task"),)
    id: int | None = row_id()
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    on: date
    plan: str = ""
    task: str = ""
    occurrence: int | None = Field(default=None, sa_column=Column(Row, nullable=True))
    kind: str
    actor: str = ""
    text: str = ""
    data: str = "{}"


class Notice(SQLModel, table=True):
    """One person is to be told one thing, or was decided not to be, and why."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("occurrence", "version", "stage", "person", "channel"),
        CheckConstraint("state IN ('planned','held','suppressed','in_letter')", name="state_known"),
        Index("notice_open", "person", postgresql_where=text("state = 'planned'"),
              sqlite_where=text("state = 'planned'")),
        Index("notice_unheard", "occurrence", postgresql_where=text("reason = 'nobody'"),
              sqlite_where=text("reason = 'nobody'")),
    )  # fmt: skip
    id: int | None = row_id()
    occurrence: int = Field(sa_column=Column(Row, nullable=False, index=True))
    version: int
    stage: str
    person: str  # a person's id, or "unit:" and a unit's id where only its mailbox is known
    channel: str = "mail"
    role: str = "to"
    why: str = ""  # the part by which they are told: contact, support, deputy …
    unit: str = ""
    kind: str
    day: date  # the stage's day
    release: str = "auto"
    state: str
    reason: str = ""
    late: bool = False
    signer: str = ""
    number: str = ""
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    letter: int | None = Field(default=None, sa_column=Column(Row, nullable=True, index=True))


class Letter(SQLModel, table=True):
    """What one person gets: the bytes, stored before the first attempt and repeated byte for byte."""

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("person", "channel", "kind", "day", "part"),
        CheckConstraint("state IN ('ready','claimed','sent','bounced','dead','void')", name="state_known"),
        Index("letter_waiting", "next_at", "id", postgresql_where=text("state IN ('ready','claimed')"),
              sqlite_where=text("state IN ('ready','claimed')")),
        Index("letter_failed", "state", postgresql_where=text("state IN ('bounced','dead')"),
              sqlite_where=text("state IN ('bounced','dead')")),
    )  # fmt: skip
    id: int | None = row_id()
    person: str
    channel: str = "mail"
    kind: str  # ladder, news, desk, rollup
    day: date
    part: int = 0  # a void letter's part is minus its id, so that another can take its place
    address: str
    subject: str
    text: str
    message_id: str = Field(unique=True)
    body: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))  # dropped once accepted
    sha256: str
    state: str = "ready"
    next_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    attempts: int = 0
    began: bool = False  # an attempt got as far as the letter's data: from then on it is frozen
    tried_at: int | None = instant(index=True)
    owner: str = ""
    made_at: int = Field(sa_column=Column(BigInteger, nullable=False))  # the round's instant, which its Date says
    written_at: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))  # by the database's clock
    sent_at: int | None = instant()
    receipt: str = ""
    bounced_at: int | None = instant()
    error: str = ""
    fallback: str = ""  # why the office's own template was not used
    signer: str = ""
    number: str = ""


class Token(SQLModel, table=True):
    """A capability: whoever shows the secret may do what the row says; only its SHA-256 is kept."""

    __tablename__ = "token"
    hash: str = Field(primary_key=True)
    kind: str  # feed, page (read), report, office (good once), session (what an office link was exchanged for)
    filter: str = "{}"
    properties: str = "{}"
    name: str = ""
    made_on: date
    used_on: date | None = None
    expires_on: date | None = None
    revoked_on: date | None = None
    replaced_on: date | None = None
    spent_on: date | None = None  # an office link opens one session


class Submission(SQLModel, table=True):
    """A form that was sent: its nonce, so that sending it twice does it once, and by whom over which link."""

    __tablename__ = "submission"
    nonce: str = Field(primary_key=True)
    token: str = Field(index=True)  # the link's hash
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    by: str
    kind: str
    event: int | None = Field(default=None, sa_column=Column(Row, nullable=True))


class Evidence(SQLModel, table=True):
    """A file that was handed in with a report; its bytes lie in a folder under their hash."""

    __tablename__ = "evidence"
    id: int | None = row_id()
    occurrence: int = Field(sa_column=Column(Row, nullable=False, index=True))
    event: int = Field(sa_column=Column(Row, nullable=False, index=True))
    name: str
    type: str
    size: int
    sha256: str


class FeedCache(SQLModel, table=True):
    """The bytes of a feed as of a day and a revision; may be lost at any time."""

    __tablename__ = "feed_cache"
    key: str = Field(primary_key=True)
    day: date
    revision: int
    etag: str
    modified: int = Field(sa_column=Column(BigInteger, nullable=False))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Series(SQLModel, table=True):
    """The last number given in one series of signed letters, a kind and year."""

    __tablename__ = "series"
    kind: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    last: int = 0


class Register(SQLModel, table=True):
    """A number that was taken, by whom it was signed and for which letter; a cancelled one stays."""

    __tablename__ = "register"
    kind: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    on: date
    signer: str
    notice: int | None = Field(default=None, sa_column=Column(Row, nullable=True))
    cancelled: bool = False
