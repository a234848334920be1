"""Every setting of a house, with its default and one sentence: duban.toml, then the environment over it.

A variable is DUBAN_ and the name, two underscores for what is inside (DUBAN_MAIL__HOST). A secret may stand in a file
of its own, named by the variable with _FILE (DUBAN_MAIL__PASSWORD_FILE).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from notifications.speech import N_
from scheduler.misfits import misfit, refuse_empty, unreadable

LONGEST_WAIT = 180  # minutes: what is due only after longer counts as written by a wrong clock


class Mail(BaseModel, extra="forbid"):
    """How letters leave the house."""

    host: str = Field(default="", description=N_("The mail server letters are handed to; empty writes .eml files."))
    port: int = Field(default=25, description=N_("Its port: 25 on this machine, 587 with STARTTLS, 465 with TLS."))
    security: Literal["none", "starttls", "tls"] = Field(
        default="none", description=N_("How the connection is kept safe.")
    )
    user: str = Field(default="", description=N_("The name to log in with; empty logs nobody in."))
    password: str = Field(default="", description=N_("The password to log in with; better in a file of its own."))
    password_file: Path | None = Field(default=None, description=N_("A file that holds the password and nothing else."))
    sender: str = Field(
        default="duban@example.org", description=N_("The address letters come from; the relay must own it.")
    )
    sender_name: str = Field(default="", description=N_("The name letters come from; empty takes the office's."))
    reply_to: str = Field(default="", description=N_("Where answers go; empty takes the office's mailbox."))
    only_to: str = Field(
        default="", description=N_("One address that gets every letter instead, with a banner; for trials.")
    )
    links: bool = Field(
        default=True,
        description=N_("Whether letters carry links and calendar entries; off where the intranet strips them."),
    )
    rate: int = Field(
        default=30, ge=0, description=N_("Letters a minute at most, 0 for no limit; a server on this machine has none.")
    )
    waits: tuple[int, ...] = Field(
        default=(1, 5, 15, 30, 60, 120),
        min_length=1,
        description=N_("Minutes before each further attempt with a letter put off, the last one for ever after."),
    )
    give_up: int = Field(
        default=5, ge=1, description=N_("Days after which a letter put off is given up, unless its deadline is later.")
    )
    connections: int = Field(
        default=4,
        ge=1,
        le=64,
        description=N_("How many senders hand letters over at once where several machines share."),
    )
    bounces: Path | None = Field(
        default=None,
        description=N_("A maildir of the mailbox that letters come back to; read at each round."),
    )
    verp: str = Field(
        default="",
        pattern=r"^([^\s@+]+@[^\s@]+)?$",
        description=N_("An address for bounces, each letter with a + address of its own; empty uses sender."),
    )
    outbox: Path = Field(default=Path("outbox"), description=N_("Where .eml files go when there is no mail server."))
    templates: Path | None = Field(default=None, description=N_("A folder with the office's own letter templates."))


class Web(BaseModel, extra="forbid"):
    """How people reach the pages."""

    evidence: Path = Field(default=Path("evidence"), description=N_("Where files handed in with reports are kept."))
    proxies: tuple[str, ...] = Field(
        default=(), description=N_("Addresses of reverse proxies whose X-Forwarded headers are believed.")
    )
    login_header: str = Field(
        default="", description=N_("The header in which those proxies name who is logged in; empty logs nobody in.")
    )
    office: tuple[str, ...] = Field(default=(), description=N_("Who of them is the office."))


class Extensions(BaseModel, extra="forbid"):
    """When a later date may be asked for, and how often it may be granted."""

    ask_before: int = Field(
        default=0, ge=0, description=N_("Working days before the due date by which a later date must be asked for.")
    )
    times: int = Field(default=0, ge=0, description=N_("How often one date may be extended; 0 sets no limit."))
    answer: int = Field(
        default=2, ge=1, description=N_("Working days in which the office answers; unanswered is not granted.")
    )


class Settings(BaseSettings):
    """The settings of one house."""

    model_config = SettingsConfigDict(
        env_prefix="DUBAN_", env_nested_delimiter="__", env_ignore_empty=True, extra="forbid"
    )

    house: str = Field(default="", description=N_("A random word that calendar UIDs are made with; init writes it."))
    database: str = Field(
        default="duban.db", description=N_("The ledger: a file beside duban.toml, or a database URL.")
    )
    language: Literal["zh", "en"] = Field(
        default="zh",
        description=N_(
            "What the house speaks: the desk's own letters, and a terminal whose locale asks for neither language."
        ),
    )
    timezone: str = Field(default="Asia/Shanghai", description=N_("The time zone of the house."))
    send_at: time = Field(default=time(8, 30), description=N_("When a day's reminders go out."))
    mark: str = Field(
        default="", description=N_("What the numbers of signed letters begin with: 常 in 常督〔2026〕12号.")
    )
    base_url: str = Field(default="", description=N_("The address people reach `duban serve` at; used in feed links."))
    ping_url: str = Field(
        default="",
        pattern="^(https?://.*)?$",
        description=N_("An address fetched after each round while all is well; who watches it notices its absence."),
    )
    metrics_token: str = Field(
        default="", description=N_("The bearer token that opens /metrics; empty, there is none.")
    )
    log: Literal["text", "json"] = Field(
        default="text", description=N_("How `duban serve`, `duban work` and `duban round` log.")
    )
    extensions: Extensions = Field(default_factory=Extensions, description=N_("What holds for asking a later date."))
    mail: Mail = Field(default_factory=Mail, description=N_("How letters leave the house."))
    web: Web = Field(default_factory=Web, description=N_("How people reach the pages."))

    @field_validator("mail")
    @classmethod
    def _waits_are_minutes(cls, mail: Mail) -> Mail:
        if not all(1 <= minutes <= LONGEST_WAIT for minutes in mail.waits):
            raise ValueError(f"waits are minutes, from 1 to {LONGEST_WAIT}")
        return mail

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (OSError, ValueError, KeyError) as unknown:
            raise ValueError("no time zone") from unknown  # `misfit` words it
        return name

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone of the house."""
        return ZoneInfo(self.timezone)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 (pydantic's signature)
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file, whose values arrive as arguments."""
        return env_settings, init_settings


def load_settings(file: Path | None, environment: Mapping[str, str]) -> Settings:
    """Return the settings of duban.toml (None: the defaults) with the environment over them.

    Relative paths in the file are relative to the file. *environment* is only read for `*_FILE` secrets; pydantic
    reads the variables themselves from the process.

    Raises:
        SettingsError: a setting is unknown or can't be used; the sentence names it.
    """
    written = _written(file) if file else {}
    here = file.parent if file else Path()
    if secret := environment.get("DUBAN_MAIL__PASSWORD_FILE"):
        written["mail"] = {**_table(written, "mail"), "password": _secret(Path(secret))}
    try:
        settings = Settings(**written)
        if settings.mail.password_file and not settings.mail.password:
            settings.mail.password = (here / settings.mail.password_file).read_text("utf-8").strip()
    except ValidationError as wrong:
        raise misfit(wrong, Settings, file, environment) from wrong
    mail = settings.mail.model_copy(
        update={
            "outbox": here / settings.mail.outbox,
            "bounces": here / settings.mail.bounces if settings.mail.bounces else None,
            "templates": here / settings.mail.templates if settings.mail.templates else None,
        }
    )
    web = settings.web.model_copy(update={"evidence": here / settings.web.evidence})
    return settings.model_copy(update={"mail": mail, "web": web, "database": database_url(settings.database, here)})


def _written(file: Path) -> dict[str, Any]:
    """Return what a file sets, nothing of it empty."""
    try:
        written = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as broken:
        raise unreadable(file, broken) from broken
    refuse_empty(written, Settings, file)
    return written


def _table(written: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = written.get(name)
    return found if isinstance(found, Mapping) else {}


def _secret(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (UnicodeDecodeError, OSError) as broken:
        raise unreadable(file, broken) from broken


def database_url(written: str, here: Path) -> str:
    """Return a database setting as a URL; a plain path is a SQLite file beside the settings."""
    if "://" not in written:
        return f"sqlite:///{(here / written).resolve()}"
    kind, _, address = written.partition("://")
    return f"postgresql+psycopg://{address}" if kind in ("postgres", "postgresql") else written
