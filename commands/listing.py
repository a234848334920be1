"""The listings as the command line knows them: each with its options, once, for the quick door and for Typer."""

from __future__ import annotations

from datetime import date, timedelta

from commands.days import day_written
from commands.place import find_place
from commands.table import screen
from notifications.speech import N_, Speech, language_of
from plans.trouble import FINDINGS, FINE
from store.look import SORTS
from store.states import LIGHTS, STATES

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TextIO

    from commands.table import Screen

AHEAD = 14  # days that `due` looks ahead when nobody says how many


class Option:
    """One option: its name without dashes, what it is for, and how its text is read (or a ValueError)."""

    __slots__ = ("flag", "help", "metavar", "name", "read", "values")

    def __init__(
        self,
        name: str,
        help: str,  # noqa: A002 (Typer's word)
        metavar: str = "",
        read: Callable[[str], Any] = str,
        values: Sequence[str] = (),
    ) -> None:
        self.name, self.help, self.metavar, self.read, self.values = name, help, metavar, read, values
        self.flag = not metavar

    @property
    def key(self) -> str:
        """Return the name its value is kept under."""
        return self.name.replace("-", "_")


class Listing:
    """One command that reads: its name, what it does, its options, and whether it takes a task."""

    __slots__ = ("help", "name", "options", "takes_task")

    def __init__(self, name: str, help: str, *options: Option, takes_task: bool = False) -> None:  # noqa: A002
        self.name, self.help, self.takes_task = name, help, takes_task
        self.options = {option.name: option for option in (*options, *COMMON)}


def read_count(text: str) -> int:
    """Return a number of days, 0 or more."""
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise ValueError(N_("{text} is no number of days"))
    return int(text)


def one_of(*known: str) -> Callable[[str], str]:
    """Return a reader of one of the *known* words."""

    def read(text: str) -> str:
        if text not in known:
            raise ValueError(N_("{text} is none of {known}"))
        return text

    return read


def some_of(*known: str) -> Callable[[str], tuple[str, ...]]:
    """Return a reader of some of the *known* words, with commas between them."""
    one = one_of(*known)
    return lambda text: tuple(one(part.strip()) for part in text.replace("，", ",").split(","))


def _choice(name: str, help: str, *known: str, several: bool = False) -> Option:  # noqa: A002
    if several:
        return Option(name, help, f"{known[0]},…", some_of(*known), known)
    return Option(name, help, "|".join(known), one_of(*known), known)


DAY = "YYYY-MM-DD"
COMMON = (
    Option("today", N_("Show the ledger as it stands on this day."), DAY, day_written),
    _choice("format", N_("A table for people, or JSON for programs."), "text", "json"),
    Option("exit-code", N_("End with exit code 1 when there is something to show.")),
    _choice("lang", N_("The language of the answer."), "zh", "en"),
    Option("ledger", N_("The ledger: a file, a folder with a duban.toml, or a server's URL."), "PATH"),
)
FILTERS = (
    Option("plan", N_("Only this plan."), "PLAN"),
    Option("unit", N_("Only what this unit has a part in."), "UNIT"),
    Option("person", N_("Only what this person has a part in."), "PERSON"),
    Option("phase", N_("Only this phase."), "PHASE"),
    Option("text", N_("Only where title, number or deadline contain this."), "TEXT"),
)
LISTINGS = {
    listing.name: listing
    for listing in (
        Listing("overdue", N_("List what is overdue, the longest overdue first."), *FILTERS),
        Listing(
            "due",
            N_("List what falls due, soonest first."),
            Option("days", N_("How many days to look ahead; 14 unless said."), "N", read_count),
            Option("until", N_("Look ahead until this day."), DAY, day_written),
            *FILTERS,
        ),
        Listing(
            "list",
            N_("List every task with its date and its light."),
            *FILTERS,
            _choice("state", N_("Only in these states."), *STATES, several=True),
            _choice("light", N_("Only with these lights."), *LIGHTS, several=True),
            Option("from", N_("Only what is due on this day or later."), DAY, day_written),
            Option("to", N_("Only what is due on this day or earlier."), DAY, day_written),
            _choice("sort", N_("What to sort by."), *SORTS),
        ),
        Listing("matrix", N_("Show which unit leads, answers and supports, task by task, with lights."), *FILTERS),
        Listing(
            "timeline",
            N_("Draw spans and deadlines on one scale of days."),
            Option("svg", N_("Print one plan's chart as an SVG picture.")),
            *FILTERS,
        ),
        Listing(
            "show",
            N_("Show everything that is known of a task."),
            Option("chat", N_("A line to copy into a group chat or a text message instead.")),
            takes_task=True,
        ),
        Listing("why", N_("Show who was told of a task and why, and what comes next."), takes_task=True),
        Listing(
            "sent",
            N_("List the letters that were handed over."),
            Option("to", N_("Only to this person or unit."), "PERSON"),
            Option("since", N_("Only of this day or later."), DAY, day_written),
        ),
    )
}


