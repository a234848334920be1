"""The language family: plan files are checked, findings explained, and editors told what a plan may hold."""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from commands.board import add
from commands.files import Reading, plan_files, read_files
from commands.findings import as_github, as_json, print_findings
from commands.room import TodayOption, read_day
from notifications.speech import N_, Speech, language_of
from plans.check import chosen
from plans.editors import json_schema
from plans.findings import Rule
from plans.keys_house import DIRECTORY
from plans.model import say
from plans.rules import RULES
from plans.schema import PLAN
from plans.trouble import FINDINGS, UsageError

FORMATS = ("text", "json", "github")
Codes = list[str] | None


def register(app: typer.Typer, speech: Speech) -> None:
    """Put the family's commands on the board."""
    for name, function, about in (
        ("check", check, N_("Look for what is wrong in plan files: place, line, reason, and what to do.")),
        (
            "explain",
            explain,
            N_("Say what a finding means, why it matters, how to mend it; all of them without a code."),
        ),
        (
            "schema",
            schema,
            N_("Print the JSON schema of a plan, with which editors complete keys and underline slips."),
        ),
    ):
        add(app, speech, N_("Plans"), name, function, about)


def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help=N_("Plan files, directories of units, or folders."))
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="|".join(FORMATS), help=N_("How to print."))] = "text",
    select: Annotated[
        Codes, typer.Option("--select", metavar="CODES", help=N_("Only these: W403, or all of W4."))
    ] = None,
    ignore: Annotated[Codes, typer.Option("--ignore", metavar="CODES", help=N_("All but these."))] = None,
    strict: Annotated[bool, typer.Option("--strict", help=N_("Warnings count as errors."))] = False,
    today: str = TodayOption,
) -> None:
    """Look for what is wrong in plan files: place, line, reason, and what to do."""
    speech = Speech(language_of(os.environ))
    if form not in FORMATS:
        raise UsageError(say("--format takes {formats}, not {text}", formats=", ".join(FORMATS), text=form))
    wanted, unwanted = _codes(select), _codes(ignore)
    day = read_day(today) if today else date.today()
    reading = read_files(plan_files(files or [Path()]), today=day)
    reading.findings = chosen(reading.findings, wanted, unwanted)
    _print(reading, form, speech)
    failing = {"error", "warning"} if strict else {"error"}
    if any(finding.severity in failing for finding in reading.findings):
        raise typer.Exit(FINDINGS)


def _codes(written: Codes) -> list[str]:
    """Return the codes of an option, given several times or with commas between; each must begin some code."""
    codes = [code.strip().upper() for text in written or () for code in text.split(",") if code.strip()]
    for code in codes:
        if not any(known.startswith(code) for known in RULES):
            raise UsageError(say("no finding has the code {code}; `duban explain` lists them", code=code))
    return codes


def _print(reading: Reading, form: str, speech: Speech) -> None:
    if form == "json":
        typer.echo(as_json(reading.findings, speech))
    elif form == "github":
        for line in as_github(reading.findings, speech):
            typer.echo(line)
    else:
        print_findings(reading, speech)
        typer.echo(_summary(reading, speech))


def _summary(reading: Reading, speech: Speech) -> str:
    """Return one line: how much was read, and what was found."""
    counts = Counter(finding.severity for finding in reading.findings)
    read = speech.names(
        (
            speech.count("{n} file", "{n} files", len(reading.lines)),
            speech.count("{n} task", "{n} tasks", sum(len(source.plan.tasks) for source in reading.sources)),
        )
    )
    found = (
        speech.count("{n} error", "{n} errors", counts["error"]) if counts["error"] else "",
        speech.count("{n} warning", "{n} warnings", counts["warning"]) if counts["warning"] else "",
        speech.count("{n} note", "{n} notes", counts["note"]) if counts["note"] else "",
    )
    told = speech.names(filter(None, found)) or speech("nothing to object to")
    return speech("{read}: {found}", read=read, found=told)


def explain(
    code: Annotated[str, typer.Argument(metavar="[CODE]", help=N_("The code of a finding, such as W406."))] = "",
) -> None:
    """Say what a finding means, why it matters, how to mend it; all of them without a code."""
    speech = Speech(language_of(os.environ))
    if not code:
        for known in sorted(RULES, key=lambda known: known[1:]):
            typer.echo(f"{known}  {speech.sentence(RULES[known].title)}")
        return
    # The letter is only how grave it is; the number says which one is meant.
    found = next((known for known in RULES if known[1:] == code.strip().upper().lstrip("EWN")), None)
    if found is None:
        raise UsageError(say("no finding has the code {code}; `duban explain` lists them", code=code))
    typer.echo(_explained(found, RULES[found], speech))


def _explained(code: str, rule: Rule, speech: Speech) -> str:
    kind = {"E": N_("error"), "W": N_("warning"), "N": N_("remark")}[code[0]]
    parts = ((N_("Why"), rule.why), (N_("What to do"), rule.mend), (N_("Example"), rule.example))
    lines = [f"{typer.style(code, bold=True)} ({speech(kind)})  {speech.sentence(rule.title)}"]
    lines += [f"\n{speech(heading)}\n  {speech.sentence(text)}" for heading, text in parts]
    return "\n".join(lines)


def schema(
    directory: Annotated[bool, typer.Option("--directory", help=N_("The schema of a directory of units."))] = False,
) -> None:
    """Print the JSON schema of a plan, with which editors complete keys and underline slips."""
    speech = Speech(language_of(os.environ))
    shape = DIRECTORY if directory else PLAN
    typer.echo(json.dumps(json_schema(speech.sentence, shape), ensure_ascii=False, indent=2))
