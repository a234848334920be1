"""The postman: hands a letter's bytes to a mail server, or lays them into a folder as .eml files.

A letter is one transaction with one recipient, so that an answer is never ambiguous. Whoever keeps the ledger learns
from a `PostError` whether to try again, to give up or to stop all letters, and whether the server may have the letter.
"""

from __future__ import annotations

import hashlib
import os
import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from notifications.mime import address

Trouble = Literal["temporary", "permanent", "ours", "away", "slow"]
Security = Literal["none", "starttls", "tls"]

CONNECT_TIMEOUT = 30.0  # seconds, and for every reply but the last
DATA_TIMEOUT = 600.0  # RFC 5321 section 4.5.3.2.6: a shorter one makes copies
LETTERS_PER_CONNECTION = 100
_OURS = frozenset((530, 534, 535, 538))  # authentication wanted or refused, at whatever step
# What Chinese and other providers answer to a sender that they find too busy, whatever code they put before it.
_TOO_MUCH = re.compile(
    r"frequency limit|rate limit|throttl|too many (?:mails|messages|connections|recipients|emails)|sending limit"
    r"|quota exceeded for sen|(?:MI|HL):(?:SPB|SFQ|STC|CEL|DMC|IPB|ITC|REP)\b|频率|过于频繁|发信数量",
    re.IGNORECASE,
)
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_HEADER = re.compile(rb"^(Date|Message-ID):\s*(.+?)\r\n", re.MULTILINE | re.IGNORECASE)
_DAY = re.compile(rb"(\d\d?) (\w\w\w) (\d{4})")
_MONTHS = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


class Receipt(NamedTuple):
    """The server took the letter over: the code and text of its last answer. It says nothing of a reader."""

    code: int
    text: str


class PostError(Exception):
    """Why a letter was not taken over.

    *kind* is "temporary" (try this letter again later) or "permanent" (this letter never); or nothing is taken at
    present: "ours" (a setting is wrong: tell the office), "away" (no server in reach), "slow" (we sent too much).
    With *began_data* the server may have got the letter all the same: it must be repeated byte for byte or not at all.
    """

    def __init__(self, kind: Trouble, *, began_data: bool, code: int, text: str) -> None:
        super().__init__(f"{code} {text}" if code else text)
        self.kind = kind
        self.began_data = began_data
        self.code = code  # of SMTP; 0 when there was no answer
        self.text = text


class Postman(Protocol):
    """Whoever takes a letter over."""

    def post(self, data: bytes, sender: str, recipient: str) -> Receipt:
        """Hand over *data*, from the envelope's *sender* to its one *recipient*, or raise a `PostError`."""


