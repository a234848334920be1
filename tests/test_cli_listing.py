"""The front door answers listings at once and hands everything else on."""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import typer

import plans.trouble as trouble
from commands import main
from commands.listing import LISTINGS, Listing, parse, some_of
from commands.place import find_place, simple_settings
from notifications.speech import Speech
from plans.trouble import DubanError, LedgerError, SettingsError
from tests.ledgers import Desk

ROOT = Path(__file__).parents[1]
D = date.fromisoformat
HEAVY = ("typer", "sqlalchemy", "sqlmodel", "pydantic", "yaml", "jinja2", "dataclasses", "typing", "re")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A house whose ledger has one overdue task, one due later, and one letter."""
    folder = tmp_path_factory.mktemp("house")
    desk = Desk(folder / "duban.db")
    desk.workdays(D("2018-01-01"), D("2018-12-31"))
    desk.unit("zonghe", "综合处")
    desk.person("wang", "王敏")
    desk.plan("suqian", D("2018-05-16"), number="宿工商〔2018〕9号")
    desk.task("suqian", "drill", "消防演练 \x1b[31m", no="3", spec=json.dumps({"note": "每年一次", "tags": ["a", "b"]}))
    desk.task("suqian", "report", "总结")
    first = desk.row(
        "suqian", "drill", D("2018-05-25"), title="消防演练 \x1b[31m", leads=["zonghe"], next_at=1528417800
    )
    desk.row("suqian", "report", D("2018-06-15"), leads=["zonghe"], silent="past")
    letter = desk.letter("wang", D("2018-05-22"), state="sent", sent_at=1526949000, subject="【临近提醒】")
    desk.notice(first, "-3wd", "wang", D("2018-05-22"), "in_letter", letter=letter, why="contact")
    desk.notice(first, "+1wd", "wang", D("2018-05-28"), "suppressed", reason="superseded", kind="late")
    desk.event(
        "suqian", "drill", D("2018-05-20"), "moved", occurrence=first, data={"due": ["2018-05-20", "2018-05-25"]}
    )
    (folder / "duban.toml").write_text(
        '# a house\nlanguage = "en"\ndatabase = "duban.db"\n[mail]\nport = 25\n', "utf-8"
    )
    (folder / "below").mkdir()
    return folder


def duban(folder, *arguments, **environment):
    """Run the program in *folder* with a plain environment; returns the finished process."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("DUBAN", "LC_", "LANG"))}
    return subprocess.run(
        [sys.executable, *environment.pop("python", []), ROOT / "cli.py", *arguments],
        cwd=folder, env=plain | {"PYTHONIOENCODING": "utf-8"} | environment, capture_output=True, text=True,
        encoding="utf-8", check=False,
    )  # fmt: skip


TODAY = ("--today", "2018-06-08")


def test_overdue_as_json_is_the_documented_shape(house):
    done = duban(house, "overdue", *TODAY, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == [
        {
            "plan": "suqian", "task": "drill", "occurrence": "", "no": "3", "title": "消防演练 \x1b[31m",
            "kind": "dated", "lead": ["综合处"], "units": ["综合处"], "due": "2018-05-25", "original_due": "2018-05-25",
            "days_overdue": 14, "workdays_overdue": 10, "light": "red", "state": "open",
        }
    ]  # fmt: skip
    assert list(json.loads(done.stdout)[0])[:14] == [
        *("plan", "task", "occurrence", "no", "title", "kind", "lead", "units", "due", "original_due"),
        *("days_overdue", "workdays_overdue", "light", "state"),
    ]


@pytest.mark.parametrize("listing", LISTINGS.values(), ids=LISTINGS)
def test_every_listing_speaks_json_from_a_folder_below(house, listing: Listing):
    task = ["drill"] if listing.takes_task else []
    done = duban(house / "below", listing.name, *task, *TODAY, "--format", "json", "--exit-code")
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout)
    assert json.loads(
        duban(house, listing.name, *task, *TODAY, "--format=json", PYTHONIOENCODING="ascii").stdout
    ) == json.loads(done.stdout)


