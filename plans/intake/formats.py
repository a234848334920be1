"""One door for all formats: bytes in, blocks out, or one sentence that says why not."""

from __future__ import annotations

import csv
import io

from plans.intake.archive import decode, kind_of
from plans.intake.blocks import Document, IntakeError, Spot, refuse_long, table_of, too_long
from plans.intake.calendars import read_calendar
from plans.intake.markdown import read_markdown
from plans.intake.office import to_docx
from plans.intake.opendocument import read_opendocument
from plans.intake.plain import read_text
from plans.intake.portable import read_pdf
from plans.intake.sheets import read_calamine, read_xlsx
from plans.intake.web import read_html
from plans.intake.word import read_docx
from plans.model import say

# Characters a text file may have before it is taken apart: 3 million are two thousand pages.
MAX_TEXT = {"html": 12_000_000, "csv": 6_000_000, "ics": 3_000_000}


def read_blocks(data: bytes, name: str, sheet: str = "") -> Document:
    """Return the blocks of a document of any format.

    Raises:
        IntakeError: it can't be read; the sentence says why and what to do.
    """
    try:
        kind = kind_of(data, name)
        if kind == "office":
            data, kind = to_docx(data), "docx"
        document = _read(data, kind, sheet)
    except IntakeError:
        raise
    except (MemoryError, RecursionError) as error:
        raise IntakeError(
            say("The file is nested or stretched far beyond what a document holds; it isn't read.")
        ) from error
    except Exception as error:  # a hostile file finds errors no library documents; none of them is the user's to see
        raise IntakeError(say("The file is damaged: it can't be read.")) from error
    refuse_long(document)
    return document


def _read(data: bytes, kind: str, sheet: str) -> Document:
    if kind == "docx":
        return read_docx(data)
    if kind == "xlsx":
        return read_xlsx(data, sheet)
    if kind in ("xls", "xlsb"):
        return read_calamine(data, kind, sheet)
    if kind in ("ods", "odt"):
        return read_opendocument(data, kind, sheet)
    if kind == "pdf":
        return read_pdf(data)
    text = decode(data)
    if len(text) > MAX_TEXT.get(kind, 3_000_000):
        raise too_long()
    readers = {"html": read_html, "md": read_markdown, "ics": read_calendar, "csv": read_csv}
    return readers.get(kind, read_text)(text)


def read_csv(text: str) -> Document:
    """Return the rows of a CSV or TSV text as one table; what divides the cells is found by trying."""
    sample = text[:20_000].lstrip("\ufeff")
    counts = {sign: sample.count(sign) for sign in (",", "\t", ";", "|")}
    sign = max(counts, key=lambda one: counts[one])
    try:
        rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff").replace("\0", "")), delimiter=sign))
    except csv.Error as error:
        raise IntakeError(say("The table can't be read as CSV; save it again, or as .xlsx.")) from error
    table = table_of(rows, Spot(table=1))
    return Document((table,) if table is not None else (), "csv")
