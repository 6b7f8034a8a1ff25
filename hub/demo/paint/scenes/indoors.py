"""Workshops, classrooms and living rooms."""

from math import sin

from hub.demo.paint import machines, nature
from hub.demo.paint.canvas import Canvas, Point, smooth
from hub.demo.paint.colours import (
    APRICOT,
    BARK,
    CLAY,
    CORAL,
    CREAM,
    DELFT,
    DOOR,
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
    Colour,
    darker,
    lighter,
    mix,
)
from hub.demo.paint.figures import Body, big_hand, cat, person


def _high_windows(canvas: Canvas, middles: tuple[int, ...], *, foot: float, size: Point, sky: Colour) -> None:
    for x in middles:
        canvas.arch((x, foot), (size[0] + 26, size[1] + 14), mix(SLATE, INK, 0.25))
        canvas.arch((x, foot), size, sky)
        canvas.box((x - 4, foot - size[1]), (8, size[1]), mix(SLATE, INK, 0.25))
        for bar in (0.36, 0.68):
            canvas.box((x - size[0] / 2, foot - size[1] * bar), (size[0], 7), mix(SLATE, INK, 0.25))
        canvas.box((x - size[0] / 2 - 26, foot), (size[0] + 52, 20), STEP, round_by=4)


def _pegboard(canvas: Canvas, corner: Point, size: Point) -> None:
    (x, y), (width, height) = corner, size
    canvas.box(corner, size, mix(WOOD, SAND, 0.4), round_by=10)
    for row in range(int(height / 44)):
        for column in range(int(width / 44)):
            canvas.disc((x + 26 + column * 44, y + 26 + row * 44), 4, BARK, alpha=0.5)
    machines.wrench(canvas, (x + width * 0.1, y + height * 0.5), height * 0.7, degrees=90)
    machines.wrench(canvas, (x + width * 0.22, y + height * 0.45), height * 0.56, degrees=90)
    machines.hammer(canvas, (x + width * 0.38, y + height * 0.55), height * 0.72, degrees=-90)
    machines.screwdriver(canvas, (x + width * 0.55, y + height * 0.5), height * 0.66, degrees=-90)
    machines.screwdriver(canvas, (x + width * 0.65, y + height * 0.5), height * 0.54, degrees=-90, grip=CORAL)
    machines.pliers(canvas, (x + width * 0.84, y + height * 0.42), height * 0.58, degrees=90)


def assembly_line(canvas: Canvas) -> None:
    canvas.fade([mix(DOOR, NIGHT, 0.55), mix(DOOR, NIGHT, 0.2), mix(DOOR, SAGE, 0.35)], bottom=780)
    _high_windows(canvas, (210, 505, 800, 1095, 1390), foot=440, size=(190, 300), sky=mix(APRICOT, GLOW, 0.4))
    canvas.fade([mix(SLATE, DOOR, 0.4), mix(SLATE, INK, 0.45)], top=780)
    for x in (330, 800, 1270):
        machines.pendant(canvas, (x, 330), 190, shade=LAMP)
    workers = (
        Body(LAMP, SKINS[2], INK, "curly", DOOR),
        Body(CORAL, SKINS[0], RUST, "bun", DOOR),
        Body(DELFT, SKINS[3], INK, "cap"),
    )
    for x, body in zip((262, 622, 1342), workers, strict=True):
        person(canvas, (x, 800), 400, body, hands=[(x - 96, 690), (x + 104, 684)])
    canvas.box((0, 806), (1600, 46), mix(SLATE, INK, 0.5))
    canvas.box((0, 800), (1600, 16), STEP)
    for x in range(30, 1600, 74):
        canvas.disc((x, 842), 17, mix(STEP, INK, 0.35))
    for number, x in enumerate((-60, 300, 660, 1020, 1380)):
        machines.outdoor_unit(canvas, (x, 803), 280, body=(PAPER, CREAM)[number % 2])


