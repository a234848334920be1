"""One run of an import: documents in, questions asked, plans and a first directory out, and the review told."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import typer

from commands.changes import change_lines
from commands.files import read_files
from commands.review import open_questions, review
from commands.table import screen
from notifications.speech import N_, Speech
from plans.directory import Directory
from plans.findings import together
from plans.intake.archive import MAX_FILE
from plans.intake.blocks import Document, IntakeError
from plans.intake.document import read_draft
from plans.intake.draft import Draft, Options, Question
from plans.intake.formats import read_blocks
from plans.intake.neutral import draft_json
from plans.intake.planning import Drafted, draft_plan
from plans.intake.questions import answered, questions
from plans.intake.renewal import changes, renewed
from plans.intake.roster import first_directory, identity_of
from plans.intake.units import split
from plans.model import Plan, Unit, say
from plans.read import directory_of, read_directory, read_plan
from plans.trouble import FileError, UsageError, because
from plans.write import write_directory, write_plan


@dataclass(frozen=True)
class Wanted:
    """What the options ask for, beside what they say of the document."""

    out: str
    keys: str
    directory: str
    update: str
    ask: bool


class Importer:
    """One run of the command: documents in, plans out."""

    def __init__(self, options: Options, wanted: Wanted, speech: Speech) -> None:
        self.options, self.wanted, self.speech = options, wanted, speech
        self.screen = screen(sys.stderr, os.environ)
        self.old = _old_plan(wanted.update) if wanted.update else None
        self.directory = self._known_directory()

    def all(self, names: Sequence[str]) -> None:
        """Import every document; one that can't be read is said and leaves the others alone.

        Raises:
            FileError: the last one that couldn't be read or written.
        """
        failed: FileError | None = None
        for name in names:
            try:
                self.one(name)
            except FileError as error:
                if failed is not None:
                    self._tell(self.speech.sentence(failed.sentence))  # type: ignore[arg-type]
                failed = error
        if failed is not None:
            raise failed

    def neutral(self, name: str) -> dict[str, object]:
        """Return one document in the neutral shape."""
        draft = _draft(name, _document(name, self.options.sheet), self._informed())
        said: dict[str, Any] = draft_json(draft)
        said["questions"] = [
            {"key": one.key, "what": str(one.what), "choices": list(one.choices), "subject": one.subject}
            for one in questions(draft, self.directory)
        ]
        return said

    def one(self, name: str) -> None:
        """Import one document."""
        target = self._target(name)
        document = _document(name, self.options.sheet)
        options = self._informed()
        draft = _draft(name, document, options)
        if self.wanted.ask:
            draft = self._asked(name, document, draft)
        fresh = self._fresh_directory(draft)
        drafted = draft_plan(
            draft,
            self._identity(name, draft, target),
            fresh or self.directory,
            self._relative(target, fresh or self.directory),
        )
        if self.old is not None:
            drafted = renewed(drafted, self.old)
        language = self.wanted.keys or draft.language
        own = Speech(language)
        comments = {path: [own.sentence(one) for one in said] for path, said in drafted.comments.items()}
        comments[()] = [
            own(N_("Read from {name} by duban import; look at every comment, then delete it."), name=_base(name))
        ]
        text = write_plan(drafted.plan, language, comments)  # type: ignore[arg-type]
        if fresh is not None:
            self._write_directory(fresh, language)
        if target is None:
            typer.echo(text, nl=False)
        else:
            _write(target, text)
        self._report(name, draft, drafted, target, fresh)

    def _informed(self) -> Options:
        known = () if self.directory is None else _known_names(self.directory)
        return replace(self.options, known=known)

    def _known_directory(self) -> Directory | None:
        path = Path(self.wanted.directory) if self.wanted.directory else None
        if path is None and self.old is not None:
            inline = directory_of(self.old)
            if inline is not None:
                return inline
            path = Path(self.wanted.update).parent / self.old.directory if self.old.directory else None
        if path is None or not path.exists():
            return None
        directory, findings = read_directory(_bytes(path), str(path))
        if directory is None or any(finding.severity == "error" for finding in findings):
            raise FileError(say("{path} has errors; see: duban check {path}", path=str(path)))
        return directory

    def _fresh_directory(self, draft: Draft) -> Directory | None:
        """Return a first directory of the units found, where --directory names a file that isn't there yet."""
        if not self.wanted.directory or self.directory is not None:
            return None
        found = first_directory(draft, draft.options.groups)
        return found if found.units else None  # a document that names nobody makes no directory

    def _write_directory(self, directory: Directory, language: str) -> None:
        own = Speech(language)
        mail = own(N_("name@example.org: write where letters go, or name a contact among the people"))
        comments: dict[tuple[str | int, ...], list[str]] = {("units", unit, "mail"): [mail] for unit in directory.units}
        comments |= {("people", person, "mail"): [own(N_("name@example.org"))] for person in directory.people}
        comments[()] = [own(N_("The units found in the document, in its order; give each an address."))]
        _write(Path(self.wanted.directory), write_directory(directory, language, comments))  # type: ignore[arg-type]

    def _asked(self, name: str, document: Document, draft: Draft) -> Draft:
        """Ask what is open, at most five questions, and read again with the answers."""
        asked = questions(draft, self.directory)
        options = draft.options
        for number, question in enumerate(asked, 1):
            options = answered(options, question, _answer(question, number, len(asked), self.speech))
        return _draft(name, document, options) if options != draft.options else draft

    def _identity(self, name: str, draft: Draft, target: Path | None) -> str:
        if self.old is not None:
            return self.old.id
        if target is not None:
            return identity_of(target.stem)
        return identity_of(Path(name).stem if name != "-" else draft.number or draft.title)

    def _target(self, name: str) -> Path | None:
        """Return the file to write, None for standard output.

        Raises:
            FileError: it is there already, and isn't the plan being updated.
        """
        if not self.wanted.out:
            return None
        path = Path(self.wanted.out)
        if path.is_dir() or self.wanted.out.endswith("/"):
            path = path / f"{Path(name).stem if name != '-' else 'plan'}.yaml"
        if path.exists() and not (self.wanted.update and path.samefile(self.wanted.update)):
            raise FileError(say("{path} is there already; nothing was changed", path=str(path)))
        return path

    def _relative(self, target: Path | None, directory: Directory | None) -> str:
        """Return the path of the directory file as the plan names it, "" where there is none."""
        if not self.wanted.directory or directory is None:
            return ""
        folder = target.parent if target is not None else Path()
        return Path(os.path.relpath(self.wanted.directory, folder)).as_posix()

    def _report(self, name: str, draft: Draft, drafted: Drafted, target: Path | None, fresh: Directory | None) -> None:
        for line in review(_base(name), draft, self.directory, self.speech, self.screen):
            self._tell(line)
        if self.old is not None:
            self._tell(self.speech("Compared with {path}:", path=self.wanted.update))
            moved = list(change_lines(self.speech, changes(self.old, drafted.plan, self.directory)))
            for line in moved or [f"  {self.speech('unchanged')}"]:
                self._tell(line)
        for line in open_questions(questions(draft, self.directory), self.speech):
            self._tell(line)
        if fresh is not None:
            written = self.speech("{path} is written: the units found, without addresses.", path=self.wanted.directory)
            self._tell(written)
        if target is not None:
            self._tell(self.speech("{path} is written; next: duban check {path}", path=str(target)))
            self._checked(target)

    def _checked(self, target: Path) -> None:
        """Say what `duban check` will say of the file, in one line."""
        found = Counter(finding.severity for finding in together(read_files([target]).findings))
        errors, warnings = found["error"], found["warning"]
        if errors or warnings:
            count = self.speech.count
            told = (
                count("{n} error", "{n} errors", errors) if errors else "",
                count("{n} warning", "{n} warnings", warnings) if warnings else "",
            )
            self._tell(self.speech("It will find {found}.", found=self.speech.names(filter(None, told))))

    def _tell(self, line: str) -> None:
        typer.echo(line, err=True)


