"""Connecting an account: by an app password, of which nothing is kept. `redirecting` is the other way."""

import logging
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from advocacy.lib import http
from advocacy.lib.waiting import NoRoom, room_to_wait
from advocacy.people.models import Person
from advocacy.platforms.connector import (
    Channel,
    Code,
    Connection,
    Failure,
    Identity,
    SignsIn,
)
from advocacy.platforms.disconnecting import disconnect, end_what_is_replaced
from advocacy.platforms.models import Account, AppRegistration
from advocacy.platforms.reasons import explain
from advocacy.platforms.signals import account_connected
from advocacy.platforms.switching import is_switched_off, off_in_words
from advocacy.platforms.tokens import token_values

logger = logging.getLogger(__name__)

# What the columns hold; a server that sends more is none we know.
MAX_CHARS = 255
MAX_URL_CHARS = 1000
# Someone waits for the page meanwhile, and strangers' servers are asked one after the other.
PATIENCE = timedelta(seconds=25)
TURNS_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_check_web_address = URLValidator(schemes=["http", "https"])


class CannotConnect(Exception):
    """Nothing was connected. `str` says why and what to do next, in the person's language."""


def connect_by_password(
    person: Person, channel: Channel, *, answers: Mapping[str, str], now: datetime
) -> Account:
    """Sign in with what the person typed and keep the connection, not the password.

    :raises CannotConnect: the platform refuses, or the account is a colleague's
    """
    if not isinstance(channel, SignsIn):
        raise TypeError(f"{channel.slug} has no app passwords")
    refuse_if_off(channel)
    with in_words(channel):
        connection = channel.sign_in(answers)
    return keep(connection, person=person, channel=channel, registration=None, now=now)


def refuse_if_off(channel: Channel) -> None:
    """:raises CannotConnect: an administrator has switched the platform off"""
    if is_switched_off(channel.slug):
        raise CannotConnect(off_in_words(channel.slug))


@contextmanager
def in_words(channel: Channel, *, registration: AppRegistration | None = None) -> Iterator[None]:
    """Turn a platform's no into words, and a silence that lasts. What else people do is not held up by it.

    A registration that the server forgot is forgotten here as well.

    :raises CannotConnect:
    """
    try:
        with room_to_wait(), http.within(PATIENCE):
            yield
    except NoRoom as full:
        raise CannotConnect(
            _(
                "Several colleagues are connecting accounts right now, and a network is slow to answer them. "
                "Nothing was connected yet: try again in half a minute."
            )
        ) from full
    except Failure as failure:
        logger.info("connecting to %s failed: %s", channel.slug, failure.code)
        if failure.code == Code.APP_UNKNOWN and registration:
            registration.delete()
        raise CannotConnect(explain(failure.code, failure.detail, channel.label)) from failure


@transaction.atomic
def keep(
    connection: Connection,
    *,
    person: Person,
    channel: Channel,
    registration: AppRegistration | None,
    now: datetime,
) -> Account:
    """Write the connection down: in the person's own row for this account, if there ever was one.

    :raises CannotConnect: the account is a colleague's
    """
    account = _row_for(connection, person=person, channel=channel, now=now)
    end_what_is_replaced(account, now=now)
    values: dict[str, object] = {
        **_shown(connection.identity),
        **token_values(connection.access, kept=account, now=now),
        "registration": registration,
        "disconnected_at": None,
        "end_permission_by": None,
        "broken_at": None,
        "broken_reason": "",
    }
    for name, value in values.items():
        setattr(account, name, value)
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:
        raise _taken(channel) from error
    account_connected.send(sender=Account, account=account, now=now)
    logger.info("account %s connected", account.pk)
    return account


def _row_for(connection: Connection, *, person: Person, channel: Channel, now: datetime) -> Account:
    """Return the person's row for this account, the old one if there is any, so that its history stays.

    :raises CannotConnect: it is a colleague's
    """
    remote_id = connection.identity.remote_id
    if not remote_id or remote_id != _plain(remote_id):
        raise CannotConnect(explain(Code.UNCLEAR_ANSWER, "", channel.label))
    place = {"platform": channel.slug, "host": connection.access.host, "remote_id": remote_id}
    rows = Account.objects.filter(**place).select_related("person").select_for_update(of=("self",))
    for of_another in rows.connected().exclude(person=person):
        if of_another.person.is_active:
            raise _taken(channel)
        disconnect(of_another, now=now)
    mine = (
        rows.kept().filter(person=person).order_by(F("disconnected_at").desc(nulls_first=True), "-pk").first()
    )
    return mine or Account(person=person, connected_at=now, **place)


def _taken(channel: Channel) -> CannotConnect:
    return CannotConnect(
        _(
            "A colleague has connected this %(platform)s account. An account can have one owner: choose "
            "another one, or ask your colleague to disconnect it first."
        )
        % {"platform": channel.label}
    )


def _shown(identity: Identity) -> dict[str, object]:
    """Return what pages show of the account. All of it is a stranger's input."""
    return {
        "handle": _plain(identity.handle) or identity.remote_id,
        "display_name": _plain(identity.display_name),
        "url": identity.url if _is_web_address(identity.url) else "",
    }


def _is_web_address(url: str) -> bool:
    try:
        _check_web_address(url)
    except ValidationError:
        return False
    return len(url) <= MAX_URL_CHARS


def _plain(text: str) -> str:
    """Leave out what cannot be stored, and what would turn around the writing direction of the page."""
    return "".join(
        letter
        for letter in text
        if letter not in TURNS_DIRECTION and unicodedata.category(letter) not in {"Cc", "Cs"}
    ).strip()[:MAX_CHARS]