def quay_workshop(canvas: Canvas) -> None:
    canvas.fade([CREAM, mix(SAND, CREAM, 0.4)], bottom=830)
    _high_windows(canvas, (330, 720), foot=520, size=(300, 400), sky=SKY)
    for x, hull in ((300, CLAY), (760, DOOR)):
        canvas.polygon([(x - 90, 470), (x + 90, 470), (x + 60, 508), (x - 66, 508)], hull)
        canvas.box((x - 50, 432), (60, 38), PAPER, round_by=4)
    _pegboard(canvas, (960, 150), (540, 330))
    canvas.fade([mix(SAND, WOOD, 0.35), mix(WOOD, SAND, 0.2)], top=830)
    for board in range(8):
        canvas.stroke([(board * 260 - 200, 1067), (board * 190 + 60, 830)], BARK, width=4, alpha=0.3)
    machines.pendant(canvas, (545, 190), 150, reach=500)
    body = Body(DELFT, SKINS[4], INK, "short", LAMP)
    person(canvas, (850, 712), 480, body, hands=[(700, 640), (1010, 650)])
    machines.bench(canvas, (120, 690), (1360, 310))
    machines.compressor(canvas, (330, 690), 110, DOOR)
    machines.compressor(canvas, (500, 690), 110, mix(SLATE, INK, 0.1))
    machines.gauge(canvas, (1400, 630), 58, needle=0.7)
    machines.toolbox(canvas, (1130, 690), 200)
    machines.compressor(canvas, (1040, 690), 96, CORAL)
    machines.wrench(canvas, (710, 606), 150, degrees=-60)


def cutaway(canvas: Canvas) -> None:
    """Draw a house without its front wall: four rooms, and the pipes that join them."""
    canvas.fade([SKY, MIST, mix(SAGE, MIST, 0.4)])
    nature.cloud(canvas, (210, 190), 150, CREAM)
    nature.cloud(canvas, (1450, 260), 150, CREAM)
    nature.hills(canvas, [930, 915, 925, 910, 922, 918], LEAF)
    canvas.polygon([(330, 380), (770, 90), (1210, 380)], mix(SLATE, INK, 0.35))
    canvas.polygon([(420, 380), (770, 150), (1120, 380)], mix(SAND, CREAM, 0.5))
    canvas.box((360, 370), (820, 560), CLAY)
    rooms = (
        (384, 394, mix(SKY, CREAM, 0.45)),
        (784, 394, mix(GLOW, CREAM, 0.35)),
        (384, 664, mix(APRICOT, CREAM, 0.3)),
        (784, 664, mix(SAGE, CREAM, 0.45)),
    )
    for x, y, colour in rooms:
        canvas.box((x, y), (372, 242), colour)
        canvas.box((x, y + 226), (372, 18), WOOD)
    _cutaway_rooms(canvas)
    copper = mix(CORAL, WOOD, 0.3)
    machines.pipe(canvas, [(1240, 850), (1160, 850), (1160, 640), (420, 640)], copper)
    machines.pipe(canvas, [(1240, 884), (1186, 884), (1186, 910), (420, 910)], DELFT)
    machines.pipe(canvas, [(770, 640), (770, 290), (700, 290)], copper)
    machines.outdoor_unit(canvas, (1224, 934), 250)
    nature.round_tree(canvas, (170, 940), 430, LEAF)
    nature.hills(canvas, [985, 968, 978, 966, 976, 970], DOOR)


