"""Where a story may lead: one reading of an address, for who types it and for the short link to it."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from advocacy.lib.addresses import NotAllowed, NotAnAddress, clean, place_of, require_public_name

MAX_CHARS = 1000
# Browsers read a backslash as a slash, and a control sign could end the header it is sent in.
_NEVER_IN_AN_ADDRESS = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")


class NotATarget(Exception):
    """No story may lead there. `str` says why in words for a person."""


def clean_target(address: str) -> str:
    """Return the address of a public page as it will be sent: cleaned, in ASCII, with its fragment.

    :raises NotATarget: no such address, or one that this hub does not lead to
    """
    if _NEVER_IN_AN_ADDRESS.search(address):
        raise NotATarget(_("Some signs in this address do not belong there. Copy it from the browser."))
    page, _hash, fragment = address.strip().partition("#")
    try:
        url = clean(page)
        require_public_name(place_of(url))
    except NotAnAddress:
        raise NotATarget(_("This is not the address of a web page. Copy it from the browser.")) from None
    except NotAllowed:
        raise NotATarget(_("Nobody outside can open this address: it is inside your own network.")) from None
    target = f"{url}#{iri_to_uri(fragment)}" if fragment else str(url)
    _require_that_stories_may_lead_to(target)
    return target


def _require_that_stories_may_lead_to(target: str) -> None:
    host = urlsplit(target).hostname
    if settings.STORY_HOSTS and host not in {name.lower() for name in settings.STORY_HOSTS}:
        raise NotATarget(
            _("Stories of this hub do not lead to %(host)s. An administrator can allow it.") % {"host": host}
        )
    if target.startswith(settings.SHORT_LINK_URL):
        raise NotATarget(_("This is a short link itself. Use the address of the page it leads to."))
    if len(target) > MAX_CHARS:
        raise NotATarget(_("This address is too long: up to 1,000 signs."))
