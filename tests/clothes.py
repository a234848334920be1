"""The same plan in other clothes: Word, Excel, web page, Markdown, text; columns renamed, moved, merged; as prose."""

from __future__ import annotations

import html
import io
import random
from collections.abc import Callable, Sequence
from typing import Any

import docx
import openpyxl

# The words offices use for the same column: one is drawn for each document.
LABELS = {
    "zh": {
        "phase": ("阶段", "类别", "工作阶段", "板块"),
        "no": ("序号", "编号", "项次"),
        "title": ("工作任务", "重点任务", "任务名称", "事项", "工作内容", "督办事项"),
        "lead": ("牵头单位", "牵头部门", "主办单位", "主责部门"),
        "responsible": ("责任单位", "责任部门", "承办单位", "落实单位"),
        "support": ("配合单位", "协办单位", "参与单位"),
        "leaders": ("责任领导", "分管领导", "牵头领导"),
        "persons": ("责任人", "具体责任人", "直接责任人"),
        "deadline": ("完成时限", "完成时间", "办结时限", "整改时限", "截止时间", "时限要求"),
    },
    "en": {
        "phase": ("Phase", "Theme", "Workstream"),
        "no": ("No.", "Ref", "#"),
        "title": ("Task", "Action", "Activity"),
        "lead": ("Lead", "Lead agency", "Lead department"),
        "responsible": ("Responsible", "Responsible unit", "Agency"),
        "support": ("Support", "Partners", "Supporting units"),
        "leaders": ("Sponsor", "Executive sponsor"),
        "persons": ("Owner", "Action owner"),
        "deadline": ("Due", "Deadline", "Target date", "By when"),
    },
}
UNITS = ("lead", "responsible", "support", "leaders", "persons")
Rows = list[list[str]]


def columns_of(tasks: Sequence[dict[str, Any]]) -> list[str]:
    """Return the columns that hold something, in the usual order."""
    return [key for key in LABELS["zh"] if key in ("no", "title") or any(task.get(key) for task in tasks)]


def table_of(tasks: Sequence[dict[str, Any]], language: str, draw: random.Random, *, moved: bool) -> Rows:
    """Return the rows of a table, the header first; its labels are drawn, its columns moved where that is asked."""
    keys = columns_of(tasks)
    if moved:
        front = [key for key in keys if key in ("phase", "no")]
        rest = [key for key in keys if key not in front]
        draw.shuffle(rest)
        keys = front + rest
    comma = "、" if language == "zh" else ", "
    rows = [[draw.choice(LABELS[language][key]) for key in keys]]
    for number, task in enumerate(tasks, 1):
        cells = {**task, "no": str(number), **{key: comma.join(task.get(key) or ()) for key in UNITS}}
        rows.append([str(cells.get(key) or "") for key in keys])
    return rows


def head_of(plan: dict[str, Any], language: str) -> list[str]:
    """Return the lines above the table: title, number, issuer and day as a document has them."""
    lines = [plan["title"]]
    if language == "zh":
        lines += [plan["doc_no"]] if plan.get("doc_no") else []
        if plan.get("issue_date"):
            year, month, day = plan["issue_date"].split("-")
            lines.append(f"成文日期：{year}年{int(month)}月{int(day)}日")
    elif plan.get("issue_date"):
        lines.append(f"Date of issue: {plan['issue_date']}")
    return lines


def spans(rows: Rows) -> dict[tuple[int, int], int]:
    """Return (row, column) -> rows covered, where the first column says the same down the table."""
    found: dict[tuple[int, int], int] = {}
    at = 1
    while at < len(rows):
        stop = at + 1
        while stop < len(rows) and rows[stop][0] == rows[at][0] and rows[at][0]:
            stop += 1
        if stop - at > 1:
            found[at, 0] = stop - at
        at = stop
    return found


