from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from advocacy.lib.bells import at_most
from advocacy.people import looking, resetting


@shared_task
@at_most(1)
def mail_links() -> None:
    resetting.mail_links(now=timezone.now())


@shared_task
def forget_looks() -> None:
    looking.forget_looks(now=timezone.now())


@shared_task
def forget_sessions() -> None:
    """Delete those that ended: they are rows, and nobody else takes them away."""
    SessionStore.clear_expired()
