"""The first screen tells the truth: its plan becomes its letter and its calendar entry, and its commands exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PEOPLE = {
    "README.md": """
office: Safety
directory:
  units:
    safety: {name: Safety, contact: ada}
    operations: {name: Operations, contact: joan}
  people:
    ada: {name: Ada Marsh, mail: ada.marsh@example.org, phone: 555-0101}
    joan: {name: Joan Bell, mail: joan.bell@example.org}
""",
    "README.zh.md": """
督办单位: 安全处
通讯录:
  units:
    anquan: {name: 安全处, contact: li}
    yunxing: {name: 运行处, contact: wang}
  people:
    li: {name: 李明, mail: li.ming@example.org, phone: 555-0101}
    wang: {name: 王敏, mail: wang.min@example.org}
""",
}
READER = {"README.md": "joan.bell", "README.zh.md": "wang.min"}
DAYS = ("2026-03-02", "2026-05-11", "2026-05-20")  # issued and released; ten and three working days before


def duban(folder: Path, *words: str) -> str:
    environment = os.environ | {"LANG": "C.UTF-8", "DUBAN_LEDGER": str(folder)}
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *words],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)


@pytest.fixture(scope="module", params=PEOPLE)
def walked(request, tmp_path_factory):
    """The plan of a page, applied on its day of issue, with the rounds until three working days before."""
    folder = tmp_path_factory.mktemp("office")
    [plan] = blocks(request.param, "yaml")
    duban(folder, "init", "--rehearsal", "--language", "zh" if "zh" in request.param else "en")
    (folder / "plan.yaml").write_text(plan + PEOPLE[request.param], "utf-8")
    duban(folder, "check")
    duban(folder, "apply", "--release", "--yes", "--today", DAYS[0])
    for day in DAYS:
        duban(folder, "round", "--today", day)
    duban(folder, "feed", "export", "calendars", "--plan", plan.split()[1], "--today", DAYS[-1])
    return request.param, folder, plan


def written(folder: Path, reader: str) -> str:
    """Return the letter as text, without the banner that a rehearsal puts over it."""
    [file] = (folder / "outbox").glob(f"{DAYS[-1]}_{reader}*.eml")
    letter = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
    body = letter.get_body(("plain",))
    assert body
    subject = re.sub(r"^(\[Rehearsal\] |【演练】)", "", letter["Subject"])
    banner, text = body.get_content().replace("\r\n", "\n").strip().split("\n\n", 1)
    assert re.match("Rehearsal|演练", banner)
    return f"{subject}\n\n{text}\n"


def entry(folder: Path) -> str:
    """Return the calendar entry, unfolded, without what is another one in each house."""
    texts = [file.read_bytes().decode() for file in (folder / "calendars").rglob("*.ics")]
    event = next(text[text.index("BEGIN:VEVENT") : text.index("END:VEVENT")] for text in texts if "VEVENT" in text)
    lines = re.sub("\r\n ", "", event).splitlines()
    return "\n".join(line for line in lines if not re.match("UID|DTSTAMP|LAST-MODIFIED", line)) + "\nEND:VEVENT\n"


def test_the_plan_of_the_first_screen_has_eight_lines(walked):
    assert len(walked[2].splitlines()) == 8


def test_the_plan_becomes_the_letter_and_the_entry_that_are_shown(walked, pytestconfig):
    page, folder, _ = walked
    found = [written(folder, READER[page]), entry(folder)]
    if pytestconfig.getoption("golden"):
        text = (ROOT / page).read_text("utf-8")
        for old, new in zip(blocks(page, "text"), found, strict=True):
            text = text.replace(f"```text\n{old}```", f"```text\n{new}```", 1)
        (ROOT / page).write_text(text, "utf-8")
    assert blocks(page, "text") == found


@pytest.mark.parametrize("page", PEOPLE)
def test_every_command_of_the_page_exists(page):
    named = set(re.findall(r"(?:`|^)duban ([a-z]+)", (ROOT / page).read_text("utf-8")))
    shown = duban(ROOT, "--help")
    assert {name for name in named if not re.search(rf"[│ ] ?{name} ", shown)} == set()


@pytest.mark.parametrize("page", [*PEOPLE, "CONTRIBUTING.md", "docs/design.md"])
def test_every_link_of_the_page_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / page).read_text("utf-8"))
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []
