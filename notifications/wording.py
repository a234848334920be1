"""How an office words what it has to say: by rank, by urgency, by role.

Upwards a letter submits and never chases; to peers it asks; downwards it says please. Most urgent comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from notifications.notices import LetterModel, Line, LineKind, Recipient
from notifications.page import Entry, Section
from notifications.phrases import (
    LEADS,
    OVERDUE,
    PERSONAL,
    POSTS,
    RELATIONS,
    RETURNED,
    TAGS,
    TONES,
    UNIT_ENDINGS,
    UNITS,
    URGENCY,
    Manner,
)
from notifications.speech import N_, Speech
from notifications.typesetting import cut, plain


def manner(recipient: Recipient) -> Manner:
    """Return how the recipient is spoken to; a leader is a leader in copy as well."""
    return "cc" if recipient.role == "cc" and recipient.rank != "up" else recipient.rank


def in_order(lines: Iterable[Line]) -> list[Line]:
    """Return the lines by urgency, each urgency by due date, plan by plan in the order given; undated last."""
    lines = list(lines)
    plans = {line.plan_id: place for place, line in reversed(list(enumerate(lines)))}
    return sorted(
        lines,
        key=lambda line: (
            URGENCY.index(line.kind),
            plans[line.plan_id],
            line.due is None,
            line.due and line.due.toordinal(),
        ),
    )


def plan_name(speech: Speech, line: Line) -> str:
    """Return a plan as a sentence names it: 《title》（number）; by its number alone where titles stay in the house."""
    title, number = plain(line.plan_title).removeprefix("《").removesuffix("》"), plain(line.plan_number)
    if not title:
        return speech("document {number}", number=number) if number else speech("the document concerned")
    return speech("“{title}” ({number})", title=title, number=number) if number else speech("“{title}”", title=title)


def task_name(speech: Speech, line: Line) -> str:
    """Return a task as a list names it: 〔第6项〕title; without a title, its number or its id."""
    number, title = plain(line.task_no), plain(line.title)
    if not title:
        return speech("item {number}", number=number) if number else line.task_id
    return speech("[No. {number}] {title}", number=number, title=title) if number else title


def you(speech: Speech, recipient: Recipient) -> str:
    """Return how the recipient's unit is addressed: 你处, 贵局, your unit."""
    if speech.language == "en":
        return "your unit"
    kind = next((end for end in UNIT_ENDINGS if recipient.unit.endswith(end)), "单位")
    return ("你" if recipient.rank == "down" else "贵") + kind


def sections(speech: Speech, model: LetterModel) -> tuple[Section, ...]:
    """Return the lines of a letter, in order as they are, in sections of one urgency and one plan, numbered through."""
    made: list[Section] = []
    number = 1
    for _, group in groupby(model.lines, key=lambda line: (line.kind, line.plan_id, line.returned)):
        lines = list(group)
        tone, badge = TONES[lines[0].kind]
        if lines[0].kind in OVERDUE and manner(model.recipient) == "up":
            badge = N_("to note")
        entries = tuple(entry(speech, model, line, number + offset) for offset, line in enumerate(lines))
        made.append(Section(_lead(speech, model.recipient, lines), tone, speech(badge), entries))
        number += len(lines)
    return tuple(made)


def _lead(speech: Speech, recipient: Recipient, lines: Sequence[Line]) -> str:
    first = lines[0]
    spoken = manner(recipient)
    comes_back = first.returned and first.kind in ("late", "urge") and spoken == "down"
    lead = RETURNED if comes_back else LEADS[spoken][first.kind]
    addressee = plain(first.addressee) or speech("the contact")
    return speech(
        lead,
        plan=plan_name(speech, first),
        relation=_relation(speech, recipient, lines),
        addressee=addressee,
    )


def _relation(speech: Speech, recipient: Recipient, lines: Sequence[Line]) -> str:
    posts, roles = {line.post for line in lines}, {line.unit_role for line in lines}
    if len(posts) == 1 and (personal := PERSONAL.get(*posts)):
        return speech(personal)
    units = {line.of for line in lines}
    if recipient.rank == "up" or len(units) > 1:
        return speech("which concerns you")
    whose = plain(units.pop())
    return speech(RELATIONS[roles.pop() if len(roles) == 1 else ""], you=whose or you(speech, recipient))


def entry(speech: Speech, model: LetterModel, line: Line, number: int) -> Entry:
    """Return one line of a letter as a numbered entry with its facts."""
    return Entry(number, task_name(speech, line), tuple(_facts(speech, model, line)), web_address(line.link))


