"""The bytes of a letter, against the standard library's parser: whatever a title holds, it stays a title."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.mime import AddressError, Mailbox, address, assemble, encoded_words
from notifications.notices import Composed
from notifications.typesetting import plain

BEIJING = timezone(timedelta(hours=8))
HEADERS = [
    *("Date", "From", "To", "Reply-To", "Subject", "Message-ID"),
    *("Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version", "Content-Type"),
]
INJECTIONS = (
    "督办 💩 x=?UTF-8?Q?=0A?=X-Injected: yes",
    "=?UTF-8?Q?=0A?=X-Injected: yes",
    "title\r\nX-Injected: yes",
    "title\n\nbody",
    "title\rBcc: everybody@example.org",
    "nul\0 bell\x07 delete\x7f",
    "next line\x85X-Injected: yes\u2028and\u2029more",
    "lone \ud83d surrogate",
    '<script>alert(1)</script> "quoted" \\',
    "a;,\n b: c",
    "",
    " spaces  at  the  ends ",
)
# One letter stands for each piece that is more than a letter, because hypothesis draws letters fastest.
PIECES = dict(
    enumerate(["👩‍👩‍👧", "🇨🇳", "é", "=?UTF-8?Q?=0A?=X-Injected: yes", "=?utf-8?B?5Lit?=", "  "], start=0xE000)
)
HAN = "".join(map(chr, range(0x4E00, 0x9FFF, 97)))
ASCII = "".join(map(chr, range(0x20, 0x7F)))
titles = st.text(HAN + ASCII + "，。：；（）【】《》“”！？、—… 💩𠮷" + "".join(map(chr, PIECES)), max_size=50).map(
    lambda text: text.translate(PIECES)
)


def letter(subject: str = "【今日到期】开办网站专栏", **changes: object) -> bytes:
    given = {
        "sender": Mailbox("duban@example.org", "督办"),
        "to": Mailbox("wang@example.org", "王敏"),
        "reply_to": Mailbox("office@example.org", "活动办"),
        "message_id": "<r.17.9f3a@example.org>",
        "date": datetime(2018, 6, 12, 8, 30, tzinfo=BEIJING),
    }
    composed = Composed(subject, "正文\n第二行\n", "<p>正文</p>\n")
    return assemble(changes.pop("composed", composed), **{**given, **changes})


def read(data: bytes) -> EmailMessage:
    return message_from_bytes(data, policy=policy.default)


def subject_of(data: bytes) -> str:
    """Decode the subject by RFC 2047 from the raw header, as a mail client does."""
    raw = message_from_bytes(data)["Subject"]
    return str(make_header(decode_header(raw)))


@settings(max_examples=3000, deadline=None)
@given(titles)
def test_every_subject_comes_back_as_it_was(title: str) -> None:
    data = letter(title)
    assert subject_of(data) == title
    assert read(data).keys() == HEADERS
    assert max(map(len, data.split(b"\r\n"))) <= 76


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_at_all_breaks_the_headers(title: str, name: str) -> None:
    data = letter(title, to=Mailbox("wang@example.org", name))
    parsed = read(data)
    assert parsed.keys() == HEADERS
    assert subject_of(data) == plain(title)
    assert data.isascii()
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", data)
    assert max(map(len, data.split(b"\r\n"))) <= 76


@settings(max_examples=500, deadline=None)
@given(titles)
def test_every_display_name_comes_back_beside_its_address(name: str) -> None:
    raw = message_from_bytes(letter(to=Mailbox("wang@example.org", name)))["To"]
    shown = raw.removesuffix("wang@example.org").removesuffix("<wang@example.org>").strip()
    if "=?" in shown:
        assert str(make_header(decode_header(shown))) == name.strip()
    else:
        assert re.sub(r"\\(.)", r"\1", re.sub(r'^"|"$', "", shown)) == name.strip()


@pytest.mark.parametrize("payload", INJECTIONS, ids=ascii)
def test_an_attack_stays_text_wherever_it_stands(payload: str) -> None:
    """S12, S23: what CVE-2024-6923 and its kin let through stays text here, on any Python."""
    data = letter(
        payload,
        sender=Mailbox("duban@example.org", payload),
        to=Mailbox("wang@example.org", payload),
        reply_to=Mailbox("office@example.org", payload),
        composed=Composed(payload, payload, payload),
    )
    parsed = read(data)
    assert parsed.keys() == HEADERS
    assert subject_of(data) == plain(payload)
    assert [part.get_content_type() for part in parsed.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert [part.keys() for part in parsed.iter_parts()] == [["Content-Type", "Content-Transfer-Encoding"]] * 2


@pytest.mark.parametrize(
    "wrong",
    [
        *("", "wang", "@example.org", "wang@", "wang@@example.org", "a@b@example.org", "wang@example..org"),
        *(".wang@example.org", "wang.@example.org", "wang@-example.org", "wang@example.org.", "wa ng@example.org"),
        *("wang＠example.org", "王@example.org", "wang@例子.cn", "wang@[127.0.0.1]", '"wang"@example.org'),
        *("wang@example.org, li@example.org", "wang@example.org;li@example.org", "w(x)@example.org"),
        *(
            "wang@example.org\r\nBcc: li@example.org",
            "wang@example.org\0",
            "wang@exam\u2028ple.org",
            "wang\x85@example.org",
        ),
        *("王敏 <wang@example.org> <li@example.org>", "<wang@example.org", "Wang, Min <wang@example.org>"),
        *("a" * 65 + "@example.org", "a@" + "b" * 64 + ".org", "a@" + ".".join(["b" * 60] * 5)),
        *("li@example.org <wang@example.org>", "=?utf-8?B?5Lit?=@example.org\n", "group: wang@example.org;"),
    ],
    ids=ascii,
)
def test_what_is_no_address_is_refused_with_a_sentence(wrong: str) -> None:
    with pytest.raises(AddressError) as caught:
        address(wrong)
    assert str(caught.value).endswith(".")
    assert caught.value.sentence.text
    with pytest.raises(ValueError, match="mail address"):
        letter(to=Mailbox(wrong))


@pytest.mark.parametrize(
    ("text", "mailbox"),
    [
        ("wang@example.org", Mailbox("wang@example.org")),
        (" 王敏 <wang.min+duban@mail.example.org>", Mailbox("wang.min+duban@mail.example.org", "王敏")),
        ('"Wang, \\"Min\\"" <wang@example.org>', Mailbox("wang@example.org", 'Wang, "Min"')),
        ("<wang@localhost>", Mailbox("wang@localhost")),
    ],
)
def test_an_address_with_or_without_a_name_is_understood(text: str, mailbox: Mailbox) -> None:
    assert address(text) == mailbox


def test_names_with_commas_and_quotes_are_one_mailbox() -> None:
    parsed = read(letter(to=Mailbox("wang@example.org", 'Wang, "Min" <boss@example.org>')))
    assert [(one.display_name, one.addr_spec) for one in parsed["To"].addresses] == [
        ('Wang, "Min" <boss@example.org>', "wang@example.org")
    ]


def test_the_parts_are_text_then_html_then_the_calendar_without_a_method() -> None:
    calendar = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
    parsed = read(letter(composed=Composed("s", "正文\n", "<p>正文</p>\n", calendar, "duban-a1.ics")))
    assert [part.get_content_type() for part in parsed.walk()] == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"),
    ]
    attached = next(iter(parsed.iter_attachments()))
    assert attached.get_filename() == "duban-a1.ics"
    assert attached.get_content_disposition() == "attachment"
    assert dict(attached["Content-Type"].params) == {"charset": "utf-8"}
    assert attached.get_payload(decode=True) == calendar
    assert {part["Content-Transfer-Encoding"] for part in parsed.walk() if not part.is_multipart()} == {"base64"}
    assert {str(part.get_content_charset()) for part in parsed.walk() if not part.is_multipart()} == {"utf-8"}


def test_the_body_comes_back_with_crlf() -> None:
    parsed = read(letter(composed=Composed("s", "一\n二\r\n三\n", "<p>x</p>")))
    assert parsed.get_body(("plain",)).get_payload(decode=True).decode() == "一\r\n二\r\n三\r\n"


def test_the_same_letter_is_the_same_bytes_and_another_has_another_boundary() -> None:
    assert letter() == letter()
    other = letter(composed=Composed("【今日到期】开办网站专栏", "别的正文\n", "<p>别的</p>"))
    assert read(letter()).get_boundary() != read(other).get_boundary()


def test_a_body_that_looks_like_a_boundary_stays_a_body() -> None:
    boundary = read(letter(composed=Composed("s", "x", "y"))).get_boundary()
    parsed = read(letter(composed=Composed("s", f"--{boundary}--\n", f"--{boundary}\n")))
    assert len(list(parsed.iter_parts())) == 2


def test_the_date_keeps_the_senders_offset() -> None:
    assert read(letter()).get("Date") == "Tue, 12 Jun 2018 08:30:00 +0800"
    assert read(letter(date=datetime(2026, 1, 1, tzinfo=UTC)))["Date"].datetime == datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="time zone"):
        letter(date=datetime(2018, 6, 12, 8, 30))  # noqa: DTZ001 (the naive one is the point)


def test_a_thread_is_named_by_its_identifiers() -> None:
    parsed = read(letter(references=("<plan@example.org>", "<task.a1@example.org>")))
    assert parsed["References"].split() == ["<plan@example.org>", "<task.a1@example.org>"]
    assert parsed["In-Reply-To"] == "<task.a1@example.org>"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["X-Auto-Response-Suppress"] == "OOF, AutoReply"


@pytest.mark.parametrize(
    "wrong", ["a@example.org", "<a@example.org>\r\nX: y", "<a b@example.org>", "<a@>", "<王@example.org>", ""]
)
def test_a_malformed_identifier_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="identifier"):
        letter(message_id=wrong)
    with pytest.raises(ValueError, match="identifier"):
        letter(references=(wrong,))


@pytest.mark.parametrize("wrong", ["计划.ics", 'a".ics', "a\r\nb.ics", "../a.ics", "", ".ics"])
def test_a_malformed_file_name_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="file name"):
        letter(composed=Composed("s", "x", "y", b"BEGIN", wrong))


def test_plain_ascii_needs_no_encoding_and_anything_else_is_encoded_whole() -> None:
    assert b"Subject: Due today: open the column\r\n" in letter("Due today: open the column")
    assert letter("Due 今日 to day").count(b"Subject: =?utf-8?B?") == 1


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.integers(20, 75))
def test_encoded_words_are_short_and_split_no_character(text: str, first: int) -> None:
    words = encoded_words(text, first)
    assert len(words[0]) <= first
    assert all(len(word) <= 75 for word in words)
    assert "".join(decode_header(word)[0][0].decode("utf-8") for word in words if word != "=?utf-8?B??=") == text
