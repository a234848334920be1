"""A draft as JSON in a neutral shape: what the document says, before any default."""

from __future__ import annotations

from plans.intake.draft import Draft, DraftTask
from plans.model import Sentence


def draft_json(draft: Draft) -> dict[str, object]:
    """Return the draft as JSON values. Keys are added in later versions, never removed.

    `plan` has title, doc_no, issue_date, issuer, plan_year, language; each task has title, phase, the unit lists lead,
    responsible, support, the people lists leaders, persons, and deadline as written with due as ISO date or null.
    """
    return {
        "plan": {
            "title": draft.title,
            "doc_no": draft.number,
            "issue_date": draft.issued.isoformat() if draft.issued else "",
            "issuer": draft.issuer,
            "plan_year": draft.year,
            "language": draft.language,
        },
        "tasks": [_task(task) for task in draft.tasks],
        "marks": [
            {
                "code": mark.code,
                "where": str(mark.spot.sentence()),
                "what": _said(mark.what),
                "task": mark.task if mark.task >= 0 else None,
            }
            for mark in draft.marks
        ],
    }


def _said(sentence: Sentence) -> str:
    return str(sentence)


def _task(task: DraftTask) -> dict[str, object]:
    start = task.reading.start if task.reading is not None else None
    return {
        "title": task.title,
        "no": task.no,
        "phase": task.phase,
        "lead": list(task.lead),
        "responsible": list(task.responsible),
        "support": list(task.support),
        "leaders": list(task.leader),
        "persons": list(task.owner),
        "deadline": task.deadline,
        "due": task.due.isoformat() if task.due else None,
        "start": start.isoformat() if start else None,
        "kind": task.reading.kind if task.reading is not None else "none",
        "milestones": [
            {"title": step.title, "deadline": step.due, "due": step.day.isoformat() if step.day else None}
            for step in task.milestones
        ],
        "measures": [
            {
                "title": step.title,
                "deadline": step.due,
                "due": step.day.isoformat() if step.day else None,
                "lead": list(step.lead),
            }
            for step in task.measures
        ],
        "problem": task.problem,
        "state": task.state,
        "where": str(task.spot.sentence()),
        "rule": task.rule,
    }
