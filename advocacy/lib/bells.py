"""Ringing for a worker. The row is already written: a bell that is not heard costs one sweep, no more."""

from collections.abc import Callable
from functools import wraps
from threading import Semaphore

from celery import Task
from django.db import transaction

Work = Callable[[], None]


def ring(task: Task, *ids: int) -> None:
    """Call the task once this transaction is committed; a broker that is down is logged, not raised."""

    # A function with a name, by which Django logs what went wrong with it.
    def call() -> None:
        task.delay(*ids)

    transaction.on_commit(call, robust=True)


def at_most(threads: int) -> Callable[[Work], Work]:
    """Let this take so many of a worker's threads; who rings meanwhile is heard when one is done.

    For all that waits for somebody else's server: the worker has more threads than these take together, so
    that a platform or a mail server that stalls keeps it from nothing else.
    """

    def limit(work: Work) -> Work:
        free = Semaphore(threads)
        rung = False

        @wraps(work)
        def answer() -> None:
            nonlocal rung
            rung = True
            while rung and free.acquire(blocking=False):
                try:
                    rung = False
                    work()
                finally:
                    free.release()

        return answer

    return limit
