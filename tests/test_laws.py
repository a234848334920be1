"""Laws of the ledger, each tried on many plans, scripts and orders:

replay        what is seen of a day doesn't change by anything that happens later
apply twice   applying what was applied changes nothing, neither rows nor events nor feeds
order         plans of one apply, in any order, make the same ledger
rename        a task under another id keeps its history, its calendar entries and its place
extend        an extension stands through any apply that doesn't change the date itself
unique        nobody is told one thing twice, however often rounds are made
all or none   an apply that is refused leaves no trace
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from plans.trouble import DeskError
from scheduler import applying, decisions, desk
from scheduler.settings import Settings
from store import ledger, look
from store.database import Database
from store.reader import open_ledger
from store.states import ENDED
from tests.office import SETTINGS, Letterbox, Office
from tests.test_plans_life import dump

FIRST = date(2018, 3, 1)
DUE = ("5月25日前", "6月20日前", "每月25日前", "长期坚持", "立行立改", "力争4月底前", "2018-03-05", "", "第三季度")
WHO = (
    "lead: 安全处", "lead: [安全处, 运行处]", "lead: [安全处, 运行处], first_leads: no", "each: 各处室",
    "support: 财务处", "lead: 档案室, milestones: [{title: 初稿, due: 4月底前}]",
)  # fmt: skip
task_lines = st.builds(
    lambda due, who, soft: "".join(("title: TITLE, ", who, due and f", due: {due}", ", soft: yes" if soft else "")),
    st.sampled_from(DUE),
    st.sampled_from(WHO),
    st.booleans(),
)
ids = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=4, unique=True)
some = settings(max_examples=20, deadline=None)


@st.composite
def plan_texts(draw: st.DrawFn, name: str = "p") -> str:
    names = draw(ids)
    tasks = "\n".join(f"  - {{id: {each}, {draw(task_lines).replace('TITLE', f'任务{each}')}}}" for each in names)
    return f"plan: {name}\ntitle: 计划{name}\nissued: {FIRST}\ntasks:\n{tasks}\n"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty")
    with Office.open(f"sqlite:///{folder / 'duban.db'}"):
        pass
    return folder / "duban.db"


@contextmanager
def fresh(empty: Path) -> Iterator[Office]:
    """Give an office of its own; a copied ledger is quicker than a made one."""
    with TemporaryDirectory() as folder:
        shutil.copy(empty, f"{folder}/duban.db")
        database = Database(f"sqlite:///{folder}/duban.db")
        try:
            yield Office(database, Settings(**SETTINGS), Letterbox())
        finally:
            database.close()


def seen(office: Office, day: date) -> list[tuple[Any, ...]]:
    """Return what a listing says of a day, without what only the newest file knows (titles, places)."""
    reader = open_ledger(office.database.url.removeprefix("sqlite:///"))
    keys = ("plan", "task", "occurrence", "due", "state", "light", "word", "lead", "days_overdue", "workdays_overdue")
    try:
        return sorted(tuple(str(row[key]) for key in keys) for row in look.listed(reader, day))
    finally:
        reader.close()


ACTS: dict[str, Any] = {
    "progress": lambda act, one, n: desk.progress(act, one, f"{n}", value=n),
    "report": lambda act, one, _: desk.report_done(act, one, ""),
    "accept": lambda act, one, _: desk.accept(act, one),
    "return": lambda act, one, _: desk.send_back(act, one, ""),
    "extend": lambda act, one, n: desk.extend(act, one, (one["due"] or act.on) + timedelta(days=n), ""),
    "ask": lambda act, one, n: desk.ask_extension(act, one, (one["due"] or act.on) + timedelta(days=n), ""),
    "cancel": lambda act, one, _: desk.cancel(act, one, ""),
    "aside": lambda act, one, _: decisions.set_aside(act, one, ""),
    "up": lambda act, one, _: decisions.take_up(act, one, ""),
    "transfer": lambda act, one, _: decisions.transfer(act, one, "finance", ""),
    "reopen": lambda act, one, _: desk.reopen(act, one, ""),
}
steps = st.lists(
    st.tuples(st.integers(1, 12), st.sampled_from(sorted(ACTS)), st.integers(0, 50), st.integers(1, 60)), max_size=12
)


def live(office: Office, script: list[tuple[int, str, int, int]]) -> Iterator[date]:
    """Do what a script says, some days after one another; yield each day when it is over."""
    day = FIRST
    for days, verb, which, number in script:
        day += timedelta(days=days)
        found = office.rows("SELECT id FROM occurrence ORDER BY id")
        try:
            with office.act(str(day)) as act:
                ACTS[verb](act, ledger.occurrence(act.connection, found[which % len(found)]["id"]), number)
        except DeskError:
            continue
        yield day


@some
@given(text=plan_texts(), script=steps)
def test_replay_a_day_that_is_over_is_seen_the_same_ever_after(empty: Path, text: str, script: list[Any]):
    with fresh(empty) as office:
        office.apply(text, str(FIRST))
        then = {FIRST: seen(office, FIRST)}
        for day in live(office, script):
            then[day] = seen(office, day)
        assert {day: seen(office, day) for day in then} == then


@some
@given(text=plan_texts(), script=steps)
def test_apply_twice_changes_nothing_whatever_happened_between(empty: Path, text: str, script: list[Any]):
    with fresh(empty) as office:
        office.apply(text, str(FIRST), release=True)
        last = [*live(office, script), FIRST]
        before = list(dump(office.database))
        assert office.apply(text, str(max(last) + timedelta(days=1))) == []
        assert list(dump(office.database)) == before
        (done,) = office.apply(text + "# a comment\n", str(max(last) + timedelta(days=1)))
        assert {change.kind for change in done.changes} <= {"same"}
        assert rows_of(dict(dump(office.database))) == rows_of(dict(before))


def rows_of(tables: dict[str, Any]) -> Any:
    return tables["occurrence"], tables["standing"], tables["notice"], tables["occurrence_unit"]


@some
@given(texts=st.tuples(plan_texts("a"), plan_texts("b"), plan_texts("c")), order=st.permutations(range(3)))
def test_order_plans_of_one_apply_in_any_order_make_the_same_ledger(empty: Path, texts: Any, order: list[int]):
    dumps = []
    for arranged in (range(3), order):
        with fresh(empty) as office, office.act(str(FIRST)) as act:
            sources = [office.source(texts[number]) for number in arranged]
            ready = [applying.prepare(act.connection, one, act.on, office.settings) for one in sources]
            applying.apply(act.connection, ready, on=act.on, at=0, actor="", settings=office.settings)
            act.connection.exec_driver_sql("COMMIT")
            dumps.append(list(dump(office.database)))
            act.connection.exec_driver_sql("BEGIN")
    assert dumps[0] == dumps[1]


@some
@given(text=plan_texts(), script=steps)
def test_rename_a_task_under_another_id_keeps_all_it_had(empty: Path, text: str, script: list[Any]):
    with fresh(empty) as office:
        office.apply(text, str(FIRST))
        after = max([*live(office, script), FIRST]) + timedelta(days=1)
        old = text.partition("{id: ")[2][0]
        kept = office.rows(KEPT, task=old), office.rows(HISTORY, task=old)
        (done,) = office.apply(text.replace(f"{{id: {old},", f"{{id: new, was: {old},"), str(after))
        assert {change.kind for change in done.changes} == {"same"}
        assert (office.rows(KEPT, task="new"), office.rows(HISTORY, task="new")) == kept
        assert office.rows(KEPT, task=old) == []


KEPT = "SELECT id, uid, name, due, state, version, sequence, position FROM occurrence WHERE task = :task ORDER BY id"
HISTORY = "SELECT id, kind, text FROM event WHERE task = :task AND kind <> 'renamed' ORDER BY id"


@some
@given(text=plan_texts(), which=st.integers(0, 20), days=st.integers(1, 200), word=st.sampled_from(["", "！", "改"]))
def test_extend_stands_through_any_apply_that_leaves_the_date(empty: Path, text: str, which: int, days: int, word: str):
    with fresh(empty) as office:
        office.apply(text, str(FIRST))
        open_rows = office.rows("SELECT id, due FROM occurrence WHERE kind <> 'report' ORDER BY id")
        one = open_rows[which % len(open_rows)]
        until = max(one["due"] or FIRST, FIRST) + timedelta(days=days)
        with office.act(str(FIRST)) as act:
            desk.extend(act, ledger.occurrence(act.connection, one["id"]), until, "")
        office.apply(text.replace("任务", f"任务{word}") + "#\n", str(FIRST + timedelta(days=1)))
        assert office.rows("SELECT due FROM occurrence WHERE id = :id", id=one["id"])[0]["due"] == until


@some
@given(text=plan_texts(), days=st.lists(st.integers(0, 9), min_size=1, max_size=15))
def test_unique_nobody_is_told_one_thing_twice_however_rounds_fall(empty: Path, text: str, days: list[int]):
    with fresh(empty) as office:
        office.apply(text, str(FIRST), release=True)
        day = FIRST
        for wait in days:
            day += timedelta(days=wait)
            office.round(str(day))
        assert office.rows(SAID_TWICE) == []
        assert office.rows(TWO_LETTERS) == []


SAID_TWICE = """SELECT occurrence, version, stage, person FROM notice WHERE state = 'in_letter'
    GROUP BY occurrence, version, stage, person HAVING count(*) > 1"""
TWO_LETTERS = "SELECT person, day FROM letter WHERE kind = 'ladder' GROUP BY person, day HAVING count(*) > 1"


@some
@given(text=plan_texts(), script=steps)
def test_all_or_none_a_refused_apply_leaves_no_trace(empty: Path, text: str, script: list[Any]):
    with fresh(empty) as office:
        office.apply(text, str(FIRST))
        after = max([*live(office, script), FIRST]) + timedelta(days=1)
        before = list(dump(office.database))
        first = text.partition("{id: ")[2][0]
        assume({row["state"] for row in office.rows(STATES, task=first)} - set(ENDED))
        with pytest.raises(DeskError):
            office.apply(text.replace(f"{{id: {first},", "{id: other,").replace("任务", "另外的"), str(after))
        assert list(dump(office.database)) == before


STATES = "SELECT state FROM occurrence WHERE task = :task"
