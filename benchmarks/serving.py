"""What a request for a calendar costs the server: ours beside nginx with a static file, and beside Radicale.

Run `python benchmarks/serving.py [--entries N] [--requests N]`. The figure is CPU time (user and system) of the
server's processes a request, eight clients at a time over kept connections: medians of rounds in which the servers
take turns, so that a busy machine slows all alike. nginx and Radicale take part where they are on the PATH (`NGINX`
and `RADICALE` name other places); answers are compared before they are measured.
"""

from __future__ import annotations

import argparse
import http.client
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from notifications.feed_check import check_feed
from store.database import Database
from store.tokens import Grant, issue

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = 8
ROUNDS = 9
DAY = "2026-06-01"
PLAN = "plan: big\ntitle: 大方案\nnumber: 常安〔2026〕3号\nissued: 2026-03-02\noffice: 安全处\ntasks:\n"
DIRECTORY = "units:\n  safety: {name: 安全处, mail: safety@example.org}\n"
NGINX = """daemon off; pid {folder}/pid; error_log {folder}/log; worker_processes 1;
events {{}}
http {{ access_log off; keepalive_requests 1000000; types {{ text/calendar ics; }}
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {folder}/www; }} }}
"""


def cpu(pid: int) -> float:
    """Return the CPU seconds that a process and its children have used, to the nanosecond."""
    family = [pid, *(int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    return sum(time.clock_gettime(~one << 3 | 2) for one in family)  # the clock of another process, as Linux names it


def ask(port: int, path: str, headers: dict[str, str], times: int) -> tuple[int, bytes, dict[str, str]]:
    """Ask *times* times over one connection and return the last answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for _ in range(times):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
    connection.close()
    return answer.status, body, {name.lower(): value for name, value in answer.getheaders()}


@dataclass
class Server:
    """A server that runs, and how much CPU its answers took, in microseconds: to a known copy, and whole."""

    pid: int
    port: int
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    share: int = 1  # of so many requests it gets one: Radicale takes a thousand times as long
    known: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)

    def measure(self, requests: int) -> None:
        """Ask for what the client has, and for the whole."""
        etag = ask(self.port, self.path, self.headers, 1)[2].get("etag", '"x"')
        for found, headers in ((self.known, self.headers | {"If-None-Match": etag}), (self.whole, self.headers)):
            before = cpu(self.pid)
            asked = crowd(self.port, self.path, headers, requests // self.share)
            found.append((cpu(self.pid) - before) / asked * 1e6)


def crowd(port: int, path: str, headers: dict[str, str], requests: int) -> int:
    """Ask about so many times, CLIENTS at once, and return how often."""
    clients = [http.client.HTTPConnection("127.0.0.1", port) for _ in range(CLIENTS)]
    turns = max(1, requests // CLIENTS)
    for _ in range(turns):
        for client in clients:
            client.request("GET", path, headers=headers)
        for client in clients:
            client.getresponse().read()
    for client in clients:
        client.close()
    return turns * CLIENTS


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[int]:
    """Run a server until it answers, and stop it at the end; gives its process id."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def house(folder: Path, entries: int) -> str:
    """Make a house with a plan of *entries* tasks in *folder*, and return the secret of its calendar."""
    tasks = "\n".join(
        f"  - {{id: t{n}, no: {n}, title: 组织第{n}次消防演练并整改到位, lead: 安全处, due: 2026-12-{n % 28 + 1}}}"
        for n in range(1, entries + 1)
    )
    (folder / "plan.yaml").write_text(PLAN + tasks + "\n", "utf-8")
    (folder / "directory.yaml").write_text(DIRECTORY, "utf-8")
    for arguments in (["init", "--rehearsal"], ["apply", "--today", "2026-03-02", "--yes"]):
        command = [sys.executable, str(ROOT / "cli.py"), *arguments]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    database = Database(f"sqlite:///{folder / 'duban.db'}")
    with database.write() as connection:
        secret = issue(connection, Grant("feed", {}, {}, "督办"), date.fromisoformat(DAY))
    database.close()
    return secret


@contextmanager
def ours(entries: int) -> Iterator[tuple[Server, bytes]]:
    """Run duban with a calendar of so many entries; gives the server and the calendar."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        path = f"/f/{house(folder, entries)}.ics"
        command = [sys.executable, str(ROOT / "cli.py"), "serve", "--port", str(port), "--today", DAY]
        with running(command, port, folder) as pid:
            status, body, headers = ask(port, path, {}, 1)
            assert (status, check_feed(body)) == (200, []), status
            assert body.count(b"BEGIN:VEVENT") == entries
            assert ask(port, path, {"If-None-Match": headers["etag"]}, 1)[0] == 304
            yield Server(pid, port, path), body


@contextmanager
def nginx_with(program: str, files: Mapping[str, bytes]) -> Iterator[tuple[int, int]]:
    """Run nginx with *files* in its folder; gives its process id and port."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        folder.chmod(0o755)
        (folder / "www").mkdir()
        for file, body in files.items():
            (folder / "www" / file).write_bytes(body)
        (folder / "conf").write_text(NGINX.format(folder=folder, port=port), "utf-8")
        with running([program, "-c", str(folder / "conf"), "-p", name], port, folder) as pid:
            yield pid, port


@contextmanager
def nginx(program: str, body: bytes) -> Iterator[Server]:
    with nginx_with(program, {"all.ics": body}) as (pid, port):
        assert ask(port, "/all.ics", {}, 1)[:2] == (200, body)
        yield Server(pid, port, "/all.ics")


def program_of(name: str) -> str | None:
    """Return where a server is: what the variable of its name says (NGINX, RADICALE), else the one on the PATH."""
    return os.environ.get(name.upper()) or shutil.which(name)


@contextmanager
def radicale(program: str, body: bytes) -> Iterator[Server]:
    """Radicale makes the file anew from its items for each request; it answers no If-None-Match on a collection."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        (folder / "config").write_text(
            f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = none\n[rights]\ntype = owner_only\n"
            f"[storage]\nfilesystem_folder = {folder}/data\n",
            "utf-8",
        )
        with running([program, "--config", str(folder / "config")], port, folder) as pid:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            login = {"Authorization": "Basic eDp4", "Content-Type": "text/calendar"}
            connection.request("PUT", "/x/all/", body, login)
            put = connection.getresponse()
            put.read()
            status, got, _ = ask(port, "/x/all/", login, 1)
            assert (put.status, status) == (201, 200), (put.status, status)
            assert got.count(b"BEGIN:VEVENT") == body.count(b"BEGIN:VEVENT")
            yield Server(pid, port, "/x/all/", login, share=100)


def main() -> None:
    """Print what an answer takes each server, and how often as much as nginx."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1000)
    parser.add_argument("--requests", type=int, default=800, help="a round")
    given = parser.parse_args()
    with ExitStack() as stack:
        own, body = stack.enter_context(ours(given.entries))
        servers = {"duban": own}
        for server in (nginx, radicale):
            if program := program_of(server.__name__):
                servers[server.__name__] = stack.enter_context(server(program, body))
            else:
                print(f"{server.__name__} is not installed")
        for _ in range(ROUNDS):
            for one in servers.values():
                one.measure(given.requests)
    print(f"{len(body) / 1000:.0f} kB, {CLIENTS} clients; CPU a request, medians of {ROUNDS}")
    limit = servers.get("nginx", own)
    for name, one in servers.items():
        known, whole = statistics.median(one.known), statistics.median(one.whole)
        ratios = known / statistics.median(limit.known), whole / statistics.median(limit.whole)
        print(f"{name:10} known copy {known:9.0f} µs {ratios[0]:8.1f} x   whole {whole:9.0f} µs {ratios[1]:8.1f} x")


if __name__ == "__main__":
    main()