def web_address(link: str) -> str:
    """Return *link* if it is a plain http or https address, else nothing: no other scheme belongs in a letter."""
    fine = (
        link.startswith(("https://", "http://"))
        and link.isascii()
        and link.isprintable()
        and not set(link) & set(" \"'<>\\`")
    )
    return link if fine else ""


def _facts(speech: Speech, model: LetterModel, line: Line) -> Iterable[str]:
    yield deadline(speech, model, line)
    own = line.unit_role in ("lead", "each") and len(line.leads) == 1 and not line.of
    if line.leads and (not own or manner(model.recipient) == "up"):
        yield speech("lead: {names}", names=plain(speech.names(line.leads)))
    if line.support and line.kind == "assign":
        yield speech("support: {names}", names=plain(speech.names(line.support)))
    if line.measures:
        yield speech("asked for: {measures}", measures=plain(speech.clauses(line.measures)))
    if line.waits:
        yield speech("comes after what is still open: {tasks}", tasks=plain(speech.names(line.waits)))
    if line.state:
        yield speech("state: {state}", state=plain(line.state))
    if line.note:
        yield _note(speech, line)
    if line.told:
        days = speech.names(dict.fromkeys(speech.date(day, model.today) for day, _ in line.told))
        yield speech("said before on {days}", days=days)
    if line.fixed and line.kind not in ("accepted", "cancelled", "received"):
        yield speech("the date is set from above and can't be extended here")
    if line.late:
        yield speech("This reminder is late; it should have reached you earlier.")


def _note(speech: Speech, line: Line) -> str:
    note = plain(line.note)
    match "returned" if line.returned else line.kind:
        case "returned":
            return speech("returned because: {note}", note=note)
        case "changed" | "cancelled":
            return speech("reason: {note}", note=note)
        case "received":
            return speech("came in: {note}", note=note)
        case _:
            return speech("last reported: {note}", note=note)


def deadline(speech: Speech, model: LetterModel, line: Line) -> str:
    """Return a line's deadline with its distance, its first date, and the plan's own words for it."""
    written = plain(line.written)
    if line.due is None:
        return speech("no fixed date: {written}", written=written) if written else speech("no fixed date")
    due = speech.date(line.due, model.today)
    if line.kind == "changed" and line.original_due not in (None, line.due):
        before = speech.date(line.original_due, model.today)
        return speech("deadline moved from {before} to {due}", before=before, due=due)
    said = speech(
        "report by {due}{distance}" if line.kind == "report" else "deadline {due}{distance}",
        due=due,
        distance=_distance(speech, model, line),
    )
    beside = asides(speech, line)
    return said + (speech(" ({asides})", asides=speech.clauses(beside)) if beside else "")


def asides(speech: Speech, line: Line) -> list[str]:
    """Return what is said beside a date: the one first set, and the plan's own words where they aren't a day."""
    moved = line.original_due if line.original_due != line.due else None
    return [
        *([speech("first set for {day}", day=speech.day(moved))] if moved else []),
        *([speech("the plan says: {written}", written=plain(line.written))] if line.written else []),
    ]


def _distance(speech: Speech, model: LetterModel, line: Line) -> str:
    """Return how far today is from the due date, from the counts handed in."""
    if line.kind in {"accepted", "cancelled", "assign", "changed", "received"} or line.due is None:
        return ""
    if line.due == model.today:
        return speech(", today")
    if line.due > model.today and line.workdays == 0:  # only days off lie between
        return speech.count(
            ", {n} day left, today is the last working day",
            ", {n} days left, today is the last working day",
            line.days,
        )
    if line.due > model.today:
        return speech.count(", {n} working day left", ", {n} working days left", line.workdays)
    if line.workdays == 0:
        return speech.count(", {n} day over", ", {n} days over", line.days)
    days = speech.count("{n} day", "{n} days", line.days)
    return speech.count(", {n} working day over ({days})", ", {n} working days over ({days})", line.workdays, days=days)


def over(speech: Speech, line: Line) -> str:
    """Return by how much a line is overdue: 7个工作日（11天）; within days off, in days alone."""
    days = speech.count("{n} day", "{n} days", line.days)
    if not line.workdays:
        return days
    return speech.count("{n} working day ({days})", "{n} working days ({days})", line.workdays, days=days)


