"""A letter becomes the bytes that go on the wire: RFC 5322 headers, RFC 2047 words, base64 bodies, CRLF, seven bits.

The writer is our own: the standard library's lets a title inject headers before Python 3.11.10 (CVE-2024-6923), loses
spaces in mixed subjects and is slow. In words (subject, names) every run of control characters, NEL, LS, PS
and lone surrogates becomes one space, because a bad title must not stop a reminder; an address or an identifier that
holds one is refused, because nobody may guess at those.
"""

from __future__ import annotations

import hashlib
import re
from binascii import b2a_base64
from datetime import datetime
from typing import NamedTuple

from notifications.notices import Composed
from notifications.typesetting import plain
from plans.model import Sentence, say

LINE = 76  # RFC 2047 section 2: a line with encoded words
_WORD = 75  # and one word of it
_FULL_LINE = re.compile(f".{{1,{LINE}}}")
_CRLF = "\r\n"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_NAMED = re.compile(r"(?P<name>.*?)\s*<(?P<spec>[^<>]*)>")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ID = re.compile(rf"<{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*>")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_ASCII_TEXT = re.compile(r"[\x21-\x7e]+(?: [\x21-\x7e]+)*")
_ATOMS = re.compile(rf"{_ATOM}(?: {_ATOM})*")


class AddressError(ValueError):
    """Why a text is no mail address; `sentence` says it in a language of choice."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class Mailbox(NamedTuple):
    """Somebody's address and the name beside it (RFC 5322 section 3.4: one mailbox, never a group)."""

    spec: str  # local@domain
    name: str = ""

    def __str__(self) -> str:
        """Return the mailbox as people write it."""
        return f"{self.name} <{self.spec}>" if self.name else self.spec


def address(text: str) -> Mailbox:
    """Return the mailbox that *text* names: `local@domain` or `Name <local@domain>`.

    The grammar is the dot-atom of RFC 5322 section 3.4.1 in ASCII with a host name (RFC 1123); quoted local parts,
    comments, groups and address literals are refused.

    Raises:
        AddressError: with a sentence that says what is wrong.
    """
    text = text.strip(" \t\u3000")
    if plain(text) != text:
        raise AddressError(say("The mail address {text} holds a control character.", text=repr(text)))
    named = _NAMED.fullmatch(text)
    spec, name = (named["spec"].strip(), named["name"].strip()) if named else (text, "")
    if quoted := _QUOTED.fullmatch(name):
        name = re.sub(r"\\(.)", r"\1", quoted[1])
    elif set(name) & set('<>@,;"'):
        raise AddressError(say("{text} must be one mail address, such as name@example.org.", text=text))
    return Mailbox(_spec(spec), name)


def _spec(text: str) -> str:
    """Return *text* if it is a plain address, else raise what is wrong with it."""
    local, at, domain = text.rpartition("@")
    if not text.isascii():
        raise AddressError(
            say(
                "The mail address {text} holds a character outside ASCII; type it with the input method off.", text=text
            )
        )
    if not at or not local or not domain or "@" in local:
        raise AddressError(say("{text} must be one mail address, such as name@example.org.", text=text))
    if not _LOCAL.fullmatch(local) or len(local) > 64:
        raise AddressError(say("The part before @ of the mail address {text} is not valid.", text=text))
    if not _DOMAIN.fullmatch(domain) or len(domain) > 253:
        raise AddressError(say("The part after @ of the mail address {text} is no host name.", text=text))
    return text


def assemble(
    composed: Composed,
    *,
    sender: Mailbox,
    to: Mailbox,
    reply_to: Mailbox,
    message_id: str,
    date: datetime,
    references: tuple[str, ...] = (),
) -> bytes:
    """Return the message as it goes on the wire; the same arguments give the same bytes.

    Args:
        composed: the letter's words.
        sender: From; the relay must be allowed to send for its domain.
        to: the one recipient.
        reply_to: where answers go, the office.
        message_id: `<local@domain>`, one for each letter and recipient.
        date: the instant the letter was made, aware; its offset is kept.
        references: identifiers of the task's thread, the nearest last.

    Raises:
        ValueError: an address, identifier or file name is malformed, or *date* has no zone.
    """
    headers = [
        f"Date: {_date(date)}",
        _mailbox("From", sender),
        _mailbox("To", to),
        _mailbox("Reply-To", reply_to),
        _text("Subject", composed.subject),
        _identifiers("Message-ID", (message_id,)),
        *([_identifiers("References", references), _identifiers("In-Reply-To", references[-1:])] if references else []),
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: OOF, AutoReply",
        "MIME-Version: 1.0",
    ]
    return _CRLF.join([*headers, _body(composed)]).encode("ascii")


