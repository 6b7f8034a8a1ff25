"""Keeping permissions alive: renewing tokens before they end, and saying so when one is gone.

A renewal is claimed by one UPDATE and the platform is asked without holding a lock: a refresh token that may
be used once is used once, and nothing waits for a slow platform. A blip is not a disconnect.
"""

import logging
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.urls import reverse

from advocacy.lib import http
from advocacy.lib.insisting import insist
from advocacy.notices.telling import tell
from advocacy.platforms.alarming import stop_app
from advocacy.platforms.connector import (
    OF_THE_APP,
    Access,
    Channel,
    Code,
    Disconnected,
    Failure,
    Introduces,
    OutcomeUnknown,
    Refreshes,
    TryLater,
)
from advocacy.platforms.models import Account, AccountQuerySet, AppRegistration

logger = logging.getLogger(__name__)

# Two calls to a platform, of 20 seconds each, and the lease is longer: who was held up between claim and call
# must not show a token that another has traded in meanwhile, because a platform may end the session for that.
CALLS = timedelta(seconds=45)
LEASE = timedelta(seconds=90)
EARLY = timedelta(minutes=10)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
# A token this young that the platform refuses is not helped by another one.
YOUNG = timedelta(minutes=5)
LET_GO = {"renewal": None, "renewing_until": None}


def renew(account_id: int, *, now: datetime) -> None:
    """Get a new token if the account's own is near its end and nobody else is getting one."""
    # The time for the calls runs from before the claim, as the lease does.
    with http.within(CALLS):
        _renew(account_id, now=now)


def _renew(account_id: int, *, now: datetime) -> None:
    claim = uuid.uuid4()
    due = Account.objects.due_for_renewal(now).filter(pk=account_id)
    if not due.update(renewal=claim, renewing_until=now + LEASE):
        return
    mine = Account.objects.filter(pk=account_id, renewal=claim)
    account = mine.first()
    if account is None:
        return
    try:
        access = _refreshed(account)
    except Disconnected as failure:
        mark_broken(mine, failure.code, now=now)
    except Failure as failure:
        _put_off(mine, failure, account=account, now=now)
        if failure.code in OF_THE_APP:
            stop_app(account.registration_id, failure.code, now=now)
    else:
        values = token_values(access, kept=account, now=now)
        # The old token may be spent already: without the new one its owner would have to connect again.
        if insist(lambda: mine.update(**values), until=monotonic() + (LEASE - CALLS).total_seconds()):
            logger.info("token of account %s renewed", account_id)


def forget_the_future(*, now: datetime) -> None:
    """Choose anew the moments that were chosen later than now: the clock has been set back since.

    Workers on several machines may differ by less than a lease. Who is renewing keeps a whole lease: their
    platform must not be shown one token twice.
    """
    later = now + 2 * LEASE
    Account.objects.filter(renewing_until__gt=later).update(renewing_until=now + LEASE)
    Account.objects.filter(put_off_at__gt=later).update(renew_after=now, put_off_at=now)


def suspect(account: Account, code: str, *, now: datetime) -> None:
    """React to a platform that did not let the account in: renew its token, or ask its owner to connect anew.

    News about a token that has been replaced since `account` was read is no news.
    """
    as_read = Account.objects.working().filter(pk=account.pk, tokens_at=account.tokens_at)
    ran_out = account.expires_at is not None and account.expires_at <= now
    # A token of the future was given before the clock was set back: nobody knows how old it is.
    is_young = account.tokens_at is not None and timedelta() <= now - account.tokens_at < YOUNG
    if account.renews and (ran_out or not is_young):
        # Not fresh: nothing is sent with it before it is renewed.
        as_read.update(fresh_until=now)
        return
    mark_broken(as_read, code, now=now)


@transaction.atomic
def mark_broken(accounts: AccountQuerySet, code: str, *, now: datetime) -> None:
    """Stop using the account and tell its owner once; what waits for it goes on when they connect again."""
    account = accounts.working().select_related("person").first()
    if account is None or not accounts.working().update(broken_at=now, broken_reason=code, **LET_GO):
        return
    logger.info("account %s is broken: %s", account.pk, code)
    tell(
        account.person,
        "account_broken",
        once=f"account-{account.pk}-broken-{now.timestamp():.0f}",
        facts={
            "platform": account.channel.label,
            "handle": account.handle,
            "reason": code,
            "url": f"{reverse('platforms:accounts')}#account-{account.pk}",
        },
        now=now,
    )


def token_values(access: Access, *, kept: Account, now: datetime) -> dict[str, object]:
    """Return the columns to write for new tokens. A good refresh token is never overwritten with nothing."""
    # What cannot be read any more is nothing to keep.
    refresh_token = access.refresh_token or kept.refresh_token or ""
    renewable = isinstance(kept.channel, Refreshes) and bool(refresh_token)
    return {
        "token": access.token,
        "refresh_token": refresh_token,
        "proof_key": access.key,
        "expires_at": access.expires_at,
        "data": dict(access.data) or kept.data,
        "tokens_at": now,
        "fresh_until": fresh_until(access.expires_at, renewable=renewable, now=now),
        "renew_from": _renew_from(kept.channel, now=now) if renewable else None,
        "renew_after": None,
        "renew_failures": 0,
        **LET_GO,
    }


def fresh_until(expires_at: datetime | None, *, renewable: bool, now: datetime) -> datetime | None:
    """Return until when a token got now is used without renewing it; None: always.

    That is ten minutes, or a third of its life, before its end; one that cannot be renewed serves to its end.
    """
    if expires_at is None or not renewable:
        return expires_at
    life = expires_at - now
    if life <= timedelta(0):
        # A clock is wrong, theirs or ours: use it for a while rather than renew without end.
        return now + EARLY
    return expires_at - min(EARLY, life / 3)


def _renew_from(channel: Channel, *, now: datetime) -> datetime | None:
    after = channel.renews_after if isinstance(channel, Refreshes) else None
    return None if after is None else now + after


def _refreshed(account: Account) -> Access:
    connector, access = account.channel, account.access()
    if not isinstance(connector, Refreshes) or not account.refresh_token:
        raise Disconnected(Code.EXPIRED)
    if isinstance(connector, Introduces) and account.registration:
        _require_same_address(account.registration)
    app = account.registration.app() if account.registration else None
    access = replace(access, app=app)
    try:
        return connector.refresh(access)
    except OutcomeUnknown:
        # The new tokens may have been made and lost. Whether the old one works, only the platform knows.
        return connector.refresh(access)


def _require_same_address(registration: AppRegistration) -> None:
    # A server that knows the hub by its address knows no other one: people allow the new one, or nobody does.
    if not registration.is_of_this_address:
        raise Disconnected(Code.REVOKED)


def _put_off(mine: AccountQuerySet, failure: Failure, *, account: Account, now: datetime) -> None:
    failures = account.renew_failures
    wait = min(FIRST_WAIT * 2 ** min(failures, 10), LONGEST_WAIT)
    if isinstance(failure, TryLater):
        wait = max(wait, failure.wait)
    mine.update(renew_after=now + wait, put_off_at=now, renew_failures=failures + 1, **LET_GO)
    logger.info("renewal of account %s put off until %s: %s", account.pk, now + wait, failure.code)
