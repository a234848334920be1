"""A check-up of a house before it goes live, or when something is odd: what `duban doctor` looks at, one by one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from notifications.maildir import Maildir
from notifications.mime import AddressError, address
from notifications.network import trouble
from notifications.postman import PostError, SmtpPostman
from notifications.speech import N_
from plans.model import Sentence, say
from plans.trouble import because
from scheduler.calendars import large_ones
from scheduler.matters import house_workdays, instant, local_day
from scheduler.sending import LOOPBACK
from scheduler.settings import Settings
from scheduler.subscriptions import open_ones
from store import ledger, outbox
from store.database import Database, rows
from store.refusals import DAMAGED

Verdict = Literal["good", "odd", "bad"]
SCARCE, GONE = 500_000_000, 50_000_000  # bytes free: time to look, and letters soon can't be recorded
DECEMBER = 12  # by then the next year's holidays are announced
SKEW = 60  # seconds two clocks may differ
SERVED = 3600  # seconds after which a round for an hour that has come is missing


@dataclass(frozen=True, slots=True)
class Patient:
    """The house that is looked at: settings and where they are from, ledger and its folder, day and instant."""

    settings: Settings
    file: Path | None
    database: Database
    home: Path
    today: date
    now: int


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was looked at, and how it is."""

    name: str
    verdict: Verdict
    says: Sentence


def configuration(patient: Patient) -> Iterator[Sign]:
    """Look at duban.toml: secrets that others can read, an address nobody can use, letters in the clear."""
    mail, file, found = patient.settings.mail, patient.file, False
    if file and os.name == "posix" and file.stat().st_mode & 0o077 and _tells_a_secret(patient, file):
        found = True
        yield Sign("configuration", "bad", say("{file} holds a password that others can read: chmod 600 it", file=file))
    secret = mail.password_file or Path(os.devnull)
    if os.name == "posix" and secret.is_file() and secret.stat().st_mode & 0o077:
        found = True
        yield Sign(
            "configuration", "bad", say("{file} holds a password that others can read: chmod 600 it", file=secret)
        )
    if mail.host and mail.host not in LOOPBACK and mail.security == "none":
        found = True
        says = say("letters go to {host} in the clear; set mail.security to starttls or tls", host=mail.host)
        yield Sign("configuration", "odd", says)
    if mail.host and mail.sender.endswith("@example.org"):
        found = True
        yield Sign(
            "configuration", "bad", say("mail.sender is {sender}; it must be the relay's own", sender=mail.sender)
        )
    if mail.host and not patient.settings.base_url:
        found = True
        yield Sign("configuration", "odd", say("base_url is not set, so letters and calendars can't name an address"))
    if not found:
        yield Sign("configuration", "good", say("{file} can be used", file=file or "duban.toml"))


def _tells_a_secret(patient: Patient, file: Path) -> bool:
    """Return whether a file holds the mail server's password, the database's, or the token of the figures."""
    text, of_the_database = file.read_text("utf-8", "replace"), patient.database.engine.url.password or ""
    secrets = (
        patient.settings.mail.password,
        patient.settings.metrics_token,
        of_the_database,
        quote(of_the_database, ""),
    )
    return any(secret and secret in text for secret in secrets)


def privacy(patient: Patient) -> Iterator[Sign]:
    """Look at what is kept of people: files that every user of this machine can read."""
    mail, web, file = patient.settings.mail, patient.settings.web, patient.database.file
    kept = [file, *_beside(file), patient.home / "sent", mail.outbox, web.evidence]
    open_ = [str(one) for one in kept if one and _is_open(one)]
    if open_:
        says = say("everybody on this machine can read {files}; chmod o-rwx them", files=", ".join(open_))
        yield Sign("privacy", "odd", says)
    else:
        yield Sign("privacy", "good", say("ledger and letters are their owner's alone"))


def _beside(file: Path | None) -> list[Path]:
    return [Path(f"{file}-wal"), Path(f"{file}-shm")] if file else []


