"""The page on the listings' JSON names every field of every listing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from commands.printing import FIELDS

PAGE = (Path(__file__).parent.parent / "docs" / "reference" / "json.md").read_text("utf-8")


@pytest.mark.parametrize("listing", FIELDS)
def test_every_field_of_a_listing_is_explained(listing):
    explained = set(re.findall(r"`(\w+)`", PAGE))
    assert set(FIELDS[listing]) - explained == set()
    assert f"`{listing}`" in PAGE
