"""Streets, harbours and towns."""

from random import Random

from hub.demo.paint import machines, nature, town
from hub.demo.paint.canvas import Canvas, Point
from hub.demo.paint.colours import (
    APRICOT,
    CLAY,
    CORAL,
    CREAM,
    DELFT,
    DOOR,
    DUSK,
    GLOW,
    INK,
    LAMP,
    LEAF,
    MIST,
    NIGHT,
    PAPER,
    RUST,
    SAGE,
    SAND,
    SKINS,
    SKY,
    SLATE,
    STEP,
    TEAL,
    WOOD,
    darker,
    lighter,
    mix,
)
from hub.demo.paint.figures import Body, person


def street_evening(canvas: Canvas) -> None:
    canvas.fade([NIGHT, mix(NIGHT, DUSK, 0.6), DUSK, CORAL], bottom=620)
    nature.stars(canvas, below=360, seed=41, count=60)
    nature.moon(canvas, (1330, 150), 52)
    town.canal_row(canvas, 700, seed=3, dark=0.5, tall=600, lit=0.55)
    canvas.box((0, 700), (1600, 40), mix(SLATE, NIGHT, 0.5))
    canvas.box((0, 736), (1600, 14), mix(STEP, NIGHT, 0.35))
    nature.water(canvas, 750, [mix(DUSK, NIGHT, 0.45), mix(TEAL, NIGHT, 0.6), NIGHT])
    for x in (70, 230, 420, 610, 800, 990, 1180, 1390, 1540):
        nature.shimmer(canvas, (x, 780), LAMP, width=64, down=230, seed=x)
    nature.ripples(canvas, 760, DUSK, seed=2)
    for x in (190, 860, 1480):
        town.lantern(canvas, (x, 738), 210, is_lit=True)
    town.boat(canvas, (560, 880), 360, mix(RUST, NIGHT, 0.3), cabin=mix(CREAM, DUSK, 0.3))
    canvas.box((1100, 700), (5, 40), INK)


def terrace_morning(canvas: Canvas) -> None:
    canvas.fade([mix(DELFT, SKY, 0.5), SKY, GLOW, APRICOT], bottom=700)
    nature.sun(canvas, (1320, 380), 96, LAMP)
    nature.cloud(canvas, (420, 200), 190, CREAM)
    nature.cloud(canvas, (900, 130), 130, CREAM, alpha=0.8)
    nature.hills(canvas, [520, 440, 500, 560, 590, 620], mix(SAGE, SLATE, 0.4))
    nature.hills(canvas, [600, 540, 590, 620, 640, 660], mix(LEAF, SLATE, 0.3))
    for x, y in ((230, 575), (330, 585), (980, 640), (1080, 645)):
        nature.round_tree(canvas, (x, y), 130, mix(LEAF, SLATE, 0.2))
    town.terrace(canvas, (60, 700), 8, drop=26, lit=(5,))
    canvas.polygon(
        [(0, 760), (0, 706), (60, 700), (1600, 910), (1600, 1067), (0, 1067)], mix(STEP, SLATE, 0.3)
    )
    canvas.polygon([(0, 800), (1600, 950), (1600, 1067), (0, 1067)], mix(SLATE, INK, 0.3))
    canvas.polygon([(0, 782), (1600, 932), (1600, 956), (0, 806)], lighter(STEP, 0.3))
    machines.outdoor_unit(canvas, (830, 884), 128, dark=0.03)
    town.lantern(canvas, (392, 830), 330, is_lit=False)
    machines.van(canvas, (930, 1040), 470, body=CREAM, stripe=DOOR)


def harbour(canvas: Canvas) -> None:
    canvas.fade([TEAL, mix(TEAL, SKY, 0.6), APRICOT, GLOW], bottom=640)
    nature.sun(canvas, (1010, 520), 120, CORAL, strength=0.6)
    nature.birds(canvas, [(560, 110, 1.0), (650, 150, 0.8), (500, 170, 0.7)], INK)
    for x, tall, flip in ((130, 430, 1), (1290, 470, -1), (1500, 380, -1)):
        town.crane(canvas, (x, 640), tall, mix(TEAL, INK, 0.35), flip=flip)
    town.roofs(canvas, 640, mix(TEAL, SLATE, 0.45), seed=44, tall=120)
    _quay_hall(canvas)
    canvas.box((0, 640), (1600, 48), mix(SLATE, INK, 0.3))
    nature.water(canvas, 688, [mix(APRICOT, TEAL, 0.5), TEAL, mix(TEAL, INK, 0.4)])
    nature.shimmer(canvas, (1010, 710), GLOW, width=130, down=300, seed=5)
    for x in (460, 620, 780):
        nature.shimmer(canvas, (x, 705), LAMP, width=70, down=160, seed=x)
    nature.ripples(canvas, 700, CREAM, seed=7)
    town.boat(canvas, (1260, 900), 520, CLAY)
    town.boat(canvas, (300, 830), 300, DOOR)


