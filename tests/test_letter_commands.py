"""Commands around letters as a clerk meets them: a test letter, the register of sheets, a line for the group chat."""

from __future__ import annotations

import json
from email import message_from_bytes, policy

import pytest

from store import gate
from store.database import Database
from tests.mailserver import Desk, serving
from tests.office import DIRECTORY

PLAN = """
plan: p
title: 安全年
number: 某安〔2018〕3号
issued: 2018-03-01
directory: directory.yaml
tasks:
  - {id: drill, no: 3, title: 消防演练, lead: [安全处, 运行处], due: 5月25日前}
  - {id: trees, title: 植树, lead: 安全处, due: 6月20日前}
"""


@pytest.fixture
def duban(duban, tmp_path):
    """Return the command line of a rehearsal of one plan."""
    (tmp_path / "directory.yaml").write_text(DIRECTORY, "utf-8")
    (tmp_path / "plan.yaml").write_text(PLAN, "utf-8")
    duban("init", "--rehearsal", ".")
    duban("apply", "plan.yaml", "--release", "--yes", "--today", "2018-03-01")
    return duban


def rehearse(duban, *days: str) -> None:
    for day in days:
        duban("round", "--today", day)


def test_a_sheet_is_signed_at_the_command_line_and_stands_in_the_register(duban):
    assert "尚无签发的单据" in duban("register")
    rehearse(duban, "2018-03-01", "2018-05-22", "2018-05-28", "2018-06-06")
    assert "陈立签发：督〔2018〕1号" in duban("release", "p/drill", "--sign", "陈立", "--today", "2018-06-06")
    assert "陈立签发：督〔2018〕1号" in duban("show", "p/drill", "--today", "2018-06-06")
    assert "待发出" in duban("register")
    rehearse(duban, "2018-06-06")
    said = duban("register", lang="en_GB.UTF-8")
    for part in ("督〔2018〕1号", "2018-06-06", "陈立", "p/drill", "消防演练", "sent "):
        assert part in said
    (one,) = json.loads(duban("register", "--format", "json"))
    assert (one["number"], one["signer"], one["state"], one["on"]) == ("督〔2018〕1号", "陈立", "sent", "2018-06-06")
    assert "尚无签发的单据" in duban("register", "--year", "2019")


def test_the_register_shows_any_day(duban):
    rehearse(duban, "2018-03-01", "2018-05-22", "2018-05-28", "2018-06-06")
    duban("release", "p/drill", "--sign", "陈立", "--today", "2018-06-06")
    rehearse(duban, "2018-06-07")
    states = {day: [one["state"] for one in json.loads(duban("register", "--format", "json", "--today", day))]
              for day in ("2018-06-05", "2018-06-06", "2018-06-07")}  # fmt: skip
    assert states == {"2018-06-05": [], "2018-06-06": ["waiting"], "2018-06-07": ["sent"]}


def test_a_narrow_terminal_keeps_what_each_letter_was_about(duban, monkeypatch):
    rehearse(duban, "2018-03-01", "2018-05-22", "2018-05-25", "2018-05-28")
    monkeypatch.setenv("COLUMNS", "50")
    monkeypatch.setattr("cli.sys.stdout.isatty", lambda: True)
    said = duban("why", "p/drill", "--today", "2018-05-28")
    for part in ("事由", "临近提醒", "今日到期", "逾期"):
        assert part in said


def test_the_houses_mark_stands_before_the_number(duban, tmp_path):
    settings = tmp_path / "duban.toml"
    settings.write_text(settings.read_text("utf-8").replace("\n[mail]", 'mark = "常"\n\n[mail]'), "utf-8")
    rehearse(duban, "2018-03-01", "2018-06-06")
    assert "常督〔2018〕1号" in duban("release", "p/drill", "--sign", "陈立", "--today", "2018-06-06")


@pytest.mark.parametrize(
    ("day", "lines"),
    [
        (
            "2018-05-22",
            [
                "【督查室提醒】安全处：第3项5月25日（周五）到期，请于5月24日（周四）下班前报完成情况。",
                "【督查室提醒】运行处：第3项5月25日（周五）到期，请于5月24日（周四）下班前报完成情况。",
            ],
        ),
        (
            "2018-06-06",
            [
                "【督查室提醒】安全处：第3项已过时限8个工作日，请于今天下班前报完成情况。",
                "【督查室提醒】运行处：第3项已过时限8个工作日，请于今天下班前报完成情况。",
            ],
        ),
    ],
)
def test_a_task_becomes_a_line_for_each_unit_to_copy_into_a_chat(duban, day: str, lines: list[str]):
    assert duban("show", "p/drill", "--chat", "--today", day, "--lang", "zh").splitlines() == lines


