"""A picture's pixels, from the file to a cut in any size: decoded once, upright, on white, in sRGB."""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from io import BytesIO

from PIL import ExifTags, Image, ImageCms

from advocacy.lib.image_files import DAMAGE, JPEGS, damage_is_bad

Focal = tuple[float, float]
Size = tuple[int, int]
Box = tuple[float, float, float, float]  # left, top, right, bottom

BAND_ROWS = 128

_SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True)
class Turn:
    """How stored pixels are set upright, and where a point of the upright picture is stored.

    Points are in parts of width and height.
    """

    how: Image.Transpose | None
    stored: Callable[[float, float], Focal]
    sideways: bool = False

    def swap(self, size: Size) -> Size:
        return (size[1], size[0]) if self.sideways else size

    def set_upright(self, image: Image.Image) -> Image.Image:
        return image if self.how is None else image.transpose(self.how)


_XMP_TRACES = (b"GPSLatitude", b"SerialNumber")
_SERIAL_NUMBERS = (ExifTags.Base.BodySerialNumber, ExifTags.Base.LensSerialNumber)
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


def upright_size(image: Image.Image) -> Size:
    return _turn_of(image).swap(image.size)


def tells_where_or_with_what(image: Image.Image) -> bool:
    """Say whether the notes in the file name a place, or the serial number of a camera or a lens."""
    xmp = image.info.get("xmp") or b""
    if any(mark in (xmp if isinstance(xmp, bytes) else xmp.encode()) for mark in _XMP_TRACES):
        return True
    try:
        exif = image.getexif()
        details, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    except DAMAGE:
        # A broken note about the picture is no reason to refuse it.
        return False
    return ExifTags.GPS.GPSLatitude in place or any(details.get(number) for number in _SERIAL_NUMBERS)


def read_to_the_end(image: Image.Image) -> None:
    """Find out whether a JPEG or PNG is whole; a WebP or HEIC that opened is. The image is spent afterwards.

    :raises BadPicture: it is not
    """
    if image.format in JPEGS:
        # An eighth of the size takes little memory, and every byte is read all the same.
        image.draft("RGB", (1, 1))
    if image.format in (*JPEGS, "PNG"):
        with damage_is_bad():
            image.load()


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
        # The last band may end a rounding error below the edge, which Pillow refuses in a turned picture.
        x2, y2 = self.turn.stored(box[2] / width, min(box[3] / height, 1))
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
    with damage_is_bad():
        image.load()
    stored = _with_plain_channels(image)
    if image.format not in JPEGS and spare >= 2:
        stored = stored.reduce(int(spare))
    stored = _on_white(stored)
    return Pixels(stored, turn, _to_srgb(image.info.get("icc_profile"), stored.mode))


def _turn_of(image: Image.Image) -> Turn:
    if image.format == "PNG":
        # The note may stand behind the pixels.
        with damage_is_bad():
            image.load()
    try:
        return _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1), _UPRIGHT)
    except DAMAGE:
        # A broken note about the picture is no reason to refuse it.
        return _UPRIGHT


def _with_plain_channels(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # 16 bits of grey. Pillow's own conversion clips instead of scaling.
        return image.convert("I").point(lambda value: value / 256).convert("L")
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
