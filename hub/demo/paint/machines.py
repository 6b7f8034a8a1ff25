"""Heat pumps and what one builds and mends them with."""

from math import cos, pi, radians, sin

from hub.demo.paint.canvas import Canvas, Point, smooth, turned
from hub.demo.paint.colours import (
    BARK,
    CLAY,
    CORAL,
    CREAM,
    DELFT,
    DOOR,
    GLOW,
    INK,
    LAMP,
    PAPER,
    RUST,
    SLATE,
    STEP,
    WOOD,
    Colour,
    darker,
    lighter,
    mix,
)


def outdoor_unit(
    canvas: Canvas, corner: Point, width: float, *, body: Colour = PAPER, dark: float = 0
) -> None:
    """Draw the part that stands outside, from the bottom left of its feet."""
    x, y = corner
    height = width * 0.74
    shell = mix(body, INK, dark * 0.5)
    for foot in (0.12, 0.76):
        canvas.box(
            (x + width * foot, y - height * 0.07),
            (width * 0.12, height * 0.07),
            darker(STEP, 0.5 + dark * 0.3),
        )
    top = y - height
    canvas.box((x, top), (width, height * 0.93), shell, round_by=width * 0.05)
    canvas.box(
        (x + width * 0.74, top), (width * 0.26, height * 0.93), mix(shell, INK, 0.07), round_by=width * 0.05
    )
    canvas.box((x, top), (width, height * 0.08), mix(shell, INK, 0.14), round_by=width * 0.04)
    canvas.box(
        (x + width * 0.8, top + height * 0.2), (width * 0.13, width * 0.13), LAMP, round_by=width * 0.03
    )
    for slot in range(4):
        canvas.box(
            (x + width * 0.79, top + height * (0.52 + 0.08 * slot)),
            (width * 0.15, height * 0.025),
            mix(shell, INK, 0.3),
            round_by=3,
        )
    fan(canvas, (x + width * 0.38, top + height * 0.5), height * 0.36, shell=shell)


def fan(canvas: Canvas, centre: Point, radius: float, *, shell: Colour, turn: float = 20) -> None:
    canvas.disc(centre, radius, mix(shell, INK, 0.78))
    for blade in range(5):
        _blade(canvas, centre, radius * 0.9, degrees=turn + blade * 72, colour=mix(shell, INK, 0.3))
    canvas.disc(centre, radius * 0.2, mix(shell, INK, 0.55))
    for part in (1.0, 0.78, 0.56, 0.34):
        canvas.ring(centre, radius * part, mix(shell, INK, 0.12), width=max(2.0, radius * 0.025))
    for spoke in range(8):
        angle = spoke * pi / 4
        reach = (centre[0] + radius * cos(angle), centre[1] + radius * sin(angle))
        canvas.stroke([centre, reach], mix(shell, INK, 0.12), width=max(2.0, radius * 0.02))
    canvas.disc(centre, radius * 0.11, LAMP)


def _blade(canvas: Canvas, centre: Point, length: float, *, degrees: float, colour: Colour) -> None:
    edge = smooth(
        [
            (0, 0),
            (length * 0.35, -length * 0.26),
            (length * 0.8, -length * 0.34),
            (length, -length * 0.08),
            (length * 0.62, length * 0.06),
            (0, 0),
        ],
        steps=6,
    )
    canvas.polygon(turned(edge, degrees, about=centre), colour)


def compressor(canvas: Canvas, foot: Point, width: float, colour: Colour) -> None:
    """Draw a compressor, the heart of the machine: a steel bottle with two pipes."""
    x, y = foot
    height = width * 1.5
    copper = mix(CORAL, WOOD, 0.4)
    canvas.stroke(
        smooth(
            [
                (x + width * 0.24, y - height * 0.9),
                (x + width * 0.3, y - height * 1.2),
                (x + width * 0.62, y - height * 1.22),
                (x + width * 0.66, y - height * 0.95),
            ]
        ),
        copper,
        width=width * 0.09,
    )
    canvas.stroke(
        [(x - width * 0.2, y - height * 0.9), (x - width * 0.2, y - height * 1.16)],
        copper,
        width=width * 0.09,
    )
    canvas.box((x - width / 2, y - height), (width, height), colour, round_by=width * 0.38)
    canvas.box(
        (x + width * 0.2, y - height * 0.9),
        (width * 0.14, height * 0.8),
        lighter(colour, 0.3),
        round_by=width * 0.07,
        alpha=0.55,
    )
    canvas.box((x - width / 2, y - height * 0.44), (width, height * 0.05), darker(colour, 0.3))
    canvas.box((x - width * 0.3, y - height * 0.76), (width * 0.42, height * 0.2), CREAM, round_by=4)
    canvas.box((x - width * 0.22, y - height * 0.7), (width * 0.26, height * 0.03), darker(colour, 0.2))
    canvas.box((x - width * 0.22, y - height * 0.63), (width * 0.18, height * 0.03), darker(colour, 0.2))
    for leg in (-0.56, 0.32):
        canvas.box(
            (x + width * leg, y - height * 0.06),
            (width * 0.24, height * 0.06),
            darker(colour, 0.45),
            round_by=3,
        )


