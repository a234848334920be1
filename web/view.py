"""What a page is asked with: the ledger, the day, the language, what the token opens, the filters in the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from notifications.speech import N_, Speech
from plans.trouble import UsageError
from store import queries

if TYPE_CHECKING:
    from web.visit import Visit

Row = dict[str, Any]
Read = Callable[..., list[Row]]

FILTERS = ("plan", "unit", "person", "phase", "text", "light", "word")
SCOPES = ("plan", "unit", "person", "phase")  # what a token may be narrowed to
ROWS = {"report": N_("Report progress"), "review": N_("Review")}  # rows that ask for something beside the task
_KEPT = ("day", "lang")  # what every link carries on


class NotHereError(Exception):
    """The page isn't there, or the token doesn't open it; nobody learns which (S22)."""


@dataclass(frozen=True)
class View:
    """One look at the ledger through one token.

    *place* is the page's path below the token (task/PLAN/TASK), *asked* the query of its address, *scope* the filter
    of the token, which no filter of the address widens; *right* is read, report or office.
    """

    read: Read
    day: date
    today: date
    speech: Speech
    place: str = ""
    asked: Mapping[str, str] = field(default_factory=dict)
    scope: Mapping[str, str] = field(default_factory=dict)
    right: str = "read"
    zone: str = "Asia/Shanghai"

    @classmethod
    def of(cls, visit: Visit) -> View:
        """Return the view that a visit asks for."""
        return cls(
            read=visit.read,
            day=visit.day,
            today=visit.house.today(),
            speech=visit.speech,
            place=visit.place,
            asked=dict(visit.request.query_params),
            scope={name: value for name, value in visit.filter.items() if name in SCOPES and value},
            right="office" if visit.is_office else "read",
            zone=visit.house.settings.timezone,
        )

    @property
    def is_office(self) -> bool:
        """Return whether the office itself looks: it sees telephone numbers and may act."""
        return self.right == "office"

    @property
    def root(self) -> str:
        """Return the relative address of what lies below the token: "", ../ or ../../."""
        return "../" * self.place.count("/")

    def link(self, *path: str, **query: Any) -> str:
        """Return the relative address of a page; the day looked at and the language chosen are carried on."""
        kept = {name: self.asked[name] for name in _KEPT if self.asked.get(name)}
        given = {name: str(value) for name, value in (kept | query).items() if value not in (None, "")}
        target = self.root + "/".join(quote(part, safe="") for part in path)
        return (target or "./") + (f"?{urlencode(given)}" if given else "")

    def here(self, **query: Any) -> str:
        """Return the address of this page with some of its query changed; None or "" takes a value out."""
        given = {name: str(value) for name, value in {**self.asked, **query}.items() if value not in (None, "")}
        return f"?{urlencode(given)}" if given else self.root + self.place or "./"

    @cached_property
    def filters(self) -> dict[str, Any]:
        """Return what rows are narrowed to: the token's filter, and within it the address's.

        Raises:
            NotHereError: the address names a plan, unit or person that isn't there.
        """
        from store.references import resolved

        asked = {name: self.asked[name].strip() for name in FILTERS if self.asked.get(name, "").strip()}
        asked.pop("word", None)
        lights = tuple(asked.pop("light", "").split(","))
        if not self.is_office and "text" in asked:
            asked["shown_text"] = asked.pop("text")  # what isn't shown isn't found either
        try:
            found = resolved(self.read, asked) | {"light": lights if any(lights) else ()}
        except UsageError:
            raise NotHereError from None
        return self.within(found)

    def within(self, filters: Mapping[str, Any]) -> dict[str, Any]:
        """Return *filters* narrowed to what the token opens.

        Raises:
            NotHereError: they lie outside.
        """
        for name, value in self.scope.items():
            if filters.get(name, value) != value:
                raise NotHereError
        return {**filters, **self.scope}

    def opens(self, name: str, value: str) -> bool:
        """Return whether the token may open the page of a plan, a unit or a person: any, or only its own."""
        return self.scope.get(name, value) == value

    @property
    def is_filtered(self) -> bool:
        """Return whether the address narrows what is shown."""
        return any(self.asked.get(name) for name in FILTERS)

    @property
    def pages(self) -> list[tuple[str, tuple[str, ...], str]]:
        """Return what stands in the head of every page: (the first part of its address, its path, its word)."""
        speech = self.speech
        pages: list[tuple[str, tuple[str, ...], str]] = [
            ("", (), speech("Board")),
            ("list", ("list",), speech("All rows")),
            ("matrix", ("matrix",), speech("Matrix")),
            ("timeline", ("timeline",), speech("Timeline")),
            ("subscribe", ("subscribe",), speech("Calendar")),
        ]
        return [("desk", ("desk",), speech("Morning desk")), *pages] if self.is_office else pages

    @cached_property
    def plans(self) -> dict[str, Row]:
        """Return the plans by id, in their order."""
        return {plan["id"]: plan for plan in self.read(queries.ALL_PLANS)}

    @cached_property
    def units(self) -> dict[str, Row]:
        """Return the units by id, in official order."""
        return {unit["id"]: unit for unit in self.read(queries.ALL_UNITS)}

    @cached_property
    def people(self) -> dict[str, Row]:
        """Return everybody by id."""
        return {person["id"]: person for person in self.read(queries.ALL_PEOPLE)}

    @cached_property
    def phases(self) -> dict[tuple[str, str], Row]:
        """Return the phases by plan and id, in their order."""
        return {(phase["plan"], phase["id"]): phase for phase in self.read(queries.PHASES)}

    @cached_property
    def house(self) -> Row:
        """Return whether this is a rehearsal, and why letters are on hold."""
        return self.read(queries.HOUSE)[0]

    def day_words(self, written: str | None) -> str:
        """Return a day of the ledger as it is read, 6月15日（周五）; "" for none."""
        return self.speech.date(date.fromisoformat(written), self.day) if written else ""

    def plan_title(self, plan: str) -> str:
        """Return a plan's title, its id where the ledger has none."""
        return self.plans[plan]["title"] or plan if plan in self.plans else plan

    def phase_title(self, row: Mapping[str, Any]) -> str:
        """Return the title of a row's phase."""
        phase = self.phases.get((row["plan"], row["phase"]))
        return phase["title"] or phase["id"] if phase else ""

    def name_words(self, name: str) -> str:
        """Return what distinguishes a row from the others of its task: what it asks for, its period, its unit."""
        first, *rest = name.split("/")
        asked = self.speech(ROWS[first]) if first in ROWS else self.unit_name(first)
        return " · ".join((asked, *map(self.unit_name, rest)))

    def unit_name(self, unit: str) -> str:
        """Return a unit's name, its id where the directory doesn't know it."""
        return str(self.units[unit]["name"]) if unit in self.units else unit

    def short_day(self, written: str) -> str:
        """Return a day for a narrow column, 6-15; with its year where that isn't the year looked at."""
        day = date.fromisoformat(written)
        return f"{day.month}-{day.day}" if day.year == self.day.year else str(day)

    def moment_words(self, moment: str | None) -> str:
        """Return an instant of the ledger (ISO, UTC) in the house's zone."""
        from datetime import datetime
        from zoneinfo import ZoneInfo

        if not moment:
            return ""
        return f"{datetime.fromisoformat(moment).astimezone(ZoneInfo(self.zone)):%Y-%m-%d %H:%M}"

    def distance(self, row: Mapping[str, Any]) -> str:
        """Return how far away a row's day is, in working days and days."""
        speech = self.speech
        if row["days_overdue"]:
            return speech("{workdays} over ({days})", **self._days(row["workdays_overdue"], row["days_overdue"]))
        left = row["days_left"]
        if left is None or left < 0:
            return ""
        if left == 0:
            return speech("today")
        if left == 1:
            return speech("tomorrow")
        return speech("{workdays} left ({days})", **self._days(row["workdays_left"], left))

    def _days(self, workdays: int, days: int) -> dict[str, str]:
        count = self.speech.count
        return {
            "workdays": count("{n} working day", "{n} working days", workdays),
            "days": count("{n} day", "{n} days", days),
        }
