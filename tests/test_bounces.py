"""What comes back: a report that a letter wasn't delivered is told of, and nothing else is taken for one."""

from __future__ import annotations

import errno
import json
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifications.bounces import LARGEST, envelope, read_bounce
from notifications.maildir import Maildir
from notifications.speech import Speech
from scheduler import desk, failed, returned
from scheduler.desk_list import DeskList
from scheduler.health import examine
from scheduler.job import do_job
from scheduler.matters import Desk as Look
from scheduler.returned import Returned, take_in
from scheduler.settings import Settings
from store.database import run
from store.journal import Journal, entry
from store.replay import replay
from tests.office import SETTINGS, Office
from tests.test_apply import PLAN
from tests.test_health import NOW, ZONE, work
from tests.test_ladder_events import LIGHTS
from tests.test_sending import WANG, begun, letter_to, make_drain, pass_by

MOST = 3  # files of one round, here

# As Postfix 3.7 writes it; only the letter it sends back is shorter here.
POSTFIX = """Return-Path: <>
X-Original-To: {sender}
Delivered-To: {sender}
Received: by mail.example.org (Postfix)
\tid AAD2A21E465; Wed, 25 Nov 2026 19:34:10 +0000 (UTC)
Date: Wed, 25 Nov 2026 19:34:10 +0000 (UTC)
From: Mail Delivery System <MAILER-DAEMON@mail.example.org>
Subject: Undelivered Mail Returned to Sender
To: {sender}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="A23D221E411.1795635250/mail.example.org"
Content-Transfer-Encoding: 8bit
Message-Id: <20261125193410.AAD2A21E465@mail.example.org>

This is a MIME-encapsulated message.

--A23D221E411.1795635250/mail.example.org
Content-Description: Notification
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

This is the mail system at host mail.example.org.

<wang@example.org>: {why}

--A23D221E411.1795635250/mail.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org
X-Postfix-Queue-ID: A23D221E411
X-Postfix-Sender: rfc822; {sender}
Arrival-Date: Wed, 25 Nov 2026 19:34:10 +0000 (UTC)

Final-Recipient: rfc822; wang@example.org
Original-Recipient: rfc822;wang@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {why}

--A23D221E411.1795635250/mail.example.org
Content-Description: Undelivered Message
Content-Type: {kind}
Content-Transfer-Encoding: 8bit

Return-Path: <{sender}>
From: duban@example.org
To: wang@example.org
Message-ID: {message_id}

--A23D221E411.1795635250/mail.example.org--
"""

VACATION = """Return-Path: <>
From: Wang <wang@example.org>
To: duban@example.org
Subject: Auto: away
Auto-Submitted: auto-replied (vacation)
In-Reply-To: {message_id}
References: {message_id}
Content-Type: text/plain; charset=gb18030
Content-Transfer-Encoding: 8bit

I am away until Monday. 550 5.1.1
"""


def report(message_id: str, **other: str) -> bytes:
    values = {
        "sender": "duban@example.org", "action": "failed", "status": "5.1.1", "kind": "message/rfc822",
        "why": "550 5.1.1 <wang@example.org>: no such user", "message_id": message_id,
    } | other  # fmt: skip
    return POSTFIX.format(**values).encode()


@pytest.fixture
def mailbox(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "bounces" / name).mkdir(parents=True)
    return tmp_path / "bounces"


@pytest.fixture
def sent(office: Office, mailbox: Path) -> Office:
    """Return an office that is no rehearsal, whose first letters were taken over."""
    office.settings = Settings(**{**SETTINGS, "mail": {**SETTINGS["mail"], "bounces": mailbox}})
    office.apply(PLAN, "2018-03-01", release=True)
    with office.database.write() as connection:
        run(connection, "UPDATE house SET rehearsal = :no", no=False)
    work(office)
    return office


def arrives(mailbox: Path, data: bytes, name: str = "1.a.host") -> None:
    (mailbox / "new" / name).write_bytes(data)


def look_in(office: Office, mailbox: Path) -> Returned:
    return take_in(office.database, mailbox)


