"""Fetching a page of the web, or a picture of one, for the start of a story. Nothing is stored here."""

import codecs
import re
from collections.abc import Mapping, Set
from datetime import timedelta
from urllib.parse import urldefrag, urlsplit

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from advocacy.lib.http import DoorError, Response, TooLarge, fetch
from advocacy.stories.describing import Page, describe

__all__ = ["CannotRead", "Page", "read_page", "read_picture"]

MAX_PICTURE_BYTES = 8_000_000
PICTURE_TIMEOUT = timedelta(seconds=5)

# Many servers send what is asked for: of what the hub can use, that comes first.
_PICTURES = "image/jpeg, image/png, image/webp, image/*;q=0.5"

_HTML_TYPES = {"", "text/html", "application/xhtml+xml"}
# Parts of an address where one lands that has to sign in: login.company.test, /users/sign_in, /wp-login.php.
_SIGN_IN = {
    *("login", "log-in", "signin", "sign-in", "sign_in", "wp-login", "authwall", "inloggen", "aanmelden"),
    *("sso", "saml", "saml2", "oauth", "oauth2"),
}
# And where one lands that has to agree to cookies: myprivacy.media.test/consent, consent.search.test.
_CONSENT = {
    *("consent", "cookieconsent", "cookie-consent", "cookiewall", "cookie-wall", "myprivacy"),
    *("privacygate", "privacy-gate"),
}
_META = re.compile(r"<meta[^>]*>", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE | re.ASCII)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The charsets of the web. Python knows more codecs, of which some are no charsets at all.
_CHARSETS = {
    *("utf-8", "koi8-r", "koi8-u", "mac-roman", "cp866", "cp874", "gbk", "gb2312", "gb18030", "big5"),
    *("euc_jp", "iso2022_jp", "shift_jis", "euc_kr"),
    *(f"cp{number}" for number in range(1250, 1259)),
    *(f"iso8859-{number}" for number in range(2, 17)),
}
# Those that can write any row of bytes, so that nothing shows when they are the wrong ones.
_ONE_BYTE = ("cp", "iso8859", "koi8", "mac")

_WHY: Mapping[str, Promise] = {
    "address": _(
        "This is not the address of a web page. Copy it from your browser; it begins with https://."
    ),
    "private": _(
        "This address is not on the public internet, so the hub does not go there. "
        "Use a public page, or ask your administrator to allow this server."
    ),
    "name": _("There is no website by this name. Check the spelling, or copy the address from your browser."),
    "connect": _("The website does not answer. Try again in a few minutes."),
    "secure": _(
        "The connection to this website is not secure: its certificate is not valid, or it leads to an "
        "insecure address. Tell its owner."
    ),
    "time": _("The website took too long to answer. Try again in a minute."),
    "large": _("What is at this address is too large to read. Choose a lighter page or picture."),
    "hops": _(
        "This address leads from one to the next without end. Open it in your browser and copy the address "
        "where you arrive."
    ),
}
_BROKEN = _("The website broke off its answer, or gave one that cannot be read. Try again in a minute.")
_NO_ENTRY = _(
    "The website does not let the hub in (it answered {status}). If one must sign in to see this, choose a "
    "page that everyone can open."
)
_NOTHING_THERE = _(
    "There is nothing at this address (the website answered {status}). Open it in your browser and copy it "
    "again."
)
_TROUBLE = _("The website has a problem or is too busy (it answered {status}). Try again in a few minutes.")
_WHY_NOT_200 = {401: _NO_ENTRY, 403: _NO_ENTRY, 404: _NOTHING_THERE, 410: _NOTHING_THERE}


class CannotRead(Exception):
    """`str` says, in the reader's language, what failed and what to do."""


