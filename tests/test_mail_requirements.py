"""What mail demands of a letter (M1 to M15), tried on letters that a round wrote and a real server took."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import icalendar
import pytest

from notifications.postman import SmtpPostman
from scheduler import releasing
from scheduler.desk_list import DeskList
from scheduler.matters import Desk as Look
from scheduler.settings import Settings
from store.database import run
from tests.mailserver import Desk, serving
from tests.office import SETTINGS, Office

NASTY = [
    "=?UTF-8?Q?=0A?=X-Injected: yes",
    "督办 💩 x=?UTF-8?Q?=0A?=X-Injected: yes",
    "<script>alert(1)</script>",
    'a;,\\n b: "c"\\\\',
    "演练 A组/B组  两个空格",
]
REGULAR = (["lin@example.org"], ["sun@example.org"])
HEADERS = [
    *("Date", "From", "To", "Reply-To", "Subject", "Message-ID"),
    *("References", "In-Reply-To", "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version", "Content-Type"),
]


def plan(*titles: str, **more: str) -> str:
    lines = [f"{key}: {value}" for key, value in more.items()]
    tasks = [
        f"  - {{id: t{number}, no: {number}, title: {json.dumps(title, ensure_ascii=False)}, lead: 安全处,"
        " support: 财务处, due: 5月25日前}"
        for number, title in enumerate(titles, start=1)
    ]
    return "\n".join(
        ["plan: p", "title: 安全年", "number: 某安〔2018〕3号", "issued: 2018-03-01", *lines, "tasks:", *tasks]
    )


def sent(office: Office, text: str, *days: str, **mail: object) -> list[bytes]:
    """Return what a mail server got of rounds on days; the desk's lists and the leader's summaries left out."""
    office.settings = Settings(**{**SETTINGS, "mail": {**SETTINGS["mail"], **mail}})
    with office.database.write() as connection:
        run(connection, "UPDATE house SET rehearsal = :no", no=False)
    office.apply(text, "2018-03-01", release=True)
    server = Desk()
    with serving(server) as port, SmtpPostman("127.0.0.1", port, security="none") as postman:
        office.box = postman
        for day in days:
            office.round(day)
    letters = [data for _, to, data in server.letters if to not in REGULAR]
    assert letters, "nothing arrived"
    return letters


def parsed(data: bytes) -> EmailMessage:
    return message_from_bytes(data, policy=policy.default)  # type: ignore[return-value]


def words(letter: EmailMessage, kind: str = "plain") -> str:
    body = letter.get_body((kind,))
    assert body is not None
    return body.get_content()


@pytest.fixture
def one(office: Office) -> EmailMessage:
    """The reminder of one task, three working days ahead, to its contact."""
    letters = sent(office, plan("消防演练"), "2018-03-01", "2018-05-22")
    return next(letter for letter in map(parsed, letters) if "临近提醒】" in letter["Subject"])


def test_m1_every_header_stands_once_and_the_date_keeps_the_offset(one: EmailMessage):
    assert sorted(one.keys()) == sorted(HEADERS)
    assert str(one["Date"]) == "Tue, 22 May 2018 08:30:00 +0800"


def test_m2_the_wire_is_seven_bits_with_short_lines_and_crlf(office: Office):
    for data in sent(office, plan(*NASTY), "2018-03-01", "2018-05-22"):
        assert data.isascii()
        assert not re.search(rb"\r(?!\n)|(?<!\r)\n", data)
        assert max(map(len, data.split(b"\r\n"))) <= 76


@pytest.mark.parametrize("title", NASTY)
def test_m3_m4_a_title_comes_back_as_it_was_and_injects_nothing(office: Office, title: str):
    for letter in map(parsed, sent(office, plan(title), "2018-03-01", "2018-05-22")):
        assert set(letter.keys()) <= set(HEADERS)
        assert "X-Injected" not in letter
        assert str(letter["Subject"]).endswith(f"——{title}")


@pytest.mark.parametrize(
    "title", ["drill\r\nX-Injected: yes", "drill\nBcc: all@example.org", "drill\x85X-Injected: yes\u2028"]
)
def test_m4_line_breaks_in_a_title_never_reach_a_header(office: Office, title: str):
    for letter in map(parsed, sent(office, plan(title), "2018-03-01", "2018-05-22")):
        assert set(letter.keys()) <= set(HEADERS)
        assert not letter.defects


def test_m4_s11_markup_in_a_title_stays_text(office: Office):
    for letter in map(parsed, sent(office, plan(*NASTY), "2018-03-01", "2018-05-22")):
        html = words(letter, "html")
        assert "<script>" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


@pytest.mark.parametrize("title", NASTY)
def test_s10_a_title_stays_one_property_of_the_calendar(office: Office, title: str):
    letters = map(parsed, sent(office, plan(title), "2018-03-01", "2018-05-22"))
    (event,) = _calendar(next(letter for letter in letters if "临近提醒】" in letter["Subject"])).walk("VEVENT")
    assert set(event) == {
        "UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "STATUS",
        "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS",
    }  # fmt: skip
    assert title in str(event["SUMMARY"])


def _calendar(letter: EmailMessage) -> icalendar.Calendar:
    (attached,) = letter.iter_attachments()
    data = attached.get_payload(decode=True)
    assert isinstance(data, bytes)
    return icalendar.Calendar.from_ical(data)


def test_m5_recipients_come_from_the_directory_one_a_letter(office: Office):
    letters = [parsed(data) for data in sent(office, plan("消防演练"), "2018-03-01", "2018-05-22")]
    assert {str(letter["To"]) for letter in letters} == {"王二 <wang@example.org>", "吴八 <wu@example.org>"}
    assert all("Cc" not in letter and "Bcc" not in letter for letter in letters)


def test_m6_the_plain_part_says_all_there_is_to_know(one: EmailMessage):
    assert [part.get_content_type() for part in one.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar",
    ]  # fmt: skip
    text = re.sub(r"\s", "", words(one))
    for said in (
        "《安全年》（某安〔2018〕3号）", "安全处王二同志", "〔第1项〕消防演练", "时限5月25日（周五），还有3个工作日",
        "你处牵头", "请报送完成情况及佐证材料", "督查室", "联系人：林一", "电话：0000-0001", "北京时间",
        "联络员如有变动，请及时告知",
    ):  # fmt: skip
        assert said in text, said


def test_m6_text_and_page_say_the_same(one: EmailMessage):
    page = re.sub(r"<[^>]+>|\s", "", re.sub(r"(?s)<head>.*?</head>", "", words(one, "html")))
    text = re.sub(r"\s", "", words(one))
    assert page.replace("临近《", "《").replace("消防演练时限", "1.消防演练时限") == text.replace(
        "1.〔第1项〕", "〔第1项〕1."
    )


def test_m7_a_page_asks_nobody_for_anything(one: EmailMessage):
    html = words(one, "html")
    assert '<html lang="zh-CN">' in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert not re.search(r"<(img|script|link|iframe|form|object|video|svg)|url\(|https?://", html)


def test_m8_the_calendar_is_attached_without_a_method_under_the_feeds_uid(one: EmailMessage, office: Office):
    (attached,) = one.iter_attachments()
    assert attached["Content-Type"] == 'text/calendar; charset="utf-8"'
    assert re.fullmatch(r"duban-[a-z0-9]{8}\.ics", str(attached.get_filename()))
    calendar = _calendar(one)
    (event,) = calendar.walk("VEVENT")
    assert "METHOD" not in calendar
    assert not {"ORGANIZER", "ATTENDEE"} & set(event)
    assert str(event["UID"]) == office.one("t1")["uid"]


def test_m8_several_tasks_have_no_calendar_and_no_thread(office: Office):
    letters = map(parsed, sent(office, plan("消防演练", "植树"), "2018-03-01", "2018-05-22"))
    both = next(letter for letter in letters if "临近提醒】2项" in letter["Subject"])
    assert not list(both.iter_attachments())
    assert "References" not in both


def test_m8_where_links_are_off_nothing_is_attached_and_one_replies_or_calls(office: Office):
    for letter in map(parsed, sent(office, plan("消防演练"), "2018-03-01", "2018-05-22", links=False)):
        assert not list(letter.iter_attachments())
        assert "http" not in words(letter)
        assert re.search("请直接回复本邮件或来电|无需回复", words(letter))


def test_m9_every_letter_has_an_identifier_of_its_own(office: Office):
    letters = [parsed(data) for data in sent(office, plan("消防演练"), "2018-03-01", "2018-05-22", "2018-05-25")]
    assert len({str(letter["Message-ID"]) for letter in letters}) == len(letters) == 5
    assert all(re.fullmatch(r"<[a-z]+\.[0-9a-f]{32}@example\.org>", str(letter["Message-ID"])) for letter in letters)


def test_m10_the_bytes_that_leave_are_the_bytes_that_were_frozen(office: Office):
    letters = sent(office, plan("消防演练"), "2018-03-01")
    kept = {one["sha256"] for one in office.rows("SELECT sha256 FROM letter")}
    assert {hashlib.sha256(data).hexdigest() for data in letters} <= kept


def test_m11_all_letters_about_a_task_are_one_thread(office: Office):
    office.apply(plan("消防演练"), "2018-03-01", release=True)
    office.rounds("2018-03-01", "2018-05-30")
    with office.act("2018-05-30") as act:
        releasing.release_row(act, office.one("t1")["id"])
    office.round("2018-05-30")
    letters = [letter for letter in office.mail if "References" in letter]
    assert len(letters) >= 7
    assert len({str(letter["References"]) for letter in letters}) == 1
    assert all(letter["References"] == letter["In-Reply-To"] for letter in letters)


def test_m12_no_holiday_responder_answers(one: EmailMessage):
    assert one["Auto-Submitted"] == "auto-generated"
    assert one["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert "Precedence" not in one


def test_m13_nobody_signs_off_from_duty_but_says_who_is_in_charge(one: EmailMessage):
    assert "List-Unsubscribe" not in one
    assert "联络员如有变动，请及时告知" in re.sub(r"\s", "", words(one))


def test_m14_every_part_says_its_charset_and_ascii_facts_survive_a_wrong_one(one: EmailMessage):
    for part in one.walk():
        if part.get_content_maintype() == "text":
            assert part.get_content_charset() == "utf-8"
    wrong = words(one).encode().decode("gb18030", "replace")
    assert "0000-0001" in wrong
    assert "2018" in wrong


def test_m15_forty_matters_on_one_day_are_one_letter_below_100_kilobytes(office: Office):
    letters = sent(office, plan(*(f"任务{number}" for number in range(40))), "2018-03-01", "2018-05-22")
    to_wang = [data for data in letters if "wang@" in str(parsed(data)["To"])]
    assert len(to_wang) == 2  # the assignment and the reminder
    assert max(map(len, letters)) < 100_000


def test_m22_the_envelope_names_the_mailbox_that_is_read(office: Office):
    office.apply(plan("消防演练"), "2018-03-01", release=True)
    server = Desk()
    with serving(server) as port, SmtpPostman("127.0.0.1", port, security="none") as postman:
        office.box = postman
        office.round("2018-03-01")
    assert {sender for sender, _, _ in server.letters} == {"duban@example.org"}


def test_answers_go_to_the_office(one: EmailMessage):
    assert str(one["Reply-To"]) == "office@example.org"


def test_in_a_trial_every_letter_goes_to_one_address_and_says_so(office: Office):
    letters = [parsed(data) for data in sent(office, plan("消防演练"), "2018-03-01", only_to="me@example.org")]
    assert {str(letter["To"]) for letter in letters} == {"me@example.org"}
    assert len(letters) == 2
    assert "演练：本邮件原应发给wang@example.org，现改发给您。" in words(letters[1]) + words(letters[0])


def test_an_internal_plan_lets_no_title_out_anywhere(office: Office):
    text = plan("消防演练", handling="internal").replace("title: 安全年", "title: 某某专项")
    for letter in map(parsed, sent(office, text, "2018-03-01", "2018-05-22")):
        parts = [part.get_content() for part in letter.walk() if part.get_content_maintype() == "text"]
        said = str(letter["Subject"]) + "".join(part if isinstance(part, str) else part.decode() for part in parts)
        assert not re.search("消防|某某专项", said)
        assert "第1项" in said


def test_an_office_may_lay_letters_out_itself_and_a_broken_template_stops_none(office: Office, tmp_path: Path):
    (tmp_path / "letter.txt").write_text("{{ page.greeting }} -- 本局格式\n", "utf-8")
    (tmp_path / "letter.html").write_text("{% for x in %}", "utf-8")
    letters = [parsed(data) for data in sent(office, plan("消防演练"), "2018-03-01", templates=str(tmp_path))]
    assert all("-- 本局格式" in words(letter) for letter in letters)
    assert all("消防演练" in words(letter, "html") for letter in letters)
    with office.database.read() as connection:
        (line,) = DeskList(Look(connection, office.settings.send_at), date(2018, 3, 2), ["p"]).lines()
    assert (line.section, "letter.html" in line.text) == ("failed", True)


def test_holidays_ahead_are_named(office: Office):
    letters = sent(office, plan("消防演练").replace("5月25日前", "6月20日前"), "2018-03-01", "2018-06-14")
    assert "6月16日至18日端午节放假，请提前安排。" in words(parsed(letters[-1]))
