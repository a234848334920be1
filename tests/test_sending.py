"""Letters that arrive, once: what each behaviour of a mail server makes of a letter, and of the letters beside it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.work import _Worker
from notifications.postman import PostError, Receipt, SmtpPostman
from plans.trouble import LedgerError
from scheduler import desk, releasing
from scheduler.health import examine
from scheduler.job import next_due
from scheduler.rounds import make_round
from scheduler.sending import Round, Sender
from scheduler.settings import Settings
from store import gate, outbox
from store.database import Database, run
from store.journal import Journal
from tests.mailserver import Moody, serving
from tests.office import SETTINGS, Office
from tests.test_apply import PLAN

DAY = "2018-03-01"
WANG = "wang@example.org"
HOUR = 3600


@pytest.fixture
def ready(office: Office) -> Iterator[Office]:
    """Return an office whose first letters are due: an assignment to each unit's contact."""
    office.apply(PLAN, DAY, release=True)
    return office


def pass_by(office: Office, seconds: int) -> None:
    """Let time pass: everything the database's clock is compared with lies further back."""
    with office.database.write() as connection:
        for table, names in (
            ("letter", ("next_at", "tried_at", "written_at")),
            ("house", ("post_until", "post_since")),
        ):
            for name in names:
                run(connection, f"UPDATE {table} SET {name} = {name} - :seconds", seconds=seconds)


def letter_to(office: Office, address: str = WANG) -> dict:
    return office.rows("SELECT * FROM letter WHERE address = :address AND state <> 'void'", address=address)[0]


def drained(office: Office, port: int, times: int = 6, **how: object) -> int:
    """Make rounds three hours apart until nothing waits; return how many it took."""
    for number in range(1, times + 1):
        with SmtpPostman(
            "127.0.0.1", port, connect_timeout=how.pop("patience", 5.0), **{"security": "none", **how}
        ) as smtp:
            office.box = smtp
            office.round(DAY)
        if not office.rows("SELECT id FROM letter WHERE state IN ('ready', 'claimed')"):
            return number
        pass_by(office, 3 * HOUR)
    return times


BEHAVIOURS = {
    "takes it": ([], 1, 1, "sent"),
    "greylists": (["RCPT 450 4.7.1 greylisted"], 2, 1, "sent"),
    "has a full mailbox twice": (["RCPT 452 4.2.2 full", "RCPT 452 4.2.2 full"], 3, 1, "sent"),
    "knows no such user": (["RCPT 550 5.1.1 no such user"], 1, 0, "dead"),
    "hangs up at the recipient": (["RCPT hangup"], 2, 1, "sent"),
    "goes down at the recipient": (["RCPT 421 4.3.2 going down"], 2, 1, "sent"),
    "has no disk at the end of data": (["DATA 452 4.3.1 no space"], 2, 1, "sent"),
    "refuses the content": (["DATA 554 5.6.0 refused"], 1, 0, "dead"),
    "takes it and loses the answer": (["DATA vanish"], 2, 2, "sent"),
    "takes it, loses the answer, then puts it off": (["DATA vanish", "RCPT 450 later"], 3, 2, "sent"),
    "answers after longer than a command may take": (["DATA slow"], 1, 1, "sent"),
    "finds us too busy": (["RCPT 550 Domain frequency limited"], 2, 1, "sent"),
    "finds us too busy at the end of data": (["DATA 451 MI:SFQ too fast"], 2, 1, "sent"),
}  # fmt: skip


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_a_letter_comes_through_whatever_the_server_does_and_its_neighbours_too(ready: Office, behaviour: str):
    """M19, R12, R13: each behaviour of a server, with attempts, copies and the end."""
    script, attempts, copies, state = BEHAVIOURS[behaviour]
    server = Moody(WANG, *script)
    with serving(server) as port:
        drained(ready, port, patience=0.3)
    assert (server.attempts, len(server.copies()), letter_to(ready)["state"]) == (attempts, copies, state)
    assert len(set(server.copies())) <= 1, "a repeat is byte-identical"
    others = [to for _, (to,), _ in server.letters if to != WANG]
    assert len(others) == len(set(others)) == len(ready.rows("SELECT id FROM letter")) - 1


