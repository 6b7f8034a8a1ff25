"""Reading a stranger's picture: the one place where an upload's bytes become pixels, or a reason why not."""

import math
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import IO

import pillow_heif
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

MAX_BYTES = 20_000_000
# The largest picture that is sold as "50 megapixels".
MAX_PIXELS = 8192 * 6144
# A progressive JPEG comes in about ten passes. Thousands of nearly empty ones fit in a small file, and each
# of them walks over every pixel.
MAX_JPEG_PASSES = 64

# What is read, by Pillow's names.
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
# MPO is what a JPEG turns out to be with more pictures behind it, as many phones write. The first one counts.
JPEGS = ("JPEG", "MPO")
MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
}
BAND_ROWS = 256

Focal = tuple[float, float]
Size = tuple[int, int]
Box = tuple[float, float, float, float]  # left, top, right, bottom

# What Pillow and libheif raise over damaged and malicious files.
DAMAGE = (OSError, SyntaxError, ValueError, EOFError, RuntimeError, struct.error, zlib.error)

_SRGB = ImageCms.createProfile("sRGB")
_NOT_ONE = _(
    "We can use pictures in JPEG, PNG, WebP or HEIC. This file is something else, whatever its name says. "
    "Save it as one of those and try again."
)
_DAMAGED = _("This picture is damaged or incomplete. Open it on your device, save it anew and try again.")

# A thumbnail inside a HEIC need not show the same picture, so it is never used.
pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


class BadPicture(Exception):
    """The hub cannot use this file. `str()` says why and what to do, in the language of the moment."""


@dataclass(frozen=True)
class Turn:
    """How stored pixels are set upright, and where a point of the upright picture is stored. All in parts."""

    how: Image.Transpose | None
    stored: Callable[[float, float], Focal]
    sideways: bool = False

    def swap(self, size: Size) -> Size:
        return (size[1], size[0]) if self.sideways else size

    def set_upright(self, image: Image.Image) -> Image.Image:
        return image if self.how is None else image.transpose(self.how)


_UPRIGHT = Turn(None, lambda x, y: (x, y))
# By the value of EXIF's Orientation.
_TURNS = {
    2: Turn(Image.Transpose.FLIP_LEFT_RIGHT, lambda x, y: (1 - x, y)),
    3: Turn(Image.Transpose.ROTATE_180, lambda x, y: (1 - x, 1 - y)),
    4: Turn(Image.Transpose.FLIP_TOP_BOTTOM, lambda x, y: (x, 1 - y)),
    5: Turn(Image.Transpose.TRANSPOSE, lambda x, y: (y, x), sideways=True),
    6: Turn(Image.Transpose.ROTATE_270, lambda x, y: (y, 1 - x), sideways=True),
    7: Turn(Image.Transpose.TRANSVERSE, lambda x, y: (1 - y, 1 - x), sideways=True),
    8: Turn(Image.Transpose.ROTATE_90, lambda x, y: (1 - y, x), sideways=True),
}


@contextmanager
def opened(source: Path | bytes) -> Iterator[Image.Image]:
    """Open a file that is a picture within our limits. Its pixels are not read yet."""
    with source.open("rb") if isinstance(source, Path) else BytesIO(source) as file:
        _check_file(file)
        with _damage_is_bad():
            image = Image.open(file, formats=FORMATS)
        with image:
            _check_picture(image, file)
            yield image


@contextmanager
def _damage_is_bad() -> Iterator[None]:
    try:
        yield
    except Image.DecompressionBombError as error:
        raise BadPicture(_too_many_pixels()) from error
    except UnidentifiedImageError as error:
        raise BadPicture(_NOT_ONE) from error
    except DAMAGE as error:
        raise BadPicture(_DAMAGED) from error


def _check_file(file: IO[bytes]) -> None:
    size_bytes = file.seek(0, os.SEEK_END)
    if size_bytes > MAX_BYTES:
        raise BadPicture(
            format_lazy(
                _("This file has {size} MB; we take up to {limit}. Save the picture smaller and try again."),
                size=math.ceil(size_bytes / 1_000_000),
                limit=MAX_BYTES // 1_000_000,
            )
        )
    if zipfile.is_zipfile(file):
        raise BadPicture(_("This file is an archive, or has one hidden in it. Save the picture by itself."))
    file.seek(0)


def _check_picture(image: Image.Image, file: IO[bytes]) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise BadPicture(_too_many_pixels())
    if image.format in ("PNG", "WEBP") and getattr(image, "is_animated", False):
        raise BadPicture(
            _("This picture moves, and we can only use stills. Save one moment of it and try again.")
        )
    if image.format in JPEGS and _passes(file) > MAX_JPEG_PASSES:
        raise BadPicture(_DAMAGED)


