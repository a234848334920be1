"""The commands `feed` and `link` as an office types them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cli import run
from notifications.feeds import Entry, Feed, calendar_bytes
from plans.trouble import DeskError, UsageError
from scheduler.calendars import open_feed
from store.tokens import find
from tests.office import Office
from tests.served import serving
from web.app import create_app
from web.visit import House

PLAN = """
plan: p
title: 安全方案
issued: 2026-03-02
tasks:
  - {id: drill, title: 消防演练, lead: safety, due: 2026-05-25}
  - {id: audit, title: 年度审计, lead: finance, due: 2026-06-10}
  - {id: talk, title: 会商, lead: safety, each: departments, due: 2026-06-12}
"""
DAY = "2026-06-01"
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    for name in ("DUBAN_LEDGER", "DUBAN_DATABASE_URL", "DUBAN_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "duban.toml").write_text('house = "test"\nbase_url = "https://duban.example.org/"\n', "utf-8")
    with Office.open(f"sqlite:///{tmp_path / 'duban.db'}") as office:
        office.apply(PLAN, "2026-03-02", release=True)
        yield office


@pytest.fixture
def say(house: Office, capfd: pytest.CaptureFixture[str]) -> Say:
    assert house.rows("SELECT id FROM plan")

    def said(*arguments: str, on: str = DAY) -> tuple[int, str, str]:
        code = run([*arguments, *(["--today", on] if on else [])])
        out, errors = capfd.readouterr()
        return code, out, errors

    return said


def secret_of(text: str) -> str:
    found = re.search(r"/[fpro]/(db_[fpro]_[a-z2-7]{32})", text)
    assert found, text
    return found[1]


def test_a_calendar_is_given_out_with_three_addresses_that_are_not_kept(house: Office, say: Say) -> None:
    code, out, _ = say("feed", "new", "--unit", "安全处")

    secret = secret_of(out)
    assert code == 0
    assert f"\n    https://duban.example.org/f/{secret}.ics\n" in out
    assert f"\n    webcal://duban.example.org/f/{secret}.ics\n" in out
    assert "It holds 3 entries today." in out
    assert secret not in say("feed", "list", "--all", "--format", "json")[1]
    found = open_feed(house.database, house.settings, secret, date.fromisoformat(DAY), 0)
    assert "消防演练" in found.body.decode()


def test_the_list_says_which_calendars_are_too_large_for_some_clients(
    house: Office, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = secret_of(say("feed", "new", "--name", "全部")[1])
    assert "give up" not in say("feed", "list")[1]  # nobody has fetched it yet
    open_feed(house.database, house.settings, secret, date.fromisoformat(DAY), 0)
    monkeypatch.setattr("scheduler.calendars.LARGE", 1000)

    _, out, _ = say("feed", "list")

    assert re.search(r"全部: at \d+ kB some clients give up; give out one for each unit or plan instead\.", out)
    assert [one["large"] for one in json.loads(say("feed", "list", "--format", "json")[1])] == [True]
    assert re.search(r"全部 is \d+ kB large", say("doctor", on="")[1])


def test_calendars_are_listed_with_what_they_show(say: Say) -> None:
    assert say("feed", "list") == (0, "None has been given out.\n", "")
    say("feed", "new", "--unit", "安全处", "--role", "lead", "--overdue")

    assert "督办·安全处·牵头·逾期" in say("feed", "list")[1]
    [listed] = json.loads(say("feed", "list", "--format", "json")[1])
    assert listed["filter"] == {"overdue": True, "role": "lead", "unit": "safety"}
    assert (listed["made_on"], listed["used_on"], listed["open"]) == (DAY, None, True)


def test_what_was_chosen_for_a_calendar_is_listed_in_words(say: Say) -> None:
    say("feed", "new", "--unit", "安全处", "--kind", "todos", "--titles", "number", "--alarms", "--language", "en")

    assert "安全处, to-dos, numbers only, with alarms, in English" in say("feed", "list")[1]


def test_a_choice_alone_describes_the_calendar_of_everything(say: Say, tmp_path: Path) -> None:
    say("feed", "new", "--unit", "安全处")
    say("feed", "export", str(tmp_path / "out"), "--kind", "todos")

    [file] = (tmp_path / "out").iterdir()
    assert b"BEGIN:VTODO" in file.read_bytes()


def test_a_calendar_gets_a_new_address_and_is_then_closed(house: Office, say: Say) -> None:
    old = secret_of(say("feed", "new", "--unit", "安全处")[1])
    code, out, _ = say("feed", "rotate", "督办·安全处")
    new = secret_of(out)

    assert code == 0
    assert "The old address works until 2026-06-15." in out
    assert say("feed", "revoke", "--unit", "安全处")[0] == 0
    with house.database.read() as connection:
        assert {find(connection, one).revoked_on for one in (old, new)} == {date.fromisoformat(DAY)}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("feed", "new", "--unit", "nobody"), "There is no unit nobody"),
        (("feed", "new", "--kind", "journal"), "--kind takes events, todos"),
        (("feed", "new", "--role", "lead"), "lead is a unit's part"),
        (("feed", "rotate", "nothing"), "nothing open is called nothing"),
        (("feed", "revoke"), "say which"),
        (("feed", "list", "--format", "yaml"), "--format takes text, json"),
        (("link", "new", "--office", "--unit", "安全处"), "--office opens everything"),
        (("link", "new", "--task", "talk"), "p/talk has several rows; name one as p/talk/ROW: "),
        (("link", "new", "--task", "audit", "--unit", "安全处"), "has no part in"),
        (("link", "new", "--task", "nothing"), "no task nothing"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(say: Say, arguments: tuple[str, ...], said: str) -> None:
    code, out, errors = say(*arguments)

    assert (code, out) == (2, "")
    assert said in errors
    assert errors.count("\n") == 1


def test_a_row_can_be_named_as_the_refusal_says(house: Office, say: Say) -> None:
    quarterly = "  - {id: quarterly, title: 季报, lead: safety, due: 每季度末}\n"
    house.apply("plan: q\ntitle: 季报\nissued: 2026-03-02\ntasks:\n" + quarterly, "2026-03-02", release=True)
    for refused, words in (
        (DeskError, ("report", "quarterly", "--done")),
        (UsageError, ("link", "new", "--task", "quarterly")),
        (UsageError, ("link", "new", "--task", "talk")),
    ):
        code, _, errors = say(*words)
        assert code == refused.exit_code
        form, row = re.search(r"name one as (\w/\w+)/ROW: ([^,]+),", errors).groups()
        again = [f"{form}/{row}" if word in ("quarterly", "talk") else word for word in words]
        assert say(*again)[0] == 0


def test_two_calendars_never_share_a_name(say: Say) -> None:
    say("feed", "new", "--unit", "安全处")

    assert "督办·安全处 2" in say("feed", "new", "--unit", "安全处")[1]
    assert say("feed", "new", "--name", "督办·安全处")[0] == 2


def test_calendars_become_files_that_change_only_when_they_do(house: Office, say: Say, tmp_path: Path) -> None:
    """F33 to files: the same bytes as served, and an unchanged one keeps its time."""
    secret = secret_of(say("feed", "new", "--unit", "安全处")[1])
    assert "written anew: 1" in say("feed", "export", "www")[1]
    path = tmp_path / "www" / "督办·安全处.ics"
    before = path.stat().st_mtime_ns

    assert path.read_bytes() == open_feed(house.database, house.settings, secret, date.fromisoformat(DAY), 0).body
    assert "written anew: 0" in say("feed", "export", "www")[1]
    assert path.stat().st_mtime_ns == before
    assert "written anew: 1" in say("feed", "export", "www", "--overdue", "--name", "逾期")[1]
    assert [one.name for one in sorted((tmp_path / "www").iterdir())] == ["督办·安全处.ics", "逾期.ics"]


def test_a_good_file_passes_the_check_and_a_broken_one_is_told_by_line(say: Say, tmp_path: Path) -> None:
    entry = Entry("a@duban", 0, datetime(2026, 3, 2, tzinfo=UTC), date(2026, 5, 25), "消防演练")
    good = calendar_bytes(Feed("督办"), [entry])
    (tmp_path / "good.ics").write_bytes(good)
    (tmp_path / "bad.ics").write_bytes(good.replace(b"STATUS:CONFIRMED", b"STATUS:DONE"))

    assert say("feed", "check", "good.ics", on="")[:2] == (0, "0 faults; entries: 1.\n")
    code, out, _ = say("feed", "check", "bad.ics", on="")
    assert code == 1
    assert re.match(r"bad\.ics:\d+: F15 ", out)
    assert say("feed", "check", "missing.ics", on="")[0] == 6


def test_an_address_is_checked_with_its_headers(house: Office, say: Say) -> None:
    secret = secret_of(say("feed", "new")[1])
    with serving(create_app(House(house.settings, house.database, date.fromisoformat(DAY)))) as url:
        assert say("feed", "check", f"{url}/f/{secret}.ics", on="")[0] == 0
        assert say("feed", "check", f"{url.replace('http', 'webcal')}/f/{secret}.ics", on="")[0] == 0
        code, _, errors = say("feed", "check", f"{url}/f/{secret[:-1]}x.ics", on="")
        page = say("feed", "check", f"{url}/robots.txt", on="")[1]

    assert (code, "404" in errors) == (8, True)
    assert "F25" in page
    assert "F27" in page


@pytest.mark.parametrize(
    ("arguments", "kind", "filters"),
    [
        (("--office",), "office", {}),
        ((), "page", {}),
        (("--unit", "安全处", "--until", "2026-12-31"), "page", {"unit": "safety"}),
        (("--task", "drill"), "report", {"row": 1, "unit": "safety"}),
        (("--task", "p/drill", "--person", "王二"), "report", {"row": 1, "unit": "safety", "person": "wang"}),
    ],
)
def test_links_are_given_out_by_what_they_open(
    house: Office, say: Say, arguments: tuple[str, ...], kind: str, filters: dict[str, object]
) -> None:
    code, out, _ = say("link", "new", *arguments)

    assert code == 0
    with house.database.read() as connection:
        held = find(connection, secret_of(out))
    assert (held.grant.kind, held.grant.filter) == (kind, filters)
    [listed] = json.loads(say("link", "list", "--format", "json")[1])
    assert listed["number"] == held.short
    assert say("link", "revoke", held.short)[0] == 0
    assert json.loads(say("link", "list", "--format", "json")[1]) == []
