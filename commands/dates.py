"""How a deadline is read: one from the command line, or a table of them, without a plan or a ledger."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.board import add
from commands.listing import today_in
from commands.place import find_place
from commands.room import one_of, read_day
from notifications.readings import KINDS, PRECISIONS, in_words, with_weekday
from notifications.speech import N_, Speech
from notifications.typesetting import width
from plans.deadlines import Context, read, recurrence
from plans.encoding import decode
from plans.model import Reading, Sentence, say
from plans.trouble import FINDINGS, FINE, DubanError, FileError, UsageError, because
from plans.workdays import Workdays

COLUMNS = ("id", "expression", "issue_date", "plan_year", "lang")
NEEDED = ("id", "expression")
ANSWER = ("id", "kind", "start", "due", "rrule")
LANGUAGES = ("zh", "en")
YEARS = range(1900, 2151)
AHEAD = timedelta(days=800)  # far enough for two occurrences of what comes every year


def register(app: typer.Typer, speech: Speech) -> None:
    """Add `date` to *app*."""
    add(app, speech, "Plans", "date", date_, N_("Say how a deadline is read: 5月25日前, end of July, 每季度末."))


def date_(
    speech: Speech,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="EXPRESSION", help=N_("The deadline as the document writes it."))
    ] = None,
    issued: Annotated[
        str, typer.Option("--issued", metavar="DAY", help=N_("The document's day of issue; today by itself."))
    ] = "",
    year: Annotated[
        str,
        typer.Option(
            "--year", metavar="YEAR", help=N_("The year of deadlines that name none; the year of issue by itself.")
        ),
    ] = "",
    lang: Annotated[
        str, typer.Option("--lang", metavar="zh|en", help=N_("The language of the document; seen from the text."))
    ] = "",
    form: Annotated[str, typer.Option("--format", metavar="text|json", help=N_("How to print it."))] = "text",
    batch: Annotated[
        str, typer.Option("--batch", metavar="FILE.tsv", help=N_("Read a table of deadlines (- is standard input)."))
    ] = "",
) -> None:
    """Say how a deadline is read."""
    expression = " ".join(words or [])
    if batch:
        if expression or issued or year or lang or form != "text":
            raise UsageError(say("--batch takes everything from the file: leave out EXPRESSION and the other options"))
        raise typer.Exit(_batch(batch, speech))
    one_of("--format", form, "text", "json")
    if not expression.strip():
        raise UsageError(say("write a deadline, such as `duban date 5月25日前`, or name a table with --batch FILE.tsv"))
    day = read_day(issued) if issued else _today()
    context = Context(issued=day, plan_year=_year(year) if year else None, language=_language(lang))
    reading = read(expression, context)
    typer.echo(_json(reading, context, speech) if form == "json" else _text(reading, context, speech, bool(issued)))


def _today() -> date:
    """Return today in the house's time zone; where there is no house, in that of China."""
    try:
        place = find_place("", os.environ, str(Path.cwd()))
        return today_in(place.timezone, place.file)
    except DubanError:  # a deadline is read without a house, and beside a broken one
        return today_in("Asia/Shanghai", "")


def _year(written: str) -> int:
    """Return a year that plans are made for."""
    if not (written.isascii() and written.isdigit() and int(written) in YEARS):
        raise UsageError(say("{text} is no year; write one such as 2018", text=written))
    return int(written)


def _language(written: str) -> str:
    """Return the language a document is written in, "" for whichever."""
    if written and written not in LANGUAGES:
        raise UsageError(say("{text} is no language that deadlines are read in; write zh or en", text=written))
    return written


def _json(reading: Reading, context: Context, speech: Speech) -> str:
    """Return everything a reading says as one object; fields are added, never removed."""
    return json.dumps(_fields(reading, context, speech), ensure_ascii=False, indent=1)


def _fields(reading: Reading, context: Context, speech: Speech) -> dict[str, Any]:
    return {
        "text": reading.text,
        "issued": _iso(context.issued),
        "year": context.year,
        "kind": reading.kind,
        "start": _iso(reading.start),
        "due": _iso(reading.due),
        "precision": reading.precision,
        "rrule": reading.rrule,
        "milestones": [{"due": _iso(day), "text": words} for day, words in reading.milestones],
        "next": [_iso(day) for day in _next(reading, context)],
        "time": reading.time,
        "soft": reading.soft,
        "then_open": reading.then_open,
        "state": reading.state,
        "rule": reading.rule,
        "warnings": [speech.sentence(warning) for warning in (*reading.warnings, *_closed(reading, context, speech))],
        "proposals": [_iso(day) for day in reading.proposals],
        "in_words": in_words(reading, speech),
    }


