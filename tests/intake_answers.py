"""How close a reading of a document comes to the answers a careful clerk wrote down before."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plans.intake.document import read_document
from plans.intake.draft import Options
from plans.intake.neutral import draft_json

ROLES = ("lead", "responsible", "support", "leaders", "persons")


@dataclass
class Score:
    """Counts over documents, and what was wrong, in words."""

    wanted: int = 0
    got: int = 0
    hit: int = 0
    leads: int = 0
    leads_right: int = 0
    dues: int = 0
    dues_right: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """Return the harmonic mean of what was found and what was right of what was found."""
        return 2 * self.hit / (self.wanted + self.got) if self.wanted + self.got else 1.0

    def add(self, other: Score) -> None:
        """Take another document's counts in."""
        for name in ("wanted", "got", "hit", "leads", "leads_right", "dues", "dues_right"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.faults += other.faults


def neutral(path: Path, **options: Any) -> dict[str, Any]:
    """Return what a file is read as."""
    return draft_json(read_document(path.read_bytes(), path.name, Options(**options)))


def score(answers: dict[str, Any], reading: dict[str, Any]) -> Score:
    """Compare the tasks of a reading with the answers: each answer with the most alike task, best pairs first."""
    wanted, got = answers["tasks"], reading["tasks"]
    pairs = _pairs(wanted, got)
    result = Score(wanted=sum(1 for task in wanted if not task.get("optional")))
    optional = sum(1 for at, _ in pairs if wanted[at].get("optional"))
    result.got, result.hit = len(got) - optional, len(pairs) - optional
    result.faults += [f"missing: {task['title'][:40]}" for at, task in enumerate(wanted)
                      if not task.get("optional") and at not in dict(pairs)]  # fmt: skip
    result.faults += [
        f"extra: {task['title'][:40]}" for at, task in enumerate(got) if at not in {place for _, place in pairs}
    ]
    for at, place in pairs:
        _compare(wanted[at], got[place], result)
    return result


def _compare(answer: dict[str, Any], task: dict[str, Any], result: Score) -> None:
    title = answer["title"][:24]
    for role in ROLES:
        if _names(answer.get(role)) != _names(task.get(role)):
            result.faults.append(f"{title}: {role} {answer.get(role)} read as {task.get(role)}")
    if answer.get("lead") or task.get("lead"):
        result.leads += 1
        result.leads_right += _names(answer.get("lead")) == _names(task.get("lead"))
    right = (task.get("due") or None) in (answer.get("due") or None, *answer.get("due_alt", ()))
    if answer.get("due"):
        result.dues += 1
        result.dues_right += right
    if not right:
        result.faults.append(f"{title}: due {answer.get('due')} read as {task.get('due')} ({task.get('deadline')})")


def _pairs(wanted: list[dict[str, Any]], got: list[dict[str, Any]]) -> list[tuple[int, int]]:
    likely = sorted(
        (-max(_alike(title, task["title"]) for title in (answer["title"], *answer.get("alt_titles", ()))),
         abs(at - place), at, place)
        for at, answer in enumerate(wanted) for place, task in enumerate(got)
    )  # fmt: skip
    taken: dict[int, int] = {}
    for likeness, _, at, place in likely:
        if likeness <= -0.6 and at not in taken and place not in taken.values():
            taken[at] = place
    return list(taken.items())


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())


def _alike(one: str, other: str) -> float:
    one, other = sorted((_folded(one), _folded(other)), key=len)
    if len(one) >= 6 and one in other:
        return 1.0
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() if one else 0.0


def _names(names: list[str] | None) -> set[str]:
    return {re.sub(r"等$", "", _folded(name)) for name in names or ()} - {""}