def as_docx(head: Sequence[str], rows: Rows, *, merged: bool) -> bytes:
    document = docx.Document()
    for line in head:
        document.add_paragraph(line)
    table = document.add_table(len(rows), len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for (row, column), count in (spans(rows) if merged else {}).items():
        whole = table.cell(row, column).merge(table.cell(row + count - 1, column))
        whole.text = rows[row][column]
    return _saved(document)


def as_xlsx(head: Sequence[str], rows: Rows, *, merged: bool) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for line in head:
        sheet.append([line])
        sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=len(rows[0]))
    first = sheet.max_row + 1
    for texts in rows:
        sheet.append(texts)
    for (row, column), count in (spans(rows) if merged else {}).items():
        sheet.merge_cells(start_row=first + row, end_row=first + row + count - 1, start_column=column + 1,
                          end_column=column + 1)  # fmt: skip
    return _saved(book)


def as_html(head: Sequence[str], rows: Rows, *, merged: bool) -> bytes:
    covered = spans(rows) if merged else {}
    hidden = {(row + below, column) for (row, column), count in covered.items() for below in range(1, count)}
    lines = [f"<p>{html.escape(line)}</p>" for line in head] + ["<table>"]
    for row, texts in enumerate(rows):
        cells = [
            f'<td rowspan="{covered.get((row, column), 1)}">{html.escape(text)}</td>'
            for column, text in enumerate(texts)
            if (row, column) not in hidden
        ]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return "\n".join(["<html><body>", *lines, "</table></body></html>"]).encode()


def as_markdown(head: Sequence[str], rows: Rows, *, merged: bool) -> bytes:  # noqa: ARG001 - it knows no merged cells
    lines = [f"# {head[0]}", "", *(f"{line}\n" for line in head[1:])]
    for number, texts in enumerate(rows):
        lines.append("| " + " | ".join(text.replace("|", "\\|") for text in texts) + " |")
        lines += ["|" + "---|" * len(texts)] if not number else []
    return "\n".join(lines).encode()


def as_text(head: Sequence[str], rows: Rows, *, merged: bool) -> bytes:  # noqa: ARG001 - it knows no merged cells
    return "\n".join([*head, "", *("\t".join(texts) for texts in rows), ""]).encode("gb18030")


def as_prose(plan: dict[str, Any], tasks: Sequence[dict[str, Any]]) -> bytes:
    """Return the plan as numbered items under the headings of their phases, units and deadline in brackets."""
    lines = [*head_of(plan, "zh"), ""]
    phases = list(dict.fromkeys(task.get("phase") or "主要任务" for task in tasks))
    for phase in phases:
        lines.append(f"{'一二三四五六七八九十'[phases.index(phase) % 10]}、{phase}")
        own = [task for task in tasks if (task.get("phase") or "主要任务") == phase]
        for number, task in enumerate(own, 1):
            words = (
                ("牵头单位", "lead"),
                ("责任单位", "responsible"),
                ("配合单位", "support"),
                ("责任领导", "leaders"),
            )
            said = [f"{word}：{'、'.join(task[key])}" for word, key in words if task.get(key)]
            said += [f"完成时限：{task['deadline']}"] if task.get("deadline") else []
            lines.append(f"{number}. {task['title']}。（{'；'.join(said)}）")
    return "\n".join(lines).encode()


def _saved(made: Any) -> bytes:
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


DRESSES: dict[str, Callable[..., bytes]] = {
    "docx": as_docx, "xlsx": as_xlsx, "html": as_html, "md": as_markdown, "txt": as_text,
}  # fmt: skip


def shuffled(tasks: Sequence[dict[str, Any]], draw: random.Random) -> list[dict[str, Any]]:
    """Return the tasks in another order within each phase."""
    phases = list(dict.fromkeys(task.get("phase") or "" for task in tasks))
    mixed = list(tasks)
    draw.shuffle(mixed)
    return sorted(mixed, key=lambda task: phases.index(task.get("phase") or ""))
