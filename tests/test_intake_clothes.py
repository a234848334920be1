"""The same plan is read the same in whatever clothes it comes: format, words of the header, order and merging."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest

from plans.intake.document import read_document
from plans.intake.draft import Options
from plans.intake.neutral import draft_json
from plans.read import language_of
from tests.clothes import DRESSES, as_prose, head_of, shuffled, table_of
from tests.intake_answers import Score, score

OWN = Path(__file__).parent / "documents"
SAMPLES = Path(os.environ.get("DUBAN_SAMPLES", ""), "documents", "gold")
sampled = pytest.mark.skipif(not os.environ.get("DUBAN_SAMPLES"), reason="DUBAN_SAMPLES isn't set")


def answers_in(folder: Path) -> list[dict]:
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]


def read_again(data: bytes, name: str, answers: dict) -> dict:
    # A document whose head gives no day leaves the year to the question; here it is answered from the answers.
    dated = next((task["due"][:4] for task in answers["tasks"] if task.get("due")), None)
    year = None if answers["plan"].get("issue_date") or dated is None else int(dated)
    return draft_json(read_document(data, name, Options(year=year)))


def dressed(answers: dict, kind: str, seed: int) -> tuple[dict, bytes]:
    draw = random.Random(f"{answers['plan']['title']} {kind} {seed}")
    language = language_of(answers["plan"]["title"])
    tasks = [task | {"optional": False} for task in answers["tasks"]]
    tasks = shuffled(tasks, draw) if seed % 2 else tasks
    rows = table_of(tasks, language, draw, moved=seed >= 2)
    return answers | {"tasks": tasks}, DRESSES[kind](head_of(answers["plan"], language), rows, merged=seed % 2 == 0)


def total_of(documents: list[dict], kind: str) -> Score:
    total = Score()
    for answers in documents:
        for seed in range(4):
            wanted, data = dressed(answers, kind, seed)
            total.add(score(wanted, read_again(data, f"plan.{kind}", answers)))
    return total


def assert_good(total: Score) -> None:
    assert total.f1 >= 0.99, total.faults
    assert total.leads_right >= 0.99 * total.leads, total.faults
    assert total.dues_right >= 0.97 * total.dues, total.faults


@pytest.mark.parametrize("kind", DRESSES)
def test_own_documents_are_read_the_same_in_other_clothes(kind):
    assert_good(total_of(answers_in(OWN), kind))


@sampled
@pytest.mark.parametrize("kind", DRESSES)
def test_the_nine_real_documents_are_read_the_same_in_other_clothes(kind):
    assert_good(total_of(answers_in(SAMPLES), kind))


@sampled
def test_the_real_documents_are_read_the_same_as_prose_with_brackets():
    total = Score()
    for answers in answers_in(SAMPLES):
        if language_of(answers["plan"]["title"]) == "zh":
            wanted = answers | {"tasks": [task | {"optional": False} for task in answers["tasks"]]}
            named = [task for task in wanted["tasks"] if task["lead"] or task["responsible"] or task["deadline"]]
            if named:
                data = as_prose(answers["plan"], named)
                total.add(score(answers | {"tasks": named}, read_again(data, "plan.txt", answers)))
    assert_good(total)
