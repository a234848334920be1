"""Copies of a ledger: a backup taken in use, one put back without sending anything again, and the way to a server."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import icalendar
import pytest

from benchmarks.listing import fill
from commands import data
from commands.data import BEGINNING
from notifications.speech import Speech
from plans.trouble import LedgerError
from scheduler import desk
from scheduler.calendars import feed_bytes
from scheduler.job import do_job
from scheduler.settings import database_url
from store import soundness
from store.backup import back_up, compare, copy, put_back, swap
from store.database import SCHEMA, Database, insert, row, run
from store.journal import Journal
from store.ledger import outrun
from store.reader import open_ledger
from store.refusals import because
from store.replay import replay
from store.tables import House
from store.tokens import Grant
from tests import server
from tests.office import Office
from tests.test_apply import PLAN
from tests.test_health import NOW, duban

DAY = 86400


@pytest.fixture
def kept(url: str, tmp_path: Path) -> Iterator[tuple[Office, Journal]]:
    """Return an office that is no rehearsal, with a journal of what it sent."""
    with Office.open(url) as office:
        with office.database.write() as connection:
            run(connection, "UPDATE house SET rehearsal = :no", no=False)
        yield office, Journal(tmp_path / "sent")


def work(office: Office, journal: Journal, now: int) -> int:
    return do_job(office.database, office.settings, office.box, now, journal=journal).sent


def test_a_backup_is_the_ledger_row_for_row(kept: tuple[Office, Journal], tmp_path: Path):
    office, journal = kept
    office.apply(PLAN, "2018-03-01", release=True)
    work(office, journal, NOW)
    counts = back_up(office.database, tmp_path / "backup.db")
    assert counts["letter"] == len(office.box.letters) > 0
    copied = Database(f"sqlite:///{tmp_path / 'backup.db'}")
    assert compare(office.database, copied) == counts
    copied.close()
    assert not list(tmp_path.glob(".backup*"))
    assert (tmp_path / "backup.db").stat().st_mode & 0o777 == 0o600
    with pytest.raises(LedgerError, match="there already"):
        back_up(office.database, tmp_path / "backup.db")


def test_a_backup_put_back_sends_nothing_again(kept: tuple[Office, Journal], tmp_path: Path):
    """R14: the journal knows what the backup doesn't."""
    office, journal = kept
    office.apply(PLAN, "2018-05-14", release=True)
    for day in range(4):
        work(office, journal, NOW + (74 + day) * DAY)
    back_up(office.database, tmp_path / "backup.db")
    for day in range(4, 15):
        work(office, journal, NOW + (74 + day) * DAY)
    assert len(office.box.letters) > 4
    restored = Database(f"sqlite:///{put_back(tmp_path / 'backup.db', tmp_path / 'restored.db')}")
    with restored.write() as connection:
        told = replay(connection, journal.since(BEGINNING))
    assert told.letters > 0
    assert told.unknown == 0
    again = Office(restored, office.settings)
    with restored.write() as connection:
        run(connection, "UPDATE house SET rounded_at = :at", at=NOW + 88 * DAY)
        assert soundness.examine(connection) == []
    assert work(again, Journal(tmp_path / "other"), NOW + 88 * DAY) == 0
    restored.close()


def sequences(office: Office) -> dict[str, int]:
    """Return UID -> SEQUENCE as the calendar of everything shows them."""
    with office.database.read() as connection:
        body = feed_bytes(connection, office.settings, Grant("feed", {}, {}, "all"), date(2018, 3, 12))
    events = icalendar.Calendar.from_ical(body).walk("VEVENT")
    return {str(event["uid"]): int(event["sequence"]) for event in events}


