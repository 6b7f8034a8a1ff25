"""Someone leaves: signed out everywhere, and the apps above let go of what they held."""

from datetime import datetime

from django.db import transaction

from advocacy.people.models import Person
from advocacy.people.signals import person_left


@transaction.atomic
def leave(person: Person, *, now: datetime) -> None:
    """End the person's access: no session, no password and no link from an old mail works after this."""
    person.is_active = False
    person.left_at = now
    # Sessions and reset links are bound to the password's hash: with a new one they all end at once.
    person.set_unusable_password()
    person.save(update_fields=["is_active", "left_at", "password"])
    person_left.send(sender=Person, person=person, now=now)
