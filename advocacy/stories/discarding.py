"""Throwing away pictures that nothing has referred to for a week, and files that no picture names.

Each step can be cut off anywhere: what is left over then is found by the next round.
"""

import logging
from datetime import datetime

from django.db import IntegrityError, transaction

from advocacy.lib.leftovers import LEFT_ALONE_FOR, remove_leftovers
from advocacy.stories.models import Picture, Rendition

logger = logging.getLogger(__name__)


def discard_pictures(*, now: datetime) -> None:
    """Note which pictures nothing refers to, and throw away those that have been so for long enough."""
    Picture.objects.in_use().exclude(unused_since=None).update(unused_since=None)
    Picture.objects.unused().filter(unused_since=None).update(unused_since=now)
    long_unused = Picture.objects.unused().filter(unused_since__lte=now - LEFT_ALONE_FOR)
    gone = sum(_discard(pk, now=now) for pk in list(long_unused.order_by("pk").values_list("pk", flat=True)))
    files = remove_leftovers(Picture.objects.all(), "original", now=now)
    files += remove_leftovers(Rendition.objects.all(), "file", now=now)
    if gone or files:
        logger.info("%s unused pictures and %s files thrown away", gone, files)


def _discard(picture_id: int, *, now: datetime) -> bool:
    """Remove the rows of this picture, if it still is unused; its files are left over then."""
    mine = Picture.objects.unused().filter(pk=picture_id, unused_since__lte=now - LEFT_ALONE_FOR)
    try:
        with transaction.atomic():
            # Locked: who takes it into a story at this moment writes this row first. They come before, and it
            # is no longer unused; or they wait, and find it gone.
            picture = mine.select_for_update().first()
            if picture:
                picture.delete()
    except IntegrityError:
        logger.warning("picture %s came into use while it was thrown away, and stays", picture_id)
        return False
    return picture is not None