def _answer(question: Question, number: int, count: int, speech: Speech) -> tuple[str, ...]:
    """Ask one question at the terminal; an empty line leaves it open."""
    typer.echo(f"\n[{number}/{count}] {speech.sentence(question.what)}", err=True)
    for at, choice in enumerate(question.choices, 1):
        typer.echo(f"  {at}) {speech(choice) if question.key == 'cadence' else choice}", err=True)
    hint = speech("a number, your own words, or Enter to leave it open")
    if not question.choices:
        hint = speech("your answer, or Enter to leave it open")
    typer.echo(f"{hint}: ", nl=False, err=True)  # not typer.prompt: it writes to standard output, where the plan goes
    written = sys.stdin.readline().strip()
    if written.isdecimal() and 0 < int(written) <= len(question.choices):
        written = question.choices[int(written) - 1]
    if question.key == "cadence":
        return (cadence_of(written),) if written else ()
    if question.key in ("lead", "groups"):
        return tuple(split(written))
    return (written,) if written else ()


def _draft(name: str, document: Document, options: Options) -> Draft:
    try:
        draft = read_draft(document, _base(name), options)
    except IntakeError as error:
        raise FileError(say("{path}: {why}", path=_base(name), why=error.sentence)) from error
    if not draft.tasks:
        why = say("No tasks were found: neither a table with tasks nor numbered items that ask for something.")
        raise FileError(say("{path}: {why}", path=_base(name), why=why))
    return draft


