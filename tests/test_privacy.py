"""What is kept of people is its owner's alone: ledger, letters, evidence, settings; and who let others in is told."""

from __future__ import annotations

import os
import re
import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from notifications.postman import OutboxFolder
from scheduler.checkup import Patient, privacy
from scheduler.settings import Settings
from store.database import Database
from store.evidence import path_of, put_away
from store.tokens import PREFIXES, Grant, issue
from tests.house import House
from tests.office import Office

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights in another way")


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Return a house made by somebody who lets everybody read what they write."""
    before = os.umask(0)
    try:
        return House.make(tmp_path / "house", 9, 2)
    finally:
        os.umask(before)


def test_s1_s2_a_token_is_160_random_bits_behind_its_kind_and_nowhere_at_rest(tmp_path: Path):
    """S1, S2: long enough that nobody guesses it, found by a program that looks for secrets, kept as its hash alone."""
    with Office.open(f"sqlite:///{tmp_path / 'duban.db'}") as office:
        with office.database.write() as connection:
            made = [issue(connection, Grant(kind), date(2018, 3, 1)) for kind in PREFIXES for _ in range(200)]
        parts = [re.fullmatch(r"db_([fpros])_([a-z2-7]{32})", secret) for secret in made]
        assert all(parts)
        assert len({part[2] for part in parts if part}) == len(made)
        assert len({part[2][:4] for part in parts if part}) > len(made) * 0.98  # nothing is counted in it
        kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        assert not [secret for secret in made if secret.encode() in kept or secret[5:].encode() in kept]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_s20_ledger_log_and_settings_are_their_owners_alone(house: House):
    with Database(f"sqlite:///{house.folder / 'duban.db'}").write():
        files = [file for file in house.folder.iterdir() if file.name.startswith("duban")]
        assert {file.name: mode(file) for file in files} == dict.fromkeys(
            ("duban.db", "duban.db-wal", "duban.db-shm", "duban.toml"), 384
        )


def test_s20_letters_evidence_and_backups_are_their_owners_alone(house: House):
    before = os.umask(0)
    try:
        OutboxFolder(house.folder / "outbox").post(b"Date: x\r\n\r\nx\r\n", "a@example.org", "b@example.org")
        kept = put_away(house.folder / "evidence", "a.pdf", "application/pdf", b"x")
        house.duban("db", "backup", "old.db", check=True)
        house.duban("db", "copy", "copy.db", check=True)
    finally:
        os.umask(before)
    (letter,) = (house.folder / "outbox").iterdir()
    file = path_of(house.folder / "evidence", kept.sha256)
    assert [mode(path) for path in (letter, file, house.folder / "old.db", house.folder / "copy.db")] == [0o600] * 4
    assert [mode(path) for path in (letter.parent, file.parent, file.parent.parent)] == [0o700] * 3


def test_s20_a_ledger_that_others_can_read_is_told_of(house: House):
    house.folder.chmod(0o755)
    settings, database = Settings(), house.database()
    now = datetime(2026, 3, 2, tzinfo=UTC)
    patient = Patient(settings, None, database, house.folder, date(2026, 3, 2), int(now.timestamp()))
    assert [sign.verdict for sign in privacy(patient)] == ["good"]
    (house.folder / "duban.db").chmod(0o644)
    reachable = all(folder.stat().st_mode & 0o001 for folder in (house.folder / "duban.db").resolve().parents)
    assert [sign.verdict for sign in privacy(patient)] == ["odd" if reachable else "good"]
    database.close()
