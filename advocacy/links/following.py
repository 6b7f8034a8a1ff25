"""Following a short link: a small WSGI application before Django's, for it must be quick and never down.

It asks its memory where the link leads, hands the click to the kernel and answers. No middleware, session or
cookie; nothing that the visitor sends can change where the link leads.
"""

import re
import time
from collections.abc import Iterable, Mapping
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import BadSignature
from django.http.cookie import parse_cookie
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import trans_real

from advocacy.links.recording import ClickLog
from advocacy.links.remembering import Link, LinkMemory, Unreachable
from advocacy.links.visiting import Dropped, why_not_counted
from advocacy.people import own_visits

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_CODE = re.compile(r"[0-9A-Za-z]{4,12}")
_PRIVATE = [
    # Each visit must come to us, to be counted and to notice that the link was disabled.
    ("Cache-Control", "private, no-store"),
    # Where the visitor came from is not ours to pass on.
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex"),
]
_REDIRECT = [*_PRIVATE, ("Content-Length", "0")]
_PAGE = [
    *_PRIVATE,
    ("Content-Type", "text/html; charset=utf-8"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
        "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
]
_WORDS = {
    HTTPStatus.NOT_FOUND: (
        _("This link leads nowhere"),
        _("Perhaps a letter went missing on the way. Copy the whole link from the post and try again."),
    ),
    HTTPStatus.GONE: (
        _("This link has been switched off"),
        _("The story behind it is no longer shared. Whoever shared it can tell you more."),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        _("We cannot look this link up just now"),
        _("It is us, not you. Please try again in a minute."),
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        _("A link can only be opened"),
        _("Open it in a browser; nothing can be sent to it."),
    ),
}
_MORE = {
    HTTPStatus.METHOD_NOT_ALLOWED: [("Allow", "GET, HEAD")],
    HTTPStatus.SERVICE_UNAVAILABLE: [("Retry-After", "5")],
}


class ShortLinks:
    """Answers what begins with `SHORT_LINK_URL`, and leaves the rest to the site."""

    def __init__(self, site: "WSGIApplication", *, links: LinkMemory, clicks: ClickLog) -> None:
        address = urlsplit(settings.SHORT_LINK_URL)
        self._path = address.path
        # Short links at the top of a host have that host to themselves.
        self._host = address.netloc.lower() if self._path == "/" else ""
        self._secure = address.scheme == "https"
        self._site = site
        self._links = links
        self._clicks = clicks

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        if not path.startswith(self._path) or (self._host and not self._is_own_host(environ)):
            return self._site(environ, start_response)
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return _explain(HTTPStatus.METHOD_NOT_ALLOWED, environ, start_response)
        code = path[len(self._path) :]
        if code.startswith(own_visits.ERRAND):
            return _end_errand(code.removeprefix(own_visits.ERRAND), environ, start_response)
        return self._follow(code, environ, start_response)

    def _follow(
        self, code: str, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        try:
            link = self._find(code)
        except Unreachable:
            return _explain(HTTPStatus.SERVICE_UNAVAILABLE, environ, start_response)
        if link is None:
            return _explain(HTTPStatus.NOT_FOUND, environ, start_response)
        if link.is_disabled:
            return _explain(HTTPStatus.GONE, environ, start_response)
        self._clicks.record(link.id, self._why_dropped(environ, link), time.time())
        start_response("302 Found", [("Location", link.target_url), *_REDIRECT])
        return [b""]

    def _find(self, code: str) -> Link | None:
        return self._links.find(code, time.monotonic()) if _CODE.fullmatch(code) else None

    def _why_dropped(self, environ: "WSGIEnvironment", link: Link) -> str:
        dropped = why_not_counted(environ, secure=self._secure)
        return dropped or (Dropped.OWN if _is_own(environ, link) else "")

    def _is_own_host(self, environ: "WSGIEnvironment") -> bool:
        return bool(environ.get("HTTP_HOST", "").lower() == self._host)


def short_links_before(site: "WSGIApplication") -> ShortLinks:
    """Return the application that a web server runs: short links first, then the site."""
    return ShortLinks(site, links=LinkMemory(), clicks=ClickLog(Path(settings.VAR_DIR) / "clicks"))


def _end_errand(written: str, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Give a colleague's browser the cookie by which their own clicks are known, and send it back."""
    try:
        answer = own_visits.end_errand(written)
    except BadSignature:
        return _explain(HTTPStatus.NOT_FOUND, environ, start_response)
    cookie = ("Set-Cookie", answer.cookies[own_visits.NAME].OutputString())
    start_response("302 Found", [("Location", answer["Location"]), cookie, *_REDIRECT])
    return [b""]


def _is_own(environ: Mapping[str, Any], link: Link) -> bool:
    cookies = environ.get("HTTP_COOKIE", "")
    if own_visits.NAME not in cookies:
        return False
    visitor = own_visits.read(parse_cookie(cookies).get(own_visits.NAME, ""))
    return visitor is not None and visitor == link.visitor_key


def _explain(
    status: HTTPStatus, environ: "WSGIEnvironment", start_response: "StartResponse"
) -> Iterable[bytes]:
    page = _page(status, _language(environ.get("HTTP_ACCEPT_LANGUAGE", "")))
    length = ("Content-Length", str(len(page)))
    start_response(f"{status.value} {status.phrase}", [*_PAGE, *_MORE.get(status, []), length])
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else page]


def _language(accepted: str) -> str:
    for code, _weight in trans_real.parse_accept_lang_header(accepted):
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


@lru_cache(maxsize=32)
def _page(status: HTTPStatus, language: str) -> bytes:
    title, advice = _WORDS[status]
    with translation.override(language):
        words = {"title": title, "advice": advice, "company_name": settings.COMPANY_NAME}
        return render_to_string("links/not_followed.html", words).encode()
