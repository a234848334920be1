"""The language family: plan files are checked and mended, findings explained, editors told what a plan may hold."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from commands.board import add
from commands.files import Reading, plan_files, read_files, write_whole
from commands.findings import as_github, as_json, print_findings
from commands.place import find_place
from commands.progress import steps
from commands.room import LedgerOption, TodayOption, enter, one_of, read_day
from commands.stopping import stoppable
from commands.table import Screen, screen
from notifications.speech import N_, Speech
from notifications.typesetting import wrap
from plans.check import is_chosen
from plans.compare import KnownTask
from plans.findings import Rule, is_mendable, together
from plans.language.editors import json_schema
from plans.language.keys_house import DIRECTORY
from plans.language.schema import PLAN
from plans.mending import Known, mend_file
from plans.model import say
from plans.rules.catalogue import RULES
from plans.trouble import FINDINGS, INTERRUPTED, FileError, LedgerError, UsageError
from store import ledger

FORMATS = ("text", "json", "github")
GLANCE = 0.5  # seconds between two looks at files that are watched
Codes = list[str] | None


def register(app: typer.Typer, speech: Speech) -> None:
    """Put the family's commands on the board."""
    for name, function, about in (
        ("check", check, N_("Look for what is wrong in plan files: place, line, reason, and what to do.")),
        ("explain", explain, N_("Say what a finding means, why it matters, how to mend it; without a code list all.")),
        (
            "schema",
            schema,
            N_("Print the JSON schema of a plan, with which editors complete keys and underline slips."),
        ),
    ):
        add(app, speech, N_("Plans"), name, function, about)


@dataclass(frozen=True)
class Order:
    """What a check was asked for."""

    files: Sequence[Path]
    form: str
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    today: date
    speech: Speech

    def wants(self, code: str) -> bool:
        """Return whether findings with a code are asked for."""
        return is_chosen(code, self.select, self.ignore)


def check(
    speech: Speech,
    files: Annotated[
        list[Path] | None, typer.Argument(help=N_("Plan files, directories of units, or folders."))
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="|".join(FORMATS), help=N_("How to print."))] = "text",
    select: Annotated[
        Codes, typer.Option("--select", metavar="CODES", help=N_("Only these: W403, or all of W4."))
    ] = None,
    ignore: Annotated[Codes, typer.Option("--ignore", metavar="CODES", help=N_("All but these."))] = None,
    strict: Annotated[bool, typer.Option("--strict", help=N_("Warnings count as errors."))] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help=N_("Repair what can't change the meaning, and write missing ids."))
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help=N_("Check again whenever a file changes, until Ctrl-C."))
    ] = False,
    ledger_name: str = LedgerOption,
    today: str = TodayOption,
) -> None:
    """Look for what is wrong in plan files: place, line, reason, and what to do."""
    one_of("--format", form, *FORMATS)
    day = read_day(today) if today else date.today()
    order = Order(files or [Path()], form, _codes(select), _codes(ignore), day, speech)
    if fix:
        _fix(order, _ledger(ledger_name))
    if watch:
        _watch(order)
    reading = _check(order)
    failing = {"error", "warning"} if strict else {"error"}
    if any(finding.severity in failing for finding in reading.findings):
        raise typer.Exit(FINDINGS)


def _codes(written: Codes) -> tuple[str, ...]:
    """Return the codes of an option, given several times or with commas between; each must begin some code."""
    codes = [code.strip().upper() for text in written or () for code in text.split(",") if code.strip()]
    for code in codes:
        if not any(known.startswith(code) for known in RULES):
            raise UsageError(say("no finding has the code {code}; `duban explain` lists them", code=code))
    return tuple(codes)


def _check(order: Order) -> Reading:
    reading = read_files(steps(plan_files(order.files), order.speech("Reading plans")), today=order.today)
    reading.findings = [finding for finding in reading.findings if order.wants(finding.code)]
    if order.form == "json":
        typer.echo(as_json(reading.findings, order.speech))
    elif order.form == "github":
        for line in as_github(reading.findings, order.speech):
            typer.echo(line)
    else:
        print_findings(reading, order.speech)
        typer.echo(_summary(reading, order.speech))
    return reading


def _summary(reading: Reading, speech: Speech) -> str:
    """Return one line: how much was read, and what was found."""
    counts = Counter(finding.severity for finding in together(reading.findings))
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
    mendable = sum(map(is_mendable, reading.findings))
    way_out = speech("; duban check --fix mends {n} of them", n=mendable) if mendable else ""
    return speech("{read}: {found}", read=read, found=told) + way_out


