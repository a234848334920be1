"""Files nobody should have written: whatever they hold, there are findings with places, in little time and memory."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commands.files import read_files
from plans.check import check_plan
from plans.language.keys import Key, Shape
from plans.language.schema import BY_NAME, SHAPES
from plans.mending import mend_file
from plans.read import directory_of, read_directory, read_plan
from plans.workdays import Workdays

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "plans" / "examples").glob("*.yaml"))
SIZE = 8 * 1024 * 1024 - 1000
HEAD = "plan: p\ntitle: P\nissued: 2026-03-02\ntasks:\n"
WIDE = HEAD.replace(
    "tasks:\n", "directory:\n  units:\n" + "".join(f"    u{n}: {{name: Unit {n}}}\n" for n in range(4000))
)


def full_of(text: str, head: str = "") -> bytes:
    return head.encode() + text.encode() * ((SIZE - len(head.encode())) // len(text.encode()))


def tasks(text: str, count: int, head: str = HEAD) -> bytes:
    return (head + "".join(text.format(n=n, m=n + 1) for n in range(count))).encode()


BIG = {
    "lists in lists": (full_of("["), "E108"),
    "hyphens in one line": (full_of("- "), "E108"),
    "deeper and deeper": (b"".join(b" " * n + b"a:\n" for n in range(3000)), "E108"),
    "repetitions of repetitions": (
        b"a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n".encode() for n in range(1, 30)),
        "E109",
    ),
    "one endless text": (full_of("x"), "E202"),
    "a quotation mark that never ends": (b'title: "' + full_of("安"), "E110"),
    "one key a million times": (full_of("a: b\n"), "E116"),
    "full-width colons everywhere": (full_of("  - 工作任务：消防\n", HEAD), "E113"),
    "tabs everywhere": (full_of("\ta：b\n"), "E111"),
    "unknown keys everywhere": (full_of("  - {titel: x, qwe: y}\n", HEAD), "E201"),
    "control characters": (full_of("a\x01"), "E106"),
    "noise": (random.Random(1).randbytes(SIZE), "E101"),
    "nothing but NUL": (b"\0" * SIZE, "E101"),
    "too large by one byte": (b"#" * (8 * 1024 * 1024 + 1), "E107"),
    "unknown units": (
        tasks("- {{id: t{n}, title: A{n}, lead: Unti {n}, due: May}}\n", 9000, WIDE + "tasks:\n"),
        "E303",
    ),
    "tasks that wait in a row": (tasks("- {{id: t{n}, title: A{n}, after: [t{m}]}}\n", 9000), "E505"),
    "groups in groups": (
        tasks("    g{n}: [g{m}]\n", 3000, HEAD.replace("tasks:\n", "directory:\n  groups:\n"))
        + b"tasks: [{title: X, each: g0}]",
        "E603",
    ),
    "units that became others": (
        tasks(
            "    u{n}: {{name: U{n}, until: 2020-01-01, became: [u{m}]}}\n",
            3000,
            HEAD.replace("tasks:\n", "directory:\n  units:\n"),
        )
        + b"tasks: [{title: X, lead: u0}]",
        "E604",
    ),
    "all units for every task": (
        tasks(
            "- {{id: t{n}, title: A{n}, each: all}}\n",
            3000,
            WIDE + "  groups:\n    all: [" + ", ".join(f"u{n}" for n in range(4000)) + "]\ntasks:\n",
        ),
        "W307",
    ),
}
MEASURED = """
import json, re, sys, time
from pathlib import Path
from commands.files import read_files
begun = time.process_time()
codes = sorted({finding.code for finding in read_files([Path(sys.argv[1])]).findings})
seconds = time.process_time() - begun
most = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())  # of this program alone
print(json.dumps([codes, seconds, int(most[1]) / 1024 if most else 0]))
"""


@pytest.mark.parametrize("name", BIG)
def test_a_hostile_file_costs_little_time_and_memory(name, tmp_path):
    """S15: bombs, depths and sizes."""
    data, code = BIG[name]
    file = tmp_path / "p.yaml"
    file.write_bytes(data)
    command = [sys.executable, "-c", MEASURED, str(file)]
    codes, seconds, megabytes = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    assert code in codes
    assert seconds < 6  # measured 0.1 to 2 s; a machine that does other things as well counts more
    assert megabytes < 300


def look_at(data: bytes, name: str = "p.yaml") -> None:
    """Read, check and mend as a plan and as a directory; every place must lie in the file."""
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
    plan, findings = read_plan(data, name)
    if plan is not None:
        directory = directory_of(plan)
        closures = (directory.closed, directory.worked) if directory else ((), ())
        findings += check_plan(plan, directory, Workdays(plan.workdays, *closures), None)
    _, more = read_directory(data, name)
    for finding in findings + more:
        assert finding.place.file == name
        assert 1 <= finding.place.line <= lines + 1
        assert 1 <= finding.place.column <= len(data) + 2
        assert str(finding.what)
        assert finding.fix is None or str(finding.fix)
    once = mend_file(data, name, directory=False, wanted=lambda _: True).data
    assert mend_file(once, name, directory=False, wanted=lambda _: True).data == once


WRONG = [
    "",
    "~",
    "x",
    "-1",
    "2026-13-45",
    "[]",
    "[[[x]]]",
    "[{a: b}]",
    "{}",
    "{a: {b: [c]}}",
    "{x: ~}",
    "'：'",
    "&a [*a]",
    "1e999",
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_value_of_any_kind_in_any_field_is_a_finding_at_most(shape):
    around = {
        "plan": "{one}\n",
        "directory": "directory:\n{two}\n",
        "defaults": "defaults:\n{two}\n",
        "phase": "phases:\n- {one}\n",
        "task": "tasks:\n- {one}\n",
        "milestone": "tasks:\n- milestones:\n  - {one}\n",
        "measure": "tasks:\n- measures:\n  - {one}\n",
        "target": "tasks:\n- target:\n  - {one}\n",
        "unit": "directory:\n  units:\n    u:\n{six}\n",
        "post": "directory:\n  units:\n    u:\n      posts:\n      - {one}\n",
        "person": "directory:\n  people:\n    u:\n{six}\n",
        "away": "directory:\n  people:\n    u:\n      away:\n      - {one}\n",
        "group": "directory:\n  groups:\n    u:\n{six}\n",
    }[shape.name]
    for key in shape.keys:
        for spelling in (key.name, *key.chinese[:1]):
            for value in WRONG:
                line = f"{spelling}: {value}"
                head = "" if shape.name == "plan" else "plan: p\ntitle: P\nyear: 2026\n"
                text = head + around.format(one=line, two="  " + line, six="      " + line)
                plan, findings = read_plan(text, "p.yaml")
                if plan is not None:
                    check_plan(plan, directory_of(plan), Workdays(plan.workdays), None)
                assert all(finding.place.line <= text.count("\n") + 1 for finding in findings)


SIGNS = [
    "：",
    "　",
    "\t",
    "－",
    "【",
    "】",
    "，",
    "{",
    "}",
    "[",
    "]",
    "&a ",
    "*a",
    "!x ",
    "|",
    ">",
    "\n",
    "\r",
    "\n- ",
    "\n  ",
]
SIGNS += [
    "'",
    '"',
    "#",
    ": ",
    "? ",
    "<<: ",
    "---\n",
    "\u2028",
    "\u0085",
    "\x00",
    "\ufeff",
    "\x1b[31m",
    "",
    "9999999999",
    "%",
]
SIGNS += ["2026-02-30", "@", "`", "单位", "tasks:", "null", "~", "\n        "]
BYTES = [*(sign.encode() for sign in SIGNS), b"\xff", b"\xd6\xd0", b"\xe5"]
MUTATION = st.tuples(st.integers(0, 10**6), st.integers(0, 12), st.sampled_from(BYTES))


@settings(max_examples=150, derandomize=True)
@given(st.sampled_from(EXAMPLES), st.lists(MUTATION, min_size=1, max_size=6))
def test_no_mutation_of_an_example_stops_reading_checking_or_mending(example, mutations):
    data = example.read_bytes()[:6000]
    for at, length, sign in mutations:
        at %= len(data) + 1
        data = data[:at] + sign + data[at + length :]
    look_at(data)


@settings(max_examples=150, derandomize=True)
@given(st.binary(max_size=300))
def test_no_bytes_stop_reading_checking_or_mending(data):
    look_at(data)


@settings(max_examples=150, derandomize=True)
@given(st.text(alphabet="ab：: 　\t-－\n[]{},，#&*!|>'\"?%@~标题任务方案0", max_size=120))
def test_no_text_of_signs_stops_reading_checking_or_mending(text):
    look_at(text.encode())
    look_at((HEAD + text).encode())


def shaped(shape: Shape, depth: int) -> st.SearchStrategy[object]:
    """Return mappings with some of a shape's keys, each with a value of its kind or of any other."""

    def value(key: Key) -> st.SearchStrategy[object]:
        _, _, inner = key.holds.partition(":")
        anything = st.sampled_from(
            [None, "", "A", "a, b、c", "5月", "2026-07-01", "2026-06-30", "yes", [], ["A", "B"], {}, {"A": "1"}]
        )
        words = [word for spellings in key.choices.values() for word in spellings]
        nested = (
            shaped(BY_NAME[inner or "directory"], depth - 1) if (inner or key.holds == "directory") and depth else None
        )
        ways = [anything, *([st.sampled_from(words)] if words else [])]
        if nested is not None:
            ways += [nested, st.lists(nested, max_size=3), st.dictionaries(st.sampled_from("AB"), nested, max_size=2)]
        return st.one_of(ways)

    keys = {key.name: st.deferred(lambda key=key: value(key)) for key in shape.keys}
    return st.fixed_dictionaries({}, optional=keys)


@settings(max_examples=200, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(shaped(BY_NAME["plan"], 3))
def test_no_plan_of_known_keys_stops_reading_checking_or_mending(document):
    look_at(json.dumps(document, ensure_ascii=False).encode())


def test_a_hostile_file_is_not_half_written(tmp_path):
    file = tmp_path / "p.yaml"
    data = HEAD.encode() + b"- title: [\n\t\xe6\n"
    file.write_bytes(data)
    read_files([file])
    assert file.read_bytes() == data
    assert mend_file(data, "p.yaml", directory=False, wanted=lambda _: True).data == data
