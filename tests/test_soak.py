"""A year under load in small: everybody is told what the oracle says, once; `make soak` does it with 100,000 tasks."""

from __future__ import annotations

from pathlib import Path

from tests.soak import year


def test_a_year_of_300_tasks_tells_what_the_oracle_says_and_nothing_else(tmp_path: Path, monkeypatch):
    """R16: what was sent is what an oracle of its own says, and memory stays flat."""
    monkeypatch.setattr(year, "FEEDS", 3)
    soaked = year.soaked(f"sqlite:///{tmp_path / 'duban.db'}", tmp_path, 300)
    assert list(soaked.wrong()) == []
    assert len((tmp_path / "post").read_text("utf-8").splitlines()) > 1000
    assert soaked.memory[-1] < soaked.memory[2] * 1.1


def test_a_letter_too_many_and_one_too_few_are_noticed(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(year, "LAST", year.FIRST_DUE)
    monkeypatch.setattr(year, "FEEDS", 0)
    soaked = year.soaked(f"sqlite:///{tmp_path / 'duban.db'}", tmp_path, 20)
    assert list(soaked.wrong()) == []
    letters = (tmp_path / "post").read_text("utf-8").splitlines()
    (tmp_path / "post").write_text("\n".join([*letters[1:], letters[-1]]) + "\n", "utf-8")
    soaked.every = [*soaked.every[1:], soaked.every[0]._replace(id="t99")]
    found = {one.partition(":")[0] for one in soaked.wrong()}
    assert found == {"MISSING", "TOO MUCH", "NOT HANDED OVER", "HANDED OVER AND NOT MARKED"}