def test_a_backup_put_back_shows_calendars_nothing_older_than_they_have(office: Office, tmp_path: Path):
    office.apply(PLAN, "2018-03-01", release=True)
    back_up(office.database, tmp_path / "backup.db")
    more = PLAN + "  - {id: later, title: 后来加的, lead: 安全处, due: 2018-06-20}\n"
    office.apply(more, "2018-03-02")
    for day in range(5, 10):  # a row that came after the backup, changed day by day
        office.do(desk.extend, "later", f"2018-03-0{day}", date(2018, 6, 20 + day - 4), "")
    office.do(desk.extend, "drill", "2018-03-09", date(2018, 6, 30), "")
    seen = sequences(office)
    restored = Database(f"sqlite:///{put_back(tmp_path / 'backup.db', tmp_path / 'restored.db')}")
    again = Office(restored, office.settings)
    revision = again.rows("SELECT revision FROM house")[0]["revision"]

    with restored.write() as connection:
        outrun(connection, NOW)
    again.apply(more, "2018-03-09")

    shown = sequences(again)
    assert shown.keys() == seen.keys()
    assert all(shown[uid] > seen[uid] for uid in seen)
    assert again.rows("SELECT revision FROM house")[0]["revision"] > revision
    with restored.write() as connection:  # and once more, a moment later
        outrun(connection, NOW)
    assert all(number > shown[uid] for uid, number in sequences(again).items())
    restored.close()


def test_a_journal_read_twice_tells_nothing_new(kept: tuple[Office, Journal]):
    office, journal = kept
    office.apply(PLAN, "2018-03-01", release=True)
    work(office, journal, NOW)
    lines = list(journal.since(BEGINNING))
    with office.database.write() as connection:
        assert replay(connection, lines).letters == 0


def test_a_ledger_moves_to_a_server_and_back(office: Office, tmp_path: Path):
    """R15: counted and compared."""
    office.apply(PLAN, "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-03-02")
    with server.fresh_database() as there:
        moved, back = Database(there), Database(f"sqlite:///{tmp_path / 'back.db'}")
        counts = copy(office.database, moved)
        assert copy(moved, back) == counts == compare(office.database, back)
        with pytest.raises(LedgerError, match="a ledger already"):
            copy(office.database, moved)
        again = Office(moved, office.settings)
        again.apply(PLAN.replace("5月25日前", "5月28日前"), "2018-03-05")
        assert again.round("2018-05-22").troubles == []
        moved.close()
        back.close()


def test_a_copy_that_differs_is_found(office: Office, tmp_path: Path):
    office.apply(PLAN, "2018-03-01")
    back_up(office.database, tmp_path / "backup.db")
    with office.database.write() as connection:
        run(connection, "UPDATE task SET title = title || '.' WHERE id = 'drill'")
    copied = Database(f"sqlite:///{tmp_path / 'backup.db'}")
    with pytest.raises(LedgerError, match="differs in task"):
        compare(office.database, copied)
    copied.close()


def test_a_backup_that_cannot_be_written_says_why(office: Office, tmp_path: Path):
    with pytest.raises(LedgerError, match="no such file or folder"):
        back_up(office.database, tmp_path / "nowhere" / "backup.db")


def test_what_is_no_backup_is_refused_and_the_ledger_stays(tmp_path: Path):
    assert duban("init", ".", where=tmp_path).returncode == 0
    before = (tmp_path / "duban.db").read_bytes()
    (tmp_path / "noise").write_bytes(os.urandom(8192))
    sqlite3.connect(tmp_path / "empty.db").execute("CREATE TABLE t (x)").connection.close()
    for name in ("noise", "empty.db", "none.db"):
        refused = duban("db", "restore", name, where=tmp_path)
        assert (refused.returncode, "Traceback" in refused.stderr) == (4, False), refused
    assert (tmp_path / "duban.db").read_bytes() == before
    assert not list(tmp_path.glob(".*restoring*"))


