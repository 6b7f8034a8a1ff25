"""Celery tells when its programs begin and when they do their work."""

import atexit
from datetime import datetime

from celery import signals
from celery.apps.worker import Worker
from celery.beat import Service
from django.utils import timezone

from advocacy.operations.beating import Heart
from advocacy.operations.models import Kind
from advocacy.operations.warning import warn

_last: dict[str, datetime] = {}


@signals.task_prerun.connect
def _a_task_begins(sender: object, **_signal: object) -> None:
    _last["task"] = timezone.now()


@signals.worker_ready.connect
def _a_worker_begins(sender: Worker, **_signal: object) -> None:
    _start(Heart(Kind.WORKER, worked_at=lambda: _last.get("task"), beside=warn))


@signals.beat_init.connect
def _beat_begins(sender: Service, **_signal: object) -> None:
    _start(Heart(Kind.BEAT, worked_at=lambda: sender.scheduler.went_round_at))


def _start(heart: Heart) -> None:
    heart.start()
    # Neither of them says in the same way when it ends; a killed one says nothing, and is missed.
    atexit.register(heart.stop)
