"""Damaged, hostile and merely wrong files get one clear sentence, quickly, and never a traceback."""

from __future__ import annotations

import contextlib
import io
import random
import re
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from plans.intake.blocks import IntakeError
from plans.intake.document import read_document
from plans.intake.planning import draft_plan
from plans.write import write_plan

DOCUMENTS = sorted(path for path in (Path(__file__).parent / "documents").iterdir() if path.suffix != ".json")
PARTS = ("word/document.xml", "xl/worksheets/sheet1.xml")
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def mutated(data: bytes, draw: random.Random) -> bytes:
    """Return the bytes cut, flipped, doubled, emptied, overwritten or with their lines shuffled."""
    changed, size, at = bytearray(data), len(data), draw.randrange(len(data))
    kind = draw.randrange(6)
    if kind == 0:
        del changed[at:]
    elif kind == 1:
        for _ in range(draw.randrange(1, 30)):
            changed[draw.randrange(size)] = draw.randrange(256)
    elif kind == 2:
        changed[at:at] = changed[at : at + draw.randrange(1, 400)] * draw.randrange(1, 20)
    elif kind == 3:
        del changed[at : at + draw.randrange(1, 300)]
    elif kind == 4:
        changed[at:at] = draw.randbytes(draw.randrange(1, 200))
    else:
        lines = data.split(b"\n")
        draw.shuffle(lines)
        changed = bytearray(b"\n".join(lines))
    return bytes(changed)


def shaken(xml: bytes, draw: random.Random) -> bytes:
    """Return the XML of a part with cells, rows and merges dropped, doubled or put in each other's place."""
    pieces = re.findall(
        rb"<w:tc>.*?</w:tc>|<w:tr[ >].*?</w:tr>|<w:p[ >].*?</w:p>|<c [^>]*>.*?</c>|<mergeCell [^>]*/>|<w:vMerge[^>]*/>",
        xml,
        re.DOTALL,
    )
    for _ in range(draw.randrange(1, 12) if pieces else 0):
        piece = draw.choice(pieces)
        xml = xml.replace(piece, draw.choice([b"", piece * 2, draw.choice(pieces)]), 1)
    return xml


def repacked(data: bytes, draw: random.Random) -> bytes:
    """Return an office file whose main part is changed inside a sound archive."""
    packed = io.BytesIO()
    change = draw.choice([shaken, mutated])
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name), draw) if name in PARTS else old.read(name))
    return packed.getvalue()


@pytest.mark.parametrize("start", range(0, 1000, 250))
def test_a_thousand_mutated_documents_are_read_or_refused(start):
    for number in range(start, start + 250):
        draw = random.Random(number)
        path = draw.choice(DOCUMENTS)
        packed = path.suffix in (".docx", ".xlsx") and draw.random() < 0.8
        data = (repacked if packed else mutated)(path.read_bytes(), draw)
        with contextlib.suppress(IntakeError):  # refused in a sentence; any other error fails the test
            write_plan(draft_plan(read_document(data, path.name), "p").plan)


def word(body: str, head: str = "", **more: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr(
            "word/document.xml", f'{head}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
        )
        for name, text in more.items():
            archive.writestr(f"word/{name}.xml", text)
    return packed.getvalue()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def merged_over_everything() -> bytes:
    book, saved, packed = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    book.active.append(["任务", "时限"])
    book.active.merge_cells("A2:B3")
    book.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"A2:B3", b"A2:XFC1048000"))
    return packed.getvalue()


LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "lol"}">' for i in range(10))
ROW = '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="99999"/></w:tcPr>' + paragraph("a") + "</w:tc></w:tr>"
HOSTILE = {
    "ratio.docx": lambda: word(paragraph("a" * 40_000_000)),
    "entries.docx": lambda: word(paragraph("a"), **{f"x{i}": "<a/>" for i in range(5000)}),
    "laughs.docx": lambda: word(paragraph("&l9;"), f"<!DOCTYPE l [{LAUGHS}]>"),
    "outside.docx": lambda: word(paragraph("&x;"), '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "wide.docx": lambda: word(f"<w:tbl>{ROW * 500}</w:tbl>"),
    "deep.docx": lambda: word("<w:tbl><w:tr><w:tc>" * 3000 + paragraph("a") + "</w:tc></w:tr></w:tbl>" * 3000),
    "long.docx": lambda: word(paragraph("1. 完成。（责任单位：甲处）") * 60_000),
    "merged.xlsx": merged_over_everything,
    "span.html": lambda: b"<table>" + b"<tr><td rowspan=65535 colspan=1000>a</td></tr>" * 300,
    "brackets.txt": lambda: ("（" * 3_000_000).encode(),
    "lines.txt": lambda: ("1. 完成工作，5月底前完成。\n" * 300_000).encode(),
    "calendar.ics": lambda: b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n" * 100_000,
    "empty.txt": lambda: b"",
    "noise.docx": lambda: random.Random(1).randbytes(100_000),
    "locked.docx": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"\0" * 999,
    "archive.docx": lambda: word("").replace(b"word/document.xml", b"word/document.xmk"),
    "broken.pdf": lambda: b"%PDF-1.7\n" + b"[" * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_a_sentence_before_it_can_grow(name):
    """S16: archives, entities, ratios."""
    data = HOSTILE[name]()
    begun = time.process_time()
    with pytest.raises(IntakeError) as refusal:
        read_document(data, name)
    assert str(refusal.value.sentence).endswith(".")
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "text", ["（", "一、", "1.", "A", "各", "由", "等", "5月底前完成", "by 1 January 2020 ", "甲处、", "—"]
)
def test_a_line_of_one_sign_repeated_is_read_in_a_moment(text):
    begun = time.process_time()
    read_document(("一、重点任务\n" + ("2. " + text * (11_000 // len(text)) + "\n") * 5).encode(), "odd.txt")
    assert time.process_time() - begun < 5


def test_a_stray_cell_at_the_end_of_a_sheet_does_not_cost_the_plan():
    book, saved = openpyxl.Workbook(), io.BytesIO()
    for row in (["序号", "工作任务", "责任单位", "完成时限"], [1, "修订制度", "办公室", "2026年5月底前"]):
        book.active.append(row)
    book.active["XFD1048576"] = "x"
    book.save(saved)
    draft = read_document(saved.getvalue(), "计划.xlsx")
    assert [task.title for task in draft.tasks] == ["修订制度"]
    assert any("far outside" in str(mark.what) for mark in draft.marks)
