"""The account that everyone has from the start: the one on the practice network."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from advocacy.people.models import Person
from advocacy.platforms.connectors.rehearsal import Rehearsal
from advocacy.platforms.models import Account
from advocacy.platforms.signals import account_connected
from advocacy.rehearsal.joining import join


@transaction.atomic
def give_rehearsal(person: Person, *, now: datetime) -> Account:
    """Return the person's account on the practice network, made or mended if need be; safe to call again."""
    account = _newest_of(person) or Account(person=person, platform=Rehearsal.slug, connected_at=now)
    if account.pk and account.broken_at is None and account.disconnected_at is None:
        _move(account)
        account.save(update_fields=["host", "data", "url"])
        return account
    member, token = join(person, now=now)
    account.remote_id, account.handle, account.display_name = (
        str(member.pk),
        member.handle,
        member.display_name,
    )
    account.token, account.tokens_at = token, now
    account.broken_at = account.disconnected_at = None
    account.broken_reason = ""
    _move(account)
    account.save()
    account_connected.send(sender=Account, account=account, now=now)
    return account


def give_rehearsal_to_everyone(*, now: datetime) -> int:
    """Give it to who has none that works at the address where the network answers now; return how many."""
    host, data = _where()
    right = Account.objects.working().filter(
        platform=Rehearsal.slug, host=host, data=data, url__startswith=f"{settings.HUB_URL}/"
    )
    others = Person.objects.present().exclude(accounts__in=right).order_by("pk")
    return len([give_rehearsal(person, now=now) for person in others])


def _newest_of(person: Person) -> Account | None:
    mine = Account.objects.filter(person=person, platform=Rehearsal.slug)
    return mine.order_by(F("disconnected_at").desc(nulls_first=True), "-pk").first()


def _move(account: Account) -> None:
    """Take over where the network is now: the hub may have moved to another port or name."""
    account.host, account.data = _where()
    account.url = f"{settings.HUB_URL}{reverse('rehearsal:member', args=[account.handle])}"


def _where() -> tuple[str, dict[str, object]]:
    address = urlsplit(settings.REHEARSAL_URL)
    return address.netloc, {"scheme": address.scheme}
