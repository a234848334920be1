"""Signing: numbered letters get their signer and the next number of their series, and the register keeps every number.

A series is one kind of sheet in one year. Numbers are taken at signing and have no gaps; one whose letter never left
stays in the register as void (practice 1.17).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from plans.language.stage_words import SERIES
from plans.presets import ladder
from store.database import insert, row, rows, run, run_all
from store.tables import Register

REGISTER = """
SELECT r.kind, r.year, r.number, r."on", r.signer, r.cancelled, n.number AS called, n.stage, o.plan, o.task,
    o.name, o.title, o.due, o.leads, o.ladder, p.handling, p.number AS plan_number,
    (SELECT max(l.sent_at) FROM notice m JOIN letter l ON l.id = m.letter
     WHERE m.occurrence = n.occurrence AND m.number = n.number AND l.day <= :day
        AND l.state IN ('sent', 'bounced')) AS sent_at
FROM register r LEFT JOIN notice n ON n.id = r.notice LEFT JOIN occurrence o ON o.id = n.occurrence
    LEFT JOIN plan p ON p.id = o.plan
WHERE :year IN (0, r.year) AND r."on" <= :day ORDER BY r.year, r.kind, r.number"""


@dataclass(frozen=True, slots=True)
class Pen:
    """Who signs on a day, and what the house's numbers begin with (常 in 常督〔2026〕12号)."""

    signer: str
    on: date
    mark: str = ""


def number_sheets(connection: Connection, occurrence: Mapping[str, Any], pen: Pen) -> list[str]:
    """Give each sheet that waits for a signature on a row its number and signer; return the numbers.

    All who get the sheet get the same number. The caller's transaction holds the series, so that nobody else can take
    the number meanwhile and a rollback gives it back.
    """
    waiting = rows(
        connection,
        "SELECT min(id) AS first, version, stage FROM notice WHERE occurrence = :id AND state = 'held'"
        " AND reason = 'sign' GROUP BY version, stage ORDER BY min(id)",
        id=occurrence["id"],
    )
    plan = row(connection, "SELECT language FROM plan WHERE id = :plan", plan=occurrence["plan"])
    language, taken = "en" if plan and plan["language"] == "en" else "zh", []
    for sheet in waiting:
        stage = ladder(occurrence["ladder"]).stage(sheet["stage"])
        series = (stage.numbered(language) if stage else "") or SERIES[language]
        number = _next_number(connection, series, pen, sheet["first"])
        run(
            connection,
            "UPDATE notice SET number = :number, signer = :signer WHERE occurrence = :id AND version = :version"
            " AND stage = :stage AND state = 'held' AND reason = 'sign'",
            number=number,
            signer=pen.signer,
            id=occurrence["id"],
            version=sheet["version"],
            stage=sheet["stage"],
        )
        taken.append(number)
    return taken


def _next_number(connection: Connection, series: str, pen: Pen, notice: int) -> str:
    year = pen.on.year
    found = row(
        connection,
        "INSERT INTO series (kind, year, last) VALUES (:kind, :year, 1)"
        " ON CONFLICT (kind, year) DO UPDATE SET last = series.last + 1 RETURNING last",
        kind=series,
        year=year,
    )
    assert found
    number = int(found["last"])
    insert(connection, Register(kind=series, year=year, number=number, on=pen.on, signer=pen.signer, notice=notice))
    called = f"{pen.mark}{series}"
    return f"{called} {year}/{number}" if called.isascii() else f"{called}〔{year}〕{number}号"


def void_numbers(connection: Connection, *occurrences: int) -> None:
    """Mark the numbers of rows' sheets void that will not leave any more."""
    run_all(
        connection,
        "UPDATE register SET cancelled = :yes WHERE cancelled = :no AND notice IN"
        " (SELECT id FROM notice WHERE occurrence = :occurrence AND number <> '')"
        " AND NOT EXISTS (SELECT 1 FROM notice r JOIN notice m ON m.occurrence = r.occurrence AND m.number = r.number"
        " WHERE r.id = register.notice AND m.state <> 'suppressed')",
        [{"yes": True, "no": False, "occurrence": occurrence} for occurrence in occurrences],
    )


def registered(connection: Connection, day: date, year: int = 0) -> Iterable[dict[str, Any]]:
    """Return every number taken up to *day*, of one year or of all, series by series; a void one is void on any day."""
    return rows(connection, REGISTER, day=day, year=year)
