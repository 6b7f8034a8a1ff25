"""The account that everyone has from the start: the one on the practice network."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F

from advocacy.people.models import Person
from advocacy.platforms.connectors.rehearsal import Rehearsal
from advocacy.platforms.models import Account
from advocacy.platforms.signals import account_connected
from advocacy.rehearsal.joining import join


@transaction.atomic
def give_rehearsal(person: Person, *, now: datetime) -> Account:
    """Return the person's account on the practice network, made or mended if need be; safe to call again."""
    host, data = _where()
    account = _newest_of(person)
    if account and account.broken_at is None and account.disconnected_at is None:
        account.host, account.data = host, data
        account.save(update_fields=["host", "data"])
        return account
    member, token = join(person, now=now)
    account = account or Account(person=person, platform=Rehearsal.slug, connected_at=now)
    account.host, account.data = host, data
    account.remote_id, account.handle, account.display_name = (
        str(member.pk),
        member.handle,
        member.display_name,
    )
    account.url = f"{settings.HUB_URL}{member.get_absolute_url()}"
    account.token, account.tokens_at = token, now
    account.broken_at = account.disconnected_at = None
    account.broken_reason = ""
    account.save()
    account_connected.send(sender=Account, account=account, now=now)
    return account


def give_rehearsal_to_everyone(*, now: datetime) -> int:
    """Give it to who has none, and tell all accounts where the network answers now.

    Returns how many were made or mended.
    """
    host, data = _where()
    Account.objects.filter(platform=Rehearsal.slug).exclude(host=host, data=data).update(host=host, data=data)
    without = Person.objects.present().exclude(
        accounts__in=Account.objects.working().filter(platform=Rehearsal.slug)
    )
    return len([give_rehearsal(person, now=now) for person in without.order_by("pk")])


def _newest_of(person: Person) -> Account | None:
    mine = Account.objects.filter(person=person, platform=Rehearsal.slug)
    return mine.order_by(F("disconnected_at").desc(nulls_first=True), "-pk").first()


def _where() -> tuple[str, dict[str, object]]:
    # The hub may have moved to another port or name since the account was made.
    address = urlsplit(settings.REHEARSAL_URL)
    return address.netloc, {"scheme": address.scheme}
