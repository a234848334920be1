"""The postman against a real server on loopback: what arrives, and what each answer of the server means."""

# ruff: noqa: N802 (aiosmtpd names its hooks and their arguments)

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from notifications.mime import Mailbox, assemble
from notifications.notices import Composed
from notifications.postman import OutboxFolder, PostError, SmtpPostman
from tests.mailserver import Desk, saying, serving

FROM, TO = "duban@example.org", "wang@example.org"
DATA = assemble(
    Composed("【今日到期】开办网站专栏", "王敏同志：\n.一行以点开头\n..\n", "<p>王敏同志：</p>\n"),
    sender=Mailbox(FROM, "督办"),
    to=Mailbox(TO, "王敏"),
    reply_to=Mailbox("office@example.org", "活动办"),
    message_id="<1.a@example.org>",
    date=datetime(2018, 6, 15, 0, 30, tzinfo=UTC),
)


def post(port: int, security: str = "none", data: bytes = DATA, **how: object):
    with SmtpPostman("127.0.0.1", port, security, **how) as postman:
        return postman.post(data, FROM, TO)


def trouble(port: int, security: str = "none", **how: object) -> PostError:
    with pytest.raises(PostError) as caught:
        post(port, security, **how)
    return caught.value


def test_a_chinese_letter_arrives_byte_for_byte() -> None:
    """M17: one recipient a transaction, and a 250 to its data."""
    desk = Desk()
    with serving(desk) as port:
        receipt = post(port)
    assert desk.letters == [(FROM, [TO], DATA)]
    assert (receipt.code, receipt.text) == (250, "2.0.0 queued as 1")
    read = message_from_bytes(desk.letters[0][2], policy=policy.default)
    assert read["Subject"] == "【今日到期】开办网站专栏"
    assert read.get_body(("plain",)).get_content() == "王敏同志：\r\n.一行以点开头\r\n..\r\n"


def test_a_line_that_begins_with_a_dot_stays() -> None:
    desk = Desk()
    with serving(desk) as port:
        post(port, data=b"Subject: x\r\n\r\n.\r\n..two\r\nend\r\n")
    assert desk.letters[0][2] == b"Subject: x\r\n\r\n.\r\n..two\r\nend\r\n"


def test_letters_share_a_connection_up_to_a_hundred() -> None:
    """M21: a connection carries a hundred letters."""
    desk = Desk()
    with serving(desk) as port, SmtpPostman("127.0.0.1", port, "none") as postman:
        for _ in range(100):
            postman.post(DATA, FROM, TO)
        assert len(desk.sessions) == 1
        postman.post(DATA, FROM, TO)
    assert len(desk.sessions) == 2
    assert len(desk.letters) == 101


def test_a_connection_closed_between_letters_is_made_anew_once() -> None:
    desk = Desk(HANGUP="1")
    with serving(desk) as port, SmtpPostman("127.0.0.1", port, "none") as postman:
        postman.post(DATA, FROM, TO)
        postman.post(DATA, FROM, TO)
    assert (desk.hung_up, len(desk.letters), len(desk.sessions)) == (1, 2, 2)


def test_a_server_that_keeps_hanging_up_is_not_courted() -> None:
    desk = Desk(HANGUP="9")
    with serving(desk) as port, SmtpPostman("127.0.0.1", port, "none") as postman:
        postman.post(DATA, FROM, TO)
        with pytest.raises(PostError) as caught:
            postman.post(DATA, FROM, TO)
    assert (caught.value.kind, caught.value.began_data) == ("temporary", False)
    assert (desk.hung_up, len(desk.letters)) == (2, 1)


