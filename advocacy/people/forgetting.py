"""Someone forgot their password and asks for a link: the side of the request."""

from datetime import datetime

from django.db import transaction
from django.db.models.functions import Lower

from advocacy.lib.bells import ring
from advocacy.people.models import ForgottenPassword, Person
from advocacy.people.tasks import mail_links


@transaction.atomic
def forget_password(address: str, *, now: datetime) -> None:
    """Note that who has this address wants a link; where nobody has it, note that somebody asked.

    Both are one look, one row and one ring, and neither waits for the mail server: the clock must not tell
    who works here.
    """
    here = Person.objects.present().alias(address=Lower("email")).filter(address=address.lower())
    person_id = here.order_by("pk").values_list("pk", flat=True).first()
    ForgottenPassword.objects.create(person_id=person_id, asked_at=now, mail_after=now)
    ring(mail_links)
