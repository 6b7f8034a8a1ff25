"""What comes of a good picture: upright, true in colour, cut around the point that matters, no traces."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path
from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageOps, ImageStat

from advocacy.lib import images
from tests.lib import pictures
from tests.lib.pictures import BLUE, GREEN, RED, YELLOW

pytestmark = pytest.mark.slow

MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic"}
CENTRE = (0.5, 0.5)
EVERY_ORIENTATION = tuple(pictures.STORED)


def opened(rendered: images.Rendered) -> Image.Image:
    image = Image.open(BytesIO(rendered.content))
    image.load()
    return image


def is_near(seen: object, meant: tuple[int, int, int]) -> bool:
    assert isinstance(seen, tuple)
    return all(abs(a - b) < 16 for a, b in zip(seen, meant, strict=True))


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures, of 255."""
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_an_upload_is_known_by_its_content(kind: str) -> None:
    facts = images.inspect(pictures.encoded(pictures.photo(640, 360), kind))

    assert facts == images.Facts(640, 360, MEDIA_TYPES[kind])


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_a_place_or_a_serial_number_in_the_file_is_noticed(kind: str) -> None:
    if kind == "MPO":
        pytest.skip("Pillow writes no notes about the first of two pictures")
    nothing = pictures.encoded(pictures.photo(640, 360), kind, exif=Image.Exif())
    something = pictures.encoded(pictures.photo(640, 360), kind, exif=pictures.exif_with_traces())

    assert not images.inspect(nothing).is_traceable
    assert images.inspect(something).is_traceable


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_a_place_in_the_other_kind_of_notes_is_noticed_too(kind: str) -> None:
    content = pictures.encoded(pictures.photo(640, 360), kind, xmp=pictures.xmp_with_traces())

    assert images.inspect(content).is_traceable


def test_a_phones_picture_with_another_behind_it_is_a_jpeg() -> None:
    first, second = pictures.quarters(800, 600), Image.new("RGB", (80, 60), "black")
    content = pictures.encoded(first, "MPO", save_all=True, append_images=[second])

    display = images.render_all(content, focal=CENTRE)["display"]

    assert images.inspect(content) == images.Facts(800, 600, "image/jpeg")
    assert is_near(opened(display).getpixel((5, 5)), RED)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", EVERY_ORIENTATION)
def test_a_turned_picture_is_measured_upright(orientation: int, kind: str) -> None:
    content = pictures.oriented(pictures.photo(400, 200), orientation, kind)

    facts = images.inspect(content)

    assert (facts.width, facts.height) == (400, 200)


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_every_rendition_has_its_size(kind: str) -> None:
    content = pictures.encoded(pictures.quarters(2400, 1600), kind)

    renditions = images.render_all(content, focal=CENTRE)

    assert {name: (one.width, one.height) for name, one in renditions.items()} == {
        "landscape": (1200, 630),
        "square": (1080, 1080),
        "portrait": (1080, 1350),
        "display": (1600, 1066),
    }
    for rendition in renditions.values():
        assert rendition.media_type == "image/jpeg"
        assert opened(rendition).format == "JPEG"
        assert opened(rendition).size == (rendition.width, rendition.height)


@pytest.mark.parametrize(
    ("original", "display"),
    [
        ((800, 600), (800, 600)),
        ((3000, 4000), (1385, 1847)),
        ((300, 9000), (292, 8763)),
        ((9000, 3), (1600, 1)),
    ],
)
def test_the_display_copy_is_whole_and_never_enlarged(
    original: tuple[int, int], display: tuple[int, int]
) -> None:
    content = pictures.encoded(Image.new("RGB", original, "teal"), "PNG")

    rendition = images.render_all(content, focal=CENTRE)["display"]

    assert (rendition.width, rendition.height) == display


def test_a_small_picture_is_enlarged_to_every_crop() -> None:
    renditions = images.render_all(pictures.encoded(pictures.quarters(20, 10), "PNG"), focal=CENTRE)

    assert (renditions["landscape"].width, renditions["landscape"].height) == (1200, 630)


