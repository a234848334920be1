"""What a database refuses, in words for whoever keeps the office: full, busy, only to be read, out of reach, broken."""

from __future__ import annotations

import sqlite3

from store.states import N_

TYPE_CHECKING = False  # a listing can't afford to import a plan's model before something is wrong
if TYPE_CHECKING:
    from plans.model import Sentence

SCHEMA = "0004"  # the newest of store/migrations; a test holds it to them
NEWER = N_("The ledger {path} was written by a newer duban (schema {schema}). Install that version.")
DAMAGED = N_("the ledger {path} is damaged ({why}); `duban db restore` puts a backup in its place")
NO_ADDRESS = N_("the ledger's address can't be understood; it looks like postgresql://NAME:PASSWORD@HOST:5432/DATABASE")
_BUSY = N_("somebody else has been writing all the while; try again in a minute")
_FULL = N_("the disk is full")
_WORDS = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: N_("the disk is full or faulty ({error}); `df` says how much is free"),
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_READONLY: N_("this account may not write the file or into its folder"),
    sqlite3.SQLITE_CANTOPEN: N_("this account can't open the file, or may not write into its folder"),
}
_SERVER_WORDS = {
    "53100": _FULL,
    "55P03": _BUSY,
    "25006": N_("the server only lets it be read; is this the standby?"),
    None: N_("the database server refuses or can't be reached ({error})"),
}


def because(error: BaseException) -> Sentence | str:
    """Return why SQLite or PostgreSQL refused: a sentence for what people meet, else what the database says."""
    from plans.model import say

    said = " ".join(str(error).split())
    if isinstance(error, sqlite3.Error):
        words = _WORDS.get(_code(error))
        return say(words, error=getattr(error, "sqlite_errorname", said)) if words else said
    words = _SERVER_WORDS.get(getattr(error, "sqlstate", ""))
    return say(words, error=said) if words else said


def is_damage(error: BaseException) -> bool:
    """Return whether the file itself is broken, and not only busy, full or out of reach."""
    return _code(error) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _code(error: BaseException) -> int:
    """Return SQLite's code without its finer shades, 0 for what is none of its errors."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
