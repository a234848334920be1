"""What a request for a calendar costs the server: ours beside nginx with a static file, and beside Radicale.

Run `python benchmarks/serving.py [--entries N] [--requests N]`. The figure is CPU time (user and system) of the
server's processes a request over one kept connection; wall time depends on the machine. nginx and Radicale take part
where they are on the PATH (`NGINX` and `RADICALE` name other places); answers are compared before they are measured.
"""

from __future__ import annotations

import argparse
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from notifications.feed_check import check_feed
from store.database import Database
from store.tokens import Grant, issue

ROOT = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")
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
    """Return the CPU seconds that a process and its children have used."""
    family = [pid, *(int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    spent = 0
    for one in family:
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        spent += int(fields[11]) + int(fields[12])
    return spent / TICK


def ask(port: int, path: str, headers: dict[str, str], times: int) -> tuple[int, bytes, dict[str, str]]:
    """Ask *times* times over one connection and return the last answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for _ in range(times):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
    connection.close()
    return answer.status, body, {name.lower(): value for name, value in answer.getheaders()}


def measured(pid: int, port: int, path: str, headers: dict[str, str], times: int) -> float:
    """Return the microseconds of CPU a request, the best of three rounds."""
    best = float("inf")
    for _ in range(3):
        before = cpu(pid)
        ask(port, path, headers, times)
        best = min(best, (cpu(pid) - before) / times * 1e6)
    return best


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[int]:
    """Run a server until it answers, and stop it at the end; gives its process id."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
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


def ours(folder: Path, entries: int, times: int) -> bytes:
    secret, port = house(folder, entries), free_port()
    command = [sys.executable, str(ROOT / "cli.py"), "serve", "--port", str(port), "--today", DAY]
    with running(command, port, folder) as pid:
        path = f"/f/{secret}.ics"
        status, body, headers = ask(port, path, {}, 1)
        assert (status, check_feed(body)) == (200, []), status
        assert body.count(b"BEGIN:VEVENT") == entries
        known = {"If-None-Match": headers["etag"]}
        assert ask(port, path, known, 1)[0] == 304
        show("duban", len(body), measured(pid, port, path, known, times), measured(pid, port, path, {}, times))
    return body


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


def nginx(program: str, body: bytes, times: int) -> None:
    with nginx_with(program, {"all.ics": body}) as (pid, port):
        status, got, headers = ask(port, "/all.ics", {}, 1)
        assert (status, got) == (200, body), status
        known = {"If-None-Match": headers["etag"]}
        once = measured(pid, port, "/all.ics", known, times), measured(pid, port, "/all.ics", {}, times)
        show("nginx", len(body), *once)


def program_of(name: str) -> str | None:
    """Return where a server is: what the variable of its name says (NGINX, RADICALE), else the one on the PATH."""
    return os.environ.get(name.upper()) or shutil.which(name)


def radicale(program: str, body: bytes, times: int) -> None:
    """Radicale makes the file anew from its items for each request; it answers no If-None-Match on a collection."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        config = (
            f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = none\n[rights]\ntype = authenticated\n"
            f"[storage]\nfilesystem_folder = {folder}/data\n"
        )
        (folder / "config").write_text(config.replace("authenticated", "owner_only"), "utf-8")
        with running([program, "--config", str(folder / "config")], port, folder) as pid:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            login = {"Authorization": "Basic eDp4", "Content-Type": "text/calendar"}
            connection.request("PUT", "/x/all/", body, login)
            put = connection.getresponse()
            put.read()
            status, got, headers = ask(port, "/x/all/", login, 1)
            assert (put.status, status) == (201, 200), (put.status, status)
            assert got.count(b"BEGIN:VEVENT") == body.count(b"BEGIN:VEVENT")
            few = max(1, times // 100)
            known = login | {"If-None-Match": headers.get("etag", '"x"')}
            show(
                "Radicale",
                len(got),
                measured(pid, port, "/x/all/", known, few),
                measured(pid, port, "/x/all/", login, few),
            )


def show(name: str, size: int, known: float, whole: float) -> None:
    print(f"{name:10} {size / 1000:8.0f} kB   known copy {known:9.0f} µs   whole {whole:9.0f} µs   CPU a request")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1000)
    parser.add_argument("--requests", type=int, default=2000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        body = ours(Path(name), given.entries, given.requests)
    for server in (nginx, radicale):
        if program := program_of(server.__name__):
            server(program, body, given.requests)
        else:
            print(f"{server.__name__:10} is not installed")


if __name__ == "__main__":
    main()
