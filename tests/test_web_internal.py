"""A plan handled as internal: what links open, calendars show and letters carry has its numbers, not its words."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from scheduler import desk
from scheduler.subscriptions import name_of
from store import evidence
from store.tokens import Grant, issue
from tests.office import Office
from tests.served import browse, serving
from tests.test_web_pages import Links
from web.app import create_app
from web.visit import House

DAY = date(2026, 6, 1)
WORD = "秘事"  # stands in every field of the plan that holds words, and nowhere else
PLAN = f"""
plan: p
title: {WORD}专项方案
number: 常密〔2026〕1号
handling: internal
issued: 2026-03-02
phases:
  - {{id: start, title: {WORD}启动阶段, due: 2026-06-30}}
tasks:
  - id: first
    no: 7
    title: 查办{WORD}
    phase: start
    lead: safety
    due: 2026-05-25
    problem: {WORD}的问题
    measures: [先做{WORD}]
    target: {{indicator: {WORD}的件数, op: '>=', value: 4, unit: 件}}
    note: {WORD}的说明
    tags: [{WORD}]
    source: {WORD}的来源
  - id: second
    title: 复查{WORD}
    lead: finance
    due: {WORD}之后6月上旬
    milestones:
      - {{id: half, title: {WORD}过半, due: 2026-06-03}}
  - {{id: third, no: 9, title: 上报{WORD}, lead: safety, due: 2026-06-20}}
"""


def until_june(office: Office) -> None:
    office.apply(PLAN, "2026-03-02", release=True)
    office.apply(PLAN.replace(f"上报{WORD}", f"上报{WORD}结果"), "2026-03-03")
    office.rounds("2026-05-18", "2026-06-01")


@pytest.fixture
def house(office: Office, tmp_path: Path) -> House:
    office.live(until_june)
    office.do(desk.note, "first", "2026-06-01", f"电话说{WORD}")
    office.do(desk.ask_extension, "second", "2026-06-01", date(2026, 6, 30), f"等{WORD}")
    office.do(desk.report_done, "third", "2026-06-01", f"{WORD}已办")
    web = office.settings.web.model_copy(update={"evidence": tmp_path / "evidence"})
    kept = evidence.put_away(web.evidence, f"{WORD}.pdf", "application/pdf", b"%PDF-1.4")
    with office.database.write() as connection:
        [event] = office.rows("SELECT max(id) AS id FROM event")
        evidence.add(connection, office.one("third")["id"], event["id"], kept)
    return House(office.settings.model_copy(update={"web": web}), office.database, DAY)


@pytest.fixture
def http(house: House) -> Iterator[httpx.Client]:
    with serving(create_app(house)) as url, browse(url, headers={"accept-language": "zh"}) as client:
        yield client


def token(house: House, kind: str, **more: object) -> str:
    with house.database.write() as connection:
        return issue(connection, Grant(kind, **more), DAY)  # type: ignore[arg-type]


def walked(http: httpx.Client, start: str) -> dict[str, str]:
    """Return the text of every address that links lead to."""
    seen: dict[str, str] = {}
    todo = [start]
    while todo:
        address = todo.pop()
        if address in seen:
            continue
        seen[address] = html.unescape(http.get(address).text)
        for link in Links(seen[address]).found:
            if not link.startswith(("#", "tel:", "webcal:", "http")):
                todo.append(urljoin(address, link).partition("#")[0])
    return seen


@pytest.mark.parametrize("narrowed", [{}, {"plan": "p"}, {"unit": "safety"}])
def test_no_page_of_a_link_has_a_word_of_it(http: httpx.Client, house: House, narrowed: dict):
    found = walked(http, f"/p/{token(house, 'page', filter=narrowed)}/")

    assert [address for address, text in found.items() if WORD in text] == []
    task = next(text for address, text in found.items() if address.endswith("/task/p/first"))
    assert "第7项" in task
    assert "常密〔2026〕1号" in task
    assert len(found) > 20


@pytest.mark.parametrize(
    "query", ["?text={}", "list?text={}", "matrix?text={}", "?plan={}专项方案", "?phase={}启动阶段"]
)
def test_what_is_not_shown_is_not_found_by_its_words_either(http: httpx.Client, house: House, query: str):
    reader = f"/p/{token(house, 'page')}/"
    page = http.get(reader + query.format(WORD))

    assert page.status_code == 404 or ("第7项" not in page.text and "task/p/" not in page.text)
    assert "task/p/first" in http.get(f"{reader}list?text=7").text


def test_a_report_link_asks_by_number(http: httpx.Client, house: House, office: Office):
    third = office.one("third")["id"]
    link = f"/r/{token(house, 'report', filter={'row': third, 'unit': 'safety'})}"
    pages = walked(http, link)

    assert [address for address, text in pages.items() if WORD in text] == []
    assert '<h1 id="task">第9项</h1>' in pages[link]
    assert http.get(f"{link}/file/1").status_code == 404
    form, nonce = (pages[link].partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("form", "nonce"))
    fields = {"form": form, "nonce": nonce, "kind": "ask", "by": "李雷", "text": "等", "until": "2026-06-01"}
    refused = http.post(link, data=fields)
    assert (refused.status_code, WORD in refused.text) == (422, False)


def test_calendars_and_their_names_carry_no_word_of_it(http: httpx.Client, house: House):
    with house.database.read() as connection:
        name = name_of(connection, {"plan": "p"}, "zh")
    feed = token(house, "feed", filter={"plan": "p"}, name=name)

    assert name == "督办·常密〔2026〕1号"
    assert "BEGIN:VEVENT" in http.get(f"/f/{feed}.ics").text
    for address in (f"/f/{feed}.ics", f"/s/{feed}/"):
        assert WORD not in http.get(address).text


def test_the_office_sees_every_word(http: httpx.Client, house: House):
    http.cookies.set("duban", token(house, "session"))

    page = html.unescape(http.get("/office/task/p/first").text)
    assert page.count(WORD) > 5
    assert "按内部文件办理" in page
    assert WORD in http.get("/office/desk").text
    assert "task/p/first" in http.get(f"/office/list?text={WORD}").text


def test_no_letter_carries_a_word_of_it_and_not_the_desks_either(office: Office):
    office.apply(PLAN, "2026-03-02", release=True)
    office.rounds("2026-05-18", "2026-05-31")
    office.do(desk.report_done, "third", "2026-06-01", f"{WORD}已办")
    office.round("2026-06-01", "08:20")
    office.round("2026-06-02", "08:20")
    said = [f"{letter['Subject']}{part.get_content()}" for letter in office.mail for part in letter.walk()
            if part.get_content_maintype() == "text"]  # fmt: skip

    assert any("督办晨报" in one and "第9项" in one and "常密〔2026〕1号" in one for one in said)
    assert [one for one in said if WORD in str(one)] == []
