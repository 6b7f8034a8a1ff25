"""News from below that changes what may be sent."""

from datetime import datetime

from django.dispatch import receiver

from advocacy.people.models import Person
from advocacy.people.signals import person_left
from advocacy.platforms.models import Account
from advocacy.platforms.signals import account_connected, account_disconnected
from advocacy.shares.models import Draft, SecondReading, Share, State


@receiver(person_left)
def stop_shares(person: Person, now: datetime, **_: object) -> None:
    """Who leaves sends nothing any more, in the same transaction, and leaves no drafts behind."""
    Share.objects.filter(person=person).move(
        {State.SCHEDULED, State.WAITING}, State.CANCELLED, reason="left", reason_detail=""
    )
    Draft.objects.filter(person=person).delete()
    SecondReading.objects.filter(reader=person).delete()


@receiver(account_disconnected)
def hold_for_owner(account: Account, now: datetime, **_: object) -> None:
    Share.objects.filter(account=account).move(
        State.SCHEDULED, State.WAITING, reason="reconnect", reason_detail=""
    )


@receiver(account_connected)
def resume(account: Account, now: datetime, **_: object) -> None:
    """What waited for this account goes on at its own moment, and doubts are looked into at once."""
    theirs = Share.objects.filter(account=account)
    waiting = theirs.filter(reason="reconnect", last_safe_at__gt=now)
    waiting.move(State.WAITING, State.SCHEDULED, reason="", reason_detail="")
    theirs.filter(state=State.UNKNOWN).update(look_at=now, planned_at=now)
