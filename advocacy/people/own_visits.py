"""A cookie by which the redirect knows a sharer's own visits, so that nobody's own clicks count.

It is sent back on the path of short links only, and holds a random key that says nothing about the person.
"""

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse

from advocacy.people.models import Person

NAME = "own_visits"
KEPT = timedelta(days=365)
# The browser shows the cookie on the path of short links only, so a session remembers that it was set.
SESSION_KEY = "own_visits"


def keep(request: HttpRequest, response: HttpResponse, *, was_signed_in: bool) -> None:
    """Set the cookie once in every session, and delete it at sign-out."""
    if request.user.is_authenticated:
        if request.session.get(SESSION_KEY) != request.user.pk:
            set_cookie(response, request.user)
            request.session[SESSION_KEY] = request.user.pk
    elif was_signed_in:
        response.delete_cookie(NAME, path=_path(), samesite="Lax")


def set_cookie(response: HttpResponse, person: Person) -> None:
    response.set_cookie(
        NAME,
        _signer().sign(person.visitor_key.hex),
        max_age=KEPT,
        path=_path(),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def read(cookie_value: str) -> UUID | None:
    """Return the visitor key in the cookie, or None if it was not signed by us. Asks no database."""
    try:
        return UUID(hex=_signer().unsign(cookie_value))
    except (BadSignature, ValueError):
        return None


def _signer() -> Signer:
    return Signer(salt="own_visits")


def _path() -> str:
    return urlsplit(settings.SHORT_LINK_URL).path or "/"
