"""The morning desk as a page: what waits, and each act of an office that can be done there."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from scheduler import desk
from store import evidence
from store.database import run
from store.tokens import Grant, issue
from tests.office import Office
from tests.served import browse, serving
from web.app import create_app
from web.visit import House

PLAN = """
plan: p
title: 安全方案
issued: 2026-03-02
tasks:
  - {id: drill, no: 1, title: 消防演练, lead: safety, due: 2026-05-25}
  - {id: audit, title: 年度审计, lead: finance, due: 2026-06-10}
  - {id: odd, title: 无法读的时限, lead: finance, due: 待上级通知后另行安排}
"""
DAY = date(2026, 6, 1)


def until_june(office: Office) -> None:
    office.apply(PLAN, "2026-03-02", release=True)
    office.rounds("2026-05-18", "2026-06-01")


@pytest.fixture
def house(office: Office, tmp_path: Path) -> House:
    office.live(until_june)
    web = office.settings.web.model_copy(update={"evidence": tmp_path / "evidence"})
    return House(office.settings.model_copy(update={"web": web}), office.database, DAY)


@pytest.fixture
def http(house: House) -> Iterator[httpx.Client]:
    with house.database.write() as connection:
        session = issue(connection, Grant("session", name="林一"), DAY)
    with serving(create_app(house)) as url:
        client = browse(url, headers={"accept-language": "zh-CN"}, cookies={"duban": session})
        with client:
            yield client


def form_token(http: httpx.Client) -> str:
    return re.search(r'name="form" value="([^"]+)"', http.get("/office/desk").text)[1]


def act(http: httpx.Client, do: str, **fields: object) -> httpx.Response:
    return http.post("/office/desk/do", data={"form": form_token(http), "do": do, **fields})


def sections(http: httpx.Client) -> dict[str, int]:
    page = http.get("/office/desk").text
    return {name: int(count) for name, count in re.findall(r'<a href="#(\w+)">[^<]*<b>(\d+)</b>', page)}


def history(office: Office, number: int) -> list[tuple[str, str, str]]:
    found = office.rows("SELECT kind, actor, text FROM event WHERE occurrence = :id ORDER BY id", id=number)
    return [(one["kind"], one["actor"], one["text"]) for one in found]


def test_the_desk_shows_what_waits(http: httpx.Client, office: Office):
    office.do(desk.report_done, "audit", "2026-06-01", "审计报告已印发")
    page = html.unescape(http.get("/office/desk").text)

    assert sections(http) == {"release": 1, "call": 1, "verify": 1, "unreported": 1, "undated": 1}
    for said in ("王二", "审计报告已印发", "待上级通知后另行安排"):
        assert said in page


@pytest.mark.parametrize("page", ["desk", ""])
def test_desk_and_board_say_when_letters_do_not_leave_and_rounds_are_not_made(house: House, page: str):
    live = House(house.settings, house.database)
    with house.database.write() as connection:
        run(connection, "UPDATE house SET post_trouble = 'no route to host', post_since = 0, post_until = 0")
        run(connection, "UPDATE house SET rehearsal = :no, rounded_at = NULL", no=False)
        session = issue(connection, Grant("session", name="林一"), live.today())
        reader = issue(connection, Grant("page"), live.today())
    with serving(create_app(live)) as url:
        said = httpx.get(f"{url}/office/{page}", headers={"accept-language": "zh-CN"}, cookies={"duban": session}).text
        told = httpx.get(f"{url}/p/{reader}/", headers={"accept-language": "zh-CN"}).text
    assert said.count('role="alert"') == 2
    assert "信件发不出去：no route to host" in said
    assert "no route" not in told, "how the house is concerns nobody who only reads"


def test_a_letter_is_read_before_it_is_released_and_reading_changes_nothing(http: httpx.Client, office: Office):
    number = office.one("drill")["id"]
    before = office.rows("SELECT * FROM notice"), office.rows("SELECT * FROM letter")

    page = html.unescape(http.get(f"/office/desk/letter/{number}/wang").text)

    assert "消防演练" in page
    assert "wang@example.org" in page
    assert (office.rows("SELECT * FROM notice"), office.rows("SELECT * FROM letter")) == before
    assert http.get(f"/office/desk/letter/{number}/nobody").status_code == 200
    assert http.get("/office/desk/letter/999999/wang").status_code == 404


def test_what_is_released_goes_out_with_the_next_round(http: httpx.Client, office: Office):
    answer = act(http, "release", row=office.one("drill")["id"], at="release")

    assert (answer.status_code, answer.headers["location"]) == (303, "../desk?said=release#release")
    assert "release" not in sections(http)
    before = len(office.box.letters)
    office.round("2026-06-02")
    assert len(office.box.letters) > before
    assert ("2026-06-02", "urge", "wang") in office.told()


def test_what_is_dropped_is_never_sent_and_keeps_its_reason(http: httpx.Client, office: Office):
    number = office.one("drill")["id"]

    assert act(http, "drop", row=number).status_code == 409
    assert act(http, "drop", row=number, text="已电话答复").status_code == 303

    assert history(office, number)[-1] == ("drop", "林一", "已电话答复")
    office.rounds("2026-06-02", "2026-06-03")
    assert not [told for told in office.told() if told[1] == "urge"]


@pytest.mark.parametrize(
    ("do", "fields"),
    [
        ("note", {"text": "电话：周五报送"}),
        ("progress", {"text": "已完成一半"}),
        ("done", {"text": "已完成", "finished": "2026-05-29"}),
        ("accept", {"finished": "2026-05-25"}),
        ("extend", {"until": "2026-07-01", "text": "等待批复"}),
        ("seen", {"text": "王二当面签收"}),
        ("progress", {"how": "partly"}),
        ("ask", {"until": "2026-06-30", "text": "来电申请"}),
        ("transfer", {"unit": "finance", "text": "职责调整"}),
        ("set-aside", {"until": "2026-07-01", "text": "等上级批复"}),
        ("end", {"how": "cancelled", "text": "不再办理"}),
        ("end", {"how": "merged", "into": "audit", "text": "合并办理"}),
    ],
)
def test_a_form_that_is_sent_twice_does_its_work_once(http: httpx.Client, office: Office, do: str, fields: dict):
    number = office.one("drill")["id"]

    assert act(http, do, row=number, **fields).status_code == 303
    once = history(office, number)
    assert act(http, do, row=number, **fields).status_code == 303

    assert history(office, number) == once
    assert once[-1][1] == "林一"


def test_a_report_is_accepted_or_returned(http: httpx.Client, office: Office):
    office.do(desk.report_done, "drill", "2026-06-01", "已演练", date(2026, 5, 25))
    number = office.one("drill")["id"]

    assert act(http, "return", row=number).status_code == 409
    assert act(http, "return", row=number, text="缺少签到表").status_code == 303
    assert office.one("drill")["state"] == "returned"
    act(http, "done", row=number, finished="2026-05-25", text="已补齐")
    act(http, "accept", row=number)
    done = office.one("drill")
    assert (done["state"], str(done["finished_on"])) == ("done", "2026-05-25")


def test_an_extension_is_granted_or_refused(http: httpx.Client, office: Office):
    office.do(desk.ask_extension, "audit", "2026-06-01", date(2026, 6, 30), "等待数据")
    number = office.one("audit")["id"]
    assert sections(http)["extend"] == 1
    assert "等待数据" in http.get("/office/desk").text

    assert act(http, "refuse", row=number, text="上级已定").status_code == 303
    assert "extend" not in sections(http)
    assert str(office.one("audit")["due"]) == "2026-06-10"

    act(http, "extend", row=number, until="2026-06-30")
    assert str(office.one("audit")["due"]) == "2026-06-30"


def test_a_call_that_was_noted_is_made(http: httpx.Client, office: Office):
    act(http, "note", row=office.one("drill")["id"], text="王二：周五前报", at="call")

    assert "call" not in sections(http)
    assert "王二：周五前报" in http.get("/office/task/p/drill").text


def test_a_date_is_set_where_none_could_be_read(http: httpx.Client, office: Office):
    act(http, "extend", row=office.one("odd")["id"], until="2026-09-30")

    assert "undated" not in sections(http)
    assert str(office.one("odd")["due"]) == "2026-09-30"


@pytest.mark.parametrize(
    "fields",
    [
        {"do": "accept"},
        {"do": "nothing", "row": "1"},
        {"do": "accept", "row": "x"},
        {"do": "accept", "row": "99999"},
        {"do": "extend", "row": "1", "until": "bald"},
        {"do": "extend", "row": "1", "until": "2020-01-01"},
        {"do": "done", "row": "1", "finished": "2027-01-01"},
        {"do": "progress", "row": "1", "value": "viel"},
        {"do": "release-plan", "plan": "x"},
    ],
)
def test_what_cannot_be_done_says_why_and_changes_nothing(http: httpx.Client, office: Office, fields: dict):
    before = office.rows("SELECT * FROM event")

    answer = http.post("/office/desk/do", data={"form": form_token(http), **fields})

    assert answer.status_code in (303, 409)
    assert (answer.status_code == 303) is (fields == {"do": "accept"})
    assert office.rows("SELECT * FROM event") == before


def test_a_form_from_elsewhere_is_refused(http: httpx.Client, office: Office):
    data = {"do": "end", "how": "cancelled", "row": office.one("drill")["id"], "text": "x"}

    assert http.post("/office/desk/do", data=data).status_code == 403
    assert http.post("/office/desk/do", data=data | {"form": "0" * 32}).status_code == 403
    headers = {"sec-fetch-site": "cross-site"}
    assert http.post("/office/desk/do", data=data | {"form": form_token(http)}, headers=headers).status_code == 403
    assert office.one("drill")["state"] == "open"


def test_a_plan_waits_until_the_desk_releases_it(http: httpx.Client, office: Office):
    office.apply(PLAN.replace("plan: p", "plan: q").replace("安全方案", "新方案"), "2026-06-01")
    assert sections(http)["unreleased"] == 1

    act(http, "release-plan", plan="q")

    assert "unreleased" not in sections(http)


def test_letters_that_failed_are_shown(http: httpx.Client, office: Office):
    with office.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE letter SET state = 'dead', error = '550 no such user' WHERE day = '2026-06-01'"
        )

    assert sections(http)["failed"] >= 1
    assert "550 no such user" in http.get("/office/desk").text


@pytest.fixture
def refused(house: House, office: Office) -> dict[str, object]:
    """Return a letter of the *house* to a unit's contact that came back."""
    assert house.database is office.database
    (told,) = office.rows("SELECT max(letter) AS id FROM notice WHERE person = 'wang' AND letter IS NOT NULL")
    with office.database.write() as connection:
        sql = "UPDATE letter SET state = 'bounced', error = '550 no such user', body = NULL WHERE id = :id"
        run(connection, sql, id=told["id"])
    return office.rows("SELECT * FROM letter WHERE id = :id", id=told["id"])[0]