def gauge(canvas: Canvas, centre: Point, radius: float, *, needle: float, rim: Colour = DOOR) -> None:
    """Draw a dial; `needle` runs from 0 (left) to 1 (right)."""
    x, y = centre
    canvas.disc((x, y + radius * 0.06), radius * 1.06, INK, alpha=0.25)
    canvas.disc(centre, radius, rim)
    canvas.disc(centre, radius * 0.88, CREAM)
    for part, colour in ((0.0, DELFT), (0.34, DOOR), (0.67, CORAL)):
        canvas.arc(
            centre, radius * 0.76, (150 + 240 * part, 150 + 240 * (part + 0.33)), colour, width=radius * 0.11
        )
    for tick in range(13):
        angle = radians(150 + 20 * tick)
        inner, outer = radius * (0.5 if tick % 3 == 0 else 0.55), radius * 0.61
        canvas.stroke(
            [
                (x + inner * cos(angle), y + inner * sin(angle)),
                (x + outer * cos(angle), y + outer * sin(angle)),
            ],
            INK,
            width=radius * 0.018,
        )
    angle = radians(150 + 240 * needle)
    tip = (x + radius * 0.6 * cos(angle), y + radius * 0.6 * sin(angle))
    tail = (x - radius * 0.14 * cos(angle), y - radius * 0.14 * sin(angle))
    canvas.stroke([tail, tip], RUST, width=radius * 0.05)
    canvas.disc(centre, radius * 0.09, INK)


def pipe(canvas: Canvas, points: list[Point], colour: Colour, *, width: float = 20) -> None:
    canvas.stroke(points, darker(colour, 0.2), width=width)
    canvas.stroke(
        [(x - width * 0.12, y - width * 0.12) for x, y in points], lighter(colour, 0.18), width=width * 0.34
    )


def wrench(canvas: Canvas, centre: Point, length: float, *, degrees: float, colour: Colour = SLATE) -> None:
    handle, groove = _bar(length * 0.72, length * 0.09), _bar(length * 0.48, length * 0.028)
    canvas.polygon(turned(handle, degrees, about=centre), colour)
    canvas.polygon(turned(groove, degrees, about=centre), darker(colour, 0.18))
    angles = [radians(angle) for angle in range(38, 323, 8)]
    jaw = [(length * 0.115 * cos(angle), length * 0.115 * sin(angle)) for angle in angles]
    jaw += [(-length * 0.01, -length * 0.02), (-length * 0.03, 0), (-length * 0.01, length * 0.02)]
    for end in (-1, 1):
        placed = [(end * (length * 0.42 + x), y) for x, y in jaw]
        canvas.polygon(turned(placed, degrees, about=centre), colour)


def _bar(length: float, thickness: float) -> list[Point]:
    x, y = length / 2, thickness / 2
    return [(-x, -y), (x, -y), (x, y), (-x, y)]


def screwdriver(canvas: Canvas, centre: Point, length: float, *, degrees: float, grip: Colour = LAMP) -> None:
    blade = [
        (-length * 0.5, -length * 0.02),
        (0, -length * 0.018),
        (0, length * 0.018),
        (-length * 0.5, length * 0.02),
    ]
    canvas.polygon(turned(blade, degrees, about=centre), lighter(SLATE, 0.3))
    handle = smooth(
        [
            (0, -length * 0.03),
            (length * 0.08, -length * 0.075),
            (length * 0.36, -length * 0.07),
            (length * 0.45, -length * 0.03),
            (length * 0.45, length * 0.03),
            (length * 0.36, length * 0.07),
            (length * 0.08, length * 0.075),
            (0, length * 0.03),
        ],
        steps=6,
    )
    canvas.polygon(turned(handle, degrees, about=centre), grip)
    canvas.polygon(
        turned(
            [
                (length * 0.1, -length * 0.012),
                (length * 0.38, -length * 0.012),
                (length * 0.38, length * 0.012),
                (length * 0.1, length * 0.012),
            ],
            degrees,
            about=centre,
        ),
        darker(grip, 0.22),
    )


