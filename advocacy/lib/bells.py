"""Ringing for a worker. The row is already written: a bell that is not heard costs one sweep, no more."""

from functools import partial

from celery import Task
from django.db import transaction


def ring(task: Task, *ids: int) -> None:
    """Call the task once this transaction is committed; a broker that is down is logged, not raised."""
    transaction.on_commit(partial(task.delay, *ids), robust=True)
