"""Sky, land, water, weather, trees and birds."""

from collections.abc import Sequence
from math import sin
from random import Random

from hub.demo.paint.canvas import Canvas, Point, smooth, turned
from hub.demo.paint.colours import BARK, CREAM, GLOW, INK, Colour, darker, lighter, mix

BIRD = [(-30, -10), (-14, -16), (0, 0), (14, -16), (30, -10), (14, -9), (0, 9), (-14, -9)]


def sun(canvas: Canvas, at: Point, radius: float, colour: Colour, *, strength: float = 0.75) -> None:
    canvas.glow(at, radius * 4.2, colour, strength=strength)
    canvas.disc(at, radius, lighter(colour, 0.45))


def moon(canvas: Canvas, at: Point, radius: float) -> None:
    canvas.glow(at, radius * 5, GLOW, strength=0.4)
    canvas.disc(at, radius, CREAM)
    canvas.disc((at[0] - radius * 0.3, at[1] - radius * 0.2), radius * 0.17, GLOW, alpha=0.5)
    canvas.disc((at[0] + radius * 0.3, at[1] + radius * 0.3), radius * 0.12, GLOW, alpha=0.5)
    canvas.disc((at[0] + radius * 0.2, at[1] - radius * 0.42), radius * 0.08, GLOW, alpha=0.5)


def stars(canvas: Canvas, *, below: float, seed: int, count: int = 70) -> None:
    """Scatter stars over the sky down to `below`, fewer and fainter near the horizon."""
    chance = Random(seed)  # noqa: S311 - stars, no secrets
    for _star in range(count):
        height = chance.random() ** 1.6
        at = (chance.random() * canvas.width, height * below)
        canvas.disc(at, chance.choice([1.4, 1.8, 2.6, 3.4]), CREAM, alpha=0.9 - 0.6 * height)


def cloud(canvas: Canvas, at: Point, size: float, colour: Colour, *, alpha: float = 0.9) -> None:
    """Draw a cloud of three lozenges; `at` is the middle of its foot."""
    x, y = at
    for left, up, width in ((-1.0, 0.0, 2.0), (-0.62, -0.26, 1.1), (-0.12, -0.5, 0.66)):
        corner = (x + left * size, y + (up - 0.3) * size)
        canvas.box(corner, (width * size, size * 0.3), colour, round_by=size * 0.15, alpha=alpha)


def hills(canvas: Canvas, heights: Sequence[float], colour: Colour, *, alpha: float = 1) -> None:
    """Lay land over the whole width, its edge flowing through these heights at even distances."""
    step = canvas.width / (len(heights) - 1)
    edge = smooth([(index * step, height) for index, height in enumerate(heights)])
    canvas.polygon([(0, canvas.height), *edge, (canvas.width, canvas.height)], colour, alpha=alpha)


def water(canvas: Canvas, top: float, colours: Sequence[Colour], *, bottom: float | None = None) -> None:
    canvas.fade(colours, top=top, bottom=bottom)


def shimmer(canvas: Canvas, at: Point, colour: Colour, *, width: float, down: float, seed: int = 3) -> None:
    """Draw the broken reflection of a light on water, wider and sparser towards us."""
    chance = Random(seed)  # noqa: S311
    x, y = at
    rows = 13
    for row in range(rows):
        near = row / rows
        length = width * (0.45 + near) * chance.uniform(0.5, 1)
        middle = x + chance.uniform(-0.16, 0.16) * width * (1 + near)
        where = (middle - length / 2, y + down * near**1.2)
        canvas.box(where, (length, 4 + 7 * near), colour, round_by=6, alpha=0.75 - 0.5 * near)


def ripples(canvas: Canvas, top: float, colour: Colour, *, seed: int, count: int = 26) -> None:
    chance = Random(seed)  # noqa: S311
    for _ripple in range(count):
        near = chance.random()
        y = top + 14 + near * (canvas.height - top - 30)
        length = 40 + 190 * near * chance.random()
        where = (chance.uniform(-100, canvas.width), y)
        canvas.box(where, (length, 3 + 4 * near), colour, round_by=4, alpha=0.35)


def round_tree(canvas: Canvas, foot: Point, height: float, leaves: Colour) -> None:
    x, y = foot
    trunk = height * 0.055
    canvas.polygon(
        [(x - trunk, y), (x - trunk / 2, y - height / 2), (x + trunk / 2, y - height / 2), (x + trunk, y)],
        BARK,
    )
    canvas.stroke([(x, y - height * 0.36), (x + height * 0.14, y - height * 0.52)], BARK, width=trunk * 0.8)
    canvas.disc((x - height * 0.17, y - height * 0.55), height * 0.2, darker(leaves, 0.16))
    canvas.disc((x + height * 0.18, y - height * 0.6), height * 0.19, leaves)
    canvas.disc((x, y - height * 0.74), height * 0.26, leaves)
    canvas.disc((x + height * 0.07, y - height * 0.8), height * 0.15, lighter(leaves, 0.12))


def poplar(canvas: Canvas, foot: Point, height: float, leaves: Colour) -> None:
    x, y = foot
    canvas.stroke([(x, y), (x, y - height * 0.3)], BARK, width=height * 0.035)
    left = smooth(
        [
            (x, y - height),
            (x - height * 0.11, y - height * 0.55),
            (x - height * 0.07, y - height * 0.16),
            (x, y - height * 0.1),
        ]
    )
    right = [(2 * x - px, py) for px, py in left]
    canvas.polygon([*left, *right[::-1]], leaves)
    canvas.polygon([(x, y - height), *right, (x, y - height * 0.1)], lighter(leaves, 0.1))


