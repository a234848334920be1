"""A question at the terminal is asked, and its answer understood, in the language of whoever sits there."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest
import typer

from commands.asking import agree
from notifications.speech import Speech
from tests.house import CLI

PLAN = """
方案: anquan
标题: 消防安全
印发日期: 2026-03-02
任务:
  - {编号: drill, 工作任务: 消防演练, 牵头单位: 安全处, 完成时限: 5月25日前}
"""


class Terminal:
    """A terminal at which the program is run, with somebody's answers typed ahead."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}

    def duban(self, *arguments: str, typed: bytes = b"", locale: str = "C.UTF-8") -> tuple[int, str]:
        """Return the exit code and all that was shown, what was typed included."""
        ours, theirs = pty.openpty()
        os.write(ours, typed)
        environment = self.environment | {"LC_ALL": locale, "HOME": str(self.folder), "COLUMNS": "200"}
        with subprocess.Popen(
            [*CLI, *arguments], cwd=self.folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
        ) as process:
            os.close(theirs)
            shown = b""
            while part := _read(ours):
                shown += part
        os.close(ours)
        return process.returncode, shown.decode("utf-8", "replace")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # how Linux says that nobody writes to a terminal any more
        return b""


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    assert terminal.duban("init", ".", "--rehearsal", "--language", "zh")[0] == 0
    (tmp_path / "plan.yaml").write_text(PLAN, "utf-8")
    return terminal


def answered(*said: str, language: str = "zh") -> bool:
    """Return whether these answers, one after the other, agree to a question."""
    answers = iter(said)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("builtins.input", lambda _: next(answers))
        try:
            agree("写入台账？", Speech(language))
        except typer.Abort:
            return False
    return True


@pytest.mark.parametrize("language", ["zh", "en"])
def test_yes_and_no_are_understood_in_both_languages_and_in_wide_letters(language: str) -> None:
    assert all(answered(yes, language=language) for yes in ("y", "YES", "是", "是的", "ｙ", "  是 "))
    assert not any(answered(no, language=language) for no in ("n", "否", "No", "", "不"))


def test_an_answer_that_is_neither_is_asked_for_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert answered("也许", "是")
    assert not answered("maybe", "", language="en")
    assert capsys.readouterr().out == "请回答“是”或“否”（也可输入 y 或 n）。\nAnswer y (yes) or n (no).\n"


def test_the_question_is_asked_in_the_language_of_the_terminal_and_half_a_sign_is_no_answer(terminal: Terminal) -> None:
    half = "是".encode()[:2]  # what an old terminal leaves when somebody deletes a sign
    code, shown = terminal.duban("apply", "--today", "2026-03-02", typed=half + "\n是\n".encode())
    assert code == 0, shown
    assert shown.count("写入台账？（是 y，否 n；直接回车为否）") == 2
    assert "已写入台账：anquan。" in shown


def test_nobody_at_the_terminal_is_no(terminal: Terminal) -> None:
    code, shown = terminal.duban("apply", "--today", "2026-03-02", typed=b"\x04", locale="en_GB.UTF-8")
    assert code == 1
    assert "Apply? [y/N] " in shown
    assert shown.endswith("duban: stopped; nothing was changed\r\n")


def test_completion_is_installed_and_shown_in_the_language_of_the_terminal(tmp_path: Path) -> None:
    assert below("bash", tmp_path, "--install-completion", "zh").startswith("bash 的补全已写入")
    assert (tmp_path / ".bash_completions" / "duban.sh").exists()
    assert "_DUBAN_COMPLETE=complete_bash" in below("bash", tmp_path, "--show-completion", "zh")
    refused = below("sh", tmp_path, "--install-completion", "zh")
    assert refused.startswith("duban: 按 Tab 键补全只适用于：bash")


def below(shell: str, home: Path, option: str, language: str) -> str:
    """Return what the program says when called from a *shell*, which is looked for among the processes above it."""
    line = f"'{CLI[0]}' '{CLI[1]}' {option}; :"
    environment = os.environ | {"HOME": str(home), "DUBAN_LANGUAGE": language}
    done = subprocess.run([shell, "-c", line], env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
