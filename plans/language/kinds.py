"""The kinds of values a plan holds: dates, numbers, choices, names; each read from the text that was written."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from plans.directory import closest, split_names
from plans.findings import Gathered
from plans.language.keys import YES, Key, state_code
from plans.language.stage_words import in_english
from plans.model import Edit, Place, Sentence, say
from plans.states import state_word
from plans.workdays import has_calendar
from plans.yamltext import Mapping, Node, Scalar, Sequence, plain

_DATE = re.compile(
    r"(\d{4})\s*(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.|年\s*(\d{1,2})\s*月\s*)"
    r"(\d{1,2})(?:\s*日)?(?:[T ]00:00(?::00)?)?"
)
_ID = re.compile(r"[^\s/\\\x00-\x1f]{1,64}")
_MAIL = re.compile(r"[^\s@<>,;:\"'()\[\]]+@[^\s@<>,;:\"'()\[\]]+\.[^\s@<>,;:\"'()\[\].]+")
_NUMBER = re.compile(r"[-+]?\d{1,15}(?:[,，]\d{3})*(?:\.\d{1,9})?\s*[%％]?")
_OPENING, _CLOSING = "【［（(〔", "】］）)〕"
_SQUARE = "【［"
_HARMLESS = re.compile(r"[^\W_]")  # as a plain text begins


class Percent(float):
    """A number that was written with a percent sign: 3.35%."""


def counted(target: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a target with what it is counted in: 3.35% in %, where no other unit is named."""
    value = target["value"]
    unit = target.get("unit") or ("%" if isinstance(value, Percent) else "")
    return {**target, "value": float(value), "unit": unit}


