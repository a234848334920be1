"""What is done to a house: each group yields cases, and a case returns what was wrong afterwards."""

from __future__ import annotations

import random
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests import server
from tests.house import CLI, House
from tests.mailserver import Desk, Moody
from tests.test_sending import BEHAVIOURS
from tests.torture.world import World, rounds

KILLED = (-signal.SIGKILL, 128 + signal.SIGKILL)
CALLS = ("sendto", "fsync,fdatasync", "pwrite64", "write", "rename,renameat,renameat2,unlink")
ERRORS = (("fsync,fdatasync", "EIO"), ("pwrite64", "ENOSPC"), ("pwrite64", "EIO"), ("write", "ENOSPC"),
          ("sendto", "ECONNRESET"), ("openat", "EMFILE"))  # fmt: skip
HANDS = 20  # seconds after which a claim is that of a dead worker: a living one has its answer long before
LAST_OPENED = 60  # files opened after the program is loaded: before that, it is Python that fails
ROUND = ("round",)
APPLY = ("apply", "plan.yaml", "--yes")
STRACE = ("strace", "-f", "-qq")  # with --seccomp-bpf no signal is injected


@dataclass(frozen=True)
class Case:
    """One thing that is done to one house; *run* returns what was wrong, or None when there was nothing to do it to."""

    kind: str  # of the world the house is taken from
    what: str
    name: str
    run: Callable[[World], list[str] | None]

    @property
    def group(self) -> str:
        """Return what the case is one of many of."""
        return f"{self.kind}: {self.what}"


def strace(house: House, calls: str, inject: str, program: list[str]) -> tuple[int, bool, str]:
    """Run a program under strace; return its exit code, whether the fault was injected, and what it complained."""
    log = house.folder / "strace"
    command = [*STRACE, "-o", str(log), "-e", f"trace={calls}", "-e", f"inject={calls}:{inject}"]
    done = subprocess.run([*command, *program], cwd=house.folder, env=house.environment, capture_output=True, text=True,
                          check=False, timeout=300)  # fmt: skip
    hit = done.returncode in KILLED or (log.exists() and "(INJECTED)" in log.read_text(errors="replace"))
    return done.returncode, hit, done.stderr


def totals(world: World, command: tuple[str, ...] = ROUND) -> Counter[str]:
    """Return how often an undisturbed round, or another command, makes each call."""
    _calls(world, command)  # once for nothing: a first run writes the compiled modules as well, and no later one does
    counted = Counter(_calls(world, command))
    return Counter({calls: sum(counted[one] for one in calls.split(",")) for calls in every_call()})


def _calls(world: World, command: tuple[str, ...]) -> list[str]:
    every = ",".join(every_call())
    with world.house() as house:
        log = house.folder / "strace"
        if command == APPLY:
            house.plan("plan", date.fromisoformat(str(_plan_of(house)[0]["due"])))
        house.duban(*command, check=True, before=(*STRACE, "-o", str(log), "-e", f"trace={every}"))
        return re.findall(r"^\d+ +(\w+)\(", log.read_text(errors="replace"), re.MULTILINE)


def every_call() -> set[str]:
    """Return the groups of calls that are killed at or fail."""
    return {*CALLS, *(calls for calls, _ in ERRORS)}


def kill(world: World, calls: str, n: int, program: list[str] | None = None) -> list[str] | None:
    """Kill a round at its n-th call, and see what honest rounds make of it."""
    with world.house() as house:
        _, hit, _ = strace(house, calls, f"signal=KILL:when={n}", program or [*CLI, *ROUND])
        return world.verdict(house, copies=1) if hit else None