@pytest.mark.parametrize(
    ("verb", "answer", "kind", "began_data"),
    [
        ("MAIL", "451 4.3.0 try later", "temporary", False),
        ("MAIL", "550 5.7.1 sender not allowed", "ours", False),
        ("MAIL", "530 5.7.0 authentication required", "ours", False),
        ("MAIL", "552 5.3.4 message too big", "permanent", False),
        ("RCPT", "450 4.7.1 greylisted", "temporary", False),
        ("RCPT", "452 4.2.2 mailbox full", "temporary", False),
        ("RCPT", "550 5.1.1 no such user", "permanent", False),
        ("RCPT", "530 5.7.0 authentication required", "ours", False),
        ("DATA", "451 4.3.0 disk", "temporary", True),
        ("DATA", "554 5.6.0 refused", "permanent", True),
        ("DATA", "421 4.3.2 going down", "temporary", True),
        ("MAIL", "550 Sender frequency limited", "slow", False),
        ("RCPT", "550 Domain frequency limited [http://mail.example.org]", "slow", False),
        ("DATA", "554 MI:STC please see the help page", "slow", True),
    ],
)
def test_each_refusal_says_whose_trouble_it_is(verb: str, answer: str, kind: str, began_data: bool) -> None:
    """M19: 4xx, 5xx, sign-in and limits, each its own trouble."""
    desk = Desk(**{verb: answer})
    with serving(desk) as port:
        error = trouble(port)
    assert (error.kind, error.began_data, error.code) == (kind, began_data, int(answer[:3]))
    assert error.text == answer[4:]
    assert not desk.letters


@pytest.mark.parametrize(
    ("script", "kind", "text"),
    [
        ({"RCPT": "550 发信频率超过限制\r\n".encode("gb18030")}, "slow", "550 发信频率超过限制"),
        ({"RCPT": "550 收件人不存在\r\n".encode("gb18030")}, "permanent", "550 收件人不存在"),
        ({"MAIL": "550 发件人不存在\r\n".encode()}, "ours", "550 发件人不存在"),
        ({"RCPT": b"550 \x1b[2J\x00 no\x7f\r\n"}, "permanent", "550 [2J  no"),
        ({"GREET": b"HTTP/1.1 400 Bad Request\r\n\r\n"}, "away", "an answer that is no SMTP: …/1.1 400 Bad Request"),
        ({"GREET": b"\xff\xfe\r\n"}, "away", "an answer that is no SMTP: …"),
        ({"GREET": b"220-one\r\n554 two\r\n"}, "ours", "554 one two"),
        ({"EHLO": b"500 what\r\n", "HELO": b"500 what\r\n"}, "ours", "500 what"),
        ({"RCPT": b"221 bye\r\n"}, "temporary", "221 bye"),
        ({"DATA": b"250 ok\r\n"}, "temporary", "250 ok"),
        ({"DOT": b"354 more\r\n"}, "temporary", "354 more"),
        ({"DOT": b"\x80\x81\r\n"}, "temporary", "an answer that is no SMTP: …"),
        ({"DOT": b"220 hello again\r\n"}, "temporary", "220 hello again"),
        ({"DOT": b"221 bye\r\n"}, "temporary", "221 bye"),
        ({"DOT": b"600 no such code\r\n"}, "temporary", "600 no such code"),
        ({"DOT": b"452 4.2.2 full\r\n"}, "temporary", "452 4.2.2 full"),
    ],
)
def test_m19_whatever_a_server_says_is_a_receipt_or_a_refusal_in_its_own_words(
    script: dict[str, bytes], kind: str, text: str
) -> None:
    with saying(script) as (port, _):
        error = trouble(port)
    assert (error.kind, str(error), error.began_data) == (kind, text, "DOT" in script)


@pytest.mark.parametrize("script", [{"DOT": b"252 taken\r\n"}, {"DOT": b"200 ok\r\n"}, {"RCPT": b"252 perhaps\r\n"}])
def test_m17_the_first_digit_says_that_a_letter_was_taken(script: dict[str, bytes]) -> None:
    """RFC 5321 section 4.2: repeated until it hears 250 itself, a letter would arrive some sixty times in five days."""
    with saying(script) as (port, _):
        receipt = post(port)
    assert receipt.code == int(script.get("DOT", b"250")[:3])


