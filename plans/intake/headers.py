"""Which column holds what: by the words of the header rows, checked against what the cells hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from plans.intake import acting, dates, roles, units
from plans.intake.blocks import Cell, Table, fold
from plans.intake.words import KEY_ROLES, PEOPLE_ROLES, UNIT_ROLES, column_roles, is_label

Row = tuple[Cell | None, ...]
_VAGUE = ("", "detail", "note", "milestones", "phase", "target", "report_due", "progress")
_LIMIT = re.compile(r"[前底末内]$|^(?:by|before|within|end of)\b", re.IGNORECASE)
_GRADE = re.compile(
    r"(?:very )?(?:high|medium|low|critical|urgent|normal|major|minor|must|should|could)|P?\d|[A-E]|"
    r"[高中低]|重要|一般|紧急|重大|★+",
    re.IGNORECASE,
)
_LOOKED_AT = 6  # rows in which a header may begin


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its label as written, and the roles of what it holds (several for 牵头单位及责任人)."""

    label: str
    roles: tuple[str, ...]
    guessed: bool = False  # by content, not by its words
    swapped: bool = False
    bodies: str = "responsible"  # what a unit among the people of an owner column is: under "Lead" it leads

    @property
    def role(self) -> str:
        """Return the main role, "" where nothing is known."""
        return self.roles[0] if self.roles else ""


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table, and the rows before its body: `first` is the first body row."""

    columns: tuple[Column, ...]
    first: int
    above: tuple[str, ...] = ()  # captions and notes written in full-width rows over the header
    words: frozenset[str] = frozenset()  # folded labels, by which a repeated header row is known

    def index(self, role: str) -> int:
        """Return the first column of *role*, -1 where there is none."""
        return next((at for at, column in enumerate(self.columns) if column.role == role), -1)

    def all(self, role: str) -> list[int]:
        """Return the columns of *role*."""
        return [at for at, column in enumerate(self.columns) if column.role == role]

    @property
    def is_plan(self) -> bool:
        """Return whether the columns can make tasks: something to do, and when or by whom."""
        roles = {role for column in self.columns for role in column.roles}
        what = roles & {"title", "detail", "problem", "target"}
        return bool(what) and bool(
            roles & {"told", "due", "span", "milestones", "report_due", "state", "progress", *UNIT_ROLES, *PEOPLE_ROLES}
        )


def texts(row: Row) -> list[str]:
    """Return the distinct written cells of a row, each once."""
    return [cell.text for cell in {id(cell): cell for cell in row if cell is not None and cell.text}.values()]


def find_header(table: Table, before: Header | None = None) -> Header | None:
    """Return the header of a table, None where it has none that words or content betray.

    *before* is the header of the table above: a continuation on the next page may repeat it without its unnamed
    column, or not at all.
    """
    above: list[str] = []
    for at in range(min(_LOOKED_AT, len(table.grid))):
        row = table.grid[at]
        labels = texts(row)
        if len(labels) == 1 and len(table.grid[0]) > 1 and not (is_label(labels[0]) and table.headed > at):
            above.append(labels[0])
            continue
        if _is_header_row(labels):
            header = _from_labels(table, at, tuple(above))
            return _continued(table, header, before) if before is not None else header
    if before is not None and len(before.columns) == len(table.grid[0]) and _goes_on(table, len(above), before):
        return replace(before, first=0, above=tuple(above))
    return _by_content(table, len(above), tuple(above))


def _goes_on(table: Table, first: int, before: Header) -> bool:
    """Return whether the rows can stand under the header of the table before: their days stand where its days do."""
    due = before.index("due")
    days = [cell.text for row in table.grid[first:] if due >= 0 and (cell := row[due]) is not None and cell.text]
    return not days or any(map(_dated, days))


def _is_header_row(labels: Sequence[str]) -> bool:
    named = [label for label in labels if is_label(label)]
    roles = {role for label in named for role in column_roles(label)}
    if len(labels) < 2:
        return False
    if len(named) < 0.5 * len(labels):  # a matrix: the units it has across stand among the labels
        others = [label for label in labels if label not in named]
        return "title" in roles and len(roles & KEY_ROLES) >= 2 and all(map(units.is_unit, others))
    return len(roles & KEY_ROLES) >= 2 or (len(roles) >= 2 and bool(roles & KEY_ROLES)) or len(named) >= 3


def _from_labels(table: Table, at: int, above: tuple[str, ...]) -> Header:
    first = at + 1
    while first < min(len(table.grid), at + 3) and _is_second_row(table, at, first):
        first += 1
    width = len(table.grid[0])
    columns = []
    for place in range(width):
        stack = [cell.text for row in table.grid[at:first] if (cell := row[place]) is not None and cell.text]
        columns.append(_column(list(dict.fromkeys(stack))))
    words = frozenset(fold(label) for row in table.grid[at:first] for label in texts(row))
    header = Header(tuple(columns), first, above, words)
    return _checked(table, header)


def _is_second_row(table: Table, top: int, at: int) -> bool:
    """Return whether row *at* still belongs to the header: marked so, or sub-labels under a label that spans."""
    if at < table.headed:
        return True
    row, upper = table.grid[at], table.grid[top]
    if len(texts(row)) < 2:  # a section over the whole width
        return False
    fresh = [cell for place, cell in enumerate(row) if cell is not None and cell.text and cell is not upper[place]]
    spanning = [cell for cell in {id(c): c for c in upper if c}.values() if sum(1 for c in upper if c is cell) > 1]
    if not fresh or not (spanning or len(fresh) < len(texts(upper))):
        return False
    below = [cell for place, cell in enumerate(row) if cell is not None and cell.text and upper[place] in spanning]
    short = all(len(cell.text) <= (30 if cell.text.isascii() else 14) for cell in fresh)
    return (
        short
        and bool(spanning)
        and bool(below)
        and all(is_label(cell.text) or len(cell.text) <= 6 for cell in fresh)
        and not any(dates.is_dated(cell.text) for cell in fresh if not is_label(cell.text))
    )


def _column(stack: list[str]) -> Column:
    """Return the column whose header cells are *stack* from top to bottom; the lowest known word decides."""
    for label in reversed(stack):
        roles = column_roles(label)
        if roles:
            return Column("/".join(stack), _with_upper(roles, stack))
    joined = "".join(stack)
    return Column("/".join(stack), column_roles(joined))


def _with_upper(roles: tuple[str, ...], stack: list[str]) -> tuple[str, ...]:
    """Let the label above decide where the one below is vague: under 责任单位 stand units, under 责任人 people."""
    upper = column_roles(stack[0]) if len(stack) > 1 else ()
    if upper and roles[0] in ("title", "detail", "note") and upper[0] in (*UNIT_ROLES, *PEOPLE_ROLES, "due"):
        return upper
    return roles


def _continued(table: Table, header: Header, before: Header) -> Header:
    """Give a repeated header what the first one knew: an unnamed leading column, roles found by content."""
    named = [column for column in before.columns if column.label]
    if len(header.columns) < len(before.columns) and [fold(c.label) for c in header.columns] == [
        fold(c.label) for c in named
    ]:
        return replace(before, first=header.first, above=header.above)
    if [fold(c.label) for c in header.columns] == [fold(c.label) for c in before.columns] and len(
        table.grid
    ) - header.first < 4:
        return replace(before, first=header.first, above=header.above)
    return header


def _body(table: Table, header: Header, place: int) -> list[str]:
    cells = [row[place] for row in table.grid[header.first :] if place < len(row)]
    return [cell.text for cell in {id(cell): cell for cell in cells if cell is not None and cell.text}.values()][:200]


def _share(values: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, values)) / len(values) if values else 0.0


def _numbered(text: str) -> bool:
    return bool(re.fullmatch(r"\d{1,3}[.、]?", text))


def _dated(text: str) -> bool:
    return all(dates.is_dated(line) for line in text.split("\n")) and not re.fullmatch(r"\d{1,3}", text)


def _limits(text: str) -> bool:
    return _LIMIT.search(text) is not None


def _unit_like(text: str) -> bool:
    names = units.split(text)
    return bool(names) and all(
        (units.is_unit(name) and not units.is_person(name)) or name.startswith("各") for name in names
    )


def _says_who(text: str) -> bool:
    said = roles.parse(text).roles if len(text) <= 120 else {}
    names = [name for listed in said.values() for name in listed]
    return bool(names) and all(units.is_unit(name) or name.startswith("各") for name in names)


def _person_like(text: str) -> bool:
    names = units.split(text)
    return bool(names) and all(units.is_person(name) or units.is_masked(name) for name in names)


def _checked(table: Table, header: Header) -> Header:
    """Check the labels against the cells: swapped labels, owners that are units, columns without a label."""
    columns = list(header.columns)
    bodies = [_body(table, header, place) for place in range(len(columns))]
    dated = [_share(body, _dated) for body in bodies]
    unitary = [_share(body, _unit_like) for body in bodies]
    for one, column in enumerate(columns):
        for other, partner in enumerate(columns):
            if (
                column.role in ("due", "start")
                and partner.role in (*UNIT_ROLES, *PEOPLE_ROLES)
                and _are_swapped(one, other, dated, unitary)
            ):
                columns[one] = replace(partner, label=column.label, swapped=True)
                columns[other] = replace(column, label=partner.label, swapped=True)
    titled = ("title",) if sum(1 for column in columns if column.role == "title") > 1 else ()
    for at, column in enumerate(columns):
        if column.role == "owner" and unitary[at] >= 0.6 and _share(bodies[at], _person_like) < 0.3:
            columns[at] = replace(column, roles=("responsible",), guessed=True)
        elif (
            column.role in UNIT_ROLES
            and len(column.roles) == 1
            and _share(bodies[at], _person_like) >= 0.7
            and unitary[at] < 0.3
        ):
            columns[at] = replace(column, roles=("owner",), guessed=True, bodies=column.role)
        elif column.role in ("", "detail", "note", *titled) and _share(bodies[at], _says_who) >= 0.7:
            columns[at] = replace(column, roles=("responsible",), guessed=True)
    _date(columns, dated, bodies)
    columns = _titled(columns, bodies, table, header)
    _told(columns, bodies)
    return replace(header, columns=tuple(columns))


def _told(columns: list[Column], bodies: Sequence[Sequence[str]]) -> None:
    """Find the column whose sentences say who does it and by when, where no column holds units, people or days."""
    if Header(tuple(columns), 0).is_plan or not any(column.role in ("title", "problem") for column in columns):
        return
    free = [at for at, column in enumerate(columns) if column.role in ("", "detail", "note", "target", "title")]
    for at in [at for at in free if _share(bodies[at], acting.tells) >= 0.6][-1:]:
        columns[at] = replace(columns[at], roles=(columns[at].role or "detail", "told"))


def _date(columns: list[Column], dated: Sequence[float], bodies: Sequence[Sequence[str]]) -> None:
    """Make the column of dates the deadline where no label says so (时间节点要求, 月份, 办结时间 of what is to be)."""
    if any(column.role in ("due", "span") for column in columns):
        return
    ended = [at for at, column in enumerate(columns) if column.role == "finished"]
    if len(ended) == 1 and _share(bodies[ended[0]], _limits) >= 0.3:  # what is over was over on a day, not "before" it
        columns[ended[0]] = replace(columns[ended[0]], roles=("due",), swapped=True)
        return
    vague = [at for at, column in enumerate(columns) if column.role in _VAGUE and dated[at] >= 0.7]
    if len(vague) == 1:
        columns[vague[0]] = replace(columns[vague[0]], roles=("due",), guessed=True)


def _are_swapped(one: int, other: int, dated: Sequence[float], unitary: Sequence[float]) -> bool:
    return dated[one] < 0.2 and unitary[one] > 0.5 and dated[other] > 0.6


def _titled(columns: list[Column], bodies: list[list[str]], table: Table, header: Header) -> list[Column]:
    """Make sure that one column is the title, and that what groups it is its phase."""
    places = [at for at, column in enumerate(columns) if column.role == "title"]
    for at in places if len(places) > 1 else ():  # a finding beside what is recommended against it
        if fold(columns[at].label) in ("finding", "findings"):
            columns[at] = replace(columns[at], roles=("problem",))
    places = [at for at in places if columns[at].role == "title"]
    rows = len(table.grid) - header.first
    distinct = [len(_cells(table, header, at)) for at in range(len(columns))]
    phased = any(column.role == "phase" for column in columns)
    while len(places) > 1:
        left, right = places[0], places[1]
        merged = distinct[left] < distinct[right] or _sparse(table, header, left, right)
        if merged and rows > 1:  # the left one groups the right one
            columns[left] = replace(columns[left], roles=("phase",) if not phased else ("section",), guessed=True)
            phased = True
            places.pop(0)
        else:
            columns[right] = replace(columns[right], roles=("detail",), guessed=True)
            places.pop(1)
    if not places:
        places = _promoted(columns, distinct, bodies)
    for at, column in enumerate(columns):  # an unnamed column left of the title with few short texts
        grouping = not column.label or (not column.roles and len(set(bodies[at])) < rows and not _graded(bodies[at]))
        if grouping and not phased and places and at < places[0] and bodies[at] and max(map(len, bodies[at])) <= 30:
            columns[at] = Column(column.label, ("phase",), guessed=True)
            phased = True
    return columns


def _promoted(columns: list[Column], distinct: Sequence[int], bodies: list[list[str]]) -> list[int]:
    """Make the best other column the title where none is called so."""
    for role in ("detail", "target", "phase", "milestones"):
        places = [at for at, column in enumerate(columns) if column.role == role]
        problem = any(column.role == "problem" for column in columns)
        if places and not (problem and role != "detail"):
            best = max(places, key=lambda at: distinct[at]) if role == "phase" else places[0]
            columns[best] = replace(columns[best], roles=("title",), guessed=True)
            return [best]
    places = [at for at, column in enumerate(columns) if column.role == "problem"]
    if not places:  # "Item" is a number in one house and the thing itself in another
        places = [at for at, column in enumerate(columns) if column.role == "no" and _share(bodies[at], _worded) > 0.6]
        for at in places[:1]:
            columns[at] = replace(columns[at], roles=("title",), guessed=True)
    if not places:
        free = [at for at, column in enumerate(columns) if not column.roles and _share(bodies[at], _said) > 0.6]
        places = sorted(free, key=lambda at: -distinct[at])
        for at in places[:1]:
            columns[at] = replace(columns[at], roles=("title",), guessed=True)
    return places[:1]


def _graded(values: Sequence[str]) -> bool:
    """Return whether a column says how urgent or weighty things are, which groups nothing."""
    return _share(values, lambda text: _GRADE.fullmatch(text.strip()) is not None) >= 0.5


def _said(text: str) -> bool:
    return len(text) >= 4 and not (dates.is_dated(text) or units.is_unit(text) or units.is_person(text))


def _worded(text: str) -> bool:
    return len(text) > 8 and not text.isdigit()


def _cells(table: Table, header: Header, place: int) -> set[int]:
    return {id(cell) for row in table.grid[header.first :] if (cell := row[place]) is not None and cell.text}


def _sparse(table: Table, header: Header, left: int, right: int) -> bool:
    """Return whether the left column is empty in rows where the right one is written, as a split merge leaves it."""
    body = table.grid[header.first :]
    empty = sum(1 for row in body if not _written(row[left]) and _written(row[right]))
    return empty >= 0.3 * len(body)


def _written(cell: Cell | None) -> bool:
    return cell is not None and bool(cell.text)


def _by_content(table: Table, first: int, above: tuple[str, ...]) -> Header | None:
    """Guess the columns of a table without a header; None where it doesn't look like a plan."""
    width = len(table.grid[0])
    if width < 3 or len(table.grid) - first < 2:
        return None
    blank = Header(tuple(Column("", ()) for _ in range(width)), first, above)
    bodies = [_body(table, blank, at) for at in range(width)]
    roles: list[str] = [""] * width
    for at, body in enumerate(bodies):
        if body and _share(body, _numbered) > 0.8:
            roles[at] = "no"
        elif _share(body, _dated) >= 0.6:
            roles[at] = "due" if "due" not in roles else "note"
        elif _share(body, _unit_like) >= 0.6:
            roles[at] = "responsible" if "responsible" not in roles else "support"
        elif _share(body, _person_like) >= 0.6:
            roles[at] = "owner" if "owner" not in roles else "leader"
    free = [at for at in range(width) if not roles[at] and bodies[at]]
    if "due" not in roles or not free or not {"responsible", "owner", "no"} & set(roles):
        return None
    counted = [at for at in free if len(bodies[at]) >= 0.7 * (len(table.grid) - first)] or free
    title = next((at for at in counted if sum(map(len, bodies[at])) / len(bodies[at]) >= 5), counted[0])
    for at in free:
        roles[at] = (
            "title" if at == title else "phase" if at < title and len(bodies[at]) < len(bodies[title]) else "detail"
        )
    labels = [cell.text if cell is not None else "" for cell in table.grid[first]]
    headed = not _dated(labels[roles.index("due")]) and all(0 < len(label) <= 12 for label in labels)
    columns = tuple(
        Column(label if headed else "", (role,) if role and not (headed and role == "support") else (), guessed=True)
        for label, role in zip(labels, roles, strict=True)
    )
    return Header(columns, first + headed, above)


def repeats(row: Row, header: Header) -> bool:
    """Return whether a body row is the header again, as at the top of a page."""
    labels = {fold(label) for label in texts(row)}
    return len(labels) >= 2 and len(labels & header.words) >= 0.8 * len(labels)