def _quay_hall(canvas: Canvas) -> None:
    canvas.box((330, 330), (590, 320), CLAY)
    for bay in range(3):
        left = 330 + bay * 197
        canvas.polygon([(left, 332), (left, 262), (left + 197, 196), (left + 197, 332)], mix(RUST, INK, 0.15))
        canvas.polygon([(left + 163, 246), (left + 163, 214), (left + 190, 205), (left + 190, 246)], SKY)
        canvas.glow((left + 98, 560), 190, GLOW, strength=0.6)
        canvas.arch((left + 98, 644), (140, 230), darker(CLAY, 0.5))
        canvas.arch((left + 98, 644), (118, 214), LAMP if bay != 1 else GLOW)
    machines.compressor(canvas, (428, 640), 34, DOOR)
    machines.compressor(canvas, (820, 640), 34, mix(SLATE, INK, 0.2))
    person(canvas, (625, 640), 130, Body(DELFT, SKINS[1], INK))
    canvas.box((330, 392), (590, 12), darker(CLAY, 0.25))


def neighbourhood(canvas: Canvas) -> None:
    """Draw a quarter from above, as one would on a map: roofs, gardens, and one warm line below it all."""
    canvas.fade([SAGE, mix(SAGE, LEAF, 0.4)])
    chance = Random(11)  # noqa: S311 - houses, no secrets
    for row in range(4):
        top = 60 + row * 262
        canvas.box((0, top + 172), (1600, 58), mix(STEP, PAPER, 0.3))
        canvas.stroke([(0, top + 201), (1600, top + 201)], CORAL, width=13)
        canvas.stroke([(0, top + 201), (1600, top + 201)], LAMP, width=4)
        for column in range(8):
            x = 22 + column * 170 + (212 if column > 5 else 0) - 40 * (row % 2)
            _roof_from_above(canvas, (x, top), chance)
    canvas.box((1026, 0), (92, 1067), mix(SAGE, LEAF, 0.2))
    canvas.box((1040, 0), (64, 1067), mix(STEP, PAPER, 0.3))
    canvas.stroke([(1072, 0), (1072, 1067)], CORAL, width=13)
    canvas.stroke([(1072, 0), (1072, 1067)], LAMP, width=4)
    for row in range(4):
        canvas.disc((1072, 261 + row * 262), 24, DOOR)
        canvas.disc((1072, 261 + row * 262), 12, LAMP)


def _roof_from_above(canvas: Canvas, corner: Point, chance: Random) -> None:
    x, y = corner
    colour = chance.choice([CLAY, RUST, CORAL, SLATE, mix(SLATE, INK, 0.25), CLAY])
    canvas.box((x + 10, y + 14), (132, 118), INK, alpha=0.16)
    canvas.box((x, y), (132, 118), colour)
    canvas.box((x, y), (132, 59), lighter(colour, 0.24))
    canvas.box((x, y + 57), (132, 4), darker(colour, 0.3))
    canvas.box((x + 100, y + 12), (16, 22), darker(colour, 0.35))
    if chance.random() < 0.5:
        for panel in range(3):
            canvas.box((x + 14 + panel * 26, y + 72), (22, 34), mix(DELFT, INK, 0.35))
    canvas.stroke([(x + 66, y + 118), (x + 66, y + 200)], CORAL, width=7)
    if chance.random() < 0.75:
        at = (x + chance.choice([-16, 150]), y + chance.uniform(20, 130))
        canvas.disc((at[0] + 5, at[1] + 6), 25, INK, alpha=0.15)
        canvas.disc(at, 25, DOOR)
        canvas.disc((at[0] - 6, at[1] - 6), 15, LEAF)


def cargo_bridge(canvas: Canvas) -> None:
    canvas.fade([SKY, MIST, CREAM], bottom=700)
    nature.cloud(canvas, (300, 170), 170, PAPER)
    nature.cloud(canvas, (1180, 120), 210, PAPER)
    town.canal_row(canvas, 690, seed=19, dark=0, tall=470, lit=0.06)
    nature.round_tree(canvas, (150, 740), 470, LEAF)
    nature.round_tree(canvas, (1450, 740), 500, mix(LEAF, LAMP, 0.25))
    canvas.box((0, 690), (1600, 50), mix(SLATE, PAPER, 0.25))
    nature.water(canvas, 740, [mix(SKY, TEAL, 0.35), mix(TEAL, SKY, 0.3), TEAL])
    nature.ripples(canvas, 750, CREAM, seed=20)
    town.bridge(canvas, (60, 760), (1540, 990), CLAY)
    town.railing(canvas, (60, 752), 1540, mix(DOOR, INK, 0.5))
    _rider(canvas, (520, 706))
    nature.ripples(canvas, 960, CREAM, seed=21, count=18)