def _cutaway_rooms(canvas: Canvas) -> None:
    canvas.box((420, 560), (190, 62), CREAM, round_by=14)
    canvas.box((420, 530), (70, 44), PAPER, round_by=14)
    canvas.box((480, 552), (132, 60), DELFT, round_by=12)
    machines.radiator(canvas, (650, 540), (90, 76))
    canvas.arch((970, 540), (110, 120), SKY)
    machines.radiator(canvas, (1050, 540), (90, 76))
    nature.plant(canvas, (850, 622), 110, leaves=LEAF, pot=RUST)
    canvas.box((430, 800), (210, 92), CORAL, round_by=26)
    canvas.box((410, 838), (34, 56), darker(CORAL, 0.15), round_by=14)
    canvas.box((626, 838), (34, 56), darker(CORAL, 0.15), round_by=14)
    canvas.glow((710, 750), 120, GLOW, strength=0.8)
    canvas.polygon([(680, 770), (740, 770), (726, 720), (694, 720)], LAMP)
    canvas.stroke([(710, 770), (710, 890)], BARK, width=7)
    canvas.box((820, 690), (120, 202), PAPER, round_by=12)
    machines.gauge(canvas, (880, 750), 34, needle=0.5)
    for body, x in ((Body(LAMP, SKINS[5], INK, "cap"), 1010), (Body(DOOR, SKINS[0], RUST, "long"), 1100)):
        person(canvas, (x, 892), 190, body, hands=[(x - 70, 800), (x + 20, 830)])
    canvas.box((600, 250), (100, 100), DELFT, round_by=14)
    canvas.box((630, 230), (40, 20), SLATE)


def shelves(canvas: Canvas) -> None:
    canvas.fade([mix(RUST, INK, 0.4), mix(RUST, INK, 0.6)])
    colours = (DOOR, SLATE, TEAL, mix(SLATE, INK, 0.25), mix(DOOR, LEAF, 0.5), DELFT)
    for row in range(3):
        base = 330 + row * 340
        canvas.box((0, base - 300), (1600, 330), mix(RUST, INK, 0.52 + 0.08 * row))
        for column in range(8):
            x = 110 + column * 198 + 30 * (row % 2)
            is_done = (row, column) in {(0, 5), (1, 2), (1, 3), (2, 0), (2, 6)}
            if is_done:
                canvas.glow((x, base - 110), 230, GLOW, strength=0.75)
            machines.compressor(
                canvas, (x, base), 128, LAMP if is_done else colours[(row * 5 + column * 2) % 6]
            )
        canvas.box((0, base), (1600, 30), WOOD)
        canvas.box((0, base + 20), (1600, 12), darker(WOOD, 0.35))
    for x in (20, 800, 1560):
        canvas.box((x, 0), (24, 1067), darker(WOOD, 0.5))


def two_hands(canvas: Canvas) -> None:
    canvas.fade([GLOW, APRICOT, CORAL])
    canvas.glow((800, 520), 620, CREAM, strength=0.85)
    for number in range(24):
        canvas.slice((800, 520), 1200, (number * 15, number * 15 + 6), CREAM, alpha=0.14)
    machines.compressor(canvas, (800, 770), 300, DOOR)
    big_hand(canvas, (480, 700), 250, skin=SKINS[2], sleeve=mix(DELFT, INK, 0.1))
    big_hand(canvas, (1120, 700), 250, skin=SKINS[0], sleeve=RUST, flip=-1)


def manual_hills(canvas: Canvas) -> None:
    """Draw an open book whose pages are a landscape: what is written down can be walked through."""
    canvas.fade([mix(DELFT, SKY, 0.4), SKY, CREAM], bottom=760)
    nature.sun(canvas, (800, 430), 110, LAMP)
    nature.birds(canvas, [(500, 230, 0.9), (580, 270, 0.7), (1080, 210, 0.8)], DELFT)
    canvas.polygon(
        [*smooth([(120, 900), (260, 560), (520, 610), (800, 720)]), (800, 960), (120, 1000)], PAPER
    )
    canvas.polygon(
        [*smooth([(800, 720), (1080, 610), (1340, 560), (1480, 900)]), (1480, 1000), (800, 960)], CREAM
    )
    for number, colour in enumerate((SAGE, LEAF, DOOR)):
        lift = 40 * number
        canvas.polygon(
            [
                *smooth(
                    [
                        (210, 700 + lift),
                        (360, 640 + lift),
                        (520, 670 + lift),
                        (680, 720 + lift),
                        (790, 760 + lift),
                    ]
                ),
                (790, 900),
                (180, 930),
            ],
            colour,
        )
    _drawn_machine(canvas)
    canvas.fade([mix(WOOD, BARK, 0.2), BARK], top=950)
    canvas.polygon([(90, 920), (800, 952), (1510, 920), (1530, 1000), (800, 1010), (70, 1000)], DOOR)
    canvas.polygon(
        [(120, 900), (800, 938), (1480, 900), (1480, 930), (800, 966), (120, 930)], mix(PAPER, STEP, 0.4)
    )
    nature.round_tree(canvas, (330, 720), 170, mix(LEAF, LAMP, 0.15))
    nature.round_tree(canvas, (560, 760), 130, mix(LEAF, LAMP, 0.3))
    machines.outdoor_unit(canvas, (620, 850), 130)
    machines.screwdriver(canvas, (1320, 1010), 300, degrees=8)