@pytest.mark.parametrize("orientation", EVERY_ORIENTATION)
def test_renditions_stand_upright(orientation: int) -> None:
    content = pictures.oriented(pictures.quarters(900, 700), orientation)

    display = opened(images.render_all(content, focal=CENTRE)["display"])

    right, bottom = display.width - 9, display.height - 9
    corners = [display.getpixel(point) for point in ((8, 8), (right, 8), (8, bottom), (right, bottom))]
    assert all(is_near(*pair) for pair in zip(corners, (RED, GREEN, BLUE, YELLOW), strict=True))


@pytest.mark.parametrize("orientation", EVERY_ORIENTATION)
def test_the_focal_point_is_one_of_the_upright_picture(orientation: int) -> None:
    upright, focal = pictures.photo(640, 480), (0.1, 0.85)
    meant = images.render_all(pictures.encoded(upright, "PNG"), focal=focal)

    seen = images.render_all(pictures.oriented(upright, orientation, "PNG"), focal=focal)

    assert all(difference(opened(meant[name]), opened(seen[name])) < 2 for name in meant)


def test_a_crop_is_cut_around_the_focal_point() -> None:
    picture = pictures.photo(3000, 1000)
    picture.paste((255, 0, 0), (2380, 480, 2420, 520))

    square = opened(images.render_all(pictures.encoded(picture, "JPEG"), focal=(0.8, 0.5))["square"])

    assert is_near(square.getpixel((540, 540)), (255, 0, 0))


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_no_place_serial_number_or_remark_survives(kind: str) -> None:
    picture = pictures.photo(600, 600)
    traces = {
        "exif": pictures.exif_with_traces(),
        "xmp": pictures.xmp_with_traces(),
        "icc_profile": pictures.red_and_green_swapped() + b"secret-remark",
    }
    content = pictures.encoded(
        picture, kind, **traces, **({"comment": "secret-remark"} if kind == "JPEG" else {})
    )
    assert all(trace in content for trace in pictures.TRACES[:3]), "the test wrote no traces"

    made = list(images.render_all(content, focal=CENTRE).values())
    made += [
        images.fit(content, max_bytes=2_000_000, max_pixels=None, types=(media_type,))
        for media_type in ("image/jpeg", "image/png", "image/webp")
    ]

    for rendered in made:
        assert not [trace for trace in pictures.TRACES if trace in rendered.content]
        assert not opened(rendered).getexif()
        assert (
            not {"exif", "xmp", "icc_profile", "comment", "XML:com.adobe.xmp"} & opened(rendered).info.keys()
        )
    for rendered in made[:4]:
        # JFIF, quantisation, frame, Huffman: nothing that could carry a word.
        assert set(pictures.jpeg_segments(rendered.content)) == {0xE0, 0xDB, 0xC0, 0xC4}


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_colours_are_brought_to_srgb(kind: str) -> None:
    content = pictures.encoded(
        Image.new("RGB", (300, 300), RED), kind, icc_profile=pictures.red_and_green_swapped()
    )

    seen = opened(images.render_all(content, focal=CENTRE)["square"]).getpixel((500, 500))

    assert isinstance(seen, tuple)
    assert seen[1] > 180 > 60 > seen[0], "red was written, and the profile says that it is green"


@pytest.mark.parametrize("profile", [b"no profile at all", b"\0" * 128])
def test_a_broken_profile_is_ignored(profile: bytes) -> None:
    content = pictures.encoded(Image.new("RGB", (300, 300), RED), "JPEG", icc_profile=profile)

    assert is_near(opened(images.render_all(content, focal=CENTRE)["square"]).getpixel((500, 500)), RED)


def half_transparent(mode: str) -> bytes:
    picture = pictures.quarters(200, 200).convert("RGBA")
    picture.putalpha(Image.new("L", (200, 200), 0))
    picture.paste((*RED, 255), (0, 0, 100, 200))
    return pictures.encoded(picture.convert(mode) if mode != "P" else picture.quantize(), "PNG")


def grey_16_bit() -> bytes:
    row = b"\0" + b"".join(int(value).to_bytes(2) for value in (51400,) * 64)
    return pictures.png(64, 64, depth=16, colour=0, pixels=row * 64)


def red_16_bit() -> bytes:
    row = b"\0" + b"".join(
        part.to_bytes(2) for _ in range(64) for part in (RED[0] * 257, RED[1] * 257, RED[2] * 257)
    )
    return pictures.png(64, 64, depth=16, colour=2, pixels=row * 64)


