"""Taking pictures in, and pointing at what matters in them. Cutting them is the worker's: see cutting."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from advocacy.lib import images
from advocacy.lib.bells import ring
from advocacy.lib.images import BadPicture
from advocacy.people.models import Person
from advocacy.stories.models import Picture, PictureQuerySet
from advocacy.stories.tasks import cut_picture


@dataclass(frozen=True)
class Refusal:
    """A file that was not taken, and why, in words for its owner."""

    name: str
    reason: str


def keep_picture(content: bytes, *, by: Person, now: datetime, alt: str = "") -> Picture:
    """Keep the original under a name that nobody can guess, and have its crops cut in the background.

    :raises BadPicture: not a picture that the hub can use; nothing was kept
    """
    facts = images.inspect(content)
    picture = Picture(
        alt=alt,
        width=facts.width,
        height=facts.height,
        had_location=facts.is_traceable,
        uploaded_by=by,
        uploaded_at=now,
    )
    # Whatever its owner called it, and whatever type they said it has, goes no further than here.
    picture.original.save(secrets.token_hex(16), ContentFile(content), save=False)
    with transaction.atomic():
        picture.save()
        ring(cut_picture, picture.pk)
    return picture


def keep_uploads(
    files: Iterable[File[bytes]], *, room: int, by: Person, now: datetime
) -> tuple[list[Picture], list[Refusal]]:
    """Keep those files that are pictures, as many as there is room for, and say why not the others."""
    kept: list[Picture] = []
    refused: list[Refusal] = []
    for file in files:
        if len(kept) == room:
            refused.append(Refusal(str(file.name), _("A story has room for 10 pictures. Remove one first.")))
            continue
        try:
            kept.append(keep_picture(_read(file), by=by, now=now))
        except BadPicture as reason:
            refused.append(Refusal(str(file.name), str(reason)))
    return kept, refused


def take_picture(picture: Picture, *, alt: str) -> bool:
    """Describe a picture that a story is about to show; tell whether it is still there.

    Until the end of the transaction nobody throws it away.
    """
    return bool(Picture.objects.filter(pk=picture.pk).update(alt=alt, unused_since=None))


def pick_picture(picture_id: int) -> Picture | None:
    """Return one of the library, to be kept for as long as a new one whether its page is saved or not."""
    Picture.objects.filter(pk=picture_id).update(unused_since=None)
    return Picture.objects.filter(pk=picture_id).first()


def point_at(picture: Picture, x: float, y: float) -> None:
    """Keep this point in view in every crop, and have them cut anew if it is another than before.

    `x` and `y` are parts of the width and height from the top left, 0 to 1.
    """
    elsewhere = Picture.objects.filter(pk=picture.pk).exclude(focal_x=x, focal_y=y)
    with transaction.atomic():
        if _wait(elsewhere, focal_x=x, focal_y=y):
            ring(cut_picture, picture.pk)


def _read(file: File[bytes]) -> bytes:
    # A file that is too large must not fill the memory to be told so: one byte over the limit is enough.
    return bytes(file.read(images.MAX_BYTES + 1))


def _wait(pictures: PictureQuerySet, **values: float) -> int:
    return pictures.update(
        **values, state=Picture.State.WAITING, version=F("version") + 1, leased_until=None, tries=0, reason=""
    )
