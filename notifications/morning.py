"""The desk's morning letter: what an office releases, calls, verifies and decides today."""

from __future__ import annotations

from itertools import groupby

from notifications.climbing import STAGE_KINDS, people
from notifications.notices import DeskLine, DeskSection, LetterModel
from notifications.page import Entry, Section, Tone
from notifications.speech import N_, Speech
from notifications.typesetting import plain

SECTIONS: dict[DeskSection, tuple[str, str, Tone, str]] = {
    # section: (its heading, its count in the subject, tone, badge)
    "failed": (N_("Not sent, please look:"), N_("{n} failed"), "late", N_("failed")),
    "bounced": (N_("Came back, the address needs a look:"), N_("{n} came back"), "late", N_("came back")),
    "unheard": (
        N_("Reminders that found nobody to tell; please tell the unit:"),
        N_("{n} not told"),
        "late",
        N_("not told"),
    ),
    "call": (N_("To call today:"), N_("{n} to call"), "late", N_("call")),
    "release": (N_("To release, or to drop with a reason:"), N_("{n} to release"), "today", N_("release")),
    "sign": (N_("To sign:"), N_("{n} to sign"), "today", N_("sign")),
    "extend": (N_("Extensions to decide:"), N_("{n} to decide"), "today", N_("decide")),
    "disclaim": (N_("Said not to be theirs, to decide:"), N_("{n} disclaimed"), "today", N_("decide whose")),
    "verify": (N_("Reported as completed, to verify:"), N_("{n} to verify"), "soon", N_("verify")),
    "propose": (N_("To think about:"), N_("{n} to think about"), "soon", N_("consider")),
    "past": (N_("Due before it was assigned; is it done?"), N_("{n} long past"), "soon", N_("ask about it")),
    "undated": (N_("Without a date that could be read; please set one:"), N_("{n} undated"), "calm", N_("set a date")),
}
_ORDER = list(SECTIONS)


def _in_order(model: LetterModel) -> list[DeskLine]:
    return sorted(model.desk, key=lambda line: _ORDER.index(line.section))


def plans(model: LetterModel) -> list[str]:
    """Return the plan of each line in the order they are numbered; "" where a line is of none."""
    return [line.key.partition("/")[0] for line in _in_order(model)]


def subject(speech: Speech, model: LetterModel) -> str:
    """Return 【督办晨报】 with the day and what waits, in the order of the letter."""
    counts = [
        speech(SECTIONS[section][1], n=len(list(lines)))
        for section, lines in groupby(_in_order(model), key=lambda line: line.section)
    ]
    return speech("[Morning desk] {day}: {counts}", day=speech.date(model.today), counts=speech.names(counts))


def sections(speech: Speech, model: LetterModel) -> tuple[Section, ...]:
    """Return the morning list, numbered through."""
    made: list[Section] = []
    number = 1
    for name, group in groupby(_in_order(model), key=lambda line: line.section):
        heading, _, tone, badge = SECTIONS[name]
        lines = list(group)
        entries = tuple(_entry(speech, model, line, number + offset) for offset, line in enumerate(lines))
        made.append(Section(speech(heading), tone, speech(badge), entries))
        number += len(lines)
    return tuple(made)


def _entry(speech: Speech, model: LetterModel, line: DeskLine, number: int) -> Entry:
    title, no = plain(line.title), plain(line.task_no)
    if line.letters:
        title = plain(line.plan_title or line.plan_number)
    if line.section == "failed" and not title:
        title = speech("The office's own template can't be used; the built-in one is, until it is mended")
    if no:
        title = (
            speech("[No. {number}] {title}", number=no, title=title) if title else speech("item {number}", number=no)
        )
    if line.kind:
        title = speech("{kind}: {title}", kind=plain(line.text) or speech(STAGE_KINDS[line.kind]), title=title)
    return Entry(number, title, tuple(fact for fact in _facts(speech, model, line) if fact))


def _facts(speech: Speech, model: LetterModel, line: DeskLine) -> tuple[str, ...]:
    """Return who it is about, how it stands, what was said, and what commands call it."""
    nobody = line.section in ("call", "unheard") and not (line.person or line.phone)
    known = (line.unit, speech("no contact known") if nobody else line.person, line.phone)
    who = speech.beside(plain(part) for part in known if part)
    others = () if line.addressees == (line.person,) else line.addressees
    addressed = speech("addressed to: {names}", names=plain(speech.names(others))) if others else ""
    stands = [
        "" if line.letters else _plan(speech, line),
        speech("deadline {due}{distance}", due=speech.date(line.due, model.today), distance="") if line.due else "",
        speech("asks for {day}", day=speech.date(line.until, model.today)) if line.until else "",
        _waiting(speech, line),
    ]
    called = speech("in the ledger: {key}", key=plain(line.key)) if line.key else ""
    mend = speech("name one in the directory, and apply it") if nobody else ""
    return (who, addressed, mend, speech.clauses(filter(None, stands)), _said(speech, line), called)


def _plan(speech: Speech, line: DeskLine) -> str:
    if line.plan_title:
        return speech("“{title}”", title=plain(line.plan_title))
    return speech("document {number}", number=plain(line.plan_number)) if line.plan_number else ""


def _said(speech: Speech, line: DeskLine) -> str:
    if line.section == "unheard":
        return speech("meant for: {roles}; the directory names none", roles=people(speech, line.roles))
    text = "" if line.kind else plain(line.text)
    if not text:
        return speech("ask for: progress, the reason, when it will be done") if line.section == "call" else ""
    match line.section:
        case "call" | "verify":
            return speech("last reported: {note}", note=text)
        case "disclaim":
            return speech("they say: {note}", note=text)
        case "extend":
            return speech("reason: {note}", note=text)
        case "undated":
            return speech("the plan says: {written}", written=text)
        case "propose":
            return speech("the ladder proposes {what}", what=text)
        case _:
            return text


def _waiting(speech: Speech, line: DeskLine) -> str:
    if line.letters:
        waits = speech.count("{n} notice waits", "{n} notices wait", line.letters)
        return waits + (speech(", for {days}", days=_days(speech, line)) if line.workdays else "")
    if not line.workdays:
        return ""
    if line.section in {"call", "past"}:
        return speech.count("{n} working day overdue", "{n} working days overdue", line.workdays)
    if line.nag:
        return speech("waiting for {days} already, please decide", days=_days(speech, line))
    return speech.count("waiting for {n} working day", "waiting for {n} working days", line.workdays)


def _days(speech: Speech, line: DeskLine) -> str:
    return speech.count("{n} working day", "{n} working days", line.workdays)
