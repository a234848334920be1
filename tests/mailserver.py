"""A mail server for tests on loopback, which answers as a test scripts it."""

# ruff: noqa: ARG002, N802 (aiosmtpd names its hooks and their arguments)

from __future__ import annotations

import asyncio
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Desk:
    """A server's own say: what it answers to each verb, and what it was given."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.letters: list[tuple[str, list[str], bytes]] = []
        self.hung_up = 0
        self.sessions: set[tuple[str, int]] = set()

    async def handle_MAIL(self, server: SMTP, session, envelope, address, options) -> str:
        self.sessions.add(session.peer)
        if "HANGUP" in self.answers and self.hung_up < int(self.answers["HANGUP"]) and self.letters:
            self.hung_up += 1
            server.transport.close()
            return "421 bye"
        if answer := self.answers.get("MAIL"):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session, envelope, address, options) -> str:
        if answer := self.answers.get("RCPT"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session, envelope) -> str:
        if self.answers.get("DATA") == "vanish":
            server.transport.close()
            return "250 OK"
        if answer := self.answers.get("DATA"):
            return answer
        self.letters.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return f"250 2.0.0 queued as {len(self.letters)}"


class AnyPort(Controller):
    """aiosmtpd on a port of the system's choice; its own probe would knock at port 0."""

    def _trigger_server(self) -> None:
        with socket.create_connection(self.server.sockets[0].getsockname(), timeout=5) as plain:
            if self.ssl_context is None:
                plain.recv(1024)
                return
            trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
            with trusting.wrap_socket(plain) as talk:
                talk.recv(1024)


@contextmanager
def serving(desk: Desk, **how: object) -> Iterator[int]:
    """Run a server on a free port of loopback."""
    controller = AnyPort(desk, hostname="127.0.0.1", port=0, **how)
    controller.start()
    try:
        yield controller.server.sockets[0].getsockname()[1]
    finally:
        controller.stop()


class Moody(Desk):
    """A server that treats the letters to one recipient as scripted, one answer an attempt, and takes all others.

    An answer is a verb and what is said to it: "RCPT 450 later", "DATA vanish" (taken, but the answer gets lost),
    "DATA slow" (taken, after a while), "RCPT hangup".
    """

    def __init__(self, recipient: str, *script: str) -> None:
        super().__init__()
        self.recipient, self.script = recipient, list(script)
        self.attempts = 0

    def _next(self, verb: str) -> str:
        if self.script and self.script[0].startswith(verb):
            return self.script.pop(0).removeprefix(verb).strip()
        return ""

    async def handle_RCPT(self, server: SMTP, session, envelope, address, options) -> str:
        if address == self.recipient:
            self.attempts += 1
            if (answer := self._next("RCPT")) == "hangup":
                server.transport.close()
            if answer:
                return answer
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session, envelope) -> str:
        answer = self._next("DATA") if self.recipient in envelope.rcpt_tos else ""
        if answer[:1] in "45" and answer:
            return answer
        if answer == "slow":
            await asyncio.sleep(0.6)
        said = await super().handle_DATA(server, session, envelope)
        if answer == "vanish":
            server.transport.close()
        return said

    def copies(self) -> list[bytes]:
        """Return what arrived for the recipient."""
        return [data for _, to, data in self.letters if to == [self.recipient]]


@contextmanager
def saying(script: Mapping[str, bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """Run a server that says whatever bytes *script* has for a verb (GREET, MAIL, DOT …), and note what it is told."""
    told: list[bytes] = []
    usual = {"GREET": b"220 hello\r\n", "DATA": b"354 go on\r\n"}

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("GREET")
            data = False
            for line in self.rfile:
                told.append(line)
                if data and line != b".\r\n":
                    continue
                verb = "DOT" if data else line[:4].decode("latin-1").upper()
                self.say(verb)
                data = verb == "DATA" and script.get("DATA", usual["DATA"]).startswith(b"354")

        def say(self, verb: str) -> None:
            self.wfile.write(script.get(verb, usual.get(verb, b"250 ok\r\n")))

    class Server(socketserver.ThreadingTCPServer):
        def handle_error(self, *_: object) -> None:
            """Pass over a client that hung up."""

    with Server(("127.0.0.1", 0), Talk) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server.server_address[1], told
        finally:
            server.shutdown()
