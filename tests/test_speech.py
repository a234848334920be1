"""What duban says, in which language, and that nothing it can say lacks its Chinese."""

from __future__ import annotations

import gettext
import io
import re
import string
import subprocess
import sys
from datetime import date

import pytest

from notifications.catalogues import compiled, messages, missing, mo_file, translated
from notifications.speech import PACKAGES, Speech, language_of, read_catalogue
from plans.model import say

ZH, EN = Speech("zh"), Speech("en")


def test_a_message_is_said_in_the_language_asked_for() -> None:
    assert ZH("item {number}", number=3) == "第3项"
    assert EN("item {number}", number=3) == "item 3"


def test_what_no_catalogue_knows_stays_english() -> None:
    assert ZH("never {said} before", said="heard") == "never heard before"


def test_a_sentence_that_travelled_is_translated_with_the_sentences_inside_it() -> None:
    inner = say("item {number}", number=3)
    assert ZH.sentence(say("lead: {names}", names=inner)) == "牵头：第3项"
    assert str(inner) == "item 3"


def test_braces_in_a_value_are_not_read_again() -> None:
    assert ZH("item {number}", number="{number.__class__}") == "第{number.__class__}项"


def test_english_counts_and_chinese_does_not_mind() -> None:
    said = [speech.count("{n} day", "{n} days", n) for speech in (EN, ZH) for n in (1, 2)]
    assert said == ["1 day", "2 days", "1天", "2天"]


def test_days_are_said_as_people_say_them() -> None:
    friday = date(2018, 6, 15)
    assert (ZH.date(friday), EN.date(friday)) == ("6月15日（周五）", "Fri 15 June")
    assert (ZH.day(friday), EN.day(friday)) == ("2018年6月15日", "15 June 2018")


def test_a_day_of_another_year_says_so() -> None:
    other = date(2019, 1, 4)
    assert ZH.date(other, date(2018, 6, 12)) == "2019年1月4日（周五）"
    assert EN.date(other, date(2018, 6, 12)) == "Fri 4 January 2019"
    assert EN.date(other, date(2019, 6, 12)) == "Fri 4 January"


@pytest.mark.parametrize(
    ("first", "last", "zh", "en"),
    [
        (date(2018, 6, 16), date(2018, 6, 18), "6月16日至18日", "16 to 18 June"),
        (date(2018, 9, 29), date(2018, 10, 2), "9月29日至10月2日", "29 September to 2 October"),
        (date(2018, 6, 18), date(2018, 6, 18), "6月18日", "18 June"),
    ],
)
def test_days_off_are_said_from_first_to_last(first: date, last: date, zh: str, en: str) -> None:
    assert (ZH.span(first, last), EN.span(first, last)) == (zh, en)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "zh_TW.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8", "LANGUAGE": "zh_CN:en"}, "zh"),
        ({"LANG": "C", "LANGUAGE": "zh_CN"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
    ],
)
def test_the_environment_says_which_language_is_wanted(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language


@pytest.mark.parametrize("package", PACKAGES)
def test_every_message_has_its_chinese(package: str) -> None:
    gaps = missing(package)
    assert not gaps, "without Chinese, add to {}.po:\n{}".format(
        package, "\n".join(f"  {gap.place}: {gap.text!r}" for gap in gaps)
    )


# Things that are counted, in the plural: behind a number they must come from `count`, whose message is the singular.
COUNTED = (
    "calendars|cells|days|documents|entries|errors|faults|files|items|letters|lines|links|minutes|months|notices|"
    "notes|occurrences|pages|people|places|plans|points|reminders|reports|repairs|rows|seconds|sheets|steps|tasks|"
    "times|units|values|warnings|weeks|years"
)
ALWAYS_SEVERAL = {  # said only where there are two or more, or of a limit that is
    *("{count} dates stand in the text; the last one is the deadline", "{count} tasks stand in one cell"),
    *("{n} rows, due {day}", "{n} rows, due {first} to {last}", "every {n} weeks", "every {n} months"),
    *("every {n} years", "at most {n} files at once; send the others in a second report"),
    "stage {stage} of ladder {ladder} reaches nobody in {count} units, such as {units}",
    "{name} has {count} tasks due in the week of {day}",
    "the database's clock and this machine's are {seconds} seconds apart",
}


@pytest.mark.parametrize("package", PACKAGES)
def test_english_never_says_1_letters(package: str) -> None:
    wrong = {
        text: place
        for place, text in messages(package)
        if re.search(rf"\{{\w+\}} (?:(?!has |takes |must |names )[a-z’'-]+ ){{0,2}}(?:{COUNTED})\b", text)
        and "{limit}" not in text
    }
    assert wrong.keys() - ALWAYS_SEVERAL == set(), f"say it by `count`, or with the number behind: {wrong}"


@pytest.mark.parametrize("package", PACKAGES)
def test_compiled_catalogues_are_up_to_date(package: str) -> None:
    assert mo_file(package).read_bytes() == compiled(package), "run: python -m notifications.catalogues"


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_translation_fills_in_no_name_that_its_message_lacks(package: str) -> None:
    wrong = [
        message.id
        for message in translated(package)
        if message.id and isinstance(message.id, str) and not fields(str(message.string)) <= fields(message.id)
    ]
    assert not wrong


def test_packages_agree_on_what_a_message_means() -> None:
    """All catalogues are one dictionary when duban speaks."""
    meant: dict[str, dict[str, str]] = {}
    for package in PACKAGES:
        for text, chinese in read_catalogue(compiled(package)).items():
            meant.setdefault(text, {})[package] = chinese
    assert {text: said for text, said in meant.items() if len(set(said.values())) > 1} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_gettext_reads_the_same_catalogue(package: str) -> None:
    theirs = gettext.GNUTranslations(io.BytesIO(compiled(package)))
    ours = read_catalogue(compiled(package))
    assert {text: theirs.gettext(text) for text in ours} == ours


@pytest.mark.parametrize("broken", [b"", b"\xde\x12\x04\x95", b"not a catalogue at all, whatever its name", b"\0" * 64])
def test_a_broken_catalogue_is_an_error_that_speech_forgives(broken: bytes) -> None:
    with pytest.raises(ValueError, match=r"\.mo file"):
        read_catalogue(broken)


def test_messages_are_found_with_their_places() -> None:
    places = {text: place for place, text in messages("notifications")}
    assert places["Beijing time"].startswith("notifications/letters.py:")


def test_speech_costs_a_listing_nothing_to_import() -> None:
    """Only the standard library, and none of its slow parts."""
    program = "import sys; before = set(sys.modules); import notifications.speech; print(*set(sys.modules) - before)"
    loaded = subprocess.run(
        [sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"typing", "pathlib", "dataclasses", "gettext", "re", "plans.model", "babel"} & set(loaded)
