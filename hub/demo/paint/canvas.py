"""Something to draw on: 1600 by 1067 units, drawn twice as fine and brought down to be smooth."""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageDraw

from hub.demo.paint.colours import Colour

WIDTH, HEIGHT = 1600, 1067
FINER = 2
QUALITY = 90
# So little that it is felt as paper, and so that wide gradients show no steps.
GRAIN = 0.04

Point = tuple[float, float]


class Canvas:
    """Units run from the top left, to the right and down. `alpha` runs from 0 (unseen) to 1 (covers)."""

    def __init__(self, ground: Colour, *, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.width, self.height = width, height
        self._image = Image.new("RGB", (width * FINER, height * FINER), ground)
        self._pen = ImageDraw.Draw(self._image, "RGBA")

    def fade(self, stops: Sequence[Colour], *, top: float = 0, bottom: float | None = None) -> None:
        """Fill a band over the whole width, from the first colour at the top to the last at the bottom."""
        end = self.height if bottom is None else bottom
        column = Image.new("RGB", (1, len(stops)))
        column.putdata(list(stops))
        size = (self.width * FINER, round((end - top) * FINER))
        # From the middle of the first stop to the middle of the last, or the ends would stay flat.
        band = column.resize(size, Image.Resampling.BICUBIC, box=(0, 0.5, 1, len(stops) - 0.5))
        self._image.paste(band, (0, round(top * FINER)))

    def polygon(self, points: Iterable[Point], colour: Colour, *, alpha: float = 1) -> None:
        self._pen.polygon(_fine(points), fill=_ink(colour, alpha))

    def box(
        self, corner: Point, size: Point, colour: Colour, *, round_by: float = 0, alpha: float = 1
    ) -> None:
        """Draw a box from its top left corner; `round_by` is the radius of its corners."""
        (left, top), (width, height) = corner, size
        edges = [value * FINER for value in (left, top, left + width, top + height)]
        fill = _ink(colour, alpha)
        if round_by:
            self._pen.rounded_rectangle(edges, min(round_by, width / 2, height / 2) * FINER, fill=fill)
        else:
            self._pen.rectangle([edges[0], edges[1], edges[2] - 1, edges[3] - 1], fill=fill)

    def disc(self, centre: Point, radius: float, colour: Colour, *, alpha: float = 1) -> None:
        self.oval(centre, (radius, radius), colour, alpha=alpha)

    def oval(self, centre: Point, radii: Point, colour: Colour, *, alpha: float = 1) -> None:
        (x, y), (across, down) = centre, radii
        edges = [value * FINER for value in (x - across, y - down, x + across, y + down)]
        self._pen.ellipse(edges, fill=_ink(colour, alpha))

    def ring(
        self, centre: Point, radius: float, colour: Colour, *, width: float = 6, alpha: float = 1
    ) -> None:
        self.arc(centre, radius, (0, 360), colour, width=width, alpha=alpha)

    def arc(
        self,
        centre: Point,
        radius: float,
        angles: Point,
        colour: Colour,
        *,
        width: float = 6,
        alpha: float = 1,
    ) -> None:
        """Draw a part of a ring. Angles are degrees, clockwise from three o'clock."""
        x, y = centre
        edges = [value * FINER for value in (x - radius, y - radius, x + radius, y + radius)]
        self._pen.arc(edges, *angles, fill=_ink(colour, alpha), width=round(width * FINER))

    def slice(self, centre: Point, radius: float, angles: Point, colour: Colour, *, alpha: float = 1) -> None:
        x, y = centre
        edges = [value * FINER for value in (x - radius, y - radius, x + radius, y + radius)]
        self._pen.pieslice(edges, *angles, fill=_ink(colour, alpha))

    def stroke(self, points: Sequence[Point], colour: Colour, *, width: float = 8, alpha: float = 1) -> None:
        """Draw a line with round ends and joints."""
        fine = _fine(points)
        fill = _ink(colour, alpha)
        self._pen.line(fine, fill=fill, width=round(width * FINER), joint="curve")
        # Transparent round ends would show where they overlap the line.
        radius = width * FINER / 2 if alpha == 1 else 0
        for x, y in (fine[0], fine[-1]) if radius else ():
            self._pen.ellipse([x - radius, y - radius, x + radius, y + radius], fill=fill)

    def arch(self, foot: Point, size: Point, colour: Colour, *, alpha: float = 1) -> None:
        """Draw a doorway: a box with half a disc on top. `foot` is the middle of its threshold."""
        (x, y), (width, height) = foot, size
        self.polygon(arch_points((x, y), (width, height)), colour, alpha=alpha)

    def glow(self, centre: Point, radius: float, colour: Colour, *, strength: float = 0.6) -> None:
        """Let light fall off evenly from a point."""
        (x, y), side = centre, round(radius * 2 * FINER)
        light = _light(256).resize((side, side), Image.Resampling.BILINEAR)
        mask = light.point([round(level * strength) for level in range(256)])
        where = (round((x - radius) * FINER), round((y - radius) * FINER))
        self._image.paste(Image.new("RGB", (side, side), colour), where, mask)

    def jpeg(self) -> bytes:
        """Return the finished picture as a JPEG."""
        small = self._image.reduce(FINER)
        content = BytesIO()
        _on_paper(small).save(content, "JPEG", quality=QUALITY, subsampling=0)
        return content.getvalue()


def arch_points(foot: Point, size: Point) -> list[Point]:
    (x, y), (width, height) = foot, size
    radius = min(width / 2, height)
    turn = [math.pi + math.pi * step / 24 for step in range(25)]
    top = [
        (x + width / 2 * math.cos(angle), y - height + radius + radius * math.sin(angle)) for angle in turn
    ]
    return [(x - width / 2, y), *top, (x + width / 2, y)]


def smooth(points: Sequence[Point], *, steps: int = 14) -> list[Point]:
    """Return a flowing line through the points (Catmull-Rom)."""
    padded = [points[0], *points, points[-1]]
    line = [
        _between(padded[index : index + 4], step / steps)
        for index in range(len(padded) - 3)
        for step in range(steps)
    ]
    return [*line, points[-1]]


def turned(points: Iterable[Point], degrees: float, *, about: Point = (0, 0)) -> list[Point]:
    """Turn the points clockwise and put what was at the origin at `about`."""
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    return [(about[0] + x * cos - y * sin, about[1] + x * sin + y * cos) for x, y in points]


def _between(four: Sequence[Point], part: float) -> Point:
    return _catmull_rom([x for x, _y in four], part), _catmull_rom([y for _x, y in four], part)


def _catmull_rom(four: Sequence[float], part: float) -> float:
    a, b, c, d = four
    slope = c - a
    bend = 2 * a - 5 * b + 4 * c - d
    twist = 3 * b - a - 3 * c + d
    return b + (slope * part + bend * part**2 + twist * part**3) / 2


def _fine(points: Iterable[Point]) -> list[Point]:
    return [(x * FINER, y * FINER) for x, y in points]


def _ink(colour: Colour, alpha: float) -> tuple[int, int, int, int]:
    return *colour, round(alpha * 255)


@lru_cache(maxsize=1)
def _light(side: int) -> Image.Image:
    distance = Image.radial_gradient("L").resize((side, side))
    # Brightest in the middle, nothing at the edge, and soft on both sides.
    return distance.point([round(255 * max(0.0, 1 - level / 181) ** 2) for level in range(256)])


def _on_paper(image: Image.Image) -> Image.Image:
    grain = _grain(image.size)
    return ImageChops.add(image, grain, scale=1, offset=-round(128 * GRAIN))


@lru_cache(maxsize=2)
def _grain(size: tuple[int, int]) -> Image.Image:
    side = 256
    tile = Image.frombytes("L", (side, side), Random(7).randbytes(side * side))  # noqa: S311 - paper, no secret
    tile = tile.point([round(level * GRAIN) for level in range(256)])
    sheet = Image.new("L", size)
    for left in range(0, size[0], side):
        for top in range(0, size[1], side):
            sheet.paste(tile, (left, top))
    return Image.merge("RGB", (sheet, sheet, sheet))
