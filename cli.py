"""The front door: `duban` on the command line and `python cli.py` in a checkout start here."""

from __future__ import annotations

import sys


def main() -> None:
    """Answer the command line; so far there is nothing to ask but what will come."""
    sys.stdout.write("duban's commands are on their way: check, apply, overdue, round, serve, demo.\n")


if __name__ == "__main__":
    main()
