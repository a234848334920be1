"""The mail family: whether a letter gets out of the house."""

from __future__ import annotations

import secrets
import time
from datetime import datetime
from typing import Annotated

import typer

from commands.board import add, family
from commands.room import LedgerOption, Room, enter
from notifications.mime import AddressError, Mailbox, address, assemble
from notifications.network import trouble
from notifications.postman import PostError
from notifications.rendering import Templates
from notifications.speech import N_, Speech
from notifications.trial import trial_letter
from plans.model import Sentence, say
from plans.trouble import MailError, UsageError
from store import gate
from store.database import row


def register(app: typer.Typer, speech: Speech) -> None:
    """Put the family's commands on the board."""
    own = family(app, speech, N_("Letters"), "mail", N_("The way letters leave."))
    own.callback()(lambda: None)  # one command alone would be taken for the family itself
    add(own, speech, N_("Letters"), "test", try_out, N_("Send a test letter, and say what the mail server answered."))


def try_out(
    to: Annotated[str, typer.Argument(metavar="ADDRESS", help=N_("Whom to send it to."))],
    ledger_name: str = LedgerOption,
) -> None:
    """Send a test letter."""
    room = enter(ledger_name)
    mail = room.settings.mail
    sender = _address(mail.sender)
    recipient, data = _letter(room, to)
    try:
        with room.postman() as postman:
            receipt = postman.post(data, sender.spec, recipient)
    except PostError as error:
        raise MailError(_trouble(room, error)) from error
    with room.database.write(beside=True) as connection:
        gate.open_again(connection)  # what was wrong has been put right: nobody has to wait until it is asked again
    if not mail.host or room.is_rehearsal:
        room.say("No mail server was asked: the letter is a file in {folder}.", folder=str(mail.outbox))
        return
    room.say(
        "{server} took it over for {to}: {code} {text}. Whether it is delivered, only its reader knows.",
        server=f"{mail.host}:{mail.port}", to=recipient, code=receipt.code, text=receipt.text,
    )  # fmt: skip


def _letter(room: Room, to: str) -> tuple[str, bytes]:
    """Return the address a test letter goes to, and its bytes."""
    mail, now = room.settings.mail, datetime.fromtimestamp(int(time.time()), room.settings.zone)
    sender, recipient = _address(mail.sender), _address(to)
    with room.database.read() as connection:
        office = row(connection, "SELECT u.name, u.mail FROM unit u JOIN house h ON h.office = u.id") or {}
    server = f"{mail.host}:{mail.port}" if mail.host else str(mail.outbox)
    templates = Templates(mail.templates)
    composed = trial_letter(Speech(room.settings.language), office.get("name", ""), server, now, templates)
    if composed.fallback:
        room.say("The office's own template can't be used, so the built-in one was: {why}", why=composed.fallback)
    data = assemble(
        composed,
        sender=Mailbox(sender.spec, mail.sender_name or office.get("name", "")),
        to=recipient,
        reply_to=_address(mail.reply_to or office.get("mail") or mail.sender),
        message_id=f"<test.{secrets.token_hex(16)}@{sender.spec.rpartition('@')[2]}>",
        date=now,
    )
    return recipient.spec, data


def _address(text: str) -> Mailbox:
    try:
        return address(text)
    except AddressError as wrong:
        raise UsageError(wrong.sentence) from wrong


def _trouble(room: Room, error: PostError) -> Sentence:
    """Return why a test letter didn't go, and whose affair that is."""
    server, why = f"{room.settings.mail.host}:{room.settings.mail.port}", trouble(str(error))
    match error.kind:
        case "ours":
            return say("{server} refuses us: {why}. Look at [mail] in duban.toml.", server=server, why=why)
        case "permanent":
            return say("{server} refuses this letter: {why}", server=server, why=why)
        case _ if isinstance(why, str):
            return say("{server} can't take it now: {why}", server=server, why=why)
        case _:
            return why
