"""Notices by mail: one by one, never twice, and again later when the mail server was out.

A mail is claimed by one UPDATE before it leaves. A worker that dies in between has lost that mail, not the
notice: it stands in the hub. The other order would send some mails twice.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation

from advocacy.notices.models import Notice

logger = logging.getLogger(__name__)

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=12)


class NotSent(Exception):
    """The mail certainly did not leave; it may be tried again.

    The words name the kind of error only: what a mail server says often holds an address.
    """


def mail_due(*, now: datetime) -> int:
    """Mail every notice that is due; return how many left."""
    due = Notice.objects.to_mail(now).order_by("mail_after", "pk").values_list("pk", flat=True)
    return sum(mail_notice(pk, now=now) for pk in list(due))


def mail_notice(notice_id: int, *, now: datetime) -> bool:
    """Mail one notice if nobody else does; say whether it left."""
    mine = Notice.objects.to_mail(now).filter(pk=notice_id)
    if not mine.update(mailed_at=now, mail_tries=F("mail_tries") + 1):
        return False
    notice = Notice.objects.select_related("person").get(pk=notice_id)
    try:
        send(write(notice))
    except NotSent as reason:
        wait = min(FIRST_WAIT * 4 ** (notice.mail_tries - 1), LONGEST_WAIT)
        Notice.objects.filter(pk=notice_id, mailed_at=now).update(mailed_at=None, mail_after=now + wait)
        logger.warning("notice %s was not mailed, again in %s: %s", notice_id, wait, str(reason))
        return False
    return True


def write(notice: Notice) -> EmailMultiAlternatives:
    """Return the mail in its reader's language and time zone."""
    person = notice.person
    words = {
        **notice.facts,
        "notice": notice,
        "person": person,
        "base": settings.HUB_URL,
        "company_name": settings.COMPANY_NAME,
    }
    with translation.override(person.language), timezone.override(person.zone):
        subject, _, text = render_to_string(f"notices/{notice.kind}.txt", words).strip().partition("\n")
        mail = EmailMultiAlternatives(subject.strip(), text.strip() + "\n", to=[person.email])
        mail.attach_alternative(render_to_string("notices/mail.html", words), "text/html")
    return mail


def send(mail: EmailMultiAlternatives) -> None:
    """Hand the mail over. A silence after the handing over began counts as sent.

    :raises NotSent: no connection, or the server said no
    """
    connection = get_connection()
    try:
        connection.open()
    except OSError as reason:
        raise NotSent(type(reason).__name__) from reason
    mail.connection = connection
    try:
        mail.send()
    except (SMTPResponseException, SMTPRecipientsRefused) as reason:
        raise NotSent(type(reason).__name__) from reason
    except OSError as reason:
        logger.warning("whether a mail left is not known: %s", type(reason).__name__)
    finally:
        connection.close()