def _rider(canvas: Canvas, foot: Point) -> None:
    x, y = foot
    machines.cargo_bike(canvas, (x, y), 560)
    canvas.stroke([(x + 118, y - 180), (x + 190, y - 120), (x + 140, y - 56)], mix(DELFT, INK, 0.3), width=34)
    person(
        canvas,
        (x + 118, y - 160),
        300,
        Body(CORAL, SKINS[3], LAMP, "cap"),
        hands=[(x + 214, y - 236), (x + 218, y - 240)],
    )
    machines.outdoor_unit(canvas, (x + 300, y - 166), 150)
    canvas.stroke([(x + 268, y - 186), (x + 470, y - 168)], darker(WOOD, 0.3), width=8)


def rising_houses(canvas: Canvas) -> None:
    """Draw a chart whose bars are houses: each year a storey more."""
    canvas.fade([CREAM, mix(GLOW, CREAM, 0.4), APRICOT])
    nature.sun(canvas, (1270, 330), 190, LAMP, strength=0.5)
    for line in range(5):
        canvas.box((110, 900 - line * 165), (1380, 3), mix(APRICOT, CLAY, 0.35))
    colours = (
        SLATE,
        mix(SLATE, DOOR, 0.35),
        mix(SLATE, DOOR, 0.7),
        DOOR,
        mix(DOOR, INK, 0.15),
        mix(DOOR, INK, 0.3),
    )
    for number, colour in enumerate(colours):
        tall = 210 + number**1.5 * 52
        lit = tuple(range(number * 2)) if number > 2 else (0,) * (number > 0)
        look = town.House(colour, town.GABLES[number % 5], lit, 0.05, darker(CLAY))
        town.canal_house(canvas, (140 + number * 222, 900), (178, tall), look)
    canvas.box((90, 898), (1420, 20), mix(SLATE, INK, 0.2), round_by=5)
    canvas.fade([mix(SAND, CLAY, 0.25), SAND], top=918)
    for number in range(6):
        canvas.box((184 + number * 222, 962), (90, 16), mix(SAND, INK, 0.4), round_by=8)
    machines.outdoor_unit(canvas, (1452, 900), 104)


def bunting(canvas: Canvas) -> None:
    canvas.fade([mix(DELFT, SKY, 0.65), SKY, MIST], bottom=760)
    nature.cloud(canvas, (260, 300), 170, CREAM)
    nature.cloud(canvas, (1300, 220), 200, CREAM)
    canvas.box((180, 360), (1240, 520), CREAM)
    canvas.polygon([(120, 370), (800, 110), (1480, 370)], CLAY)
    canvas.polygon([(220, 370), (800, 150), (1380, 370)], darker(CLAY, 0.12))
    for x, is_open in ((430, False), (800, True), (1170, False)):
        canvas.arch((x, 880), (290, 420), mix(SLATE, PAPER, 0.2))
        canvas.arch((x, 880), (256, 400), GLOW if is_open else DOOR)
        if not is_open:
            canvas.box((x - 3, 490), (6, 390), INK, alpha=0.25)
    canvas.arch((800, 330), (110, 130), LAMP)
    machines.outdoor_unit(canvas, (712, 880), 176)
    canvas.fade([mix(STEP, SAGE, 0.4), mix(SLATE, SAGE, 0.5)], top=880)
    for number, (x, style) in enumerate(((300, "bun"), (560, "short"), (1010, "curly"), (1330, "long"))):
        clothes = (CORAL, DELFT, LEAF, LAMP)[number]
        person(canvas, (x, 1067), 340, Body(clothes, SKINS[number], (INK, RUST, INK, WOOD)[number], style))
    _flags(canvas)


def _flags(canvas: Canvas) -> None:
    for start, drop in (((-20, 120), 170), ((-20, 300), 130)):
        for number in range(19):
            part = number / 18
            x, y = start[0] + 1640 * part, start[1] + drop * 4 * part * (1 - part) - 40 * part
            colour = (LAMP, CORAL, CREAM, DOOR, SKY)[number % 5]
            canvas.polygon([(x - 36, y), (x + 36, y + 3), (x + 2, y + 78)], colour)
        line = [
            (start[0] + 1640 * part / 40, start[1] + drop * 4 * part / 40 * (1 - part / 40) - part)
            for part in range(41)
        ]
        canvas.stroke(line, INK, width=5)
