"""How long a Word table of 2,000 rows takes to become a draft plan, beside python-docx walking the same cells once.

Run `python benchmarks/intake.py [--rows N] [--rounds N]`. The figure is CPU time, the best of interleaved rounds; the
ratio is what is promised (at most 1.5). What both read is compared first.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import docx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from plans.intake.document import read_document

UNITS = ("综合处", "规划处", "宣传室", "业务处", "督查处", "财务处", "信息中心", "市场处")
VERBS = ("修订", "完善", "开展", "建立", "推进", "组织")
THINGS = ("管理制度", "专项检查", "业务培训", "服务指南", "信息平台", "应急演练", "台账清单")


def document(rows: int) -> bytes:
    """Return a plan as offices write it: seven columns, phases merged down, units and dates of many kinds."""
    draw = random.Random(1)
    made = docx.Document()
    made.add_paragraph("示例局2026年重点工作任务分解表")
    made.add_paragraph("印发日期：2026年1月8日")
    table = made.add_table(rows + 1, 7)
    texts = [["阶段", "序号", "工作任务", "牵头单位", "配合单位", "责任领导", "完成时限"]]
    for number in range(1, rows + 1):
        title = f"{draw.choice(VERBS)}第{number}项{draw.choice(THINGS)}，形成书面材料并报局办公室备案"
        lead, others = draw.choice(UNITS), "、".join(draw.sample(UNITS, 2))
        due = f"{draw.randrange(2, 13)}月{draw.randrange(1, 28)}日前"
        texts.append([f"第{number // 50 + 1}批", str(number), title, lead, others, "李明", due])
    for row, line in zip(table._tbl.tr_lst, texts, strict=True):
        for cell, text in zip(row.tc_lst, line, strict=True):
            cell.p_lst[0].add_r().text = text
    saved = io.BytesIO()
    made.save(saved)
    return saved.getvalue()


def ours(data: bytes) -> list[str]:
    return [task.title for task in read_document(data, "plan.docx").tasks]


def theirs(data: bytes) -> list[str]:
    table = docx.Document(io.BytesIO(data)).tables[0]
    return [row.cells[2].text for row in table.rows if [cell.text for cell in row.cells]][1:]


def seconds(work: Callable[[bytes], list[str]], data: bytes) -> float:
    begun = time.process_time()
    work(data)
    return time.process_time() - begun


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    data = document(options.rows)
    assert ours(data) == theirs(data)
    pairs = [(seconds(ours, data), seconds(theirs, data)) for _ in range(options.rounds)]
    own, other = min(one for one, _ in pairs), min(other for _, other in pairs)
    print(f"{options.rows} rows, {len(data) // 1024} KB: draft plan {own:.2f} s, python-docx {other:.2f} s of CPU;"
          f" ratio {own / other:.2f} (at most 1.5)")  # fmt: skip
    return 0 if own <= 1.5 * other else 1


if __name__ == "__main__":
    sys.exit(main())
