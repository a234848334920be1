"""The pictures of README and docs: an office at work on the example plans, looked at in Chromium (`make pictures`)."""

from __future__ import annotations

import contextlib
import html
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

PICTURES = ROOT / "docs" / "pictures"
DAY = date(2018, 6, 8)
ISSUED = {"changzhou-2018": "2018-05-15", "suqian-2018": "2018-05-18"}
ACTS = {
    "2018-05-25": ["report suqian-2018/fangan --done -m 方案已印发"],
    "2018-05-28": ["report suqian-2018/xuexi -m 已完成第1次集中学习，心得正在收集"],
    "2018-05-31": ["report suqian-2018/wenjuan -m 发放问卷300份，正在汇总"],
    "2018-06-05": ["report suqian-2018/xuanchuan --done --finished 2018-05-31 -m 已发布推文6篇"],
    "2018-06-06": ["note suqian-2018/jin-yuanqu -m 电话联系业务处，答复本周五前报送"],
    "2018-06-07": ["extend suqian-2018/zhuanlan --ask --until 2018-06-29 -m 网站改版，栏目上线推迟"],
}


class Picture(NamedTuple):
    """One picture: its file, the page below the office's own address, and the window it is looked at in."""

    name: str
    place: str
    width: int = 1280
    height: int = 860
    scheme: str = "light"
    language: str = "zh-CN"


SHOWN = (
    Picture("board", ""),
    Picture("board-en", "", language="en-GB"),
    Picture("board-phone", "", 390, 844),
    Picture("board-dark", "", scheme="dark"),
    Picture("desk", "desk"),
    Picture("desk-phone", "desk", 390, 844, "dark"),
    Picture("matrix", "matrix?plan=suqian-2018"),
    Picture("timeline", "timeline?plan=suqian-2018"),
    Picture("task", "task/suqian-2018/jin-yuanqu", height=1240),
    Picture("subscribe", "subscribe"),
)


def duban(line: str) -> None:
    """Type a command of duban, quietly."""
    from cli import run

    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
        code = run(line.split())
    if code:
        sys.exit(f"duban {line}: {said.getvalue()}")


def work() -> None:
    """Let the office of this folder work until DAY: plans applied, rounds made, reports and calls entered."""
    from plans.workdays import Workdays

    duban("init . --rehearsal")
    for plan in (*ISSUED, "directory"):
        shutil.copy(ROOT / "plans" / "examples" / f"{plan}.yaml", ".")
    workdays, day = Workdays("CN"), min(map(date.fromisoformat, ISSUED.values()))
    while day <= DAY:
        for plan, issued in ISSUED.items():
            if issued == str(day):
                duban(f"apply {plan}.yaml --release --yes --by 李明 --today {day}")
        for act in ACTS.get(str(day), ()):
            duban(f"{act} --by 李明 --today {day}")
        if day in workdays:
            duban(f"round --today {day}")
        day += timedelta(days=1)


@contextlib.contextmanager
def served() -> Iterator[tuple[str, str]]:
    """Serve the house of this folder as of DAY; give its address and the office's session."""
    from scheduler.settings import load_settings
    from store.database import Database
    from store.tokens import Grant, issue
    from tests.served import serving
    from web.app import create_app
    from web.visit import House

    settings = load_settings(Path("duban.toml"), {})
    database = Database(settings.database)
    with database.write() as connection:
        session = issue(connection, Grant("session", name="李明"), DAY)
    with serving(create_app(House(settings, database, DAY))) as address:
        yield address, session
    database.close()


def take(browser: Any, address: str, session: str) -> None:
    """Take every picture."""
    PICTURES.mkdir(exist_ok=True)
    for one in SHOWN:
        context = browser.new_context(
            viewport={"width": one.width, "height": one.height}, color_scheme=one.scheme, locale=one.language
        )
        context.add_cookies([{"name": "duban", "value": session, "url": address}])
        page = context.new_page()
        page.goto(f"{address}/office/{one.place}")
        page.screenshot(path=PICTURES / f"{one.name}.png")
        context.close()
        sys.stdout.write(f"docs/pictures/{one.name}.png\n")


LOOK = (
    "body{margin:0;display:grid;grid-template-columns:4fr 7fr;gap:24px;padding:24px;background:#e9ecef}"
    "section{background:#fff;padding:28px 32px;box-shadow:0 1px 6px #0003;font:15px/1.7 serif}"
    "h1{font:600 20px/1.5 serif;text-align:center}p{margin:0 0 6px;text-indent:2em}"
    "pre{margin:0;padding:20px 24px;background:#1e2430;color:#e6e9ef;font:13px/1.55 'Noto Sans Mono CJK SC',monospace;"
    "white-space:pre;overflow:hidden}"
    "div{display:grid;gap:16px;align-content:start}.plan{background:#fff;color:#222;box-shadow:0 1px 6px #0003}"
)


def imported() -> str:
    """Return a page with a document, the review of its import, and the beginning of the plan it became."""
    import docx

    from cli import run

    shutil.copy(ROOT / "tests" / "documents" / "county-plan.docx", "整治方案.docx")
    options = ["--group", "各乡镇（街道）=东镇、西镇、北街道", "--directory", "units.yaml", "--out", "plan.yaml"]
    with contextlib.redirect_stderr(io.StringIO()) as review:
        run(["import", "整治方案.docx", *options])
    lines = [one.text for one in docx.Document("整治方案.docx").paragraphs]
    paper = "".join(f"<p>{html.escape(line)}</p>" for line in lines[3:])
    head = f"<p>{html.escape(lines[1])}</p><h1>{html.escape(lines[2])}</h1>"
    said = html.escape("$ duban import 整治方案.docx --directory units.yaml --out plan.yaml\n" + review.getvalue())
    plan = html.escape("\n".join(Path("plan.yaml").read_text("utf-8").splitlines()[12:32]))
    panes = f'<section>{head}{paper}</section><div><pre>{said}</pre><pre class="plan">{plan}</pre></div>'
    return f"<!doctype html><meta charset=utf-8><style>{LOOK}</style><body>{panes}"


def take_import(browser: Any) -> None:
    """Take the picture of a document on its way into a plan."""
    page = browser.new_page(viewport={"width": 1440, "height": 700})
    page.set_content(imported())
    page.screenshot(path=PICTURES / "import.png", full_page=True)
    page.close()
    sys.stdout.write("docs/pictures/import.png\n")


def take_draft(browser: Any, address: str, session: str) -> None:
    """Take the picture of a document that was handed in: its tasks, to be corrected beside the passages."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, locale="zh-CN")
    context.add_cookies([{"name": "duban", "value": session, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/office/import")
    page.locator("input[type=file]").set_input_files(ROOT / "tests" / "documents" / "county-plan.docx")
    page.locator("form.apply button").click()
    page.screenshot(path=PICTURES / "draft.png")
    context.close()
    sys.stdout.write("docs/pictures/draft.png\n")


def main() -> None:
    """Make the pictures anew."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is not installed; on Debian: apt install chromium")
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        os.environ["LC_ALL"] = "zh_CN.UTF-8"
        work()
        with served() as (address, session), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            take(browser, address, session)
            take_draft(browser, address, session)
            take_import(browser)
            browser.close()


if __name__ == "__main__":
    main()