@pytest.mark.parametrize(
    ("content", "colour"),
    [
        pytest.param(
            pictures.encoded(Image.new("CMYK", (64, 64), (0, 255, 255, 0)), "JPEG"), (255, 0, 0), id="cmyk"
        ),
        pytest.param(pictures.encoded(Image.new("L", (64, 64), 120), "JPEG"), (120, 120, 120), id="grey"),
        pytest.param(pictures.encoded(Image.new("1", (64, 64), 1), "PNG"), (255, 255, 255), id="one bit"),
        pytest.param(grey_16_bit(), (200, 200, 200), id="16-bit grey"),
        pytest.param(red_16_bit(), RED, id="16-bit colour"),
        pytest.param(pictures.encoded(Image.new("RGB", (64, 64), RED).quantize(), "PNG"), RED, id="palette"),
        pytest.param(
            pictures.encoded(Image.new("LA", (64, 64), (0, 0)), "PNG"), (255, 255, 255), id="clear grey"
        ),
        pytest.param(
            pictures.encoded(Image.new("RGBA", (64, 64), (*RED, 255)), "WEBP"), RED, id="webp with alpha"
        ),
        pytest.param(
            pictures.encoded(Image.new("RGBA", (64, 64), (*RED, 0)), "HEIF"), (255, 255, 255), id="clear heic"
        ),
        pytest.param(
            pictures.encoded(Image.new("RGB", (64, 64), RED), "JPEG", progressive=True), RED, id="progressive"
        ),
    ],
)
def test_every_kind_of_channel_ends_in_the_right_colour(content: bytes, colour: tuple[int, int, int]) -> None:
    assert is_near(opened(images.render_all(content, focal=CENTRE)["square"]).getpixel((540, 540)), colour)


@pytest.mark.parametrize("mode", ["RGBA", "P"])
def test_what_is_transparent_lies_on_white(mode: str) -> None:
    square = opened(images.render_all(half_transparent(mode), focal=CENTRE)["square"])

    assert is_near(square.getpixel((100, 540)), RED)
    assert is_near(square.getpixel((980, 540)), (255, 255, 255))


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_large_picture_loses_no_more_detail_than_the_size_asks(kind: str) -> None:
    picture = Image.effect_noise((550, 550), 60).resize((3300, 3300), Image.Resampling.NEAREST).convert("RGB")

    square = opened(images.render_all(pictures.encoded(picture, kind, quality=95), focal=CENTRE)["square"])

    assert difference(square, picture.resize((1080, 1080), Image.Resampling.LANCZOS)) < 6


@pytest.mark.parametrize("orientation", EVERY_ORIENTATION)
def test_a_cut_at_the_very_edge_stays_inside(orientation: int) -> None:
    # With this size the float's rounding would carry the portrait over the edge by a hair.
    content = pictures.oriented(pictures.quarters(199, 189), orientation, "PNG")

    assert images.render_all(content, focal=(1.0, 1.0))["portrait"].height == 1350


def test_renditions_come_one_by_one_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "photo"
    path.write_bytes(pictures.encoded(pictures.photo(1600, 1200), "JPEG"))

    names = [name for name, _ in images.render_each(path, focal=CENTRE)]

    assert names == [*images.SIZES, images.DISPLAY]


sides = st.integers(min_value=1, max_value=60_000)
parts = st.floats(min_value=0, max_value=1)


# Where the float's rounding would carry the box over the edge.
@example(width=5194, height=5953, size=(1080, 1350), focal=(0.466, 1.0))
@given(width=sides, height=sides, size=st.tuples(sides, sides), focal=st.tuples(parts, parts))
def test_a_crop_box_is_the_largest_of_its_ratio_and_holds_the_focal_point(
    width: int, height: int, size: tuple[int, int], focal: tuple[float, float]
) -> None:
    left, top, right, bottom = images.crop_box(width, height, size, focal)

    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    assert (right - left) / (bottom - top) == pytest.approx(size[0] / size[1], rel=1e-6)
    assert right - left == pytest.approx(width) or bottom - top == pytest.approx(height)
    assert left - 1e-6 <= focal[0] * width <= right + 1e-6
    assert top - 1e-6 <= focal[1] * height <= bottom + 1e-6


