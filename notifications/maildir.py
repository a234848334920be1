"""The mailbox that bounces come back to, read as a maildir reader does: from new/ each file goes to cur/, none is lost.

What was dealt with is marked as read there; everything else stays unread for whoever reads the mailbox.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from notifications.bounces import LARGEST

MOST = 500  # files of one round; the rest is read in the next ones, so that a flood doesn't keep letters waiting


class Maildir:
    """A folder with new/ and cur/ in it, which a mail server delivers into."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def arrived(self) -> Iterator[Path]:
        """Yield files that nobody has looked at yet, the first ones first; links and pipes aren't letters.

        Raises:
            OSError: the folder isn't there or can't be read.
        """
        with os.scandir(self.path / "new") as found:
            names = sorted(one.name for one in found if not one.name.startswith("."))
        yield from filter(_is_plain, (self.path / "new" / name for name in names))

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

    def try_out(self) -> None:
        """See whether it can be read and files moved within it.

        Raises:
            OSError: which folder of it isn't there, or can't be used by this account.
        """
        for folder in (self.path / "new", self.path / "cur"):
            if not folder.is_dir():
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
            if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))


def _is_plain(file: Path) -> bool:
    try:
        return stat.S_ISREG(file.lstat().st_mode)
    except OSError:
        return False