def test_nothing_is_marked_sent_that_got_no_250(ready: Office):
    server = Moody(WANG, *["DATA 451 later"] * 99)
    with serving(server) as port:
        drained(ready, port)
    assert (letter_to(ready)["state"], letter_to(ready)["receipt"]) == ("ready", "")


def test_a_limit_that_one_reader_alone_meets_pauses_the_others_once(ready: Office):
    server = Moody(WANG, *["RCPT 450 4.2.1 mailbox receives too many messages, rate limited"] * 99)
    pauses = 0
    with serving(server) as port:
        for _ in range(8):
            with SmtpPostman("127.0.0.1", port, "none") as smtp:
                ready.box = smtp
                pauses += bool(ready.round(DAY).held_back)
            pass_by(ready, 3 * HOUR)
    assert (pauses, server.attempts, letter_to(ready)["state"]) == (1, 8, "ready")
    others = [to for _, (to,), _ in server.letters]
    assert len(others) == len(set(others)) == len(ready.rows("SELECT id FROM letter")) - 1


def test_a_limit_on_all_we_send_goes_on_pausing_all(ready: Office):
    ready.box.refusals = [PostError("slow", began_data=False, code=550, text="Sender frequency limited")] * 5
    held = []
    for _ in range(6):
        held.append(bool(ready.round(DAY).held_back))
        pass_by(ready, 3 * HOUR)
    assert held == [True] * 5 + [False]
    assert ready.rows("SELECT id FROM letter WHERE state <> 'sent'") == []


def test_a_server_out_of_reach_costs_no_letter_an_attempt(ready: Office):
    with serving(Moody(WANG)) as port:
        pass
    with SmtpPostman("127.0.0.1", port, "none") as smtp:
        ready.box = smtp
        done = ready.round(DAY)
    assert done.held_back
    assert {(one["attempts"], one["began"]) for one in ready.rows("SELECT attempts, began FROM letter")} == {(0, 0)}
    server = Moody(WANG)
    with serving(server) as port:
        assert drained(ready, port) == 2, "the first round finds the gate still shut"
    assert len(server.copies()) == 1


def test_a_stripped_starttls_holds_all_letters_and_says_nothing_in_the_clear(ready: Office):
    server = Moody(WANG)
    with serving(server) as port, SmtpPostman("127.0.0.1", port, "starttls") as smtp:
        ready.box = smtp
        assert "STARTTLS" in ready.round(DAY).held_back
    assert not server.sessions


def test_a_wrong_password_is_tried_less_and_less_often(ready: Office):
    refusal = PostError("ours", began_data=False, code=535, text="bad password")
    ready.box.refusals = [refusal] * 99
    tries = 0
    for _minute in range(24 * 60):
        before = len(ready.box.refusals)
        make_drain(ready)
        tries += before - len(ready.box.refusals)
        pass_by(ready, 60)
    assert 20 <= tries <= 40
    ready.box.refusals = []
    pass_by(ready, 2 * HOUR)
    make_drain(ready)
    assert ready.rows("SELECT id FROM letter WHERE state <> 'sent'") == []
    with ready.database.read() as connection:
        assert gate.look(connection) == gate.Gate()


def make_drain(office: Office, settings: Settings | None = None, journal: Journal | None = None) -> Round:
    if not office.rows("SELECT id FROM letter"):
        office.box.refusals.insert(0, PostError("ours", began_data=False, code=535, text="bad password"))
        office.round(DAY)
    done = Round()
    Sender(office.database, settings or office.settings, office.box, journal).drain(done)
    return done


@pytest.fixture
def crowd(office: Office) -> Office:
    """Return an office with letters to nine people due."""
    people = "".join(f"  p{n}: {{name: 甲{n}, mail: p{n}@example.org, unit: u{n}}}\n" for n in range(9))
    units = "".join(f"  u{n}: {{name: 处{n}, contact: p{n}}}\n" for n in range(9))
    tasks = "".join(f"  - {{id: t{n}, title: 事{n}, lead: u{n}, due: 2018-05-25}}\n" for n in range(9))
    original = office.source
    office.source = lambda plan: original(plan, f"units:\n{units}people:\n{people}office: u0\n")  # type: ignore[method-assign]
    office.apply(PLAN.split("tasks:")[0] + "tasks:\n" + tasks, DAY, release=True)
    return office


