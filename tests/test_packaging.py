"""The parcel: what is on disk is what is installed, and what the pages promise exists."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("cli", "commands", "notifications", "plans", "scheduler", "store", "web")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
ON_DISK = {
    *(path.name for path in ROOT.glob("*.py")),
    *(path.parent.name for path in ROOT.glob("*/__init__.py")),
}


def normal(requirement: str) -> str:
    """Return the name of the package that a requirement asks for, in the form that all spellings share."""
    name = re.match(r"[\w.-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def venv(folder: Path, path: str = os.environ["PATH"]) -> subprocess.CompletedProcess[str]:
    """Ask for the Makefile's environment in a folder, with only the programs on *path*."""
    return subprocess.run(
        ["/bin/sh", ".ci/venv", folder],
        cwd=ROOT,
        env={"PATH": path},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("name", OURS)
def test_no_other_distribution_owns(name):
    assert set(packages_distributions().get(name, ["duban"])) == {"duban"}


def test_what_is_on_disk_is_what_is_installed():
    assert {"cli.py", *OURS[1:]} == ON_DISK
    assert set(PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]) == ON_DISK
    assert {f"/{name}" for name in ON_DISK} <= set(PYPROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"])


def test_the_tools_look_at_all_of_it():
    assert set(PYPROJECT["tool"]["mypy"]["files"]) == ON_DISK
    assert set(PYPROJECT["tool"]["ruff"]["lint"]["isort"]["known-first-party"]) == set(OURS)
    assert set(PYPROJECT["tool"]["importlinter"]["root_packages"]) == set(OURS) - {"cli"}


def test_every_folder_of_code_is_a_package():
    """Only the folders that hold data, and the migrations that Alembic reads as files, are none."""
    folders = {path.parent for name in OURS[1:] for path in (ROOT / name).rglob("*.py")}
    without = {str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").is_file()}
    assert without <= {"store/migrations", "store/migrations/versions"}


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_make_command_of_a_page_exists(page):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = re.findall(r"(?:`|^ {4})make ([a-z]+)", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    assert {"demo", "test"} <= set(named) <= targets


def test_constraints_hold_names_and_versions_only():
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line)] == []
    assert lines == sorted(set(lines), key=str.lower)


def test_everything_asked_for_is_pinned():
    project = PYPROJECT["project"]
    asked = [
        *PYPROJECT["build-system"]["requires"],
        *project["dependencies"],
        *(name for extra in project.get("optional-dependencies", {}).values() for name in extra),
        *(name for group in PYPROJECT["dependency-groups"].values() for name in group),
        "pip",
    ]
    pinned = {normal(line) for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()}
    assert {normal(name) for name in asked} <= pinned


def test_an_environment_of_somebody_else_is_left_as_it_is(tmp_path):
    (tmp_path / "pyvenv.cfg").write_text("home = /nowhere\n", "utf-8")
    tried = venv(tmp_path)
    assert tried.returncode == 1
    assert "was not made by this Makefile" in tried.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["pyvenv.cfg"]


def test_without_python_one_sentence_says_what_to_install(tmp_path):
    tried = venv(tmp_path / "venv", path=str(tmp_path))
    assert tried.returncode == 1
    assert tried.stderr.startswith("Python 3.11 or newer was not found.")
    assert list(tmp_path.iterdir()) == []
