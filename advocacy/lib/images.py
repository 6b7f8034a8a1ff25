"""What readers and platforms get of a picture. Bytes or paths in, clean bytes out.

Nothing of an upload goes on but its pixels. They are decoded once, laid on white, brought to sRGB, turned
upright and encoded anew, so no place, serial number, profile or smuggled payload comes along.
"""

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from PIL import Image

from advocacy.lib.image_files import MAX_BYTES, MAX_PIXELS, MEDIA_TYPES, BadPicture, opened
from advocacy.lib.image_pixels import (
    Box,
    Focal,
    Size,
    decoded,
    read_to_the_end,
    tells_where_or_with_what,
    upright_size,
)

__all__ = [
    "DISPLAY",
    "MAX_BYTES",
    "MAX_PIXELS",
    "SIZES",
    "BadPicture",
    "Facts",
    "Rendered",
    "crop_box",
    "fit",
    "inspect",
    "render_all",
    "render_each",
]

# The crops by name, as (width, height) in pixels.
SIZES = {"landscape": (1200, 630), "square": (1080, 1080), "portrait": (1080, 1350)}
DISPLAY = "display"
# The uncropped copy is no wider, and if taller than wide has no more pixels than a square of that width.
DISPLAY_WIDTH = 1600
DISPLAY_PIXELS = 1600 * 1600
# A whole picture sent to a platform: no feed shows more.
SENT_PIXELS = 2048 * 2048

# 85 is where JPEG's blocks stop being seen. A platform's limit takes quality first, then pixels.
QUALITY = 85
QUALITIES = (QUALITY, 75, 65, 55)
# What is written, best first: Pillow's name and the qualities it can have.
WRITERS = {
    "image/jpeg": ("JPEG", QUALITIES),
    "image/webp": ("WEBP", QUALITIES),
    "image/png": ("PNG", QUALITIES[:1]),
}
STEP_DOWN = 0.8
SMALLEST_SENT = 160  # pixels on the longer side


@dataclass(frozen=True)
class Facts:
    """What a picture is: its size in pixels, upright, and its true type.

    `is_traceable`: its file tells where it was taken, or the number of the camera.
    """

    width: int
    height: int
    media_type: str
    is_traceable: bool = False


@dataclass(frozen=True)
class Rendered:
    """A picture made by the hub: upright, in sRGB, nothing in it but pixels."""

    content: bytes = field(repr=False)
    width: int
    height: int
    media_type: str


def inspect(content: bytes) -> Facts:
    """Return what an upload is, judged by its content alone, whatever its name or sender says.

    A cut-off file is found out here; damaged pixels may be found only when the picture is rendered.

    :raises BadPicture: not a JPEG, PNG, WebP or HEIC; moving, too large, cut off or damaged
    """
    with opened(content) as image:
        size, media_type = upright_size(image), MEDIA_TYPES[image.format or ""]
        is_traceable = tells_where_or_with_what(image)
        read_to_the_end(image)
    return Facts(*size, media_type=media_type, is_traceable=is_traceable)


def render_all(source: Path | bytes, *, focal: Focal) -> dict[str, Rendered]:
    """Return every crop in `SIZES` and the display copy, by name, as JPEG.

    `focal` is the point that the crops keep in view, in parts of the upright picture's width and height from
    the top left. Crops always have their full size, so those of a small picture are enlarged.

    :raises BadPicture: as `inspect`, and damaged pixels
    """
    return dict(render_each(source, focal=focal))


def render_each(source: Path | bytes, *, focal: Focal) -> Iterator[tuple[str, Rendered]]:
    """Yield what `render_all` returns one by one, for who shows progress. The first takes the longest.

    :raises BadPicture: before the first one
    """
    with opened(source) as image:
        display = _within(upright_size(image), width=DISPLAY_WIDTH, pixels=DISPLAY_PIXELS)
        sizes = SIZES | {DISPLAY: display}
        pixels = decoded(image, sizes.values())
    for name, size in sizes.items():
        box = crop_box(*pixels.size, size, focal)
        # No name for the cut: it would stay in memory while the next one is made.
        yield name, _encoded(pixels.cut(box, size), "image/jpeg", quality=QUALITY)


def crop_box(width: int, height: int, size: Size, focal: Focal) -> Box:
    """Return the largest box of the ratio of `size`, centred on the focal point as far as the edges allow.

    It is (left, top, right, bottom) in pixels, and parts of pixels, so that the ratio is exact.
    """
    scale = min(width / size[0], height / size[1])
    box_width, box_height = size[0] * scale, size[1] * scale
    left = max(0.0, min(focal[0] * width - box_width / 2, width - box_width))
    top = max(0.0, min(focal[1] * height - box_height / 2, height - box_height))
    return left, top, min(left + box_width, width), min(top + box_height, height)


def fit(content: bytes, *, max_bytes: int, max_pixels: int | None, types: Collection[str]) -> Rendered:
    """Return the whole picture in one of `types` (media types), within both limits. It is never enlarged.

    :raises BadPicture: as `render_all`; no type that we write; or it does not fit, however small
    """
    media_type = next((known for known in WRITERS if known in types), None)
    if media_type is None:
        raise BadPicture(_("This platform takes no kind of picture that we can make."))
    limit = SENT_PIXELS if max_pixels is None else min(SENT_PIXELS, max_pixels)
    with opened(content) as image:
        largest = _within(upright_size(image), pixels=limit)
        pixels = decoded(image, [largest])
    for size in _steps_down(largest):
        smaller = pixels.cut((0, 0, *pixels.size), size)
        for quality in WRITERS[media_type][1]:
            rendered = _encoded(smaller, media_type, quality=quality)
            if len(rendered.content) <= max_bytes and size[0] * size[1] <= limit:
                return rendered
    raise BadPicture(
        _("This picture cannot be made small enough for the platform. Please choose another one.")
    )


def _within(size: Size, *, pixels: int, width: float = math.inf) -> Size:
    scale = min(1.0, width / size[0], math.sqrt(pixels / (size[0] * size[1])))
    # Rounded down, so as not to pass a platform's limit; what is added undoes the float's own rounding.
    return max(1, int(size[0] * scale + 1e-6)), max(1, int(size[1] * scale + 1e-6))


def _steps_down(size: Size) -> Iterator[Size]:
    scale = 1.0
    while scale == 1.0 or max(size) * scale >= SMALLEST_SENT:
        yield max(1, int(size[0] * scale)), max(1, int(size[1] * scale))
        scale *= STEP_DOWN


def _encoded(image: Image.Image, media_type: str, *, quality: int) -> Rendered:
    content = BytesIO()
    image.save(content, WRITERS[media_type][0], quality=quality)
    return Rendered(content.getvalue(), image.width, image.height, media_type)
