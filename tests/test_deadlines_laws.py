"""Laws of reading deadlines: every form, every day, every spelling; never backwards, never an exception, quickly."""

from __future__ import annotations

import importlib
import pkgutil
import random
import re
import time
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from re import _parser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.readings import in_words
from notifications.speech import Speech
from plans import expressions
from plans.cadence import recurrence
from plans.deadlines import Context, _read, read
from plans.workdays import Workdays

WORKDAYS = Workdays()
DAY = timedelta(days=1)
days = st.dates(date(2005, 1, 1), date(2026, 12, 31))


def of(day: date, year: int | None = None) -> Context:
    """Return the context of a document issued on *day*."""
    return Context(issued=day, plan_year=year or day.year, workdays=WORKDAYS)


def in_chinese(number: int) -> str:
    """Return 1 to 31 in Chinese numerals: 十二, 廿五 is said 二十五."""
    digits = "〇一二三四五六七八九十"
    if number <= 10:
        return digits[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")


def by_place(year: int) -> str:
    return "".join("〇一二三四五六七八九"[int(sign)] for sign in str(year))


FULL_WIDTH = str.maketrans("0123456789().-/:", "０１２３４５６７８９（）．－／：")
TRADITIONAL = str.maketrans("后内于个周长终节国庆年时办结", "後內於個週長終節國慶年時辦結")
SPELLINGS = (
    lambda text: text,
    lambda text: text.translate(FULL_WIDTH),
    lambda text: text.translate(TRADITIONAL),
    lambda text: " ".join(text),
    lambda text: f"\u3000{text}\u00a0",
    lambda text: f"（{text}）",
    lambda text: f"{text}。",
    lambda text: f"完成时限：{text}",
)
spellings = st.sampled_from(SPELLINGS)

ON_DAY = (
    "{y}年{m}月{d}日", "{y}年{m}月{d}日前", "{m}月{d}日之前", "{m}月{d}号以前", "截至{m}月{d}日", "不晚于{m}月{d}日",
    "最迟{m}月{d}日", "于{m}月{d}日前完成", "力争{m}月{d}日前", "原则上{m}月{d}日前", "{y}.{m}.{d}前",
    "{y}-{m:02}-{d:02}", "{y}/{m}/{d}", "{cm}月{cd}日前", "{cy}年{cm}月{cd}日", "{m}月{d}日17:00前",
    "{m}月{d}日下班前", "{y}年{m}月{d}日止", "请各单位于{m}月{d}日前报送", "贯彻会议精神，{m}月{d}日前制定方案",
)  # fmt: skip
ON_MONTH = (
    "{m}月底", "{m}月底前", "{m}月末", "于{m}月底前", "{m}月", "{m}月份", "{m}月内", "{m}月下旬", "{m}月下旬前",
    "{y}年{m}月", "{y}年{m}月底前", "{y}.{m:02}", "{cm}月底前", "{cy}年{cm}月", "力争{m}月底前完成", "{m}月中下旬",
    "第12周（{m}.{l}）前",
)  # fmt: skip
IN_ENGLISH = (
    "{d} {B} {y}", "{d} {b} {y}", "{B} {d}, {y}", "{b}. {d}, {y}", "by {d} {B}", "by {B} {o}", "the {o} of {B}",
    "{B} {o}", "no later than {d} {B} {y}", "NLT {d} {b} {y}", "due by {d} {B} {y}", "on or before {B} {d}, {y}",
    "{y}-{m:02}-{d:02}", "COB {d} {B} {y}", "5pm on {d} {B} {y}", "w/e {d} {B} {y}", "{d}-{b}-{y}",
    "{y}/{m:02}/{d:02}", "(by {B} {d}, {y})",
)  # fmt: skip

AHEAD = (
    "{}", "by {}", "to be completed by {}", "Target: {}", "Now due {}", "Revised to {}", "On track for {}",
    "Stage 2 - {}", "Priority 1 – {}", "Draft policy by {}", "HR to circulate by {}", "Agreed date: {}",
    "extended to {}", "Carried over, now {}", "Delayed – {}", "asap, {}", "a) {}",
)  # fmt: skip
BEHIND = (
    "{}", "{} at the latest", "{} (TBC)", "{}, subject to approval", "{} - report to Committee",
    "{} – ongoing thereafter", "{} or earlier", "{}, HR lead", "{} (was 1 January)", "{} (previously Q1)",
    "{}; monitored monthly", "{} [revised date]",
)  # fmt: skip
SPANNED = (
    "{} - {}", "{} – {}", "{} to {}", "from {} to {}", "between {} and {}", "{} through {}",
    "Phase 1: {} – {}", "Start: {}; Finish: {}",
)  # fmt: skip
WITH_YEAR = ("{d} {B} {y}", "{B} {d}, {y}", "{d} {b} {y}", "{y}-{m:02}-{d:02}")


def names(day: date) -> dict[str, object]:
    """Return what a form may name of a day."""
    ending = "th" if 10 < day.day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return {
        "y": day.year, "m": day.month, "d": day.day, "cy": by_place(day.year), "cm": in_chinese(day.month),
        "cd": in_chinese(day.day), "l": monthrange(day.year, day.month)[1], "B": f"{day:%B}", "b": f"{day:%b}",
        "o": f"{day.day}{ending}",
    }  # fmt: skip


@given(days, st.sampled_from(ON_DAY), spellings)
def test_a_day_is_read_in_every_form_and_spelling(day, form, spell):
    written = spell(form.format(**names(day)))
    assert (read(written, of(date(day.year, 1, 4))).due, written) == (day, written)


@given(days, st.sampled_from(ON_MONTH), spellings)
def test_the_end_of_a_month_is_read_in_every_form_and_spelling(day, form, spell):
    last = day.replace(day=monthrange(day.year, day.month)[1])
    written = spell(form.format(**names(day)))
    assert (read(written, of(date(day.year, 1, 4))).due, written) == (last, written)


@given(days, st.sampled_from(IN_ENGLISH), st.sampled_from([str, str.upper, str.lower, lambda text: f"  {text}. "]))
def test_a_day_is_read_in_every_english_form(day, form, spell):
    written = spell(form.format(**names(day)))
    assert (read(written, of(date(day.year, 1, 4))).due, written) == (day, written)


@given(days, st.sampled_from(WITH_YEAR), st.sampled_from(AHEAD), st.sampled_from(BEHIND))
def test_an_english_day_is_the_same_whatever_leads_and_follows_it(day, form, ahead, behind):
    written = ahead.format(behind.format(form.format(**names(day))))
    assert (read(written, of(date(day.year, 1, 1))).due, written) == (day, written)


@given(days, st.integers(1, 700), st.sampled_from(WITH_YEAR), st.sampled_from(WITH_YEAR), st.sampled_from(SPANNED))
def test_an_english_span_may_be_written_in_two_formats(first, length, one, other, joined):
    last = first + length * DAY
    written = joined.format(one.format(**names(first)), other.format(**names(last)))
    reading = read(written, of(date(first.year, 1, 4)))
    assert (reading.kind, reading.start, reading.due, written) == ("span", first, last, written)


@given(days, days, st.sampled_from(["-", "—", "–", "至", "到", "~", "～", "－", "──"]))
def test_a_span_between_two_days_is_both_of_them(one, other, dash):
    first, last = sorted((one, other))
    written = f"{first:%Y年%m月%d日}{dash}{last:%Y年%m月%d日}"
    reading = read(written, of(first))
    assert (reading.kind, reading.start, reading.due) == ("span", first, last)


@given(days, st.integers(1, 400))
def test_a_span_that_leaves_out_its_year_runs_forward(first, length):
    last = first + length % 360 * DAY
    written = f"{first.year}年{first.month}月{first.day}日至{last.month}月{last.day}日"
    reading = read(written, of(first))
    assert (reading.start, reading.due) == (first, last)


@given(days, st.integers(1, 28))
def test_a_cadence_names_its_day(issued, number):
    for written in (f"每月{number}日前", f"每月{in_chinese(number)}日之前报送", f"by the {number}th of each month"):
        reading = read(written, of(issued))
        assert reading.rrule == f"FREQ=MONTHLY;BYMONTHDAY={number}"
        dues = [due for _, _, due in recurrence(reading, issued, issued + 100 * DAY)]
        assert dues
        assert {due.day for due in dues} == {number}


@given(days, st.integers(1, 250))
def test_a_term_counts_from_the_day_after_issue(issued, n):
    context = of(issued)
    assert read(f"{n}日内", context).due == issued + n * DAY
    assert read(f"印发后{n}个工作日内", context).due == WORKDAYS.after(issued, n)
    assert read(f"within {n} working days of issue", context).due == WORKDAYS.after(issued, n)
    assert read(f"收到通知后{n}日内", context).due is None


@given(
    st.dates(date(2009, 1, 1), date(2024, 12, 31)),
    st.sampled_from(["春节", "国庆", "五一", "中秋", "端午", "清明", "元旦"]),
)
def test_before_a_holiday_is_the_day_before_its_break_and_not_before_issue(issued, feast):
    due = read(f"{feast}前", of(issued)).due
    assert due is not None
    assert due >= issued
    assert due + DAY not in WORKDAYS


@given(st.integers(1900, 2150), st.integers(1, 12), st.integers(29, 31))
def test_a_day_that_is_not_in_the_calendar_is_never_moved(year, month, day):
    reading = read(f"{year}年{month}月{day}日前", of(date(2018, 5, 18)))
    exists = day <= monthrange(year, month)[1]
    assert reading.due == (date(year, month, day) if exists else None)
    assert exists or reading.proposals == (date(year, month, monthrange(year, month)[1]),)


@given(days, st.sampled_from(["6月底前", "每月5日前", "10个工作日内", "end of July", "Q3", "春节前", "长期"]))
def test_reading_is_pure(issued, written):
    assert read(written, of(issued)) == _read.__wrapped__(written, of(issued)) == read(written, of(issued))


@given(days)
def test_what_is_read_and_written_again_is_read_the_same(day):
    reading = read(f"{day.month}月{day.day}日前", of(date(day.year, 1, 4)))
    assert reading.due is not None
    assert read(reading.due.isoformat(), of(day)).due == day
    assert read(Speech("zh").day(reading.due), of(day)).due == day
    assert read(Speech("en").day(reading.due), of(day)).due == day


PIECES = (
    "每", "年", "月", "日", "季度", "周", "旬", "半年", "学期", "次年", "次月", "次年1月", "下", "本", "明年", "今年",
    "底", "末", "初", "前", "后", "内", "起", "至", "-", "—", "、", "，", "。", "；", "（", "）", "“", "1", "2", "5",
    "12", "25", "31", "2018", "2021", "十二", "廿五", "一", "三", "个", "工作日", "小时", "星期", "五", "中旬",
    "底前", "完成", "印发", "收到", "之日", "自", "长期", "立即", "元旦", "春节", "国庆", "十一", "“十四五”", "期间",
    "结束后", "第", "首月", "双", "隔", "按", "已", "截至", "同上", "农历", ".", "/", ":", "%", "~~", "左右", "全年",
    "上半年", "Q3", "H1", "之后", "以来", "by", "the", "of", "end", "of", "mid", "early", "May", "Sept", "Q1", "FY25",
    "'24", "1st", "5th", "last", "working", "days", "within", "weeks", "months", "after", "before", "to", "until",
    "every", "each", "monthly", "quarterly", "a", "week", "this", "next", "Friday", "COB", "w/e", "noon", "5pm",
    "adoption", "issue", "ongoing", "ASAP", "TBC", "summer", "and", "half", "30", "two",
)  # fmt: skip
texts = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join),
)
contexts = st.builds(
    Context, issued=st.none() | st.dates(), plan_year=st.none() | st.integers(-5, 10000), workdays=st.just(WORKDAYS),
    language=st.sampled_from(["", "zh", "en"]), date_order=st.sampled_from(["", "dmy", "mdy"]),
    fiscal_year=st.sampled_from(["", "10-01", "04-01", "01-01"]), from_number_cell=st.booleans(),
)  # fmt: skip