def _is_open(path: Path) -> bool:
    """Return whether others than its owner and group can read a path, every folder on the way to it included."""
    if os.name != "posix" or not path.exists():
        return False
    whole = path.resolve()
    return bool(whole.stat().st_mode & 0o004) and all(folder.stat().st_mode & 0o001 for folder in whole.parents)


def schema(patient: Patient) -> Iterator[Sign]:
    """Look at the ledger: whole, and of this program's schema."""
    broken = patient.database.damage()
    if broken:
        yield Sign("ledger", "bad", say(DAMAGED, path=patient.database.called, why=broken))
    else:
        yield Sign(
            "ledger", "good", say("the ledger is whole, schema {schema}", schema=patient.database.revision() or "-")
        )


def directory(patient: Patient) -> Iterator[Sign]:
    """Look at the people: who has tasks to answer for and can't be reached."""
    with patient.database.read() as connection:
        people = {one["id"]: one for one in rows(connection, "SELECT id, name, mail FROM person")}
        units = rows(connection, "SELECT name, mail, contact, deputy, head FROM unit ORDER BY position")
    unreachable, invalid = [], []
    for unit in units:
        mails = [people[key]["mail"] for key in (unit["contact"], unit["deputy"], unit["head"]) if key in people]
        given = [mail for mail in [*mails, unit["mail"]] if mail]
        invalid += [mail for mail in given if not _usable(mail)]
        if not any(map(_usable, given)):
            unreachable.append(unit["name"])
    if unreachable:
        says = say("nobody can be reached by mail in {units}", units=", ".join(unreachable))
        yield Sign("directory", "odd", says)
    if invalid:
        yield Sign("directory", "bad", say("these are no mail addresses: {mails}", mails=", ".join(invalid)))
    if not unreachable and not invalid:
        yield Sign("directory", "good", say("all units can be reached: {count}", count=len(units)))


def _usable(mail: str) -> bool:
    try:
        address(mail)
    except AddressError:
        return False
    return True


def mail_server(patient: Patient) -> Iterator[Sign]:
    """Knock at the mail server: greeting, encryption and sign-in, without a letter; in a rehearsal ask nobody."""
    mail = patient.settings.mail
    with patient.database.read() as connection:
        rehearsal = ledger.house(connection)["rehearsal"]
    if rehearsal:
        says = say("this is a rehearsal: no mail server is asked, letters are written to {folder}", folder=mail.outbox)
        yield Sign("mail", "good", says)
        return
    if not mail.host:
        says = say("no mail server is set; letters are written to {folder}", folder=mail.outbox)
        yield Sign("mail", "odd", says)
        return
    try:
        with SmtpPostman(mail.host, mail.port, mail.security, mail.user, mail.password) as smtp:
            smtp.knock(mail.sender)
    except PostError as error:
        why = trouble(str(error))
        refuses = N_("{host}:{port} refuses or can't be reached: {why}")
        says = say(refuses, host=mail.host, port=mail.port, why=why) if isinstance(why, str) else why
        yield Sign("mail", "bad", says)
    else:
        says = say("{host}:{port} takes letters from {sender}", host=mail.host, port=mail.port, sender=mail.sender)
        yield Sign("mail", "good", says)


def bounces(patient: Patient) -> Iterator[Sign]:
    """Look at the mailbox that letters come back to: whether it is read, and can be."""
    mail = patient.settings.mail
    if mail.bounces:
        try:
            Maildir(mail.bounces).try_out()
        except OSError as error:
            says = say("bounces can't be read in {folder}: {why}", folder=error.filename, why=because(error))
            yield Sign("bounces", "bad", says)
        else:
            yield Sign("bounces", "good", say("bounces are read in {folder}", folder=mail.bounces))
    elif mail.host:
        says = say(
            "nobody learns which letters came back; set mail.bounces to a maildir of {sender}",
            sender=mail.verp or mail.sender,
        )
        yield Sign("bounces", "odd", says)


