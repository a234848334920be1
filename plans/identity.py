"""Names that stay: what an occurrence is called in everybody's calendar, for as long as it lives."""

from __future__ import annotations

import base64
import hashlib
import json
import unicodedata


def uid(house: str, plan: str, task: str, name: str) -> str:
    """Return the calendar UID of an occurrence: 26 base32 characters of a SHA-256, and "@duban".

    *house* is the random word of duban.toml. The four parts are joined as a JSON list, so that no two different
    quadruples are hashed as the same text. Nothing of them can be read back from the UID (RFC 7986 section 5.3).
    """
    parts = json.dumps([house, plan, task, name], ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(parts.encode("utf-8")).digest()
    return base64.b32encode(digest)[:26].decode("ascii").lower() + "@duban"


def normalised(title: str) -> str:
    """Return a title without what retyping changes: width, case, spaces, punctuation."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", title).lower() if sign.isalnum())


def task_id(plan: str, title: str) -> str:
    """Return the id of a task whose file gives none: the same for the same plan and normalised title."""
    digest = hashlib.sha256(f"{plan}\n{normalised(title)}".encode()).digest()
    return "t-" + base64.b32encode(digest)[:8].decode("ascii").lower()
