from celery import shared_task
from django.utils import timezone

from advocacy.conduct import acknowledging


@shared_task
def forget_acknowledgements() -> None:
    acknowledging.forget_acknowledgements(now=timezone.now())
