"""What a file is, told by what is in it; and where in a workbook a row stands."""

from __future__ import annotations

import io

import openpyxl
import pytest

from plans.intake.archive import kind_of
from plans.intake.document import read_document

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def compound(stream: str, text: str = "") -> bytes:
    """Return the beginning of an OLE compound file: a header, a directory with one entry, and some text in UTF-16."""
    entry = stream.encode("utf-16-le").ljust(64, b"\0") + bytes(64)
    return OLE.ljust(512, b"\0") + entry + b"\1" + text.encode("utf-16-le")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (compound("WordDocument"), "office"),
        (compound("WordDocument", "_Bookmark Workbook\0"), "office"),  # a word in the text is no stream
        (compound("Workbook"), "xls"),
        (compound("Book"), "xls"),
        (b"{\\rtf1 plan}", "office"),
    ],
)
def test_an_old_file_is_known_by_its_directory(data: bytes, kind: str):
    assert kind_of(data, "plan.doc") == kind


def test_a_row_of_a_sheet_is_named_as_the_workbook_counts():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["2026年重点工作"],
        ["序号", "工作任务", "牵头单位"],
        [1, "制定方案", "安全科"],
        [2, "开展检查", "安全科"],
    ):
        sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    draft = read_document(kept.getvalue(), "a.xlsx")
    assert [(task.spot.row, task.spot.cell) for task in draft.tasks] == [(3, 1), (4, 1)]
