"""Where the ledger is, and what its house speaks: the nearest duban.toml, the environment, or a path by name."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # typing and pathlib are dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

SETTINGS = "duban.toml"
LANGUAGES = ("zh", "en")
KNOWN = {  # every setting before the first table, and the tables; a test compares it with `scheduler.settings`
    *("house", "database", "language", "timezone", "send_at", "mark", "base_url", "ping_url", "metrics_token", "log"),
    *("extensions", "mail", "web"),
}


class Place:
    """A ledger: its path or URL, the duban.toml it belongs to ("" without one), its house's language and zone."""

    __slots__ = ("file", "language", "ledger", "timezone")

    def __init__(self, ledger: str, file: str = "", language: str = "", timezone: str = "Asia/Shanghai") -> None:
        self.ledger, self.file, self.language, self.timezone = ledger, file, language, timezone


def find_place(named: str, environment: Mapping[str, str], folder: str) -> Place:
    """Return the place that --ledger, $DUBAN_LEDGER, $DUBAN_DATABASE_URL or else the nearest duban.toml names.

    *named* and $DUBAN_LEDGER may be a ledger's file, a server's URL, a duban.toml, or the folder of one.

    Raises:
        LedgerError: nothing names a ledger.
        SettingsError: duban.toml can't be read.
    """
    named = named or environment.get("DUBAN_LEDGER", "")
    file = nearest(folder) if not named else named if named.endswith(".toml") else os.path.join(named, SETTINGS)  # noqa: PTH118
    if named and file != named and not os.path.isdir(named):  # noqa: PTH112
        beside = os.path.join(os.path.dirname(named), SETTINGS)  # noqa: PTH118, PTH120
        return _place(beside if "://" not in named and os.path.isfile(beside) else "", named, environment)  # noqa: PTH113
    ledger = "" if named else environment.get("DUBAN_DATABASE_URL") or environment.get("DUBAN_DATABASE", "")
    return _place(file, ledger, environment)


def nearest(folder: str) -> str:
    """Return the path of the duban.toml of *folder* or the nearest folder above it, "" when there is none."""
    here = os.path.abspath(folder)  # noqa: PTH100
    while not os.path.isfile(file := os.path.join(here, SETTINGS)):  # noqa: PTH113, PTH118
        here, below = os.path.dirname(here), here  # noqa: PTH120
        if here == below:
            return ""
    return file


def _place(file: str, ledger: str, environment: Mapping[str, str]) -> Place:
    """Return the place of *ledger* ("": the one that *file* sets); *file* "" stands for the defaults."""
    if not file and not ledger:
        from plans.model import say
        from plans.trouble import LedgerError

        raise LedgerError(say("There is no duban.toml here or above. `duban init` makes one; --ledger names a ledger."))
    written = _settings(file) if file else {}
    if not written.keys() <= KNOWN or written.get("language", "zh") not in LANGUAGES or "" in written.values():
        _refused(file)
    if environment.get("DUBAN_LANGUAGE") and environment["DUBAN_LANGUAGE"] not in LANGUAGES:
        _refused(file)
    if not ledger:
        ledger = str(written.get("database", "duban.db"))
        if "://" not in ledger:
            ledger = os.path.join(os.path.dirname(file), ledger)  # noqa: PTH118, PTH120
    # What duban.toml leaves unsaid is what `scheduler.settings` has by itself; without the file no house speaks at all.
    language, zone = str(written.get("language", "zh" if file else "")), str(written.get("timezone", "Asia/Shanghai"))
    return Place(ledger.removeprefix("sqlite:///"), file, language, zone)


def _refused(file: str) -> None:
    """Let the table of all settings say what is wrong with *file*, if anything is; what is right costs a listing time.

    Raises:
        SettingsError: a setting is unknown, empty or can't be used.
    """
    from pathlib import Path

    from scheduler.settings import load_settings

    load_settings(Path(file) if file else None, os.environ)


def _settings(file: str) -> Mapping[str, Any]:
    """Return what *file* sets; where it is as simple as `init` writes it, without loading a parser for 15 ms."""
    try:
        with open(file, encoding="utf-8") as opened:  # noqa: PTH123
            simple = simple_settings(opened.read())
    except (UnicodeDecodeError, OSError):
        simple = None
    return _parsed(file) if simple is None else simple


def simple_settings(text: str) -> dict[str, str] | None:
    """Return the texts that a TOML file sets before its first table; None where that takes a real parser."""
    found: dict[str, str] = {}
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            break
        if not line or line.startswith("#"):
            continue
        name, _, value = (part.strip() for part in line.partition("="))
        inner = value[1:-1]
        plain = value == f'"{inner}"' and '"' not in inner and "\\" not in inner and inner.isprintable()
        if not plain or not name.isidentifier() or name in found:
            return None
        found[name] = inner
    return found


def _parsed(file: str) -> Mapping[str, Any]:
    from tomllib import TOMLDecodeError, load

    try:
        with open(file, "rb") as opened:  # noqa: PTH123
            return load(opened)
    except (TOMLDecodeError, UnicodeDecodeError, OSError):
        _refused(file)
        raise
