"""The pages of docs/reference that are made from tables: up to date, and every example in them works."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import run
from commands.reference import FOLDER, PAGES
from plans.findings import is_mendable
from plans.language.schema import BY_NAME, PLAN
from plans.read import read_directory, read_plan
from plans.yamltext import Mapping, Node, Scalar, Sequence, load
from tests.test_findings import CASES, found

PAGE = (FOLDER / "plan-language.md").read_text("utf-8")
# Where a shape stands in a file: `{}` is a key with its value, `@` the indentation it has there.
AROUND = {
    "plan": "{}",
    "directory": "{}",
    "defaults": "defaults:\n  {}",
    "phase": "phases:\n- {}",
    "task": "tasks:\n- {}",
    "milestone": "tasks:\n- title: T\n  milestones:\n  - {}",
    "measure": "tasks:\n- title: T\n  measures:\n  - {}",
    "target": "tasks:\n- title: T\n  target:\n  - {}",
    "unit": "units:\n  u:\n    {}",
    "post": "units:\n  u:\n    name: U\n    posts:\n    - {}",
    "person": "people:\n  u:\n    {}",
    "away": "people:\n  u:\n    name: U\n    away:\n    - {}",
    "group": "groups:\n  u:\n    {}",
}
OF_DIRECTORY = ("directory", "unit", "post", "person", "away", "group")


def rows() -> Iterator[tuple[str, str, str]]:
    """Yield (shape, spelling, example) of every row of every table, in both spellings and languages."""
    shape = ""
    for line in PAGE.splitlines():
        if line.startswith("### "):
            shape = line.split()[1]
        if line.startswith(("| `", "| **`")):
            name, chinese, *_, example = (cell.strip() for cell in line.strip("|").split(" | "))
            for spelling in (name.strip("*`"), *re.findall("`([^`]+)`", chinese)):
                for shown in example.strip("| `").split("`<br>`"):
                    yield shape, spelling, shown


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_tables_say(name):
    assert (FOLDER / name).read_text("utf-8") == PAGES[name](), "run `make reference`"


def test_every_key_stands_on_the_page():
    assert {(shape, spelling) for shape, spelling, _ in rows()} == {
        (shape.name, spelling)
        for shape in BY_NAME.values()
        for key in shape.keys
        for spelling in (key.name, *key.chinese)
    }


@pytest.mark.parametrize(("shape", "spelling", "example"), list(rows()))
def test_an_example_of_a_key_is_read_without_a_finding(shape, spelling, example):
    assert example
    key = BY_NAME[shape].by_spelling[spelling]
    inside = example.startswith("- ") or key.holds in ("numbers", "calendars") or key.holds.startswith(("one:", "map:"))
    before, _, _ = AROUND[shape].partition("{}")
    indent = " " * (len(before) - before.rfind("\n") - 1)
    text = before + (f"{spelling}:\n{indent}  {example}" if inside else f"{spelling}: {example}") + "\n"
    _, findings = (read_directory if shape in OF_DIRECTORY else read_plan)(text, "p.yaml")
    assert [str(finding.what) for finding in findings if finding.code != "E203"] == []  # other keys are missing here


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
def test_a_plan_on_the_page_is_read_without_a_finding(block):
    plan, findings = read_plan(block, "p.yaml")
    assert findings == []
    assert plan is not None
    assert len(plan.tasks) == 1


def test_findings_marked_as_mendable_are():
    page = (FOLDER / "findings.md").read_text("utf-8")
    marked = {code for code, mark in re.findall(r"^### ([EWN]\d{3}) .*?( ✎)?$", page, re.MULTILINE) if mark}
    for code, (before, bad, _) in CASES.items():
        from tests.test_findings import BASE

        said = [finding for finding in found(BASE.replace(before, bad.replace("⟦", ""))) if finding.code == code]
        assert all(is_mendable(finding) == (code in marked) for finding in said), code


def valid(schema: dict, node: Node, whole: dict) -> bool:
    """Return whether a tree of texts fits a JSON schema: as much of it as ours uses, values untyped."""
    if "$ref" in schema:
        return valid(whole["$defs"][schema["$ref"].rpartition("/")[2]], node, whole)
    if "anyOf" in schema and not any(valid(each, node, whole) for each in schema["anyOf"]):
        return False
    if not all(_needed(each, node) for each in schema.get("allOf", ())):
        return False
    if "enum" in schema and not (isinstance(node, Scalar) and node.text in [str(each) for each in schema["enum"]]):
        return False
    kinds = {"array": Sequence, "object": Mapping}
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not isinstance(node, tuple(kinds.get(each, Scalar) for each in types)):
        return False
    if isinstance(node, Sequence):
        return all(valid(schema.get("items", {}), item, whole) for item in node.items)
    if isinstance(node, Mapping) and "properties" in schema:
        return all(
            key.text in schema["properties"] and valid(schema["properties"][key.text], value, whole)
            for key, value in node.pairs
        )
    return True


def _needed(schema: dict, node: Node) -> bool:
    return not isinstance(node, Mapping) or any(
        each["required"][0] in [key.text for key, _ in node.pairs] for each in schema["anyOf"]
    )


def test_the_schema_for_editors_takes_every_example_and_refuses_slips(capsys, monkeypatch):
    monkeypatch.setenv("LANG", "C")
    assert run(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    run(["schema", "--directory"])
    directory = json.loads(capsys.readouterr().out)
    root = Path(__file__).parent.parent
    files = [*(root / "plans" / "examples").glob("*.yaml"), *(root / "tests" / "data").glob("every-feature*.yaml")]
    for file in files:
        tree = load(file.read_bytes(), file.name, frozenset()).root
        assert tree is not None
        fits = directory if file.name == "directory.yaml" else schema
        assert valid(fits, tree, fits), file.name
    for text in ("plan: p\ntitle: T\ntasks: [{titel: x}]", "plan: p\ntasks: []", "plan: p\ntitle: [x]\n"):
        tree = load(text, "p.yaml", frozenset()).root
        assert tree is not None
        assert not valid(schema, tree, schema)
    assert set(schema["properties"]) == {spelling for key in PLAN.keys for spelling in key.spellings}


def test_the_schema_speaks_the_users_language(capsys, monkeypatch):
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    run(["schema"])
    assert json.loads(capsys.readouterr().out)["properties"]["title"]["description"] == "文件标题"