@pytest.mark.parametrize("listing", LISTINGS.values(), ids=LISTINGS)
def test_every_listing_is_readable_and_harmless_in_both_languages(house, listing: Listing):
    task = ["drill"] if listing.takes_task else []
    english = duban(house, listing.name, *task, *TODAY)
    chinese = duban(house, listing.name, *task, *TODAY, "--lang", "zh")
    assert english.returncode == chinese.returncode == 0
    assert "\x1b" not in english.stdout + chinese.stdout
    assert english.stdout != chinese.stdout


def test_overdue_is_told_with_days_and_working_days(house):
    text = duban(house, "overdue", *TODAY).stdout
    assert text.startswith("Fri 8 June 2018: 1 task is overdue.\n")
    assert re.search(r"10 \(14\)  2018-05-25  suqian/drill  3    消防演练  \[31m  综合处", text), text


def test_show_tells_what_was_asked_and_what_happened(house):
    text = duban(house, "show", "suqian/drill", *TODAY).stdout
    for said in (
        "宿工商〔2018〕9号",
        "每年一次",
        "a, b",
        "overdue",
        "due 2018-05-20 → 2018-05-25",
        "1 letter was sent",
    ):
        assert said in text


def test_why_tells_each_decision_and_what_comes_next(house):
    text = duban(house, "why", "drill", *TODAY).stdout
    assert "sent to wang@example.org, 2018-05-22 08:30" in text
    assert "not told: a later stage was due as well; only the latest is said" in text
    assert "The next stage is decided 2018-06-08 08:30." in text
    assert "The plan's letters wait for: duban release suqian" in text


def test_a_day_without_anything_ends_with_0_even_if_asked(house):
    done = duban(house, "overdue", "--today", "2018-05-20", "--exit-code")
    assert (done.returncode, done.stdout) == (0, "Nothing is overdue on Sun 20 May 2018.\n")


def test_days_beyond_the_calendar_are_no_trouble(house):
    assert duban(house, "due", "--today", "9999-12-30", "--days", "99999").returncode == 0
    assert duban(house, "list", "--today", "0001-01-01").returncode == 0


@pytest.mark.parametrize("command", [("overdue",), ("show", "drill"), ("list",)])
def test_a_listing_loads_the_standard_library_only(house, command):
    done = duban(house, *command, *TODAY, python=["-X", "importtime"])
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert done.returncode == 0
    assert {"sqlite3", "commands"} <= loaded
    ours = {"cli", "commands", "notifications", "plans", "scheduler", "store"}
    site = {"_distutils_hack", "sitecustomize", "usercustomize"}  # what an interpreter loads by itself
    foreign = {name for name in loaded - ours - site - sys.stdlib_module_names if name and not name.startswith("_")}
    assert foreign - {"imported package"} == set()
    if command != ("list",):  # control characters in a title are what `re` is loaded for
        assert not loaded & set(HEAVY) - {"re"}


def test_typer_offers_what_the_quick_door_understands():
    """Both sides come from one table; this compares what Typer has made of it."""
    app = main.build(Speech("en"))
    group = typer.main.get_command(app)
    for listing in LISTINGS.values():
        command = group.commands[listing.name]
        offered = {name for parameter in command.params for name in parameter.opts if name.startswith("--")}
        assert offered == {f"--{name}" for name in listing.options}
        assert {parameter.name for parameter in command.params if parameter.param_type_name == "argument"} == (
            {"task"} if listing.takes_task else set()
        )
        assert {
            f"--{p.name.rstrip('_').replace('_', '-')}" for p in command.params if getattr(p, "is_flag", False)
        } == {f"--{option.name}" for option in listing.options.values() if option.flag}
        assert command.help == listing.help


@pytest.mark.parametrize("listing", LISTINGS.values(), ids=LISTINGS)
def test_the_slow_way_answers_alike(house, listing: Listing):
    """`--` is unusual enough for Typer to answer."""
    task = ["drill"] if listing.takes_task else []
    quick = duban(house, listing.name, *TODAY, *task)
    slow = duban(house, listing.name, *TODAY, "--", *task)
    assert (slow.returncode, slow.stdout) == (quick.returncode, quick.stdout)


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        ([], {}),
        (["--today=2018-06-08", "--exit-code"], {"today": D("2018-06-08"), "exit_code": True}),
        (["--days", "3", "--unit", "综合处"], {"days": 3, "unit": "综合处"}),
        (["--days", "-3"], None),
        (["--days"], None),
        (["--exit-code=yes"], None),
        (["--help"], None),
        (["-h"], None),
        (["--", "x"], None),
        (["task"], None),
        (["--today", "2018-6-8"], {"today": D("2018-06-08")}),
        (["--today", "6-8"], None),
        (["--format", "xml"], None),
        (["--dayz", "3"], None),
    ],
)
def test_what_is_plain_is_read_and_what_is_not_is_left_to_typer(arguments, given):
    assert parse(LISTINGS["due"], arguments) == given


