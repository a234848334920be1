"""The phrases of an office: how it names what is due, by rank, by urgency, by role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from notifications.notices import LineKind, Post, UnitRole
from notifications.page import Tone
from notifications.speech import N_

Manner = Literal["up", "level", "down", "cc"]

URGENCY: tuple[LineKind, ...] = (
    *("press", "urge", "late", "behind", "today", "notice", "report"),
    *("returned", "changed", "cancelled", "assign", "accepted", "received"),
)
OVERDUE: frozenset[LineKind] = frozenset(("press", "urge", "late"))

TAGS: Mapping[LineKind, str] = {
    "press": N_("Supervision"),
    "urge": N_("Overdue: please act"),
    "late": N_("Overdue: please explain"),
    "behind": N_("Behind schedule"),
    "today": N_("Due today"),
    "notice": N_("Reminder"),
    "report": N_("Progress report"),
    "returned": N_("Returned"),
    "changed": N_("Changed"),
    "cancelled": N_("Cancelled"),
    "assign": N_("Assignment"),
    "accepted": N_("Accepted"),
    "received": N_("Received"),
}
TONES: Mapping[LineKind, tuple[Tone, str]] = {
    "press": ("late", N_("overdue")),
    "urge": ("late", N_("overdue")),
    "late": ("late", N_("overdue")),
    "behind": ("today", N_("behind")),
    "today": ("today", N_("due today")),
    "notice": ("soon", N_("soon")),
    "report": ("soon", N_("report")),
    "returned": ("today", N_("returned")),
    "changed": ("soon", N_("changed")),
    "cancelled": ("calm", N_("cancelled")),
    "assign": ("soon", N_("new")),
    "accepted": ("calm", N_("accepted")),
    "received": ("calm", N_("received")),
}
_DOWN: Mapping[LineKind, str] = {
    "press": N_(
        "Under {plan}, the following, {relation}, is still open after earlier letters. Please take it up at once:"
    ),
    "urge": N_(
        "Under {plan}, the following, {relation}, is past its deadline and not completed. Please see to it now:"
    ),
    "late": N_("Under {plan}, the following, {relation}, is past its deadline, and we know of no completion:"),
    "behind": N_("Under {plan}, the following, {relation}, is behind its time. Please speed it up and report on it:"),
    "today": N_("Under {plan}, the following, {relation}, is due today. Please finish it on time:"),
    "notice": N_("Under {plan}, the following, {relation}, is due soon. Please finish it on time:"),
    "report": N_("Under {plan}, a progress report is asked on the following, {relation}:"),
    "returned": N_("Under {plan}, the report on the following, {relation}, was returned. Please complete it:"),
    "changed": N_("Under {plan}, the following, {relation}, has changed. What stands here now counts:"),
    "cancelled": N_("Under {plan}, the following, {relation}, was cancelled; nothing more is to be done:"),
    "assign": N_("Under {plan}, the following is assigned, {relation}. Please see it through within the time set:"),
    "accepted": N_("Under {plan}, the following, {relation}, was accepted as completed. Thank you:"),
    "received": N_(
        "Under {plan}, the following was reported by the link in our letter, {relation}. If that was not you, call us:"
    ),
}
RETURNED = N_(
    "Under {plan}, the following, {relation}, is past its deadline, and what was reported was returned."
    " Please complete it and explain:"
)
_LEVEL: Mapping[LineKind, str] = {
    "press": N_(
        "Under {plan}, the following, {relation}, is still open. May we ask you to take it up and write to us:"
    ),
    "urge": N_("Under {plan}, the following, {relation}, is past its deadline. May we ask you to move it forward:"),
    "late": N_("Under {plan}, the following, {relation}, is past its deadline. May we ask how it stands:"),
    "behind": N_("Under {plan}, the following, {relation}, is behind its time. May we ask you to report on it:"),
    "today": N_("Under {plan}, the following, {relation}, is due today. May we ask you to finish it on time:"),
    "notice": N_("Under {plan}, the following, {relation}, is due soon. May we ask you to finish it on time:"),
    "report": N_("Under {plan}, may we ask for a progress report on the following, {relation}:"),
    "assign": N_("Under {plan}, the following is agreed with you, {relation}. May we ask you to see it through:"),
}
_UP: Mapping[LineKind, str] = {
    **dict.fromkeys(
        ("press", "urge", "late", "behind"), N_("Under {plan}, the following, {relation}, asks for your attention:")
    ),
    **dict.fromkeys(
        ("today", "notice"), N_("Under {plan}, the following, {relation}, is due soon, for your information:")
    ),
    "report": N_("Under {plan}, progress on the following, {relation}, is being gathered, for your information:"),
    "assign": N_("Under {plan}, the following, {relation}, has been assigned, for your information:"),
    "accepted": N_("Under {plan}, the following, {relation}, was accepted as completed, for your information:"),
}
_COPY: Mapping[LineKind, str] = {
    "press": N_(
        "Under {plan}, the following, {relation}, is still open; {addressee} has been written to. A copy for you:"
    ),
    "urge": N_(
        "Under {plan}, the following, {relation}, is past its deadline; {addressee} has been asked. A copy for you:"
    ),
    "late": N_(
        "Under {plan}, the following, {relation}, is past its deadline; {addressee} has been asked. A copy for you:"
    ),
    "behind": N_(
        "Under {plan}, the following, {relation}, is behind its time; {addressee} has been told. A copy for you:"
    ),
    "today": N_(
        "Under {plan}, the following, {relation}, is due today; {addressee} has been reminded. A copy for you:"
    ),
    "notice": N_(
        "Under {plan}, the following, {relation}, is due soon; {addressee} has been reminded. A copy for you:"
    ),
    "assign": N_(
        "Under {plan}, the following, {relation}, has been assigned; {addressee} has been told. A copy for you:"
    ),
}
LEADS: Mapping[Manner, Mapping[LineKind, str]] = {
    "down": _DOWN,
    "level": {**_DOWN, **_LEVEL},
    "up": {**_DOWN, **_UP},
    "cc": {**_DOWN, **_COPY},
}
RELATIONS: Mapping[UnitRole, str] = {
    "lead": N_("led by {you}"),
    "responsible": N_("which {you} answers for"),
    "support": N_("supported by {you}"),
    "each": N_("to be carried out by {you}"),
    "": N_("which concerns {you}"),
}
PERSONAL: Mapping[Post, str] = {
    "leader": N_("in your charge"),
    "owner": N_("which you answer for"),
    "reviewer": N_("for you to review"),
    "inform": N_("of which you are kept informed"),
}
UNITS: Mapping[UnitRole, str] = {
    "lead": N_("lead unit"),
    "responsible": N_("responsible unit"),
    "support": N_("supporting unit"),
    "each": N_("unit that carries it out"),
}
POSTS: Mapping[Post, str] = {
    "contact": N_("contact"),
    "deputy": N_("deputy head"),
    "head": N_("head"),
    "leader": N_("leader in charge"),
    "owner": N_("person answerable"),
    "reviewer": N_("reviewer"),
    "inform": N_("person to be informed"),
    "unit": N_("common mailbox"),
    "office": N_("supervising office"),
}
UNIT_ENDINGS = ("街道", *"处科局室院部委办厅镇乡区市县所队站校")