def subject(speech: Speech, model: LetterModel) -> str:
    """Return the subject: the most urgent kind in a tag, how many, when; then the title, cut to what a list shows."""
    lines = model.lines
    if manner(model.recipient) == "up":
        return speech("[{tag}] {headline}", tag=speech("For your attention"), headline=_submission(speech, model))
    kind = lines[0].kind
    urgent = [line for line in lines if line.kind == kind]
    headline = _headline(speech, kind, urgent, asked=model.recipient.role == "to")
    if len(lines) > len(urgent):
        headline += speech(", {n} more", n=len(lines) - len(urgent))
    text = speech("[{tag}] {headline}", tag=_tag(speech, model.recipient, kind), headline=headline)
    title = _title(speech, lines)
    return speech("{subject} - {title}", subject=text, title=cut(title, 48)) if title else text


def _tag(speech: Speech, recipient: Recipient, kind: LineKind) -> str:
    tag = speech("Request") if recipient.rank == "level" and kind in OVERDUE else speech(TAGS[kind])
    return speech("{tag}, copy", tag=tag) if recipient.role == "cc" else tag


def _submission(speech: Speech, model: LetterModel) -> str:
    """Return what a leader's subject counts; it submits, it never chases."""
    concern = sum(line.kind in OVERDUE or line.kind == "behind" for line in model.lines)
    due = sum(line.kind in {"today", "notice"} for line in model.lines)
    weekly = model.kind == "rollup"
    counts = [
        *([speech("{n} due this week", n=due) if weekly else speech("{n} due soon", n=due)] if due else []),
        *([speech("{n} to note", n=concern)] if concern else []),
        *([speech("{n} for information", n=rest)] if (rest := len(model.lines) - due - concern) else []),
    ]
    return speech(
        "tasks in your charge: {counts}", counts="，".join(counts) if speech.language == "zh" else ", ".join(counts)
    )


def _title(speech: Speech, lines: Sequence[Line]) -> str:
    """Return what the subject names: the task when there is one, else the plan, else the first of several plans."""
    first = lines[0]
    if len(lines) == 1:
        return plain(first.title) or task_name(speech, first)
    title = plain(first.plan_title) or plain(first.plan_number)
    if len({line.plan_id for line in lines}) > 1:
        return speech("{title} and others", title=cut(title, 44)) if title else ""
    return title


def _headline(speech: Speech, kind: LineKind, lines: Sequence[Line], *, asked: bool) -> str:
    n, days = len(lines), sorted({line.due for line in lines if line.due})
    answer = min((line.answer_by for line in lines if line.answer_by), default=None)
    match kind:
        case "notice" if days:
            due = speech.date(days[0])
            if len(days) > 1:
                return speech.count("{n} task due from {due} on", "{n} tasks due from {due} on", n, due=due)
            return speech.count("{n} task due {due}", "{n} tasks due {due}", n, due=due)
        case "behind":
            return speech.count(
                "{n} task behind schedule, please report", "{n} tasks behind schedule, please report", n
            )
        case "today":
            return speech.count("{n} task due today", "{n} tasks due today", n)
        case "late" if asked:
            return speech.count("{n} task overdue, please explain", "{n} tasks overdue, please explain", n)
        case "late" | "urge" | "press" if not asked:
            return speech.count("{n} task past its deadline", "{n} tasks past their deadline", n)
        case "late" | "urge" | "press" if answer:
            by = speech.date(answer)
            return speech.count("{n} task open, answer by {by}", "{n} tasks open, answer by {by}", n, by=by)
        case "late" | "urge" | "press":
            return speech.count("{n} task still open", "{n} tasks still open", n)
        case "report" | "notice":
            return speech.count("please report on {n} task", "please report on {n} tasks", n)
        case "returned":
            return speech.count("{n} task returned", "{n} tasks returned", n)
        case "changed":
            return speech.count("{n} task changed", "{n} tasks changed", n)
        case "cancelled":
            return speech.count("{n} task cancelled", "{n} tasks cancelled", n)
        case "assign":
            return speech.count("{n} task for you", "{n} tasks for you", n)
        case "accepted":
            return speech.count("{n} task accepted", "{n} tasks accepted", n)
        case "received":
            return speech.count("a report on {n} task came in", "reports on {n} tasks came in", n)


def reason(speech: Speech, line: Line) -> str:
    """Return the clause that says in which post a person is told; empty when nothing is known of it."""
    post, unit = POSTS.get(line.post), UNITS.get(line.unit_role)
    if not (post or unit):
        return ""
    both = (
        speech("{post} of the {unit}", post=speech(post), unit=speech(unit))
        if post and unit
        else speech(post or unit or "")
    )
    if line.instead_of:
        return speech("You get this letter in place of {name}, the {post}", name=plain(line.instead_of), post=both)
    if line.post == "unit":
        return speech("This letter goes to the {mailbox}", mailbox=both)
    return speech("You get this letter as the {post}", post=both)
