"""The paint box: the colours of `static/css/tokens.css`, and what they become when mixed."""

Colour = tuple[int, int, int]


def from_hex(written: str) -> Colour:
    return int(written[1:3], 16), int(written[3:5], 16), int(written[5:7], 16)


def mix(one: Colour, other: Colour, part: float) -> Colour:
    """Return the first colour with this part (0 to 1) of the other in it."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def lighter(colour: Colour, part: float = 0.2) -> Colour:
    return mix(colour, CREAM, part)


def darker(colour: Colour, part: float = 0.2) -> Colour:
    return mix(colour, INK, part)


INK = from_hex("#13231d")
NIGHT = from_hex("#0f2430")
CREAM = from_hex("#fbf3e1")
PAPER = from_hex("#ebf0ef")
STEP = from_hex("#b7c4c1")
SLATE = from_hex("#8294a2")
DOOR = from_hex("#17543f")
LEAF = from_hex("#4d8c6f")
SAGE = from_hex("#a9c6a8")
LAMP = from_hex("#f7bb30")
GLOW = from_hex("#ffd987")
APRICOT = from_hex("#f4c08a")
CORAL = from_hex("#d9694f")
CLAY = from_hex("#b4523f")
RUST = from_hex("#7c3526")
SAND = from_hex("#d9c9a3")
WOOD = from_hex("#a06a42")
BARK = from_hex("#5f3f2b")
DELFT = from_hex("#1d4f9c")
SKY = from_hex("#bcd6ea")
MIST = from_hex("#dfe9ea")
TEAL = from_hex("#2c5f63")
DUSK = from_hex("#6b5a8a")
PLUM = from_hex("#3a2f4f")
SKINS = [from_hex(written) for written in ("#f0c9a4", "#c98d62", "#8a5a3c", "#e3b088", "#6b4430", "#d9a579")]
