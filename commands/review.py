"""The review of an import for whoever handed the document in: what was read, what to look at, what is still open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from commands.table import Column, Screen, table
from notifications.speech import N_, Speech
from notifications.typesetting import cut
from plans.directory import Directory
from plans.intake.draft import Draft, DraftTask, Mark, Question
from plans.intake.roster import names_of, unknown_names

SHOWN_TASKS = 60
SHOWN_MARKS = 12  # of a kind
HEADINGS = {
    "private": N_("Left out to protect people"),
    "dirt": N_("Left out because it isn't the document's"),
    "skipped": N_("Not read"),
    "struck": N_("Struck through"),
    "swapped": N_("Labels that don't fit their columns"),
    "sheet": N_("Sheets"),
    "rule": N_("Said once for all tasks"),
    "date": N_("Dates to look at"),
    "unit": N_("Units to look at"),
    "unsure": N_("Unsure"),
    "guess": N_("Guessed"),
}
OPTIONS = {"year": "--year", "lead": "--lead", "due": "--due", "cadence": "--cadence", "groups": "--group"}


def review(name: str, draft: Draft, directory: Directory | None, speech: Speech, on: Screen) -> Iterator[str]:
    """Yield the lines of a review."""
    yield on.paint(speech.count("{name}: {n} task", "{name}: {n} tasks", len(draft.tasks), name=name), "head")
    yield from _particulars(draft, speech)
    yield ""
    yield _tasks(draft, speech, on).rstrip("\n")
    if len(draft.tasks) > SHOWN_TASKS:
        yield speech("… and {count} more", count=len(draft.tasks) - SHOWN_TASKS)
    yield from _marks(draft, speech, on)
    if directory is not None:
        unknown = unknown_names(names_of(draft), directory)
        if unknown:
            yield ""
            yield on.paint(speech("Units the directory doesn't know"), "head")
            yield from (f"  {speech.sentence(what)}" for _, what in unknown)


def _particulars(draft: Draft, speech: Speech) -> Iterator[str]:
    said = (
        (N_("Title"), draft.title),
        (N_("Number"), draft.number),
        (N_("Issuer"), draft.issuer),
        (N_("Issued"), draft.issued.isoformat() if draft.issued else ""),
        (N_("Year"), str(draft.year or "")),
        (N_("Office"), draft.office),
    )
    for label, value in said:
        if value:
            yield f"  {speech(label)}  {value}"


def _tasks(draft: Draft, speech: Speech, on: Screen) -> str:
    columns = (
        Column("", 1, right=True),
        Column(speech("Task"), flows=True),
        Column(speech("Lead"), 2, flows=True),
        Column(speech("Others"), 4, flows=True),
        Column(speech("Owner"), 5, flows=True),
        Column(speech("Deadline"), 3, flows=True),
        Column(speech("Read as")),
    )
    shown = draft.tasks[:SHOWN_TASKS]
    marked = {mark.task for mark in draft.marks if mark.key == "due"}
    rows = [_row(task, at, at in marked, speech) for at, task in enumerate(shown)]
    return table(columns, rows, on)


def _row(task: DraftTask, at: int, unsure: bool, speech: Speech) -> tuple[str, ...]:
    lead = task.lead or task.responsible[:1]
    others = [name for name in task.units if name not in lead]
    due = task.due.isoformat() if task.due else ""
    if not due and task.reading is not None:
        due = speech(_KINDS.get(task.reading.kind, ""))
    return (
        str(at + 1), cut(task.title, 60), speech.names(lead), cut(speech.names(others), 40),
        cut(speech.names(task.owner), 30), cut(task.deadline, 30),
        f"{due} ?" if unsure else due,
    )  # fmt: skip


_KINDS = {
    "recurring": N_("recurring"),
    "open": N_("open-ended"),
    "immediate": N_("at once"),
    "unresolved": N_("not read"),
}


def _marks(draft: Draft, speech: Speech, on: Screen) -> Iterator[str]:
    """Yield what to look at, a heading a kind, each line with its place."""
    for code, heading in HEADINGS.items():
        marks = list(dict.fromkeys(_line(mark, draft, speech) for mark in draft.marks if mark.code == code))
        if marks:
            yield ""
            yield on.paint(speech(heading), "head")
            yield from (f"  {line}" for line in marks[:SHOWN_MARKS])
            if len(marks) > SHOWN_MARKS:
                yield "  " + speech("… and {count} more", count=len(marks) - SHOWN_MARKS)


def _line(mark: Mark, draft: Draft, speech: Speech) -> str:
    spot = mark.spot if mark.task < 0 else draft.tasks[mark.task].spot
    return speech("{place}: {what}", place=spot.sentence(), what=mark.what)


def open_questions(questions: Sequence[Question], speech: Speech) -> Iterator[str]:
    """Yield the questions nobody has answered, each with the option that would."""
    if questions:
        yield ""
        yield speech("Still open; answer by an option, or in the plan:")
    for one in questions:
        example = one.choices[0] if one.choices else "…"
        value = f"'{one.subject}={example}'" if one.key == "groups" else example
        yield f"  {speech.sentence(one.what)}  ({OPTIONS[one.key]} {value})"
