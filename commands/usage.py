"""What the command line says of itself: help, and what is wrong with a line it can't read.

Typer says both in English alone, and cuts a Chinese sentence, which has no spaces, at the end of its line.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from commands.table import Column, Screen, screen, table
from notifications.speech import N_, Speech
from notifications.typesetting import wrap
from plans.model import Sentence, say
from plans.trouble import USAGE

_INDENT = "  "
_ABOUT = {  # what Typer and not we put on the board
    "--help": N_("Show this help."),
    "--install-completion": N_("Install completion for this shell."),
    "--show-completion": N_("Print the completion for this shell, to copy or adapt it."),
}
_PLACEHOLDERS = frozenset(
    (
        *(N_("PLAN"), N_("TASK"), N_("PHASE"), N_("UNIT"), N_("UNITS"), N_("PERSON"), N_("ROLE"), N_("NAME")),
        *(N_("OLD"), N_("NEW"), N_("DAY"), N_("YEAR"), N_("DEADLINE"), N_("EXPRESSION"), N_("MINUTES"), N_("TEXT")),
        *(N_("FILE"), N_("FILES"), N_("FOLDER"), N_("DIR"), N_("PATH"), N_("ADDRESS"), N_("FEED"), N_("LINK")),
        *(N_("CODE"), N_("CODES"), N_("NUMBER")),
    )
)
_KINDS = {"int": "N", "float": "N", "Path": "PATH"}
# What Typer complains of, as it words it (whole, by `re.fullmatch`), and what we say instead.
_COMPLAINTS: tuple[tuple[str, str], ...] = (
    (r"No such command '(?P<name>.*?)'.*", N_("there is no command {name}")),
    (r"Missing command\.", N_("a command is missing")),
    (r"Missing \w+ '(?P<name>.*?)'\..*", N_("{name} is missing")),
    (r"No such option: (?P<name>\S+).*", N_("there is no option {name}")),
    (r"Option '(?P<name>.*?)' does not take a value\.", N_("{name} takes no value")),
    (r"Option '(?P<name>.*?)' requires .*", N_("{name} needs a value")),
    (r"Got unexpected extra arguments? *(\(s\) )?\((?P<name>.*)\)", N_("{name} is more than this command takes")),
    (r"Invalid value for '(?P<name>.*?)': Input should be .*(integer|number).*", N_("{name} takes a whole number")),
    (r"Invalid value for '(?P<name>.*?)': Input should be gr.* (?P<limit>-?\d+)", N_("{name} takes {limit} or more")),
    (r"Invalid value for '(?P<name>.*?)': Input should be le.* (?P<limit>-?\d+)", N_("{name} takes {limit} or less")),
    (r"Invalid value for '(?P<name>.*?)': (?P<why>.*)", N_("{name}: {why}")),
)


class Command(TyperCommand):
    """A command whose help is ours."""

    def format_help(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        """Write the help of this command."""
        formatter.write(help_text(self, ctx, ctx.obj, screen(sys.stdout, os.environ)))


class Group(TyperGroup):
    """A family of commands whose help is ours, shown as well where none of them is named."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Read the family's own options; `help` in the place of a command asks for the help of what follows it."""
        if args[:1] == ["help"]:
            args = [*args[1:], "--help"]
        if not args and not ctx.resilient_parsing:
            typer.echo(ctx.get_help())
            raise typer.Exit(USAGE)
        return super().parse_args(ctx, args)

    def format_help(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        """Write the help of this family."""
        formatter.write(help_text(self, ctx, ctx.obj, screen(sys.stdout, os.environ)))


def help_text(command: Any, ctx: Any, speech: Speech, on: Screen) -> str:
    """Return the help of a command or a family: how it is called, what it does, and all it takes."""
    parts = [usage(ctx, speech), wrap(command.help or "", columns=on.columns or sys.maxsize)]
    for heading, rows in _blocks(command, ctx, speech):
        narrower = Screen(max(on.columns - len(_INDENT), 1) if on.columns else None, colours=on.colours)
        told = table((Column(""), Column("", flows=True)), rows, narrower)
        lines = "".join(f"{_INDENT}{line}\n" for line in told.splitlines())
        parts.append(f"{on.paint(heading, 'head')}\n{lines.rstrip()}")
    return "\n\n".join(filter(None, parts)) + "\n"


def usage(ctx: Any, speech: Speech) -> str:
    """Return how a command is called, in one line."""
    words = [ctx.command_path, speech("[options]")]
    for one in ctx.command.get_params(ctx):
        if one.param_type_name == "argument":
            name = _placeholder(one, speech) + ("…" if one.nargs != 1 and not (one.metavar or "").endswith("…") else "")
            words.append(name if one.required else f"[{name}]")
    if isinstance(ctx.command, TyperGroup):
        words.append(speech("COMMAND …"))
    return speech("Usage: {line}", line=" ".join(words))


def _blocks(command: Any, ctx: Any, speech: Speech) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield each heading with what stands below it: names, and what they are for."""
    rows: dict[str, list[tuple[str, str]]] = {}
    for name in command.list_commands(ctx) if isinstance(command, TyperGroup) else ():
        one = command.get_command(ctx, name)
        panel = getattr(one, "rich_help_panel", None)
        heading = panel if isinstance(panel, str) else speech("Commands")
        rows.setdefault(heading, []).append((name, one.help or ""))
    for one in command.get_params(ctx):
        if not getattr(one, "hidden", False):
            is_argument = one.param_type_name == "argument"
            heading = speech("Arguments") if is_argument else speech("Options")
            rows.setdefault(heading, []).append((_named(one, speech), _about(one, ctx, speech)))
    yield from rows.items()


def _named(one: Any, speech: Speech) -> str:
    """Return how an option or an argument is written."""
    if one.param_type_name == "argument":
        return _placeholder(one, speech)
    names = ", ".join(sorted((*one.opts, *one.secondary_opts), key=len))
    return names if one.is_flag else f"{names} {_placeholder(one, speech)}"


def _placeholder(one: Any, speech: Speech) -> str:
    """Return what stands for the value of an option or an argument."""
    kind = getattr(one.type_descriptor.annotation, "__name__", "")
    by_itself = one.name.upper() if one.param_type_name == "argument" else _KINDS.get(kind, "TEXT")
    return _translated((one.metavar or by_itself).strip("[]"), speech)


def _translated(placeholder: str, speech: Speech) -> str:
    """Return a placeholder with those of its words that are names of things in the language of whoever reads it."""
    return re.sub(r"[A-Z]{2,}", lambda word: speech(word[0]) if word[0] in _PLACEHOLDERS else word[0], placeholder)


def _about(one: Any, ctx: Any, speech: Speech) -> str:
    """Return what an option or an argument is for, and what it is by itself."""
    about = next((speech(_ABOUT[name]) for name in one.opts if name in _ABOUT), one.help or "")
    default = one.get_default(ctx, call=False)
    plain = default not in (None, "", 0, False) and isinstance(default, (str, int)) and one.opts[0] not in _ABOUT
    return about + (" " + speech("[default: {value}]", value=default) if plain else "")


def complaint(wrong: TyperException, speech: Speech) -> str:
    """Return what is wrong with a command line: one sentence, how the command is called, and where to read more."""
    ctx = getattr(wrong, "ctx", None)
    text = f"duban: {speech.sentence(_reworded(wrong, speech))}\n"
    if ctx is None:
        return text
    more = speech("`{command} --help` explains it.", command=ctx.command_path)
    return f"{text}{usage(ctx, speech)}\n{more}\n"


def _reworded(wrong: TyperException, speech: Speech) -> Sentence:
    """Return Typer's complaint as ours; one that we don't know stays as it is."""
    said = wrong.format_message()
    for pattern, ours in _COMPLAINTS:
        if found := re.fullmatch(pattern, said, re.DOTALL):
            values = found.groupdict() | {"name": _translated(found.groupdict().get("name", ""), speech)}
            what = Sentence(ours, values)
            near = getattr(wrong, "possibilities", None) or re.findall(r"'([^']*)'", said.partition("mean")[2])
            return say("{what}; did you mean {near}?", what=what, near=near[0]) if near else what
    return Sentence("{what}", {"what": said})
