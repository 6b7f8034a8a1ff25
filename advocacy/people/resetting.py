"""Links to choose a password: what they look like, and mailing them to who forgot theirs.

The token is made when the mail is written and stands nowhere else. A mail that cannot leave is tried again
for half an hour: later, nobody waits for it, and they can ask again.
"""

import logging
from datetime import datetime, timedelta
from urllib.parse import urljoin

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from advocacy.people.mailing import mail
from advocacy.people.models import ForgottenPassword, Person

logger = logging.getLogger(__name__)

# Longer than a mail server is waited for, so that two workers hardly ever send the same.
AGAIN_AFTER = timedelta(minutes=5)
GIVEN_UP_AFTER = timedelta(minutes=30)


def choose_password_url(person: Person) -> str:
    """Return a link that works once, and for `PASSWORD_RESET_TIMEOUT`."""
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    # Never from the Host header: whoever asks for a link could choose it.
    return urljoin(settings.HUB_URL, reverse("account_reset_password_from_key", kwargs=key))


def mail_links(*, now: datetime) -> int:
    """Mail one link to everyone who asked and got none yet; return how many left."""
    nobody_waits = Q(person=None) | Q(asked_at__lte=now - GIVEN_UP_AFTER)
    ForgottenPassword.objects.filter(nobody_waits).delete()
    due = ForgottenPassword.objects.filter(mail_after__lte=now).order_by("mail_after", "pk")
    people = dict.fromkeys(due.values_list("person_id", flat=True))
    return sum(_mail_link(person_id, now=now) for person_id in people if person_id)


def _mail_link(person_id: int, *, now: datetime) -> bool:
    theirs = ForgottenPassword.objects.filter(person=person_id)
    # A worker that dies after this costs a wait. Two mails do no harm: the first link that is used ends both.
    if not theirs.filter(mail_after__lte=now).update(mail_after=now + AGAIN_AFTER):
        return False
    person = Person.objects.present().filter(pk=person_id).first()
    if person and not _link_left(person):
        return False
    theirs.filter(asked_at__lte=now).delete()
    return person is not None


def _link_left(person: Person) -> bool:
    """Mail the link, or note that it could not be."""
    subject = _("Choose a new password for Stoep")
    try:
        mail(
            person,
            person.email,
            template="new_password",
            subject=subject,
            facts={"url": choose_password_url(person)},
        )
    except OSError as error:
        logger.warning("a link for person %s was not mailed: %s", person.pk, type(error).__name__)
        return False
    return True