def test_a_task_without_a_number_is_named_by_its_title(duban):
    said = duban("show", "p/trees", "--chat", "--today", "2018-06-15", "--lang", "en")
    assert (
        said == "[督查室] 安全处: “植树” due Wed 20 June. Please let us know by the end of Tue 19 June how it stands.\n"
    )


def test_a_line_names_its_plan_among_others_and_speaks_the_plans_language(duban, tmp_path):
    text = PLAN.replace("plan: p\n", "plan: q\nlanguage: en\n").replace("某安〔2018〕3号", "HO/2018/4")
    (tmp_path / "other.yaml").write_text(text, "utf-8")
    duban("apply", "other.yaml", "--yes", "--today", "2018-03-01")
    assert "[督查室] 安全处: item 3 of HO/2018/4 due" in duban("show", "q/drill", "--chat", "--today", "2018-05-22")
    assert "HO/2018/4第3项5月25日" in duban("show", "q/drill", "--chat", "--today", "2018-05-22", "--lang", "zh")
    assert "：某安〔2018〕3号第3项5月25日" in duban("show", "p/drill", "--chat", "--today", "2018-05-22")


def test_what_is_done_needs_no_line(duban):
    duban("accept", "p/trees", "--today", "2018-06-01")
    assert duban("show", "p/trees", "--chat", "--today", "2018-06-02", "--lang", "zh") == "没有未办结的事项。\n"


def test_without_a_mail_server_a_test_letter_is_a_file(duban, tmp_path):
    said = duban("mail", "test", "me@example.org")
    assert "没有经过邮件服务器" in said
    (file,) = (tmp_path / "outbox").glob("*me@example.org*.eml")
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert letter["Subject"] == "【测试】督办系统测试邮件"


def test_a_test_letter_goes_by_the_mail_server_and_says_what_it_answered(duban, tmp_path):
    server, settings = Desk(), tmp_path / "duban.toml"
    (tmp_path / "duban.db").unlink()
    settings.unlink()
    duban("init", ".")
    with serving(server) as port:
        mail = f'host = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
        settings.write_text(settings.read_text("utf-8") + mail, "utf-8")
        database = Database(f"sqlite:///{tmp_path / 'duban.db'}")
        with database.write() as connection:
            gate.shut(connection, "ours", "535 wrong password")
        said = duban("mail", "test", "王二 <me@example.org>")
        with database.read() as connection:
            assert gate.look(connection).wait == 0  # put right, letters leave at once and not in an hour
        database.close()
        assert f"127.0.0.1:{port}已接收发往me@example.org的邮件：250 2.0.0 queued as 1" in said
        ((sender, to, data),) = server.letters
        assert (sender, to) == ("duban@example.org", ["me@example.org"])
        assert "督办 · 牵头单位" in message_from_bytes(data, policy=policy.default).get_body(("plain",)).get_content()
        server.answers["RCPT"] = "550 5.1.1 no such user"
        assert "拒收这封邮件：550 5.1.1 no such user" in duban("mail", "test", "me@example.org", code=8)
        server.answers = {"MAIL": "530 5.7.0 sign in first"}
        assert "请检查duban.toml中的[mail]设置" in duban("mail", "test", "me@example.org", code=8)
    assert "无人应答" in duban("mail", "test", "me@example.org", code=8)


def test_an_address_that_is_none_is_one_sentence(duban):
    assert "请关闭输入法后重新输入" in duban("mail", "test", "不是地址", code=2)


def test_a_day_of_a_plan_far_west_is_that_day_there(duban, tmp_path):
    text = PLAN.replace("plan: p\n", "plan: w\ntimezone: Europe/London\n").replace("id: drill", "id: west")
    (tmp_path / "west.yaml").write_text(text, "utf-8")
    duban("apply", "west.yaml", "--release", "--yes", "--today", "2018-03-01")
    rehearse(duban, "2018-03-01", "2018-05-22")
    sent = json.loads(duban("sent", "--format", "json", "--today", "2018-05-22"))
    assert {(one["day"], one["name"]) for one in sent if "临近提醒】" in one["subject"]} == {
        ("2018-05-22", "王二"), ("2018-05-22", "李六"),
    }  # fmt: skip
    letters = (
        message_from_bytes(file.read_bytes(), policy=policy.default)
        for file in tmp_path.glob("outbox/2018-05-22*wang*")
    )
    assert all(str(letter["Date"]).endswith(("08:30:00 +0100", "15:30:00 +0800")) for letter in letters)


def test_a_ledger_is_found_by_the_name_of_its_folder_from_beside_it(duban, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path.parent)
    duban("round", "--ledger", tmp_path.name, "--today", "2018-03-01")
    assert "王二" in duban("sent", "--ledger", tmp_path.name, "--today", "2018-03-01")
