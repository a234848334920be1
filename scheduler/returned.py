"""Letters that came back: what the mailbox for bounces says of them is written down, for the desk to see.

Nothing is sent in answer and no letter is tried again by itself: an address that is wrong is a human's to put right.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from notifications.bounces import Bounce, mark, read_bounce
from notifications.maildir import MOST, Maildir
from plans.model import Sentence, say
from plans.trouble import because
from store import outbox
from store.database import Database, row, run

LOG = logging.getLogger("duban.returned")


@dataclass(slots=True)
class Returned:
    """What one look into the mailbox brought."""

    bounced: int = 0
    strays: int = 0  # reports of a failure on a letter that isn't ours, or that nobody can tell
    stuck: int = 0  # files that can't be read or moved
    trouble: OSError | None = None  # the first of them, or what keeps the whole folder from being read


def take_in(database: Database, folder: Path) -> Returned:
    """Read what came back and mark the letters; what is no bounce, or of no letter of ours, stays there unread.

    The ledger knows before a file is put away: after a kill between the two it is read again, which changes nothing.

    Raises:
        LedgerError: the ledger can't be written; the mailbox is as it was, but for what is no letter's.
    """
    mailbox, done, taken = Maildir(folder), Returned(), 0
    try:
        mailbox.try_out()
        for file in mailbox.arrived():
            if taken == MOST:
                break
            taken += _taken(database, mailbox, file, done)
    except OSError as error:
        done.trouble = error
    _note(database, done)
    return done


def _taken(database: Database, mailbox: Maildir, file: Path, done: Returned) -> bool:
    """Take in one file; one that can't be read or moved is stepped over, so that it holds up none behind it."""
    try:
        _take(database, mailbox, file, done)
    except OSError as error:
        error.filename = error.filename or str(file)
        done.stuck += 1
        done.trouble = done.trouble or error
        return False
    return True


def _take(database: Database, mailbox: Maildir, file: Path, done: Returned) -> None:
    try:
        bounce = read_bounce(mailbox.read(file))
    except FileNotFoundError:  # another reader was quicker
        return
    letter = None
    if bounce:
        with database.write(beside=True) as connection:
            letter = _letter(connection, bounce)
            if letter and bounce.failed and _mark_bounced(connection, letter["id"], bounce.reason):
                done.bounced += 1
                LOG.warning("letter %s to %s came back: %s", letter["id"], letter["address"], bounce.reason)
    moved = mailbox.put_away(file, dealt_with=letter is not None)
    if moved and bounce and not letter and (bounce.failed or bounce.unclear):
        done.strays += 1


def _letter(connection: Connection, bounce: Bounce) -> dict[str, Any] | None:
    """Return the letter a report is about: by the mark in the address it came to, else by its Message-ID."""
    for number, hash_ in bounce.marks:
        found = row(connection, "SELECT id, address, message_id FROM letter WHERE id = :number", number=number)
        if found and mark(found["message_id"]) == hash_:
            return found
    for message_id in bounce.message_ids:
        sql = "SELECT id, address, message_id FROM letter WHERE message_id = :message_id"
        if found := row(connection, sql, message_id=message_id):
            return found
    return None


def _mark_bounced(connection: Connection, letter: int, reason: str) -> bool:
    """Mark a letter as come back; one whose 250 isn't recorded yet has been taken all the same, as its bounce shows."""
    done = run(
        connection,
        "UPDATE letter SET state = 'bounced', bounced_at = :now, error = :reason, body = NULL"
        " WHERE id = :letter AND (state = 'sent' OR (state IN ('ready', 'claimed', 'dead') AND began))",
        letter=letter,
        now=outbox.clock(connection),
        reason=reason or "?",
    )
    return done.rowcount == 1


def _note(database: Database, done: Returned) -> None:
    """Write down what isn't any letter's: strays, and what of the mailbox can't be read; the log hears it once."""
    error, trouble = done.trouble, ""
    if error:
        path = os.fsencode(error.filename2 or error.filename).decode("utf-8", "replace")
        trouble = json.dumps([path, error.errno, done.stuck], ensure_ascii=False)
    with database.read() as connection:
        known = row(connection, "SELECT bounce_trouble FROM house") or {}
    is_new = known.get("bounce_trouble") != trouble
    if done.strays or is_new:
        with database.write(beside=True) as connection:
            sql = "UPDATE house SET bounce_strays = bounce_strays + :strays, bounce_trouble = :trouble"
            run(connection, sql, strays=done.strays, trouble=trouble)
    if is_new and trouble:
        LOG.error("%s", trouble_in(trouble))


def trouble_in(written: str) -> Sentence:
    """Return in words what of the mailbox can't be read, as the ledger has it written down."""
    path, number, stuck = json.loads(written)
    why = because(OSError(number, os.strerror(number)))
    if not stuck:
        return say("Bounces can't be read in {folder}: {why}", folder=path, why=why)
    return say(
        "Bounces that can't be read or put away: {count}, the first is {path}: {why}", count=stuck, path=path, why=why
    )
