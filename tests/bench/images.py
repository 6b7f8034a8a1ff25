"""Renditions per second and peak memory for 24-megapixel photos: ours beside libvips, in one interleaved run.

    python -m tests.bench.images

Both read the same JPEG files and write the same four pictures of each: 1200x630, 1080x1080 and 1080x1350
around the centre and a display copy 1600 wide, as JPEG of quality 85 with halved colour, without metadata.
That they are the same is checked at the end, by size and by pixels. Rounds alternate; each runs in
processes of its own, start included, pinned to one processor. Seconds are those of the processor, so that
what else the machine does counts for neither; the ratio is the median of the rounds. Peak memory is the
largest resident set that the kernel saw in any of our processes, Python and all imports included, in
millions of bytes.

libvips is Debian's `vipsthumbnail`, as its manual has it: one process for each size over all the photos,
Lanczos like ours, the shrinking on load that it chooses itself, and one thread (VIPS_CONCURRENCY=1). So it
decodes a photo once for each size, and finer than we do; to decode once, at JPEG's own half size, is what
we bet on. A program of one's own that has libvips do just that is as fast as we are, in three times the
memory (pyvips, measured on the same photos).
"""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from PIL import Image, ImageChops, ImageStat, JpegImagePlugin

from advocacy.lib import images
from tests.lib import pictures

FOLDER = Path(__file__).parents[2] / "var" / "bench" / "images"
PHOTO_SIZE = (5712, 4284)  # 24 megapixels, as a phone has them
PHOTOS = 6
ROUNDS = 5
# How far the two may lie apart, of 255 and on average, before they are not the same picture.
SAME = 4.0
SHAPES = {name: f"{width}x{height}" for name, (width, height) in images.SIZES.items()}


@dataclass(frozen=True)
class Spent:
    """What making every rendition of every photo took."""

    seconds: float
    peak_mb: float

    @property
    def rate(self) -> float:
        """Renditions per second."""
        return PHOTOS * (len(SHAPES) + 1) / self.seconds


def main() -> None:
    vips = shutil.which("vipsthumbnail")
    if vips is None:
        sys.exit("There is no vipsthumbnail to measure against: install Debian's package libvips-tools.")
    os.environ["VIPS_CONCURRENCY"] = "1"
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    run_self("photos")
    rounds = [one_round(number, vips) for number in range(ROUNDS)]
    run_self("compare")
    ratio = median(ours.rate / theirs.rate for ours, theirs in rounds)
    peak_mb = max(ours.peak_mb for ours, _ in rounds)
    print(f"images_vs_vips={ratio:.2f} peak_mb={peak_mb:.0f}")


def one_round(number: int, vips: str) -> tuple[Spent, Spent]:
    if number % 2:
        theirs, ours = render_with_vips(vips), run_self("render")
    else:
        ours, theirs = run_self("render"), render_with_vips(vips)
    print(f"round {number + 1}: ours {ours.rate:.1f}/s {ours.peak_mb:.0f} MB,", end=" ")
    print(f"libvips {theirs.rate:.1f}/s {theirs.peak_mb:.0f} MB", flush=True)
    return ours, theirs


def render_with_vips(vips: str) -> Spent:
    photos = [str(path) for path in photo_paths()]
    spent = []
    for name, size in {**SHAPES, images.DISPLAY: f"{images.DISPLAY_WIDTH}x"}.items():
        crop = ["--smartcrop", "centre"] if name in SHAPES else []
        target = f"{FOLDER}/vips/%s-{name}.jpg[Q={images.QUALITY},subsample-mode=on,strip]"
        spent.append(run([vips, "--size", size, *crop, "--output", target, *photos]))
    return Spent(sum(one.seconds for one in spent), max(one.peak_mb for one in spent))


def run_self(task: str) -> Spent:
    return run([sys.executable, "-m", "tests.bench.images", task])


def run(command: list[str]) -> Spent:
    process = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    if status:
        sys.exit(f"{command[0]} failed.")
    return Spent(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1_000_000)


def photo_paths() -> list[Path]:
    return [FOLDER / f"photo{number}.jpg" for number in range(PHOTOS)]


def make_photos() -> None:
    for folder in ("ours", "vips"):
        (FOLDER / folder).mkdir(parents=True, exist_ok=True)
    for path in photo_paths():
        picture = Image.blend(pictures.photo(*PHOTO_SIZE), fine_grain(), 0.35)
        path.write_bytes(pictures.encoded(picture, "JPEG", quality=92, exif=pictures.exif_with_traces()))
    sizes = [path.stat().st_size / 1_000_000 for path in photo_paths()]
    print(
        f"{PHOTOS} photos of {PHOTO_SIZE[0]}x{PHOTO_SIZE[1]}, {min(sizes):.1f} to {max(sizes):.1f} MB",
        flush=True,
    )


def fine_grain() -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise(PHOTO_SIZE, 24) for _ in "RGB"])


def render() -> None:
    for photo in photo_paths():
        for name, rendered in images.render_each(photo, focal=(0.5, 0.5)):
            (FOLDER / "ours" / f"{photo.stem}-{name}.jpg").write_bytes(rendered.content)


def compare() -> None:
    """Make sure that both did the same work."""
    for photo in photo_paths():
        for name in (*SHAPES, images.DISPLAY):
            ours, theirs = (Image.open(FOLDER / by / f"{photo.stem}-{name}.jpg") for by in ("ours", "vips"))
            apart = max(ImageStat.Stat(ImageChops.difference(ours, theirs)).mean)
            sampled_alike = JpegImagePlugin.get_sampling(ours) == JpegImagePlugin.get_sampling(theirs)
            if ours.size != theirs.size or apart > SAME or not sampled_alike:
                sys.exit(f"{name}: not the same picture ({ours.size} and {theirs.size}, {apart:.1f} apart)")


TASKS = {"photos": make_photos, "render": render, "compare": compare}

if __name__ == "__main__":
    TASKS.get("".join(sys.argv[1:]), main)()
