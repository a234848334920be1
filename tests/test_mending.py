"""Laws of `check --fix`: the meaning stays, twice is once, what isn't repaired keeps every sign; and its edges."""

from __future__ import annotations

import re
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli import run
from commands.files import write_whole
from plans.compare import KnownTask
from plans.identity import task_id
from plans.mending import meaning, mend_file
from plans.read import read_plan
from plans.trouble import FileError

CLUMSY = """\
# 安全生产
方案：anquan
标题: 安全生产　2026 # 标题里的全角空格要留着
印发日期:2026-03-02
任务：
　　－ 编号：yanlian
　　  工作任务：消防演练：南楼   # 留着
　　  牵头单位：【安全处，运行处】
　　  标签：
　　　　• 安全
　　　　•消防
　　  备注: 第一
　　     － 第二
　　  来源: |
　　    附件：表一
　　－ 编号：jiancha
　　  工作任务: 检查电梯
"""
TIDY = """\
# 安全生产
方案: anquan
标题: 安全生产　2026 # 标题里的全角空格要留着
印发日期: 2026-03-02
任务:
    - 编号: yanlian
      工作任务: 消防演练：南楼   # 留着
      牵头单位: 安全处，运行处
      标签:
        - 安全
        - 消防
      备注: 第一
         － 第二
      来源: |
        附件：表一
    - 编号: jiancha
      工作任务: 检查电梯
"""
WITHOUT_IDS = """\
plan: p
title: P
year: 2026
tasks:
  - title: Fire drill # comment
    due: May
  - Check the lifts
  - { title: Train everybody, due: June }
  - {"title": Quoted}
  - "Quoted: text"
  - long text that
    goes on
  - id: named
    title: Named
  - &anchor
    title: With an anchor
"""


def mend(text: str | bytes, **more) -> bytes:
    data = text if isinstance(text, bytes) else text.encode()
    return mend_file(data, "p.yaml", **{"directory": False, "wanted": lambda _: True} | more).data


def test_every_clumsy_sign_becomes_what_was_meant_and_the_rest_stays():
    assert mend(CLUMSY).decode() == TIDY
    assert mend(TIDY).decode() == TIDY


def test_repairs_that_are_not_wanted_are_not_made():
    mended = mend(CLUMSY, wanted=lambda code: code == "E113").decode()
    assert mended == re.sub(r"(?m)^([\s　－]*(?:方案|任务|编号|工作任务|牵头单位|标签))：(?=(.?))",
                            lambda m: m[1] + (": " if m[2] else ":"), CLUMSY)  # fmt: skip


def test_tasks_without_an_id_get_one_in_the_way_each_is_written():
    def made(title: str) -> str:
        return task_id("p", title)

    assert mend(WITHOUT_IDS).decode() == WITHOUT_IDS.replace(
        "- title: Fire drill", f"- id: {made('Fire drill')}\n    title: Fire drill"
    ).replace("- Check the lifts", f"- id: {made('Check the lifts')}\n    title: Check the lifts").replace(
        "{ title: Train", f"{{id: {made('Train everybody')},  title: Train"
    ).replace('{"title"', f'{{id: {made("Quoted")}, "title"')


def test_an_id_is_the_ledgers_where_the_ledger_knows_the_task():
    known = {"drill": KnownTask("drill", "FIRE  drill"), "named": KnownTask("named", "Check the lifts")}
    mended = mend(WITHOUT_IDS, known=lambda plan: known if plan == "p" else {}).decode()
    assert "- id: drill\n    title: Fire drill" in mended
    assert f"- id: {task_id('p', 'Check the lifts')}\n" in mended  # its id there is another task's here


def test_tasks_nothing_tells_apart_get_no_id():
    text = "plan: p\ntitle: P\ntasks:\n- title: A\n- title: a\n"
    assert mend(text).decode() == text


