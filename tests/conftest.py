"""What all tests share: the sample documents, and files of what is expected."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

from tests.office import Office

if not os.environ.get("CI"):  # in CI hypothesis loads its own profile, whose runs repeat exactly
    settings.register_profile("patient", deadline=None)
    settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="write the expected files anew instead of comparing")


def pytest_configure(config: pytest.Config) -> None:
    if config.cache:  # beside pytest's own notes, for the checkout may be read-only
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


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Return an office with an empty rehearsal ledger."""
    with Office.open(tmp_path) as opened:
        yield opened


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
