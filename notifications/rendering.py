"""Templates: how a page becomes text and HTML, by the built-in layout or by an office's own.

An office may put a `letter.txt` or a `letter.html` of its own into a folder. What such a file may contain is a small
part of Jinja2 that cannot run long, grow large or reach anything but the page (`_ALLOWED`); when it fails, the built-in
one is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notifications.page import Page
from notifications.typesetting import LINE, width, wrap

FOLDER = Path(__file__).parent / "templates"
LARGEST_SOURCE = 64 * 1024
LARGEST_LETTER = 1024 * 1024
DEEPEST_LOOP = 3

_ALLOWED = (
    *(
        nodes.Template,
        nodes.Output,
        nodes.TemplateData,
        nodes.Name,
        nodes.NSRef,
        nodes.Const,
        nodes.Getattr,
        nodes.Getitem,
    ),
    *(nodes.For, nodes.If, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand),
    *(nodes.And, nodes.Or, nodes.Not),
)
_HARMLESS = (
    *("e", "escape", "upper", "lower", "trim", "length", "count"),
    *("first", "last", "capitalize", "title", "default", "d"),
)
_LOOP = frozenset(("index", "index0", "first", "last", "length"))


class _Sandbox(ImmutableSandboxedEnvironment):
    """Attributes are the fields of a page and a loop's counters; nothing can be called."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ARG002 (Jinja2's signature)
        return attr in (_LOOP if isinstance(obj, LoopContext) else getattr(type(obj), "__dataclass_fields__", ()))

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ARG002 (Jinja2's signature)
        return False


def _paragraph(text: str, language: str) -> str:
    return wrap(text, "　　" if language == "zh-CN" else "")


@lru_cache(maxsize=1024)
def _indents(number: int, language: str) -> tuple[str, str]:
    """Return what stands before an entry's first line, and before its others."""
    first = f"{'　　' if language == 'zh-CN' else ''}{number}. "
    return first, " " * width(first)


def _entry(text: str, number: int, language: str) -> str:
    first, rest = _indents(number, language)
    return wrap(text, first, rest)


def _fact(text: str, number: int, language: str) -> str:
    _, rest = _indents(number, language)
    return wrap(text, rest, rest)


def _signed(text: str, language: str) -> str:
    indent = " " * max(0, min(28, LINE - width(text))) if language == "zh-CN" else ""
    return wrap(text, indent, indent)


def _centred(text: str) -> str:
    spaced = "　".join(text) if width(text) == 2 * len(text) <= 12 else text  # 督　办　单
    return wrap(spaced, " " * max(0, (LINE - width(spaced)) // 2))


def _field(field: tuple[str, str], language: str) -> str:
    """Return one line of a sheet: what it is, and what it says."""
    name, said = field
    first = f"　　{name}" if language == "zh-CN" else f"{name} "
    return wrap(said, first, " " * width(first))


INK = {
    "late": "#b3261e",
    "today": "#8a4b00",
    "soon": "#0b57a4",
    "calm": "#5f5f5f",
}  # >= 4.5 on white; the dark ones are in the layout


def _environment(kind: type[Environment]) -> Environment:
    environment = kind(
        loader=FileSystemLoader(FOLDER),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    own = {
        "paragraph": _paragraph,
        "entry": _entry,
        "fact": _fact,
        "field": _field,
        "signed": _signed,
        "centred": _centred,
        "ink": INK.__getitem__,
    }
    environment.filters = {name: environment.filters[name] for name in _HARMLESS} | own
    environment.globals.clear()
    return environment


@cache
def _built_in() -> Environment:
    """Return the built-in layouts, each compiled once in a process; they are our own and need no sandbox."""
    return _environment(Environment)


@cache
def _sandbox() -> Environment:
    """Return what an office's own layouts run in."""
    return _environment(_Sandbox)


class Templates:
    """The layouts in use: an office's *folder* over the built-in ones, one file of the same name each."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._built_in = _built_in()
        self._own: dict[str, Template | str] = {}  # a template, or why it can't be used

    def render(self, name: str, page: Page) -> tuple[str, str, str]:
        """Return (text, html, fallback): *page* set by the templates `name.txt` and `name.html`.

        *fallback* is empty, or says which of the office's templates failed and why; that part is then the built-in one.
        """
        text, text_failure = self._part(f"{name}.txt", page)
        html, html_failure = self._part(f"{name}.html", page)
        return text, html, "; ".join(failure for failure in (text_failure, html_failure) if failure)

    def _part(self, name: str, page: Page) -> tuple[str, str]:
        failure = ""
        if self.folder is not None and (self.folder / name).is_file():
            try:
                return _limited(self._office(name).generate(page=page)), ""
            except Exception as error:  # whatever an office's template does, the letter goes out
                failure = f"{name}: {str(error) or type(error).__name__}"
        return self._built_in.get_template(name).render(page=page), failure

    def _office(self, name: str) -> Template:
        """Return the office's own template, read once."""
        if name not in self._own:
            try:
                self._own[name] = self._read(name)
            except Exception as error:  # the next letter need not read it again
                self._own[name] = str(error) or type(error).__name__
        own = self._own[name]
        if isinstance(own, str):
            raise ValueError(own)
        return own

    def _read(self, name: str) -> Template:
        path = Path(self.folder or FOLDER) / name
        if path.stat().st_size > LARGEST_SOURCE:
            raise ValueError(f"larger than {LARGEST_SOURCE} bytes")
        tree = _sandbox().parse(path.read_text("utf-8"), name)
        for remark in forbidden(tree):
            raise ValueError(remark)
        return Template.from_code(_sandbox(), _sandbox().compile(tree, name, str(path)), {})


def forbidden(tree: nodes.Node, depth: int = 0) -> Iterable[str]:
    """Yield what in a template is outside the part of Jinja2 that an office may use, each with its line."""
    for node in tree.iter_child_nodes():
        if not isinstance(node, _ALLOWED):
            yield f"line {node.lineno}: {type(node).__name__.lower()} is not allowed in a letter's template"
        if isinstance(node, nodes.Name) and node.name == "self":
            yield f"line {node.lineno}: a template sees the page, and nothing of itself"
        deeper = depth + isinstance(node, nodes.For)
        if deeper > DEEPEST_LOOP or (isinstance(node, nodes.For) and node.recursive):
            yield f"line {node.lineno}: loops may be {DEEPEST_LOOP} deep and not recursive"
        yield from forbidden(node, deeper)


def _limited(pieces: Iterable[str]) -> str:
    """Return the pieces as one text, as long as it stays below the largest letter."""
    text, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > LARGEST_LETTER:
            raise ValueError(f"makes more than {LARGEST_LETTER} characters")
        text.append(piece)
    return "".join(text)


BUILT_IN = Templates()
