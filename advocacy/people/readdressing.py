"""Someone gets another address. Whoever reads its mail can open the account, so the old one is told."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from advocacy.people.models import Person


@transaction.atomic
def readdress(person: Person, *, old: str, by: Person) -> None:
    """Save the person with the address that they have now, and tell the one that they had."""
    person.save()
    transaction.on_commit(lambda: _tell(person, old=old, by=by), robust=True)


def _tell(person: Person, *, old: str, by: Person) -> None:
    words = {
        "person": person,
        "old": old,
        "by": by,
        "company_name": settings.COMPANY_NAME,
        "hub_url": settings.HUB_URL,
    }
    with translation.override(person.language):
        subject = _("Your address on Stoep, the hub of %(company)s, was changed") % {
            "company": settings.COMPANY_NAME
        }
        mail = EmailMultiAlternatives(subject, render_to_string("people/readdressed.txt", words), to=[old])
        mail.attach_alternative(render_to_string("people/readdressed.html", words), "text/html")
    mail.send()
