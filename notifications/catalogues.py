"""Catalogues: what duban says in English, what of it a translator has put into Chinese, and the compiled files.

`python -m notifications.catalogues` compiles; with `--missing` it prints what still wants a translation as .po entries.
"""

from __future__ import annotations

import ast
import io
import struct
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from notifications.speech import LOCALES, PACKAGES

ROOT = Path(__file__).parent.parent
TRANSLATIONS = Path(LOCALES) / "zh_CN"
KEYWORDS = {"_": None, "N_": None, "say": None, "speech": None}


class Missing(NamedTuple):
    """A message without a translation, and where it is said first."""

    package: str
    place: str
    text: str


def messages(package: str) -> Iterator[tuple[str, str]]:
    """Yield (place, message id) of every message said in *package*: its Python files and its templates."""
    for path in sorted((ROOT / package).rglob("*")):
        found = {".py": _in_python, ".html": _in_template, ".txt": _in_template}.get(path.suffix)
        if found and "examples" not in path.parts:
            for line, text in found(path.read_bytes()):
                yield f"{path.relative_to(ROOT).as_posix()}:{line}", text


def _in_python(source: bytes) -> Iterator[tuple[int, str]]:
    """Yield (line, message id) of a Python file, by its syntax: Babel's extractor stops at `count(b"...")`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            said = texts[:1] if name in KEYWORDS else texts[:1] * (name == "count" and len(texts) > 1)
            yield from ((node.lineno, text) for text in said if isinstance(text, str))


def _in_template(source: bytes) -> Iterator[tuple[int, str]]:
    """Yield (line, message id) of a Jinja2 template."""
    said = extract("jinja2", io.BytesIO(source), {**KEYWORDS, "count": None}, options={"encoding": "utf-8"})
    for line, text, _, _ in said:
        yield line, _singular(text)


def translated(package: str) -> Catalog:
    """Return the Chinese catalogue of *package* as its .po file has it."""
    with (TRANSLATIONS / f"{package}.po").open("rb") as file:
        return read_po(file, locale="zh_CN", abort_invalid=True)


def missing(package: str) -> list[Missing]:
    """Return the messages of *package* that its own catalogue does not translate, each once."""
    known = {_singular(message.id) for message in translated(package) if message.string}
    said = {text: place for place, text in reversed(list(messages(package))) if text not in known}
    return sorted(Missing(package, place, text) for text, place in said.items())


def compiled(package: str) -> bytes:
    """Return the .mo file (GNU gettext) that belongs to the .po file of *package*; the same text gives the same bytes.

    Babel's own writer puts the day and its version into each file.
    """
    words = {_singular(message.id): _singular(message.string) for message in translated(package) if message.string}
    words[""] = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n"
    pairs = sorted((text.encode(), words[text].encode()) for text in words)
    table, texts = 28, 28 + 16 * len(pairs)
    places, blob = b"", b""
    for column in (0, 1):
        for pair in pairs:
            places += struct.pack("<2I", len(pair[column]), texts + len(blob))
            blob += pair[column] + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, len(pairs), table, table + 8 * len(pairs), 0, 0) + places + blob


def _singular(text: str | Sequence[str]) -> str:
    return text if isinstance(text, str) else text[0]


def mo_file(package: str) -> Path:
    """Return where the compiled catalogue of *package* lies."""
    return TRANSLATIONS / "LC_MESSAGES" / f"{package}.mo"


def main(arguments: list[str]) -> int:
    """Compile every catalogue, or print what is missing; return 1 when something is."""
    gaps = [gap for package in PACKAGES for gap in missing(package)]
    if arguments == ["--missing"]:
        for package in PACKAGES:
            wanted = Catalog(locale="zh_CN")
            for gap in gaps:
                if gap.package == package:
                    wanted.add(gap.text, locations=[(gap.place.rsplit(":", 1)[0], int(gap.place.rsplit(":", 1)[1]))])
            write_po(sys.stdout.buffer, wanted, omit_header=True)
    else:
        for package in PACKAGES:
            mo_file(package).write_bytes(compiled(package))
    return 1 if gaps else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
