"""Findings for whoever wrote the plan: the place, the line with a caret, why it is wrong and what to do; or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

import typer

from commands.files import Reading
from notifications.speech import Speech
from notifications.typesetting import cut, plain, width
from plans.findings import is_mendable, together
from plans.model import Finding

COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
ROOM = 100  # columns of a source line that are shown
_BEFORE = 60  # columns of them before the caret


def print_findings(reading: Reading, speech: Speech, *, err: bool = False) -> None:
    """Print findings with their source lines, in the order of the files."""
    for finding in together(reading.findings):
        typer.echo("\n".join(as_text(finding, reading.lines, speech)), err=err)


def as_text(finding: Finding, lines: Mapping[str, Sequence[str]], speech: Speech) -> Iterator[str]:
    """Yield the lines that tell a person of a finding; *lines* are those of each file."""
    code = typer.style(finding.code, fg=COLOURS[finding.severity], bold=True)
    yield f"{plain(str(finding.place))}: {code} {plain(speech.sentence(finding.what))}"
    of_file = lines.get(finding.place.file, ())
    if 0 < finding.place.line <= len(of_file):
        yield from _source(of_file[finding.place.line - 1], finding.place.line, finding.place.column)
    if finding.fix:
        yield "   = " + plain(speech.sentence(finding.fix))


def _source(line: str, number: int, column: int) -> Iterator[str]:
    """Yield the line and a caret under its *column* (from 1); of a long line what stands around it."""
    before, rest = (_visible(part) for part in (line[: column - 1], line[column - 1 :]))
    if width(before) > _BEFORE and width(before) + width(rest) > ROOM:
        while width(before) > _BEFORE - 1:
            before = before[max(1, len(before) - _BEFORE) :]
        before = "…" + before
    yield f" {number} | {cut(before + rest, ROOM)}".rstrip()
    yield " " * (len(str(number)) + 1) + " | " + " " * width(before) + "^"


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
