"""What stops a command: one sentence for a person, and the exit code by which a script can tell it from others.

What an author wrote wrongly in a plan is a finding, never one of these. docs/reference/exit-codes.md lists all codes.
"""

from __future__ import annotations

TYPE_CHECKING = False  # listings are counted in milliseconds, and plans.model is dear to import
if TYPE_CHECKING:
    from plans.model import Sentence

FINE, FINDINGS, USAGE, WOULD_CHANGE = 0, 1, 2, 3
STUMBLED, INTERRUPTED, BROKEN_PIPE = 70, 130, 141


class DubanError(Exception):
    """A command can't go on; carries the sentence that says what, where, why, and what to do.

    A plain text is said as it stands; a `plans.model.say(...)` in the user's language.
    """

    exit_code = STUMBLED

    def __init__(self, sentence: Sentence | str) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class UsageError(DubanError):
    """What was asked for can't be asked so: an unknown task, unit or person, a day that is none."""

    exit_code = USAGE


class LedgerError(DubanError):
    """There is no ledger, or it can't be used as it is."""

    exit_code = 4


class SettingsError(DubanError):
    """A setting of duban.toml or of the environment can't be used."""

    exit_code = 5


class FileError(DubanError):
    """A file can't be read or written."""

    exit_code = 6


class DeskError(DubanError):
    """The rules of the ledger don't allow what was asked: a fixed date extended, a day before the last one entered."""

    exit_code = 7


class MailError(DubanError):
    """The mail server, or another machine, can't be reached or refuses."""

    exit_code = 8


def because(error: OSError) -> Sentence | str:
    """Return in words why the system refused: a sentence for what people meet, else what the system says."""
    import errno

    from plans.model import say

    match error.errno:
        case errno.ENOENT:
            return say("there is no such file or folder")
        case errno.EACCES | errno.EPERM:
            return say("this account isn't allowed to")
        case errno.EISDIR:
            return say("it is a folder")
        case errno.ENOTDIR:
            return say("what should be a folder is a file")
        case errno.EEXIST:
            return say("something of that name is there already")
        case errno.ENOSPC | errno.EDQUOT:
            return say("the disk is full")
        case errno.EROFS:
            return say("the disk can only be read")
        case errno.EIO:
            return say("the disk is faulty")
        case _:
            return error.strerror or str(error)


def stumbled(error: Exception) -> Sentence:
    """Return what to say of an error that nobody expected: of the machine's, if it is out of memory, else of ours."""
    from plans.model import say

    if isinstance(error, MemoryError):
        return say("There is no memory left for this. What was begun is taken back; stop something else and try again.")
    what = f"{type(error).__name__}: {error}"
    return say("This should not have happened ({what}). Set DUBAN_TRACEBACK=1 to see where, and report it.", what=what)
