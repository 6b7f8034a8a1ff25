"""Connecting by signing in at the platform and coming back (OAuth 2).

Who comes back must be who left, in the same browser, within ten minutes, once.
"""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from advocacy.people.models import Person
from advocacy.platforms.alarming import stop_app, trust_app
from advocacy.platforms.connecting import CannotConnect, in_words, keep
from advocacy.platforms.connector import (
    OF_THE_APP,
    Channel,
    Code,
    Connection,
    Failure,
    Redirects,
    Registers,
)
from advocacy.platforms.models import Account, AppRegistration, SignInUnderWay
from advocacy.platforms.reasons import explain

BACK_WITHIN = timedelta(minutes=10)


def begin_oauth(
    person: Person, channel: Channel, *, answers: Mapping[str, str], session_key: str, now: datetime
) -> str:
    """Return where to send the browser so that the person signs in at the platform.

    :raises CannotConnect: there is no such server, or it could not be reached
    """
    if not isinstance(channel, Redirects):
        raise TypeError(f"{channel.slug} has no sign-in of its own")
    with in_words(channel):
        registration = _registration_for(channel, answers, now=now)
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    SignInUnderWay.objects.filter(begun_at__lte=now - BACK_WITHIN).delete()
    SignInUnderWay.objects.create(
        state_hash=_hash(state),
        session_hash=_hash(session_key),
        person=person,
        registration=registration,
        code_verifier=verifier,
        begun_at=now,
    )
    return channel.authorize_url(
        registration.app(),
        redirect_uri=registration.redirect_uri,
        state=state,
        code_challenge=create_s256_code_challenge(verifier),
    )


def finish_oauth(
    person: Person,
    channel: Channel,
    *,
    host: str,
    came_back: Mapping[str, str],
    session_key: str,
    now: datetime,
) -> Account:
    """Trade what the browser brought back (`state`, with `code` or `error`) for a connection.

    A sign-in may open several accounts; those that are a colleague's are left to them, and the first of the
    others is returned.

    :raises CannotConnect: not expected back here, refused at the platform, or the account is a colleague's
    """
    if not isinstance(channel, Redirects):
        raise TypeError(f"{channel.slug} has no sign-in of its own")
    expected = SignInUnderWay.objects.filter(
        person=person,
        session_hash=_hash(session_key),
        state_hash=_hash(came_back.get("state", "")),
        registration__platform=channel.slug,
        registration__host=host,
        begun_at__gt=now - BACK_WITHIN,
    )
    under_way = _take(expected)
    _refuse_a_no(channel, came_back)
    registration = under_way.registration
    with in_words(channel, registration=registration):
        connection = _exchange(channel, under_way, code=came_back.get("code", ""), now=now)
    return _keep_each(connection, person=person, channel=channel, registration=registration, now=now)


def _keep_each(
    connection: Connection,
    *,
    person: Person,
    channel: Channel,
    registration: AppRegistration,
    now: datetime,
) -> Account:
    kept, refused = [], []
    for one in (connection, *connection.others):
        try:
            kept.append(keep(one, person=person, channel=channel, registration=registration, now=now))
        except CannotConnect as reason:
            refused.append(reason)
    if not kept:
        raise refused[0]
    return kept[0]


def callback_url(platform: str, host: str) -> str:
    """Return where a server sends people back: each an address of its own, so that none passes for another.

    Source: RFC 9700, section 4.4 (mix-up attacks).
    """
    return f"{settings.HUB_URL}{reverse('platforms:callback', args=[platform, host])}"


def _exchange(channel: Redirects, under_way: SignInUnderWay, *, code: str, now: datetime) -> Connection:
    registration = under_way.registration
    try:
        connection = channel.exchange(
            registration.app(),
            redirect_uri=registration.redirect_uri,
            code=code,
            code_verifier=under_way.code_verifier,
        )
    except Failure as failure:
        if failure.code in OF_THE_APP:
            stop_app(registration.pk, failure.code, now=now)
        raise
    trust_app(registration, now=now)
    return connection


def _registration_for(channel: Channel, answers: Mapping[str, str], *, now: datetime) -> AppRegistration:
    if not isinstance(channel, Registers):
        return _registration_by_administrator(channel)
    host = channel.host_from(answers)
    redirect_uri = callback_url(channel.slug, host)
    known = AppRegistration.objects.filter(platform=channel.slug, host=host, redirect_uri=redirect_uri)
    if registration := known.first():
        return registration
    app = channel.register(host, redirect_uri=redirect_uri)
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


def _registration_by_administrator(channel: Channel) -> AppRegistration:
    known = AppRegistration.objects.in_use().filter(platform=channel.slug)
    registration = known.order_by("-registered_at", "-pk").first()
    if registration is None:
        raise CannotConnect(
            _("An administrator has to register the hub at %(platform)s first.") % {"platform": channel.label}
        )
    return registration


def _take(expected: QuerySet[SignInUnderWay]) -> SignInUnderWay:
    under_way = expected.select_related("registration").first()
    # Deleted by who counts one: of two that come back at once, one is late.
    if under_way is None or not SignInUnderWay.objects.filter(pk=under_way.pk).delete()[0]:
        raise CannotConnect(
            _(
                "Nobody was expected back here: the sign-in was finished before, took longer than ten "
                "minutes, or was begun in another browser or by someone else. Start again."
            )
        )
    return under_way


def _refuse_a_no(channel: Channel, came_back: Mapping[str, str]) -> None:
    error = came_back.get("error", "")
    if error == "access_denied":
        raise CannotConnect(
            _("You did not give permission at %(platform)s, so nothing was connected.")
            % {"platform": channel.label}
        )
    if error or not came_back.get("code"):
        raise CannotConnect(explain(Code.SIGN_IN_FAILED, error[:100], channel.label))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
