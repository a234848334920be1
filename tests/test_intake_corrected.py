"""What a human corrects in a draft is read like the document's own words, and settles what was marked."""

from __future__ import annotations

from datetime import date

import pytest

from plans.intake.blocks import Spot
from plans.intake.corrected import with_deadline, with_leads
from plans.intake.draft import Draft, DraftTask, Mark
from plans.model import say

HERE = Spot(table=1, row=2)


def draft(**task: object) -> Draft:
    marks = tuple(Mark(code, HERE, say(code), 0, "due") for code in ("date", "unit", "guess"))
    return Draft("a.docx", issued=date(2026, 5, 20), tasks=(DraftTask("检查", HERE, **task),), marks=marks)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "names", "after"),
    [
        ((("甲",), ()), ("乙",), (("乙",), ())),
        ((("甲",), ("乙", "丙")), ("丁", "乙", "丙"), (("丁",), ("乙", "丙"))),
        (((), ("甲", "乙")), ("甲", "丙"), ((), ("甲", "丙"))),
        (((), ()), ("甲", "乙"), (("甲", "乙"), ())),
        ((("甲",), ("乙",)), (), ((), ())),
    ],
)
def test_units_keep_the_part_they_had(before: tuple, names: tuple, after: tuple):
    [task] = with_leads(draft(lead=before[0], responsible=before[1], support=("戊",)), 0, names).tasks
    assert (task.lead, task.responsible, task.support) == (*after, ("戊",))


def test_a_deadline_is_read_by_the_documents_year_and_settles_its_marks():
    corrected = with_deadline(draft(deadline="待定", inherited=True), 0, "6月12日前")

    assert (corrected.tasks[0].due, corrected.tasks[0].inherited) == (date(2026, 6, 12), False)
    assert [mark.code for mark in corrected.marks] == ["unit"]
    assert with_deadline(corrected, 0, "").tasks[0].reading is None


def test_what_is_left_as_it_was_stays_as_it_was():
    same = draft(lead=("甲",), deadline="6月底")
    assert with_leads(same, 0, ("甲",)) is same
    assert with_deadline(same, 0, "6月底") is same
