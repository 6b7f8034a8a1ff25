"""Making short links, and switching them off and on again."""

import re
import secrets
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from advocacy.lib.addresses import NotAllowed, NotAnAddress, clean, place_of, require_public_name
from advocacy.links.models import TrackedLink
from advocacy.people.models import Person

# Nothing that is misread (0 O 1 l I) and no vowels, so that no code is ever a word: 47 signs.
ALPHABET = "23456789bcdfghjkmnpqrstvwxzBCDFGHJKLMNPQRSTVWXZ"
# 5 * 10^11 codes: with a million links, one guess in half a million finds one.
CODE_CHARS = 7
MAX_TARGET_CHARS = 1000
# Browsers read a backslash as a slash, and a control sign could end the header it is sent in.
_NEVER_IN_AN_ADDRESS = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")


class CannotMint(Exception):
    """No short link may lead there. `str` says why in words for a person."""


def mint(target_url: str, *, person: Person, now: datetime) -> TrackedLink:
    """Return a new short link to the address, whose own clicks by this person will not count.

    The target is kept as it will be sent: cleaned, in ASCII. Each call makes another link.

    :raises CannotMint: not an address of a web page that short links may lead to
    """
    target = _clean_target(target_url)
    while True:
        link, is_new = TrackedLink.objects.get_or_create(
            code=_new_code(), defaults={"target_url": target, "person": person, "minted_at": now}
        )
        if is_new:
            return link


def disable(link: TrackedLink, now: datetime) -> None:
    """Let the link answer 410 from now on, at every web process within 5 seconds."""
    if TrackedLink.objects.filter(pk=link.pk, disabled_at=None).update(disabled_at=now):
        link.disabled_at = now


def enable(link: TrackedLink) -> None:
    """Let a disabled link lead to its story again."""
    TrackedLink.objects.filter(pk=link.pk).update(disabled_at=None)
    link.disabled_at = None


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _position in range(CODE_CHARS))


def _clean_target(address: str) -> str:
    if _NEVER_IN_AN_ADDRESS.search(address):
        raise CannotMint(_("Some signs in this address do not belong there. Copy it from the browser."))
    page, _hash, fragment = address.strip().partition("#")
    try:
        url = clean(page)
        require_public_name(place_of(url))
    except NotAnAddress:
        raise CannotMint(_("This is not the address of a web page. Copy it from the browser.")) from None
    except NotAllowed:
        raise CannotMint(_("Nobody outside can open this address: it is inside your own network.")) from None
    target = f"{url}#{iri_to_uri(fragment)}" if fragment else str(url)
    _require_that_links_may_lead_to(target)
    return target


def _require_that_links_may_lead_to(target: str) -> None:
    host = urlsplit(target).hostname
    if settings.STORY_HOSTS and host not in {name.lower() for name in settings.STORY_HOSTS}:
        raise CannotMint(
            _("Short links of this hub do not lead to %(host)s. An administrator can allow it.")
            % {"host": host}
        )
    if target.startswith(settings.SHORT_LINK_URL):
        raise CannotMint(_("This is a short link itself. Use the address of the page it leads to."))
    if len(target) > MAX_TARGET_CHARS:
        raise CannotMint(_("This address is too long for a short link: at most 1,000 signs."))