class Kinds:
    """Types single values of one file and gathers what doesn't fit."""

    def __init__(self, file: str, broken: bool) -> None:
        self.file = file
        self.broken = broken  # reading stopped before the end: what is missing may stand below
        self.gathered = Gathered()
        self.kinds: dict[str, Callable[[Key, Node], Any]] = {
            "text": self._text,
            "deadline": self._text,
            "id": self._id,
            "date": self._date,
            "iso": self._iso,
            "year": self._year,
            "number": self._number,
            "yes": self._yes,
            "mail": self._mail,
            "choice": self._choice,
            "state": self._state,
            "zone": self._zone,
            "country": self._country,
            "names": self._names,
            "words": self._words,
            "free": lambda _, node: plain(node),
            "ladder": self._ladder,
            "dates": self._dates,
            "numbers": self._numbers,
            "calendars": self._calendars,
        }

    def report(
        self, code: str, node: Node, what: Sentence, fix: Sentence | None = None, edit: str | None = None
    ) -> None:
        """Note a finding at *node*; *edit* is the text to put in its place, where that is safe.

        Where reading stopped early, the last value may have lost its end: nothing is said of what kind it is.
        """
        if self.broken and code == "E202":
            return
        place = self._place(node)
        repair = None
        if edit is not None and isinstance(node, Scalar) and node.length >= 0:
            repair = Edit(place, node.length, edit)
        self.gathered.add(code, place, what, fix, repair)

    def _place(self, node: Node) -> Place:
        return Place(self.file, node.line, node.column)

    def _ladder(self, _: Key, node: Node) -> Any:
        return in_english({"stages": plain(node)} if isinstance(node, Sequence) else plain(node))

    def _text(self, known: Key, node: Node) -> str | None:
        if isinstance(node, Scalar):
            return "" if node.text == "~" and node.length == 1 else node.text.strip()
        what = say("{key} must be one text, not a list or a mapping", key=known.called)
        self.report("E202", node, what, say("for example {example}", example=known.example))
        return None

    def _id(self, known: Key, node: Node) -> str | None:
        text = self._text(known, node)
        if text and isinstance(node, Scalar):
            self._check_id(node)
        return text

    def _check_id(self, node: Scalar) -> None:
        if _ID.fullmatch(node.text.strip()) is None:
            what = say("{id} can't be an id", id=node.text[:40] or "''")
            self.report("E207", node, what, say("an id has 1 to 64 characters, no blanks and no slashes"))

    def _date(self, known: Key, node: Node) -> date | None:
        text = self._text(known, node)
        if not text:
            return None
        day = as_date(text)
        if day is None:
            what = say("{key}: {text} isn't a day of the calendar", key=known.called, text=text[:40])
            self.report("E204", node, what, say("write it like 2026-03-02 or 2026年3月2日"))
        return day

    def _iso(self, known: Key, node: Node) -> str | None:
        day = self._date(known, node)
        return None if day is None else day.isoformat()

    def _year(self, known: Key, node: Node) -> int | None:
        text = self._text(known, node)
        if not text:
            return None
        year = re.fullmatch(r"((?:19|20|21)\d\d)\s*(?:年度?)?", text)
        if year is None:
            what = say("{key}: {text} isn't a year", key=known.called, text=text[:40])
            self.report("E206", node, what, say("write four digits, for example {example}", example=known.example))
            return None
        return int(year[1])

    def _number(self, known: Key, node: Node) -> float | None:
        text = self._text(known, node)
        if not text:
            return None
        if _NUMBER.fullmatch(text) is None:
            what = say("{key}: {text} isn't a number", key=known.called, text=text[:40])
            self.report("E206", node, what, say("write digits, for example {example}", example=known.example))
            return None
        number = re.sub(r"[,，%％\s]", "", text)
        return Percent(number) if text.endswith(("%", "％")) else float(number)

    def _yes(self, known: Key, node: Node) -> bool | None:
        text = self._text(known, node)
        if not text:
            return None
        for value, spellings in YES.items():
            if text.lower() in spellings:
                return value == "yes"
        what = say("{key}: {text} is neither yes nor no", key=known.called, text=text[:40])
        self.report("E205", node, what, say("write yes or no (是, 否)"))
        return None

    def _mail(self, known: Key, node: Node) -> str | None:
        text = self._text(known, node)
        if text and (_MAIL.fullmatch(text) is None or len(text) > 254):
            what = say("{text} isn't a mail address", text=text[:60])
            self.report("E209", node, what, say("one address, for example {example}", example=known.example))
            return None
        return text

    def _choice(self, known: Key, node: Node) -> str | None:
        text = self._text(known, node)
        if not text:
            return None
        lowered = text.lower().replace("_", " ")
        for value, spellings in known.choices.items():
            if text == value or lowered in spellings or text in spellings:
                return value
        spelled = {spelling: spelling for spellings in known.choices.values() for spelling in spellings}
        near = None if self.gathered.is_full("E205") else closest(lowered, spelled)
        what = say("{key} can't be {text}", key=known.called, text=text[:40])
        allowed = ", ".join("|".join(spellings[:2]) for spellings in known.choices.values())
        fix = say("did you mean {name}?", name=near) if near else say("one of {choices}", choices=allowed)
        self.report("E205", node, what, fix)
        return None

    def _state(self, known: Key, node: Node) -> str | None:
        word = state_code(state_word(node.text.strip())) if isinstance(node, Scalar) else ""
        exact = isinstance(node, Scalar) and node.text.strip() in {s for each in known.choices.values() for s in each}
        return word if word and not exact else self._choice(known, node)

    def _zone(self, known: Key, node: Node) -> str | None:
        """Return a time zone by its name; 北京时间 and UTC+8 are asked about and not guessed."""
        text = self._text(known, node)
        if not text or is_zone(text):
            return text
        what = say("{key}: {text} names no time zone", key=known.called, text=text[:40])
        near = None if self.gathered.is_full("E205") else _zone_like(text)
        fix = say("did you mean {name}?", name=near) if near else say("for example {example}", example=known.example)
        self.report("E205", node, what, fix)
        return None

    def _country(self, known: Key, node: Node) -> str | None:
        """Return a calendar of working days: one of the two words, else a country's code, such as GB-ENG."""
        text = self._text(known, node)
        if text and has_calendar(text.upper()):
            return text.upper()
        if text and not any(text.lower() in map(str.lower, words) for words in known.choices.values()):
            what = say("{key}: there is no official calendar called {text}", key=known.called, text=text[:40])
            fix = say("CN, none, or a country such as GB-ENG; the office's own days stand in the directory, as closed "
                      "(放假) and worked (补班)")  # fmt: skip
            self.report("E205", node, what, fix)
            return None
        return self._choice(known, node)

    def _names(self, known: Key, node: Node) -> tuple[str, ...] | None:
        """Return the names as written: the elements of a list, or one text that the directory will split."""
        if isinstance(node, Scalar):
            text = node.text.strip()
            inside = _inside(text)
            if inside:
                self._full_width_list(node, inside)
                text = inside
            return (text,) if text and text != "~" else ()
        return self._words(known, node)

    def _full_width_list(self, node: Scalar, inside: str) -> None:
        what = say("full-width brackets stand around a list")
        # Without brackets the text is split in the same way; with half-width ones YAML would split it in its own.
        fix = say("write {repaired}", repaired=inside[:60])
        self.report("E115", node, what, fix, inside if _HARMLESS.match(inside) else None)

    def _words(self, known: Key, node: Node) -> tuple[str, ...] | None:
        if isinstance(node, Scalar):
            text = node.text.strip()
            inside = _inside(text) if text[:1] in _SQUARE else ""
            if inside:
                self._full_width_list(node, inside)
                text = inside
            return tuple(name for _, name in split_names(text, {})) if text != "~" else ()
        if isinstance(node, Sequence):
            return tuple(filter(None, (self._text(known, item) for item in node.items)))
        what = say("{key} must be a list of texts", key=known.called)
        self.report("E202", node, what, say("for example {example}", example=known.example))
        return None

    def _places_of(self, name: str, node: Node, places: dict[str, Place]) -> None:
        """Note where each element of a list of names stands, where it stands there word for word."""
        if isinstance(node, Scalar):
            if node.length >= 0 and node.text.strip()[:1] not in _OPENING:
                places[f"{name}.0"] = Place(self.file, node.line, node.column)
        elif isinstance(node, Sequence):
            named = (item for item in node.items if isinstance(item, Scalar) and item.text.strip())
            for number, item in enumerate(named):
                if item.length >= 0:
                    places[f"{name}.{number}"] = Place(self.file, item.line, item.column)

    def _dates(self, known: Key, node: Node) -> tuple[date, ...] | None:
        """Return days from a list of dates, or of mappings with a date and the name of the day."""
        if isinstance(node, Mapping):
            self.report("E202", node, say("{key} must be a list of days", key=known.called), None)
            return None
        items = [node] if isinstance(node, Scalar) else node.items
        days = (self._date(known, _dated(item)) for item in items)
        return tuple(day for day in days if day is not None)

    def _numbers(self, known: Key, node: Node) -> dict[str, float] | None:
        if not isinstance(node, Mapping):
            what = say("{key} must be names with numbers", key=known.called)
            self.report("E202", node, what, say("for example {example}", example=known.example))
            return None
        read = ((spelled.text, self._number(known, value)) for spelled, value in node.pairs)
        return {name: value for name, value in read if value is not None}

    def _calendars(self, known: Key, node: Node) -> dict[str, dict[str, tuple[date, date]]] | None:
        if not isinstance(node, Mapping):
            self.report("E202", node, say("{key} must be names with years", key=known.called), None)
            return None
        return {name.text: self._calendar(known, value) for name, value in node.pairs}

    def _calendar(self, known: Key, node: Node) -> dict[str, tuple[date, date]]:
        spans: dict[str, tuple[date, date]] = {}
        for year, value in node.pairs if isinstance(node, Mapping) else ():
            days = self._dates(known, value) or ()
            if len(days) == 2 and days[0] <= days[1]:
                spans[year.text] = (days[0], days[1])
            else:
                what = say("a calendar needs a first and a last day for each year")
                self.report("E204", value, what, say("for example {example}", example=known.example))
        if not isinstance(node, Mapping):
            what = say("a calendar needs a first and a last day for each year")
            self.report("E202", node, what, say("for example {example}", example=known.example))
        return spans