def _drawn_machine(canvas: Canvas) -> None:
    """Draw the other page: lines, a fan and numbers that point at parts."""
    canvas.ring((1060, 770), 86, DELFT, width=6)
    canvas.ring((1060, 770), 58, DELFT, width=4)
    canvas.disc((1060, 770), 18, DELFT)
    canvas.box((1200, 690), (150, 150), CREAM, round_by=12)
    for edge in (
        ((1200, 690), (150, 6)),
        ((1200, 834), (150, 6)),
        ((1200, 690), (6, 150)),
        ((1344, 690), (6, 150)),
    ):
        canvas.box(*edge, DELFT)
    for at, end in (((1060, 684), (1010, 650)), ((1146, 770), (1186, 800)), ((1270, 690), (1290, 640))):
        canvas.stroke([at, end], CORAL, width=4)
        canvas.disc(end, 17, CORAL)
    for line in range(3):
        canvas.box((900 + line * 8, 830 + 28 * line), (90 - 14 * line, 9), STEP, round_by=4)
        canvas.box((1220, 720 + 30 * line), (110 - 18 * line, 9), STEP, round_by=4)


def flat_lay(canvas: Canvas) -> None:
    """Draw tools laid out on green cloth around an open manual, seen from above."""
    canvas.fade([mix(DOOR, LEAF, 0.25), DOOR])
    for x in range(-200, 1700, 130):
        canvas.stroke([(x, 1067), (x + 380, 0)], mix(DOOR, LEAF, 0.3), width=3, alpha=0.6)
    for x, paper in ((520, PAPER), (800, CREAM)):
        canvas.box((x + 12, 282), (280, 500), INK, round_by=8, alpha=0.3)
        canvas.box((x, 270), (280, 500), paper, round_by=8)
    canvas.ring((660, 440), 88, DELFT, width=7)
    canvas.ring((660, 440), 56, DELFT, width=5)
    canvas.disc((660, 440), 18, CORAL)
    for line in range(5):
        canvas.box((565, 580 + line * 32), (190 - 24 * (line % 3), 11), STEP, round_by=5)
        canvas.box((845, 330 + line * 32), (190 - 30 * (line % 2), 11), STEP, round_by=5)
    canvas.box((845, 520), (190, 200), mix(SKY, PAPER, 0.4), round_by=8)
    machines.compressor(canvas, (940, 700), 74, DELFT)
    machines.wrench(canvas, (260, 380), 480, degrees=-62)
    machines.wrench(canvas, (370, 640), 380, degrees=-62, colour=lighter(SLATE, 0.25))
    machines.screwdriver(canvas, (1260, 300), 400, degrees=40)
    machines.screwdriver(canvas, (1380, 480), 360, degrees=40, grip=CORAL)
    machines.pliers(canvas, (1270, 780), 400, degrees=70)
    machines.hammer(canvas, (300, 900), 460, degrees=-8)
    for x, y in ((1490, 120), (1440, 170), (1520, 210), (700, 900), (760, 930), (650, 950), (830, 890)):
        canvas.disc((x, y), 22, LAMP)
        canvas.disc((x, y), 9, darker(LAMP, 0.4))


