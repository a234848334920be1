"""Long work shows how far it is, to people only."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PLAN = "plan: p{n}\ntitle: Plan {n}\nissued: 2026-03-02\ntasks:\n  - {{id: a, title: Drill, lead: X, due: by 25 May}}\n"


def check(folder: Path, errors: int) -> bytes:
    for number in range(3):
        (folder / f"p{number}.yaml").write_text(PLAN.format(n=number), "utf-8")
    words = [sys.executable, str(ROOT / "cli.py"), "check", str(folder)]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=errors, env=os.environ | {"LANG": "C"}, check=False)
    return done.stdout


def test_a_terminal_sees_a_bar_and_a_pipe_gets_the_findings_alone(tmp_path):
    ours, theirs = pty.openpty()
    out = check(tmp_path, theirs)
    os.close(theirs)
    assert b"Reading plans" in os.read(ours, 100_000)
    assert b"Reading plans" not in out


def test_a_file_gets_no_bar(tmp_path):
    kept = tmp_path / "errors.txt"
    with kept.open("wb") as file:
        check(tmp_path, file.fileno())
    assert kept.read_bytes() == b""
