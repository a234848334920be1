"""Whether the house is well: what has to be seen within five minutes, and what a check-up finds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from notifications.postman import PostError
from scheduler import releasing
from scheduler.checkup import Patient, configuration, look_over
from scheduler.health import Health, examine, metrics
from scheduler.job import do_job
from scheduler.settings import Settings
from store import outbox
from store.database import Database, run
from tests.mailserver import Desk, serving
from tests.office import SETTINGS, Office
from tests.test_apply import PLAN
from tests.test_sending import pass_by

NOW = 1_519_864_200  # 2018-03-01 08:30 in Shanghai
ZONE = ZoneInfo("Asia/Shanghai")
ROOT = Path(__file__).parents[1]


@pytest.fixture
def real(office: Office) -> Office:
    """Return an office whose ledger is no rehearsal, with letters due."""
    office.apply(PLAN, "2018-03-01", release=True)
    with office.database.write() as connection:
        run(connection, "UPDATE house SET rehearsal = :no", no=False)
    return office


def look(office: Office, now: int = NOW) -> Health:
    with office.database.read() as connection:
        return examine(connection, now, ZONE)


def work(office: Office, now: int = NOW) -> None:
    do_job(office.database, office.settings, office.box, now)


def troubles(office: Office, now: int = NOW) -> str:
    return " ".join(str(one) for one in look(office, now).troubles)


def test_a_house_whose_letters_leave_is_well(real: Office):
    work(real)
    found = look(real, NOW + 299)
    assert (found.is_well, found.last_round, found.waiting, found.failed) == (True, 299, 0, 0)


def test_a_house_without_rounds_is_not_well_after_five_minutes(real: Office):
    """R17: the silent dead worker is seen."""
    assert "No round" in troubles(real)
    work(real)
    assert "08:30" in troubles(real, NOW + 301)


def test_a_mail_server_out_of_reach_is_seen_at_once(real: Office):
    real.box.refusals = [PostError("away", began_data=False, code=0, text="no route to host")]
    work(real)
    assert "no route to host" in troubles(real)


def test_one_letter_put_off_is_seen_within_five_minutes(real: Office):
    real.box.refusals = [PostError("temporary", began_data=False, code=450, text="greylisted")]
    work(real)
    assert look(real).is_well
    pass_by(real, 300)
    assert "tried in vain: 1" in troubles(real)


def test_the_letter_in_a_senders_hand_is_not_tried_in_vain_until_it_is_there_for_five_minutes(real: Office):
    with real.database.write() as connection:
        run(connection, "UPDATE house SET held = 'not yet'")
    work(real)
    pass_by(real, 600)
    with real.database.write() as connection:
        letter = outbox.next_ready(connection)
        assert letter
        outbox.begin(connection, letter, "at it")
    assert look(real).put_off == 0
    pass_by(real, 301)
    assert look(real).put_off == 1


def test_letters_nobody_hands_over_are_seen(real: Office):
    real.box.refusals = [PostError("away", began_data=False, code=0, text="no route")]
    work(real)
    pass_by(real, 400)
    with real.database.write() as connection:
        run(connection, "UPDATE house SET post_trouble = ''")
        run(connection, "UPDATE letter SET began = :no, tried_at = NULL", no=False)
    assert "nobody hands over" in troubles(real)


def test_a_letter_refused_for_good_is_seen_until_somebody_deals_with_it(real: Office):
    from scheduler import failed

    real.box.refusals = [PostError("permanent", began_data=False, code=550, text="no such user")] * 2
    work(real)
    assert look(real).failed == 2
    first, second = (one["id"] for one in real.rows("SELECT id FROM letter WHERE state = 'dead' ORDER BY id"))
    with real.act("2018-03-01") as act:
        failed.try_again(act, first)
        failed.leave(act, second)
    decided = real.rows("SELECT DISTINCT kind, actor FROM event WHERE kind IN ('again', 'left') ORDER BY kind")
    assert [(one["kind"], one["actor"]) for one in decided] == [("again", "clerk"), ("left", "clerk")]
    work(real, NOW + 60)
    assert look(real, NOW + 60).is_well
    assert real.rows("SELECT state FROM letter WHERE id = :id", id=first)[0]["state"] == "sent"
    assert {one["reason"] for one in real.rows("SELECT reason FROM notice WHERE state = 'suppressed' AND letter IS NULL"
            " AND reason = 'dropped'")} == {"dropped"}  # fmt: skip


def test_a_hold_is_told_but_is_nobodys_failure(real: Office):
    work(real)
    with real.act("2018-03-01") as act:
        releasing.hold(act, "moving house")
    found = look(real)
    assert (found.is_well, found.holds) == (True, (("", "moving house"),))


def test_a_clock_that_jumped_is_seen(real: Office):
    work(real)
    assert "resume" in troubles(real, NOW + 30 * 86400)


def test_resume_says_that_a_clock_in_doubt_counts_as_right(tmp_path: Path):
    assert duban("init", ".", where=tmp_path).returncode == 0
    assert duban("round", where=tmp_path).returncode == 0
    ledger = Database(f"sqlite:///{tmp_path / 'duban.db'}")
    with ledger.write() as connection:
        run(connection, "UPDATE house SET rounded_at = rounded_at - 864000")
    ledger.close()
    assert "duban resume" in duban("round", where=tmp_path).stderr
    assert duban("resume", where=tmp_path).stdout == "The clock counts as right, and rounds go on.\n"
    assert duban("round", where=tmp_path).returncode == 0


def test_a_clock_put_back_behind_the_ledger_is_seen(real: Office):
    """Rounds of a timer and acts of the desk are refused then: no day may become unsure."""
    work(real)
    assert "the ledger already holds 2018-03-01" in troubles(real, NOW - 86400)


def test_the_figures_read_as_prometheus_wants_them(real: Office):
    work(real)
    lines = metrics(look(real)).splitlines()
    assert "duban_well 1" in lines
    assert "duban_letters_waiting 0" in lines
    assert all(line.startswith("#") or len(line.split()) == 2 for line in lines)


def patient(office: Office, tmp_path: Path, **mail: object) -> Patient:
    settings = Settings(**{**SETTINGS, "mail": {**SETTINGS["mail"], "sender": "duban@office.test", **mail}})
    file = tmp_path / "duban.toml"
    file.write_text('[mail]\npassword = "secret"\n')
    file.chmod(0o644)
    return Patient(settings, file, office.database, tmp_path, date(2018, 3, 1), NOW)


def test_a_check_up_says_what_is_bad_and_what_is_good(real: Office, tmp_path: Path):
    with serving(Desk()) as port:
        signs = look_over(patient(real, tmp_path, host="127.0.0.1", port=port, password="secret"))
    verdicts = {(sign.name, sign.verdict) for sign in signs}
    assert {("configuration", "bad"), ("ledger", "good"), ("mail", "good"), ("disk", "good")} <= verdicts
    assert ("holidays", "good") in verdicts
    assert not [sign for sign in signs if "secret" in str(sign.says)]


def test_a_mail_server_that_refuses_the_sender_is_found_before_a_letter_is(real: Office, tmp_path: Path):
    """M23: SPF, DKIM and DMARC are the relay's, so the sender must be one it takes; the page says so."""
    server = Desk(MAIL="550 5.7.1 sender not allowed")
    with serving(server) as port:
        signs = look_over(patient(real, tmp_path, host="127.0.0.1", port=port))
    (said,) = (str(sign.says) for sign in signs if sign.name == "mail")
    assert said.endswith("5.7.1 sender not allowed")
    assert server.letters == []
    page = (ROOT / "docs" / "howto" / "letters.md").read_text("utf-8")
    assert "SPF, DKIM and DMARC are set up for its domain, so `sender` must be an address of that domain" in page


