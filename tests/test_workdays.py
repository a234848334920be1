"""Working days beside the official notices, and lead times counted over them."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.workdays import Workdays

CHINA = Workdays()
PLAIN = Workdays("none")
DAY = timedelta(days=1)
days = st.dates(date(2002, 1, 1), date(2032, 12, 31))


def test_every_day_since_2006_is_as_the_notices_of_the_state_council_say():
    day = date(2006, 1, 1)
    while day <= date(2026, 12, 31):
        assert (day in CHINA) == chinese_calendar.is_workday(day), day
        day += DAY


def test_a_sunday_made_up_is_worked_and_a_saturday_is_closed():
    assert date(2018, 9, 30) in CHINA
    assert date(2018, 12, 15) not in CHINA
    assert date(2018, 10, 1) not in CHINA


@pytest.mark.parametrize(
    ("due", "n", "day"),
    [
        (date(2018, 5, 25), 3, date(2018, 5, 22)),
        (date(2018, 6, 20), 3, date(2018, 6, 14)),
        (date(2018, 10, 8), 1, date(2018, 9, 30)),
        (date(2019, 1, 2), 2, date(2018, 12, 28)),
        (date(2018, 12, 15), 0, date(2018, 12, 15)),
    ],
)
def test_lead_times_count_back_from_the_due_date_itself(due, n, day):
    assert CHINA.before(due, n) == day


def test_overdue_days_are_counted_over_the_days_after_the_due_date_up_to_today():
    assert CHINA.count(date(2018, 5, 25), date(2018, 6, 8)) == 10
    assert CHINA.count(date(2018, 5, 30), date(2018, 6, 8)) == 7
    assert CHINA.count(date(2018, 5, 31), date(2018, 6, 8)) == 6
    assert CHINA.count(date(2018, 6, 8), date(2018, 6, 8)) == 0
    assert CHINA.count(date(2018, 6, 8), date(2018, 5, 8)) == 0


@given(days, st.integers(1, 400))
def test_the_nth_working_day_after_is_worked_and_n_working_days_away(day, n):
    later = CHINA.after(day, n)
    assert later in CHINA
    assert CHINA.count(day, later) == n


@given(days, st.integers(1, 400))
def test_the_nth_working_day_before_is_worked_and_has_n_working_days_until_the_eve(day, n):
    earlier = CHINA.before(day, n)
    assert earlier in CHINA
    assert CHINA.count(earlier - DAY, day - DAY) == n


@given(days, days, days)
def test_counts_add_up(first, middle, last):
    first, middle, last = sorted((first, middle, last))
    assert CHINA.count(first, middle) + CHINA.count(middle, last) == CHINA.count(first, last)


@given(days)
def test_the_nearest_working_day_is_the_day_itself_or_a_neighbour(day):
    earlier, later = CHINA.on_or_before(day), CHINA.on_or_after(day)
    assert earlier <= day <= later
    assert earlier in CHINA
    assert later in CHINA
    assert (day in CHINA) == (earlier == day == later)


def test_a_year_is_announced_or_predicted_or_unknown():
    assert {CHINA.status(year) for year in range(2001, 2027)} == {"official"}
    assert CHINA.status(2028) == "predicted"
    assert CHINA.status(1930) == "none"
    assert date(1930, 10, 1) in CHINA
    assert PLAIN.status(1930) == "official"


def test_a_predicted_year_closes_on_the_holidays_the_law_names_and_makes_up_no_weekend():
    assert date(2029, 10, 1) not in CHINA
    assert not any(day in CHINA for day in (date(2029, 9, 29), date(2029, 9, 30)))


def test_monday_to_friday_knows_no_holiday():
    assert date(2018, 10, 1) in PLAIN
    assert date(2018, 9, 30) not in PLAIN
    assert PLAIN.holiday(date(2018, 10, 1)) == ""
    assert PLAIN.break_start("国庆", 2018) is None
    assert PLAIN.breaks(date(2018, 1, 1), date(2018, 12, 31)) == ()


def test_the_office_may_close_and_work_on_days_of_its_own():
    office = Workdays(closed=[date(2018, 5, 21)], worked=[date(2018, 5, 26)])
    assert date(2018, 5, 21) not in office
    assert date(2018, 5, 26) in office
    assert office.after(date(2018, 5, 18), 1) == date(2018, 5, 22)
    assert office == Workdays("CN", (date(2018, 5, 21),), (date(2018, 5, 26),))
    assert hash(office) != hash(CHINA)


def test_a_holiday_has_a_name_in_both_languages():
    assert CHINA.holiday(date(2018, 6, 18)) == "端午节"
    assert CHINA.holiday(date(2018, 6, 16)) == "端午节"
    assert CHINA.holiday(date(2018, 10, 5), "en") == "National Day"
    assert CHINA.holiday(date(2023, 9, 29)) == "中秋节、国庆节"
    assert CHINA.holiday(date(2018, 6, 9)) == ""
    assert CHINA.holiday(date(2018, 6, 8)) == ""


@pytest.mark.parametrize(
    ("name", "year", "first"),
    [
        ("春节", 2018, date(2018, 2, 15)),
        ("国庆", 2018, date(2018, 10, 1)),
        ("五一", 2018, date(2018, 4, 29)),
        ("端午", 2018, date(2018, 6, 16)),
        ("中秋", 2018, date(2018, 9, 22)),
        ("清明", 2018, date(2018, 4, 5)),
        ("元旦", 2019, date(2018, 12, 30)),
        ("国庆", 2023, date(2023, 9, 29)),
    ],
)
def test_a_break_begins_on_the_first_day_off_around_its_holiday(name, year, first):
    assert CHINA.break_start(name, year) == first


def test_the_breaks_a_letter_warns_of():
    assert CHINA.breaks(date(2018, 6, 12), date(2018, 6, 20)) == (("端午节", date(2018, 6, 16), date(2018, 6, 18)),)
    assert [name for name, *_ in CHINA.breaks(date(2018, 1, 5), date(2018, 12, 29), "en")] == [
        "Spring Festival", "Tomb-Sweeping Day", "Labour Day", "Dragon Boat Festival", "Mid-Autumn Festival",
        "National Day",
    ]  # fmt: skip


@pytest.mark.parametrize("country", ["XX", "GB-XX", "GB-", ""])
def test_a_country_without_a_calendar_is_refused(country: str):
    with pytest.raises(ValueError, match=repr(country)):
        Workdays(country)


def test_a_part_of_a_country_has_its_own_days_and_the_office_its_own_on_top():
    easter_monday, party = date(2026, 4, 6), date(2026, 6, 19)
    assert easter_monday in Workdays("GB")
    assert easter_monday not in Workdays("GB-ENG")
    assert Workdays("GB-ENG").status(2026) == "official"
    assert Workdays("GB-ENG", closed=[party]).count(date(2026, 6, 18), date(2026, 6, 22)) == 1


def test_an_office_that_declares_its_days_by_year_is_reminded_of_a_year_it_has_not():
    own = Workdays("none", closed=[date(2026, 12, 24)], worked=[date(2027, 1, 2)])
    assert [own.status(year) for year in (2025, 2026, 2027, 2028)] == ["none", "official", "official", "none"]
    assert Workdays("none").status(2030) == "official"
