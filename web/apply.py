"""Applying a plan by a form: the text is checked, what it would change is shown as `duban plan` shows it, then applied.

Nothing is kept between the two steps but the text itself, which goes back and forth in the form; what is applied is
what was looked at, or nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from notifications.speech import N_
from plans.check import check_plan
from plans.directory import Directory
from plans.encoding import decode
from plans.findings import STOPPING, in_order, together
from plans.model import Finding, Sentence, say
from plans.read import directory_of, read_directory, read_plan
from plans.trouble import DeskError, DubanError, UsageError
from plans.workdays import Workdays
from scheduler import applying
from scheduler.changes import lines, remarks, sums
from scheduler.entry import Prepared, Source
from scheduler.preview import foretell
from scheduler.reorganising import reorganised
from store import ledger, queries
from store.database import row
from web.rendering import render
from web.view import Row, View
from web.visit import Visit

LARGEST = 900_000  # octets of a plan in a form; larger ones are applied by the command line
NOBODY = Directory()
GONE = {"": N_("ask"), "cancel": N_("cancel them"), "keep": N_("they go on")}


@dataclass(frozen=True, slots=True)
class Looked:
    """A plan's text as it was looked at: what is wrong with it, what it would change, and the mark of all that."""

    text: str
    file: str
    gone: applying.Gone
    findings: tuple[Finding, ...] = ()
    prepared: Prepared | None = None
    directory: Directory = NOBODY
    moved: tuple[Sentence, ...] = ()  # units that become others

    @property
    def mark(self) -> str:
        """Return what tells whether the ledger, the text and so the changes are still the same."""
        changes = self.prepared.changes if self.prepared else ()
        return hashlib.sha256(repr((self.text, self.gone, changes)).encode()).hexdigest()[:32]

    @property
    def broken(self) -> bool:
        """Return whether something has to be mended first."""
        return self.prepared is None or any(finding.severity == "error" for finding in self.findings)


def show(visit: Visit) -> Response:
    """Show the form, with the text of a plan that the ledger has, if the address names one."""
    view = View.of(visit)
    known = view.read(queries.PLAN, plan=view.asked.get("plan", ""))
    text, file = (known[0]["source"], known[0]["file"]) if known else ("", "")
    return _page(visit, Looked(text, file, ""))


def send(visit: Visit, form: FormData) -> Response:
    """Show what the text would change, or apply it."""
    try:
        text, file = _text(form)
        gone = str(form.get("gone", ""))
        if gone not in GONE:
            raise UsageError(say("there is no such form"))
        with visit.house.database.read() as connection:
            looked = _look(visit, connection, text, file, gone)  # type: ignore[arg-type]
        if form.get("do") != "apply" or looked.broken or looked.prepared is None or looked.prepared.vanished:
            return _page(visit, looked)
        return _apply(visit, looked, str(form.get("mark", "")))
    except DubanError as trouble:
        said = trouble.sentence if isinstance(trouble.sentence, str) else visit.speech.sentence(trouble.sentence)
        view = View.of(visit)
        return render(visit, "trouble.html", 409, view=view, sentence=said, back=view.link("apply"))


def _text(form: FormData) -> tuple[str, str]:
    """Return the text that was sent, from the file if one was chosen, and what its file is called."""
    upload, name = form.get("upload"), str(form.get("file", ""))
    if isinstance(upload, UploadFile) and upload.filename:
        data = upload.file.read(LARGEST + 1)
        text, _ = decode(data, upload.filename)
        name = name or upload.filename.replace("\\", "/").rpartition("/")[2]
        if len(data) > LARGEST or text is None:
            raise UsageError(say("{file} is no text, or larger than {size} kB", file=name, size=LARGEST // 1000))
        return text, name
    return str(form.get("text", "")).replace("\r\n", "\n"), name


def _look(visit: Visit, connection: Connection, text: str, file: str, gone: applying.Gone) -> Looked:
    """Return what is wrong with a text, and what applying it today would change."""
    plan, findings = read_plan(text, file or "plan.yaml")
    if plan is None:
        return Looked(text, file, gone, tuple(in_order(findings)))
    known = row(connection, "SELECT file FROM plan WHERE id = :plan", plan=plan.id)
    plan = replace(plan, file=known["file"] if known else file or f"{plan.id}.yaml")
    inline, written = directory_of(plan), ledger.house(connection)["directory"]
    directory = inline or (read_directory(written, "directory.yaml")[0] if written else None)
    day, settings = visit.house.today(), visit.house.settings
    if not any(finding.code in STOPPING for finding in findings):
        closed, worked = (directory.closed, directory.worked) if directory else ((), ())
        findings += check_plan(plan, directory, Workdays(plan.workdays, closed, worked), day)
    source = Source(plan, text, directory or Directory(), "" if inline else written)
    stopped = any(finding.severity == "error" for finding in findings)
    prepared = None if stopped else applying.prepare(connection, source, day, settings, gone)
    moved = tuple(reorganised(connection, [prepared])) if prepared else ()
    return Looked(text, plan.file, gone, tuple(in_order(findings)), prepared, source.directory, moved)


def _apply(visit: Visit, seen: Looked, mark: str) -> Response:
    with visit.act() as act:
        looked = _look(visit, act.connection, seen.text, seen.file, seen.gone)
        if looked.prepared is None or looked.mark != mark:
            raise DeskError(say("the ledger has changed meanwhile and nothing was applied; look again"))
        applying.apply(
            act.connection,
            [looked.prepared],
            on=act.on,
            at=act.at,
            actor=act.actor,
            settings=visit.house.settings,
        )
    return RedirectResponse(View.of(visit).link("plan", looked.prepared.plan.id), status_code=303)


def _page(visit: Visit, looked: Looked) -> Response:
    view, prepared = View.of(visit), looked.prepared
    speech = visit.speech
    values: dict[str, Any] = {"lines": [], "remarks": [], "sums": "", "told": None}
    if prepared and not prepared.unchanged:
        values["lines"], _ = lines(prepared.changes, speech, looked.directory, None)
        values["remarks"] = [*remarks(prepared, speech), *map(speech.sentence, looked.moved)]
        values["sums"] = sums(prepared.changes, speech)
        if not looked.broken and not prepared.vanished:
            settings, day = visit.house.settings, visit.house.today()
            values["told"] = foretell(visit.house.database, settings, [prepared.source], day, looked.gone)
    return render(
        visit,
        "apply.html",
        view=view,
        looked=looked,
        prepared=prepared,
        findings=[_shown(visit, finding) for finding in together(looked.findings)],
        gones=GONE,
        known=list(view.plans.values()),
        **values,
    )


def _shown(visit: Visit, finding: Finding) -> Row:
    say_it = visit.speech.sentence
    return {
        "severity": finding.severity,
        "code": finding.code,
        "line": finding.place.line,
        "what": say_it(finding.what),
        "fix": say_it(finding.fix) if finding.fix else "",
    }