def test_five_letters_put_off_in_a_row_stop_the_drain(crowd: Office):
    crowd.box.refusals = [PostError("temporary", began_data=False, code=451, text="try later")] * 99
    done = crowd.round(DAY)
    assert (done.failed, bool(done.held_back)) == (5, True)


def test_a_relay_that_refuses_five_letters_in_a_row_is_given_no_more_of_them(crowd: Office):
    """A relay that doesn't know us refuses every reader; not all letters may be given up for that."""
    crowd.box.refusals = [PostError("permanent", began_data=False, code=554, text="Relay access denied")] * 99
    done = crowd.round(DAY)
    assert (done.refused, done.held_back) == (5, "554 Relay access denied")
    since = gate_of(crowd).since
    assert crowd.round(DAY).refused == 0, "all letters wait"
    pass_by(crowd, HOUR)
    assert (crowd.round(DAY).refused, gate_of(crowd).since < since) == (4, True), "it has lasted since the first five"


def test_four_wrong_addresses_in_a_row_stop_nobody(crowd: Office):
    crowd.box.refusals = [PostError("permanent", began_data=False, code=550, text="no such user")] * 4
    done = crowd.round(DAY)
    assert (done.refused, done.sent, done.held_back) == (4, 5, "")
    assert gate_of(crowd) == gate.Gate()


def gate_of(office: Office) -> gate.Gate:
    with office.database.read() as connection:
        return gate.look(connection)


@given(st.integers(1, 50), st.integers(1, 10**9))
def test_waits_grow_to_two_hours_and_differ_by_a_tenth_at_most(attempts: int, letter: int):
    """M20: 1, 5, 15, 30, 60 minutes, then every two hours."""
    wait = outbox.Schedule().waits[min(attempts, 6) - 1]
    assert 0.9 * wait <= outbox.wait_after(attempts, letter) <= 1.1 * wait < outbox.LONGEST


def test_letters_refused_together_do_not_come_back_together():
    assert len({outbox.wait_after(6, letter) for letter in range(200)}) > 100


def test_a_letter_is_given_up_after_five_days_if_its_deadline_is_past(ready: Office):
    """M20: five days, or until the deadline."""
    ready.box.refusals = [PostError("temporary", began_data=False, code=450, text="full")] * 999
    for _hour in range(2 * 24):
        ready.round(DAY)
        pass_by(ready, 3 * HOUR)
    assert {one["state"] for one in ready.rows("SELECT state FROM letter")} == {"dead"}


def test_m21_what_is_overdue_leaves_first_where_only_so_many_leave_in_a_minute(ready: Office):
    ready.round(DAY)
    ready.settings = Settings(**{**SETTINGS, "mail": {**SETTINGS["mail"], "host": "mail.example.org", "rate": 1}})
    pass_by(ready, HOUR)
    ready.box.letters.clear()
    text = PLAN.replace("tasks:", "tasks:\n  - {id: early, title: 值班, lead: 财务处, due: 6月1日前}")
    ready.apply(text, "2018-05-18", release=True)
    done = ready.round("2018-05-28")
    waiting = ready.rows("SELECT address FROM letter WHERE state = 'ready'")
    assert (done.full, len(waiting) > 1) == (True, True)
    assert [to for to, _ in ready.box.letters] == [WANG], "the drill was due on the 25th"


def test_m20_waits_and_giving_up_are_the_offices_to_set(ready: Office):
    mail = {**SETTINGS["mail"], "waits": (10,), "give_up": 1}
    ready.settings = Settings(**{**SETTINGS, "mail": mail})
    ready.box.refusals = [PostError("temporary", began_data=False, code=450, text="full")] * 99
    ready.round(DAY)
    put_off = ready.rows("SELECT next_at - tried_at AS wait FROM letter WHERE attempts = 1")
    assert all(540 <= one["wait"] <= 661 for one in put_off)
    for _ in range(10):
        pass_by(ready, 3 * HOUR)
        ready.round(DAY)
    assert "dead" in {one["state"] for one in ready.rows("SELECT state FROM letter")}


