"""Hearing from a platform itself that someone withdrew their permission there, or wants to be forgotten."""

import logging
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from advocacy.platforms.connector import Channel, Code, HearsOfEnds, Rejected
from advocacy.platforms.disconnecting import disconnect
from advocacy.platforms.models import Account, AppRegistration
from advocacy.platforms.tokens import mark_broken

logger = logging.getLogger(__name__)


class NotHeard(Exception):
    """It does not come from the platform."""


@transaction.atomic
def hear_of_end(channel: Channel, *, host: str, form: Mapping[str, str], now: datetime) -> None:
    """Stop using what was withdrawn, and ask its owner to connect again. :raises NotHeard:"""
    for account in _theirs(channel, host=host, form=form):
        mark_broken(Account.objects.filter(pk=account.pk), Code.REVOKED, now=now)


@transaction.atomic
def forget(channel: Channel, *, host: str, form: Mapping[str, str], now: datetime) -> None:
    """Disconnect what was withdrawn, and forget what the platform told about it. :raises NotHeard:"""
    for account in _theirs(channel, host=host, form=form):
        disconnect(account, now=now)
        Account.objects.filter(pk=account.pk).update(
            handle="…", display_name="", url="", data={}, followers=None, followers_at=None
        )
        logger.info("account %s was forgotten at its platform's word", account.pk)


def _theirs(channel: Channel, *, host: str, form: Mapping[str, str]) -> list[Account]:
    registrations = AppRegistration.objects.filter(platform=channel.slug, host=host)
    registration = registrations.order_by("-registered_at", "-pk").first()
    if registration is None or not isinstance(channel, HearsOfEnds):
        raise NotHeard
    try:
        who = channel.who_withdrew(registration.app(), form)
    except Rejected as failure:
        raise NotHeard from failure
    whose = Q(remote_id=who) | Q(data__person=who)
    return list(Account.objects.connected().filter(whose, platform=channel.slug, host=host).order_by("pk"))
