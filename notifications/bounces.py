"""Bounces: what mail servers send back when a letter couldn't be delivered, and which letter that was.

Only what is written as RFC 3464 wants it counts (multipart/report, delivery-status), so that neither an answer nor an
absence note is taken for one. Anybody may write to the mailbox: whatever lies in it is read, and nothing is believed
but a Message-ID or a mark that a letter of ours has.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser, HeaderParser

LARGEST = 1_000_000  # bytes read of one file; a server sends back our letter (100 kB at most) or its headers
MOST = 20  # identifiers looked for of one report
_ID = re.compile(r"<[!-;=?-~]{3,250}>")
_MARK = re.compile(r"\+(\d{1,15})=([0-9a-f]{12})@")
_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_RETURNED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")
_ENVELOPE = ("To", "Delivered-To", "X-Original-To", "Envelope-To")  # where the address it was sent back to may stand


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report on a letter: given up (*failed*) or not, what the server said, and what names the letter."""

    failed: bool
    unclear: bool  # it is a report, but what became of the letter can't be read
    reason: str
    message_ids: tuple[str, ...]
    marks: tuple[tuple[int, str], ...]  # number and mark of a letter whose envelope carried them


def mark(message_id: str) -> str:
    """Return what goes beside a letter's number in its envelope, so that nobody makes one up."""
    return hashlib.sha256(message_id.encode()).hexdigest()[:12]


def envelope(verp: str, number: int, message_id: str) -> str:
    """Return the address a letter's bounce goes to: bounce@example.org → bounce+7=0123456789ab@example.org."""
    local, _, domain = verp.rpartition("@")
    return f"{local}+{number}={mark(message_id)}@{domain}"


def read_bounce(data: bytes) -> Bounce | None:
    """Return what a delivery report says; None for any other mail, and for what can't be read at all."""
    try:
        return _read(BytesParser().parsebytes(data[:LARGEST]))
    except Exception:
        return None


def _read(message: Message) -> Bounce | None:
    parts = _within(message)
    if message.get_content_type() != "multipart/report" or not parts:
        return None
    reports = [part for part in parts if part.get_content_type() in _REPORTS]
    kind = str(message.get_param("report-type", "")).lower()
    if not reports and kind != "delivery-status":
        return None
    said = [block for report in reports for block in _within(report) if block["Action"]]
    failed = [block for block in said if str(block["Action"]).strip().lower() == "failed"]
    known = [*(one for part in parts for one in _ids_of(part)), *_ids(message, "In-Reply-To", "References")]
    marks = [found for name in _ENVELOPE for value in message.get_all(name, []) for found in _MARK.findall(str(value))]
    return Bounce(
        failed=bool(failed),
        unclear=not said,
        reason=" / ".join(dict.fromkeys(map(_reason, failed)))[:500],
        message_ids=tuple(dict.fromkeys(known))[:MOST],
        marks=tuple((int(number), hash_) for number, hash_ in marks)[:MOST],
    )


def _within(message: Message) -> list[Message]:
    """Return the parts of a message; of a report its groups of fields: one about the whole, then one a reader."""
    found = message.get_payload()
    return [part for part in found if isinstance(part, Message)] if isinstance(found, list) else []


def _ids_of(part: Message) -> Iterator[str]:
    """Yield the Message-ID of the letter a part sends back, whole or by its headers."""
    if part.get_content_type() not in _RETURNED:
        return
    if found := _within(part):
        yield from _ids(found[0], "Message-ID")
        return
    text = part.get_payload(decode=True)
    if isinstance(text, bytes):
        yield from _ids(HeaderParser().parsestr(text.decode("utf-8", "replace")), "Message-ID")


def _ids(message: Message, *names: str) -> Iterator[str]:
    for name in names:
        for value in message.get_all(name, []):
            yield from _ID.findall(str(value))


def _reason(block: Message) -> str:
    """Return in one line whom it didn't reach and why, in the words of the server that gave up."""
    reader, said = (str(block.get(name, "")).partition(";")[2] for name in ("Final-Recipient", "Diagnostic-Code"))
    status = str(block.get("Status", ""))
    words = said if status in said else f"{status} {said}"
    line = f"{reader.strip()}: {words}" if reader.strip() else words
    clean = re.sub(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+", " ", line).strip()[:300]
    return clean.encode("utf-8", "replace").decode()
