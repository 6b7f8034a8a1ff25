"""Strangers' files: which are pictures that are safe to decode, and in words why the others are not."""

import math
import os
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import IO

import pillow_heif
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

MAX_BYTES = 20_000_000
# The largest picture that is sold as "50 megapixels".
MAX_PIXELS = 8192 * 6144
# A progressive JPEG comes in about ten passes. Thousands of nearly empty ones fit in a small file, and each
# of them walks over every pixel.
MAX_JPEG_PASSES = 64
BOX_HEADER_BYTES = 8

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

# What Pillow and libheif raise over damaged and malicious files, found by feeding them such files.
DAMAGE = (OSError, SyntaxError, ValueError, EOFError, RuntimeError, struct.error)

_NOT_ONE = _(
    "We can use pictures in JPEG, PNG, WebP or HEIC. This file is something else, whatever its name says. "
    "Save it as one of those and try again."
)
_DAMAGED = _("This picture is damaged or incomplete. Open it on your device, save it anew and try again.")

# A thumbnail inside a HEIC need not show the same picture, so it is never used.
pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


class BadPicture(Exception):
    """The hub cannot use this file. `str()` says why and what to do, in the language of the moment."""


@contextmanager
def opened(source: Path | bytes) -> Iterator[Image.Image]:
    """Open a file that is a picture within our limits. Its pixels are not read yet.

    :raises BadPicture: not a JPEG, PNG, WebP or HEIC; moving, too large, or damaged as far as its frame shows
    """
    with source.open("rb") if isinstance(source, Path) else BytesIO(source) as file:
        _check_file(file)
        with damage_is_bad():
            image = Image.open(file, formats=FORMATS)
        with image:
            _check_picture(image, file)
            yield image


@contextmanager
def damage_is_bad() -> Iterator[None]:
    """Turn what a decoder raises into a reason for a person."""
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
    if image.format == "HEIF" and _is_cut_off(file):
        raise BadPicture(_DAMAGED)


def _too_many_pixels() -> Promise:
    return format_lazy(
        _("This picture has more than {limit} megapixels. Save it smaller and try again."),
        limit=MAX_PIXELS // 1_000_000,
    )


def _passes(file: IO[bytes]) -> int:
    """Count the passes of a JPEG: these two bytes start one, and never stand among its pixels."""
    file.seek(0)
    return sum(chunk.count(b"\xff\xda") for chunk in iter(partial(file.read, 65_536), b""))


def _is_cut_off(file: IO[bytes]) -> bool:
    """Tell whether a HEIC ends too early: it is a row of boxes, each with its length (ISO/IEC 14496-12)."""
    size_bytes = file.seek(0, os.SEEK_END)
    end = 0
    while end < size_bytes:
        file.seek(end)
        length = int.from_bytes(file.read(4))
        if length == 1:
            file.seek(4, os.SEEK_CUR)
            length = int.from_bytes(file.read(8))
        if length < BOX_HEADER_BYTES:
            # Zero: up to the end of the file. Less than its own header: rubbish, for the decoder to judge.
            return False
        end += length
    return end > size_bytes
