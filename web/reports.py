"""Reporting from the letter: one link, no account. Looking changes nothing; what is sent counts once."""

from __future__ import annotations

import base64
import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.responses import FileResponse, RedirectResponse, Response

from notifications.ledger_words import EVENTS
from plans.model import say
from plans.trouble import DubanError, FileError, LedgerError, because
from scheduler.reporting import last_day, reported, take
from store import evidence, ledger, look
from store.states import ENDED
from web.discretion import retold
from web.rendering import notice, render
from web.report_form import NAME_LIMIT, TEXT_LIMIT, read_form
from web.uploads import LARGEST, MOST, TYPES, take_files
from web.visit import Visit

Row = dict[str, Any]

ROW = """
SELECT o.id, o.plan, o.task, o.name, o.title, o.kind, o.text, o.precision, o.due, o.original_due, o.state, o.fixed,
    o.target_op, o.target_value, o.target_unit, o.value, o.asked_on, o.asked_due, t.no, t.spec,
    p.title AS plan_title, p.number, p.office, p.acceptance, p.language, p.handling
FROM occurrence o JOIN plan p ON p.id = o.plan JOIN task t ON t.plan = o.plan AND t.id = o.task
WHERE o.id = :number"""
OFFICE = """
SELECT u.name, u.mail, coalesce(nullif(u.phone, ''), q.phone) AS phone, q.name AS contact
FROM unit u LEFT JOIN person q ON q.id = u.contact WHERE u.id = :unit"""


def show(visit: Visit) -> Response:
    """Show the task, how it stands, what was said before, and the form."""
    one = _row(visit)
    return notice(visit.request, 410) if one is None else _page(visit, one)


def show_paper(visit: Visit) -> Response:
    """Show the form to be printed, for offices that need a signature."""
    one = _row(visit)
    return notice(visit.request, 410) if one is None else _page(visit, one, template="report_paper.html")


def send(visit: Visit, form: FormData) -> Response:
    """Enter what was sent, and lead back to the page, which then shows it; what can't be entered is said there."""
    one = _row(visit)
    if one is None:
        return notice(visit.request, 410)
    try:
        given = read_form(form)
        folder = visit.house.settings.web.evidence
        given = replace(given, files=take_files(form.getlist("files"), folder))
        with visit.act() as act:
            take(act, visit.held, ledger.occurrence(act.connection, one["id"]), given)
    except LedgerError:
        raise
    except DubanError as refusal:
        return _page(visit, one, status=422, trouble=refusal, form=form)
    except OSError as error:
        trouble = FileError(say("The files can't be kept just now ({why}). Try without them.", why=because(error)))
        return _page(visit, one, status=503, trouble=trouble, form=form)
    return RedirectResponse(f"{visit.secret}?sent={given.kind}", status_code=303)


def show_file(visit: Visit) -> Response:
    """Hand out a file that was handed in on the task of the link; to be kept, never to be opened in the page."""
    one = _row(visit)
    return hand_out(visit, one["id"]) if one else notice(visit.request, 404)


def hand_out(visit: Visit, number: int) -> Response:
    """Hand out the file that the address names, if it was handed in on this row."""
    found = _file(visit, number)
    if found is None:
        return notice(visit.request, 404)
    path = evidence.path_of(visit.house.settings.web.evidence, found.sha256)
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "no-store",
    }
    if not path.is_file():
        return notice(visit.request, 503)
    return FileResponse(path, media_type=found.type, headers=headers)


def _file(visit: Visit, number: int) -> evidence.File | None:
    """Return the file that the address names, if it was handed in on this row."""
    wanted = visit.request.path_params["file"]
    return next((file for key, _, file in evidence.of_row(visit.read, number) if key == wanted), None)


def _row(visit: Visit) -> Row | None:
    """Return the row that a link opens; None once its time is over."""
    found = visit.read(ROW, number=visit.filter.get("row"))
    if not found:
        return None
    due = date.fromisoformat(found[0]["due"]) if found[0]["due"] else None
    last = last_day(visit.held, due)
    return found[0] if last is None or visit.house.today() <= last else None


def _page(
    visit: Visit,
    one: Row,
    *,
    template: str = "report.html",
    status: int = 200,
    trouble: DubanError | None = None,
    form: Mapping[str, Any] | None = None,
) -> Response:
    """Return the page of a row; after a refusal with what had been written, files excepted."""
    stands = look.of_task(visit.read, visit.house.today(), one["plan"], one["task"])[one["id"]]
    files: dict[int, list[tuple[int, evidence.File]]] = {}
    for number, event, file in evidence.of_row(visit.read, one["id"]):
        files.setdefault(event, []).append((number, file))
    written = defaultdict(str, {name: value for name, value in (form or {}).items() if isinstance(value, str)})
    shown = str(one["title"] or one["task"])
    said = ""
    if trouble and not isinstance(trouble.sentence, str):
        said = visit.speech.sentence(retold(trouble.sentence, shown))
    return render(
        visit,
        template,
        status,
        row=one | stands | {"title": shown},
        day=lambda written: visit.speech.date(date.fromisoformat(written), visit.house.today()),
        unit=_unit(visit),
        office=_office(visit, one),
        reports=reported(visit.read, one["id"]),
        files=files,
        words=EVENTS,
        is_closed=one["state"] in ENDED,
        trouble=said,
        written=written,
        nonce=written["nonce"] or base64.b32encode(secrets.token_bytes(20)).decode("ascii").lower(),
        sent=visit.request.query_params.get("sent", ""),
        limits={"file": LARGEST // 1_000_000, "files": MOST, "text": TEXT_LIMIT, "name": NAME_LIMIT},
        kinds=",".join(f".{end}" for end in TYPES),
    )


def _unit(visit: Visit) -> str:
    """Return the name of the unit in whose name is reported."""
    found = visit.read("SELECT name FROM unit WHERE id = :unit", unit=visit.filter.get("unit", ""))
    return str(found[0]["name"]) if found else ""


def _office(visit: Visit, one: Row) -> Row:
    """Return whom to call: the plan's office, or the house's."""
    unit = one["office"] or visit.read("SELECT office FROM house")[0]["office"]
    found = visit.read(OFFICE, unit=unit)
    return found[0] if found else {"name": "", "mail": "", "phone": "", "contact": ""}
