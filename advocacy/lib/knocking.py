"""Whether the database answers at all, found out in time: one that hangs says neither yes nor no."""

from contextlib import closing
from datetime import timedelta
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic

from django.db import Error, connection

# Load balancers and monitors give up after about five seconds.
ANSWERS_WITHIN = timedelta(seconds=3)
# One knock at a time, so that a database that hangs is not left with a connection for each question.
_knocking = Lock()


def database_answers(*, within: timedelta = ANSWERS_WITHIN) -> bool:
    """Ask it the least there is, on a connection of its own, and wait no longer than this."""
    until = monotonic() + within.total_seconds()
    if not _knocking.acquire(timeout=within.total_seconds()):
        return False
    heard: SimpleQueue[bool] = SimpleQueue()
    Thread(target=_knock, args=(heard,), name="knock", daemon=True).start()
    try:
        return heard.get(timeout=max(until - monotonic(), 0))
    except Empty:
        return False


def _knock(heard: "SimpleQueue[bool]") -> None:
    try:
        with closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        heard.put(True)
    except Error:
        heard.put(False)
    finally:
        _knocking.release()
