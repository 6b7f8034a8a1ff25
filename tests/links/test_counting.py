"""P9: every click once, whatever is killed, torn or read again."""

import fcntl
import logging
import os
import random
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db.models import Sum
from hypothesis import HealthCheck, given
from hypothesis import settings as run
from hypothesis import strategies as st

from advocacy.links.counting import (
    BATCH,
    COUNT_WITHIN,
    FORGET_AFTER,
    READ_AGAIN_AFTER,
    count_clicks,
    forget_clicks,
)
from advocacy.links.minting import mint
from advocacy.links.models import Arrival, DailyCount, TrackedLink
from advocacy.links.queries import clicks_by_day, clicks_by_link
from advocacy.people.models import Person
from tests.links.conftest import STORY, shared_environment
from tests.links.web import ROOT

LATER = READ_AGAIN_AFTER + timedelta(seconds=1)


@pytest.fixture
def clicks(tmp_path: Path, settings: LazySettings) -> Path:
    settings.VAR_DIR = tmp_path
    folder = tmp_path / "clicks"
    folder.mkdir()
    return folder


def line(link_id: int, at: datetime, dropped: str = "-", event: str = "") -> str:
    return f"{event or uuid.uuid4().hex} {link_id} {int(at.timestamp())} {dropped}\n"


def write(clicks: Path, *lines: str) -> Path:
    path = clicks / f"{uuid.uuid4().hex}.log"
    path.write_text("".join(lines))
    return path


def counts() -> dict[tuple[int, date, str], int]:
    return {(row.link_id, row.on, row.dropped): row.count for row in DailyCount.objects.all()}


def test_clicks_and_drops_become_counts_by_link_and_day(
    link: TrackedLink, now: datetime, clicks: Path
) -> None:
    yesterday = now - timedelta(days=1)
    write(clicks, *(line(link.pk, now) for _click in range(3)), line(link.pk, now, "head"))
    write(clicks, line(link.pk, yesterday), line(link.pk, yesterday, "own"), line(link.pk, now, "head"))

    count_clicks(now)

    on, before = now.date(), yesterday.date()
    assert counts() == {
        (link.pk, on, ""): 3,
        (link.pk, on, "head"): 2,
        (link.pk, before, ""): 1,
        (link.pk, before, "own"): 1,
    }
    links = TrackedLink.objects.values("pk")
    assert clicks_by_link([link.pk, 999]) == {link.pk: 4}
    assert clicks_by_day(links, since=before, until=on) == {before: 1, on: 3}
    assert clicks_by_day(links, since=on, until=on) == {on: 3}


def test_days_end_at_midnight_utc(link: TrackedLink, clicks: Path) -> None:
    midnight = datetime(2026, 11, 17, tzinfo=UTC)
    write(clicks, line(link.pk, midnight - timedelta(seconds=1)), line(link.pk, midnight))

    count_clicks(midnight)

    assert set(counts()) == {(link.pk, date(2026, 11, 16), ""), (link.pk, date(2026, 11, 17), "")}


def test_a_file_goes_a_minute_after_it_was_counted(link: TrackedLink, now: datetime, clicks: Path) -> None:
    write(clicks, line(link.pk, now))

    count_clicks(now)
    assert [path.suffix for path in clicks.iterdir() if path.name != "counting"] == [".counted"]
    count_clicks(now + LATER)

    assert [path.name for path in clicks.iterdir()] == ["counting"]
    assert list(counts().values()) == [1]


def test_a_machine_that_died_and_lost_the_last_commits_counts_them_again(
    link: TrackedLink, now: datetime, clicks: Path
) -> None:
    write(clicks, line(link.pk, now), line(link.pk, now))
    count_clicks(now)
    Arrival.objects.all().delete()
    DailyCount.objects.all().delete()

    count_clicks(now + LATER)

    assert list(counts().values()) == [2]


def test_a_file_that_is_being_written_is_left_alone(link: TrackedLink, now: datetime, clicks: Path) -> None:
    path = write(clicks, line(link.pk, now))
    with path.open("ab") as writer:
        fcntl.flock(writer, fcntl.LOCK_EX)

        count_clicks(now)
        assert (counts(), path.exists()) == ({}, True)

    count_clicks(now)
    assert list(counts().values()) == [1]


def test_two_counters_do_not_meet(link: TrackedLink, now: datetime, clicks: Path) -> None:
    write(clicks, line(link.pk, now))
    with (clicks / "counting").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)

        count_clicks(now)

    assert counts() == {}


