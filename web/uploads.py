"""Files from strangers: which are taken, by name, by their first octets and by size, before anything is kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path

from starlette.datastructures import UploadFile

from plans.model import say
from plans.trouble import UsageError
from store.evidence import File, put_away

LARGEST = 10_000_000  # octets of one file
LARGEST_TOGETHER = 20_000_000  # octets of one form with its files
MOST = 5  # files of one form
NAME_LIMIT = 120  # characters

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
TYPES: dict[str, tuple[str, bytes]] = {  # by the end of the name: the type it is served as, and how it begins
    "pdf": ("application/pdf", b"%PDF-"),
    "doc": ("application/msword", _OLE),
    "xls": ("application/vnd.ms-excel", _OLE),
    "ppt": ("application/vnd.ms-powerpoint", _OLE),
    "wps": ("application/vnd.ms-works", _OLE),
    "et": ("application/octet-stream", _OLE),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _ZIP),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _ZIP),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", _ZIP),
    "odt": ("application/vnd.oasis.opendocument.text", _ZIP),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", _ZIP),
    "ofd": ("application/ofd", _ZIP),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "txt": ("text/plain", b""),
}


def take_files(given: Iterable[object], folder: Path) -> tuple[File, ...]:
    """Keep the files of a form below *folder*; all of them are looked at before any is kept.

    Raises:
        UsageError: there are too many, or one is too large or of a kind that isn't taken; nothing is kept.
        OSError: the folder can't be written to.
    """
    files = [one for one in given if isinstance(one, UploadFile) and one.filename]
    if len(files) > MOST:
        raise UsageError(say("at most {n} files at once; send the others in a second report", n=MOST))
    checked = [_checked(one) for one in files]
    return tuple(put_away(folder, name, kind, data) for name, kind, data in checked)


def _checked(one: UploadFile) -> tuple[str, str, bytes]:
    """Return a file's name, type and bytes if it is one that is taken."""
    name = file_name(one.filename or "")
    kind, begins = TYPES.get(name.rpartition(".")[2].lower(), ("", b""))
    if not kind:
        known = ", ".join(TYPES)
        raise UsageError(say("{name} is of a kind that isn't taken; taken are {known}", name=name, known=known))
    data = one.file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise UsageError(say("{name} is larger than {size} MB", name=name, size=LARGEST // 1_000_000))
    if not data or not data.startswith(begins) or (kind == "text/plain" and b"\0" in data):
        raise UsageError(say("{name} isn't what its name says, or is empty", name=name))
    return name, kind, data


def file_name(written: str) -> str:
    """Return the last part of a file's name without what has a meaning to a system or a reader's eye."""
    last = written.replace("\\", "/").rpartition("/")[2]
    plain = "".join(sign for sign in last if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    plain = plain.strip(" .") or "file"
    stem, dot, end = plain.rpartition(".")
    return f"{stem[: NAME_LIMIT - len(end)]}{dot}{end}" if dot else plain[:NAME_LIMIT]
