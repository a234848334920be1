"""A year in an office, day by day, with reports and extensions by a seeded script: what is told equals what should be.

The oracle (oracle.py) was written from the practice, not from the program, and counts by the official calendar of
another package.
"""

from __future__ import annotations

import ast
import json
import os
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest
import yaml

from plans.trouble import DeskError
from scheduler import applying, desk, releasing
from scheduler.entry import Source
from store import ledger
from tests.office import DIRECTORY, Office
from tests.oracle import Reach, Row, Told, oracle
from tests.test_every_feature import FILES
from tests.test_overdue import source

DAY = timedelta(days=1)
NEW_YEAR_2027 = (date(2027, 1, 1), date(2027, 2, 5), date(2027, 2, 8), date(2027, 2, 9), date(2027, 2, 10))

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
  - {id: lights, title: 亮灯, lead: 安全处, ladder: 三色灯, due: 6月15日前}
  - {id: colours, title: 亮单, lead: [安全处, 运行处], ladder: 三色单, due: 4月20日前}
  - {id: sheets, title: 三单, lead: 档案室, support: 安全处, ladder: 三单, due: 5月11日前}
  - {id: caller, title: 热线, lead: 财务处, ladder: "12345", due: 4月10日前}
  - {id: paused, title: 暂缓, lead: 安全处, due: 5月31日前, state: 暂缓}
"""


# -- the office ------------------------------------------------------------------------------------------------


@dataclass
class Year:
    """What was lived through: each plan's working days, every row as it was first written, and what was done."""

    days: dict[str, list[date]]
    born: dict[int, dict[str, Any]] = field(default_factory=dict)
    log: list[tuple[date, dict[str, Any], str, Any]] = field(default_factory=list)  # day, row, what, the new date

    def look(self, office: Office) -> None:
        """Keep the rows that are new."""
        for row in office.rows(BORN, last=max(self.born, default=0)):
            units = office.rows("SELECT role, unit FROM occurrence_unit WHERE occurrence = :id ORDER BY position",
                                id=row["id"])  # fmt: skip
            people = office.rows("SELECT role, person FROM occurrence_person WHERE occurrence = :id ORDER BY position",
                                 id=row["id"])  # fmt: skip
            self.born[row["id"]] = row | {
                "key": f"{row['plan']}/{row['task']}/{row['name']}",
                "leads": json.loads(row["leads"]),
                "units": [tuple(one.values()) for one in units],
                "people": [tuple(one.values()) for one in people],
                "helping": [
                    one["unit"]
                    for one in units
                    if one["role"] in ("support", "responsible") and one["unit"] not in json.loads(row["leads"])
                ],
            }


BORN = "SELECT o.*, p.closed FROM occurrence o JOIN plan p ON p.id = o.plan WHERE o.id > :last ORDER BY o.id"


def worked(one: Source) -> list[date]:
    """Return the days a plan's office works; a year nobody has announced closes on what the law names."""
    first, own = date(begins(one).year - 1, 11, 1), one.directory
    plain = [day for n in range(1100) if works(day := first + DAY * n)]
    return sorted((set(plain) | set(own.worked)) - set(own.closed))


def works(day: date) -> bool:
    return chinese_calendar.is_workday(day) if day.year < 2027 else day.weekday() < 5 and day not in NEW_YEAR_2027


def live_year(office: Office, sources: list[Source], seed: int, days: int) -> Year:
    """Live through days from the first plan's day of issue on."""
    script, year = random.Random(seed), Year({one.plan.id: worked(one) for one in sources})
    first = min(map(begins, sources))
    for day in (first + DAY * n for n in range(days)):
        for one in sources:
            if begins(one) == day:
                with office.act(str(day)) as act:
                    ready = [applying.prepare(act.connection, one, day, office.settings)]
                    applying.apply(act.connection, ready, on=day, at=act.at, actor="", settings=office.settings)
                    releasing.release_plan(act, one.plan.id)
        year.look(office)
        if day > first and any(day in worked for worked in year.days.values()):
            year.log += [(day, *done) for done in act_at_random(office, day, script)]
        office.round(str(day))
        year.look(office)
    return year


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
        verbs = ["progress", "report", "ask", "extend", "accept"]
        verb = script.choice(["accept", "return"] if one["state"] == "reported" else verbs)
        if one["kind"] != "report" or verb in ("progress", "report"):
            yield from done(office, day, one, verb, (one["due"] or day) + timedelta(days=script.randint(1, 40)))
    held = office.rows(HELD, day=day)
    for one in script.sample(held, min(len(held), script.randint(0, 2))):
        yield from done(office, day, one, script.choice(["release", "sign"]), day)


