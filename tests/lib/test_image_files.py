"""H12, uploads: what is no picture is refused in words and cheaply; what is one loses its payload."""

import struct
import zipfile
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from advocacy.lib import images
from tests.lib import pictures

pytestmark = pytest.mark.slow

CENTRE = (0.5, 0.5)
SCRIPT = b"<script>alert(document.domain)</script>"
JPEG = pictures.encoded(pictures.photo(320, 200), "JPEG")
PNG = pictures.encoded(pictures.photo(320, 200), "PNG")
WEBP = pictures.encoded(pictures.photo(320, 200), "WEBP")
HEIC = pictures.encoded(pictures.photo(320, 200), "HEIF")
WHOLE = {"jpeg": JPEG, "png": PNG, "webp": WEBP, "heic": HEIC}


def refusal(content: bytes) -> str:
    """Return the reason, which must be the same at the door and in the background."""
    with pytest.raises(images.BadPicture) as at_the_door:
        images.inspect(content)
    with pytest.raises(images.BadPicture) as in_the_background:
        images.render_all(content, focal=CENTRE)
    assert str(at_the_door.value) == str(in_the_background.value)
    return str(at_the_door.value)


def zipped() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("Exploit.class", b"\xca\xfe\xba\xbe")
    return file.getvalue()


NOT_PICTURES = {
    "nothing": b"",
    "text": b"just words",
    "html": b"<!doctype html>" + SCRIPT,
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "html that starts like a gif": b"GIF89a/*" + SCRIPT,
    "pdf": b"%PDF-1.7\n",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    "gif": pictures.encoded(Image.new("P", (9, 9)), "GIF"),
    "bmp": pictures.encoded(Image.new("RGB", (9, 9)), "BMP"),
    "tiff": pictures.encoded(Image.new("RGB", (9, 9)), "TIFF"),
    "avif": pictures.encoded(Image.new("RGB", (9, 9)), "AVIF"),
    "ico": pictures.encoded(Image.new("RGB", (9, 9)), "ICO"),
    "program": b"\x7fELF" + bytes(200),
    "only a beginning": b"\x89PNG\r\n\x1a\n",
}


@pytest.mark.parametrize("content", NOT_PICTURES.values(), ids=NOT_PICTURES)
def test_what_is_no_picture_is_refused_whatever_its_name(content: bytes) -> None:
    assert "JPEG, PNG, WebP or HEIC" in refusal(content)


@pytest.mark.parametrize("front", [b"", *WHOLE.values()], ids=["a zip", *WHOLE])
def test_an_archive_is_refused_even_behind_a_picture(front: bytes) -> None:
    assert "archive" in refusal(front + zipped())


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("part", [0.98, 0.5])
def test_a_cut_off_picture_is_refused(kind: str, part: float) -> None:
    assert "damaged" in refusal(WHOLE[kind][: int(len(WHOLE[kind]) * part)])


def test_a_png_with_one_wrong_bit_is_refused() -> None:
    content = bytearray(PNG)
    content[len(content) // 2] ^= 1

    assert "damaged" in refusal(bytes(content))


@pytest.mark.parametrize(
    "content",
    [WEBP[:40] + b"\xff" * (len(WEBP) - 40), HEIC.replace(b"mdat\0\0", b"mdat\1\0")],
    ids=["webp", "heic"],
)
def test_damaged_pixels_are_refused_at_the_latest_when_they_are_rendered(content: bytes) -> None:
    with pytest.raises(images.BadPicture, match="damaged"):
        images.render_all(content, focal=CENTRE)


def with_size(jpeg: bytes, width: int, height: int) -> bytes:
    frame = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:frame] + struct.pack(">HH", height, width) + jpeg[frame + 4 :]


