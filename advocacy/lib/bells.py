"""Ringing for a worker. The row is already written: a bell that is not heard costs one sweep, no more."""

from collections.abc import Callable
from functools import partial, wraps
from threading import Lock

from celery import Task
from django.db import transaction

Work = Callable[[], None]


def ring(task: Task, *ids: int) -> None:
    """Call the task once this transaction is committed; a broker that is down is logged, not raised."""
    transaction.on_commit(partial(task.delay, *ids), robust=True)


def one_at_a_time(work: Work) -> Work:
    """Let a process do this once at a time: who rings meanwhile is heard when it is done, once for all."""
    busy = Lock()
    rung = False

    @wraps(work)
    def answer() -> None:
        nonlocal rung
        rung = True
        while rung and busy.acquire(blocking=False):
            try:
                rung = False
                work()
            finally:
                busy.release()

    return answer
