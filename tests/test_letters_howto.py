"""What docs/howto/letters.md promises is so: its settings can be set, its commands exist, its fields are a page's."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

from commands.main import build
from notifications.page import Entry, Page, Section
from notifications.speech import Speech
from scheduler.settings import Mail

TEXT = (Path(__file__).parents[1] / "docs" / "howto" / "letters.md").read_text("utf-8")


def test_its_settings_are_settings():
    for block in re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL):
        assert set(tomllib.loads(block)["mail"]) <= set(Mail.model_fields)


def test_its_commands_are_commands():
    from typer.main import get_command

    known = get_command(build(Speech("en"))).commands  # type: ignore[attr-defined]
    used = set(re.findall(r"^    duban (\S+)", TEXT, re.MULTILINE)) | set(re.findall(r"`duban (\w+)", TEXT))
    assert used <= set(known)


def test_it_names_every_field_a_template_sees():
    for one in (Page, Section, Entry):
        for field in fields(one):
            assert f"`{field.name}`" in TEXT, field.name