def states(office: Office, letter: object) -> str:
    return office.rows("SELECT state FROM letter WHERE id = :id", id=letter)[0]["state"]


def test_m22_a_letter_that_came_back_is_written_anew_to_the_corrected_address_from_the_desk(
    http: httpx.Client, office: Office, refused: dict[str, object]
):
    assert "通讯录中仍是这个地址" in http.get("/office/desk").text
    with office.database.write() as connection:
        run(connection, "UPDATE person SET mail = 'wang.er@example.org' WHERE id = 'wang'")
    page = http.get("/office/desk").text
    assert ("通讯录中现为 wang.er@example.org" in page, "重新写一封" in page, "就此作罢" in page) == (True, True, True)

    for _ in range(2):  # a form sent twice does its work once
        answer = act(http, "again", letter=refused["id"], at="bounced")
        assert (answer.status_code, answer.headers["location"]) == (303, "../desk?said=again#bounced")
    assert "bounced" not in sections(http)
    office.box.letters.clear()
    office.round("2026-06-02")

    written = [message for to, message in office.box.letters if to == "wang.er@example.org"]
    assert len(written) == 1
    assert str(refused["message_id"]).encode() not in written[0]
    row = office.rows("SELECT occurrence FROM event WHERE kind = 'again'")
    assert [history(office, one["occurrence"])[-1][:2] for one in row] == [("again", "林一")]


