"""What one person is to be told: the plain values a letter is written from.

Whoever knows the ledger fills them in; nothing here looks anything up. Dates are local days, counts are never negative.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from plans.model import Sentence

LineKind = Literal[
    "assign", "notice", "today", "late", "behind", "urge", "press", "report", "changed", "returned", "accepted",
    "received", "cancelled",
]  # fmt: skip
LetterKind = Literal["ladder", "assign", "changed", "returned", "accepted", "received", "sheet", "rollup", "desk"]
UnitRole = Literal["", "lead", "responsible", "support", "each"]
Post = Literal["", "contact", "deputy", "head", "leader", "owner", "reviewer", "inform", "unit", "office"]
DeskSection = Literal[
    "failed",
    "bounced",
    "unheard",
    "call",
    "release",
    "sign",
    "extend",
    "disclaim",
    "verify",
    "propose",
    "past",
    "undated",
]  # in the order of a morning


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom the letter is for. *rank* is seen from the office: up to a leader, level to a peer, down to a unit."""

    name: str  # "" for a unit's common mailbox
    title: str = ""
    unit: str = ""
    language: Literal["zh", "en"] = "zh"
    role: Literal["to", "cc"] = "to"
    rank: Literal["up", "level", "down"] = "down"


@dataclass(frozen=True, slots=True)
class Line:
    """One notice in a letter: one occurrence, what is said of it, and why to this person."""

    plan_id: str
    plan_title: str
    task_id: str
    title: str
    kind: LineKind
    due: date | None = None
    plan_number: str = ""
    task_no: str = ""
    original_due: date | None = None  # told when it differs from `due`
    workdays: int = 0  # working days left until `due`, or over it
    days: int = 0  # the same in calendar days
    written: str = ""  # the deadline as the plan words it, given where it says less or more than the day (6月上旬)
    leads: tuple[str, ...] = ()  # names of the lead units, the first leads
    support: tuple[str, ...] = ()
    unit_role: UnitRole = ""  # what the recipient's unit is on this task
    of: str = ""  # the name of that unit, where it isn't the one the recipient works in
    post: Post = ""  # what the recipient is in that unit, or on this task
    instead_of: str = ""  # whose post that is, where the recipient stands in for somebody who is away
    addressee: str = ""  # on a copy: whom the letter itself went to
    fixed: bool = False  # its date is set from above; nobody here can extend it
    late: bool = False  # 补发: it should have been said on an earlier day
    state: str = ""  # where it stands, in the recipient's language
    returned: bool = False  # what was reported as completed was returned, and nothing has come since
    note: str = ""  # progress last reported, or the office's reason (returned, changed, cancelled)
    measures: tuple[str, ...] = ()  # steps or targets asked for, as written
    waits: tuple[str, ...] = ()  # the tasks that come before it and are still open
    told: tuple[tuple[date, LineKind], ...] = ()  # when it was said before
    answer_by: date | None = None  # urge and press: answer in writing by this day
    sheet: str = ""  # what a signed sheet calls itself: 督办单
    number: str = ""  # its number
    signer: str = ""
    link: str = ""  # address of the report form, this person's alone; "" = reply or call
    internal: bool = False  # handling: internal; titles and wordings stay in the house

    def told_by_number(self) -> Line:
        """Return the line without any word of the plan: what an internal document lets leave the house."""
        return replace(self, plan_title="", title="", written="", note="", measures=(), waits=())


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One thing on the office's own morning list."""

    section: DeskSection
    plan_title: str = ""
    task_no: str = ""
    title: str = ""
    due: date | None = None
    kind: LineKind | Literal[""] = ""  # release, sign: what would be sent
    unit: str = ""
    person: str = ""
    phone: str = ""
    workdays: int = 0  # release: waiting; call: overdue; verify, extend: since reported
    text: str = ""  # what was last said, the reason given, why it failed
    until: date | None = None  # extend: the day asked for
    key: str = ""  # what commands call it: PLAN, PLAN/TASK or PLAN/TASK/ROW
    row: int = 0  # the occurrence's number
    letter: int = 0  # failed, bounced: the letter's number
    letters: int = 0  # release of a whole plan: how many letters wait
    addressees: tuple[str, ...] = ()  # release, sign: whom the letter goes to, copies apart
    roles: tuple[str, ...] = ()  # unheard: whom the ladder means to tell
    nag: bool = False  # it has waited for longer than two working days
    plan_number: str = ""  # of an internal plan, in place of its title

    def told_by_number(self, number: str) -> DeskLine:
        """Return the line without any word of the plan but its *number*; what a letter itself is called stays."""
        parts = self.key.split("/")
        title = "" if self.task_no or self.letters else parts[min(1, len(parts) - 1)]
        stays = self.kind or self.section in ("failed", "propose")
        return replace(
            self, plan_title="", plan_number=number or parts[0], title=title, text=self.text if stays else ""
        )


@dataclass(frozen=True, slots=True)
class Break:
    """Days off that lie before a due date: 端午节, from the first to the last day."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Counting:
    """How the days of some plans are counted, and what of that is ahead or uncertain."""

    plans: tuple[str, ...] = ()  # their ids; () = all of a letter's
    workdays: str = "CN"  # whose holidays are counted; "" = Monday to Friday, "own" = but for the office's own days
    timezone: str = "Asia/Shanghai"
    breaks: tuple[Break, ...] = ()
    footers: tuple[Sentence, ...] = ()  # "the holidays of 2027 are not published yet"


@dataclass(frozen=True, slots=True)
class LetterModel:
    """All that one letter says to one person on one day."""

    recipient: Recipient
    kind: LetterKind
    today: date
    office_name: str
    lines: tuple[Line, ...] = ()
    desk: tuple[DeskLine, ...] = ()  # only in a letter of kind "desk"
    office_contact: str = ""
    office_phone: str = ""
    office_mail: str = ""
    counting: tuple[Counting, ...] = (Counting(),)
    rehearsal: bool = False
    redirected_from: str = ""  # mail.only_to: whom the letter was meant for


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter as words, before it becomes bytes. *fallback* says why an office's own template was not used."""

    subject: str
    text: str
    html: str
    calendar: bytes | None = None
    calendar_name: str = "duban.ics"
    template: str = ""
    fallback: str = ""