def parse(listing: Listing, arguments: Sequence[str]) -> dict[str, Any] | None:
    """Return the options that *arguments* give, or None where anything is unusual: Typer then answers."""
    given: dict[str, Any] = {}
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.removeprefix("--").partition("=")
        if not word.startswith("-"):
            name, value = "task", word
            if not listing.takes_task or "task" in given:
                return None
            given["task"] = word
            continue
        option = listing.options.get(name) if word.startswith("--") else None
        if option is None or (option.flag and equals) or (not option.flag and not equals and not rest):
            return None
        try:
            given[option.key] = True if option.flag else option.read(value if equals else rest.pop(0))
        except ValueError:
            return None
    return given if "task" in given or not listing.takes_task else None


def answer(listing: Listing, given: Mapping[str, Any], environment: Mapping[str, str], folder: str, out: TextIO) -> int:
    """Write what *listing* shows to *out* and return the exit code.

    Raises:
        DubanError: there is no ledger, or what was asked for isn't in it.
    """
    from store.reader import open_ledger

    place = find_place(given.get("ledger", ""), environment, folder)
    today = given.get("today") or today_in(place.timezone, place.file)
    reader = open_ledger(place.ledger)
    try:
        found = look(reader, listing.name, today, given)
        if given.get("format") == "json":
            from commands.printing import as_json

            text = as_json(listing.name, found, ascii_only=not _utf8(out))
        else:
            speech = Speech(given.get("lang") or language_of(environment, place.language))
            text = _text(listing.name, found, reader, given, today, speech, place.timezone, screen(out, environment))
    finally:
        reader.close()
    out.write(text)
    return FINDINGS if given.get("exit_code") and _something(listing.name, found) else FINE


def _text(
    name: str, found: Any, read: Any, given: Mapping[str, Any], today: date, speech: Speech, zone: str, on: Screen
) -> str:
    """Return what was found as text for a person."""
    from commands import printing

    if name == "overdue":
        from store.look import to_verify

        return printing.overdue_text(found, to_verify(read, today, _filters(read, given)), speech, today, on)
    if name == "due":
        return printing.due_text(found, speech, today, _until(today, given), on)
    if name == "list":
        return printing.list_text(found, speech, on)
    if name == "sent":
        return printing.sent_text(found, speech, zone, on)
    if given.get("chat"):
        from commands.chat import chat_text

        return chat_text(found, read, today, speech, given.get("lang", ""))
    if name == "matrix":
        from commands.grid import matrix_text

        return matrix_text(found, speech, on)
    if name == "timeline":
        from commands.gantt import timeline_picture, timeline_text

        return timeline_picture(found, speech) if given.get("svg") else timeline_text(found, speech, on)
    from commands import telling

    if name == "show":
        return telling.show_text(found, speech, on)
    return telling.why_text(found, speech, zone, str(today), on)


def _something(name: str, found: Any) -> bool:
    """Return whether there is something to act on: any row or letter, of one task an overdue row or any notice."""
    if name == "show":
        return any(row["light"] == "red" for row in found["occurrences"])
    return bool(found["notices"] if name == "why" else found)


def look(read: Callable[..., Any], name: str, today: date, given: Mapping[str, Any]) -> Any:
    """Return what the listing *name* finds on *today*: a list of rows or letters, or all about a task."""
    from store import look

    if name in {"show", "why", "sent"}:
        from store import history

        if name != "sent":
            return history.task(read, today, given["task"])
        return history.sent(read, today, given.get("since") or date.min, given.get("to", ""))
    filters = _filters(read, given)
    if name == "due":
        return look.due(read, today, _until(today, given), filters)
    if name == "timeline":
        from store.timeline import timeline

        return timeline(read, today, filters)
    if name == "list":
        return look.listed(read, today, filters, given.get("sort", "plan"))
    if name == "matrix":
        from store.matrix import matrix

        return matrix(read, today, filters)
    return look.overdue(read, today, filters)


def _filters(read: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filters of the ledger that the options ask for."""
    filters = {
        name: given[name] for name in ("plan", "unit", "person", "phase", "text", "state", "light") if name in given
    }
    filters |= {"first": given.get("from"), "last": given.get("to"), "units": given.get("format") == "json"}
    if not any(filters.get(name) for name in ("plan", "unit", "person", "phase")):
        return filters
    from store.references import resolved

    return resolved(read, filters)


def _until(today: date, given: Mapping[str, Any]) -> date:
    """Return the last day that `due` looks at."""
    days = given.get("days", AHEAD)
    return given.get("until") or (today + timedelta(days) if days <= (date.max - today).days else date.max)


def today_in(timezone: str, file: str) -> date:
    """Return today's date in the time zone that *file* sets.

    Raises:
        SettingsError: there is no such time zone.
    """
    from datetime import datetime
    from zoneinfo import ZoneInfo

    try:
        return datetime.now(ZoneInfo(timezone)).date()
    except (OSError, ValueError, KeyError):
        from plans.model import say
        from plans.trouble import SettingsError

        words = N_("{file}: `timezone` names no time zone, {zone}; write one such as Asia/Shanghai")
        raise SettingsError(say(words, file=file, zone=timezone)) from None


def _utf8(out: TextIO) -> bool:
    return (getattr(out, "encoding", None) or "utf-8").lower().replace("-", "") == "utf8"