def _text(reading: Reading, context: Context, speech: Speech, issued: bool) -> str:
    """Return a reading as a few lines: what it says in words, then each part that there is."""
    rows = [(name, value) for name, value in _rows(reading, context, speech, issued) if value]
    widest = max(width(name) for name, _ in rows)
    lines = [f"  {name}{' ' * (widest - width(name))}  {value}" for name, value in rows]
    return "\n".join([in_words(reading, speech), "", *lines])


def _rows(reading: Reading, context: Context, speech: Speech, issued: bool) -> Iterator[tuple[str, str]]:
    yield speech("text"), reading.text
    yield speech("issued"), _iso(context.issued) if issued else speech("{day} (today)", day=_iso(context.issued))
    yield speech("year"), str(context.year)
    yield speech("kind"), _named(reading.kind, KINDS, speech)
    yield speech("start"), _iso(reading.start)
    yield speech("due"), _iso(reading.due)
    if reading.precision != "open":
        yield speech("precision"), _named(reading.precision, PRECISIONS, speech)
    yield speech("rrule"), reading.rrule
    yield speech("next"), speech.names(_iso(day) for day in _next(reading, context))
    yield speech("time"), reading.time
    yield speech("rule"), reading.rule
    for warning in (*reading.warnings, *_closed(reading, context, speech)):
        yield speech("warning"), speech.sentence(warning)
    for day in reading.proposals:
        yield speech("proposal"), _iso(day)


def _named(name: str, words: Mapping[str, str], speech: Speech) -> str:
    """Return a name of the plan language, explained to who doesn't read English."""
    return name if speech.language == "en" else f"{name}（{speech(words[name])}）"


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _next(reading: Reading, context: Context) -> list[date]:
    """Return the first three days a recurring reading is due after the day of issue."""
    if reading.kind != "recurring" or not context.issued:
        return []
    first = max(context.issued, reading.start or context.issued)
    return [due for _, _, due in recurrence(reading, first, first + AHEAD, context.workdays)[:3]]


def _closed(reading: Reading, context: Context, speech: Speech) -> Iterator[Sentence]:
    """Yield what a clerk should know of a due date on which nobody works."""
    if reading.due and reading.due not in context.workdays:
        before = context.workdays.before(reading.due, 1)
        what = say("{day} is a day off; the working day before it is {before}.")
        yield what._replace(values={"day": with_weekday(reading.due, speech), "before": with_weekday(before, speech)})


def _batch(named: str, speech: Speech) -> int:
    """Print the readings of a table as TSV, and what is wrong with it on the standard error; return the exit code."""
    lines = _lines(named)
    header = [name.strip().lower() for name in lines[0].split("\t")] if lines else []
    missing = [name for name in NEEDED if name not in header]
    if missing:
        why = say("{file}: the first line has no column {names}; write {known}, divided by tabs")
        names, known = speech.names(missing), ", ".join(COLUMNS)
        raise FileError(why._replace(values={"file": named, "names": names, "known": known}))
    workdays, code = Workdays(), FINE
    out = ["\t".join(ANSWER)]
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        row = dict.fromkeys(COLUMNS, "") | dict(zip(header, line.split("\t"), strict=False))
        try:
            out.append("\t".join(_answered(row, workdays)))
        except UsageError as error:
            code = FINDINGS
            out.append("\t".join((row["id"], "unresolved", "", "", "")))
            sys.stderr.write(f"{named}:{number}: {_said(error, speech)}\n")
    sys.stdout.write("\n".join(out) + "\n")
    return code


def _said(error: UsageError, speech: Speech) -> str:
    return error.sentence if isinstance(error.sentence, str) else speech.sentence(error.sentence)


def _lines(named: str) -> list[str]:
    """Return the lines of the table, in UTF-8 or as Windows programs write it."""
    try:
        content = sys.stdin.buffer.read() if named == "-" else Path(named).read_bytes()
    except OSError as error:
        raise FileError(say("{path} can't be read: {why}", path=named, why=because(error))) from error
    text, findings = decode(content, named)
    if text is None:
        raise FileError(say("{path} can't be read: {why}", path=named, why=findings[-1].what))
    return text.split("\n")


def _answered(row: dict[str, str], workdays: Workdays) -> tuple[str, ...]:
    """Return the answer to one row; what is empty stays empty.

    Raises:
        UsageError: the day of issue, the year or the language can't be meant.
    """
    issued, year = row["issue_date"].strip(), row["plan_year"].strip()
    context = Context(
        issued=read_day(issued) if issued else None,
        plan_year=_year(year) if year else None,
        workdays=workdays,
        language=_language(row["lang"].strip()),
    )
    if not row["expression"].strip():
        return (row["id"], "", "", "", "")
    reading = read(row["expression"], context)
    return (row["id"], reading.kind, _iso(reading.start), _iso(reading.due), reading.rrule)
