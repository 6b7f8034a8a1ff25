"""What the platforms do when someone joins or leaves."""

from datetime import datetime

from django.dispatch import receiver

from advocacy.people.models import Person
from advocacy.people.signals import person_joined
from advocacy.platforms.rehearsing import give_rehearsal


@receiver(person_joined)
def rehearse_from_the_start(sender: object, *, person: Person, now: datetime, **_more: object) -> None:
    give_rehearsal(person, now=now)
