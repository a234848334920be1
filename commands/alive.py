"""A sign of life to somebody outside, who raises the alarm when it stays away (a dead man's handle)."""

from __future__ import annotations

import logging
import threading
import urllib.request
from http.client import HTTPException

from commands.room import Room
from scheduler.health import examine

LOG = logging.getLogger("duban.alive")
PATIENCE = 10.0  # seconds
_UNDER_WAY = threading.Lock()  # held while somebody is asked: who never comes to an end is asked once


def report_alive(room: Room, now: int) -> bool:
    """Fetch `ping_url` if one is set and the house is well; return whether it was fetched.

    Whatever is at that address neither stops a round nor holds it up: an answer that drips in for ever is left alone.
    """
    url = room.settings.ping_url
    if not url:
        return False
    with room.database.read() as connection:
        if not examine(connection, now, room.settings.zone).is_well:
            return False
    if not _UNDER_WAY.acquire(blocking=False):
        return False
    fetched = threading.Event()
    asking = threading.Thread(target=_fetch, args=(url, fetched), daemon=True)
    asking.start()
    asking.join(PATIENCE)
    if asking.is_alive():
        LOG.warning("the sign of life did not get through: no whole answer within %g seconds", PATIENCE)
    return fetched.is_set()


def _fetch(url: str, fetched: threading.Event) -> None:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE):  # noqa: S310 - the settings let only http and https through
            fetched.set()
    except (OSError, HTTPException, ValueError) as error:  # nobody there, no HTTP, no address
        LOG.warning("the sign of life did not get through: %s", error)
    finally:
        _UNDER_WAY.release()
