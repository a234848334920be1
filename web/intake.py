"""Importing a document by a form: the tasks found beside the passages they stand in, questions, and the plan as text.

Nothing is kept on the server: the document itself goes back and forth in the form while questions are answered.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from notifications.speech import N_, Speech
from plans.directory import Directory
from plans.intake.blocks import Document, IntakeError, Paragraph, Spot, Table
from plans.intake.corrected import leads_of, with_deadline, with_leads
from plans.intake.document import read_draft
from plans.intake.draft import Draft, DraftTask, Mark, Options, Question
from plans.intake.formats import read_blocks
from plans.intake.planning import draft_plan, marks_by_task
from plans.intake.questions import CADENCES, answered, questions
from plans.intake.roster import identity_of
from plans.intake.units import split
from plans.model import say
from plans.read import read_directory
from plans.trouble import DubanError, FileError, UsageError
from plans.write import write_plan
from store import ledger
from web.rendering import render
from web.view import Row, View
from web.visit import Visit

LARGEST = 8_000_000  # octets of a document that is handed in
CARRIED = 650_000  # octets of one that goes back and forth; a larger one is handed in again with the answers
SHOWN = 300  # tasks shown beside their passages; the text has all of them
CADENCE_WORDS = {"monthly": N_("monthly"), "quarterly": N_("quarterly"), "half-yearly": N_("half-yearly")}


def show(visit: Visit) -> Response:
    """Show the form that takes a document."""
    return render(visit, "import.html", view=View.of(visit), draft=None)


def send(visit: Visit, form: FormData) -> Response:
    """Show what a document was read as, with what is still open and the plan's text."""
    view, speech = View.of(visit), visit.speech
    try:
        data, name = _document(form)
        document = read_blocks(data, name)
        directory = _directory(visit)
        draft = _answered(document, name, form, directory)
    except IntakeError as trouble:
        return _refused(visit, view, FileError(trouble.sentence))
    except DubanError as trouble:
        return _refused(visit, view, trouble)
    own, general = marks_by_task(draft)

    def said(marks: Iterable[Mark]) -> list[str]:
        return list(dict.fromkeys(speech.sentence(mark.what) for mark in marks))

    return render(
        visit,
        "import.html",
        view=view,
        draft=draft,
        name=name,
        carried=base64.b64encode(data).decode() if len(data) <= CARRIED else "",
        options=draft.options,
        asked=[_shown(speech, question) for question in questions(draft, directory)],
        tasks=[
            _task(speech, document, draft.tasks[at], said(own.get(at, ()))) for at in range(len(draft.tasks[:SHOWN]))
        ],
        marks=said(general),
        text=_text(draft, name, directory),
    )


def _refused(visit: Visit, view: View, trouble: DubanError) -> Response:
    said = trouble.sentence if isinstance(trouble.sentence, str) else visit.speech.sentence(trouble.sentence)
    return render(visit, "trouble.html", 409, view=view, sentence=said, back=view.link("import"))


