"""Documents of many shapes are read as a careful clerk would read them: the answers were written before the reading."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from plans.check import check_plan
from plans.intake.document import read_document
from plans.intake.draft import Options
from plans.intake.planning import draft_plan
from plans.intake.roster import first_directory
from plans.occurrences import Outlook, phases_of, task_reading
from plans.read import read_directory, read_plan
from plans.workdays import Workdays
from plans.write import write_directory, write_plan
from tests.intake_answers import Score, neutral, score

HERE = Path(__file__).parent / "documents"
YEARLESS = ("swapped",)  # documents that name no year anywhere: the answer to the question is handed in
OWN = sorted(path for path in HERE.iterdir() if path.suffix != ".json")
SAMPLES = Path(os.environ.get("DUBAN_SAMPLES", ""), "documents")
NINE = sorted(path for path in SAMPLES.iterdir() if (SAMPLES / "gold" / f"{path.stem}.json").exists()) if (
    os.environ.get("DUBAN_SAMPLES")) else []  # fmt: skip
sampled = pytest.mark.skipif(not NINE, reason="DUBAN_SAMPLES names no folder with the sample documents")


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_a_document_of_another_shape_is_read_as_a_clerk_would(path):
    answers = json.loads((HERE / f"{path.stem}.json").read_text("utf-8"))
    reading = neutral(path)
    assert score(answers, reading).faults == []
    plan = answers["plan"]
    for key in ("doc_no", "issue_date", "issuer"):
        assert reading["plan"][key] == plan.get(key, "") or not plan.get(key)


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_the_plan_of_a_document_is_one_that_check_accepts_with_the_same_dates(path):
    draft = read_document(path.read_bytes(), path.name, Options(year=None if path.stem not in YEARLESS else 2026))
    house = first_directory(draft, {})
    plan = draft_plan(draft, "plan", house, "directory.yaml").plan
    read, findings = read_plan(write_plan(plan), "plan.yaml")
    directory, more = read_directory(write_directory(house, draft.language), "directory.yaml")
    findings += [*more, *check_plan(read, directory, Workdays("CN"), None)]
    assert [str(each.what) for each in findings if each.severity == "error"] == []
    outlook = Outlook(read, directory, Workdays("CN"), date(2100, 1, 1))
    phases = phases_of(read)
    readings = [task_reading(outlook, task, phases.get(task.phase)) for task in read.tasks]
    assert [each.due if each.kind in ("date", "span") else None for each in readings] == [t.due for t in draft.tasks]


@sampled
def test_the_nine_real_documents_are_read_well_enough_to_check_instead_of_type():
    total = Score()
    for path in NINE:
        answers = json.loads((SAMPLES / "gold" / f"{path.stem}.json").read_text("utf-8"))
        total.add(score(answers, neutral(path)))
    assert total.f1 >= 0.95, total.faults
    assert total.leads_right >= 0.95 * total.leads, total.faults
    assert total.dues_right >= 0.97 * total.dues, total.faults


@sampled
@pytest.mark.parametrize("path", NINE, ids=lambda path: path.stem)
def test_no_date_is_wrong_without_a_mark(path):
    answers = json.loads((SAMPLES / "gold" / f"{path.stem}.json").read_text("utf-8"))
    reading = neutral(path)
    wrong = [fault for fault in score(answers, reading).faults if ": due " in fault]
    marked = {reading["tasks"][mark["task"]]["title"][:24] for mark in reading["marks"] if mark["task"] is not None}
    assert [fault for fault in wrong if not any(fault.startswith(title) for title in marked)] == []
