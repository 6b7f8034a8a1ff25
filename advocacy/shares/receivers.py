"""News from below that changes what may be sent."""

from datetime import datetime

from django.db.models import Q
from django.dispatch import receiver

from advocacy.people.models import Person
from advocacy.people.signals import person_left
from advocacy.platforms.models import Account
from advocacy.platforms.signals import (
    account_connected,
    account_disconnected,
    platform_switched_off,
    platform_switched_on,
    queued_shares_counted,
)
from advocacy.shares.models import SWITCHED_OFF, Draft, SecondReading, Share, ShareQuerySet, State


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


@receiver(platform_switched_off)
def say_it_is_off(platform: str, **_: object) -> None:
    """Owners read it at once, also of what is planned for later and of what they were called to post."""
    _queued_at(platform).update(reason=SWITCHED_OFF, reason_detail="")


@receiver(platform_switched_on)
def say_it_is_on(platform: str, **_: object) -> None:
    """What waited needs nothing else: it is due, or it is too late."""
    held = _queued_at(platform).filter(reason=SWITCHED_OFF)
    held.filter(state=State.SCHEDULED).update(reason="")
    held.filter(state=State.WAITING).update(reason="by_hand")


@receiver(queued_shares_counted)
def count_queued(platform: str, **_: object) -> int:
    return _queued_at(platform).count()


def _queued_at(platform: str) -> ShareQuerySet:
    """Return what is to go there, or to be posted there by its owner."""
    is_called_for = Q(state=State.WAITING, reason__in=["by_hand", SWITCHED_OFF])
    theirs = Share.objects.filter(account__in=Account.objects.filter(platform=platform))
    return theirs.filter(Q(state=State.SCHEDULED) | is_called_for)
