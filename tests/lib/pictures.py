"""Pictures made for tests: what cameras, editors and attackers write."""

import struct
import zlib
from io import BytesIO

import pillow_heif
from PIL import ExifTags, Image, ImageCms

pillow_heif.register_heif_opener()

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 200, 40), (30, 40, 210), (230, 220, 30)

# How a camera stores an upright picture under each value of EXIF's Orientation.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}

# Words that identify a person or a camera, and must not be found in anything that leaves.
SERIAL, LENS, OWNER, PLACE, NOTE = "SN-4711-0815", "LENS-991-X", "Jo Doe", "52,5.1234N", "secret-remark"
TRACES = tuple(trace.encode() for trace in (SERIAL, LENS, OWNER, PLACE, NOTE))
GPS_LATITUDE = (52.0, 5.0, 7.404)


def encoded(image: Image.Image, kind: str, **settings: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **settings)
    return file.getvalue()


def quarters(width: int, height: int) -> Image.Image:
    """A picture whose corners tell which way is up: red, green / blue, yellow."""
    picture = Image.new("RGB", (2, 2))
    for point, colour in zip(((0, 0), (1, 0), (0, 1), (1, 1)), (RED, GREEN, BLUE, YELLOW), strict=True):
        picture.putpixel(point, colour)
    return picture.resize((width, height), Image.Resampling.NEAREST)


def photo(width: int, height: int) -> Image.Image:
    """Soft shapes and some grain, different in every corner."""
    grain = Image.effect_noise((max(1, width // 8), max(1, height // 8)), 40).resize((width, height))
    down = Image.linear_gradient("L").resize((width, height))
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    return Image.merge("RGB", [Image.blend(channel, grain, 0.3) for channel in (down, across, grain)])


def exif_with_traces(*, orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Artist] = OWNER
    exif[ExifTags.Base.ImageDescription] = NOTE
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.BodySerialNumber] = SERIAL
    details[ExifTags.Base.LensSerialNumber] = LENS
    details[ExifTags.Base.CameraOwnerName] = OWNER
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLatitude] = GPS_LATITUDE
    return exif


def xmp_with_traces() -> bytes:
    return (
        f'<x:xmpmeta exif:GPSLatitude="{PLACE}" aux:SerialNumber="{SERIAL}" dc:creator="{OWNER}"/>'.encode()
    )


def oriented(upright: Image.Image, orientation: int, kind: str = "JPEG", **settings: object) -> bytes:
    how = STORED[orientation]
    stored = upright if how is None else upright.transpose(how)
    return encoded(stored, kind, exif=exif_with_traces(orientation=orientation), **settings)


def red_and_green_swapped() -> bytes:
    """A colour profile that calls green what sRGB calls red, so that nobody can overlook it unseen."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)


def png(width: int, height: int, *, depth: int, colour: int, pixels: bytes, extra: bytes = b"") -> bytes:
    """Write a PNG by hand, for what Pillow does not write. `pixels` has a zero before each row."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = (
        png_chunk(b"IHDR", header)
        + extra
        + png_chunk(b"IDAT", zlib.compress(pixels))
        + png_chunk(b"IEND", b"")
    )
    return b"\x89PNG\r\n\x1a\n" + body


def png_chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)


def jpeg_segments(content: bytes) -> list[int]:
    """Return the markers of a JPEG up to its pixels."""
    markers, at = [], 2
    while content[at + 1] != 0xDA:
        markers.append(content[at + 1])
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return markers