def autumn_house(canvas: Canvas) -> None:
    canvas.fade([mix(SKY, APRICOT, 0.2), MIST, GLOW], bottom=800)
    nature.sun(canvas, (300, 300), 110, LAMP)
    nature.cloud(canvas, (1220, 190), 200, CREAM)
    nature.hills(canvas, [720, 680, 700, 670, 700, 690], mix(APRICOT, SAGE, 0.5))
    for x, tall, colour in ((120, 480, CORAL), (1420, 560, LAMP), (1270, 380, mix(CORAL, LAMP, 0.5))):
        nature.round_tree(canvas, (x, 850), tall, colour)
    canvas.box((430, 420), (640, 460), CREAM)
    canvas.polygon([(370, 440), (750, 150), (1130, 440)], RUST)
    canvas.polygon([(450, 440), (750, 212), (1050, 440)], CREAM)
    canvas.box((930, 190), (64, 150), darker(CLAY, 0.2))
    for x, y in ((560, 620), (940, 620), (750, 400)):
        canvas.arch((x, y), (124, 150), mix(SLATE, INK, 0.2))
        canvas.arch((x, y - 4), (106, 136), LAMP if y > 500 else mix(SKY, CREAM, 0.3))
        canvas.box((x - 4, y - 140), (8, 136), CREAM)
        canvas.box((x - 76, y - 4), (152, 14), STEP, round_by=4)
    canvas.arch((750, 880), (146, 260), darker(DOOR, 0.3))
    canvas.arch((750, 880), (122, 246), DOOR)
    canvas.slice((750, 695), 50, (180, 360), GLOW)
    canvas.disc((792, 780), 8, LAMP)
    nature.hills(canvas, [900, 876, 880, 872, 878, 890], mix(LEAF, APRICOT, 0.3))
    canvas.box((650, 868), (200, 22), STEP, round_by=5)
    machines.outdoor_unit(canvas, (1090, 900), 190)
    nature.hills(canvas, [985, 960, 968, 950, 960, 975], mix(LEAF, CLAY, 0.35))
    for x, y, turn in (
        (200, 1000, 20),
        (380, 960, 130),
        (560, 1020, 200),
        (900, 990, 60),
        (1180, 1020, 300),
        (1400, 985, 10),
        (1010, 330, 80),
        (260, 620, 140),
    ):
        nature.leaf(canvas, (x, y), 62, degrees=turn, colour=CORAL if turn % 3 else LAMP)


def warm_room(canvas: Canvas) -> None:
    canvas.fade([mix(DOOR, SAGE, 0.3), mix(DOOR, SAGE, 0.42)], bottom=760)
    canvas.arch((420, 620), (420, 500), CREAM)
    canvas.arch((420, 612), (380, 472), SKY)
    nature.cloud(canvas, (440, 380), 110, CREAM)
    nature.fir(canvas, (330, 612), 190, TEAL, snow=True)
    nature.fir(canvas, (500, 612), 240, TEAL, snow=True)
    canvas.box((230, 560), (380, 52), CREAM)
    canvas.box((416, 150), (9, 462), CREAM)
    canvas.box((180, 612), (480, 22), CREAM, round_by=4)
    canvas.fade([mix(APRICOT, WOOD, 0.35), mix(CORAL, WOOD, 0.3)], top=760)
    for number in range(9):
        wave = [(x, 800 + number * 32 + 7 * sin(x / 90 + number)) for x in range(0, 1601, 40)]
        canvas.stroke(wave, LAMP, width=5, alpha=0.38)
    canvas.glow((1210, 330), 420, GLOW, strength=0.65)
    canvas.stroke([(1330, 800), (1330, 360), (1250, 300)], INK, width=10)
    canvas.polygon([(1140, 380), (1330, 380), (1290, 260), (1180, 260)], LAMP)
    _armchair(canvas)
    canvas.oval((560, 925), (400, 66), CREAM, alpha=0.9)
    canvas.oval((560, 925), (350, 54), CORAL, alpha=0.8)
    canvas.oval((560, 925), (290, 42), CREAM, alpha=0.85)
    cat(canvas, (560, 932), 210)
    nature.plant(canvas, (110, 850), 260, leaves=LEAF, pot=RUST)