def _fix(order: Order, known: Known | None) -> None:
    """Repair the files of an order and say so, on the standard error where the output is for a machine."""
    reading = read_files(plan_files(order.files), check=False)
    for name in reading.lines:
        before = Path(name).read_bytes()
        mended = mend_file(before, name, directory=name in reading.directories, wanted=order.wants, known=known)
        if mended.data != before:
            write_whole(Path(name), mended.data, instead_of=before)
            told = order.speech.count("{file}: {n} repair", "{file}: {n} repairs", mended.repairs, file=name)
            typer.echo(told, err=order.form != "text")


def _ledger(named: str) -> Known | None:
    """Return how to look up the ledger's tasks of a plan, None where there is no ledger."""
    try:
        find_place(named, os.environ, ".")
        room = enter(named)
    except LedgerError:
        if named:
            raise
        return None

    def known(plan: str) -> Mapping[str, KnownTask]:
        try:
            with room.database.read() as connection:
                return ledger.known_tasks(connection, plan)
        finally:
            room.database.close()

    return known


def _watch(order: Order) -> None:
    """Check whenever one of the files has changed, until somebody says stop; that ends without a word."""
    seen: dict[str, tuple[int, int]] | None = None
    names: set[str] = set()
    with stoppable() as told:
        while not told.wait(GLANCE if seen is not None else 0):
            now = _glance(order.files, names)
            if now != seen:
                names = _look_again(order)
                # What was written while we read counts as not seen yet; directories were met only now.
                now = _glance(order.files, names) | now
            seen = now
    raise typer.Exit(INTERRUPTED)


def _look_again(order: Order) -> set[str]:
    """Check once; return the names of the files that were read. An editor may be just writing one of them."""
    try:
        return set(_check(order).lines)
    except FileError as trouble:
        sentence = trouble.sentence
        typer.echo(sentence if isinstance(sentence, str) else order.speech.sentence(sentence))
        return set()
    finally:
        typer.echo("")


def _glance(files: Sequence[Path], names: set[str]) -> dict[str, tuple[int, int]]:
    """Return when each file was last written and its size, those that aren't there left out."""
    inside = [file for path in files if path.is_dir() for file in path.iterdir() if file.suffix in (".yaml", ".yml")]
    found: dict[str, tuple[int, int]] = {}
    for path in {*files, *inside, *map(Path, names)}:
        try:
            stands = path.stat()
        except OSError:
            continue
        found[str(path)] = stands.st_mtime_ns, stands.st_size
    return found


def explain(
    speech: Speech,
    code: Annotated[
        str,
        typer.Argument(
            metavar="[CODE]", help=N_("The code of a finding, such as W406."), autocompletion=lambda: list(RULES)
        ),
    ] = "",
) -> None:
    """Say what a finding means, why it matters, how to mend it; without a code list all."""
    if not code:
        for known in sorted(RULES, key=lambda known: known[1:]):
            typer.echo(f"{known}  {speech.sentence(RULES[known].title)}")
        return
    # The letter is only how grave it is; the number says which one is meant.
    found = next((known for known in RULES if known[1:] == code.strip().upper().lstrip("EWN")), None)
    if found is None:
        raise UsageError(say("no finding has the code {code}; `duban explain` lists them", code=code))
    on = screen(sys.stdout, os.environ)
    typer.echo(_explained(found, RULES[found], speech, on), color=on.colours)


def _explained(code: str, rule: Rule, speech: Speech, on: Screen) -> str:
    kind = {"E": N_("error"), "W": N_("warning"), "N": N_("remark")}[code[0]]
    parts = ((N_("Why"), rule.why), (N_("What to do"), rule.mend), (N_("Example"), rule.example))
    lines = [speech("{code} ({kind})  {title}", code=on.paint(code, "head"), kind=speech(kind), title=rule.title)]
    for heading, text in parts:
        lines += ["", speech(heading), wrap(speech.sentence(text), "  ", "  ", on.columns or sys.maxsize)]
    return "\n".join(lines)


def schema(
    speech: Speech,
    directory: Annotated[bool, typer.Option("--directory", help=N_("The schema of a directory of units."))] = False,
) -> None:
    """Print the JSON schema of a plan, with which editors complete keys and underline slips."""
    shape = DIRECTORY if directory else PLAN
    typer.echo(json.dumps(json_schema(speech.sentence, shape), ensure_ascii=False, indent=2))