def kill_apply(world: World, calls: str, n: int) -> list[str] | None:
    """Kill an apply at its n-th call: the old plan stands or the new one, and applied again it changes nothing more."""
    with world.house() as house:
        before = _plan_of(house)
        house.plan("plan", date.fromisoformat(str(before[0]["due"])))
        _, hit, _ = strace(house, calls, f"signal=KILL:when={n}", [*CLI, *APPLY])
        if not hit:
            return None
        found = _plan_of(house)
        house.duban(*APPLY, check=True)
        after = _plan_of(house)
        half = [] if found in (before, after) and before != after else [f"HALF: {found}"]
        again = house.duban("plan", "plan.yaml").returncode
        check = house.duban("db", "check")
        return [
            *half,
            *([f"AGAIN: {again}"] if again else []),
            *([check.stderr + check.stdout] * bool(check.returncode)),
        ]


def _plan_of(house: House) -> list[dict[str, Any]]:
    return house.ask("SELECT task, name, declared, due, version FROM occurrence ORDER BY task, name")


def fail(world: World, calls: str, error: str, n: int) -> list[str] | None:
    """R3: let the n-th call fail once; what was accepted must be recorded all the same, so that no copy is allowed."""
    with world.house() as house:
        _, hit, complaint = strace(house, calls, f"error={error}:when={n}", [*CLI, *ROUND])
        if not hit:
            return None
        ours = calls not in ("openat", "write")  # the first may be Python's own, the second the complaint itself
        traceback = ["TRACEBACK: " + complaint[-300:]] if ours and "Traceback" in complaint else []
        return [*traceback, *world.verdict(house, copies=1 if calls == "sendto" else 0)]


def cut(world: World, times: int) -> list[str]:
    """Let the database server cut all connections, again and again, while a round is made."""
    with world.house() as house:
        at_work = house.start(*ROUND)
        for _ in range(times):
            time.sleep(0.3)
            house.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                      " WHERE datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip
        code = at_work.wait(timeout=120)
        said = (house.folder / "log").read_text()
        wrong = [f"TRACEBACK: {said[-300:]}"] if "Traceback" in said else []
        return [*wrong, *([f"EXIT: {code}"] if code not in (0, 4) else []), *world.verdict(house, copies=0)]


def behave(world: World, behaviour: str) -> list[str]:
    """Let the mail server treat one of the letters so; the others must not notice."""
    script, attempts, copies, state = BEHAVIOURS[behaviour]
    with world.house() as house:
        world.relay.desk = moody = Moody("p1@example.org", *script)
        wrong = world.verdict(house, copies=max(0, copies - 1))
        if moody.attempts != attempts:
            wrong.append(f"ATTEMPTS: {moody.attempts}, not {attempts}")
        return [one for one in wrong if state != "dead" or "p1@example.org" not in one]


def crowd(world: World) -> list[str]:
    """Let four programs make the same round at once."""
    with world.house() as house:
        crowd_ = [house.start(*ROUND) for _ in range(4)]
        codes = [one.wait(timeout=120) for one in crowd_]
        return [*(f"EXIT: {code}" for code in codes if code), *world.verdict(house, copies=0)]


def jump(world: World, days: int) -> list[str]:
    """Put the clock forward or back between two rounds: nothing may come twice, and no year of reminders."""
    with world.house() as house:
        database = house.database()
        try:
            rounds(house, database, 2)
            before = len(world.relay.desk.letters)
            rounds(house, database, 1, later=days * 86400)
            after = len(world.relay.desk.letters)
        finally:
            database.close()
        more = [f"TOLD: {after - before} letters after a jump of {days} days"] if after != before else []
        return [*more, *world.verdict(house, copies=0)]


def restore(world: World) -> list[str]:
    """Put back a backup from before the letters went out: they don't go out again."""
    with world.house() as house:
        house.duban("db", "backup", "old.db", check=True)
        house.duban(*ROUND, check=True)
        house.duban("db", "restore", "old.db", check=True)
        return world.verdict(house, copies=0)


