"""The few questions whose answers settle what a document leaves open for many tasks at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from plans.directory import Directory
from plans.intake.draft import MAX_QUESTIONS, Draft, Options, Question
from plans.model import say

_GROUP = re.compile(
    r"^(?:全[市县区局校院]|局机关|机关|本[局校院])?(?:各|每[位个名])|^(?:all|each|every) [a-z]+",
    re.IGNORECASE,
)
_MANY = 3  # fewer tasks than this are quicker written than asked about
CADENCES = ("monthly", "quarterly", "half-yearly")


def is_group(name: str) -> bool:
    """Return whether a written name stands for several units of a kind: 各处室, 局机关各处室, 每位班子成员."""
    return _GROUP.match(name) is not None


def questions(draft: Draft, directory: Directory | None = None) -> tuple[Question, ...]:
    """Return what to ask of *draft*, what settles most first, at most five; answered options aren't asked again."""
    asked = [*_year(draft), *_lead(draft), *_due(draft), *_cadence(draft), *_groups(draft, directory)]
    return tuple(sorted(asked, key=lambda one: (one.key != "year", -one.tasks))[:MAX_QUESTIONS])


def answered(options: Options, question: Question, answer: tuple[str, ...]) -> Options:
    """Return the options with an answer put in; an empty answer leaves the question open."""
    if not answer:
        return options
    if question.key == "year":
        return replace(options, year=int(answer[0])) if re.fullmatch(r"(?:19|20)\d{2}", answer[0]) else options
    if question.key == "groups":
        return replace(options, groups={**options.groups, question.subject: answer})
    if question.key == "lead":
        return replace(options, lead=answer)
    return replace(options, due=answer[0]) if question.key == "due" else replace(options, cadence=answer[0])


def _year(draft: Draft) -> Iterator[Question]:
    dated = sum(1 for task in draft.tasks if task.deadline and not re.search(r"(?:19|20)\d{2}", task.deadline))
    if draft.year is None and draft.options.year is None and dated:
        what = say("The document names no year; which year are its dates in?")
        yield Question("year", what, (), dated)


def _lead(draft: Draft) -> Iterator[Question]:
    alone = sum(1 for task in draft.tasks if not task.units)
    if not alone or draft.options.lead:
        return
    choices = tuple(dict.fromkeys(filter(None, (draft.office, draft.issuer))))
    what = say("tasks that name no unit: {count} of {all}; who leads them?", count=alone, all=len(draft.tasks))
    yield Question("lead", what, choices, alone)


def _undated(draft: Draft) -> int:
    return sum(1 for task in draft.tasks if not task.deadline and not any(step.due for step in task.measures))


def _due(draft: Draft) -> Iterator[Question]:
    undated = _undated(draft)
    if undated < _MANY or draft.options.due:
        return
    what = say("tasks without a deadline: {count} of {all}; by when are they due?", count=undated, all=len(draft.tasks))
    yield Question("due", what, ("年底",) if draft.language == "zh" else ("end of the year",), undated)


def _cadence(draft: Draft) -> Iterator[Question]:
    long_running = sum(
        1 for task in draft.tasks if task.reading is not None and task.reading.kind in ("open", "unresolved")
    )
    count = long_running + _undated(draft)
    if count < _MANY or draft.options.cadence:
        return
    what = say("tasks that run on without a date: {count} of {all}; how often are they asked about?",
               count=count, all=len(draft.tasks))  # fmt: skip
    yield Question("cadence", what, CADENCES, count)


def _groups(draft: Draft, directory: Directory | None) -> Iterator[Question]:
    named = Counter(name for task in draft.tasks for name in task.units if is_group(name))
    for name, count in named.most_common():
        known = directory is not None and (directory.group(name) or directory.unit(name))
        if not known and name not in draft.options.groups:
            what = say("Which units are {name}? Each of them will answer for itself.", name=name)
            yield Question("groups", what, (), count, name)