ROOMS = [
    importlib.import_module(f"plans.expressions.{room.name}") for room in pkgutil.iter_modules(expressions.__path__)
]
RULES = [rule for room in ROOMS for rule in vars(room).values() if isinstance(rule, re.Pattern)]
AROUND = ("{}", "5月底前{}", "{}前完成", "每{}", "by {}", "{} each year", "收到后{}内", "每季度{}")


def spelt(rule: Sequence[tuple[object, Any]], dice: random.Random) -> str:
    """Return words that the parsed *rule* looks for; what it only looks around for is left out."""
    words = ""
    for kind, what in rule:
        name = str(kind)
        if name == "LITERAL":
            words += chr(what)
        elif name == "IN":
            words += spelt([dice.choice([one for one in what if str(one[0]) != "NEGATE"])], dice)
        elif name == "RANGE":
            words += chr(dice.randint(*what))
        elif name == "CATEGORY":
            words += {"CATEGORY_DIGIT": "7", "CATEGORY_SPACE": " "}.get(str(what), "工")
        elif name == "BRANCH":
            words += spelt(dice.choice(what[1]), dice)
        elif name == "SUBPATTERN":
            words += spelt(what[3], dice)
        elif name.endswith("REPEAT"):
            least, most, inner = what
            words += "".join(spelt(inner, dice) for _ in range(dice.randint(least, min(most, least + 2))))
        elif name in ("ANY", "NOT_LITERAL"):
            words += "与"
    return words