def test_no_more_letters_a_minute_than_the_settings_say(ready: Office):
    """M21: so many a minute, whoever sends."""
    settings = Settings(**{**SETTINGS, "mail": {**SETTINGS["mail"], "host": "mail.example.org", "rate": 2}})
    done = make_drain(ready, settings)
    pass_by(ready, outbox.LONGEST)
    done = make_drain(ready, settings)
    assert (done.sent, done.full) == (2, True)
    assert make_drain(ready, settings).sent == 0
    pass_by(ready, 61)
    assert make_drain(ready, settings).sent == 1


def test_a_server_on_this_machine_has_no_limit(ready: Office):
    settings = Settings(**{**SETTINGS, "mail": {**SETTINGS["mail"], "host": "127.0.0.1", "rate": 2}})
    make_drain(ready, settings)
    pass_by(ready, outbox.LONGEST)
    assert make_drain(ready, settings).sent == len(ready.rows("SELECT id FROM letter")) > 2


def test_a_drain_that_is_asked_to_stop_finishes_the_letter_in_hand_and_gives_back_the_rest(ready: Office):
    sent = ready.box.letters
    now = 1_519_864_200
    done = make_round(ready.database, ready.settings, ready.box, now, lambda: bool(sent))
    assert done.sent == len(sent) == 1
    left = ready.rows("SELECT state, attempts, began FROM letter WHERE state <> 'sent'")
    assert len(left) > 1
    assert {(one["state"], one["attempts"], one["began"]) for one in left} == {("ready", 0, 0)}


def test_a_drain_of_more_than_a_minute_makes_way_for_the_next_round(ready: Office, monkeypatch: pytest.MonkeyPatch):
    """Otherwise nothing new would be decided meanwhile, and `duban health` miss the rounds."""
    monkeypatch.setattr("scheduler.sending.STINT", 0.0)
    done, letters = ready.round(DAY), len(ready.rows("SELECT id FROM letter"))
    assert (done.sent, done.more) == (1, True)
    due = next_due(ready.database, done)
    with ready.database.read() as connection:
        assert due is not None
        assert due <= outbox.clock(connection), "the next round comes at once"
    while done.more:
        done = done.then(ready.round(DAY))
    assert done.sent == len({to for to, _ in ready.box.letters}) == letters > 2