def states(office: Office) -> set[str]:
    return {one["state"] for one in office.rows("SELECT state FROM letter")}


def laid(mailbox: Path) -> dict[str, list[str]]:
    return {name: sorted(file.name for file in (mailbox / name).iterdir()) for name in ("new", "cur")}


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_m22_a_letter_that_came_back_is_marked_and_its_report_put_away(sent: Office, mailbox: Path, kind: str):
    arrives(mailbox, report(letter_to(sent)["message_id"], kind=kind))
    work(sent, NOW + 60)
    letter = letter_to(sent)
    assert (letter["state"], letter["error"]) == (
        "bounced", "wang@example.org: 550 5.1.1 <wang@example.org>: no such user"
    )  # fmt: skip
    assert laid(mailbox) == {"new": [], "cur": ["1.a.host:2,S"]}
    others = sent.rows("SELECT state FROM letter WHERE address <> :wang", wang=WANG)
    assert {one["state"] for one in others} == {"sent"}


def test_m22_a_letter_that_came_back_is_told_to_the_desk_and_to_whoever_watches(sent: Office, mailbox: Path):
    arrives(mailbox, report(letter_to(sent)["message_id"]))
    work(sent, NOW + 60)
    with sent.database.read() as connection:
        health = examine(connection, NOW + 60, ZONE)
        looked = Look(connection, sent.settings.send_at)
        (line,) = (
            one for one in DeskList(looked, date(2018, 3, 1), list(looked.plans)).lines() if one.section == "bounced"
        )
    assert (health.is_well, health.bounced, "came back: 1" in str(health.troubles[0])) == (False, 1, True)
    assert (line.person, "no such user" in line.text) == (WANG, True)
    sent.box.letters.clear()
    work(sent, NOW + 86_400)
    (morning,) = (letter for letter in sent.mail if "lin@example.org" in letter["To"])
    assert "退" in morning["Subject"] or "came back" in morning["Subject"]


def test_m22_nobody_is_written_to_again_by_itself(sent: Office, mailbox: Path):
    sent.box.letters.clear()
    arrives(mailbox, report(letter_to(sent)["message_id"]))
    for minute in range(1, 4):
        work(sent, NOW + 60 * minute)
        pass_by(sent, 4 * 3600)
    assert sent.box.letters == []


def test_a_letter_that_came_back_is_written_anew_to_the_corrected_address_when_somebody_says_so(
    sent: Office, mailbox: Path
):
    letter = letter_to(sent)
    arrives(mailbox, report(letter["message_id"]))
    work(sent, NOW + 60)
    sent.box.letters.clear()
    with sent.database.write() as connection:
        run(connection, "UPDATE person SET mail = 'wang.er@example.org' WHERE id = 'wang'")
    with sent.act("2018-03-01") as act:
        failed.try_again(act, letter["id"])
    work(sent, NOW + 120)
    assert [to for to, _ in sent.box.letters] == ["wang.er@example.org"]
    assert letter["message_id"].encode() not in sent.box.letters[0][1]


def test_a_letter_that_came_back_can_be_left_at_that(sent: Office, mailbox: Path):
    letter = letter_to(sent)
    arrives(mailbox, report(letter["message_id"]))
    work(sent, NOW + 60)
    with sent.act("2018-03-01") as act:
        failed.leave(act, letter["id"])
    with sent.database.read() as connection:
        assert examine(connection, NOW + 60, ZONE).is_well
    told = sent.rows("SELECT DISTINCT reason FROM notice WHERE person = 'wang' AND state = 'suppressed'")
    assert "dropped" in {one["reason"] for one in told}


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded"])
def test_m22_a_delay_is_no_failure(sent: Office, mailbox: Path, action: str):
    arrives(mailbox, report(letter_to(sent)["message_id"], action=action, status="4.4.1"))
    assert look_in(sent, mailbox) == Returned()
    assert states(sent) == {"sent"}
    assert laid(mailbox)["cur"] == ["1.a.host:2,S"]