def _body(composed: Composed) -> str:
    """Return Content-Type and body: the alternatives, and with a calendar the attachment after them."""
    text, html, calendar = _lines(composed.text), _lines(composed.html), composed.calendar
    boundary = hashlib.sha256(b"\0".join((text, html, calendar or b""))).hexdigest()[:32]
    alternatives = _multipart(
        "alternative",
        f"=_a_{boundary}",
        _part("Content-Type: text/plain; charset=utf-8", text),
        _part("Content-Type: text/html; charset=utf-8", html),
    )
    if calendar is None:
        return alternatives
    if not _FILE.fullmatch(composed.calendar_name):
        raise ValueError(
            f"{composed.calendar_name!r} is no file name for an attachment: ASCII letters, digits, dot and dash"
        )
    attached = (
        f"Content-Type: text/calendar; charset=utf-8{_CRLF}"
        f'Content-Disposition: attachment;{_CRLF} filename="{composed.calendar_name}"'
    )
    return _multipart("mixed", f"=_m_{boundary}", alternatives, _part(attached, calendar))


def _multipart(kind: str, boundary: str, *parts: str) -> str:
    """Return a multipart entity; no base64 line can look like its boundary, which begins with `=_`."""
    inner = "".join(f"--{boundary}{_CRLF}{part}{_CRLF}" for part in parts)
    return f'Content-Type: multipart/{kind};{_CRLF} boundary="{boundary}"{_CRLF}{_CRLF}{inner}--{boundary}--{_CRLF}'


def _part(headers: str, data: bytes) -> str:
    return f"{headers}{_CRLF}Content-Transfer-Encoding: base64{_CRLF}{_CRLF}{_base64(data)}"


def _lines(text: str) -> bytes:
    """Return a text in its canonical form, CRLF and UTF-8 (RFC 2046 section 4.1.1)."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n").encode("utf-8", "replace")


def _base64(data: bytes) -> str:
    return _CRLF.join(_FULL_LINE.findall(b2a_base64(data, newline=False).decode("ascii")))


def _date(instant: datetime) -> str:
    """Return *instant* as RFC 5322 section 3.3 writes it, never in the words of a locale."""
    offset = instant.strftime("%z")
    if not offset:
        raise ValueError("a letter's date needs a time zone")
    day = f"{_DAYS[instant.weekday()]}, {instant.day:02} {_MONTHS[instant.month - 1]} {instant.year:04}"
    return f"{day} {instant.hour:02}:{instant.minute:02}:{instant.second:02} {offset[:5]}"


def _text(name: str, value: str) -> str:
    """Return an unstructured header: as it is when short, plain ASCII, else wholly in encoded words."""
    value = plain(value)
    if _ASCII_TEXT.fullmatch(value) and "=?" not in value and len(name) + 2 + len(value) <= LINE:
        return f"{name}: {value}"
    return f"{name}: {(_CRLF + ' ').join(encoded_words(value, LINE - len(name) - 2))}"


def encoded_words(value: str, first: int = _WORD) -> list[str]:
    """Return *value* as B words in UTF-8 (RFC 2047), the first of at most *first* characters, no character split.

    A decoder joins them without the white space between, so that every space of *value* comes back.
    """
    words, held, room = [], b"", _octets(first)
    for character in value:
        octets = character.encode("utf-8")
        if len(held) + len(octets) > room:
            words.append(held)
            held, room = b"", _octets(LINE - 1)
        held += octets
    return [f"=?utf-8?B?{b2a_base64(word, newline=False).decode('ascii')}?=" for word in (*words, held)]


def _octets(room: int) -> int:
    """Return how many octets fit into a B word of *room* characters."""
    return (min(room, _WORD) - len("=?utf-8?B??=")) // 4 * 3


def _mailbox(name: str, mailbox: Mailbox) -> str:
    """Return an address header; the address stands on a line of its own where the name leaves no room."""
    spec, shown = _spec(mailbox.spec), plain(mailbox.name).strip()
    if not shown:
        return f"{name}: {spec}"
    phrase = _phrase(shown, LINE - len(name) - 2)
    last = phrase.rsplit(_CRLF, 1)[-1]
    room = LINE - len(last) - (0 if _CRLF in phrase else len(name) + 2)
    return f"{name}: {phrase}{' ' if len(spec) + 3 <= room else _CRLF + ' '}<{spec}>"


def _phrase(shown: str, first: int) -> str:
    """Return a display name as atoms, quoted, or in encoded words (RFC 5322 section 3.2.5)."""
    if shown.isascii() and "=?" not in shown and "  " not in shown:
        quoted = shown if _ATOMS.fullmatch(shown) else '"' + re.sub(r'(["\\])', r"\\\1", shown) + '"'
        if len(quoted) <= first:
            return quoted
    return (_CRLF + " ").join(encoded_words(shown, first))


def _identifiers(name: str, values: tuple[str, ...]) -> str:
    """Return a header of message identifiers, one a line."""
    for value in values:
        if not _ID.fullmatch(value) or len(value) > 250:
            raise ValueError(f"{value!r} is no message identifier <local@domain>")
    return f"{name}: {(_CRLF + ' ').join(values)}"
