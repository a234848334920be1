"""What all tests share: the sample documents, and files of what is expected."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

from cli import run
from store.database import Database
from tests import server
from tests.office import Office

if not os.environ.get("CI"):  # in CI hypothesis loads its own profile, whose runs repeat exactly
    settings.register_profile("patient", deadline=None)
    settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="write the expected files anew instead of comparing")


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "cache"):  # beside pytest's own notes, where it keeps any: the checkout may be read-only
        set_hypothesis_home_dir(config.cache.mkdir("hypothesis"))


@pytest.fixture(scope="session")
def samples(pytestconfig: pytest.Config) -> Path:
    """Return the folder of sample documents that $DUBAN_SAMPLES names; without it, skip."""
    named = os.environ.get("DUBAN_SAMPLES")
    if not named:
        pytest.skip("DUBAN_SAMPLES is not set: it names a folder of sample documents that is no part of the project")
    folder = pytestconfig.rootpath / named
    assert folder.is_dir(), f"DUBAN_SAMPLES={named} is not a folder"
    return folder


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[Database]:
    """Return a ledger on the server that $DUBAN_TEST_POSTGRES names, in a database of this run's own."""
    with server.fresh_database() as url:
        database = Database(url)
        database.upgrade()
        yield database
        database.close()


@pytest.fixture
def postgres(postgres_database: Database) -> str:
    """Return the URL of an empty ledger on a PostgreSQL server."""
    server.empty(postgres_database)
    return postgres_database.url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Return a running browser, or skip with the reason; one for all files, as a process drives Playwright once."""
    path = shutil.which("chromium")
    if not path:
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty ledger, once in a file and once on a server."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'duban.db'}"
    return str(request.getfixturevalue("postgres"))


@pytest.fixture
def office(url: str) -> Iterator[Office]:
    """Return an office with an empty rehearsal ledger."""
    with Office.open(url) as opened:
        yield opened


@pytest.fixture
def duban(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Return the command line in an empty folder: what a command printed. *code* None lets it end as it will."""
    monkeypatch.chdir(tmp_path)
    for name in ("LC_MESSAGES", "LANG", "LANGUAGE", "DUBAN_LANGUAGE", "DUBAN_LEDGER"):
        monkeypatch.delenv(name, raising=False)

    def go(*arguments: str, lang: str = "zh_CN.UTF-8", code: int | None = 0) -> str:
        monkeypatch.setenv("LC_ALL", lang)
        ended = run(arguments)
        said = "".join(capsys.readouterr())
        assert code in (None, ended), said
        return said

    return go


@pytest.fixture
def golden(pytestconfig: pytest.Config) -> Callable[[str, bytes], None]:
    """Return a function that compares bytes with the file tests/golden/NAME; `make golden` writes it instead."""

    def compare(name: str, found: bytes) -> None:
        expected = pytestconfig.rootpath / "tests" / "golden" / name
        if pytestconfig.getoption("golden"):
            expected.parent.mkdir(parents=True, exist_ok=True)
            expected.write_bytes(found)
        assert expected.is_file(), f"{expected} is missing: look at what comes out, then run `make golden`"
        assert found.decode().splitlines() == expected.read_bytes().decode().splitlines()
        assert found == expected.read_bytes()

    return compare
