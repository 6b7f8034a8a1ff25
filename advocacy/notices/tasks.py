from celery import shared_task
from django.utils import timezone

from advocacy.notices.mailing import mail_due


@shared_task
def send_mail() -> None:
    mail_due(now=timezone.now())
