"""A setting that can't be used is said with its place, in both languages, by listings and all other commands alike."""

from __future__ import annotations

import pytest

from cli import run
from commands.place import KNOWN
from plans.trouble import SettingsError
from scheduler.settings import Settings, load_settings

# fmt: off
WRONG = {  # what is written: (place, the Chinese, the English)
    'langauge = "zh"': ("1:1", "没有 `langauge` 这项设置；是否想写 `language`？", "did you mean `language`?"),
    'house = "h"\ncolour = "red"': ("2:1", "没有 `colour` 这项设置；全部设置见", "no setting `colour`; docs/reference"),
    'language = "fr"': ("1:1", "`language` 只能是 zh, en，不能是 “fr”", "`language` takes zh, en, not “fr”"),
    'language = ""': ("1:1", "`language` 没有写值", "`language` is empty; write a value"),
    'house = "h"\ndatabase = ""': ("2:1", "`database` 没有写值", "`database` is empty"),
    'send_at = "soon"': ("1:1", "`send_at` 应为时刻，如 08:30", "a time of day such as 08:30, not “soon”"),
    'ping_url = "here"': ("1:1", "`ping_url` 应为网址", "`ping_url` takes an address such as https://"),
    'mail = "smtp"': ("1:1", "`mail` 自成一节", "`mail` is a table of its own, begun by a line [mail]"),
    '[mail]\nhots = "smtp"': ("2:1", "没有 `mail.hots` 这项设置；是否想写 `mail.host`？", "did you mean `mail.host`?"),
    '[mail]\n  port = "many"': ("2:3", "`mail.port` 应为整数，不能是 “many”", "`mail.port` takes a whole number"),
    "[mail]\nrate = -1": ("2:1", "`mail.rate` 不得小于 0", "`mail.rate` takes 0 or more, not -1"),
    "[mail]\nconnections = 65": ("2:1", "不得大于 64", "`mail.connections` takes 64 or less, not 65"),
    '[mail]\nsecurity = "ssl"': ("2:1", "只能是 none, starttls, tls，", "takes none, starttls, tls, not “ssl”"),
    '[mail]\nlinks = "perhaps"': ("2:1", "`mail.links` 只能是 true 或 false", "`mail.links` takes true or false"),
    "[mail]\nhost = 25": ("2:1", "应为加引号的文字，不能是 25", "`mail.host` takes a text in quotes, not 25"),
    '[mail]\nsender = ""': ("2:1", "`mail.sender` 没有写值", "`mail.sender` is empty"),
    '[web]\nproxies = "10.0.0.1"': ("2:1", "`web.proxies` 应为一组文字", "`web.proxies` takes a list of texts"),
    "mail.rate = -1": ("1:1", "`mail.rate` 不得小于 0", "`mail.rate` takes 0 or more"),
    "[mail]\npassword = 4711": ("2:1", "`mail.password` 应为加引号的文字，不能是 …", "takes a text in quotes, not …"),
    "house = h": ("1:9", "读不懂", 'this can\'t be read; write a setting as name = "text"'),
    'house = "h"\n[mail': ("2:", "读不懂", "this can't be read"),
    'language = "zh"\nlanguage = "en"': ("2:", "与上文重复", "this stands above already; write each name"),
    '[mail]\nhost = "a"\n[mail]\nport = 25': ("3:", "与上文重复", "this stands above already; write each name"),
    'timezone = "北京"': ("1:1", "时区", "`timezone` names no time zone, 北京"),
}
# fmt: on
BEFORE_TABLES = [text for text in WRONG if "[" not in text and "mail" not in text and "send_at" not in text]


@pytest.fixture
def say(tmp_path, monkeypatch, capsys):
    """Write a duban.toml and run a command beside it; returns what it complained of. *lang* is the locale."""
    monkeypatch.chdir(tmp_path)
    for name in ("LC_MESSAGES", "LANG", "LANGUAGE", "DUBAN_LANGUAGE", "DUBAN_LEDGER"):
        monkeypatch.delenv(name, raising=False)

    def said(text: str, *command: str, lang: str = "en_GB.UTF-8") -> str:
        monkeypatch.setenv("LC_ALL", lang)
        (tmp_path / "duban.toml").write_text(text + "\n", "utf-8")
        (tmp_path / "duban.db").touch()
        assert run(command) == SettingsError.exit_code
        out, errors = capsys.readouterr()
        assert (out, errors.count("\n")) == ("", 1)
        return errors

    return said


@pytest.mark.parametrize("text", WRONG, ids=repr)
def test_a_wrong_setting_is_said_with_its_place_in_both_languages(say, tmp_path, text) -> None:
    place, chinese, english = WRONG[text]
    for lang, words in (("zh_CN.UTF-8", chinese), ("en_GB.UTF-8", english)):
        told = say(text, "doctor", lang=lang)
        assert told.startswith(f"duban: {tmp_path / 'duban.toml'}:{place}")
        assert words in told


@pytest.mark.parametrize("text", [text for text in BEFORE_TABLES if "ping_url" not in text], ids=repr)
def test_a_listing_complains_of_what_it_would_otherwise_read_wrongly(say, text) -> None:
    assert WRONG[text][2] in say(text, "overdue")


def test_a_variable_is_named_where_it_is_to_blame(say, monkeypatch) -> None:
    monkeypatch.setenv("DUBAN_MAIL__PORT", "many")
    assert say('house = "h"', "doctor") == "duban: DUBAN_MAIL__PORT: `mail.port` takes a whole number, not “many”\n"
    monkeypatch.delenv("DUBAN_MAIL__PORT")
    monkeypatch.setenv("DUBAN_LANGUAGE", "fr")
    for command in ("doctor", "overdue"):
        assert say('house = "h"', command) == "duban: DUBAN_LANGUAGE: `language` takes zh, en, not “fr”\n"


def test_an_empty_variable_sets_nothing(monkeypatch) -> None:
    monkeypatch.setenv("DUBAN_TIMEZONE", "")
    assert load_settings(None, {}).timezone == "Asia/Shanghai"


def test_what_is_empty_by_itself_may_be_written_empty(tmp_path) -> None:
    (tmp_path / "duban.toml").write_text('base_url = ""\n[mail]\nhost = ""\n', "utf-8")
    assert load_settings(tmp_path / "duban.toml", {}).mail.host == ""


def test_the_quick_door_knows_every_setting() -> None:
    assert set(Settings.model_fields) == KNOWN