def test_a_letter_that_came_back_is_left_at_that_from_the_desk(
    http: httpx.Client, office: Office, refused: dict[str, object]
):
    for _ in range(2):
        assert act(http, "leave", letter=refused["id"]).status_code == 303
    assert "bounced" not in sections(http)
    assert states(office, refused["id"]) == "void"
    office.box.letters.clear()
    office.round("2026-06-01")
    assert "wang@example.org" not in [to for to, _ in office.box.letters]
    assert office.rows("SELECT actor FROM event WHERE kind = 'left'") == [{"actor": "林一"}]


def test_a_letter_refused_for_good_is_tried_again_from_the_desk(
    http: httpx.Client, office: Office, refused: dict[str, object]
):
    with office.database.write() as connection:
        run(connection, "UPDATE letter SET state = 'dead', body = 'x' WHERE id = :id", id=refused["id"])
    assert "重新投递" in http.get("/office/desk").text
    act(http, "again", letter=refused["id"], at="failed")
    assert states(office, refused["id"]) == "ready"


def test_a_summary_that_came_back_offers_no_button_that_could_not_work(
    http: httpx.Client, office: Office, refused: dict[str, object]
):
    with office.database.write() as connection:
        run(connection, "UPDATE notice SET letter = NULL WHERE letter = :id", id=refused["id"])
    page = http.get("/office/desk").text
    assert ("重新写一封</button>" in page, "就此作罢</button>" in page) == (False, True)
    assert act(http, "again", letter=refused["id"]).status_code == 409
    assert states(office, refused["id"]) == "bounced"


