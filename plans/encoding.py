"""The bytes of a plan file become text: UTF-8 as it should be, GBK as old Windows programs write it, or a clear no."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import islice

from plans.findings import SHOWN, Gathered
from plans.model import Finding, Place, Sentence, say

MAX_BYTES = 8 * 1024 * 1024
_DOCUMENTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"{\\rtf", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_USUAL = re.compile("[\x00-\x7f\u4e00-\u9fff\u3000-\u303f\uff00-\uffef—…“”‘’·×〇①-⑳]")


def decode(content: str | bytes, file: str) -> tuple[str | None, list[Finding]]:
    """Return the text with LF line ends and no control characters, or None where there is no text to read."""
    findings: list[Finding] = []
    size = len(content) if isinstance(content, bytes) else len(content.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        return None, [_too_large(file, size)]
    text = _text_of(content, file, findings) if isinstance(content, bytes) else content
    if text is None:
        return None, findings
    if text.startswith("\ufeff"):
        findings.append(_finding("N104", file, 1, 1, say("the file begins with a byte order mark (BOM)"), None))
        text = text.lstrip("\ufeff")
    text = _line_ends(text, file, findings)
    return _without_control(text, file, findings), findings


def as_written(content: bytes) -> str | None:
    """Return the characters of a file as they stand, None where there is no text to read.

    Only a byte order mark is left out, and lone carriage returns are line ends; all places of findings hold in it.
    """
    text = _text_of(content, "", []) if len(content) <= MAX_BYTES else None
    return None if text is None else re.sub("\r(?!\n)", "\n", text.lstrip("\ufeff"))


def _too_large(file: str, size: int) -> Finding:
    return _finding(
        "E107",
        file,
        1,
        1,
        say("the file has {size} MB; more than {limit} MB are not read", size=round(size / 2**20, 1), limit=8),
        say("split the plan into several files of one folder; 100,000 tasks are ten files"),
    )


def _text_of(content: bytes, file: str, findings: list[Finding]) -> str | None:
    """Return the decoded bytes; what had to be assumed, or why not, goes to *findings*."""
    if content.startswith(_DOCUMENTS) or (content.count(b"\0") * 100 > len(content) > 1 and content[:2] not in _UTF16):
        what = say("this is not a text file but a document, an archive or a picture")
        findings.append(_finding("E101", file, 1, 1, what, say("read a document with: duban import FILE")))
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        return _other_encoding(content, file, error.start, findings)


def _other_encoding(content: bytes, file: str, bad: int, findings: list[Finding]) -> str | None:
    before = content[:bad].decode("utf-8")
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    save = say("open the file in an editor and save it as UTF-8")
    for encoding in _candidates(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_plausible(text):
            what = say("the file is written in {encoding}, not in UTF-8; it was read so", encoding=encoding.upper())
            findings.append(_finding("W103", file, line, column, what, save))
            return text
    code, what = "E102", say("here stand bytes that are no text in UTF-8 or GB18030")
    if b"\0" in content:
        code, what = "E101", say("this is not a text file")
    findings.append(_finding(code, file, line, column, what, save))
    return None


def _candidates(content: bytes) -> tuple[str, ...]:
    if content[:2] in _UTF16:
        return ("utf-16",)
    return () if b"\0" in content else ("gb18030",)


def _is_plausible(text: str) -> bool:
    """Return whether decoded text looks written by a person: common Chinese or ASCII, no private or rare signs."""
    sample = text[:200_000]
    usual = len(_USUAL.findall(sample))
    return usual >= 0.95 * len(sample) and not _CONTROL.search(sample)


def _line_ends(text: str, file: str, findings: list[Finding]) -> str:
    """Return the text with LF only; NEL and the Unicode separators, which YAML takes for line ends, become blanks."""
    if "\r" in text:
        lone = re.search("\r(?!\n)", text)
        if lone is not None:
            line, column = _where(text.replace("\r\n", "\n"), len(text[: lone.start()].replace("\r\n", "\n")))
            what = say("some lines end in a lone carriage return, as no program writes today")
            findings.append(_finding("N105", file, line, column, what, say("save the file with ordinary line ends")))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub("[\x85\u2028\u2029]", " ", text)


def _without_control(text: str, file: str, findings: list[Finding]) -> str:
    clean, count = _CONTROL.subn(" ", text)
    if not count:
        return text
    starts = line_starts(text)
    gathered = Gathered()
    for match in islice(_CONTROL.finditer(text), SHOWN):
        line = bisect_right(starts, match.start())
        what = say("an invisible control character (U+{number}) stands here", number=f"{ord(match[0]):04X}")
        gathered.add("E106", Place(file, line, match.start() - starts[line - 1] + 1), what, say("delete it"))
    findings += gathered.all()
    return clean


def line_starts(text: str) -> list[int]:
    """Return where each line begins, counted in characters from 0."""
    return [0, *(match.end() for match in re.finditer("\n", text))]


def _where(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, position - before.rfind("\n")


def _finding(code: str, file: str, line: int, column: int, what: Sentence, fix: Sentence | None) -> Finding:
    return Finding(code, Place(file, line, column), what, fix)