def _too_many_pixels() -> Promise:
    return format_lazy(
        _("This picture has more than {limit} megapixels. Save it smaller and try again."),
        limit=MAX_PIXELS // 1_000_000,
    )


def _passes(file: IO[bytes]) -> int:
    """Count the passes of a JPEG: these two bytes start one, and never stand among its pixels."""
    file.seek(0)
    return sum(chunk.count(b"\xff\xda") for chunk in iter(partial(file.read, 1_000_000), b""))


def read_to_the_end(image: Image.Image) -> None:
    """Find out whether the file is whole. The image is spent afterwards.

    :raises BadPicture: cut off, or damaged as far as can be seen without decoding a large picture
    """
    with _damage_is_bad():
        _read_to_the_end(image)


def _read_to_the_end(image: Image.Image) -> None:
    if image.format in JPEGS:
        # An eighth of the size costs little memory, and every byte is read all the same.
        image.draft("RGB", (1, 1))
        image.load()
    else:
        image.verify()


def upright_size(image: Image.Image) -> Size:
    return _turn_of(image).swap(image.size)


def _turn_of(image: Image.Image) -> Turn:
    try:
        return _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1), _UPRIGHT)
    except DAMAGE:
        # A broken note about the picture is no reason to refuse it.
        return _UPRIGHT


@dataclass(frozen=True)
class Pixels:
    """A decoded picture: 8 bits a channel, on white; still turned and coloured as it was stored."""

    stored: Image.Image
    turn: Turn
    to_srgb: ImageCms.ImageCmsTransform | None

    @property
    def size(self) -> Size:
        """Width and height, upright."""
        return self.turn.swap(self.stored.size)

    def cut(self, box: Box, size: Size) -> Image.Image:
        """Return what is in the box, in this size, in sRGB. Box, size and what returns are upright.

        It goes in bands: second copies of a large picture would be most of our memory.
        """
        left, top, right, bottom = box
        step = (bottom - top) / size[1]
        cut = Image.new("RGB", size)
        for row in range(0, size[1], BAND_ROWS):
            rows = min(BAND_ROWS, size[1] - row)
            band = self._band((left, top + row * step, right, top + (row + rows) * step), (size[0], rows))
            cut.paste(band, (0, row))
        return cut

    def _band(self, box: Box, size: Size) -> Image.Image:
        part = self._where_stored(box)
        band = self.stored.resize(self.turn.swap(size), Image.Resampling.LANCZOS, box=part)
        return self.turn.set_upright(self.to_srgb.apply(band) if self.to_srgb else band)

    def _where_stored(self, box: Box) -> Box:
        width, height = self.size
        stored_width, stored_height = self.stored.size
        x1, y1 = self.turn.stored(box[0] / width, box[1] / height)
        # Rounding may have carried the far corner over the edge by a hair, which Pillow refuses.
        x2, y2 = self.turn.stored(min(box[2] / width, 1), min(box[3] / height, 1))
        left, right = sorted((x1 * stored_width, x2 * stored_width))
        top, bottom = sorted((y1 * stored_height, y2 * stored_height))
        return left, top, right, bottom


def decoded(image: Image.Image, sizes: Collection[Size]) -> Pixels:
    """Decode once, no finer than cutting all of `sizes` (upright) from it needs."""
    turn = _turn_of(image)
    width, height = turn.swap(image.size)
    spare = min(min(width / size[0], height / size[1]) for size in sizes)
    if image.format in JPEGS:
        # JPEG can be decoded at a half, quarter or eighth, which saves most of the time and memory.
        image.draft("RGB", (math.ceil(image.width / spare), math.ceil(image.height / spare)))
    with _damage_is_bad():
        image.load()
    stored = _with_plain_channels(image)
    if image.format not in JPEGS and spare >= 2:
        stored = stored.reduce(int(spare))
    stored = _on_white(stored)
    return Pixels(stored, turn, _to_srgb(image.info.get("icc_profile"), stored.mode))


def _with_plain_channels(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # 16 bits of grey. Pillow's own conversion clips instead of scaling.
        return image.convert("I").point(lambda value: value / 257).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _to_srgb(profile: bytes | None, mode: str) -> ImageCms.ImageCmsTransform | None:
    if not profile:
        return None
    try:
        return ImageCms.buildTransform(ImageCms.ImageCmsProfile(BytesIO(profile)), _SRGB, mode, "RGB")
    except (OSError, ImageCms.PyCMSError):
        # Broken, or for other channels than these: the numbers are taken for sRGB, as browsers do.
        return None
