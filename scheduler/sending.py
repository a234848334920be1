"""Sending: letters that wait are claimed, looked at once more, handed to the post and marked, one after the other."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from notifications.bounces import envelope
from notifications.mime import AddressError, address
from notifications.postman import PostError, Postman, Receipt, Trouble
from plans.model import Sentence
from plans.recipients import MAILBOX
from plans.trouble import LedgerError
from scheduler.news import void_letters
from scheduler.settings import Settings
from store import gate, ledger, outbox
from store.database import Database, row, rows, run
from store.journal import Journal, entry
from store.outbox import Claimed
from store.states import ENDED_LIST

LOG = logging.getLogger("duban.post")
STINT = 60.0  # seconds after which a drain makes way for the next round, so that what falls due meanwhile is decided
STREAK = 5  # letters put off or refused one after the other: then it isn't the letters
PATIENCE = (1, 2, 4, 8, 15)  # seconds between attempts to record an accepted letter
MINUTE, DAY = 60, 86400  # seconds
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(slots=True)
class Round:
    """What one round did."""

    decided: int = 0
    letters: int = 0
    sent: int = 0
    failed: int = 0
    refused: int = 0
    voided: int = 0
    full: bool = False  # this minute's number of letters was reached; the rest goes in the next ones
    more: bool = False  # the rest goes in the next round, for which it is time
    held_back: Sentence | str = ""  # why nothing, or not everything, was handed over
    troubles: list[str] = field(default_factory=list)  # people whose letter could not be written, and why

    def then(self, later: Round) -> Round:
        """Return what this round and a *later* one did together; how it ended is the later one's."""
        return Round(
            self.decided + later.decided, self.letters + later.letters, self.sent + later.sent,
            self.failed + later.failed, self.refused + later.refused, self.voided + later.voided,
            later.full, later.more, later.held_back, later.troubles,
        )  # fmt: skip


def never() -> bool:
    """Return that nobody asked to stop."""
    return False


@dataclass(frozen=True)
class Sender:
    """One who empties the outbox: where letters are, who carries them, how fast, and who may ask to stop."""

    database: Database
    settings: Settings
    postman: Postman
    journal: Journal | None = None
    is_stopping: Callable[[], bool] = never

    @property
    def rate(self) -> int:
        """Return how many letters a minute the mail server may be given, 0 for as many as it takes."""
        mail = self.settings.mail
        return 0 if not mail.host or mail.host in LOOPBACK or mail.host.startswith("127.") else mail.rate

    @property
    def schedule(self) -> outbox.Schedule:
        """Return when a letter put off is tried again."""
        mail = self.settings.mail
        return outbox.Schedule(tuple(MINUTE * minutes for minutes in mail.waits), DAY * mail.give_up)

    def drain(self, done: Round) -> None:
        """Hand over what waits until none is ready, a minute is over, the post is in trouble, or somebody asks to stop.

        As many senders do so at once as the mail server may have connections; one too many leaves it to the others.
        """
        self._catch_up()
        with self.database.seat(self.settings.mail.connections) as mine:
            if mine:
                self._empty(done)

    def _empty(self, done: Round) -> None:
        owner = secrets.token_hex(8)  # of this call alone: a late thread must not mark another one's claim
        streak, end = 0, time.monotonic() + STINT
        done.more = False
        while not (done.held_back or done.more or self.is_stopping()):
            letter = self._take(owner, done)
            if letter is None:
                return
            refusal = self._send(letter, owner, done)
            streak = streak + 1 if refusal else 0
            if refusal and streak >= STREAK:
                with self.database.write(beside=True) as connection:
                    _shut_gate(connection, "ours" if refusal.kind == "permanent" else "away", str(refusal), done)
            done.more = time.monotonic() > end

    def _take(self, owner: str, done: Round) -> Claimed | None:
        """Claim the next letter that is still true, in the transaction that begins with it; None when none may go."""
        with self.database.write(beside=True) as connection:
            if self._is_shut(connection, done):
                return None
            while letter := outbox.next_ready(connection):
                found = _still_true(connection, self.settings, letter)
                if found is None:
                    done.voided += 1
                elif self.rate and outbox.room_until_full(connection, self.rate) <= 0:
                    done.full = True
                    break
                elif trouble := self._why_unrecordable(connection):
                    _shut_gate(connection, "ours", trouble, done)
                    break
                else:
                    return outbox.begin(connection, found, owner)
        return None

    def _why_unrecordable(self, connection: Connection) -> str:
        """Return why the journal couldn't take a line: what can't be recorded isn't sent."""
        try:
            if self.journal:
                self.journal.try_out(outbox.clock(connection))
        except OSError as error:
            return _in_short(error)
        return ""

    def _is_shut(self, connection: Connection, done: Round) -> bool:
        """Return whether nothing may leave at present, and note why."""
        held, post = ledger.house(connection)["held"], gate.look(connection)
        if held or post.wait:
            done.held_back = held or post.trouble
        return bool(done.held_back)

    def _send(self, letter: Claimed, owner: str, done: Round) -> PostError | None:
        """Hand over one letter; return why it was put off or given up, None when it was not."""
        try:
            receipt = self.postman.post(letter.body, self._envelope(letter), letter.address)
        except PostError as error:
            return self._refused(letter, owner, error, done)
        except ValueError as error:  # bytes that no server may be given; nothing was said to it
            unfit = PostError("permanent", began_data=False, code=0, text=str(error))
            return self._refused(letter, owner, unfit, done)
        self._record(letter, receipt, done)
        return None

    def _envelope(self, letter: Claimed) -> str:
        """Return whom a letter comes back to: a mailbox that is read, or an address of this letter's own there."""
        mail = self.settings.mail
        return envelope(mail.verp, letter.id, letter.message_id) if mail.verp else mail.sender

    def _refused(self, letter: Claimed, owner: str, error: PostError, done: Round) -> PostError | None:
        """Write down why a letter was not taken, for its own sake or because none is; return it if it was its own."""
        kind = self._blame(letter, error)
        if kind in ("away", "ours"):
            with self.database.write(beside=True) as connection:
                outbox.give_back(connection, letter, owner, str(error), began=error.began_data)
                _shut_gate(connection, kind, str(error), done)
            return None
        with self.database.write(beside=True) as connection:
            final = kind == "permanent"
            state = outbox.mark_failed(
                connection, letter, owner, str(error), final=final, began=error.began_data, schedule=self.schedule
            )
            if final and not gate.look(connection).trouble.startswith(f"{error.code} "):
                gate.open_again(connection)  # the server is back; what it said to all letters it may go on saying
            if kind == "slow":
                _shut_gate(connection, kind, str(error), done)
        if kind == "slow":
            return None
        done.failed += state == "ready"
        done.refused += state == "dead"
        LOG.warning("letter %s to %s: %s", letter.id, letter.address, error)
        return error

    def _blame(self, letter: Claimed, error: PostError) -> Trouble:
        """Return whose trouble a refusal is. A limit is ours, until a letter hears of it again though others went.

        Then it is its reader's, and must not keep all others waiting time and again.
        """
        if error.kind != "slow" or letter.attempts == 1:
            return error.kind
        with self.database.read() as connection:
            return "slow" if gate.look(connection).trouble else "temporary"

    def _record(self, letter: Claimed, receipt: Receipt, done: Round) -> None:
        """Record the server's 250: in the journal first, then in the ledger; nothing more is sent before that."""
        said, trouble = f"{receipt.code} {receipt.text}", ""
        if self.journal:
            self.journal.unrecorded[letter.id] = said
            try:
                with self.database.read() as connection:
                    line = entry(connection, letter.id, outbox.clock(connection), said)
                self.journal.write(line)
            except (OSError, LedgerError) as error:
                trouble = _in_short(error)
        self._mark(letter.id, said)
        done.sent += 1
        if trouble:
            with self.database.write(beside=True) as connection:
                _shut_gate(connection, "ours", trouble, done)

    def _mark(self, letter: int, said: str) -> None:
        """Mark a letter sent; a ledger that can't be written is asked again for a while."""
        for wait in (*PATIENCE, None):
            try:
                with self.database.write(beside=True) as connection:
                    outbox.mark_sent(connection, letter, said)
                    gate.open_again(connection)
            except LedgerError:
                if wait is None:
                    raise
                time.sleep(wait)
            else:
                break
        if self.journal:
            self.journal.unrecorded.pop(letter, None)

    def _catch_up(self) -> None:
        """Record what the ledger could not take in an earlier drain of this process, before anything else is sent."""
        for letter, said in list((self.journal.unrecorded if self.journal else {}).items()):
            self._mark(letter, said)