def pliers(canvas: Canvas, centre: Point, length: float, *, degrees: float) -> None:
    for side in (-1, 1):
        arm = smooth(
            [
                (0, 0),
                (length * 0.16, side * length * 0.1),
                (length * 0.36, side * length * 0.13),
                (length * 0.56, side * length * 0.1),
            ],
            steps=8,
        )
        canvas.stroke(turned(arm, degrees, about=centre), CLAY, width=length * 0.07)
        jaw = [
            (0, 0),
            (-length * 0.1, side * length * 0.085),
            (-length * 0.34, side * length * 0.025),
            (-length * 0.34, side * length * 0.004),
        ]
        canvas.polygon(turned(jaw, degrees, about=centre), lighter(SLATE, 0.1 if side == 1 else 0.22))
    canvas.disc(centre, length * 0.075, SLATE)
    canvas.disc(centre, length * 0.03, darker(SLATE, 0.4))


def hammer(canvas: Canvas, centre: Point, length: float, *, degrees: float) -> None:
    handle = [
        (-length * 0.5, -length * 0.03),
        (length * 0.42, -length * 0.022),
        (length * 0.42, length * 0.022),
        (-length * 0.5, length * 0.03),
    ]
    canvas.polygon(turned(handle, degrees, about=centre), WOOD)
    head = [
        (length * 0.36, -length * 0.19),
        (length * 0.5, -length * 0.19),
        (length * 0.5, length * 0.12),
        (length * 0.43, length * 0.2),
        (length * 0.36, length * 0.12),
    ]
    canvas.polygon(turned(head, degrees, about=centre), darker(SLATE, 0.3))


def pendant(canvas: Canvas, at: Point, width: float, *, shade: Colour = DOOR, reach: float = 520) -> None:
    """Hang a lamp from the ceiling; `at` is the middle of its rim."""
    x, y = at
    canvas.stroke([(x, 0), (x, y - width * 0.4)], INK, width=4)
    beam = [
        (x - width * 0.42, y),
        (x + width * 0.42, y),
        (x + reach * 0.62, y + reach),
        (x - reach * 0.62, y + reach),
    ]
    canvas.polygon(beam, GLOW, alpha=0.13)
    canvas.glow((x, y + width * 0.1), width * 2.2, GLOW, strength=0.75)
    canvas.slice((x, y), width / 2, (180, 360), shade)
    canvas.box((x - width * 0.09, y - width * 0.58), (width * 0.18, width * 0.16), shade, round_by=4)
    canvas.slice((x, y - 2), width * 0.19, (0, 180), CREAM)


def toolbox(canvas: Canvas, corner: Point, width: float, colour: Colour = CLAY) -> None:
    x, y = corner
    height = width * 0.44
    canvas.ring((x + width / 2, y - height), width * 0.16, darker(colour, 0.4), width=width * 0.05)
    canvas.box((x, y - height), (width, height), colour, round_by=8)
    canvas.box((x, y - height), (width, height * 0.34), darker(colour, 0.16), round_by=8)
    for latch in (0.2, 0.68):
        canvas.box((x + width * latch, y - height * 0.76), (width * 0.12, height * 0.22), LAMP, round_by=3)


def bench(canvas: Canvas, corner: Point, size: Point) -> None:
    """Draw a workbench from the top left corner of its top."""
    (x, y), (width, height) = corner, size
    for leg in (0.05, 0.48, 0.91):
        canvas.box((x + width * leg, y + 20), (width * 0.036, height - 20), darker(WOOD, 0.42))
    canvas.box((x + width * 0.03, y + height * 0.66), (width * 0.93, 18), darker(WOOD, 0.3))
    canvas.box((x, y), (width, 34), WOOD, round_by=5)
    canvas.box((x, y + 24), (width, 12), darker(WOOD, 0.22), round_by=4)


