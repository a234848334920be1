"""A document on its way into the ledger, in a real browser: handed in, asked about, corrected, looked at, applied."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest

from tests.browsing import JS, Site, Watched, furnish, opened
from tests.office import Office

SIZES = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
ROWS = (
    ("序号", "工作任务", "牵头单位", "完成时限"),
    ("1", "开展燃气安全检查", "安全处", "2026年6月30日前"),
    ("2", "建立应急物资台账", "运行处", "2026年7月底前"),
    ("3", "组织全员培训", "", "2026年9月20日前"),
)


def document() -> bytes:
    """Return a Word file as an office would hand it in."""
    paper = docx.Document()
    for line in ("安督〔2026〕8号", "关于印发安全工作任务分解表的通知", "2026年5月20日印发"):
        paper.add_paragraph(line)
    table = paper.add_table(rows=0, cols=4)
    for row in ROWS:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    written = io.BytesIO()
    paper.save(written)
    return written.getvalue()


@pytest.fixture
def site(tmp_path: Path, chromium: object) -> Iterator[Site]:
    with Office.open(f"sqlite:///{tmp_path}/duban.db") as office:
        furnish(office)
        with opened(office, chromium) as served:
            yield served


def hand_in(site: Site, page: Any, name: str, data: bytes) -> None:
    page.goto(f"{site.url}/office/import")
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": data})
    press(page, "读取")


def press(page: Any, button: str) -> None:
    """Press a button and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def look_well(window: Watched, width: int) -> None:
    """Refuse a page that is wider than its screen, or that axe objects to."""
    page = window.page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    axe = JS / "node_modules" / "axe-core" / "axe.min.js"
    if axe.is_file():
        page.add_script_tag(path=axe)
        found = page.evaluate("axe.run().then(found => found.violations)")
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_a_document_is_asked_about_corrected_looked_at_and_applied(site: Site, width: int, scheme: str):
    with site.window(width, scheme, bypass_csp=True) as window:
        page = window.page
        hand_in(site, page, "notice.docx", document())
        look_well(window, width)
        second = page.locator("table.beside tbody tr").nth(1)
        assert "2 ｜ 建立应急物资台账 ｜ 运行处 ｜ 2026年7月底前" in second.inner_text()

        page.locator(".ask input").first.fill("财务处")
        page.get_by_label("单位：建立应急物资台账").fill("运行处、安全处")
        page.get_by_label("时限：建立应急物资台账").fill("2026年8月15日前")
        press(page, "采用更正")
        look_well(window, width)
        assert page.locator(".ask").count() == 0
        assert page.get_by_label("单位：建立应急物资台账").input_value() == "运行处、安全处"
        text = page.locator("textarea.code").input_value()
        for said in ("财务处", "[运行处, 安全处]", "2026年8月15日前"):
            assert said in text

        press(page, "查看变动")
        look_well(window, width)
        assert page.locator("tr.plus").count() == len(ROWS) - 1
        press(page, "应用")
        assert page.locator("h1").inner_text() == "安全工作任务分解表"
        look_well(window, width)

    rows = site.office.rows("SELECT title, leads, due FROM occurrence WHERE plan = 'notice' ORDER BY position")
    assert [(json.loads(one["leads"]), str(one["due"])) for one in rows] == [
        (["safety"], "2026-06-30"),
        (["operations", "safety"], "2026-08-15"),
        (["finance"], "2026-09-20"),
    ]
    assert window.faults == []


def test_a_correction_that_is_no_date_is_said_so_and_can_be_corrected_again(site: Site):
    with site.window() as window:
        page = window.page
        hand_in(site, page, "notice.docx", document())
        page.get_by_label("时限：开展燃气安全检查").fill("等通知")
        press(page, "采用更正")
        first = page.locator("table.beside tbody tr").first
        assert "2026-06-30" not in first.locator("td").nth(2).inner_text()
        assert "完成时限: 等通知" in page.locator("textarea.code").input_value()
        page.get_by_label("时限：开展燃气安全检查").fill("6月28日前")
        press(page, "采用更正")
        assert "2026-06-28" in first.inner_text()
    assert window.faults == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_sample_documents_are_read_beside_their_passages(site: Site, samples: Path, width: int, scheme: str):
    found = sorted(path for path in (samples / "documents").iterdir() if path.suffix in (".txt", ".docx"))
    assert found
    with site.window(width, scheme, bypass_csp=True) as window:
        for path in found:
            hand_in(site, window.page, path.name, path.read_bytes())
            rows = window.page.locator("table.beside tbody tr")
            assert rows.count() >= 3, path.name
            assert all(rows.locator("td.passage").all_inner_texts()), path.name
            look_well(window, width)
            window.page.locator("textarea.code").scroll_into_view_if_needed()
            press(window.page, "查看变动")
            look_well(window, width)
    assert window.faults == []
