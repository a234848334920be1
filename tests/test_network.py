"""What keeps a letter from the mail server, as a Chinese and an English clerk read it."""

from __future__ import annotations

import socket

import pytest

from notifications.network import trouble, trouble_words
from notifications.postman import PostError, SmtpPostman
from notifications.speech import Speech
from tests.mailserver import Desk, serving

ZH, EN = Speech("zh"), Speech("en")


def refusal(host: str, port: int, security: str = "none", patience: float = 5) -> str:
    with pytest.raises(PostError) as caught, SmtpPostman(host, port, security, connect_timeout=patience) as postman:
        postman.post(b"Subject: x\r\n\r\nx\r\n", "duban@example.org", "wang@example.org")
    return str(caught.value)


def test_nobody_at_the_address():
    with socket.create_server(("127.0.0.1", 0)) as vacant:
        port = vacant.getsockname()[1]
    said = refusal("127.0.0.1", port)
    assert trouble_words(said, ZH) == f"127.0.0.1:{port} 无人应答"
    assert trouble_words(said, EN) == f"nobody answers at 127.0.0.1:{port}"


def test_somebody_who_says_nothing():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert trouble_words(refusal("127.0.0.1", port, patience=0.2), ZH) == f"127.0.0.1:{port} 没有及时应答"


def test_a_server_that_breaks_off_or_has_no_starttls():
    with serving(Desk(DATA="vanish")) as port:
        assert trouble_words(refusal("127.0.0.1", port), ZH) == f"127.0.0.1:{port} 中断了连接"
        assert trouble_words(refusal("127.0.0.1", port, "starttls"), ZH) == f"127.0.0.1:{port} 不提供 STARTTLS 加密"


def test_a_name_no_machine_has():
    assert "no-such-host.invalid:25 中的主机名" in trouble_words(refusal("no-such-host.invalid", 25), ZH)


@pytest.mark.parametrize("said", ["550 no such user", "451 4.4.1 mx.example.org: Connection timed out", "", "–"])
def test_a_servers_own_words_stay(said: str):
    assert trouble(said) == said


def test_the_round_and_the_doctor_say_it_in_the_clerks_language(duban, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as vacant:
        port = vacant.getsockname()[1]
    duban("init", ".")
    settings = (tmp_path / "duban.toml").read_text("utf-8")
    mail = f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nsender = "duban@example.org"\n'
    (tmp_path / "duban.toml").write_text(settings.partition("[mail]")[0] + mail, "utf-8")
    assert f"127.0.0.1:{port} 无人应答" in duban("doctor", code=None)
    assert f"127.0.0.1:{port} 无人应答" in duban("mail", "test", "wang@example.org", code=8)
