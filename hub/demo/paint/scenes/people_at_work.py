"""Colleagues, at the bench and elsewhere."""

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
    NIGHT,
    PAPER,
    PLUM,
    RUST,
    SAGE,
    SAND,
    SKINS,
    SKY,
    SLATE,
    STEP,
    WOOD,
    darker,
    lighter,
    mix,
)
from hub.demo.paint.figures import Body, person


def baker_tools(canvas: Canvas) -> None:
    """Draw two trades on one table: on the left what a baker uses, on the right what a fitter does."""
    canvas.fade([mix(APRICOT, CREAM, 0.5), GLOW])
    canvas.polygon([(860, 0), (1600, 0), (1600, 1067), (700, 1067)], DOOR)
    _rolling_pin(canvas)
    _bread(canvas)
    for x, y in ((150, 860), (250, 920), (420, 880), (560, 960), (120, 980), (340, 1010)):
        canvas.disc((x, y), 9, CREAM)
    machines.wrench(canvas, (1150, 300), 560, degrees=-24)
    machines.screwdriver(canvas, (1180, 560), 440, degrees=16, grip=LAMP)
    machines.pliers(canvas, (1270, 850), 420, degrees=24)
    for x, y in ((980, 760), (1040, 820), (960, 860)):
        canvas.disc((x, y), 24, LAMP)
        canvas.disc((x, y), 10, darker(LAMP, 0.4))
    canvas.polygon([(850, 0), (870, 0), (710, 1067), (690, 1067)], CREAM)


def _rolling_pin(canvas: Canvas) -> None:
    canvas.stroke([(150, 420), (640, 180)], darker(WOOD, 0.2), width=40)
    canvas.stroke([(240, 376), (550, 224)], WOOD, width=104)
    canvas.stroke([(250, 350), (540, 208)], lighter(WOOD, 0.25), width=16)


def _bread(canvas: Canvas) -> None:
    canvas.oval((390, 700), (280, 130), darker(WOOD, 0.15))
    canvas.oval((390, 680), (270, 124), mix(WOOD, APRICOT, 0.35))
    for cut in (-130, -30, 70, 165):
        canvas.stroke([(350 + cut, 640), (420 + cut, 730)], CREAM, width=17)


def fenna_bench(canvas: Canvas) -> None:
    canvas.fade([mix(CORAL, CREAM, 0.62), mix(APRICOT, CREAM, 0.5)], bottom=800)
    canvas.arch((1180, 640), (400, 500), mix(SLATE, PAPER, 0.3))
    canvas.arch((1180, 632), (364, 476), mix(SKY, CREAM, 0.3))
    nature.cloud(canvas, (1200, 400), 110, CREAM)
    canvas.box((1176, 156), (8, 476), mix(SLATE, PAPER, 0.3))
    machines.pendant(canvas, (830, 210), 180, shade=DOOR, reach=540)
    canvas.fade([mix(CLAY, WOOD, 0.5), BARK], top=800)
    body = Body(DOOR, SKINS[0], CORAL, "bun", LAMP)
    person(canvas, (560, 780), 620, body, hands=[(370, 700), (790, 690)])
    machines.bench(canvas, (100, 760), (1400, 307))
    machines.outdoor_unit(canvas, (840, 762), 300)
    machines.wrench(canvas, (800, 640), 220, degrees=-64)
    machines.toolbox(canvas, (1220, 762), 210)
    machines.gauge(canvas, (250, 700), 62, needle=0.6)
    nature.plant(canvas, (1440, 762), 130, leaves=LEAF, pot=RUST)


def friday_bench(canvas: Canvas) -> None:
    canvas.fade([mix(SKY, CREAM, 0.35), CREAM], bottom=720)
    canvas.box((330, 90), (940, 330), mix(DOOR, INK, 0.2), round_by=12)
    _blackboard(canvas)
    for x in (150, 1450):
        canvas.arch((x, 470), (170, 330), mix(SLATE, PAPER, 0.3))
        canvas.arch((x, 466), (144, 312), GLOW)
        canvas.box((x - 3, 160), (6, 306), mix(SLATE, PAPER, 0.3))
    canvas.fade([SAND, mix(SAND, WOOD, 0.4)], top=720)
    bodies = (
        Body(CORAL, SKINS[2], INK, "curly"),
        Body(DELFT, SKINS[0], RUST, "short"),
        Body(LAMP, SKINS[1], INK, "long"),
        Body(DOOR, SKINS[4], INK, "bun"),
        Body(CLAY, SKINS[3], WOOD, "cap"),
    )
    reach = ((330, 690), (560, 690), (800, 680), (1040, 690), (1280, 690))
    for number, body in enumerate(bodies):
        x = 250 + number * 275
        person(canvas, (x, 762), 410 + 24 * (number % 2), body, hands=[(x - 70, 724), reach[number]])
    machines.bench(canvas, (70, 740), (1460, 327))
    machines.compressor(canvas, (800, 742), 100, DOOR)
    machines.gauge(canvas, (460, 690), 56, needle=0.3)
    machines.outdoor_unit(canvas, (1040, 742), 210)
    machines.toolbox(canvas, (160, 742), 170, DELFT)
    machines.screwdriver(canvas, (620, 728), 150, degrees=4)


