"""Letters that wait for the office: which notices on which row, for whom, and whether for a click or a signature."""

from __future__ import annotations

from store import queries
from web.view import Row, View


def held_notices(view: View) -> dict[tuple[int, str], list[Row]]:
    """Return the notices that wait for the desk, by row and section: release, sign or propose."""
    found: dict[tuple[int, str], list[Row]] = {}
    for notice in view.read(queries.HELD):
        section = "release" if notice["reason"] == "desk" else notice["reason"]
        key = notice["person"].removeprefix("unit:")
        known = view.people if key == notice["person"] else view.units
        named = notice | {"name": known[key]["name"] if key in known else key}
        found.setdefault((notice["occurrence"], section), []).append(named)
    return found
