"""Torture: every fault at every place, and after each the same question: did every letter arrive, once?

Usage: python -m tests.torture [--seed N --seconds S] [--only TEXT] [--jobs N]
Without --seconds everything is tried; with it, a sample that the seed decides, group by group, until the time is over.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from itertools import chain, zip_longest
from pathlib import Path
from queue import SimpleQueue

from tests.house import ROOT
from tests.torture.cases import Case, groups, kill, totals
from tests.torture.saboteurs import SABOTEURS
from tests.torture.world import World, worlds

MISSES = 3  # cases of a group that met nothing, from which on something is wrong with the torture itself
Worlds = dict[str, World]
Result = list[str] | None


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def sampled(every: list[list[Case]], seed: int) -> Iterator[Case]:
    """Yield one case of each group in turn, in an order that the seed decides."""
    chance = random.Random(seed)
    for group in every:
        chance.shuffle(group)
    for turn in zip_longest(*every):
        yield from (case for case in turn if case)


def results(cases: Iterable[Case], crews: list[Worlds], until: float) -> Iterator[tuple[Case, Result]]:
    """Yield what came of each case that was begun in time; as many run at once as there are sets of worlds."""
    idle: SimpleQueue[Worlds] = SimpleQueue()
    for crew in crews:
        idle.put(crew)

    def attempt(case: Case) -> tuple[Case, Result] | None:
        if time.monotonic() > until:
            return None
        crew = idle.get()
        try:
            return case, case.run(crew[case.kind])
        except (AssertionError, subprocess.SubprocessError) as error:
            return case, [f"BROKEN: {error}"]
        finally:
            idle.put(crew)

    with ThreadPoolExecutor(len(crews)) as pool:
        begun = [pool.submit(attempt, case) for case in cases]
        yield from (result for one in as_completed(begun) if (result := one.result()))


def catches(world: World, saboteur: str, chance: random.Random, until: float) -> str:
    """Return what a saboteur was caught at, "" if it wasn't."""
    program = [sys.executable, "-m", "tests.torture.saboteurs", saboteur, "round"]
    os.environ["PYTHONPATH"] = str(ROOT)
    places = list(range(1, totals(world)["sendto"] + 1))
    chance.shuffle(places)
    for n in places:
        if wrong := kill(world, "sendto", n, program):
            return f"sendto {n}: {wrong[0]}"
        if time.monotonic() > until:
            break
    return ""


def options() -> argparse.ArgumentParser:
    """Return what can be asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--only", default="", help="groups whose name holds this text")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="cases at once")
    return parser


def tried_and_wrong(given: argparse.Namespace, folder: Path) -> tuple[Counter[str], int]:
    """Try what is asked for; return how many cases of each group met their fault, and how much was wrong."""
    tried, missed, wrong = Counter[str](), Counter[str](), 0
    end = time.monotonic() + given.seconds if given.seconds else float("inf")
    with_server = bool(os.environ.get("DUBAN_TEST_POSTGRES")) and not given.only.startswith("file")
    with ExitStack() as stack:
        crews = [stack.enter_context(worlds(folder / str(n), with_server=with_server)) for n in range(given.jobs)]
        every = groups(crews[0], sampled=bool(given.seconds), seed=given.seed)
        found = [group for group in every if group and given.only in group[0].group]
        cases = list(sampled(found, given.seed) if given.seconds else chain.from_iterable(found))
        for number, (case, result) in enumerate(results(cases, crews, end - given.seconds / 5), 1):
            (missed if result is None else tried)[case.group] += 1
            for one in result or ():
                wrong += 1
                say(f"WRONG  {case.group} {case.name}: {one}")
            if number % 100 == 0:
                say(f"{number} of {len(cases)} …")
        for saboteur in SABOTEURS if not given.only else ():
            caught = catches(crews[0]["file"], saboteur, random.Random(given.seed), end)
            say(f"a sender that marks {'before sending' if saboteur == 'before' else 'per batch'} is "
                + (f"caught at {caught}" if caught else "NOT CAUGHT"))  # fmt: skip
            wrong += not caught
    for group in [group for group in missed if not tried[group] and missed[group] >= MISSES]:
        wrong += 1
        say(f"WRONG  {group}: the fault was never met, so nothing was tried")
    return tried, wrong


def main(arguments: list[str]) -> int:
    """Try what is asked for, print how many cases were tried, and return 1 if anything was wrong."""
    given, began = options().parse_args(arguments), time.monotonic()
    if not shutil.which("strace"):
        say("strace is not installed: it kills and breaks at the n-th call (apt install strace)")
        return 1
    logging.disable()  # what the house complains of is what is done to it
    with tempfile.TemporaryDirectory() as folder:
        # a thousand programs are started: compiled once, each starts in a third of the time
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "bytecode")
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        tried, wrong = tried_and_wrong(given, Path(folder))
    for group, count in sorted(tried.items()):
        say(f"{count:>6}  {group}")
    say(f"{tried.total()} cases in {time.monotonic() - began:.0f} s, seed {given.seed}: "
        + ("every letter arrived, once" if not wrong else f"{wrong} WRONG"))  # fmt: skip
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
