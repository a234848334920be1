"""One rule says which language a command line is answered in, whichever command, and whatever comes of it."""

from __future__ import annotations

import re

import pytest

import cli
from cli import run
from commands.tongue import speech_for

LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE", "DUBAN_LANGUAGE", "DUBAN_LEDGER", "DUBAN_DATABASE_URL")
SPOKEN = {  # (locale, house): what is spoken
    ("zh_CN.UTF-8", "zh"): "zh",
    ("zh_CN.UTF-8", "en"): "zh",
    ("en_GB.UTF-8", "zh"): "en",
    ("en_GB.UTF-8", "en"): "en",
    ("C.UTF-8", "zh"): "zh",
    ("C.UTF-8", "en"): "en",
    ("fr_FR.UTF-8", "zh"): "zh",
    ("fr_FR.UTF-8", "en"): "en",
}


def has_chinese(text: str) -> bool:
    return re.search("[\u4e00-\u9fff]", text) is not None


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("houses")
    for language in ("zh", "en"):
        assert run(["init", "--language", language, str(folder / language)]) == 0
    return folder


@pytest.fixture
def say(monkeypatch, capsys, tmp_path):
    """Run a command under an environment and return all that it printed."""
    monkeypatch.chdir(tmp_path)
    for name in LOCALES:
        monkeypatch.delenv(name, raising=False)

    def said(*arguments: str, **environment: str) -> str:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        run(arguments)
        return "".join(capsys.readouterr())

    return said


@pytest.mark.parametrize(
    "words",
    [
        ("overdue",),
        ("due", "--today", "2018-06-08"),
        ("doctor",),
        ("explain", "E203"),
        ("date", "5月25日前", "--issued", "2018-05-01"),
        ("ladder", "show", "standard"),
        ("show", "nothing"),
        ("accept", "nothing"),
        ("overdue", "--today", "tomorrow"),
        ("overdue", "--nonsense"),
        ("accept",),
        ("nonsense",),
        ("--help",),
        ("feed", "new", "--help"),
        ("db",),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize(("locale", "house"), SPOKEN)
def test_every_command_is_answered_by_the_same_rule(say, houses, monkeypatch, words, locale, house) -> None:
    monkeypatch.chdir(houses / house)
    told = say(*words, LC_ALL=locale)
    assert has_chinese(re.sub("5月25日前|每季度末", "", told)) == (SPOKEN[locale, house] == "zh"), told


def test_the_house_is_the_one_the_command_line_names(say, houses, monkeypatch) -> None:
    monkeypatch.chdir(houses / "en")
    for words in (("overdue",), ("doctor",), ("accept", "nothing"), ("overdue", "--nonsense")):
        assert has_chinese(say(*words, "--ledger", str(houses / "zh"))), words
        assert not has_chinese(say(*words)), words


def test_a_language_named_in_the_environment_counts_before_the_locale(say, houses) -> None:
    for words in (("overdue",), ("doctor",), ("show", "nothing")):
        at = ("--ledger", str(houses / "zh"))
        assert not has_chinese(say(*words, *at, LC_ALL="zh_CN.UTF-8", DUBAN_LANGUAGE="en"))


def test_a_listing_asked_in_a_language_fails_in_it_as_well(say, houses) -> None:
    told = say("show", "nothing", "--lang", "zh", "--ledger", str(houses / "en"), LC_ALL="en_GB.UTF-8")
    assert told == "duban: 没有任务 nothing。\n"


def test_before_any_house_is_found_the_locale_decides_and_else_english(say) -> None:
    assert has_chinese(say("overdue", LC_ALL="zh_CN.UTF-8"))
    assert not has_chinese(say("overdue", LC_ALL="C.UTF-8"))


def test_a_house_that_cannot_be_read_is_complained_of_once(say, tmp_path) -> None:
    (tmp_path / "duban.toml").write_text("language = \n", "utf-8")
    assert say("overdue", LC_ALL="C.UTF-8").count("\n") == 1
    assert speech_for(["overdue"], {}, str(tmp_path)).language == "en"


def test_json_keeps_its_words_in_any_language(say, houses) -> None:
    at = ("--ledger", str(houses / "zh"), "--format", "json")
    assert say("overdue", *at, LC_ALL="zh_CN.UTF-8") == say("overdue", *at, LC_ALL="en_GB.UTF-8") == "[]\n"


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        (["acept", "x"], "没有 acept 这个命令；是否想写 accept？", "there is no command acept; did you mean accept?"),
        (["accept"], "缺少：任务", "TASK is missing"),
        (["due", "--dys", "3"], "没有 --dys 这个选项；是否想写 --days？", "no option --dys; did you mean --days?"),
        (["accept", "x", "--today"], "--today 后面要写值", "--today needs a value"),
        (["check", "--watch=3"], "--watch 不带值", "--watch takes no value"),
        (["hold", "a", "b", "c"], "多出了：b c", "b c is more than this command takes"),
        (["preview", "--days", "x"], "--days 应为整数", "--days takes a whole number"),
        (["preview", "--days", "0"], "--days 不得小于 1", "--days takes 1 or more"),
        (["preview", "--days", "999"], "--days 不得大于 400", "--days takes 400 or less"),
        (["due", "--days", "x"], "--days：x 不是天数", "--days: x is no number of days"),
    ],
)
def test_a_line_that_cannot_be_read_is_explained_in_the_users_language(say, words, zh, en) -> None:
    """Typer's own complaints exist in English only; each that we know is said in our words."""
    chinese, english = say(*words, LC_ALL="zh_CN.UTF-8"), say(*words, LC_ALL="en_GB.UTF-8")
    assert zh in chinese
    assert en in english
    assert not re.search("Usage|Error|Missing|Invalid|option|such", chinese)


def test_help_names_things_in_the_users_language_and_breaks_lines_where_chinese_may(say) -> None:
    chinese = say("transfer", "--help", LC_ALL="zh_CN.UTF-8")
    assert chinese.startswith("用法：duban transfer [选项] 任务")
    assert "\n  --today 日期 " in chinese
    assert "[文件…]" in say("apply", "--help", LC_ALL="zh_CN.UTF-8")
    assert not re.search("Usage|Options|Arguments|TASK|Show this", chinese)
    whole = say("import", "--help", LC_ALL="zh_CN.UTF-8")
    assert "…" not in whole.replace("文件…", "")


def test_help_may_be_asked_for_in_the_place_of_a_command(say) -> None:
    for asked, shown in (
        (("help",), ("--help",)),
        (("help", "overdue"), ("overdue", "--help")),
        (("help", "feed", "new"), ("feed", "new", "--help")),
        (("feed", "help", "new"), ("feed", "new", "--help")),
    ):
        assert say(*asked, LC_ALL="zh_CN.UTF-8") == say(*shown, LC_ALL="zh_CN.UTF-8"), asked
    assert "there is no command acept; did you mean accept?" in say("help", "acept", LC_ALL="en_GB.UTF-8")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "duban: 内存不足，无法完成。已开始的改动已撤回；请关闭其他程序后重试。\n"),
        (
            ZeroDivisionError("x"),
            "duban: 本不应出现此错误（ZeroDivisionError: x）。设置 DUBAN_TRACEBACK=1 可查看出错位置，请反馈给维护者。\n",  # noqa: E501
        ),
    ],
)
def test_what_nobody_expected_is_one_sentence_as_well(duban, monkeypatch, error: Exception, said: str):
    def stumble(_arguments: object) -> int:
        raise error

    monkeypatch.setattr(cli, "_answer", stumble)
    assert duban("overdue", code=70) == said