def van(canvas: Canvas, corner: Point, length: float, *, body: Colour = CREAM, stripe: Colour = DOOR) -> None:
    """Draw a van that drives to the right, from the bottom left of its wheels."""
    x, y = corner
    unit = length / 100
    shell = smooth(
        [(0, -9), (0, -42), (4, -47), (66, -47), (76, -43), (86, -28), (97, -24), (100, -18), (100, -9)],
        steps=5,
    )
    canvas.polygon([(x + px * unit, y + py * unit) for px, py in shell], body)
    canvas.polygon(
        [(x + px * unit, y + py * unit) for px, py in ((0, -22), (100, -18), (100, -9), (0, -9))], stripe
    )
    canvas.polygon(
        [(x + px * unit, y + py * unit) for px, py in ((69, -43), (75, -41), (83, -28), (69, -28))],
        mix(SLATE, INK, 0.35),
    )
    canvas.arch((x + 30 * unit, y - 26 * unit), (14 * unit, 15 * unit), stripe)
    canvas.arch((x + 30 * unit, y - 27 * unit), (9 * unit, 11 * unit), LAMP)
    canvas.box((x + 95 * unit, y - 21 * unit), (4 * unit, 4 * unit), GLOW, round_by=unit)
    canvas.stroke(
        [(x + 4 * unit, y - 51 * unit), (x + 62 * unit, y - 51 * unit)], darker(SLATE, 0.3), width=1.6 * unit
    )
    for wheel in (20, 79):
        canvas.disc((x + wheel * unit, y - 8 * unit), 9.4 * unit, darker(stripe, 0.5))
        canvas.disc((x + wheel * unit, y - 7.6 * unit), 7.6 * unit, INK)
        canvas.disc((x + wheel * unit, y - 7.6 * unit), 3.4 * unit, STEP)


def cargo_bike(
    canvas: Canvas, corner: Point, length: float, *, frame: Colour = DOOR, box: Colour = WOOD
) -> None:
    """Draw a cargo bike that rides to the right, without its rider, from the foot of its back wheel."""
    x, y = corner
    unit = length / 100

    def at(px: float, py: float) -> Point:
        return x + px * unit, y + py * unit

    for wheel, size in ((10, 12.5), (92, 9)):
        canvas.ring(at(wheel, -size), size * unit, INK, width=1.7 * unit)
        for spoke in range(6):
            angle = spoke * pi / 6
            reach = (cos(angle) * (size - 1), sin(angle) * (size - 1))
            canvas.stroke(
                [at(wheel - reach[0], -size - reach[1]), at(wheel + reach[0], -size + reach[1])],
                SLATE,
                width=0.35 * unit,
            )
    for line in (
        ((10, -12.5), (24, -12), (20, -30)),
        ((20, -27), (40, -22), (44, -9), (92, -9)),
        ((24, -12), (40, -22)),
        ((10, -12.5), (20, -27)),
        ((40, -22), (43, -40), (37, -43)),
    ):
        canvas.stroke([at(*point) for point in line], frame, width=2 * unit)
    canvas.box(at(14, -33), (12 * unit, 3 * unit), BARK, round_by=unit)
    crate = [at(46, -34), at(86, -30), at(83, -11), at(49, -11)]
    canvas.polygon(crate, box)
    for plank in (-28, -21):
        canvas.stroke([at(47, plank), at(85, plank + 2)], darker(box, 0.25), width=0.7 * unit)
    canvas.arch(at(66, -14), (10 * unit, 14 * unit), LAMP)
    canvas.disc(at(24, -12), 3.4 * unit, INK)


def thermometer(canvas: Canvas, foot: Point, height: float, *, level: float, liquid: Colour = CORAL) -> None:
    x, y = foot
    wide = height * 0.09
    canvas.box((x - wide / 2, y - height), (wide, height), CREAM, round_by=wide / 2)
    canvas.disc((x, y), wide * 0.95, CREAM)
    canvas.disc((x, y), wide * 0.68, liquid)
    canvas.box(
        (x - wide * 0.22, y - height * level), (wide * 0.44, height * level), liquid, round_by=wide * 0.2
    )
    for mark in range(1, 9):
        canvas.stroke(
            [
                (x + wide * 0.7, y - height * mark / 9),
                (x + wide * (1.25 if mark % 2 else 1.0), y - height * mark / 9),
            ],
            CREAM,
            width=4,
        )


def radiator(canvas: Canvas, corner: Point, size: Point) -> None:
    (x, y), (width, height) = corner, size
    ribs = round(width / 34)
    for rib in range(ribs):
        canvas.box((x + rib * width / ribs, y), (width / ribs - 6, height), CREAM, round_by=13)
        canvas.box((x + rib * width / ribs + 4, y + 10), (5, height - 20), darker(CREAM, 0.12), round_by=3)
    canvas.box((x - 16, y + height - 34), (20, 12), SLATE, round_by=4)
    canvas.disc((x - 20, y + height - 28), 14, RUST)
