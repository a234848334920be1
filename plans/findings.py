"""The findings of one file, gathered while it is read: the first fifty of a kind, then only counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from plans.model import Edit, Finding, Place, Sentence, say

SHOWN = 50
# After one of these nothing more of a file was read: what seems to be missing may stand below.
STOPPING = frozenset({"E101", "E102", "E107", "E108", "E109", "E110", "E119"})
# What is said of many units alike, each at its own place: a person reads it once, a program gets every place.
_ALIKE = frozenset({"W307", "N607"})
_NAMED = 6  # of those that it is said of
# What `plans.mending` repairs beside the edits that findings carry: encoding, byte order mark, line ends, missing ids.
_MENDED_WHOLE = frozenset({"W103", "N104", "N105", "W521"})


class Rule(NamedTuple):
    """What `duban explain CODE` says: the finding in words, why it matters in an office, how to mend it, an example."""

    title: Sentence
    why: Sentence
    mend: Sentence
    example: Sentence


def is_mendable(finding: Finding) -> bool:
    """Return whether `duban check --fix` repairs it."""
    return finding.edit is not None or finding.code in _MENDED_WHOLE


def in_order(findings: list[Finding]) -> list[Finding]:
    """Return findings by place, then code."""
    return sorted(findings, key=lambda finding: (finding.place, finding.code))


def together(findings: Sequence[Finding]) -> list[Finding]:
    """Return findings as a person reads them: what is said of many units of a file in one sentence, at the first."""
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if finding.code in _ALIKE:
            alike.setdefault((finding.code, finding.place.file), []).append(finding)
    groups = ((finding, alike.get((finding.code, finding.place.file), [finding])) for finding in findings)
    return [_as_one(group) for finding, group in groups if group[0] is finding]


def _as_one(group: list[Finding]) -> Finding:
    """Return one finding for a *group* of one kind, of which the last may only count some."""
    if len(group) == 1:
        return group[0]
    counted = [int(str(finding.what.values.get("more", 0))) for finding in group]
    names = [str(finding.what.values["unit"]) for finding in group if "unit" in finding.what.values]
    shown = (*names[:_NAMED], "…") if len(names) > _NAMED else tuple(names)
    what = say("units without any address, where nobody can be reached: {count} ({names})",
               count=len(group) + sum(counted), names=shown)  # fmt: skip
    return replace(group[0], what=what)


class Gathered:
    """Findings of one file. A hostile file has a million of them; nobody reads more than fifty of a kind."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []
        self._counts: dict[str, int] = {}
        self._last: dict[str, int] = {}
        self.edits: list[tuple[str, Edit]] = []  # (code, repair) of every finding, counted ones included

    @property
    def total(self) -> int:
        """Return how many there are, counted ones included."""
        return sum(self._counts.values())

    def is_full(self, code: str) -> bool:
        """Return whether one more finding with this code would only be counted."""
        return self._counts.get(code, 0) >= SHOWN

    def count(self, code: str) -> None:
        """Count a finding of which enough are noted already."""
        self._counts[code] += 1

    def add(
        self, code: str, place: Place, what: Sentence, fix: Sentence | None = None, edit: Edit | None = None
    ) -> None:
        """Note a finding, or count it."""
        self.note(Finding(code, place, what, fix, edit))

    def note(self, finding: Finding) -> None:
        """Note a finding, or count it."""
        code = finding.code
        number = self._counts[code] = self._counts.get(code, 0) + 1
        if finding.edit is not None:
            self.edits.append((code, finding.edit))
        if number <= SHOWN:
            self._last[code] = len(self._findings)
            self._findings.append(finding)

    def all(self) -> list[Finding]:
        """Return what was noted; the last of a kind tells how many more there are."""
        findings = list(self._findings)
        for code, count in self._counts.items():
            if count > SHOWN:
                more = say("the same stands here and elsewhere ({more}×)", more=count - SHOWN)
                findings[self._last[code]] = replace(findings[self._last[code]], what=more)
        return findings
