"""Ending permissions at the platforms, after the account is out of use. Best effort: tried for an hour."""

import logging
from datetime import datetime, timedelta

from advocacy.platforms.connector import Failure, Redirects, Revokes, TryLater
from advocacy.platforms.models import Account, AppRegistration

logger = logging.getLogger(__name__)

# A permission is ended within an hour, or not at all; until then it takes the registration that got it.
KEEP_REMOVED_APPS = timedelta(hours=2)


def end_permission(account_id: int, *, now: datetime) -> None:
    """Ask the platform to forget the hub's permission, then forget the tokens."""
    account = Account.objects.permission_to_end().select_related("registration").filter(pk=account_id).first()
    if account is None:
        return
    try:
        _revoke(account, now=now)
    except TryLater as failure:
        logger.info("permission of account %s could not be ended yet: %s", account_id, failure.code)
        return
    except Failure as failure:
        logger.info("permission of account %s could not be ended: %s", account_id, failure.code)
    _forget(account)


def _revoke(account: Account, *, now: datetime) -> None:
    connector = account.channel
    is_too_late = account.end_permission_by is None or account.end_permission_by <= now
    # Others that were connected with the same sign-in go on.
    is_shared = connector.revokes_all_at_once if isinstance(connector, Revokes) else False
    is_still_needed = is_shared and Account.objects.sharing_a_permission_with(account).exists()
    # Without its registration a server would not listen.
    is_unknown_there = isinstance(connector, Redirects) and account.registration is None
    if isinstance(connector, Revokes) and not (is_too_late or is_unknown_there or is_still_needed):
        connector.revoke(account.access(), account.registration.app() if account.registration else None)


def _forget(account: Account) -> None:
    # Who connected again meanwhile has new tokens in this row.
    same = Account.objects.permission_to_end().filter(pk=account.pk, disconnected_at=account.disconnected_at)
    if account.replaced:
        same.delete()
        return
    same.update(
        token="",
        refresh_token="",
        proof_key="",
        expires_at=None,
        fresh_until=None,
        end_permission_by=None,
        renew_after=None,
    )


def forget_removed_apps(*, now: datetime) -> None:
    """Delete registrations that an administrator took away and that nothing needs any more."""
    AppRegistration.objects.filter(removed_at__lte=now - KEEP_REMOVED_APPS).delete()
