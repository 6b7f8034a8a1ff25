"""Mails about an account itself: they go at once, to an address that may not be the account's own."""

from collections.abc import Mapping

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise

from advocacy.people.models import Person


def mail(
    person: Person, address: str, *, template: str, subject: Promise, facts: Mapping[str, object]
) -> None:
    """Send `templates/people/<template>` as text and as HTML, in the person's language.

    `subject` may name the `%(company)s`.

    :raises OSError: the mail could not be sent
    """
    company = settings.COMPANY_NAME
    words = {"person": person, "company_name": company, "hub_url": settings.HUB_URL, **facts}
    with translation.override(person.language):
        message = EmailMultiAlternatives(
            str(subject) % {"company": company},
            render_to_string(f"people/{template}.txt", words),
            to=[address],
        )
        message.attach_alternative(render_to_string(f"people/{template}.html", words), "text/html")
    message.send()
