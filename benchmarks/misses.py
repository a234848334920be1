"""What an address that isn't there costs: unknown, of another kind, or a mere word; a guesser must not tell them apart.

Goal: the medians lie within 5 % of each other, 2,000 requests each, taken in turn over one connection. Run
`python benchmarks/misses.py [REQUESTS]`.
"""

from __future__ import annotations

import http.client
import random
import secrets
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

DAY = date(2026, 6, 8)
TOKENS = 5000  # that open something, so that there is an index to look through


def measured(url: str, addresses: dict[str, str], requests: int) -> dict[str, list[float]]:
    """Return the seconds of each request, by what its address is; they are asked in an order by chance."""
    host = http.client.HTTPConnection(url.removeprefix("http://"))
    found: dict[str, list[float]] = {name: [] for name in addresses}
    for number in range(requests + 100):
        for name in random.sample(list(addresses), len(addresses)):
            stranger = {"x-forwarded-for": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"}
            began = time.perf_counter()
            host.request("GET", addresses[name], headers=stranger)
            answer = host.getresponse()
            answer.read()
            if number >= 100:  # the first warm up
                found[name].append(time.perf_counter() - began)
            assert answer.status == 404, (name, answer.status)
    return found


def main() -> None:
    from scheduler.settings import Settings
    from store.database import Database
    from store.tokens import Grant, issue
    from tests.ledgers import Desk
    from tests.served import serving
    from web.app import create_app
    from web.visit import House

    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    settings = Settings(house="bench", web={"proxies": ["127.0.0.1"]})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "duban.db"
        Desk(path).database.close()
        database = Database(f"sqlite:///{path}")
        with database.write() as connection:
            issued = [issue(connection, Grant("page"), DAY) for _ in range(TOKENS)]
        unknown = "db_{}_" + secrets.token_hex(16)
        near = issued[0][:-1] + ("b" if issued[0].endswith("a") else "a")
        pages = {"known up to a letter": near, "unknown": unknown.format("p"), "of another kind": unknown.format("f"),
                 "a mere word": secrets.token_hex(18)}  # fmt: skip
        with serving(create_app(House(settings, database, DAY))) as url:
            for what, form in (("pages", "/p/{}/"), ("calendars", "/f/{}.ics"), ("reports", "/r/{}")):
                show(what, measured(url, {name: form.format(word) for name, word in pages.items()}, requests))
        database.close()


def show(what: str, found: dict[str, list[float]]) -> None:
    medians = {name: statistics.median(times) * 1e6 for name, times in found.items()}
    spread = (max(medians.values()) - min(medians.values())) / statistics.median(medians.values())
    print(f"{what}: {len(next(iter(found.values())))} each, medians within {spread:.1%}")
    for name, median in medians.items():
        print(f"  {name:22} {median:8.0f} µs")


if __name__ == "__main__":
    main()
