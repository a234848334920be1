"""A year in an office, day by day, with reports and extensions by a seeded script: what is told equals what should be.

The oracle knows only the rows, the script and the official calendar (of another package); it was written from
the practice, not from the program.
"""

from __future__ import annotations

import os
import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest

from plans.trouble import DeskError
from scheduler import applying, desk
from scheduler.entry import Source
from store import ledger
from tests.office import DIRECTORY, Office
from tests.test_overdue import source

DAY = timedelta(days=1)
Told = tuple[str, int, str, date, str]  # row, version, stage, day, person
Done = tuple[date, dict[str, Any], str, Any]  # day, row, what was done to it, the new date of an extension

FEATURES = """
plan: features
title: 全部写法
issued: 2018-03-01
ends: 2019-06-30
directory: directory.yaml
calendars: {汛期: {'2018': [2018-05-01, 2018-09-30]}}
on_closed_day: before
tasks:
  - {id: one, title: 单个日期, lead: 安全处, support: 财务处, due: 5月25日前}
  - {id: joint, title: 共同牵头, lead: [安全处, 运行处], due: 6月18日前}
  - {id: apart, title: 分别牵头, lead: [安全处, 运行处], first_leads: no, due: 6月底前}
  - {id: each, title: 逐一落实, each: 各处室, due: 7月底前}
  - {id: monthly, title: 月报, lead: 财务处, due: 每月25日前}
  - {id: weekly, title: 周报, each: [安全处, 运行处], due: 每周五}
  - {id: open, title: 长期坚持, lead: 安全处, due: 长期坚持, cadence: monthly, review: 12月底}
  - {id: now, title: 立行立改, lead: 运行处, due: 立行立改}
  - {id: soft, title: 力争, lead: 运行处, due: 力争9月底前}
  - {id: fixed, title: 上级定的, lead: 财务处, due: 10月15日前, fixed: yes}
  - {id: asked, title: 另有反馈时限, lead: 财务处, due: 12月底前, report_due: 8月15日前}
  - {id: flood, title: 防汛, lead: 运行处, due: 汛期末}
  - {id: later, title: 晚些开始, lead: 档案室, starts: 10月8日, due: 11月30日前}
  - {id: named, title: 指定联络员, lead: 安全处, contact: 周七, due: 9月14日前}
  - {id: half, title: 半年报, lead: 财务处, due: 每半年}
  - {id: vague, title: 适时推进, lead: 档案室, due: 适时}
  - {id: done, title: 已办结, lead: 安全处, due: 2018-02-20, state: 已完成, done: 2018-02-14}
  - id: steps
    title: 分步实施
    lead: 运行处
    due: 11月底前
    milestones: [{title: 方案, due: 4月底前}, {title: 试点, due: 8月底前}]
  - id: problem
    title: 问题整改
    problem: 线路老化
    lead: 安全处
    due: 10月底前
    measures: [{title: 更换, due: 6月底前}, {title: 培训, due: 9月底前, lead: 财务处}]
"""


# -- the oracle ------------------------------------------------------------------------------------------------


