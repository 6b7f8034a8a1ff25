"""What the accounts page shows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advocacy.people.models import Person
from advocacy.platforms.connector import (
    AppPassword,
    BuiltIn,
    Channel,
    Connector,
    Introduces,
    OAuth2,
    Redirects,
    Registers,
    Removed,
    channels,
)
from advocacy.platforms.models import Account, AppRegistration
from advocacy.platforms.reasons import explain
from advocacy.platforms.reminding import ending_soon


@dataclass(frozen=True)
class AccountCard:
    """One account of mine, as the page shows it. `trouble` says what to do, and is empty when all is well."""

    account: Account
    channel: Channel
    trouble: str
    # What only its owner can keep alive, and has to before long.
    ends_soon: bool
    is_off: bool

    @property
    def is_removed(self) -> bool:
        """Whether the hub no longer works with its platform."""
        return isinstance(self.channel, Removed)

    @property
    def state(self) -> str:
        """The word that the design system has a colour and an icon for."""
        if self.is_removed:
            return "unknown"
        if self.is_off:
            return "off"
        if self.account.broken_at:
            return "waiting"
        if self.ends_soon:
            return "scheduled"
        return "unknown" if self.trouble else "ready"

    @property
    def state_label(self) -> str:
        if self.is_removed:
            return _("out of use")
        if self.is_off:
            return _("switched off")
        if self.account.broken_at:
            return _("needs you")
        if self.ends_soon:
            return _("ends soon")
        return _("out of reach") if self.trouble else _("connected")

    @property
    def asks_again(self) -> bool:
        if self.is_removed or self.is_off:
            return False
        return self.ends_soon or self.account.broken_at is not None

    @property
    def followers(self) -> str:
        """Say how many follow it, as the platform last said; empty while it was not asked."""
        if self.is_built_in or self.account.ask_followers_at is None:
            return ""
        if self.account.followers is None or self.account.followers_at is None:
            return _("Followers: not measurable.")
        words = ngettext(
            "%(count)s follower on %(day)s, as %(platform)s says.",
            "%(count)s followers on %(day)s, as %(platform)s says.",
            self.account.followers,
        )
        return words % {
            "count": number_format(self.account.followers, force_grouping=True),
            "day": date_format(self.account.followers_at, "j F"),
            "platform": self.channel.label,
        }

    @property
    def is_built_in(self) -> bool:
        return isinstance(self.channel.auth, BuiltIn)

    @property
    def explanation(self) -> str:
        return _(self.account.auth.explanation)

    @property
    def permissions(self) -> list[str]:
        auth = self.account.auth
        return [_(one) for one in auth.permissions] if isinstance(auth, AppPassword | OAuth2) else []


@dataclass(frozen=True)
class Offer:
    """One platform that can be connected."""

    channel: Channel

    @property
    def explanation(self) -> str:
        return _(ways_to_connect(self.channel)[0].explanation)


def account_cards(person: Person, *, off: Collection[str], now: datetime) -> list[AccountCard]:
    """Return the person's accounts; `off` are the platforms that are switched off."""
    mine = Account.objects.of(person).select_related("registration")
    ending = {account.pk for account in ending_soon(Account.objects.of(person).working(), now=now)}
    return [
        AccountCard(
            account,
            account.channel,
            _trouble_of(account, ends_soon=account.pk in ending, is_off=account.platform in off, now=now),
            ends_soon=account.pk in ending,
            is_off=account.platform in off,
        )
        for account in mine
    ]


def offers(*, off: Collection[str]) -> list[Offer]:
    """Return the platforms that people can connect by themselves and that are not off, by name."""
    registered = set(AppRegistration.objects.in_use().values_list("platform", flat=True).distinct())
    known = [kind() for slug, kind in channels().items() if slug not in off and can_be_connected(kind())]
    # A platform that takes no registrations from programs waits for the administrator's.
    ready = [one for one in known if not _needs_administrator(one) or one.slug in registered]
    return [Offer(channel) for channel in sorted(ready, key=lambda channel: channel.label.lower())]


def can_be_connected(channel: Channel) -> bool:
    return isinstance(channel, Connector) and bool(ways_to_connect(channel))


def ways_to_connect(channel: Channel) -> list[AppPassword | OAuth2]:
    """Return how people can connect from this hub, the way to offer first in front."""
    ways = [auth for auth in (channel.auth, channel.other_auth) if isinstance(auth, AppPassword | OAuth2)]
    if isinstance(channel, Introduces) and not channel.can_introduce(settings.HUB_URL):
        # Servers could not look up who asks: on a private network an app password is the way.
        return [auth for auth in ways if isinstance(auth, AppPassword)]
    return ways


def _needs_administrator(channel: Channel) -> bool:
    return isinstance(channel, Redirects) and not isinstance(channel, Registers)


def _trouble_of(account: Account, *, ends_soon: bool, is_off: bool, now: datetime) -> str:
    label = account.channel.label
    if isinstance(account.channel, Removed):
        return _(
            "The hub no longer works with %(platform)s. What you planned there waits in your queue, to post "
            "by hand or to cancel. Disconnect this account, and the hub forgets its key."
        ) % {"platform": label}
    if is_off:
        return _(
            "%(platform)s is switched off by the administrator. You need do nothing: your account stays as "
            "it is, and what you planned there goes out if it is on again in time."
        ) % {"platform": label}
    return _what_is_wrong(account, ends_soon=ends_soon, now=now)


def _what_is_wrong(account: Account, *, ends_soon: bool, now: datetime) -> str:
    label = account.channel.label
    if account.broken_at:
        return explain(account.broken_reason, "", label)
    if account.registration and account.registration.broken_at:
        return explain(account.registration.broken_reason, "", label)
    if ends_soon and account.expires_at:
        return _("This permission ends on %(day)s. Connect again before that: it takes one click.") % {
            "day": date_format(account.expires_at, "j F")
        }
    if account.renew_failures and not account.is_fresh(now):
        return _("%(platform)s has not answered for a while. The hub keeps trying; you need do nothing.") % {
            "platform": label
        }
    return ""