def test_several_words_may_stand_with_commas():
    assert some_of("open", "done")("open，done") == ("open", "done")
    with pytest.raises(ValueError, match="none of"):
        some_of("open", "done")("open,odd")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("overdue", "--unit", "综合科"), 2, "duban: There is no unit 综合科. Did you mean 综合处?\n"),
        (("show", "dril"), 2, "duban: There is no task dril. Did you mean drill?\n"),
        (("overdue", "--ledger", "none.db"), 4, "duban: There is no ledger at none.db."),
        (("overdue", "--today", "yesterday"), 2, "yesterday is no day"),
        (("list", "--sort", "colour"), 2, "colour is none of plan, due"),
        (("nonsense",), 2, "there is no command nonsense"),
    ],
)
def test_trouble_is_said_once_with_its_exit_code(house, arguments, code, said):
    done = duban(house, *arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_without_a_ledger_the_way_to_one_is_shown(tmp_path):
    done = duban(tmp_path, "overdue")
    assert (done.returncode, done.stdout) == (4, "")
    assert "`duban init` makes one" in done.stderr


def test_a_reader_that_goes_away_is_no_trouble(house):
    command = f"{sys.executable} {ROOT / 'cli.py'} list --today 2018-06-08 | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=house, capture_output=True, text=True, check=False)
    assert done.returncode in (0, trouble.BROKEN_PIPE)
    assert done.stderr == ""


def test_every_exit_code_is_explained():
    page = (ROOT / "docs" / "reference" / "exit-codes.md").read_text("utf-8")
    explained = {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    known = {value for name, value in vars(trouble).items() if name.isupper() and type(value) is int}
    classes = {one.exit_code for _, one in inspect.getmembers(trouble, inspect.isclass) if issubclass(one, DubanError)}
    assert explained == known | classes


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('database = "a.db"\n\n# why\nlanguage="zh"\n[mail]\nhost = 3', {"database": "a.db", "language": "zh"}),
        ('database = "a\\\\b.db"', None),
        ("database = 'a.db'", None),
        ('database = "a.db" # here', None),
        ("port = 25", None),
        ('a = "x"\na = "y"', None),
        ("nonsense", None),
        ("", {}),
    ],
)
def test_a_simple_settings_file_needs_no_parser(text, found):
    assert simple_settings(text) == found


def test_the_ledger_is_named_by_option_then_environment_then_folder(house, tmp_path):
    below = str(house / "below")
    toml, ledger = str(house / "duban.toml"), str(house / "duban.db")
    place = find_place("", {}, below)
    assert (place.file, place.ledger, place.language) == (toml, ledger, "en")
    for named in (str(house), toml, ledger):
        assert find_place(named, {}, str(tmp_path)).ledger == ledger
        assert find_place("", {"DUBAN_LEDGER": named}, str(tmp_path)).file == toml
    url = "postgresql://desk@db.example.org/duban"
    assert find_place("", {"DUBAN_DATABASE_URL": url}, below).ledger == url
    assert find_place(url, {}, below).ledger == url
    with pytest.raises(LedgerError, match=r"no duban\.toml"):
        find_place("", {}, "/")


@pytest.mark.parametrize("words", [("list",), ("doctor",), ("why", "drill")])
def test_a_time_zone_that_does_not_exist_is_said_with_its_setting(house, words):
    (house / "duban.toml").write_text('house = "h"\nlanguage = "en"\ntimezone = "北京"\n', "utf-8")
    done = duban(house, *words)
    assert (done.returncode, done.stdout) == (SettingsError.exit_code, "")
    assert "`timezone`" in done.stderr
    assert "北京" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_settings_file_that_is_broken_is_said(tmp_path):
    (tmp_path / "duban.toml").write_text("database = ", "utf-8")
    with pytest.raises(SettingsError, match=r"duban\.toml:1.* this can't be read"):
        find_place("", {}, str(tmp_path))
