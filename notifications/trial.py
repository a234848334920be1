"""The letter that tries the way out: sent by hand, it shows that the server takes what duban writes."""

from __future__ import annotations

from datetime import datetime

from notifications.notices import Composed
from notifications.page import Page, Section
from notifications.rendering import Templates
from notifications.speech import Speech


def trial_letter(speech: Speech, office: str, server: str, at: datetime, templates: Templates) -> Composed:
    """Return a test letter in the house's language, set by the office's own templates where it has any."""
    page = Page(
        language="zh-CN" if speech.language == "zh" else "en",
        subject=speech("[Test] A letter from duban"),
        greeting=speech("Hello,"),
        sections=(
            Section(
                speech(
                    "This letter was sent by hand, by way of {server}, to see whether letters arrive.", server=server
                ),
                "soon",
                speech("test"),
            ),
        ),
        asks=(
            speech("Please look: is every character of this line right? 督办 · 牵头单位 · 〔2026〕3号 · émigré"),
            speech("A reply to it must reach the office. Nobody else got it."),
        ),
        signature=(office, speech.day(at.date())) if office else (speech.day(at.date()),),
    )
    text, html, fallback = templates.render("letter", page)
    return Composed(page.subject, text, html, template="letter", fallback=fallback)
