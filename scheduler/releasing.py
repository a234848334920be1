"""Letting letters go, or stopping them: plans and rows are released, all sending is put on hold and taken up again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from plans.model import say
from plans.trouble import DeskError
from scheduler.deciding import decide_all
from scheduler.desk import Act
from scheduler.news import held, void_letters
from scheduler.readdressing import readdress
from scheduler.signing import Pen, number_sheets
from store import ledger
from store.database import insert, rows, run, run_all
from store.tables import Event


@dataclass(frozen=True, slots=True)
class Released:
    """What a release let go: notices that now go out, to how many people."""

    notices: int
    people: int
    numbers: tuple[str, ...] = ()  # of the sheets that were signed


def release_plan(act: Act, plan: str) -> Released:
    """Lift the hold a plan has since its first apply, and release its assignment letters.

    Of several reminders that came due meanwhile only the latest is said, late; what the ladder reserves for the desk
    or a signature goes on waiting for it.
    """
    run(
        act.connection,
        "UPDATE plan SET released_on = coalesce(released_on, :on) WHERE id = :plan",
        on=act.on,
        plan=plan,
    )
    readdress(act.desk, act.on, "o.plan = :plan", plan=plan)
    decide_all(act.desk, act.desk.instant(plan, act.on), plan)  # what is due today is released with what was held
    kinds = "n.reason IN ('unreleased', 'hold') OR (n.reason = 'desk' AND n.kind = 'assign')"
    released = _let_go(act, f"o.plan = :plan AND ({kinds})", plan=plan)
    insert(act.connection, Event(at=act.at, on=act.on, plan=plan, kind="release", actor=act.actor))
    ledger.touch(act.connection, act.on)
    return released


def release_row(act: Act, number: int, signer: str = "") -> Released:
    """Release what waits for the desk on one row; with a signer also what waits for a signature, with its number."""
    one = ledger.occurrence(act.connection, number)
    readdress(act.desk, act.on, "o.id = :number", number=number)
    numbers = number_sheets(act.connection, one, Pen(signer, act.on, act.mark)) if signer else []
    reasons = "'desk', 'sign'" if signer else "'desk'"
    released = _let_go(act, f"o.id = :number AND n.reason IN ({reasons})", number=number)
    if not released.notices and not numbers:
        raise DeskError(say("nothing of this task waits to be released; `duban why` says what was decided"))
    act.change(one, "release", data={"signer": signer, "numbers": numbers} if numbers else None)
    return replace(released, numbers=tuple(numbers))


def _let_go(act: Act, which: str, **values: Any) -> Released:
    """Plan held notices that nothing holds any more; reminders whose day is past are marked late."""
    sql = (
        "SELECT n.id, n.kind, n.release, n.reason, n.day, n.person, o.plan FROM notice n"
        f" JOIN occurrence o ON o.id = n.occurrence WHERE n.state = 'held' AND {which}"
    )
    desk, people, judged = act.desk, [], []
    for notice in rows(act.connection, sql, **values):
        assigned = notice["kind"] == "assign" and notice["release"] == "desk"
        by_hand = assigned or notice["reason"] in ("desk", "sign", "hold")  # what was on hold had been let go before
        state, reason = held(desk, notice["plan"], notice["kind"], "auto" if by_hand else notice["release"])
        late = notice["day"] < act.on and notice["kind"] != "assign" and notice["release"] == "auto"
        judged.append({"id": notice["id"], "state": state, "reason": reason, "late": late})
        if state == "planned":
            people.append(notice["person"])
    run_all(act.connection, "UPDATE notice SET state = :state, reason = :reason, late = :late WHERE id = :id", judged)
    return Released(len(people), len(set(people)))


def hold(act: Act, why: str, plan: str = "") -> None:
    """Stop sending, for one plan or for all: everything is still decided, nothing leaves."""
    if plan:
        run(act.connection, "UPDATE plan SET held = :why WHERE id = :plan", why=why, plan=plan)
    else:
        run(act.connection, "UPDATE house SET held = :why", why=why)
    which = "o.plan = :plan" if plan else ":plan = ''"
    void_letters(
        act.connection,
        "SELECT n.letter FROM notice n JOIN occurrence o ON o.id = n.occurrence"
        f" WHERE n.letter IS NOT NULL AND {which}",
        plan=plan,
    )
    run(
        act.connection,
        "UPDATE notice SET state = 'held', reason = 'hold' WHERE state = 'planned' AND occurrence IN"
        f" (SELECT o.id FROM occurrence o WHERE {which})",
        plan=plan,
    )
    insert(act.connection, Event(at=act.at, on=act.on, plan=plan, kind="hold", actor=act.actor, text=why))
    ledger.touch(act.connection, act.on)


def resume(act: Act, plan: str = "") -> Released:
    """Send again, for one plan or for all."""
    if plan:
        run(act.connection, "UPDATE plan SET held = '' WHERE id = :plan", plan=plan)
    else:
        # The clock is right, too: no round is missed for longer than a day. Rounds made on hold wrote no morning list.
        eve = int(datetime.combine(act.on - timedelta(days=1), time(), UTC).timestamp())
        run(act.connection, "UPDATE house SET rounded_at = :eve WHERE rounded_at < :eve OR held <> ''", eve=eve)
        run(act.connection, "UPDATE house SET held = ''")
    which = "o.plan = :plan" if plan else ":plan = ''"
    readdress(act.desk, act.on, f"n.reason = 'hold' AND {which}", plan=plan)
    released = _let_go(act, f"n.reason = 'hold' AND {which}", plan=plan)
    insert(act.connection, Event(at=act.at, on=act.on, plan=plan, kind="resume", actor=act.actor))
    ledger.touch(act.connection, act.on)
    return released