GRAINY = pictures.encoded(Image.effect_noise((700, 450), 90).convert("RGB"), "PNG")


@settings(max_examples=25, deadline=None)
@given(
    max_bytes=st.integers(min_value=2_000, max_value=400_000),
    max_pixels=st.none() | st.integers(min_value=30_000, max_value=500_000),
    media_type=st.sampled_from(["image/jpeg", "image/png", "image/webp"]),
)
def test_a_fitted_picture_is_within_every_limit(
    max_bytes: int, max_pixels: int | None, media_type: str
) -> None:
    try:
        fitted = images.fit(GRAINY, max_bytes=max_bytes, max_pixels=max_pixels, types=(media_type,))
    except images.BadPicture:
        assert max_bytes < 60_000
        return

    assert len(fitted.content) <= max_bytes
    assert fitted.width * fitted.height <= (max_pixels or 700 * 450)
    assert fitted.width / fitted.height == pytest.approx(700 / 450, rel=0.02)
    assert fitted.media_type == media_type == images.inspect(fitted.content).media_type


def test_a_picture_that_fits_keeps_its_pixels() -> None:
    content = pictures.oriented(pictures.quarters(900, 600), 6)

    fitted = images.fit(content, max_bytes=1_000_000, max_pixels=900 * 600, types=("image/png", "image/jpeg"))

    assert (fitted.width, fitted.height, fitted.media_type) == (900, 600, "image/jpeg")
    assert difference(opened(fitted), pictures.quarters(900, 600)) < 2


def test_a_long_strip_fits_too() -> None:
    strip = pictures.encoded(Image.new("RGB", (3, 4_000), "teal"), "PNG")

    fitted = images.fit(strip, max_bytes=10_000, max_pixels=200, types=("image/png",))

    assert fitted.width * fitted.height <= 200


@pytest.mark.parametrize("types", [(), ("image/gif",)])
def test_a_platform_without_a_usable_type_is_refused_in_words(types: tuple[str, ...]) -> None:
    with pytest.raises(images.BadPicture, match="no kind of picture"):
        images.fit(GRAINY, max_bytes=1_000_000, max_pixels=None, types=types)


def test_a_limit_that_nothing_meets_is_refused_in_words() -> None:
    with pytest.raises(images.BadPicture, match="small enough"):
        images.fit(GRAINY, max_bytes=100, max_pixels=None, types=("image/jpeg",))


PHOTO_24_MEGAPIXELS = (5712, 4284)


@pytest.fixture(scope="module")
def large_photo() -> Image.Image:
    # Fewer shades, or the PNG would be larger than the hub takes.
    return ImageOps.posterize(pictures.photo(*PHOTO_24_MEGAPIXELS), 6)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("JPEG", {"quality": 95}),
        ("PNG", {"compress_level": 3}),
        ("WEBP", {"method": 0}),
        ("HEIF", {"quality": 40, "enc_params": {"preset": "ultrafast"}}),
    ],
)
def test_24_megapixels_are_ready_within_2_seconds(
    large_photo: Image.Image, kind: str, settings: dict[str, object]
) -> None:
    content = pictures.encoded(large_photo, kind, **settings)

    # Of the processor, so that a busy machine makes no difference.
    start = process_time()

    images.inspect(content)
    images.render_all(content, focal=CENTRE)

    assert process_time() - start < 2


RENDER_AND_TELL_PEAK = """
import sys
from pathlib import Path
from advocacy.lib import images
images.render_all(Path(sys.argv[1]), focal=(0.2, 0.7))
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.slow
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_24_megapixel_jpeg_takes_less_than_80_mb(
    large_photo: Image.Image, orientation: int, tmp_path: Path
) -> None:
    path = tmp_path / "photo.jpg"
    profile = pictures.red_and_green_swapped()
    path.write_bytes(pictures.oriented(large_photo, orientation, quality=95, icc_profile=profile))

    told = subprocess.run([sys.executable, "-c", RENDER_AND_TELL_PEAK, path], capture_output=True, check=True)

    assert int(told.stdout) * 1024 < 80_000_000
