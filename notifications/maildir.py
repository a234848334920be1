"""The mailbox that bounces come back to, read as a maildir reader does: from new/ each file goes to cur/, none is lost.

What was dealt with is marked as read there; everything else stays unread for whoever reads the mailbox.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from notifications.bounces import LARGEST
from plans.model import Sentence, say

MOST = 500  # files of one round; the rest is read in the next ones, so that a flood doesn't keep letters waiting


class Maildir:
    """A folder with new/ and cur/ in it, which a mail server delivers into."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def arrived(self) -> list[Path]:
        """Return files that nobody has looked at yet, the first ones first; links and pipes aren't letters.

        Raises:
            OSError: the folder isn't there or can't be read.
        """
        with os.scandir(self.path / "new") as found:
            names = sorted(one.name for one in found if not one.name.startswith("."))
        files = (self.path / "new" / name for name in names)
        return [file for file in files if _is_plain(file)][:MOST]

    def read(self, file: Path) -> bytes:
        """Return the beginning of a file, as much of it as a bounce can have.

        Raises:
            OSError: it can't be read.
        """
        with file.open("rb") as opened:
            return opened.read(LARGEST)

    def put_away(self, file: Path, *, dealt_with: bool) -> bool:
        """Move a file to cur/, marked as read if it was *dealt_with*; False when another reader has moved it already.

        Raises:
            OSError: it can't be moved.
        """
        name = file.name.partition(":2,")[0] + (":2,S" if dealt_with else ":2,")
        try:
            file.rename(self.path / "cur" / name)
        except FileNotFoundError:
            if not (self.path / "cur").is_dir():
                raise
            return False
        return True

    def trouble(self) -> tuple[Path, Sentence] | None:
        """Return which folder of it can't be read and why, None when it can be."""
        for folder in (self.path / "new", self.path / "cur"):
            if not folder.is_dir():
                return folder, say("there is no such file or folder")
            if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                return folder, say("this account isn't allowed to")
        return None


def _is_plain(file: Path) -> bool:
    try:
        return stat.S_ISREG(file.lstat().st_mode)
    except OSError:
        return False
