"""Bells. Truth stays in the rows: each may be lost, or ring twice."""

from celery import shared_task
from django.utils import timezone

from advocacy.lib.bells import at_most
from advocacy.shares import asking_readers, claiming, measuring, publishing, reconciling


@shared_task
@at_most(1)
def publish_due() -> None:
    publishing.publish_due(clock=timezone.now)


@shared_task
def take_over() -> None:
    claiming.take_over(now=timezone.now())


@shared_task
@at_most(3)
def reconcile() -> None:
    while reconciling.reconcile(clock=timezone.now):
        pass


@shared_task
@at_most(1)
def measure() -> None:
    while measuring.measure(clock=timezone.now):
        pass


@shared_task
def end_readings() -> None:
    asking_readers.end_readings(now=timezone.now())