def test_m12_m22_an_absence_note_is_no_bounce_and_stays_to_be_read(sent: Office, mailbox: Path):
    arrives(mailbox, VACATION.format(message_id=letter_to(sent)["message_id"]).encode())
    assert look_in(sent, mailbox) == Returned()
    assert states(sent) == {"sent"}
    assert laid(mailbox)["cur"] == ["1.a.host:2,"]


def test_a_forwarded_report_is_somebodys_letter(sent: Office, mailbox: Path):
    inner = report(letter_to(sent)["message_id"]).decode()
    letter = f"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: message/rfc822\n\n{inner}\n--x--\n"
    arrives(mailbox, letter.encode())
    assert look_in(sent, mailbox) == Returned()
    assert states(sent) == {"sent"}


def test_m22_a_report_of_no_letter_of_ours_is_counted_and_left(sent: Office, mailbox: Path):
    arrives(mailbox, report("<somebody.else@example.org>"), "1.a")
    arrives(mailbox, report("<x@example.org>").replace(b"Action: failed", b"\xff\xfe"), "2.a")
    assert look_in(sent, mailbox).strays == 2
    assert look_in(sent, mailbox).strays == 0, "counted once"
    assert laid(mailbox) == {"new": [], "cur": ["1.a:2,", "2.a:2,"]}
    with sent.database.read() as connection:
        found = examine(connection, NOW + 60, ZONE)
    assert (found.strays, found.is_well) == (2, True)


def test_m22_verp_names_the_letter_even_where_nothing_is_sent_back(sent: Office, mailbox: Path):
    letter = letter_to(sent)
    own = envelope("bounce@example.org", letter["id"], letter["message_id"])
    arrives(mailbox, report("<cut.off@example.org>", sender=own))
    assert look_in(sent, mailbox).bounced == 1
    assert letter_to(sent)["state"] == "bounced"


def test_m22_a_mark_that_somebody_made_up_names_no_letter(sent: Office, mailbox: Path):
    letter = letter_to(sent)
    arrives(mailbox, report("<x@example.org>", sender=f"bounce+{letter['id']}=0123456789ab@example.org"))
    assert look_in(sent, mailbox) == Returned(strays=1)
    assert states(sent) == {"sent"}


def test_m22_the_envelope_is_the_letters_own_only_where_verp_is_set(sent: Office):
    class Watching:
        senders: list[str] = []  # noqa: RUF012

        def post(self, data: bytes, sender: str, recipient: str):
            self.senders.append(sender)
            return sent_by(data, sender, recipient)

    sent_by, watch = sent.box.post, Watching()
    sent.box = watch  # type: ignore[assignment]
    for verp in ("", "bounce@example.org"):
        sent.settings = Settings(**{**SETTINGS, "mail": {**SETTINGS["mail"], "verp": verp}})
        with sent.database.write() as connection:
            run(connection, "UPDATE letter SET state = 'ready', body = :body, next_at = 0 WHERE id = 1", body=b"x\r\n")
        make_drain(sent)
    one = sent.rows("SELECT message_id FROM letter WHERE id = 1")[0]
    assert watch.senders == [SETTINGS["mail"]["sender"], envelope("bounce@example.org", 1, one["message_id"])]


def test_a_bounce_shows_that_a_letter_was_taken_though_its_250_was_never_recorded(sent: Office, mailbox: Path):
    letter = letter_to(sent)
    with sent.database.write() as connection:
        sql = "UPDATE letter SET state = 'ready', body = :body, next_at = 0 WHERE id = :id"
        run(connection, sql, body=b"x\r\n", id=letter["id"])
    claimed = begun(sent, "killed after the 250")
    arrives(mailbox, report(claimed.message_id))
    assert look_in(sent, mailbox).bounced == 1
    pass_by(sent, 3600)
    sent.box.letters.clear()
    make_drain(sent)
    assert sent.box.letters == [], "no copy to an address that doesn't exist"


