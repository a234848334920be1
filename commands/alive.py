"""A sign of life to somebody outside, who raises the alarm when it stays away (a dead man's handle)."""

from __future__ import annotations

import logging
import urllib.request

from commands.room import Room
from scheduler.health import examine

LOG = logging.getLogger("duban.alive")
PATIENCE = 10  # seconds


def report_alive(room: Room, now: int) -> bool:
    """Fetch `ping_url` if one is set and the house is well; return whether it was fetched."""
    url = room.settings.ping_url
    if not url:
        return False
    with room.database.read() as connection:
        if not examine(connection, now, room.settings.zone).is_well:
            return False
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE):  # noqa: S310 - the settings let only http and https through
            return True
    except OSError as error:
        LOG.warning("the sign of life did not get through: %s", error)
        return False
