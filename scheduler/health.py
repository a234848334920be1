"""How the house is: when its last round was, what could not be sent, and what somebody has to look at.

One look for everybody who asks: `duban health`, the banners of board and desk, /metrics, and whoever waits for a ping.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from notifications.network import trouble
from plans.model import Sentence, say
from scheduler.job import jumped
from scheduler.returned import trouble_in
from store import gate, ledger, outbox
from store.database import row, rows
from store.states import N_

PATIENCE = 300  # seconds within which what could not be sent is to be seen

COUNTS = """SELECT
    count(*) AS waiting, min(written_at) AS oldest,
    count(CASE WHEN written_at <= :since AND (attempts > 1 OR state = 'ready' AND (attempts > 0 OR began)
        OR state = 'claimed' AND tried_at <= :since) THEN 1 END) AS put_off,
    (SELECT count(CASE WHEN state = 'dead' THEN 1 END) FROM letter WHERE state IN ('bounced','dead')) AS failed,
    (SELECT count(CASE WHEN state = 'bounced' THEN 1 END) FROM letter WHERE state IN ('bounced','dead')) AS bounced
FROM letter WHERE state IN ('ready','claimed')"""


@dataclass(frozen=True, slots=True)
class Health:
    """How the house is at an instant; no *troubles* means that it is well. Ages are in seconds, None for never."""

    troubles: tuple[Sentence, ...]
    last_round: int | None
    waiting: int  # letters not handed over yet
    oldest_unsent: int | None
    put_off: int  # letters tried in vain for more than PATIENCE
    failed: int  # letters given up, until somebody deals with them
    holds: tuple[tuple[str, str], ...]  # (plan, why); plan "" is the whole house
    mail: str = ""  # why nothing is handed over at present
    bounced: int = 0  # letters that came back, until somebody deals with them
    strays: int = 0  # bounces so far that belong to no letter of ours

    @property
    def is_well(self) -> bool:
        """Return whether nobody has to look."""
        return not self.troubles


def examine(connection: Connection, now: int, zone: ZoneInfo, patience: int = PATIENCE) -> Health:
    """Return how the house is at an instant of the machine's clock; letters are as old as the database says."""
    house, post, clock = ledger.house(connection), gate.look(connection), outbox.clock(connection)
    found = row(connection, COUNTS, since=clock - patience)
    tried = row(connection, "SELECT max(tried_at) AS at FROM letter")
    assert found
    assert tried
    oldest = None if found["oldest"] is None else max(0, clock - found["oldest"])
    idle = oldest is not None and oldest > patience and (tried["at"] is None or clock - tried["at"] > patience)
    holds = [("", house["held"])] if house["held"] else []
    holds += [(one["id"], one["held"]) for one in rows(connection, "SELECT id, held FROM plan WHERE held <> ''")]
    seen = _Seen(house, found, post.trouble, idle and not house["held"])
    return Health(
        troubles=tuple(_troubles(seen, now, zone, patience)),
        last_round=None if house["rounded_at"] is None else max(0, now - house["rounded_at"]),
        waiting=found["waiting"],
        oldest_unsent=oldest,
        put_off=found["put_off"],
        failed=found["failed"],
        holds=tuple(holds),
        mail=post.trouble,
        bounced=found["bounced"],
        strays=house["bounce_strays"],
    )


_NONE_LEAVES = N_(
    "No letter leaves at present: {why}. It is tried again by itself; `duban mail test ADDRESS` tries at once."
)


@dataclass(frozen=True, slots=True)
class _Seen:
    house: Mapping[str, Any]
    letters: Mapping[str, Any]
    mail: str
    idle: bool  # letters wait, and nobody has tried one for long


def _troubles(seen: _Seen, now: int, zone: ZoneInfo, patience: int) -> list[Sentence]:
    """Return what somebody has to look at, the gravest first."""
    house, found = seen.house, seen.letters
    jump = jumped(house, now, zone)
    troubles = [jump] if jump else []
    today = datetime.fromtimestamp(now, zone).date()
    if house["latest_on"] and house["latest_on"] > today and not house["rehearsal"]:
        ahead = house["latest_on"]
        troubles.append(say("The clock says {today}, but the ledger already holds {day}.", today=today, day=ahead))
    if not house["rehearsal"] and not jump and (house["rounded_at"] is None or now - house["rounded_at"] > patience):
        troubles.append(_no_round(house["rounded_at"], zone))
    if seen.mail:
        troubles.append(say(_NONE_LEAVES, why=trouble(seen.mail)))
    if found["put_off"]:
        troubles.append(say("Letters tried in vain: {count}; `duban outbox` shows them.", count=found["put_off"]))
    elif seen.idle and not seen.mail:
        troubles.append(say("Letters that wait and nobody hands over: {count}.", count=found["waiting"]))
    if found["failed"]:
        troubles.append(
            say("Letters refused for good: {count}; `duban outbox --failed` shows them.", count=found["failed"])
        )
    if found["bounced"]:
        troubles.append(
            say("Letters that came back: {count}; `duban outbox --failed` shows them.", count=found["bounced"])
        )
    if house["bounce_trouble"]:
        troubles.append(trouble_in(house["bounce_trouble"]))
    if house["round_trouble"]:
        troubles.append(say("The last round couldn't write every letter: {why}", why=house["round_trouble"]))
    return troubles


def _no_round(rounded_at: int | None, zone: ZoneInfo) -> Sentence:
    if rounded_at is None:
        return say("No round has been made yet; `duban serve` makes them.")
    last = datetime.fromtimestamp(rounded_at, zone).strftime("%Y-%m-%d %H:%M")
    return say("The last round was at {last}; is `duban serve` running?", last=last)


def metrics(health: Health) -> str:
    """Return the figures in the text format that Prometheus and its like read (version 0.0.4)."""
    figures: dict[str, tuple[str, float | None]] = {
        "duban_well": ("Whether nobody has to look.", float(health.is_well)),
        "duban_last_round_seconds": ("Seconds since the last round.", health.last_round),
        "duban_letters_waiting": ("Letters not handed over yet.", health.waiting),
        "duban_letters_oldest_seconds": ("Age of the oldest letter not handed over yet.", health.oldest_unsent),
        "duban_letters_put_off": ("Letters tried in vain for more than five minutes.", health.put_off),
        "duban_letters_failed": ("Letters given up, until somebody deals with them.", health.failed),
        "duban_letters_bounced": ("Letters that came back, until somebody deals with them.", health.bounced),
        "duban_bounces_unknown": ("Bounces so far that belong to no letter of ours.", health.strays),
        "duban_holds": ("Plans on hold; the whole house counts as one.", len(health.holds)),
    }
    lines = []
    for name, (about, value) in figures.items():
        if value is not None:
            lines += [f"# HELP {name} {about}", f"# TYPE {name} gauge", f"{name} {value:g}"]
    return "\n".join([*lines, ""])


def values(health: Health, speech: Any) -> dict[str, Any]:
    """Return the same as plain values for JSON, sentences in the language of *speech*."""
    return {
        "well": health.is_well,
        "last_round_seconds": health.last_round,
        "waiting": health.waiting,
        "oldest_unsent_seconds": health.oldest_unsent,
        "put_off": health.put_off,
        "failed": health.failed,
        "bounced": health.bounced,
        "bounces_unknown": health.strays,
        "holds": [{"plan": plan or None, "why": why} for plan, why in health.holds],
        "mail": health.mail or None,
        "troubles": [speech.sentence(one) for one in health.troubles],
    }
