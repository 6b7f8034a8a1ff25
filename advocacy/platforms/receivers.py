"""What the platforms do when someone joins or leaves."""

from datetime import datetime

from django.dispatch import receiver

from advocacy.people.models import Person
from advocacy.people.signals import person_joined, person_left
from advocacy.platforms.disconnecting import disconnect_all_of
from advocacy.platforms.rehearsing import give_rehearsal


@receiver(person_joined)
def rehearse_from_the_start(person: Person, now: datetime, **_: object) -> None:
    give_rehearsal(person, now=now)


@receiver(person_left)
def let_go(person: Person, now: datetime, **_: object) -> None:
    disconnect_all_of(person, now=now)