@pytest.mark.parametrize(("language", "seed"), [("zh", 1), ("en", 2)])
def test_whatever_a_rule_looks_for_is_read_without_an_exception(language, seed):
    dice = random.Random(seed)
    for rule in RULES:
        parsed = _parser.parse(rule.pattern, rule.flags)
        for _ in range(20):
            text = dice.choice(AROUND).replace("{}", spelt(parsed, dice))
            read(text, Context(issued=date(2018, 5, 18), plan_year=2018, workdays=WORKDAYS, language=language))


@given(texts, contexts)
def test_any_text_is_read_without_an_exception_and_makes_sense(text, context):
    reading = read(text, context)
    assert reading.text == text
    assert (reading.due is not None) == (reading.kind in ("date", "span"))
    assert (reading.start is not None) >= (reading.kind == "span")
    assert bool(reading.rrule) == (reading.kind == "recurring")
    assert not (reading.start and reading.due) or reading.start <= reading.due
    assert reading.kind != "unresolved" or reading.warnings or reading.rule
    for language in ("zh", "en"):
        assert in_words(reading, Speech(language))


@given(texts, days)
def test_what_comes_again_falls_due_in_order_and_within_its_bounds(text, first):
    reading = read(text, of(first))
    through = first + 400 * DAY
    found = recurrence(reading, first, through, WORKDAYS)
    assert [due for _, _, due in found] == sorted(due for _, _, due in found)
    assert all(first <= due <= through for _, _, due in found)
    assert len({name for name, _, _ in found}) == len(found)


