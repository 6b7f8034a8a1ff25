"""People, as shapes: a head, an arch for a body, arms that do something. They have no faces and need none."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.demo.paint.canvas import Canvas, Point, smooth
from hub.demo.paint.colours import INK, LAMP, SKINS, Colour, darker, lighter


@dataclass(frozen=True)
class Body:
    """Who it is: clothes, skin, hair and whether it is worn long, in a bun, curly or under a cap."""

    clothes: Colour
    skin: Colour = SKINS[0]
    hair: Colour = INK
    style: str = "short"
    apron: Colour | None = None


def person(canvas: Canvas, foot: Point, height: float, body: Body, *, hands: Sequence[Point] = ()) -> None:
    """Draw a person from the waist up; `foot` is the middle of the waist, `hands` are where they reach."""
    x, y = foot
    head = (x, y - height * 0.8)
    size = height * 0.155
    if body.style == "long":
        canvas.box(
            (x - size * 1.12, head[1] - size * 0.6), (size * 2.24, size * 2.5), body.hair, round_by=size
        )
    canvas.arch((x, y), (height * 0.52, height * 0.62), body.clothes)
    if body.apron:
        canvas.box(
            (x - height * 0.14, y - height * 0.36),
            (height * 0.28, height * 0.36),
            body.apron,
            round_by=height * 0.04,
        )
        for side in (-1, 1):
            canvas.stroke(
                [(x + side * height * 0.1, y - height * 0.34), (x + side * height * 0.12, y - height * 0.58)],
                body.apron,
                width=height * 0.035,
            )
    canvas.box(
        (x - size * 0.38, head[1] + size * 0.5),
        (size * 0.76, size * 1.0),
        darker(body.skin, 0.12),
        round_by=size * 0.3,
    )
    canvas.oval(head, (size * 0.86, size), body.skin)
    _hair(canvas, head, size, body)
    for side, hand in zip((-1, 1), hands, strict=False):
        _arm(canvas, (x + side * height * 0.2, y - height * 0.47), hand, height=height, body=body)


def _hair(canvas: Canvas, head: Point, size: float, body: Body) -> None:
    x, y = head
    if body.style == "cap":
        canvas.slice((x, y - size * 0.1), size * 1.0, (180, 360), body.hair)
        canvas.box(
            (x - size * 0.1, y - size * 0.2),
            (size * 1.4, size * 0.22),
            darker(body.hair, 0.25),
            round_by=size * 0.1,
        )
        return
    canvas.slice((x, y - size * 0.05), size * 1.02, (180, 360), body.hair)
    canvas.box((x - size * 1.02, y - size * 0.12), (size * 0.4, size * 0.5), body.hair, round_by=size * 0.2)
    if body.style == "bun":
        canvas.disc((x, y - size * 1.2), size * 0.42, body.hair)
    if body.style == "curly":
        for across, up in ((-0.9, 0.1), (-0.7, 0.6), (-0.2, 0.95), (0.4, 0.9), (0.8, 0.5), (0.95, 0.0)):
            canvas.disc((x + across * size, y - up * size), size * 0.42, body.hair)


def _arm(canvas: Canvas, shoulder: Point, hand: Point, *, height: float, body: Body) -> None:
    side = 1 if hand[0] > shoulder[0] else -1
    elbow = ((shoulder[0] + hand[0]) / 2 + side * height * 0.05, (shoulder[1] + hand[1]) / 2 + height * 0.11)
    line = smooth([shoulder, elbow, hand], steps=10)
    canvas.stroke(line, darker(body.clothes, 0.12), width=height * 0.12)
    canvas.stroke(line[-7:], body.skin, width=height * 0.088)
    canvas.disc(hand, height * 0.06, body.skin)


def big_hand(
    canvas: Canvas, wrist: Point, size: float, *, skin: Colour, sleeve: Colour, flip: int = 1
) -> None:
    """Draw a large hand that reaches to the right (`flip` 1) or the left (-1), its thumb up."""
    x, y = wrist
    unit = size / 100 * flip
    high = size / 100

    def at(px: float, py: float) -> Point:
        return x + px * unit, y + py * high

    canvas.stroke([at(-190, 60), at(-70, 18)], sleeve, width=66 * high)
    canvas.stroke([at(-74, 19), at(-30, 4)], lighter(sleeve, 0.15), width=70 * high)
    canvas.stroke([at(-40, 6), at(10, -4)], skin, width=50 * high)
    canvas.oval(at(26, -4), (44 * high, 33 * high), skin)
    for row, reach in enumerate((92, 104, 100, 86)):
        canvas.stroke(
            smooth([at(40, -22 + 14 * row), at(70, -26 + 15 * row), at(reach, -12 + 12 * row)], steps=6),
            skin if row % 2 else darker(skin, 0.05),
            width=16.5 * high,
        )
    canvas.stroke(
        smooth([at(6, -22), at(34, -48), at(66, -50)], steps=6), lighter(skin, 0.08), width=18 * high
    )
    canvas.stroke([at(-50, 34), at(-36, -18)], LAMP, width=7 * high)


def cat(canvas: Canvas, foot: Point, size: float, colour: Colour = INK) -> None:
    """Draw a cat that lies and sleeps, its head to the right."""
    x, y = foot
    unit = size / 100
    tail = smooth(
        [
            (x - 62 * unit, y - 12 * unit),
            (x - 86 * unit, y - 6 * unit),
            (x - 74 * unit, y + 4 * unit),
            (x - 20 * unit, y + 3 * unit),
        ]
    )
    canvas.stroke(tail, darker(colour, 0.1), width=10 * unit)
    body = smooth(
        [
            (x - 70 * unit, y),
            (x - 66 * unit, y - 28 * unit),
            (x - 20 * unit, y - 42 * unit),
            (x + 30 * unit, y - 34 * unit),
            (x + 46 * unit, y),
        ]
    )
    canvas.polygon(body, colour)
    canvas.oval((x + 48 * unit, y - 15 * unit), (23 * unit, 17 * unit), lighter(colour, 0.06))
    for ear in (34, 56):
        canvas.polygon(
            [
                (x + (ear - 8) * unit, y - 24 * unit),
                (x + ear * unit, y - 42 * unit),
                (x + (ear + 9) * unit, y - 24 * unit),
            ],
            lighter(colour, 0.06),
        )