def read_page(url: str) -> Page:
    """Fetch a page (512 kB, 3 seconds, 3 hops at most) and return what it says about itself.

    :raises CannotRead:
    """
    answer = _fetched_page(url)
    _require_found(answer)
    if _leads_to(_SIGN_IN, answer.url) and not _leads_to(_SIGN_IN, url):
        raise CannotRead(_("This page asks to sign in first. Choose a page that everyone can open."))
    if _leads_to(_CONSENT, answer.url) and not _leads_to(_CONSENT, url):
        raise CannotRead(
            _("This website first asks every visitor to agree to cookies, and the hub cannot do that.")
        )
    if answer.headers.get("Content-Type", "").partition(";")[0].strip().lower() not in _HTML_TYPES:
        raise CannotRead(_("This is not a web page but a file. Give the address of the page it is on."))
    page = describe(_decoded(answer), url=_with_fragment(answer.url, url))
    if not page.title:
        raise CannotRead(_("This page has no title. Check that the address is that of one page."))
    return page


def read_picture(url: str) -> bytes:
    """Fetch a picture, of 8 MB and in 5 seconds at most. Whether it is one, only decoding it can tell.

    :raises CannotRead:
    """
    try:
        answer = fetch(url, accept=_PICTURES, timeout=PICTURE_TIMEOUT, max_bytes=MAX_PICTURE_BYTES)
    except DoorError as error:
        raise CannotRead(_reason(error)) from error
    _require_found(answer)
    return answer.content


def _fetched_page(url: str) -> Response:
    """Fetch it. Of one that is too large its start will do, where that has the whole head in it."""
    try:
        return fetch(url, accept="text/html, application/xhtml+xml;q=0.9")
    except TooLarge as error:
        if b"</head" in error.start.content.lower():
            return error.start
        raise CannotRead(_reason(error)) from error
    except DoorError as error:
        raise CannotRead(_reason(error)) from error


def _reason(error: DoorError) -> Promise:
    return _WHY.get(error.reason, _BROKEN)


def _require_found(answer: Response) -> None:
    if 200 <= answer.status < 300:
        return
    raise CannotRead(format_lazy(_WHY_NOT_200.get(answer.status, _TROUBLE), status=answer.status))


def _leads_to(places: Set[str], url: str) -> bool:
    where = urlsplit(url)
    return not places.isdisjoint(re.split(r"[/.]", f"{where.netloc}{where.path}".lower()))


def _with_fragment(found: str, asked: str) -> str:
    fragment = urldefrag(asked).fragment
    return f"{found}#{fragment}" if fragment else found


def _decoded(answer: Response) -> str:
    """Read it in the charset of the mark at the start, else of the header, else of the page, else UTF-8.

    What is said of charsets is often wrong, so where the bytes plainly say otherwise, they are believed.
    """
    content = answer.content
    for mark, codec in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(codec, "replace")
    codec = _declared(answer) or "utf-8"
    if codec.startswith(_ONE_BYTE) and _is_utf_8(content):
        codec = "utf-8"
    text = content.decode(codec, "replace")
    return content.decode("cp1252", "replace") if codec == "utf-8" and _is_mostly_wrong(text) else text


def _declared(answer: Response) -> str:
    start = answer.content[:4096].decode("ascii", "ignore")
    said = (answer.headers.get("Content-Type", ""), " ".join(_META.findall(start)))
    return next(filter(None, map(_codec, said)), "")


def _is_utf_8(content: bytes) -> bool:
    """Tell whether it can hardly be anything else. It may be cut off in the middle of a sign."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content)
    except UnicodeDecodeError:
        return False
    return not content.isascii()


def _is_mostly_wrong(text: str) -> bool:
    """Tell whether more of its signs beyond ASCII could not be read than could."""
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return 2 * text.count("\ufffd") > beyond


def _codec(declared: str) -> str:
    named = _CHARSET.search(declared)
    try:
        name = codecs.lookup(named.group(1)).name if named else ""
    except LookupError:
        return ""
    # https://encoding.spec.whatwg.org/#names-and-labels: latin-1 and ASCII mean windows-1252 on the web.
    if name in {"iso8859-1", "ascii"}:
        return "cp1252"
    return name if name in _CHARSETS else ""
