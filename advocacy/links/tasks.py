from celery import shared_task
from django.utils import timezone

from advocacy.links import counting


@shared_task
def count_clicks() -> None:
    counting.count_clicks(timezone.now())


@shared_task
def forget_clicks() -> None:
    counting.forget_clicks(timezone.now())
