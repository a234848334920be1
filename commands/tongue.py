"""Which language a command line is answered in, be it help, an answer or an error: one rule for all."""

from __future__ import annotations

from commands.place import find_place
from notifications.speech import Speech, language_of
from plans.trouble import DubanError

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def speech_for(arguments: Sequence[str], environment: Mapping[str, str], folder: str) -> Speech:
    """Return what *arguments* are answered in: a listing's --lang, the environment, the house's language, else English.

    The house is the one that --ledger, the environment or the nearest duban.toml names; where there is none, or it
    can't be read, nobody complains here.
    """
    from commands.listing import LISTINGS

    if arguments and arguments[0] in LISTINGS and _value("--lang", arguments) in {"zh", "en"}:
        return Speech(_value("--lang", arguments))
    try:
        house = find_place(_value("--ledger", arguments), environment, folder).language
    except DubanError:
        house = ""
    return Speech(language_of(environment, house))


def _value(option: str, arguments: Sequence[str]) -> str:
    """Return the value that *arguments* give *option*, in one word or in two; "" where they don't."""
    for word, following in zip(arguments, (*arguments, "")[1:], strict=True):
        if word == option:
            return following
        if word.startswith(f"{option}="):
            return word[len(option) + 1 :]
    return ""
