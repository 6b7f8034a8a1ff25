"""The hub's own place at each server where people sign in, and what it says of itself there."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from advocacy.platforms.connecting import CannotConnect
from advocacy.platforms.connector import App, Channel, Introduces, Registers
from advocacy.platforms.models import AppRegistration


class NotIntroduced(Exception):
    """The hub has not introduced itself to this server."""


def callback_url(platform: str, host: str) -> str:
    """Return where a server sends people back: each an address of its own, so that none passes for another.

    Source: RFC 9700, section 4.4 (mix-up attacks).
    """
    return f"{settings.HUB_URL}{reverse('platforms:callback', args=[platform, host])}"


def registration_for(channel: Channel, answers: Mapping[str, str], *, now: datetime) -> AppRegistration:
    """Return the hub's registration where a person wants to sign in.

    :raises Failure: there is no such server
    :raises CannotConnect: an administrator has to register the hub first
    """
    if not isinstance(channel, Registers):
        return _registration_by_administrator(channel)
    return registration_at(channel, channel.host_from(answers), now=now)


def registration_at(channel: Channel, host: str, *, now: datetime) -> AppRegistration:
    """Return the hub's registration at a server, made now if this is the first time. :raises Failure:"""
    redirect_uri = callback_url(channel.slug, host)
    known = AppRegistration.objects.filter(platform=channel.slug, host=host, redirect_uri=redirect_uri)
    if registration := known.first():
        return registration
    app = _app_for(channel, host, redirect_uri)
    try:
        with transaction.atomic():
            return AppRegistration.objects.create(
                platform=channel.slug,
                host=host,
                client_id=app.client_id,
                client_secret=app.client_secret,
                redirect_uri=redirect_uri,
                registered_at=now,
            )
    except IntegrityError:
        # A colleague was a moment earlier at the same server.
        return known.get()


def description_for(channel: Channel, host: str) -> Mapping[str, object]:
    """Return who the hub is, for a server to read. :raises NotIntroduced:"""
    redirect_uri = callback_url(channel.slug, host)
    known = AppRegistration.objects.filter(platform=channel.slug, host=host, redirect_uri=redirect_uri)
    registration = known.first()
    if not isinstance(channel, Introduces) or registration is None or not registration.client_secret:
        raise NotIntroduced
    name = f"Stoep, {settings.COMPANY_NAME}"
    home = settings.HUB_URL
    return channel.description(registration.app(), redirect_uri=redirect_uri, name=name, home=home)


def _app_for(channel: Channel, host: str, redirect_uri: str) -> App:
    if isinstance(channel, Introduces):
        described_at = f"{settings.HUB_URL}{reverse('platforms:client', args=[channel.slug, host])}"
        return channel.introduce(host, described_at=described_at, redirect_uri=redirect_uri)
    if isinstance(channel, Registers):
        return channel.register(host, redirect_uri=redirect_uri)
    raise TypeError(f"nobody but an administrator registers the hub at {channel.slug}")


def _registration_by_administrator(channel: Channel) -> AppRegistration:
    known = AppRegistration.objects.in_use().filter(platform=channel.slug)
    registration = known.order_by("-registered_at", "-pk").first()
    if registration is None:
        raise CannotConnect(
            _("An administrator has to register the hub at %(platform)s first.") % {"platform": channel.label}
        )
    return registration
