"""`duban import`: a document in, a plan out, and what the clerk is told on the way."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from cli import run
from plans.intake.document import read_document
from plans.intake.questions import questions
from plans.read import read_directory, read_plan

DOCUMENTS = Path(__file__).parent / "documents"
MINUTES = """河湾市水务局文件

河水〔2026〕7号

关于印发《2026年河道整治工作方案》的通知

各科室、各所属单位：

一、工作任务

1. 摸清河道底数，6月底前完成清淤。（责任单位：工程科、河道所）
2. 建立巡查制度。（责任单位：各管理站）
3. 修订应急预案，9月15日前报局办公室。（牵头单位：防汛办；配合单位：工程科）

河湾市水务局
2026年3月2日
"""


@pytest.fixture(autouse=True)
def chinese(monkeypatch, tmp_path):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.chdir(tmp_path)


def handed_in(monkeypatch, data):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data), isatty=lambda: False))


def test_a_document_becomes_a_plan_that_check_accepts(capsys):
    Path("方案.txt").write_text(MINUTES, "utf-8")
    assert run(["import", "方案.txt", "--out", "plan.yaml", "--directory", "directory.yaml"]) == 0
    plan, findings = read_plan(Path("plan.yaml").read_bytes(), "plan.yaml")
    assert [str(each.what) for each in findings] == []
    assert (plan.title, plan.number, str(plan.issued)) == ("2026年河道整治工作方案", "河水〔2026〕7号", "2026-03-02")
    assert [(task.lead, task.responsible, task.support) for task in plan.tasks] == [
        ((), ("工程科", "河道所"), ()),
        ((), ("各管理站",), ()),
        (("防汛办",), (), ("工程科",)),
    ]
    assert plan.directory == "directory.yaml"
    directory, findings = read_directory(Path("directory.yaml").read_bytes(), "directory.yaml")
    assert [str(each.what) for each in findings] == []
    assert [unit.name for unit in directory.units.values()] == ["工程科", "河道所", "各管理站", "防汛办"]
    capsys.readouterr()
    assert run(["check", "plan.yaml"]) == 0


def test_a_plan_goes_on_to_the_end_of_the_year_of_its_last_deadline(capsys):
    ends = []
    for deadline in ("9月15日前", "2027年3月底前"):
        Path("方案.txt").write_text(MINUTES.replace("9月15日前", deadline), "utf-8")
        assert run(["import", "方案.txt"]) == 0
        ends += [line for line in capsys.readouterr().out.splitlines() if line.startswith("结束日期")]
    assert ends == ["结束日期: 2027-12-31 # 最晚的时限在2027年"]


def test_a_guess_has_its_comment_beside_it(capsys):
    Path("方案.txt").write_text(MINUTES, "utf-8")
    assert run(["import", "方案.txt"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("# 由 duban import 读自 方案.txt；请逐条核对注释，核对后删去。\n方案: 方案\n")
    assert "    完成时限: 9月15日前 # 读作 2026-09-15\n" in text
    assert "  # 第8段：写明责任单位的条目\n" in text


def test_the_review_says_what_is_open_and_which_option_answers_it(capsys):
    Path("方案.txt").write_text(MINUTES, "utf-8")
    run(["import", "方案.txt"])
    told = capsys.readouterr().err
    assert "“各管理站”包括哪些单位？" in told
    assert "--group '各管理站=…'" in told
    run(["import", "方案.txt", "--group", "各管理站=东站、西站"])
    out, told = capsys.readouterr()
    assert "各管理站=" not in told
    assert "    逐一落实: 各管理站 # 逐一落实：每个单位各有一行，各自反馈\n" in out


def test_answers_by_options_fill_what_the_document_leaves_open(capsys):
    Path("清单.txt").write_text("二、重点任务\n1. 建立台账制度\n2. 完善应急机制\n3. 开展业务培训\n", "utf-8")
    options = ["--lead", "督查室", "--due", "年底", "--cadence", "每月", "--issued", "2026-03-02"]
    assert run(["import", "清单.txt", *options]) == 0
    plan, _ = read_plan(capsys.readouterr().out, "p.yaml")
    assert (plan.defaults.lead, plan.defaults.due, plan.defaults.cadence) == (("督查室",), "年底", "monthly")
    assert str(plan.issued) == "2026-03-02"


def test_json_is_what_is_written_before_any_default(capsys):
    Path("方案.txt").write_text(MINUTES, "utf-8")
    assert run(["import", "方案.txt", "--format", "json", "--lead", "督查室"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["plan"]["doc_no"] == "河水〔2026〕7号"
    assert [task["lead"] for task in said["tasks"]] == [[], [], ["防汛办"]]
    assert [task["due"] for task in said["tasks"]] == ["2026-06-30", None, "2026-09-15"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_standard_input_is_read_in_every_usual_encoding(encoding, monkeypatch, capsys):
    handed_in(monkeypatch, MINUTES.encode(encoding))
    assert run(["import", "-", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["plan"]["title"] == "2026年河道整治工作方案"


def test_a_file_that_is_there_is_not_written_over(capsys):
    Path("方案.txt").write_text(MINUTES, "utf-8")
    Path("plan.yaml").write_text("mine", "utf-8")
    assert run(["import", "方案.txt", "--out", "plan.yaml"]) == 6
    assert Path("plan.yaml").read_text("utf-8") == "mine"
    assert "plan.yaml 已经存在" in capsys.readouterr().err


def test_several_documents_go_into_a_folder(capsys):
    for name in ("甲.txt", "乙.txt"):
        Path(name).write_text(MINUTES, "utf-8")
    assert run(["import", "甲.txt", "乙.txt"]) == 2
    assert run(["import", "甲.txt", "乙.txt", "--out", "plans/"]) == 0
    assert sorted(path.name for path in Path("plans").iterdir()) == ["乙.yaml", "甲.yaml"]
    capsys.readouterr()


def test_a_document_that_cannot_be_read_leaves_the_others_alone(capsys):
    Path("甲.txt").write_text(MINUTES, "utf-8")
    Path("坏.docx").write_bytes(b"PK\x03\x04 not a document")
    assert run(["import", "坏.docx", "甲.txt", "--out", "plans/"]) == 6
    assert [path.name for path in Path("plans").iterdir()] == ["甲.yaml"]
    assert "坏.docx：文件已损坏" in capsys.readouterr().err


@pytest.mark.parametrize("mark", ["绝密★启用前", "机密★10年", "秘密★", "密级：机密"])
def test_a_secret_is_refused_and_nothing_of_it_is_said_or_written(mark, capsys):
    Path("件.txt").write_text(f"{mark}\n{MINUTES}", "utf-8")
    assert run(["import", "件.txt", "--out", "plan.yaml", "--directory", "d.yaml"]) == 6
    out, told = capsys.readouterr()
    assert out == ""
    assert told == "duban: 件.txt：文件标有密级，不予读取：涉密文件不得进入本系统。\n"
    assert sorted(path.name for path in Path().iterdir()) == ["件.txt"]


def test_a_new_version_keeps_the_ids_and_says_what_moves(capsys):
    Path("一稿.txt").write_text(MINUTES, "utf-8")
    run(["import", "一稿.txt", "--out", "plan.yaml"])
    old, _ = read_plan(Path("plan.yaml").read_bytes(), "plan.yaml")
    text = Path("plan.yaml").read_text("utf-8").replace(old.tasks[0].id, "qingyu")
    Path("plan.yaml").write_text(
        text.replace("    责任单位: 各管理站", "    责任单位: 各管理站\n    标签: [巡查]"), "utf-8"
    )
    again = MINUTES.replace("6月底前", "7月底前").replace("9月15日前报局办公室", "9月15日前报局办公室审定")
    Path("二稿.txt").write_text(again.replace("河水〔2026〕7号", "河水〔2026〕9号"), "utf-8")
    capsys.readouterr()
    assert run(["import", "二稿.txt", "--update", "plan.yaml", "--out", "plan.yaml"]) == 0
    told = capsys.readouterr().err
    new, findings = read_plan(Path("plan.yaml").read_bytes(), "plan.yaml")
    assert not findings
    assert (new.id, new.number) == ("plan", "河水〔2026〕9号")
    assert new.tasks[0].id != "qingyu"  # reworded: proposed, never assumed
    assert "qingyu" in Path("plan.yaml").read_text("utf-8")
    assert (new.tasks[1].id, new.tasks[1].tags) == (old.tasks[1].id, ("巡查",))
    assert "?  qingyu" in told  # vanished: it is asked about, nothing is cancelled by itself


def test_units_are_matched_against_the_directory_and_unknown_ones_get_a_suggestion(capsys):
    Path("方案.txt").write_text(MINUTES, "utf-8")
    Path("d.yaml").write_text(
        "units:\n  gc: {name: 工程科}\n  hd: {name: 河道管理所, aliases: [河道所]}\n  fx: {name: 防汛办公室}\n"
    )
    assert run(["import", "方案.txt", "--directory", "d.yaml", "--out", "plan.yaml"]) == 0
    told = capsys.readouterr().err
    assert "通讯录中没有防汛办，是否为防汛办公室？" in told
    assert "河道所" not in told.split("通讯录中没有的单位")[1]


def test_what_holds_no_tasks_is_said_and_nothing_is_written(capsys):
    Path("信.txt").write_text("今天天气很好。\n明天也不错。\n", "utf-8")
    assert run(["import", "信.txt", "--out", "plan.yaml"]) == 6
    assert "没有找到任务" in capsys.readouterr().err
    assert not Path("plan.yaml").exists()


def test_a_wrong_option_is_a_sentence(capsys):
    Path("方案.txt").write_text(MINUTES, "utf-8")
    for wrong in (
        ["--format", "xml"],
        ["--keys", "fr"],
        ["--year", "MMXX"],
        ["--cadence", "随缘"],
        ["--group", "各处室"],
    ):
        assert run(["import", "方案.txt", *wrong]) == 2
        assert capsys.readouterr().err.startswith("duban: ")
    assert run(["import", "没有.txt"]) == 6
    assert "没有.txt" in capsys.readouterr().err


def test_a_document_that_names_nobody_makes_no_directory(capsys):
    Path("清单.txt").write_text(
        "2026年工作清单\n\n二、重点任务\n1. 建立台账制度\n2. 完善应急机制\n3. 开展业务培训\n", "utf-8"
    )
    assert run(["import", "清单.txt", "--directory", "d.yaml", "--out", "plan.yaml"]) == 0
    assert not Path("d.yaml").exists()
    assert "d.yaml" not in capsys.readouterr().err
    plan, _ = read_plan(Path("plan.yaml").read_bytes(), "plan.yaml")
    assert plan.directory == ""


class Terminal(io.StringIO):
    """Somebody who sits there and answers."""

    def isatty(self) -> bool:
        return True


def test_at_a_terminal_what_is_open_is_asked_once_and_answered(monkeypatch, capsys):
    Path("清单.txt").write_text(
        "2026年工作清单\n\n二、重点任务\n1. 建立台账制度\n2. 完善应急机制\n3. 开展业务培训\n", "utf-8"
    )
    monkeypatch.setattr(sys, "stdin", Terminal("督查室\n1\n\n"))
    told = Terminal()
    monkeypatch.setattr(sys, "stderr", told)
    assert run(["import", "清单.txt", "--out", "plan.yaml"]) == 0
    asked = told.getvalue()
    assert "[1/3] 3 项任务中有 3 项没有责任单位，由谁牵头？" in asked
    assert "[2/3] 3 项任务中有 3 项没有时限，统一到什么时候完成？\n  1) 年底\n" in asked
    plan, _ = read_plan(Path("plan.yaml").read_bytes(), "plan.yaml")
    assert (plan.defaults.lead, plan.defaults.due, plan.defaults.cadence) == (("督查室",), "年底", "")
    assert capsys.readouterr().out == ""


def test_never_more_than_five_questions_are_asked():
    rows = "".join(f"{n}. 开展第{n}项工作。（责任单位：各第{n}类处室）\n" for n in range(1, 12))
    draft = read_document(
        f"工作清单\n\n二、重点任务\n{rows}12. 建立制度\n13. 完善机制\n14. 开展培训\n".encode(), "清单.txt"
    )
    assert len(questions(draft)) == 5