class OutboxFolder:
    """A folder of .eml files, for an office without a mail server and for rehearsals."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def post(self, data: bytes, sender: str, recipient: str) -> Receipt:  # noqa: ARG002 (a folder needs no sender)
        """Write the letter, whole or not at all; the same bytes twice are the same file.

        Raises:
            PostError: "ours" when the folder can't be written.
        """
        name = file_name(data, recipient)
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(self.path / name, data)
        except OSError as error:
            raise PostError(
                "ours", began_data=False, code=0, text=f"{self.path / name}: {error.strerror or error}"
            ) from error
        return Receipt(250, f"written to {name}")


def file_name(data: bytes, recipient: str) -> str:
    """Return the file name of a letter: its day, its recipient and a digest, in characters safe on any file system."""
    headers = {name.lower(): value for name, value in _HEADER.findall(data.partition(b"\r\n\r\n")[0] + b"\r\n")}
    found = _DAY.search(headers.get(b"date", b""))
    day = f"{int(found[3])}-{_MONTHS.index(found[2]) + 1:02}-{int(found[1]):02}" if found else "undated"
    to = re.sub(r"[^A-Za-z0-9._@-]", "_", recipient)[:80].strip(".")
    digest = hashlib.sha256(headers.get(b"message-id", b"") + data).hexdigest()[:12]
    return f"{day}_{to}_{digest}.eml"


def _write(path: Path, data: bytes) -> None:
    """Write a file so that after a crash it is there whole or not at all."""
    if path.exists() and path.read_bytes() == data:
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with open(draft, "wb", opener=_private) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    with suppress(OSError):  # Windows knows no descriptor of a folder
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)  # a letter may hold links that open something


class SmtpPostman:
    """A mail server that relays for the office; one connection serves many letters, one after the other.

    With *security* "starttls" or "tls" the certificate is verified and nothing is said in the clear.
    Only the transport of the standard library's `smtplib` is used, none of its message code.
    """

    def __init__(
        self,
        host: str,
        port: int,
        security: Security = "starttls",
        user: str = "",
        password: str = "",
        *,
        local_hostname: str = "localhost",
        connect_timeout: float = CONNECT_TIMEOUT,
        data_timeout: float = DATA_TIMEOUT,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.host, self.port, self.security = host, port, security
        self.user, self.password, self.local_hostname = user, password, local_hostname
        self.connect_timeout, self.data_timeout = connect_timeout, data_timeout
        self._context = context
        self._server: smtplib.SMTP | None = None
        self._carried = 0

    def post(self, data: bytes, sender: str, recipient: str) -> Receipt:
        """Hand over one letter and return the server's 250, or what it says in its place.

        Raises:
            PostError: see there; the letter was not accepted, or with `began_data` perhaps was.
            ValueError: the bytes hold a bare CR or LF, or an address is malformed; nothing was said to the server.
        """
        if _BARE.search(data):
            raise ValueError("a letter's lines must end with CR LF")
        sender, recipient = address(sender).spec, address(recipient).spec
        server = self._envelope(sender, len(data))
        try:
            self._step(server, f"RCPT TO:<{recipient}>", _is_yes, "permanent")
            self._step(server, "DATA", _is_go_on, "permanent")
            return self._hand_over(server, data)
        except PostError as error:
            self._recover(error)
            raise
        except BaseException:  # stopped in the middle: the next letter needs a fresh connection
            self._drop()
            raise

    def knock(self, sender: str) -> None:
        """See whether letters from *sender* would be taken, without handing one over.

        Raises:
            PostError: no server is there, or it refuses us.
        """
        server = self._envelope(address(sender).spec, 0)
        with suppress(smtplib.SMTPException, OSError):
            server.rset()

    def close(self) -> None:
        """Say goodbye, if there is still somebody to say it to."""
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._server.quit()
        self._drop()

    def __enter__(self) -> SmtpPostman:
        """Return the postman; the connection is made with the first letter."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self.close()

    def _envelope(self, sender: str, size: int) -> smtplib.SMTP:
        """Return the server with MAIL FROM said; a connection closed since the last letter is made anew, once."""
        if self._carried >= LETTERS_PER_CONNECTION:
            self.close()
        reused = self._server is not None
        server = self._server or self._connect()
        announced = f" SIZE={size}" if server.has_extn("size") else ""
        try:
            self._step(server, f"MAIL FROM:<{sender}>{announced}", _is_yes, "ours")
        except PostError as error:
            self._recover(error)
            if reused and error.code in {0, 421}:
                return self._envelope(sender, size)
            raise
        return server

    def _connect(self) -> smtplib.SMTP:
        try:
            self._server = self._greeted()
        except smtplib.SMTPResponseException as error:
            raise _unwelcome(error) from error
        except (smtplib.SMTPException, OSError) as error:
            text = f"{self.host}:{self.port}: {error}"
            raise PostError(_blame(error), began_data=False, code=0, text=text) from error
        self._carried = 0
        return self._server

    def _greeted(self) -> smtplib.SMTP:
        """Return a connection that is greeted, encrypted and signed in as wished."""
        context = self._context or ssl.create_default_context()
        name, patience = self.local_hostname, self.connect_timeout
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, name, timeout=patience, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, name, timeout=patience)
        try:
            server.ehlo_or_helo_if_needed()
            if self.security == "starttls":
                server.starttls(context=context)
                server.ehlo_or_helo_if_needed()
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _hand_over(self, server: smtplib.SMTP, data: bytes) -> Receipt:
        """Send the letter itself; from here on the server may have it whatever we hear."""
        stuffed = re.sub(rb"(?m)^\.", b"..", data) + (b"" if data.endswith(b"\r\n") else b"\r\n")
        try:
            if server.sock is not None:
                server.sock.settimeout(self.data_timeout)
            server.send(stuffed + b".\r\n")
            code, text = server.getreply()
            if server.sock is not None:
                server.sock.settimeout(self.connect_timeout)
        except (smtplib.SMTPException, OSError) as error:
            raise PostError("temporary", began_data=True, code=0, text=f"{self.host}:{self.port}: {error}") from error
        self._carried += 1
        if not _is_yes(code):
            raise _refused(code, text, "permanent", began_data=True)
        return Receipt(code, _words(text))

    def _step(self, server: smtplib.SMTP, command: str, is_wanted: Callable[[int], bool], kind: Trouble) -> None:
        """Say *command* and hear a code that is wanted; a 5xx is trouble of the given kind."""
        try:
            code, text = server.docmd(command)
        except (smtplib.SMTPException, OSError) as error:
            raise PostError("temporary", began_data=False, code=0, text=f"{self.host}:{self.port}: {error}") from error
        if not is_wanted(code):
            raise _refused(code, text, "permanent" if code == 552 else kind)

    def _recover(self, error: PostError) -> None:
        """Leave the connection ready for the next letter; drop it where nobody knows what the next answer is to."""
        if error.code == 421 or not 400 <= error.code < 600 or self._server is None:
            self._drop()
            return
        try:
            self._server.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server, self._carried = None, 0


