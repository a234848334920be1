"""A plan drawn over time: an SVG with a line a task, its span, its deadlines and milestones, today and the days off.

Pure: what `store.timeline` found goes in, markup comes out. Colours stand as attributes, which no content security
policy forbids and which hold where a drawing is a file of its own; a page's stylesheet overrules them by class.
Positions along the time are in percent, so that a drawing fits any width and its words stay as large as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any

from notifications.speech import N_, Speech
from notifications.typesetting import cut

Row = Mapping[str, Any]

INK = {"red": "#b3261e", "yellow": "#b87a0a", "green": "#3f9467", "grey": "#8a929b"}
SHAPES = {"red": "▲", "yellow": "◆", "green": "●", "grey": "○"}  # the light is seen without its colour, too
FONT = "system-ui, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
HEAD, LINE, PHASE, NARROW_LINE = 44, 26, 28, 42  # heights in pixels
PHONE, SCREEN = 330, 1100  # pixels that the narrowest of each leaves a drawing, so that words don't touch
LABELS = 28  # percent of the width that the titles take, unless the drawing is narrow
WIDE = 1240  # pixels: how wide a drawing is that is a file of its own
MANY_DAYS = 130  # a longer stretch shows no weeks and no single weekends


@dataclass(frozen=True, slots=True)
class Drawing:
    """How a chart is drawn: in which language, narrow (titles above the lines), as a file of its own, with links."""

    speech: Speech
    narrow: bool = False
    standalone: bool = False
    link: Callable[[str, str], str] | None = None


def timeline_svg(chart: Row, lines: Sequence[Row], drawing: Drawing) -> str:
    """Return *lines* of *chart* as one SVG; all text in it is escaped."""
    height = HEAD + sum(_height(kind, drawing) for kind, _ in _rows(lines)) + 6
    axis = _Axis(date.fromisoformat(chart["first"]), date.fromisoformat(chart["last"]), drawing)
    parts = [*_ground(chart, axis, height), *_today(chart, axis, height), *_body(chart, lines, axis)]
    texts = N_("{title}: {n} task over time"), "{title}: {n} tasks over time"
    name = drawing.speech.count(*texts, len(lines), title=chart["title"] or chart["plan"])
    size = f'width="{WIDE}"' if drawing.standalone else 'width="100%"'
    space = ' xmlns="http://www.w3.org/2000/svg"' if drawing.standalone else ""
    head = f'<svg{space} class="timeline" {size} height="{height}" role="group" aria-label="{_text(name)}"'
    ground = '<rect width="100%" height="100%" fill="#fff"/>' if drawing.standalone else ""
    return f'{head} font-family="{FONT}" font-size="13">{ground}{"".join(parts)}</svg>'


def chunks(lines: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    """Yield *lines* in pieces of at most *size*, each drawn by itself, so that a sheet of paper holds a whole one."""
    for start in range(0, len(lines), size):
        yield lines[start : start + size]


class _Axis:
    """Where a day lies: percent of the whole drawing."""

    def __init__(self, first: date, last: date, drawing: Drawing) -> None:
        self.first, self.last, self.drawing = first, last, drawing
        self.days = (last - first).days + 1
        self.begins = 0 if drawing.narrow else LABELS

    def at(self, day: date | str, part: float = 0.0) -> float:
        """Return the place of a day's morning, or of a later *part* of it, held within the drawing."""
        if isinstance(day, str):
            day = date.fromisoformat(day)
        share = ((day - self.first).days + part) / self.days
        return round(self.begins + (100 - self.begins) * min(max(share, 0.0), 1.0), 3)

    def months(self) -> Iterator[date]:
        """Yield the first day of each month shown; the first one may lie before the drawing."""
        day = self.first.replace(day=1)
        while day <= self.last:
            yield day
            day = (day + timedelta(days=32)).replace(day=1)

    def weeks(self) -> Iterator[date]:
        """Yield the Mondays shown, none where there are too many."""
        day = self.first + timedelta(-self.first.weekday() % 7)
        while self.days <= MANY_DAYS and day <= self.last:
            yield day
            day += timedelta(7)


