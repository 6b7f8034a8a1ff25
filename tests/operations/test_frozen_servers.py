"""Servers that neither answer nor refuse: a real PostgreSQL and a real Redis, stopped with SIGSTOP."""

import os
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import psycopg
import pytest
import redis

from tests.commands.servers import running_postgres, running_redis
from tests.running import RunningHub, running_hub, wait_until

pytestmark = pytest.mark.slow

A_MONITOR_WAITS = 5  # seconds
BACK_WITHIN = 30  # seconds
SOMEBODY = """
from advocacy.people.models import Person
answer = Person.objects.create_user("alice@example.test", None, name="Alice").pk
"""
SHARE = """
from time import monotonic
from uuid import uuid4
from django.utils import timezone
from advocacy.people.models import Person
from advocacy.platforms.rehearsing import give_rehearsal
from advocacy.shares.sharing import Order, Post, share_story
from advocacy.stories.models import Story
now, alice = timezone.now(), Person.objects.get()
story = Story.objects.create(title="A story", url="https://stories.example/1", for_everyone=True,
    created_by=alice, created_at=now, changed_at=now, published_at=now, opens_at=now)
post = Post(account=give_rehearsal(alice, now=now), text="In my own words.", language="en")
began = monotonic()
share_story(story, Order(alice, [post], at=now, submission=uuid4()), now=now)
answer = monotonic() - began
"""


def test_who_asks_after_the_hub_is_answered_in_time_while_the_database_hangs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with running_postgres() as url:
        monkeypatch.setenv("DATABASE_URL", url)
        with running_hub(programs=("web",)) as hub:
            assert ask(hub, "/healthz") == (200, "ok")

            with frozen(*processes_of(url)):
                began = time.monotonic()
                # As often as a load balancer asks: no answer is late because of those before it.
                said = [ask(hub, path) for path in ["/healthz", "/readyz"] * 3]
                longest = (time.monotonic() - began) / len(said)

            wait_until(lambda: ask(hub, "/healthz") == (200, "ok"), seconds=BACK_WITHIN)
            print(f"answered in {longest:.1f} s each")
            assert set(said) == {(503, "database: not ok\n")}
            assert longest < A_MONITOR_WAITS


def test_a_page_does_not_wait_for_a_redis_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_postgres() as database, running_redis() as broker:
        monkeypatch.setenv("DATABASE_URL", database)
        monkeypatch.setenv("REDIS_URL", broker)
        with running_hub(programs=()) as hub:
            hub.ask(SOMEBODY)
            server = int(redis.Redis.from_url(broker).info("server")["process_id"])

            with frozen(server):
                seconds = hub.ask(SHARE)

            print(f"shared in {seconds} s")
            assert isinstance(seconds, float)
            assert seconds < 2 * A_MONITOR_WAITS


def ask(hub: RunningHub, path: str) -> tuple[int, str]:
    try:
        with urlopen(hub.url + path, timeout=2 * A_MONITOR_WAITS) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as answer:
        return answer.code, answer.read().decode()


def processes_of(url: str) -> list[int]:
    """Return every process of this PostgreSQL."""
    with psycopg.connect(url) as connection:
        backend = connection.info.backend_pid
        server = int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    return [server, *map(int, children)]


@contextmanager
def frozen(*processes: int) -> Iterator[None]:
    _send(signal.SIGSTOP, processes)
    try:
        yield
    finally:
        _send(signal.SIGCONT, processes)


def _send(what: signal.Signals, processes: Iterable[int]) -> None:
    for process in processes:
        # A backend may have been on its way out; its server, woken first, clears it away.
        with suppress(ProcessLookupError):
            os.kill(process, what)