@pytest.mark.parametrize("shape", ["a backup", "with its log", "set aside"])
@pytest.mark.parametrize("onto", ["file", "server"])
def test_r14_a_backup_is_put_back_from_a_folder_that_stays_as_it_is(tmp_path: Path, shape: str, onto: str):
    house, shelf = tmp_path / "house", tmp_path / "shelf"
    for folder in (house, shelf):
        folder.mkdir()
    assert duban("init", ".", where=house).returncode == 0
    open_ = Database(f"sqlite:///{house / 'duban.db'}")
    with open_.write() as connection:
        run(connection, "UPDATE house SET held = 'of the backup'")
    if shape == "a backup":
        back_up(open_, shelf / "backup.db")
    if shape == "set aside":
        open_.close()  # its log is folded into the file, which goes on to say that it has one
    for end in {"a backup": (), "with its log": ("", "-wal"), "set aside": ("",)}[shape]:
        shutil.copyfile(house / f"duban.db{end}", shelf / f"backup.db{end}")
    open_.close()
    before = {file.name: file.read_bytes() for file in shelf.iterdir()}
    with contextlib.ExitStack() as stack:
        there = stack.enter_context(server.fresh_database()) if onto == "server" else ""
        if there:
            empty = Database(there)
            empty.upgrade()
            empty.close()
        shelf.chmod(0o500)
        done = duban("db", "restore", str(shelf / "backup.db"), where=house, DUBAN_DATABASE_URL=there)
        shelf.chmod(0o700)
        assert done.returncode == 0, done.stderr
        restored = Database(there or f"sqlite:///{house / 'duban.db'}")
        with restored.read() as connection:
            assert row(connection, "SELECT held FROM house")["held"] == "of the backup"
        restored.close()
    assert {file.name: file.read_bytes() for file in shelf.iterdir()} == before
    assert not list(house.glob(".*restoring*"))


def test_r14_what_was_sent_is_known_before_workers_of_a_server_can_see_a_backup_put_back(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Killed in between, or seen by a worker, the server would hold yesterday's letters as unsent."""
    with office.database.write() as connection:
        run(connection, "UPDATE house SET rehearsal = :no", no=False)
    office.apply(PLAN, "2018-03-01", release=True)
    back_up(office.database, tmp_path / "backup.db")
    sent = work(office, Journal(tmp_path / "sent"), NOW)

    def killed(written: Database, target: Database) -> dict[str, int]:
        copy(written, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(data.backup_, "copy", killed)
    with server.fresh_database() as url:
        with pytest.raises(KeyboardInterrupt):
            data._into_server(Speech("en"), tmp_path / "backup.db", url, [tmp_path / "sent"])
        target = Database(url)
        with target.read() as connection:
            known = row(connection, "SELECT count(*) AS n FROM letter WHERE state = 'sent'")
        target.close()
    assert known == {"n": sent} != {"n": 0}


@pytest.mark.parametrize("changes", ["in the log", "in the file"])
def test_what_can_only_be_read_is_read_whole_or_not_at_all(tmp_path: Path, changes: str):
    """R4, R5: where SQLite can't make its index it passes over the log; the last changes may be in there alone."""
    for name in ("house", "shelf"):
        (tmp_path / name).mkdir()
    assert duban("init", ".", where=tmp_path / "house").returncode == 0
    database = Database(f"sqlite:///{tmp_path / 'house' / 'duban.db'}")
    with database.write() as connection:
        run(connection, "UPDATE house SET held = 'the last change'")
    if changes == "in the file":
        database.close()
    for file in (tmp_path / "house").glob("duban.db*"):
        shutil.copyfile(file, tmp_path / "shelf" / file.name)
    database.close()
    (tmp_path / "shelf" / "duban.db-shm").unlink(missing_ok=True)
    (tmp_path / "shelf" / "duban.db-shm").symlink_to(
        "/nowhere/at/all"
    )  # as on a disk that can only be read, to root too
    there = str(tmp_path / "shelf" / "duban.db")
    if changes == "in the log":
        with pytest.raises(LedgerError, match="may not write into its folder"):
            open_ledger(there)
    else:
        reader = open_ledger(there)
        assert reader("SELECT held FROM house") == [{"held": "the last change"}]
        reader.close()


def test_a_damaged_ledger_is_said_to_be_and_can_be_replaced(tmp_path: Path):
    """R19: what to do is said."""
    assert duban("init", ".", where=tmp_path).returncode == 0
    assert duban("db", "backup", "backup.db", where=tmp_path).returncode == 0
    with (tmp_path / "duban.db").open("rb+") as file:
        for page in range(1, 20):
            file.seek(page * 4096)
            file.write(bytes(4096))
    for command in (("db", "check"), ("round",), ("health",), ("doctor",)):
        found = duban(*command, where=tmp_path)
        assert (found.returncode, "duban db restore" in found.stderr) == (4, True), found
    done = duban("db", "restore", "backup.db", where=tmp_path)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.glob("duban.db.before-*"))
    assert duban("db", "check", where=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (sqlite3.SQLITE_FULL, "磁盘已满"),
        (sqlite3.SQLITE_IOERR | 19 << 8, "磁盘已满或有故障（SQLITE_IOERR_SHMSIZE）；可用 `df` 查看剩余空间"),
        (sqlite3.SQLITE_BUSY, "一直有别的程序在写入；请过一分钟再试"),
        (sqlite3.SQLITE_READONLY, "当前账户无权写入该文件或其所在文件夹"),
        (sqlite3.SQLITE_ERROR, "as SQLite says it"),
    ],
)
def test_what_a_file_refuses_is_said_in_words_of_an_office(code: int, words: str):
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode, error.sqlite_errorname = code, "SQLITE_IOERR_SHMSIZE"
    said = because(error)
    assert (said if isinstance(said, str) else Speech("zh").sentence(said)) == words


