"""What a file is, told by what is in it; and where in a workbook a row stands."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import openpyxl
import pytest

from plans.intake.archive import kind_of
from plans.intake.blocks import IntakeError
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


DOCUMENTS = Path(__file__).parent / "documents"
OFFICE = """#!{python}
import pathlib, shutil, sys, urllib.parse
words = sys.argv[1:]
assert words[1:6] == ["--headless", "--norestore", "--convert-to", "docx", "--outdir"], words
profile, folder, source = words[0], pathlib.Path(words[6]), pathlib.Path(words[7])
assert profile.startswith("-env:UserInstallation=file://" + urllib.parse.quote(str(folder))), profile
assert source.read_bytes() == pathlib.Path({document!r}).read_bytes()
{then}
"""


@pytest.fixture
def office(monkeypatch, tmp_path):
    """Return a function that puts a program called soffice on the path, which does what LibreOffice is asked to."""

    def install(document: bytes, then: str) -> Path:
        handed = tmp_path / "handed"
        handed.write_bytes(document)
        program = tmp_path / "bin" / "soffice"
        program.parent.mkdir()
        program.write_text(OFFICE.format(python=sys.executable, document=str(handed), then=then), "utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        return tmp_path

    return install


def test_an_old_document_is_read_as_what_libreoffice_makes_of_it(office):
    docx = DOCUMENTS / "county-plan.docx"
    place = office(compound("WordDocument"), f"shutil.copy({str(docx)!r}, folder / 'document.docx')")

    tasks = read_document(compound("WordDocument"), "方案.doc").tasks
    assert [task.title for task in tasks] == [task.title for task in read_document(docx.read_bytes(), "a.docx").tasks]
    assert sorted(one.name for one in place.iterdir()) == ["bin", "handed"]  # nothing of the document stays


@pytest.mark.parametrize("then", ["sys.exit(1)", "pass"], ids=["fails", "writes nothing"])
def test_a_libreoffice_that_gives_nothing_back_is_one_sentence(office, then: str):
    place = office(b"{\\rtf1 plan}", then)
    with pytest.raises(IntakeError, match="LibreOffice could not open the file"):
        read_document(b"{\\rtf1 plan}", "plan.rtf")
    assert sorted(one.name for one in place.iterdir()) == ["bin", "handed"]


def test_hidden_sheets_of_an_old_workbook_are_left_out_and_named():
    draft = read_document((DOCUMENTS / "old-ledger.xls").read_bytes(), "台账.xls")
    assert [str(mark.what) for mark in draft.marks if mark.code == "sheet"] == ["hidden sheets are left out: 隐藏"]