def cost(text: str) -> float:
    """Return the CPU time that one reading of *text* takes, the least of three."""
    spent = []
    for _ in range(3):
        before = time.process_time()
        _read.__wrapped__(text, of(date(2018, 5, 18)))
        spent.append(time.process_time() - before)
    return min(spent)


REPEATED = (
    "每", "1", "5月", "(", "by ", "一", "1、", "2018年", "每月1日、", "end of ", "~~", "“", "\n", "三十一", "元旦日",
    "the ", "上半年前", "2022年前", "国庆之日", "last Thursday of the month ", "5th working day of the month ",
    "10 times a year ",
    "from 1 April 2024 onwards", "originally March 2024, now 30 June 2024 ", "收到后3日内，",
    "within 3 days of receipt ",
)  # fmt: skip


def test_a_text_that_names_more_than_sixty_days_is_no_deadline():
    named = "、".join(f"{month}月{day}日前" for month in range(1, 13) for day in range(1, 7))
    assert read(named, of(date(2018, 5, 18))).kind == "unresolved"
    assert read(named[:300], of(date(2018, 1, 1))).kind == "date"


@pytest.mark.parametrize("piece", REPEATED)
def test_two_thousand_characters_cost_no_more_than_some_hundred_deadlines(piece):
    written = [form.format(**names(date(2018, 6, 25))) for form in (*ON_DAY, *ON_MONTH, *IN_ENGLISH)]
    assert cost((piece * 2000)[:2000]) < 2.5 * sum(cost(text) for text in written)


def test_a_reading_takes_less_than_five_milliseconds():
    written = [form.format(**names(date(2018, 6, 25))) for form in (*ON_DAY, *ON_MONTH, *IN_ENGLISH)] * 3
    context = of(date(2018, 1, 4))
    before = time.perf_counter()
    for text in written:
        _read.__wrapped__(text, context)
    assert (time.perf_counter() - before) / len(written) < 0.005
