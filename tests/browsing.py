"""A browser for tests: Debian's Chromium driven by Playwright, a house to look at, and what a page does in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scheduler import desk
from store.tokens import Grant, issue
from tests.office import Office
from tests.served import serving
from web.app import create_app
from web.visit import House

JS = Path(__file__).parent / "js"
DAY = date(2026, 6, 1)
PLAN = """
plan: p
title: 安全方案
number: 安〔2026〕3号
issued: 2026-03-02
phases:
  - {id: start, title: 启动阶段, due: 3月2日至6月30日}
tasks:
  - {id: drill, no: 1, title: 消防演练, phase: start, lead: [safety, operations], support: finance, due: 2026-05-25}
  - {id: audit, no: 2, title: 年度审计, phase: start, lead: finance, due: 2026-06-10, note: 审计的说明}
  - {id: gates, title: 逐一检查门禁, each: departments, due: 2026-06-01}
  - {id: report, title: 每月报数, lead: operations, due: 每月25日}
  - {id: long, title: 长期宣传, lead: safety, due: 长期}
  - {id: odd, title: 时限不明的事, lead: finance, due: 待上级通知后另行安排}
  - {id: proof, title: 已经报办结, lead: safety, due: 2026-06-05}
"""


@dataclass
class Watched:
    """A page of a browser, and what it did that it should not have done."""

    page: Any
    origin: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        page = self.page
        page.on("request", lambda request: self._asked(request.url))
        page.on("console", lambda said: self._said(said))
        page.on("pageerror", lambda error: self.faults.append(f"{page.url} error {error}"))
        page.on("dialog", self._dialog)

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.faults.append(f"{self.page.url} asks {url}")

    def _said(self, said: Any) -> None:
        if said.type in ("error", "warning") and "409 (Conflict)" not in said.text:
            self.faults.append(f"{self.page.url} {said.type} {said.text}")

    def _dialog(self, dialog: Any) -> None:
        self.faults.append(f"{self.page.url} dialog {dialog.message}")
        dialog.dismiss()


@dataclass
class Site:
    """A served house: the addresses of its pages, and browsers to look at them with."""

    url: str
    browser: Any
    office: Office
    session: str
    reader: str
    pages: dict[str, str]

    @contextmanager
    def window(
        self, width: int = 1280, scheme: str = "light", language: str = "zh-CN", **more: Any
    ) -> Iterator[Watched]:
        height = 900 if width > 600 else 844
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, locale=language, **more
        )
        context.add_cookies([{"name": "duban", "value": self.session, "url": self.url}])
        try:
            yield Watched(context.new_page(), self.url)
        finally:
            context.close()


def furnish(office: Office, plan: str = PLAN) -> None:
    """Let an office have worked with a plan until DAY, so that every section of every page has something to show."""
    office.apply(plan, "2026-03-02", release=True)
    office.rounds("2026-05-20", "2026-06-01")
    office.do(desk.report_done, "proof", "2026-06-01", "报告已印发")
    office.do(desk.ask_extension, "audit", "2026-06-01", date(2026, 6, 30), "等待数据")
    with office.act("2026-06-01") as act:  # said over its link not to be theirs
        act.change(next(iter(desk.find(act.connection, "p", "long", ""))), "disclaim", "应由运行处办理")


@contextmanager
def opened(office: Office, browser: Any) -> Iterator[Site]:
    """Serve a furnished office."""
    house = House(office.settings, office.database, DAY)
    with office.database.write() as connection:
        session, reader, feed, link = (
            issue(connection, Grant(kind, name="林一"), DAY) for kind in ("session", "page", "feed", "office")
        )
    with office.database.write() as connection:
        row = office.one("audit")["id"]
        report = issue(connection, Grant("report", {"row": row, "unit": "finance"}, name="年度审计"), DAY)
    waiting = office.rows(
        "SELECT n.occurrence, n.person FROM notice n WHERE n.state = 'held' AND n.reason = 'desk' AND n.person <> ''"
    )
    read = f"/p/{reader}/"
    pages = {
        "board": read,
        "list": f"{read}list",
        "matrix": f"{read}matrix",
        "timeline": f"{read}timeline",
        "plan": f"{read}plan/p",
        "task": f"{read}task/p/drill",
        "unit": f"{read}unit/safety",
        "person": f"{read}person/wang",
        "subscribe": f"{read}subscribe",
        "office-board": "/office/",
        "office-task": "/office/task/p/audit",
        "office-plan": "/office/plan/p",
        "office-waits": "/office/task/p/long",
        "office-unit": "/office/unit/office",
        "office-person": "/office/person/wang",
        "office-subscribe": "/office/subscribe",
        "desk": "/office/desk",
        "apply": "/office/apply?plan=p",
        "import": "/office/import",
        "letter": f"/office/desk/letter/{waiting[0]['occurrence']}/{waiting[0]['person']}",
        "calendar": f"/s/{feed}/",
        "enter": f"/o/{link}",
        "report": f"/r/{report}",
        "paper": f"/r/{report}/paper",
        "missing": f"{read}task/p/none",
    }
    with serving(create_app(house)) as url:
        yield Site(url, browser, office, session, reader, pages)
