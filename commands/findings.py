"""Findings for whoever wrote the plan: the place, the line with a caret, why it is wrong and what to do; or as JSON."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence

import typer

from commands.files import Reading
from commands.table import Screen, screen
from notifications.speech import Speech
from notifications.typesetting import cut, plain, width, wrap
from plans.findings import is_mendable, together
from plans.model import Finding, Place

COLOURS = {"error": "red", "warning": "yellow", "note": "grey"}
ROOM = 100  # columns of a source line that are shown, in a narrower terminal as many as it has


def print_findings(reading: Reading, speech: Speech, *, err: bool = False) -> None:
    """Print findings with their source lines, in the order of the files."""
    on = screen(sys.stderr if err else sys.stdout, os.environ)
    for finding in together(reading.findings):
        typer.echo("\n".join(as_text(finding, reading.lines, speech, on)), err=err, color=on.colours)


def as_text(finding: Finding, lines: Mapping[str, Sequence[str]], speech: Speech, on: Screen) -> Iterator[str]:
    """Yield the lines that tell a person of a finding; *lines* are those of each file."""
    code = on.paint(finding.code, COLOURS[finding.severity])
    yield f"{plain(str(finding.place))}: {code} {plain(speech.sentence(finding.what))}"
    of_file = lines.get(finding.place.file, ())
    if 0 < finding.place.line <= len(of_file):
        yield from _source(of_file[finding.place.line - 1], finding.place, on.columns)
    if finding.fix:
        yield wrap(plain(speech.sentence(finding.fix)), "   = ", "     ", on.columns or sys.maxsize)


def _source(line: str, place: Place, columns: int | None) -> Iterator[str]:
    """Yield the line and a caret under the column of *place* (from 1); of a long line what stands around it."""
    gutter = f" {place.line} | "
    room = ROOM if columns is None else max(min(ROOM, columns - len(gutter)), 20)
    most = room * 3 // 5  # columns before the caret
    before, rest = (_visible(part) for part in (line[: place.column - 1], line[place.column - 1 :]))
    if width(before) > most and width(before) + width(rest) > room:
        while width(before) > most - 1:
            before = before[max(1, len(before) - most) :]
        before = "…" + before
    yield f"{gutter}{cut(before + rest, room)}".rstrip()
    yield " " * (len(gutter) - 3) + " | " + " " * width(before) + "^"


def _visible(text: str) -> str:
    """Return a part of a line as a terminal can show it: one blank for each tab and sign that moves the cursor."""
    return text if text.isprintable() else "".join(sign if sign.isprintable() else " " for sign in text)


def as_json(findings: Iterable[Finding], speech: Speech) -> str:
    """Return findings as a list of objects; fields are added, never removed."""
    return json.dumps(
        [
            {
                "code": finding.code,
                "severity": finding.severity,
                "file": finding.place.file,
                "line": finding.place.line,
                "column": finding.place.column,
                "message": speech.sentence(finding.what),
                "fix": speech.sentence(finding.fix) if finding.fix else "",
                "fixable": is_mendable(finding),
            }
            for finding in findings
        ],
        ensure_ascii=False,
        indent=1,
    )


def as_github(findings: Iterable[Finding], speech: Speech) -> Iterator[str]:
    """Yield findings as workflow commands, which GitHub shows beside the line."""
    for finding in findings:
        level = "notice" if finding.severity == "note" else finding.severity
        where = f"file={_property(finding.place.file)},line={finding.place.line},col={finding.place.column}"
        said = [speech.sentence(finding.what), *([speech.sentence(finding.fix)] if finding.fix else [])]
        yield f"::{level} {where},title={finding.code}::{_data(speech.clauses(said))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
