"""Making short links, and switching them off and on again."""

import secrets
from datetime import datetime

from advocacy.lib.targets import NotATarget, clean_target
from advocacy.links.models import TrackedLink
from advocacy.people.models import Person

# Nothing that is misread (0 O 1 l I) and no vowels, so that no code is ever a word: 47 signs.
ALPHABET = "23456789bcdfghjkmnpqrstvwxzBCDFGHJKLMNPQRSTVWXZ"
# 5 * 10^11 codes: with a million links, one guess in half a million finds one.
CODE_CHARS = 7


class CannotMint(Exception):
    """No short link may lead there. `str` says why in words for a person."""


def mint(target_url: str, *, person: Person, now: datetime) -> TrackedLink:
    """Return a new short link to the address, whose own clicks by this person will not count.

    The target is kept as it will be sent: cleaned, in ASCII. Each call makes another link.

    :raises CannotMint: not an address of a web page that short links may lead to
    """
    try:
        target = clean_target(target_url)
    except NotATarget as reason:
        raise CannotMint(str(reason)) from reason
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
