"""A way to a server that a test can cut: connections to a port of loopback are carried on to another address."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any


class Relay:
    """Carries connections on to a server while it is open; `cut` ends them all, and new ones at once.

    *host* is an address, or the folder of a PostgreSQL server's socket.
    """

    def __init__(self, host: str, port: int) -> None:
        self.target, self.port, self.refused = (host, port), 0, 0
        self._is_cut = False
        self._live: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def open(self) -> None:
        """Take connections, for the first time or again."""
        self._is_cut = False
        if not self.port:
            self._do(self._listen())

    def cut(self) -> None:
        """Break all connections off, and from now on each new one; *refused* counts these."""
        self._is_cut = True
        self._do(self._break())

    def close(self) -> None:
        """End for good."""
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _break(self) -> None:
        for writer in self._live:
            writer.transport.abort()

    async def _end(self) -> None:
        self._server.close()
        await self._break()
        await self._server.wait_closed()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            self.refused += 1
            writer.transport.abort()
            return
        host, port = self.target
        if host.startswith("/"):
            there, onward = await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        else:
            there, onward = await asyncio.open_connection(host, port)
        self._live |= {writer, onward}
        await asyncio.gather(_pump(reader, onward), _pump(there, writer))
        self._live -= {writer, onward}


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    target.close()


@contextmanager
def relaying(host: str, port: int) -> Iterator[Relay]:
    """Give a relay that is open."""
    relay = Relay(host, port)
    relay.open()
    try:
        yield relay
    finally:
        relay.close()
