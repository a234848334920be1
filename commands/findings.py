"""Findings for whoever wrote the plan: the place, the line with a caret, why it is wrong and what to do; or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import typer

from commands.files import Reading
from notifications.speech import Speech
from notifications.typesetting import width
from plans.model import Finding

COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}


def print_findings(reading: Reading, speech: Speech, *, err: bool = False) -> None:
    """Print findings with their source lines, in the order of the files."""
    for finding in reading.findings:
        typer.echo("\n".join(_text(finding, reading, speech)), err=err)


def _text(finding: Finding, reading: Reading, speech: Speech) -> Iterator[str]:
    code = typer.style(finding.code, fg=COLOURS[finding.severity], bold=True)
    yield f"{finding.place}: {code} {speech.sentence(finding.what)}"
    lines = reading.lines.get(finding.place.file, [])
    if 0 < finding.place.line <= len(lines):
        number, line = str(finding.place.line), lines[finding.place.line - 1].replace("\t", " ")
        before = line[: finding.place.column - 1]
        yield f" {number} | {line[:200]}"
        if len(before) < 200:
            yield " " * (len(number) + 1) + " | " + " " * width(before) + "^"
    if finding.fix:
        yield "   = " + speech.sentence(finding.fix)


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
                "fixable": finding.edit is not None,
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
        where = f"file={finding.place.file},line={finding.place.line},col={finding.place.column}"
        said = speech.sentence(finding.what).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        yield f"::{level} {where},title={finding.code}::{said}"