def test_s20_a_password_file_that_others_can_read_is_bad(real: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    secret = tmp_path / "password"
    secret.write_text("hidden")
    monkeypatch.setenv("DUBAN_MAIL__PASSWORD_FILE", str(secret))
    for mode, bad in ((0o644, True), (0o600, False)):
        secret.chmod(mode)
        said = [str(sign.says) for sign in look_over(patient(real, tmp_path)) if sign.verdict == "bad"]
        assert any(str(secret) in one for one in said) is bad
        assert not any("hidden" in one for one in said)


def test_s20_whatever_secret_stands_in_settings_that_others_can_read_is_bad(real: Office, tmp_path: Path):
    on_server = Database("postgresql+psycopg://lin:a%2Fb@127.0.0.1/x")
    of_figures = Settings(**{**SETTINGS, "metrics_token": "sesame"})
    for text, settings, url, bad in (
        ('database = "postgresql://lin:a%2Fb@127.0.0.1/x"', Settings(**SETTINGS), on_server.engine.url, True),
        ('metrics_token = "sesame"', of_figures, real.database.engine.url, True),
        ('password_file = "beside"', Settings(**SETTINGS), real.database.engine.url, False),
    ):
        file = tmp_path / "duban.toml"
        file.write_text(text)
        file.chmod(0o644)
        kept = SimpleNamespace(engine=SimpleNamespace(url=url))
        looked = Patient(settings, file, kept, tmp_path, date(2018, 3, 1), NOW)  # type: ignore[arg-type]
        assert any("chmod 600" in str(sign.says) for sign in configuration(looked)) is bad, text
        file.chmod(0o600)
        assert not any("chmod 600" in str(sign.says) for sign in configuration(looked))
    on_server.close()


def test_a_check_up_says_whether_bounces_are_read(real: Office, tmp_path: Path):
    def verdict(**mail: object) -> list[tuple[str, str]]:
        signs = look_over(patient(real, tmp_path, **mail))
        return [(sign.verdict, str(sign.says)) for sign in signs if sign.name == "bounces"]

    assert verdict() == []
    assert verdict(host="127.0.0.1", port=1)[0][0] == "odd"
    box = tmp_path / "box"
    assert verdict(bounces=box)[0] == (
        "bad",
        f"bounces can't be read in {box / 'new'}: there is no such file or folder",
    )
    for name in ("new", "cur"):
        (box / name).mkdir(parents=True)
    assert verdict(bounces=box)[0][0] == "good"


def duban(*arguments: str, where: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command, env = [sys.executable, str(ROOT / "cli.py"), *arguments], os.environ | environment
    return subprocess.run(command, cwd=where, env=env, capture_output=True, text=True, check=False)


def test_health_and_doctor_answer_at_the_command_line(tmp_path: Path):
    assert duban("init", ".", where=tmp_path).returncode == 0
    ill = duban("health", "--format", "json", where=tmp_path)
    assert (ill.returncode, json.loads(ill.stdout)["well"]) == (1, False)
    assert duban("round", where=tmp_path).returncode == 0
    assert duban("health", where=tmp_path).stdout.startswith("All is well.")
    signs = json.loads(duban("doctor", "--format", "json", where=tmp_path).stdout)
    assert {"name", "verdict", "says"} == signs[0].keys()
    assert duban("outbox", "--failed", where=tmp_path).stdout == "The outbox is empty.\n"
    assert "was not refused" in duban("outbox", "--again", "7", where=tmp_path).stderr


def test_a_check_up_of_a_rehearsal_asks_no_mail_server(office: Office, tmp_path: Path):
    office.apply(PLAN, "2018-03-01")
    server = Desk()
    with serving(server) as port:
        signs = look_over(patient(office, tmp_path, host="127.0.0.1", port=port))
    assert not server.sessions
    (said,) = (str(sign.says) for sign in signs if sign.name == "mail")
    assert said.startswith("this is a rehearsal: no mail server is asked")
