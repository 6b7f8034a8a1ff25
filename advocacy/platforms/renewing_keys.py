"""The hub's own keys at servers that know it by one: renewing them, and replacing one that was stolen."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from advocacy.platforms.connector import Code, Introduces, channels
from advocacy.platforms.models import Account, AppRegistration
from advocacy.platforms.tokens import mark_broken

logger = logging.getLogger(__name__)


def registrations_with_a_key() -> QuerySet[AppRegistration]:
    """Return where servers know the hub by a key of its own."""
    slugs = [slug for slug, kind in channels().items() if issubclass(kind, Introduces)]
    return AppRegistration.objects.filter(platform__in=slugs).exclude(client_secret="").order_by("pk")


@transaction.atomic
def renew_key(registration: AppRegistration) -> None:
    """Get a new key for who signs in from an hour on; of the others those go that nobody uses any more.

    Nobody has to connect again, so an older key stays until the last permission that rests on it is over.
    """
    mine = AppRegistration.objects.select_for_update().get(pk=registration.pk)
    theirs = Account.objects.filter(registration=mine).exclude(refresh_token="")
    used_by = list(theirs.values_list("data", flat=True))
    mine.client_secret = _channel_of(mine).with_new_key(mine.app(), used_by=used_by).client_secret
    mine.save(update_fields=["client_secret"])
    logger.info("the key of registration %s was renewed", mine.pk)


@transaction.atomic
def replace_key(registration: AppRegistration, *, now: datetime) -> None:
    """Put another key in the place of all, at once: who connected there has to do so again, and is told."""
    mine = AppRegistration.objects.select_for_update().get(pk=registration.pk)
    again = _channel_of(mine).introduce(
        mine.host, described_at=mine.client_id, redirect_uri=mine.redirect_uri
    )
    mine.client_secret = again.client_secret
    mine.save(update_fields=["client_secret"])
    theirs = Account.objects.working().filter(registration=mine).order_by("pk")
    for account_id in list(theirs.values_list("pk", flat=True)):
        mark_broken(Account.objects.filter(pk=account_id), Code.REVOKED, now=now)
    logger.warning("the keys of registration %s were replaced", mine.pk)


def _channel_of(registration: AppRegistration) -> Introduces:
    channel = channels()[registration.platform]()
    if not isinstance(channel, Introduces):
        raise TypeError(f"the hub has no key of its own at {channel.slug}")
    return channel
