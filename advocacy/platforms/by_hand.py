"""Where a person posts by hand: nothing to connect, one row for each platform once it was used."""

from datetime import datetime

from django.db import transaction

from advocacy.people.models import Person
from advocacy.platforms.connector import ByHand, Channel, channels
from advocacy.platforms.models import Account


def ways_by_hand(person: Person) -> list[Account]:
    """Return every way to post by hand, by name; those not used before are not saved yet."""
    kept = {account.platform: account for account in _of(person)}
    known = [kind() for kind in channels().values()]
    helped = [channel for channel in known if channel.way_by_hand]
    return [
        kept.get(channel.slug) or _blank(person, channel)
        for channel in sorted(helped, key=lambda channel: channel.label.lower())
    ]


def way_of(account: Account) -> ByHand:
    """Return how one posts there. :raises ValueError: nobody does that by hand"""
    way = account.channel.way_by_hand
    if way is None:
        raise ValueError(f"nobody posts to {account.platform} by hand")
    return way


@transaction.atomic
def keep(account: Account, *, now: datetime) -> Account:
    """Return the account as a row: the one that is there, or a new one. Connected ones are there already."""
    if account.pk or not account.by_hand:
        return account
    blank = _blank(account.person, account.channel)
    kept, _new = Account.objects.get_or_create(
        platform=blank.platform,
        host=blank.host,
        remote_id=blank.remote_id,
        by_hand=True,
        disconnected_at=None,
        defaults={"person": account.person, "connected_at": now},
    )
    return kept


def by_hand_instead_of(account: Account, *, now: datetime) -> Account:
    """Return the row for posting by hand where this account posts. :raises ValueError: nobody does"""
    way_of(account)
    return keep(_blank(account.person, account.channel), now=now)


def _of(person: Person) -> list[Account]:
    kept = list(Account.objects.connected().filter(person=person, by_hand=True))
    for account in kept:
        account.person = person
    return kept


def _blank(person: Person, channel: Channel) -> Account:
    # The platform tells nothing of the account there; this keeps one for each person.
    return Account(person=person, platform=channel.slug, remote_id=f"by-hand-{person.pk}", by_hand=True)
