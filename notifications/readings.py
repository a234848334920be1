"""A reading in words: what duban took from a deadline, said so that whoever wrote it can agree or object."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from notifications.speech import N_, Speech
from plans.cadence import FOLLOWING, WEEKDAYS, WORKED
from plans.model import Reading

KINDS = {
    "date": N_("a date"), "span": N_("a span"), "recurring": N_("recurring"), "open": N_("without an end"),
    "immediate": N_("at once"), "unresolved": N_("can't be read"), "none": N_("no deadline"),
}  # fmt: skip
PRECISIONS = {
    "day": N_("a day"), "week": N_("a week"), "xun": N_("ten days"), "month": N_("a month"), "quarter": N_("a quarter"),
    "half": N_("half a year"), "year": N_("a year"), "open": N_("none"),
}  # fmt: skip
STATES = {
    "done": N_("done"), "partly": N_("partly done"), "in progress": N_("in progress"), "not started": N_("not started"),
    "routine": N_("become routine"), "on hold": N_("on hold"), "cancelled": N_("cancelled"),
    "transferred": N_("handed to another unit"), "merged": N_("merged with another task"),
    "carried over": N_("carried over"), "extended": N_("extended"), "returned": N_("returned"),
    "acknowledged": N_("acknowledged"),
}  # fmt: skip
_DAYS = (*(N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday")),)
_MONTHS = (
    *(N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June")),
    *(N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December")),
)
_LONG_AGO = date(1, 1, 1)  # a day that makes `Speech.date` say the year


def in_words(reading: Reading, speech: Speech) -> str:
    """Return what a *reading* says, in one or two sentences of the language of *speech*."""
    return (" " if speech.language == "en" else "").join(_sentences(reading, speech))


def _sentences(reading: Reading, speech: Speech) -> Iterator[str]:
    if reading.kind == "none":
        if reading.state:
            yield speech("This says how things stand ({state}), not by when.", state=speech(STATES[reading.state]))
        else:
            yield speech("No deadline is written.")
    elif reading.kind == "unresolved":
        yield speech("No date is taken from this; a person has to set one.")
        if reading.proposals:
            days = speech.names(with_weekday(day, speech) for day in reading.proposals)
            yield speech("It could be {days}.", days=days)
    elif reading.kind == "recurring":
        said = cadence(reading.rrule, speech, following=reading.rule == FOLLOWING)
        yield speech("It comes again and again: {cadence}.", cadence=said)
        if reading.start:
            yield speech("It begins on {day}.", day=with_weekday(reading.start, speech))
    elif reading.kind == "open":
        yield speech("It has no end and is followed by reports.")
        if reading.start:
            yield speech("It begins on {day}.", day=with_weekday(reading.start, speech))
    elif reading.kind == "immediate":
        yield speech("At once: it is asked about 5 working days after it was assigned.")
    elif reading.due:
        yield from _dated(reading, reading.due, speech)
    if reading.then_open:
        yield speech("After that it goes on without an end.")
    if reading.soft:
        yield speech("It is an aim, not a hard limit.")


def _dated(reading: Reading, due: date, speech: Speech) -> Iterator[str]:
    """Yield the sentences of a date, a span, or several milestones."""
    if reading.kind == "span" and reading.start:
        first, last = with_weekday(reading.start, speech), with_weekday(due, speech)
        yield speech("From {first} to {last}, both included.", first=first, last=last)
    else:
        yield speech("Done by {day}, that day included.", day=with_weekday(due, speech))
    if reading.milestones:
        steps = speech.clauses(f"{with_weekday(day, speech)} {words}" for day, words in reading.milestones)
        yield speech.count("{n} step: {steps}.", "{n} steps: {steps}.", len(reading.milestones), steps=steps)


def with_weekday(day: date, speech: Speech) -> str:
    """Return a day with its year and weekday: Fri 25 May 2018, 2018年5月25日（周五）."""
    return speech.date(day, _LONG_AGO)


def cadence(rrule: str, speech: Speech, *, following: bool = False) -> str:
    """Return an RRULE of `plans.cadence` in words: every quarter, by the last working day; 每季度最后一个工作日前.

    *following* says that what belongs to a period is due in the one after it.
    """
    parts = dict(part.split("=", 1) for part in rrule.split(";"))
    close = "" if speech.language == "zh" else ", "
    said = [close.join((_period(parts, speech), *_place(parts, speech)))]
    if following:
        said.append(speech("each time in the period after"))
    if "UNTIL" in parts:
        said.append(speech("until {day}", day=speech.day(date.fromisoformat(parts["UNTIL"]))))
    return ("，" if speech.language == "zh" else ", ").join(said)


def _period(parts: dict[str, str], speech: Speech) -> str:
    """Return how often: every month, every 2 weeks."""
    n = int(parts.get("INTERVAL", 1))
    if parts["FREQ"] == "DAILY":
        return speech("every working day") if "BYDAY" in parts else speech.count("every day", "every {n} days", n)
    if parts["FREQ"] == "WEEKLY":
        return speech("every week") if n == 1 else speech("every {n} weeks", n=n)
    if parts["FREQ"] == "YEARLY":
        return speech("every year") if n == 1 else speech("every {n} years", n=n)
    named = {1: N_("every month"), 3: N_("every quarter"), 6: N_("every half-year")}
    return speech(named[n]) if n in named else speech("every {n} months", n=n)


def _place(parts: dict[str, str], speech: Speech) -> Iterator[str]:
    """Yield when within the period: in which months, by which of their days."""
    if "BYMONTH" in parts:
        months = speech.names(speech(_MONTHS[int(month) - 1]) for month in parts["BYMONTH"].split(","))
        yield speech("in {months}", months=months)
    position = int(parts.get("BYSETPOS", 0))
    weekdays = parts.get("BYDAY", "")
    if position:
        yield speech("by the last working day") if position < 0 else speech("by working day {n}", n=position)
    elif parts["FREQ"] == "WEEKLY" and weekdays:
        days = speech.names(speech(_DAYS[WEEKDAYS.index(day)]) for day in weekdays.split(","))
        yield speech("by {days}", days=days)
    elif weekdays and weekdays != WORKED:
        for written in weekdays.split(","):
            day, nth = speech(_DAYS[WEEKDAYS.index(written[-2:])]), int(written[:-2] or 1)
            yield speech("by the last {day}", day=day) if nth < 0 else speech("by {day} number {n}", day=day, n=nth)
    if "BYMONTHDAY" in parts:
        numbers = [int(number) for number in parts["BYMONTHDAY"].split(",")]
        days = speech.names(speech("the last day") if n < 0 else speech("day {n}", n=n) for n in numbers)
        yield speech("by {days}", days=days)