def _armchair(canvas: Canvas) -> None:
    for foot in (930, 1240):
        canvas.box((foot, 850), (18, 60), BARK)
    canvas.box((900, 480), (380, 360), CLAY, round_by=90)
    canvas.box((860, 640), (100, 230), darker(CLAY, 0.12), round_by=44)
    canvas.box((1220, 640), (100, 230), darker(CLAY, 0.12), round_by=44)
    canvas.box((930, 700), (320, 150), lighter(CLAY, 0.1), round_by=30)
    canvas.box((980, 560), (200, 160), LAMP, round_by=30)


def coils(canvas: Canvas) -> None:
    """Draw a floor from above, its pipe laid bare: warm where the water comes in, cool where it leaves."""
    canvas.fade([SAND, mix(SAND, CREAM, 0.5)])
    canvas.box((90, 90), (1420, 887), mix(SAND, CLAY, 0.14), round_by=30)
    rows, top, left, right = 9, 150, 190, 1410
    for row in range(rows):
        y = top + row * 96
        colour = mix(CORAL, DELFT, row / (rows - 1))
        canvas.stroke([(left, y), (right, y)], colour, width=34)
        canvas.stroke([(left, y - 6), (right, y - 6)], lighter(colour, 0.35), width=7)
        if row < rows - 1:
            middle = (right, y + 48) if row % 2 == 0 else (left, y + 48)
            angles = (-90, 90) if row % 2 == 0 else (90, 270)
            canvas.arc(middle, 65, angles, mix(CORAL, DELFT, (row + 0.5) / (rows - 1)), width=34)
    machines.gauge(canvas, (800, 534), 170, needle=0.42)
    canvas.glow((260, 150), 320, GLOW, strength=0.5)


def fan_close(canvas: Canvas) -> None:
    canvas.fade([mix(TEAL, INK, 0.25), TEAL, mix(TEAL, SAGE, 0.4)])
    canvas.glow((720, 530), 760, GLOW, strength=0.35)
    for radius in range(560, 1300, 92):
        canvas.ring((720, 530), radius, LAMP, width=4, alpha=0.34 - radius / 4600)
    machines.fan(canvas, (720, 530), 480, shell=mix(PAPER, SLATE, 0.35), turn=12)
    canvas.glow((760, 470), 190, CORAL, strength=0.85)
    machines.screwdriver(canvas, (1060, 330), 520, degrees=-24)
    canvas.disc((842, 428), 13, CORAL)


def dial(canvas: Canvas) -> None:
    canvas.fade([mix(DOOR, LEAF, 0.4), DOOR, mix(DOOR, INK, 0.35)])
    canvas.glow((800, 500), 760, GLOW, strength=0.4)
    machines.gauge(canvas, (800, 540), 400, needle=0.52, rim=mix(SLATE, INK, 0.25))
    for x, needle in ((190, 0.25), (1410, 0.8)):
        machines.gauge(canvas, (x, 760), 150, needle=needle, rim=mix(SLATE, INK, 0.25))
    copper = mix(CORAL, WOOD, 0.3)
    for x in (190, 1410):
        machines.pipe(canvas, [(x, 912), (x, 1090)], copper, width=44)
    machines.pipe(canvas, [(800, 950), (800, 1090)], copper, width=60)