def _document(form: FormData) -> tuple[bytes, str]:
    """Return the document's bytes and name: a file that was chosen, or the one carried along in the form."""
    upload = form.get("upload")
    if isinstance(upload, UploadFile) and upload.filename:
        data = upload.file.read(LARGEST + 1)
        name = upload.filename.replace("\\", "/").rpartition("/")[2]
        if len(data) > LARGEST:
            raise UsageError(say("{file} is larger than {size} kB", file=name, size=LARGEST // 1000))
        return data, name
    try:
        carried = base64.b64decode(str(form.get("carried", "")), validate=True)
    except (binascii.Error, ValueError):
        carried = b""
    if not carried:
        raise UsageError(say("choose a document"))
    return carried, str(form.get("name", "")) or "document"


def _directory(visit: Visit) -> Directory | None:
    with visit.house.database.read() as connection:
        written = ledger.house(connection)["directory"]
    return read_directory(written, "directory.yaml")[0] if written else None


def _answered(document: Document, name: str, form: FormData, directory: Directory | None) -> Draft:
    """Return the draft, read again as long as answers in the form settle one of its questions."""
    known = _known(directory) if directory else ()
    year = str(form.get("year", ""))
    options = Options(known=tuple(known), year=int(year) if year.isdecimal() and len(year) == 4 else None)
    draft = _corrected(_draft(document, name, options), form)
    for _ in range(3):
        options = draft.options
        for question in questions(draft, directory):
            written = str(form.get(_field(question), "")).strip()
            options = answered(options, question, _answer(question, written))
        if options == draft.options:
            break
        draft = _corrected(_draft(document, name, options), form)
    return draft


def _corrected(draft: Draft, form: FormData) -> Draft:
    """Return the draft with the units and deadlines that stand in the form."""
    for at in range(len(draft.tasks[:SHOWN])):
        if f"units-{at}" in form:
            draft = with_leads(draft, at, tuple(split(str(form[f"units-{at}"]).strip())))
        if f"due-{at}" in form:
            draft = with_deadline(draft, at, " ".join(str(form[f"due-{at}"]).split())[:400])
    return draft


def _known(directory: Directory) -> Iterator[str]:
    for unit in directory.units.values():
        yield from (unit.name, *unit.aliases)
    for group in directory.groups.values():
        yield from (group.name, *group.aliases)


def _draft(document: Document, name: str, options: Options) -> Draft:
    draft = read_draft(document, name, options)
    if not draft.tasks:
        why = say("No tasks were found: neither a table with tasks nor numbered items that ask for something.")
        raise FileError(say("{path}: {why}", path=name, why=why))
    return draft


def _answer(question: Question, written: str) -> tuple[str, ...]:
    if question.key == "cadence":
        return (written,) if written in CADENCES else ()
    if question.key in ("lead", "groups"):
        return tuple(split(written))
    return (written,) if written else ()


def _field(question: Question) -> str:
    return f"answer-{question.key}-{question.subject}"


def _shown(speech: Speech, question: Question) -> Row:
    return {
        "field": _field(question),
        "what": speech.sentence(question.what),
        "choices": [
            (choice, speech(CADENCE_WORDS[choice]) if choice in CADENCE_WORDS else choice)
            for choice in (CADENCES if question.key == "cadence" else question.choices)
        ],
        "closed": question.key == "cadence",
    }


def _task(speech: Speech, document: Document, task: DraftTask, marks: list[str]) -> Row:
    return {
        "no": task.no,
        "title": task.title,
        "units": speech.names(leads_of(task)),
        "support": speech.names(task.support),
        "deadline": task.deadline,
        "due": str(task.due) if task.due else "",
        "phase": task.phase,
        "where": speech.sentence(task.spot.sentence()),
        "passage": passage(document, task.spot),
        "marks": marks,
    }


def passage(document: Document, spot: Spot) -> str:
    """Return the words of a document at a place: a row of a table, its cells side by side, or a paragraph."""
    for block in document.blocks:
        if isinstance(block, Paragraph) and not spot.row and block.spot == spot:
            return block.text
        if isinstance(block, Table) and spot.row and (block.spot.table, block.name) == (spot.table, spot.sheet):
            cells = [cell for row in block.grid for cell in row if cell and cell.spot.row == spot.row]
            return " ｜ ".join(text for text in dict.fromkeys(cell.text for cell in cells) if text)
    return ""


def _text(draft: Draft, name: str, directory: Directory | None) -> str:
    """Return the plan as YAML, a comment beside each guess, in the document's language."""
    own = Speech(draft.language)
    drafted = draft_plan(draft, identity_of(name.rpartition(".")[0] or name), directory)
    comments: dict[Any, list[str]] = {
        path: [own.sentence(one) for one in said] for path, said in drafted.comments.items()
    }
    head = own(N_("Read from {name} by duban import; look at every comment, then delete it."), name=name)
    plan = replace(drafted.plan, file="")
    return write_plan(plan, draft.language, {**comments, (): [head]})
