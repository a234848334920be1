"""Torture: every fault at every place, and after each the same question: did every letter arrive, once?

Usage: python -m tests.torture [--seed N --seconds S] [--only TEXT]
Without --seconds everything is tried; with it, a sample that the seed decides, group by group, until the time is over.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from tests.house import ROOT
from tests.torture.cases import Case, groups, kill, totals
from tests.torture.saboteurs import SABOTEURS
from tests.torture.world import World, worlds

MISSES = 3  # cases of a group that met nothing, from which on something is wrong with the torture itself


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


def main(arguments: list[str]) -> int:
    """Try what is asked for, print how many cases were tried, and return 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--only", default="", help="groups whose name holds this text")
    given = parser.parse_args(arguments)
    if not shutil.which("strace"):
        say("strace is not installed: it kills and breaks at the n-th call (apt install strace)")
        return 1
    logging.disable()  # what the house complains of is what is done to it
    began, tried, missed, wrong = time.monotonic(), Counter[str](), Counter[str](), 0
    end = began + given.seconds if given.seconds else float("inf")
    with (
        tempfile.TemporaryDirectory() as folder,
        worlds(
            Path(folder), with_server=bool(os.environ.get("DUBAN_TEST_POSTGRES")) and not given.only.startswith("file")
        ) as every,
    ):
        found = [group for group in groups(every, sampled=bool(given.seconds), seed=given.seed)
                 if group and given.only in group[0].group]  # fmt: skip
        cases = sampled(found, given.seed) if given.seconds else (case for group in found for case in group)
        for case in cases:
            if time.monotonic() > end - given.seconds / 5:  # the rest is for the saboteurs
                break
            result = case.run()
            if result is None:
                missed[case.group] += 1
                continue
            tried[case.group] += 1
            for one in result:
                wrong += 1
                say(f"WRONG  {case.group} {case.name}: {one}")
        for saboteur in SABOTEURS if not given.only else ():
            caught = catches(every[0], saboteur, random.Random(given.seed), end)
            say(f"a sender that marks {'before sending' if saboteur == 'before' else 'per batch'} is "
                + (f"caught at {caught}" if caught else "NOT CAUGHT"))  # fmt: skip
            wrong += not caught
    for group in [group for group in missed if not tried[group] and missed[group] >= MISSES]:
        wrong += 1
        say(f"WRONG  {group}: the fault was never met, so nothing was tried")
    for group, count in sorted(tried.items()):
        say(f"{count:>6}  {group}")
    say(f"{tried.total()} cases in {time.monotonic() - began:.0f} s, seed {given.seed}: "
        + ("every letter arrived, once" if not wrong else f"{wrong} WRONG"))  # fmt: skip
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
