"""The front door: listings are answered at once, by the standard library alone; all else goes to `commands`."""

from __future__ import annotations

import gc
import os
import sys

from plans.trouble import BROKEN_PIPE, INTERRUPTED, STUMBLED, DubanError, FileError, because, stumbled

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.model import Sentence


def main() -> None:
    """Answer the command line and end with the exit code that docs/reference/exit-codes.md explains."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # an old terminal can't show all of an office's words, nor send them
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Answer *arguments* on the standard streams and return the exit code; whatever goes wrong is one sentence."""
    try:
        code = _answer(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains as it ends
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    except DubanError as trouble:
        return _say(trouble.sentence, trouble.exit_code, arguments)
    except OSError as error:
        from plans.model import say

        what = say("{file}: {why}", file=str(error.filename or "duban"), why=because(error))
        return _say(what, FileError.exit_code, arguments)
    except Exception as error:
        if os.environ.get("DUBAN_TRACEBACK"):
            raise
        return _say(stumbled(error), STUMBLED, arguments)
    return code


def _answer(arguments: Sequence[str]) -> int:
    from commands.listing import LISTINGS, answer, parse

    listing = LISTINGS.get(arguments[0]) if arguments else None
    given = parse(listing, arguments[1:]) if listing else None
    if listing is None or given is None:
        from commands.main import run_app

        return run_app(arguments)
    gc.disable()  # a listing ends before it has made any rubbish, and looking for it is a tenth of a long one
    try:
        return answer(listing, given, os.environ, ".", sys.stdout)
    finally:
        gc.enable()


def _say(sentence: Sentence | str, code: int, arguments: Sequence[str]) -> int:
    """Write one sentence to the standard error, in the language of whoever asks, and return *code*."""
    from commands.tongue import speech_for
    from notifications.typesetting import plain

    speech = speech_for(arguments, os.environ, ".")
    text = sentence if isinstance(sentence, str) else speech.sentence(sentence)
    sys.stderr.write(f"duban: {plain(text)}\n")
    return code


if __name__ == "__main__":
    main()
