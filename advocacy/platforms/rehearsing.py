"""The account that everyone has from the start: the one on the practice network."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from advocacy.people.models import Person
from advocacy.platforms.connectors.rehearsal import Rehearsal
from advocacy.platforms.models import Account
from advocacy.rehearsal.joining import join


@transaction.atomic
def give_rehearsal(person: Person, *, now: datetime) -> Account:
    """Return the person's account on the practice network, made if there is none; safe to call again."""
    host, data = _where()
    if account := Account.objects.of(person).filter(platform=Rehearsal.slug).first():
        account.host, account.data = host, data
        account.save(update_fields=["host", "data"])
        return account
    member, token = join(person, now=now)
    return Account.objects.create(
        person=person,
        platform=Rehearsal.slug,
        host=host,
        remote_id=str(member.pk),
        handle=member.handle,
        display_name=member.display_name,
        url=f"{settings.HUB_URL}{member.get_absolute_url()}",
        token=token,
        data=data,
        connected_at=now,
        tokens_at=now,
    )


def give_rehearsal_to_everyone(*, now: datetime) -> int:
    """Give it to who has none, and tell all accounts where the network answers now.

    Returns how many are new.
    """
    host, data = _where()
    Account.objects.filter(platform=Rehearsal.slug).exclude(host=host, data=data).update(host=host, data=data)
    without = Person.objects.present().exclude(
        accounts__in=Account.objects.connected().filter(platform=Rehearsal.slug)
    )
    return len([give_rehearsal(person, now=now) for person in without.order_by("pk")])


def _where() -> tuple[str, dict[str, object]]:
    # The hub may have moved to another port or name since the account was made.
    address = urlsplit(settings.REHEARSAL_URL)
    return address.netloc, {"scheme": address.scheme}
