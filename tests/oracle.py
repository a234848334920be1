"""Who should be told what of a row and on which day: written from the practice of offices, not from the program.

It is given a row as it was first written with the stages of its ladder, what was done to it, the working days, and who
reads what goes to a person or to a post. Of the events a stage can hang on it knows letters, answers and reports;
steps missed and quantities behind their time depend on other rows and on numbers, and are tried one by one elsewhere.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

Row = Mapping[str, Any]
Told = tuple[str, int, str, date, str, str]  # row, version, stage, day, person, to or cc
Reach = Callable[[Row, str, date], list[str]]  # who reads on a day what goes to a role in a row
NEWS = {"extend": "changed", "return": "returned", "accept": "accepted"}


def step(days: Sequence[date], day: date, n: int) -> date:
    """Return the nth working day after a day, before it where negative; for 0 the last one up to it."""
    return days[bisect_right(days, day) + n - 1 if n >= 0 else bisect_left(days, day) + n]


def rungs(now: Row, days: Sequence[date]) -> Iterator[tuple[date, Row, bool]]:
    """Yield what may be said of one version, in order: the day, the stage, and whether it is left unsaid."""
    told, before, found = now["told"], now["since"], []
    if now["kind"] == "immediate":
        found.append((step(days, before, 5), {"stage": "ask", "steps": 5, "release": "auto", "to": ["contact"]}, False))
    for stage in now["stages"] if now["due"] else ():
        if now["kind"] == "report" and (stage["span"] or stage["kind"] not in ("notice", "today")):
            continue  # what only asks for a report is never chased
        if stage["kind"] not in ("assign", "propose") and (not stage["after"] or stage["after"] in told):
            day = step(days, told.get(stage["after"], now["due"]), stage["steps"])
            heard = now["reported"] >= max([one for one in told.values() if one < day], default=before)
            long = sum(max(now["first_on"], now["starts"] or date.min) < one <= now["due"] for one in days)
            found.append((day, stage, long < stage["span"] or day < before or (heard and stage["unreported"])))
    for day, stage, skip in sorted(found, key=lambda one: one[0]):
        near = stage["steps"] < 0 and step(days, before, 2) > day
        before = before if skip or near else day
        yield day, stage, skip or near


def readers(row: Row, stage: Row, reach: Reach, day: date) -> dict[str, str]:
    """Return who is told, to or cc; who is addressed isn't copied as well, and reports are asked for without copies."""
    parts = ("to",) if row["kind"] == "report" else ("cc", "to")
    return {who: part for part in parts for role in stage.get(part, ()) for who in reach(row, role, day)}


def oracle(row: Row, acts: Row, days: Sequence[date], reach: Reach) -> Iterator[Told]:
    """Yield what should be told of a row; *acts* says what was done to it on a day, with which new date."""
    now = {**row, "since": row["first_on"], "reported": date.min, "told": {}}
    owed = [one for one in row["stages"] if one["kind"] == "assign" and row["assigns"] and row["kind"] != "report"]
    version, paused, over, resting = 1, date.min, row["state"] == "done", row["state"] == "on_hold"
    silent, decided, waiting = row["silent"], set(), []
    for day in row["life"]:
        said, fresh = [], bool(owed) and day == row["life"][0] and not resting  # decided when the plan was released
        for verb, value in acts.get(day, ()):
            said += [one for one in waiting if verb == "sign" or (verb == "release" and one["release"] == "desk")]
            waiting = [one for one in waiting if one not in said]
            over = over or verb in ("accept", "answered")
            now["reported"] = day if verb in ("progress", "report") else now["reported"]
            if verb == "report" or (verb == "ask" and day <= (now["due"] or day)):
                paused, resting = step(days, day, 3), resting and verb == "ask"
            if verb in ("extend", "return"):  # a new version, unless none was decided yet
                version, paused, silent, decided = version + (not owed or fresh), date.min, silent and not value, set()
                waiting = [one for one in waiting if one["kind"] == "assign"]
                kind = "dated" if value and now["kind"] in ("undated", "immediate") else now["kind"]
                now |= {"kind": kind, "due": value or now["due"], "since": day, "told": {}}
            if verb in NEWS and not (verb == "extend" and (owed or waiting)):  # else the assignment says it
                news = {"stage": NEWS[verb], "to": ["contact"], "cc": ["support"]}
                said.append(news | {"who": readers(row, news, reach, day)})
        if not (over or silent or resting or (day <= paused and not fresh)):  # who was given it hears so
            come = [one for one in rungs(now, days) if paused < day >= one[0] and one[1]["stage"] not in decided]
            decided |= {stage["stage"] for _, stage, _ in come}
            latest = {stage["release"] == "auto": stage for _, stage, skip in come if not skip}
            waiting = [one for one in waiting if one["kind"] == "assign" or False not in latest]
            for one in [*owed, *latest.values()]:
                at_once = one["release"] == "auto" or (fresh and one in owed and one["release"] == "desk")
                (said if at_once else waiting).append({**one, "who": readers(row, one, reach, day)})
            owed = []
        for one in said:
            now["told"].setdefault(one["stage"], day)
            yield from ((row["key"], version, one["stage"], day, who, part) for who, part in one["who"].items())
