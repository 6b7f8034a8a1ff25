"""Cutting the crops of a picture: the worker's side of picturing."""

import logging
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from advocacy.lib import images
from advocacy.lib.images import BadPicture, Rendered
from advocacy.stories.models import Picture, PictureQuerySet, Rendition

logger = logging.getLogger(__name__)

# The largest picture we take is cut in a few seconds; past this its worker is dead.
LEASE = timedelta(seconds=60)
# A picture that takes its worker down with it must not take every worker, one after the other.
MAX_TRIES = 3


def cut_picture(picture_id: int, *, now: datetime) -> None:
    """Cut every crop of the picture around its focal point, unless it is done or another worker is at it.

    What was cut for a point that has moved meanwhile is thrown away: a bell for the new one has rung.
    """
    picture = _claim(picture_id, now=now)
    if picture is None:
        return
    try:
        with picture.original.open("rb") as original:
            crops = images.render_all(original.read(), focal=(picture.focal_x, picture.focal_y))
    except BadPicture as reason:
        _fail(picture, reason)
        return
    except OSError:
        logger.exception("picture %s cannot be read from the store", picture.pk)
        return
    _settle(picture, crops)
    logger.info("picture %s cut", picture.pk)


def cut_waiting(*, clock: Callable[[], datetime]) -> None:
    """Cut whatever waits and no bell announced."""
    waiting = Picture.objects.to_cut(clock()).order_by("pk").values_list("pk", flat=True)
    for picture_id in list(waiting):
        cut_picture(picture_id, now=clock())


def _claim(picture_id: int, *, now: datetime) -> Picture | None:
    mine = Picture.objects.to_cut(now).filter(pk=picture_id)
    if not mine.update(leased_until=now + LEASE, tries=F("tries") + 1):
        return None
    picture = Picture.objects.select_related("uploaded_by").get(pk=picture_id)
    if picture.tries > MAX_TRIES:
        logger.error("picture %s given up after %s tries", picture_id, MAX_TRIES)
        _fail(picture, BadPicture(_("This picture could not be prepared. Upload another version of it.")))
        return None
    return picture


def _fail(picture: Picture, reason: BadPicture) -> None:
    with translation.override(picture.uploaded_by.language if picture.uploaded_by else None):
        words = str(reason)[:200]
    _ours(picture).update(state=Picture.State.FAILED, leased_until=None, reason=words)


def _settle(picture: Picture, crops: Mapping[str, Rendered]) -> None:
    fresh = [_store(picture, shape, crop) for shape, crop in crops.items()]
    with transaction.atomic():
        stale = list(picture.renditions.all())
        if _ours(picture).update(state=Picture.State.READY, leased_until=None, reason=""):
            picture.renditions.all().delete()
            Rendition.objects.bulk_create(fresh)
        else:
            stale = fresh
    for rendition in stale:
        rendition.file.delete(save=False)


def _ours(picture: Picture) -> PictureQuerySet:
    """The row, as long as nobody moved the point or took the picture over from us."""
    return Picture.objects.filter(
        pk=picture.pk,
        state=Picture.State.WAITING,
        version=picture.version,
        leased_until=picture.leased_until,
    )


def _store(picture: Picture, shape: str, crop: Rendered) -> Rendition:
    rendition = Rendition(
        picture=picture,
        shape=shape,
        width=crop.width,
        height=crop.height,
        media_type=crop.media_type,
        size_bytes=len(crop.content),
    )
    rendition.file.save(uuid.uuid4().hex, ContentFile(crop.content), save=False)
    return rendition
