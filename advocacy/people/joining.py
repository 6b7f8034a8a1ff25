"""Someone joins: an account without a password, and a mail to choose one."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advocacy.people.mailing import mail
from advocacy.people.models import Person
from advocacy.people.resetting import choose_password_url
from advocacy.people.signals import person_joined


class CannotInvite(Exception):
    """This person cannot be asked to choose a password."""


@transaction.atomic
def join(person: Person, *, now: datetime) -> None:
    """Let the person in and tell the apps above. They can sign in once they have chosen a password."""
    person.set_unusable_password()
    person.save()
    person_joined.send(sender=Person, person=person, now=now)
    # If the mail cannot leave, the account still stands, and the administrator can send the mail again.
    transaction.on_commit(lambda: invite(person), robust=True)


@transaction.atomic
def rejoin(person: Person, *, now: datetime) -> None:
    """Let someone back in who had left. What they had before stays as they left it."""
    Person.objects.filter(pk=person.pk).update(is_active=True, left_at=None)
    person.is_active, person.left_at = True, None
    person_joined.send(sender=Person, person=person, now=now)
    transaction.on_commit(lambda: invite(person), robust=True)


def invite(person: Person) -> None:
    """Mail the person a link to choose a password, in their language. It works once, for some days.

    :raises CannotInvite: the person has left
    :raises OSError: the mail could not be sent
    """
    if not person.is_active:
        raise CannotInvite(_("%(name)s has left.") % {"name": person.name})
    mail(
        person,
        person.email,
        template="invite",
        subject=gettext_lazy("Your place on Stoep, the hub of %(company)s"),
        facts={
            "url": choose_password_url(person),
            "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,  # seconds in a day
        },
    )
