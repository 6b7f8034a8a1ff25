"""How many follow an account, as its platform says: asked once a week, for its owner's eyes."""

import logging
from datetime import datetime, timedelta

from advocacy.platforms import tokens
from advocacy.platforms.connector import CountsFollowers, Disconnected, Failure
from advocacy.platforms.models import Account

logger = logging.getLogger(__name__)

ASK_EVERY = timedelta(days=7)
ASK_AGAIN = timedelta(days=1)
# The largest count that the column holds.
MOST = 2**31 - 1


def count_followers(account_id: int, *, now: datetime) -> None:
    """Ask the platform, if nobody else does; what it does not tell is not measurable."""
    due = Account.objects.to_ask_for_followers(now).filter(pk=account_id)
    # Taken before it is asked: reading may cost money.
    if not due.update(ask_followers_at=now + ASK_EVERY):
        return
    account = Account.objects.get(pk=account_id)
    connector = account.channel
    if not isinstance(connector, CountsFollowers) or not connector.does(CountsFollowers):
        return
    mine = Account.objects.filter(pk=account_id)
    try:
        count = connector.followers(account.access())
    except Failure as failure:
        logger.info("followers of account %s could not be counted: %s", account_id, failure.code)
        mine.update(ask_followers_at=now + ASK_AGAIN)
        if isinstance(failure, Disconnected):
            tokens.suspect(account, failure.code, now=now)
        return
    known = count is not None and 0 <= count <= MOST
    mine.update(followers=count if known else None, followers_at=now)