def full_disk(world: World) -> list[str] | None:
    """Let the ledger live on a disk with hardly any room: nothing is lost, and what can't be recorded isn't sent."""
    with world.house() as house:
        small = house.folder / "small"
        small.mkdir()
        size = (house.folder / "duban.db").stat().st_size // 1024
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size + 60}k", "tmpfs", str(small)]
        if subprocess.run(mount, check=False, capture_output=True).returncode:
            return None
        try:
            for name in ("duban.db", "duban.toml", "directory.yaml", "plan.yaml"):
                shutil.copy(house.folder / name, small / name)
            inside = House(small, house.port)
            done = inside.duban(*ROUND)
            wrong = ["TRACEBACK: " + done.stderr[-300:]] if "Traceback" in done.stderr else []
            subprocess.run(["mount", "-o", "remount,size=64m", str(small)], check=True)
            return [*wrong, *world.verdict(inside, copies=0)]
        finally:
            subprocess.run(["umount", "-l", str(small)], check=False)


def workers(world: World, letters: int, kills: int, seed: int) -> list[str]:
    """Kill three workers at random over many letters, and empty their queue each time."""
    world.relay.desk = desk = Desk()
    with server.fresh_database() as url:
        house = House.make(world.folder / "many", world.template.port, letters, url.replace("+psycopg", ""))
        killed = _kill_at_random(house, desk, letters, kills, random.Random(seed))
    got = {to for _, (to,), _ in desk.letters}
    extra = len(desk.letters) - len(got)
    lost = letters - len(got & {f"p{n}@example.org" for n in range(letters)})
    wrong = [f"LOST: {lost}"] if lost else []
    return [*wrong, *([f"COPIES: {extra} after {killed} kills"] if extra > killed else [])]


def _kill_at_random(house: House, desk: Desk, letters: int, kills: int, chance: random.Random) -> int:
    """Let three workers send all letters while one after the other is killed; return how many were."""
    crew = [house.start("work") for _ in range(3)]
    killed = 0
    while house.ask("SELECT id FROM letter WHERE state IN ('ready', 'claimed') LIMIT 1") or len(desk.letters) < letters:
        time.sleep(chance.uniform(1, 6))
        if killed < kills and desk.letters:
            victim = chance.randrange(len(crew))
            crew[victim].kill()
            crew[victim].wait()
            killed += 1
            house.lose_queue()
            crew[victim] = house.start("work")
        house.let_time_pass(HANDS)
    for one in crew:
        one.terminate()
        one.wait(timeout=60)
    return killed


def groups(every: Mapping[str, World], *, sampled: bool, seed: int) -> Iterator[list[Case]]:
    """Yield the groups of cases, the longest first; with *sampled* without what takes many minutes."""
    if not sampled and "server" in every:
        yield [_case("server", "three workers", "20,000 letters, 30 kills", workers, 20_000, 30, seed)]
    for kind, world in every.items():
        count = totals(world)
        for call in CALLS if kind == "file" else ("sendto", "fsync,fdatasync"):
            yield [_case(kind, f"SIGKILL at {call}", f"n={n}", kill, call, n) for n in range(1, count[call] + 1)]
        for call, error in ERRORS if kind == "file" else ():
            first = max(1, count[call] - LAST_OPENED) if call == "openat" else 1
            yield [_case(kind, f"{error} at {call}", f"n={n}", fail, call, error, n)
                   for n in range(first, count[call] + 1)]  # fmt: skip
        if kind == "server":
            yield [_case(kind, "connections cut", f"{n} times", cut, n) for n in range(1, 10)]
        yield [_case(kind, "a mail server that", name, behave, name) for name in BEHAVIOURS]
        yield [_case(kind, "at once", f"four rounds, {n}", crowd) for n in range(1 if sampled else 5)]
        yield [_case(kind, "the clock jumps", f"{days:+} days", jump, days) for days in (-3, -1, 9, 400)]
    applied = totals(every["file"], APPLY)
    for call in ("fsync,fdatasync", "pwrite64"):
        yield [_case("file", f"SIGKILL in apply at {call}", f"n={n}", kill_apply, call, n)
               for n in range(1, applied[call] + 1)]  # fmt: skip
    yield [_case("file", "an old backup", "put back", restore)]
    yield [_case("file", "a full disk", "60 KB left", full_disk)]


def _case(kind: str, what: str, name: str, run: Callable[..., list[str] | None], *arguments: object) -> Case:
    return Case(kind, what, name, lambda world: run(world, *arguments))