def test_what_is_no_letter_is_neither_tried_again_nor_left(http: httpx.Client):
    for number in ("", "x", "999999", "9" * 40):
        assert act(http, "again", letter=number).status_code == 409
        assert act(http, "leave", letter=number).status_code == 409


def test_from_the_page_of_a_task_one_comes_back_to_it(http: httpx.Client, office: Office):
    answer = act(http, "note", row=office.one("drill")["id"], text="x", task="p/drill")

    assert answer.headers["location"] == "../task/p/drill?said=note"
    page = http.get("/office/task/p/drill?said=note").text
    assert 'role="status"' in page
    assert 'role="status"' not in http.get("/office/task/p/drill?said=<b>").text


def looked(http: httpx.Client, text: str, **more: object) -> httpx.Response:
    return http.post("/office/apply", data={"form": form_token(http), "do": "look", "text": text, **more})


def applied(http: httpx.Client, page: httpx.Response) -> httpx.Response:
    """Press the button below what was shown."""
    hidden = dict(
        re.findall(
            r'name="(mark|gone|file|do)" value="([^"]*)"',
            page.text.partition('class="press"')[2].partition("</form>")[0],
        )
    )
    text = html.unescape(re.search(r"<textarea name=\"text\" hidden[^>]*>\n(.*?)</textarea>", page.text, re.DOTALL)[1])
    return http.post("/office/apply", data={"form": form_token(http), "text": text, **hidden})


def test_a_plan_is_applied_as_it_was_looked_at(http: httpx.Client, office: Office):
    fresh = PLAN.replace("due: 2026-06-10", "due: 2026-06-20")
    before = office.rows("SELECT * FROM event")

    page = looked(http, fresh)
    assert office.rows("SELECT * FROM event") == before
    assert "2026-06-20" in page.text
    assert "2026-06-10" in page.text
    done = applied(http, page)

    assert (done.status_code, done.headers["location"]) == (303, "plan/p")
    assert str(office.one("audit")["due"]) == "2026-06-20"
    assert "没有变化" in looked(http, fresh).text or 'role="status"' in looked(http, fresh).text


def test_nothing_is_applied_when_the_ledger_has_moved_on(http: httpx.Client, office: Office):
    page = looked(http, PLAN.replace("due: 2026-06-10", "due: 2026-06-20"))
    act(http, "extend", row=office.one("audit")["id"], until="2026-06-30")
    office.apply(PLAN.replace("年度审计", "年度审计（修订）"), "2026-06-01")

    assert applied(http, page).status_code == 409
    assert office.one("audit")["title"] == "年度审计（修订）"


def test_tasks_that_vanished_ask_what_becomes_of_them(http: httpx.Client, office: Office):
    shorter = "\n".join(line for line in PLAN.splitlines() if "audit" not in line)

    asked = looked(http, shorter)
    assert 'class="press"' not in asked.text.partition("changes")[2].partition('class="apply"')[0]
    applied(http, looked(http, shorter, gone="cancel"))

    assert office.one("audit")["state"] == "cancelled"


@pytest.mark.parametrize("text", ["", "plan: [", "tasks: 1", "plan: q\ntasks:\n  - {id: a}\n", "\x00", "&a [*a]"])
def test_a_text_that_is_no_plan_is_told_what_is_wrong(http: httpx.Client, office: Office, text: str):
    before = office.rows("SELECT * FROM plan")

    answer = looked(http, text, do="apply")

    assert answer.status_code in (200, 409)
    assert office.rows("SELECT * FROM plan") == before


def test_a_file_is_applied_as_well(http: httpx.Client):
    files = {"upload": ("safety.yaml", PLAN.replace("plan: p", "plan: q").encode("gb18030"), "text/yaml")}
    page = http.post("/office/apply", data={"form": form_token(http), "do": "look"}, files=files)

    assert "消防演练" in page.text
    assert 'name="file" value="safety.yaml"' in page.text