def fir(canvas: Canvas, foot: Point, height: float, colour: Colour, *, snow: bool = False) -> None:
    x, y = foot
    canvas.stroke([(x, y), (x, y - height * 0.2)], BARK, width=height * 0.05)
    for layer in range(4):
        base, top = y - height * (0.12 + 0.2 * layer), y - height * (0.42 + 0.2 * layer - 0.008 * layer**2)
        half = height * (0.3 - 0.055 * layer)
        canvas.polygon([(x - half, base), (x, top), (x + half, base)], mix(colour, INK, 0.14 - 0.04 * layer))
        if snow:
            cap = [
                (x - half * 0.62, base - (base - top) * 0.38),
                (x, top),
                (x + half * 0.62, base - (base - top) * 0.38),
            ]
            dents = [
                (x + half * 0.3, base - (base - top) * 0.5),
                (x, base - (base - top) * 0.32),
                (x - half * 0.3, base - (base - top) * 0.5),
            ]
            canvas.polygon([*cap, *dents], CREAM, alpha=0.94)


def reeds(canvas: Canvas, base: float, colour: Colour, *, seed: int) -> None:
    chance = Random(seed)  # noqa: S311
    x = 0.0
    while x < canvas.width:
        height, lean = chance.uniform(60, 150), chance.uniform(-26, 26)
        stem = smooth([(x, base), (x + lean * 0.3, base - height * 0.6), (x + lean, base - height)])
        canvas.stroke(stem, colour, width=4)
        if chance.random() < 0.45:
            canvas.oval((x + lean, base - height - 8), (6, 20), mix(colour, BARK, 0.6))
        x += chance.uniform(12, 26)


def birds(canvas: Canvas, flock: Sequence[tuple[float, float, float]], colour: Colour) -> None:
    """Draw birds far away, each by x, y and size."""
    for x, y, size in flock:
        canvas.polygon([(x + px * size, y + py * size) for px, py in BIRD], colour)


def snowfall(canvas: Canvas, *, seed: int, count: int = 150) -> None:
    chance = Random(seed)  # noqa: S311
    for _flake in range(count):
        near = chance.random()
        at = (chance.random() * canvas.width, chance.random() * canvas.height)
        canvas.disc(at, 2 + 5 * near**2, CREAM, alpha=0.5 + 0.4 * near)


def leaf(canvas: Canvas, at: Point, length: float, *, degrees: float, colour: Colour) -> None:
    """Draw one leaf that grows from `at`."""
    edge = [(length * part / 10, length * 0.2 * sin(3.1416 * part / 10)) for part in range(11)]
    outline = [*edge, *((x, -y) for x, y in reversed(edge))]
    canvas.polygon(turned(outline, degrees, about=at), colour)
    canvas.stroke(turned([(0, 0), (length * 0.9, 0)], degrees, about=at), darker(colour, 0.18), width=3)


def plant(canvas: Canvas, foot: Point, size: float, *, leaves: Colour, pot: Colour) -> None:
    x, y = foot
    rim = y - size * 0.42
    for degrees, length in ((-90, 0.95), (-118, 0.8), (-64, 0.82), (-146, 0.58), (-36, 0.6)):
        leaf(
            canvas,
            (x, rim + 6),
            size * length,
            degrees=degrees,
            colour=lighter(leaves, 0.14) if degrees % 4 else leaves,
        )
    canvas.polygon(
        [(x - size * 0.25, rim), (x + size * 0.25, rim), (x + size * 0.18, y), (x - size * 0.18, y)], pot
    )
    canvas.box((x - size * 0.28, rim - size * 0.02), (size * 0.56, size * 0.1), darker(pot, 0.12), round_by=5)


def blackbird(canvas: Canvas, feet: Point, size: float, *, colour: Colour = INK, beak: Colour) -> None:
    """Draw a blackbird that sings to the right; `feet` is where it stands, `size` its height."""
    x, y = feet
    unit = size / 100
    body = smooth(
        [
            (-64, -34),
            (-40, -58),
            (-8, -72),
            (14, -92),
            (34, -97),
            (48, -86),
            (46, -66),
            (36, -38),
            (12, -20),
            (-20, -20),
            (-46, -30),
            (-64, -34),
        ]
    )
    tail = [(-40, -46), (-104, -14), (-98, -2), (-30, -24)]
    for shape in (tail, body):
        canvas.polygon([(x + px * unit, y + py * unit) for px, py in shape], colour)
    wing = smooth([(-6, -62), (16, -50), (4, -32), (-30, -22), (-62, -18), (-30, -42), (-6, -62)])
    canvas.polygon([(x + px * unit, y + py * unit) for px, py in wing], lighter(colour, 0.13))
    for upper in (True, False):
        tip = (78, -104) if upper else (72, -84)
        canvas.polygon([(x + px * unit, y + py * unit) for px, py in ((44, -92), tip, (47, -86))], beak)
    canvas.disc((x + 36 * unit, y - 86 * unit), 4.6 * unit, beak)
    canvas.disc((x + 36 * unit, y - 86 * unit), 2.6 * unit, colour)
    for leg in (-6, 8):
        canvas.stroke(
            [(x + leg * unit, y - 22 * unit), (x + (leg + 3) * unit, y)], darker(beak, 0.35), width=3 * unit
        )