def clock(patient: Patient) -> Iterator[Sign]:
    """Look at the clock: against the database's, and against what the ledger already holds."""
    with patient.database.read() as connection:
        apart = outbox.clock(connection) - patient.now
        house = ledger.house(connection)
    if abs(apart) > SKEW:
        says = say("the database's clock and this machine's are {seconds} seconds apart", seconds=abs(apart))
        yield Sign("clock", "bad", says)
    elif house["latest_on"] and house["latest_on"] > patient.today and not house["rehearsal"]:
        says = say("today is {today}, but the ledger already holds {day}", today=patient.today, day=house["latest_on"])
        yield Sign("clock", "bad", says)
    else:
        yield Sign("clock", "good", say("today is {today}", today=patient.today))


def disk(patient: Patient) -> Iterator[Sign]:
    """Look at the room left where the ledger and the journal are written."""
    free = shutil.disk_usage(patient.home).free
    verdict: Verdict = "bad" if free < GONE else "odd" if free < SCARCE else "good"
    yield Sign("disk", verdict, say("{free} MB are free at {folder}", free=free // 1_000_000, folder=patient.home))


def holidays(patient: Patient) -> Iterator[Sign]:
    """Look at the office calendars in use: years whose holidays are only a forecast."""
    with patient.database.read() as connection:
        house = ledger.house(connection)
        used = rows(connection, "SELECT DISTINCT calendar FROM plan WHERE closed IS NULL ORDER BY calendar")
    for calendar in [one["calendar"] for one in used]:
        workdays = house_workdays(calendar, house["closures"])
        if calendar == "none" and not (workdays.closed or workdays.worked):
            continue  # Monday to Friday, whatever the year
        for year in (patient.today.year, patient.today.year + 1):
            if workdays.status(year) == "official":
                says = say("the holidays of {year} are known ({calendar})", year=year, calendar=calendar)
                yield Sign("holidays", "good", says)
                continue
            late = year == patient.today.year or patient.today.month == DECEMBER
            says = say("the holidays of {year} are not announced yet ({calendar})", year=year, calendar=calendar)
            yield Sign("holidays", "odd" if late else "good", says)


def rounds(patient: Patient) -> Iterator[Sign]:
    """Look at plans whose zone isn't the house's: whether a round is made once their letters' hour has come."""
    with patient.database.read() as connection:
        last = ledger.house(connection)["rounded_at"]
        zones = rows(connection, "SELECT DISTINCT timezone FROM plan WHERE closed IS NULL ORDER BY timezone")
    at, here = patient.settings.send_at, patient.settings.zone
    for zone in [one["timezone"] for one in zones if one["timezone"] != here.key]:
        hour = instant(local_day(patient.now, at, ZoneInfo(zone)), at, zone)
        when = datetime.fromtimestamp(hour, here).strftime("%H:%M")
        if last is not None and last < hour < patient.now - SERVED:
            says = say(
                "no round was made at {time}, when letters of plans in {zone} leave; they wait for the next one. Make "
                "one at that time as well, or let `duban serve` run",
                time=when, zone=zone,
            )  # fmt: skip
            yield Sign("rounds", "odd", says)
        else:
            yield Sign("rounds", "good", say("letters of plans in {zone} leave at {time} here", zone=zone, time=when))


def calendars(patient: Patient) -> Iterator[Sign]:
    """Look at the calendars given out, as they were last fetched: whether some are too large for some clients."""
    with patient.database.read() as connection:
        given = open_ones(connection, patient.today, "feed")
        large = large_ones(connection, patient.settings, given)
    for held, octets in large:
        says = say("{name} is {size} kB large, and at 500 kB some clients give up; give out one for each unit or plan",
                   name=held.grant.name, size=octets // 1000)  # fmt: skip
        yield Sign("calendars", "odd", says)
    if not large:
        yield Sign(
            "calendars", "good", say("calendars given out: {count}, none too large for a client", count=len(given))
        )


LOOKS: tuple[Callable[[Patient], Iterator[Sign]], ...] = (
    configuration,
    privacy,
    schema,
    directory,
    mail_server,
    bounces,
    clock,
    disk,
    holidays,
    rounds,
    calendars,
)


def look_over(patient: Patient) -> list[Sign]:
    """Return every sign of a house, in the order of LOOKS."""
    return [sign for look in LOOKS for sign in look(patient)]
