"""Why a notice goes, waits or never goes: the codes that the ledger keeps, in words.

Nothing is imported but a mark, since `why` answers in milliseconds.
"""

from __future__ import annotations

from notifications.speech import N_

REASONS = {
    "short-span": N_("the task has fewer working days than this stage is meant for"),
    "before-assigned": N_("its day was before the task was assigned"),
    "before-version": N_("its day was before the deadline was changed"),
    "reported": N_("something was reported since the letter before"),
    "answered": N_("the letter before was answered in time"),
    "propose": N_("is for the office to think about; nobody else is told"),
    "folded": N_("the letter before it was less than two working days earlier"),
    "superseded": N_("a later stage was due as well; only the latest is said"),
    "soft": N_("a date that is only striven for is not pressed"),
    "unreleased": N_("the plan has not been released yet"),
    "hold": N_("letters are on hold"),
    "desk": N_("waits for the office to release it"),
    "sign": N_("waits for a signature"),
    "nobody": N_("nobody could be found to tell"),
    "found": N_("nobody could be found at first; told once somebody was"),
    "past": N_("the date was already past when the plan was first applied"),
    "done": N_("it was done by then"),
    "changed": N_("the deadline was changed before it was sent"),
    "cancelled": N_("the task was cancelled"),
    "set-aside": N_("the task was put on hold"),
    "closed": N_("the plan was closed"),
    "dropped": N_("the office decided not to send it"),
    "handed-over": N_("the task was handed over to somebody else"),
    "readdressed": N_("before it was let go, somebody else was to be told"),
    "address": N_("the recipient has no mail address"),
    "planned": N_("goes with the next letter"),
    "in-letter": N_("is in a letter"),
}