def _blackboard(canvas: Canvas) -> None:
    for x, y, radius in ((560, 255, 84), (560, 255, 50)):
        canvas.ring((x, y), radius, CREAM, width=6, alpha=0.85)
    canvas.stroke([(644, 255), (760, 255), (760, 180), (900, 180)], CREAM, width=6, alpha=0.85)
    canvas.stroke([(644, 275), (740, 275), (740, 340), (900, 340)], CREAM, width=6, alpha=0.85)
    canvas.ring((950, 255), 26, LAMP, width=7)
    for line in range(4):
        canvas.box((1020, 160 + line * 52), (180 - 34 * (line % 2), 9), CREAM, round_by=4, alpha=0.7)
    canvas.box((330, 410), (940, 22), WOOD, round_by=6)


def listening(canvas: Canvas) -> None:
    """Draw a profile that listens, and what the machine says as waves."""
    canvas.fade([mix(PLUM, NIGHT, 0.35), PLUM, mix(PLUM, CORAL, 0.45)])
    for number in range(9):
        canvas.arc(
            (1300, 560), 210 + number * 84, (118, 242), LAMP, width=11 - number, alpha=0.95 - number * 0.095
        )
    canvas.glow((1300, 560), 460, GLOW, strength=0.5)
    machines.fan(canvas, (1330, 560), 250, shell=mix(PAPER, PLUM, 0.25), turn=40)
    _profile(canvas)


def _profile(canvas: Canvas) -> None:
    skin = mix(SKINS[0], CORAL, 0.16)
    back = [(60, 1067), (110, 890), (230, 800), (252, 700)]
    crown = [(160, 560), (170, 380), (300, 250), (470, 240), (590, 320), (620, 420)]
    face = [
        (630, 470),
        (690, 560),
        (650, 590),
        (656, 630),
        (640, 650),
        (650, 690),
        (600, 745),
        (520, 740),
        (490, 800),
        (620, 900),
        (680, 1067),
    ]
    canvas.polygon([*smooth(back), *smooth(crown), *smooth(face, steps=6)], skin)
    canvas.polygon(
        [
            *smooth([(160, 590), (150, 400), (290, 226), (480, 216), (610, 310), (600, 380)]),
            *smooth([(600, 380), (470, 350), (420, 430), (400, 520), (330, 560), (300, 640), (250, 700)]),
        ],
        mix(STEP, CREAM, 0.35),
    )
    canvas.polygon(
        [
            *smooth([(30, 1067), (100, 900), (230, 812)]),
            *smooth([(230, 812), (330, 900), (500, 822)]),
            *smooth([(500, 822), (640, 900), (700, 1067)]),
        ],
        DELFT,
    )
    canvas.oval((390, 540), (44, 66), darker(skin, 0.12))
    canvas.oval((394, 544), (24, 42), darker(skin, 0.3))
    canvas.stroke(smooth([(640, 652), (616, 656), (600, 648)]), darker(skin, 0.4), width=6)
    canvas.stroke(smooth([(560, 480), (590, 488), (616, 482)]), darker(skin, 0.45), width=7)


def three_stools(canvas: Canvas) -> None:
    canvas.fade([mix(LEAF, CREAM, 0.62), mix(SAGE, CREAM, 0.5)], bottom=800)
    for x in (320, 800, 1280):
        canvas.arch((x, 560), (350, 450), mix(DOOR, PAPER, 0.2))
        canvas.arch((x, 552), (318, 430), mix(GLOW, CREAM, 0.3))
        canvas.glow((x, 360), 230, CREAM, strength=0.6)
        canvas.box((x - 4, 122), (8, 430), mix(DOOR, PAPER, 0.2))
        canvas.box((x - 159, 330), (318, 8), mix(DOOR, PAPER, 0.2))
    canvas.fade([mix(WOOD, SAND, 0.5), mix(WOOD, BARK, 0.2)], top=800)
    for x in (320, 800, 1280):
        canvas.polygon([(x - 150, 800), (x + 150, 800), (x + 60, 1067), (x - 320, 1067)], GLOW, alpha=0.3)
    machines.bench(canvas, (40, 640), (1520, 330))
    machines.toolbox(canvas, (120, 642), 180)
    machines.compressor(canvas, (560, 642), 84, DOOR)
    nature.plant(canvas, (1060, 642), 150, leaves=LEAF, pot=RUST)
    machines.gauge(canvas, (1440, 584), 56, needle=0.55)
    machines.wrench(canvas, (760, 630), 190, degrees=4)
    for x, colour in ((320, CORAL), (800, LAMP), (1280, DELFT)):
        _stool(canvas, (x, 1030), colour)


def _stool(canvas: Canvas, foot: Point, colour: tuple[int, int, int]) -> None:
    x, y = foot
    canvas.oval((x, y + 4), (130, 16), INK, alpha=0.22)
    for lean in (-1, 0.0, 1):
        canvas.stroke([(x + lean * 54, y - 210), (x + lean * 100, y)], BARK, width=16)
    canvas.stroke([(x - 80, y - 80), (x + 80, y - 80)], BARK, width=10)
    canvas.box((x - 112, y - 244), (224, 46), colour, round_by=23)
    canvas.box((x - 90, y - 238), (150, 10), lighter(colour, 0.35), round_by=5)
