"""How long a feed takes to build, by our writer, by icalendar and by a Jinja2 template, side by side in one run.

Run `python benchmarks/feeds.py [--rounds N] [SIZE ...]`. The figure is CPU time (user and system) an event, the median
of interleaved rounds; trust the ratios more than the microseconds. Each output is read back and compared first.
"""

from __future__ import annotations

import argparse
import gc
import re
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar
import jinja2

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from notifications.feeds import Entry, Feed, calendar_bytes
from plans.identity import uid

FEED = Feed("督办·安全处", "安全处牵头和配合的任务", language="en")
UNITS = ("安全处", "运行处", "综合处", "宣传室", "市场主体登记注册分局")
VERBS = ("完成", "组织", "印发", "修订", "排查", "上报")
THINGS = (
    "消防演练，覆盖全部门店的应急疏散不少于2次",
    "重点行业领域隐患台账（含整改责任、措施、时限）",
    "《岗位职责手册》；附件1, 2 一并更新",
    "下半年培训计划与经费预算，报主任办公会研究",
)
TEMPLATE = """\
BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//duban//duban//EN\r
CALSCALE:GREGORIAN\r
X-WR-CALNAME:{{ name|text }}\r
REFRESH-INTERVAL;VALUE=DURATION:PT1H\r
{% for e in events %}BEGIN:VEVENT\r
UID:{{ e.uid }}\r
DTSTAMP:{{ e.stamp }}\r
LAST-MODIFIED:{{ e.stamp }}\r
SEQUENCE:{{ e.sequence }}\r
DTSTART;VALUE=DATE:{{ e.start }}\r
DTEND;VALUE=DATE:{{ e.end }}\r
{{ ("SUMMARY:" ~ (e.summary|text))|fold }}\r
{{ ("DESCRIPTION:" ~ (e.description|text))|fold }}\r
{{ ("CATEGORIES:" ~ (e.category|text))|fold }}\r
{{ ("URL:" ~ e.url)|fold }}\r
STATUS:CONFIRMED\r
TRANSP:TRANSPARENT\r
X-MICROSOFT-CDO-BUSYSTATUS:FREE\r
END:VEVENT\r
{% endfor %}END:VCALENDAR\r
"""


def entries(count: int) -> list[Entry]:
    """Return *count* entries such as offices have: every text differs, so that no cache answers for the work."""
    first = date(2026, 1, 5)
    return [
        Entry(
            uid=uid("bench", "safety-2026", f"task-{i}", ""),
            sequence=i % 4,
            changed=datetime(2026, 3, 2, 8, 30, tzinfo=UTC) + timedelta(seconds=i),
            due=first + timedelta(days=i % 360),
            title=f"{VERBS[i % 6]}第{i}批{THINGS[i % 4]}",
            plan_title="安全生产专项整治年度工作方案",
            plan_number="常安〔2026〕3号",
            no=str(i + 1),
            units=(UNITS[i % 5], UNITS[(i + 1) % 5]),
            support=(UNITS[(i + 2) % 5], UNITS[(i + 3) % 5]),
            lines=(
                f"最近进展（第{i}号）：已印发通知，正在组织实施；存在问题：场地未落实, 需协调。",
                "时限以批复为准。",
            ),
            categories=("安全生产",),
            url=f"https://duban.example.org/p/tasks/{i}",
        )
        for i in range(count)
    ]


def ours(data: list[Entry]) -> bytes:
    """Build the feed by the project's own writer."""
    return calendar_bytes(FEED, data)


def _summary(entry: Entry) -> str:
    return f"[Due] {entry.title} ({', '.join(entry.units)})"


def _description(entry: Entry) -> str:
    source = f"From: {entry.plan_title} ({entry.plan_number}), item {entry.no}"
    people = (f"Lead: {', '.join(entry.units)}", f"Support: {', '.join(entry.support)}")
    return "\n".join((source, *people, *entry.lines))


def by_icalendar(data: list[Entry]) -> bytes:
    """Build the same feed by icalendar."""
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//duban//duban//EN")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", FEED.name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for entry in data:
        event = icalendar.Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", entry.changed)
        event.add("last-modified", entry.changed)
        event.add("sequence", 2 * entry.sequence)
        event.add("dtstart", entry.due)
        event.add("dtend", entry.due + timedelta(days=1))
        event.add("summary", _summary(entry))
        event.add("description", _description(entry))
        event.add("categories", list(entry.categories))
        event.add("url", entry.url)
        event.add("status", "CONFIRMED")
        event.add("transp", "TRANSPARENT")
        event.add("x-microsoft-cdo-busystatus", "FREE")
        calendar.add_component(event)
    return calendar.to_ical()


def _text(value: str) -> str:
    return value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _fold(line: str) -> str:
    data = line.encode()
    return line if len(data) <= 75 else b"\r\n ".join(re.findall(rb"(?s).{1,74}(?![\x80-\xbf])", data)).decode()


ENVIRONMENT = jinja2.Environment(keep_trailing_newline=True, newline_sequence="\r\n", autoescape=False)
ENVIRONMENT.filters.update(text=_text, fold=_fold)
COMPILED = ENVIRONMENT.from_string(TEMPLATE)


def by_jinja(data: list[Entry]) -> bytes:
    """Build the same feed by a Jinja2 template with filters that escape and fold."""
    events = [
        {
            "uid": entry.uid,
            "stamp": entry.changed.strftime("%Y%m%dT%H%M%SZ"),
            "sequence": 2 * entry.sequence,
            "start": entry.due.strftime("%Y%m%d"),
            "end": (entry.due + timedelta(days=1)).strftime("%Y%m%d"),
            "summary": _summary(entry),
            "description": _description(entry),
            "category": entry.categories[0],
            "url": entry.url,
        }
        for entry in data
    ]
    return COMPILED.render(name=FEED.name, events=events).encode()


WRITERS: dict[str, Callable[[list[Entry]], bytes]] = {
    "duban": ours,
    "Jinja2 template": by_jinja,
    "icalendar": by_icalendar,
}


def content(data: bytes) -> list[dict[str, bytes]]:
    """Return what the events of a feed say, to compare the writers by."""
    names = ("UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "STATUS", "URL", "CATEGORIES")
    events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    return [{name: event[name].to_ical() for name in names} for event in events]


def measure(size: int, rounds: int) -> dict[str, float]:
    """Return the median CPU microseconds an event of each writer, in interleaved rounds."""
    spent: dict[str, list[float]] = {name: [] for name in WRITERS}
    for _ in range(rounds):
        for name, write in WRITERS.items():
            data = entries(size)
            gc.collect()
            start = time.process_time()
            write(data)
            spent[name].append((time.process_time() - start) / size * 1e6)
    return {name: statistics.median(values) for name, values in spent.items()}


def main() -> None:
    """Print a table of microseconds and ratios for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000, 10_000])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    sample = entries(200)
    expected = content(ours(sample))
    for name, write in WRITERS.items():
        if content(write(sample)) != expected:
            raise SystemExit(f"{name} says something else than duban: the comparison would not be fair")
    print(
        f"{len(ours(sample)) / 200:.0f} octets an event; icalendar {icalendar.__version__}, Jinja2 {jinja2.__version__}"
    )
    print(f"{'events':>7}  {'writer':<16}  {'CPU µs/event':>12}  {'x duban':>8}")
    for size in options.sizes:
        figures = measure(size, options.rounds)
        for name, value in figures.items():
            print(f"{size:>7}  {name:<16}  {value:>12.1f}  {value / figures['duban']:>8.1f}")


if __name__ == "__main__":
    main()
