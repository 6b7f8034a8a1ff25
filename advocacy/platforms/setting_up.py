"""Setting up platforms where a person has to register the hub by hand: keeping, testing, taking away."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from advocacy.notices.telling import tell
from advocacy.platforms.connector import App, Channel, Code, Failure, Redirects, Rejected, SetUp
from advocacy.platforms.disconnecting import disconnect
from advocacy.platforms.models import Account, AppRegistration
from advocacy.platforms.registering import callback_url

logger = logging.getLogger(__name__)

# A code that no platform gives out.
NO_CODE = "the-hub-tests-its-set-up"
NO_VERIFIER = "the-hub-tests-its-set-up-and-this-is-a-verifier-of-no-code"


class NotSetUp(Exception):
    """The platform does not let the hub in. `str` says why and what to do, for an administrator."""


def set_up_of(channel: Channel) -> SetUp | None:
    """Return how the platform is set up by hand; None where there is nothing to set up."""
    return channel.set_up if isinstance(channel, Redirects) else None


def registration_of(channel: Channel) -> AppRegistration | None:
    known = AppRegistration.objects.in_use().filter(platform=channel.slug)
    return known.order_by("-registered_at", "-pk").first()


def return_address(channel: Channel) -> str:
    """Return the address that the platform has to know."""
    set_up = set_up_of(channel)
    if set_up is None:
        raise TypeError(f"{channel.slug} is not set up by hand")
    return callback_url(channel.slug, set_up.host)


@transaction.atomic
def keep_app(channel: Channel, *, client_id: str, client_secret: str, now: datetime) -> AppRegistration:
    """Keep what the administrator copied from the platform; an empty secret keeps the one that is there.

    It counts as untested again.
    """
    set_up = set_up_of(channel)
    if set_up is None:
        raise TypeError(f"{channel.slug} is not set up by hand")
    # A row that was taken away may still be needed to end permissions; it comes back to life.
    mine = AppRegistration.objects.select_for_update().filter(platform=channel.slug, host=set_up.host)
    registration = mine.order_by(F("removed_at").asc(nulls_first=True), "-registered_at", "-pk").first()
    if registration is None:
        registration = AppRegistration(platform=channel.slug, host=set_up.host)
    elif registration.removed_at:
        registration.client_secret = ""
    registration.client_id = client_id
    registration.client_secret = client_secret or registration.client_secret
    registration.redirect_uri = return_address(channel)
    registration.registered_at = now
    registration.removed_at = registration.tested_at = registration.broken_at = None
    registration.broken_reason = ""
    registration.save()
    logger.info("registration %s at %s was kept", registration.pk, channel.slug)
    return registration


def test_app(channel: Channel, registration: AppRegistration, *, now: datetime) -> None:
    """Ask the platform whether it knows the hub, with a code that was never given out.

    It says no to the code, and what it says no to first tells whether id and secret are right. What was
    broken for another reason is tried again from now on.

    :raises NotSetUp:
    """
    if not isinstance(channel, Redirects):
        raise TypeError(f"{channel.slug} is not set up by hand")
    mine = AppRegistration.objects.filter(pk=registration.pk)
    try:
        _knock(channel, registration.app(), registration.redirect_uri)
    except Rejected as failure:
        mine.filter(broken_at=None).update(broken_at=now)
        mine.update(broken_reason=Code.APP_WRONG, tested_at=None)
        raise NotSetUp(
            _(
                "%(platform)s does not know this client ID with this secret. Copy both anew, and the secret "
                "in full."
            )
            % {"platform": channel.label}
        ) from failure
    except Failure as failure:
        raise NotSetUp(
            _("%(platform)s could not be asked just now. Nothing was changed; test again in a few minutes.")
            % {"platform": channel.label}
        ) from failure
    mine.update(tested_at=now, broken_at=None, broken_reason="")


@transaction.atomic
def remove_app(registration: AppRegistration, *, now: datetime) -> None:
    """Take the hub away from a platform: every account is disconnected, and its owner told.

    The registration itself is out of use at once, and is forgotten after the permissions have been ended
    with it.
    """
    theirs = Account.objects.connected().filter(registration=registration).select_related("person")
    for account in theirs.order_by("pk"):
        disconnect(account, now=now)
        facts: dict[str, object] = {
            "platform": account.channel.label,
            "handle": account.handle,
            "url": reverse("platforms:accounts"),
        }
        once = f"account-{account.pk}-removed-{now.timestamp():.0f}"
        tell(account.person, "account_removed", once=once, facts=facts, now=now)
    AppRegistration.objects.filter(pk=registration.pk).update(removed_at=now)
    logger.info("registration %s at %s was removed", registration.pk, registration.platform)


def _knock(channel: Redirects, app: App, redirect_uri: str) -> None:
    """:raises Rejected: the platform does not know the hub. :raises TryLater: it could not be asked"""
    try:
        channel.exchange(app, redirect_uri=redirect_uri, code=NO_CODE, code_verifier=NO_VERIFIER)
    except Rejected as failure:
        if failure.code != Code.SIGN_IN_FAILED:
            raise