def test_a_session_out_of_step_is_given_up_lest_an_answer_be_taken_for_anothers() -> None:
    """M17: a reply too many makes the next letter's 250 the last one's."""
    with (
        saying({"DOT": b"250 one\r\n250 too many\r\n"}) as (port, told),
        SmtpPostman("127.0.0.1", port, "none") as postman,
    ):
        postman.post(DATA, FROM, TO)
        with pytest.raises(PostError, match="250 ok"):
            postman.post(DATA, FROM, TO)
        postman.post(DATA, FROM, TO)
    assert [line[:4] for line in told].count(b"ehlo") == 2


def test_after_a_refused_recipient_the_next_letter_goes_out_on_the_same_connection() -> None:
    desk = Desk(RCPT="550 5.1.1 no such user")
    with serving(desk) as port, SmtpPostman("127.0.0.1", port, "none") as postman:
        with pytest.raises(PostError):
            postman.post(DATA, FROM, TO)
        del desk.answers["RCPT"]
        postman.post(DATA, FROM, TO)
    assert (len(desk.letters), len(desk.sessions)) == (1, 1)


def test_a_connection_lost_before_the_last_answer_may_have_delivered() -> None:
    desk = Desk(DATA="vanish")
    with serving(desk) as port:
        error = trouble(port)
    assert (error.kind, error.began_data, error.code) == ("temporary", True, 0)


def test_nobody_listening_is_no_letters_fault() -> None:
    with socket.create_server(("127.0.0.1", 0)) as vacant:
        port = vacant.getsockname()[1]
    assert trouble(port).kind == "away"


def test_a_server_without_starttls_gets_nothing() -> None:
    """M16: what was to be encrypted is not said in the clear."""
    desk = Desk()
    with serving(desk) as port:
        error = trouble(port, "starttls")
    assert (error.kind, error.began_data) == ("ours", False)
    assert "STARTTLS" in error.text
    assert not desk.sessions


def test_a_wrong_password_holds_everything() -> None:
    desk = Desk()
    refuse = {"authenticator": lambda *_: AuthResult(success=False, handled=False), "auth_require_tls": False}
    with serving(desk, **refuse) as port:
        error = trouble(port, user="duban", password="wrong")
    assert (error.kind, error.code) == ("ours", 535)
    assert "wrong" not in str(error)


def test_a_right_password_opens_the_door() -> None:
    desk = Desk()
    admit = {"authenticator": lambda *_: AuthResult(success=True), "auth_require_tls": False}
    with serving(desk, **admit) as port:
        post(port, user="duban", password="right")
    assert len(desk.letters) == 1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate of this test")
    folder = tmp_path_factory.mktemp("certificate")
    key, chain = folder / "key.pem", folder / "chain.pem"
    made = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=loopback -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([*made.split(), "-keyout", key, "-out", chain], check=True, capture_output=True)
    return key, chain


def contexts(certificate: tuple[Path, Path]) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    key, chain = certificate
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(chain, key)
    return server, ssl.create_default_context(cafile=str(chain))


def test_starttls_and_tls_carry_the_letter(certificate: tuple[Path, Path]) -> None:
    """M16: over STARTTLS as over TLS."""
    server, client = contexts(certificate)
    desk = Desk()
    with serving(desk, tls_context=server, require_starttls=True) as port:
        post(port, "starttls", context=client)
    with serving(desk, ssl_context=server) as port:
        post(port, "tls", context=client)
    assert [data for _, _, data in desk.letters] == [DATA, DATA]


def test_an_unknown_certificate_holds_everything(certificate: tuple[Path, Path]) -> None:
    """M16: a certificate nobody vouches for is no encryption."""
    server, _ = contexts(certificate)
    desk = Desk()
    with serving(desk, tls_context=server) as port:
        error = trouble(port, "starttls")
    assert error.kind == "ours"
    assert "certificate" in error.text
    assert not desk.sessions