def _rows(lines: Sequence[Row]) -> Iterator[tuple[str, Row]]:
    """Yield what stands below each other: a phase where it begins, and each task."""
    phase = None
    for line in lines:
        if line["phase_title"] and line["phase"] != phase:
            yield "phase", line
        phase = line["phase"]
        yield "task", line


def _height(kind: str, drawing: Drawing) -> int:
    return PHASE if kind == "phase" else NARROW_LINE if drawing.narrow else LINE


def _ground(chart: Row, axis: _Axis, height: int) -> Iterator[str]:
    """Yield the days off, the months and the weeks."""
    for first, last in chart["closed"]:
        if axis.days <= MANY_DAYS or (date.fromisoformat(last) - date.fromisoformat(first)).days > 1:
            begins, ends = axis.at(first), axis.at(last, 1)
            yield _rect("off", begins, HEAD - 18, ends - begins, height - HEAD + 18, "#eceae3")
    months = list(axis.months())
    every = max(1, -(-len(months) // (5 if axis.drawing.narrow else 14)))
    free = 0.0  # percent of the width up to which the last word reaches
    for number, month in enumerate(months):
        at = axis.at(month)
        yield _line("month", at, 6, at, height, "#dedbd2")
        if number % every == 0 and at < 96 and (number or month.replace(day=20) >= axis.first):
            word = _month(axis.drawing.speech, month, with_year=number == 0 or month.month == 1)
            if at < free:
                continue
            free = at + 100 * (8 + sum(7 if sign.isascii() else 12 for sign in word)) / (
                PHONE if axis.drawing.narrow else SCREEN
            )
            yield _label("axis", f"{at}%", 18, word, "#56606d", dx=4)
    for number, monday in enumerate(axis.weeks()):
        at = axis.at(monday)
        yield _line("week", at, HEAD - 18, at, height, "#eceae3")
        if not axis.drawing.narrow or number % 3 == 0:
            yield _label("axis small", f"{at}%", HEAD - 6, str(monday.day), "#56606d", dx=3, size=11)


def _month(speech: Speech, month: date, *, with_year: bool) -> str:
    if speech.language == "zh":
        return f"{month.year}年{month.month}月" if with_year else f"{month.month}月"
    return f"{month:%b} {month.year}" if with_year else f"{month:%b}"


def _body(chart: Row, lines: Sequence[Row], axis: _Axis) -> Iterator[str]:
    """Yield phases and tasks, from top to bottom."""
    top = HEAD
    for kind, line in _rows(lines):
        draw = _phase if kind == "phase" else _task
        yield from draw(chart, line, axis, top)
        top += _height(kind, axis.drawing)


def _phase(_chart: Row, line: Row, axis: _Axis, top: int) -> Iterator[str]:
    if line["phase_starts"] or line["phase_due"]:
        begins = axis.at(line["phase_starts"] or axis.first)
        width = axis.at(line["phase_due"] or axis.last, 1) - begins
        yield _rect("band", begins, top + 6, width, PHASE - 12, "#d8dfe9")
    yield _rect("rule", 0, top, 100, 1, "#dedbd2")
    title = cut(line["phase_title"], 40)
    yield _label("phase-title", "0", top + 19, title, "#1c2430", dx=2, bold=True)


def _task(chart: Row, line: Row, axis: _Axis, top: int) -> Iterator[str]:
    """Yield one task: its title, its span, and a mark on each of its days."""
    drawing = axis.drawing
    middle = top + (30 if drawing.narrow else LINE // 2)
    yield from _title(chart, line, drawing, top + (15 if drawing.narrow else LINE // 2 + 5))
    if not line["marks"]:
        word = drawing.speech("no date")
        yield _label("axis small", f"{axis.at(axis.first)}%", middle + 4, word, "#56606d", dx=6, size=11)
        return
    begins = axis.at(line["starts"] or chart["issued"])
    ends = axis.at(line["due"], 0.5)
    thick = 8 if line["starts"] else 2
    ink = INK[line["light"]]
    name = f"span {line['light']}" + ("" if line["starts"] else " since")
    yield _rect(name, begins, middle - thick // 2, max(ends - begins, 0.1), thick, ink, faint=True)
    for mark in line["marks"]:
        yield from _mark(line, mark, axis, middle)
    at, side = axis.at(line["due"], 0.5), "start"
    dx = 11
    if at > (84 if drawing.narrow else 94):
        side, dx = "end", -11
    yield _label("axis small", f"{at}%", middle + 4, _day(line["due"]), "#56606d", dx=dx, size=11, anchor=side)


def _title(chart: Row, line: Row, drawing: Drawing, baseline: int) -> Iterator[str]:
    title = f"{line['no']} {line['title'] or line['task']}".strip()
    label = _label("title", "0", baseline, cut(title, 44), "#1c2430", dx=2)
    if not drawing.narrow:  # a drawing within the drawing ends the words where the time begins
        label = f'<svg width="{LABELS - 0.5}%" height="100%">{label}</svg>'
    about = drawing.speech.beside([title, drawing.speech.names(line["lead"]), drawing.speech(line["word"])])
    tip = f"<title>{_text(about)}</title>"
    if drawing.link is None:
        yield f"<g>{tip}{label}</g>"
    else:
        yield f'<a href="{_text(drawing.link(chart["plan"], line["task"]))}">{tip}{label}</a>'


def _mark(line: Row, mark: Row, axis: _Axis, middle: int) -> Iterator[str]:
    at, ink = axis.at(mark["day"], 0.5), INK[mark["light"]]
    if mark["before"]:
        before = axis.at(mark["before"], 0.5)
        yield _line("moved", before, middle, at, middle, ink, dashed=True)
        yield _label("mark before", f"{before}%", middle + 5, "◇", ink, anchor="middle")
    names = axis.drawing.speech.names(name for name in mark["names"] if name)
    about = axis.drawing.speech.beside(
        part for part in (line["title"], names, mark["day"], axis.drawing.speech(mark["word"])) if part
    )
    shape = _label(f"mark {mark['light']}", f"{at}%", middle + 5, SHAPES[mark["light"]], ink, anchor="middle", size=14)
    yield f"<g><title>{_text(about)}</title>{shape}</g>"


def _today(chart: Row, axis: _Axis, height: int) -> Iterator[str]:
    day = date.fromisoformat(chart["today"])
    if axis.first <= day <= axis.last:
        at = axis.at(day, 0.5)
        yield _line("today", at, 4, at, height, "#1b4d86", thick=True)
        side, dx = ("end", -5) if at > 90 else ("start", 5)
        word = axis.drawing.speech("today")
        yield _label("today-word", f"{at}%", HEAD - 6, word, "#1b4d86", dx=dx, size=11, anchor=side, bold=True)


def _day(written: str) -> str:
    day = date.fromisoformat(written)
    return f"{day.month}-{day.day}"


def _rect(name: str, x: float, y: float, width: float, height: float, ink: str, *, faint: bool = False) -> str:
    soft = ' fill-opacity="0.35"' if faint else ""
    return f'<rect class="{name}" x="{x:g}%" y="{y}" width="{max(width, 0):g}%" height="{height}" fill="{ink}"{soft}/>'


def _line(
    name: str, x1: float, y1: int, x2: float, y2: int, ink: str, *, dashed: bool = False, thick: bool = False
) -> str:
    style = ' stroke-dasharray="3 3"' if dashed else ""
    width = ' stroke-width="2"' if thick else ""
    return f'<line class="{name}" x1="{x1:g}%" y1="{y1}" x2="{x2:g}%" y2="{y2}" stroke="{ink}"{style}{width}/>'


def _label(
    name: str,
    x: str,
    y: int,
    text: str,
    ink: str,
    *,
    dx: int = 0,
    size: int = 13,
    anchor: str = "start",
    bold: bool = False,
) -> str:
    where = f'x="{x}" y="{y}"' + (f' dx="{dx}"' if dx else "")
    looks = ("" if size == 13 else f' font-size="{size}"') + ("" if anchor == "start" else f' text-anchor="{anchor}"')
    weight = ' font-weight="600"' if bold else ""
    return f'<text class="{name}" {where} fill="{ink}"{looks}{weight}>{_text(text)}</text>'


def _text(text: str) -> str:
    """Return text for markup: escaped, and without the control characters that XML doesn't allow at all."""
    return escape("".join(sign for sign in text if sign >= " " and sign not in "\x7f\ufffe\uffff"))
