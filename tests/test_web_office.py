"""What the office decides on the page of a task: each act with its reason, once, in the history."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import date

import httpx
import pytest

from cli import run
from scheduler import decisions, desk
from scheduler.desk_list import DeskList
from scheduler.matters import Desk
from scheduler.reporting import Given, take
from store import ledger
from store.tokens import Grant, find, issue
from tests.office import Office
from tests.served import browse, serving
from tests.test_web_desk import PLAN, act, history, sections
from web.app import create_app
from web.visit import House

DAY = date(2026, 6, 1)


def until_june(office: Office) -> None:
    office.apply(PLAN, "2026-03-02", release=True)
    office.rounds("2026-05-18", "2026-06-01")


@pytest.fixture
def house(office: Office) -> House:
    office.live(until_june)
    return House(office.settings, office.database, DAY)


@pytest.fixture
def http(house: House) -> Iterator[httpx.Client]:
    with house.database.write() as connection:
        session = issue(connection, Grant("session", name="林一"), DAY)
    with serving(create_app(house)) as url:
        client = browse(url, headers={"accept-language": "zh-CN"}, cookies={"duban": session})
        with client:
            yield client


def acts_of(http: httpx.Client, task: str) -> set[str]:
    return set(re.findall(r'name="do" value="([\w-]+)"', http.get(f"/office/task/p/{task}").text))


def disclaim(office: Office, task: str = "drill", text: str = "应由运行处办理") -> None:
    with office.act("2026-06-01") as done:
        one = ledger.occurrence(done.connection, office.one(task)["id"])
        secret = issue(done.connection, Grant("report", {"row": one["id"], "unit": "safety"}), DAY)
        take(done, find(done.connection, secret), one, Given(text.ljust(32), "disclaim", "王二", text))


def desk_lines(office: Office, day: str) -> dict[str, str]:
    with office.database.read() as connection:
        lines = DeskList(Desk(connection, office.settings.send_at), date.fromisoformat(day), ["p"]).lines(whole=True)
    return {line.section: line.text for line in lines}


def test_a_tasks_page_offers_what_fits_how_it_stands(http: httpx.Client, office: Office):
    live = {"note", "seen", "progress", "done", "ask", "accept", "extend", "transfer", "set-aside", "end"}
    assert acts_of(http, "audit") == live
    office.do(decisions.set_aside, "audit", "2026-06-01", "等批复")
    assert acts_of(http, "audit") == live - {"seen", "set-aside"} | {"take-up"}
    office.do(desk.cancel, "audit", "2026-06-01", "不再办理")
    assert acts_of(http, "audit") == {"note", "reopen"}
    assert {"release", "drop"} <= acts_of(http, "drill")  # a letter waits on it


@pytest.mark.parametrize(
    ("do", "fields", "state"),
    [
        ("seen", {"text": "电话签收"}, "acknowledged"),
        ("progress", {"how": "partly", "text": "只差验收"}, "partly_done"),
        ("transfer", {"unit": "finance", "text": "职责调整"}, "transferred"),
        ("set-aside", {"text": "等上级批复"}, "on_hold"),
        ("end", {"how": "routine", "text": "转为日常"}, "routine"),
        ("end", {"how": "carried_over", "into": "p/audit", "text": "并入年度审计"}, "carried_over"),
        ("end", {"how": "cancelled", "text": "不再办理"}, "cancelled"),
    ],
)
def test_what_is_decided_is_in_the_history_with_who_and_why(
    http: httpx.Client, office: Office, do: str, fields: dict, state: str
):
    number = office.one("drill")["id"]

    answer = act(http, do, row=number, task="p/drill", **fields)

    assert (answer.status_code, answer.headers["location"]) == (303, f"../task/p/drill?said={do}")
    assert office.one("drill")["state"] == state
    assert history(office, number)[-1][1:] == ("林一", fields["text"])
    assert fields["text"] in html.unescape(http.get(f"/office/task/p/drill?said={do}").text)


@pytest.mark.parametrize(
    ("do", "fields"),
    [
        ("transfer", {"unit": "finance"}),
        ("transfer", {"unit": "nobody", "text": "x"}),
        ("transfer", {"text": "x"}),
        ("set-aside", {}),
        ("set-aside", {"text": "x", "until": "2026-05-01"}),
        ("end", {"text": "x"}),
        ("end", {"how": "cancelled"}),
        ("end", {"how": "merged", "text": "x"}),
        ("end", {"how": "merged", "text": "x", "into": "p/drill"}),
        ("end", {"how": "merged", "text": "x", "into": "p/nothing"}),
        ("ask", {"text": "x"}),
        ("ask", {"until": "2026-06-30"}),
        ("extend", {"until": "9999-12-31"}),
        ("extend", {"until": ""}),
        ("set-aside", {"text": "x", "until": "9999-12-31"}),
        ("done", {"finished": "0001-01-01"}),
        ("progress", {"value": "nan"}),
        ("progress", {"value": "1e400"}),
        ("hand-over", {"person": "wang", "to": "nobody"}),
        ("hand-over", {"person": "nobody", "to": "wang"}),
    ],
)
def test_a_decision_without_what_it_needs_changes_nothing(http: httpx.Client, office: Office, do: str, fields: dict):
    before = office.rows("SELECT * FROM event")

    assert act(http, do, row=office.one("drill")["id"], **fields).status_code == 409
    assert office.rows("SELECT * FROM event") == before


def test_a_value_corrected_on_the_same_day_counts_and_the_same_one_twice_counts_once(
    http: httpx.Client, office: Office
):
    number = office.one("audit")["id"]
    for value in ("30", "30", "４０％"):
        assert act(http, "progress", row=number, value=value).status_code == 303

    assert office.one("audit")["value"] == 40
    assert [kind for kind, _, _ in history(office, number)].count("progress") == 2


def test_signs_that_no_keyboard_writes_are_left_out_of_a_note(http: httpx.Client, office: Office):
    number = office.one("audit")["id"]

    assert act(http, "note", row=number, text="一\0二\x07\r\n三").status_code == 303
    assert history(office, number)[-1][2] == "一二\n三"


def test_a_row_that_only_asks_for_a_report_is_reported_once(http: httpx.Client, office: Office):
    asked = "{id: numbers, title: 报送数字, lead: finance, due: 2026-07-10, report_due: 2026-06-10}"
    office.apply(f"plan: q\ntitle: 报数\nissued: 2026-03-02\ntasks: [{asked}]\n", "2026-03-02", release=True)
    number = office.rows("SELECT id FROM occurrence WHERE plan = 'q' AND kind = 'report'")[0]["id"]
    shown = re.sub(r"<[^>]+>", " ", http.get("/office/task/q/numbers").text)
    assert "报进展" in shown.partition("办理本项")[0]
    assert not re.search(r"(?<!\w)report(?!\w|_)", shown.partition("方案原文")[0])
    for _ in range(2):
        assert act(http, "progress", row=number, text="四月数字").status_code == 303

    assert [kind for kind, _, _ in history(office, number)].count("report") == 1


def test_what_was_on_hold_is_taken_up_again(http: httpx.Client, office: Office):
    number = office.one("audit")["id"]
    act(http, "set-aside", row=number, text="等批复")
    act(http, "take-up", row=number, text="批复已到")

    assert (office.one("audit")["state"], str(office.one("audit")["due"])) == ("in_progress", "2026-06-10")
    once = history(office, number)
    act(http, "take-up", row=number, text="批复已到")
    assert history(office, number) == once


def test_of_several_leads_the_one_that_is_named_is_replaced(http: httpx.Client, office: Office):
    office.apply(PLAN.replace("lead: safety, due: 2026-05-25", "lead: [safety, operations], due: 2026-05-25"), str(DAY))
    act(http, "transfer", row=office.one("drill")["id"], unit="finance", instead="operations", text="机构调整")

    assert json.loads(office.one("drill")["leads"]) == ["safety", "finance"]


def test_what_a_unit_says_is_not_theirs_waits_at_the_desk_until_it_is_decided(http: httpx.Client, office: Office):
    disclaim(office)

    page = html.unescape(http.get("/office/desk").text)
    assert sections(http)["disclaim"] == 1
    assert "应由运行处办理" in page
    assert "王二" in desk_lines(office, "2026-06-02")["disclaim"]
    assert "反映不属本单位" in http.get("/office/task/p/drill").text
    act(http, "transfer", row=office.one("drill")["id"], unit="operations", text="按职责分工", at="disclaim")
    assert "disclaim" not in sections(http)
    assert json.loads(office.one("drill")["leads"]) == ["operations"]


@pytest.mark.usefixtures("house")
def test_the_morning_letter_lists_what_is_said_not_to_be_theirs(office: Office):
    disclaim(office)
    office.round("2026-06-02", "08:20")

    letter = [one for one in office.mail if "督办晨报" in str(one["Subject"])][-1]
    text = letter.get_body(("plain",)).get_content()
    assert "1项归属待定" in str(letter["Subject"])
    assert "反映不属本单位的事项，待定：" in text
    assert "应由运行处办理" in text


def test_a_unit_is_told_why_a_task_stays_with_it(http: httpx.Client, office: Office):
    disclaim(office)
    office.round("2026-06-02")
    number, version = (office.one("drill")[name] for name in ("id", "version"))
    before = len(office.box.letters)

    for _ in range(2):
        assert act(http, "stays", row=number, text="方案第三条已明确").status_code == 303
    assert "disclaim" not in sections(http)
    office.round("2026-06-03")

    told = [letter.get_body(("plain",)).get_content() for letter in office.mail[before:]]
    assert sum("仍由你单位承办：方案第三条已明确" in text for text in told) == 1
    assert office.one("drill")["version"] == version
    disclaim(office, text="还是不属我处")
    assert sections(http)["disclaim"] == 1


def test_a_task_nobody_disowned_cannot_be_said_to_stay(http: httpx.Client, office: Office):
    before = history(office, office.one("drill")["id"])
    act(http, "stays", row=office.one("drill")["id"], text="x")
    assert history(office, office.one("drill")["id"]) == before


def test_a_letter_is_released_signed_or_dropped_on_the_page_of_its_task(http: httpx.Client, office: Office):
    page = http.get("/office/task/p/drill").text
    assert "阅看函件" in page or "desk/letter/" in page

    answer = act(http, "drop", row=office.one("drill")["id"], task="p/drill", text="已电话答复")

    assert answer.headers["location"] == "../task/p/drill?said=drop"
    assert "desk/letter/" not in http.get("/office/task/p/drill").text


def test_what_one_person_has_goes_to_another_from_their_page(http: httpx.Client, office: Office):
    handed = act(http, "hand-over", person="wang", to="zhao", since="2026-06-01", **{"from": "person"})

    assert (handed.status_code, handed.headers["location"]) == (303, "../person/wang?said=hand-over")
    act(http, "hand-over", person="wang", to="zhao", since="2026-06-01")
    assert [(one["old"], one["new"]) for one in office.rows("SELECT * FROM handover")] == [("wang", "zhao")]


def test_a_handover_is_taken_back_on_the_same_page(http: httpx.Client, office: Office):
    act(http, "hand-over", person="wang", to="zhao", since="2026-06-01")
    assert "take-back" not in http.get("/office/person/zhao").text
    assert "赵三接手" in http.get("/office/person/wang").text
    assert "接手王二的事项" in http.get("/office/person/zhao").text
    taken = act(http, "take-back", person="wang", **{"from": "person"})
    assert taken.headers["location"] == "../person/wang?said=take-back"
    assert act(http, "take-back", person="wang").status_code == 303  # a form sent twice
    assert act(http, "take-back", person="zhao").status_code == 409
    assert "take-back" not in http.get("/office/person/wang").text
    assert office.rows("SELECT id FROM handover WHERE until > since") == []


def test_all_letters_are_held_and_sent_again_from_the_desk(http: httpx.Client, office: Office):
    assert 'value="hold"' in http.get("/office/desk").text
    act(http, "hold", text="会议期间")
    assert "会议期间" in http.get("/office/desk").text
    act(http, "resume")
    assert office.rows("SELECT held FROM house")[0]["held"] == ""


def test_the_command_line_drops_letters_and_answers_not_ours_as_well(
    tmp_path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    with Office.open(f"sqlite:///{tmp_path / 'duban.db'}") as office:
        office.apply(PLAN, "2026-03-02", release=True)
        office.rounds("2026-05-18", "2026-06-01")
        disclaim(office)
    (tmp_path / "duban.toml").write_text('house = "test"\n', "utf-8")
    day = ["--today", "2026-06-01", "--by", "林一"]

    assert run(["drop", "drill", *day]) == 2
    assert run(["drop", "drill", "-m", "已电话答复", *day]) == 0
    assert run(["drop", "drill", "-m", "已电话答复", *day]) != 0
    assert run(["transfer", "drill", *day]) == 2
    assert run(["transfer", "drill", "--stays", "-m", "方案已明确", *day]) == 0
    assert run(["transfer", "drill", "--stays", "-m", "方案已明确", *day]) != 0
    assert "没有单位反映不属本单位" in capsys.readouterr().err
