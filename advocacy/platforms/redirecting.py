"""Connecting by signing in at the platform and coming back (OAuth 2).

Who comes back must be who left, in the same browser, within ten minutes, once.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from advocacy.people.models import Person
from advocacy.platforms.alarming import stop_app, trust_app
from advocacy.platforms.connecting import CannotConnect, in_words, keep, refuse_if_off
from advocacy.platforms.connector import (
    OF_THE_APP,
    Channel,
    Code,
    Connection,
    Departure,
    Failure,
    Introduces,
    Redirects,
)
from advocacy.platforms.models import Account, AppRegistration, SignInUnderWay
from advocacy.platforms.reasons import explain
from advocacy.platforms.registering import registration_at, registration_for

BACK_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Opened:
    """The accounts that a sign-in connected, at least one, and the handles of those that are colleagues'."""

    accounts: list[Account]
    left_to_colleagues: list[str]


def begin_oauth(
    person: Person, channel: Channel, *, answers: Mapping[str, str], session_key: str, now: datetime
) -> str:
    """Return where to send the browser so that the person signs in at the platform.

    :raises CannotConnect: there is no such server, it could not be reached, or its platform is switched off
    """
    refuse_if_off(channel)
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    challenge = create_s256_code_challenge(verifier)
    with in_words(channel):
        registration, departure = _set_out(channel, answers, state=state, challenge=challenge, now=now)
    SignInUnderWay.objects.filter(begun_at__lte=now - BACK_WITHIN).delete()
    SignInUnderWay.objects.create(
        state_hash=_hash(state),
        session_hash=_hash(session_key),
        person=person,
        registration=registration,
        code_verifier=verifier,
        kept=departure.kept,
        begun_at=now,
    )
    return departure.url


def finish_oauth(
    person: Person,
    channel: Channel,
    *,
    host: str,
    came_back: Mapping[str, str],
    session_key: str,
    now: datetime,
) -> Opened:
    """Trade what the browser brought back (`state`, with `code` or `error`, maybe `iss`) for a connection.

    A sign-in may open several accounts; those that are a colleague's are left to them.

    :raises CannotConnect: not expected back here, refused at the platform, switched off meanwhile, or the
        account is a colleague's
    """
    expected = SignInUnderWay.objects.filter(
        person=person,
        session_hash=_hash(session_key),
        state_hash=_hash(came_back.get("state", "")),
        registration__platform=channel.slug,
        registration__host=host,
        begun_at__gt=now - BACK_WITHIN,
    )
    under_way = _take(expected)
    refuse_if_off(channel)
    _refuse_a_no(channel, came_back)
    registration = under_way.registration
    with in_words(channel, registration=registration):
        connection = _come_back(channel, under_way, came_back, now=now)
    return _keep_each(connection, person=person, channel=channel, registration=registration, now=now)


def _keep_each(
    connection: Connection,
    *,
    person: Person,
    channel: Channel,
    registration: AppRegistration,
    now: datetime,
) -> Opened:
    kept, left, refused = [], [], []
    for one in (connection, *connection.others):
        try:
            kept.append(keep(one, person=person, channel=channel, registration=registration, now=now))
        except CannotConnect as reason:
            refused.append(reason)
            left.append(one.identity.handle)
    if not kept:
        raise refused[0]
    return Opened(kept, left)


def _set_out(
    channel: Channel, answers: Mapping[str, str], *, state: str, challenge: str, now: datetime
) -> tuple[AppRegistration, Departure]:
    if isinstance(channel, Introduces):
        destination = channel.find_server(answers)
        registration = registration_at(channel, destination.host, now=now)
        app, back = registration.app(), registration.redirect_uri
        return registration, channel.set_out(
            app, destination, redirect_uri=back, state=state, code_challenge=challenge
        )
    if not isinstance(channel, Redirects):
        raise TypeError(f"{channel.slug} has no sign-in of its own")
    registration = registration_for(channel, answers, now=now)
    app, back = registration.app(), registration.redirect_uri
    url = channel.authorize_url(app, redirect_uri=back, state=state, code_challenge=challenge)
    return registration, Departure(url)


def _come_back(
    channel: Channel, under_way: SignInUnderWay, came_back: Mapping[str, str], *, now: datetime
) -> Connection:
    code = came_back.get("code", "")
    if isinstance(channel, Introduces):
        app, issuer = under_way.registration.app(), came_back.get("iss", "")
        kept, verifier = under_way.kept, under_way.code_verifier
        return channel.come_back(app, kept=kept, code=code, issuer=issuer, code_verifier=verifier)
    if not isinstance(channel, Redirects):
        raise TypeError(f"{channel.slug} has no sign-in of its own")
    return _exchange(channel, under_way, code=code, now=now)


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
