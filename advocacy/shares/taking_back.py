"""Taking back a post that stands: its owner asks, and the hub deletes it where the platform lets it.

Deleting twice does no harm, so nothing is kept about a try that failed: its owner, who waits for the answer,
asks again.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from advocacy.lib import http
from advocacy.platforms import tokens
from advocacy.platforms.answers import SOON
from advocacy.platforms.connector import Code, Deletes, Disconnected, Failure, TryLater
from advocacy.platforms.models import Account
from advocacy.platforms.reasons import explain
from advocacy.shares.models import Change, Share, State

logger = logging.getLogger(__name__)

WHILE_OWNER_WAITS = timedelta(seconds=20)


class NotTakenBack(Exception):
    """It still stands, as far as we know. `str` says why, and what to do."""


def take_back(share: Share, *, now: datetime) -> None:
    """Delete the post at its platform. One that is gone there already is taken back as well.

    :raises NotTakenBack:
    """
    if not share.can_be_taken_back:
        raise NotTakenBack(_("This share has moved on in the meantime. Look again at what became of it."))
    try:
        with http.within(WHILE_OWNER_WAITS):
            _delete(share, now=now)
    except Failure as failure:
        logger.info("share %s could not be taken back: %s", share.pk, failure.code)
        if isinstance(failure, Disconnected):
            tokens.suspect(share.account, failure.code, now=now)
        raise NotTakenBack(explain(failure.code, failure.detail, share.account.channel.label)) from failure
    _write_down(share, now=now)


def _delete(share: Share, *, now: datetime) -> None:
    account = share.account if share.account.is_fresh(now) else _renewed(share.account, now=now)
    connector = account.channel
    if not isinstance(connector, Deletes):
        raise TypeError(f"{connector.slug} takes no posts back")
    connector.delete(share.receipt, account.access())


def _renewed(account: Account, *, now: datetime) -> Account:
    """Return the account with a token that serves. :raises Disconnected, TryLater:"""
    tokens.renew(account.pk, now=now)
    account = Account.objects.get(pk=account.pk)
    if account.broken_at:
        raise Disconnected(account.broken_reason)
    if not account.is_fresh(now):
        raise TryLater(Code.UNREACHABLE, wait=SOON)
    return account


@transaction.atomic
def _write_down(share: Share, *, now: datetime) -> None:
    # What was counted until now stays; there is nothing left to ask about.
    still = Share.objects.filter(pk=share.pk, state=State.PUBLISHED, gone_at=None)
    if still.update(gone_at=now, measure_at=None):
        Change.objects.create(share=share, kind=Change.Kind.TAKEN_BACK, made_at=now)
        logger.info("share %s was taken back", share.pk)
