"""How long a client may take to ask: half-open connections are hung up on before they can crowd out the others."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 15.0  # how long a client may take for the head of a request
HEAD_OCTETS = 32_768  # how long that head may be


class PatientProtocol(HttpToolsProtocol):
    """HTTP for clients that send the head of a request in due time and length; the others are hung up on."""

    _head: asyncio.TimerHandle | None = None
    _octets = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Read on; a head that is too long is refused (431)."""
        self._octets += len(data)
        super().data_received(data)
        if self._head and self._octets > HEAD_OCTETS and not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 431 \r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
            self.transport.close()

    def on_message_begin(self) -> None:
        """Wait for the rest of a head that has begun."""
        super().on_message_begin()
        self._wait()

    def on_headers_complete(self) -> None:
        """Stop waiting: the head is there."""
        self._rest()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting: nobody is there any more."""
        self._rest()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._head is None:
            self._octets = 0
            self._head = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _rest(self) -> None:
        if self._head:
            self._head.cancel()
        self._head = None
