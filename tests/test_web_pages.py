"""What the pages for readers say, beside what the command line says of the same day."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import date
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from commands.listing import LISTINGS, look, parse
from scheduler import desk
from store.reader import open_ledger
from store.tables import METADATA
from store.tokens import Grant, issue
from tests.office import Office
from tests.served import browse, serving
from web.app import create_app
from web.visit import House

PLAN = """
plan: p
title: 安全方案
number: 安〔2026〕3号
issued: 2026-03-02
phases:
  - {id: start, title: 启动阶段}
tasks:
  - {id: drill, no: 1, title: 消防演练, phase: start, lead: [safety, operations], support: finance, due: 2026-05-25}
  - {id: audit, title: 年度审计, lead: finance, due: 2026-06-10, note: 年度审计的说明}
  - {id: gates, title: 逐一检查门禁, each: departments, due: 2026-06-01}
  - {id: report, title: 每月报数, lead: operations, due: 每月25日}
  - {id: long, title: 长期宣传, lead: safety, due: 长期}
"""
DAY = date(2026, 6, 1)


def until_may(office: Office) -> None:
    office.apply(PLAN, "2026-03-02", release=True)
    office.round("2026-05-20")


@pytest.fixture
def house(office: Office) -> House:
    office.live(until_may)
    return House(office.settings, office.database, DAY)


@pytest.fixture
def http(house: House) -> Iterator[httpx.Client]:
    with serving(create_app(house)) as url, browse(url, headers={"accept-language": "zh-CN"}) as client:
        yield client


@pytest.fixture
def given(house: House) -> Callable[..., str]:
    def make(kind: str = "page", **grant: object) -> str:
        with house.database.write() as connection:
            return issue(connection, Grant(kind, **grant), DAY)  # type: ignore[arg-type]

    return make


@pytest.fixture
def office_http(http: httpx.Client, given: Callable[..., str]) -> httpx.Client:
    http.cookies.set("duban", given("session", name="林一"))
    return http


def words(page: httpx.Response) -> str:
    """Return what a reader sees of a page, on one line."""
    assert page.status_code == 200, page.text
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.text)))


def tiles(page: httpx.Response) -> dict[str, int]:
    found = re.findall(r'<a class="tile (\w+)[^>]*><strong>(\d+)</strong>', page.text)
    return {name: int(count) for name, count in found}


def answered(house: House, line: str) -> list[dict]:
    """Return what the command line finds."""
    database = house.database
    reader = open_ledger(str(database.file) if database.lite else database.url)
    name, *rest = line.split()
    try:
        return look(reader, name, DAY, parse(LISTINGS[name], rest))
    finally:
        reader.close()


class Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


def test_the_counts_of_the_board_are_those_of_the_command_line(http: httpx.Client, house: House, given, office: Office):
    office.do(desk.report_done, "audit", "2026-06-01", "审计完成")
    board = http.get(f"/p/{given()}/")

    everything = answered(house, "list")
    shares = re.findall(r'<a href="list\?word=[^"]*"><span class="light \w+">[^<]*</span> <b>(\d+)</b>', board.text)
    assert tiles(board) == {
        "overdue": len(answered(house, "overdue")),
        "today": len(answered(house, "due --days 0")),
        "soon": len(answered(house, "due --days 14")) - len(answered(house, "due --days 0")),
        "verify": len(answered(house, "list --state reported")),
        "unreported": sum(row["word"] == "not reported" for row in everything),
    }
    assert sum(map(int, shares)) == len(everything)


def test_what_is_reported_done_stands_once_on_the_board(http: httpx.Client, given, office: Office):
    office.do(desk.report_done, "audit", "2026-06-01", "审计完成")

    board = http.get(f"/p/{given()}/")

    assert board.text.count(">年度审计</a>") == 1
    assert "其中1项已报完成" in board.text


def test_the_board_shows_any_day_and_every_link_carries_it_on(http: httpx.Client, given):
    before, after = (http.get(f"/p/{given()}/?day={day}") for day in ("2026-05-25", "2026-05-26"))

    assert tiles(before)["overdue"] == 2
    assert tiles(after)["overdue"] == 4
    assert "task/p/drill?day=2026-05-26" in after.text


def test_filters_in_the_address_narrow_the_board(http: httpx.Client, given):
    found = words(http.get(f"/p/{given()}/?unit=财务处"))

    assert "年度审计" in found
    assert "每月报数" not in found


@pytest.mark.parametrize("query", ["plan=none", "unit=nobody", "phase=none", "person=x"])
def test_a_filter_that_names_nothing_is_not_found(http: httpx.Client, given, query: str):
    assert http.get(f"/p/{given()}/?{query}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "day=x",
        "day=2026-02-30",
        "day=9999-12-31",
        "day=0001-01-01",
        "page=0",
        "page=99999999999",
        "page=-1",
        "show=x",
        "sort=x",
    ],
)
@pytest.mark.parametrize("place", ["", "list", "matrix"])
def test_an_odd_address_is_answered_all_the_same(http: httpx.Client, given, place: str, query: str):
    assert http.get(f"/p/{given()}/{place}?{query}").status_code == 200


@pytest.mark.parametrize(
    "place",
    [
        "plan/x",
        "task/p/x",
        "task/x/drill",
        "task/p/p/drill",
        "task/drill",
        "unit/x",
        "person/x",
        "unit/",
        "nothing",
        "desk",
    ],
)
def test_what_is_not_there_is_not_found(http: httpx.Client, given, place: str):
    assert http.get(f"/p/{given()}/{place}").status_code == 404


def test_a_token_of_one_unit_opens_neither_other_units_nor_their_tasks(http: httpx.Client, given):
    own = f"/p/{given(filter={'unit': 'finance'})}/"

    assert {http.get(own + place).status_code for place in ("", "unit/finance", "task/p/audit", "plan/p")} == {200}
    others = ("unit/safety", "task/p/report", "?unit=safety", "list?unit=safety", "person/lin")
    assert {http.get(own + place).status_code for place in others} == {404}
    assert "每月报数" not in words(http.get(own + "plan/p"))
    assert "tasks:" not in words(http.get(own + "plan/p"))


def test_of_a_task_done_by_each_a_token_of_one_unit_opens_its_own_row(http: httpx.Client, given):
    own = words(http.get(f"/p/{given(filter={'unit': 'finance'})}/task/p/gates"))
    all_ = words(http.get(f"/p/{given()}/task/p/gates"))

    assert own.count("财务处") >= 1
    assert all_.count("逐一检查门禁") >= 1
    assert "运行处" in all_


def test_a_task_page_tells_its_story(http: httpx.Client, given, office: Office):
    office.do(desk.note, "drill", "2026-05-28", "电话联系，答复周五报送")
    page = words(http.get(f"/p/{given()}/task/p/drill"))

    for said in (
        "消防演练",
        "逾期",
        "安全处",
        "电话联系，答复周五报送",
        "临近提醒",
        "王二",
        "方案原文",
        "- {id: drill",
    ):
        assert said in page


def test_what_comes_next_names_no_row_but_one_of_several_and_no_rest_that_is_over(
    http: httpx.Client, given, office: Office
):
    office.do(desk.report_done, "drill", "2026-05-20", "已办")
    pages = [html.unescape(http.get(f"/p/{given()}/task/p/{task}").text) for task in ("drill", "gates")]
    drill, gates = (page.partition('aria-labelledby="ahead"')[2].partition("</section>")[0] for page in pages)

    assert "drill" not in drill
    assert "催办暂停至" not in drill
    assert "安全处：" in gates


def test_addresses_and_telephones_are_for_the_office_alone(office_http: httpx.Client, given):
    reader = f"/p/{given()}/"

    for place in ("task/p/drill", "unit/office", "person/wang", ""):
        shown = office_http.get(reader + place).text
        assert "@example.org" not in shown
        assert "0000-0001" not in shown
    assert "wang@example.org" in office_http.get("/office/task/p/drill").text
    assert "0000-0001" in office_http.get("/office/unit/office").text


def test_the_matrix_adds_up(http: httpx.Client, given):
    page = http.get(f"/p/{given()}/matrix")

    last = re.search(r'<tr class="overdue">.*?</tr>', page.text, re.DOTALL)[0]
    cells = re.findall(r"<td[^>]*>(\d*)</td>", last)
    assert int(cells[0]) == 2  # the drill, which two units lead, and a monthly report
    assert sum(int(cell or 0) for cell in cells[1:]) == 3
    assert "逐一落实" in words(page)


def dump(house: House) -> list[object]:
    """Return every row of the ledger but kept feeds and the day a token was used last."""
    with house.database.engine.connect() as connection:
        tables = [table for table in METADATA.tables if table not in ("token", "feed_cache")]
        return [[tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"')] for table in tables]


@pytest.mark.parametrize("inside", ["page", "session", "report", "feed", "office"])
def test_every_link_is_relative_leads_somewhere_and_changes_nothing(
    office_http: httpx.Client, house: House, office: Office, given, inside: str
):
    """M25: every link once and once by HEAD, the first of its kind five times more, while letters wait."""
    office.round("2026-05-28")
    office.do(desk.ask_extension, "audit", "2026-06-01", date(2026, 6, 30), "等待数据")
    with office.act("2026-06-01") as act:
        act.change(desk.find(act.connection, "p", "long", "")[0], "disclaim", "应由运行处办理")
    opened = {"report": {"row": office.one("audit")["id"], "unit": "finance"}}.get(inside, {})
    start = {"page": "/p/{}/", "session": "/office/", "report": "/r/{}", "feed": "/s/{}/", "office": "/o/{}"}[inside]
    start = start.format(given(inside, filter=opened))
    before = dump(house)
    seen, kinds, todo = set(), set(), [start]
    while todo:
        address = todo.pop()
        if address in seen or urlsplit(address).query.count("=") > 1:
            continue
        seen.add(address)
        kind = re.sub("/(person|unit|task|plan|letter)/.*", r"/\1", urlsplit(address).path)
        methods = ["GET", "HEAD"] if kind in kinds else ["GET", "HEAD", *["GET"] * 5]
        kinds.add(kind)
        answers = [office_http.request(method, address) for method in methods]
        assert {answer.status_code for answer in answers} == {200}, address
        if "text/html" not in answers[0].headers["content-type"]:
            continue
        for link in Links(answers[0].text).found:
            if link.startswith("https://calendar.google.com/"):
                continue
            assert not link.startswith(("/", "http:", "https:", "//")), link
            if not link.startswith(("#", "tel:", "mailto:", "webcal:")):
                todo.append(urljoin(address, link).partition("#")[0])
    assert len(seen) > {"page": 20, "session": 30, "report": 2}.get(inside, 1)
    assert dump(house) == before


def test_pages_speak_the_language_asked_for(http: httpx.Client, given):
    page = f"/p/{given()}/"

    assert 'lang="zh-CN"' in http.get(page).text
    english = http.get(page + "?lang=en")
    assert 'lang="en"' in english.text
    assert "Overdue" in english.text
    assert "task/p/drill?lang=en" in english.text


def test_a_calendar_is_given_out_within_what_a_link_opens(http: httpx.Client, given):
    start = f"/p/{given(filter={'unit': 'finance'})}/"
    page = http.get(start + "subscribe")
    form = re.search(r'name="form" value="([^"]+)"', page.text)[1]

    made = http.post(start + "subscribe/new", data={"form": form, "titles": "number", "unit": "finance"})
    shown = http.get(urljoin(start + "subscribe/new", made.headers["location"]))

    assert made.status_code == 303
    assert "财务处" in words(shown)
    feed = re.search(r'value="http://[^/]+(/f/[^"]+\.ics)"', shown.text)[1]
    assert http.get(feed).text.count("BEGIN:VEVENT") >= 2
    assert "年度审计" not in http.get(feed).text
    others = [{"unit": "safety"}, {"unit": "finance", "plan": "none"}]
    assert [http.post(start + "subscribe/new", data={"form": form, **other}).status_code for other in others] == [
        404,
        409,
    ]
    assert http.post(start + "subscribe/new", data={"unit": "finance"}).status_code == 403


def test_the_office_replaces_and_closes_calendars(office_http: httpx.Client):
    form = re.search(r'name="form" value="([^"]+)"', office_http.get("/office/subscribe").text)[1]
    made = office_http.post("/office/subscribe/new", data={"form": form})
    secret = re.search(r"s/(\w+)/", made.headers["location"])[1]
    short = re.search(r"<code>(\w+)</code>", office_http.get("/office/subscribe").text)[1]

    fresh = office_http.post("/office/subscribe/change", data={"form": form, "feed": short, "do": "rotate"})
    assert secret not in fresh.headers["location"]
    assert office_http.get(f"/f/{secret}.ics").status_code == 200
    office_http.post("/office/subscribe/change", data={"form": form, "feed": short, "do": "revoke"})
    assert office_http.get(f"/f/{secret}.ics").status_code == 410
    assert office_http.post("/office/subscribe/change", data={"form": form, "feed": "nothing"}).status_code == 409


def test_a_long_board_is_folded_and_a_long_matrix_paged(http: httpx.Client, office: Office, given, monkeypatch):
    tasks = "".join(f"  - {{id: t{n}, title: 第{n}件事, lead: safety, due: 2026-05-2{n % 9}}}\n" for n in range(130))
    office.apply(f"plan: q\ntitle: 长方案\nissued: 2026-03-02\ntasks:\n{tasks}", "2026-03-02", release=True)
    start = f"/p/{given()}/"

    board, opened = http.get(start), http.get(f"{start}?show=overdue")
    late = tiles(board)["overdue"]
    assert late >= 130
    assert board.text.count('<tr role="row" class="red">') == 50
    assert f"查看全部{late}项" in board.text
    assert opened.text.count('<tr role="row" class="red">') == late
    pages = [http.get(f"{start}matrix?plan=q&page={number}") for number in (1, 2)]
    assert [page.text.count('<th scope="row" class="first"><a') for page in pages] == [101, 31]
    assert "130" in re.search(r'<tr class="overdue">.*?</tr>', pages[1].text, re.DOTALL)[0]
    monkeypatch.setattr("web.matrix.CELLS", 40)  # as if each task had many units
    dense = http.get(f"{start}matrix?plan=q&page=4").text
    assert dense.count('<th scope="row" class="first"><a') == 10 + 1
    assert "130" in re.search(r'<tr class="overdue">.*?</tr>', dense, re.DOTALL)[0]


def test_an_empty_house_says_how_to_begin(tmp_path):
    with Office.open(f"sqlite:///{tmp_path / 'duban.db'}") as empty:
        with empty.database.write() as connection:
            reader, session = (issue(connection, Grant(kind, name="林一"), DAY) for kind in ("page", "session"))
        app = create_app(House(empty.settings, empty.database, DAY))
        with serving(app) as url, browse(url, headers={"accept-language": "zh-CN"}) as http:
            read = http.get(f"/p/{reader}/").text
            http.cookies.set("duban", session)
            office = http.get("/office/").text
            others = {
                http.get(f"/office/{page}").status_code for page in ("list", "matrix", "timeline", "desk", "apply")
            }

    assert "还没有任务" in read
    assert 'href="import"' not in read
    assert 'href="import"' in office
    assert others == {200}
