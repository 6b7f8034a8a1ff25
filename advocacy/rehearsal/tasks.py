from celery import shared_task
from django.utils import timezone

from advocacy.rehearsal import posting


@shared_task
def forget_images() -> None:
    posting.forget_images(now=timezone.now())