def test_a_worker_that_makes_way_calls_for_senders_again(ready: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("scheduler.sending.STINT", 0.0)
    make_drain(ready)
    pass_by(ready, outbox.LONGEST)
    room = SimpleNamespace(
        database=ready.database, settings=ready.settings, journal=lambda: None, postman=lambda: nullcontext(ready.box)
    )
    calls: list[int] = []
    worker = _Worker(room, SimpleNamespace(open_lanes=calls.append), Event())  # type: ignore[arg-type]
    for _ in ready.rows("SELECT id FROM letter"):
        worker.carry()
    assert ready.rows("SELECT id FROM letter WHERE state <> 'sent'") == []
    assert len(calls) == len(ready.box.letters) - 1, "after the last one nothing waits"


def test_a_clock_put_back_does_not_keep_a_letter_for_days(ready: Office):
    ready.box.refusals = [PostError("temporary", began_data=False, code=450, text="full")]
    ready.round(DAY)
    pass_by(ready, -10 * 86400)
    assert ready.round(DAY).sent == 1


def test_a_sender_that_lost_its_claim_leaves_the_letter_alone(ready: Office):
    make_drain(ready)
    pass_by(ready, outbox.LONGEST)
    first = begun(ready, "first")
    pass_by(ready, outbox.LEASE + 1)
    second = begun(ready, "second", first.id)
    with ready.database.write() as connection:
        outbox.mark_failed(connection, first, "first", "450 later", final=True, began=True)
        outbox.give_back(connection, first, "first")
    assert letter_to(ready, second.address)["state"] == "claimed"
    assert (second.began, second.attempts) == (True, 2), "it may have arrived, so it is repeated to the byte"


def begun(office: Office, owner: str, letter: int = 0) -> outbox.Claimed:
    """Return the first letter that is ready, or one by its number, claimed by a sender that then does nothing more."""
    with office.database.write() as connection:
        if letter:
            run(connection, "UPDATE letter SET next_at = 0 WHERE id = :letter", letter=letter)
        found = outbox.next_ready(connection)
        assert found
        return outbox.begin(connection, found, owner)


def test_an_address_corrected_meanwhile_gets_the_letter_and_the_old_one_does_not(ready: Office):
    """R11: the recipient is read again in the transaction that claims."""
    make_drain(ready)
    pass_by(ready, outbox.LONGEST)
    with ready.database.write() as connection:
        run(connection, "UPDATE person SET mail = 'wang.er@example.org' WHERE id = 'wang'")
    ready.round(DAY)
    addresses = [to for to, _ in ready.box.letters]
    assert (WANG in addresses, addresses.count("wang.er@example.org")) == (False, 1)


def test_a_letter_of_the_day_follows_its_reader_to_a_new_address(ready: Office):
    make_drain(ready)
    pass_by(ready, outbox.LONGEST)
    with ready.database.write() as connection:
        run(connection, "UPDATE notice SET letter = NULL, state = 'suppressed' WHERE person = 'wang'")
        run(connection, "UPDATE person SET mail = 'wang.er@example.org' WHERE id = 'wang'")
    make_drain(ready)
    addresses = [to for to, _ in ready.box.letters]
    assert (WANG in addresses, addresses.count("wang.er@example.org")) == (False, 1)


def test_letters_redirected_meanwhile_reach_nobody_else(ready: Office):
    make_drain(ready)
    pass_by(ready, outbox.LONGEST)
    ready.settings = Settings(**{**SETTINGS, "mail": {**SETTINGS["mail"], "only_to": "trial@example.org"}})
    ready.round(DAY)
    assert {to for to, _ in ready.box.letters} == {"trial@example.org"}


def test_a_letter_that_may_have_arrived_is_repeated_to_the_byte_even_if_the_task_is_done(ready: Office):
    before = ready.box
    with serving(server := Moody(WANG, "DATA vanish")) as port, SmtpPostman("127.0.0.1", port, "none") as smtp:
        ready.box = smtp
        ready.round(DAY)
        ready.do(desk.cancel, "drill", DAY, "not needed")
        pass_by(ready, HOUR)
        ready.round(DAY)
    ready.box = before
    assert len(server.copies()) == 2
    assert len(set(server.copies())) == 1


def test_while_all_is_on_hold_even_letters_written_before_stay(ready: Office):
    make_drain(ready)
    pass_by(ready, outbox.LONGEST)
    with ready.act(DAY) as act:
        releasing.hold(act, "moving house")
    assert (ready.round(DAY).held_back, ready.box.letters) == ("moving house", [])
    with ready.act(DAY) as act:
        releasing.resume(act)
    assert ready.round(DAY).sent == len(ready.box.letters) > 1


def test_a_plan_on_hold_takes_its_letters_back(ready: Office):
    make_drain(ready)
    pass_by(ready, outbox.LONGEST)
    with ready.act(DAY) as act:
        releasing.hold(act, "wrong units", "p")
    assert ready.round(DAY).sent == 0
    with ready.act(DAY) as act:
        releasing.resume(act, "p")
    assert ready.round(DAY).sent > 1


def test_a_reminder_that_lay_for_days_is_told_in_todays_letter(ready: Office):
    ready.round(DAY)
    ready.box.letters.clear()
    refusal = PostError("away", began_data=False, code=0, text="no route")
    for day in ("2018-05-11", "2018-05-22", "2018-05-25"):
        ready.box.refusals = [refusal]
        ready.round(day)
        pass_by(ready, HOUR)
    ready.round("2018-05-28")
    to_wang = [letter for letter in ready.mail if WANG in letter["To"]]
    assert len(to_wang) == 1
    assert [one for one in ready.told() if one[2] == "wang"][-1][:2] == ("2018-05-28", "late")


def test_each_letter_taken_leaves_one_line_in_the_journal(ready: Office, tmp_path: Path):
    journal = Journal(tmp_path / "sent")
    make_drain(ready)
    pass_by(ready, outbox.LONGEST)
    make_drain(ready, journal=journal)
    lines = list(journal.since(date(2000, 1, 1)))
    # in the order they left: one given back a second later leaves after the others
    assert sorted(one["letter"]["message_id"] for one in lines) == sorted(
        one["message_id"] for one in ready.rows("SELECT message_id FROM letter")
    )
    assert {(told["plan"], told["kind"]) for one in lines for told in one["notices"]} == {("p", "assign")}
    files = list((tmp_path / "sent").iterdir())
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600]


