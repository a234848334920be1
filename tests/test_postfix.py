"""A real Postfix on loopback: what it takes over is in the mailbox, once, and what it sends back is told of."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.house import House

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example.org
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
virtual_mailbox_domains = example.org
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = regexp:{folder}/etc/boxes
transport_maps = inline:{{ {{ gone@example.org = error:5.1.1 no such user here }} }}
recipient_delimiter = +
smtpd_reject_unlisted_recipient = no
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_relay_restrictions = permit_mynetworks, reject
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
showq unix n - n - - showq
tlsmgr unix - - n 1000? 1 tlsmgr
"""


@dataclass(frozen=True)
class Postfix:
    """An instance of its own: nothing of the machine's Postfix is read or touched."""

    folder: Path
    port: int

    def run(self, command: str) -> None:
        program = shutil.which("postfix", path=os.environ["PATH"] + ":/usr/sbin")
        assert program
        done = subprocess.run(
            [program, "-c", str(self.folder / "etc"), command], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def inbox(self, name: str) -> list[bytes]:
        return [path.read_bytes() for path in (self.folder / "mail" / name / "new").glob("*")]

    def wait_for(self, count: int, name: str = "inbox") -> list[bytes]:
        end = time.monotonic() + 60
        while len(found := self.inbox(name)) < count and time.monotonic() < end:
            time.sleep(0.2)
        return found


@pytest.fixture
def postfix() -> Iterator[Postfix]:
    if not shutil.which("postfix", path=os.environ["PATH"] + ":/usr/sbin"):
        pytest.skip("Postfix is not installed")
    if os.getuid():
        pytest.skip("only root can start Postfix")
    with socket.create_server(("127.0.0.1", 0)) as vacant:
        port = vacant.getsockname()[1]
    folder = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())  # short, and open to Postfix's own user
    folder.chmod(0o755)
    owner = pwd.getpwnam("postfix")
    for name in ("etc", "queue", "data", "mail"):
        (folder / name).mkdir()
    for name in ("data", "mail"):
        os.chown(folder / name, owner.pw_uid, owner.pw_gid)
    daemons = next(path for path in ("/usr/lib/postfix/sbin", "/usr/libexec/postfix") if Path(path).is_dir())
    values = {"folder": folder, "daemons": daemons, "uid": owner.pw_uid, "gid": owner.pw_gid}
    (folder / "etc" / "main.cf").write_text(MAIN.format(**values))
    (folder / "etc" / "boxes").write_text("/^duban(\\+.*)?@/ bounces/\n/./ inbox/\n")
    (folder / "etc" / "master.cf").write_text(MASTER.format(port=port))
    instance = Postfix(folder, port)
    instance.run("start")
    try:
        yield instance
    finally:
        subprocess.run(["/usr/sbin/postfix", "-c", str(folder / "etc"), "abort"], capture_output=True, check=False)
        shutil.rmtree(folder, ignore_errors=True)


def test_every_letter_is_in_the_mailbox_once_though_postfix_was_away(postfix: Postfix, tmp_path: Path):
    """R13: away, then back."""
    house = House.make(tmp_path / "house", postfix.port, 5)
    postfix.run("stop")
    assert house.duban("round").returncode == 8
    assert house.duban("health").returncode == 1
    postfix.run("start")
    house.let_time_pass()
    assert house.duban("round", check=True).stdout
    letters = [message_from_bytes(data, policy=policy.default) for data in postfix.wait_for(5)]
    assert sorted(letter["Delivered-To"] for letter in letters) == [f"p{n}@example.org" for n in range(5)]
    assert all("安全年" in letter.get_body(("plain",)).get_content() for letter in letters)
    assert {letter["receipt"][:3] for letter in house.ask("SELECT receipt FROM letter")} == {"250"}
    assert house.duban("health").returncode == 0


@pytest.mark.parametrize("verp", ["", "duban@example.org"])
def test_a_letter_that_postfix_sends_back_is_shown_as_come_back(postfix: Postfix, tmp_path: Path, verp: str):
    house = House.make(tmp_path / "house", postfix.port, 3)
    with (house.folder / "duban.toml").open("a") as settings:
        settings.write(f'bounces = "{postfix.folder}/mail/bounces"\nverp = "{verp}"\n')
    house.tell("UPDATE person SET mail = 'gone@example.org' WHERE id = 'p1'")
    house.duban("round", check=True)
    (back,) = postfix.wait_for(1, "bounces")
    assert (b"To: duban+" in back) == bool(verp)
    house.duban("round", check=True)
    (letter,) = house.ask("SELECT address, error FROM letter WHERE state = 'bounced'")
    assert letter == {"address": "gone@example.org", "error": "gone@example.org: 5.1.1 no such user here"}
    assert house.duban("health").returncode == 1
    assert "gone@example.org" in house.duban("outbox", "--failed").stdout
    assert [path.name[-4:] for path in (postfix.folder / "mail" / "bounces" / "cur").iterdir()] == [":2,S"]
