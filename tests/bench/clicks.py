"""A million clicks through the click log into counts, then all of them once more. P9 and P18.

    python -m tests.bench.clicks [clicks]

Written by the web's own click log, folded by the worker's own counter, into SQLite or what DATABASE_URL names
(an empty database). The second time, as when somebody puts a backup of the log back, none may count. In the
end the reports must say of each person and week what was written here, click by click.
"""

import os
import random
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

folder = tempfile.TemporaryDirectory(prefix="hub-bench-")
os.environ |= {"VAR_DIR": folder.name, "DJANGO_SETTINGS_MODULE": "hub.settings"}

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db.models import Sum  # noqa: E402

from advocacy.links.counting import count_clicks  # noqa: E402
from advocacy.links.models import DailyCount  # noqa: E402
from advocacy.links.recording import ClickLog  # noqa: E402
from advocacy.people.models import Person  # noqa: E402
from advocacy.reports.tallying import clicks_of  # noqa: E402
from advocacy.reports.windows import last_weeks  # noqa: E402
from tests.reports.conftest import History  # noqa: E402

PEOPLE, SHARES_EACH = 40, 25
WEEKS = 4
DAYS = 20
REASONS = ("", "", "", "preview", "bot", "head")


def main(clicks: int) -> None:
    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    written = record(clicks, now)
    took = count(now)
    counted = total()
    for path in (Path(folder.name) / "clicks").glob("*.counted"):
        path.rename(path.with_suffix(".log"))
    count(now)
    twice, difference = total() - counted, difference_to_reports(written, now)
    print(
        f"clicks={clicks} counted={counted} twice={twice} report_difference={difference} "
        f"per_second={clicks / took:.0f}"
    )
    if counted != clicks or twice or difference:
        sys.exit("Clicks were lost, doubled or misreported: see the line above.")


def record(clicks: int, now: datetime) -> Counter[tuple[int, int]]:
    """Let so many visitors come; return how many people there were among them, by sharer and week."""
    history = History(now, Person.objects.create_user("erin@example.com", None, name="Erin"))
    story = history.story()
    shares = [
        history.post(person, story, ago=DAYS)
        for person in history.people(PEOPLE)
        for _share in range(SHARES_EACH)
    ]
    weeks = last_weeks(WEEKS, now)
    log = ClickLog(Path(folder.name) / "clicks")
    chance = random.Random(1)
    written: Counter[tuple[int, int]] = Counter()
    for _click in range(clicks):
        at = now - timedelta(days=DAYS * chance.random())
        share, reason = chance.choice(shares), chance.choice(REASONS)
        log.record(share.link_id, reason, at.timestamp())
        if not reason:
            week = next(ago for ago, week in enumerate(weeks) if at >= week.begins_at)
            written[share.person_id, week] += 1
    return written


def difference_to_reports(written: Counter[tuple[int, int]], now: datetime) -> int:
    """Return by how many clicks the figures behind the reports are off, all together."""
    reported: Counter[tuple[int, int]] = Counter()
    for clicks in clicks_of(last_weeks(WEEKS, now)):
        reported[clicks.person, clicks.week] += clicks.number
    return sum(abs(written[one] - reported[one]) for one in written.keys() | reported.keys())


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
