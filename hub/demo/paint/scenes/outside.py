"""Gardens, dikes, snow and night skies."""

from random import Random

from hub.demo.paint import machines, nature, town
from hub.demo.paint.canvas import Canvas, Point, smooth
from hub.demo.paint.colours import (
    APRICOT,
    BARK,
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
    PLUM,
    RUST,
    SAGE,
    SKY,
    SLATE,
    TEAL,
    lighter,
    mix,
)


def garden_dusk(canvas: Canvas) -> None:
    canvas.fade([PLUM, DUSK, CORAL, APRICOT, GLOW], bottom=720)
    nature.sun(canvas, (1130, 610), 92, LAMP)
    nature.cloud(canvas, (330, 250), 150, CORAL, alpha=0.45)
    nature.cloud(canvas, (840, 170), 110, DUSK, alpha=0.5)
    nature.birds(canvas, [(620, 260, 0.9), (700, 230, 0.7), (665, 300, 0.6)], PLUM)
    nature.hills(canvas, [640, 600, 630, 580, 640, 620], mix(CORAL, PLUM, 0.55))
    town.roofs(canvas, 660, mix(PLUM, CORAL, 0.25), seed=5, tall=130)
    nature.hills(canvas, [700, 670, 690, 660, 690, 680], mix(DOOR, PLUM, 0.5))
    nature.poplar(canvas, (1380, 760), 430, mix(DOOR, PLUM, 0.35))
    nature.poplar(canvas, (1470, 770), 350, mix(DOOR, PLUM, 0.45))
    _house_corner(canvas)
    nature.hills(canvas, [850, 830, 846, 820, 836, 850], mix(DOOR, INK, 0.2))
    canvas.glow((420, 860), 420, GLOW, strength=0.35)
    machines.outdoor_unit(canvas, (700, 912), 420, dark=0.12)
    nature.blackbird(canvas, (1010, 604), 130, beak=LAMP)
    nature.hills(canvas, [930, 905, 925, 900, 928, 915], mix(DOOR, INK, 0.42))
    _tulips(canvas, seed=4)


def _house_corner(canvas: Canvas) -> None:
    canvas.box((-20, 330), (560, 580), mix(CLAY, PLUM, 0.35))
    canvas.polygon([(-20, 350), (-20, 90), (250, 20), (610, 350)], mix(SLATE, PLUM, 0.62))
    for x in (120, 400):
        canvas.glow((x, 590), 240, GLOW, strength=0.7)
        canvas.arch((x, 720), (168, 270), CREAM)
        canvas.arch((x, 712), (144, 250), LAMP)
        canvas.arch((x, 712), (84, 180), lighter(LAMP, 0.5), alpha=0.6)
        canvas.box((x - 4, 462), (8, 250), CREAM)
        canvas.box((x - 74, 590), (148, 7), CREAM)
        canvas.box((x - 100, 720), (200, 18), CREAM, round_by=4)
    nature.plant(canvas, (400, 722), 110, leaves=DOOR, pot=RUST)