def test_a_server_out_of_reach_is_said_to_be():
    nobody = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(LedgerError, match="refuses or can't be reached"), nobody.read():
        pass
    with pytest.raises(LedgerError, match="refuses or can't be reached"):
        open_ledger("postgresql://nobody@127.0.0.1:1/none")


@pytest.mark.parametrize("links", [True, False])
def test_a_ledger_is_in_place_at_every_moment_of_a_restore(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
):
    assert duban("init", ".", where=tmp_path).returncode == 0
    assert duban("db", "backup", "backup.db", where=tmp_path).returncode == 0
    ledger, aside = tmp_path / "duban.db", tmp_path / "aside"
    before = ledger.stat().st_ino

    def refused(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    def replaced(path: Path, target: Path) -> None:
        there.append(ledger.exists())
        replace(path, target)

    replace, there = Path.replace, list[bool]()
    monkeypatch.setattr(Path, "replace", replaced)
    if not links:
        monkeypatch.setattr(Path, "hardlink_to", refused)
    swap(put_back(tmp_path / "backup.db", ledger), ledger, aside)
    assert all(there) is links
    assert aside.stat().st_ino == before
    assert duban("db", "check", where=tmp_path).returncode == 0


@pytest.mark.parametrize("address", ["mysql://lin:secret@h/x", "postgresql://lin:secret@h:x/y", "postgresql:/secret"])
@pytest.mark.parametrize("command", ["health", "overdue"])
def test_s20_an_address_nobody_understands_is_said_to_be_without_its_password(
    tmp_path: Path, address: str, command: str
):
    assert duban("init", ".", where=tmp_path).returncode == 0
    done = duban(command, where=tmp_path, DUBAN_DATABASE_URL=address)
    assert done.returncode == 4
    if "://" in address:
        assert "postgresql://NAME:PASSWORD@HOST" in done.stderr
        assert "secret" not in done.stderr


def test_a_server_may_be_called_postgres_and_its_driver_may_be_missing(monkeypatch: pytest.MonkeyPatch):
    for name in ("postgres", "postgresql"):
        url = database_url(f"{name}://nobody@127.0.0.1:1/none", Path())
        with pytest.raises(LedgerError, match="refuses or can't be reached"), Database(url).read():
            pass
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(LedgerError, match="cluster"):
        Database(url)


def test_a_ledger_somebody_has_open_is_not_replaced(tmp_path: Path):
    assert duban("init", ".", where=tmp_path).returncode == 0
    assert duban("db", "backup", "backup.db", where=tmp_path).returncode == 0
    open_ = Database(f"sqlite:///{tmp_path / 'duban.db'}")
    with open_.engine.connect() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM house").fetchall()
        done = duban("db", "restore", "backup.db", where=tmp_path)
    open_.close()
    assert (done.returncode, "open" in done.stderr) == (4, True), done


def test_what_a_database_refuses_is_said_with_the_ledger_it_is_about(tmp_path: Path):
    """A house may have several; a message without a name sends its reader to the wrong one."""
    path, folder, noise = tmp_path / "duban.db", tmp_path / "folder.db", tmp_path / "noise.db"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    with database.write(), pytest.raises(LedgerError) as busy, Database(f"sqlite:///{path}").write(patience=1):
        pass
    folder.mkdir()
    noise.write_bytes(b"noise " * 1000)
    refused = [str(Speech("zh").sentence(busy.value.sentence))]
    for other in (folder, noise):
        with pytest.raises(LedgerError) as unusable:
            Database(f"sqlite:///{other}").upgrade()
        refused.append(Speech("zh").sentence(unusable.value.sentence))
    assert [told.split("：")[0].split("（")[0] for told in refused] == [
        f"台账 {path} 无法写入", f"台账 {folder} 无法打开", f"台账 {noise} 已损坏",
    ]  # fmt: skip
    server = Database("postgresql+psycopg://clerk:secret@db.example.org/duban")
    assert server.called == "postgresql+psycopg://clerk:***@db.example.org/duban"


def test_a_newer_ledger_is_refused_by_an_older_program(url: str):
    """R15: an old program leaves a new ledger alone."""
    database = Database(url)
    database.upgrade()
    with database.write() as connection:
        run(connection, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LedgerError, match="newer duban"):
        database.upgrade()
    with pytest.raises(LedgerError, match="newer duban"):
        open_ledger(str(database.file or url))
    with database.write() as connection:
        run(connection, "UPDATE alembic_version SET version_num = :schema", schema=SCHEMA)
    database.close()


def test_a_ledger_that_does_not_hold_together_is_found(office: Office):
    office.apply(PLAN, "2018-03-01", release=True)
    office.round("2018-03-01")
    with office.database.write() as connection:
        assert soundness.examine(connection) == []
        run(connection, "DELETE FROM letter WHERE id = (SELECT min(id) FROM letter)")
        run(connection, "UPDATE letter SET receipt = ''")
        run(connection, "UPDATE occurrence SET state = 'done' WHERE task = 'drill'")
        assert len(soundness.examine(connection)) == 3


def test_to_look_whether_a_ledger_holds_together_grows_with_the_ledger_and_no_faster(tmp_path: Path):
    """SQLite counts its own steps: no clock is asked."""
    steps = {}
    for tasks in (500, 2_000):
        folder = tmp_path / str(tasks)
        folder.mkdir()
        fill(folder, tasks)
        with (
            contextlib.closing(Database(f"sqlite:///{folder / 'duban.db'}")) as database,
            database.read() as connection,
        ):
            count = itertools.count(1)
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.set_progress_handler(lambda count=count: next(count) and 0, 100)
            assert soundness.examine(connection) == []
            driver.set_progress_handler(None, 0)
            steps[tasks] = next(count)
    assert steps[2_000] < 5 * steps[500]


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed: it kills at the n-th write")
@pytest.mark.parametrize("n", range(1, 30, 5))
def test_a_migration_killed_anywhere_leaves_the_old_schema_or_the_new_one(tmp_path: Path, n: int):
    """R15: never half."""
    program = "import sys; from store.database import Database; Database('sqlite:///' + sys.argv[1]).upgrade()"
    file = tmp_path / "duban.db"
    inject = f"inject=pwrite64,fdatasync,fsync:signal=KILL:when={n}"
    command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64,fdatasync,fsync", "-e", inject]
    killed = subprocess.run([*command, sys.executable, "-c", program, str(file)], check=False, capture_output=True)
    database = Database(f"sqlite:///{file}")
    before = database.revision()
    database.upgrade()
    with database.write() as connection:
        insert(connection, House(word="w"))
    assert before in (None, SCHEMA)
    assert database.damage() == ""
    if killed.returncode == 0:
        assert before == SCHEMA
    else:
        assert killed.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)
    database.close()