HELD = """SELECT * FROM occurrence WHERE first_on < :day AND id IN (
    SELECT occurrence FROM notice WHERE state = 'held' AND reason IN ('desk', 'sign')) ORDER BY id"""


def done(office: Office, day: date, one: dict[str, Any], verb: str, later: date) -> Iterator[Any]:
    """Do something to a row; yield (row, what, the new date), or nothing where the rules of the ledger forbid it."""
    try:
        with office.act(str(day)) as act:
            DO[verb](act, ledger.occurrence(act.connection, one["id"]), later)
    except DeskError:
        return
    yield one, verb, later if verb == "extend" else None


DO: dict[str, Any] = {
    "progress": lambda act, one, _: desk.progress(act, one, "进展"),
    "report": lambda act, one, _: desk.report_done(act, one, "完成"),
    "ask": lambda act, one, later: desk.ask_extension(act, one, later, "请延期"),
    "extend": lambda act, one, later: desk.extend(act, one, later, "同意"),
    "accept": lambda act, one, _: desk.accept(act, one),
    "return": lambda act, one, _: desk.send_back(act, one, "退办"),
    "release": lambda act, one, _: releasing.release_row(act, one["id"]),
    "sign": lambda act, one, _: releasing.release_row(act, one["id"], "钱三"),
}


