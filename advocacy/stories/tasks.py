"""Bells. Truth stays in the rows: each may be lost, or ring twice."""

from celery import shared_task
from django.utils import timezone

from advocacy.lib.bells import at_most
from advocacy.stories import cutting, discarding


@shared_task
def cut_picture(picture_id: int) -> None:
    cutting.cut_picture(picture_id, now=timezone.now())


@shared_task
@at_most(1)
def cut_pictures() -> None:
    cutting.cut_waiting(clock=timezone.now)


@shared_task
@at_most(1)
def discard_pictures() -> None:
    discarding.discard_pictures(now=timezone.now())
