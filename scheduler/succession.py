"""One plan takes over from another: its open tasks are carried over, merged or ended, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection

from plans.model import Plan, Sentence, say
from plans.occurrences import named
from plans.succession import Fate, Succession, fates_of, succession
from plans.trouble import DeskError
from scheduler.closing import close_plan
from scheduler.desk import Act
from scheduler.news import withdraw
from store import ledger
from store.database import insert, row, rows
from store.states import ENDED_LIST
from store.tables import Event

OPEN = f"o.state NOT IN ({ENDED_LIST}) AND o.gone_on IS NULL"
ROWS = f"SELECT o.* FROM occurrence o WHERE o.plan = :plan AND {OPEN}"
TASKS = f"""SELECT DISTINCT t.id, t.title, t.position FROM occurrence o
    JOIN task t ON t.plan = o.plan AND t.id = o.task WHERE o.plan = :plan AND {OPEN} ORDER BY t.position"""


@dataclass(frozen=True, slots=True)
class Takeover:
    """What a new plan does to the old one: a fate for each open task, and those nothing was said of."""

    plan: str = ""
    fates: tuple[Fate, ...] = ()
    unanswered: tuple[str, ...] = ()
    titles: dict[str, str] = field(default_factory=dict)

    def sentences(self) -> Iterator[Sentence]:
        """Yield what happens, a sentence a task."""
        for fate in self.fates:
            values = {"task": f"{self.plan}/{fate.task}", "title": self.titles[fate.task], "into": fate.into}
            if fate.into:
                text = {"carried_over": say("{task} {title}: carried over to {into}", **values),
                        "merged": say("{task} {title}: merged into {into}", **values)}[fate.kind]  # fmt: skip
            elif fate.kind == "routine":
                text = say("{task} {title}: becomes routine", **values)
            else:
                text = say("{task} {title}: ends here", **values)
            yield text
        for task in self.unanswered:
            yield say("{task} {title}: what becomes of it isn't said", task=f"{self.plan}/{task}",
                      title=self.titles[task])  # fmt: skip


def takeover(connection: Connection, plan: Plan, gone: str) -> Takeover:
    """Return what applying *plan* does to the plan it replaces; *gone* answers for tasks it says nothing of.

    Raises:
        DeskError: what is said of a task can't be understood, or it names a task that isn't there.
    """
    said = succession(plan)
    if said is None or said.plan == plan.id:  # a check tells of a plan that names itself
        return Takeover()
    if said.unclear:
        task, words = said.unclear[0]
        raise DeskError(
            say("{file}: supersedes: “{words}” says nothing of {task}; write carried over X, merged into X or ended",
                file=plan.file, words=words, task=task)
        )  # fmt: skip
    titles = {one["id"]: one["title"] for one in rows(connection, TASKS, plan=said.plan)}
    return _judged(said, titles, plan, gone)


def _judged(said: Succession, titles: dict[str, str], plan: Plan, gone: str) -> Takeover:
    fates, unanswered = [], []
    for task, fate in fates_of(said, titles, (one.id for one in named(plan))):
        if fate:
            fates.append(fate)
        elif gone == "cancel":
            fates.append(Fate(task, "cancelled"))
        elif not gone:
            unanswered.append(task)
    return Takeover(said.plan, tuple(fates), tuple(unanswered), titles)


def take_over(act: Act, plan: str, taken: Takeover) -> None:
    """Write what becomes of the old plan's tasks; when none of them is open any more, the old plan is closed."""
    for fate in taken.fates:
        for one in rows(act.connection, f"{ROWS} AND o.task = :task", plan=taken.plan, task=fate.task):
            into = f"{plan}/{fate.into}" if fate.into else ""
            act.change(one, fate.kind, fate.why, {"into": into} if into else None, state=fate.kind, paused_until=None)
            withdraw(act.connection, one["id"], "changed")
        if fate.into:
            insert(act.connection, Event(at=act.at, on=act.on, plan=plan, task=fate.into, kind="taken_over",
                                         actor=act.actor, text=f"{taken.plan}/{fate.task}"))  # fmt: skip
    old = row(act.connection, "SELECT closed FROM plan WHERE id = :plan", plan=taken.plan)
    left = row(act.connection, ROWS, plan=taken.plan)
    if taken.plan and old and old["closed"] is None and left is None:
        close_plan(act, taken.plan)
    ledger.touch(act.connection, act.on)
