"""A plan's life: not seen before it is issued, closed, replaced by the next one; applied from a folder, file gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from cli import run
from plans.check import check_plan
from plans.read import read_plan
from plans.trouble import DeskError
from plans.workdays import Workdays
from scheduler import applying
from scheduler.desk_list import DeskList
from scheduler.matters import Desk
from store import look
from store.database import Database, rows
from store.reader import open_ledger
from tests.office import DIRECTORY, Office

OLD = """
plan: old
title: 2018年工作
issued: 2018-03-01
tasks:
  - {id: drill, title: 消防演练, lead: 安全处, due: 12月25日前}
  - {id: audit, title: 安全检查, lead: 运行处, due: 6月20日前}
  - {id: hall, title: 礼堂修缮, lead: 财务处, due: 12月20日前}
  - {id: daily, title: 日常巡查, lead: 安全处, due: 长期坚持}
"""
NEW = """
plan: new
title: 2019年工作
issued: 2019-01-02
supersedes:
  plan: old
  tasks:
    hall: 并入 works（一并实施）
    audit: 终止：已由上级统一组织
    daily: {转常态化: 已成制度}
tasks:
  - {id: drill, title: 消防演练, lead: 安全处, due: 5月25日前}
  - {id: works, title: 基建, lead: 财务处, due: 9月25日前}
