"""The picture of a share at an address of its own, for platforms that fetch pictures and take no bytes.

Who has the address needs no sign-in, so it cannot be guessed or changed, ends soon, and leads somewhere only
while the share is on its way.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from advocacy.platforms.connector import Draft, Image
from advocacy.shares.drafting import CannotDraft, fetch_pictures, images_of
from advocacy.shares.models import Share, State

# A platform fetches within the minute in which it was told.
LENT_FOR = timedelta(minutes=15)
_signer = Signer(salt="advocacy.shares.lending")


class NotLent(Exception):
    """There is nothing at this address: changed, over, or not on its way (any more)."""


def with_addresses(draft: Draft, share: Share, *, now: datetime) -> Draft:
    """Return the draft with an address for each picture, where its platform wants those."""
    if not share.account.connector.fetches_images:
        return draft
    return replace(draft, images=tuple(_addressed(draft, share, now=now)))


def lent_picture(share_id: int, *, number: int, until: int, signature: str, now: datetime) -> Image:
    """Return what the platform is to get there: the very picture of the draft.

    `until` is an epoch, in seconds.

    :raises NotLent:
    """
    try:
        _signer.unsign(f"{_words(share_id, number, until)}:{signature}")
    except BadSignature as error:
        raise NotLent from error
    share = Share.objects.filter(state=State.SENDING, pk=share_id).for_sending().first()
    if share is None or until <= now.timestamp():
        raise NotLent
    fetch_pictures([share])
    try:
        return images_of(share)[number]
    except (CannotDraft, IndexError) as error:
        raise NotLent from error


def _addressed(draft: Draft, share: Share, *, now: datetime) -> Iterator[Image]:
    until = int((now + LENT_FOR).timestamp())
    for number, image in enumerate(draft.images):
        signature = _signer.signature(_words(share.pk, number, until))
        path = reverse("shares:lent", args=[share.pk, number, until, signature])
        yield replace(image, url=f"{settings.HUB_URL}{path}")


def _words(share_id: int, number: int, until: int) -> str:
    return f"{share_id}/{number}/{until}"
