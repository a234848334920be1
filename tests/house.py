"""A house for tests of whole processes: a folder with duban.toml and a ledger, run at the command line."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from store.database import Database, rows, run

ROOT = Path(__file__).parents[1]
CLI = [sys.executable, str(ROOT / "cli.py")]


@dataclass(frozen=True)
class House:
    """A house whose letters go to a port of loopback; *url* "" keeps its ledger in a file."""

    folder: Path
    port: int
    url: str = ""

    @classmethod
    def make(cls, folder: Path, port: int, units: int, url: str = "") -> House:
        """Return a house in which an assignment letter to each of some units is due at once, whatever day it is."""
        house = cls(folder, port, url)
        folder.mkdir(parents=True, exist_ok=True)
        house.duban("init", ".", check=True)
        house.settle()
        today = datetime.now(UTC).date()  # noqa: TID251 - the processes it starts look at the clock, too
        days = ", ".join(str(today + timedelta(days=number)) for number in range(-2, 3))
        names = range(units)
        (folder / "directory.yaml").write_text(
            "units:\n" + "".join(f"  u{n}: {{name: 处{n}, contact: p{n}}}\n" for n in names)
            + "people:\n" + "".join(f"  p{n}: {{name: 甲{n}, mail: p{n}@example.org, unit: u{n}}}\n" for n in names)
            + f"office: u0\nworked: [{days}]\n", "utf-8"
        )  # fmt: skip
        house.plan("plan", today)
        house.duban("apply", "plan.yaml", "--release", "--yes", check=True)
        return house

    def plan(self, name: str, issued: date) -> None:
        """Write a plan with a task for each unit."""
        units = (self.folder / "directory.yaml").read_text("utf-8").count("contact:")
        (self.folder / f"{name}.yaml").write_text(
            f"plan: {name}\ntitle: 安全年\nissued: {issued}\ndirectory: directory.yaml\ntasks:\n"
            + "".join(f"  - {{id: t{n}, title: 事{n}, lead: u{n}, due: {issued + timedelta(days=60)}}}\n"
                      for n in range(units)), "utf-8"
        )  # fmt: skip

    def settle(self) -> None:
        """Write the settings: midnight is when letters go out, so that any hour will do."""
        settings = self.folder / "duban.toml"
        lines = [line for line in settings.read_text("utf-8").splitlines() if line.startswith("house")]
        settings.write_text(
            "\n".join([*lines, 'timezone = "UTC"', 'send_at = "00:00"', "[mail]", 'host = "127.0.0.1"',
                       f"port = {self.port}", 'sender = "duban@example.org"', ""]), "utf-8"
        )  # fmt: skip

    @property
    def environment(self) -> dict[str, str]:
        """Return what a process of the house is started with."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}
        return kept | {"LC_ALL": "C"} | ({"DUBAN_DATABASE_URL": self.url} if self.url else {})

    def duban(
        self, *arguments: str, check: bool = False, before: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run one command of the house to its end."""
        done = subprocess.run(
            [*before, *CLI, *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert not check or done.returncode == 0, done.stderr
        return done

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command that runs on."""
        with (self.folder / "log").open("a") as log:
            return subprocess.Popen([*CLI, *arguments], cwd=self.folder, env=self.environment, stdout=log, stderr=log)

    def database(self) -> Database:
        """Return the house's ledger."""
        url = self.url.replace("postgresql://", "postgresql+psycopg://", 1)
        return Database(url or f"sqlite:///{self.folder / 'duban.db'}")

    def ask(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        """Return the rows of a query."""
        database = self.database()
        try:
            with database.read() as connection:
                return rows(connection, sql, **values)
        finally:
            database.close()

    def tell(self, *statements: str) -> None:
        """Change the ledger behind everybody's back."""
        database = self.database()
        with database.write(beside=True) as connection:
            for sql in statements:
                run(connection, sql)
        database.close()

    def lose_queue(self) -> None:
        """Empty the tables by which workers are called, as they may be at any time."""
        for table in ("jobs", "events", "periodic_defers", "workers"):  # one by one: emptied at once, they would wait
            self.tell(f"DELETE FROM procrastinate_{table}")  # for a worker that waits for them

    def let_time_pass(self, hands: int = -1) -> None:
        """Make every lease lapse and every wait be over, but for claims of the last *hands* seconds.

        Where senders are alive, that spares the letters in their hands: a second sender would make copies of them.
        """
        then = int(time.time()) - hands  # noqa: TID251 - the database's own clock
        self.tell(
            "UPDATE letter SET next_at = 0 WHERE state = 'ready'",
            f"UPDATE letter SET next_at = 0 WHERE state = 'claimed' AND tried_at <= {then}",
            "UPDATE house SET post_until = 0",
        )