def _is_yes(code: int) -> bool:
    """Return whether a server takes what it was given: the first digit says so (RFC 5321 section 4.2).

    But 22x greets or says goodbye; whoever gets that is out of step with the server.
    """
    return 200 <= code < 300 and code // 10 != 22


def _is_go_on(code: int) -> bool:
    return code == 354


def _unwelcome(error: smtplib.SMTPResponseException) -> PostError:
    """Return the error for a greeting or a sign-in that was refused: no letter is to blame for it."""
    refused = _refused(error.smtp_code, error.smtp_error, "ours")
    kind: Trouble = "away" if refused.kind == "temporary" else refused.kind
    return PostError(kind, began_data=False, code=refused.code, text=refused.text)


def _blame(error: Exception) -> Trouble:
    """Return whose trouble it is that no connection came about: the weather's, or that of our settings."""
    passing = (smtplib.SMTPServerDisconnected, ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)
    if isinstance(error, passing):
        return "away"
    return "ours" if isinstance(error, smtplib.SMTPException | ssl.SSLError) else "away"


def _refused(code: int, text: bytes | str, kind: Trouble, *, began_data: bool = False) -> PostError:
    """Return the error for an answer: 4xx passes, 5xx is of the given *kind*, a refused sign-in is ours at any step."""
    words = _words(text)
    if code < 0:  # smtplib's word for it; what it cut off to find a code there is gone
        code, words = 0, f"an answer that is no SMTP: …{words}"
    trouble: Trouble = "ours" if code in _OURS else kind if 500 <= code < 600 else "temporary"
    return PostError("slow" if _TOO_MUCH.search(words) else trouble, began_data=began_data, code=code, text=words)


def _words(text: bytes | str) -> str:
    """Return a server's words on one line, at most 500 characters; Chinese servers say them in GB18030 as well."""
    said = text if isinstance(text, str) else _decoded(text)
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", said).strip()[:500]


def _decoded(text: bytes) -> str:
    for charset in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return text.decode(charset)
    return text.decode("utf-8", "replace")
