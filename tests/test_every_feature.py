"""A plan of forty tasks that uses every feature of the language, and the same plan in Chinese keys."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from commands.files import read_files
from plans.directory import Directory
from plans.language.schema import BY_NAME, PLAN, SHAPES
from plans.mending import meaning, mend_file
from plans.model import Plan
from plans.occurrences import Outlook, expand
from plans.read import directory_of, read_plan
from plans.succession import succession
from plans.workdays import Workdays
from plans.write import write_plan
from plans.yamltext import Mapping, Node, Sequence, load

DATA = Path(__file__).parent / "data"
FILES = {"en": DATA / "every-feature.yaml", "zh": DATA / "every-feature.zh.yaml"}


def plan_of(language: str) -> Plan:
    plan, findings = read_plan(FILES[language].read_bytes(), "p.yaml")
    assert plan is not None
    assert findings == []
    return plan


def spelled(language: str) -> dict[str, set[str]]:
    """Return shape -> the keys one of the files uses of it, as they are written."""
    used: dict[str, set[str]] = {shape.name: set() for shape in SHAPES}
    todo: list[tuple[str, Node | None]] = [("plan", load(FILES[language].read_bytes(), "p.yaml", frozenset()).root)]
    while todo:
        name, node = todo.pop()
        if isinstance(node, Sequence):
            todo += [(name, item) for item in node.items]
        for key, value in node.pairs if isinstance(node, Mapping) else ():
            used[name].add(key.text)
            how, _, inner = BY_NAME[name].by_spelling[key.text].holds.partition(":")
            if how == "map":
                todo += [(inner, each) for _, each in value.pairs] if isinstance(value, Mapping) else []
            elif inner or how == "directory":
                todo.append((inner or "directory", value))
    return used


@pytest.mark.parametrize("language", FILES)
def test_every_key_of_the_language_is_used_in_one_spelling(language):
    for name, used in spelled(language).items():
        keys = BY_NAME[name].keys
        assert used == {key.name if language == "en" else key.chinese[0] for key in keys}, name


def test_both_spellings_say_the_same_plan():
    english, chinese = plan_of("en"), plan_of("zh")
    assert len(english.tasks) == 40
    assert meaning(english) == meaning(chinese)
    assert succession(english) == succession(chinese)
    assert english.places.keys() == chinese.places.keys()


@pytest.mark.parametrize("through", [date(2026, 12, 31), date(2027, 3, 31)])
def test_both_spellings_declare_the_same_rows(through):
    rows = []
    for language in FILES:
        plan = plan_of(language)
        directory = directory_of(plan) or Directory()
        rows.append(expand(Outlook(plan, directory, Workdays("CN", directory.closed, directory.worked), through)))
    assert rows[0] == rows[1]
    assert {row.task for row in rows[0]} >= {task.id for task in plan_of("en").tasks if task.id}


def test_both_spellings_are_found_to_be_nearly_clean():
    said = {}
    for language, file in FILES.items():
        reading = read_files([file], today=date(2026, 4, 1))
        said[language] = [(finding.code, finding.place.line) for finding in reading.findings]
        assert not reading.broken
    assert said["en"] == said["zh"]
    assert {code for code, _ in said["en"]} == {"W521", "W403", "N315"}  # a task without an id, 待资金到位后, owners


@pytest.mark.parametrize("language", FILES)
def test_it_is_written_and_read_back_the_same(language):
    plan = plan_of("en")
    again, findings = read_plan(write_plan(plan, language), "p.yaml")
    assert findings == []
    assert meaning(again) == meaning(plan)


@pytest.mark.parametrize("language", FILES)
def test_mending_it_adds_one_id_and_touches_nothing_else(language):
    before = FILES[language].read_text("utf-8")
    after = mend_file(before.encode(), "p.yaml", directory=False, wanted=lambda _: True).data.decode()
    old, new = before.splitlines(), after.splitlines()
    assert len(new) == len(old) + 1
    assert sum(line not in old for line in new) == 2


def test_every_kind_of_reading_and_every_choice_of_the_plan_is_in_it():
    plan = plan_of("en")
    directory = directory_of(plan)
    assert directory is not None
    rows = expand(Outlook(plan, directory, Workdays("CN"), date(2027, 1, 31)))
    assert {row.kind for row in rows} >= {"dated", "recurring", "report", "immediate", "undated"}
    assert {target.kind for task in plan.tasks for target in task.targets} == set(
        BY_NAME["target"].by_name["kind"].choices
    )
    assert {target.op for task in plan.tasks for target in task.targets} == set(BY_NAME["target"].by_name["op"].choices)
    assert PLAN.by_name["tasks"].required
