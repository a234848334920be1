"""The table of families is true: each command is found in the family that the table names, and none is missing."""

from __future__ import annotations

from importlib import import_module

import pytest
import typer

from commands.main import FAMILIES, build
from notifications.speech import Speech

SPEECH = Speech("en")


def registered(app: typer.Typer) -> set[str]:
    groups = (group.name or group.typer_instance.info.name for group in app.registered_groups)
    return {str(name) for name in (*(command.name for command in app.registered_commands), *groups)}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_has_the_commands_that_the_table_names(family):
    app = typer.Typer()
    import_module(f"commands.{family}").register(app, SPEECH)
    assert registered(app) == set(FAMILIES[family])


def test_a_command_loads_its_family_alone():
    assert registered(build(SPEECH, "serve")) == set(FAMILIES["house"])


def test_what_no_family_has_loads_them_all_so_that_help_is_whole():
    every = {command for commands in FAMILIES.values() for command in commands}
    assert registered(build(SPEECH)) == registered(build(SPEECH, "nonsense")) == every
