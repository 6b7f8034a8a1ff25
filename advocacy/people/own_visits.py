"""A cookie by which the redirect knows a sharer's own visits, so that nobody's own clicks count.

It is sent back on the path of short links only, and holds a random key that says nothing about the person.
Where short links have a host of their own, only that host can set it: a browser that has signed in is sent
there and back, once in every session.
"""

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from advocacy.people.models import Person

NAME = "own_visits"
KEPT = timedelta(days=365)
# The browser shows the cookie on the path of short links only, so a session remembers that it was set.
SESSION_KEY = "own_visits"
# On the host of short links, below this, a browser is given the cookie. No code of a link has a slash.
ERRAND = "own/"
ERRAND_TAKES = timedelta(minutes=1)
_ERRANDS = "own_visits.errand"


def keep(request: HttpRequest, response: HttpResponse, *, was_signed_in: bool) -> None:
    """Set the cookie once in every session, and delete it at sign-out."""
    if request.user.is_authenticated:
        if _is_new(request) and not _have_own_host():
            set_cookie(response, request.user.visitor_key)
            request.session[SESSION_KEY] = request.user.pk
    elif was_signed_in:
        response.delete_cookie(NAME, path=_path(), samesite="Lax")


def begin_errand(request: HttpRequest, person: Person) -> HttpResponse | None:
    """Return the way to the host of short links, if this browser should go there before it gets its page."""
    if not (_have_own_host() and _is_page(request) and _is_new(request)):
        return None
    request.session[SESSION_KEY] = person.pk
    written = signing.dumps([person.visitor_key.hex, request.get_full_path()], salt=_ERRANDS)
    return HttpResponseRedirect(f"{settings.SHORT_LINK_URL}{ERRAND}{written}")


def end_errand(written: str) -> HttpResponse:
    """Return the answer that gives the cookie, on the host of short links, and leads back to the hub.

    :raises BadSignature: not sent by us, or more than a minute ago
    """
    key, page = signing.loads(written, salt=_ERRANDS, max_age=ERRAND_TAKES)
    response = HttpResponseRedirect(f"{settings.HUB_URL}{page}")
    set_cookie(response, UUID(hex=key))
    return response


def set_cookie(response: HttpResponse, visitor_key: UUID) -> None:
    response.set_cookie(
        NAME,
        _signer().sign(visitor_key.hex),
        max_age=KEPT,
        path=_path(),
        secure=settings.SHORT_LINK_URL.startswith("https://"),
        httponly=True,
        samesite="Lax",
    )


def read(cookie_value: str) -> UUID | None:
    """Return the visitor key in the cookie, or None if it was not signed by us. Asks no database."""
    try:
        return UUID(hex=_signer().unsign(cookie_value))
    except (BadSignature, ValueError):
        return None


def _is_new(request: HttpRequest) -> bool:
    return bool(request.session.get(SESSION_KEY) != request.user.pk)


def _have_own_host() -> bool:
    """Say whether short links live on a host for which the hub itself can set no cookie."""
    return urlsplit(settings.SHORT_LINK_URL).hostname != urlsplit(settings.HUB_URL).hostname


def _is_page(request: HttpRequest) -> bool:
    """Say whether a browser asks for a whole page, not for a picture or a part of one."""
    is_document = request.headers.get("Sec-Fetch-Dest", "document") == "document"
    is_html = "text/html" in request.headers.get("Accept", "") and "HX-Request" not in request.headers
    return request.method == "GET" and is_document and is_html


def _signer() -> Signer:
    return Signer(salt="own_visits")


def _path() -> str:
    return urlsplit(settings.SHORT_LINK_URL).path or "/"
