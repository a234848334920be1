"""The server process: an application on a socket until somebody says stop, and then no longer than it takes."""

from __future__ import annotations

import asyncio
import signal
import socket
from importlib.util import find_spec

import uvicorn
from starlette.types import ASGIApp

PATIENCE = 10  # seconds that requests under way get when the server is told to stop
IDLE = 10  # seconds a connection may stay open with nothing to do


def run_server(app: ASGIApp, listening: socket.socket) -> None:
    """Serve *app* on an open socket until SIGTERM or SIGINT; returns when all is put away."""
    for name in (signal.SIGTERM, signal.SIGINT):  # uvicorn raises the signal again when it is done; that is no error
        signal.signal(name, lambda *_: None)
    uvicorn.Server(server_config(app)).run(sockets=[listening])


def server_config(app: ASGIApp) -> uvicorn.Config:
    """Return how the server is run; without httptools (not on every Python) by a parser with limits of its own."""
    protocol: type[asyncio.Protocol] | str = "auto"
    if find_spec("httptools"):
        from web.patience import PatientProtocol

        protocol = PatientProtocol
    return uvicorn.Config(
        app,
        http=protocol,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=PATIENCE,
        ws="none",
    )
