"""What stands beside the rows of the desk's list, who is asked and what was said last, read for all of them at once.

A list of two thousand calls asks the ledger as often as one of ten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from plans.recipients import Parts
from scheduler.matters import Desk
from store.database import rows

_TALK = "('note', 'progress', 'report', 'ask')"
UNITS = """SELECT occurrence, role, unit AS name FROM occurrence_unit WHERE occurrence IN ({found})
    ORDER BY occurrence, position"""
PEOPLE = """SELECT occurrence, role, person AS name FROM occurrence_person WHERE occurrence IN ({found})
    ORDER BY occurrence, position"""
TALKED = f"""SELECT occurrence, max("on") AS "on" FROM event WHERE kind IN {_TALK} AND occurrence IN ({{found}})
    GROUP BY occurrence"""
SAID = """SELECT occurrence, text FROM event WHERE id IN (SELECT max(id) FROM event
    WHERE kind IN ({kinds}) AND text <> '' AND occurrence IN ({found}) GROUP BY occurrence)"""
WAITS = "SELECT DISTINCT occurrence FROM notice WHERE state = 'held' AND occurrence IN ({found})"


@dataclass(frozen=True)
class Beside:
    """What stands beside the rows that *sql* finds with *values*; each thing is fetched when it is first asked for."""

    desk: Desk
    sql: str
    values: Mapping[str, Any]

    def parts(self, one: Mapping[str, Any]) -> Parts:
        """Return who has a part in a row."""
        return self.desk.parts_of(one, self._units.get(one["id"], ()), self._people.get(one["id"], ()))

    @cached_property
    def talked_on(self) -> dict[int, date]:
        """Return the day on which there was last word with a row's unit, by the row's id."""
        return {one["occurrence"]: one["on"] for one in self._read(TALKED)}

    @cached_property
    def waits(self) -> frozenset[int]:
        """Return the ids of rows with a notice that a human has to let go."""
        return frozenset(one["occurrence"] for one in self._read(WAITS))

    def said(self, *kinds: str) -> dict[int, str]:
        """Return what was last said of each row in events of these kinds, by its unit or by the desk."""
        named = ", ".join(f"'{kind}'" for kind in kinds)
        return {one["occurrence"]: one["text"] for one in self._read(SAID.replace("{kinds}", named))}

    @cached_property
    def _units(self) -> dict[int, list[tuple[str, str]]]:
        return self._by_row(UNITS)

    @cached_property
    def _people(self) -> dict[int, list[tuple[str, str]]]:
        return self._by_row(PEOPLE)

    def _by_row(self, sql: str) -> dict[int, list[tuple[str, str]]]:
        found: dict[int, list[tuple[str, str]]] = {}
        for one in self._read(sql):
            found.setdefault(one["occurrence"], []).append((one["role"], one["name"]))
        return found

    def _read(self, sql: str) -> list[dict[str, Any]]:
        found = f"SELECT x.id FROM ({self.sql}) AS x"
        return rows(self.desk.connection, sql.replace("{found}", found), **self.values)
