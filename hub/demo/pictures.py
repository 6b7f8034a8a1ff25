"""The drawn pictures, kept in the store and in the library."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from advocacy.lib.images import Rendered
from advocacy.people.models import Person
from advocacy.stories.models import Picture, Rendition
from hub.demo.drawing import Drawn, draw_all
from hub.demo.stories.told import Told

FOLDER = "demo"


@dataclass(frozen=True)
class Kept:
    """A picture whose files lie in the store, by name: the original, and each crop by shape."""

    drawn: Drawn
    original: str
    crops: Mapping[str, str]

    def crop(self, shape: str) -> Rendered:
        return self.drawn.crops[shape]


def keep_pictures(stories: Iterable[Told]) -> dict[str, Kept]:
    """Draw every picture of these stories once and write its files; return them by scene.

    The names are always the same, so a set-up that was cut off leaves nothing behind that the next does not
    write over.
    """
    wanted = {shown.scene: shown for told in stories for shown in told.pictures}
    return {drawn.shown.scene: _keep(drawn) for drawn in draw_all(wanted.values())}


def hang_up(kept: Mapping[str, Kept], *, by: Person, now: datetime) -> dict[str, Picture]:
    """Write the rows of these pictures, all ready, and return them by scene."""
    return {scene: _hang(one, by=by, now=now) for scene, one in kept.items()}


def _keep(drawn: Drawn) -> Kept:
    scene = drawn.shown.scene
    original = _write(f"originals/{FOLDER}/{scene}.jpg", drawn.original)
    crops = {
        shape: _write(f"renditions/{FOLDER}/{scene}-{shape}.jpg", crop.content)
        for shape, crop in drawn.crops.items()
    }
    return Kept(drawn, original, crops)


def _write(name: str, content: bytes) -> str:
    default_storage.delete(name)
    return default_storage.save(name, ContentFile(content))


def _hang(kept: Kept, *, by: Person, now: datetime) -> Picture:
    shown, drawn = kept.drawn.shown, kept.drawn
    picture = Picture.objects.create(
        original=kept.original,
        alt=shown.alt,
        focal_x=shown.focal[0],
        focal_y=shown.focal[1],
        width=drawn.width,
        height=drawn.height,
        state=Picture.State.READY,
        uploaded_by=by,
        uploaded_at=now,
    )
    Rendition.objects.bulk_create(
        Rendition(
            picture=picture,
            shape=shape,
            file=kept.crops[shape],
            width=crop.width,
            height=crop.height,
            media_type=crop.media_type,
            size_bytes=len(crop.content),
        )
        for shape, crop in drawn.crops.items()
    )
    return picture
