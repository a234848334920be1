"""What the bytes of a file are, and whether they are safe to open: limits are checked before anything is unpacked."""

from __future__ import annotations

import codecs
import io
import re
import zipfile

from plans.intake.blocks import IntakeError
from plans.model import say

MAX_FILE = 40 * 2**20
MAX_ENTRIES = 4_000
MAX_UNPACKED = 160 * 2**20
MAX_PART = 24 * 2**20  # one XML part; a table of 2,000 rows is about 5 MB
MAX_RATIO = 400  # a document's XML shrinks to a fortieth at most; bombs to a thousandth
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DECLARED = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_WEB = re.compile(r"<(?:!doctype\s+html|html|head|body|table|div|p|meta|h[1-6])\b", re.IGNORECASE)
_BY_NAME = {"md": "md", "markdown": "md", "csv": "csv", "tsv": "csv", "ics": "ics", "html": "html", "htm": "html"}


def kind_of(data: bytes, name: str) -> str:
    """Return what *data* is, by its content first and its *name* last.

    One of docx, xlsx, xlsb, xls, ods, odt, pdf, html, md, csv, ics, txt, and "office" for what only LibreOffice reads.

    Raises:
        IntakeError: it is empty, too large, encrypted, or no document at all.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise IntakeError(say("The file is empty."))
    if len(data) > MAX_FILE:
        raise IntakeError(say("The file is larger than {limit} MB; split it.", limit=MAX_FILE // 2**20))
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _zipped(data)
    if data.startswith(_OLE):
        return _compound(data)
    if data[:1024].lstrip().startswith(b"%PDF") or b"%PDF-" in data[:1024]:
        return "pdf"
    if data.lstrip()[:5] == b"{\\rtf":
        return "office"
    return _text_kind(data, name)


def _zipped(data: bytes) -> str:
    names = {info.filename for info in guard(data).infolist()}
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            declared = archive.read("mimetype")[:100] if "mimetype" in names else b""
        return "ods" if b"spreadsheet" in declared else "odt"
    raise IntakeError(say("This is an archive, not a document; unpack it and hand in the document inside."))


def guard(data: bytes) -> zipfile.ZipFile:
    """Return the archive after checking its directory and, by reading each part once, its XML.

    Raises:
        IntakeError: damaged, encrypted, too many or too large parts, or XML that declares a DOCTYPE or entities.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, EOFError) as error:
        raise IntakeError(say("The file is damaged: it can't be unpacked.")) from error
    infos = archive.infolist()
    packed_bomb = say("The file unpacks to far more than a document holds; it isn't opened.")
    if len(infos) > MAX_ENTRIES or sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise IntakeError(packed_bomb)
    for info in infos:
        if info.flag_bits & 1:
            raise IntakeError(say("The file is encrypted; save it without a password first."))
        is_xml = info.filename.lower().endswith((".xml", ".rels", ".vml"))
        if info.file_size > 2**20 and info.file_size > MAX_RATIO * max(1, info.compress_size):
            raise IntakeError(packed_bomb)
        if is_xml and info.file_size > MAX_PART:
            raise IntakeError(packed_bomb)
        if is_xml:
            _check_declarations(archive, info)
    return archive


def _check_declarations(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    try:
        with archive.open(info) as part:
            head = part.read(65_536)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, EOFError) as error:
        raise IntakeError(say("The file is damaged: it can't be unpacked.")) from error
    except Exception as error:  # zlib and lzma have error classes of their own
        raise IntakeError(say("The file is damaged: it can't be unpacked.")) from error
    # A declaration must stand before the first element; UTF-16 hides it behind zero bytes.
    if _DECLARED.search(head.replace(b"\0", b"")):
        raise IntakeError(say("The file declares XML entities, as no office program does; it isn't opened."))


def _compound(data: bytes) -> str:
    """Return what an OLE compound file is, by the names in its directory: entries of 128 octets, the name first."""

    def holds(stream: str) -> bool:
        name = stream.encode("utf-16-le") + b"\0\0"
        at = data.find(name)
        while at >= 0 and at % 128:
            at = data.find(name, at + 1)
        return at >= 0

    if "EncryptedPackage".encode("utf-16-le") in data:
        raise IntakeError(say("The file is encrypted; save it without a password first."))
    if holds("Workbook") or holds("Book"):
        return "xls"
    return "office"


def _text_kind(data: bytes, name: str) -> str:
    text = decode(data)
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    head = text[:4_000].lstrip("\ufeff \t\r\n")
    if head.upper().startswith("BEGIN:VCALENDAR"):
        return "ics"
    if head.startswith("<") and _WEB.search(head):
        return "html"
    if ending in _BY_NAME:
        return _BY_NAME[ending]
    if re.search(r"^\s*\|?\s*:?-{3,}:?\s*\|", text[:50_000], re.MULTILINE) or re.search(
        r"^#{1,3} \S", head, re.MULTILINE
    ):
        return "md"
    return "txt"


def decode(data: bytes) -> str:
    """Return the text of *data*: UTF-8, UTF-16 with or without a mark, or GB18030.

    Raises:
        IntakeError: the bytes are no text in any of these.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _plausible(data.decode(encoding, "replace"))
    if b"\0" in data[:4_000]:
        even, odd = data[:4_000:2].count(0), data[1:4_000:2].count(0)
        return _plausible(data.decode("utf-16-be" if even > odd else "utf-16-le", "replace"))
    try:
        return _plausible(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _plausible(data.decode("gb18030", "replace"))


def _plausible(text: str) -> str:
    sample = text[:20_000]
    odd = sum(
        1 for c in sample if c == "\ufffd" or (c < " " and c not in "\t\n\r\x0b\x0c") or "\ue000" <= c <= "\uf8ff"
    )
    if odd > max(4, 0.02 * len(sample)):
        raise IntakeError(say("This is not a document: no text in UTF-8, GB18030 or UTF-16 can be read in it."))
    return text