def _tulips(canvas: Canvas, *, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - flowers, no secrets
    for x in range(10, canvas.width, 38):
        base, tall = canvas.height, chance.uniform(70, 150)
        at = (x + chance.uniform(-12, 12), base - tall)
        canvas.stroke([(at[0] + chance.uniform(-14, 14), base), at], mix(LEAF, INK, 0.3), width=6)
        nature.leaf(
            canvas,
            (at[0], base - 6),
            tall * 0.8,
            degrees=-90 + chance.uniform(-34, 34),
            colour=mix(LEAF, INK, 0.42),
        )
        colour = chance.choice([CORAL, LAMP, CORAL, CREAM, RUST])
        canvas.polygon(
            smooth(
                [
                    (at[0] - 17, at[1] - 22),
                    (at[0] - 13, at[1] + 12),
                    (at[0], at[1] + 20),
                    (at[0] + 13, at[1] + 12),
                    (at[0] + 17, at[1] - 22),
                    (at[0] + 7, at[1] - 6),
                    (at[0], at[1] - 28),
                    (at[0] - 7, at[1] - 6),
                    (at[0] - 17, at[1] - 22),
                ],
                steps=5,
            ),
            colour,
        )


def blackbird_at_dawn(canvas: Canvas) -> None:
    canvas.fade([DELFT, SLATE, SKY, GLOW, APRICOT], bottom=900)
    nature.sun(canvas, (860, 560), 250, LAMP, strength=0.55)
    nature.cloud(canvas, (300, 330), 170, CREAM, alpha=0.5)
    nature.cloud(canvas, (1350, 250), 200, CREAM, alpha=0.4)
    nature.hills(canvas, [860, 830, 850, 820, 850, 840], mix(SLATE, APRICOT, 0.4))
    town.roofs(canvas, 900, mix(DELFT, SLATE, 0.5), seed=12, tall=170)
    town.church(canvas, (270, 910), 400, mix(DELFT, SLATE, 0.5))
    town.roofs(canvas, 1010, mix(DELFT, INK, 0.55), seed=31, tall=170)
    canvas.box((0, 1000), (1600, 80), mix(DELFT, INK, 0.55))
    _branch_with_leaves(canvas)
    nature.blackbird(canvas, (800, 772), 430, beak=LAMP)
    for number, (x, y) in enumerate(((1230, 300), (1310, 250), (1400, 262))):
        _note(canvas, (x, y), 1 - number * 0.14)


def _branch_with_leaves(canvas: Canvas) -> None:
    canvas.stroke(smooth([(-30, 880), (300, 800), (760, 778), (1180, 800), (1640, 700)]), BARK, width=40)
    canvas.stroke(smooth([(1120, 796), (1260, 880), (1420, 900)]), BARK, width=22)
    for x, y, degrees in (
        (210, 812, -120),
        (330, 800, -60),
        (470, 790, 70),
        (1090, 800, 80),
        (1270, 884, 30),
        (1330, 780, -70),
        (1400, 898, 10),
        (1480, 744, 60),
        (1550, 720, -50),
        (90, 846, 60),
    ):
        nature.leaf(canvas, (x, y), 130, degrees=degrees, colour=LEAF if degrees > 0 else DOOR)


def _note(canvas: Canvas, at: Point, size: float) -> None:
    x, y = at
    canvas.oval((x, y + 60 * size), (24 * size, 18 * size), CREAM)
    canvas.stroke(
        [(x + 21 * size, y + 58 * size), (x + 21 * size, y - 30 * size), (x + 52 * size, y - 8 * size)],
        CREAM,
        width=9 * size,
    )


def quiet_rings(canvas: Canvas) -> None:
    """Draw a sleeping yard from above the roofs: the rings of sound are gone before the nearest window."""
    canvas.fade([NIGHT, mix(NIGHT, DELFT, 0.55), mix(DUSK, DELFT, 0.5)], bottom=760)
    nature.stars(canvas, below=620, seed=9, count=110)
    nature.moon(canvas, (1270, 210), 74)
    town.canal_row(canvas, 800, seed=21, dark=0.78, tall=430, lit=0.1)
    canvas.fade([mix(DOOR, NIGHT, 0.65), mix(DOOR, NIGHT, 0.85)], top=800)
    for number, radius in enumerate((190, 260, 330, 400)):
        canvas.ring((800, 860), radius, LAMP, width=7 - number, alpha=0.5 - 0.12 * number)
    canvas.glow((800, 860), 330, LAMP, strength=0.35)
    machines.outdoor_unit(canvas, (630, 985), 340, dark=0.3)
    nature.round_tree(canvas, (210, 960), 430, mix(DOOR, NIGHT, 0.5))
    nature.round_tree(canvas, (1420, 1000), 480, mix(DOOR, NIGHT, 0.45))
    canvas.box((0, 1000), (1600, 80), mix(DOOR, NIGHT, 0.9))


def snow(canvas: Canvas) -> None:
    canvas.fade([mix(DELFT, NIGHT, 0.5), DELFT, SLATE, MIST], bottom=760)
    nature.stars(canvas, below=340, seed=2, count=50)
    _northern_light(canvas)
    nature.hills(canvas, [640, 520, 600, 470, 560, 610], mix(SLATE, CREAM, 0.45))
    nature.hills(canvas, [690, 660, 640, 690, 650, 680], mix(MIST, SLATE, 0.2))
    for x, y, tall in (
        (90, 760, 340),
        (220, 740, 260),
        (1130, 735, 250),
        (1240, 760, 330),
        (1390, 745, 290),
        (1510, 790, 400),
    ):
        nature.fir(canvas, (x, y), tall, TEAL, snow=True)
    nature.hills(canvas, [770, 745, 760, 740, 770, 760], MIST)
    _cabin(canvas)
    nature.hills(canvas, [880, 870, 850, 885, 905, 890], CREAM)
    canvas.glow((560, 930), 380, GLOW, strength=0.6)
    machines.outdoor_unit(canvas, (900, 955), 300, dark=0.06)
    canvas.box((896, 718), (308, 34), CREAM, round_by=17)
    nature.hills(canvas, [985, 960, 950, 975, 968, 985], lighter(MIST, 0.6))
    nature.snowfall(canvas, seed=6)


def _northern_light(canvas: Canvas) -> None:
    for number in range(3):
        top = 90 + 60 * number
        edge = smooth(
            [
                (0, top + 120),
                (300, top + 20),
                (640, top + 110),
                (980, top),
                (1320, top + 90),
                (1640, top - 20),
            ]
        )
        canvas.polygon([*edge, *((x, y + 90) for x, y in reversed(edge))], SAGE, alpha=0.16)


def _cabin(canvas: Canvas) -> None:
    canvas.box((360, 560), (430, 340), mix(CLAY, INK, 0.18))
    for plank in range(8):
        canvas.box((360, 592 + 40 * plank), (430, 5), mix(CLAY, INK, 0.4))
    canvas.polygon([(310, 580), (575, 350), (840, 580)], CREAM)
    canvas.polygon([(375, 580), (575, 408), (775, 580)], mix(CLAY, INK, 0.3))
    canvas.box((690, 370), (52, 130), mix(CLAY, INK, 0.35))
    canvas.box((682, 360), (68, 20), CREAM, round_by=8)
    for x in (460, 680):
        canvas.glow((x, 700), 200, GLOW, strength=0.8)
        canvas.arch((x, 770), (100, 140), CREAM)
        canvas.arch((x, 766), (84, 128), LAMP)
        canvas.box((x - 3, 640), (6, 126), CREAM)
    canvas.arch((570, 900), (92, 190), DOOR)
    canvas.slice((570, 756), 36, (180, 360), GLOW)


def courtyard(canvas: Canvas) -> None:
    canvas.fade([NIGHT, mix(NIGHT, TEAL, 0.5), mix(TEAL, DUSK, 0.4)])
    nature.stars(canvas, below=560, seed=14)
    nature.moon(canvas, (360, 220), 96)
    for left, tall, colour in ((-60, 700, mix(RUST, NIGHT, 0.62)), (1180, 780, mix(SLATE, NIGHT, 0.66))):
        canvas.box((left, 1067 - tall), (480, tall), colour)
        canvas.polygon(
            [(left - 30, 1067 - tall), (left + 240, 1067 - tall - 210), (left + 510, 1067 - tall)],
            mix(colour, NIGHT, 0.4),
        )
    for x, y, is_lit in (
        (60, 620, False),
        (260, 620, True),
        (60, 830, False),
        (1290, 520, False),
        (1490, 520, False),
        (1290, 730, True),
        (1490, 730, False),
    ):
        _night_window(canvas, (x, y), is_lit=is_lit)
    _brick_wall(canvas)
    machines.outdoor_unit(canvas, (640, 945), 330, dark=0.34)
    nature.round_tree(canvas, (1120, 900), 560, mix(DOOR, NIGHT, 0.45))
    canvas.fade([mix(TEAL, NIGHT, 0.5), mix(NIGHT, INK, 0.3)], top=940)
    for x in range(40, 1600, 150):
        canvas.box((x, 960 + (x % 3) * 14), (120, 26), mix(SLATE, NIGHT, 0.6), round_by=12)
    nature.plant(canvas, (520, 1010), 170, leaves=mix(LEAF, NIGHT, 0.35), pot=mix(CLAY, NIGHT, 0.3))
    nature.plant(canvas, (1380, 1040), 220, leaves=mix(LEAF, NIGHT, 0.4), pot=mix(RUST, NIGHT, 0.2))


def _night_window(canvas: Canvas, foot: Point, *, is_lit: bool) -> None:
    x, y = foot
    if is_lit:
        canvas.glow((x, y - 60), 190, GLOW, strength=0.6)
    canvas.arch((x, y), (104, 140), mix(CREAM, NIGHT, 0.3))
    canvas.arch((x, y - 4), (88, 126), LAMP if is_lit else mix(DELFT, NIGHT, 0.7))
    canvas.box((x - 3, y - 130), (6, 126), mix(CREAM, NIGHT, 0.3))
    canvas.box((x - 64, y - 2), (128, 12), mix(CREAM, NIGHT, 0.3), round_by=3)


def _brick_wall(canvas: Canvas) -> None:
    wall = mix(CLAY, NIGHT, 0.6)
    canvas.box((400, 610), (800, 360), wall)
    canvas.box((380, 590), (840, 32), mix(SLATE, NIGHT, 0.45), round_by=5)
    for row in range(9):
        for column in range(10):
            if (row * 7 + column * 5) % 4 == 0:
                canvas.box(
                    (412 + column * 80 + 36 * (row % 2), 636 + row * 36),
                    (62, 22),
                    lighter(wall, 0.08),
                    round_by=3,
                )


def van_dike(canvas: Canvas) -> None:
    canvas.fade([SKY, MIST, GLOW, APRICOT], bottom=700)
    nature.sun(canvas, (360, 520), 120, LAMP, strength=0.8)
    nature.cloud(canvas, (980, 210), 190, CREAM)
    nature.cloud(canvas, (1400, 330), 130, CREAM, alpha=0.7)
    nature.birds(canvas, [(700, 190, 0.8), (760, 230, 0.7), (640, 240, 0.6), (820, 200, 0.5)], SLATE)
    nature.hills(canvas, [600, 590, 604, 588, 600, 596], mix(SAGE, SLATE, 0.45))
    town.church(canvas, (1260, 600), 190, mix(SLATE, SAGE, 0.2))
    town.windmill(canvas, (1040, 640), 420, mix(BARK, SLATE, 0.25), sails=CREAM)
    canvas.fade([SAGE, mix(SAGE, LEAF, 0.6)], top=620)
    for row in range(7):
        canvas.stroke(
            [(0, 660 + row * 26), (1600, 640 + row * 34)], mix(SAGE, LEAF, 0.75 if row % 2 else 0.3), width=8
        )
    canvas.polygon(
        [*smooth([(0, 700), (300, 720), (800, 715), (1200, 690), (1600, 700)]), (1600, 770), (0, 770)], SKY
    )
    nature.hills(canvas, [850, 815, 790, 785, 800, 830], LEAF)
    nature.hills(canvas, [880, 845, 818, 812, 828, 860], mix(SLATE, INK, 0.35))
    machines.van(canvas, (560, 842), 470)
    nature.hills(canvas, [930, 890, 866, 862, 880, 915], DOOR)
    nature.reeds(canvas, 1080, mix(DOOR, INK, 0.25), seed=8)


def van_rain(canvas: Canvas) -> None:
    canvas.fade([mix(SLATE, NIGHT, 0.55), SLATE, mix(SLATE, MIST, 0.6)], bottom=760)
    town.roofs(canvas, 700, mix(SLATE, NIGHT, 0.3), seed=17, tall=190)
    town.terrace(canvas, (-120, 760), 10, drop=-6, lit=(1, 2, 4, 7, 8))
    canvas.fade([mix(SLATE, INK, 0.55), mix(SLATE, INK, 0.25)], top=756)
    canvas.box((0, 748), (1600, 26), mix(SLATE, MIST, 0.4))
    for x in (110, 340, 720, 1260, 1450):
        nature.shimmer(canvas, (x, 800), LAMP, width=70, down=230, seed=x)
    town.lantern(canvas, (1310, 800), 380, is_lit=True)
    machines.van(canvas, (420, 925), 620, stripe=DOOR)
    nature.shimmer(canvas, (1090, 930), GLOW, width=110, down=110, seed=4)
    _rain(canvas)


def _rain(canvas: Canvas) -> None:
    chance = Random(3)  # noqa: S311
    for _drop in range(190):
        x, y, long = chance.uniform(-40, 1640), chance.uniform(-40, 1067), chance.uniform(18, 54)
        canvas.stroke([(x, y), (x - long * 0.28, y + long)], CREAM, width=2.4, alpha=0.4)
