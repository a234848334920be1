"""Calendars as files: laid out in a folder for a web server, or fetched from a file or an address to be checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from notifications.feed_lines import Fault
from notifications.network import broken
from plans.model import Sentence, say
from plans.trouble import FileError, MailError, UsageError, because

TIMEOUT = 30  # seconds
LARGEST = 20_000_000  # octets of a calendar that is read at all
_NO_FILE = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')


def lay_out(folder: Path, calendars: Mapping[str, bytes]) -> int:
    """Write each calendar as NAME.ics, whole or not at all; return how many were new or changed.

    A file that holds the same bytes already keeps its time, so that a web server answers 304 as before.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return sum(_written(folder / _file_name(name), body) for name, body in calendars.items())
    except OSError as error:
        raise FileError(say("{path} can't be written: {why}", path=str(folder), why=because(error))) from error


def _file_name(name: str) -> str:
    return (_NO_FILE.sub("-", name).strip(" .-") or "duban")[:80] + ".ics"


def _written(path: Path, body: bytes) -> bool:
    if path.is_file() and path.read_bytes() == body:
        return False
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(body)
    beside.replace(path)
    return True


def read_calendar(what: str) -> tuple[bytes, list[Fault]]:
    """Return the bytes of a calendar file or of an address, and what is wrong with how they were served."""
    address = re.sub(r"^webcals?:", "https:" if what.startswith("webcals") else "http:", what)
    if address.startswith(("http://", "https://")):
        return _fetched(address)
    if "://" in what:
        raise UsageError(say("{what} is no file, and no address that begins with http, https or webcal", what=what))
    try:
        with Path(what).open("rb") as file:
            return file.read(LARGEST), []
    except OSError as error:
        raise FileError(say("{path} can't be read: {why}", path=what, why=because(error))) from error


def _fetched(address: str) -> tuple[bytes, list[Fault]]:
    """Fetch like a calendar client does: nothing negotiated, no cookie, redirections followed."""
    try:
        request = Request(address, headers={"User-Agent": "duban", "Accept-Encoding": "gzip"})  # noqa: S310 - http only
        with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            return answer.read(LARGEST), list(_served(answer.headers))
    except HTTPError as error:
        raise MailError(say("{address} answers {status}", address=address, status=error.code)) from error
    except (URLError, HTTPException, OSError, ValueError) as error:
        raise MailError(say("{address} can't be reached: {why}", address=address, why=_why(address, error))) from error


def _why(address: str, error: Exception) -> Sentence | str:
    """Return why nothing was fetched, in words where we know them."""
    said, parts = str(getattr(error, "reason", error)), urlsplit(address)
    where = parts.netloc if ":" in parts.netloc else f"{parts.netloc}:{443 if parts.scheme == 'https' else 80}"
    return broken(where, said) or said


def _served(headers: Mapping[str, str]) -> list[Fault]:
    """Return what is wrong with the headers a calendar came with."""
    faults = []
    kind = headers.get("Content-Type", "")
    if not kind.lower().startswith("text/calendar"):
        faults.append(Fault(0, "F25", say("It is served as {type}, not as text/calendar.", type=kind or "?")))
    if headers.get("Content-Encoding"):
        faults.append(Fault(0, "F29", say("It is served compressed; Outlook has been seen to fail on that.")))
    if not headers.get("ETag"):
        faults.append(Fault(0, "F27", say("It has no ETag: every client fetches all of it each time.")))
    if headers.get("Set-Cookie"):
        faults.append(Fault(0, "F28", say("It sets a cookie; a calendar client has nowhere to keep one.")))
    return faults