def empty_png(width: int, height: int) -> bytes:
    return pictures.png(width, height, depth=1, colour=0, pixels=bytes((width // 8 + 2) * height))


BOMBS = {
    "a jpeg that says so": with_size(JPEG, 65_000, 65_000),
    "a jpeg just too large": with_size(JPEG, 7_200, 7_200),
    "a png that says so": pictures.png(2**31 - 1, 2**31 - 1, depth=8, colour=6, pixels=b""),
    "a real png of 100 megapixels": empty_png(10_000, 10_000),
    "a png of one long row": empty_png(90_000_000, 1),
    "a webp of 268 megapixels": WEBP[:12]
    + b"VP8X"
    + struct.pack("<I", 10)
    + bytes(4)
    + b"\xfe\x3f\0" * 2
    + WEBP[12:],
    "a real webp": pictures.encoded(Image.new("L", (7_200, 7_200)), "WEBP", method=0),
    "a heic that says so": HEIC.replace(struct.pack(">II", 320, 200), struct.pack(">II", 32_000, 32_000)),
}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS)
def test_a_pixel_bomb_is_refused_before_it_is_decoded(content: bytes) -> None:
    start = process_time()

    reason = refusal(content)

    assert "megapixels" in reason
    assert process_time() - start < 0.5


@pytest.mark.parametrize("told", [(40, 25), (9, 9)])
def test_a_heic_that_hides_its_size_is_refused(told: tuple[int, int]) -> None:
    """The container says so many pixels, and there are 1000 x 700 inside."""
    whole = pictures.encoded(Image.new("RGB", (1000, 700), "teal"), "HEIF")
    content = whole.replace(struct.pack(">II", 1000, 700), struct.pack(">II", *told))
    assert content != whole

    with pytest.raises(images.BadPicture, match="damaged"):
        images.render_all(content, focal=CENTRE)


def test_the_largest_picture_sold_as_50_megapixels_is_taken() -> None:
    assert images.inspect(with_size(JPEG, 8_192, 6_144)) == images.Facts(8_192, 6_144, "image/jpeg")


def test_a_file_over_20_mb_is_refused_with_its_size(tmp_path: Path) -> None:
    content = JPEG + bytes(20_500_000)
    path = tmp_path / "large.jpg"
    path.write_bytes(content)

    assert "21 MB" in refusal(content)
    with pytest.raises(images.BadPicture, match="21 MB"):
        images.render_all(path, focal=CENTRE)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_moving_picture_is_refused(kind: str) -> None:
    content = pictures.encoded(
        pictures.photo(64, 64), kind, save_all=True, append_images=[pictures.photo(64, 64)], duration=100
    )

    assert "moves" in refusal(content)


def test_a_jpeg_with_thousands_of_passes_is_refused_at_once() -> None:
    whole = pictures.encoded(Image.new("L", (6000, 6000)), "JPEG", progressive=True)
    last_pass = whole[whole.rindex(b"\xff\xda") : -2]
    start = process_time()

    reason = refusal(whole[:-2] + last_pass * 5_000 + whole[-2:])

    assert "damaged" in reason
    assert process_time() - start < 0.5


@pytest.mark.parametrize("name", [b"zTXt", b"iCCP"])
def test_a_text_that_unpacks_to_a_gigabyte_does_no_harm(name: bytes) -> None:
    packed = zlib.compressobj(9)
    bomb = b"".join(packed.compress(bytes(1_000_000)) for _ in range(1_000)) + packed.flush()
    extra = pictures.png_chunk(name, b"remark\0\0" + bomb)

    reason = refusal(pictures.png(8, 8, depth=8, colour=0, pixels=bytes(9 * 8), extra=extra))

    assert "damaged" in reason


def test_a_script_inside_a_picture_is_left_behind() -> None:
    jpeg = pictures.encoded(pictures.photo(320, 200), "JPEG", comment=b"*/=" + SCRIPT) + SCRIPT
    png_comment = pictures.png_chunk(b"tEXt", b"Comment\0" + SCRIPT)
    png = pictures.png(8, 8, depth=8, colour=0, pixels=bytes(9 * 8), extra=png_comment) + SCRIPT
    webp = WEBP + SCRIPT

    for content in (jpeg, png, webp):
        images.inspect(content)
        made = [*images.render_all(content, focal=CENTRE).values()]
        made.append(images.fit(content, max_bytes=500_000, max_pixels=None, types=("image/png",)))
        assert SCRIPT in content
        assert not [rendered for rendered in made if b"script" in rendered.content]


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("note", [b"MM", b"rubbish", b"MM\0*", b"MM\0*\xff\xff\xff\xff\xff\xff"])
def test_a_note_that_is_broken_is_no_reason_to_refuse(kind: str, note: bytes) -> None:
    content = pictures.encoded(pictures.photo(320, 200), kind, exif=b"Exif\0\0" + note)

    assert (images.inspect(content).width, images.inspect(content).height) == (320, 200)
    assert images.render_all(content, focal=CENTRE)["square"].width == 1080


@settings(max_examples=300, deadline=None)
@given(
    kind=st.sampled_from(list(WHOLE)),
    changes=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=6)), max_size=8
    ),
    part=st.just(1.0) | st.floats(0, 1),
)
def test_no_damage_makes_anything_but_a_picture_or_a_refusal(
    kind: str, changes: list[tuple[float, bytes]], part: float
) -> None:
    content = bytearray(WHOLE[kind])
    for place, patch in changes:
        # Most of the places lie in the head, where the decisions are.
        at = int(place**3 * len(content))
        content[at : at + len(patch)] = patch
    damaged = bytes(content[: int(part * len(content))])

    with suppress(images.BadPicture):
        images.inspect(damaged)
    with suppress(images.BadPicture):
        assert images.render_all(damaged, focal=CENTRE)["landscape"].width == 1200