def test_a_letter_never_tried_can_not_have_come_back(sent: Office, mailbox: Path):
    letter = letter_to(sent)
    with sent.database.write() as connection:
        run(connection, "UPDATE letter SET state = 'ready', began = :no WHERE id = :id", no=False, id=letter["id"])
    arrives(mailbox, report(letter["message_id"]))
    assert look_in(sent, mailbox).bounced == 0
    assert letter_to(sent)["state"] == "ready"


def test_after_a_kill_between_ledger_and_mailbox_the_report_is_read_again_and_changes_nothing(
    sent: Office, mailbox: Path
):
    data = report(letter_to(sent)["message_id"])
    arrives(mailbox, data)
    assert look_in(sent, mailbox).bounced == 1
    arrives(mailbox, data, "2.again")
    assert look_in(sent, mailbox) == Returned()
    assert letter_to(sent)["state"] == "bounced"


def test_a_restored_backup_is_not_told_that_a_letter_that_came_back_arrived(
    sent: Office, mailbox: Path, tmp_path: Path
):
    letter = letter_to(sent)
    with sent.database.read() as connection:
        line = entry(connection, letter["id"], NOW, "250 ok")
    Journal(tmp_path / "sent").write(line)
    arrives(mailbox, report(letter["message_id"]))
    look_in(sent, mailbox)
    with sent.database.write() as connection:
        assert replay(connection, [json.loads(json.dumps(line, default=str))]).letters == 0
    assert letter_to(sent)["state"] == "bounced"


def test_a_mailbox_that_cannot_be_read_stops_no_letter_and_is_seen(sent: Office, mailbox: Path):
    for name in ("new", "cur", "tmp"):
        (mailbox / name).rmdir()
    do_job(sent.database, sent.settings, sent.box, NOW + 60)
    with sent.database.read() as connection:
        assert "Bounces can't be read" in str(examine(connection, NOW + 60, ZONE).troubles[0])
    for name in ("new", "cur"):
        (mailbox / name).mkdir()
    do_job(sent.database, sent.settings, sent.box, NOW + 120)
    with sent.database.read() as connection:
        assert examine(connection, NOW + 120, ZONE).is_well


@pytest.mark.parametrize("fault", ["unreadable", "immovable"])
def test_m22_a_file_that_cannot_be_read_or_moved_holds_up_none_behind_it_and_is_said_once(
    sent: Office, mailbox: Path, fault: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    letter = letter_to(sent)
    monkeypatch.setattr(returned, "MOST", MOST)
    for number in range(MOST + 1):
        arrives(mailbox, report("<x@example.org>"), f"1.{number:03}")
    arrives(mailbox, report(letter["message_id"]), "2.a")
    if fault == "immovable":
        for number in range(MOST + 1):
            (mailbox / "cur" / f"1.{number:03}:2,").mkdir()
    else:  # to whoever runs as root no mode forbids anything
        monkeypatch.setattr(Maildir, "read", _refusing(Maildir.read))
    for minute in range(1, 3):
        work(sent, NOW + 60 * minute)
    assert letter_to(sent)["state"] == "bounced"
    assert len(laid(mailbox)["new"]) == MOST + 1
    assert [one.levelname for one in caplog.records if one.name == "duban.returned"] == ["WARNING", "ERROR"]
    with sent.database.read() as connection:
        told = examine(connection, NOW + 120, ZONE).troubles[-1]
    first, *why = {
        "unreadable": (mailbox / "new" / "1.000", "this account isn't allowed to", "没有权限"),
        "immovable": (mailbox / "cur" / "1.000:2,", "it is a folder", "文件夹"),
    }[fault]
    english, chinese = (Speech(language).sentence(told) for language in ("en", "zh"))
    assert (f"{MOST + 1}, the first is {first}: {why[0]}" in english) is True, english
    assert (f"有 {MOST + 1} 个退信文件" in chinese, why[1] in chinese) == (True, True), chinese
    for left in [*(mailbox / "new").iterdir(), *(mailbox / "cur").iterdir()]:
        left.rmdir() if left.is_dir() else left.unlink()
    work(sent, NOW + 180)
    with sent.database.read() as connection:
        assert "Bounces" not in str([str(one) for one in examine(connection, NOW + 180, ZONE).troubles])


def _refusing(read):
    def refuse(self: Maildir, file: Path) -> bytes:
        if file.name.startswith("1."):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file))
        return read(self, file)

    return refuse