@pytest.mark.parametrize(
    ("data", "mended"),
    [
        (b"\xef\xbb\xbfplan: p\r\ntitle:P\r\n", b"plan: p\r\ntitle: P\r\n"),
        (b"plan: p\rtitle: P\r", b"plan: p\ntitle: P\n"),
        ("方案: p\n标题: 安全生产\n".encode("gb18030"), "方案: p\n标题: 安全生产\n".encode()),
        ("plan: p\ntitle: 安\n".encode("utf-16"), "plan: p\ntitle: 安\n".encode()),
        (b"plan: p\r\ntasks:\r\n- title: A\r\n", b"plan: p\r\ntasks:\r\n- id: ID\r\n  title: A\r\n"),
    ],
)
def test_encodings_marks_and_line_ends_are_mended_and_windows_line_ends_stay(data, mended):
    mended = mended.replace(b"ID", task_id("p", "A").encode())
    assert mend(data) == mended
    assert mend(mended) == mended


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04 document", b"plan: p\ntitle: a\x07b\n", b"plan: p\ntitle: a\x00\n", b"\xff\xff\xff", b"- [: {"],
)
def test_what_only_a_person_can_mend_is_left_as_it_is(data):
    assert mend(data) == data


def test_a_full_width_colon_inside_braces_is_read_and_mended():
    text = "plan: p\ntitle: P\ntasks:\n- {id：drill, title： Fire drill, lead：}\n"
    mended = text.replace("id：", "id: ").replace("title：", "title: ").replace("lead：", "lead: ")
    assert mend(text).decode() == mended
    plan, findings = read_plan(text, "p.yaml")
    assert {finding.code for finding in findings} == {"E113"}
    assert (plan.tasks[0].id, plan.tasks[0].title) == ("drill", "Fire drill")


SIGNS = st.sampled_from(
    [*"：:　 \t-－—•,，、[]【】{}#＃'\"\n", ": ", "\n  ", "\n- ", "&a ", "*a", "|\n", ">\n", "\r\n", "~"]
)


@given(
    st.lists(st.tuples(st.integers(0, 400), SIGNS, st.integers(0, 2)), max_size=4),
    st.sampled_from([CLUMSY, WITHOUT_IDS]),
)
def test_mending_keeps_the_meaning_and_does_everything_at_once(slips, text):
    for at, sign, length in slips:
        at %= len(text)
        text = text[:at] + sign + text[at + length :]
    data = text.encode()
    once = mend(data)
    assert mend(once) == once
    before, _ = read_plan(data, "p.yaml")
    after, _ = read_plan(once, "p.yaml")
    if before is None or after is None:
        assert before is after
        return
    assert [task.id for task in before.tasks if task.id] == [
        new.id for old, new in zip(before.tasks, after.tasks, strict=True) if old.id
    ]
    assert [task.title for task in before.tasks] == [task.title for task in after.tasks]
    kept = mend(data, wanted=lambda code: code != "W521")
    assert meaning(read_plan(kept, "p.yaml")[0]) == meaning(before)


def test_fix_writes_the_file_keeps_its_mode_and_link_and_says_how_much(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("LANG", "C")
    real = tmp_path / "real.yaml"
    real.write_text(CLUMSY, "utf-8")
    real.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(real)
    assert run(["check", "--fix", str(link)]) == 0
    assert capsys.readouterr().out.startswith(f"{link}: ")
    assert real.read_text("utf-8") == TIDY
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.yaml", "real.yaml"]


def test_fix_mends_the_directory_as_well(tmp_path):
    (tmp_path / "plan.yaml").write_text("plan: p\ntitle: P\nyear: 2026\ndirectory: units.yaml\ntasks: []\n", "utf-8")
    units = tmp_path / "units.yaml"
    units.write_text("units：\n\ta：{name: A}\n", "utf-8")
    run(["check", "--fix", str(tmp_path / "plan.yaml")])
    assert units.read_text("utf-8") == "units:\n  a: {name: A}\n"


def test_a_file_that_somebody_else_changed_meanwhile_is_not_overwritten(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"new")
    with pytest.raises(FileError, match="changed by somebody else"):
        write_whole(path, b"mended", instead_of=b"old")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_fix_takes_ids_from_the_ledger(office, monkeypatch, tmp_path):
    office.apply("plan: p\ntitle: P\nissued: 2026-03-02\ntasks:\n- {id: drill, title: Fire drill, due: 2026-05-25}\n",
                 on="2026-03-02")  # fmt: skip
    file = tmp_path / "p.yaml"
    file.write_text("plan: p\ntitle: P\nissued: 2026-03-02\ntasks:\n- {title: Fire Drill, due: 2026-05-25}\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    run(["check", "--fix", "--ledger", str(office.database.file or office.database.url), str(file)])
    assert "- {id: drill, title: Fire Drill" in file.read_text("utf-8")