"""


def seen(office: Office, day: str) -> set[str]:
    return {f"{row['plan']}/{row['task']}" for row in office.listed(day)}


def test_nothing_is_seen_or_said_before_the_day_of_issue(office: Office):
    office.apply(OLD.replace("2018-03-01", "2018-04-16"), "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-04-13")
    assert (seen(office, "2018-04-15"), office.told()) == (set(), [])
    office.round("2018-04-16")
    assert {one[:2] for one in office.told()} == {("2018-04-16", "assign")}


def test_a_closed_plan_is_seen_to_its_last_day_and_nobody_is_told_after_it(office: Office):
    office.apply(OLD, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-31")
    office.apply(OLD.replace("issued:", "closed: 2018-06-15\nissued:"), "2018-06-01")
    told = len(office.told())
    office.rounds("2018-06-01", "2018-07-10")
    assert (bool(seen(office, "2018-06-15")), seen(office, "2018-06-16")) == (True, set())
    assert [one for one in office.told()[told:] if one[0] > "2018-06-15"] == []
    office.apply(OLD, "2018-07-11")
    office.rounds("2018-07-11", "2018-12-21")
    assert ("2018-12-20", "today", "wu") in office.told()


def test_a_plan_that_names_itself_as_the_one_it_replaces_ends_nothing(office: Office):
    itself = OLD.replace("issued:", "supersedes: old\nissued:", 1)
    office.apply(itself, "2018-03-01")
    office.apply(itself.replace("6月20日", "6月21日"), "2018-03-02")
    assert {one["state"] for one in office.rows("SELECT state FROM occurrence")} == {"open"}
    plan, _ = read_plan(itself, "plan.yaml")
    assert plan is not None
    said = [finding for finding in check_plan(plan, None, Workdays(), None) if finding.code == "E525"]
    assert [str(finding.what) for finding in said] == ["plan old can't replace itself"]


def test_the_next_plan_carries_over_merges_and_ends_what_the_old_one_left_open(office: Office):
    office.apply(OLD, "2018-03-01")
    with office.act("2018-12-25") as act:
        from scheduler import desk

        one = desk.find(act.connection, "old", "drill", "")[0]
        desk.progress(act, one, "半数完成")
    office.apply(NEW, "2019-01-02")
    states = {
        one["task"]: one["state"]
        for one in office.rows("SELECT task, state FROM occurrence WHERE plan = 'old' AND name = ''")
    }
    assert states == {"drill": "carried_over", "audit": "cancelled", "hall": "merged", "daily": "routine"}
    event = office.rows("SELECT text, data FROM event WHERE task = 'hall' AND kind = 'merged'")[0]
    assert (event["text"], json.loads(event["data"])["into"]) == ("（一并实施）", "new/works")
    assert (
        office.rows("SELECT text FROM event WHERE plan = 'new' AND kind = 'taken_over' ORDER BY id")[0]["text"]
        == "old/drill"
    )
    assert seen(office, "2019-01-03") == {"new/drill", "new/works"}


def test_a_task_nothing_is_said_of_asks(office: Office):
    office.apply(OLD, "2018-03-01")
    silent = NEW.replace("    audit: 终止：已由上级统一组织\n", "")
    with pytest.raises(DeskError, match="old/audit"):
        office.apply(silent, "2019-01-02")
    office.apply(silent, "2019-01-02", gone="keep")
    assert "old/audit" in seen(office, "2019-01-03")


def test_words_that_say_nothing_of_a_task_are_refused(office: Office):
    office.apply(OLD, "2018-03-01")
    with pytest.raises(DeskError, match="看情况"):
        office.apply(NEW.replace("终止：已由上级统一组织", "看情况"), "2019-01-02")


def test_a_done_task_that_vanishes_stays_done(office: Office):
    from scheduler import desk

    office.apply(OLD, "2018-03-01")
    office.do(desk.accept, "audit", "2018-04-02", plan="old")
    office.apply("\n".join(line for line in OLD.splitlines() if "audit" not in line), "2018-04-03", gone="cancel")
    assert office.one("audit")["state"] == "done"
    office.apply(OLD, "2018-04-04")
    assert office.one("audit")["state"] == "done"


def test_a_task_cancelled_by_the_office_is_not_revived_by_the_file(office: Office):
    from scheduler import desk

    office.apply(OLD, "2018-03-01")
    office.do(desk.cancel, "audit", "2018-04-02", "不办了", plan="old")
    office.apply("\n".join(line for line in OLD.splitlines() if "audit" not in line), "2018-04-03", gone="cancel")
    office.apply(OLD, "2018-04-04")
    assert office.one("audit")["state"] == "cancelled"


def test_plans_of_one_folder_make_the_same_ledger_in_any_order(tmp_path: Path):
    dumps = []
    other = OLD.replace("plan: old", "plan: b").replace("2018年工作", "另一件")
    for number, order in enumerate(([OLD, other], [other, OLD])):
        folder = tmp_path / str(number)
        folder.mkdir()
        with Office.open(f"sqlite:///{folder / 'duban.db'}") as office:
            with office.act("2018-03-01") as act:
                prepared = [
                    applying.prepare(act.connection, office.source(text), act.on, office.settings) for text in order
                ]
                applying.apply(act.connection, prepared, on=act.on, at=act.at, actor="clerk", settings=office.settings)
            dumps.append(list(dump(office.database)))
    assert dumps[0] == dumps[1]


def dump(database: Database) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """Yield every table with all its rows."""
    with database.read() as connection:
        for table in rows(connection, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"):
            yield table["name"], sorted(rows(connection, f'SELECT * FROM "{table["name"]}"'), key=repr)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    (tmp_path / "directory.yaml").write_text(DIRECTORY, "utf-8")
    for name, text in (("a", OLD), ("b", OLD.replace("plan: old", "plan: b"))):
        (tmp_path / f"{name}.yaml").write_text(
            text.replace("issued:", "directory: directory.yaml\nissued:", 1), "utf-8"
        )
    assert run(["init", "--rehearsal", "--language", "en"]) == 0
    return tmp_path


DAY = ["--today", "2018-03-01"]


@pytest.mark.usefixtures("house")
def test_plan_says_what_apply_does_and_exits_with_three_until_it_is_done(capsys: pytest.CaptureFixture[str]):
    assert run(["plan", *DAY]) == 3
    shown = capsys.readouterr().out
    assert "+  drill  消防演练  due 2018-12-25" in shown
    assert "Once released, the next round sends 3 letters to 3 people." in shown
    assert run(["apply", *DAY]) == 0
    assert "No letter leaves before `duban release b old`." in capsys.readouterr().out
    assert run(["plan", *DAY]) == 0
    assert capsys.readouterr().out.count("Nothing has changed.") == 2


def test_files_are_named_as_they_are_typed_or_seen_from_where_one_stands(
    house: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    (house / "b.yaml").write_text(OLD.replace("plan: old", "plan: b").replace("12月25日前", "[x]"), "utf-8")
    (house / "2018").mkdir()

    def complained(*arguments: str) -> str:
        assert run([*arguments, *DAY]) == 1
        return capsys.readouterr().err.partition(": E")[0]

    assert complained("plan") == complained("apply", "b.yaml") == "b.yaml:6:46"
    assert complained("apply", str(house / "b.yaml")) == f"{house}/b.yaml:6:46"
    monkeypatch.chdir(house / "2018")
    assert complained("apply") == complained("plan", "..") == "../b.yaml:6:46"
    (house / "b.yaml").unlink()
    monkeypatch.setenv("DUBAN_LANGUAGE", "en")
    assert run(["apply", *DAY]) == 0
    with Database(f"sqlite:///{house / 'duban.db'}").read() as connection:
        assert [one["file"] for one in rows(connection, "SELECT file FROM plan")] == ["a.yaml"]


def test_plan_says_what_becomes_of_units_and_who_gets_their_letters(house: Path, capsys: pytest.CaptureFixture[str]):
    """A reorganisation is a change of the directory alone; the plans are the same."""
    assert run(["apply", "a.yaml", *DAY]) == 0
    file = house / "directory.yaml"
    file.write_text(
        file.read_text("utf-8")
        .replace("{name: 安全处,", "{until: 2018-06-01, became: [emergency], name: 安全处,")
        .replace("{name: 运行处,", "{until: 2018-07-01, name: 运行处,")
        .replace("name: 财务处,", "name: 计划财务处, aliases: [财务处],")
        .replace("people:\n", "  emergency: {name: 应急处, contact: zhao}\npeople:\n", 1),
        "utf-8",
    )
    capsys.readouterr()
    assert run(["plan", "a.yaml", "b.yaml", *DAY]) == 3
    shown = capsys.readouterr().out
    for said in (
        "财务处 is called 计划财务处 from now on",
        "from 2018-06-01 on 安全处 is 应急处; letters then go to 赵三, open rows that it leads: 6",
        "运行处 ends on 2018-07-01 and nobody takes over; open rows that it leads: 1",
    ):
        assert shown.count(f"{said}\n") == 1, shown
    assert run(["apply", "a.yaml", "b.yaml", *DAY]) == 0
    capsys.readouterr()
    assert run(["plan", "a.yaml", *DAY]) == 0
    assert "应急处" not in capsys.readouterr().out


def test_a_plan_that_is_over_or_done_has_nothing_to_release(house: Path, capsys: pytest.CaptureFixture[str]):
    for name, text in (
        ("over", OLD.replace("issued:", "closed: 2018-06-30\nissued:")),
        ("done", OLD[: OLD.index("  - {id: daily")].replace(", due:", ", state: done, done: 2018-03-09, due:")),
        ("ends", OLD.replace("issued:", "closed: 2018-12-31\nissued:")),
    ):
        (house / f"{name}.yaml").write_text(text.replace("plan: old", f"plan: {name}"), "utf-8")
    day = ["--today", "2018-07-02"]
    assert run(["apply", "over.yaml", "done.yaml", "ends.yaml", *day]) == 0
    shown = capsys.readouterr().out
    assert "No letter leaves before `duban release ends`.\n" in shown
    assert "Nothing of done, over is asked any more, so no letter leaves and none is to be released.\n" in shown
    assert run(["release", *day]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]] == ["ends"]


def test_a_plan_that_names_its_last_day_is_on_the_desk_until_then(office: Office):
    office.apply(OLD.replace("issued:", "closed: 2018-12-31\nissued:"), "2018-03-01", release=True)
    office.rounds("2018-06-19", "2018-06-29")
    with office.database.read() as connection:
        known = Desk(connection, office.settings.send_at)
        called = {day: {line.key for line in DeskList(known, date.fromisoformat(day), ["old"]).lines() if line.row}
                  for day in ("2018-06-29", "2019-01-02")}  # fmt: skip
    assert called == {"2018-06-29": {"old/audit"}, "2019-01-02": set()}


def test_the_same_files_again_change_not_one_byte_of_the_ledger(house: Path):
    run(["apply", *DAY, "--release"])
    database = Database(f"sqlite:///{house / 'duban.db'}")
    before = list(dump(database))
    assert run(["apply", *DAY]) == 0
    assert list(dump(database)) == before
    database.close()


def test_a_file_that_went_away_changes_nothing_unless_somebody_says_prune(
    house: Path, capsys: pytest.CaptureFixture[str]
):
    run(["apply", *DAY])
    (house / "b.yaml").unlink()
    capsys.readouterr()
    assert run(["apply", "--today", "2018-03-02"]) == 0
    assert "b: its file is no longer there; --prune closes it." in capsys.readouterr().out
    assert run(["plan", "--prune", "--today", "2018-03-02"]) == 3
    assert run(["apply", "--prune", "--today", "2018-03-02"]) == 0
    assert run(["plan", "--prune", "--today", "2018-03-02"]) == 0
    reader = open_ledger(str(house / "duban.db"))
    assert {row["plan"] for row in look.listed(reader, date(2018, 3, 3))} == {"old"}


def test_a_file_that_was_moved_is_missed_where_it_lay_last(house: Path):
    run(["apply", *DAY])
    (house / "sub").mkdir()
    (house / "b.yaml").rename(house / "sub" / "b.yaml")
    (house / "sub" / "directory.yaml").write_text(DIRECTORY, "utf-8")
    assert run(["apply", "sub", "--today", "2018-03-02"]) == 0
    assert run(["apply", ".", "--prune", "--today", "2018-03-02"]) == 0
    reader = open_ledger(str(house / "duban.db"))
    assert {row["plan"] for row in look.listed(reader, date(2018, 3, 3))} == {"old", "b"}
    (house / "sub" / "b.yaml").write_text((house / "a.yaml").read_text("utf-8"), "utf-8")
    assert run(["apply", "sub", "--prune", "--today", "2018-03-02"]) == 0
    reader = open_ledger(str(house / "duban.db"))
    assert {row["plan"] for row in look.listed(reader, date(2018, 3, 3))} == {"old"}


def test_prune_never_closes_plans_of_other_folders_or_beside_named_files(house: Path):
    run(["apply", *DAY])
    (house / "sub").mkdir()
    (house / "sub" / "c.yaml").write_text(
        "plan: c\ntitle: 丙\nissued: 2018-03-01\ntasks: [{id: x, title: 甲, due: 2018-05-25}]\n"
    )
    assert run(["apply", "sub", "--prune", *DAY]) == 0
    assert run(["apply", "a.yaml", "--prune", *DAY]) == 2
    reader = open_ledger(str(house / "duban.db"))
    assert {row["plan"] for row in look.listed(reader, date(2018, 3, 2))} == {"old", "b", "c"}


def test_all_plans_are_applied_or_none(house: Path):
    run(["apply", *DAY])
    (house / "a.yaml").write_text((house / "a.yaml").read_text("utf-8").replace("消防演练", "消防大演练"), "utf-8")
    text = (house / "b.yaml").read_text("utf-8")
    (house / "b.yaml").write_text("\n".join(line for line in text.splitlines() if "audit" not in line), "utf-8")
    assert run(["apply", "--today", "2018-03-02"]) == 7
    reader = open_ledger(str(house / "duban.db"))
    assert "消防大演练" not in {row["title"] for row in look.listed(reader, date(2018, 3, 2))}


@pytest.mark.usefixtures("house")
def test_a_day_before_the_last_entry_and_a_day_to_come_are_refused(capsys: pytest.CaptureFixture[str]):
    run(["apply", *DAY])
    assert run(["note", "old/drill", "-m", "x", "--today", "2018-02-28"]) == 7
    assert "2018-02-28 is before that" in capsys.readouterr().err
    assert run(["apply", "--today", "2018-02-28"]) == 7
    assert run(["overdue", "--today", "2017-01-01"]) == 0


def test_only_a_rehearsal_may_run_ahead_of_the_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(
        "plan: c\ntitle: 丙\nissued: 2018-03-01\ntasks: [{id: x, title: 甲, due: 2018-05-25}]\n"
    )
    run(["init"])
    assert run(["apply", "--today", "2199-01-01"]) == 7


@pytest.mark.usefixtures("house")
def test_a_handover_lists_what_moves_and_a_transfer_says_what_comes_next(capsys: pytest.CaptureFixture[str]):
    run(["apply", *DAY])
    capsys.readouterr()
    assert run(["handover", "王二", "赵三", "--from", "2018-03-05", *DAY]) == 0
    shown = capsys.readouterr().out
    assert "  2018-12-25  old/drill  消防演练" in shown
    assert "from 王二 to 赵三" in shown
    run(["show", "old/drill", *DAY])
    assert "王二 → 赵三" in capsys.readouterr().out
    assert run(["transfer", "old/audit", "财务处", *DAY]) == 0
    assert "The new lead is told at the next round." in capsys.readouterr().out
    assert run(["transfer", "old/audit", "没有的处", *DAY]) == 2