def _document(name: str, sheet: str) -> Document:
    data = _bytes(None if name == "-" else Path(name))
    try:
        return read_blocks(data, _base(name), sheet)
    except IntakeError as error:
        raise FileError(say("{path}: {why}", path=_base(name), why=error.sentence)) from error


def _bytes(path: Path | None) -> bytes:
    """Return a file's bytes, or standard input's for None; no more than can be a document, and one."""
    try:
        if path is None:
            return sys.stdin.buffer.read(MAX_FILE + 1)
        with path.open("rb") as opened:
            return opened.read(MAX_FILE + 1)
    except OSError as error:
        raise FileError(say("{path} can't be read: {why}", path=str(path or "-"), why=because(error))) from error


def _base(name: str) -> str:
    return "-" if name == "-" else Path(name).name


def _old_plan(path: str) -> Plan:
    plan, findings = read_plan(_bytes(Path(path)), path)
    if plan is None or any(finding.severity == "error" for finding in findings):
        raise FileError(say("{path} has errors; see: duban check {path}", path=path))
    return plan


def put(text: str, out: str) -> None:
    """Write a text to the file *out* that isn't there yet, or to standard output."""
    if out:
        path = Path(out)
        if path.exists():
            raise FileError(say("{path} is there already; nothing was changed", path=out))
        _write(path, text)
    else:
        typer.echo(text, nl=False)


def _write(path: Path, text: str) -> None:
    """Write a whole file or nothing."""
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, "utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise FileError(say("{path} can't be written: {why}", path=str(path), why=because(error))) from error


def _known_names(directory: Directory) -> tuple[str, ...]:
    units: list[Unit] = list(directory.units.values())
    named = [name for unit in units for name in (unit.name, *unit.aliases)]
    return (*named, *(name for group in directory.groups.values() for name in (group.name, *group.aliases)))


def cadence_of(written: str) -> str:
    """Return the cadence an option or an answer names, in either language.

    Raises:
        UsageError: it names none.
    """
    from plans.language.keys import CADENCES as SPELLINGS  # the plan language's own words

    if not written:
        return ""
    found = next((name for name, spelled in SPELLINGS.items() if written.lower() in spelled), "")
    if not found:
        raise UsageError(
            say("{text} is no cadence; write one of {choices}", text=written, choices=", ".join(SPELLINGS))
        )
    return found
