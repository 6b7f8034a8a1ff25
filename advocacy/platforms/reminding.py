"""Saying in time what is going to end: permissions that cannot be renewed, and versions of interfaces."""

from datetime import datetime, timedelta
from math import ceil

from django.db.models import F
from django.urls import reverse

from advocacy.notices.telling import tell
from advocacy.platforms.alarming import tell_administrators
from advocacy.platforms.connector import Channel, channels
from advocacy.platforms.models import Account, AccountQuerySet, AppRegistration

# LinkedIn ends a permission after 60 days, and renews it with one click while it lasts.
BEFORE_A_PERMISSION_ENDS = (timedelta(days=1), timedelta(days=7), timedelta(days=14))
BEFORE_A_VERSION_ENDS = timedelta(days=60)


def remind(*, now: datetime) -> None:
    """Tell owners and administrators what ends soon: owners fourteen, seven and one days before."""
    # Where a platform is switched off nobody can connect again.
    for account in ending_soon(Account.objects.working().switched_on(), now=now):
        _remind_owner(account, now=now)
    for channel in retiring(now=now):
        _warn_of_version(channel, now=now)


def ending_soon(accounts: AccountQuerySet, *, now: datetime) -> list[Account]:
    """Return those that only their owners can keep alive, and that it is time to warn of."""
    # A token that the hub renews by itself is called fresh until some time before its end.
    by_hand = accounts.filter(fresh_until=F("expires_at"), expires_at__gt=now)
    soon = by_hand.filter(expires_at__lte=now + max(BEFORE_A_PERMISSION_ENDS)).select_related("person")
    return [account for account in soon.order_by("expires_at", "pk") if warning_due(account, now=now)]


def warning_due(account: Account, *, now: datetime) -> timedelta | None:
    """Return which of the warnings it is time for: the latest, so that after an outage only one is given.

    What was given for so short a time anyway needs no such warning.
    """
    if account.expires_at is None:
        return None
    left = account.expires_at - now
    warning = min((before for before in BEFORE_A_PERMISSION_ENDS if left <= before), default=None)
    if warning and account.tokens_at and account.expires_at - account.tokens_at <= warning:
        return None
    return warning


def retiring(*, now: datetime) -> list[Channel]:
    """Return the platforms in use that the hub speaks to in a version near its end."""
    platforms = AppRegistration.objects.in_use().values_list("platform", flat=True).distinct()
    known = channels()
    in_use = [known[slug]() for slug in platforms.order_by("platform") if slug in known]
    return [channel for channel in in_use if retires_soon(channel, now=now)]


def retires_soon(channel: Channel, *, now: datetime) -> bool:
    """Tell whether the version that the hub speaks is near its end, or past it."""
    end = channel.serves_until()
    return end is not None and now.date() >= end - BEFORE_A_VERSION_ENDS


def _remind_owner(account: Account, *, now: datetime) -> None:
    warning = warning_due(account, now=now)
    if account.expires_at is None or warning is None:
        return
    facts: dict[str, object] = {
        "platform": account.channel.label,
        "handle": account.handle,
        # Of thirteen days and some hours one says fourteen.
        "days": ceil((account.expires_at - now) / timedelta(days=1)),
        "url": f"{reverse('platforms:accounts')}#account-{account.pk}",
    }
    once = f"account-{account.pk}-ends-{account.expires_at.timestamp():.0f}-{warning.days}"
    tell(account.person, "account_ends", once=once, facts=facts, now=now)


def _warn_of_version(channel: Channel, *, now: datetime) -> None:
    if end := channel.serves_until():
        tell_administrators(
            "network_retires",
            platform=channel.slug,
            once=f"{channel.slug}-retires-{end}",
            now=now,
            day=end.isoformat(),
        )
