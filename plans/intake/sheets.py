"""Workbooks: .xlsx by openpyxl, which knows merged and struck-through cells and writes too; .xls, .xlsb by calamine."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

import openpyxl
import python_calamine
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.properties import PageSetupProperties

from plans.intake.archive import guard
from plans.intake.blocks import MAX_CELLS, Block, Cell, Document, Grid, IntakeError, Notice, Paragraph, Spot
from plans.intake.forms import is_labelled
from plans.model import say

MAX_SHEETS = 60
FARTHEST_ROW, FARTHEST_COLUMN = 60_000, 400  # beyond these a cell is a slip of the mouse
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']\$?([A-Za-z]{1,4})\$?(\d{1,8}):\$?([A-Za-z]{1,4})\$?(\d{1,8})[\"']"
)


def workbook(title: str, header: Sequence[str], lines: Sequence[Sequence[str]]) -> bytes:
    """Return a workbook of one sheet whose cells are all text: what looks like a formula is never computed."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = re.sub(r"[\[\]:*?/\\]", " ", title)[:31].strip("' ") or "duban"
    for number, line in enumerate((header, *lines), start=1):
        for column, text in enumerate(line, start=1):
            cell = page.cell(number, column)
            cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", text)
            cell.data_type = "s"  # also what begins with =
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number == 1)
    page.freeze_panes = "E2"
    page.print_title_rows = "1:1"
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_xlsx(data: bytes, sheet: str = "") -> Document:
    """Return the visible sheets of a .xlsx as tables; cells that stand alone in their row are paragraphs.

    Raises:
        IntakeError: it can't be opened, or has no sheet called *sheet*.
    """
    _refuse_wide_merges(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of parts it leaves out, none of which hold text
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    except Exception as error:  # openpyxl lets KeyError, TypeError, XML and zip errors through
        raise IntakeError(say("The file is damaged: the workbook can't be read.")) from error
    blocks: list[Block] = []
    notices: list[Notice] = []
    shown = [(each.title, each.sheet_state == "visible") for each in book.worksheets]
    for name in _chosen(_visible(shown, sheet, notices), sheet):
        blocks += parted(_worksheet(book[name], name, notices))
    return Document(tuple(blocks), "xlsx", tuple(notices))


def _refuse_wide_merges(data: bytes) -> None:
    """Refuse a sheet whose merged areas cover more cells than a table has: openpyxl makes an object of each.

    Raises:
        IntakeError: they do.
    """
    covered = 0
    with guard(data) as archive:
        for info in archive.infolist():
            if info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml"):
                for match in _MERGED.finditer(archive.read(info)):
                    columns = _column(match[3]) - _column(match[1]) + 1
                    covered += max(0, columns) * max(0, int(match[4]) - int(match[2]) + 1)
    if covered > MAX_CELLS:
        raise IntakeError(say("The tables hold more than {limit} cells; split the document.", limit=MAX_CELLS))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _visible(sheets: Sequence[tuple[str, bool]], sheet: str, notices: list[Notice]) -> list[str]:
    """Return the sheets that are shown, or asked for by name, and say which were left out."""
    hidden = [name for name, shown in sheets if not shown and name != sheet]
    if hidden:
        what = say("hidden sheets are left out: {names}", names="、".join(hidden[:5]))
        notices.append(Notice("sheet", Spot(), what))
    return [name for name, _ in sheets if name not in hidden]


def _chosen(names: list[str], sheet: str) -> list[str]:
    if sheet and sheet not in names:
        raise IntakeError(
            say("There is no sheet {sheet}; there are: {names}.", sheet=sheet, names="、".join(names[:20]))
        )
    return [sheet] if sheet else names[:MAX_SHEETS]


def _worksheet(sheet: Any, name: str, notices: list[Notice]) -> Grid:
    grid = Grid(Spot(sheet=name), name)
    merged = {}
    for area in sheet.merged_cells.ranges:
        merged[area.min_row, area.min_col] = (area.max_row - area.min_row + 1, area.max_col - area.min_col + 1)
    hidden = _hidden_rows(sheet)
    left_out = sorted({row for row, _ in sheet._cells if row in hidden})  # noqa: SLF001
    if left_out:
        rows = "、".join(map(str, left_out[:12])) + ("…" if len(left_out) > 12 else "")
        notices.append(Notice("sheet", Spot(sheet=name), say("hidden rows are left out: {rows}", rows=rows)))
    # The public rows are dense: one stray cell at XFD1048576 would make seventeen thousand million of them.
    for (row, column), cell in sorted(sheet._cells.items()):  # noqa: SLF001
        text = written(cell.value)
        if text and (row > FARTHEST_ROW or column > FARTHEST_COLUMN):
            what = say("a cell far outside the tables was left out: {text}", text=text[:40])
            notices.append(Notice("skipped", Spot(sheet=name, row=row, cell=column), what))
        elif text and row not in hidden and grid.vacant(row - 1, column - 1):
            struck = bool(cell.font and cell.font.strike)
            grid.put(
                row - 1, column - 1, "" if struck else text, *merged.get((row, column), (1, 1)), text if struck else ""
            )
    return grid


def _hidden_rows(sheet: Any) -> frozenset[int]:
    """Return the rows somebody hid by hand; what a filter or a folded group hides for now still belongs to the list."""
    filtered = range(0)
    if sheet.auto_filter.ref and sheet.auto_filter.filterColumn:
        _, first, _, last = range_boundaries(sheet.auto_filter.ref)
        filtered = range(first, last + 1)
    return frozenset(
        row
        for row, size in sheet.row_dimensions.items()
        if size.hidden and not size.outlineLevel and row not in filtered
    )


def written(value: object) -> str:
    """Return a cell's value as a person reads it: whole numbers without .0, days as ISO dates."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    return str(value)


def read_calamine(data: bytes, kind: str, sheet: str = "") -> Document:
    """Return the sheets of a .xls or .xlsb.

    Raises:
        IntakeError: it can't be opened, or has no sheet called *sheet*.
    """
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        notices: list[Notice] = []
        shown = [(one.name, one.visible == python_calamine.SheetVisibleEnum.Visible) for one in book.sheets_metadata]
        names = _chosen(_visible(shown, sheet, notices), sheet)
        blocks = [block for name in names for block in _calamine_sheet(book, name)]
    except IntakeError:
        raise
    except BaseException as error:  # a panic of the Rust library is no Exception
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        raise IntakeError(say("The file is damaged: the workbook can't be read.")) from error
    return Document(tuple(blocks), kind, tuple(notices))


def _calamine_sheet(book: Any, name: str) -> Iterator[Block]:
    sheet = book.get_sheet_by_name(name)
    spans = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        spans[top, left] = (bottom - top + 1, right - left + 1)
    grid = Grid(Spot(sheet=name), name)
    for row, values in enumerate(sheet.iter_rows()):
        for column, value in enumerate(values):
            place = (row + (sheet.start or (0, 0))[0], column + (sheet.start or (0, 0))[1])
            text = written(value)
            if text and grid.vacant(*place):
                grid.put(*place, text, *spans.get(place, (1, 1)))
    yield from parted(grid)


def parted(grid: Grid) -> Iterator[Block]:
    """Yield a sheet's tables, and as paragraphs what stands alone in a row before the first and after each table.

    A sheet is one grid; an office writes its title, its notes and sometimes two tables into it. A row of one text
    ends the table when nothing but such rows follows up to the next row that is wide, and inside a table stays a row.
    """
    rows = grid.rows
    singles = [_is_loose(row) for row in rows]
    filled = [bool(_distinct(row)) for row in rows]
    first = next((i for i, single in enumerate(singles) if filled[i] and not single), len(rows))
    last = max((i for i, single in enumerate(singles) if filled[i] and not single), default=-1)
    for index in [*range(first), "table", *range(max(last + 1, first), len(rows))]:
        if index == "table":
            body = Grid(grid.spot, grid.name)
            body.rows = rows[first : last + 1]
            table = body.table()
            if table is not None:
                yield table
        elif isinstance(index, int) and filled[index]:
            for cell in _distinct(rows[index]):
                for line in cell.text.split("\n"):
                    yield Paragraph(line, cell.spot, title=index == 0 and first < len(rows))


def _is_loose(row: list[Cell | None]) -> bool:
    """Return whether a row is no row of a table: one text, or nothing but labels with their values (填报单位：…)."""
    return len(_distinct(row)) == 1 or is_labelled(row)


def _distinct(row: list[Cell | None]) -> list[Cell]:
    """Return the written cells of a row, each once however many places it covers."""
    return list({id(cell): cell for cell in row if cell is not None and cell.text}.values())
