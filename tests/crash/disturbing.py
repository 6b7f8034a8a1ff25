"""What else goes wrong while a worker is killed. Each is begun, and mended when the `with` ends.

Two beats ring all the time, and two workers are after each share.
"""

import os
import random
import resource
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection

from tests.crash.orders import set_clock

# Less than what is left of the hour in which a share may be late.
JUMP = timedelta(minutes=50)
# As long as it takes for some sweeps to come to grief.
A_WHILE = 0.7  # seconds

Disturbance = Callable[[Sequence[int]], AbstractContextManager[None]]


@contextmanager
def nothing(workers: Sequence[int]) -> Iterator[None]:
    yield


@contextmanager
def clock_ahead(workers: Sequence[int]) -> Iterator[None]:
    """The machine's clock jumps ahead, and back again later: leases seem over, and are not."""
    set_clock(JUMP)
    yield
    set_clock(timedelta())


@contextmanager
def clock_behind(workers: Sequence[int]) -> Iterator[None]:
    set_clock(-JUMP)
    time.sleep(A_WHILE)
    set_clock(timedelta())
    yield


@contextmanager
def disk_full(workers: Sequence[int]) -> Iterator[None]:
    """No worker can write a byte more to any file: SQLite's, or the broker's."""
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in workers if _is_alive(pid)}
    for pid, (_soft, hard) in before.items():
        _limit(pid, (0, hard))
    time.sleep(A_WHILE)
    for pid, limits in before.items():
        _limit(pid, limits)
    yield


@contextmanager
def broker_emptied(workers: Sequence[int]) -> Iterator[None]:
    """Every bell that was rung and not heard is gone, at a random moment."""
    time.sleep(random.uniform(0, 0.2))
    if settings.REDIS_URL:
        redis.Redis.from_url(settings.REDIS_URL).flushall()
    else:
        for message in (Path(settings.VAR_DIR) / "broker" / "messages").glob("*"):
            message.unlink(missing_ok=True)
    yield


@contextmanager
def database_crashed(workers: Sequence[int]) -> Iterator[None]:
    """One process of PostgreSQL dies: the server ends all connections, and recovers from its log."""
    time.sleep(random.uniform(0, 0.2))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' "
            "AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1"
        )
        found = cursor.fetchone()
    if found:
        with suppress(ProcessLookupError):
            os.kill(found[0], signal.SIGKILL)
    # The server notices in a moment, and ends our connection like all others.
    time.sleep(A_WHILE)
    connection.close()
    _wait_for_the_database()
    yield


def disturbances() -> dict[str, Disturbance]:
    """Return those that this database and this broker can meet, by name."""
    both: dict[str, Disturbance] = {
        "nothing": nothing,
        "clock_ahead": clock_ahead,
        "clock_behind": clock_behind,
        "broker_emptied": broker_emptied,
    }
    if connection.vendor == "postgresql":
        return both | {"database_crashed": database_crashed}
    return both | {"disk_full": disk_full}


def _limit(pid: int, limits: tuple[int, int]) -> None:
    with suppress(ProcessLookupError):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def _is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def _wait_for_the_database() -> None:
    for _ in range(200):
        try:
            connection.ensure_connection()
        except Exception:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("PostgreSQL did not come back")