def test_what_is_torn_is_left_out_and_told(
    link: TrackedLink, now: datetime, clicks: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = line(link.pk, now)
    write(
        clicks,
        line(link.pk, now)[:20] + whole,  # a full disk took a part, and had room again
        "\n",
        "nonsense\n",
        "\x00" * 80 + "\n",
        f"{'f' * 32} {link.pk} 99999999999999999999 -\n",
        line(link.pk, now)[:-1],  # the machine died while writing
    )

    with caplog.at_level(logging.WARNING):
        count_clicks(now)

    assert [arrival.pk.hex for arrival in Arrival.objects.all()] == [whole[:32]]
    assert "holds 5 torn lines" in caplog.text


def test_clicks_of_a_link_that_is_gone_are_left_out_and_told(
    link: TrackedLink, now: datetime, clicks: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(clicks, line(link.pk, now), line(987_654, now), line(link.pk, now))

    with caplog.at_level(logging.WARNING):
        count_clicks(now)

    assert list(counts().values()) == [2]
    assert "links that do not exist: [987654]" in caplog.text


class TestForgetting:
    def test_single_arrivals_go_after_thirty_days_and_counts_stay(
        self, link: TrackedLink, now: datetime, clicks: Path
    ) -> None:
        write(clicks, *(line(link.pk, now) for _click in range(BATCH * 2 + 1)))
        write(clicks, line(link.pk, now + timedelta(days=2)))
        count_clicks(now)

        forget_clicks(now + FORGET_AFTER - timedelta(seconds=1))
        assert Arrival.objects.count() == BATCH * 2 + 2
        forget_clicks(now + FORGET_AFTER + timedelta(seconds=1))

        assert Arrival.objects.count() == 1
        assert sorted(counts().values()) == [1, BATCH * 2 + 1]

    def test_no_log_however_old_counts_again_what_is_forgotten(
        self, link: TrackedLink, now: datetime, clicks: Path
    ) -> None:
        """Not even when the counter's clock runs an hour behind: what is not remembered is too old."""
        behind = timedelta(hours=1)
        log = [line(link.pk, now - timedelta(days=days)) for days in range(40)]
        write(clicks, *log)
        count_clicks(now - behind)
        counted = counts()
        assert len(counted) == COUNT_WITHIN.days + 1

        for day in range(45):
            moment = now + timedelta(days=day)
            forget_clicks(moment)
            write(clicks, *log)
            count_clicks(moment - behind)

            assert counts() == counted


@dataclass(frozen=True)
class Happening:
    """One thing that happens to the log: lines written, a counting, a cut, a copy put back."""

    what: str
    number: int


@pytest.mark.django_db(transaction=True)
class TestWhateverHappens:
    @run(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.builds(
                Happening,
                st.sampled_from(["write", "count", "count later", "replay", "replay everything"]),
                st.integers(0, BATCH + 50),
            ),
            max_size=12,
        )
    )
    def test_each_event_is_counted_once(
        self, alice: Person, clicks: Path, happenings: list[Happening]
    ) -> None:
        now = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)
        link = mint(STORY, person=alice, now=now)
        written: list[str] = []
        for happening in [*happenings, Happening("count later", 0), Happening("count later", 0)]:
            if happening.what == "write":
                new = [line(link.pk, now, "head" if one % 3 else "-") for one in range(happening.number)]
                write(clicks, *new)
                written += new
            elif happening.what == "replay":
                write(clicks, *written[: happening.number])
            elif happening.what == "replay everything":
                write(clicks, *written, *written)
            else:
                now += LATER if happening.what == "count later" else timedelta(seconds=1)
                count_clicks(now)

        expected = Counter("" if one.endswith("-\n") else "head" for one in written)
        rows = DailyCount.objects.filter(link=link).values_list("dropped").annotate(Sum("count"))
        assert dict(rows.order_by("dropped")) == expected
        assert Arrival.objects.filter(link=link).count() == len(written)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
class TestAtScale:
    def test_a_hundred_thousand_clicks_read_twice_count_once(
        self, link: TrackedLink, now: datetime, clicks: Path
    ) -> None:
        log = [line(link.pk, now) for _click in range(20_000)]
        for part in range(5):
            write(clicks, *(one.replace(one[:8], f"{part:08x}", 1) for one in log))

        began = time.monotonic()
        count_clicks(now)
        took = time.monotonic() - began
        for path in list(clicks.glob("*.counted")):
            path.rename(path.with_suffix(".log"))
        count_clicks(now + timedelta(seconds=1))

        print(f"P9: {100_000 / took:,.0f} clicks a second counted, 0 twice")
        assert list(counts().values()) == [100_000]
        assert Arrival.objects.count() == 100_000

    def test_a_counter_that_is_killed_again_and_again_loses_and_doubles_nothing(
        self, link: TrackedLink, now: datetime, clicks: Path
    ) -> None:
        lines = 40_000
        for _file in range(4):
            write(clicks, *(line(link.pk, now) for _click in range(lines // 4)))
        chance = random.Random(9)
        counted: list[int] = []

        with ExitStack() as stack:
            for counter in [stack.enter_context(counter_ready(clicks, now)) for _run in range(8)]:
                assert counter.stdin
                counter.stdin.write(b"count\n")
                counter.stdin.flush()
                wait_for_progress(counter, since=sum(counted[-1:]))
                time.sleep(chance.uniform(0, 0.05))
                counter.kill()
                counter.wait()
                counted.append(counted_by_now())
        count_clicks(now)
        count_clicks(now + LATER)

        print(f"P9: killed after {counted} of {lines:,} clicks")
        assert counted == sorted(counted)
        assert 0 < counted[0] < lines
        assert list(counts().values()) == [lines]
        assert not list(clicks.glob("*.*"))


def wait_for_progress(counter: "subprocess.Popen[bytes]", *, since: int) -> None:
    """Wait until it has counted something, or has nothing left to count."""
    for _ in range(1000):
        if counter.poll() is not None or counted_by_now() > since:
            return
        time.sleep(0.01)


def counted_by_now() -> int:
    return DailyCount.objects.aggregate(Sum("count"))["count__sum"] or 0


@contextmanager
def counter_ready(clicks: Path, now: datetime) -> "Iterator[subprocess.Popen[bytes]]":
    counter = subprocess.Popen(
        [sys.executable, "-m", "tests.links.counter", now.isoformat()],
        cwd=ROOT,
        env={**os.environ, **shared_environment(), "VAR_DIR": str(clicks.parent)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert counter.stdout
        assert counter.stdout.readline() == b"ready\n"
        yield counter
    finally:
        counter.kill()
        counter.communicate()
