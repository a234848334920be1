"""All pages in a real browser: two widths, light and dark, with a keyboard, on paper, and as others judge them."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browsing import JS, PLAN, Site, furnish, opened
from tests.office import Office
from tests.served import browse

NOT_FOUND = "missing"
SIZES = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, chromium: object) -> Iterator[Site]:
    with Office.open(f"sqlite:///{tmp_path_factory.mktemp('office')}/duban.db") as office:
        furnish(office)
        with opened(office, chromium) as served:
            yield served


@pytest.fixture(scope="module")
def html(site: Site) -> dict[str, str]:
    """Return every page as the server sends it."""

    with browse(site.url, cookies={"duban": site.session}, headers={"accept-language": "zh-CN"}) as http:
        return {name: http.get(path).text for name, path in site.pages.items()}


@pytest.mark.parametrize(("width", "scheme"), SIZES)
@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_a_page_fits_its_screen_asks_nobody_else_and_runs_without_an_error(
    site: Site, width: int, scheme: str, language: str
):
    with site.window(width, scheme, language) as window:
        wide = []
        for name, path in site.pages.items():
            answer = window.page.goto(site.url + path)
            assert answer.status == (404 if name == NOT_FOUND else 200), name
            if window.page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append(name)

    assert wide == []
    assert [fault for fault in window.faults if "404 (Not Found)" not in fault] == []


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_axe_finds_nothing_to_object_to(site: Site, width: int, scheme: str):
    script = JS / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        pytest.skip("axe-core is not installed: npm ci --prefix tests/js")
    found = {}
    with site.window(width, scheme, bypass_csp=True) as window:
        for name, path in site.pages.items():
            window.page.goto(site.url + path)
            window.page.add_script_tag(path=script)
            violations = window.page.evaluate("axe.run().then(found => found.violations)")
            if violations:
                found[name] = [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in violations]
    assert found == {}


def test_every_page_is_valid_html(html: dict[str, str]):
    if not shutil.which("node") or not (JS / "node_modules" / "html-validate").is_dir():
        pytest.skip("html-validate is not installed: npm ci --prefix tests/js")
    result = subprocess.run(
        ["node", str(JS / "valid.mjs")], input=json.dumps(html), capture_output=True, text=True, check=True, cwd=JS
    )
    assert json.loads(result.stdout) == []


def test_a_page_carries_no_style_and_no_script_of_its_own(html: dict[str, str]):
    for name, page in html.items():
        assert " style=" not in page, name
        assert "<style" not in page, name
        assert page.count("<script") == 1, name
        assert "javascript:" not in page, name


def test_a_board_refreshes_itself_without_losing_its_place(site: Site):
    from scheduler import desk

    with site.window() as window:
        page = window.page
        page.clock.install()
        page.goto(site.url + site.pages["board"])
        page.evaluate("window.scrollTo(0, 200)")
        page.locator("a", has_text="每月报数").first.focus()
        before = page.evaluate("window.scrollY")
        site.office.do(desk.note, "drill", "2026-06-01", "刚刚记录的电话")
        page.clock.fast_forward(61_000)
        page.wait_for_selector("text=刚刚记录的电话")

        assert page.evaluate("window.scrollY") == before
        assert page.evaluate("document.activeElement.textContent") == "每月报数"


def test_the_desk_works_by_hand_and_without_a_script(site: Site):
    with site.window(java_script_enabled=False) as window:
        page = window.page
        page.goto(site.url + "/office/desk")
        page.locator("section.verify summary", has_text="退办").click()
        page.locator("section.verify details[open] textarea").fill("缺少签到表")
        page.locator("section.verify details[open] button").click()
        assert "已退办" in page.locator("[role=status]").inner_text()
        page.locator("section.extend input[type=date]").fill("2026-06-25")
        page.locator("section.extend").get_by_role("button", name="同意", exact=True).click()
        assert "新时限已生效" in page.locator("[role=status]").inner_text()
        page.locator("section.release button", has_text="放行").last.click()
        assert "已放行" in page.locator("[role=status]").inner_text()

    assert str(site.office.one("audit")["due"]) == "2026-06-25"
    assert site.office.one("proof")["state"] == "returned"
    assert window.faults == []


def test_a_calendar_is_subscribed_to_on_a_phone(site: Site):
    with site.window(390) as window:
        page = window.page
        page.goto(f"{site.url}/p/{site.reader}/subscribe?unit=finance")
        page.locator("label", has_text="只显示编号").click()
        page.locator("button", has_text="生成订阅地址").click()

        assert page.locator("a.main").get_attribute("href").startswith("webcal://")
        assert page.locator("svg.qr").is_visible()
        address = page.locator("input[readonly]").input_value()
    import httpx

    feed = httpx.get(address)
    assert feed.headers["content-type"].startswith("text/calendar")
    assert "年度审计" not in feed.text
    assert window.faults == []


def test_a_keyboard_comes_first_to_the_content(site: Site):
    with site.window() as window:
        page = window.page
        page.goto(site.url + site.pages["board"])
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("name", ["board", "matrix", "timeline", "task", "desk"])
def test_on_paper_there_is_no_menu_no_button_and_nothing_of_a_dark_screen(site: Site, name: str):
    with site.window(scheme="dark") as window:
        page = window.page
        page.goto(site.url + site.pages[name])
        page.emulate_media(media="print")

        red = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--red')")
        assert red == "#b3261e"
        assert page.locator("h1").first.is_visible()
        assert not page.locator(".head nav").is_visible()
        seen = page.locator("main button").filter(visible=True)
        assert seen.count() == 0
        assert page.pdf(format="A4").startswith(b"%PDF")


PAYLOADS = (
    '<script>alert(1)</script>"><img src=x onerror=alert(2)>{{ 7*7 }}{% raw %}',
    "'><svg/onload=alert(3)></title></textarea></style></script><b>5]]><!--7--><?x",
    "javascript:alert(4) &lt;i&gt;6&amp; \u202e8\u2066<iframe src=//example.org>",
)


def hostile(payload: str) -> tuple[str, str]:
    """Return a plan and a directory with the payload in every field that holds a text."""
    text = json.dumps(payload, ensure_ascii=False)
    plan = PLAN
    for word in (
        "安全方案",
        "安〔2026〕3号",
        "启动阶段",
        "消防演练",
        "年度审计",
        "审计的说明",
        "逐一检查门禁",
        "每月报数",
    ):
        plan = plan.replace(word, text)
    plan = plan.replace("no: 1,", f"no: {text}, source: {text}, problem: {text}, tags: [{text}],")
    return plan, text


def hand_in(site: Site, page: object, payload: str) -> None:
    """Import a document, and send a form that is refused, with the payload in each: it comes back as text."""
    cells = (payload.replace("|", "／").replace("\n", " "), "安全处", "2026年6月30日前")
    table = "| 工作任务 | 牵头单位 | 完成时限 |\n|---|---|---|\n" + "".join(
        f"| {' | '.join(cells)} |\n" for _ in range(3)
    )
    page.goto(f"{site.url}/office/import")
    page.locator("input[type=file]").set_input_files({"name": "a.md", "mimeType": "", "buffer": table.encode()})
    page.locator("form.apply button").click()
    assert page.locator("main script, main iframe, main img, main [onerror], main [onload]").count() == 0
    assert "alert" in page.locator("textarea.code").input_value()
    page.goto(f"{site.url}/office/task/p/audit")
    page.locator("details", has=page.locator("input[value=end]")).locator("summary").click()
    form = page.locator("form", has=page.locator("input[value=end]"))
    form.locator("select[name=how]").select_option("merged")
    form.locator("input[name=into]").fill(payload)
    form.locator("textarea").fill(payload)
    form.locator("button").click()
    assert payload in page.locator("main").evaluate("main => main.textContent")
    assert page.locator("main script, main iframe, main img, main [onerror], main [onload]").count() == 0


@pytest.mark.parametrize("payload", PAYLOADS)
def test_whatever_a_plan_says_is_text_on_every_page_in_print_and_in_drawings(
    chromium: object, tmp_path: Path, payload: str
):
    from tests import office as offices

    plan, text = hostile(payload)
    directory = offices.DIRECTORY.replace("安全处", text).replace("王二", text).replace("运行处", text)
    with Office.open(f"sqlite:///{tmp_path}/duban.db") as office:
        office.directory = directory
        furnish(office, plan)
        from scheduler import desk

        office.do(desk.note, "drill", "2026-06-01", payload)
        with opened(office, chromium) as site, site.window() as window:
            for name, path in site.pages.items():
                answer = window.page.goto(site.url + path)
                assert answer.status == (404 if name == NOT_FOUND else 200), name
                alive = window.page.locator("main script, main iframe, main img, main [onerror], main [onload]")
                assert alive.count() == 0, name
                if name in ("board", "list", "matrix", "timeline", "plan", "task", "desk", "report", "paper", "apply"):
                    assert payload in window.page.evaluate("document.getElementById('main').textContent"), name
                    window.page.emulate_media(media="print")
                    assert payload in window.page.evaluate("document.getElementById('main').textContent"), name
                    window.page.emulate_media(media="screen")
            hand_in(site, window.page, payload)
            window.page.goto(site.url + site.pages["timeline"])
            window.page.pdf(format="A4")  # last: Chromium lets go of a page that it has printed
    assert [fault for fault in window.faults if "404 (Not Found)" not in fault] == []
