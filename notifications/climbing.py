"""A ladder in words: when each stage falls, whom it tells, and who lets it go."""

from __future__ import annotations

from notifications.speech import N_, Speech
from plans.stages import Stage, When

STAGE_KINDS = {
    "assign": N_("assignment"),
    "notice": N_("reminder"),
    "today": N_("due today"),
    "late": N_("overdue"),
    "behind": N_("behind time"),
    "urge": N_("urging letter"),
    "press": N_("supervision letter"),
    "report": N_("report asked for"),
    "changed": N_("change"),
    "returned": N_("return"),
    "accepted": N_("acceptance"),
    "cancelled": N_("cancellation"),
    "propose": N_("for the office to think about"),
}
STAGE_ROLES = {
    "contact": N_("contact"),
    "unit": N_("the unit's mailbox"),
    "support": N_("supporting units' contacts"),
    "deputy": N_("deputy head"),
    "head": N_("head"),
    "leader": N_("leader in charge"),
    "owner": N_("person answerable"),
    "reviewer": N_("reviewer"),
    "inform": N_("person to be informed"),
    "office": N_("supervising office"),
    "responsible": N_("responsible unit"),
}
STAGE_RELEASES = {"auto": N_("by itself"), "desk": N_("let go by the office"), "sign": N_("signed")}
_STEPS = {
    "wd": (N_("{n} working day"), "{n} working days"),
    "d": (N_("{n} day"), "{n} days"),
    "w": (N_("{n} week"), "{n} weeks"),
    "m": (N_("{n} month"), "{n} months"),
}


def times(speech: Speech, stage: Stage) -> str:
    """Return all times of a stage in words, the first to come counts."""
    said = [time_in_words(speech, one) for one in stage.whens]
    return speech(" or ").join(said)


def time_in_words(speech: Speech, when: When) -> str:
    """Return a time as an office says it: three working days before, once blue stays unanswered."""
    match when.unit:
        case "apply":
            if not when.steps:
                return speech("on assignment")
            return speech("{days} after the assignment", days=_steps(speech, "wd", when.steps))
        case "day0":
            said = speech("on the day itself")
        case "after":
            return speech("once “{stage}” stays unanswered", stage=when.stage)
        case "missed":
            return speech("once a milestone is missed")
        case "behind":
            return speech.count("once {n} point behind its time", "once {n} points behind its time", when.steps)
        case unit if when.steps < 0:
            said = speech("{days} before", days=_steps(speech, unit, -when.steps))
        case unit:
            said = speech("{days} after", days=_steps(speech, unit, when.steps))
    return speech("{time}, if nothing was reported", time=said) if when.unreported else said


def working_days(speech: Speech, n: int) -> str:
    """Return so many working days in words, "" for none."""
    return _steps(speech, "wd", n) if n else ""


def _steps(speech: Speech, unit: str, n: int) -> str:
    return speech.count(*_STEPS[unit], n)


def people(speech: Speech, roles: tuple[str, ...]) -> str:
    """Return roles in words."""
    return speech.names(speech(STAGE_ROLES[role]) for role in roles)
