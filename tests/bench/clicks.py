"""A million clicks through the click log into counts, then all of them once more. P9.

    python -m tests.bench.clicks [clicks]

Written by the web's own click log, folded by the worker's own counter, into SQLite or what DATABASE_URL names
(an empty database). The second time, as when somebody puts a backup of the log back, none may count.
"""

import os
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

folder = tempfile.TemporaryDirectory(prefix="hub-bench-")
os.environ |= {"VAR_DIR": folder.name, "DJANGO_SETTINGS_MODULE": "hub.settings"}

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db.models import Sum  # noqa: E402

from advocacy.links.counting import count_clicks  # noqa: E402
from advocacy.links.minting import mint  # noqa: E402
from advocacy.links.models import DailyCount  # noqa: E402
from advocacy.links.recording import ClickLog  # noqa: E402
from advocacy.people.models import Person  # noqa: E402

LINKS = 1000
DAYS = 20
REASONS = ("", "", "", "preview", "bot", "head")


def main(clicks: int) -> None:
    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    record(clicks, now)
    took = count(now)
    counted = total()
    for path in (Path(folder.name) / "clicks").glob("*.counted"):
        path.rename(path.with_suffix(".log"))
    count(now)
    print(f"clicks={clicks} counted={counted} twice={total() - counted} per_second={clicks / took:.0f}")


def record(clicks: int, now: datetime) -> None:
    alice = Person.objects.create_user("alice@example.com", None, name="Alice")
    links = [mint("https://news.example.com/", person=alice, now=now).pk for _link in range(LINKS)]
    log = ClickLog(Path(folder.name) / "clicks")
    chance = random.Random(1)
    for _click in range(clicks):
        at = now - timedelta(days=DAYS * chance.random())
        log.record(chance.choice(links), chance.choice(REASONS), at.timestamp())


def count(now: datetime) -> float:
    """Count until nothing is left to count; return how many seconds that took."""
    began = time.monotonic()
    while list((Path(folder.name) / "clicks").glob("*.log")):
        count_clicks(now)
    return time.monotonic() - began


def total() -> int:
    return int(DailyCount.objects.aggregate(Sum("count"))["count__sum"] or 0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
    folder.cleanup()
