"""What is wrong with a connection, in words: the ledger keeps what held a letter as the system said it, in English."""

from __future__ import annotations

from notifications.speech import N_

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from notifications.speech import Speech
    from plans.model import Sentence

_TROUBLES = {
    "timed out": N_("{where} doesn't answer in time"),
    "Connection refused": N_("nobody answers at {where}"),
    "Name or service not known": N_("no machine is known by the name in {where}"),
    "No address associated with hostname": N_("no machine is known by the name in {where}"),
    "Temporary failure in name resolution": N_("the name in {where} can't be looked up at present"),
    "No route to host": N_("the network doesn't lead to {where}"),
    "Network is unreachable": N_("the network doesn't lead to {where}"),
    "Connection reset by peer": N_("{where} broke the connection off"),
    "Connection unexpectedly closed": N_("{where} broke the connection off"),
    "Broken pipe": N_("{where} broke the connection off"),
    "STARTTLS extension not supported": N_("{where} offers no STARTTLS"),
    "certificate verify failed": N_("the certificate of {where} isn't one this machine trusts"),
}


def trouble(said: str) -> Sentence | str:
    """Return what kept a letter: trouble of the connection, `HOST:PORT: …`, as a sentence; a server's words as such."""
    where, _, system = said.partition(": ")
    if not where.rpartition(":")[2].isdigit() or " " in where:
        return said
    return broken(where, system) or said


def broken(where: str, system: str) -> Sentence | None:
    """Return what is wrong with a connection to a machine and port, None for what the *system* alone can say."""
    from plans.model import say

    return next((say(words, where=where) for known, words in _TROUBLES.items() if known in system), None)


def trouble_words(said: str, speech: Speech) -> str:
    """Return the same in a language."""
    known = trouble(said)
    return known if isinstance(known, str) else speech.sentence(known)
