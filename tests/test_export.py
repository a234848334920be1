"""What is handed out: a plan as it is in force, and the ledger for a spreadsheet in which nothing is computed."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from cli import run
from plans.read import directory_of, read_plan
from plans.write import write_plan
from scheduler import applying, decisions, desk
from scheduler.entry import Source
from scheduler.in_force import plan_in_force
from store import evidence
from store.database import Database, rows
from tests.office import DIRECTORY, Office
from tests.test_overdue import FIVE, issued, source

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
    assert "# drill: 5月25日前 (2018-05-25) → 2018-06-15" in text
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
    assert tasks["extra"].lead == ("档案室",)
    assert [task.id for task in plan.tasks][1].startswith("t-")


def handed_out(office: Office, plan: str) -> str:
    with office.database.read() as connection:
        written, comments = plan_in_force(connection, plan)
    return write_plan(written, comments=comments)


def applied(office: Office, whole: Source, on: date) -> list[applying.Applied]:
    with office.database.write() as connection:
        prepared = [applying.prepare(connection, whole, on, office.settings)]
        return applying.apply(connection, prepared, on=on, at=0, actor="", settings=office.settings)


@pytest.mark.parametrize("name", [*FIVE, "every-feature", "every-feature.zh"])
def test_what_is_handed_out_says_what_the_file_says_while_nothing_was_decided(office: Office, name: str):
    if name in FIVE:
        whole, on = source(name), issued(name)
    else:
        text = (Path(__file__).parent / "data" / f"{name}.yaml").read_text("utf-8")
        plan = read_plan(text, "plan.yaml")[0]
        assert plan is not None
        known = directory_of(plan)
        assert known is not None
        whole, on = Source(plan, text, known), plan.issued or date(2018, 3, 1)
    applied(office, whole, on)
    text = handed_out(office, whole.plan.id)
    again, findings = read_plan(text, whole.plan.file)
    assert again is not None
    assert not [finding for finding in findings if finding.severity == "error"]
    with office.database.read() as connection:
        found = applying.prepare(connection, replace(whole, plan=again, text=text), on, office.settings)
    assert {change.kind for change in found.changes} <= {"same"}
    assert found.reworded or found.unchanged


ROWS = """# 督查室起草
plan: p
title: 安全年
issued: 2018-03-01 # 印发
tasks:
  # 三个处各报各的
  - {id: each, title: 逐一落实, each: [安全处, 运行处, 财务处], due: 7月底前} # 有异议的来电
  - id: monthly
    title: 月报 # 每月一份
    lead: 财务处
    due: 每月25日前
"""


def test_rows_of_one_unit_or_one_month_stand_as_before_when_a_plan_handed_out_is_applied(office: Office):
    office.apply(ROWS, "2018-03-01")
    office.do(desk.accept, "each", "2018-04-20", name="safety")
    office.do(desk.extend, "each", "2018-04-20", date(2018, 8, 15), "", name="operations")
    office.do(desk.accept, "monthly", "2018-03-26", "", date(2018, 3, 24), name="2018-03")
    how = "SELECT task, name, due, state, finished_on, version, leads, uid FROM occurrence ORDER BY id"
    before, first = office.rows(how), handed_out(office, "p")
    for said in (
        "# safety: 已完成 2018-04-20",
        "# operations: 2018-07-31 → 2018-08-15",
        "# 2018-03: 已完成 2018-03-24",
    ):
        assert said in first
    office.apply(first, "2018-04-24")
    assert office.rows(how) == before
    assert handed_out(office, "p") == first


def test_the_comments_of_the_file_stand_where_they_stood(office: Office):
    office.apply(ROWS, "2018-03-01")
    text = handed_out(office, "p")
    assert text.startswith("# 督查室起草\n")
    for said in ("# 三个处各报各的\n  # 有异议的来电\n  - 编号: each", "2018-03-01 # 印发", "月报 # 每月一份"):
        assert said in text, text
    office.apply(text, "2018-03-02")
    assert handed_out(office, "p") == text


def test_who_leads_now_is_written_as_the_plan_writes_units_and_the_first_date_in_its_words(office: Office):
    office.apply(PLAN, "2018-03-01")
    office.do(decisions.transfer, "drill", "2018-04-02", "archive", "")
    office.do(desk.extend, "extra", "2018-04-02", date(2018, 8, 15), "")
    text = handed_out(office, "p")
    assert "牵头单位: 档案室" in text
    assert "# extra: 7月底前 (2018-07-31) → 2018-08-15" in text
    office.apply(text, "2018-04-03")
    by_id = text.replace("档案室", "archive").replace("运行处", "operations").replace("财务处", "finance")
    office.apply(by_id, "2018-04-04")
    office.do(decisions.transfer, "extra", "2018-04-05", "safety", "")
    assert "牵头单位: safety" in handed_out(office, "p")


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
    """S13: what a program could compute is quoted."""
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


def test_the_spreadsheet_says_what_comes_next_and_which_files_were_handed_in(house: Path):
    assert run(["extend", "p/extra", "--ask", "--until", "2018-08-15", "-m", "材料未齐", "--today", "2018-05-28"]) == 0
    database = Database(f"sqlite:///{house / 'duban.db'}")
    with database.write() as connection:
        (told,) = rows(connection, "SELECT id, occurrence FROM event WHERE kind = 'progress'")
        evidence.add(connection, told["occurrence"], told["id"], evidence.File("照片.jpg", "image/jpeg", 3, "0" * 64))
    database.close()
    assert run(["export", "p", "--format", "csv", "--out", "l.csv", "--today", "2018-05-29"]) == 0
    header, *lines = csv.reader(io.StringIO((house / "l.csv").read_text("utf-8-sig")))
    by_title = {line[3]: dict(zip(header, line, strict=True)) for line in lines}
    assert by_title["另加的"]["下步措施及预计完成时间"] == "2018-08-15 材料未齐"
    assert by_title["平台"]["下步措施及预计完成时间"] == "平台：方案 2018-04-30"
    assert by_title["'=HYPERLINK(1)"]["佐证材料"] == "照片.jpg"


def test_a_workbook_computes_nothing(house: Path):
    """S13: text stays text."""
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