def test_what_is_no_file_is_left_alone(sent: Office, mailbox: Path):
    os.mkfifo(mailbox / "new" / "pipe")
    (mailbox / "new" / "link").symlink_to("/etc/passwd")
    (mailbox / "new" / "folder").mkdir()
    assert look_in(sent, mailbox) == Returned()


HOSTILE = {
    "empty": b"",
    "zeros": b"\x00" * 10_000,
    "binary": bytes(range(256)) * 4_000,
    "larger than anything": report("<x@example.org>") + b"a" * (LARGEST * 3),
    "one endless line": b"Content-Type: multipart/report; boundary=" + b"x" * LARGEST,
    "parts in parts": b"".join(
        b"Content-Type: multipart/report; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5_000)
    ),
    "a charset nobody has": report("<x@example.org>").replace(b"charset=utf-8", b"charset=klingon\xff"),
    "no boundary": b"Content-Type: multipart/report; report-type=delivery-status\n\nAction: failed\n",
    "a reason with signs": report("<x@example.org>", why="550 \x00\x1b[2J\r\u2028 去死"),
    "a thousand readers": report("<x@example.org>").replace(
        b"Action: failed\n", b"Action: failed\n\nAction: failed\nDiagnostic-Code: smtp; 550 a\n" * 1000
    ),
    "an encoded report": report("<x@example.org>").replace(
        b"message/delivery-status\n", b"message/delivery-status\nContent-Transfer-Encoding: base64\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_report_raises_nothing_and_is_kept(sent: Office, mailbox: Path, name: str):
    arrives(mailbox, HOSTILE[name])
    take_in(sent.database, mailbox)
    assert states(sent) == {"sent"}
    assert laid(mailbox)["cur"] == ["1.a.host:2,"]
    assert (mailbox / "cur" / "1.a.host:2,").read_bytes() == HOSTILE[name]


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.binary(max_size=400), st.integers(0, len(POSTFIX)), st.booleans())
@example(b"", 0, True)
def test_whatever_is_put_into_a_report_it_is_read_or_not(junk: bytes, place: int, instead: bool):
    data = report("<a.b@example.org>")
    read_bounce(junk if instead else data[:place] + junk + data[place:])


def test_the_reason_is_one_line_that_a_terminal_can_show(sent: Office, mailbox: Path):
    arrives(mailbox, report(letter_to(sent)["message_id"], why="550 \x1b[2J bad\x00\u2028user " + "x" * 900))
    look_in(sent, mailbox)
    error = letter_to(sent)["error"]
    assert error.isprintable()
    assert len(error) <= 500


def test_a_rehearsal_reads_no_mailbox(sent: Office, mailbox: Path):
    with sent.database.write() as connection:
        run(connection, "UPDATE house SET rehearsal = :yes", yes=True)
    arrives(mailbox, report(letter_to(sent)["message_id"]))
    work(sent, NOW + 60)
    assert laid(mailbox)["new"] == ["1.a.host"]


def test_who_never_got_a_letter_is_not_chased_for_its_answer(office: Office, mailbox: Path):
    office.apply(LIGHTS, "2018-03-01", release=True)
    office.rounds("2018-06-20", "2018-06-22")
    told = office.rows("SELECT l.message_id FROM letter l JOIN notice n ON n.letter = l.id WHERE n.stage = 'blue'")
    assert "blue" in stages_told(office)
    for number, one in enumerate(told):
        arrives(mailbox, report(one["message_id"]), f"{number}.a")
    assert look_in(office, mailbox).bounced == len(told)
    assert "blue" not in stages_told(office)


def stages_told(office: Office) -> set[str]:
    with office.database.read() as connection:
        one = next(row for row in desk.find(connection, "p", "drill", "") if not row["name"])
        return {stage for stage, _day in Look(connection, office.settings.send_at).matter(one).told}