def strata(canvas: Canvas) -> None:
    """Draw three bands of one landscape: water at 35, 45 and 55 degrees."""
    bands = (
        (0, (SKY, MIST), SAGE, 0.34),
        (356, (GLOW, mix(GLOW, APRICOT, 0.6)), APRICOT, 0.58),
        (712, (CORAL, mix(CORAL, CLAY, 0.6)), CLAY, 0.86),
    )
    for top, sky, land, level in bands:
        canvas.fade(list(sky), top=top, bottom=top + 356)
        edge = smooth(
            [(0, top + 300), (330, top + 230), (700, top + 280), (1060, top + 210), (1600, top + 270)]
        )
        canvas.polygon([*edge, (1600, top + 356), (0, top + 356)], darker(land, 0.12))
        edge = smooth(
            [(0, top + 330), (420, top + 290), (860, top + 320), (1220, top + 270), (1600, top + 320)]
        )
        canvas.polygon([*edge, (1600, top + 356), (0, top + 356)], darker(land, 0.28))
        machines.thermometer(canvas, (240, top + 292), 250, level=level, liquid=RUST if top else DELFT)
        canvas.box((0, top + 350), (1600, 9), CREAM)
    for column in range(3):
        x = 980 + column * 170
        canvas.stroke(smooth([(x, 330), (x + 50, 280), (x, 230), (x + 40, 180)]), CREAM, width=8, alpha=0.5)
    machines.radiator(canvas, (900, 870), (420, 150))
    machines.radiator(canvas, (960, 520), (270, 120))
    nature.poplar(canvas, (1420, 270), 200, LEAF)
    nature.poplar(canvas, (1480, 276), 160, DOOR)


def one_spanner(canvas: Canvas) -> None:
    """Draw a heat pump taken apart, its parts in a row, and the one tool that did it."""
    canvas.fade([mix(SKY, CREAM, 0.3), CREAM, mix(GLOW, CREAM, 0.5)])
    canvas.glow((800, 470), 760, CREAM, strength=0.7)
    shell = PAPER
    canvas.box((90, 300), (290, 380), mix(STEP, PAPER, 0.3), round_by=22)
    canvas.box((120, 330), (230, 320), mix(STEP, SLATE, 0.3), round_by=14)
    canvas.disc((235, 490), 122, mix(SLATE, INK, 0.55))
    machines.fan(canvas, (600, 490), 170, shell=mix(shell, SLATE, 0.4), turn=8)
    machines.compressor(canvas, (930, 680), 170, DOOR)
    _grille(canvas, (1280, 490))
    for x in (430, 775, 1075):
        canvas.stroke([(x - 18, 490), (x + 18, 490)], mix(SLATE, STEP, 0.3), width=9)
        canvas.stroke([(x + 4, 474), (x + 20, 490), (x + 4, 506)], mix(SLATE, STEP, 0.3), width=9)
    canvas.fade([mix(WOOD, SAND, 0.4), mix(WOOD, SAND, 0.15)], top=800)
    canvas.box((0, 800), (1600, 14), mix(WOOD, BARK, 0.3))
    canvas.oval((800, 960), (420, 26), INK, alpha=0.15)
    machines.wrench(canvas, (800, 920), 760, degrees=-4, colour=mix(SLATE, INK, 0.15))
    for x in (1270, 1330, 1390, 1300, 1360):
        canvas.disc((x, 930 + (x % 4) * 14), 19, LAMP)
        canvas.disc((x, 930 + (x % 4) * 14), 8, darker(LAMP, 0.4))


def _grille(canvas: Canvas, centre: Point) -> None:
    x, y = centre
    canvas.box((x - 150, y - 190), (330, 380), PAPER, round_by=22)
    canvas.box((x + 110, y - 190), (70, 380), mix(PAPER, INK, 0.07), round_by=22)
    canvas.box((x + 124, y - 120), (42, 42), LAMP, round_by=10)
    canvas.disc((x - 20, y), 122, mix(STEP, SLATE, 0.3))
    for radius in (118, 90, 62, 34):
        canvas.ring((x - 20, y), radius, PAPER, width=7)
