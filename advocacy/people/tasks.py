from celery import shared_task
from django.utils import timezone

from advocacy.people import looking


@shared_task
def forget_looks() -> None:
    looking.forget_looks(now=timezone.now())
