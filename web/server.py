"""The server process: an application on a socket until somebody says stop, and then no longer than it takes."""

from __future__ import annotations

import signal
import socket

import uvicorn
from starlette.types import ASGIApp

PATIENCE = 10  # seconds that requests under way get when the server is told to stop


def run_server(app: ASGIApp, listening: socket.socket) -> None:
    """Serve *app* on an open socket until SIGTERM or SIGINT; returns when all is put away."""
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=PATIENCE,
        ws="none",
    )
    for name in (signal.SIGTERM, signal.SIGINT):  # uvicorn raises the signal again when it is done; that is no error
        signal.signal(name, lambda *_: None)
    uvicorn.Server(config).run(sockets=[listening])