def test_a_line_torn_off_by_a_power_cut_is_not_read(tmp_path: Path):
    journal = Journal(tmp_path)
    journal.write({"at": 1_600_000_000, "letter": 1})
    file = next(tmp_path.iterdir())
    file.write_bytes(file.read_bytes() + b'{"at": 1600000000, "let')
    assert [json.dumps(one) for one in journal.since(date(2000, 1, 1))] == ['{"at": 1600000000, "letter": 1}']
    journal.write({"at": 1_600_000_000, "letter": 3})
    assert [one["letter"] for one in journal.since(date(2000, 1, 1))] == [1, 3], "nor does it spoil the next one"


@pytest.mark.parametrize("trouble", ["no folder", "no room"])
def test_r4_nothing_is_sent_whose_line_in_the_journal_could_not_be_written(
    ready: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
):
    """R4: it is found before a letter leaves, and `duban health` says it at once, whatever round comes next."""
    if trouble == "no folder":
        (tmp_path / "sent").write_text("a file where the folder should be")
    else:
        monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 99_999}))
    make_drain(ready)
    for _ in range(3):
        pass_by(ready, outbox.LONGEST)
        done = make_drain(ready, journal=Journal(tmp_path / "sent"))
        assert str(tmp_path / "sent") in done.held_back
    assert ready.box.letters == []
    assert {one["attempts"] for one in ready.rows("SELECT attempts FROM letter")} == {0}
    with ready.database.read() as connection:
        seen = examine(connection, outbox.clock(connection), ready.settings.zone)
    assert str(tmp_path / "sent") in seen.mail


def test_a_line_that_fails_once_the_letter_is_gone_stops_the_drain_for_minutes(
    ready: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    make_drain(ready)
    pass_by(ready, outbox.LONGEST)
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(5, "Input/output error")))
    for _ in range(3):
        assert "Input/output error" in make_drain(ready, journal=Journal(tmp_path / "sent")).held_back
    assert len(ready.rows("SELECT id FROM letter WHERE state = 'sent'")) == len(ready.box.letters) == 1


def test_an_answer_the_ledger_could_not_take_is_recorded_before_anything_else_is_sent(ready: Office, tmp_path: Path):
    make_drain(ready)
    pass_by(ready, outbox.LONGEST)
    claimed = begun(ready, "an earlier drain")
    journal = Journal(tmp_path, {claimed.id: "250 ok"})
    make_drain(ready, journal=journal)
    assert claimed.address not in {to for to, _ in ready.box.letters}
    assert letter_to(ready, claimed.address)["receipt"] == "250 ok"
    assert journal.unrecorded == {}


def test_nothing_is_sent_while_the_ledger_cannot_be_written(ready: Office, monkeypatch: pytest.MonkeyPatch):
    """R4, R5: what can't be recorded is not sent."""
    from store import database

    make_drain(ready)
    pass_by(ready, outbox.LONGEST)
    monkeypatch.setattr(database, "BUSY", 50)
    url = ready.database.url
    hurried = Database(url)
    with ready.database.write() as connection:
        if not ready.database.lite:
            run(connection, "LOCK TABLE letter IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(LedgerError, match="somebody else has been writing"):
            Sender(hurried, ready.settings, ready.box).drain(Round())
    hurried.close()
    assert ready.box.letters == []


def test_bytes_no_server_may_be_given_are_refused_and_stop_nobody(ready: Office):
    class Careful:
        letters = ready.box

        def post(self, data: bytes, sender: str, recipient: str) -> Receipt:
            if recipient == WANG:
                raise ValueError("a letter's lines must end with CR LF")
            return self.letters.post(data, sender, recipient)

    ready.box = Careful()  # type: ignore[assignment]
    done = ready.round(DAY)
    assert (done.refused, letter_to(ready)["state"]) == (1, "dead")
    assert done.sent > 1
