from celery import shared_task
from django.utils import timezone

from advocacy.lib.bells import at_most
from advocacy.notices.mailing import mail_due


@shared_task
@at_most(1)
def send_mail() -> None:
    mail_due(now=timezone.now())