@cache
def works(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


def step(day: date, count: int) -> date:
    """Return the working day *count* working days after *day*, before it where negative."""
    way = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += way
        while not works(day):
            day += way
    return day


def span(first: date, last: date) -> int:
    return sum(works(first + DAY * n) for n in range(1, (last - first).days + 1))


def stages(row: dict[str, Any], since: date, due: date | None) -> list[tuple[str, date, str]]:
    """Return (stage, day, why it isn't said) of one version, in the order of the days."""
    found = [("ask", step(since, 5), "")] if row["kind"] == "immediate" else []
    if due and row["kind"] in ("dated", "recurring", "report"):
        long = span(max(row["first_on"], row["starts"] or row["first_on"]), due) >= 30
        last = due if works(due) else step(due, -1)
        times = {"ahead": step(due, -10), "near": step(due, -3), "today": last, "late": step(due, 1)}
        times |= {"urge": step(due, 3), "press": step(due, 8)}
        if row["kind"] == "report":
            times = {name: times[name] for name in ("near", "today")}
        found += [(name, day, "short" if name == "ahead" and not long else "before" if day < since else "")
                  for name, day in times.items() if not (name == "press" and row["soft"])]  # fmt: skip
    before, folded = since, []
    for name, day, skip in sorted(found, key=lambda stage: stage[1]):
        close = name in ("ahead", "near") and not skip and span(before, day) < 2
        before = day if not (skip or close) else before
        folded.append((name, day, skip or ("folded" if close else "")))
    return folded


def oracle(row: dict[str, Any], acts: Iterable[tuple[date, str, Any]], days: list[date]) -> Iterable[Told]:
    """Yield what should be told of a row by itself or once the office let it go, and on which day."""
    version, since, due, paused, live = 1, row["first_on"], row["due"], date.min, row["state"] != "done"
    decided: set[str] = set()
    held, script, assigns = "", defaultdict(list), row["assigns"] and row["kind"] != "report"
    for on, verb, value in acts:
        script[on].append((verb, value))
    for day in days:
        for verb, value in script[day]:
            if verb in ("accept", "answered"):
                live = False
            elif verb == "report" or (verb == "ask" and (due is None or day <= due)):
                paused = step(day, 3)
            elif verb in ("extend", "return"):
                version, since, due, paused, decided, held = version + 1, day, value or due, date.min, set(), ""
            elif verb == "release" and held == "urge" and live:
                yield from ((row["key"], version, held, day, person) for person in row["readers"])
                held = ""
        if not live or row["silent"] or not works(day):
            continue
        if assigns:
            yield from ((row["key"], version, "assign", day, person) for person in row["readers"])
            assigns = False
        if day <= paused:
            continue
        come = [s for s in stages(row, since, due) if s[1] <= day and s[0] not in decided]
        decided |= {name for name, *_ in come}
        said = [name for name, _, skip in come if not skip]
        held = next((name for name in reversed(said) if name in ("urge", "press")), held)
        auto = [name for name in said if name in ("ahead", "near", "today", "late", "ask")][-1:]
        for name in auto:
            yield from ((row["key"], version, name, day, person) for person in row["readers"])


# -- the office ------------------------------------------------------------------------------------------------


def live_year(office: Office, sources: list[Source], seed: int, days: int) -> list[Done]:
    """Live through days from the first plan's day of issue on; return what was done in them."""
    script = random.Random(seed)
    log: list[Done] = []
    first = min(map(begins, sources))
    for day in (first + DAY * n for n in range(days)):
        for one in sources:
            if begins(one) == day:
                with office.act(str(day)) as act:
                    ready = [applying.prepare(act.connection, one, day, office.settings)]
                    applying.apply(act.connection, ready, on=day, at=act.at, actor="", settings=office.settings)
                    desk.release_plan(act, one.plan.id)
        if works(day) and day > first:
            log += [(day, *done) for done in act_at_random(office, day, script)]
        office.round(str(day))
    return log


def begins(one: Source) -> date:
    return one.plan.issued or date(one.plan.year or 1, 1, 1)


def act_at_random(office: Office, day: date, script: random.Random) -> Iterable[tuple[dict[str, Any], str, Any]]:
    """Do a few things to rows near their day; yield (row, what, value) of what the ledger's rules allowed."""
    near = office.rows(
        "SELECT o.* FROM occurrence o JOIN plan p ON p.id = o.plan WHERE p.issued < :day AND o.first_on < :day"
        " AND (p.closed IS NULL OR p.closed >= :day) AND (o.due IS NULL OR o.due BETWEEN :first AND :last)"
        " AND o.part <> 'measure' AND (o.state NOT IN ('done', 'lapsed')) ORDER BY o.plan, o.position, o.name",
        day=day, first=day - timedelta(days=30), last=day + timedelta(days=30),
    )  # fmt: skip
    for one in script.sample(near, min(len(near), 3)):
        later = (one["due"] or day) + timedelta(days=script.randint(1, 40))
        verbs = ["progress", "report", "ask", "extend", "release", "accept"]
        verb = script.choice(["accept", "return"] if one["state"] == "reported" else verbs)
        if one["kind"] == "report" and verb not in ("progress", "report"):
            continue
        try:
            with office.act(str(day)) as act:
                DO[verb](act, ledger.occurrence(act.connection, one["id"]), later)
        except DeskError:  # the rules of the ledger forbid it, and so it didn't happen
            continue
        yield one, verb, later if verb == "extend" else None


DO: dict[str, Any] = {
    "progress": lambda act, one, _: desk.progress(act, one, "进展"),
    "report": lambda act, one, _: desk.report_done(act, one, "完成"),
    "ask": lambda act, one, later: desk.ask_extension(act, one, later, "请延期"),
    "extend": lambda act, one, later: desk.extend(act, one, later, "同意"),
    "accept": lambda act, one, _: desk.accept(act, one),
    "return": lambda act, one, _: desk.send_back(act, one, "退办"),
    "release": lambda act, one, _: desk.release_row(act, one["id"]),
}


def expected(office: Office, log: list[Done], last: date) -> set[Told]:
    """Return what the oracle expects of every row the ledger ever had."""
    acts, answers = defaultdict(list), defaultdict(list)
    for day, one, verb, value in log:
        report = one["kind"] == "report" and verb in ("progress", "report")
        acts[one["id"]].append((day, "answered" if report else verb, value))
        if not report and verb in ("progress", "report"):
            answers[one["plan"], one["task"], one["leads"]].append(day)
    found: set[Told] = set()
    for row in office.rows(ROWS):
        script = acts[row["id"]]
        if row["kind"] == "report" and not row["part"]:
            days = answers[row["plan"], row["task"], row["leads"]]
            script += [(day, "answered", None) for day in days if day >= (row["starts"] or row["first_on"])]
        first, closed = row["first_on"], row["closed"] or date.max
        days = [day for n in range(500) if (day := first + DAY * n) <= min(closed, last)]
        row |= {
            "due": row["declared"],
            "key": f"{row['plan']}/{row['task']}/{row['name']}",
            "readers": readers(office, row),
        }
        row["state"] = "done" if row["declared_state"] else "open"
        found |= set(oracle(row, sorted(script, key=lambda act: act[0]), days))
    return found


ROWS = """SELECT o.*, p.closed FROM occurrence o JOIN plan p ON p.id = o.plan"""


def readers(office: Office, row: dict[str, Any]) -> list[str]:
    """Return who is told of a row: the task's own contacts, else each lead unit's contact, mailbox, deputy or head."""
    named = office.rows(
        "SELECT person FROM occurrence_person WHERE occurrence = :id AND role = 'contact'", id=row["id"]
    )
    if named:
        return [one["person"] for one in named]
    units = office.rows("SELECT u.* FROM occurrence_unit q JOIN unit u ON u.id = q.unit WHERE q.occurrence = :id"
                        " AND q.role IN ('lead', 'each')", id=row["id"])  # fmt: skip
    mails = {one["id"] for one in office.rows("SELECT id FROM person WHERE mail <> ''")}
    found = []
    for unit in units:
        people = [unit[post] for post in ("contact", "deputy", "head") if unit[post] in mails]
        mailbox = [f"unit:{unit['id']}"] if unit["mail"] else []
        found += people[:1] if unit["contact"] in mails else mailbox or people[:1]
    return list(dict.fromkeys(found))


def told(office: Office) -> set[Told]:
    sql = """SELECT o.plan, o.task, o.name, n.version, n.stage, l.day, n.person FROM notice n
        JOIN letter l ON l.id = n.letter JOIN occurrence o ON o.id = n.occurrence
        WHERE n.state = 'in_letter' AND n.role = 'to'
        AND n.kind NOT IN ('changed', 'returned', 'accepted', 'received')"""
    return {
        (f"{one['plan']}/{one['task']}/{one['name']}", one["version"], one["stage"], one["day"], one["person"])
        for one in office.rows(sql)
    }


LONG = bool(os.environ.get("DUBAN_LONG"))  # a whole year of everything, from three seeds: some ten minutes
YEARS: dict[str, tuple[tuple[str, ...], int]] = {  # plans, and the days of the ordinary run
    "2009": (("learning-2009",), 250),
    "2018": (("changzhou-2018", "suqian-2018"), 250),
    "2023": (("changzhou-2023", "district-2023"), 90),
    "features": ((), 110),
}


@pytest.mark.parametrize("seed", (7, 11, 23) if LONG else (7,))
@pytest.mark.parametrize("year", YEARS)
def test_everybody_is_told_what_the_oracle_says_and_nothing_else(tmp_path: Path, year: str, seed: int):
    names, days = YEARS[year]
    days = 366 if LONG else days
    with Office.open(f"sqlite:///{tmp_path / 'duban.db'}") as office:
        sources = [source(name) for name in names] or [office.source(FEATURES, DIRECTORY)]
        log = live_year(office, sources, seed, days)
        should, was = expected(office, log, min(map(begins, sources)) + DAY * (days - 1)), told(office)
        assert sorted(was - should) == []
        assert sorted(should - was) == []
        assert len(was) > 10
        assert len(log) > 30
        assert office.rows(TWICE) == []
        assert office.rows(TOO_MANY) == []


TWICE = (
    "SELECT person, day FROM letter WHERE kind = 'ladder' AND state = 'sent' GROUP BY person, day HAVING count(*) > 1"
)
TOO_MANY = """SELECT occurrence, version, person FROM notice WHERE state = 'in_letter' AND release = 'auto'
    AND role = 'to' AND kind IN ('notice', 'today', 'late', 'report') GROUP BY occurrence, version, person
    HAVING count(*) > 4"""
