"""What is handed out: a plan as it is in force, and the ledger for a spreadsheet in which nothing is computed."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from cli import run
from plans.read import read_plan
from plans.write import write_plan
from scheduler import decisions, desk
from scheduler.in_force import plan_in_force
from tests.office import DIRECTORY, Office

PLAN = """
plan: p
title: 安全年
issued: 2018-03-01
tasks:
  - {id: drill, title: 消防演练, lead: 安全处, due: 5月25日前}
  - {title: 安全检查, lead: 运行处, due: 6月20日前}
  - {id: monthly, title: 月报, lead: 财务处, due: 每月25日前}
  - {id: steps, title: 平台, lead: 运行处, due: 9月底前, milestones: [{id: draft, title: 方案, due: 4月底前}]}
  - {id: extra, title: 另加的, lead: 财务处, due: 7月底前}
"""


def test_a_plan_in_force_applied_again_changes_no_date_no_state_and_no_version(office: Office):
    office.apply(PLAN, "2018-03-01")
    office.do(desk.extend, "drill", "2018-04-02", date(2018, 6, 15), "")
    office.do(desk.accept, "steps", "2018-04-20", name="draft")
    office.do(desk.progress, "steps", "2018-04-20", "过半")
    office.do(decisions.transfer, "extra", "2018-04-20", "archive", "")
    office.apply("\n".join(line for line in PLAN.splitlines() if "extra" not in line), "2018-04-23", gone="keep")
    how = "SELECT task, name, due, state, version, leads, uid FROM occurrence ORDER BY id"
    before = office.rows(how)
    with office.database.read() as connection:
        plan, comments = plan_in_force(connection, "p")
    text = write_plan(plan, comments=comments)
    assert "# drill: 2018-05-25 → 2018-06-15" in text
    (done,) = office.apply(text, "2018-04-24")
    assert {change.kind for change in done.changes} <= {"same", "changed"}
    assert office.rows(how) == before


def test_what_is_handed_out_says_who_leads_now_how_it_stands_and_carries_the_ledgers_ids(office: Office):
    office.apply(PLAN, "2018-03-01")
    office.do(desk.accept, "drill", "2018-04-20", "", date(2018, 4, 18))
    office.do(decisions.transfer, "extra", "2018-04-20", "archive", "")
    with office.database.read() as connection:
        plan, findings = read_plan(write_plan(plan_in_force(connection, "p")[0]), "p.yaml")
    assert plan is not None
    assert not findings
    tasks = {task.id: task for task in plan.tasks}
    assert (tasks["drill"].state, tasks["drill"].done) == ("done", "2018-04-18")
    assert tasks["extra"].lead == ("archive",)
    assert [task.id for task in plan.tasks][1].startswith("t-")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    (tmp_path / "directory.yaml").write_text(DIRECTORY, "utf-8")
    hostile = PLAN.replace("消防演练", '"=HYPERLINK(1)"').replace("issued:", "directory: directory.yaml\nissued:")
    (tmp_path / "p.yaml").write_text(hostile, "utf-8")
    assert run(["init", "--rehearsal", "--language", "zh"]) == 0
    assert run(["apply", "--today", "2018-03-01"]) == 0
    assert run(["report", "p/drill", "-m", "@SUM(A1)", "--today", "2018-05-28"]) == 0
    return tmp_path


def test_the_ledger_for_a_spreadsheet_has_the_offices_header_and_no_formula(house: Path):
    assert run(["export", "p", "--format", "csv", "--out", "l.csv", "--today", "2018-06-08"]) == 0
    data = (house / "l.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    header, *lines = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    assert header[:4] == ["序号", "督办编号", "任务来源（文号）", "重点任务"]
    assert len(header) == 24
    drill = dict(zip(header, lines[0], strict=True))
    assert (drill["重点任务"], drill["牵头单位"], drill["完成时限"]) == ("'=HYPERLINK(1)", "安全处", "2018-05-25")
    assert (drill["联络员及电话"], drill["状态（灯）"]) == ("王二", "逾期")
    assert not [cell for line in lines for cell in line if cell[:1] in ("=", "+", "-", "@")]


def test_a_workbook_computes_nothing(house: Path):
    assert run(["export", "p", "--format", "xlsx", "--out", "l.xlsx", "--today", "2018-06-08"]) == 0
    page = openpyxl.load_workbook(house / "l.xlsx").active
    assert page["D2"].value == "=HYPERLINK(1)"
    assert {cell.data_type for line in page.iter_rows() for cell in line if cell.value} == {"s"}


@pytest.mark.usefixtures("house")
def test_what_cannot_be_handed_out_is_said(capsys: pytest.CaptureFixture[str]):
    assert run(["export", "nothing"]) == 7
    assert run(["export", "p", "--format", "doc"]) == 2
    assert run(["export", "p", "--format", "xlsx"]) == 2
    assert run(["export", "p", "--out", "no/such/folder.yaml"]) == 6
    assert "Traceback" not in capsys.readouterr().err
