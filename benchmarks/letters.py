"""How long a letter takes from its notices to its bytes, by our writer and by the standard library's message object.

Run `python benchmarks/letters.py [--rounds N]`. The figure is CPU time a letter, the best of interleaved rounds;
trust the ratio more than the microseconds. Both outputs are parsed and compared first.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from notifications.letters import compose
from notifications.mime import Mailbox, assemble
from notifications.notices import Break, Composed, Counting, LetterModel, Line, Recipient

TODAY, FRIDAY, AT = date(2018, 6, 12), date(2018, 6, 15), datetime(2018, 6, 12, 0, 30, tzinfo=UTC)
PLAN = {"plan_id": "safety", "plan_title": "防汛安全工作方案", "plan_number": "某管发〔2018〕9号", "leads": ("综合处",)}
LINES = tuple(
    Line(
        **PLAN,
        task_id=no,
        task_no=no,
        title=title,
        kind="notice",
        due=FRIDAY,
        workdays=3,
        unit_role="lead",
        post="contact",
    )
    for no, title in (("6", "组织防汛演练不少于4次"), ("9", "开办网站专栏"))
)
MODEL = LetterModel(
    Recipient("王敏", unit="综合处"),
    "ladder",
    TODAY,
    "活动办",
    LINES,
    office_contact="李明",
    office_phone="010-5550100",
    counting=(Counting(breaks=(Break("端午节", date(2018, 6, 16), date(2018, 6, 18)),)),),
)
CALENDAR = b"BEGIN:VCALENDAR\r\n" + b"DESCRIPTION:x\r\n" * 40 + b"END:VCALENDAR\r\n"


def ours(letter: Composed) -> bytes:
    sender, to = Mailbox("duban@example.org", "督办"), Mailbox("wang@example.org", "王敏")
    office = Mailbox("office@example.org", "活动办")
    return assemble(letter, sender=sender, to=to, reply_to=office, message_id="<1.a@example.org>", date=AT)


def theirs(letter: Composed) -> bytes:
    message = EmailMessage(policy=policy.SMTP)
    message["Date"], message["Message-ID"], message["Subject"] = AT, "<1.a@example.org>", letter.subject
    message["From"] = Address("督办", "duban", "example.org")
    message["To"] = Address("王敏", "wang", "example.org")
    message["Reply-To"] = Address("活动办", "office", "example.org")
    message.set_content(letter.text, cte="base64")
    message.add_alternative(letter.html, subtype="html", cte="base64")
    message.add_attachment(letter.calendar, maintype="text", subtype="calendar", filename=letter.calendar_name)
    return message.as_bytes()


def same(one: bytes, other: bytes) -> bool:
    """Return whether both say the same to the standard parser."""

    def heard(data: bytes) -> list[object]:
        message = message_from_bytes(data, policy=policy.default)
        parts = [
            part.get_payload(decode=True).replace(b"\r\n", b"\n") for part in message.walk() if not part.is_multipart()
        ]
        return [message["Subject"], message["To"], *parts]

    return heard(one) == heard(other)


def measured(work: Callable[[], object], letters: int = 200) -> float:
    begun = time.process_time()
    for _ in range(letters):
        work()
    return (time.process_time() - begun) / letters * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    letter = compose(MODEL, calendar=CALENDAR)
    if not same(ours(letter), theirs(letter)):
        sys.exit("the two letters differ")
    works = {
        "compose (words, text, html)": lambda: compose(MODEL, calendar=CALENDAR),
        "assemble": lambda: ours(letter),
        "EmailMessage": lambda: theirs(letter),
    }
    best = dict.fromkeys(works, float("inf"))
    for _ in range(rounds):
        for name, work in works.items():
            best[name] = min(best[name], measured(work))
    print(f"{len(ours(letter))} bytes a letter")
    for name, figure in best.items():
        print(f"{name:30} {figure:8.0f} µs")
    words, own, standard = best.values()
    print(
        f"assemble {standard / own:.0f} times faster; the whole letter {(words + standard) / (words + own):.1f} times"
    )


if __name__ == "__main__":
    main()