DOCUMENT = """# 关于印发安全工作任务分解表的通知

安督〔2026〕8号

| 序号 | 工作任务 | 牵头单位 | 完成时限 |
|---|---|---|---|
| 1 | 开展燃气安全检查 | 安全处 | 2026年6月30日前 |
| 2 | 建立应急物资台账 | 运行处 | 2026年7月底前 |
| 3 | 组织全员培训 |  | 2026年9月 |
"""


def handed_in(http: httpx.Client, name: str, data: bytes, **fields: str) -> httpx.Response:
    files = {"upload": (name, data, "application/octet-stream")}
    return http.post("/office/import", data={"form": form_token(http), **fields}, files=files)


def test_a_document_becomes_a_plan_beside_its_passages(http: httpx.Client, office: Office):
    page = handed_in(http, "通知.md", DOCUMENT.encode())
    text = html.unescape(page.text)

    assert page.status_code == 200
    assert "2 ｜ 建立应急物资台账 ｜ 运行处 ｜ 2026年7月底前" in text
    draft = html.unescape(re.search(r'class="code" spellcheck="false">\n(.*?)</textarea>', page.text, re.DOTALL)[1])
    assert "开展燃气安全检查" in draft
    assert "消防演练" not in draft
    assert looked(http, draft).status_code == 200
    assert [one["id"] for one in office.rows("SELECT id FROM plan")] == ["p"]


def test_a_question_is_answered_without_handing_the_document_in_again(http: httpx.Client):
    page = handed_in(http, "通知.md", DOCUMENT.encode())
    fields = re.findall(r'name="(answer-lead-)"', page.text)
    hidden = dict(re.findall(r'name="(carried|name)" value="([^"]*)"', page.text))
    assert fields

    again = http.post("/office/import", data={"form": form_token(http), **hidden, fields[0]: "财务处"})

    assert "财务处" in html.unescape(again.text).partition("spellcheck")[2]
    assert "placeholder" not in again.text.partition("answer-lead-")[2][:200]


@pytest.mark.parametrize("year", ["²²²²", "0001", "soon", ""])
def test_a_year_that_is_none_leaves_the_document_as_it_reads(http: httpx.Client, year: str):
    assert handed_in(http, "通知.md", DOCUMENT.encode(), year=year).status_code == 200


@pytest.mark.parametrize(
    ("name", "data"),
    [("x.docx", b"PK\x03\x04 no archive"), ("x.txt", b""), ("x.bin", bytes(range(256))), ("x.md", b"# nothing here")],
)
def test_what_is_no_document_is_told_in_a_sentence(http: httpx.Client, name: str, data: bytes):
    answer = handed_in(http, name, data)

    assert answer.status_code == 409
    assert len(re.sub(r"<[^>]+>", "", answer.text)) > 100
    assert http.post("/office/import", data={"form": form_token(http), "carried": "%%%"}).status_code == 409


def test_a_secret_document_is_refused(http: httpx.Client):
    assert handed_in(http, "a.md", ("机密★1年\n\n" + DOCUMENT).encode()).status_code == 409


def test_files_that_came_with_a_report_are_saved_from_the_desk(http: httpx.Client, office: Office, house: House):
    office.do(desk.report_done, "audit", "2026-06-01", "审计报告见附件")
    number = office.one("audit")["id"]
    event = office.rows("SELECT max(id) AS id FROM event")[0]["id"]
    kept = evidence.put_away(house.settings.web.evidence, "报告.pdf", "application/pdf", b"%PDF-1.4")
    with office.database.write() as connection:
        evidence.add(connection, number, event, kept)

    link = re.search(r'href="(desk/file/[^"]+)"', http.get("/office/desk").text)[1]
    answer = http.get(f"/office/{link}")

    assert answer.content == b"%PDF-1.4"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert http.get(f"/office/desk/file/{office.one('drill')['id']}/1").status_code == 404


def test_the_office_leaves(http: httpx.Client):
    assert http.post("/office/leave", data={"form": form_token(http)}).status_code == 200
    assert http.get("/office/desk").status_code in (404, 410)


def test_a_plans_letters_are_held_and_sent_again_from_its_page(http: httpx.Client, office: Office):
    held = act(http, "hold", plan="p", text="等待会议决定", **{"from": "plan"})

    assert held.headers["location"] == "../plan/p?said=hold"
    page = http.get("/office/plan/p?said=hold").text
    assert "等待会议决定" in page
    act(http, "resume", plan="p", **{"from": "plan"})
    assert office.rows("SELECT held FROM plan")[0]["held"] == ""
    assert 'name="plan"' not in http.get("/office/plan/p").text.partition("<main")[2].partition("hold")[0]