@contextmanager
def greeting(line: bytes | None) -> Iterator[int]:
    """Run a server that says one line, or nothing at all, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            talk, _ = listener.accept()
            with talk:
                if line is not None:
                    talk.sendall(line)

        thread = threading.Thread(target=answer)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(
    ("line", "kind", "code"),
    [
        (b"554 5.7.1 you are blocked\r\n", "ours", 554),
        (b"421 4.3.2 too busy\r\n", "away", 421),
        (None, "away", 0),
    ],
)
def test_a_refusing_greeting_is_ours_and_a_busy_one_passes(line: bytes | None, kind: str, code: int) -> None:
    """M19: a 554 greeting holds all, a 421 passes."""
    with greeting(line) as port:
        error = trouble(port)
    assert (error.kind, error.code, error.began_data) == (kind, code, False)


def test_a_slow_end_of_data_is_waited_for_longer_than_a_command() -> None:
    """M18: ten minutes for the last answer, half a minute for the others."""
    waits: list[float | None] = []

    class Slow(Desk):
        async def handle_DATA(self, server: SMTP, session, envelope) -> str:
            waits.append(postman._server.sock.gettimeout())
            return await super().handle_DATA(server, session, envelope)

    with serving(Slow()) as port, SmtpPostman("127.0.0.1", port, "none") as postman:
        postman.post(DATA, FROM, TO)
        assert waits == [600.0]
        assert postman._server.sock.gettimeout() == 30.0


@pytest.mark.parametrize(
    "attack",
    [
        lambda postman: postman.post(b"Subject: x\n\nbare\n", FROM, TO),
        lambda postman: postman.post(b"Subject: x\r\n\r\n.\r.\r\n", FROM, TO),
        lambda postman: postman.post(DATA, FROM, f"{TO}>\r\nRCPT TO:<other@example.org"),
        lambda postman: postman.post(DATA, f"{FROM} SIZE=1", TO),
    ],
)
def test_bytes_or_addresses_that_could_smuggle_are_refused_unsaid(attack: Callable[[SmtpPostman], object]) -> None:
    desk = Desk()
    with (
        serving(desk) as port,
        SmtpPostman("127.0.0.1", port, "none") as postman,
        pytest.raises(ValueError, match=r"."),
    ):
        attack(postman)
    assert not desk.sessions


def test_the_outbox_holds_a_letter_once_and_whole(tmp_path: Path) -> None:
    outbox = OutboxFolder(tmp_path / "outbox")
    first = outbox.post(DATA, FROM, TO)
    again = outbox.post(DATA, FROM, TO)
    files = list((tmp_path / "outbox").iterdir())
    assert first == again
    assert [file.read_bytes() for file in files] == [DATA]
    assert files[0].name.startswith(f"2018-06-15_{TO}_")
    assert files[0].suffix == ".eml"


def test_other_bytes_to_the_same_person_are_another_file(tmp_path: Path) -> None:
    outbox = OutboxFolder(tmp_path)
    outbox.post(DATA, FROM, TO)
    outbox.post(DATA.replace(b"<1.a@", b"<1.b@"), FROM, TO)
    assert len(list(tmp_path.glob("*.eml"))) == 2


def test_no_recipient_leads_out_of_the_outbox(tmp_path: Path) -> None:
    """S17: a file name stays in its folder."""
    outbox = OutboxFolder(tmp_path / "outbox")
    outbox.post(DATA, FROM, "../../etc/passwd\0")
    outbox.post(DATA, FROM, "." * 300)
    assert {path.parent for path in tmp_path.rglob("*.eml")} == {tmp_path / "outbox"}


def test_an_outbox_that_cannot_be_written_is_our_trouble(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")
    with pytest.raises(PostError) as caught:
        OutboxFolder(tmp_path / "outbox").post(DATA, FROM, TO)
    assert caught.value.kind == "ours"