def is_zone(name: str) -> bool:
    """Return whether there is a time zone of that name."""
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return False
    return True


def _zone_like(text: str) -> str | None:
    if _EAST_EIGHT.fullmatch(text):
        return "Asia/Shanghai"
    return closest(text.lower().replace(" ", "_"), {name.lower(): name for name in sorted(available_timezones())})


_EAST_EIGHT = re.compile(r"(?i)(?:中国|北京)(?:标准)?时间?|东八区|cst|beijing(?: time)?|(?:utc|gmt)? ?\+0?8(?::?00)?")


def _inside(text: str) -> str:
    """Return what stands between two full-width brackets that hold the whole *text*, "" where none do."""
    depth = 0
    for position, sign in enumerate(text if text[:1] in tuple(_OPENING) and text[-1:] in tuple(_CLOSING) else ""):
        depth += (sign in _OPENING) - (sign in _CLOSING)
        if depth == 0:
            return text[1:-1].strip() if position == len(text) - 1 else ""
    return ""


def _dated(node: Node) -> Node:
    """Return the date of a day written with its name."""
    for spelled, value in node.pairs if isinstance(node, Mapping) else ():
        if spelled.text in ("date", "日期"):
            return value
    return node


def as_date(text: str) -> date | None:
    """Return the day that 2026-03-02, 2026/3/2, 2026.3.2 or 2026年3月2日 is, None for anything else."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    year, *months, day = match.groups()
    try:
        return date(int(year), int(next(filter(None, months))), int(day))
    except ValueError:
        return None
