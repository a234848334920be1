"""A server for tests: an application on a free port of the loopback, or the real program as a process."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn

ROOT = Path(__file__).parents[1]


@contextmanager
def serving(app: Any, **settings: Any) -> Iterator[str]:
    """Serve *app* over real HTTP on a free port of the loopback, and yield its address."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as `duban serve` does
        given = {"lifespan": "on", "log_level": "critical", "access_log": False, "proxy_headers": False} | settings
        server = uvicorn.Server(uvicorn.Config(app, **given))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        thread.start()
        deadline = time.monotonic() + 10
        while not server.started and time.monotonic() < deadline:
            thread.join(0.01)
        try:
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def browse(url: str, **given: Any) -> httpx.Client:
    """Return a client of a server on the loopback: it needs none of the certificates that are dear to load."""
    return httpx.Client(base_url=url, verify=False, **given)


class Process:
    """`duban serve` as a process of its own in a folder."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "cli.py"), "serve", *arguments],
            cwd=folder,
            env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.first = self.process.stdout.readline()
        found = re.search(r"http://[^ ;；]+", self.first)
        assert found, self.first + self.end(signal.SIGKILL)[1]
        self.url = found[0]

    def end(self, how: int = signal.SIGTERM) -> tuple[int, str]:
        """Tell it to stop; return its exit code and all that it wrote to its streams after the first line."""
        self.process.send_signal(how)
        out, errors = self.process.communicate(timeout=40)
        return self.process.returncode, out + errors


def wait_until_up(url: str) -> None:
    """Wait until a server answers at all."""
    for _ in range(200):
        try:
            httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"nothing answers at {url}")