def expected(office: Office, year: Year, last: date) -> set[Told]:
    """Return what the oracle expects of every row the ledger ever had."""
    acts: dict[int, dict[date, list[tuple[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for day, one, verb, value in year.log:
        reports = verb in ("progress", "report")
        acts[one["id"]][day].append(("answered" if reports and one["kind"] == "report" else verb, value))
        for row in answered(year, one, day) if reports and one["kind"] != "report" else ():
            acts[row["id"]][day].append(("answered", None))
    reach = reach_of(office)
    found: set[Told] = set()
    for row in year.born.values():
        days = year.days[row["plan"]]
        row |= {
            "stages": stages_of(row),
            "life": [day for day in days if row["first_on"] <= day <= min(row["closed"] or last, last)],
        }
        found |= set(oracle(row, acts[row["id"]], days, reach))
    return found


def answered(year: Year, one: dict[str, Any], day: date) -> Iterator[dict[str, Any]]:
    """Yield the rows that ask for a report which any report on the same task by the same units answers."""
    same = [row for row in year.born.values() if (row["plan"], row["task"]) == (one["plan"], one["task"])]
    for row in same:
        asks = row["kind"] == "report" and not row["part"] and row["leads"] == json.loads(one["leads"])
        if asks and max(row["starts"] or date.min, row["first_on"]) <= day:
            yield row


def reach_of(office: Office) -> Reach:
    """Return the directory, as the oracle asks it."""
    units = {one["id"]: one for one in office.rows("SELECT * FROM unit")}
    away = {one["id"]: json.loads(one["away"]) for one in office.rows("SELECT * FROM person WHERE mail <> ''")}
    away |= {f"unit:{unit}": [] for unit, one in units.items() if one["mail"]}

    def reach(row: Row, role: str, day: date) -> list[str]:
        """Return whom the task names in a role, else the first to be reached in each of its units."""
        named = [[who] for its, who in row["people"] if its == role]
        posts = [[holder(units[unit], post, day) for post in POSTS.get(role, [role])]
                 for unit in row["helping" if role == "support" else "leads"]]  # fmt: skip
        seats = [who for seat in named or posts for who in [who for who in seat if who in away][:1]]
        return [stand_in(away[who], day) or who for who in seats]

    return reach


def stages_of(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the stages of a row's ladder as its file has them, numbers as numbers, up to where a soft date stops."""
    known = {name: one for one in PRESETS for name in (one["name"], *listed(one["also"]))}
    ladder = known.get(row["ladder"]) or yaml.safe_load(row["ladder"])
    limits = {one["stage"]: int(one.get("answer", "0wd")[:-2]) for one in ladder["stages"]}
    found: list[dict[str, Any]] = []
    for one in ladder["stages"]:
        if row["soft"] and found and found[-1]["stage"] == ladder.get("soft_until"):
            break
        time, *words = str(listed(one["when"])[0]).split()
        after = words[0] if time == "after" else ""
        steps = limits[after] + 1 if after else 0 if time == "apply" else int(time.removesuffix("wd"))
        found.append({
            "stage": one["stage"], "kind": one["kind"], "release": one.get("release", "auto"), "after": after,
            "steps": steps, "unreported": bool(words), "span": int(one.get("span", "0wd")[:-2]),
            "to": listed(one.get("to", [])), "cc": listed(one.get("cc", [])),
        })  # fmt: skip
    return found


PRESETS = [yaml.safe_load(file.read_text("utf-8")) for file in (Path(__file__).parents[1] / "plans/ladders").glob("*")]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def stand_in(away: list[list[str]], day: date) -> str:
    return next((who for first, last, who in away if first <= str(day) <= last), "")


CHAIN = ("contact", "mail", "deputy", "head")  # the first of these posts that can be reached stands for the unit
POSTS = {"contact": CHAIN, "support": CHAIN, "deputy": CHAIN[2:], "head": ("head", "deputy"), "unit": ("mail",)}


def holder(unit: dict[str, Any], post: str, day: date) -> str:
    """Return who has a post: whoever holds it for a time goes before whom the unit names."""
    held = [who for its, who, first, last in json.loads(unit["posts"])
            if its == post and (first or "") <= str(day) <= (last or "9")]  # fmt: skip
    return f"unit:{unit['id']}" if post == "mail" else held[-1] if held else unit.get(post, "")


def told(office: Office) -> set[Told]:
    """Return what was told; news by the day it is of, since more than two letters of news a day wait."""
    sql = """SELECT o.plan, o.task, o.name, n.version, n.stage, n.person, n.role,
        CASE WHEN n.kind IN ('changed', 'returned', 'accepted') THEN n.day ELSE l.day END AS day
        FROM notice n JOIN letter l ON l.id = n.letter JOIN occurrence o ON o.id = n.occurrence
        WHERE n.state = 'in_letter'"""
    return {
        (f"{one['plan']}/{one['task']}/{one['name']}", one["version"], one["stage"], one["day"], one["person"],
         one["role"]) for one in office.rows(sql)
    }  # fmt: skip


LONG = bool(os.environ.get("DUBAN_LONG"))  # a whole year of everything, from three seeds: some ten minutes
YEARS: dict[str, tuple[tuple[str, ...], int]] = {  # plans, and the days of the ordinary run
    "2009": (("learning-2009",), 160),
    "2018": (("changzhou-2018", "suqian-2018"), 160),
    "2023": (("changzhou-2023", "district-2023"), 90),
    "features": ((), 110),
    "forty": ((), 130),
}


def sources_of(office: Office, year: str) -> list[Source]:
    if year == "forty":
        return [office.source(FILES["en"].read_text("utf-8"))]
    return [source(name) for name in YEARS[year][0]] or [office.source(FEATURES, DIRECTORY)]


@pytest.mark.parametrize("seed", (7, 11, 23) if LONG else (7,))
@pytest.mark.parametrize("year", YEARS)
def test_everybody_is_told_what_the_oracle_says_and_nothing_else(tmp_path: Path, year: str, seed: int):
    days = 366 if LONG else YEARS[year][1]
    with Office.open(f"sqlite:///{tmp_path / 'duban.db'}") as office:
        sources = sources_of(office, year)
        lived = live_year(office, sources, seed, days)
        should, was = expected(office, lived, min(map(begins, sources)) + DAY * (days - 1)), told(office)
        assert sorted(was - should) == []
        assert sorted(should - was) == []
        assert len(was) > 10
        assert len(lived.log) > 30
        assert office.rows(TWICE) == []
        assert office.rows(TOO_MANY) == []


def test_the_oracle_is_short_and_knows_nothing_of_the_program():
    text = Path(oracle.__code__.co_filename).read_text("utf-8")
    tree = ast.parse(text)
    imports = [one for one in ast.walk(tree) if isinstance(one, ast.Import | ast.ImportFrom)]
    words = [node.body[0] for node in ast.walk(tree) if isinstance(node, ast.Module | ast.FunctionDef)]
    told = [one for one in words if isinstance(one, ast.Expr)]
    aside = {line for one in (*imports, *told) for line in range(one.lineno, (one.end_lineno or 0) + 1)}
    code = [line for number, line in enumerate(text.splitlines(), 1) if line.strip() and number not in aside]
    rooms = ("plans", "scheduler", "store", "notifications")
    assert not [one for one in imports if (getattr(one, "module", None) or "").startswith(rooms)]
    assert len(code) <= 60


TWICE = (
    "SELECT person, day FROM letter WHERE kind = 'ladder' AND state = 'sent' GROUP BY person, day HAVING count(*) > 1"
)
TOO_MANY = """SELECT occurrence, version, person FROM notice WHERE state = 'in_letter' AND release = 'auto'
    AND role = 'to' AND kind IN ('notice', 'today', 'late', 'report') GROUP BY occurrence, version, person
    HAVING count(*) > 4"""
