"""Deadlines as offices write them are read as a clerk would: tables of expressions, and what each kind carries."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from plans.cadence import WORKED, recurrence
from plans.deadlines import Context, read
from plans.model import Reading
from plans.workdays import Workdays

DATA = Path(__file__).parent / "data"
WORKDAYS = Workdays()
MAY_18 = Context(issued=date(2018, 5, 18), plan_year=2018, workdays=WORKDAYS)
D = date.fromisoformat


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def answer(row: dict[str, str]) -> Reading:
    issued, year = row["issue_date"], row["plan_year"]
    context = Context(
        issued=D(issued) if issued else None, plan_year=int(year) if year else None, workdays=WORKDAYS,
        language=row["lang"],
    )  # fmt: skip
    return read(row["expression"], context)


def parts(reading: Reading) -> list[str]:
    return [reading.kind, str(reading.start or ""), str(reading.due or ""), reading.rrule]


def accepted(row: dict[str, str]) -> list[list[str]]:
    """Return every answer that a row of a table takes: its own first, then the others."""
    others = [(other.split(":", 4) + [""] * 4)[:5] for other in row["alt"].split(" || ") if other]
    return [[row["kind"], row["start"], row["due"], row["rrule"]], *([k, s, d, r] for k, s, d, _, r in others)]


TABLES = [
    pytest.param(row, id=f"{path.stem}-{row['id']}")
    for path in sorted(DATA.glob("deadlines*.tsv"))
    for row in rows(path)
]


@pytest.mark.parametrize("row", TABLES)
def test_an_expression_of_our_tables_is_read_as_written_beside_it(row):
    assert parts(answer(row)) in accepted(row)


def test_the_gold_file_is_read_as_well_as_was_promised(samples, tmp_path):
    gold = samples / "deadlines" / "expressions.tsv"
    lines = ["\t".join(("id", "kind", "start", "due", "rrule"))]
    lines += ["\t".join((row["id"], *parts(answer(row)))) for row in rows(gold)]
    (tmp_path / "out.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    score = samples / "documents" / "score.py"
    done = subprocess.run(
        [sys.executable, "-I", score, "expr", tmp_path / "out.tsv", "--gold", gold],
        capture_output=True, text=True, check=True, encoding="utf-8", env={"PYTHONUTF8": "1"},
    )  # fmt: skip
    said = {line.split()[0]: line for line in done.stdout.splitlines() if line.strip()}
    lenient, clear = float(said["ALL"].split()[3].rstrip("%")), float(said["clear-cut"].split()[-1].rstrip("%"))
    assert clear >= 97.0, done.stdout
    assert lenient >= 92.0, done.stdout
    assert "wrong   0.0%" in said["due"], done.stdout


def test_what_is_written_is_kept_as_it_is_written():
    assert read(" ５月 ２５日前 ", MAY_18).text == " ５月 ２５日前 "


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("5月25日17:00前", "17:00"),
        ("5月25日（星期五）下班前", "下班"),
        ("12 April 2024, 17:00", "17:00"),
        ("5月25日前", ""),
    ],
)
def test_a_time_of_day_is_kept_as_text(written, time):
    assert read(written, MAY_18).time == time


def test_a_weekday_that_does_not_fit_is_a_warning():
    assert not read("5月25日（星期五）前", MAY_18).warnings
    assert "day of the week" in str(read("5月25日（星期四）前", MAY_18).warnings[0])


@pytest.mark.parametrize("written", ["力争6月底前", "原则上6月底前", "争取6月底前完成", "in principle by 30 June"])
def test_an_aim_is_soft_and_keeps_its_date(written):
    reading = read(written, MAY_18)
    assert (reading.due, reading.soft) == (date(2018, 6, 30), True)


@pytest.mark.parametrize(
    ("written", "due", "soft", "steps"),
    [
        ("6月底前，力争5月底", "06-30", False, ["力争5月底", "6月底前"]),
        ("6月30日前（力争5月31日前）", "06-30", False, ["力争5月31日前", "6月30日前"]),
        ("6月底前完成，力争5月底前完成", "06-30", False, ["力争5月底前完成", "6月底前完成"]),
        ("9月底前建成（力争主体6月底前完工）", "09-30", False, ["力争主体6月底前完工", "9月底前建成"]),
        ("by 30 June, aiming for 31 May", "06-30", False, None),
        ("力争5月底前，确保6月底前完成", "06-30", False, ["力争5月底前", "确保6月底前完成"]),
        ("原则上6月底前，最迟7月底", "07-31", False, ["原则上6月底前", "最迟7月底"]),
        ("力争5月底前，6月底前必须完成", "06-30", False, ["力争5月底前", "6月底前必须完成"]),
        ("6月底前，力争5月底前，9月底前印发", "09-30", False, ["力争5月底前", "6月底前", "9月底前印发"]),
        ("6月底前完成，力争提前", "06-30", False, []),
        ("by 30 June, where possible", "06-30", True, []),
        ("确保6月底前完成，力争走在前列", "06-30", False, []),
        ("确保6月底前完成主体，力争9月底前竣工", "09-30", True, ["确保6月底前完成主体", "力争9月底前竣工"]),
        ("力争6月底前完成初稿，9月底前印发", "09-30", True, ["力争6月底前完成初稿", "9月底前印发"]),
    ],
)
def test_only_a_due_date_that_is_itself_striven_for_is_soft(written, due, soft, steps):
    reading = read(written, MAY_18)
    assert (str(reading.due), reading.soft, reading.warnings) == (f"2018-{due}", soft, ())
    assert steps is None or [words for _, words in reading.milestones] == steps


@pytest.mark.parametrize(
    ("written", "issued", "proposals"),
    [
        ("春节后上班第一天", "2026-01-10", ["2026-02-24"]),
        ("春节后", "2026-01-10", ["2026-02-24"]),
        ("春节后", "2026-02-20", ["2026-02-24"]),
        ("春节过后", "2026-01-10", ["2026-02-24"]),
        ("春节假期结束后", "2026-01-10", ["2026-02-24"]),
        ("国庆节后", "2025-03-01", ["2025-10-09"]),
        ("节后", "2026-01-10", []),
    ],
)
def test_after_a_holiday_no_day_before_its_end_is_proposed(written, issued, proposals):
    reading = read(written, Context(issued=D(issued), workdays=WORKDAYS))
    assert (reading.kind, [str(day) for day in reading.proposals]) == ("unresolved", proposals)


@pytest.mark.parametrize(
    ("written", "kind"),
    [("6月底前完成并长期坚持", "date"), ("6月底前完成，转入常态化", "date"), ("立行立改并长期坚持", "immediate")],
)
def test_after_the_date_it_goes_on(written, kind):
    reading = read(written, MAY_18)
    assert (reading.kind, reading.then_open) == (kind, True)


def test_milestones_keep_their_words_and_the_last_is_due():
    reading = read("6月底前完成初稿，9月底前印发", MAY_18)
    assert reading.milestones == ((date(2018, 6, 30), "6月底前完成初稿"), (date(2018, 9, 30), "9月底前印发"))
    assert reading.due == date(2018, 9, 30)


@pytest.mark.parametrize(("written", "state"), [("已完成", "done"), ("已销号", "done"), ("暂缓", "on hold"), ("—", "")])
def test_a_state_is_no_date(written, state):
    reading = read(written, MAY_18)
    assert (reading.kind, reading.state, reading.due) == ("none", state, None)


@pytest.mark.parametrize(
    "written",
    ["9月前", "2027年前", "6月中", "15日左右", "春节前", "bi-annually", "mid-May", "each term", "before July"],
)
def test_a_second_reasonable_reading_is_a_warning(written):
    assert read(written, MAY_18).warnings


def test_the_same_as_above_is_the_reading_of_the_row_above():
    above = read("6月底前", MAY_18)
    for word in ("同上", "〃", "ditto", "As above"):
        context = Context(issued=date(2018, 5, 18), above=above)
        assert (read(word, context).due, read(word, context).text) == (date(2018, 6, 30), word)
    assert read("同上", MAY_18).kind == "unresolved"


@pytest.mark.parametrize(
    ("written", "days"),
    [("5.3", ["2018-05-03", "2018-05-30"]), ("2018.1", ["2018-01-31", "2018-10-31"]), ("5.4", []), ("5.25", [])],
)
def test_a_number_cell_may_have_lost_a_final_zero(written, days):
    cell = Context(issued=date(2018, 5, 18), from_number_cell=True, workdays=WORKDAYS)
    reading = read(written, cell)
    assert [day.isoformat() for day in reading.proposals] == days
    assert (reading.kind == "unresolved") == bool(days)


@pytest.mark.parametrize(("order", "due"), [("dmy", "2024-04-03"), ("mdy", "2024-03-04")])
def test_a_plan_may_say_whether_day_or_month_comes_first(order, due):
    assert read("03/04/2024", Context(issued=D("2024-01-02"), date_order=order)).due == D(due)


def test_one_clear_day_decides_the_order_of_the_others_beside_it():
    assert parts(read("1/4/2024 - 30/9/2024", MAY_18)) == ["span", "2024-04-01", "2024-09-30", ""]


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("FY2024", "2024-09-30"),
        ("end of FY24", "2024-09-30"),
        ("Q1 FY2024", "2023-12-31"),
        ("2024/25", "2025-09-30"),
        ("Q2 2024/25", "2025-03-31"),
        ("H1 2024/25", "2025-03-31"),
        ("Q4 24/25", "2025-09-30"),
        ("by the end of the financial year", "2023-09-30"),
        ("next fiscal year", "2024-09-30"),
        ("EOFY", "2023-09-30"),
    ],
)
def test_a_plan_may_say_when_its_fiscal_year_begins(written, due):
    assert read(written, Context(issued=D("2023-06-01"), fiscal_year="10-01", language="en")).due == D(due)


@pytest.mark.parametrize(
    ("written", "due"), [("Tues 4/6/2024", "2024-06-04"), ("Sat 4/6/2024", "2024-04-06"), ("w/c 5/8/24", "2024-08-11")]
)
def test_the_day_of_the_week_decides_between_day_and_month(written, due):
    assert read(written, Context(issued=D("2024-01-02"), language="en")).due == D(due)


CALENDARS = {"学期": {"第12周": (D("2018-05-21"), D("2018-05-27")), "期末": (D("2018-06-25"), D("2018-06-29"))}}


@pytest.mark.parametrize(("written", "due"), [("第12周", "2018-05-27"), ("第12周前", "2018-05-20"), ("学期末前", None)])
def test_a_plan_may_name_the_weeks_of_its_term(written, due):
    reading = read(written, Context(issued=D("2018-03-01"), calendars=CALENDARS))
    assert reading.due == (D(due) if due else None)


FLOODS = {"防汛": {"汛期": (D("2018-06-01"), D("2018-09-30"))}}


@pytest.mark.parametrize(
    ("written", "kind", "day"),
    [
        ("汛期前", "date", "2018-05-31"),
        ("汛期来临前", "date", "2018-05-31"),
        ("汛期结束前", "date", "2018-09-30"),
        ("汛期结束后", "open", "2018-10-01"),
    ],
)
def test_a_named_season_has_a_day_before_it_a_last_day_and_a_day_after_it(written, kind, day):
    reading = read(written, Context(issued=D("2018-03-01"), calendars=FLOODS))
    assert (reading.kind, reading.due or reading.start) == (kind, D(day))


SEASONS = {
    name: {"2018": (D("2018-06-01"), D("2018-09-30")), "2019": (D("2019-05-15"), D("2019-09-30"))}
    for name in ("汛期", "flood season")
}


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("汛期末", "2018-09-30"),
        ("2019年汛期前", "2019-05-14"),
        ("2020年汛期前", None),
        ("每年汛期前", "2018-05-31"),
        ("before the flood season", "2018-05-31"),
        ("by the end of the flood season", "2018-09-30"),
        ("by the start of the 2019 flood season", "2019-05-15"),
    ],
)
def test_a_season_given_year_by_year_is_meant_in_the_plans_year_unless_another_is_named(written, due):
    reading = read(written, Context(issued=D("2018-03-01"), calendars=SEASONS))
    assert reading.due == (D(due) if due else None)


@pytest.mark.parametrize(
    "written",
    ["汛期每月5日前", "汛期内每月5日前", "每月5日前（汛期）", "monthly by the 5th during the flood season"],
)
def test_what_comes_again_in_a_named_season_comes_in_no_other_month(written):
    reading = read(written, Context(issued=D("2018-03-01"), calendars=SEASONS))
    dues = [str(due) for _, _, due in recurrence(reading, D("2018-03-01"), D("2019-12-31"))]
    assert dues == ["2018-06-05", "2018-07-05", "2018-08-05", "2018-09-05"]
    assert read("after the flood season", Context(issued=D("2018-03-01"), calendars=SEASONS)).start == D("2018-10-01")


@pytest.mark.parametrize("written", ["汛期每月5日前", "非汛期每月底", "monthly outside the flood season"])
def test_what_comes_again_in_a_season_without_known_days_is_asked_about(written):
    calendars = {} if written.startswith("汛期") else SEASONS
    reading = read(written, Context(issued=D("2018-03-01"), calendars=calendars))
    assert (reading.kind, reading.rule) == ("unresolved", "calendar")


@pytest.mark.parametrize(
    ("written", "due", "soft"),
    [
        ("2019年3月底前，力争12月底", "2019-03-31", False),
        ("年内（力争10月底前）", "2018-12-31", False),
        ("年底前完成，力争6月底前完成", "2018-12-31", False),
        ("2019年，6月底前完成", "2019-06-30", False),
        ("11月底前完成主体，3月底前交付", "2019-03-31", False),
    ],
)
def test_a_day_inside_the_year_ahead_of_it_is_of_that_year(written, due, soft):
    reading = read(written, MAY_18)
    assert (reading.due, reading.soft) == (D(due), soft)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2018-08号督办单", ["unresolved", "", "", ""]),
        ("渝府发2018年12号", ["unresolved", "", "", ""]),
        ("2018年秋", ["unresolved", "", "", ""]),
        ("3月份督查发现的问题", ["unresolved", "", "", ""]),
        ("一季度通报问题整改", ["unresolved", "", "", ""]),
        ("5月25日反馈意见", ["date", "", "2018-05-25", ""]),
        ("18年内", ["date", "", "2018-12-31", ""]),
        ("10年内", ["date", "", "2028-05-18", ""]),
        ("三年内（2018—2020年）全部完成", ["span", "2018-01-01", "2020-12-31", ""]),
        ("2018。6。30", ["date", "", "2018-06-30", ""]),
        ("2018—2019年度榨季", ["unresolved", "", "", ""]),
        ("合同约定30日", ["unresolved", "", "", ""]),
        ("每周五至周日", ["recurring", "", "", "FREQ=WEEKLY;BYDAY=FR,SA,SU"]),
        ("每周五至周一", ["recurring", "", "", "FREQ=WEEKLY;BYDAY=MO,FR,SA,SU"]),
        ("三季度末月20日", ["date", "", "2018-09-20", ""]),
        ("二季度首月", ["date", "", "2018-04-30", ""]),
        ("下半年初", ["unresolved", "", "", ""]),
        ("中考（6月中旬）后", ["unresolved", "", "", ""]),
        ("高考（6月7日—9日）后", ["unresolved", "", "", ""]),
        ("2018年第15周", ["unresolved", "", "", ""]),
        ("1—3号楼", ["unresolved", "", "", ""]),
        ("2018.4亿元", ["unresolved", "", "", ""]),
        ("2018年7月1日施行的《办法》", ["unresolved", "", "", ""]),
        ("5月16日县委书记批示", ["unresolved", "", "", ""]),
        ("6月召开推进会", ["date", "", "2018-06-30", ""]),
        ("每季度末前5个工作日", ["unresolved", "", "", ""]),
        ("2018年5月1日至长期", ["open", "2018-05-01", "", ""]),
        ("6月底之后", ["open", "2018-06-30", "", ""]),
        ("6月起每月最后一个工作日前", ["recurring", "2018-06-01", "", f"FREQ=MONTHLY;BYDAY={WORKED};BYSETPOS=-1"]),
        ("规定25日前报送", ["date", "", "2018-05-25", ""]),
        ("4月底已完成60%", ["unresolved", "", "", ""]),
    ],
)
def test_numbers_seasons_and_what_was_found_are_told_from_deadlines(written, expected):
    assert parts(read(written, MAY_18)) == expected


def test_without_a_year_anywhere_nothing_is_guessed():
    for written in ("5月25日前", "5.25", "年底", "Q3", "25 May", "春节前"):
        assert read(written, Context()).kind == "unresolved", written


def test_a_cadence_gives_its_periods():
    monthly = read("每月5日前", MAY_18)
    assert recurrence(monthly, D("2018-05-18"), D("2018-07-31")) == [
        ("2018-06", D("2018-06-01"), D("2018-06-05")), ("2018-07", D("2018-07-01"), D("2018-07-05")),
    ]  # fmt: skip
    twice = read("Second and fourth Monday of each month", MAY_18)
    assert [name for name, *_ in recurrence(twice, D("2018-05-18"), D("2018-06-30"))] == [
        "2018-05-28", "2018-06-11", "2018-06-25",
    ]  # fmt: skip
    after = read("每季度结束后5个工作日内", MAY_18)
    assert recurrence(after, D("2018-05-18"), D("2018-12-31"), WORKDAYS) == [
        ("2018-Q2", D("2018-04-01"), D("2018-07-06")), ("2018-Q3", D("2018-07-01"), D("2018-10-12")),
    ]  # fmt: skip
