"""A letter laid out: the words of every paragraph, before they are set as text or as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = Literal["late", "today", "soon", "calm"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One numbered matter: what it is, what there is to know of it, and where to report it."""

    number: int
    title: str
    facts: tuple[str, ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Matters of one kind under one sentence; the *badge* says in a word what the colour of the *tone* says."""

    lead: str
    tone: Tone
    badge: str
    entries: tuple[Entry, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()  # of a sheet: what each line is, and what it says


@dataclass(frozen=True, slots=True)
class Page:
    """A whole letter in one language, top to bottom; `language` is a BCP 47 tag."""

    language: Literal["zh-CN", "en"]
    subject: str
    greeting: str
    sections: tuple[Section, ...]
    banner: str = ""
    heading: str = ""  # what a signed sheet calls itself
    number: str = ""  # its number
    asks: tuple[str, ...] = ()  # what to do, one paragraph each
    report: str = ""  # the word before an entry's link
    signature: tuple[str, ...] = ()
    form: tuple[str, ...] = ()  # what the unit fills in below a sheet
    fine: tuple[str, ...] = ()  # why you, how it was counted, who to tell
