"""Houses, streets and what stands along the water."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from random import Random

from hub.demo.paint.canvas import Canvas, Point, smooth
from hub.demo.paint.colours import (
    BARK,
    CLAY,
    CREAM,
    DOOR,
    GLOW,
    INK,
    LAMP,
    RUST,
    SAND,
    SLATE,
    STEP,
    Colour,
    darker,
    lighter,
    mix,
)

TERRACED = 190  # how wide a terraced house is
DOORS = (DOOR, darker(LAMP, 0.1), RUST, darker(SLATE, 0.3))
WALLS = (CLAY, SLATE, SAND, RUST, DOOR)
GABLES = ("point", "steps", "bell", "neck", "cornice")


@dataclass(frozen=True)
class House:
    """How a house looks. `lit` names the windows with light in them, counted from the top left; `dark` is how
    far the night has come, 0 to 1."""

    colour: Colour
    gable: str
    lit: tuple[int, ...] = ()
    dark: float = 0
    door: Colour = DOOR


def canal_house(canvas: Canvas, corner: Point, size: Point, house: House) -> None:
    """Draw a house from the bottom left corner of its front."""
    (x, base), (width, height) = corner, size
    dark = house.dark
    canvas.polygon(_front(corner, size, house.gable), mix(house.colour, INK, dark * 0.55))
    columns = 2 if width < 190 else 3
    rows = max(1, round((height * 0.72 - 130) / 118))
    for number in range(rows * columns):
        row, column = divmod(number, columns)
        foot = (x + width / columns * (column + 0.5), base - height * 0.72 + 108 + row * 118)
        _window(canvas, foot, (width / columns * 0.5, 82), is_lit=number in house.lit, dark=dark)
    loft = (x + width / 2, base - height * 0.74)
    _window(canvas, loft, (width * 0.17, 52), is_lit=rows * columns in house.lit, dark=dark)
    _front_door(
        canvas,
        (x + width * (0.3 if columns == 2 else 0.5), base),
        width,
        door=mix(house.door, INK, dark * 0.3),
    )


def _front(corner: Point, size: Point, gable: str) -> list[Point]:
    (x, base), (width, height) = corner, size
    eaves = base - height * 0.72
    top = base - height
    middle = x + width / 2
    left = [(x, base), (x, eaves)]
    if gable == "steps":
        for step in range(1, 5):
            at, up = x + width * 0.095 * step, eaves - (eaves - top) * step / 4.4
            left += [(at - width * 0.04, left[-1][1]), (at - width * 0.04, up)]
        left += [(middle - width * 0.09, left[-1][1]), (middle - width * 0.09, top)]
    elif gable == "bell":
        left += smooth(
            [
                (x, eaves),
                (x + width * 0.13, eaves - height * 0.05),
                (x + width * 0.22, eaves - height * 0.16),
                (middle - width * 0.16, top + height * 0.015),
                (middle, top),
            ]
        )
    elif gable == "neck":
        curl = smooth(
            [(x, eaves), (x + width * 0.16, eaves - height * 0.02), (x + width * 0.26, eaves - height * 0.1)]
        )
        left += [*curl, (x + width * 0.3, top + height * 0.05), (middle, top - height * 0.02)]
    elif gable == "cornice":
        left += [
            (x - width * 0.03, eaves),
            (x - width * 0.03, eaves - 22),
            (x + width * 0.2, eaves - 22),
            (x + width * 0.24, top + height * 0.1),
            (middle, top + height * 0.1),
        ]
    else:
        left += [(middle, top)]
    right = [(2 * middle - px, py) for px, py in reversed(left)]
    return [*left, *right]


def _window(canvas: Canvas, foot: Point, size: Point, *, is_lit: bool, dark: float) -> None:
    (x, y), (width, height) = foot, size
    glass = LAMP if is_lit else mix(CREAM, INK, dark * 0.72)
    if is_lit and dark:
        canvas.glow((x, y - height / 2), height * 1.5, GLOW, strength=0.5)
    canvas.arch((x, y), (width, height), glass)
    if is_lit:
        canvas.arch((x, y), (width * 0.62, height * 0.7), lighter(LAMP, 0.4), alpha=0.55)
    frame = mix(CREAM, INK, dark * 0.5)
    canvas.box((x - 2, y - height), (4, height), frame, alpha=0.85)
    canvas.box((x - width / 2, y - height * 0.48), (width, 4), frame, alpha=0.85)
    canvas.box((x - width * 0.62, y), (width * 1.24, 7), frame)


def _front_door(canvas: Canvas, foot: Point, width: float, *, door: Colour) -> None:
    x, base = foot
    wide = min(62.0, width * 0.3)
    canvas.arch((x, base), (wide + 18, 142), darker(door, 0.3))
    canvas.arch((x, base), (wide, 132), door)
    canvas.slice((x, base - 132 + wide / 2), wide / 2 - 6, (180, 360), GLOW)
    canvas.disc((x + wide * 0.3, base - 58), 4, LAMP)
    canvas.box((x - wide * 0.9, base - 9), (wide * 1.8, 14), STEP, round_by=3)


def canal_row(
    canvas: Canvas, base: float, *, seed: int, dark: float, tall: float = 520, lit: float = 0.4
) -> None:
    """Draw a row of houses of many kinds, no two neighbours alike; `lit` is the part of lit windows."""
    chance = Random(seed)  # noqa: S311 - houses, no secrets
    x, kind, paint = -40.0, -1, -1
    while x < canvas.width:
        kind = (kind + chance.randint(1, len(GABLES) - 1)) % len(GABLES)
        paint = (paint + chance.randint(1, len(WALLS) - 1)) % len(WALLS)
        width = chance.uniform(142, 232)
        height = tall * chance.uniform(0.78, 1.06)
        windows = tuple(number for number in range(13) if chance.random() < lit)
        door = chance.choice([DOOR, darker(CLAY), darker(SLATE, 0.5)])
        canal_house(
            canvas, (x, base), (width, height), House(WALLS[paint], GABLES[kind], windows, dark, door)
        )
        x += width + chance.choice([0, 0, 3])


def terrace(canvas: Canvas, corner: Point, houses: int, *, drop: float = 0, lit: Sequence[int] = ()) -> None:
    """Draw English terraced houses, each a step lower by `drop`, with chimneys and bay windows."""
    for number in range(houses):
        foot = (corner[0] + number * TERRACED, corner[1] + number * drop)
        wall = CLAY if number % 2 else darker(CLAY, 0.08)
        _terraced_wall(canvas, foot, wall)
        _terraced_openings(canvas, foot, LAMP if number in lit else lighter(SLATE, 0.55), DOORS[number % 4])


def _terraced_wall(canvas: Canvas, foot: Point, wall: Colour) -> None:
    left, base = foot
    eaves, right = base - 250, left + TERRACED
    canvas.box((left, eaves), (TERRACED + 1, 340), wall)
    for course in range(6):
        canvas.box((left + 8 + 13 * (course % 2), eaves + 24 + course * 38), (26, 7), lighter(wall, 0.12))
        canvas.box((right - 46 - 9 * (course % 2), eaves + 40 + course * 38), (30, 7), darker(wall, 0.1))
    slates = [(left - 8, eaves), (right + 8, eaves), (right - 4, eaves - 84), (left + 4, eaves - 84)]
    canvas.polygon(slates, mix(SLATE, INK, 0.45))
    canvas.box((right - 58, eaves - 140), (46, 92), darker(wall, 0.18))
    for pot in (54, 34):
        canvas.box((right - pot, eaves - 162), (14, 26), lighter(CLAY, 0.1), round_by=3)


def _terraced_openings(canvas: Canvas, foot: Point, glass: Colour, door: Colour) -> None:
    left, base = foot
    for window in (34, 110):
        canvas.box((left + window, base - 216), (52, 66), CREAM, round_by=2)
        canvas.box((left + window + 5, base - 211), (42, 56), glass)
        canvas.box((left + window + 24, base - 211), (4, 56), CREAM)
    canvas.arch((left + TERRACED * 0.76, base), (50, 112), CREAM)
    canvas.arch((left + TERRACED * 0.76, base), (38, 104), door)
    bay = [(left + 16, base - 96), (left + 104, base - 96), (left + 96, base), (left + 24, base)]
    canvas.polygon(bay, CREAM)
    for pane in (30, 62):
        canvas.box((left + pane, base - 84), (27, 66), glass)


def roofs(canvas: Canvas, base: float, colour: Colour, *, seed: int, tall: float = 150) -> None:
    """Draw the outline of a town far away."""
    chance = Random(seed)  # noqa: S311
    x = -30.0
    while x < canvas.width:
        width, height = chance.uniform(60, 130), chance.uniform(0.45, 1) * tall
        canvas.polygon(_front((x, base + 6), (width, height), chance.choice(GABLES)), colour)
        if chance.random() < 0.4:
            canvas.box((x + width * 0.2, base - height * 0.94), (12, 40), colour)
        x += width * 0.97


def church(canvas: Canvas, foot: Point, height: float, colour: Colour) -> None:
    x, y = foot
    canvas.box((x - height * 0.09, y - height * 0.62), (height * 0.18, height * 0.64), colour)
    canvas.polygon(
        [(x - height * 0.11, y - height * 0.6), (x, y - height), (x + height * 0.11, y - height * 0.6)],
        colour,
    )
    canvas.polygon(
        [
            (x, y),
            (x, y - height * 0.3),
            (x + height * 0.12, y - height * 0.4),
            (x + height * 0.52, y - height * 0.4),
            (x + height * 0.56, y),
        ],
        colour,
    )


def windmill(
    canvas: Canvas, foot: Point, height: float, colour: Colour, *, sails: Colour, turn: float = 18
) -> None:
    x, y = foot
    top = y - height * 0.66
    canvas.polygon(
        [(x - height * 0.15, y), (x - height * 0.08, top), (x + height * 0.08, top), (x + height * 0.15, y)],
        colour,
    )
    canvas.box((x - height * 0.2, y - height * 0.27), (height * 0.4, height * 0.02), darker(colour, 0.3))
    canvas.polygon(
        smooth(
            [
                (x - height * 0.095, top),
                (x - height * 0.06, top - height * 0.1),
                (x + height * 0.05, top - height * 0.11),
                (x + height * 0.105, top),
            ]
        ),
        darker(colour, 0.25),
    )
    hub = (x + height * 0.015, top - height * 0.035)
    for quarter in range(4):
        angle = (turn + quarter * 90) * pi / 180
        along, across = (cos(angle), sin(angle)), (-sin(angle), cos(angle))
        length, wide = height * 0.44, height * 0.062
        canvas.stroke(
            [hub, (hub[0] + along[0] * length, hub[1] + along[1] * length)],
            darker(sails, 0.5),
            width=height * 0.016,
        )
        near, far = 0.22, 1.0
        canvas.polygon(
            [
                (
                    hub[0] + along[0] * length * part + across[0] * wide * side,
                    hub[1] + along[1] * length * part + across[1] * wide * side,
                )
                for part, side in ((near, 0), (far, 0), (far, 1), (near, 1))
            ],
            sails,
        )
    canvas.disc(hub, height * 0.018, INK)


def bridge(canvas: Canvas, begin: Point, end: Point, colour: Colour) -> None:
    """Draw a brick bridge with three arches, from the left end of its deck to its right foot in the water."""
    (left, deck), (right, water) = begin, end
    middle = (left + right) / 2
    rise = 60
    top = smooth(
        [
            (left, deck),
            (left + (middle - left) * 0.5, deck - rise * 0.75),
            (middle, deck - rise),
            (middle + (right - middle) * 0.5, deck - rise * 0.75),
            (right, deck),
        ]
    )
    canvas.polygon([*top, (right, water), (left, water)], colour)
    span = (right - left) / 3
    for number, high in enumerate((0.8, 1.0, 0.8)):
        foot = (left + span * (number + 0.5), water + 2)
        canvas.arch(foot, (span * 0.74, (water - deck + rise) * 0.66 * high + 20), mix(colour, INK, 0.62))
        canvas.arch(
            (foot[0] + 8, foot[1]),
            (span * 0.7, (water - deck + rise) * 0.6 * high + 14),
            mix(colour, INK, 0.74),
        )
    canvas.stroke([(x, y - 4) for x, y in top], lighter(colour, 0.25), width=12)


def railing(canvas: Canvas, begin: Point, right: float, colour: Colour) -> None:
    """Draw the railing of a bridge whose deck begins at this point and ends as high at the right."""
    (left, deck), rise = begin, 60
    middle, half = (left + right) / 2, (right - left) / 2
    posts = 22
    tops = []
    for number in range(posts + 1):
        x = left + (right - left) * number / posts
        y = deck - rise * (1 - ((x - middle) / half) ** 2)
        canvas.stroke([(x, y - 8), (x, y - 62)], colour, width=5)
        tops.append((x, y - 64))
    canvas.stroke(tops, colour, width=8)


def crane(canvas: Canvas, foot: Point, height: float, colour: Colour, *, flip: int = 1) -> None:
    """Draw a harbour crane; `flip` is -1 for one that reaches to the left."""
    x, y = foot
    for leg in (-0.13, 0.13):
        canvas.stroke(
            [(x + leg * height, y), (x + leg * height * 0.4, y - height * 0.5)], colour, width=height * 0.03
        )
    canvas.stroke(
        [(x - height * 0.1, y - height * 0.2), (x + height * 0.1, y - height * 0.2)],
        colour,
        width=height * 0.02,
    )
    canvas.box((x - height * 0.1, y - height * 0.64), (height * 0.2, height * 0.15), colour, round_by=6)
    canvas.stroke(
        [(x, y - height * 0.6), (x + flip * height * 0.62, y - height)], colour, width=height * 0.032
    )
    canvas.stroke(
        [
            (x, y - height * 0.6),
            (x - flip * height * 0.06, y - height * 0.84),
            (x + flip * height * 0.6, y - height * 0.99),
        ],
        colour,
        width=height * 0.012,
    )
    canvas.stroke(
        [(x + flip * height * 0.62, y - height), (x + flip * height * 0.62, y - height * 0.5)],
        colour,
        width=3,
    )
    canvas.box((x + flip * height * 0.62 - 16, y - height * 0.5), (32, 24), colour, round_by=3)


def lantern(canvas: Canvas, foot: Point, height: float, *, is_lit: bool, colour: Colour = INK) -> None:
    x, y = foot
    canvas.stroke([(x, y), (x, y - height)], colour, width=9)
    canvas.box((x - 16, y - 16), (32, 16), colour, round_by=4)
    if is_lit:
        canvas.glow((x, y - height - 30), 170, GLOW, strength=0.8)
    canvas.polygon(
        [(x - 15, y - height), (x + 15, y - height), (x + 24, y - height - 50), (x - 24, y - height - 50)],
        LAMP if is_lit else lighter(SLATE, 0.5),
    )
    canvas.polygon([(x - 30, y - height - 50), (x + 30, y - height - 50), (x, y - height - 76)], colour)


def boat(canvas: Canvas, at: Point, length: float, hull: Colour, *, cabin: Colour = CREAM) -> None:
    x, y = at
    canvas.polygon(
        smooth(
            [
                (x - length / 2, y - length * 0.12),
                (x - length * 0.4, y),
                (x, y + length * 0.03),
                (x + length * 0.38, y),
                (x + length / 2, y - length * 0.17),
            ]
        ),
        hull,
    )
    canvas.box((x - length * 0.34, y - length * 0.26), (length * 0.34, length * 0.16), cabin, round_by=8)
    for pane in (0.29, 0.17):
        canvas.box(
            (x - length * pane, y - length * 0.22),
            (length * 0.08, length * 0.07),
            darker(SLATE, 0.2),
            round_by=3,
        )
    canvas.stroke(
        [(x + length * 0.14, y - length * 0.06), (x + length * 0.14, y - length * 0.5)], BARK, width=6
    )
