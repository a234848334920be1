"""Reporting from the letter: what a link shows, what a form does once, what is refused, and who hears of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from scheduler import desk
from scheduler.people import hand_over
from store.tokens import Grant, find, issue, revoke
from tests.office import Office
from tests.served import browse, serving
from web.app import create_app
from web.uploads import file_name
from web.visit import House

PLAN = """
plan: p
title: 安全方案
issued: 2026-03-02
tasks:
  - {id: drill, title: 消防演练, no: 1, lead: safety, support: operations, due: 2026-05-25}
  - {id: fixed, title: 上级定的, lead: safety, due: 2026-05-25, fixed: true}
"""
DAY = "2026-05-20"
PDF = b"%PDF-1.4 a page of evidence"


@dataclass
class Reporter:
    """Somebody with a link."""

    office: Office
    http: httpx.Client
    secret: str

    @property
    def url(self) -> str:
        return f"/r/{self.secret}"

    def page(self) -> httpx.Response:
        return self.http.get(self.url, headers={"accept-language": "zh"})

    def form(self, kind: str, **fields: Any) -> dict[str, Any]:
        page = self.page().text
        hidden = {name: re.search(f'name="{name}" value="([^"]*)"', page)[1] for name in ("form", "nonce")}  # type: ignore[index]
        return {"kind": kind, "by": "李雷", **hidden, **fields}

    def send(self, kind: str, files: Any = None, **fields: Any) -> httpx.Response:
        return self.http.post(self.url, data=self.form(kind, **fields), files=files)

    @property
    def row(self) -> dict[str, Any]:
        with self.office.database.read() as connection:
            number = find(connection, self.secret).grant.filter["row"]
        return self.office.rows("SELECT * FROM occurrence WHERE id = :id", id=number)[0]

    @property
    def events(self) -> list[dict[str, Any]]:
        return self.office.rows("SELECT * FROM event WHERE occurrence = :id ORDER BY id", id=self.row["id"])


def link(office: Office, task: str = "drill", unit: str = "safety") -> str:
    with office.database.write() as connection:
        [row] = desk.find(connection, "p", task, "")
        return issue(connection, Grant("report", {"row": row["id"], "unit": unit}, {}, "x"), date.fromisoformat(DAY))


@pytest.fixture
def reporter(office: Office, tmp_path: Path) -> Iterator[Reporter]:
    office.apply(PLAN, "2026-03-02", release=True)
    settings = office.settings
    web = settings.web.model_copy(update={"evidence": tmp_path / "evidence"})
    house = House(settings.model_copy(update={"web": web}), office.database, date.fromisoformat(DAY))
    with serving(create_app(house)) as url, browse(url) as client:
        yield Reporter(office, client, link(office))


def test_the_page_says_what_is_asked_and_in_whose_name(reporter: Reporter) -> None:
    page = reporter.page()

    assert page.status_code == 200
    for said in ("消防演练", "安全方案", "2026-05-25", "安全处", "督查室", "0000-0001"):
        assert said in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "set-cookie" not in page.headers


def test_looking_changes_nothing(reporter: Reporter) -> None:
    """M25: GET, HEAD and OPTIONS, of the page, the paper and whatever they link to, five times each."""

    def ledger() -> list[Any]:
        tables = ("occurrence", "event", "notice", "letter", "submission", "evidence", "standing")
        return [reporter.office.rows(f"SELECT * FROM {table}") for table in tables]

    before = ledger()
    for _ in range(5):
        for path in (reporter.url, f"{reporter.url}/paper", f"{reporter.url}?sent=done"):
            for method in ("GET", "HEAD", "OPTIONS"):
                reporter.http.request(method, path)

    assert ledger() == before


def test_no_page_sends_anything_by_itself(reporter: Reporter) -> None:
    """M26"""
    page = reporter.page().text

    assert "onload" not in page
    assert "submit()" not in page
    assert 'http-equiv="refresh"' not in page


def test_a_report_of_completion_waits_for_the_office(reporter: Reporter) -> None:
    answer = reporter.send("done", text="已组织完成", finished="2026-05-18")

    assert (answer.status_code, answer.headers["location"]) == (303, f"{reporter.secret}?sent=done")
    assert (reporter.row["state"], reporter.row["finished_on"]) == ("reported", date(2026, 5, 18))
    told = reporter.events[-1]
    assert (told["kind"], told["actor"], told["text"]) == ("report", "李雷 (安全处)", "已组织完成")
    page = reporter.http.get(f"{reporter.url}?sent=done", headers={"accept-language": "zh"}).text
    assert "已组织完成" in page
    assert "李雷" in page


@pytest.mark.parametrize("value", ["60", "60%", "６０％", " 60 "])
def test_progress_takes_a_number_however_it_is_typed(reporter: Reporter, value: str) -> None:
    assert reporter.send("progress", value=value).status_code == 303
    assert (reporter.row["state"], reporter.row["value"]) == ("in_progress", 60)


def test_more_time_is_asked_for_and_not_yet_given(reporter: Reporter) -> None:
    assert reporter.send("ask", until="2026-06-30", text="场地未定").status_code == 303
    assert (reporter.row["due"], reporter.row["asked_due"]) == (date(2026, 5, 25), date(2026, 6, 30))


def test_a_task_that_is_not_theirs_is_said_so_and_stays(reporter: Reporter) -> None:
    assert reporter.send("disclaim", text="应为运行处").status_code == 303
    assert (reporter.row["state"], reporter.events[-1]["kind"]) == ("open", "disclaim")


def test_the_same_form_twice_counts_once(reporter: Reporter) -> None:
    """M27: a double click, or the back button and once more."""
    form = reporter.form("progress", text="正在推进")
    answers = [reporter.http.post(reporter.url, data=form).status_code for _ in range(3)]

    assert answers == [303, 303, 303]
    assert [event["kind"] for event in reporter.events] == ["progress"]
    assert len(reporter.office.rows("SELECT * FROM notice WHERE kind = 'received'")) == 1


@pytest.mark.parametrize(
    ("kind", "once", "then"),
    [
        ("done", {"finished": "2026-05-18"}, {"finished": "2026-05-19"}),
        ("ask", {"until": "2026-06-30", "text": "场地未定"}, {"until": "2026-07-10", "text": "场地未定"}),
        ("progress", {"value": "30"}, {"value": "40"}),
        ("disclaim", {"text": "应为运行处"}, {"text": "应为财务处"}),
    ],
)
def test_back_and_once_more_counts_once_and_what_is_new_counts(
    reporter: Reporter, kind: str, once: dict[str, str], then: dict[str, str]
) -> None:
    """M27: after the back button the browser fetches the page anew, and the form is another one."""
    for fields, events in ((once, 1), (once, 1), (then, 2)):
        assert reporter.send(kind, **fields).status_code == 303
        assert len(reporter.events) == events


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("done", {"by": ""}, "姓名"),
        ("done", {"finished": "2026-05-21"}, "2026-05-21"),
        ("done", {"finished": "昨天"}, "昨天"),
        ("progress", {}, "进展"),
        ("progress", {"value": "许多"}, "许多"),
        ("progress", {"value": "nan"}, "nan"),
        ("progress", {"value": "150"}, "150"),
        ("progress", {"value": "-5"}, "-5"),
        ("done", {"finished": "0001-01-01"}, "0001-01-01"),
        ("ask", {"text": "场地", "until": "9999-12-31"}, "9999-12-31"),
        ("ask", {"until": "2026-06-30"}, "原因"),
        ("ask", {"text": "场地"}, "延至哪一天"),
        ("ask", {"text": "场地", "until": "2026-05-01"}, "2026-05-01"),
        ("disclaim", {}, "哪个单位"),
        ("done", {"text": "长" * 4001}, "4000"),
        ("dance", {"text": "x"}, "不完整"),
        ("done", {"nonce": "short"}, "不完整"),
    ],
)
def test_what_is_missing_is_said_and_what_was_written_stays(
    reporter: Reporter, kind: str, fields: dict[str, str], said: str
) -> None:
    form = reporter.form(kind) | fields
    answer = reporter.http.post(reporter.url, data=form, headers={"accept-language": "zh"})

    assert answer.status_code == 422
    assert said in answer.text.partition('role="alert"')[2].partition("</p>")[0]
    assert reporter.events == []
    if fields.get("text") == "场地":
        assert "场地</textarea>" in answer.text


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}])
def test_a_form_on_another_site_does_nothing(reporter: Reporter, headers: dict[str, str]) -> None:
    """S9"""
    assert reporter.http.post(reporter.url, data=reporter.form("done"), headers=headers).status_code == 403
    assert reporter.http.post(reporter.url, data=reporter.form("done") | {"form": "0" * 32}).status_code == 403
    assert reporter.events == []


def test_a_form_of_one_link_is_worth_nothing_at_another(reporter: Reporter) -> None:
    """S4, S9"""
    other = link(reporter.office, "fixed")

    assert reporter.http.post(f"/r/{other}", data=reporter.form("done")).status_code == 403


def test_evidence_is_kept_outside_the_pages_and_handed_out_to_be_saved(reporter: Reporter, tmp_path: Path) -> None:
    answer = reporter.send("done", files=[("files", ("现场 照片.pdf", PDF, "text/html"))])
    assert answer.status_code == 303

    address = re.search(r'href="([^"]*/file/\d+)"', reporter.page().text)
    assert address
    got = reporter.http.get(f"/r/{address[1]}")
    assert (got.content, got.headers["content-type"]) == (PDF, "application/pdf")
    assert got.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E7%8E%B0")
    assert "sandbox" in got.headers["content-security-policy"]
    assert [path.read_bytes() for path in (tmp_path / "evidence").rglob("*") if path.is_file()] == [PDF]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.html", b"<script>alert(1)</script>"),
        ("run.exe", b"MZ"),
        ("noend", b"x"),
        ("photo.png", b"<svg onload=alert(1)>"),
        ("empty.pdf", b""),
        ("note.txt", b"a\0b"),
        ("big.txt", b"x" * 10_000_001),
    ],
)
def test_a_file_of_another_kind_or_size_is_refused_whole(
    reporter: Reporter, tmp_path: Path, name: str, data: bytes
) -> None:
    files = [("files", ("good.pdf", PDF, "")), ("files", (name, data, ""))]

    assert reporter.send("done", files=files).status_code == 422
    assert reporter.events == []
    assert not (tmp_path / "evidence").exists()


def test_the_same_progress_with_files_again_adds_only_what_is_new(reporter: Reporter) -> None:
    for names in (["a.pdf"], ["a.pdf"], ["a.pdf", "b.pdf"]):
        files = [("files", (name, PDF, "")) for name in names]
        assert reporter.send("progress", text="正在推进", files=files).status_code == 303
    assert [event["kind"] for event in reporter.events] == ["progress"]
    assert [one["name"] for one in reporter.office.rows("SELECT name FROM evidence")] == ["a.pdf", "b.pdf"]
    assert len(reporter.office.rows("SELECT * FROM notice WHERE kind = 'received'")) == 1


def test_more_than_five_files_are_too_many(reporter: Reporter) -> None:
    assert reporter.send("done", files=[("files", (f"{n}.pdf", PDF, "")) for n in range(6)]).status_code == 422


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\temp\\现场.pdf", "现场.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
        ("x" * 300 + ".pdf", "x" * 117 + ".pdf"),
        ("...", "file"),
    ],
)
def test_a_file_name_means_nothing_to_a_system(written: str, kept: str) -> None:
    assert file_name(written) == kept


def test_the_file_of_another_task_is_not_there(reporter: Reporter) -> None:
    reporter.send("done", files=[("files", ("a.pdf", PDF, ""))])
    [evidence] = reporter.office.rows("SELECT id FROM evidence")
    other = link(reporter.office, "fixed")

    assert reporter.http.get(f"{reporter.url}/file/{evidence['id']}").status_code == 200
    assert reporter.http.get(f"/r/{other}/file/{evidence['id']}").status_code == 404


def test_a_link_lives_until_thirty_days_after_the_date_in_force(reporter: Reporter) -> None:
    """M27"""
    settings, database = reporter.office.settings, reporter.office.database

    def on(day: str) -> int:
        with serving(create_app(House(settings, database, date.fromisoformat(day)))) as url:
            return httpx.get(f"{url}/r/{reporter.secret}").status_code

    assert (on("2026-06-24"), on("2026-06-25")) == (200, 410)
    reporter.office.do(desk.extend, "drill", DAY, date(2026, 6, 30), "协调")
    assert (on("2026-07-30"), on("2026-07-31")) == (200, 410)


def test_a_link_ends_when_its_holder_hands_over(reporter: Reporter) -> None:
    with reporter.office.database.write() as connection:
        number = find(connection, reporter.secret).grant.filter["row"]
        narrowed = {"row": number, "unit": "safety", "person": "wang"}
        personal = issue(connection, Grant("report", narrowed, {}, "x"), date.fromisoformat(DAY))
    with reporter.office.act(DAY) as act:
        hand_over(act, "wang", "zhao", date(2026, 5, 22))
    settings, database = reporter.office.settings, reporter.office.database

    def on(day: str) -> int:
        with serving(create_app(House(settings, database, date.fromisoformat(day)))) as url:
            return httpx.get(f"{url}/r/{personal}").status_code

    assert (on("2026-05-21"), on("2026-05-22")) == (200, 410)


def test_a_link_that_was_closed_opens_nothing(reporter: Reporter) -> None:
    with reporter.office.database.write() as connection:
        revoke(connection, find(connection, reporter.secret), date.fromisoformat(DAY))

    assert reporter.page().status_code == 410


def test_a_used_link_shows_how_it_stands(reporter: Reporter) -> None:
    reporter.send("done", text="完成")
    late = reporter.form("progress", text="补充")
    reporter.office.do(desk.accept, "drill", DAY)

    page = reporter.page()
    assert page.status_code == 200
    assert "<textarea" not in page.text
    assert "完成" in page.text
    assert reporter.http.post(reporter.url, data=late).status_code == 422


def test_a_fixed_date_is_not_asked_to_move(reporter: Reporter) -> None:
    fixed = Reporter(reporter.office, reporter.http, link(reporter.office, "fixed"))

    assert "ask-until" not in fixed.page().text
    assert fixed.send("ask", until="2026-06-30", text="x").status_code == 422


def test_the_contact_gets_a_letter_that_says_what_came_in(reporter: Reporter) -> None:
    reporter.send("done", text="已组织完成")
    reporter.office.round("2026-05-21")

    [letter] = [mail for mail in reporter.office.mail if "收到" in str(mail["subject"])]
    assert letter["to"].addresses[0].addr_spec == "wang@example.org"
    text = letter.get_body(("plain",)).get_content()
    assert "李雷" in text
    assert "已组织完成" in text


def test_a_supporting_unit_reports_in_its_own_name(reporter: Reporter) -> None:
    other = Reporter(reporter.office, reporter.http, link(reporter.office, unit="operations"))
    other.send("progress", text="已配合")

    assert other.events[-1]["actor"] == "李雷 (运行处)"
    [notice] = reporter.office.rows("SELECT person FROM notice WHERE kind = 'received'")
    assert notice["person"] == "li"


def test_odd_words_are_shown_as_words(reporter: Reporter) -> None:
    odd = '</textarea><script>alert(1)</script>" onfocus=alert(1) x="{{7*7}}'
    reporter.send("progress", text=odd, by='<b>"x')

    page = reporter.page().text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{7*7}}" in page
    assert "&lt;b&gt;" in page


def test_there_is_a_form_for_paper(reporter: Reporter) -> None:
    page = reporter.http.get(f"{reporter.url}/paper", headers={"accept-language": "zh"})

    assert page.status_code == 200
    assert "消防演练" in page.text
    assert "签" in page.text


def linked(office: Office) -> Office:
    return Office(
        office.database, office.settings.model_copy(update={"base_url": "https://duban.example.org/"}), office.box
    )


def links_of(office: Office) -> list[str]:
    return [
        found
        for mail in office.mail
        for found in re.findall(r"https://duban\.example\.org/r/(\S+)", mail.get_body(("plain",)).get_content())
    ]


def test_a_letter_carries_a_link_of_its_own_that_reports_on_its_task(reporter: Reporter) -> None:
    """M27, M28: short, on a line of its own, for this task and unit."""
    office = linked(reporter.office)
    office.round("2026-05-20")

    sent = links_of(office)
    assert len(sent) == len(set(sent)) > 0
    for mail in office.mail:
        lines = mail.get_body(("plain",)).get_content().splitlines()
        assert all(len(line) <= 76 and line.startswith("https://") for line in lines if "/r/" in line)
    with office.database.read() as connection:
        held = [find(connection, secret) for secret in sent]
    assert {one.grant.filter["unit"] for one in held} == {"safety"}
    page = reporter.http.get(f"/r/{sent[0]}")
    assert page.status_code == 200


def test_leaders_get_letters_without_links(reporter: Reporter) -> None:
    office = linked(reporter.office)
    office.rounds("2026-05-20", "2026-06-08")

    assert "wang@example.org" in links_by_reader(office)
    assert "sun@example.org" not in links_by_reader(office)


def links_by_reader(office: Office) -> set[str]:
    return {
        str(mail["to"].addresses[0].addr_spec)
        for mail in office.mail
        if "/r/db_r_" in mail.get_body(("plain",)).get_content()
    }


def test_without_an_address_or_where_links_get_lost_letters_have_none(reporter: Reporter) -> None:
    reporter.office.round("2026-05-20")
    assert reporter.office.mail
    assert "/r/" not in "".join(mail.get_body(("plain",)).get_content() for mail in reporter.office.mail)


def test_once_a_letter_is_accepted_the_ledger_no_longer_holds_its_link(tmp_path: Path) -> None:
    """S2: found in the file before the letter is handed over, and afterwards nowhere."""
    with Office.open(f"sqlite:///{tmp_path / 'duban.db'}") as plain:
        office = linked(plain)
        office.apply(PLAN, "2026-03-02", release=True)
        office.round("2026-05-20")
        sent = links_of(office)
        assert sent
        texts = [one["text"] for one in office.rows("SELECT text FROM letter")]
        with office.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert not [secret for secret in sent if secret.encode() in kept]
    assert not [secret for secret in sent if secret in "".join(texts)]
