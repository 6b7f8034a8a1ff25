"""What fits at servers that each state it themselves: read when someone connects, and every day after."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from advocacy.platforms.connector import StatesLimits
from advocacy.platforms.models import Account

logger = logging.getLogger(__name__)

ASK_EVERY = timedelta(days=1)


def read_limits(account_id: int, *, now: datetime) -> None:
    """Ask the account's server, once for all accounts there; what it does not state stays as it was."""
    account = Account.objects.to_read_limits_for(now).filter(pk=account_id).first()
    if account is None or not isinstance(account.channel, StatesLimits):
        return
    theirs = Account.objects.to_read_limits_for(now).filter(platform=account.platform, host=account.host)
    # Taken before it is asked; what holds today holds until tomorrow if it is down.
    if not theirs.update(read_limits_at=now + ASK_EVERY):
        return
    said = account.channel.limits_at(account.host)
    if said:
        _write(said, platform=account.platform, host=account.host)
    logger.info("read %s limits of the server of account %s", len(said), account_id)


@transaction.atomic
def _write(said: Mapping[str, object], *, platform: str, host: str) -> None:
    # The rest of `data` is written by who connects again, so the row is held.
    theirs = Account.objects.connected().filter(platform=platform, host=host, by_hand=False)
    for account in theirs.select_for_update(of=("self",)).only("data").order_by("pk"):
        Account.objects.filter(pk=account.pk).update(data={**account.data, **said})
