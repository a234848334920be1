"""The languages duban speaks: sentences, counts and dates for a person, in Chinese or English.

Only the standard library, because every listing speaks. English is the source; what no catalogue knows stays English.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # the names below are for readers and mypy; importing them would cost a listing 10 ms
if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping
    from typing import Literal

    from plans.model import Sentence

    Language = Literal["zh", "en"]

LOCALES = os.path.join(os.path.dirname(__file__), "locales")  # noqa: PTH118, PTH120 (pathlib is dear to import)
PACKAGES = ("plans", "store", "notifications", "scheduler", "commands", "web")
_WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def N_(text: str) -> str:  # noqa: N802 (gettext's own name for it)
    """Return *text* as it is; the name marks a message of a table for extraction."""
    return text


class Speech:
    """One language, spoken: call it with an English message and its values."""

    __slots__ = ("_words", "language")

    def __init__(self, language: str) -> None:
        self.language: Language = "zh" if language.lower().startswith("zh") else "en"
        self._words: Mapping[str, str] | None = {} if self.language == "en" else None

    def __call__(self, text: str, /, **values: object) -> str:
        """Return the message *text* in this language, its `{names}` filled from *values*.

        A value that is a sentence itself is translated as well, a tuple of names is joined.
        """
        said = self._translated(text)
        if not values and "{" not in said:
            return said
        for name, value in values.items():
            if isinstance(value, tuple):  # a Sentence is known by its shape: its import is dear
                values[name] = self.sentence(value) if hasattr(value, "text") else self.names(value)  # type: ignore[arg-type]
        try:
            return said.format_map(values)
        except (KeyError, IndexError, ValueError):  # a translation must not stop a letter
            return text.format_map(values)

    def sentence(self, sentence: Sentence) -> str:
        """Return a travelling sentence (`plans.model.say`) in this language."""
        return self(sentence.text, **sentence.values)

    def count(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """Return the message for *n* things; `{n}` stands for the number. A catalogue translates the singular."""
        if self.language == "en" and n != 1:
            return self(plural, n=n, **values)
        return self(singular, n=n, **values)

    def date(self, day: datetime.date, today: datetime.date | None = None) -> str:
        """Return a day with its weekday, 6月15日（周五） or Fri 15 June; with its year when *today* lies in another."""
        other_year = today is not None and day.year != today.year
        weekday = _WEEKDAYS[self.language][day.weekday()]
        if self.language == "zh":
            return f"{f'{day.year}年' if other_year else ''}{day.month}月{day.day}日（周{weekday}）"
        return f"{weekday} {day.day} {_MONTHS[day.month - 1]}{f' {day.year}' if other_year else ''}"

    def day(self, day: datetime.date) -> str:
        """Return a day as a letter is dated: 2018年6月12日, 12 June 2018."""
        if self.language == "zh":
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def span(self, first: datetime.date, last: datetime.date) -> str:
        """Return the days from *first* to *last* without weekdays: 6月16日至18日, 16 to 18 June."""
        same_month = (first.year, first.month) == (last.year, last.month)
        if self.language == "zh":
            start = f"{first.month}月{first.day}日"
            return start if first == last else f"{start}至{'' if same_month else f'{last.month}月'}{last.day}日"
        end = f"{last.day} {_MONTHS[last.month - 1]}"
        return end if first == last else f"{first.day}{'' if same_month else f' {_MONTHS[first.month - 1]}'} to {end}"

    def names(self, names: Iterable[str]) -> str:
        """Return a list of names as it is read: 综合处、宣传室 or Operations, Safety."""
        return ("、" if self.language == "zh" else ", ").join(names)

    def clauses(self, parts: Iterable[str]) -> str:
        """Return clauses in one sentence: 一事；二事 or one; two."""
        return ("；" if self.language == "zh" else "; ").join(parts)

    def sentences(self, parts: Iterable[str]) -> str:
        """Return whole sentences one after the other, each with its full stop once."""
        stop, gap = ("。", "") if self.language == "zh" else (".", " ")
        return gap.join(part.rstrip(stop) + stop for part in parts)

    def beside(self, parts: Iterable[str]) -> str:
        """Return what stands in one line beside each other: 综合处　王敏 or Operations, Wang Min."""
        return ("　" if self.language == "zh" else ", ").join(parts)

    def _translated(self, text: str) -> str:
        if self._words is None:
            self._words = _catalogue()
        return self._words.get(text, text)


_WORDS: dict[str, str] = {}


def _catalogue() -> Mapping[str, str]:
    """Return all messages of the compiled catalogues; a missing or broken one has none."""
    for package in () if _WORDS else PACKAGES:
        try:
            with open(f"{LOCALES}/zh_CN/LC_MESSAGES/{package}.mo", "rb") as file:  # noqa: PTH123 (as above)
                _WORDS.update(read_catalogue(file.read()))
        except (OSError, ValueError):
            continue
    return _WORDS


def read_catalogue(data: bytes) -> dict[str, str]:
    """Return the messages of a compiled catalogue (GNU gettext's .mo format, little-endian, UTF-8), id to translation.

    The standard library's `gettext` reads the same and takes four times as long; listings are counted in milliseconds.

    Raises:
        ValueError: *data* is no such catalogue.
    """
    from struct import error, unpack_from

    try:
        magic, _, count, ids, texts = unpack_from("<5I", data)
        if magic != 0x950412DE:
            raise ValueError("not a little-endian .mo file")
        places = (unpack_from(f"<{2 * count}I", data, table) for table in (ids, texts))
        keys, values = ([data[at : at + n].decode() for n, at in zip(p[::2], p[1::2], strict=True)] for p in places)
    except error as broken:
        raise ValueError("a .mo file that ends too early") from broken
    return {key.split("\0")[0]: value.split("\0")[0] for key, value in zip(keys, values, strict=True) if key and value}


def language_of(environment: Mapping[str, str], house: str = "") -> Language:
    """Return the language a terminal is answered in: DUBAN_LANGUAGE, else its locale, else the *house*'s, else English.

    A locale is what POSIX says (LC_ALL, LC_MESSAGES, LANG; LANGUAGE over it, as in gettext). C, POSIX, C.UTF-8 and the
    locales of languages that duban doesn't speak ask for none.
    """
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "C")
    asked = [environment.get("DUBAN_LANGUAGE", "")]
    if locale.split(".")[0] not in {"C", "POSIX"}:  # gettext honours LANGUAGE only where a locale is set
        asked += [*environment.get("LANGUAGE", "").split(":"), locale]
    for one in (*asked, house):
        start = one[:2].lower()
        if start in {"zh", "en"} and not one[2:3].isalpha():
            return "zh" if start == "zh" else "en"
    return "en"