def _shut_gate(connection: Connection, kind: str, trouble: str, done: Round) -> None:
    shut = gate.shut(connection, kind, trouble)
    done.held_back = trouble
    LOG.error("nothing is handed over for %s s: %s", shut.wait, trouble)


def _in_short(error: Exception) -> str:
    """Return which file can't be written and why, without Python's own words around it."""
    return f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.strerror else str(error)


def mail_of(connection: Connection, person: str) -> str:
    """Return where a reader of letters is reached now, "" when nowhere."""
    table, key = ("unit", person.removeprefix(MAILBOX)) if person.startswith(MAILBOX) else ("person", person)
    found = row(connection, f"SELECT mail FROM {table} WHERE id = :key", key=key)
    try:
        return address(found["mail"]).spec if found else ""
    except AddressError:
        return ""


def _still_true(connection: Connection, settings: Settings, letter: Claimed) -> Claimed | None:
    """Return a letter as it may be sent now, None when it was taken back to be written anew.

    One that was tried stays as it is. One that tells of rows is taken back when a date, a state or an address has
    changed; one of the day (the desk's, a summary) is written only once, so it follows its reader's new address.
    """
    if letter.began:
        return letter
    told, stale = _told(connection, letter.id)
    only_to = settings.mail.only_to
    reached = address(only_to).spec if only_to else mail_of(connection, letter.person)
    if not stale and reached == letter.address:
        return letter
    if not told and reached:
        run(connection, "UPDATE letter SET address = :to WHERE id = :letter", to=reached, letter=letter.id)
        return replace(letter, address=reached)
    void_letters(connection, "SELECT :letter", letter=letter.id)
    for notice in stale:
        sql = "UPDATE notice SET state = 'suppressed', reason = 'changed' WHERE id = :id AND state = 'planned'"
        run(connection, sql, id=notice)
    return None


def _told(connection: Connection, letter: int) -> tuple[list[int], list[int]]:
    """Return the notices in a letter, and those of them that are no longer so."""
    gone = (
        f"n.kind NOT IN ('accepted', 'changed', 'received') AND (o.version <> n.version OR o.state IN ({ENDED_LIST}))"
    )
    found = rows(
        connection,
        f"SELECT n.id, CASE WHEN {gone} THEN 1 ELSE 0 END AS stale FROM notice n"
        " JOIN occurrence o ON o.id = n.occurrence WHERE n.letter = :letter",
        letter=letter,
    )
    return [one["id"] for one in found], [one["id"] for one in found if one["stale"]]
