from celery import shared_task
from django.utils import timezone

from advocacy.reports import counting


@shared_task
def count_heads() -> None:
    counting.count_heads(timezone.now())
